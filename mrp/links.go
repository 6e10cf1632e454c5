package mrp

import (
	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// This file gives the plan by number rather than by name, for what is built on it: a
// schedule has as many links as the plan has pegs, and needs none of their texts.

// OrderInfo is a planned order, or an open receipt as it was planned, by number.
type OrderInfo struct {
	Part          bom.PartID
	Kind          bom.Kind
	Supply        int32   // in Catalog.Supplies; -1: the part has no source row
	Routing       bom.Sym // version that the source names
	Quantity      bom.Quantity
	StartQuantity bom.Quantity
	Start         bom.Day
	Due           bom.Day
	Need          bom.Day
	Lead          int32 // working days, design and inspection included
	Design        int32 // of these: the design days
	Calendar      *capacity.Calendar
	Demand        int32 // made to order for it; -1: none
	Unscheduled   bool  // its calendar has no day for it
	NoSupply      bool  // a receipt without a source of its kind
}

// NumLots is the number of planned orders of a part.
func (p *Plan) NumLots(part bom.PartID) int {
	if p.m.policies[part].flags&partPhantom != 0 {
		return 0
	}
	return len(p.lots(part))
}

// Lot is a planned order by its number among the part's, in the order of OrdersOf.
func (p *Plan) Lot(part bom.PartID, i int) OrderInfo {
	l := &p.lots(part)[i]
	o := p.m.orderInfo(part, l)
	o.Demand = demandOf(p.demandsOf(part), i)
	return o
}

// LotNeed is the need day of a planned order.
func (p *Plan) LotNeed(part bom.PartID, i int) bom.Day { return p.lots(part)[i].need }

// OnlyBought reports whether a part is never made, moved or worked on outside.
func (m *Model) OnlyBought(part bom.PartID) bool {
	for s := m.sourceStart[part]; s < m.sourceStart[part+1]; s++ {
		if m.sources[s].kind != bom.Buy {
			return false
		}
	}
	return true
}

// SameWork reports whether an order of a part asks the same of the shop as one of the part in another plan of the same
// network: the same quantity started, by the same source.
func (p *Plan) SameWork(part bom.PartID, i int, other *Plan, j int) bool {
	a, b := &p.lots(part)[i], &other.lots(part)[j]
	return a.startQuantity == b.startQuantity && a.source() == b.source() && a.is(designed) == b.is(designed) && a.is(noCalendar) == b.is(noCalendar)
}

// LotID is the id of a planned order.
func (p *Plan) LotID(part bom.PartID, i int) string { return p.orderID(part, int32(i)) }

// ReceiptInfo is a receipt as it was planned: the start and source that rule 7 gives it.
func (m *Model) ReceiptInfo(r int32) OrderInfo {
	o := m.orderInfo(m.Book.ReceiptPart(r), m.openLot(r))
	o.Kind = m.Book.ReceiptAt(r).Kind
	o.Demand = m.Book.receipts.at(r).demand
	return o
}

func (m *Model) orderInfo(part bom.PartID, l *lot) OrderInfo {
	o := OrderInfo{Part: part, Supply: -1, Quantity: l.quantity, StartQuantity: l.startQuantity, Start: l.start, Due: l.due, Need: l.need,
		Demand: -1, Unscheduled: l.is(noCalendar), NoSupply: l.is(noSupply)}
	if o.NoSupply {
		o.Calendar = m.settings
		return o
	}
	s := &m.sources[l.source()]
	o.Kind, o.Supply, o.Calendar = s.kind, s.supply, m.calendars[s.calendar]
	if s.supply >= 0 {
		o.Routing = m.Supplies[s.supply].Routing
	}
	o.Lead = int32(m.leadDays(s, l.startQuantity))
	if l.is(designed) {
		o.Design = m.Parts[part].DesignDays
		o.Lead += o.Design
	}
	return o
}

// Planned reports whether a demand takes part in the plan.
func (m *Model) Planned(d int32) bool {
	return m.planned(d) && m.offset(m.needDay(d)) < m.horizon
}

// NeedDay is the day on which a demand wants its goods: due stepped back the days of packing and shipping.
func (m *Model) NeedDay(d int32) bom.Day { return m.needDay(d) }

// Expected is the day on which a receipt is expected: the supplier's word wins, never before today.
func (m *Model) Expected(r int32) bom.Day { return m.receiptAvailable(r) }

// Link is a peg by number: a quantity of a supply and what takes it.
type Link struct {
	Supply   SupplyClass
	Of       bom.PartID // whose order it is; of a by-product the order that yields it
	Lot      int32      // of a planned order: among the lots of Of; a receipt; a lot of stock
	Consumer ConsumerClass
	By       bom.PartID // of a planned order: its part
	To       int32      // of a planned order: among the lots of By; a receipt; a demand
	Line     int32      // of the BOM, in Catalog.Components; -1: none
	Alloc    int32      // its number in the book; -1: none
	Quantity bom.Quantity
	Needed   bom.Day
	Joins    bom.Day // when the supply counts in netting; of stock: when it is usable
}

// SupplyClass and ConsumerClass are SupplyKind and ConsumerKind by number.
type (
	SupplyClass   uint8
	ConsumerClass uint8
)

// The classes of supplies and consumers.
const (
	FromStock SupplyClass = iota
	FromReceipt
	FromOrder
)
const (
	ToReceipt ConsumerClass = iota
	ToDemand
	ToOrder
	ToSafety
	ToExcess
)

// Links calls visit for every peg of the parts given, phantoms passed through. The
// order is part by part that of rule 12. One goroutine uses one Linker.
type Linker struct {
	p       *Plan
	g       *pegger
	through *phantoms
}

// Linker gives pegs by number.
func (p *Plan) Linker() *Linker { return &Linker{p, newPegger(p), newPhantoms(p)} }

// Of gives the pegs of another plan, with the memory of this linker, which must not be used any more.
func (l *Linker) Of(p *Plan) *Linker {
	l.p, l.g.p, l.g.w.m, l.g.w.p, l.through = p, p, p.m, p, newPhantoms(p)
	return l
}

// Links calls visit for every peg of a part's supplies. O(k log k) in its requirements and supplies.
func (l *Linker) Links(part bom.PartID, visit func(Link)) {
	p := l.p
	pegs := l.g.peg(part, l.g.requirements(part), p.lots(part), p.side(part))
	for i := range pegs {
		g := &pegs[i]
		if g.supplyKind == supplyPlanned && p.m.policies[g.lotOf].flags&partPhantom != 0 {
			continue
		}
		if !l.through.isPhantom(&g.entry) {
			visit(p.link(part, g))
			continue
		}
		l.through.through(part, *g, func(g peg) {
			k := p.link(part, &g)
			k.Line = -1 // the phantom's line is no line of the order
			visit(k)
		})
	}
}

func (p *Plan) link(part bom.PartID, g *peg) Link {
	k := Link{Supply: SupplyClass(g.supplyKind), Of: g.lotOf, Lot: g.supply, Consumer: ConsumerClass(g.entry.kind), By: g.entry.parent, To: g.entry.ref,
		Line: g.entry.line, Alloc: g.entry.alloc, Quantity: bom.Quantity(g.q), Joins: p.m.day(g.day)}
	if g.lotOf == bom.NoPart {
		k.Of = part
	}
	if g.entry.kind < consumerSafety {
		k.Needed = p.m.day(g.entry.day)
	}
	return k
}
