// Command rush measures Plan.Rush with all levers on finite plans of model folders: random rush orders, or those of a
// rush.csv in the folder, in wall time on all processors.
//
//	go run ./benchmarks/rush -n 200 DIR…
package main

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
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
	cases   = flag.Int("n", 200, "random rush orders of each model; 0: those of its rush.csv")
	days    = flag.Int("days", 60, "days from the start to the due date of random ones")
	profile = flag.String("cpuprofile", "", "write a CPU profile of the measured calls")
	item    = flag.String("item", "", "rush orders for this item only")
	verbose = flag.Bool("v", false, "print every order's best option")
)

func main() {
	flag.Parse()
	fmt.Printf("%s, %d processors, GOMAXPROCS %d, %s\n", runtime.Version(), runtime.NumCPU(), runtime.GOMAXPROCS(0), time.Now().Format(time.DateOnly))
	fmt.Println("| model | rush orders | p50 ms | p99 ms | max ms | plans tried (mean) | options (mean) | best on time | as it stands on time |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
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
	orders, err := rushOrders(dir, m)
	if err != nil {
		return err
	}
	for _, d := range orders[:min(5, len(orders))] { // warm
		if _, err := p.Rush(ctx, d, plan.RushOptions{}); err != nil {
			return err
		}
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
		defer pprof.StopCPUProfile()
	}
	var took []time.Duration
	tried, options, onTime, still := 0, 0, 0, 0
	for _, d := range orders {
		begin := time.Now()
		r, err := p.Rush(ctx, d, plan.RushOptions{})
		if err != nil {
			return err
		}
		took = append(took, time.Since(begin))
		tried += len(r.Tried) + len(r.Options)
		options += len(r.Options)
		best := &r.Options[0]
		if best.OnTime {
			onTime++
		}
		for i := range r.Options {
			if r.Options[i].OnTime && len(r.Options[i].Levers) == 0 {
				still++
			}
		}
		if *verbose {
			fmt.Printf("%s %s: %v, on time %v, %d slips, %v\n", d.ID, d.Item, best.Promise, best.OnTime, len(best.Slips), took[len(took)-1])
		}
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	n := float64(len(took))
	fmt.Printf("| %s | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %d | %d |\n", dir, len(took), ms(took[len(took)/2]), ms(took[len(took)*99/100]), ms(took[len(took)-1]),
		float64(tried)/n, float64(options)/n, onTime, still)
	return nil
}

// rushOrders are random orders for what is sold, or those of rush.csv.
func rushOrders(dir string, m *plan.Model) ([]mrp.Demand, error) {
	if *cases == 0 {
		return readRush(filepath.Join(dir, "rush.csv"))
	}
	var items []string
	for d := range m.Demands() {
		items = append(items, d.Item)
	}
	if *item != "" {
		items = []string{*item}
	}
	rng := rand.New(rand.NewPCG(3, 4))
	var out []mrp.Demand
	for range *cases {
		out = append(out, mrp.Demand{ID: "RUSH", Item: items[rng.IntN(len(items))], Quantity: bom.Units(20), Due: bom.OnDay(m.Book.Start + bom.Day(*days)), Priority: 1})
	}
	return out, nil
}

func readRush(path string) ([]mrp.Demand, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []mrp.Demand
	for _, row := range rows[1:] { // demand, item, qty, due, priority
		q, err := bom.ParseQuantity(row[2])
		if err != nil {
			return nil, err
		}
		due, err := time.Parse(time.RFC3339, row[3])
		if err != nil {
			return nil, err
		}
		out = append(out, mrp.Demand{ID: row[0], Item: row[1], Quantity: q, Due: bom.At(due), Priority: 1})
	}
	return out, nil
}
