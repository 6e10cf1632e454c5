package mrp

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sort"
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

// pegger pegs one part after another with memory that it keeps: what it gives is
// valid until its next call. One goroutine uses one pegger.
type pegger struct {
	p *Plan
	w worker
	s specialScratch

	require func(entry)
	yield   func(yielded)

	pegs       []peg
	segment    []int32
	supplies   []pegSupply
	consumers  []entry
	keys       []consumerKey
	perishable []int
}

func newPegger(p *Plan) *pegger {
	g := &pegger{p: p, w: worker{m: p.m, p: p}}
	g.require = func(e entry) { g.s.entries = append(g.s.entries, e) }
	g.yield = func(y yielded) { g.s.yields = append(g.s.yields, y) }
	return g
}

// pegsOf is rule 12 for one part: hard pegs, then each segment and the common
// rest first-in-first-out, safety stock last, and what is left is excess. s holds
// the requirements as netting left them. Its order is that of the pegs' making.
func (m *Model) pegsOf(p *Plan, part bom.PartID, s *specialScratch, lots []lot, sd *side) []peg {
	return newPegger(p).peg(part, s, lots, sd)
}

// peg is pegsOf with the pegger's memory.
func (g *pegger) peg(part bom.PartID, s *specialScratch, lots []lot, sd *side) []peg {
	m, w := g.w.m, &g.w
	g.pegs = g.pegs[:0]
	for _, h := range s.hard {
		held := &m.held[h.held]
		g.pegs = append(g.pegs, peg{supplyKind: heldKind(held), supply: held.ref, lotOf: bom.NoPart, day: held.day, entry: s.entries[h.entry], q: h.q})
	}
	g.segment = g.segment[:0]
	if m.policies[part].flags&partSpecial != 0 { // else all is common
		for i := range s.entries {
			g.segment = append(g.segment, w.segment(part, &s.entries[i]))
		}
		var demands []int32
		if sd != nil {
			demands = sd.demands
		}
		made := map[int32][]int{} // lots by demand
		for i, d := range demands {
			if d >= 0 {
				made[d] = append(made[d], i)
			}
		}
		of := map[int32][]int{} // requirements by segment
		for i, d := range g.segment {
			if d >= 0 {
				of[d] = append(of[d], i)
			}
		}
		for _, d := range slices.SortedFunc(maps.Keys(of), m.Book.CompareDemands) {
			g.supplies, g.consumers = g.supplies[:0], g.consumers[:0]
			for _, i := range made[d] {
				g.supplies = append(g.supplies, plannedSupply(m, part, lots, i))
			}
			for _, i := range of[d] {
				if s.entries[i].q > 0 {
					g.consumers = append(g.consumers, s.entries[i])
				}
			}
			g.sortConsumers()
			g.fifo(0)
		}
	}
	g.supplies = m.appendCommon(g.supplies[:0], part, s, lots, sd)
	g.consume(s, -1)
	g.fifo(int64(m.policies[part].safety))
	return g.pegs
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

// consume takes the requirements of a segment for consumers.
func (g *pegger) consume(s *specialScratch, d int32) {
	g.consumers = g.consumers[:0]
	for i := range s.entries {
		if s.entries[i].q > 0 && (len(g.segment) == 0 || g.segment[i] == d) {
			g.consumers = append(g.consumers, s.entries[i])
		}
	}
	g.sortConsumers()
}

// commonSupplies are the supplies that no demand has for itself.
func (m *Model) commonSupplies(part bom.PartID, s *specialScratch, lots []lot, sd *side) []pegSupply {
	return m.appendCommon(nil, part, s, lots, sd)
}

// appendCommon appends the common supplies to a list.
func (m *Model) appendCommon(supplies []pegSupply, part bom.PartID, s *specialScratch, lots []lot, sd *side) []pegSupply {
	common := m.suppliesOf(part)
	for i := range common {
		f := &common[i]
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
func (g *pegger) fifo(safety int64) {
	supplies := g.supplies
	if !slices.IsSortedFunc(supplies, g.p.compareSupply) {
		slices.SortStableFunc(supplies, g.p.compareSupply)
	}
	perishable := g.perishable[:0]
	for i := range supplies {
		if supplies[i].expires != math.MaxInt32 {
			perishable = append(perishable, i)
		}
	}
	g.perishable = perishable
	slices.SortStableFunc(perishable, func(a, b int) int { return cmp.Compare(supplies[a].expires, supplies[b].expires) })
	give := func(i int, e *entry, q int64) int64 {
		v := &supplies[i]
		q = min(q, v.left)
		if q > 0 {
			v.left -= q
			g.pegs = append(g.pegs, peg{supplyKind: v.kind, supply: v.ref, lotOf: v.lotOf, day: v.day, entry: *e, q: q})
		}
		return q
	}
	next := 0
	for c := range g.consumers {
		e := &g.consumers[c]
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
			safety -= give(i, &none, safety)
		}
	}
	none.kind = consumerExcess
	for i := range supplies {
		give(i, &none, math.MaxInt64)
	}
}

// compareSupply orders supplies by day and kind, and those of one day and kind by id.
func (p *Plan) compareSupply(a, b pegSupply) int {
	switch {
	case a.day != b.day:
		return cmp.Compare(a.day, b.day)
	case a.kind != b.kind:
		return cmp.Compare(a.kind, b.kind)
	case a.kind != supplyPlanned:
		return cmp.Or(cmp.Compare(a.expires, b.expires), p.m.compareSupplies(a.kind, a.ref, b.ref))
	}
	return p.compareOrders(a.lotOf, a.ref, b.lotOf, b.ref)
}

// consumerKey is the part of rule 12's order that most consumers differ in: day, kind and
// the parent's place in the order of labels. A key is smaller than the consumer that it moves for.
type consumerKey struct {
	key   uint64
	index int32
}

// sortConsumers puts the consumers in the order of rule 12; equal ones stay as they are.
func (g *pegger) sortConsumers() {
	p := g.p
	if len(g.consumers) < 2 {
		return
	}
	const few = 8
	if len(g.consumers) <= few {
		slices.SortStableFunc(g.consumers, p.compareConsumer)
		return
	}
	keys := g.keys[:0]
	for i := range g.consumers {
		e := &g.consumers[i]
		key := uint64(e.day)<<40 | uint64(e.kind)<<32 // days are fewer than span
		if e.kind == consumerPlanned {
			key |= uint64(uint32(p.labelRank(e.parent)))
		}
		keys = append(keys, consumerKey{key, int32(i)})
	}
	n := len(keys)
	slices.SortFunc(keys, func(a, b consumerKey) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		if c := p.compareConsumer(g.consumers[a.index], g.consumers[b.index]); c != 0 {
			return c
		}
		return cmp.Compare(a.index, b.index)
	})
	for _, k := range keys {
		g.consumers = append(g.consumers, g.consumers[k.index])
	}
	copy(g.consumers, g.consumers[n:])
	g.consumers, g.keys = g.consumers[:n], keys
}

// compareConsumer is rule 12's order of consumers.
func (p *Plan) compareConsumer(a, b entry) int {
	switch {
	case a.day != b.day:
		return cmp.Compare(a.day, b.day)
	case a.kind != b.kind:
		return cmp.Compare(a.kind, b.kind)
	case a.kind == consumerDemand:
		return cmp.Or(cmp.Compare(p.m.Book.DemandAt(a.ref).priority(), p.m.Book.DemandAt(b.ref).priority()), p.m.Book.CompareDemands(a.ref, b.ref))
	case a.kind == consumerPlanned:
		return cmp.Or(p.compareOrders(a.parent, a.ref, b.parent, b.ref), cmp.Compare(a.line, b.line), p.m.Book.CompareDemands(a.owner, b.owner))
	}
	return cmp.Or(p.m.Book.CompareReceipts(a.ref, b.ref), cmp.Compare(a.line, b.line), p.m.Book.allocations.compare(a.alloc, b.alloc))
}

// compareSupplies orders lots of stock and receipts by key.
func (m *Model) compareSupplies(kind supplyKind, a, b int32) int {
	if kind == supplyReceipt {
		return m.Book.CompareReceipts(a, b)
	}
	return m.Book.lots.compare(a, b)
}

// compareConsumers orders the numbers of two consumers of one kind: demands and receipts by id, lots by number.
func (m *Model) compareConsumers(kind consumerKind, a, b int32) int {
	switch kind {
	case consumerReceipt:
		return m.Book.CompareReceipts(a, b)
	case consumerDemand:
		return m.Book.CompareDemands(a, b)
	}
	return cmp.Compare(a, b)
}

// number is a lot's place among the lots of its part and need day, from 1.
func (p *Plan) number(part bom.PartID, i int32) int {
	if s := p.side(part); s != nil && s.numbers != nil {
		return int(s.numbers[i])
	}
	lots := p.lots(part) // in need-day order
	need := lots[i].need
	if i == 0 || lots[i-1].need != need {
		return 1
	}
	first := sort.Search(int(i), func(j int) bool { return lots[j].need >= need })
	return int(i) - first + 1
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
	if x, y := &p.lots(a)[i], &p.lots(b)[j]; x.need != y.need {
		return cmp.Compare(x.need, y.need)
	}
	return strings.Compare(strconv.Itoa(p.number(a, i)), strconv.Itoa(p.number(a, j)))
}

// labelRank is a part's place in the string order of item@site.
func (p *Plan) labelRank(part bom.PartID) int32 { return p.m.labels.rank(p.m)[part] }

// requirementsOf gives a part's requirements and held supply as netting left them.
func (p *Plan) requirementsOf(part bom.PartID) *specialScratch {
	g := newPegger(p)
	s := g.requirements(part)
	g.order(s)
	return s
}

// requirements is requirementsOf with the pegger's memory. Where no order is needed but
// that of consumers, requirements come in the order of where-used.
func (g *pegger) requirements(part bom.PartID) *specialScratch {
	m, s := g.w.m, &g.s
	s.entries, s.yields, s.held, s.hard = s.entries[:0], s.yields[:0], s.held[:0], s.hard[:0]
	g.w.collect(part, g.require, g.yield)
	sd := g.p.side(part)
	if sd != nil || m.policies[part].flags&(partSpecial|partSubstitute|partHeld) != 0 {
		g.order(s)
	}
	for i := m.heldStart[part]; i < m.heldStart[part+1]; i++ {
		s.held = append(s.held, supplyLeft{&m.held[i], int64(m.held[i].quantity)})
	}
	if len(s.held) > 0 {
		g.w.matchHeld(part, s)
	}
	if sd != nil {
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

// order puts requirements in the order in which netting serves them.
func (g *pegger) order(s *specialScratch) {
	if !slices.IsSortedFunc(s.entries, g.w.inWalkOrder) {
		slices.SortStableFunc(s.entries, g.w.inWalkOrder)
	}
}

func sameRequirement(a, b *entry) bool {
	return a.day == b.day && a.kind == b.kind && a.ref == b.ref && a.parent == b.parent && a.line == b.line && a.alloc == b.alloc && a.owner == b.owner
}

// pegs are the pegs of a part's supplies. O(k log k) in its requirements and supplies.
func (p *Plan) pegs(part bom.PartID) []peg {
	g := newPegger(p)
	return g.peg(part, g.requirements(part), p.lots(part), p.side(part))
}

// behind is what stands behind a phantom's requirement: an order, a receipt or a demand, and its part of it.
type behind struct {
	entry entry
	q     int64
}

// phantoms finds what stands behind the requirements of phantoms. It keeps what it found:
// phantoms that share phantoms are walked once each, not once a path.
type phantoms struct {
	p     *Plan
	pegs  map[bom.PartID][]peg
	found map[lotKey][]behind
}

func newPhantoms(p *Plan) *phantoms {
	return &phantoms{p: p, pegs: map[bom.PartID][]peg{}, found: map[lotKey][]behind{}}
}

// through replaces a consumer that is a phantom's requirement by what stands
// behind it, in proportion, rounded so that the sum is exact.
func (x *phantoms) through(of bom.PartID, g peg, visit func(peg)) {
	e := &g.entry
	if !x.isPhantom(e) {
		visit(g)
		return
	}
	x.share(x.behind(e.parent, e.ref), g.q, x.p.m.policies[of].step, func(b *behind, q int64) {
		part := g
		part.q = q
		part.entry.kind, part.entry.ref, part.entry.parent, part.entry.owner = b.entry.kind, b.entry.ref, b.entry.parent, b.entry.owner
		visit(part)
	})
}

func (x *phantoms) isPhantom(e *entry) bool {
	return e.kind == consumerPlanned && x.p.m.policies[e.parent].flags&partPhantom != 0
}

// share divides a quantity in proportion to what stands behind, in whole steps.
func (x *phantoms) share(list []behind, q int64, step Quantity, visit func(b *behind, q int64)) {
	total := int64(0)
	for i := range list {
		total += list[i].q
	}
	before, taken := int64(0), int64(0)
	for i := range list {
		before += list[i].q
		upTo, ok := fixed.MulDivCeil(q, before, total)
		if upTo, ok = wholeSteps(upTo, step, ok); !ok || upTo > q {
			upTo = q
		}
		if upTo > taken {
			visit(&list[i], upTo-taken)
			taken = upTo
		}
	}
}

// behind lists what stands behind a phantom's requirement of a day, each once.
func (x *phantoms) behind(part bom.PartID, lot int32) []behind {
	key := lotKey{part, lot}
	if list, ok := x.found[key]; ok {
		return list
	}
	pegs, ok := x.pegs[part]
	if !ok {
		pegs = slices.Clone(x.p.pegs(part))
		x.pegs[part] = pegs
	}
	var list []behind
	at := map[entryOrigin]int{}
	add := func(e *entry, q int64) {
		origin := entryOrigin{e.kind, e.ref, e.parent, e.owner}
		i, ok := at[origin]
		if !ok {
			i = len(list)
			at[origin] = i
			list = append(list, behind{entry: *e})
		}
		list[i].q += q
	}
	for i := range pegs {
		g := &pegs[i]
		if g.supplyKind != supplyPlanned || g.lotOf != part || g.supply != lot {
			continue
		}
		if !x.isPhantom(&g.entry) {
			add(&g.entry, g.q)
			continue
		}
		x.share(x.behind(g.entry.parent, g.entry.ref), g.q, 1, func(b *behind, q int64) { add(&b.entry, q) })
	}
	x.found[key] = list
	return list
}

// entryOrigin is whose requirement an entry is.
type entryOrigin struct {
	kind   consumerKind
	ref    int32
	parent bom.PartID
	owner  int32
}
