package mrp

import (
	"math"
	"slices"

	"github.com/taktplan/takt/bom"
)

// receiptDay is the day on which a receipt counts in netting: its need day, else
// the confirmed date, else its due date.
func (b *Book) receiptDay(r int32) bom.Day {
	rec := &b.Receipts[r]
	if !rec.Need.IsZero() {
		return rec.Need.Day
	}
	return rec.due()
}

// due is the date on which the receipt is expected: the supplier's word wins.
func (r *Receipt) due() bom.Day {
	if !r.Confirmed.IsZero() {
		return r.Confirmed.Day
	}
	return r.Due.Day
}

// sumOpen adds up the open receipts that name a source.
func (m *Model) sumOpen() {
	m.openQuantity = make([]Quantity, len(m.sources))
	for r, named := range m.Book.receiptSupply {
		if named < 0 {
			continue
		}
		p := m.Book.receiptPart[r]
		from, _ := m.Catalog.Sources(p)
		m.openQuantity[m.sourceStart[p]+named-from] += m.Book.Receipts[r].Quantity
	}
}

// compileReceipts gives every receipt its source and start (rule 7), and
// collects those that explode or take from a sender.
func (m *Model) compileReceipts() {
	b := m.Book
	allocated := make([]bool, len(b.Receipts))
	for i := range b.Allocations {
		allocated[b.allocReceipt[i]] = true
	}
	m.receiptLots = make([]lot, len(b.Receipts))
	var exploding []lot
	var refs []int32
	var parts []bom.PartID
	m.openAt = make([]int32, len(b.Receipts))
	for r := range b.Receipts {
		rec := &b.Receipts[r]
		l := m.receiptLot(int32(r))
		m.receiptLots[r] = l
		m.openAt[r] = -1
		explodes := rec.Kind.Explodes() && rec.Status != InProgress && !allocated[r]
		if (explodes || rec.Kind == bom.Transfer && rec.Status == Firm) && !l.is(noSupply) {
			exploding = append(exploding, l)
			refs = append(refs, int32(r))
			parts = append(parts, b.receiptPart[r])
		}
	}
	m.open, m.openStart = scatter(len(m.Parts), exploding, parts)
	m.openRef, _ = scatter(len(m.Parts), refs, parts)
	m.openBits = make([]uint64, len(m.Parts)/64+1)
	for _, p := range parts {
		m.openBits[p>>6] |= 1 << (p & 63)
	}
	for i, r := range m.openRef {
		m.openAt[r] = int32(i)
	}
}

// receiptLot is a receipt as if it were a lot: source, start and start quantity.
func (m *Model) receiptLot(r int32) lot {
	rec := &m.Book.Receipts[r]
	p := m.Book.receiptPart[r]
	l := lot{need: max(m.Book.receiptDay(r), m.start), due: rec.due(), quantity: rec.Quantity, startQuantity: rec.Quantity}
	l.start = l.due
	source := m.receiptSource(r)
	l.tag = noSupply
	if source >= 0 {
		l.tag = lotTag(source)
		s := &m.sources[source]
		if s.kind.Explodes() && s.extra >= 0 {
			if g, ok := m.extras[s.extra].gross(rec.Quantity, m.policies[p].step); ok {
				l.startQuantity = g
			}
		}
		if start, ok := m.calendars[s.calendar].Back(l.due, m.leadDays(s, l.startQuantity)); ok {
			l.start = start
		}
	}
	if !rec.Start.IsZero() {
		l.start = rec.Start.Day
	}
	return l
}

// receiptSource is the source a receipt names, else the choice on its due day
// among the sources of its kind; -1 when the part has none of that kind.
func (m *Model) receiptSource(r int32) int32 {
	rec := &m.Book.Receipts[r]
	p := m.Book.receiptPart[r]
	if named := m.Book.receiptSupply[r]; named >= 0 {
		from, _ := m.Catalog.Sources(p)
		return m.sourceStart[p] + named - from
	}
	of := func(s int32) bool { return m.sources[s].kind == rec.Kind }
	best := m.bestSource(p, rec.due(), of)
	if best < 0 {
		best = m.anySource(p, nil, of)
	}
	if best < 0 && rec.Kind.Explodes() {
		return m.impliedSource(p, rec.Kind)
	}
	return best
}

// impliedSource stands for a way to make a part that no source row names any more
// though a receipt still uses it: the item's lead days and the empty BOM version.
func (m *Model) impliedSource(p bom.PartID, kind bom.Kind) int32 {
	part := &m.Parts[p]
	s := source{part: p, supply: -1, calendar: m.sources[m.sourceStart[p]].calendar, sender: bom.NoPart, extra: -1, kind: kind}
	if part.Calendar == 0 {
		s.calendar = m.settingsCalendar
	}
	m.addSource(s, part, nil, &bom.Errors{})
	last := &m.sources[len(m.sources)-1]
	last.lines, _ = m.EmptyVersion(p)
	return int32(len(m.sources) - 1)
}

// compileRequirements collects demands, allocations and firm transfers by part.
func (m *Model) compileRequirements() {
	b := m.Book
	var rows []fixedRequirement
	var parts []bom.PartID
	add := func(p bom.PartID, day bom.Day, q Quantity, ref, alloc int32, kind consumerKind) {
		offset := m.offset(day)
		if offset >= m.horizon {
			m.beyondHorizon++
			return
		}
		if q == 0 {
			return
		}
		rows = append(rows, fixedRequirement{quantity: q, day: offset, ref: ref, alloc: alloc, kind: kind})
		parts = append(parts, p)
	}
	left := m.consumeForecasts()
	for i := range b.Demands {
		if !m.planned(int32(i)) {
			continue
		}
		q := b.Demands[i].Quantity
		if b.Demands[i].Kind == Forecast {
			q = left[i]
		}
		add(b.demandPart[i], m.needDay(int32(i)), q, int32(i), -1, consumerDemand)
	}
	for i := range b.Allocations {
		a := &b.Allocations[i]
		r := b.allocReceipt[i]
		day := a.Needed.Day
		if a.Needed.IsZero() {
			day = m.receiptLots[r].start
		}
		add(b.allocationPart[i], day, a.Quantity, r, int32(i), consumerReceipt)
	}
	for i := range m.open {
		l, r := &m.open[i], m.openRef[i]
		if s := &m.sources[l.source()]; m.Book.Receipts[r].Kind == bom.Transfer && s.sender != bom.NoPart {
			add(s.sender, l.start, Quantity(m.sent(s.sender, l.quantity)), r, -1, consumerReceipt)
		}
	}
	m.fixed, m.fixedStart = scatter(len(m.Parts), rows, parts)
}

// planned reports whether a demand takes part in netting.
func (m *Model) planned(d int32) bool {
	row := &m.Book.Demands[d]
	switch row.Status {
	case Open:
	case Quote:
		if !row.Expires.IsZero() && row.Expires.Day < m.start {
			return false
		}
	default:
		return false
	}
	return row.Kind != Forecast || m.forecastCounts(d)
}

// forecastCounts reports whether a forecast counts: it is not overdue, and not
// due inside the demand time fence (rules 9 and 10).
func (m *Model) forecastCounts(d int32) bool {
	due := m.Book.Demands[d].Due.Day
	return due >= m.start+bom.Day(m.Parts[m.Book.demandPart[d]].DemandFenceDays)
}

// needDay is the day on which a demand's goods must be there: its due day, or
// one step of packing and shipping days back from it on the settings' calendar.
func (m *Model) needDay(d int32) bom.Day {
	row := &m.Book.Demands[d]
	n := row.PackDays + row.ShipDays
	if n == 0 {
		return row.Due.Day
	}
	if day, ok := m.settings.Back(row.Due.Day, n); ok {
		return day
	}
	return m.start
}

// compileSupplies collects stock and receipts by part.
func (m *Model) compileSupplies() {
	b := m.Book
	var free, held []fixedSupply
	var freeParts, heldParts []bom.PartID
	add := func(p bom.PartID, s fixedSupply) {
		if s.demand >= 0 {
			held, heldParts = append(held, s), append(heldParts, p)
		} else {
			free, freeParts = append(free, s), append(freeParts, p)
		}
	}
	for i := range b.Lots {
		l := &b.Lots[i]
		s := fixedSupply{quantity: l.Quantity, day: m.offset(l.QuarantineUntil), expires: math.MaxInt32, ref: int32(i), demand: l.Reserved}
		if l.Expires != bom.NoDay {
			s.expires = int32(l.Expires - m.start)
			if s.expires < s.day {
				continue // expired before it could be used
			}
		}
		if l.Quantity > 0 {
			add(l.Part, s)
		}
	}
	for r := range b.Receipts {
		if q := b.Receipts[r].Quantity; q > 0 {
			add(b.receiptPart[r], fixedSupply{quantity: q, day: m.offset(b.receiptDay(int32(r))), expires: math.MaxInt32,
				ref: int32(r), demand: b.receiptDemand[r], receipt: true})
		}
	}
	m.supplies, m.supplyStart = scatter(len(m.Parts), free, freeParts)
	m.held, m.heldStart = scatter(len(m.Parts), held, heldParts)
}

// compileMarks flags the parts that need more than the plain sweep.
func (m *Model) compileMarks() {
	for p := range m.Parts {
		if m.heldStart[p] != m.heldStart[p+1] {
			m.policies[p].flags |= partHeld
		}
		for i := m.supplyStart[p]; i < m.supplyStart[p+1]; i++ {
			if m.supplies[i].expires != math.MaxInt32 {
				m.policies[p].flags |= partPerishable
			}
		}
		if len(m.SentTo(bom.PartID(p))) > 0 {
			m.policies[p].flags |= partSends
		}
	}
	for i := range m.Components {
		if !m.HasSubstitutes() && !m.HasByProducts() {
			break
		}
		switch c := &m.Components[i]; {
		case c.Quantity < 0:
			m.policies[c.Part].flags |= partByProduct
		case c.Group != 0:
			m.markSubstitutes(int32(i))
		}
	}
	for _, mains := range m.mains {
		slices.Sort(mains)
	}
	m.markOwners()
}

// markSubstitutes flags the component of a line, if it has substitutes, and them.
func (m *Model) markSubstitutes(line int32) {
	main := &m.Components[line]
	from, to := m.Lines(main.Parent)
	for j := from; j < to; j++ {
		sub := &m.Components[j]
		if sub.Group != main.Group || sub.Version != main.Version || sub.Part == main.Part || !m.LaterSubstitute(line, j) {
			continue
		}
		m.policies[main.Part].flags |= partMain | partSpecial | partSerial
		m.policies[sub.Part].flags |= partSubstitute
		if m.mains == nil {
			m.mains = map[bom.PartID][]bom.PartID{}
		}
		if !slices.Contains(m.mains[sub.Part], main.Part) {
			m.mains[sub.Part] = append(m.mains[sub.Part], main.Part)
		}
	}
}

// markOwners flags every part below a demand that is made to order or has
// supply of its own: there, requirements are told apart by demand.
func (m *Model) markOwners() {
	owners := make(map[bom.PartID]bool)
	for i := range m.Book.Demands {
		if m.Book.Demands[i].Peg == Dedicated && m.planned(int32(i)) {
			owners[m.Book.demandPart[i]] = true
		}
	}
	for i := range m.held {
		d := m.held[i].demand
		if !m.planned(d) {
			continue
		}
		owners[m.Book.demandPart[d]] = true
		if m.Book.Demands[d].Peg == Dynamic {
			if m.holders == nil {
				m.holders = map[int32]bool{}
			}
			m.holders[d] = true
		}
	}
	for i := range m.fixed { // what a firm transfer takes at its sender, and allocations
		if f := &m.fixed[i]; f.kind == consumerReceipt && m.receiptOwner(f.ref) >= 0 {
			owners[m.fixedPart(int32(i))] = true
		}
	}
	var queue []bom.PartID
	for p := range m.Parts {
		if owners[bom.PartID(p)] || m.policies[p].flags&partHeld != 0 {
			m.policies[p].flags |= partSpecial
		}
		if owners[bom.PartID(p)] || m.policies[p].flags&partHeld != 0 {
			queue = append(queue, bom.PartID(p))
		}
	}
	seen := make([]bool, len(m.Parts))
	for _, p := range queue {
		seen[p] = true
	}
	reach := func(p bom.PartID) {
		if !seen[p] {
			seen[p] = true
			m.policies[p].flags |= partSpecial
			queue = append(queue, p)
		}
	}
	for len(queue) > 0 {
		p := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		from, to := m.Lines(p)
		for l := from; l < to; l++ {
			reach(m.Components[l].Part)
		}
		for s := m.sourceStart[p]; s < m.sourceStart[p+1]; s++ {
			if sender := m.sources[s].sender; sender != bom.NoPart {
				reach(sender)
			}
		}
	}
}

// compileSpare fixes what senders can give to sister sites: unreserved stock
// less their own demands, allocations and safety stock.
func (m *Model) compileSpare() {
	if !m.anySpare {
		return
	}
	for i := range m.sources {
		s := &m.sources[i]
		if !s.spareOnly {
			continue
		}
		m.policies[s.part].flags |= partSerial
		if m.spare == nil {
			m.spare = map[bom.PartID]Quantity{}
		}
		if _, known := m.spare[s.sender]; !known {
			m.spare[s.sender] = m.freeStock(s.sender)
		}
	}
}

// freeStock is the unreserved usable stock of a part less its own demands,
// allocations and safety stock; never negative.
func (m *Model) freeStock(p bom.PartID) Quantity {
	free := -m.policies[p].safety
	for i := m.supplyStart[p]; i < m.supplyStart[p+1]; i++ {
		if s := &m.supplies[i]; !s.receipt && s.day == 0 {
			free += s.quantity
		}
	}
	for i := m.fixedStart[p]; i < m.fixedStart[p+1]; i++ {
		if f := &m.fixed[i]; f.kind == consumerDemand || f.alloc >= 0 {
			free -= f.quantity
		}
	}
	return max(free, 0)
}

// fixedPart is the part of a fixed requirement.
func (m *Model) fixedPart(i int32) bom.PartID {
	p, found := slices.BinarySearch(m.fixedStart, i+1)
	if !found {
		p--
	}
	for m.fixedStart[p] > i {
		p--
	}
	for m.fixedStart[p+1] <= i {
		p++
	}
	return bom.PartID(p)
}
