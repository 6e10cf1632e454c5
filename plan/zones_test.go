package plan_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// zone is a time zone of the IANA list.
func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// Material planning takes the day of a timestamp in the model's zone. In Los Angeles the
// clock goes from 02:00 to 03:00 on 8 March 2026, and from 02:00 back to 01:00 on 1 November.
// A second before and at midnight, around both, the days are those of the wall clock there.
func TestTimestampsFallOnTheirDay(t *testing.T) {
	const where = "America/Los_Angeles"
	for _, c := range []struct{ at, need string }{
		{"2026-03-07T23:59:59-08:00", "2026-03-07"},
		{"2026-03-08T07:59:59Z", "2026-03-07"},
		{"2026-03-08T08:00:00Z", "2026-03-08"}, // midnight, still winter time
		{"2026-03-08T01:59:59-08:00", "2026-03-08"},
		{"2026-03-08T10:00:00Z", "2026-03-08"}, // the clock jumps to 03:00
		{"2026-03-09T06:59:59Z", "2026-03-08"}, // a day of 23 hours
		{"2026-03-09T07:00:00Z", "2026-03-09"}, // midnight, summer time
		{"2026-11-01T06:59:59Z", "2026-10-31"},
		{"2026-11-01T07:00:00Z", "2026-11-01"}, // midnight, summer time
		{"2026-11-01T08:30:00Z", "2026-11-01"}, // 01:30 for the first time
		{"2026-11-01T09:30:00Z", "2026-11-01"}, // 01:30 for the second time
		{"2026-11-02T07:59:59Z", "2026-11-01"}, // a day of 25 hours
		{"2026-11-02T08:00:00Z", "2026-11-02"},
		{"2026-11-02T09:00:00+01:00", "2026-11-02"}, // the same instant from Berlin
	} {
		due, err := bom.ParseWhen(c.at, zone(t, where))
		if err != nil {
			t.Fatal(err)
		}
		rows := &plan.Rows{
			Settings: mrp.Settings{Start: bom.OnDay(bom.On(2026, 3, 2)), TimeZone: where},
			Items:    []bom.Item{{ID: "A", LeadDays: bom.Some(3)}},
			Demands:  []mrp.Demand{{ID: "SO1", Item: "A", Quantity: bom.Unit, Due: due}},
		}
		need, err := bom.ParseDay(c.need)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for o := range planOf(t, rows).Material().Orders() {
			got += fmt.Sprint(o.Need, " ", o.Start)
		}
		expect(t, c.at, got, fmt.Sprint(need, " ", need-3))
	}
}

// The same instants are other days in other zones: a demand late on 7 March in Los
// Angeles is due on 8 March in Berlin, and the overdue one there is due today in Honolulu.
func TestZoneMovesDays(t *testing.T) {
	for _, c := range []struct {
		where string
		want  string
	}{
		{"America/Los_Angeles", "SO1 needed 2026-03-07, SO2 needed 2026-03-02"},
		{"Europe/Berlin", "SO1 needed 2026-03-08, SO2 needed 2026-03-02, past_due_demand"},
		{"Pacific/Honolulu", "SO1 needed 2026-03-07, SO2 needed 2026-03-02, past_due_demand"},
	} {
		z := zone(t, c.where)
		at := func(text string) bom.When {
			w, err := bom.ParseWhen(text, z)
			if err != nil {
				t.Fatal(err)
			}
			return w
		}
		rows := &plan.Rows{
			Settings: mrp.Settings{Start: bom.OnDay(bom.On(2026, 3, 2)), TimeZone: c.where},
			Items:    []bom.Item{{ID: "A"}, {ID: "B"}},
			Stock:    []mrp.Stock{{Item: "A", Quantity: bom.Unit}, {Item: "B", Quantity: bom.Unit}},
			Demands: []mrp.Demand{
				{ID: "SO1", Item: "A", Quantity: bom.Unit, Due: at("2026-03-08T05:00:00Z")},
				{ID: "SO2", Item: "B", Quantity: bom.Unit, Due: at(map[string]string{
					"America/Los_Angeles": "2026-03-02T08:00:00Z", // midnight: today
					"Europe/Berlin":       "2026-03-01T22:59:59Z", // a second before midnight: yesterday
					"Pacific/Honolulu":    "2026-03-02T09:59:59Z", // likewise
				}[c.where])},
			},
		}
		p := planOf(t, rows)
		got := ""
		for g := range p.Material().Pegging() {
			if got != "" {
				got += ", "
			}
			got += fmt.Sprintf("%s needed %v", g.Consumer, g.Needed)
		}
		for _, g := range p.Material().Messages() {
			if g.Code == mrp.PastDueDemand {
				got += ", " + string(g.Code)
			}
		}
		expect(t, c.where, got, c.want)
	}
}

// A start given as an instant is today in the model's zone, and lead times over the
// change of the clock count days, not 24 hours: four working days back from Tuesday 10
// March, over the short Sunday, are Wednesday 4 March; the night shift that starts
// on Saturday and ends in summer time belongs to Saturday.
func TestLeadTimesOverTheChangeOfTheClock(t *testing.T) {
	const where = "America/Los_Angeles"
	z := zone(t, where)
	rows := &plan.Rows{
		Settings: mrp.Settings{Start: bom.At(time.Date(2026, 3, 1, 23, 59, 59, 0, z)), TimeZone: where, Calendar: "week"},
		Calendars: []capacity.CalendarRow{
			{ID: "week", Days: "Mon-Fri", Shifts: "06:00-14:00"},
			{ID: "nights", Days: "Sat", Shifts: "22:00-06:00"},
		},
		Items: []bom.Item{
			{ID: "A", LeadDays: bom.Some(4)},
			{ID: "B", LeadDays: bom.Some(0), Calendar: "nights"},
		},
		Demands: []mrp.Demand{
			{ID: "SO1", Item: "A", Quantity: bom.Unit, Due: bom.At(time.Date(2026, 3, 10, 0, 0, 0, 0, z))},
			{ID: "SO2", Item: "B", Quantity: bom.Unit, Due: bom.At(time.Date(2026, 3, 8, 5, 0, 0, 0, z))},
		},
	}
	p := planOf(t, rows)
	if today := p.Material().Model().Start(); today != bom.On(2026, 3, 1) {
		t.Errorf("today is %v", today)
	}
	expect(t, "orders", ordersText(p),
		"A@main/2026-03-10/1 buy source= qty=1 start_qty=1 start=2026-03-04 due=2026-03-10 need=2026-03-10 demand= late=0\n"+
			"B@main/2026-03-08/1 buy source= qty=1 start_qty=1 start=2026-03-07 due=2026-03-07 need=2026-03-08 demand= late=0\n")
}
