// Command schedule measures the construction of finite schedules: jobs of five
// operations over random machines, in CPU seconds of the process and peak memory.
//
//	GOMAXPROCS=1 go run ./benchmarks/schedule -ops 1000000 -machines 2000 -passes 1
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/measure"
	"github.com/taktplan/takt/schedule"
)

func main() {
	ops := flag.Int("ops", 1_000_000, "operations")
	machines := flag.Int("machines", 2000, "machines, one a work centre")
	passes := flag.Int("passes", 1, "passes of construction; 0: the default")
	verify := flag.Bool("verify", true, "verify the schedule after measuring")
	profile := flag.String("cpuprofile", "", "file for a CPU profile of construction")
	flag.Parse()
	if err := benchmark(*ops, *machines, *passes, *verify, *profile); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func benchmark(ops, machines, passes int, verify bool, profile string) error {
	p := problem(ops, machines)
	runtime.GC()
	model := measure.PeakMemory()
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
	}
	before, start := measure.CPU().Seconds(), time.Now()
	s, err := schedule.Build(context.Background(), p, schedule.Options{Passes: passes})
	if err != nil {
		return err
	}
	used, wall, peak := measure.CPU().Seconds()-before, time.Since(start).Seconds(), measure.PeakMemory()
	pprof.StopCPUProfile()
	score := schedule.Evaluate(s, nil)
	fmt.Printf("%s, %d processors, GOMAXPROCS %d, %s\n", runtime.Version(), runtime.NumCPU(), runtime.GOMAXPROCS(0), time.Now().Format(time.DateOnly))
	fmt.Println("| operations | machines | passes | CPU s | wall s | µs CPU an operation | problem MB | peak MB | late jobs | jobs | makespan days | broken |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|")
	fmt.Printf("| %d | %d | %d | %.2f | %.2f | %.2f | %d | %d | %d | %d | %.1f | %d |\n", len(p.Ops), machines, passes, used, wall, used*1e6/float64(len(p.Ops)),
		model>>20, peak>>20, score[schedule.Late], len(p.Jobs), float64(score[schedule.Makespan])/86400, len(s.Broken))
	if !verify {
		return nil
	}
	if wrong := schedule.Verify(p, s); len(wrong) > 0 {
		return fmt.Errorf("the schedule breaks %d constraints, the first %+v", len(wrong), wrong[0])
	}
	return nil
}

// problem is jobs of five operations of 10 to 60 minutes on random machines, due within
// the time that the machines need at 90 %.
func problem(ops, machines int) *schedule.Problem {
	const perJob = 5
	rng := rand.New(rand.NewPCG(1, 1))
	jobs := max(ops/perJob, 1)
	p := &schedule.Problem{Jobs: make([]schedule.Job, 0, jobs), Ops: make([]schedule.Op, 0, jobs*perJob),
		Modes: make([]schedule.Mode, 0, jobs*perJob), Arcs: make([]schedule.Arc, 0, jobs*(perJob-1))}
	for k := range machines {
		p.Centres = append(p.Centres, schedule.Centre{Machines: 1, First: int32(k)})
		p.Machines = append(p.Machines, schedule.Machine{Centre: int32(k)})
	}
	p.Start = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC).Unix()
	horizon := int64(float64(ops) / float64(machines) * 35 * 60 / 0.9)
	for j := range jobs {
		p.Jobs = append(p.Jobs, schedule.Job{Due: p.Start + 86400 + rng.Int64N(horizon), Weight: 1000, First: int32(len(p.Ops)), Ops: perJob})
		for k := range int32(perJob) {
			at := int32(len(p.Ops))
			p.Ops = append(p.Ops, schedule.Op{Job: int32(j), Number: 10 * (k + 1), Quantity: bom.Unit, Modes: at, NumModes: 1})
			p.Modes = append(p.Modes, schedule.Mode{Centre: rng.Int32N(int32(machines)), Fixed: time.Duration(10+rng.IntN(51)) * time.Minute})
			if k > 0 {
				p.Arcs = append(p.Arcs, schedule.Arc{From: at - 1, To: at})
			}
		}
	}
	return p
}
