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
	// press down for two hours: SO-1 ships on 2026-03-03, not on 2026-03-02
	// option 1: on time true, cost 200, 0 others pay, by [overtime of 4 h on PRESS on 2026-03-02]
	// option 2: on time true, cost 0, 1 others pay, by [others give way]
	// option 3: on time false, cost 0, 0 others pay, by []
	// version 2
	// SO-1 on_time
	// SO-2 on_time
}
