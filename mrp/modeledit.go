package mrp

import (
	"maps"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/sparse"
)

// edited is the model with an edited book, and the parts to net again. ok is false if more than the rows of
// single parts changes: compile it anew.
func (m *Model) edited(d *bookEdit) (next *Model, dirty []bom.PartID, ok bool) {
	if m.anySpare || m.mains != nil || m.marksChange(d) {
		return nil, nil, false
	}
	e := newModelEditor(m, d)
	if !e.editReceipts() {
		return nil, nil, false
	}
	for _, c := range d.demands {
		eachPart(&c, func(r *demandRow) bom.PartID { return r.part }, e.touch)
	}
	for _, c := range d.lots {
		eachPart(&c, func(l *Lot) bom.PartID { return l.Part }, e.touch)
	}
	e.editOpen()
	for _, p := range slices.Sorted(maps.Keys(e.touched)) {
		e.editPart(p)
	}
	e.over.parts = e.parts.Done()
	return e.next, slices.Sorted(maps.Keys(e.dirty)), true
}

// marksChange reports whether an edit changes what is told apart by demand, what sources have been given, or
// what is held: that concerns more parts than the edited ones.
func (m *Model) marksChange(d *bookEdit) bool {
	if d.holds() {
		return true
	}
	for _, c := range d.demands {
		if m.Book.holds(c.number) || c.before != nil && c.before.Peg == Dedicated || c.after != nil && c.after.Peg == Dedicated {
			return true
		}
	}
	for _, c := range d.receipts {
		if c.before != nil && m.sharesWith(c.before) || c.after != nil && m.sharesWith(c.after) {
			return true
		}
	}
	for _, c := range d.allocations {
		for _, r := range [...]*allocationRow{c.before, c.after} {
			if r == nil {
				continue
			}
			if receipt := d.book.receipts.at(r.receipt); receipt != nil && receipt.demand >= 0 {
				return true
			}
		}
	}
	return false
}

// sharesWith reports whether a receipt counts as given by its source, which other choices depend on.
func (m *Model) sharesWith(r *receiptRow) bool {
	return r.supply >= 0 && m.sourceStart[r.part+1]-m.sourceStart[r.part] > 1
}

// eachPart visits the parts of a row before and after a change.
func eachPart[R any](c *rowChange[R], part func(*R) bom.PartID, visit func(bom.PartID)) {
	if c.before != nil {
		visit(part(c.before))
	}
	if c.after != nil {
		visit(part(c.after))
	}
}

// modelEditor makes a model of another.
type modelEditor struct {
	m, next *Model
	d       *bookEdit
	over    *modelEdit
	parts   sparse.Editor[ownRows]
	touched map[bom.PartID]bool // whose own rows may differ
	opened  map[bom.PartID]bool // whose open receipts may differ
	dirty   map[bom.PartID]bool // to net again
}

func newModelEditor(m *Model, d *bookEdit) *modelEditor {
	next := *m
	e := &modelEditor{m: m, next: &next, d: d, over: &modelEdit{}, touched: map[bom.PartID]bool{}, opened: map[bom.PartID]bool{}, dirty: map[bom.PartID]bool{}}
	if m.over != nil {
		*e.over = *m.over
	}
	e.parts = e.over.parts.Edit()
	next.Book, next.over = d.book, e.over
	return e
}

func (e *modelEditor) touch(p bom.PartID) { e.touched[p], e.dirty[p] = true, true }

// editReceipts plans the receipts that changed. ok is false if one needs a source that the model has not.
func (e *modelEditor) editReceipts() (ok bool) {
	if len(e.d.receipts) == 0 && len(e.d.allocations) == 0 {
		return true
	}
	receipts := e.over.receipts.Edit()
	for _, c := range e.d.receipts {
		if c.after == nil {
			receipts.Set(c.number, nil)
		} else {
			source, implied := e.next.receiptSource(c.after)
			if implied {
				return false
			}
			l := e.next.receiptLot(c.after, source)
			receipts.Set(c.number, &l)
		}
		eachPart(&c, func(r *receiptRow) bom.PartID { return r.part }, e.open)
		e.allocated(c.before, e.m.Book)
		e.allocated(c.after, e.next.Book)
	}
	e.over.receipts = receipts.Done()
	for _, c := range e.d.allocations {
		eachPart(&c, func(r *allocationRow) bom.PartID { return r.part }, e.touch)
		if c.before != nil {
			e.open(e.m.Book.ReceiptPart(c.before.receipt))
		}
		if c.after != nil {
			e.open(e.next.Book.ReceiptPart(c.after.receipt))
		}
	}
	return true
}

func (e *modelEditor) open(p bom.PartID) {
	e.touch(p)
	e.opened[p] = true
}

// allocated touches what is still to issue to a receipt: its day may be the receipt's start.
func (e *modelEditor) allocated(r *receiptRow, b *Book) {
	if r == nil {
		return
	}
	for _, a := range b.allocations.from(&allocationRow{Allocation: Allocation{Receipt: r.ID}}) {
		if a.Allocation.Receipt != r.ID {
			break
		}
		e.touch(a.part)
	}
}

// editOpen sets the open receipts of parts, and touches what they require or take.
func (e *modelEditor) editOpen() {
	for _, p := range slices.Sorted(maps.Keys(e.opened)) {
		before, refs := e.m.openReceipts(p)
		own := &ownRows{fixed: e.m.fixedOf(p), supplies: e.m.suppliesOf(p), perishable: e.m.perishable(p)}
		own.open, own.openRef = e.next.ownOpen(p)
		e.parts.Set(int32(p), own)
		e.over.parts = e.parts.Array
		if slices.Equal(before, own.open) && slices.Equal(refs, own.openRef) {
			continue
		}
		e.m.eachBelow(p, func(c bom.PartID) { e.dirty[c] = true })
		for s := e.m.sourceStart[p]; s < e.m.sourceStart[p+1]; s++ {
			if sender := e.m.sources[s].sender; sender != bom.NoPart {
				e.touch(sender)
			}
		}
	}
}

// editPart gives a part its own rows as they are now.
func (e *modelEditor) editPart(p bom.PartID) {
	own := &ownRows{}
	var beyond int
	own.open, own.openRef = e.next.openReceipts(p)
	own.fixed, beyond = e.next.ownRequirements(p)
	own.supplies, own.perishable = e.next.ownSupplies(p)
	if beyond > 0 || e.m.beyondHorizon > 0 {
		_, before := e.m.ownRequirements(p)
		e.next.beyondHorizon += beyond - before
	}
	e.parts.Set(int32(p), own)
	e.over.parts = e.parts.Array
}

// eachBelow visits the parts that orders of a part can require or yield: components and senders.
func (m *Model) eachBelow(p bom.PartID, visit func(bom.PartID)) {
	from, to := m.Lines(p)
	for l := from; l < to; l++ {
		visit(m.Components[l].Part)
	}
	for s := m.sourceStart[p]; s < m.sourceStart[p+1]; s++ {
		if sender := m.sources[s].sender; sender != bom.NoPart {
			visit(sender)
		}
	}
}
