package oracle

import (
	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// nettingDay of a receipt: need, else confirmed, else due; an overdue one counts at start.
func (m *model) nettingDay(r mrp.Receipt) bom.Day {
	if !r.Need.IsZero() {
		return m.today(r.Need.Day)
	}
	return m.today(dueDay(r))
}

// dueDay of a receipt: the supplier's confirmed date wins over due.
func dueDay(r mrp.Receipt) bom.Day {
	if !r.Confirmed.IsZero() {
		return r.Confirmed.Day
	}
	return r.Due.Day
}

// receiptSource is the source named if it exists, else rule 5's choice on the due
// day among the sources of the receipt's kind, else none (the default lines).
func (m *model) receiptSource(r mrp.Receipt) bom.Source {
	p := m.part(r.Item, r.Site)
	var sameKind []bom.Source
	for _, s := range m.sources[p] {
		if s.ID == r.Source {
			s.Kind = r.Kind
			return s
		}
		if s.Kind == r.Kind {
			sameKind = append(sameKind, s)
		}
	}
	if len(sameKind) == 0 {
		return bom.Source{Item: p[0], Site: p[1], Kind: r.Kind}
	}
	return m.bestSource(p, sameKind, dueDay(r), nil)
}

// receiptStart is the start given, else the due day stepped back the lead time.
func (m *model) receiptStart(r mrp.Receipt, s bom.Source) bom.Day {
	if !r.Start.IsZero() {
		return r.Start.Day
	}
	p := m.part(r.Item, r.Site)
	return m.calendarOf(p, s).back(dueDay(r), m.leadTime(p, s, m.startQuantity(p, s, r.Quantity)))
}

// requireReceipts notes what the open receipts still require (rule 7).
func (r *run) requireReceipts() {
	for _, receipt := range r.receipts {
		allocated := r.requireAllocations(receipt)
		switch {
		case receipt.Kind.Explodes() && receipt.Status != mrp.InProgress && !allocated:
			r.explodeReceipt(receipt)
		case receipt.Kind == bom.Transfer && receipt.Status == mrp.Firm:
			r.requireTransfer(receipt)
		}
	}
}

// requireAllocations notes the components still to issue to the receipt.
func (r *run) requireAllocations(receipt mrp.Receipt) (found bool) {
	for _, a := range r.allocations {
		if a.Receipt != receipt.ID {
			continue
		}
		found = true
		needed := a.Needed.Day
		if a.Needed.IsZero() {
			needed = r.receiptStart(receipt, r.receiptSource(receipt))
		}
		r.require(r.part(a.Component, a.Site), requirement{
			day:      needed,
			quantity: a.Quantity,
			tree:     r.receiptTree(receipt),
			order:    r.receiptOrder(receipt),
		})
	}
	return found
}

// receiptTree: the components of a hard-pegged receipt belong to its demand's
// segment only if the demand is dedicated.
func (r *run) receiptTree(receipt mrp.Receipt) string {
	if r.isDedicated(receipt.Demand) {
		return receipt.Demand
	}
	return ""
}

func (r *run) receiptOrder(receipt mrp.Receipt) parentOrder {
	return parentOrder{parent: r.part(receipt.Item, receipt.Site), receipt: receipt.ID}
}

// explodeReceipt: a make or subcontract receipt that is firm or released and has
// no allocations explodes ⌈qty ÷ y⌉ at its start.
func (r *run) explodeReceipt(receipt mrp.Receipt) {
	p := r.part(receipt.Item, receipt.Site)
	s := r.receiptSource(receipt)
	start := r.receiptStart(receipt, s)
	r.explode(explosion{
		parent:       p,
		version:      s.BOM,
		quantity:     r.startQuantity(p, s, receipt.Quantity),
		day:          start,
		valid:        r.today(start),
		calendar:     r.calendarOf(p, s),
		tree:         r.receiptTree(receipt),
		order:        r.receiptOrder(receipt),
		byproductDay: r.nettingDay(receipt),
	})
}

// requireTransfer: a firm transfer requires its qty at the sender on its start.
func (r *run) requireTransfer(receipt mrp.Receipt) {
	s := r.receiptSource(receipt)
	if s.From == "" {
		return
	}
	r.require(r.part(receipt.Item, s.From), requirement{
		day:      r.receiptStart(receipt, s),
		quantity: up(units(receipt.Quantity), r.decimals(part{receipt.Item, s.From})),
		tree:     r.receiptTree(receipt),
		order:    r.receiptOrder(receipt),
	})
}
