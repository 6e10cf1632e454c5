// Command material measures the material plan of model folders: reading,
// compiling and netting, in CPU seconds of the process, as the median of several runs.
//
//	GOMAXPROCS=1 go run ./benchmarks/material -n 5 DIR…
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/taktplan/takt/internal/measure"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

func main() {
	runs := flag.Int("n", 5, "planning runs of each model")
	flag.Parse()
	fmt.Printf("%s, %d processors, GOMAXPROCS %d, %s\n", runtime.Version(), runtime.NumCPU(), runtime.GOMAXPROCS(0), time.Now().Format(time.DateOnly))
	fmt.Println("| model | read CPU s | compile CPU s | material CPU s | both CPU s (min) | both wall s | dependent requirements | orders | ns CPU a requirement | peak memory MB |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|")
	for _, dir := range flag.Args() {
		if err := benchmark(dir, *runs); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// run is one planning run.
type run struct{ compile, material, wall float64 }

func benchmark(dir string, runs int) error {
	before := measure.CPU().Seconds()
	m, _, err := tables.Load(context.Background(), dir, tables.Options{})
	if err != nil {
		return err
	}
	read := measure.CPU().Seconds() - before
	var all []run
	var requirements int64
	var orders int
	var peak int64
	for range runs {
		runtime.GC()
		r, p, err := once(m)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			peak = measure.PeakMemory() // reading and one plan
		}
		all = append(all, r)
		requirements, orders = p.Material().NumRequirements(), p.Material().NumOrders()
	}
	median := func(f func(run) float64) float64 { return measure.Percentile(all, f, len(all)/2) }
	both := func(r run) float64 { return r.compile + r.material }
	fmt.Printf("| %s | %.2f | %.4f | %.4f | %.4f (%.4f) | %.4f | %d | %d | %.1f | %d |\n", dir, read,
		median(func(r run) float64 { return r.compile }), median(func(r run) float64 { return r.material }),
		median(both), measure.Percentile(all, both, 0), median(func(r run) float64 { return r.wall }),
		requirements, orders, median(both)*1e9/float64(max(requirements, 1)), peak>>20)
	return nil
}

// once plans the model and times the phases.
func once(m *plan.Model) (run, *plan.Plan, error) {
	var r run
	start, last, name := time.Now(), measure.CPU().Seconds(), ""
	mark := func(next string) {
		now := measure.CPU().Seconds()
		switch name {
		case "compile":
			r.compile += now - last
		case "material":
			r.material += now - last
		}
		last, name = now, next
	}
	p, err := plan.New(context.Background(), m, plan.Options{Phase: mark})
	mark("")
	r.wall = time.Since(start).Seconds()
	return r, p, err
}
