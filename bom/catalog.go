package bom

import (
	"cmp"
	"fmt"
	"slices"
)

// PartID is the dense number of a part (an item at a site) in a Catalog: its
// place in the order of (item id, site id). It does not depend on row order.
type PartID int32

// NoPart is the part that is not there.
const NoPart PartID = -1

// Part is a row of items.csv, compiled: ids are numbers, defaults are filled in.
type Part struct {
	Item, Site, Description, UOM, Family, Calendar Sym
	Row                                            int32
	LeadDays                                       int32 // -1: not given
	InspectionDays, DesignDays                     int32
	LotDays, SafetyDays, CoverDays                 int32
	PlanningFenceDays, DemandFenceDays             int32
	ShelfLifeDays                                  int32
	Decimals                                       int8
	LotRule                                        LotRule
	Phantom                                        bool
	SafetyStockGiven                               bool
	LotQuantity, LotMin, LotMax, LotMultiple       Quantity
	ReorderPoint, OrderUpTo                        Quantity
	SafetyStock, DemandDeviation                   Quantity
	ServiceLevel, Yield                            Number
	OrderCost, HoldingCost, Cost, Price            Number
}

// Component is a row of bom.csv, compiled.
type Component struct {
	Parent, Part       PartID
	Quantity           Quantity
	Scrap              Number
	Version, ID, Group Sym
	GroupPriority      int32
	Op, OffsetDays     int32
	FromDate, ToDate   Day
	Row                int32
	Per                Usage
}

// Valid reports whether the line holds on a day.
func (c *Component) Valid(d Day) bool {
	return d >= c.FromDate && (c.ToDate == NoDay || d <= c.ToDate)
}

// Supply is a row of sources.csv, compiled: one way to replenish a part.
// Quantities are in the item's base unit.
type Supply struct {
	Part                                      PartID
	Sender                                    PartID // of a transfer, else NoPart
	ID, From, Version, Routing, Calendar, UOM Sym
	Row                                       int32
	Priority                                  int32
	LeadDays, ExpediteDays                    int32 // -1: not given
	FromDate, ToDate                          Day
	Kind                                      Kind
	SpareOnly                                 bool
	Share, LeadDaysPerUnit, ExpediteCost      Number
	UnitCost                                  Number
	Min, Max, Multiple, CapacityPerDay        Quantity
}

// Valid reports whether the source may be used for a need on day d.
func (s *Supply) Valid(d Day) bool {
	return d >= s.FromDate && (s.ToDate == NoDay || d <= s.ToDate)
}

// Catalog holds items, lines, sources and units of measure in canonical order:
// parts by (item, site), lines by (parent, version, component, line), sources
// by (part, source), all by the string order of their ids. It is immutable.
type Catalog struct {
	Names      *Names
	Parts      []Part      // by PartID
	Components []Component // grouped by parent
	Supplies   []Supply    // grouped by part
	UOMs       []UOM

	rank        []int32 // of a Sym in string order
	firstPart   []int32 // of an item Sym: its first part, -1: none
	lineStart   []int32 // Components of part p: lineStart[p] to lineStart[p+1]
	supplyStart []int32
	decimals    []int8            // of Parts: columns of their own for passes over many lines
	phantoms    []bool            // of Parts
	factor      map[[2]Sym]Number // (item or 0, uom)
}

// NumParts is the number of parts.
func (c *Catalog) NumParts() int { return len(c.Parts) }

// Part finds a part by its ids. O(sites of the item).
func (c *Catalog) Part(item, site string) (PartID, bool) {
	i, ok := c.Names.Lookup(item)
	if !ok {
		return NoPart, false
	}
	if site == "" {
		site = DefaultSite
	}
	s, ok := c.Names.Lookup(site)
	if !ok {
		return NoPart, false
	}
	p := c.part(i, s)
	return p, p != NoPart
}

func (c *Catalog) part(item, site Sym) PartID {
	if int(item) >= len(c.firstPart) || c.firstPart[item] < 0 {
		return NoPart
	}
	for p := c.firstPart[item]; int(p) < len(c.Parts) && c.Parts[p].Item == item; p++ {
		if c.Parts[p].Site == site {
			return PartID(p)
		}
	}
	return NoPart
}

// ItemID is the item id of a part.
func (c *Catalog) ItemID(p PartID) string { return c.Names.String(c.Parts[p].Item) }

// SiteID is the site id of a part.
func (c *Catalog) SiteID(p PartID) string { return c.Names.String(c.Parts[p].Site) }

// Label is item@site.
func (c *Catalog) Label(p PartID) string { return c.ItemID(p) + "@" + c.SiteID(p) }

// ItemParts is the range of parts of an item, one a site; empty if there is none.
func (c *Catalog) ItemParts(item string) (from, to PartID) {
	i, ok := c.Names.Lookup(item)
	if !ok || int(i) >= len(c.firstPart) || c.firstPart[i] < 0 {
		return 0, 0
	}
	from = PartID(c.firstPart[i])
	for to = from; int(to) < len(c.Parts) && c.Parts[to].Item == i; to++ {
	}
	return from, to
}

// Lines is the range of part p's lines in Components.
func (c *Catalog) Lines(p PartID) (from, to int32) { return c.lineStart[p], c.lineStart[p+1] }

// Sources is the range of part p's sources in Supplies.
func (c *Catalog) Sources(p PartID) (from, to int32) { return c.supplyStart[p], c.supplyStart[p+1] }

// Rank is the place of an id in the string order of all ids.
func (c *Catalog) Rank(s Sym) int32 {
	if int(s) < len(c.rank) {
		return c.rank[s]
	}
	return int32(s)
}

// Convert gives q, counted in uom, in the base unit of the item. An empty uom
// or the item's own is the base unit. It fails when the unit is unknown, the
// result is not exact, or it overflows.
func (c *Catalog) Convert(p PartID, q Quantity, uom string) (Quantity, error) {
	if uom == "" || uom == c.Names.String(c.Parts[p].UOM) {
		return q, nil
	}
	u, ok := c.Names.Lookup(uom)
	if ok {
		f, found := c.factor[[2]Sym{c.Parts[p].Item, u}]
		if !found {
			f, found = c.factor[[2]Sym{0, u}]
		}
		if found {
			return convert(q, f)
		}
	}
	return 0, fmt.Errorf("no unit of this name for item %s: add it to uoms", c.ItemID(p))
}

func convert(q Quantity, f Number) (Quantity, error) {
	d := q.Decimal().Mul(f.Decimal()).Shift(quantityPlaces)
	if !d.IsInteger() {
		return 0, fmt.Errorf("converted by factor %v it has more than %d decimal places: state it in base units", f, quantityPlaces)
	}
	if d.Abs().Cmp(MaxQuantity.Decimal().Shift(quantityPlaces)) > 0 {
		return 0, fmt.Errorf("converted by factor %v it is too large", f)
	}
	return Quantity(d.IntPart()), nil
}

// sortedBy sorts rows unless they are in order already, which is the usual case.
func sortedBy[T any](rows []T, less func(a, b *T) int) {
	for i := 1; i < len(rows); i++ {
		if less(&rows[i-1], &rows[i]) > 0 {
			slices.SortStableFunc(rows, func(a, b T) int { return less(&a, &b) })
			return
		}
	}
}

// groupStarts gives the offsets of groups 0…n-1 in rows sorted by group.
func groupStarts[T any](rows []T, n int, group func(*T) PartID) []int32 {
	start := make([]int32, n+1)
	for i := range rows {
		start[group(&rows[i])+1]++
	}
	for i := range n {
		start[i+1] += start[i]
	}
	return start
}

// groupBy orders rows by group (counting sort, stable), then by less inside a
// group, and gives the offsets. Rows that are in order already are not moved.
func groupBy[T any](rows []T, n int, group func(*T) PartID, less func(a, b *T) int) ([]T, []int32) {
	start := groupStarts(rows, n, group)
	inOrder := slices.IsSortedFunc(rows, func(a, b T) int { return cmp.Compare(group(&a), group(&b)) })
	if !inOrder {
		next := slices.Clone(start)
		moved := make([]T, len(rows))
		for i := range rows {
			g := group(&rows[i])
			moved[next[g]] = rows[i]
			next[g]++
		}
		rows = moved
	}
	for g := range n {
		sortedBy(rows[start[g]:start[g+1]], less)
	}
	return rows, start
}
