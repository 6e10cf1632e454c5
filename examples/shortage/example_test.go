package main

import (
	"context"
	"fmt"
	"os"
)

func Example() {
	if err := run(context.Background(), os.Stdout, "../appliance", []string{"SO-1011", "SO-1019"}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// SO-1011: 36 FRIDGE-420@main due 2026-03-31 is late, promised for 2026-04-09
	//   because FRIDGE-420@main waits for its components, then takes 1 working day: there on 2026-04-09
	//   because COOL-UNIT-420@main waits for its components, then takes 1 working day: there on 2026-04-08
	//   because receipt PO-4404 of COMPRESSOR-VSD@main from Jiaxi Compressor comes on 2026-04-07
	//   planned FRIDGE-420@main/2026-03-31/1: 34 needed 2026-03-31, there on 2026-04-09
	//     planned COOL-UNIT-420@main/2026-03-30/1: 26 needed 2026-03-30, there on 2026-04-08
	//       receipt PO-4404: 3 needed 2026-03-28, there on 2026-04-07
	// SO-1019: 6 OVEN-60-PRO@main due 2026-03-13 is late, promised for 2026-03-23
	//   because OVEN-60-PRO@main waits for its components, then takes 7 working days: there on 2026-03-23
	//   because CAVITY-60-EN@main waits for its components, then takes 7 working days: there on 2026-03-12
	//   because CAVITY-60@main takes 1 working day and cannot start before today: there on 2026-03-03
	//   planned OVEN-60-PRO@main/2026-03-13/1: 6 needed 2026-03-13, there on 2026-03-23
	//     planned CAVITY-60-EN@main/2026-03-04/1: 6 needed 2026-03-04, there on 2026-03-12
	//       planned CAVITY-60@main/2026-03-02/1: 7 needed 2026-03-02, there on 2026-03-03
	//     planned HANDLE-CHROME@main/2026-03-04/1: 6 needed 2026-03-04, there on 2026-03-10
}
