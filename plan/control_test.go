package plan_test

import (
	"errors"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// line is a saw and a press that work from 06:00 to 14:00. The published schedule, by hand:
//
//	saw    M1/10 Mon 06–10 (4 h)   M2/10 Mon 10–14 (4 h)   M3/10 Tue 06–14 (8 h)
//	press  M0/20 Mon 06–08 (2 h)   M1/20 Tue 06–10 (4 h)   M2/20 Tue 10–14 (4 h)   M3/20 Mon of the next week 06–14 (8 h)
//
// M0 has its operation 10 behind it: it waits at the press when the plan starts.
func line(t *testing.T) *plan.Plan {
	t.Helper()
	row := func(order string, op int, centre string, day, from, to int, q int64) capacity.ScheduledOperation {
		return capacity.ScheduledOperation{Order: order, Op: op, WorkCentre: centre, Machine: 1, Start: clock(day, from), SetupEnd: clock(day, from), End: clock(day, to), Quantity: bom.Units(q)}
	}
	rows := shop()
	rows.WorkCentres = []capacity.WorkCentre{{ID: "saw", OvertimeHoursPerDay: bom.MustNumber("2"), OvertimeCostPerHour: bom.MustNumber("50")}, {ID: "press"}}
	rows.Operations = []capacity.Operation{
		{Item: "A", Op: 10, WorkCentre: "saw", RunMin: bom.MustNumber("60")},
		{Item: "A", Op: 10, WorkCentre: "press", Preference: 2, RunMin: bom.MustNumber("90")},
		{Item: "A", Op: 20, WorkCentre: "press", RunMin: bom.MustNumber("60")},
	}
	rows.Receipts = []mrp.Receipt{
		{ID: "M0", Kind: bom.Make, Item: "A", Quantity: bom.Units(2), Due: march(6), Status: mrp.InProgress, OpDone: bom.Some(10)},
		{ID: "M1", Kind: bom.Make, Item: "A", Quantity: bom.Units(4), Due: march(6)},
		{ID: "M2", Kind: bom.Make, Item: "A", Quantity: bom.Units(4), Due: march(6)},
		{ID: "M3", Kind: bom.Make, Item: "A", Quantity: bom.Units(8), Due: march(13)},
	}
	rows.Schedule = []capacity.ScheduledOperation{
		row("M0", 20, "press", 2, 6, 8, 2), row("M1", 10, "saw", 2, 6, 10, 4), row("M2", 10, "saw", 2, 10, 14, 4), row("M3", 10, "saw", 3, 6, 14, 8),
		row("M1", 20, "press", 3, 6, 10, 4), row("M2", 20, "press", 3, 10, 14, 4), row("M3", 20, "press", 9, 6, 14, 8),
	}
	return finitePlan(t, rows)
}

// Through Friday the saw was to put out 16 hours and put out 4 + 2 (half of M2) + 1 (scrap of it) = 7; the press had 2 hours
// waiting, was to get 16 hours of work and to finish 2 + 8 = 10; it got M1 (4 h) and half of M2 (2 h), and finished M0 and M1 = 6.
func TestInputOutputControlAddsUp(t *testing.T) {
	p := line(t)
	c, err := p.Control([]plan.Report{
		{Order: "M1", Op: 10, Kind: plan.Finished, At: clock(2, 11)},
		{Order: "M0", Op: 20, Kind: plan.Finished, At: clock(2, 9)},
		{Order: "M2", Op: 10, Kind: plan.Started, At: clock(2, 12)},
		{Order: "M2", Op: 10, Kind: plan.Finished, At: clock(4, 12), Quantity: bom.Units(2)},
		{Order: "M2", Op: 10, Kind: plan.Scrapped, At: clock(4, 12), Quantity: bom.Units(1)},
		{Order: "M1", Op: 20, Kind: plan.Finished, At: clock(6, 10)},
	})
	if err != nil {
		t.Fatal(err)
	}
	const h = time.Hour
	monday, sunday := bom.On(2026, time.March, 2), bom.On(2026, time.March, 8)
	want := []plan.Flow{
		{WorkCentre: "press", First: monday, Last: sunday, PlannedInput: 16 * h, Input: 6 * h, PlannedOutput: 10 * h, Output: 6 * h,
			PlannedBacklog: 8 * h, Backlog: 2 * h, InputDeviation: -10 * h, OutputDeviation: -4 * h},
		{WorkCentre: "saw", First: monday, Last: sunday, PlannedInput: 16 * h, Input: 8 * h, PlannedOutput: 16 * h, Output: 7 * h,
			PlannedBacklog: 0, Backlog: 1 * h, InputDeviation: -8 * h, OutputDeviation: -9 * h},
	}
	if len(c.Flows) != len(want) {
		t.Fatalf("%d rows: %+v", len(c.Flows), c.Flows)
	}
	for i := range want {
		if c.Flows[i] != want[i] {
			t.Errorf("got  %+v\nwant %+v", c.Flows[i], want[i])
		}
	}
	if c.Through != bom.On(2026, time.March, 6) {
		t.Errorf("through %v", c.Through)
	}
	lags := []plan.Lag{
		{Order: "M2", Op: 10, Behind: 4 * h, Late: 4*24*h + 10*h}, // of 8 h, 3 are reported, and one piece is not to be pressed any more; it was to leave the saw on Monday at 14:00
		{Order: "M3", Op: 10, Behind: 8 * h, Late: 3*24*h + 10*h},
	}
	if len(c.Orders) != len(lags) || c.Orders[0] != lags[0] || c.Orders[1] != lags[1] {
		t.Errorf("lags: %+v", c.Orders)
	}
	levers := []plan.CatchUp{
		{WorkCentre: "press", Kind: plan.CatchUpOvertime, Gap: 4 * h, Time: 4 * h},
		{WorkCentre: "saw", Kind: plan.CatchUpOvertime, Gap: 9 * h, Time: 9 * h, Days: 5, Cost: bom.MustNumber("450")},
		{WorkCentre: "saw", Kind: plan.CatchUpAlternate, Gap: 9 * h, Time: 8 * h, Order: "M3", Op: 10, On: "press"},
	}
	if len(c.CatchUp) != len(levers) {
		t.Fatalf("levers: %+v", c.CatchUp)
	}
	for i := range levers {
		if c.CatchUp[i] != levers[i] {
			t.Errorf("got  %+v\nwant %+v", c.CatchUp[i], levers[i])
		}
	}
}

// All that was planned for the week is reported when it was planned: nothing is behind, nothing to catch up.
func TestAWeekAsPlannedHasNoDeviation(t *testing.T) {
	p := line(t)
	var reports []plan.Report
	for r := range p.Model().Scheduled() {
		if r.End.Day <= bom.On(2026, time.March, 6) {
			reports = append(reports, plan.Report{Order: r.Order, Op: r.Op, Kind: plan.Started, At: r.Start}, plan.Report{Order: r.Order, Op: r.Op, Kind: plan.Finished, At: r.End})
		}
	}
	c, err := p.Control(reports)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Flows {
		if f.InputDeviation != 0 || f.OutputDeviation != 0 || f.Backlog != f.PlannedBacklog {
			t.Errorf("%+v", f)
		}
	}
	if len(c.CatchUp) != 0 {
		t.Errorf("levers: %+v", c.CatchUp)
	}
}

func TestBadReportsAreRefused(t *testing.T) {
	p := line(t)
	var missing *plan.NotFoundError
	var value *plan.ValueError
	for _, r := range []plan.Report{{Order: "M9", Op: 10, At: clock(2, 9)}, {Order: "M1", Op: 15, At: clock(2, 9)}} {
		if _, err := p.Control([]plan.Report{r}); !errors.As(err, &missing) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	for _, r := range []plan.Report{{Order: "M1", Op: 10}, {Order: "M1", Op: 10, Kind: 7, At: clock(2, 9)}, {Order: "M1", Op: 10, Kind: plan.Finished, At: clock(2, 9), Quantity: -1},
		{Order: "M1", Op: 10, Kind: plan.Finished, At: clock(2, 9), Quantity: bom.Units(5)}} {
		if _, err := p.Control([]plan.Report{r}); !errors.As(err, &value) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	if _, err := planOf(t, shop()).Control(nil); !errors.As(err, &value) {
		t.Errorf("without a schedule: %v", err)
	}
}
