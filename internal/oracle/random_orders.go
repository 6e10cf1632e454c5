package oracle

import (
	"fmt"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// anyPart is a random part; upper parts are more likely.
func (g *generator) anyPart() part {
	i := min(g.IntN(g.items), g.IntN(g.items))
	return part{itemID(i), pick(g, g.sites...)}
}

func (g *generator) demandRows(count int) {
	for n := range count {
		g.rows.Demands = append(g.rows.Demands, g.demand(fmt.Sprintf("D%02d", n+1)))
	}
}

func (g *generator) demand(id string) mrp.Demand {
	p := g.anyPart()
	if n := len(g.rows.Demands); n > 0 && g.IntN(2) == 0 {
		p = part{g.rows.Demands[n-1].Item, g.rows.Demands[n-1].Site} // some parts have many
	}
	d := mrp.Demand{
		ID: id, Item: p[0], Site: p[1], UOM: g.uom(),
		Quantity: g.quantity(1, 60, g.info[p].decimals),
		Due:      g.when(0, modelDays-5),
	}
	if d.UOM != "" {
		d.Quantity = bom.Units(int64(g.between(1, 5)))
	}
	if g.with(g.f.Overdue, 0.08) {
		d.Due = g.when(-5, -1)
	}
	if g.with(g.f.PackShip, 0.2) {
		d.PackDays, d.ShipDays = g.between(0, 2), g.between(0, 3)
	}
	switch {
	case g.with(g.f.Forecasts, 0.35):
		d.Kind = mrp.Forecast
		if g.IntN(2) == 0 {
			d.PeriodDays = g.between(1, 10)
		}
	case g.with(g.f.Dedicated, 0.3):
		d.Peg = mrp.Dedicated
	}
	if g.with(g.f.Status, 0.2) {
		d.Status = pick(g, mrp.Inquiry, mrp.Quote, mrp.Quote, mrp.ClosedDemand)
		if d.Status == mrp.Quote && g.IntN(3) > 0 {
			d.Expires = g.when(-3, 20)
		}
	}
	return d
}

// treeOf is a demand that supply of the part can be reserved for: a dedicated one,
// or one of the part itself.
func (g *generator) treeOf(p part) (demand string, ok bool) {
	var fit []string
	for _, d := range g.rows.Demands {
		if d.Peg == mrp.Dedicated || (part{d.Item, d.Site}) == p {
			fit = append(fit, d.ID)
		}
	}
	if len(fit) == 0 {
		return "", false
	}
	return pick(g, fit...), true
}

func (g *generator) stockRows() {
	g.eachPart(func(p part, in *partInfo) {
		if g.Float64() < 0.4 {
			return
		}
		for n := range g.between(1, 3) {
			s := mrp.Stock{
				Item: p[0], Site: p[1], UOM: g.uom(), Lot: fmt.Sprintf("L%d", n+1),
				Quantity: g.quantity(1, 50, in.decimals),
			}
			if s.UOM != "" {
				s.Quantity = bom.Units(int64(g.between(1, 4)))
			}
			if g.with(g.f.Expiry, 0.25) {
				s.Expires = g.day(-2, 40)
			}
			if g.with(g.f.Quarantine, 0.15) {
				s.QuarantineUntil = g.day(-2, 25)
			}
			if d, ok := g.treeOf(p); g.with(g.f.Reserved, 0.3) && ok {
				s.ReservedFor = d
			}
			g.rows.Stock = append(g.rows.Stock, s)
		}
	})
}

// eachPart visits the parts in a fixed order.
func (g *generator) eachPart(visit func(part, *partInfo)) {
	for i := range g.items {
		for _, site := range g.sites {
			p := part{itemID(i), site}
			visit(p, g.info[p])
		}
	}
}

func (g *generator) receiptRows() {
	g.eachPart(func(p part, in *partInfo) {
		for range max(0, g.between(-2, 2)) {
			if g.f.Receipts {
				g.receipt(p, in)
			}
		}
	})
}

func (g *generator) receipt(p part, in *partInfo) {
	r := mrp.Receipt{
		ID: fmt.Sprintf("R%03d", len(g.rows.Receipts)+1), Item: p[0], Site: p[1], UOM: g.uom(),
		Kind: pick(g, in.kinds...), Quantity: g.quantity(1, 40, in.decimals),
		Due:    g.when(0, 40),
		Status: pick(g, mrp.Released, mrp.Released, mrp.Firm, mrp.InProgress),
	}
	if r.UOM != "" {
		r.Quantity = bom.Units(int64(g.between(1, 4)))
	}
	if g.with(g.f.Overdue, 0.1) {
		r.Due = g.when(-5, -1)
	}
	if len(in.sources) > 0 && g.IntN(2) == 0 {
		s := pick(g, in.sources...)
		r.Source, r.Kind = s.ID, s.Kind
	}
	if g.with(g.f.ReceiptDates, 0.2) {
		r.Need = g.when(-2, 40)
	}
	if g.with(g.f.ReceiptDates, 0.2) {
		r.Confirmed = g.when(-2, 40)
	}
	if g.with(g.f.ReceiptDates, 0.2) {
		r.Start = bom.OnDay(dueDay(r) - bom.Day(g.between(0, 10)))
	}
	if d, ok := g.treeOf(p); g.with(g.f.HardPegs, 0.3) && ok {
		r.Demand = d
	}
	g.rows.Receipts = append(g.rows.Receipts, r)
	if g.with(g.f.Allocations, 0.25) && r.Kind.Explodes() && in.lines {
		g.allocate(r, p)
	}
}

// allocate adds one or two components still to issue to the receipt.
func (g *generator) allocate(r mrp.Receipt, p part) {
	first := g.component(p)
	for c := first; c < g.items && c <= first+g.IntN(2); c++ {
		component := part{itemID(c), p[1]}
		a := mrp.Allocation{
			Receipt: r.ID, Component: component[0], Site: component[1],
			Quantity: g.quantity(1, 20, g.info[component].decimals),
		}
		if g.IntN(2) == 0 {
			a.Needed = g.when(-3, 40)
		}
		g.rows.Allocations = append(g.rows.Allocations, a)
	}
}
