package plan

import (
	"math/bits"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// supply are the other ways to have what a cause waits for: an open purchase brought forward, a purchase expedited or from
// another supplier, a subcontractor, a sister site.
func (s *search) supply(t *try, c *Cause) []pull {
	w, ok := t.wanted(c)
	if !ok {
		return nil
	}
	var list []pull
	if w.receipt >= 0 {
		list = append(list, s.bringForward(t, &w)...)
	}
	m := t.plan.model
	first, end := m.Catalog.Sources(w.part)
	for at := first; at < end; at++ {
		if x, ok := s.from(t, &w, &m.Catalog.Supplies[at]); ok {
			list = append(list, x)
		}
	}
	return list
}

// supplyLever is the lever that another source of a part is.
func supplyLever(w *wanted, source *bom.Supply, id string, expedited bool) LeverKind {
	switch source.Kind {
	case bom.Subcontract:
		return LeverSubcontract
	case bom.Transfer:
		return LeverTransfer
	}
	if expedited && (id == w.source || w.receipt >= 0) {
		return LeverExpedite
	}
	return LeverSource
}

// from is a firm order for the rush order from a source, if that gives it earlier than it comes now.
func (s *search) from(t *try, w *wanted, source *bom.Supply) (pull, bool) {
	m := t.plan.model
	id := m.Catalog.Names.String(source.ID)
	today := m.Book.Start
	if source.Kind == bom.Make || !source.Valid(today) {
		return pull{}, false
	}
	q, ok := lotOf(&m.Catalog.Parts[w.part], source, w.quantity)
	if !ok {
		return pull{}, false
	}
	calendar := m.sourceCalendar(w.part, source)
	lead := m.sourceLead(w.part, source, q)
	expedited := source.ExpediteDays >= 0 && int(source.ExpediteDays) < lead
	if expedited {
		lead = int(source.ExpediteDays)
	}
	kind := supplyLever(w, source, id, expedited)
	if !s.allowed[kind] {
		return pull{}, false
	}
	start, ok := calendar.Forward(today, 0)
	due, ok2 := calendar.Forward(start, lead)
	if !ok || !ok2 || w.there != bom.NoDay && due >= w.there {
		s.cannot(kind, "%s of %s would bring nothing earlier", id, m.Catalog.Label(w.part))
		return pull{}, false
	}
	r := mrp.Receipt{ID: t.receiptID("R"), Kind: source.Kind, Item: m.Catalog.ItemID(w.part), Site: m.Catalog.SiteID(w.part), Quantity: q,
		Start: bom.OnDay(start), Due: bom.OnDay(due), Need: bom.OnDay(min(w.need, due)), Status: mrp.Firm, Source: id, Demand: t.demand.ID}
	l := Lever{Kind: kind, Item: r.Item, Site: r.Site, Source: id, From: m.Catalog.Names.String(source.From), Quantity: q, First: r.Due}
	l.Cost = m.supplyCost(w, source, id, q, expedited)
	return pull{l, []Change{AddReceipt{r}}}, true
}

// supplyCost is what a source costs beside what the order costs anyway: the whole charge of a subcontractor or a transfer, the
// difference in price of another supplier, and what expediting costs.
func (m *Model) supplyCost(w *wanted, source *bom.Supply, id string, q bom.Quantity, expedited bool) decimal.Decimal {
	cost := decimal.Zero
	if expedited {
		cost = source.ExpediteCost.Decimal()
	}
	price := source.UnitCost.Decimal()
	if source.Kind == bom.Buy {
		first, end := m.Catalog.Sources(w.part)
		for at := first; at < end; at++ {
			if x := &m.Catalog.Supplies[at]; m.Catalog.Names.String(x.ID) == w.source {
				price = price.Sub(x.UnitCost.Decimal())
			}
		}
		if id == w.source {
			price = decimal.Zero
		}
	}
	return cost.Add(decimal.Max(price, decimal.Zero).Mul(q.Decimal()))
}

// bringForward is an open purchase that its supplier can expedite.
func (s *search) bringForward(t *try, w *wanted) []pull {
	m := t.plan.model
	row := *m.receiptRow(w.receipt)
	if row.Kind != bom.Buy || !s.allowed[LeverExpedite] {
		return nil
	}
	first, end := m.Catalog.Sources(w.part)
	for at := first; at < end; at++ {
		source := &m.Catalog.Supplies[at]
		if m.Catalog.Names.String(source.ID) != row.Source && (row.Source != "" || end-first > 1) {
			continue
		}
		if source.ExpediteDays < 0 {
			s.cannot(LeverExpedite, "%s has no expedite_days for %s", m.Catalog.Names.String(source.ID), m.Catalog.Label(w.part))
			return nil
		}
		due, ok := m.sourceCalendar(w.part, source).Forward(m.Book.Start, int(source.ExpediteDays))
		if !ok || due >= w.there {
			s.cannot(LeverExpedite, "%s comes in less than its supplier's shortest time already", row.ID)
			return nil
		}
		l := Lever{Kind: LeverExpedite, Order: row.ID, Item: row.Item, Site: row.Site, Source: m.Catalog.Names.String(source.ID),
			From: m.Catalog.Names.String(source.From), Quantity: row.Quantity, First: bom.OnDay(due), Cost: source.ExpediteCost.Decimal()}
		row.Due, row.Confirmed, row.Need = bom.OnDay(due), bom.When{}, bom.When{}
		return []pull{{l, []Change{ChangeReceipt{row}}}}
	}
	return nil
}

// sourceCalendar is the working calendar of a source's lead times (rule 5).
func (m *Model) sourceCalendar(part bom.PartID, source *bom.Supply) calendarOf {
	name := m.Catalog.Names.String(source.Calendar)
	if name == "" {
		name = m.Catalog.Names.String(m.Catalog.Parts[part].Calendar)
	}
	if name == "" {
		return m.Shop.Settings()
	}
	return m.Shop.Calendar(name)
}

// calendarOf steps through working days; *capacity.Calendar does.
type calendarOf interface {
	Forward(d bom.Day, n int) (bom.Day, bool)
}

// sourceLead is the lead time of a source in working days (rule 5).
func (m *Model) sourceLead(part bom.PartID, source *bom.Supply, q bom.Quantity) int {
	item := &m.Catalog.Parts[part]
	lead := int(source.LeadDays)
	if lead < 0 {
		lead = max(int(item.LeadDays), 0)
	}
	if source.LeadDaysPerUnit > 0 {
		hi, lo := bits.Mul64(uint64(source.LeadDaysPerUnit), uint64(q))
		const scale = 1e15 // numbers are 10⁻⁹, quantities 10⁻⁶
		if hi >= scale {
			return 1 << 20
		}
		days, rest := bits.Div64(hi, lo, scale)
		if rest > 0 {
			days++
		}
		lead += int(min(days, 1<<20))
	}
	if source.Kind != bom.Transfer {
		lead += int(item.InspectionDays)
	}
	return lead
}

// lotOf is a quantity as a source gives it: at least its minimum, in its multiples. ok is false if it gives no lot as large.
func lotOf(part *bom.Part, source *bom.Supply, q bom.Quantity) (bom.Quantity, bool) {
	q = max(q, source.Min)
	step := source.Multiple
	if step > 0 && q%step != 0 {
		q += step - q%step
	}
	limit := source.Max
	return q, limit == 0 || q <= limit
}
