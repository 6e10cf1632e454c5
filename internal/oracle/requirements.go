package oracle

import (
	"sort"

	"github.com/taktplan/takt/bom"
)

// requirement is what a part needs on a day.
type requirement struct {
	day      bom.Day
	quantity bom.Quantity
	// tree is the demand in whose order tree this is; empty: common.
	tree string
	// line is the bom line of a dependent requirement and later the valid
	// members after it in its substitute group.
	line  bom.Line
	later []bom.Line
	order parentOrder
}

// parentOrder is the order that a dependent requirement comes from, for the
// sequence in which requirements of one day are walked.
type parentOrder struct {
	parent  part
	receipt string // empty: a planned order
	need    bom.Day
	n       int
}

// require notes a requirement. It is never before today; on or after the end of
// the horizon it is ignored.
func (r *run) require(p part, q requirement) {
	q.day = r.today(q.day)
	if q.quantity == 0 || r.beyondHorizon(q.day) {
		return
	}
	r.requirements[p] = append(r.requirements[p], &q)
}

// beyondHorizon: requirements on or after start + horizon_days are ignored.
func (m *model) beyondHorizon(d bom.Day) bool {
	h := m.settings.HorizonDays
	return h > 0 && d >= m.start+bom.Day(h)
}

// inWalkOrder sorts requirements by day, then parent part, parent order
// (receipts by id, then planned orders by need day and n) and line id.
func inWalkOrder(reqs []*requirement) {
	sort.SliceStable(reqs, func(i, j int) bool {
		a, b := reqs[i], reqs[j]
		switch {
		case a.day != b.day:
			return a.day < b.day
		case a.order.parent != b.order.parent:
			return partBefore(a.order.parent, b.order.parent)
		case (a.order.receipt != "") != (b.order.receipt != ""):
			return a.order.receipt != ""
		case a.order.receipt != b.order.receipt:
			return a.order.receipt < b.order.receipt
		case a.order.need != b.order.need:
			return a.order.need < b.order.need
		case a.order.n != b.order.n:
			return a.order.n < b.order.n
		}
		return a.line.ID < b.line.ID
	})
}

// requiredOn is the sum of the requirements of a day.
func requiredOn(reqs []*requirement, day bom.Day) (sum bom.Quantity) {
	for _, q := range reqs {
		if q.day == day {
			sum += q.quantity
		}
	}
	return sum
}

// lastRequirement is the last day with a requirement, or no day.
func lastRequirement(reqs []*requirement) (last bom.Day) {
	for _, q := range reqs {
		if q.quantity > 0 {
			last = max(last, q.day)
		}
	}
	return last
}
