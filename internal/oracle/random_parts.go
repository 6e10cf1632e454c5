package oracle

import (
	"fmt"

	"github.com/taktplan/takt/bom"
)

// parts adds the items of all sites with their lines, routings and sources.
func (g *generator) parts() {
	for i := range g.items {
		decimals := pick(g, 0, 0, 1, 2, 3, 6)
		if !g.f.Decimals {
			decimals = 0
		}
		for _, site := range g.sites {
			g.info[part{itemID(i), site}] = &partInfo{index: i, decimals: decimals, lines: g.hasLines(i)}
		}
	}
	for i := range g.items {
		for _, site := range g.sites {
			p := part{itemID(i), site}
			in := g.info[p]
			in.phantom = g.with(g.f.Phantoms, 0.15) && in.lines
		}
	}
	for i := range g.items {
		for _, site := range g.sites {
			g.part(part{itemID(i), site})
		}
	}
}

// hasLines: upper parts mostly have components, lower ones now and then, the last never.
func (g *generator) hasLines(i int) bool {
	probability := 0.85
	if i >= g.items/2 {
		probability = 0.3
	}
	return g.Float64() < probability && i < g.items-1
}

func (g *generator) part(p part) {
	in := g.info[p]
	item := bom.Item{ID: p[0], Site: p[1], UOM: "pc", Phantom: in.phantom}
	if in.decimals < 6 {
		item.Decimals = bom.Some(in.decimals)
	}
	var versions []string
	if in.lines {
		versions = g.versions(p)
	}
	if in.phantom {
		g.rows.Items = append(g.rows.Items, item)
		in.kinds = []bom.Kind{bom.Make}
		return
	}
	in.routing = g.with(g.f.Routings, 0.25)
	if in.routing {
		g.routing(p)
	}
	g.planningData(&item, in)
	g.lotData(&item, in)
	g.rows.Items = append(g.rows.Items, item)
	g.sourceRows(p, versions)
}

func (g *generator) planningData(item *bom.Item, in *partInfo) {
	if g.Float64() < 0.8 && !(in.routing && g.Float64() < 0.7) {
		item.LeadDays = bom.Some(g.between(0, 7))
	}
	item.Calendar = g.calendar(0.2)
	if g.with(g.f.Inspection, 0.15) {
		item.InspectionDays = g.between(1, 3)
	}
	if g.with(g.f.DesignDays, 0.15) {
		item.DesignDays = g.between(1, 10)
	}
	if g.with(g.f.SafetyStock, 0.3) {
		item.SafetyStock = bom.Some(g.quantity(0, 20, in.decimals))
	}
	if g.with(g.f.SafetyDays, 0.2) {
		item.SafetyDays = g.between(1, 4)
	}
	if g.with(g.f.CoverDays, 0.12) {
		item.CoverDays = g.between(1, 8)
	}
	if g.with(g.f.PlanningFence, 0.15) {
		item.PlanningFenceDays = g.between(1, 15)
	}
	if g.with(g.f.DemandFence, 0.2) {
		item.DemandFenceDays = g.between(1, 20)
	}
	if g.with(g.f.ShelfLife, 0.15) {
		item.ShelfLifeDays = g.between(1, 15)
	}
	if g.with(g.f.Yield, 0.2) {
		item.Yield = pick(g, bom.MustNumber("0.95"), bom.MustNumber("0.9"), bom.MustNumber("0.8"))
	}
}

// lotData sets the lot rule with what it needs, and the modifiers. All multiples
// divide all maxima, and every minimum is below them, whichever row they are from.
func (g *generator) lotData(item *bom.Item, in *partInfo) {
	rules := []bom.LotRule{bom.LotForLot, bom.LotForLot}
	if g.f.LotRules {
		rules = append(rules, bom.FixedLot, bom.PeriodLot)
	}
	if g.f.MinMax {
		rules = append(rules, bom.MinMax)
	}
	if g.f.LookAhead {
		rules = append(rules, bom.EOQ, bom.SilverMeal, bom.LeastUnitCost, bom.PartPeriod, bom.WagnerWhitin, bom.Groff)
	}
	item.LotRule = pick(g, rules...)
	switch item.LotRule {
	case bom.LotForLot:
	case bom.FixedLot:
		item.LotQuantity = g.quantity(5, 60, in.decimals)
	case bom.PeriodLot:
		item.LotDays = g.between(1, 12)
	case bom.MinMax:
		item.ReorderPoint = g.quantity(0, 30, in.decimals)
		item.OrderUpTo = max(item.ReorderPoint, item.SafetyStock.Value) + g.quantity(0, 50, in.decimals)
	default:
		item.OrderCost = bom.Number(g.between(1, 200)) * bom.One
		item.HoldingCost = pick(g, bom.MustNumber("0.01"), bom.MustNumber("0.1"), bom.MustNumber("0.35"), bom.One)
	}
	if g.with(g.f.ServiceLevel, 0.12) && item.LotRule != bom.MinMax && !item.SafetyStock.Set {
		item.ServiceLevel = pick(g, bom.MustNumber("0.9"), bom.MustNumber("0.95"), bom.MustNumber("0.99"))
		item.DemandDeviation = g.quantity(1, 6, in.decimals)
	}
	if g.with(g.f.Modifiers, 0.2) {
		item.LotMin = bom.Units(pick[int64](g, 3, 7, 12, 20))
	}
	if g.with(g.f.Modifiers, 0.2) {
		item.LotMultiple = bom.Units(pick[int64](g, 2, 5, 10))
	}
	if g.with(g.f.Modifiers, 0.15) {
		item.LotMax = bom.Units(pick[int64](g, 40, 100, 200))
	}
}

// sourceRows adds up to three sources; without any the default source counts.
func (g *generator) sourceRows(p part, versions []string) {
	in := g.info[p]
	kinds := g.possibleKinds(p)
	count := max(0, g.between(-1, 3))
	if !g.f.Sources || count == 0 {
		in.kinds = []bom.Kind{bom.Buy}
		if in.lines || in.routing {
			in.kinds = []bom.Kind{bom.Make}
		}
		return
	}
	for n := range count {
		s := g.source(p, fmt.Sprintf("S%d", n+1), pick(g, kinds...), versions)
		in.sources = append(in.sources, s)
		in.kinds = append(in.kinds, s.Kind)
		g.rows.Sources = append(g.rows.Sources, s)
	}
}

// possibleKinds: make needs lines or a routing, a transfer goes from north to main.
func (g *generator) possibleKinds(p part) []bom.Kind {
	in := g.info[p]
	kinds := []bom.Kind{bom.Buy}
	if in.lines || in.routing {
		kinds = append(kinds, bom.Make, bom.Make, bom.Make)
	}
	if in.lines && g.f.Subcontract {
		kinds = append(kinds, bom.Subcontract)
	}
	if p[1] == "main" && len(g.sites) > 1 && !g.info[part{p[0], "north"}].phantom {
		kinds = append(kinds, bom.Transfer, bom.Transfer)
	}
	return kinds
}

func (g *generator) source(p part, id string, kind bom.Kind, versions []string) bom.Source {
	s := bom.Source{Item: p[0], Site: p[1], ID: id, Kind: kind, From: "SUP", Priority: pick(g, 0, 1, 1, 2)}
	switch kind {
	case bom.Make:
		s.From = ""
	case bom.Transfer:
		s.From = "north"
	}
	if kind.Explodes() && len(versions) > 0 {
		s.BOM = pick(g, versions...)
		if len(versions) == 1 && g.IntN(2) == 0 {
			s.BOM = "" // the only one
		}
	}
	if g.with(g.f.Shares, 0.5) {
		s.Share = bom.Number(g.between(1, 3)) * bom.One
	}
	if g.Float64() < 0.5 {
		s.LeadDays = bom.Some(g.between(0, 9))
	}
	if g.with(g.f.LeadPerUnit, 0.12) {
		s.LeadDaysPerUnit = pick(g, bom.MustNumber("0.01"), bom.MustNumber("0.05"), bom.MustNumber("0.003"))
	}
	if g.with(g.f.SourceDates, 0.2) {
		s.FromDate, s.ToDate = g.dates()
	}
	s.Calendar = g.calendar(0.2)
	g.sourceModifiers(&s)
	return s
}

func (g *generator) sourceModifiers(s *bom.Source) {
	if g.with(g.f.Modifiers, 0.1) && g.f.UOMs {
		s.UOM, s.Multiple, s.Max = "box", bom.Units(1), bom.Units(20)
		return
	}
	if g.with(g.f.Modifiers, 0.15) {
		s.Min = bom.Units(pick[int64](g, 4, 9, 20))
	}
	if g.with(g.f.Modifiers, 0.15) {
		s.Multiple = bom.Units(pick[int64](g, 2, 5, 10))
	}
	if g.with(g.f.Modifiers, 0.12) {
		s.Max = bom.Units(pick[int64](g, 40, 100, 200))
	}
}

// dates is a validity: from, to, or both.
func (g *generator) dates() (from, to bom.Day) {
	from = g.day(-10, 40)
	to = from + bom.Day(g.between(0, 40))
	switch g.IntN(3) {
	case 0:
		return bom.NoDay, from
	case 1:
		return from, bom.NoDay
	}
	return from, to
}
