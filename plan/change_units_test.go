package plan

import (
	"context"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// Of two callers whose batches are planned together the first orders two boxes of four, and the second counts in base units, as if the
// first had been planned by itself.
func TestBatchesThatFollowAnOrderInBoxesCountInBaseUnits(t *testing.T) {
	start := bom.OnDay(bom.On(2026, time.March, 2))
	rows := Rows{Settings: mrp.Settings{Start: start}, Items: []bom.Item{{ID: "A"}}, UOMs: []bom.UOM{{Item: "A", ID: "box", Factor: 4 * bom.One}}}
	m, err := rows.Model()
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(context.Background(), m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	boxes := AddDemand{mrp.Demand{ID: "N", Item: "A", Quantity: bom.Units(2), UOM: "box", Due: start}}
	box := AddReceipt{mrp.Receipt{ID: "R", Kind: bom.Buy, Item: "A", Quantity: bom.Units(2), UOM: "box", Due: start}}
	after, err := p.Apply(context.Background(), &sequence{[]Change{boxes, box}}, &sequence{[]Change{
		SplitDemand{Demand: "N", Parts: []DemandPart{{ID: "N2", Quantity: bom.Units(5)}}}, Receive{Receipt: "R", Quantity: bom.Units(5)}}})
	if err != nil {
		t.Fatal(err)
	}
	for d := range after.Model().Demands() {
		if want := map[string]int64{"N": 3, "N2": 5}[d.ID]; d.Quantity != bom.Units(want) {
			t.Errorf("%s is %v, want %d", d.ID, d.Quantity, want)
		}
	}
	for r := range after.Model().Receipts() {
		if r.Quantity != bom.Units(3) {
			t.Errorf("%v are still to come, want 3", r.Quantity)
		}
	}
}
