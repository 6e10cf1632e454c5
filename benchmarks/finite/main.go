// Command finite measures finite plans of model folders: compiling, netting and scheduling, in
// CPU seconds of the process, as the median of several runs, and how late the demands are.
// Every schedule is verified.
//
//	GOMAXPROCS=1 go run ./benchmarks/finite -n 5 DIR…
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"time"

	"github.com/taktplan/takt/internal/measure"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

func main() {
	runs := flag.Int("n", 5, "planning runs of each model")
	direction := flag.String("direction", "backward", "forward, backward or bottleneck")
	optimise := flag.Duration("optimise", 0, "how long each schedule is improved, by the clock")
	iterations := flag.Int64("iterations", 0, "how many removals each schedule is improved by")
	seed := flag.Uint64("seed", 0, "of the search")
	profile := flag.String("cpuprofile", "", "file for a CPU profile")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	fmt.Printf("%s, %d processors, GOMAXPROCS %d, %s, %s\n", runtime.Version(), runtime.NumCPU(), runtime.GOMAXPROCS(0), *direction, time.Now().Format(time.DateOnly))
	fmt.Println("| model | operations | material CPU s | capacity CPU s | all CPU s (min) | late | late days | bound late | bound days | violations | peak memory MB |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|")
	for _, dir := range flag.Args() {
		if err := benchmark(dir, *runs, schedule.Direction(slices.Index(schedule.Directions[:], *direction))); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if *optimise == 0 && *iterations == 0 {
		return
	}
	fmt.Println("\n| model | seed | late | late days | setup hours | after: late | late days | setup hours | iterations | stopped by | CPU s | violations |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, dir := range flag.Args() {
		if err := improve(dir, schedule.Direction(slices.Index(schedule.Directions[:], *direction)), *optimise, schedule.Search{Iterations: *iterations, Seed: *seed}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// improve searches for a better schedule of a model and prints what was gained.
func improve(dir string, direction schedule.Direction, limit time.Duration, o schedule.Search) error {
	m, _, err := tables.Load(context.Background(), dir, tables.Options{})
	if err != nil {
		return err
	}
	_, p, err := once(m, direction)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	before := measure.CPU()
	r, err := schedule.Optimise(ctx, p.Finite().Problem(), schedule.Options{Direction: direction}, o)
	if err != nil {
		return err
	}
	const day, hour, milli = 24 * 3600, 3600, 1000
	figures := func(s *schedule.Score) string {
		return fmt.Sprintf("%d | %.1f | %.1f", s[schedule.Late], float64(s[schedule.Tardiness])/milli/day, float64(s[schedule.SetupTime])/hour)
	}
	fmt.Printf("| %s | %d | %s | %s | %d | %s | %.1f | %d |\n", dir, o.Seed, figures(&r.Before), figures(&r.After), r.Iterations, r.StopReason,
		(measure.CPU() - before).Seconds(), len(schedule.Verify(r.Schedule.Problem, r.Schedule)))
	return nil
}

// run is the CPU time of one planning run.
type run struct{ material, capacity float64 }

func benchmark(dir string, runs int, direction schedule.Direction) error {
	m, _, err := tables.Load(context.Background(), dir, tables.Options{})
	if err != nil {
		return err
	}
	var all []run
	var p *plan.Plan
	peak := int64(0)
	for range runs {
		p = nil
		runtime.GC()
		var r run
		if r, p, err = once(m, direction); err != nil {
			return err
		}
		if len(all) == 0 {
			peak = measure.PeakMemory() // reading and one plan
		}
		all = append(all, r)
	}
	f := p.Finite()
	late, seconds := 0, int64(0)
	for _, d := range f.Promises() {
		if d.Status != mrp.OnTime {
			late++
			seconds += d.Late
		}
	}
	bound := f.Bound()
	sum := func(r run) float64 { return r.material + r.capacity }
	const day, milli = 24 * 3600, 1000
	fmt.Printf("| %s | %d | %.4f | %.4f | %.4f (%.4f) | %d | %.1f | %d | %.1f | %d | %d |\n", dir, len(f.Schedule().Ops),
		measure.Percentile(all, func(r run) float64 { return r.material }, len(all)/2), measure.Percentile(all, func(r run) float64 { return r.capacity }, len(all)/2),
		measure.Percentile(all, sum, len(all)/2), measure.Percentile(all, sum, 0), late, float64(seconds)/day,
		bound[schedule.Late], float64(bound[schedule.Tardiness])/milli/day, len(f.Verify()), peak>>20)
	return nil
}

// once plans the model and times the phases: compiling counts as material.
func once(m *plan.Model, direction schedule.Direction) (run, *plan.Plan, error) {
	var r run
	last, name := measure.CPU().Seconds(), ""
	mark := func(next string) {
		now := measure.CPU().Seconds()
		switch name {
		case "compile", "material":
			r.material += now - last
		case "capacity":
			r.capacity += now - last
		}
		last, name = now, next
	}
	p, err := plan.New(context.Background(), m, plan.Options{Phase: mark, Finite: &plan.FiniteOptions{Direction: direction}})
	mark("")
	return r, p, err
}
