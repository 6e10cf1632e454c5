package plan_test

import (
	"context"
	"fmt"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// A bike of one frame and two wheels, ten of them wanted on the last Friday of March.
func ExampleNew() {
	day := func(d int) bom.When { return bom.OnDay(bom.On(2026, time.March, d)) }
	rows := plan.Rows{
		Settings: mrp.Settings{Start: day(2)},
		Items: []bom.Item{
			{ID: "BIKE", LeadDays: bom.Some(2)},
			{ID: "FRAME", LeadDays: bom.Some(10)},
			{ID: "WHEEL", LeadDays: bom.Some(5), LotMultiple: bom.Units(8)},
		},
		Lines: []bom.Line{
			{Parent: "BIKE", Component: "FRAME", Quantity: bom.Units(1)},
			{Parent: "BIKE", Component: "WHEEL", Quantity: bom.Units(2)},
		},
		Stock:   []mrp.Stock{{Item: "BIKE", Quantity: bom.Units(3)}},
		Demands: []mrp.Demand{{ID: "SO-7", Item: "BIKE", Quantity: bom.Units(10), Due: day(27)}},
	}
	model, err := rows.Model()
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := plan.New(context.Background(), model, plan.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for o := range p.Material().Orders() {
		fmt.Printf("%s: %v %v, start %v, due %v\n", o.ID, o.Kind, o.Quantity, o.Start, o.Due)
	}
	// Output:
	// BIKE@main/2026-03-27/1: make 7, start 2026-03-25, due 2026-03-27
	// FRAME@main/2026-03-25/1: buy 7, start 2026-03-15, due 2026-03-25
	// WHEEL@main/2026-03-25/1: buy 16, start 2026-03-20, due 2026-03-25
}
