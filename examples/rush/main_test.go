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
	// on time: true, cost 200, 0 others pay
	// overtime of 4 h on PRESS on 2026-03-02
	// SO-1 on_time
	// SO-2 on_time
}
