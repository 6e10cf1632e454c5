// Package oracle is a slow, obvious reading of the material-planning rules of
// the model page, for tests only: the fast engine is compared with it on random
// models. It shares nothing with the engine but the row types. It assumes valid
// rows and does no error handling. Quantities are exact whole numbers of 10⁻⁶;
// everything that multiplies or divides is a big.Rat.
//
// Where the page is silent, the oracle reads it thus:
//
//   - Low-level codes count all bom lines of all versions and dates, from every
//     member of a substitute group to each later one, and transfers that are not
//     spare-only.
//   - Forecasts inside the demand fence and overdue ones are dropped before the
//     consumption. Inside period_days every forecast is equally near; ties go by
//     (due, id). What is no tie is measured between due days.
//   - Quarantined stock is usable from quarantine_until on. A lot is lost the day
//     after expires; within a day: loss, supply, requirements, orders.
//   - In look-aheads without orders a later supply first fills what is missing.
//   - A shortage or shortfall is below the safety stock. For min_max, only the
//     decision to order, what it orders up to and rule 13's earlier receipt use the
//     trigger; shelf life then may allow nothing, and no order is planned.
//   - EOQ's mean requirement is that of the common requirements as they stand
//     before netting; the other look-ahead rules see what is left by then.
//   - The order that a main component "would" start is the first lot of what would
//     be planned; that of a substitute is the first lot after the modifiers. Design
//     days are no part of rule 5's lead time and do not count in either.
//   - A requirement that was moved to a substitute stays in its demand's tree and is not moved again.
//   - A part's "own demands" are its independent requirements within the horizon,
//     after consumption, whatever reserved supply serves them.
//   - What a receipt that is pegged to a planned dedicated demand requires, and
//     what its allocations do, is in that demand's tree, wherever the receipt is;
//     an inquiry or a closed demand has no tree.
//   - Share quotas "with nothing given" still count open receipts.
//   - By-products of a receipt stay on its original netting day when the receipt is
//     counted earlier (rule 13).
//   - Operations' yields apply to make and subcontract, their times to make;
//     efficiency divides an oven's run time too; lead_days_per_unit is added to a
//     routing's lead time as well.
//   - The lead days of a service level are those of the best source on the start
//     day (the source's, the item's, or the routing's for no quantity), without
//     inspection and days per unit.
//   - A projected day has an event if a lot's rest is lost, or its requirements,
//     receipts or planned supply are not zero. Stock that joins after start is a
//     receipt. The quantity that a phantom explodes counts as planned.
package oracle

import (
	"sort"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// Order is a planned order.
type Order struct {
	ID                      string
	Kind                    bom.Kind
	Item, Site, Source      string
	Quantity, StartQuantity bom.Quantity
	Start, Due, Need        bom.Day
	Demand                  string
	LateDays                int
}

// Day is a day of a part's projection on which something happens.
type Day struct {
	Day                                                     bom.Day
	Requirements, Receipts, Planned, Projected, SafetyStock bom.Quantity
}

// Result is the material plan.
type Result struct {
	Orders    []Order             // by ID
	Projected map[[2]string][]Day // by item and site; common segments only
}

// part is what MRP nets: an item at a site.
type part = [2]string

// run is one planning run.
type run struct {
	*model
	// requirements are what is known to be required so far, by part.
	requirements map[part][]*requirement
	// byproducts are the by-product supplies known so far, by part.
	byproducts map[part][]*supply
	// given is the good quantity planned so far, by part and source.
	given map[part]map[string]bom.Quantity
	// numbers counts the lots of a part and need day.
	numbers map[part]map[bom.Day]int
	// promised is the free stock promised to substitutions, by part.
	promised map[part]bom.Quantity
	// placed are the lots of the part at hand, until they are dated.
	placed []placed
	result *Result
}

// Plan is the material plan of the rows.
func Plan(rows *plan.Rows) *Result {
	r := &run{
		model:        normalise(rows),
		requirements: map[part][]*requirement{},
		byproducts:   map[part][]*supply{},
		given:        map[part]map[string]bom.Quantity{},
		numbers:      map[part]map[bom.Day]int{},
		promised:     map[part]bom.Quantity{},
		result:       &Result{Projected: map[[2]string][]Day{}},
	}
	r.requireDemands()
	r.requireReceipts()
	for _, p := range r.byLevel() {
		r.planPart(p)
	}
	sort.Slice(r.result.Orders, func(i, j int) bool { return r.result.Orders[i].ID < r.result.Orders[j].ID })
	return r.result
}
