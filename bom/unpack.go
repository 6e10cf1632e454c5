package bom

import "iter"

// Items yields the rows of items.csv in canonical order.
func (c *Catalog) Items() iter.Seq[Item] {
	return func(yield func(Item) bool) {
		for p := range c.Parts {
			if !yield(c.item(&c.Parts[p])) {
				return
			}
		}
	}
}

func (c *Catalog) item(p *Part) Item {
	s := c.Names.String
	it := Item{
		Row: int(p.Row), ID: s(p.Item), Site: s(p.Site), Description: s(p.Description), UOM: s(p.UOM), Family: s(p.Family),
		Cost: p.Cost, Price: p.Price, Phantom: p.Phantom, Calendar: s(p.Calendar),
		InspectionDays: int(p.InspectionDays), DesignDays: int(p.DesignDays),
		LotRule: p.LotRule, LotQuantity: p.LotQuantity, LotDays: int(p.LotDays), LotMin: p.LotMin, LotMax: p.LotMax, LotMultiple: p.LotMultiple,
		OrderCost: p.OrderCost, HoldingCost: p.HoldingCost, ReorderPoint: p.ReorderPoint, OrderUpTo: p.OrderUpTo,
		SafetyDays: int(p.SafetyDays), ServiceLevel: p.ServiceLevel, DemandDeviation: p.DemandDeviation, CoverDays: int(p.CoverDays),
		PlanningFenceDays: int(p.PlanningFenceDays), DemandFenceDays: int(p.DemandFenceDays), ShelfLifeDays: int(p.ShelfLifeDays), Yield: orEmpty(p.Yield, One),
		LeadDays: optionalDays(p.LeadDays), SafetyStock: Optional[Quantity]{p.SafetyStock, p.SafetyStockGiven},
	}
	if p.Decimals != quantityPlaces {
		it.Decimals = Some(int(p.Decimals))
	}
	return it
}

// orEmpty is v, or the zero value where v is the default that an empty cell stands for.
func orEmpty[T comparable](v, byDefault T) T {
	if v == byDefault {
		var empty T
		return empty
	}
	return v
}

// optionalDays is a day count that -1 leaves open.
func optionalDays(d int32) Optional[int] {
	if d < 0 {
		return Optional[int]{}
	}
	return Some(int(d))
}

// BOM yields the rows of bom.csv in canonical order.
func (c *Catalog) BOM() iter.Seq[Line] {
	return func(yield func(Line) bool) {
		s := c.Names.String
		for i := range c.Components {
			l := &c.Components[i]
			if !yield(Line{
				Row: int(l.Row), Parent: c.ItemID(l.Parent), Component: c.ItemID(l.Part), Site: c.SiteID(l.Parent),
				BOM: s(l.Version), ID: orEmpty(s(l.ID), "1"), Quantity: l.Quantity, Per: l.Per, Scrap: l.Scrap, Op: int(l.Op), OffsetDays: int(l.OffsetDays),
				FromDate: l.FromDate, ToDate: l.ToDate, SubstituteGroup: s(l.Group), SubstitutePriority: orEmpty(int(l.GroupPriority), 1),
			}) {
				return
			}
		}
	}
}

// SourceRows yields the rows of sources.csv in canonical order, in base units.
func (c *Catalog) SourceRows() iter.Seq[Source] {
	return func(yield func(Source) bool) {
		t := c.Names.String
		for i := range c.Supplies {
			s := &c.Supplies[i]
			if !yield(Source{
				Row: int(s.Row), Item: c.ItemID(s.Part), Site: c.SiteID(s.Part), ID: t(s.ID), Kind: s.Kind, From: t(s.From),
				BOM: t(s.Version), Routing: t(s.Routing), Priority: orEmpty(int(s.Priority), 1), Share: s.Share,
				LeadDays: optionalDays(s.LeadDays), LeadDaysPerUnit: s.LeadDaysPerUnit, ExpediteDays: optionalDays(s.ExpediteDays), ExpediteCost: s.ExpediteCost,
				Min: s.Min, Max: s.Max, Multiple: s.Multiple, FromDate: s.FromDate, ToDate: s.ToDate, UnitCost: s.UnitCost,
				Calendar: t(s.Calendar), CapacityPerDay: s.CapacityPerDay, SpareOnly: s.SpareOnly,
			}) {
				return
			}
		}
	}
}
