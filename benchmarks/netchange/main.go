// Command netchange measures the material net change of one rush demand: on models of folders it plans once, then
// changes that plan by one new demand after another, each time from the same plan, and tells percentiles.
//
//	GOMAXPROCS=1 go run ./benchmarks/netchange -n 1000 DIR…
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/measure"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

func main() {
	cases := flag.Int("n", 1000, "rush demands of each model")
	flag.Parse()
	fmt.Printf("%s, %d processors, GOMAXPROCS %d, %s\n", runtime.Version(), runtime.NumCPU(), runtime.GOMAXPROCS(0), time.Now().Format(time.DateOnly))
	fmt.Println("| model | parts | demands | full plan ms | p50 ms | p99 ms | max ms | mean CPU ms | parts visited, changed (mean) | most visited | KB a plan | in a row p50, p99 ms | add and cancel p50 ms |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, dir := range flag.Args() {
		if err := benchmark(dir, *cases); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func benchmark(dir string, cases int) error {
	ctx := context.Background()
	m, _, err := tables.Load(ctx, dir, tables.Options{})
	if err != nil {
		return err
	}
	before := time.Now()
	p, err := plan.New(ctx, m, plan.Options{})
	if err != nil {
		return err
	}
	full := time.Since(before)
	b := &bench{base: p.Material(), random: rand.New(rand.NewPCG(1, 2))}
	if err := b.warm(ctx, cases/4); err != nil {
		return err
	}
	single, err := b.each(ctx, cases)
	if err != nil {
		return err
	}
	row, err := b.row(ctx, cases)
	if err != nil {
		return err
	}
	undone, err := b.undo(ctx, cases)
	if err != nil {
		return err
	}
	fmt.Printf("| %s | %d | %d | %.1f | %.3f | %.3f | %.3f | %.3f | %.0f, %.0f | %d | %.0f | %.3f, %.3f | %.3f |\n", dir, len(p.Network().Parts), m.Book.NumDemands(),
		ms(full), at(single, 0.5), at(single, 0.99), at(single, 1), b.cpu*1e3/float64(cases), float64(b.visited)/float64(cases), float64(b.changed)/float64(cases), b.most,
		b.bytes/1024, at(row, 0.5), at(row, 0.99), at(undone, 0.5))
	return nil
}

// bench measures changes of one plan.
type bench struct {
	base             *mrp.Plan
	random           *rand.Rand
	visited, changed int
	most             int
	cpu, bytes       float64
}

// rush is an order for something that is sold: the item of a random demand, due soon.
func (b *bench) rush(i int) mrp.Edits {
	book := b.base.Model().Book
	row := *book.DemandAt(int32(b.random.IntN(book.NumDemands())))
	row.ID, row.Row = fmt.Sprintf("RUSH%06d", i), 0
	row.Quantity, row.Priority = bom.Units(int64(1+b.random.IntN(40))), 1
	row.Due = bom.OnDay(book.Start + bom.Day(5+b.random.IntN(120)))
	e := mrp.NewEdits()
	e.Demands[row.ID] = &row
	return e
}

func (b *bench) warm(ctx context.Context, n int) error {
	for i := range n {
		if _, _, err := b.base.Change(ctx, b.rush(i), mrp.Options{}); err != nil {
			return err
		}
	}
	runtime.GC()
	return nil
}

// each changes the same plan again and again.
func (b *bench) each(ctx context.Context, n int) ([]float64, error) {
	var out []float64
	var start, end runtime.MemStats
	runtime.ReadMemStats(&start)
	cpu := measure.CPU().Seconds()
	for i := range n {
		e := b.rush(i)
		before := time.Now()
		_, change, err := b.base.Change(ctx, e, mrp.Options{})
		out = append(out, ms(time.Since(before)))
		if err != nil {
			return nil, err
		}
		b.visited += len(change.Visited)
		b.changed += len(change.Changed)
		b.most = max(b.most, len(change.Visited))
	}
	b.cpu = measure.CPU().Seconds() - cpu
	runtime.ReadMemStats(&end)
	b.bytes = float64(end.TotalAlloc-start.TotalAlloc) / float64(n)
	return out, nil
}

// row changes the plan that the change before made.
func (b *bench) row(ctx context.Context, n int) ([]float64, error) {
	var out []float64
	at := b.base
	for i := range n {
		e := b.rush(i)
		before := time.Now()
		next, _, err := at.Change(ctx, e, mrp.Options{})
		out = append(out, ms(time.Since(before)))
		if err != nil {
			return nil, err
		}
		at = next
	}
	return out, nil
}

// undo adds a demand and takes it away again; the time is that of both.
func (b *bench) undo(ctx context.Context, n int) ([]float64, error) {
	var out []float64
	at := b.base
	for i := range n {
		e := b.rush(i)
		before := time.Now()
		next, _, err := at.Change(ctx, e, mrp.Options{})
		if err != nil {
			return nil, err
		}
		for id := range e.Demands {
			e.Demands[id] = nil
		}
		if at, _, err = next.Change(ctx, e, mrp.Options{}); err != nil {
			return nil, err
		}
		out = append(out, ms(time.Since(before)))
	}
	return out, nil
}

func ms(d time.Duration) float64 { return d.Seconds() * 1e3 }

// at is a percentile.
func at(list []float64, share float64) float64 {
	return measure.Percentile(list, func(v float64) float64 { return v }, min(int(share*float64(len(list))), len(list)-1))
}
