package plan_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/plan"
)

// planOf plans rows, which must be valid.
func planOf(t *testing.T, rows *plan.Rows) *plan.Plan {
	t.Helper()
	m, err := rows.Model()
	if err != nil {
		t.Fatalf("model: %v", err)
	}
	p, err := plan.New(context.Background(), m, plan.Options{})
	if err != nil {
		t.Fatalf("plan: %v", err)
	}
	return p
}

// ordersText lists the planned orders of the engine, one a line, by id.
func ordersText(p *plan.Plan) string {
	var b strings.Builder
	for o := range p.Material().Orders() {
		fmt.Fprintf(&b, "%s %v source=%s qty=%v start_qty=%v start=%v due=%v need=%v demand=%s late=%d\n",
			o.ID, o.Kind, o.Source, o.Quantity, o.StartQuantity, o.Start, o.Due, o.Need, o.Demand, o.LateDays)
	}
	return b.String()
}

// expectedText lists the planned orders of the oracle in the same form.
func expectedText(r *oracle.Result) string {
	var b strings.Builder
	for _, o := range r.Orders {
		fmt.Fprintf(&b, "%s %v source=%s qty=%v start_qty=%v start=%v due=%v need=%v demand=%s late=%d\n",
			o.ID, o.Kind, o.Source, o.Quantity, o.StartQuantity, o.Start, o.Due, o.Need, o.Demand, o.LateDays)
	}
	return b.String()
}

// projectedText lists the netting records of the engine.
func projectedText(p *plan.Plan) string {
	var b strings.Builder
	for part, days := range p.Material().AllProjected() {
		for _, d := range days {
			fmt.Fprintf(&b, "%s %v req=%v rec=%v plan=%v pa=%v\n", p.Network().Label(part), d.Day, d.Requirements, d.Receipts, d.Planned, d.Projected)
		}
	}
	return b.String()
}

func expectedProjected(p *plan.Plan, r *oracle.Result) string {
	var b strings.Builder
	for part := range p.Network().Parts {
		id := bom.PartID(part)
		for _, d := range r.Projected[[2]string{p.Network().ItemID(id), p.Network().SiteID(id)}] {
			fmt.Fprintf(&b, "%s %v req=%v rec=%v plan=%v pa=%v\n", p.Network().Label(id), d.Day, d.Requirements, d.Receipts, d.Planned, d.Projected)
		}
	}
	return b.String()
}

// firstDifference shows where two listings part.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		x, y := "", ""
		if i < len(g) {
			x = g[i]
		}
		if i < len(w) {
			y = w[i]
		}
		if x != y {
			return fmt.Sprintf("line %d\n got  %s\n want %s", i+1, x, y)
		}
	}
	return ""
}

// The engine gives, to the unit and the day, what the slow oracle gives on random
// models with every feature of the rules.
func TestPlanEqualsOracle(t *testing.T) {
	const cases = 2000
	for seed := range uint64(cases) {
		rows := oracle.Random(seed, int(seed%25)+3)
		p := planOf(t, rows)
		want := oracle.Plan(rows)
		if diff := firstDifference(ordersText(p), expectedText(want)); diff != "" {
			t.Fatalf("seed %d: orders differ at %s", seed, diff)
		}
		if diff := firstDifference(projectedText(p), expectedProjected(p, want)); diff != "" {
			t.Fatalf("seed %d: netting records differ at %s", seed, diff)
		}
	}
}
