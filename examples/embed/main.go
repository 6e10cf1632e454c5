// Embed plans a small bicycle shop whose tables are built in code: no files, no
// clock, no global state. It prints the planned orders and what becomes of the
// customer orders.
//
//	go run ./examples/embed
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer) error {
	day := func(n int) bom.When { return bom.OnDay(bom.On(2026, time.November, 23) + bom.Day(n)) }
	rows := plan.Rows{
		Settings: mrp.Settings{Start: day(0)},
		Items: []bom.Item{
			{ID: "BIKE", Decimals: bom.Some(0), LeadDays: bom.Some(2)},
			{ID: "FRAME", Decimals: bom.Some(0), LeadDays: bom.Some(7)},
			{ID: "WHEEL", Decimals: bom.Some(0), LeadDays: bom.Some(3), LotMultiple: bom.Units(10)},
		},
		Lines: []bom.Line{
			{Parent: "BIKE", Component: "FRAME", Quantity: bom.Units(1)},
			{Parent: "BIKE", Component: "WHEEL", Quantity: bom.Units(2)},
		},
		Stock: []mrp.Stock{{Item: "FRAME", Quantity: bom.Units(4)}},
		Demands: []mrp.Demand{
			{ID: "SO-1", Item: "BIKE", Quantity: bom.Units(4), Due: day(5)},
			{ID: "SO-2", Item: "BIKE", Quantity: bom.Units(3), Due: day(8)},
		},
	}
	model, err := rows.Model() // checks all rows together
	if err != nil {
		return err
	}
	p, err := plan.New(ctx, model, plan.Options{})
	if err != nil {
		return err
	}
	for o := range p.Material().Orders() {
		fmt.Fprintf(w, "%-20s %-4v %2v  start %v  due %v\n", o.ID, o.Kind, o.Quantity, o.Start, o.Due)
	}
	for _, d := range p.Material().DemandResults() {
		fmt.Fprintf(w, "%s is %s, promised for %v\n", model.Book.DemandAt(d.Demand).ID, d.Status, d.Promised)
		for _, cause := range d.Causes {
			fmt.Fprintf(w, "  because %v\n", cause)
		}
	}
	return nil
}
