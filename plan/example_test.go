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

// What if the bench is down until Tuesday morning? The plan that is asked stays as it is, and a change that cannot be
// made changes nothing.
func ExamplePlan_Apply() {
	ctx := context.Background()
	p, err := exampleBikes()
	if err != nil {
		fmt.Println(err)
		return
	}
	at := func(day, hour int) bom.When { return bom.At(time.Date(2026, time.March, day, hour, 0, 0, 0, time.UTC)) }
	what, err := p.Apply(ctx, plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "BENCH", From: at(2, 6), To: at(3, 8)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range what.Effects().Shifts {
		fmt.Printf("%s ships on %s, %d h late\n", s.Demand, s.After.Text(time.UTC), s.LateAfter/3600)
	}

	_, err = what.Apply(ctx, plan.MoveDemand{Demand: "SO-3", Due: at(6, 14)})
	var wrong *plan.ChangeError
	fmt.Println(errors.As(err, &wrong), err)
	// Output:
	// SO-1 ships on 2026-03-04T08:00:00Z, 8 h late
	// true change 1, move demand SO-3 to 2026-03-06: there is no demand SO-3: did you mean SO-1?; nothing was changed
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
		fmt.Printf("on time %v, %s, %v, %d others pay\n", o.OnTime, o.Promise.Text(time.UTC), o.Levers, len(o.Slips))
	}
	// Output:
	// on time true, 2026-03-02, [others give way], 0 others pay
	// on time false, 2026-03-03T10:00:00Z, [], 0 others pay
	// on time false, 2026-03-03, [2 ship first, the rest follows], 0 others pay
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
	fmt.Println("asked for", offer.Asked.Day, "promised", offer.Promised.Day)
	for _, s := range offer.Barred {
		fmt.Println("on the date asked for, it would be late:", s.Demand)
	}
	// Output:
	// asked for 2026-03-03 promised 2026-03-04
	// on the date asked for, it would be late: SO-1
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
		fmt.Println(x.WorkCentre, x.Before.Asked(), "to", x.After.Asked())
	}
	// Output:
	// SO-1 changed 8 to 6
	// BENCH 8h0m0s to 6h0m0s
}
