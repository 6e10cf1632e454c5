package plan_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// held is the shop with steel reserved for S2 and an open order pegged to it.
func held() *plan.Rows {
	rows := works()
	rows.Receipts = append(rows.Receipts, mrp.Receipt{ID: "P2", Kind: bom.Buy, Item: "C", Quantity: bom.Units(4), Due: march(5), Demand: "S2"})
	return rows
}

// A demand that stock and open orders are held for cannot go by any change, and the error names what is held.
func TestADemandThatSomethingIsHeldForCannotGo(t *testing.T) {
	p := finitePlan(t, held())
	before := p.Model().Rows()
	for _, c := range []plan.Change{
		plan.CancelDemand{Demand: "S2"},
		plan.MergeDemands{Demands: []string{"S2"}, Into: "S1"},
		plan.SplitDemand{Demand: "S2", Parts: []plan.DemandPart{{ID: "X", Quantity: bom.Units(6)}}},
	} {
		_, err := p.Apply(context.Background(), plan.CancelDemand{Demand: "S1"}, c)
		if _, merge := c.(plan.MergeDemands); merge {
			_, err = p.Apply(context.Background(), plan.PrioritizeDemand{Demand: "S3", Priority: 1}, c)
		}
		var failed *plan.ChangeError
		var why *plan.HeldError
		if !errors.As(err, &failed) || !errors.As(err, &why) {
			t.Errorf("%v: %v, want a change error about what is held", c, err)
			continue
		}
		if failed.Index != 1 || why.Demand != "S2" || !slices.Equal(why.Receipts, []string{"P2"}) || len(why.Stock) != 1 || why.Stock[0].Lot != "L2" {
			t.Errorf("%v: change %d, %+v", c, failed.Index, why)
		}
		for _, say := range []string{"stock of C lot L2", "receipt P2", "same batch"} {
			if !strings.Contains(err.Error(), say) {
				t.Errorf("%v: %q is not in %v", c, say, err)
			}
		}
	}
	sameRows(t, p.Model().Rows(), before)
}

// What is freed in the same batch, before or after, holds nobody; what the batch itself pegs to the demand does.
func TestADemandGoesWithWhatIsHeldForIt(t *testing.T) {
	free := []plan.Change{
		plan.CancelDemand{Demand: "S2"},
		plan.CountStock{Item: "C", Lot: "L2", ReservedFor: "S2"},
		plan.CancelReceipt{Receipt: "P2"},
	}
	rows := changed(t, finitePlan(t, held()), free...)
	if slices.ContainsFunc(rows.Demands, func(d mrp.Demand) bool { return d.ID == "S2" }) {
		t.Error("S2 is still there")
	}
	slices.Reverse(free)
	changed(t, finitePlan(t, held()), free...)

	peg := plan.AddReceipt{Receipt: mrp.Receipt{ID: "P3", Kind: bom.Buy, Item: "C", Quantity: bom.Unit, Due: march(5), Demand: "S3"}}
	_, err := finitePlan(t, held()).Apply(context.Background(), peg, plan.CancelDemand{Demand: "S3"})
	var why *plan.HeldError
	if !errors.As(err, &why) || !slices.Equal(why.Receipts, []string{"P3"}) {
		t.Errorf("%v, want P3 to be named", err)
	}
}

// What is made already goes by scrap or into stock, not by taking the order away or writing another quantity.
func TestWhatIsMadeCannotBeTakenAwayByPen(t *testing.T) {
	p := finitePlan(t, works())
	m3 := mrp.Receipt{ID: "M3", Kind: bom.Make, Item: "A", Quantity: bom.Unit, Due: march(5), Status: mrp.InProgress, OpDone: bom.Some(10)}
	for _, c := range []plan.Change{plan.CancelReceipt{Receipt: "M3"}, plan.ChangeReceipt{Receipt: m3}, plan.CutReceipt{Receipt: "M3", Quantity: bom.Unit}} {
		_, err := p.Apply(context.Background(), c)
		var value *plan.ValueError
		if !errors.As(err, &value) || !strings.Contains(err.Error(), "operation 10 is finished for all 2: report scrap") {
			t.Errorf("%v: %v", c, err)
		}
	}
	more := m3
	more.Quantity = bom.Units(3)
	wrong := m3 // the report was wrong: nothing is made
	wrong.OpDone = bom.Optional[int]{}
	for _, c := range []plan.Change{plan.ChangeReceipt{Receipt: more}, plan.ChangeReceipt{Receipt: wrong}, plan.Scrap{Receipt: "M3", Op: 20, Quantity: bom.Units(2)}} {
		changed(t, p, c)
	}
}
