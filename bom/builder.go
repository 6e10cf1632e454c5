package bom

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Builder collects rows of items, uoms, sources and bom in any order and makes
// the Catalog of them. It is for one goroutine.
type Builder struct {
	names *Names
	errs  *Errors

	parts    []Part
	lines    []Component // Parent and Part hold Syms of items until parts are known
	at       []Sym       // site of the row in lines
	supplies []Supply
	sites    []Sym // of the row in supplies, until parts are known
	items    []Sym
	uoms     []UOM
}

// NewBuilder returns a builder that interns ids in names and reports to errs.
func NewBuilder(names *Names, errs *Errors) *Builder { return &Builder{names: names, errs: errs} }

// Expect takes memory for the rows of items, bom or sources that are about to come.
func (b *Builder) Expect(table string, rows int) {
	switch table {
	case "items":
		b.parts = slices.Grow(b.parts, rows)
	case "bom":
		b.lines, b.at = slices.Grow(b.lines, rows), slices.Grow(b.at, rows)
	case "sources":
		b.supplies, b.items, b.sites = slices.Grow(b.supplies, rows), slices.Grow(b.items, rows), slices.Grow(b.sites, rows)
	}
}

func (b *Builder) site(s string) Sym {
	if s == "" {
		s = DefaultSite
	}
	return b.names.Intern(s)
}

// Check reports problems of one row; every package's builder uses it.
type Check struct {
	Errs  *Errors
	Table string
	Row   int
}

// Fail reports one cell.
func (c *Check) Fail(column string, value any, expected string) {
	text, ok := value.(string)
	if !ok {
		text = fmt.Sprint(value)
	}
	c.Errs.Add(&RowError{Table: c.Table, Row: c.Row, Column: column, Value: text, Expected: expected})
}

// ID demands an id without blanks at its ends.
func (c *Check) ID(column, id string) {
	if id == "" {
		c.Fail(column, id, "an id is required here")
		return
	}
	c.OptionalID(column, id)
}

// OptionalID is ID for a cell that may be empty.
func (c *Check) OptionalID(column, id string) {
	if strings.ContainsFunc(id, unicode.IsControl) {
		c.Fail(column, id, "an id without control characters: retype it")
		return
	}
	if id != "" && (id[0] <= ' ' || id[len(id)-1] <= ' ' || id != strings.TrimSpace(id)) {
		c.Fail(column, id, "an id without leading or trailing blanks: remove them")
	}
}

// NotNegative demands v ≥ 0 of any integer-based type.
func NotNegative[T ~int | ~int32 | ~int64](c *Check, column string, v T) {
	if v < 0 {
		c.Fail(column, v, "zero or more: negative is not allowed here")
	}
}

// Days demands a day count from 0 to 10000.
func (c *Check) Days(column string, v int) {
	const most = 10_000
	if v < 0 || v > most {
		c.Fail(column, v, fmt.Sprintf("a number of days from 0 to %d", most))
	}
}

// Fraction demands 0 ≤ v ≤ 1; with open, 1 is excluded.
func (c *Check) Fraction(column string, v Number, open bool) {
	if v < 0 || v > One || open && v == One {
		want := "a fraction from 0 to 1 (5 % is 0.05)"
		if open {
			want = "a fraction from 0 up to but not including 1 (5 % is 0.05)"
		}
		c.Fail(column, v, want)
	}
}

// Yield demands 0 < y ≤ 1, taking 0 as not given.
func (c *Check) Yield(v Number) {
	if v < 0 || v > One {
		c.Fail("yield", v, "a fraction above 0 and at most 1 (97 % is 0.97)")
	}
}

// Period demands that a date range does not end before it begins.
func (c *Check) Period(from, to Day) {
	if from != NoDay && to != NoDay && to < from {
		c.Fail("to_date", to, fmt.Sprintf("a date on or after from_date %v", from))
	}
}

// AddItem adds a row of items.csv.
func (b *Builder) AddItem(it Item) {
	row := rowNumber(it.Row, len(b.parts))
	b.checkItem(&it, &Check{b.errs, "items", row})
	if d := it.Decimals.Or(quantityPlaces); d < 0 || d > quantityPlaces {
		it.Decimals = Some(quantityPlaces) // reported; later checks need some value
	}
	b.parts = append(b.parts, Part{
		Item: b.names.Intern(it.ID), Site: b.site(it.Site), Description: b.names.Intern(it.Description),
		UOM: b.names.Intern(it.UOM), Family: b.names.Intern(it.Family), Calendar: b.names.Intern(it.Calendar),
		Row: int32(row), LeadDays: int32(it.LeadDays.Or(-1)),
		InspectionDays: int32(it.InspectionDays), DesignDays: int32(it.DesignDays),
		LotDays: int32(it.LotDays), SafetyDays: int32(it.SafetyDays), CoverDays: int32(it.CoverDays),
		PlanningFenceDays: int32(it.PlanningFenceDays), DemandFenceDays: int32(it.DemandFenceDays),
		ShelfLifeDays: int32(it.ShelfLifeDays),
		Decimals:      int8(it.Decimals.Or(quantityPlaces)), LotRule: it.LotRule, Phantom: it.Phantom,
		SafetyStockGiven: it.SafetyStock.Set, SafetyStock: it.SafetyStock.Value,
		LotQuantity: it.LotQuantity, LotMin: it.LotMin, LotMax: it.LotMax, LotMultiple: it.LotMultiple,
		ReorderPoint: it.ReorderPoint, OrderUpTo: it.OrderUpTo, DemandDeviation: it.DemandDeviation,
		ServiceLevel: it.ServiceLevel, Yield: orOne(it.Yield),
		OrderCost: it.OrderCost, HoldingCost: it.HoldingCost, Cost: it.Cost, Price: it.Price,
	})
}

func orOne(n Number) Number {
	if n == 0 {
		return One
	}
	return n
}

func rowNumber(given, position int) int {
	if given > 0 {
		return given
	}
	return position + 1
}

func (b *Builder) checkItem(it *Item, c *Check) {
	c.ID("item", it.ID)
	c.OptionalID("site", it.Site)
	if d := it.Decimals.Or(quantityPlaces); d < 0 || d > quantityPlaces {
		c.Fail("decimals", d, "a whole number from 0 to 6")
		return
	}
	for _, d := range [...]struct {
		column string
		days   int
	}{{"lead_days", it.LeadDays.Or(0)}, {"inspection_days", it.InspectionDays}, {"design_days", it.DesignDays},
		{"lot_days", it.LotDays}, {"safety_days", it.SafetyDays}, {"cover_days", it.CoverDays},
		{"planning_fence_days", it.PlanningFenceDays}, {"demand_fence_days", it.DemandFenceDays}, {"shelf_life_days", it.ShelfLifeDays}} {
		c.Days(d.column, d.days)
	}
	decimals := it.Decimals.Or(quantityPlaces)
	for _, q := range [...]struct {
		column string
		value  Quantity
	}{{"lot_qty", it.LotQuantity}, {"lot_min", it.LotMin}, {"lot_max", it.LotMax}, {"lot_multiple", it.LotMultiple},
		{"reorder_point", it.ReorderPoint}, {"order_up_to", it.OrderUpTo}, {"safety_stock", it.SafetyStock.Value}} {
		c.Quantity(q.column, q.value, decimals)
	}
	NotNegative(c, "demand_sd_per_day", it.DemandDeviation)
	for _, n := range [...]struct {
		column string
		value  Number
	}{{"cost", it.Cost}, {"price", it.Price}, {"order_cost", it.OrderCost}, {"holding_cost", it.HoldingCost}} {
		NotNegative(c, n.column, n.value)
	}
	c.Fraction("service_level", it.ServiceLevel, true)
	c.Yield(it.Yield)
	checkLotRule(it, c)
}

// Quantity demands 0 ≤ q, no finer than the item's decimals.
func (c *Check) Quantity(column string, q Quantity, decimals int) {
	switch {
	case q < 0:
		c.Fail(column, q, "zero or more: negative is not allowed here")
	case q != 0 && q%step(decimals) != 0:
		c.Fail(column, q, fmt.Sprintf("at most %d decimal places, as the item's decimals say", decimals))
	}
}

func checkLotRule(it *Item, c *Check) {
	switch it.LotRule {
	case FixedLot:
		if it.LotQuantity <= 0 {
			c.Fail("lot_qty", it.LotQuantity, "a positive lot size: lot_rule fixed orders whole multiples of it")
		}
	case PeriodLot:
		if it.LotDays <= 0 {
			c.Fail("lot_days", it.LotDays, "at least 1 day: lot_rule period gathers that many days into a lot")
		}
	case MinMax:
		if trigger := max(it.ReorderPoint, it.SafetyStock.Value); it.OrderUpTo < trigger {
			c.Fail("order_up_to", it.OrderUpTo, fmt.Sprintf("at least the trigger %v (the larger of reorder_point and safety_stock)", trigger))
		}
	case EOQ, PartPeriod, Groff, SilverMeal, LeastUnitCost, WagnerWhitin:
		if it.HoldingCost <= 0 {
			c.Fail("holding_cost", it.HoldingCost, fmt.Sprintf("a positive cost per unit and day: lot_rule %v weighs it against order_cost", it.LotRule))
		}
	case LotForLot:
	default:
		c.Fail("lot_rule", it.LotRule, "one of "+strings.Join(LotRules[:], ", "))
	}
}

// AddUOM adds a row of uoms.csv.
func (b *Builder) AddUOM(u UOM) {
	u.Row = rowNumber(u.Row, len(b.uoms))
	c := &Check{b.errs, "uoms", u.Row}
	c.OptionalID("item", u.Item)
	c.ID("uom", u.ID)
	if u.Factor <= 0 {
		c.Fail("factor", u.Factor, "a positive number of base units in one")
	}
	b.uoms = append(b.uoms, u)
}

// AddSource adds a row of sources.csv.
func (b *Builder) AddSource(s Source) {
	row := rowNumber(s.Row, len(b.supplies))
	c := &Check{b.errs, "sources", row}
	c.ID("item", s.Item)
	c.OptionalID("site", s.Site)
	c.ID("source", s.ID)
	c.OptionalID("from", s.From)
	if s.Kind > Subcontract {
		c.Fail("kind", s.Kind, "one of "+strings.Join(Kinds[:], ", "))
	}
	if s.Kind == Transfer && s.From == "" {
		c.Fail("from", "", "the sending site of the transfer")
	}
	if s.SpareOnly && s.Kind != Transfer {
		c.Fail("spare_only", "true", "spare_only is for transfers: leave it empty here")
	}
	NotNegative(c, "priority", s.Priority)
	c.Days("lead_days", s.LeadDays.Or(0))
	c.Days("expedite_days", s.ExpediteDays.Or(0))
	for _, n := range [...]struct {
		column string
		value  Number
	}{{"share", s.Share}, {"lead_days_per_unit", s.LeadDaysPerUnit}, {"expedite_cost", s.ExpediteCost}, {"unit_cost", s.UnitCost}} {
		NotNegative(c, n.column, n.value)
	}
	for _, q := range [...]struct {
		column string
		value  Quantity
	}{{"min", s.Min}, {"max", s.Max}, {"multiple", s.Multiple}, {"capacity_per_day", s.CapacityPerDay}} {
		NotNegative(c, q.column, q.value)
	}
	c.Period(s.FromDate, s.ToDate)
	b.items = append(b.items, b.names.Intern(s.Item))
	b.sites = append(b.sites, b.site(s.Site))
	b.supplies = append(b.supplies, Supply{
		Part: NoPart, Sender: NoPart, ID: b.names.Intern(s.ID), From: b.names.Intern(s.From),
		Version: b.names.Intern(s.BOM), Routing: b.names.Intern(s.Routing), Calendar: b.names.Intern(s.Calendar), UOM: b.names.Intern(s.UOM),
		Row: int32(row), Priority: int32(max(s.Priority, 1)), LeadDays: int32(s.LeadDays.Or(-1)), ExpediteDays: int32(s.ExpediteDays.Or(-1)),
		FromDate: s.FromDate, ToDate: s.ToDate, Kind: s.Kind, SpareOnly: s.SpareOnly,
		Share: s.Share, LeadDaysPerUnit: s.LeadDaysPerUnit, ExpediteCost: s.ExpediteCost, UnitCost: s.UnitCost,
		Min: s.Min, Max: s.Max, Multiple: s.Multiple, CapacityPerDay: s.CapacityPerDay,
	})
}

// AddLine adds a row of bom.csv.
func (b *Builder) AddLine(l Line) {
	row := rowNumber(l.Row, len(b.lines))
	c := &Check{b.errs, "bom", row}
	c.ID("parent", l.Parent)
	c.ID("component", l.Component)
	c.OptionalID("site", l.Site)
	c.OptionalID("line", l.ID)
	c.Fraction("scrap", l.Scrap, true)
	if l.Quantity < 0 && l.Scrap != 0 {
		c.Fail("scrap", l.Scrap, "no scrap on a by-product (negative qty): state the quantity that is really received")
	}
	if l.Quantity < 0 && l.SubstituteGroup != "" {
		c.Fail("substitute_group", l.SubstituteGroup, "no substitutes for a by-product (negative qty)")
	}
	if l.Quantity == 0 && l.SubstituteGroup != "" {
		c.Fail("qty", l.Quantity, "a positive quantity: a line of a substitute group sets the ratio")
	}
	if l.Quantity == math.MinInt64 {
		c.Fail("qty", l.Quantity, "a smaller quantity")
	}
	NotNegative(c, "op", l.Op)
	NotNegative(c, "substitute_priority", l.SubstitutePriority)
	if l.OffsetDays < -10_000 || l.OffsetDays > 10_000 {
		c.Fail("offset_days", l.OffsetDays, "a number of days from -10000 to 10000")
	}
	c.Period(l.FromDate, l.ToDate)
	id := l.ID
	if id == "" {
		id = "1"
	}
	b.at = append(b.at, b.site(l.Site))
	b.lines = append(b.lines, Component{
		Parent: PartID(b.names.Intern(l.Parent)), Part: PartID(b.names.Intern(l.Component)), Quantity: l.Quantity, Scrap: l.Scrap,
		Version: b.names.Intern(l.BOM), ID: b.names.Intern(id), Group: b.names.Intern(l.SubstituteGroup),
		GroupPriority: int32(max(l.SubstitutePriority, 1)), Op: int32(l.Op), OffsetDays: int32(l.OffsetDays),
		FromDate: l.FromDate, ToDate: l.ToDate, Row: int32(row), Per: l.Per,
	})
}

// Catalog sorts and resolves what was added. Errors go to the collector; the
// catalog leaves out what they concern. The builder must not be used again.
func (b *Builder) Catalog() *Catalog {
	c := &Catalog{Names: b.names}
	c.rank = b.names.ranks()
	b.buildParts(c)
	b.buildUOMs(c)
	b.buildLines(c)
	b.buildSupplies(c)
	return c
}

func (b *Builder) buildParts(c *Catalog) {
	parts := b.parts
	sortedBy(parts, func(x, y *Part) int {
		return cmp.Or(cmp.Compare(c.rank[x.Item], c.rank[y.Item]), cmp.Compare(c.rank[x.Site], c.rank[y.Site]), cmp.Compare(x.Row, y.Row))
	})
	kept := parts[:0]
	for i := range parts {
		if n := len(kept); n > 0 && kept[n-1].Item == parts[i].Item && kept[n-1].Site == parts[i].Site {
			check := &Check{b.errs, "items", int(parts[i].Row)}
			check.Fail("item", b.names.String(parts[i].Item), fmt.Sprintf("one row an item and site: row %d has the same key", kept[n-1].Row))
			continue
		}
		kept = append(kept, parts[i])
	}
	c.Parts = kept
	c.firstPart = make([]int32, len(b.names.text))
	for i := range c.firstPart {
		c.firstPart[i] = -1
	}
	for i := len(kept) - 1; i >= 0; i-- {
		c.firstPart[kept[i].Item] = int32(i)
	}
	c.decimals, c.phantoms = make([]int8, len(kept)), make([]bool, len(kept))
	for i := range kept {
		c.decimals[i], c.phantoms[i] = kept[i].Decimals, kept[i].Phantom
	}
	b.parts = nil
}

func (b *Builder) buildUOMs(c *Catalog) {
	c.factor = make(map[[2]Sym]Number, len(b.uoms))
	rows := make(map[[2]Sym]int, len(b.uoms))
	sortedBy(b.uoms, func(x, y *UOM) int { return cmp.Or(strings.Compare(x.Item, y.Item), strings.Compare(x.ID, y.ID)) })
	for _, u := range b.uoms {
		check := &Check{b.errs, "uoms", u.Row}
		key := [2]Sym{b.names.Intern(u.Item), b.names.Intern(u.ID)}
		if u.Item != "" && (int(key[0]) >= len(c.firstPart) || c.firstPart[key[0]] < 0) {
			check.Fail("item", u.Item, "an item of the items table")
		}
		if other, ok := rows[key]; ok {
			check.Fail("uom", u.ID, fmt.Sprintf("one row an item and uom: row %d has the same key", other))
			continue
		}
		rows[key] = u.Row
		c.factor[key] = u.Factor
	}
	c.UOMs = b.uoms
}

// Unknown is the advice for a part that items.csv does not have.
func (c *Catalog) Unknown(item, site Sym) string {
	return c.unknown(c.Names.String(item), c.Names.String(site))
}

func (c *Catalog) unknown(id, site string) string {
	if item, ok := c.Names.Lookup(id); ok && int(item) < len(c.firstPart) && c.firstPart[item] >= 0 {
		p := c.Parts[c.firstPart[item]]
		return fmt.Sprintf("an item of the items table at site %s (it is there for site %s): add a row for this site", site, c.Names.String(p.Site))
	}
	if near := c.closestItem(id); near != "" {
		return fmt.Sprintf("an item of the items table; did you mean %s?", near)
	}
	return "an item of the items table: add it there"
}

// closestItem looks for a near id, in small catalogs only: it reads every part.
func (c *Catalog) closestItem(id string) string {
	if len(c.Parts) > 20_000 {
		return ""
	}
	ids := make([]string, 0, len(c.Parts))
	for p := range c.Parts {
		ids = append(ids, c.ItemID(PartID(p)))
	}
	return Closest(id, ids)
}

// Resolve finds the part of a row, or reports the row.
func (c *Catalog) Resolve(item, site Sym, column string, check *Check) PartID {
	p := c.part(item, site)
	if p == NoPart && item != 0 {
		check.Fail(column, c.Names.String(item), c.Unknown(item, site))
	}
	return p
}

// ResolveID is Resolve with ids that may be new.
func (c *Catalog) ResolveID(item, site, column string, check *Check) PartID {
	p, ok := c.Part(item, site)
	if !ok && item != "" {
		check.Fail(column, item, c.unknown(item, site))
	}
	return p
}

func (b *Builder) buildLines(c *Catalog) {
	rows := b.lines[:0]
	for i := range b.lines {
		l := &b.lines[i]
		check := Check{b.errs, "bom", int(l.Row)}
		l.Parent = c.Resolve(Sym(l.Parent), b.at[i], "parent", &check)
		l.Part = c.Resolve(Sym(l.Part), b.at[i], "component", &check)
		if l.Parent == NoPart || l.Part == NoPart {
			continue
		}
		if l.Per == PerOrder && c.Parts[l.Parent].Phantom {
			check.Fail("per", l.Per, "unit: a phantom has no order that a per-order quantity could belong to")
		}
		rows = append(rows, *l)
	}
	b.lines, b.at = nil, nil
	rows, c.lineStart = groupBy(rows, len(c.Parts), func(l *Component) PartID { return l.Parent }, func(x, y *Component) int {
		return cmp.Or(cmp.Compare(c.rank[x.Version], c.rank[y.Version]), cmp.Compare(x.Part, y.Part),
			cmp.Compare(c.rank[x.ID], c.rank[y.ID]), cmp.Compare(x.Row, y.Row))
	})
	for i := 1; i < len(rows); i++ {
		x, y := &rows[i-1], &rows[i]
		if x.Parent == y.Parent && x.Version == y.Version && x.Part == y.Part && x.ID == y.ID {
			check := &Check{b.errs, "bom", int(y.Row)}
			check.Fail("line", b.names.String(y.ID), fmt.Sprintf("one row a parent, component, site, bom and line: row %d has the same key; give this one another line", x.Row))
		}
	}
	c.Components = rows
}

func (b *Builder) buildSupplies(c *Catalog) {
	kept := b.supplies[:0]
	for i := range b.supplies {
		s := b.supplies[i]
		check := Check{b.errs, "sources", int(s.Row)}
		if s.Part = c.Resolve(b.items[i], b.sites[i], "item", &check); s.Part == NoPart {
			continue
		}
		b.finishSupply(c, &s, b.items[i], &check)
		kept = append(kept, s)
	}
	b.supplies, b.items, b.sites = nil, nil, nil
	kept, c.supplyStart = groupBy(kept, len(c.Parts), func(s *Supply) PartID { return s.Part }, func(x, y *Supply) int {
		return cmp.Or(cmp.Compare(c.rank[x.ID], c.rank[y.ID]), cmp.Compare(x.Row, y.Row))
	})
	for i := 1; i < len(kept); i++ {
		if kept[i-1].Part == kept[i].Part && kept[i-1].ID == kept[i].ID {
			check := &Check{b.errs, "sources", int(kept[i].Row)}
			check.Fail("source", b.names.String(kept[i].ID), fmt.Sprintf("one row an item, site and source: row %d has the same key", kept[i-1].Row))
		}
	}
	c.Supplies = kept
	b.checkItemLots(c)
}

func (b *Builder) finishSupply(c *Catalog, s *Supply, item Sym, check *Check) {
	if s.Kind == Transfer && s.From != 0 {
		s.Sender = c.Resolve(item, s.From, "from", check)
		if s.Sender == s.Part {
			check.Fail("from", b.names.String(s.From), "another site than the receiving one")
		}
	}
	uom := b.names.String(s.UOM)
	for _, q := range [...]struct {
		column string
		value  *Quantity
	}{{"min", &s.Min}, {"max", &s.Max}, {"multiple", &s.Multiple}, {"capacity_per_day", &s.CapacityPerDay}} {
		*q.value = c.Exact(s.Part, *q.value, uom, q.column, check)
	}
	s.UOM = 0 // quantities are in base units from here on
	p := &c.Parts[s.Part]
	checkLots(check, "max", max(p.LotMin, s.Min), orElse(s.Max, p.LotMax), orElse(s.Multiple, p.LotMultiple))
}

// checkItemLots judges the item's own lot bounds where no source row has done so with them.
func (b *Builder) checkItemLots(c *Catalog) {
	for i := range c.Parts {
		p := &c.Parts[i]
		if p.LotMax == 0 || c.supplyStart[i] != c.supplyStart[i+1] {
			continue
		}
		checkLots(&Check{b.errs, "items", int(p.Row)}, "lot_max", p.LotMin, p.LotMax, p.LotMultiple)
	}
}

func orElse(q, otherwise Quantity) Quantity {
	if q != 0 {
		return q
	}
	return otherwise
}

func checkLots(check *Check, column string, least, most, multiple Quantity) {
	switch {
	case most == 0:
	case least > most:
		check.Fail(column, most, fmt.Sprintf("at least the minimum lot %v", least))
	case multiple != 0 && most%multiple != 0:
		check.Fail(column, most, fmt.Sprintf("a multiple of the lot multiple %v", multiple))
	}
}

// Exact converts a cell's quantity to base units and demands that it is no
// finer than the item's decimals; what is wrong goes to check.
func (c *Catalog) Exact(p PartID, q Quantity, uom, column string, check *Check) Quantity {
	if q == 0 {
		if uom != "" {
			if _, err := c.Convert(p, q, uom); err != nil {
				check.Fail("uom", uom, err.Error())
			}
		}
		return q
	}
	base, err := c.Convert(p, q, uom)
	if err != nil {
		check.Fail(column, fmt.Sprintf("%v %s", q, uom), err.Error())
		return q
	}
	if d := int(c.Parts[p].Decimals); base%step(d) != 0 {
		check.Fail(column, q, fmt.Sprintf("at most %d decimal places in base units, as the item's decimals say", d))
	}
	return base
}
