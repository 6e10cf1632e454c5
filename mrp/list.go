package mrp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
)

// Element says what a row of a stock/requirements list is.
type Element string

// The elements of a stock/requirements list, in the order of one day.
const (
	StockElement     Element = "stock"
	ReceiptElement   Element = "receipt"
	PlannedElement   Element = "planned order"
	ByProductElement Element = "by-product"
	ReservedElement  Element = "reserved stock"
	OrderElement     Element = "customer order"
	ForecastElement  Element = "forecast"
	DependentElement Element = "dependent requirement"
	ExpiredElement   Element = "expired stock"
)

// ListRow is a row of a stock/requirements list.
type ListRow struct {
	Day       bom.Day
	Element   Element
	ID        string       // lot, receipt, planned order or demand
	Demand    string       // made to order or reserved for it
	Due       bom.Day      // of a supply: when it is really expected
	Quantity  bom.Quantity // requirements are negative
	Available bom.Quantity // after this row
}

// StockRequirements is the stock/requirements list of a part (the MD04 view of
// SAP): all that comes in and goes out, day by day, supply first, with the available
// quantity after each row. O(k log k) in the part's requirements and supplies.
func (p *Plan) StockRequirements(part bom.PartID) []ListRow {
	m := p.m
	rows := p.listSupplies(part)
	w := &worker{m: m, p: p}
	collected := p.entriesWithMoves(w, part)
	for i := range collected {
		rows = append(rows, p.listEntry(&collected[i]))
	}
	slices.SortStableFunc(rows, func(a, b ListRow) int {
		if c := cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(sign(b.Quantity), sign(a.Quantity))); c != 0 || a.Element != ExpiredElement || b.Element != ExpiredElement {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	available := bom.Quantity(0)
	for i := range rows {
		available += rows[i].Quantity
		rows[i].Available = available
	}
	return rows
}

func sign(q bom.Quantity) int { return cmp.Compare(q, 0) }

// entriesWithMoves are a part's requirements, in consumer order, without what
// substitutes took over.
func (p *Plan) entriesWithMoves(w *worker, part bom.PartID) []entry {
	s := p.requirementsOf(part)
	for _, h := range s.hard {
		s.entries[h.entry].q += h.q // reserved supply is in the list itself
	}
	entries := slices.DeleteFunc(s.entries, func(e entry) bool { return e.q == 0 })
	slices.SortStableFunc(entries, p.compareConsumer)
	return entries
}

func (p *Plan) listEntry(e *entry) ListRow {
	row := ListRow{Day: p.m.day(e.day), Element: DependentElement, ID: p.consumerID(e), Quantity: -bom.Quantity(e.q)}
	if e.kind == consumerDemand {
		row.Element = OrderElement
		if p.m.Book.DemandAt(e.ref).Kind == Forecast {
			row.Element = ForecastElement
		}
	}
	return row
}

// listSupplies lists stock, receipts, by-products and planned orders by netting day.
func (p *Plan) listSupplies(part bom.PartID) []ListRow {
	m := p.m
	var rows []ListRow
	for _, list := range [...][]fixedSupply{m.suppliesOf(part), m.heldOf(part)} {
		for i := range list {
			rows = append(rows, p.listFixed(part, &list[i]))
		}
	}
	for lot, q := range p.lost(part) {
		l := m.Book.LotAt(lot)
		g := peg{supplyKind: supplyStock, supply: lot, lotOf: bom.NoPart}
		rows = append(rows, ListRow{Day: l.Expires + 1, Element: ExpiredElement, ID: p.supplyID(part, &g), Quantity: -bom.Quantity(q)})
	}
	w := &worker{m: m, p: p}
	w.collect(part, func(entry) {}, func(y yielded) {
		g := peg{supplyKind: y.kind, supply: y.ref, lotOf: y.parent}
		rows = append(rows, ListRow{Day: m.day(y.day), Element: ByProductElement, ID: p.supplyID(part, &g), Due: m.day(y.day), Quantity: bom.Quantity(y.q)})
	})
	for i, l := range p.lots(part) {
		row := ListRow{Day: l.need, Element: PlannedElement, ID: p.orderID(part, int32(i)), Quantity: l.quantity}
		row.Due = p.available(&peg{supplyKind: supplyPlanned, supply: int32(i), lotOf: part})
		if d := demandOf(p.demandsOf(part), i); d >= 0 {
			row.Demand = m.Book.DemandAt(d).ID
		}
		rows = append(rows, row)
	}
	return rows
}

func (p *Plan) listFixed(part bom.PartID, s *fixedSupply) ListRow {
	m := p.m
	g := peg{supplyKind: heldKind(s), supply: s.ref, lotOf: bom.NoPart}
	row := ListRow{Day: m.day(s.day), Element: StockElement, ID: p.supplyID(part, &g), Quantity: s.quantity}
	if s.demand >= 0 {
		row.Element, row.Demand = ReservedElement, m.Book.DemandAt(s.demand).ID
	}
	if s.receipt {
		row.Element, row.Due = ReceiptElement, p.available(&g)
		if sd := p.side(part); sd != nil {
			for _, v := range sd.pulled {
				if v.receipt == s.ref {
					row.Day = m.day(v.to)
				}
			}
		}
	}
	return row
}
