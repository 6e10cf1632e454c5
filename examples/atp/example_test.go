package main

import (
	"context"
	"fmt"
	"os"
)

func Example() {
	if err := run(context.Background(), os.Stdout, "../appliance", "FRIDGE-420", "main"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// from  supply  committed  ATP  cumulative
	//   2026-03-02      32         86    0           0
	//   2026-04-09      54          0    0           0
	//   2026-04-29      50         80    0           0
	//   2026-05-27      60          0   30          30
	//   2026-06-02      60         60    0          30
	//   2026-06-22      80          0   80         110
	//   2026-07-20      60          0   60         170
	//
	// day         expected    element         id                            qty  available
	// 2026-03-02              stock           FRIDGE-420@main               32   32
	// 2026-03-12              customer order  SO-1005                       -30  2
	// 2026-03-31  2026-04-09  planned order   FRIDGE-420@main/2026-03-31/1  34   36
	// 2026-03-31              customer order  SO-1011                       -36  0
	// 2026-04-02  2026-04-09  planned order   FRIDGE-420@main/2026-04-02/1  20   20
	// 2026-04-02              customer order  SO-1037                       -20  0
	// 2026-04-29  2026-04-29  planned order   FRIDGE-420@main/2026-04-29/1  50   50
	// 2026-04-29              customer order  SO-1018                       -50  0
	// 2026-05-12  2026-05-27  planned order   FRIDGE-420@main/2026-05-12/1  30   30
	// 2026-05-12              customer order  SO-1038                       -30  0
	// 2026-05-25  2026-05-27  planned order   FRIDGE-420@main/2026-05-25/1  30   30
	// 2026-05-25              forecast        FC-F420-05-25                 -30  0
	// 2026-06-02  2026-06-02  planned order   FRIDGE-420@main/2026-06-02/1  60   60
	// 2026-06-02              customer order  SO-1028                       -60  0
	// 2026-06-22  2026-06-22  planned order   FRIDGE-420@main/2026-06-22/1  80   80
	// 2026-06-22              forecast        FC-F420-06-22                 -80  0
	// 2026-07-20  2026-07-20  planned order   FRIDGE-420@main/2026-07-20/1  60   60
	// 2026-07-20              forecast        FC-F420-07-20                 -60  0
}
