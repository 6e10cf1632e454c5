package mrp

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/fixed"
)

// supplyKind says what a supply is, in the order of rule 12.
type supplyKind uint8

const (
	supplyStock supplyKind = iota
	supplyReceipt
	supplyPlanned
)

// peg ties a quantity of a supply to what takes it.
type peg struct {
	supplyKind supplyKind
	supply     int32      // lot of stock, receipt, or index among the lots of lotOf
	lotOf      bom.PartID // of a planned order or a receipt's by-product: whose lot it is
	day        int32      // in netting
	entry      entry      // the consumer; kind safety or excess: what is left
	q          int64
}

// pegSupply is a supply while it is pegged.
type pegSupply struct {
	kind    supplyKind
	ref     int32
	lotOf   bom.PartID
	day     int32
	expires int32
	left    int64
}

// pegsOf is rule 12 for one part: hard pegs, then each segment and the common
// rest first-in-first-out, safety stock last, and what is left is excess. s holds
// the requirements as netting left them. Its order is that of the pegs' making.
func (m *Model) pegsOf(p *Plan, part bom.PartID, s *specialScratch, lots []lot, sd *side) []peg {
	var pegs []peg
	for _, h := range s.hard {
		held := &m.held[h.held]
		pegs = append(pegs, peg{supplyKind: heldKind(held), supply: held.ref, lotOf: bom.NoPart, day: held.day, entry: s.entries[h.entry], q: h.q})
	}
	w := worker{m: m, p: p}
	segment := make([]int32, len(s.entries))
	for i := range s.entries {
		segment[i] = w.segment(part, &s.entries[i])
	}
	var demands []int32
	if sd != nil {
		demands = sd.demands
	}
	for _, d := range w.segments(part, s) {
		var supplies []pegSupply
		for i := range lots {
			if demandOf(demands, i) == d {
				supplies = append(supplies, plannedSupply(m, part, lots, i))
			}
		}
		pegs = m.fifo(p, pegs, supplies, entriesOf(s, segment, d), 0)
	}
	return m.fifo(p, pegs, m.commonSupplies(part, s, lots, sd), entriesOf(s, segment, -1), int64(m.policies[part].safety))
}

func heldKind(h *fixedSupply) supplyKind {
	if h.receipt {
		return supplyReceipt
	}
	return supplyStock
}

func plannedSupply(m *Model, part bom.PartID, lots []lot, i int) pegSupply {
	return pegSupply{kind: supplyPlanned, ref: int32(i), lotOf: part, day: m.offset(lots[i].need), expires: math.MaxInt32, left: int64(lots[i].quantity)}
}

func entriesOf(s *specialScratch, segment []int32, d int32) []entry {
	var entries []entry
	for i := range s.entries {
		if segment[i] == d && s.entries[i].q > 0 {
			entries = append(entries, s.entries[i])
		}
	}
	return entries
}

// commonSupplies are the supplies that no demand has for itself.
func (m *Model) commonSupplies(part bom.PartID, s *specialScratch, lots []lot, sd *side) []pegSupply {
	var supplies []pegSupply
	for i := m.supplyStart[part]; i < m.supplyStart[part+1]; i++ {
		f := &m.supplies[i]
		day := f.day
		if f.receipt && sd != nil {
			for _, v := range sd.pulled {
				if v.receipt == f.ref {
					day = v.to
				}
			}
		}
		supplies = append(supplies, pegSupply{kind: heldKind(f), ref: f.ref, lotOf: bom.NoPart, day: day, expires: f.expires, left: int64(f.quantity)})
	}
	for i := range s.held {
		if h := &s.held[i]; h.left > 0 {
			supplies = append(supplies, pegSupply{kind: heldKind(h.fixedSupply), ref: h.ref, lotOf: bom.NoPart, day: h.day, expires: h.expires, left: h.left})
		}
	}
	for _, y := range s.yields {
		supplies = append(supplies, pegSupply{kind: y.kind, ref: y.ref, lotOf: y.parent, day: y.day, expires: math.MaxInt32, left: y.q})
	}
	for i := range lots {
		if sd == nil || demandOf(sd.demands, i) < 0 {
			supplies = append(supplies, plannedSupply(m, part, lots, i))
		}
	}
	return supplies
}

// fifo pegs supplies to consumers in the order of rule 12. Stock that expires
// goes first-expired first to consumers within its life; its unused rest is excess.
func (m *Model) fifo(p *Plan, pegs []peg, supplies []pegSupply, consumers []entry, safety int64) []peg {
	slices.SortStableFunc(supplies, func(a, b pegSupply) int {
		if c := cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.kind, b.kind)); c != 0 {
			return c
		}
		return p.compareSupply(&a, &b)
	})
	slices.SortStableFunc(consumers, p.compareConsumer)
	var perishable []int
	for i := range supplies {
		if supplies[i].expires != math.MaxInt32 {
			perishable = append(perishable, i)
		}
	}
	slices.SortStableFunc(perishable, func(a, b int) int { return cmp.Compare(supplies[a].expires, supplies[b].expires) })
	give := func(i int, e entry, q int64) int64 {
		v := &supplies[i]
		q = min(q, v.left)
		if q > 0 {
			v.left -= q
			pegs = append(pegs, peg{supplyKind: v.kind, supply: v.ref, lotOf: v.lotOf, day: v.day, entry: e, q: q})
		}
		return q
	}
	next := 0
	for _, e := range consumers {
		want := e.q
		for _, i := range perishable {
			if supplies[i].day <= e.day && e.day <= supplies[i].expires {
				want -= give(i, e, want)
			}
		}
		for want > 0 && next < len(supplies) {
			if supplies[next].expires == math.MaxInt32 {
				want -= give(next, e, want)
			}
			if supplies[next].left == 0 || supplies[next].expires != math.MaxInt32 {
				next++
			}
		}
	}
	none := entry{kind: consumerSafety, ref: -1, parent: bom.NoPart, line: -1, alloc: -1, owner: -1}
	for i := range supplies {
		if supplies[i].expires == math.MaxInt32 {
			safety -= give(i, none, safety)
		}
	}
	none.kind = consumerExcess
	for i := range supplies {
		give(i, none, math.MaxInt64)
	}
	return pegs
}

// compareSupply orders supplies of one day and kind by id.
func (p *Plan) compareSupply(a, b *pegSupply) int {
	if a.kind != supplyPlanned {
		return cmp.Or(cmp.Compare(a.expires, b.expires), cmp.Compare(a.ref, b.ref))
	}
	return p.compareOrders(a.lotOf, a.ref, b.lotOf, b.ref)
}

// compareConsumer is rule 12's order of consumers.
func (p *Plan) compareConsumer(a, b entry) int {
	if c := cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.kind, b.kind)); c != 0 {
		return c
	}
	switch a.kind {
	case consumerDemand:
		return cmp.Or(cmp.Compare(p.m.Book.Demands[a.ref].priority(), p.m.Book.Demands[b.ref].priority()), cmp.Compare(a.ref, b.ref))
	case consumerPlanned:
		return cmp.Or(p.compareOrders(a.parent, a.ref, b.parent, b.ref), cmp.Compare(a.line, b.line), cmp.Compare(a.owner, b.owner))
	}
	return cmp.Or(cmp.Compare(a.ref, b.ref), cmp.Compare(a.line, b.line), cmp.Compare(a.alloc, b.alloc))
}

// number is a lot's place among the lots of its part and need day, from 1.
func (p *Plan) number(part bom.PartID, i int32) int {
	lots := p.lots(part)
	n := 1
	common := p.demandsOf(part) == nil
	for j := i - 1; j >= 0; j-- {
		if lots[j].need == lots[i].need {
			n++
		} else if common {
			break // common lots are in need-day order
		}
	}
	return n
}

func (d *Demand) priority() int {
	if d.Priority == 0 {
		return 10
	}
	return d.Priority
}

// compareOrders compares planned orders by id, item@site/need-date/n, without making the text.
func (p *Plan) compareOrders(a bom.PartID, i int32, b bom.PartID, j int32) int {
	if a != b {
		return cmp.Compare(p.labelRank(a), p.labelRank(b))
	}
	if i == j {
		return 0
	}
	x, y := &p.lots(a)[i], &p.lots(b)[j]
	return cmp.Or(cmp.Compare(x.need, y.need), strings.Compare(strconv.Itoa(p.number(a, i)), strconv.Itoa(p.number(a, j))))
}

// labelRank is a part's place in the string order of item@site.
func (p *Plan) labelRank(part bom.PartID) int32 { return p.m.labels.rank(p.m)[part] }

// requirementsOf gives a part's requirements and held supply as netting left them.
func (p *Plan) requirementsOf(part bom.PartID) *specialScratch {
	w := &worker{m: p.m, p: p}
	s := w.prepare(part)
	if sd := p.side(part); sd != nil {
		for i := range sd.moved {
			v := &sd.moved[i]
			for k := range s.entries {
				if e := &s.entries[k]; sameRequirement(e, &v.from) && e.q >= v.instead {
					e.q -= v.instead
					break
				}
			}
		}
	}
	return s
}

func sameRequirement(a, b *entry) bool {
	return a.day == b.day && a.kind == b.kind && a.ref == b.ref && a.parent == b.parent && a.line == b.line && a.alloc == b.alloc && a.owner == b.owner
}

// pegs are the pegs of a part's supplies. O(k log k) in its requirements and supplies.
func (p *Plan) pegs(part bom.PartID) []peg {
	return p.m.pegsOf(p, part, p.requirementsOf(part), p.lots(part), p.side(part))
}

// throughPhantom replaces a consumer that is a phantom's requirement by what
// stands behind it, in proportion, rounded so that the sum is exact.
func (p *Plan) throughPhantom(of bom.PartID, g peg, visit func(peg)) {
	e := g.entry
	if e.kind != consumerPlanned || p.m.policies[e.parent].flags&partPhantom == 0 {
		visit(g)
		return
	}
	total := int64(p.lots(e.parent)[e.ref].quantity)
	before, taken := int64(0), int64(0)
	for _, above := range p.pegs(e.parent) {
		if above.supplyKind != supplyPlanned || above.lotOf != e.parent || above.supply != e.ref {
			continue
		}
		before += above.q
		upTo, ok := fixed.MulDivCeil(g.q, before, total)
		if upTo, ok = wholeSteps(upTo, p.m.policies[of].step, ok); !ok {
			upTo = g.q
		}
		part := g
		part.q = min(upTo, g.q) - taken
		taken += part.q
		part.entry.kind, part.entry.ref, part.entry.parent, part.entry.owner = above.entry.kind, above.entry.ref, above.entry.parent, above.entry.owner
		if part.q > 0 {
			p.throughPhantom(of, part, visit)
		}
	}
}
