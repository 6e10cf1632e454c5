package mrp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
)

// consumeForecasts gives what is left of every forecast after orders consumed
// it (rule 10): same day first, then backward, then ahead, nearest first.
func (m *Model) consumeForecasts() []Quantity {
	b := m.Book
	left := make([]Quantity, len(b.Demands))
	forecasts := map[bom.PartID][]int32{}
	var orders []int32
	for i := range b.Demands {
		left[i] = b.Demands[i].Quantity
		if !m.planned(int32(i)) {
			continue
		}
		if b.Demands[i].Kind == Forecast {
			p := b.demandPart[i]
			forecasts[p] = append(forecasts[p], int32(i))
		} else if b.Demands[i].Due.Day >= m.start && b.Demands[i].Peg == Dynamic {
			orders = append(orders, int32(i))
		}
	}
	if len(forecasts) == 0 {
		return left
	}
	for _, list := range forecasts {
		slices.SortFunc(list, m.byDue)
	}
	slices.SortFunc(orders, m.byDue)
	var window []int32
	for _, o := range orders {
		list := forecasts[b.demandPart[o]]
		if len(list) == 0 {
			continue
		}
		window = m.consumable(window[:0], o, list)
		rest := b.Demands[o].Quantity
		for _, f := range window {
			take := min(rest, left[f])
			left[f] -= take
			rest -= take
		}
	}
	return left
}

func (m *Model) byDue(x, y int32) int {
	a, b := &m.Book.Demands[x], &m.Book.Demands[y]
	return cmp.Or(cmp.Compare(a.Due.Day, b.Due.Day), strings.Compare(a.ID, b.ID))
}

// consumable appends the forecasts that an order may consume, in order of preference.
func (m *Model) consumable(window []int32, order int32, forecasts []int32) []int32 {
	due := m.Book.Demands[order].Due.Day
	back := bom.Day(m.Book.Settings.ConsumeBackDays)
	ahead := bom.Day(m.Book.Settings.ConsumeAheadDays)
	for _, f := range forecasts {
		row := &m.Book.Demands[f]
		if row.covers(due) || row.Due.Day >= due-back && row.Due.Day <= due+ahead {
			window = append(window, f)
		}
	}
	slices.SortFunc(window, func(x, y int32) int {
		a, b := &m.Book.Demands[x], &m.Book.Demands[y]
		return cmp.Or(cmp.Compare(a.distance(due), b.distance(due)), cmp.Compare(x, y))
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
