package plan_test

import (
	"fmt"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// What a demand is told follows from its pegs: it is promised for the day on which the last of
// them is really there, packed and shipped; it is on time if that is by its due date; its
// deliveries sum to what it asks for, less what nothing can give.
func TestPromisesFollowThePegs(t *testing.T) {
	f := without("PackShip", "Phantoms")
	forAll(t, 500, f, func(_ *plan.Rows, p *plan.Plan) string {
		last, sum := map[string]bom.Day{}, map[string]bom.Quantity{}
		for g := range p.Material().Pegging() {
			if g.ConsumerKind == mrp.DemandConsumer {
				if g.Available == bom.NoDay {
					continue // no calendar leads there
				}
				last[g.Consumer] = max(last[g.Consumer], g.Available, g.Needed)
				sum[g.Consumer] += g.Quantity
			}
		}
		for _, r := range p.Material().DemandResults() {
			d := p.Model().Book.DemandAt(r.Demand)
			delivered := bom.Quantity(0)
			for i, v := range r.Deliveries {
				delivered += v.Quantity
				if v.Quantity <= 0 || i > 0 && v.Date <= r.Deliveries[i-1].Date {
					return fmt.Sprintf("demand %s: deliveries %v", d.ID, r.Deliveries)
				}
			}
			late := max(0, int(r.Promised-d.Due.Day))
			if r.Promised == bom.NoDay {
				late = 0
			}
			switch {
			case delivered != sum[d.ID] || r.Status != mrp.Short && delivered != r.Quantity,
				r.Promised != last[d.ID],
				r.LateDays != late,
				r.Status == mrp.OnTime && late > 0, r.Status == mrp.Late && late == 0,
				(r.Status == mrp.OnTime) != (len(r.Causes) == 0):
				return fmt.Sprintf("demand %s of %v, due %v, pegs of %v until %v: %+v", d.ID, r.Quantity, d.Due.Day, sum[d.ID], last[d.ID], r)
			}
		}
		return ""
	})
}

// Supply is netted before it is used: no planned order, no receipt that keeps its date and no stock
// is pegged to something that is needed before it counts.
func TestPegsLookBack(t *testing.T) {
	// Rescheduled receipts count earlier than they are due. What nothing can give is short.
	forAll(t, 500, without("Reschedule", "Sites"), func(_ *plan.Rows, p *plan.Plan) string {
		counts := map[supplyKey]bom.Day{}
		for id := range p.Network().Parts {
			for _, row := range p.Material().StockRequirements(bom.PartID(id)) {
				if row.Quantity > 0 {
					kind := mrp.PlannedSupply
					switch row.Element {
					case mrp.StockElement, mrp.ReservedElement:
						kind = mrp.StockSupply
					case mrp.ReceiptElement:
						kind = mrp.ReceiptSupply
					case mrp.ByProductElement:
						continue
					}
					counts[supplyKey{kind, row.ID, bom.PartID(id)}] = row.Day
				}
			}
		}
		for g := range p.Material().Pegging() {
			day, ok := counts[supplyKey{g.SupplyKind, g.Supply, g.Part}]
			if ok && g.Needed != bom.NoDay && day > g.Needed {
				return fmt.Sprintf("counts on %v: %+v", day, g)
			}
		}
		return ""
	})
}

// The stock/requirements list of a part and its netting record tell the same story: after
// every day the same is available. Left out: stock that expires is lost in the record only, and
// made-to-order and reserved supply is in the list only.
func TestListAgreesWithTheRecord(t *testing.T) {
	f := without("Dedicated", "Expiry", "HardPegs", "Reserved", "Phantoms")
	forAll(t, 400, f, func(_ *plan.Rows, p *plan.Plan) string {
		for part, days := range p.Material().AllProjected() {
			after := map[bom.Day]bom.Quantity{}
			rows := p.Material().StockRequirements(part)
			for i, row := range rows {
				after[row.Day] = row.Available
				if i > 0 && (row.Day < rows[i-1].Day || row.Available != rows[i-1].Available+row.Quantity) {
					return fmt.Sprintf("%s: row %+v after %+v", p.Network().Label(part), row, rows[i-1])
				}
			}
			for _, d := range days {
				if available, ok := after[d.Day]; !ok || available != d.Projected {
					return fmt.Sprintf("%s on %v: list %v, record %v", p.Network().Label(part), d.Day, available, d.Projected)
				}
			}
		}
		return ""
	})
}

// Available-to-promise: nothing is promised twice. The discrete figures sum to all supply less
// all that is committed, or to nothing where more is committed than supplied; none is
// negative but for that; the cumulative ones are their running sums, and the first day is today.
func TestATPPromisesNothingTwice(t *testing.T) {
	forAll(t, 400, oracle.AllFeatures(), func(rows *plan.Rows, p *plan.Plan) string {
		for id := range p.Network().Parts {
			days := p.Material().ATP(bom.PartID(id))
			if len(days) == 0 || days[0].Day != rows.Settings.Start.Day {
				return fmt.Sprintf("%s: record %v", p.Network().Label(bom.PartID(id)), days)
			}
			var supply, committed, total bom.Quantity
			negative := false
			for _, d := range days {
				supply += d.Supply
				committed += d.Committed
				total += d.Discrete
				negative = negative || d.Discrete < 0
				if d.Cumulative != total {
					return fmt.Sprintf("%s: cumulative of %+v, want %v", p.Network().Label(bom.PartID(id)), d, total)
				}
			}
			if total != supply-committed || negative && supply >= committed {
				return fmt.Sprintf("%s: supply %v, committed %v: %+v", p.Network().Label(bom.PartID(id)), supply, committed, days)
			}
		}
		return ""
	})
}
