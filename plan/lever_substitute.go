package plan

import (
	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
)

// substitute makes another member of a substitute group the main component, for every order of the parent. Planning takes
// one by itself where the main component would have to be ordered before today; this is for one that an open order
// brings late, or that is late in the schedule alone.
func (s *search) substitute(t *try, c *Cause) []pull {
	if !s.allowed[LeverSubstitute] {
		return nil
	}
	m := t.plan.model
	part, ok := m.Catalog.Part(c.Item, c.Site)
	if !ok {
		return nil
	}
	parent, ok := t.consumerOf(part, c.Order)
	if !ok {
		return nil
	}
	group, at := m.groupOf(parent, part)
	if at < 0 {
		s.cannot(LeverSubstitute, "nothing stands in for %s in %s", c.Item, m.Catalog.Label(parent))
		return nil
	}
	var list []pull
	for i := range group {
		if i == at {
			continue
		}
		sub, main := group[i], group[at]
		sub.SubstitutePriority, main.SubstitutePriority = max(main.SubstitutePriority, 1), max(sub.SubstitutePriority, 2)
		l := Lever{Kind: LeverSubstitute, Item: c.Item, Site: c.Site, With: sub.Component, Order: m.Catalog.ItemID(parent)}
		if w, ok := t.wanted(c); ok {
			l.Quantity = scaled(w.quantity, sub.Quantity, main.Quantity)
			l.Cost = m.dearer(part, sub, l.Quantity, w.quantity)
		}
		list = append(list, pull{l, []Change{ChangeLine{sub}, ChangeLine{main}}})
	}
	return list
}

// consumerOf is the part of an order that takes a supply of a part.
func (t *try) consumerOf(part bom.PartID, supply string) (bom.PartID, bool) {
	for _, g := range t.plan.material.PegsOf(part) {
		if g.Supply == supply {
			if o, ok := t.plan.material.FindOrder(g.Consumer); ok {
				return o.Part, true
			}
		}
	}
	return bom.NoPart, false
}

// groupOf are the lines that stand in for each other with a component's under a parent, and which is its own; -1: none.
func (m *Model) groupOf(parent, part bom.PartID) (group []bom.Line, at int) {
	var own *bom.Component
	first, end := m.Catalog.Lines(parent)
	for i := first; i < end; i++ {
		if line := &m.Catalog.Components[i]; line.Part == part && m.Catalog.Names.String(line.Group) != "" {
			own = line
			break
		}
	}
	if own == nil {
		return nil, -1
	}
	name, version := m.Catalog.Names.String(own.Group), m.Catalog.Names.String(own.Version)
	item, site, component := m.Catalog.ItemID(parent), m.Catalog.SiteID(parent), m.Catalog.ItemID(part)
	at = -1
	for line := range m.Lines() {
		if line.Parent == item && siteOr(line.Site) == site && line.BOM == version && line.SubstituteGroup == name {
			if line.Component == component {
				at = len(group)
			}
			group = append(group, line)
		}
	}
	return group, at
}

// scaled is a quantity in the ratio of two lines, rounded up; for what is told to people.
func scaled(q, of, per bom.Quantity) bom.Quantity {
	if per <= 0 {
		return q
	}
	d := q.Decimal().Mul(of.Decimal()).Div(per.Decimal()).RoundUp(6)
	out, err := bom.ParseQuantity(d.String())
	if err != nil {
		return q
	}
	return out
}

// dearer is what a substitute costs more than what it stands in for, at the items' cost.
func (m *Model) dearer(part bom.PartID, line bom.Line, q, of bom.Quantity) decimal.Decimal {
	sub, ok := m.Catalog.Part(line.Component, siteOr(line.Site))
	if !ok {
		return decimal.Zero
	}
	more := m.Catalog.Parts[sub].Cost.Decimal().Mul(q.Decimal()).Sub(m.Catalog.Parts[part].Cost.Decimal().Mul(of.Decimal()))
	return decimal.Max(more, decimal.Zero)
}
