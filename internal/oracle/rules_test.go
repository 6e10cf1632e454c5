package oracle

import (
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// G2: Orlicky (1975), fig. 7-10: three levels, lead time 2 each.
func TestOrlickyExplosion(t *testing.T) {
	r := golden()
	addItem(r, "A", 2, 12, nil)
	addItem(r, "B", 2, 28, nil)
	addItem(r, "C", 2, 8, nil)
	addReceipt(r, "A", 3, 14)
	addLines(r, "A=B", "B=C")
	for p, q := range map[int]int64{1: 10, 3: 15, 4: 10, 5: 20, 6: 5, 8: 10, 9: 15} {
		addDemand(r, "A", p, q)
	}
	result := Plan(r)
	expect(t, "A", orders(result, "A", release), "9@2 20@3 5@4 10@6 15@7")
	expect(t, "B", orders(result, "B", release), "1@1 5@2 10@4 15@5")
	expect(t, "C", orders(result, "C", release), "8@2 15@3")
}

// G5: UltimaStepper, Heizer & Render, problem 14.30.
func TestUltimaStepper(t *testing.T) {
	r := golden()
	for id, x := range map[string][2]int{"S": {2, 20}, "A": {1, 10}, "B": {2, 30}, "C": {3, 10}, "D": {1, 15}, "E": {2, 5}, "F": {2, 20}} {
		addItem(r, id, x[0], int64(x[1]), nil)
	}
	addLines(r, "S=A+3B+2C", "A=D+2F", "B=E+3F", "C=2D+3E")
	addDemand(r, "S", 8, 50)
	result := Plan(r)
	for id, want := range map[string]string{
		"S": "30@6", "A": "20@5", "B": "60@4", "C": "50@3", "D": "85@2 20@4", "E": "145@1 60@2", "F": "160@2 40@3",
	} {
		expect(t, id, orders(result, id, release), want)
	}
}

// Rule 6: an order that should have started is moved forward; it is netted on its need day.
func TestPastDue(t *testing.T) {
	r := golden()
	addItem(r, "A", 5, 0, nil)
	addDemand(r, "A", 3, 10)
	o := Plan(r).Orders[0]
	if o.Start != period(1) || o.Due != period(6) || o.Need != period(3) || o.LateDays != 3 {
		t.Errorf("forward: %+v", o)
	}
	r.Settings.PastDue = mrp.Keep
	o = Plan(r).Orders[0]
	if o.Start != period(-2) || o.Due != period(3) || o.LateDays != 0 {
		t.Errorf("keep: %+v", o)
	}
}

// Rule 9: the order becomes due at the end of the planning fence.
func TestPlanningFence(t *testing.T) {
	r := golden()
	addItem(r, "A", 2, 0, func(i *bom.Item) { i.PlanningFenceDays = 10 })
	addDemand(r, "A", 5, 10)
	o := Plan(r).Orders[0]
	if o.Start != period(9) || o.Due != period(11) || o.Need != period(5) || o.LateDays != 6 {
		t.Errorf("%+v", o)
	}
}

// Rule 4: shelf life caps what a fixed lot orders for the days it can be used.
func TestShelfLife(t *testing.T) {
	r := golden()
	addItem(r, "A", 0, 0, func(i *bom.Item) {
		i.LotRule, i.LotQuantity, i.ShelfLifeDays = bom.FixedLot, bom.Units(100), 2
	})
	for _, p := range []int{1, 3, 4} {
		addDemand(r, "A", p, 10)
	}
	expect(t, "lots", orders(Plan(r), "A", need), "20@1 10@4")
}

// Rule 4: 3.7 becomes 4, at least 6, in threes: 6; 45 in tens at most: 4 full lots and a rest of 6.
func TestModifiers(t *testing.T) {
	m := modifiers{decimals: 0, min: bom.Units(6), multiple: bom.Units(3), max: bom.Units(9)}
	for _, c := range []struct {
		q, most string
		want    []string
	}{
		{"3.7", "1000", []string{"6"}},
		{"37", "1000", []string{"9", "9", "9", "9", "6"}},
		{"37", "38", []string{"9", "9", "9", "9", "2"}},
	} {
		got := m.lots(bom.MustQuantity(c.q), bom.MustQuantity(c.most))
		if len(got) != len(c.want) {
			t.Errorf("%s: %v", c.q, got)
			continue
		}
		for i := range got {
			expect(t, c.q, got[i].String(), c.want[i])
		}
	}
}

// Rule 13: a receipt within reschedule_days is counted on the day of the shortage.
func TestReschedule(t *testing.T) {
	r := golden()
	r.Settings.RescheduleDays = 3
	addItem(r, "A", 0, 0, nil)
	addReceipt(r, "A", 6, 8)
	addReceipt(r, "A", 7, 8)
	addDemand(r, "A", 3, 10)
	expect(t, "orders", orders(Plan(r), "A", need), "2@3")
}

// Rule 8: a phantom nets its own stock and explodes the rest on the same day.
func TestPhantom(t *testing.T) {
	r := golden()
	addItem(r, "A", 2, 0, nil)
	addItem(r, "P", 5, 7, func(i *bom.Item) { i.Phantom = true })
	addItem(r, "B", 1, 0, nil)
	addLines(r, "A=2P", "P=3B")
	addDemand(r, "A", 6, 5)
	result := Plan(r)
	expect(t, "P", orders(result, "P", need), "")
	expect(t, "B", orders(result, "B", need), "9@4")
}

// Rule 11: the shortage of a main component that would be late goes to the
// substitute, times the ratio of the lines.
func TestSubstitute(t *testing.T) {
	r := golden()
	addItem(r, "A", 1, 0, nil)
	addItem(r, "M", 9, 4, nil)
	addItem(r, "N", 9, 0, nil)
	addItem(r, "S", 1, 0, nil)
	for i, c := range []string{"M", "N", "S"} {
		r.Lines = append(r.Lines, bom.Line{
			Parent: "A", Component: c, Quantity: bom.Units(int64(2 + i)), SubstituteGroup: "G", SubstitutePriority: i + 1,
		})
	}
	addDemand(r, "A", 4, 5)
	result := Plan(r)
	expect(t, "M", orders(result, "M", need), "")
	expect(t, "N", orders(result, "N", need), "")
	expect(t, "S", orders(result, "S", need), "12@3") // (10 − 4) × 4 ÷ 2
}

// Rule 11: a dedicated demand has its own segment at made levels, with its reserved
// stock first; bought parts are common.
func TestDedicated(t *testing.T) {
	r := golden()
	for _, id := range []string{"A", "B", "C"} {
		addItem(r, id, 1, 20, nil)
	}
	addLines(r, "A=B", "B=2C")
	addDemand(r, "A", 5, 10)
	r.Demands[0].Peg = mrp.Dedicated
	r.Stock = append(r.Stock, mrp.Stock{Item: "B", Quantity: bom.Units(3), ReservedFor: "A-5"})
	result := Plan(r)
	expect(t, "A", orders(result, "A", need), "10@5")
	expect(t, "B", orders(result, "B", need), "7@4")
	expect(t, "C", orders(result, "C", need), "") // 14 of the common 20
	for _, o := range result.Orders {
		expect(t, o.ID, o.Demand, "A-5")
	}
}

// Rule 5: a routing's minutes over the mean working minutes of its centre.
func TestRoutingLeadTime(t *testing.T) {
	r := golden()
	r.Items = []bom.Item{{ID: "A", Decimals: bom.Some(0), Yield: bom.MustNumber("0.9")}}
	r.Calendars = []capacity.CalendarRow{
		{ID: "c", Days: "Mon-Thu", Shifts: "06:00-14:00"},
		{ID: "c", Days: "Fri", Shifts: "06:00-10:00"},
		{ID: "c", Days: "2030-01-01", Shifts: "06:00-07:00"},
	}
	r.WorkCentres = []capacity.WorkCentre{{ID: "w", Calendar: "c", Efficiency: bom.MustNumber("0.5")}}
	r.Operations = []capacity.Operation{
		{Item: "A", Op: 10, WorkCentre: "w", SetupMin: 60 * bom.One, RunMin: bom.One, QueueMin: 172 * bom.One},
		{Item: "A", Op: 20, Supplier: "s", LeadDays: 2},
	}
	m := normalise(r)
	p := part{"A", "main"}
	s := m.sourcesOf(p)[0]
	start := m.startQuantity(p, s, bom.Units(90))
	expect(t, "start quantity", start.String(), "100")
	// 60 + 100 ÷ 0.5 + 172 = 432 minutes = exactly one mean day of (4·480 + 240) ÷ 5, and 2 days
	if got := m.leadTime(p, s, start); got != 3 {
		t.Errorf("lead time %d, want 3", got)
	}
}

// Rule 10: same day first, then backward, then ahead.
func TestForecastConsumption(t *testing.T) {
	r := golden()
	r.Settings.ConsumeBackDays, r.Settings.ConsumeAheadDays = 3, 3
	addItem(r, "A", 0, 0, nil)
	for _, p := range []int{2, 4, 6, 8, 20} {
		addDemand(r, "A", p, 10)
		r.Demands[len(r.Demands)-1].Kind = mrp.Forecast
	}
	r.Demands[1].PeriodDays = 2 // covers 4 and 5
	addDemand(r, "A", 5, 25)
	// takes 10@4, 10@2, 5@6
	expect(t, "orders", orders(Plan(r), "A", need), "25@5 5@6 10@8 10@20")
}

// calendars.csv: a single date beats a range, the later-starting range beats the
// other, a range beats weekdays.
func TestCalendarPrecedence(t *testing.T) {
	c := calendarsOf([]capacity.CalendarRow{
		{ID: "c", Days: "Mon-Fri", Shifts: "22:00-06:00"},
		{ID: "c", Days: "2026-03-02..2026-03-13"},
		{ID: "c", Days: "2026-03-09..2026-03-13", Shifts: "06:00-14:00"},
		{ID: "c", Days: "2026-03-09..2026-03-10"},
		{ID: "c", Days: "2026-03-10", Shifts: "06:00-14:00"},
	})["c"]
	for day, want := range map[int]bool{1: false, 2: false, 6: false, 9: false, 10: true, 11: true, 13: true, 14: false, 16: true} {
		if got := c.works(bom.On(2026, 3, day)); got != want {
			t.Errorf("2026-03-%02d works: %v", day, got)
		}
	}
	if got := c.back(bom.On(2026, 3, 9), 1); got != bom.On(2026, 2, 26) {
		t.Errorf("one day back from a closed day: %s", got)
	}
}
