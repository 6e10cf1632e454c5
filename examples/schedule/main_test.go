package main

import (
	"context"
	"os"
)

func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// J1 SAW  Mon 06:00 to Mon 09:00
	// J1 WELD Mon 09:00 to Tue 07:00
	// J2 SAW  Mon 09:00 to Mon 12:00
	// J2 WELD Tue 07:00 to Tue 13:00
	// J3 SAW  Mon 12:00 to Tue 07:00
	// J3 WELD Tue 13:00 to Wed 11:00
	// J3 waits from Tue 07:00 to Tue 13:00 behind J2
	// J3 waits from Mon 06:00 to Mon 12:00 behind J2
}
