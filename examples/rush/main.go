// Command rush answers an urgent order: a press is full on the day on which a customer wants four hours of it. It prints
// the best way to serve the order, what it costs and who pays, and takes it.
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
	monday := bom.On(2026, time.March, 2)
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
	model, err := rows.Model()
	if err != nil {
		return err
	}
	p, err := plan.New(ctx, model, plan.Options{Finite: &plan.FiniteOptions{}})
	if err != nil {
		return err
	}

	order := mrp.Demand{ID: "SO-2", Item: "SHAFT", Quantity: bom.Units(4), Due: bom.OnDay(monday), Priority: 1, Customer: "Miller"}
	answer, err := p.Rush(ctx, order, plan.RushOptions{})
	if err != nil {
		return err
	}
	best := &answer.Options[0]
	fmt.Fprintf(w, "on time: %v, cost %v, %d others pay\n", best.OnTime, best.Cost.Total(), len(best.Slips))
	for _, l := range best.Levers {
		fmt.Fprintln(w, l)
	}
	for _, x := range best.Plan.Finite().Promises() {
		fmt.Fprintln(w, best.Plan.Finite().Demand(x.Demand).ID, x.Status)
	}
	return nil
}
