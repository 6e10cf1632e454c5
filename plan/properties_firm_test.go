package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// Rule 14: firming a planned order as planned changes no other order. In each random
// model every part in turn has its first order firmed, and the model is planned again.
//
// The first order is all lots of the part's first need day. Of a day that is split by a
// maximum, or of a later day, single lots cannot be firmed as planned: the lot rule sized
// the day, or looked ahead from the earlier one, as a whole (a fixed lot of 30 after a firm
// one of 40 for a shortage of 35 is not needed any more).
//
// What the tests below leave out, and why:
//   - substitutes: a day's shortage is divided between the main component and what can
//     stand in for it, by its size. Once the main component's part is firm, a smaller
//     shortage is left to divide, and the lot's surplus can cover that too;
//   - shares with a service level, or with receipts that name no source: rule 5's choice
//     counts what is open, so a firm order can move the safety stock's lead days, and
//     the source of an unnamed receipt, to another source;
//   - dedicated demands with modifiers: what a minimum or a multiple adds to a made-to-order
//     lot stays in its segment while it is planned; of a receipt, what the tree does not
//     need is free (rule 11).
func TestFirmingChangesNoOtherOrder(t *testing.T) {
	for _, c := range []struct {
		name string
		f    oracle.Features
	}{
		{"common supply", without("Substitutes", "Shares", "Dedicated")},
		{"made to order", without("Substitutes", "Shares", "Modifiers")},
		{"quotas", without("Substitutes", "Dedicated", "ServiceLevel", "Receipts")},
	} {
		t.Run(c.name, func(t *testing.T) {
			forAll(t, 250, c.f, func(rows *plan.Rows, p *plan.Plan) string {
				for _, first := range firstOrders(p) {
					if wrong := checkFirming(rows, p, first); wrong != "" {
						return wrong
					}
				}
				return ""
			})
		})
	}
}

// firmed is an order as a receipt that fixes it as planned (rule 14).
func firmed(o mrp.Order) mrp.Receipt {
	return mrp.Receipt{ID: "firm " + o.ID, Kind: o.Kind, Item: o.Item, Site: o.Site, Quantity: o.Quantity, Status: mrp.Firm,
		Due: bom.OnDay(o.Due), Need: bom.OnDay(o.Need), Start: bom.OnDay(o.Start), Source: o.Source, Demand: o.Demand}
}

// orderLines lists orders without the numbers in their ids, which count the lots that are left of a day.
func orderLines(orders map[string]mrp.Order) []string {
	var lines []string
	for _, o := range orders {
		lines = append(lines, fmt.Sprintf("%s@%s %v %s %v (%v) %v to %v for %v %s", o.Item, o.Site, o.Kind, o.Source, o.Quantity, o.StartQuantity,
			o.Start, o.Due, o.Need, o.Demand))
	}
	slices.Sort(lines)
	return lines
}

func ordersByID(p *plan.Plan) map[string]mrp.Order {
	all := map[string]mrp.Order{}
	for o := range p.Material().Orders() {
		all[o.ID] = o
	}
	return all
}

// checkFirming firms some orders of a plan, plans again and compares all others.
func checkFirming(rows *plan.Rows, p *plan.Plan, picked []mrp.Order) string {
	want := ordersByID(p)
	changed := *rows
	changed.Receipts = slices.Clone(rows.Receipts)
	for _, o := range picked {
		delete(want, o.ID)
		changed.Receipts = append(changed.Receipts, firmed(o))
	}
	q, err := planned(&changed, plan.Options{})
	if err != nil {
		return err.Error()
	}
	if diff := firstDifference(strings.Join(orderLines(ordersByID(q)), "\n"), strings.Join(orderLines(want), "\n")); diff != "" {
		return fmt.Sprintf("firming %s: %s", picked[0].ID, diff)
	}
	return ""
}

// firstOrders are, for every part, the lots of its first need day.
func firstOrders(p *plan.Plan) [][]mrp.Order {
	of := map[bom.PartID][]mrp.Order{}
	for o := range p.Material().Orders() {
		if list := of[o.Part]; len(list) > 0 && o.Need > list[0].Need {
			continue
		} else if len(list) > 0 && o.Need < list[0].Need {
			of[o.Part] = nil
		}
		of[o.Part] = append(of[o.Part], o)
	}
	var all [][]mrp.Order
	for _, part := range slices.Sorted(maps.Keys(of)) {
		all = append(all, of[part])
	}
	return all
}
