package plan_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// bytesOf is all that a plan writes.
func bytesOf(t testing.TB, p *plan.Plan) string {
	t.Helper()
	var b bytes.Buffer
	if err := tables.WriteJSON(context.Background(), &b, tables.Results(p)...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A rush order comes and goes, the press breaks down and is mended: the plan is what it
// was, to the byte, and the plan that the changes were made on never changed.
func TestChangesAreTakenBackToTheByte(t *testing.T) {
	ctx := context.Background()
	calm := finitePlan(t, shop(order("S1", 4, 2, 10), order("S2", 4, 6, 10)))
	before := bytesOf(t, calm)
	noon := bom.At(time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC))
	evening := bom.At(time.Date(2026, time.March, 2, 14, 0, 0, 0, time.UTC))
	changes := []plan.Change{
		plan.AddDemand{Demand: order("RUSH", 8, 2, 1)},
		plan.ChangeDemand{Demand: order("S2", 6, 6, 10)},
		plan.AddDowntime{Downtime: capacity.Downtime{WorkCentre: "press", From: noon, To: evening}},
		plan.CountStock{Item: "A", Quantity: bom.Units(1)},
	}
	changed, err := calm.Apply(ctx, changes...)
	if err != nil {
		t.Fatal(err)
	}
	if bytesOf(t, changed) == before {
		t.Error("the changes changed nothing")
	}
	back, err := calm.Inverse(changes...)
	if err != nil {
		t.Fatal(err)
	}
	again, err := changed.Apply(ctx, back...)
	if err != nil {
		t.Fatal(err)
	}
	if diff := firstDifference(bytesOf(t, again), before); diff != "" {
		t.Errorf("taken back, the plan differs: %s", diff)
	}
	if diff := firstDifference(bytesOf(t, calm), before); diff != "" {
		t.Errorf("the plan that was changed from differs: %s", diff)
	}
}

// A changed plan is the plan of the changed tables, to the byte, on random models.
func TestAppliedChangesArePlannedAsIfTheyHadBeenThere(t *testing.T) {
	for seed := range uint64(25) {
		rows := oracle.Random(seed, 12)
		if len(rows.Demands) == 0 {
			continue
		}
		rng := rand.New(rand.NewPCG(seed, 3))
		gone := rows.Demands[rng.IntN(len(rows.Demands))]
		whole := planOf(t, rows)
		got, err := whole.Apply(context.Background(), plan.CancelDemand{Demand: gone.ID})
		if err != nil {
			var held *plan.HeldError
			if errors.As(err, &held) {
				continue // stock or an order is reserved for it
			}
			t.Fatal(err)
		}
		fresh := *rows
		fresh.Demands = nil
		for _, d := range rows.Demands {
			if d.ID != gone.ID {
				fresh.Demands = append(fresh.Demands, d)
			}
		}
		if diff := firstDifference(bytesOf(t, got), bytesOf(t, planOf(t, &fresh))); diff != "" {
			t.Fatalf("seed %d without %s: %s", seed, gone.ID, diff)
		}
	}
}

// A batch with a change that cannot be made is refused as a whole, and the error says which.
func TestABatchAppliesWholeOrNotAtAll(t *testing.T) {
	calm := finitePlan(t, shop(order("S1", 4, 2, 10)))
	before := bytesOf(t, calm)
	for _, c := range []plan.Change{
		plan.AddDemand{Demand: order("S1", 1, 2, 1)}, plan.ChangeDemand{Demand: order("S9", 1, 2, 1)}, plan.CancelDemand{Demand: "S9"},
		plan.ChangeReceipt{Receipt: mrp.Receipt{ID: "R9"}}, plan.CancelReceipt{Receipt: "R9"}, plan.RemoveDowntime{Downtime: capacity.Downtime{WorkCentre: "press"}},
	} {
		_, err := calm.Apply(context.Background(), plan.AddDemand{Demand: order("S2", 1, 3, 1)}, c)
		var failed *plan.ChangeError
		if !errors.As(err, &failed) || failed.Index != 1 || failed.Change != c {
			t.Errorf("%v: %v", c, err)
		}
	}
	if bytesOf(t, calm) != before {
		t.Error("a refused batch changed the plan")
	}
}
