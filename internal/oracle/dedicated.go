package oracle

import (
	"sort"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// planPart serves the reserved supplies, then nets the common segment, then
// those of the dedicated demands in id order.
func (r *run) planPart(p part) {
	common, reserved := r.suppliesOf(p)
	reqs := r.requirements[p]
	inWalkOrder(reqs)
	common = append(common, serveReserved(reqs, reserved)...)
	shared, segments := r.segments(p, reqs)
	r.net(p, "", shared, common)
	for _, d := range sortedKeys(segments) {
		r.net(p, d, segments[d], nil)
	}
	r.placeOrders(p)
}

// suppliesOf are the part's stock that is not expired, its receipts and
// by-products; reserved are those with a demand.
func (r *run) suppliesOf(p part) (common, reserved []*supply) {
	var all []*supply
	for _, s := range r.stock[p] {
		usable := r.today(s.QuarantineUntil)
		if s.Expires == bom.NoDay || usable <= s.Expires {
			all = append(all, &supply{stockSupply, s.Lot, usable, s.Expires, s.Quantity, s.ReservedFor})
		}
	}
	for _, x := range r.receipts {
		if r.part(x.Item, x.Site) == p {
			all = append(all, &supply{receiptSupply, x.ID, r.nettingDay(x), bom.NoDay, x.Quantity, x.Demand})
		}
	}
	all = append(all, r.byproducts[p]...)
	for _, s := range all {
		if s.demand == "" {
			common = append(common, s)
		} else {
			reserved = append(reserved, s)
		}
	}
	return common, reserved
}

// serveReserved gives reserved stock and hard-pegged receipts to the
// requirements of their demand's tree, in order of requirement day. What the
// tree does not need is free (rule 11).
func serveReserved(reqs []*requirement, reserved []*supply) (free []*supply) {
	sort.SliceStable(reserved, func(i, j int) bool { return firstExpired(reserved[i], reserved[j]) })
	for _, q := range reqs {
		for _, s := range reserved {
			if q.tree != "" && s.demand == q.tree && inRange(q.day, s.day, s.expires) {
				take := min(q.quantity, s.quantity)
				q.quantity -= take
				s.quantity -= take
			}
		}
	}
	for _, s := range reserved {
		if s.quantity > 0 {
			free = append(free, s)
		}
	}
	return free
}

// segments parts the requirements into the common ones and those of each
// dedicated demand that has its own segment here.
func (r *run) segments(p part, reqs []*requirement) (shared []*requirement, own map[string][]*requirement) {
	own = map[string][]*requirement{}
	for _, q := range reqs {
		if r.isDedicated(q.tree) && r.hasSegment(p, q.day) {
			own[q.tree] = append(own[q.tree], q)
		} else {
			shared = append(shared, q)
		}
	}
	return shared, own
}

// isDedicated reports whether the id is that of a planned dedicated demand.
func (m *model) isDedicated(demand string) bool {
	d, ok := m.demands[demand]
	return ok && d.Peg == mrp.Dedicated
}

// hasSegment: dedicated demands have segments at made and subcontracted parts, by
// the best source of the day with nothing given, and at phantoms (rule 11).
func (m *model) hasSegment(p part, day bom.Day) bool {
	return m.item(p).Phantom || m.bestSource(p, m.sourcesOf(p), day, nil).Kind.Explodes()
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
