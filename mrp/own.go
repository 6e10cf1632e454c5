package mrp

import (
	"math"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/sparse"
)

// ownRows are what a part has of its own in a model made by edits, in place of what the model's base has.
type ownRows struct {
	fixed      []fixedRequirement
	supplies   []fixedSupply
	open       []lot
	openRef    []int32
	perishable bool
}

// modelEdit is what differs from a model's base. It is immutable.
type modelEdit struct {
	parts    sparse.Array[ownRows]
	receipts sparse.Array[lot] // in place of receiptLots
}

// of is what a part has in place of the base's, nil for nothing. It stands apart so that the accessors of a fresh
// model are small enough to be inlined.
//
//go:noinline
func (e *modelEdit) of(p bom.PartID) *ownRows { return e.parts.Get(int32(p)) }

// fixedOf are the given requirements of a part.
func (m *Model) fixedOf(p bom.PartID) []fixedRequirement {
	if m.over != nil {
		return m.editedFixed(p)
	}
	return m.fixed[m.fixedStart[p]:m.fixedStart[p+1]]
}

// editedFixed and editedSupplies stand apart so that fixedOf and suppliesOf are small enough to be inlined.
func (m *Model) editedFixed(p bom.PartID) []fixedRequirement {
	if own := m.over.of(p); own != nil {
		return own.fixed
	}
	return m.fixed[m.fixedStart[p]:m.fixedStart[p+1]]
}

func (m *Model) editedSupplies(p bom.PartID) []fixedSupply {
	if own := m.over.of(p); own != nil {
		return own.supplies
	}
	return m.supplies[m.supplyStart[p]:m.supplyStart[p+1]]
}

// suppliesOf are the stock and the receipts of a part that are for everyone.
func (m *Model) suppliesOf(p bom.PartID) []fixedSupply {
	if m.over != nil {
		return m.editedSupplies(p)
	}
	return m.supplies[m.supplyStart[p]:m.supplyStart[p+1]]
}

// heldOf are the stock and the receipts of a part that are held for demands.
func (m *Model) heldOf(p bom.PartID) []fixedSupply { return m.held[m.heldStart[p]:m.heldStart[p+1]] }

// perishable reports whether a part has stock for everyone that expires.
func (m *Model) perishable(p bom.PartID) bool {
	if m.over != nil {
		return m.editedPerishable(p)
	}
	return m.policies[p].flags&partPerishable != 0
}

func (m *Model) editedPerishable(p bom.PartID) bool {
	if own := m.over.of(p); own != nil {
		return own.perishable
	}
	return m.policies[p].flags&partPerishable != 0
}

// openLots are the receipts of a part that explode or transfer.
func (m *Model) openLots(p bom.PartID) []lot {
	lots, _ := m.openReceipts(p)
	return lots
}

// openReceipts are openLots with the numbers of the receipts.
func (m *Model) openReceipts(p bom.PartID) (lots []lot, refs []int32) {
	if m.over != nil {
		if own := m.over.of(p); own != nil {
			return own.open, own.openRef
		}
	}
	from, to := m.openStart[p], m.openStart[p+1]
	return m.open[from:to], m.openRef[from:to]
}

// hasOpen reports whether a part of a fresh model has openLots, from a bit that is likely in the cache.
func (m *Model) hasOpen(p bom.PartID) bool { return m.openBits[p>>6]>>(p&63)&1 == 1 }

// editedOpen is hasOpen for a model made by edits.
func (m *Model) editedOpen(p bom.PartID) bool {
	if own := m.over.of(p); own != nil {
		return len(own.open) > 0
	}
	return m.hasOpen(p)
}

// openLot is a receipt as planning takes it.
func (m *Model) openLot(r int32) *lot {
	if m.over != nil {
		if l := m.over.receipts.Get(r); l != nil {
			return l
		}
	}
	return &m.receiptLots[r]
}

// lastFixed is the last day of a given requirement.
func (m *Model) lastFixed() bom.Day {
	last := bom.NoDay
	if m.over == nil {
		for i := range m.fixed {
			last = max(last, m.day(m.fixed[i].day))
		}
		return last
	}
	for p := range m.Parts {
		for _, f := range m.fixedOf(bom.PartID(p)) {
			last = max(last, m.day(f.day))
		}
	}
	return last
}

// ownRequirements are a part's demands, allocations and what firm transfers take of it, and how many of them lie
// beyond the horizon.
func (m *Model) ownRequirements(p bom.PartID) (rows []fixedRequirement, beyond int) {
	b := m.Book
	add := func(day bom.Day, q Quantity, ref, alloc int32, kind consumerKind) {
		offset := m.offset(day)
		if offset >= m.horizon {
			beyond++
		} else if q != 0 {
			rows = append(rows, fixedRequirement{quantity: q, day: offset, ref: ref, alloc: alloc, kind: kind})
		}
	}
	demands := b.demands.of(p)
	left := m.forecastsLeft(demands)
	for _, d := range demands {
		if m.planned(d) {
			q := b.demands.at(d).Quantity
			if b.demands.at(d).Kind == Forecast {
				q = left[d]
			}
			add(m.needDay(d), q, d, -1, consumerDemand)
		}
	}
	for _, i := range b.allocations.of(p) {
		a := b.allocations.at(i)
		add(m.issueDay(a), a.Quantity, a.receipt, i, consumerReceipt)
	}
	last := bom.NoPart
	for _, supply := range m.SentTo(p) {
		receiver := m.Supplies[supply].Part
		if receiver == last {
			continue
		}
		last = receiver
		lots, refs := m.openReceipts(receiver)
		for i := range lots {
			if m.takesFrom(&lots[i], refs[i]) == p {
				add(lots[i].start, Quantity(m.sent(p, lots[i].quantity)), refs[i], -1, consumerReceipt)
			}
		}
	}
	return rows, beyond
}

// issueDay is the day on which an allocation is needed: the receipt's start if none is given.
func (m *Model) issueDay(a *allocationRow) bom.Day {
	if a.Needed.IsZero() {
		return m.openLot(a.receipt).start
	}
	return a.Needed.Day
}

// takesFrom is the part that a firm transfer takes its quantity of, bom.NoPart if it takes none.
func (m *Model) takesFrom(l *lot, r int32) bom.PartID {
	if m.Book.ReceiptAt(r).Kind != bom.Transfer {
		return bom.NoPart
	}
	return m.sources[l.source()].sender
}

// ownSupplies are the stock and the receipts of a part that are for everyone.
func (m *Model) ownSupplies(p bom.PartID) (supplies []fixedSupply, perishable bool) {
	b := m.Book
	for _, i := range b.lots.of(p) {
		if s, ok := m.stockSupply(i, b.lots.at(i)); ok && s.demand < 0 {
			supplies = append(supplies, s)
			perishable = perishable || s.expires != math.MaxInt32
		}
	}
	for _, r := range b.receipts.of(p) {
		if s, ok := m.receiptSupply(r, b.receipts.at(r)); ok && s.demand < 0 {
			supplies = append(supplies, s)
		}
	}
	return supplies, perishable
}

// stockSupply is a lot of stock as a supply; ok is false if nothing of it can be used.
func (m *Model) stockSupply(i int32, l *Lot) (s fixedSupply, ok bool) {
	s = fixedSupply{quantity: l.Quantity, day: m.offset(l.QuarantineUntil), expires: math.MaxInt32, ref: i, demand: l.Reserved}
	return s, l.Quantity > 0 && !m.setExpiry(&s, l)
}

// setExpiry tells whether the lot expired before it could be used.
func (m *Model) setExpiry(s *fixedSupply, l *Lot) bool {
	if l.Expires == bom.NoDay {
		return false
	}
	s.expires = int32(l.Expires - m.start)
	return s.expires < s.day
}

// receiptSupply is a receipt as a supply; ok is false if nothing is to come.
func (m *Model) receiptSupply(r int32, row *receiptRow) (s fixedSupply, ok bool) {
	return fixedSupply{quantity: row.Quantity, day: m.offset(row.counts()), expires: math.MaxInt32, ref: r, demand: row.demand, receipt: true}, row.Quantity > 0
}

// ownOpen are the receipts of a part that explode or transfer.
func (m *Model) ownOpen(p bom.PartID) (lots []lot, refs []int32) {
	for _, r := range m.Book.receipts.of(p) {
		if row := m.Book.receipts.at(r); m.isOpen(row, m.openLot(r), m.Book.hasAllocations(row.ID)) {
			lots, refs = append(lots, *m.openLot(r)), append(refs, r)
		}
	}
	return lots, refs
}

// isOpen reports whether a receipt explodes or takes from a sender (rule 7).
func (m *Model) isOpen(row *receiptRow, l *lot, allocated bool) bool {
	explodes := row.Kind.Explodes() && row.Status != InProgress && !allocated
	return (explodes || row.Kind == bom.Transfer && row.Status == Firm) && !l.is(noSupply)
}
