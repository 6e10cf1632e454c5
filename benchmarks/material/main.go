//go:build unix

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
	"slices"
	"syscall"
	"time"

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
		if err := measure(dir, *runs); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// run is one planning run.
type run struct{ compile, material, wall float64 }

func measure(dir string, runs int) error {
	before := cpu()
	m, _, err := tables.Load(context.Background(), dir, tables.Options{})
	if err != nil {
		return err
	}
	read := cpu() - before
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
			peak = peakMemory() // reading and one plan
		}
		all = append(all, r)
		requirements, orders = p.Material().NumRequirements(), p.Material().NumOrders()
	}
	median := func(f func(run) float64) float64 { return percentile(all, f, len(all)/2) }
	both := func(r run) float64 { return r.compile + r.material }
	fmt.Printf("| %s | %.2f | %.4f | %.4f | %.4f (%.4f) | %.4f | %d | %d | %.1f | %d |\n", dir, read,
		median(func(r run) float64 { return r.compile }), median(func(r run) float64 { return r.material }),
		median(both), percentile(all, both, 0), median(func(r run) float64 { return r.wall }),
		requirements, orders, median(both)*1e9/float64(max(requirements, 1)), peak>>20)
	return nil
}

// once plans the model and times the phases.
func once(m *plan.Model) (run, *plan.Plan, error) {
	var r run
	start, last, name := time.Now(), cpu(), ""
	mark := func(next string) {
		now := cpu()
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

func percentile(all []run, f func(run) float64, i int) float64 {
	values := make([]float64, len(all))
	for i, r := range all {
		values[i] = f(r)
	}
	slices.Sort(values)
	return values[i]
}

// cpu is the process's CPU time in seconds.
func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return seconds(u.Utime) + seconds(u.Stime)
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }

// peakMemory is the largest resident set so far, in bytes.
func peakMemory() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return u.Maxrss << 10
}
