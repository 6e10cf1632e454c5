package generate

import (
	"iter"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// eachPart visits items and their sites in the order of ids: S02, S03, …, main.
func (m *Model) eachPart(visit func(item, site int) bool) {
	for i := range m.items() {
		if i < m.products() {
			for s := 1; s < m.o.Sites; s++ {
				if !visit(i, s) {
					return
				}
			}
		}
		if !visit(i, 0) {
			return
		}
	}
}

// Items yields the rows of items.csv.
func (m *Model) Items() iter.Seq[bom.Item] {
	return func(yield func(bom.Item) bool) {
		m.eachPart(func(i, s int) bool { return yield(m.item(i, s)) })
	}
}

// lead is a lead time in working days.
func (m *Model) lead(i, s, most int) int { return 1 + m.below(tagLead, i, s, max(most, 1)) }

func (m *Model) item(i, s int) bom.Item {
	const madeFaster, toSites = 3, 5
	r := bom.Item{ID: m.itemID(i), Site: siteID(s), Decimals: bom.Some(0), Yield: bom.One}
	switch {
	case s > 0:
		r.LeadDays = bom.Some(m.lead(i, s, min(toSites, m.o.MaxLead)))
	case i >= m.made():
		const cents = 10_000_000
		r.Cost = bom.Number(1+m.below(tagCost, i, 0, 10_000)) * cents
	case !m.o.Routings:
		r.LeadDays = bom.Some(m.lead(i, s, m.o.MaxLead/madeFaster))
	}
	m.lotRule(&r, i, s)
	if m.chance(tagSafety, i, s, m.o.SafetyShare) {
		const least, range_ = 5, 46
		r.SafetyStock = bom.Some(bom.Units(int64(least + m.below(tagSafety, i, -1-s, range_))))
	}
	return r
}

// lotRule draws a lot rule with plausible values.
func (m *Model) lotRule(r *bom.Item, i, s int) {
	draw := m.below(tagRule, i, s, m.rules)
	for _, w := range m.o.LotRules {
		if draw -= w.Weight; draw < 0 {
			r.LotRule = w.Rule
			break
		}
	}
	pick := m.below(tagRuleValue, i, s, 4)
	switch r.LotRule {
	case bom.LotForLot:
	case bom.FixedLot:
		r.LotQuantity = bom.Units([...]int64{10, 20, 50, 100}[pick])
	case bom.PeriodLot:
		r.LotDays = [...]int{5, 7, 10, 14}[pick]
	case bom.MinMax:
		r.ReorderPoint = bom.Units([...]int64{20, 40, 60, 100}[pick])
		r.OrderUpTo = 3 * r.ReorderPoint
	default:
		r.OrderCost = bom.Number([...]int64{20, 50, 100, 200}[pick]) * bom.One
		r.HoldingCost = bom.One / 10
	}
}

// Sources yields the rows of sources.csv: suppliers, and transfers to the other sites.
// What is made needs none.
func (m *Model) Sources() iter.Seq[bom.Source] {
	return func(yield func(bom.Source) bool) {
		const itemsOfSupplier = 50
		suppliers := max((m.items()-m.made())/itemsOfSupplier, 1)
		m.eachPart(func(i, s int) bool {
			r := bom.Source{Item: m.itemID(i), Site: siteID(s)}
			switch {
			case s > 0:
				r.ID, r.Kind, r.From = "FROM-MAIN", bom.Transfer, bom.DefaultSite
			case i >= m.made():
				r.From = numbered("S", i%suppliers, suppliers)
				r.ID, r.Kind, r.LeadDays = r.From, bom.Buy, bom.Some(m.lead(i, s, m.o.MaxLead))
			default:
				return true
			}
			return yield(r)
		})
	}
}

// Lines yields the rows of bom.csv.
func (m *Model) Lines() iter.Seq[bom.Line] {
	return func(yield func(bom.Line) bool) {
		var components []int
		for i := range m.made() {
			components = m.components(components[:0], i)
			parent := m.itemID(i)
			for c, component := range components {
				q := int64(1)
				if m.chance(tagQuantity, i, c, 0.15) {
					q = 2 + int64(m.below(tagQuantity, i, -1-c, 3))
				}
				if !yield(bom.Line{Parent: parent, Component: m.itemID(component), Site: bom.DefaultSite, ID: "1", Quantity: bom.Units(q)}) {
					return
				}
			}
		}
	}
}

// components draws the distinct components of a made item.
func (m *Model) components(list []int, i int) []int {
	const bits = 53
	u := float64(m.hash(tagLines, i, 0)>>(64-bits)) / (1 << bits)
	mean := float64(m.o.Width * float64(0.5+u))
	n := int(mean)
	if m.chance(tagLines, i, 1, mean-float64(n)) {
		n++
	}
	level := m.level(i)
	for c := range max(n, 1) {
		t := m.target(i, level, c)
		from, size := m.levels[t], m.levels[t+1]-m.levels[t]
		if size == 0 {
			continue
		}
		at := m.draw(i, level, c, size)
		for range len(list) + 1 { // the next free one
			if !contains(list, from+at) {
				list = append(list, from+at)
				break
			}
			at = (at + 1) % size
		}
	}
	return list
}

func contains(list []int, v int) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// target is the level of a component: the first is on the next one, most others are bought.
func (m *Model) target(i, level, c int) int {
	const bought = 0.6
	t := level + 1
	if below := m.o.Depth - level - 1; c > 0 {
		if below == 0 || m.chance(tagTarget, i, c, bought) {
			t = m.o.Depth
		} else {
			t += m.below(tagTarget, i, -1-c, below)
		}
	}
	for t < m.o.Depth && m.levels[t] == m.levels[t+1] {
		t++
	}
	return t
}

// draw picks a component of a level: any, or one of the parent's own.
func (m *Model) draw(i, level, c, size int) int {
	if m.chance(tagShared, i, c, m.o.Sharing) {
		return m.below(tagComponent, i, c, size)
	}
	place, parents := i-m.levels[level], m.levels[level+1]-m.levels[level]
	from, to := place*size/parents, (place+1)*size/parents
	return from + m.below(tagComponent, i, c, max(to-from, 1))
}

// centres is the number of work centres.
func (m *Model) centres() int {
	const itemsOfCentre = 60
	return max(m.made()/itemsOfCentre, 1)
}

// Operations yields the rows of routings.csv.
func (m *Model) Operations() iter.Seq[capacity.Operation] {
	return func(yield func(capacity.Operation) bool) {
		if !m.o.Routings {
			return
		}
		n := m.centres()
		for i := range m.made() {
			r := capacity.Operation{Item: m.itemID(i), Site: bom.DefaultSite, Op: 10, WorkCentre: numbered("W", i%n, n),
				SetupMin: bom.Number(10*(1+m.below(tagRun, i, 0, 6))) * bom.One, RunMin: bom.Number(1+m.below(tagRun, i, 1, 10)) * bom.One / 2}
			if !yield(r) {
				return
			}
		}
	}
}

// WorkCentres yields the rows of work_centres.csv.
func (m *Model) WorkCentres() iter.Seq[capacity.WorkCentre] {
	return func(yield func(capacity.WorkCentre) bool) {
		if !m.o.Routings {
			return
		}
		for i := range m.centres() {
			if !yield(capacity.WorkCentre{ID: numbered("W", i, m.centres()), Machines: bom.Some(1 + m.below(tagRun, i, -1, 3))}) {
				return
			}
		}
	}
}

// Stock yields the rows of stock.csv.
func (m *Model) Stock() iter.Seq[mrp.Stock] {
	return func(yield func(mrp.Stock) bool) {
		m.eachPart(func(i, s int) bool {
			if !m.chance(tagStock, i, s, m.o.StockShare) {
				return true
			}
			return yield(mrp.Stock{Item: m.itemID(i), Site: siteID(s), Quantity: bom.Units(int64(1 + m.below(tagStockQuantity, i, s, 100)))})
		})
	}
}

// Demands yields the rows of demands.csv: orders, then forecasts.
func (m *Model) Demands() iter.Seq[mrp.Demand] {
	return func(yield func(mrp.Demand) bool) {
		for d := range m.o.Demands {
			if !yield(m.order(d)) {
				return
			}
		}
		for f := range m.o.Forecasts {
			if !yield(m.forecast(f)) {
				return
			}
		}
	}
}

// order is an order line: nine of ten are for products, the others for spare parts.
func (m *Model) order(d int) mrp.Demand {
	const forProducts, urgent, usual = 0.9, 10, 70
	top := max(m.products(), 1)
	i, s := m.below(tagDemandItem, d, 0, top), 0
	if m.chance(tagDemandItem, d, 1, forProducts) || m.made() <= top {
		if i < m.products() {
			s = m.below(tagDemandSite, d, 0, m.o.Sites)
		}
	} else {
		i = top + m.below(tagDemandItem, d, 2, m.made()-top)
	}
	priority := 3
	if v := m.below(tagDemandPriority, d, 0, 100); v < urgent {
		priority = 1
	} else if v < usual {
		priority = 2
	}
	return mrp.Demand{ID: numbered("D", d, m.o.Demands), Item: m.itemID(i), Site: siteID(s), Quantity: bom.Units(int64(1 + m.below(tagDemandQuantity, d, 0, 50))),
		Due: bom.OnDay(m.o.Start + bom.Day(m.o.FirstDay+m.below(tagDemandDue, d, 0, m.o.DemandDays))), Priority: priority}
}

// forecast is a forecast of four weeks for a product.
func (m *Model) forecast(f int) mrp.Demand {
	const period = 28
	top := max(m.products(), 1)
	ahead := f / top * period % max(m.o.DemandDays, 1)
	return mrp.Demand{ID: numbered("F", f, m.o.Forecasts), Item: m.itemID(f % top), Site: siteID(0), Kind: mrp.Forecast, PeriodDays: period,
		Quantity: bom.Units(int64(20 + m.below(tagForecast, f, 0, 181))), Due: bom.OnDay(m.o.Start + bom.Day(m.o.FirstDay+ahead))}
}

// Receipts yields the rows of receipts.csv.
func (m *Model) Receipts() iter.Seq[mrp.Receipt] {
	return func(yield func(mrp.Receipt) bool) {
		for i := range m.items() {
			if !m.chance(tagReceipt, i, 0, m.o.ReceiptShare) {
				continue
			}
			kind := bom.Buy
			if i < m.made() {
				kind = bom.Make
			}
			r := mrp.Receipt{ID: numbered("R", i, m.items()), Kind: kind, Item: m.itemID(i), Site: siteID(0),
				Quantity: bom.Units(int64(10 + m.below(tagReceiptQuantity, i, 0, 91))), Due: bom.OnDay(m.o.Start + bom.Day(m.below(tagReceiptDue, i, 0, m.o.MaxLead+1)))}
			if !yield(r) {
				return
			}
		}
	}
}
