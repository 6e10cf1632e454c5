package plan_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// shop is one press that makes A, an hour each, from Monday on at six.
func shop(demands ...mrp.Demand) *plan.Rows {
	return &plan.Rows{
		Settings:    mrp.Settings{Start: bom.OnDay(bom.On(2026, time.March, 2)), Calendar: "day"},
		Calendars:   []capacity.CalendarRow{{ID: "day", Days: "Mon-Fri", Shifts: "06:00-14:00"}},
		Items:       []bom.Item{{ID: "A"}},
		WorkCentres: []capacity.WorkCentre{{ID: "press"}},
		Operations:  []capacity.Operation{{Item: "A", Op: 10, WorkCentre: "press", RunMin: bom.MustNumber("60")}},
		Demands:     demands,
	}
}

func order(id string, quantity, day int, priority int) mrp.Demand {
	return mrp.Demand{ID: id, Item: "A", Quantity: bom.Units(int64(quantity)), Due: bom.OnDay(bom.On(2026, time.March, day)), Priority: priority}
}

func finitePlan(t *testing.T, rows *plan.Rows) *plan.Plan {
	t.Helper()
	m, err := rows.Model()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(context.Background(), m, plan.Options{Finite: &plan.FiniteOptions{}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A rush order of eight hours for Monday takes the press for a day: what was to run on Monday
// runs on Tuesday and is late, what has time until Friday moves and is not.
func TestCompareTellsWhoPaysForARushOrder(t *testing.T) {
	calm := []mrp.Demand{order("S1", 4, 2, 10), order("S2", 4, 6, 10)}
	before := finitePlan(t, shop(calm...))
	after := finitePlan(t, shop(append(calm, order("RUSH", 8, 2, 1))...))
	d := plan.Compare(before, after)
	var b strings.Builder
	for _, x := range d.Demands {
		fmt.Fprintf(&b, "%s %s %s to %s\n", x.Presence, x.Demand, x.Before.Status, x.After.Status)
	}
	for _, x := range d.Orders {
		fmt.Fprintf(&b, "%s %s\n", x.Presence, x.Order)
	}
	for _, x := range d.Operations {
		fmt.Fprintf(&b, "%s %s op %d by %d h\n", x.Presence, x.Order, x.Op, x.Moved()/3600)
	}
	const want = `added RUSH  to late
changed S1 on_time to late
changed A@main/2026-03-02/1
changed A@main/2026-03-02/1 op 10 by 0 h
changed A@main/2026-03-06/1 op 10 by 24 h
`
	if got := b.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if d := plan.Compare(before, before); !d.Empty() {
		t.Errorf("a plan differs from itself: %+v", d)
	}
}

// What one direction adds, the other removes.
func TestCompareBackwardsIsTheReverse(t *testing.T) {
	a, b := finitePlan(t, shop(order("S1", 4, 2, 10))), finitePlan(t, shop(order("S2", 4, 6, 10)))
	there, back := plan.Compare(a, b), plan.Compare(b, a)
	reverse := map[plan.Presence]plan.Presence{plan.Added: plan.Removed, plan.Removed: plan.Added, plan.Changed: plan.Changed}
	if len(there.Demands) != 2 || len(back.Demands) != 2 {
		t.Fatalf("%d and %d demands differ, want 2 and 2", len(there.Demands), len(back.Demands))
	}
	for i := range there.Demands {
		x, y := there.Demands[i], back.Demands[i]
		if x.Demand != y.Demand || y.Presence != reverse[x.Presence] || x.Later() != -y.Later() {
			t.Errorf("%+v there, %+v back", x, y)
		}
	}
	for i := range there.Operations {
		if x, y := there.Operations[i], back.Operations[i]; x.Order != y.Order || y.Presence != reverse[x.Presence] {
			t.Errorf("%+v there, %+v back", x, y)
		}
	}
}
