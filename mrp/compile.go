package mrp

import (
	"math"
	"slices"

	"github.com/taktplan/takt/bom"
)

// counts is the day on which a receipt counts in netting: its need day, else
// the confirmed date, else its due date.
func (r *Receipt) counts() bom.Day {
	if !r.Need.IsZero() {
		return r.Need.Day
	}
	return r.due()
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
	for _, row := range m.Book.receipts.all() {
		if row.supply >= 0 {
			from, _ := m.Catalog.Sources(row.part)
			m.openQuantity[m.sourceStart[row.part]+row.supply-from] += row.Quantity
		}
	}
}

// compileReceipts gives every receipt its source and start (rule 7), and
// collects those that explode or take from a sender.
func (m *Model) compileReceipts() {
	b := m.Book
	allocated := make([]bool, b.ReceiptSlots())
	for _, a := range b.allocations.all() {
		allocated[a.receipt] = true
	}
	m.receiptLots = make([]lot, b.ReceiptSlots())
	var exploding []lot
	var refs []int32
	var parts []bom.PartID
	for r, row := range b.receipts.all() {
		source, implied := m.receiptSource(row)
		if implied {
			source = m.impliedSource(row.part, row.Kind)
		}
		l := m.receiptLot(row, source)
		m.receiptLots[r] = l
		if m.isOpen(row, &l, allocated[r]) {
			exploding = append(exploding, l)
			refs = append(refs, r)
			parts = append(parts, row.part)
		}
	}
	m.open, m.openStart = scatter(len(m.Parts), exploding, parts)
	m.openRef, _ = scatter(len(m.Parts), refs, parts)
	m.openBits = make([]uint64, len(m.Parts)/64+1)
	for _, p := range parts {
		m.openBits[p>>6] |= 1 << (p & 63)
	}
}

// receiptLot is a receipt as if it were a lot: source, start and start quantity.
func (m *Model) receiptLot(rec *receiptRow, source int32) lot {
	p := rec.part
	l := lot{need: max(rec.counts(), m.start), due: rec.due(), quantity: rec.Quantity, startQuantity: rec.Quantity}
	l.start = l.due
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
// among the sources of its kind; -1 when the part has none of that kind, and
// implied if it is made all the same.
func (m *Model) receiptSource(rec *receiptRow) (source int32, implied bool) {
	p := rec.part
	if rec.supply >= 0 {
		from, _ := m.Catalog.Sources(p)
		return m.sourceStart[p] + rec.supply - from, false
	}
	of := func(s int32) bool { return m.sources[s].kind == rec.Kind }
	best := m.bestSource(p, rec.due(), of)
	if best < 0 {
		best = m.anySource(p, nil, of)
	}
	return best, best < 0 && rec.Kind.Explodes()
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
	for i, d := range b.demands.all() {
		if !m.planned(i) {
			continue
		}
		q := d.Quantity
		if d.Kind == Forecast {
			q = left[i]
		}
		add(d.part, m.needDay(i), q, i, -1, consumerDemand)
	}
	for i, a := range b.allocations.all() {
		add(a.part, m.issueDay(a), a.Quantity, a.receipt, i, consumerReceipt)
	}
	for i := range m.open {
		l, r := &m.open[i], m.openRef[i]
		if sender := m.takesFrom(l, r); sender != bom.NoPart {
			add(sender, l.start, Quantity(m.sent(sender, l.quantity)), r, -1, consumerReceipt)
		}
	}
	m.fixed, m.fixedStart = scatter(len(m.Parts), rows, parts)
}

// planned reports whether a demand takes part in netting.
func (m *Model) planned(d int32) bool {
	row := m.Book.DemandAt(d)
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
	due := m.Book.DemandAt(d).Due.Day
	return due >= m.start+bom.Day(m.Parts[m.Book.DemandPart(d)].DemandFenceDays)
}

// needDay is the day on which a demand's goods must be there: its due day, or
// one step of packing and shipping days back from it on the settings' calendar.
func (m *Model) needDay(d int32) bom.Day {
	row := m.Book.DemandAt(d)
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
	for i, l := range b.lots.all() {
		if s, ok := m.stockSupply(i, l); ok {
			add(l.Part, s)
		}
	}
	for r, row := range b.receipts.all() {
		if s, ok := m.receiptSupply(r, row); ok {
			add(row.part, s)
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
	for i, d := range m.Book.demands.all() {
		if d.Peg == Dedicated && m.planned(i) {
			owners[d.part] = true
		}
	}
	for i := range m.held {
		d := m.held[i].demand
		if !m.planned(d) {
			continue
		}
		owners[m.Book.DemandPart(d)] = true
		if m.Book.DemandAt(d).Peg == Dynamic {
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
