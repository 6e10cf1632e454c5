package mrp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
)

// consumeForecasts gives what is left of every planned forecast after orders consumed
// it (rule 10): same day first, then backward, then ahead, nearest first.
func (m *Model) consumeForecasts() map[int32]Quantity {
	b := m.Book
	forecasts, orders := map[bom.PartID][]int32{}, map[bom.PartID][]int32{}
	for i, d := range b.demands.all() {
		if d.Kind == Forecast && m.planned(i) {
			forecasts[d.part] = append(forecasts[d.part], i)
		}
	}
	if len(forecasts) == 0 {
		return nil
	}
	for i, d := range b.demands.all() {
		if len(forecasts[d.part]) > 0 && m.consumes(i, d) {
			orders[d.part] = append(orders[d.part], i)
		}
	}
	left := map[int32]Quantity{}
	for p, list := range forecasts {
		m.consume(list, orders[p], left)
	}
	return left
}

// forecastsLeft is consumeForecasts for the demands of one part.
func (m *Model) forecastsLeft(demands []int32) map[int32]Quantity {
	var forecasts, orders []int32
	for _, i := range demands {
		if d := m.Book.demands.at(i); d.Kind == Forecast && m.planned(i) {
			forecasts = append(forecasts, i)
		} else if m.consumes(i, d) {
			orders = append(orders, i)
		}
	}
	if len(forecasts) == 0 {
		return nil
	}
	left := map[int32]Quantity{}
	m.consume(forecasts, orders, left)
	return left
}

// consumes reports whether a demand consumes forecasts.
func (m *Model) consumes(i int32, d *demandRow) bool {
	return d.Kind != Forecast && d.Due.Day >= m.start && d.Peg == Dynamic && m.planned(i)
}

// consume lets the orders of a part consume its forecasts; both lists are sorted by it.
func (m *Model) consume(forecasts, orders []int32, left map[int32]Quantity) {
	b := m.Book
	for _, f := range forecasts {
		left[f] = b.demands.at(f).Quantity
	}
	slices.SortFunc(forecasts, m.byDue)
	slices.SortFunc(orders, m.byDue)
	var window []int32
	for _, o := range orders {
		window = m.consumable(window[:0], o, forecasts)
		rest := b.demands.at(o).Quantity
		for _, f := range window {
			take := min(rest, left[f])
			left[f] -= take
			rest -= take
		}
	}
}

func (m *Model) byDue(x, y int32) int {
	a, b := m.Book.DemandAt(x), m.Book.DemandAt(y)
	return cmp.Or(cmp.Compare(a.Due.Day, b.Due.Day), strings.Compare(a.ID, b.ID))
}

// consumable appends the forecasts that an order may consume, in order of preference.
func (m *Model) consumable(window []int32, order int32, forecasts []int32) []int32 {
	due := m.Book.DemandAt(order).Due.Day
	back := bom.Day(m.Book.Settings.ConsumeBackDays)
	ahead := bom.Day(m.Book.Settings.ConsumeAheadDays)
	for _, f := range forecasts {
		row := m.Book.DemandAt(f)
		if row.covers(due) || row.Due.Day >= due-back && row.Due.Day <= due+ahead {
			window = append(window, f)
		}
	}
	slices.SortFunc(window, func(x, y int32) int {
		a, b := m.Book.DemandAt(x), m.Book.DemandAt(y)
		return cmp.Or(cmp.Compare(a.distance(due), b.distance(due)), m.Book.CompareDemands(x, y))
	})
	return window
}

// covers reports whether a day falls into the forecast's period.
func (f *Demand) covers(d bom.Day) bool {
	return d >= f.Due.Day && d < f.Due.Day+bom.Day(max(f.PeriodDays, 1))
}

// distance orders forecasts around a day: those of the day, then earlier ones, then later ones, nearest first.
func (f *Demand) distance(d bom.Day) int {
	const class = 1 << 20
	switch {
	case f.covers(d):
		return int(d - f.Due.Day)
	case f.Due.Day < d:
		return class + int(d-f.Due.Day)
	}
	return 2*class + int(f.Due.Day-d)
}
