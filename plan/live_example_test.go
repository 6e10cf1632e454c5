package plan_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// A service holds one plan. Orders come in, a planner looks at a rush order and commits it, others follow what happens.
func ExampleLive() {
	ctx := context.Background()
	day := func(d int) bom.When { return bom.OnDay(bom.On(2026, time.March, d)) }
	rows := plan.Rows{
		Settings: mrp.Settings{Start: day(2)},
		Items:    []bom.Item{{ID: "BIKE", LeadDays: bom.Some(2)}, {ID: "FRAME", LeadDays: bom.Some(10)}},
		Lines:    []bom.Line{{Parent: "BIKE", Component: "FRAME", Quantity: bom.Units(1)}},
		Demands:  []mrp.Demand{{ID: "SO-7", Item: "BIKE", Quantity: bom.Units(10), Due: day(27)}},
	}
	model, err := rows.Model()
	if err != nil {
		fmt.Println(err)
		return
	}
	first, err := plan.New(ctx, model, plan.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	live := plan.NewLive(first, plan.LiveOptions{})
	follower := live.Subscribe(0)

	// What has happened is applied.
	if _, err := live.Apply(ctx, plan.CountStock{Item: "FRAME", Quantity: bom.Units(4)}); err != nil {
		fmt.Println(err)
	}

	// What somebody decides is looked at first, and committed upon the version that was looked at.
	seen := live.Current()
	rush := []plan.Change{plan.AddDemand{Demand: mrp.Demand{ID: "RUSH", Item: "BIKE", Quantity: bom.Units(3), Due: day(9), Priority: 1}}}
	outcome, err := seen.Plan.Apply(ctx, rush...)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range outcome.Effects().Shifts {
		fmt.Printf("%s ships on %v\n", s.Demand, s.After.Day)
	}
	version, err := live.Commit(ctx, plan.Proposal{Base: seen.Version, Changes: rush, Plan: outcome})
	fmt.Println("version", version, err)

	// A second planner who looked at the same version is told that it has moved.
	_, err = live.Commit(ctx, plan.Proposal{Base: seen.Version, Changes: []plan.Change{plan.CancelDemand{Demand: "SO-7"}}})
	var stale *plan.StaleError
	fmt.Println("stale:", errors.As(err, &stale), stale.Base, "to", stale.Current)

	if err := live.Close(ctx); err != nil {
		fmt.Println(err)
	}
	for e := range follower.Events(ctx) {
		fmt.Println(e.Version, e.Kind, e.Changes)
	}
	// Output:
	// RUSH ships on 2026-03-09
	// version 3 <nil>
	// stale: true 2 to 3
	// 2 applied [count 4 of FRAME]
	// 3 committed [add demand RUSH]
}
