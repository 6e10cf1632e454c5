package plan_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// Random models, whatever the options: the schedule breaks only what it says it breaks, and has all
// operations. Published and frozen, it comes out again as it is.
func TestFiniteOfRandomModels(t *testing.T) {
	seeds := uint64(150)
	if testing.Short() {
		seeds = 20
	}
	for seed := range seeds {
		rows := oracle.Random(seed, int(seed%25)+3)
		if seed%3 > 0 {
			enrich(rows, rand.New(rand.NewPCG(seed, 1)))
		}
		m, err := rows.Model()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		o := &plan.FiniteOptions{Direction: schedule.Direction(seed % 3), NoGapFilling: seed%5 == 0, ScheduledLeadTimes: seed%7 == 0}
		if seed%4 == 0 {
			o.Rules = []schedule.Rule{schedule.Rule(seed % uint64(len(schedule.Rules)))}
		}
		p, err := plan.New(context.Background(), m, plan.Options{Finite: o})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		checkFinite(t, p)
		published := slices.Collect(p.Finite().Operations())
		if o.ScheduledLeadTimes {
			continue
		}
		rows.Schedule, rows.Settings.FreezeHours = published, 100_000*bom.One
		if m, err = rows.Model(); err != nil {
			t.Fatalf("seed %d, published: %v", seed, err)
		}
		p, err = plan.New(context.Background(), m, plan.Options{Finite: o})
		if err != nil {
			t.Fatalf("seed %d, published: %v", seed, err)
		}
		same := func(a, b capacity.ScheduledOperation) bool {
			return a.Order == b.Order && a.Op == b.Op && a.WorkCentre == b.WorkCentre && a.Machine == b.Machine && a.Start == b.Start && a.End == b.End && a.Quantity == b.Quantity
		}
		if again := slices.Collect(p.Finite().Operations()); !slices.EqualFunc(published, again, same) {
			t.Fatalf("seed %d: a frozen schedule moved:\n%v\n%v", seed, published, again)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// enrich gives the shop of a random model setups, tools, ovens, splits and waits.
func enrich(rows *plan.Rows, r *rand.Rand) {
	odds := func(n int) bool { return r.IntN(n) == 0 }
	families := []string{"", "f", "g", "h"}
	for _, from := range families[1:] {
		for _, to := range families[1:] {
			if odds(2) {
				rows.Setups = append(rows.Setups, capacity.Setup{Matrix: "m", From: from, To: to, Minutes: bom.Number(r.IntN(90)) * bom.One, Forbidden: odds(8)})
			}
		}
	}
	rows.Setups = append(rows.Setups, capacity.Setup{Matrix: "m", From: "*", To: "*", Minutes: 5 * bom.One})
	for i := range rows.WorkCentres {
		w := &rows.WorkCentres[i]
		if w.Kind != capacity.Machine && w.Kind != capacity.Batch {
			continue
		}
		w.Machines = bom.Some(1 + r.IntN(3))
		if odds(2) {
			w.SetupMatrix = "m"
		}
		if odds(3) {
			w.SequenceRule = capacity.Ascending
		}
		if odds(5) {
			w.DedicatedClass = "A"
		}
		w.Bottleneck = odds(6)
	}
	rows.WorkCentres = append(rows.WorkCentres, capacity.WorkCentre{ID: "~tool", Kind: capacity.Tool, Machines: bom.Some(2)},
		capacity.WorkCentre{ID: "~crew", Kind: capacity.Operator, Machines: bom.Some(3)})
	type step struct {
		item, site, routing string
		op                  int
	}
	first := map[step]capacity.Operation{}
	for i := range rows.Operations {
		o := &rows.Operations[i]
		if o.WorkCentre == "" {
			continue
		}
		key := step{o.Item, o.Site, o.Routing, o.Op}
		f, ok := first[key]
		if !ok {
			f.SetupFamily, f.Sequence = families[r.IntN(len(families))], bom.Number(r.IntN(9))*bom.One
			f.Interruptible, f.HoldTool = bom.Some(!odds(4)), odds(6)
			if odds(4) {
				f.SplitMax = 1 + r.IntN(3)
			}
			if odds(4) {
				f.OverlapQuantity = bom.Units(int64(1 + r.IntN(3)))
			}
			if odds(5) {
				f.MaxWaitMin = bom.Some(o.MinWaitMin + bom.Number(r.IntN(500))*bom.One)
			}
			first[key] = f
		}
		o.SetupFamily, o.Sequence, o.Interruptible, o.HoldTool = f.SetupFamily, f.Sequence, f.Interruptible, f.HoldTool
		o.SplitMax, o.OverlapQuantity = f.SplitMax, f.OverlapQuantity
		if f.MaxWaitMin.Set {
			o.MaxWaitMin = bom.Some(max(f.MaxWaitMin.Value, o.MinWaitMin))
		}
		if odds(4) {
			o.Tool, o.ToolUnits = "~tool", 1+r.IntN(2)
		}
		if odds(4) {
			o.Operator, o.OperatorUnits = "~crew", 1+r.IntN(3)
		}
	}
	for i := range rows.Demands {
		rows.Demands[i].Class = []string{"", "A", "B"}[r.IntN(3)]
	}
}
