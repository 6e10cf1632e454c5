// Command repair measures what a rush order costs on finite plans of model folders: material net change and
// repair of the schedule together, for random rush demands on one plan, in wall time of one goroutine; and how
// good the repair is: the rush order's promise and the total lateness against a fresh construction of the same model.
//
//	GOMAXPROCS=1 go run ./benchmarks/repair -n 1000 -fresh 30 DIR…
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

var (
	cases    = flag.Int("n", 1000, "rush demands of each model")
	fresh    = flag.Int("fresh", 30, "of these: compared with a fresh construction")
	days     = flag.Int("days", 60, "days from the start to the due date of the rush demands")
	strategy = flag.String("strategy", "displace", "repair strategy")
	parallel = flag.Int("parallel", 0, "what-ifs side by side: goroutines that fork one plan, and how many forks a second they make")
	profile  = flag.String("cpuprofile", "", "write a CPU profile of the measured changes")
	verbose  = flag.Bool("v", false, "print the cases that are compared")
)

func main() {
	flag.Parse()
	fmt.Printf("%s, %d processors, GOMAXPROCS %d, %s, due in %d days, %s\n", runtime.Version(), runtime.NumCPU(), runtime.GOMAXPROCS(0), *strategy, *days, time.Now().Format(time.DateOnly))
	fmt.Println("| model | rush demands | p50 ms | p99 ms | max ms | mean ms | built anew | empty batch ns | compared | rush later | late days | fresh late days | worst ratio |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, dir := range flag.Args() {
		if err := benchmark(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func benchmark(dir string) error {
	ctx := context.Background()
	m, _, err := tables.Load(ctx, dir, tables.Options{})
	if err != nil {
		return err
	}
	p, err := plan.New(ctx, m, plan.Options{Finite: &plan.FiniteOptions{Direction: schedule.Backward}})
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var items []string
	for d := range m.Demands() {
		items = append(items, d.Item)
	}
	repair := plan.Repair{Strategy: plan.Strategy(slices.Index(plan.Strategies[:], *strategy))}
	rush := func() plan.Change {
		return plan.AddDemand{Demand: mrp.Demand{ID: "RUSH", Item: items[rng.IntN(len(items))], Quantity: bom.Units(20),
			Due: bom.OnDay(m.Book.Start + bom.Day(*days)), Priority: 1}}
	}
	for range 20 { // warm: the first change makes the board
		if _, err := p.ApplyWith(ctx, repair, rush()); err != nil {
			return err
		}
	}
	if *parallel > 0 {
		return sideBySide(ctx, dir, p, repair, rush)
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
	}
	var took []time.Duration
	anew := 0
	var sum time.Duration
	for range *cases {
		c := rush()
		begin := time.Now()
		q, err := p.ApplyWith(ctx, repair, c)
		if err != nil {
			return err
		}
		took = append(took, time.Since(begin))
		sum += took[len(took)-1]
		if q.Effects().Strategy != repair.Strategy {
			anew++
		}
	}
	pprof.StopCPUProfile()
	slices.Sort(took)
	begin := time.Now()
	const forks = 100_000
	for range forks {
		if _, err := p.Apply(ctx); err != nil {
			return err
		}
	}
	empty := time.Since(begin) / forks
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	q, err := compare(ctx, p, repair, rush)
	if err != nil {
		return err
	}
	fmt.Printf("| %s | %d | %.2f | %.2f | %.2f | %.2f | %d | %d | %d | %d | %.1f | %.1f | %.3f |\n", dir, len(took), ms(took[len(took)/2]), ms(took[len(took)*99/100]), ms(took[len(took)-1]),
		ms(sum)/float64(len(took)), anew, empty.Nanoseconds(), *fresh, q.later, q.late/float64(max(*fresh, 1)), q.freshLate/float64(max(*fresh, 1)), q.worst)
	return nil
}

// sideBySide counts the what-ifs a second of several goroutines on one plan.
func sideBySide(ctx context.Context, dir string, p *plan.Plan, repair plan.Repair, rush func() plan.Change) error {
	changes := make([]plan.Change, *cases)
	for i := range changes {
		changes[i] = rush()
	}
	errs := make(chan error, *parallel)
	begin := time.Now()
	for g := range *parallel {
		go func() {
			for i := g; i < len(changes); i += *parallel {
				if _, err := p.ApplyWith(ctx, repair, changes[i]); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range *parallel {
		if err := <-errs; err != nil {
			return err
		}
	}
	took := time.Since(begin)
	fmt.Printf("%s: %d what-ifs by %d goroutines: %.0f a second\n", dir, len(changes), *parallel, float64(len(changes))/took.Seconds())
	return nil
}

// quality is how repairs compare with fresh constructions.
type quality struct {
	later           int // rush orders promised later
	late, freshLate float64
	worst           float64
}

func compare(ctx context.Context, p *plan.Plan, repair plan.Repair, rush func() plan.Change) (quality, error) {
	var out quality
	for range *fresh {
		c := rush()
		q, err := p.ApplyWith(ctx, repair, c)
		if err != nil {
			return out, err
		}
		anew, err := p.ApplyWith(ctx, plan.Repair{Strategy: plan.Total}, c)
		if err != nil {
			return out, err
		}
		for _, v := range q.Finite().Verify() {
			if !v.Given {
				return out, fmt.Errorf("%v: %+v", c, v)
			}
		}
		late, at := lateness(q)
		freshLate, freshAt := lateness(anew)
		if at > freshAt {
			out.later++
		}
		out.late, out.freshLate, out.worst = out.late+late, out.freshLate+freshLate, max(out.worst, late/freshLate)
		if *verbose {
			fmt.Printf("%s: late %.1f, fresh %.1f; rush %.1f, fresh %.1f days late; %+v\n", c.(plan.AddDemand).Demand.Item, late, freshLate, at, freshAt, q.Effects().Stability)
		}
	}
	return out, nil
}

// lateness is the sum of all demands' lateness in days, and the rush demand's.
func lateness(p *plan.Plan) (sum, rush float64) {
	f := p.Finite()
	for _, r := range f.Promises() {
		sum += float64(r.Late) / 86400
		if f.Demand(r.Demand).ID == "RUSH" {
			rush = float64(r.Late) / 86400
		}
	}
	return sum, rush
}
