package oracle

import (
	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// substitute is rule 11: if the order for the day's shortage would start before
// today, the part of the shortage that comes from lines with later members in
// their group is moved to the first of them that can be in time. b is before the
// day's requirements.
func (n *netting) substitute(b balance, day bom.Day) {
	if n.demand != "" {
		return
	}
	s := n.chooseSource(n.part, day)
	lots := n.lots(b, day, s)
	if len(lots) == 0 || n.startsInTime(n.part, s, day, lots[0]) {
		return
	}
	left := n.shortage(b, day)
	for _, q := range n.reqs { // in walk order
		if q.day != day {
			continue
		}
		if moved := min(left, q.quantity); moved > 0 && n.moveToSubstitute(q, moved) {
			q.quantity -= moved
			left -= moved
		}
	}
}

// moveToSubstitute requires the quantity from the first later member that can be
// in time, if any: moved × the ratio of the lines, rounded up to its decimals.
func (n *netting) moveToSubstitute(q *requirement, moved bom.Quantity) bool {
	for _, l := range q.later {
		p := part{l.Component, n.part[1]}
		x := div(mul(units(moved), lineRatio(l)), lineRatio(q.line))
		quantity := up(x, n.decimals(p))
		if n.orderInTime(p, q.day, quantity) || n.promise(p, quantity) {
			n.require(p, requirement{day: q.day, quantity: quantity, tree: q.tree, order: q.order})
			return true
		}
	}
	return false
}

// startsInTime reports whether an order for a lot needed on a day starts today or
// later by rule 5, whose lead time knows no design days.
func (r *run) startsInTime(p part, s bom.Source, need bom.Day, q bom.Quantity) bool {
	d := r.ruleFive(p, s, need, r.leadTime(p, s, r.startQuantity(p, s, q)))
	return d.start >= r.start
}

// orderInTime reports whether a substitute's own order for the quantity would
// start today or later; phantoms have no orders.
func (r *run) orderInTime(p part, need bom.Day, q bom.Quantity) bool {
	if r.item(p).Phantom {
		return false
	}
	s := r.chooseSource(p, need)
	return r.startsInTime(p, s, need, r.modifiers(p, s).lots(q, noCap)[0])
}

// promise takes the quantity from the substitute's free stock, wholly or not at all.
func (r *run) promise(p part, q bom.Quantity) bool {
	if r.freeStock(p)-r.promised[p] < q {
		return false
	}
	r.promised[p] += q
	return true
}

// freeStock is the unreserved, usable stock at start less the part's own demands,
// its allocations and its static safety stock.
func (r *run) freeStock(p part) bom.Quantity {
	free := -r.staticSafety(p)
	for _, s := range r.stock[p] {
		if s.ReservedFor == "" && r.usableAtStart(s) {
			free += s.Quantity
		}
	}
	for _, d := range r.consumed() {
		if r.part(d.Item, d.Site) == p && !r.beyondHorizon(r.needDay(*d)) {
			free -= d.Quantity
		}
	}
	for _, a := range r.allocations {
		if r.part(a.Component, a.Site) == p {
			free -= a.Quantity
		}
	}
	return free
}

// usableAtStart: not in quarantine and not expired.
func (m *model) usableAtStart(s mrp.Stock) bool {
	return s.QuarantineUntil <= m.start && (s.Expires == bom.NoDay || s.Expires >= m.start)
}
