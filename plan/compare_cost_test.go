package plan_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// priced is the shop with prices: the press at 40 an hour, overtime 50 more, steel bought at 3, 7 a day for a late S1.
func priced(demands ...mrp.Demand) *plan.Rows {
	rows := shop(demands...)
	rows.WorkCentres[0].CostPerHour, rows.WorkCentres[0].OvertimeCostPerHour = 40*bom.One, 50*bom.One
	rows.WorkCentres[0].SetupMatrix = "m"
	rows.Operations[0].SetupFamily = "a"
	rows.Items = append(rows.Items, bom.Item{ID: "B"}, bom.Item{ID: "STEEL"})
	rows.Operations = append(rows.Operations, capacity.Operation{Item: "B", Op: 10, WorkCentre: "press", RunMin: 60 * bom.One, SetupFamily: "b"})
	rows.Setups = []capacity.Setup{{Matrix: "m", From: "a", To: "b", Cost: 9 * bom.One}, {Matrix: "m", From: "*", To: "*", Cost: bom.One}}
	rows.Lines = []bom.Line{{Parent: "A", Component: "STEEL", Quantity: bom.Units(2)}}
	rows.Sources = []bom.Source{{Item: "STEEL", ID: "mill", Kind: bom.Buy, UnitCost: 3 * bom.One}}
	return rows
}

func figures(list []plan.KPIDiff) string {
	var b strings.Builder
	for _, k := range list {
		fmt.Fprintf(&b, "%s %v to %v\n", k.Name, k.Before, k.After)
	}
	return b.String()
}

// A rush order of eight B on Monday: the press works eight hours more, changes over, S1 is a day late and costs its penalty, and Saturday is
// worked. Steel is bought for S1 alone, before and after.
func TestCompareTellsWhatARushOrderCosts(t *testing.T) {
	s1 := order("S1", 8, 2, 10)
	s1.PenaltyPerDay = 7 * bom.One
	before := finitePlan(t, priced(s1))
	rush := mrp.Demand{ID: "RUSH", Item: "B", Quantity: bom.Units(8), Due: bom.OnDay(bom.On(2026, time.March, 2)), Weight: bom.Some(9 * bom.One)}
	rows := priced(s1, rush)
	rows.Downtime = []capacity.Downtime{overtime().Downtime}
	after := finitePlan(t, rows)
	d := plan.Compare(before, after)
	const want = "late_penalty 0 to 4.0833\novertime 0 to 500\nsetups 0 to 1\nwork 320 to 640\n"
	if got := figures(d.Costs); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if len(d.Loads) != 1 || d.Loads[0].WorkCentre != "press" || d.Loads[0].More() != 8*time.Hour || d.Loads[0].After.Available-d.Loads[0].Before.Available != 8*time.Hour {
		t.Errorf("%+v; want eight hours more of work and of time in the week", d.Loads)
	}
	if steel := before.Costs()[2]; steel.Name != "purchases" || steel.Value.String() != "48" {
		t.Errorf("%+v; want sixteen of steel at 3", steel)
	}
}

// Tables that say the same as the plans give the same differences, in whatever order their rows come.
func TestCompareWrittenSaysWhatCompareSays(t *testing.T) {
	a, b := finitePlan(t, shop(order("S1", 4, 2, 10), order("S2", 4, 6, 10))), finitePlan(t, shop(order("S1", 4, 2, 10), order("R", 8, 2, 1)))
	whole, tables := plan.Compare(a, b), plan.CompareWritten(tablesOf(a), tablesOf(b))
	if len(whole.Demands) == 0 || len(whole.Demands) != len(tables.Demands) || len(whole.Operations) != len(tables.Operations) || len(whole.Orders) != len(tables.Orders) ||
		len(whole.Loads) != len(tables.Loads) || figures(whole.KPIs) != figures(tables.KPIs) {
		t.Errorf("plans %+v\ntables %+v", whole, tables)
	}
	for i := range whole.Demands {
		if x, y := whole.Demands[i], tables.Demands[i]; x.Demand != y.Demand || x.Presence != y.Presence || x.Before != y.Before || x.After != y.After {
			t.Errorf("plans %+v, tables %+v", x, y)
		}
	}
}

// tablesOf is a finite plan as its tables tell it, rows backwards.
func tablesOf(p *plan.Plan) *plan.Written {
	w := &plan.Written{KPIs: p.KPIs()}
	demands := map[int32]mrp.Demand{}
	n := int32(0)
	for d := range p.Model().Demands() {
		demands[n] = d
		n++
	}
	for _, r := range p.Finite().Promises() {
		d := demands[r.Demand]
		w.Demands = append([]plan.WrittenDemand{{Demand: d.ID, Item: d.Item, Site: d.Site, State: plan.DemandState{Quantity: r.Quantity, Promised: r.Promised, Late: r.Late, Status: r.Status}}}, w.Demands...)
	}
	for o := range p.Material().Orders() {
		w.Orders = append([]mrp.Order{o}, w.Orders...)
	}
	for o := range p.Finite().Operations() {
		w.Operations = append([]capacity.ScheduledOperation{o}, w.Operations...)
	}
	for l := range p.Finite().Load(capacity.Week).Rows() {
		w.Loads = append([]capacity.Load{l}, w.Loads...)
	}
	return w
}
