package oracle

import (
	"sort"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// requireDemands notes what is left of each planned demand after the forecast
// consumption on its need day.
func (r *run) requireDemands() {
	for _, d := range r.consumed() {
		p := r.part(d.Item, d.Site)
		r.require(p, requirement{day: r.needDay(*d), quantity: d.Quantity, tree: d.ID})
	}
}

// needDay is the due day; pack and ship days are before it: one step of their
// sum back on the settings' calendar, 0 leaves the day alone.
func (m *model) needDay(d mrp.Demand) bom.Day {
	return m.today(m.settingsCalendar().offset(d.Due.Day, -(d.PackDays + d.ShipDays)))
}

// consumed is the planned demands by (due, id) after rule 10: orders consume
// forecasts of their part; overdue forecasts and those inside the demand fence
// (rule 9) are dropped.
func (m *model) consumed() []*mrp.Demand {
	var orders, forecasts []*mrp.Demand
	for _, d := range m.demands {
		switch {
		case d.Kind == mrp.CustomerOrder:
			orders = append(orders, &d)
		case d.Due.Day >= m.start && !m.insideDemandFence(d):
			forecasts = append(forecasts, &d)
		}
	}
	byDue(orders)
	byDue(forecasts)
	for _, order := range orders {
		if order.Due.Day >= m.start && order.Peg != mrp.Dedicated {
			m.consume(order, forecasts)
		}
	}
	return append(orders, forecasts...)
}

func byDue(demands []*mrp.Demand) {
	sort.Slice(demands, func(i, j int) bool {
		a, b := demands[i], demands[j]
		if a.Due.Day != b.Due.Day {
			return a.Due.Day < b.Due.Day
		}
		return a.ID < b.ID
	})
}

// insideDemandFence: forecasts due inside demand_fence_days do not count.
func (m *model) insideDemandFence(d mrp.Demand) bool {
	fence := m.item(m.part(d.Item, d.Site)).DemandFenceDays
	return fence > 0 && d.Due.Day < m.start+bom.Day(fence)
}

// consume takes the order's quantity from the forecasts of its part: same day
// first, then backward, then ahead, nearest first.
func (m *model) consume(order *mrp.Demand, forecasts []*mrp.Demand) {
	var near []*mrp.Demand
	for _, f := range forecasts {
		if m.part(f.Item, f.Site) == m.part(order.Item, order.Site) && m.reaches(order, f) {
			near = append(near, f)
		}
	}
	sort.SliceStable(near, func(i, j int) bool { // forecasts come by (due, id)
		a, b := near[i], near[j]
		if side(order, a) != side(order, b) {
			return side(order, a) < side(order, b)
		}
		return distance(order, a) < distance(order, b)
	})
	left := order.Quantity
	for _, f := range near {
		take := min(left, f.Quantity)
		f.Quantity -= take
		left -= take
	}
}

// reaches: the forecast is due from consume_back_days before to
// consume_ahead_days after the order's due, or the order falls into its period.
func (m *model) reaches(order, f *mrp.Demand) bool {
	back := bom.Day(m.settings.ConsumeBackDays)
	ahead := bom.Day(m.settings.ConsumeAheadDays)
	return sameDay(order, f) || inRange(f.Due.Day, order.Due.Day-back, order.Due.Day+ahead)
}

// sameDay: due within a forecast's period_days is the same day.
func sameDay(order, f *mrp.Demand) bool {
	period := bom.Day(max(f.PeriodDays, 1))
	return f.Due.Day <= order.Due.Day && order.Due.Day < f.Due.Day+period
}

// side is 0 for the same day, 1 for backward, 2 for ahead.
func side(order, f *mrp.Demand) int {
	switch {
	case sameDay(order, f):
		return 0
	case f.Due.Day < order.Due.Day:
		return 1
	}
	return 2
}

func distance(order, f *mrp.Demand) bom.Day {
	d := order.Due.Day - f.Due.Day
	return max(d, -d)
}
