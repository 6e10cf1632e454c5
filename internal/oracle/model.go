package oracle

import (
	"math/big"
	"sort"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// model is the rows with their defaults filled in and quantities in base units, by part.
type model struct {
	settings    mrp.Settings
	start       bom.Day
	items       map[part]bom.Item
	sources     map[part][]bom.Source // by id
	lines       map[part][]bom.Line   // by parent
	operations  map[part][]capacity.Operation
	centres     map[string]capacity.WorkCentre
	calendars   map[string]calendar
	stock       map[part][]mrp.Stock
	demands     map[string]mrp.Demand // planned ones only, by id
	receipts    []mrp.Receipt         // by id
	allocations []mrp.Allocation
	parts       map[part]bool
}

func normalise(rows *plan.Rows) *model {
	m := &model{
		settings:   rows.Settings,
		start:      rows.Settings.Start.Day,
		items:      map[part]bom.Item{},
		sources:    map[part][]bom.Source{},
		lines:      map[part][]bom.Line{},
		operations: map[part][]capacity.Operation{},
		centres:    map[string]capacity.WorkCentre{},
		calendars:  calendarsOf(rows.Calendars),
		stock:      map[part][]mrp.Stock{},
		demands:    map[string]mrp.Demand{},
		parts:      map[part]bool{},
	}
	for _, item := range rows.Items {
		m.items[m.part(item.ID, item.Site)] = item
	}
	for _, s := range rows.Sources {
		p := m.part(s.Item, s.Site)
		f := factor(rows, s.Item, s.UOM)
		s.Min, s.Max, s.Multiple = convert(s.Min, f), convert(s.Max, f), convert(s.Multiple, f)
		if s.Priority == 0 {
			s.Priority = 1
		}
		if s.Kind == bom.Transfer {
			m.part(s.Item, s.From)
		}
		m.sources[p] = append(m.sources[p], s)
	}
	for _, s := range m.sources {
		sort.Slice(s, func(i, j int) bool { return s[i].ID < s[j].ID })
	}
	for _, l := range rows.Lines {
		p := m.part(l.Parent, l.Site)
		m.part(l.Component, l.Site)
		if l.ID == "" {
			l.ID = "1"
		}
		if l.SubstitutePriority == 0 {
			l.SubstitutePriority = 1
		}
		m.lines[p] = append(m.lines[p], l)
	}
	for _, op := range rows.Operations {
		p := m.part(op.Item, op.Site)
		if op.Preference == 0 {
			op.Preference = 1
		}
		m.operations[p] = append(m.operations[p], op)
	}
	for _, c := range rows.WorkCentres {
		m.centres[c.ID] = c
	}
	for _, s := range rows.Stock {
		s.Quantity = convert(s.Quantity, factor(rows, s.Item, s.UOM))
		p := m.part(s.Item, s.Site)
		m.stock[p] = append(m.stock[p], s)
	}
	for _, d := range rows.Demands {
		d.Quantity = convert(d.Quantity, factor(rows, d.Item, d.UOM))
		m.part(d.Item, d.Site)
		if m.isPlanned(d) {
			m.demands[d.ID] = d
		}
	}
	for _, r := range rows.Receipts {
		r.Quantity = convert(r.Quantity, factor(rows, r.Item, r.UOM))
		m.part(r.Item, r.Site)
		m.receipts = append(m.receipts, r)
	}
	sort.Slice(m.receipts, func(i, j int) bool { return m.receipts[i].ID < m.receipts[j].ID })
	for _, a := range rows.Allocations {
		m.part(a.Component, a.Site)
		m.allocations = append(m.allocations, a)
	}
	return m
}

// part is the part of an item and a site, which defaults to main; it becomes known.
func (m *model) part(item, site string) part {
	if site == "" {
		site = bom.DefaultSite
	}
	p := part{item, site}
	m.parts[p] = true
	return p
}

// item is the items row of a part; a part without one has the defaults.
func (m *model) item(p part) bom.Item { return m.items[p] }

// decimals of a part's quantities, default 6.
func (m *model) decimals(p part) int { return m.item(p).Decimals.Or(6) }

// factor is how many base units one unit of measure holds: the item's row, else
// the row of all items; no unit, or the base unit, is 1.
func factor(rows *plan.Rows, item, uom string) *big.Rat {
	general := whole(1)
	for _, u := range rows.UOMs {
		if uom == "" || u.ID != uom {
			continue
		}
		if u.Item == item {
			return number(u.Factor)
		}
		if u.Item == "" {
			general = number(u.Factor)
		}
	}
	return general
}

// convert is exact: whatever is finer than a quantity is an input error.
func convert(q bom.Quantity, factor *big.Rat) bom.Quantity { return up(mul(units(q), factor), 6) }

// isPlanned: inquiries and closed demands are not planned, a quote is unless it expired before start.
func (m *model) isPlanned(d mrp.Demand) bool {
	switch d.Status {
	case mrp.Inquiry, mrp.ClosedDemand:
		return false
	case mrp.Quote:
		return d.Expires.IsZero() || d.Expires.Day >= m.start
	}
	return true
}

// calendarOf is rule 5's calendar of an order: the source's, else the item's,
// else the settings'.
func (m *model) calendarOf(p part, s bom.Source) calendar {
	switch {
	case s.Calendar != "":
		return m.calendars[s.Calendar]
	case m.item(p).Calendar != "":
		return m.calendars[m.item(p).Calendar]
	}
	return m.settingsCalendar()
}

// settingsCalendar is the default working calendar; nil: every day works.
func (m *model) settingsCalendar() calendar { return m.calendars[m.settings.Calendar] }

// today moves a day before start to start.
func (m *model) today(d bom.Day) bom.Day { return max(d, m.start) }

// inRange reports whether a day lies within from and to, both included; no day is open.
func inRange(d, from, to bom.Day) bool {
	return (from == bom.NoDay || d >= from) && (to == bom.NoDay || d <= to)
}
