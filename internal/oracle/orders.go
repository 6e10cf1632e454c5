package oracle

import (
	"fmt"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// dates of an order.
type dates struct{ start, due bom.Day }

// ruleFive: due = need day stepped back safety_days, start = due stepped back the
// lead time.
func (r *run) ruleFive(p part, s bom.Source, need bom.Day, lead int) (d dates) {
	cal := r.calendarOf(p, s)
	d.due = cal.back(need, r.item(p).SafetyDays)
	d.start = cal.back(d.due, lead)
	return d
}

// placed is a lot before its dates are known.
type placed struct {
	source bom.Source
	demand string
	need   bom.Day
	q      bom.Quantity
}

// placeOrders dates the part's lots. Its first order, the one needed first, gets
// the design days.
func (r *run) placeOrders(p part) {
	lots := r.placed
	r.placed = nil
	first := 0
	for i, l := range lots {
		if l.need < lots[first].need {
			first = i
		}
	}
	for i, l := range lots {
		design := 0
		if i == first {
			design = r.designDays(p)
		}
		r.placeOrder(p, l.source, l.demand, l.need, l.q, design)
	}
}

// designDays are added once, before the part's first order: not if it has a receipt.
func (r *run) designDays(p part) int {
	for _, x := range r.receipts {
		if r.part(x.Item, x.Site) == p {
			return 0
		}
	}
	return r.item(p).DesignDays
}

// fence is rule 9: an order due before today + planning_fence_days becomes due on
// the first working day on or after that day, and starts the lead time before.
func (r *run) fence(p part, cal calendar, d dates, lead int) dates {
	fence := r.start + bom.Day(r.item(p).PlanningFenceDays)
	if r.item(p).PlanningFenceDays > 0 && d.due < fence {
		d.due = cal.forward(fence, 0)
		d.start = cal.back(d.due, lead)
	}
	return d
}

// pastDue is rule 6: forward starts the order on the first working day from today.
func (r *run) pastDue(cal calendar, d dates, lead int) dates {
	if d.start < r.start && r.settings.PastDue == mrp.Forward {
		d.start = cal.forward(r.start, 0)
		d.due = cal.forward(d.start, lead)
	}
	return d
}

// placeOrder plans one lot: its dates, its id, and what it requires.
func (r *run) placeOrder(p part, s bom.Source, demand string, need bom.Day, q bom.Quantity, design int) {
	start := r.startQuantity(p, s, q)
	cal := r.calendarOf(p, s)
	lead := r.leadTime(p, s, start) + design
	d := r.ruleFive(p, s, need, lead)
	d = r.fence(p, cal, d, lead)
	d = r.pastDue(cal, d, lead)
	n := r.number(p, need)
	r.result.Orders = append(r.result.Orders, Order{
		ID:            fmt.Sprintf("%s@%s/%s/%d", p[0], p[1], need, n),
		Kind:          s.Kind,
		Item:          p[0],
		Site:          p[1],
		Source:        s.ID,
		Quantity:      q,
		StartQuantity: start,
		Start:         d.start,
		Due:           d.due,
		Need:          need,
		Demand:        demand,
		LateDays:      int(max(0, d.due-need)),
	})
	r.requireForOrder(p, s, demand, d.start, start, parentOrder{parent: p, need: need, n: n})
}

// give counts the good quantity planned from a source, for its share.
func (r *run) give(p part, s bom.Source, q bom.Quantity) {
	if r.given[p] == nil {
		r.given[p] = map[string]bom.Quantity{}
	}
	r.given[p][s.ID] += q
}

// requireForOrder: make and subcontract explode, a transfer requires its quantity
// at the sender, on the order's start (rule 7).
func (r *run) requireForOrder(p part, s bom.Source, demand string, day bom.Day, start bom.Quantity, order parentOrder) {
	switch {
	case s.Kind.Explodes():
		r.explode(explosion{
			parent:       p,
			version:      s.BOM,
			quantity:     start,
			day:          day,
			valid:        r.today(day),
			calendar:     r.calendarOf(p, s),
			tree:         demand,
			order:        order,
			byproductDay: order.need,
		})
	case s.Kind == bom.Transfer:
		sender := r.part(p[0], s.From)
		r.require(sender, requirement{day: day, quantity: up(units(start), r.decimals(sender)), tree: demand, order: order})
	}
}
