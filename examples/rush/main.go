// Command rush answers an urgent order: a press is full on the day on which a customer wants four hours of it. It prints
// the ways to serve the order, what they cost and who pays, asks what a breakdown would do, and takes the best way.
//
// compressors.json and orders.csv are for the commands of the README, on examples/appliance.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
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
	model, err := press()
	if err != nil {
		return err
	}
	p, err := plan.New(ctx, model, plan.Options{Finite: &plan.FiniteOptions{}})
	if err != nil {
		return err
	}
	if err := whatIf(ctx, w, p); err != nil {
		return err
	}
	return rush(ctx, w, p)
}

var monday = bom.On(2026, time.March, 2)

// press is a model of one press that is full on Monday.
func press() (*plan.Model, error) {
	hour := bom.MustNumber("60")
	rows := plan.Rows{
		Settings:    mrp.Settings{Start: bom.OnDay(monday), Calendar: "day"},
		Calendars:   []capacity.CalendarRow{{ID: "day", Days: "Mon-Fri", Shifts: "06:00-14:00"}},
		Items:       []bom.Item{{ID: "GEAR"}, {ID: "SHAFT"}},
		WorkCentres: []capacity.WorkCentre{{ID: "PRESS", OvertimeHoursPerDay: bom.MustNumber("4"), OvertimeCostPerHour: bom.MustNumber("50")}},
		Operations: []capacity.Operation{
			{Item: "GEAR", Op: 10, WorkCentre: "PRESS", RunMin: hour},
			{Item: "SHAFT", Op: 10, WorkCentre: "PRESS", RunMin: hour},
		},
		Demands: []mrp.Demand{{ID: "SO-1", Item: "GEAR", Quantity: bom.Units(8), Due: bom.OnDay(monday), Customer: "Smith"}},
	}
	return rows.Model()
}

// whatIf asks what a breakdown would do. The plan stays as it is.
func whatIf(ctx context.Context, w io.Writer, p *plan.Plan) error {
	from := time.Date(2026, time.March, 2, 6, 0, 0, 0, time.UTC)
	down := capacity.Downtime{WorkCentre: "PRESS", From: bom.At(from), To: bom.At(from.Add(2 * time.Hour))}
	what, err := p.Apply(ctx, plan.AddDowntime{Downtime: down})
	if err != nil {
		return err
	}
	for _, s := range what.Effects().Shifts {
		fmt.Fprintf(w, "press down for two hours: %s ships on %v, not on %v\n", s.Demand, s.After.Day, s.Before.Day)
	}
	return nil
}

// rush answers an urgent order and takes the best option.
func rush(ctx context.Context, w io.Writer, p *plan.Plan) error {
	order := mrp.Demand{ID: "SO-2", Item: "SHAFT", Quantity: bom.Units(4), Due: bom.OnDay(monday), Priority: 1, Customer: "Miller"}
	answer, err := p.Rush(ctx, order, plan.RushOptions{})
	if err != nil {
		return err
	}
	for i := range answer.Options {
		o := &answer.Options[i]
		fmt.Fprintf(w, "option %d: on time %v, cost %v, %d others pay, by %v\n", i+1, o.OnTime, o.Cost.Total(), len(o.Slips), o.Levers)
	}

	live := plan.NewLive(p, plan.LiveOptions{})
	best := &answer.Options[0]
	version, err := live.Commit(ctx, plan.Proposal{Base: live.Current().Version, Changes: best.Changes, Repair: best.Repair, Plan: best.Plan})
	if err != nil {
		return err // a *plan.StaleError if another change came first
	}
	fmt.Fprintln(w, "version", version)
	now := live.Current().Plan.Finite()
	for _, x := range now.Promises() {
		fmt.Fprintln(w, now.Demand(x.Demand).ID, x.Status)
	}
	return live.Close(ctx)
}
