package mrp

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/fixed"
)

// consumerKind says what takes a supply, in the order of rule 12.
type consumerKind uint8

const (
	consumerReceipt consumerKind = iota
	consumerDemand
	consumerPlanned
	consumerSafety
	consumerExcess
)

// side is what the netting of few parts leaves beside lots.
type side struct {
	short  bool     // no source could give all that was needed
	moved  []moved  // requirements that substitutes take over
	pulled []pulled // receipts that count earlier than they are due

	isPulled map[int32]bool // the same, by receipt
	owners   []owner        // what demands with supply of their own have of the lots
	demands  []int32        // by lot: made to order for this demand; -1: common. nil: all are common
	numbers  []int32        // by lot, if demands are: its number within the part's need day
}

// moved is a requirement that a substitute takes over, and the requirement it replaces.
type moved struct {
	to       bom.PartID
	quantity int64 // of the substitute
	instead  int64 // of the main component
	day      int32
	line     int32 // of the substitute
	from     entry // the requirement of the main component
}

// pulled is a receipt that counts on an earlier day.
type pulled struct {
	receipt int32
	to      int32
}

// owner is a demand's part of a lot.
type owner struct {
	lot      int32
	demand   int32
	quantity int64
}

// entry is one requirement of a part.
type entry struct {
	day    int32
	kind   consumerKind
	ref    int32      // demand or receipt, or the index of the parent's lot
	parent bom.PartID // of a planned order's lot
	line   int32      // in Catalog.Components; -1: none
	alloc  int32      // number in the book; -1: none
	owner  int32      // demand with supply of its own; -1: none
	moved  bool       // taken over as a substitute: it moves no further
	q      int64
}

// collect lists the requirements of a part one by one, and what its parents
// yield of it, in the order of where-used. It is the slow form of gather.
func (w *worker) collect(p bom.PartID, require func(entry), yield func(yielded)) {
	m := w.m
	fixed := m.fixedOf(p)
	for i := range fixed {
		f := &fixed[i]
		e := entry{day: f.day, kind: f.kind, ref: f.ref, parent: bom.NoPart, line: -1, alloc: f.alloc, owner: f.ref, q: int64(f.quantity)}
		if f.kind == consumerReceipt {
			e.owner = m.receiptOwner(f.ref)
		}
		require(e)
	}
	for _, u := range m.Uses(p) {
		lots, refs := m.openReceipts(u.Parent)
		w.collectUse(u, lots, refs, nil, require, yield)
		w.collectUse(u, w.p.lots(u.Parent), nil, w.p.demandsOf(u.Parent), require, yield)
	}
	w.eachTransfer(p, func(l *lot, receiver bom.PartID, index int) {
		if day := m.offset(l.start); day < m.horizon {
			w.split(receiver, p, index, int64(l.quantity), entry{day: day, kind: consumerPlanned, ref: int32(index), parent: receiver, line: -1, alloc: -1,
				owner: demandOf(w.p.demandsOf(receiver), index), q: m.sent(p, l.quantity)}, require)
		}
	})
	w.eachMoved(p, func(v *moved, _ bom.PartID) {
		e := v.from
		e.line, e.q, e.day, e.moved = v.line, v.quantity, v.day, true
		require(e)
	})
}

// collectUse lists what one line requires or yields through orders of its parent:
// receipts with refs, or planned lots with the demands they are made for.
func (w *worker) collectUse(u bom.Use, lots []lot, refs, demands []int32, require func(entry), yield func(yielded)) {
	m := w.m
	line := &m.Components[u.Line]
	for i := range lots {
		l := &lots[i]
		day, q, used := m.explode(l, u.Parent, u.Line, line)
		switch {
		case !used || q == 0:
		case q == overflowed:
			w.overflow(line.Part, 0)
		case line.Quantity < 0:
			y := yielded{day: day, q: q, kind: supplyPlanned, parent: u.Parent, ref: int32(i)}
			if refs != nil {
				y.kind, y.ref = supplyReceipt, refs[i]
			}
			yield(y)
		case day >= m.horizon || day >= span:
		default:
			e := entry{day: day, kind: consumerPlanned, ref: int32(i), parent: u.Parent, line: u.Line, alloc: -1, owner: demandOf(demands, i), q: q}
			if refs != nil {
				e.kind, e.ref, e.parent, e.owner = consumerReceipt, refs[i], bom.NoPart, m.receiptOwner(refs[i])
				require(e)
				continue
			}
			w.split(u.Parent, line.Part, i, int64(l.quantity), e, require)
		}
	}
}

// receiptOwner is the planned demand that a receipt is pegged to, -1 for none.
func (m *Model) receiptOwner(r int32) int32 {
	if d := m.Book.receipts.at(r).demand; d >= 0 && m.planned(d) {
		return d
	}
	return -1
}

// split passes a requirement on, divided among the demands that own parts of the
// lot behind it: in proportion, rounded up along the lot, so that the sum is exact.
func (w *worker) split(parent, component bom.PartID, index int, total int64, e entry, require func(entry)) {
	s := w.p.side(parent)
	if s == nil || e.owner >= 0 {
		require(e)
		return
	}
	taken, before := int64(0), int64(0)
	for _, o := range s.owners {
		if int(o.lot) != index {
			continue
		}
		before += o.quantity
		upTo, ok := fixed.MulDivCeil(e.q, before, total)
		if upTo, ok = wholeSteps(upTo, w.m.policies[component].step, ok); !ok || upTo > e.q {
			upTo = e.q
		}
		part := e
		part.q, part.owner = upTo-taken, o.demand
		taken = upTo
		if part.q > 0 {
			require(part)
		}
	}
	if e.q -= taken; e.q > 0 {
		require(e)
	}
}

// wholeSteps rounds up to the item's decimals; ok says whether q and the result hold.
func wholeSteps(q int64, step Quantity, ok bool) (int64, bool) {
	if !ok {
		return 0, false
	}
	return fixed.CeilTo(q, int64(step))
}

// supplyLeft is a held supply while it is matched.
type supplyLeft struct {
	*fixedSupply
	left int64
}

// specialScratch is what the netting of a special part works on.
type specialScratch struct {
	entries []entry
	yields  []yielded
	held    []supplyLeft
	hard    []hardPeg
}

// yielded is a by-product's supply.
type yielded struct {
	day    int32
	q      int64
	kind   supplyKind // of the order: receipt or planned
	parent bom.PartID
	ref    int32 // receipt, or index of the parent's lot
}

// hardPeg is what a held supply gives to a requirement of its demand.
type hardPeg struct {
	held  int // index in Model.held
	entry int // index in entries
	q     int64
}

// prepare collects and orders a special part's requirements and matches
// reserved stock and hard-pegged receipts with them (rule 11). What is
// matched is taken off the entries.
func (w *worker) prepare(p bom.PartID) *specialScratch {
	m := w.m
	s := &specialScratch{}
	w.collect(p, func(e entry) {
		if e.line >= 0 {
			w.requirements++
		}
		s.entries = append(s.entries, e)
	}, func(y yielded) { s.yields = append(s.yields, y) })
	slices.SortStableFunc(s.entries, w.inWalkOrder)
	for i := m.heldStart[p]; i < m.heldStart[p+1]; i++ {
		s.held = append(s.held, supplyLeft{&m.held[i], int64(m.held[i].quantity)})
	}
	if len(s.held) > 0 {
		w.matchHeld(p, s)
	}
	return s
}

// inWalkOrder is the order in which requirements are served with substitutes
// and reserved supply: by day, then parent, its receipts before its planned
// orders, those by need day, then line.
func (w *worker) inWalkOrder(x, y entry) int {
	m := w.m
	if c := cmp.Or(cmp.Compare(x.day, y.day), cmp.Compare(m.walkParent(&x), m.walkParent(&y)), cmp.Compare(x.kind, y.kind)); c != 0 {
		return c
	}
	if x.kind == consumerPlanned && x.ref != y.ref {
		if c := cmp.Compare(w.p.lots(x.parent)[x.ref].need, w.p.lots(y.parent)[y.ref].need); c != 0 {
			return c
		}
	}
	return cmp.Or(
		m.compareConsumers(x.kind, x.ref, y.ref), cmp.Compare(x.line, y.line), m.Book.allocations.compare(x.alloc, y.alloc), m.Book.CompareDemands(x.owner, y.owner))
}

// walkParent is the parent of a requirement; a demand's and an allocation's is none.
func (m *Model) walkParent(e *entry) bom.PartID {
	if e.kind == consumerReceipt && e.line >= 0 {
		return m.Components[e.line].Parent
	}
	return e.parent
}

// matchHeld serves the requirements of each demand from what is held for it:
// in order of days, first-expired first.
func (w *worker) matchHeld(p bom.PartID, s *specialScratch) {
	m := w.m
	first := int(m.heldStart[p])
	order := make([]int, len(s.held))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := s.held[a].fixedSupply, s.held[b].fixedSupply
		if c := cmp.Or(cmp.Compare(x.expires, y.expires), cmp.Compare(x.day, y.day), compareBool(x.receipt, y.receipt)); c != 0 {
			return c
		}
		return m.compareSupplies(heldKind(x), x.ref, y.ref)
	})
	for i := range s.entries {
		e := &s.entries[i]
		if e.owner < 0 {
			continue
		}
		for _, h := range order {
			held := &s.held[h]
			if held.demand != e.owner || held.left == 0 || e.day < held.day || e.day > held.expires || e.q == 0 {
				continue
			}
			q := min(e.q, held.left)
			held.left -= q
			e.q -= q
			s.hard = append(s.hard, hardPeg{first + h, i, q})
		}
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// segment is the demand whose own segment a requirement belongs to, or -1 for the
// common one: dedicated demands have theirs at made and subcontracted levels.
func (w *worker) segment(p bom.PartID, e *entry) int32 {
	m := w.m
	if e.owner < 0 || m.Book.DemandAt(e.owner).Peg != Dedicated {
		return -1
	}
	if m.policies[p].flags&partPhantom != 0 {
		return e.owner
	}
	s := m.bestSource(p, m.day(e.day), nil)
	if s < 0 {
		s = m.anySource(p, nil, nil)
	}
	if m.sources[s].kind.Explodes() {
		return e.owner
	}
	return -1
}

// netSpecial nets a part whose requirements must be told apart.
func (w *worker) netSpecial(p bom.PartID) *specialScratch {
	s := w.prepare(p)
	w.special = s
	w.gatherCommon(p, s)
	w.events(p)
	w.net(p)
	common := len(w.out)
	var demands []int32
	of := map[int32][]int32{} // entries by segment
	for i := range s.entries {
		if d := w.segment(p, &s.entries[i]); d >= 0 {
			of[d] = append(of[d], int32(i))
		}
	}
	for _, d := range slices.SortedFunc(maps.Keys(of), w.m.Book.CompareDemands) {
		w.demand = d
		w.perish = w.perish[:0]
		for _, i := range of[d] {
			if e := &s.entries[i]; e.q > 0 {
				w.require(p, e.day, e.q)
			}
		}
		w.events(p)
		w.net(p)
		for len(demands) < len(w.out)-common {
			demands = append(demands, d)
		}
	}
	if len(demands) > 0 {
		all := make([]int32, common, len(w.out))
		for i := range all {
			all[i] = -1
		}
		w.ensureSide().demands = append(all, demands...)
		w.side.numbers = numbersOf(w.out)
	}
	w.demand = -1
	w.special = nil
	return s
}

// numbersOf counts the lots of each need day from 1.
func numbersOf(lots []lot) []int32 {
	numbers := make([]int32, len(lots))
	count := map[bom.Day]int32{}
	for i := range lots {
		count[lots[i].need]++
		numbers[i] = count[lots[i].need]
	}
	return numbers
}

// gatherCommon sums the common segment: shared supply, what held supply is left
// over, by-products, and the requirements of no segment.
func (w *worker) gatherCommon(p bom.PartID, s *specialScratch) {
	m := w.m
	supplies := m.suppliesOf(p)
	for i := range supplies {
		w.receive(p, supplies[i].day, int64(supplies[i].quantity))
	}
	w.gatherPerishables(p)
	for i := range s.held {
		h := &s.held[i]
		if h.left == 0 {
			continue
		}
		w.receive(p, h.day, h.left)
		if h.expires != math.MaxInt32 {
			w.addPerishable(h.day, h.expires, h.left)
		}
	}
	for i := range s.yields {
		w.receive(p, s.yields[i].day, s.yields[i].q)
	}
	for i := range s.entries {
		if e := &s.entries[i]; e.q > 0 && w.segment(p, e) < 0 {
			w.require(p, e.day, e.q)
		}
	}
}

// substitute is rule 11: when the main component's order would start before
// today, its shortage goes to the next substitute that can be in time. It gives
// the quantity that was moved away.
func (w *worker) substitute(p bom.PartID, rule bom.LotRule, i int, available int64) int64 {
	m := w.m
	need := m.day(w.day[i])
	shortage := w.safetyAt(i) - available
	limit := w.shelfLimit(p, i, available)
	if limit == 0 || w.inTime(p, need, w.lotSize(p, rule, i, available), limit) {
		return 0
	}
	total := int64(0)
	entries := w.special.entries
	for from := 0; from < len(entries) && total < shortage; {
		to := from + 1
		for to < len(entries) && sameOrigin(&entries[from], &entries[to]) {
			to++
		}
		if e := &entries[from]; e.day == w.day[i] && e.line >= 0 && !e.moved {
			total += w.moveAway(p, entries[from:to], shortage-total, need)
		}
		from = to
	}
	return total
}

// sameOrigin reports whether two requirements are parts of one: of one order and
// line, for different demands.
func sameOrigin(a, b *entry) bool {
	return a.day == b.day && a.kind == b.kind && a.ref == b.ref && a.parent == b.parent && a.line == b.line && a.alloc == b.alloc && a.moved == b.moved
}

// moveAway moves at most a quantity of one requirement of the common segment,
// given in its parts, to the first later member of its line's group that can be
// in time. It gives what was moved; the substitute's quantity is rounded up once.
func (w *worker) moveAway(p bom.PartID, parts []entry, most int64, need bom.Day) int64 {
	m := w.m
	q := int64(0)
	for k := range parts {
		if w.segment(p, &parts[k]) < 0 {
			q += parts[k].q
		}
	}
	q = min(q, most)
	best := int32(-1)
	if q > 0 {
		best = w.pickSubstitute(&parts[0], q, need)
	}
	if best < 0 {
		return 0
	}
	main, sub := &m.Components[parts[0].line], &m.Components[best]
	step := m.policies[sub.Part].step
	moving, given := int64(0), int64(0)
	for k := range parts {
		e := &parts[k]
		take := min(e.q, q-moving)
		if take == 0 || w.segment(p, e) >= 0 {
			continue
		}
		moving += take
		upTo, ok := substituteQuantity(moving, main, sub, step)
		if !ok {
			w.overflow(sub.Part, e.day)
			return 0
		}
		s := w.ensureSide()
		s.moved = append(s.moved, moved{to: sub.Part, quantity: upTo - given, instead: take, day: e.day, line: best, from: *e})
		given = upTo
		e.q -= take
	}
	if !w.inTime(sub.Part, need, given, math.MaxInt64) {
		w.p.promise(sub.Part, Quantity(given))
	}
	return moving
}

// inTime reports whether the first lot of an order of p, needed on a day, would
// start today or later.
func (w *worker) inTime(p bom.PartID, need bom.Day, q, limit int64) bool {
	m := w.m
	if m.policies[p].flags&partPhantom != 0 {
		return true
	}
	var given []Quantity
	if p == w.part && m.policies[p].flags&partGiven != 0 {
		given = w.given
	}
	s := m.choose(p, need, given, nil)
	if s < 0 {
		s = m.anySource(p, given, nil)
	}
	q = min(modify(q, &m.sources[s]), limit)
	if most := int64(m.sources[s].max); most > 0 {
		q = min(q, most)
	}
	start, ok := m.rawStart(p, s, need, q)
	return ok && start >= m.start
}

// pickSubstitute is the first later member of a requirement's substitute group
// that can be in time, by its own order or by its free stock; -1 if there is none.
func (w *worker) pickSubstitute(e *entry, q int64, need bom.Day) int32 {
	m := w.m
	main := &m.Components[e.line]
	if main.Group == 0 {
		return -1
	}
	lines, judged := w.behind(e)
	best := int32(-1)
	for i := lines.From; i < lines.To; i++ {
		sub := &m.Components[i]
		if i == e.line || sub.Group != main.Group || !sub.Valid(judged) || !m.LaterSubstitute(e.line, i) {
			continue
		}
		if best >= 0 && m.LaterSubstitute(best, i) {
			continue
		}
		sq, ok := substituteQuantity(q, main, sub, m.policies[sub.Part].step)
		if ok && (w.inTime(sub.Part, need, sq, math.MaxInt64) || w.p.promised(sub.Part)+Quantity(sq) <= m.freeStock(sub.Part)) {
			best = i
		}
	}
	return best
}

// behind gives the lines of the order behind a requirement, and the day on which their validity is judged.
func (w *worker) behind(e *entry) (bom.LineRange, bom.Day) {
	m := w.m
	if e.kind == consumerReceipt {
		l := m.openLot(e.ref)
		return m.linesOf(l, m.Book.ReceiptPart(e.ref)), max(l.start, m.start)
	}
	l := &w.p.lots(e.parent)[e.ref]
	return m.linesOf(l, e.parent), max(l.start, m.start)
}

// substituteQuantity converts a quantity of the main component by the ratio of the lines, scrap included.
func substituteQuantity(q int64, main, sub *bom.Component, step Quantity) (int64, bool) {
	// q · sub.qty·(1−main.scrap) ÷ (main.qty·(1−sub.scrap)), rounded up
	if main.Scrap == 0 && sub.Scrap == 0 {
		v, ok := fixed.MulDivCeil(q, int64(sub.Quantity), int64(main.Quantity))
		if !ok {
			return 0, false
		}
		return fixed.CeilTo(v, int64(step))
	}
	r := ratioOf(int64(sub.Quantity), int64(main.Quantity))
	r.Mul(r, ratioOf(int64(bom.One-main.Scrap), int64(bom.One-sub.Scrap)))
	v, ok := ceilRat(r.Mul(r, ratioOf(q, 1)))
	if !ok {
		return 0, false
	}
	return fixed.CeilTo(v, int64(step))
}

// drawSpare plans a transfer of at most the sender's free stock (spare_only).
func (w *worker) drawSpare(p bom.PartID, s int32, day int32, q int64, flags lotTag) int64 {
	m := w.m
	src := &m.sources[s]
	if w.p.draws[[2]bom.PartID{p, src.sender}] > 0 {
		return 0 // it has drawn on this part: sisters do not pass the same need back and forth
	}
	left := int64(m.spare[src.sender] - w.p.drawn(src.sender, p) - w.drawnHere(src.sender))
	if w.p.drawsFixed {
		left = min(left, int64(w.p.draws[[2]bom.PartID{src.sender, p}]-w.drawnHere(src.sender)))
	}
	step := int64(m.policies[p].step)
	left -= left % step
	q = modify(q, src)
	if q > left {
		q = left
		if src.multiple > 0 {
			q -= q % int64(src.multiple)
		}
		if q < int64(src.min) {
			return 0
		}
	}
	if q <= 0 {
		return 0
	}
	if most := int64(src.max); most > 0 && q/most > maxLots {
		w.fail(&LotCountError{Item: m.ItemID(p), Site: m.SiteID(p), Day: m.day(day), Quantity: Quantity(q), Max: src.max})
		return q
	}
	total := int64(0)
	for most := int64(src.max); most > 0 && q > most; q -= most {
		w.add(p, s, day, most, flags)
		total += most
	}
	w.add(p, s, day, q, flags)
	return total + q
}

// drawnHere is what the part at hand has drawn from a sender so far.
func (w *worker) drawnHere(sender bom.PartID) Quantity {
	var q Quantity
	for i := range w.out {
		if s := &w.m.sources[w.out[i].source()]; s.spareOnly && s.sender == sender {
			q += w.out[i].quantity
		}
	}
	return q
}

// attribute records which demands with supply of their own have part in the
// common lots of p, by its pegs: below, what is held for them serves that part first.
func (w *worker) attribute(p bom.PartID, s *specialScratch) {
	lots := w.p.lots(p)
	if len(lots) == 0 || len(w.m.holders) == 0 {
		return
	}
	var owners []owner
	for _, g := range w.m.pegsOf(w.p, p, s, lots, w.side) {
		if g.supplyKind == supplyPlanned && g.lotOf == p && g.entry.owner >= 0 && w.m.holders[g.entry.owner] && demandOf(w.p.demandsOf(p), int(g.supply)) < 0 {
			owners = append(owners, owner{lot: g.supply, demand: g.entry.owner, quantity: g.q})
		}
	}
	if len(owners) == 0 {
		return
	}
	slices.SortStableFunc(owners, func(a, b owner) int {
		return cmp.Or(cmp.Compare(a.lot, b.lot), w.m.Book.CompareDemands(a.demand, b.demand))
	})
	merged := owners[:1]
	for _, o := range owners[1:] {
		if last := &merged[len(merged)-1]; last.lot == o.lot && last.demand == o.demand {
			last.quantity += o.quantity
		} else {
			merged = append(merged, o)
		}
	}
	w.ensureSide().owners = merged
}
