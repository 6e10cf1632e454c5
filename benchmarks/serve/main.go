// Command serve measures takt serve over the loopback, the client included: small reads, durable changes, rush orders and
// event subscribers at the same time, memory over the run, and a restart.
//
//	go run ./benchmarks/serve [-seconds 60] DIR                          the load of the issue, on a store in a new folder
//	go run ./benchmarks/serve -store postgres://… DIR                    the same on PostgreSQL
//	go run ./benchmarks/serve -seconds 600 -changes 900 DIR              memory over many changes
//	go run ./benchmarks/serve -log 100000 DIR                            restart with so many logged changes
//
// Requests have times at which they are to begin, and waiting for a free connection counts: a server that stands still for a second
// makes a second of late requests, not one.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"
)

// flags are what is measured.
type flags struct {
	seconds              int
	reads, changes       int // a second
	rushes               time.Duration
	subscribers, writers int
	readers              int
	log                  int
	store, takt          string
	dir                  string
}

func main() {
	var f flags
	flag.IntVar(&f.seconds, "seconds", 60, "how long")
	flag.IntVar(&f.reads, "reads", 3000, "small reads a second")
	flag.IntVar(&f.changes, "changes", 300, "durable changes a second")
	flag.DurationVar(&f.rushes, "rush", time.Second, "a rush order every so often; 0: none")
	flag.IntVar(&f.subscribers, "subscribers", 1000, "that follow the events")
	flag.IntVar(&f.readers, "readers", 128, "connections that read")
	flag.IntVar(&f.writers, "writers", 48, "connections that change")
	flag.IntVar(&f.log, "log", 0, "log so many changes, then measure a restart, and nothing else")
	flag.StringVar(&f.store, "store", "", "a PostgreSQL database in place of a folder")
	flag.StringVar(&f.takt, "takt", "", "the takt command; built if it is not given")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "name one model folder")
		os.Exit(2)
	}
	f.dir = flag.Arg(0)
	if err := run(context.Background(), &f); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, f *flags) error {
	fmt.Printf("%s, %d processors, GOMAXPROCS %d, %s, %s\n", runtime.Version(), runtime.NumCPU(), runtime.GOMAXPROCS(0), f.dir, time.Now().Format(time.DateOnly))
	folder, err := os.MkdirTemp("", "takt-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	s, err := start(ctx, f, folder)
	if err != nil {
		return err
	}
	defer s.stop()
	fmt.Printf("started in %.2f s\n", s.started.Seconds())
	b, err := newBench(ctx, f, s)
	if err != nil {
		return err
	}
	if f.log > 0 {
		return b.restart(ctx, folder)
	}
	return b.load(ctx)
}
