package plan_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
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

// exampleBikes is a bench that assembles a bike an hour, eight hours a day. Eight bikes are ordered for Tuesday.
func exampleBikes() (*plan.Plan, error) {
	tuesday := bom.OnDay(bom.On(2026, time.March, 3))
	rows := plan.Rows{
		Settings:    mrp.Settings{Start: bom.OnDay(bom.On(2026, time.March, 2)), Calendar: "day"},
		Calendars:   []capacity.CalendarRow{{ID: "day", Days: "Mon-Fri", Shifts: "06:00-14:00"}},
		Items:       []bom.Item{{ID: "BIKE"}},
		WorkCentres: []capacity.WorkCentre{{ID: "BENCH"}},
		Operations:  []capacity.Operation{{Item: "BIKE", Op: 10, WorkCentre: "BENCH", RunMin: bom.MustNumber("60")}},
		Demands:     []mrp.Demand{{ID: "SO-1", Item: "BIKE", Quantity: bom.Units(8), Due: tuesday, Customer: "Smith"}},
	}
	model, err := rows.Model()
	if err != nil {
		return nil, err
	}
	return plan.New(context.Background(), model, plan.Options{Finite: &plan.FiniteOptions{}})
}

// What if twelve more bikes were wanted, before the others? The plan that is asked stays as it is.
func ExamplePlan_Apply() {
	ctx := context.Background()
	p, err := exampleBikes()
	if err != nil {
		fmt.Println(err)
		return
	}
	more := mrp.Demand{ID: "SO-2", Item: "BIKE", Quantity: bom.Units(12), Due: bom.OnDay(bom.On(2026, time.March, 3)), Priority: 1}
	what, err := p.Apply(ctx, plan.AddDemand{Demand: more})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range what.Effects().Shifts {
		fmt.Printf("%s ships on %v, %d h late\n", s.Demand, s.After, s.LateAfter/3600)
	}

	_, err = what.Apply(ctx, plan.MoveDemand{Demand: "SO-3", Due: more.Due})
	var wrong *plan.ChangeError
	fmt.Println(errors.As(err, &wrong), err)
	// Output:
}

// The ways to serve an urgent order, the best first. Each carries its whole plan.
func ExamplePlan_Rush() {
	ctx := context.Background()
	p, err := exampleBikes()
	if err != nil {
		fmt.Println(err)
		return
	}
	order := mrp.Demand{ID: "SO-2", Item: "BIKE", Quantity: bom.Units(4), Due: bom.OnDay(bom.On(2026, time.March, 2)), Priority: 1}
	answer, err := p.Rush(ctx, order, plan.RushOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range answer.Options {
		o := &answer.Options[i]
		fmt.Println(o.OnTime, o.Promise, o.Levers, len(o.Slips))
	}
	// Output:
}

// When can a customer have twelve bikes, if nobody else is to wait for it?
func ExamplePlan_Promise() {
	p, err := exampleBikes()
	if err != nil {
		fmt.Println(err)
		return
	}
	wanted := mrp.Demand{Item: "BIKE", Quantity: bom.Units(12), Due: bom.OnDay(bom.On(2026, time.March, 3))}
	offer, err := p.Promise(context.Background(), plan.Inquiry{Demand: wanted})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("asked for", offer.Asked, "promised", offer.Promised)
	for _, s := range offer.Barred {
		fmt.Println("on the date asked for, it would be late:", s.Demand)
	}
	// Output:
}

// What an order did to the schedule.
func ExampleCompare() {
	p, err := exampleBikes()
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := p.Apply(context.Background(), plan.ResizeDemand{Demand: "SO-1", Quantity: bom.Units(6)})
	if err != nil {
		fmt.Println(err)
		return
	}
	d := plan.Compare(p, after)
	for _, x := range d.Demands {
		fmt.Println(x.Demand, x.Presence, x.Before.Quantity, "to", x.After.Quantity)
	}
	for _, x := range d.Loads {
		fmt.Println(x)
	}
	// Output:
}
