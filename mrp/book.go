package mrp

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// Lot is a row of stock.csv, compiled. Quantity is in base units.
type Lot struct {
	Part            bom.PartID
	Quantity        bom.Quantity
	ID              bom.Sym
	Reserved        int32 // in Book.Demands; -1: for everyone
	Expires         bom.Day
	QuarantineUntil bom.Day
	Row             int32
	reservedFor     bom.Sym
}

// Book holds demands, stock, receipts and allocations in canonical order, with
// quantities in base units. It is immutable.
type Book struct {
	Settings    Settings
	Zone        *time.Location
	Start       bom.Day
	Demands     []Demand // by id
	Lots        []Lot    // by part, lot, reservation
	Receipts    []Receipt
	Allocations []Allocation // by receipt, component, site

	demandPart     []bom.PartID
	receiptPart    []bom.PartID
	allocationPart []bom.PartID
	receiptDemand  []int32 // hard peg, in Demands; -1: none
	receiptSupply  []int32 // the source named, in Catalog.Supplies; -1: none
	allocReceipt   []int32 // in Receipts
}

// Builder collects the rows of demands, stock, receipts and allocations in any
// order. It is for one goroutine.
type Builder struct {
	names *bom.Names
	errs  *bom.Errors
	book  Book
	stock []stockRow
}

type stockRow struct {
	item, site, uom bom.Sym
	Lot
}

// NewBuilder returns a builder that interns ids in names and reports to errs.
func NewBuilder(names *bom.Names, errs *bom.Errors) *Builder {
	return &Builder{names: names, errs: errs}
}

// Expect takes memory for the rows of stock that are about to come.
func (b *Builder) Expect(rows int) { b.stock = slices.Grow(b.stock, rows) }

func (b *Builder) check(table string, row int) *bom.Check {
	return &bom.Check{Errs: b.errs, Table: table, Row: row}
}

func setRow(row *int, position int) {
	if *row == 0 {
		*row = position + 1
	}
}

func setSite(site *string) {
	if *site == "" {
		*site = bom.DefaultSite
	}
}

// SetSettings checks and keeps the settings. The zone must be known before dates are read.
func (b *Builder) SetSettings(s Settings) {
	c := b.check("settings", max(s.Row, 1))
	if s.Start.IsZero() {
		c.Fail("start", "", "the planning start, a date such as 2026-11-21")
	} else if y := s.Start.Day.Time().Year(); y < 1900 || y > 2200 {
		c.Fail("start", s.Start.Day, "a date from 1900 to 2200")
	}
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil || s.TimeZone == "Local" {
		c.Fail("time_zone", s.TimeZone, "an IANA time zone such as Europe/Berlin")
		zone = time.UTC
	}
	for _, d := range [...]struct {
		column string
		days   int
	}{{"horizon_days", s.HorizonDays}, {"consume_back_days", s.ConsumeBackDays}, {"consume_ahead_days", s.ConsumeAheadDays},
		{"damper_days", s.DamperDays}, {"reschedule_days", s.RescheduleDays}, {"follow_up_days", s.FollowUpDays.Or(0)}} {
		c.Days(d.column, d.days)
	}
	bom.NotNegative(c, "damper_share", s.DamperShare)
	bom.NotNegative(c, "freeze_hours", s.FreezeHours)
	b.book.Settings, b.book.Zone, b.book.Start = s, zone, s.Start.Day
}

// AddDemand adds a row of demands.csv.
func (b *Builder) AddDemand(d Demand) {
	setRow(&d.Row, len(b.book.Demands))
	setSite(&d.Site)
	c := b.check("demands", d.Row)
	c.ID("demand", d.ID)
	c.ID("item", d.Item)
	c.OptionalID("site", d.Site)
	if d.Due.IsZero() {
		c.Fail("due", "", "a date or time")
	}
	if d.Priority < 0 {
		c.Fail("priority", d.Priority, "1 (most urgent) or more; empty is 10")
	}
	bom.NotNegative(c, "weight", d.Weight.Value)
	bom.NotNegative(c, "penalty_per_day", d.PenaltyPerDay)
	if !slices.Contains([]string{"", "A", "B", "C"}, d.Class) {
		c.Fail("class", d.Class, "A, B or C")
	}
	bom.NotNegative(c, "over_tolerance", d.OverTolerance)
	c.Fraction("under_tolerance", d.UnderTolerance, false)
	c.Days("pack_days", d.PackDays)
	c.Days("ship_days", d.ShipDays)
	c.Days("period_days", d.PeriodDays)
	if d.PeriodDays > 0 && d.Kind != Forecast {
		c.Fail("period_days", d.PeriodDays, "period_days on forecasts only")
	}
	if d.Peg == Dedicated && d.Kind == Forecast {
		c.Fail("peg", Pegs[d.Peg], "dynamic: a forecast cannot be made to order")
	}
	b.names.Intern(d.ID)
	b.names.Intern(d.Item)
	b.names.Intern(d.Site)
	b.book.Demands = append(b.book.Demands, d)
}

// AddStock adds a row of stock.csv.
func (b *Builder) AddStock(s Stock) {
	row := s.Row
	setRow(&row, len(b.stock))
	setSite(&s.Site)
	c := b.check("stock", row)
	c.ID("item", s.Item)
	c.OptionalID("site", s.Site)
	c.OptionalID("lot", s.Lot)
	c.OptionalID("reserved_for", s.ReservedFor)
	b.stock = append(b.stock, stockRow{item: b.names.Intern(s.Item), site: b.names.Intern(s.Site), uom: b.names.Intern(s.UOM), Lot: Lot{
		Quantity: s.Quantity, ID: b.names.Intern(s.Lot), Reserved: -1,
		Expires: s.Expires, QuarantineUntil: s.QuarantineUntil, Row: int32(row), reservedFor: b.names.Intern(s.ReservedFor)}})
}

// AddReceipt adds a row of receipts.csv.
func (b *Builder) AddReceipt(r Receipt) {
	setRow(&r.Row, len(b.book.Receipts))
	setSite(&r.Site)
	c := b.check("receipts", r.Row)
	c.ID("receipt", r.ID)
	c.ID("item", r.Item)
	c.OptionalID("site", r.Site)
	if r.Due.IsZero() {
		c.Fail("due", "", "a date or time")
	}
	if r.OpDone.Set {
		bom.NotNegative(c, "op_done", r.OpDone.Value)
		if r.Status != InProgress {
			c.Fail("op_done", r.OpDone.Value, "op_done with status in_progress only")
		}
	}
	b.names.Intern(r.ID)
	b.names.Intern(r.Item)
	b.names.Intern(r.Site)
	b.book.Receipts = append(b.book.Receipts, r)
}

// AddAllocation adds a row of allocations.csv.
func (b *Builder) AddAllocation(a Allocation) {
	setRow(&a.Row, len(b.book.Allocations))
	setSite(&a.Site)
	c := b.check("allocations", a.Row)
	c.ID("receipt", a.Receipt)
	c.ID("component", a.Component)
	b.names.Intern(a.Component)
	b.names.Intern(a.Site)
	b.book.Allocations = append(b.book.Allocations, a)
}

// Book sorts and resolves what was added. Errors go to the collector. The
// builder must not be used again.
func (b *Builder) Book(c *bom.Catalog) *Book {
	b.buildDemands(c)
	b.buildLots(c)
	b.buildReceipts(c)
	b.buildAllocations(c)
	return &b.book
}

// yearsBack and yearsAhead bound the dates of a model around its start.
const (
	yearsBack  = 10
	yearsAhead = 30
)

// date demands a date near enough to the planning start.
func (b *Builder) date(check *bom.Check, column string, d bom.Day) {
	if d == bom.NoDay || b.book.Start == bom.NoDay {
		return
	}
	start := b.book.Start.Time()
	if t := d.Time(); t.Before(start.AddDate(-yearsBack, 0, 0)) || t.After(start.AddDate(yearsAhead, 0, 0)) {
		check.Fail(column, d.String(), fmt.Sprintf("a date from %d years before to %d years after the planning start %v", yearsBack, yearsAhead, b.book.Start))
	}
}

func (b *Builder) resolve(c *bom.Catalog, item, site, column string, check *bom.Check) bom.PartID {
	i, _ := c.Names.Lookup(item)
	s, _ := c.Names.Lookup(site)
	return c.Resolve(i, s, column, check)
}

func (b *Builder) buildDemands(c *bom.Catalog) {
	d := b.book.Demands
	byID := func(x, y Demand) int { return cmp.Or(strings.Compare(x.ID, y.ID), cmp.Compare(x.Row, y.Row)) }
	if !slices.IsSortedFunc(d, byID) {
		slices.SortFunc(d, byID)
	}
	b.book.demandPart = make([]bom.PartID, len(d))
	for i := range d {
		check := b.check("demands", d[i].Row)
		if i > 0 && d[i].ID == d[i-1].ID {
			check.Fail("demand", d[i].ID, fmt.Sprintf("one row a demand: row %d has the same key", d[i-1].Row))
		}
		b.date(check, "due", d[i].Due.Day)
		b.date(check, "latest", d[i].Latest.Day)
		b.date(check, "expires", d[i].Expires.Day)
		p := b.resolve(c, d[i].Item, d[i].Site, "item", check)
		b.book.demandPart[i] = p
		if p != bom.NoPart {
			bom.NotNegative(check, "qty", d[i].Quantity)
			bom.NotNegative(check, "min_delivery", d[i].MinDelivery)
			d[i].Quantity = c.Exact(p, d[i].Quantity, d[i].UOM, "qty", check)
			d[i].MinDelivery = c.Exact(p, d[i].MinDelivery, d[i].UOM, "min_delivery", check)
			d[i].UOM = ""
		}
	}
}

// Demand finds a demand by id.
func (b *Book) Demand(id string) (int32, bool) {
	i, ok := slices.BinarySearchFunc(b.Demands, id, func(d Demand, id string) int { return strings.Compare(d.ID, id) })
	return int32(i), ok
}

// Receipt finds a receipt by id.
func (b *Book) Receipt(id string) (int32, bool) {
	i, ok := slices.BinarySearchFunc(b.Receipts, id, func(r Receipt, id string) int { return strings.Compare(r.ID, id) })
	return int32(i), ok
}

func (b *Builder) resolveDemand(id, column string, check *bom.Check) int32 {
	i, ok := b.book.Demand(id)
	if !ok {
		check.Fail(column, id, "a demand of the demands table (a closed one may stay there as a row with status closed)")
		return -1
	}
	return i
}

func (b *Builder) buildLots(c *bom.Catalog) {
	lots := make([]Lot, 0, len(b.stock))
	for i := range b.stock {
		s := &b.stock[i]
		check := b.check("stock", int(s.Row))
		if s.Part = c.Resolve(s.item, s.site, "item", check); s.Part == bom.NoPart {
			continue
		}
		b.date(check, "expires", s.Expires)
		b.date(check, "quarantine_until", s.QuarantineUntil)
		bom.NotNegative(check, "qty", s.Quantity)
		s.Quantity = c.Exact(s.Part, s.Quantity, c.Names.String(s.uom), "qty", check)
		if s.reservedFor != 0 {
			s.Reserved = b.resolveDemand(c.Names.String(s.reservedFor), "reserved_for", check)
		}
		lots = append(lots, s.Lot)
	}
	b.stock = nil
	less := func(x, y Lot) int {
		return cmp.Or(cmp.Compare(x.Part, y.Part), cmp.Compare(c.Rank(x.ID), c.Rank(y.ID)), cmp.Compare(x.Reserved, y.Reserved), cmp.Compare(x.Row, y.Row))
	}
	if !slices.IsSortedFunc(lots, less) {
		slices.SortFunc(lots, less)
	}
	for i := 1; i < len(lots); i++ {
		if x, y := &lots[i-1], &lots[i]; x.Part == y.Part && x.ID == y.ID && x.Reserved == y.Reserved {
			b.check("stock", int(y.Row)).Fail("lot", c.Names.String(y.ID), fmt.Sprintf("one row an item, site, lot and reserved_for: row %d has the same key", x.Row))
		}
	}
	b.book.Lots = lots
}

func (b *Builder) buildReceipts(c *bom.Catalog) {
	r := b.book.Receipts
	slices.SortStableFunc(r, func(x, y Receipt) int { return cmp.Or(strings.Compare(x.ID, y.ID), cmp.Compare(x.Row, y.Row)) })
	b.book.receiptPart = make([]bom.PartID, len(r))
	b.book.receiptDemand = make([]int32, len(r))
	b.book.receiptSupply = make([]int32, len(r))
	for i := range r {
		check := b.check("receipts", r[i].Row)
		if i > 0 && r[i].ID == r[i-1].ID {
			check.Fail("receipt", r[i].ID, fmt.Sprintf("one row a receipt: row %d has the same key", r[i-1].Row))
		}
		for _, d := range [...]struct {
			column string
			when   bom.When
		}{{"due", r[i].Due}, {"need", r[i].Need}, {"confirmed", r[i].Confirmed}, {"start", r[i].Start}} {
			b.date(check, d.column, d.when.Day)
		}
		p := b.resolve(c, r[i].Item, r[i].Site, "item", check)
		b.book.receiptPart[i], b.book.receiptDemand[i], b.book.receiptSupply[i] = p, -1, -1
		if p == bom.NoPart {
			continue
		}
		bom.NotNegative(check, "qty", r[i].Quantity)
		r[i].Quantity = c.Exact(p, r[i].Quantity, r[i].UOM, "qty", check)
		r[i].UOM = ""
		if r[i].Demand != "" {
			b.book.receiptDemand[i] = b.resolveDemand(r[i].Demand, "demand", check)
		}
		if r[i].Source != "" {
			b.book.receiptSupply[i] = findSupply(c, p, r[i].Source)
		}
		if r[i].Kind == bom.Transfer && r[i].Status == Firm && senderOf(c, p, b.book.receiptSupply[i]) == bom.NoPart {
			check.Fail("source", r[i].Source, "a transfer source of this part: a firm transfer requires its quantity at the sending site")
		}
	}
}

// senderOf is the sending part of a named source, or of any transfer source when none is named.
func senderOf(c *bom.Catalog, p bom.PartID, named int32) bom.PartID {
	if named >= 0 {
		return c.Supplies[named].Sender
	}
	from, to := c.Sources(p)
	for s := from; s < to; s++ {
		if c.Supplies[s].Kind == bom.Transfer {
			return c.Supplies[s].Sender
		}
	}
	return bom.NoPart
}

// findSupply is the source of a part by id, -1 if there is none: an open order
// may come from a supplier that is no source any more.
func findSupply(c *bom.Catalog, p bom.PartID, id string) int32 {
	from, to := c.Sources(p)
	for s := from; s < to; s++ {
		if c.Names.String(c.Supplies[s].ID) == id {
			return s
		}
	}
	return -1
}

func (b *Builder) buildAllocations(c *bom.Catalog) {
	a := b.book.Allocations
	slices.SortStableFunc(a, func(x, y Allocation) int {
		return cmp.Or(strings.Compare(x.Receipt, y.Receipt), strings.Compare(x.Component, y.Component), strings.Compare(x.Site, y.Site), cmp.Compare(x.Row, y.Row))
	})
	b.book.allocationPart = make([]bom.PartID, len(a))
	b.book.allocReceipt = make([]int32, len(a))
	for i := range a {
		check := b.check("allocations", a[i].Row)
		if i > 0 && a[i].Receipt == a[i-1].Receipt && a[i].Component == a[i-1].Component && a[i].Site == a[i-1].Site {
			check.Fail("component", a[i].Component, fmt.Sprintf("one row a receipt, component and site: row %d has the same key", a[i-1].Row))
		}
		b.date(check, "needed", a[i].Needed.Day)
		p := b.resolve(c, a[i].Component, a[i].Site, "component", check)
		b.book.allocationPart[i] = p
		if p != bom.NoPart {
			bom.NotNegative(check, "qty", a[i].Quantity)
			a[i].Quantity = c.Exact(p, a[i].Quantity, "", "qty", check)
		}
		r, ok := b.book.Receipt(a[i].Receipt)
		if !ok {
			check.Fail("receipt", a[i].Receipt, "a receipt of the receipts table")
			r = -1
		}
		b.book.allocReceipt[i] = r
	}
}

// DemandPart is the part that Demands[i] asks for.
func (b *Book) DemandPart(i int32) bom.PartID { return b.demandPart[i] }

// ReceiptPart is the part that Receipts[i] supplies.
func (b *Book) ReceiptPart(i int32) bom.PartID { return b.receiptPart[i] }

// calendarOf gives the calendar of a source: its own, else the item's, else the settings'.
func calendarOf(c *bom.Catalog, shop *capacity.Shop, p bom.PartID, s *bom.Supply) *capacity.Calendar {
	if s != nil && s.Calendar != 0 {
		return shop.Calendar(c.Names.String(s.Calendar))
	}
	if id := c.Parts[p].Calendar; id != 0 {
		return shop.Calendar(c.Names.String(id))
	}
	return shop.Settings()
}

// StockRows yields the rows of stock.csv in canonical order, in base units.
func (b *Book) StockRows(c *bom.Catalog) iter.Seq[Stock] {
	return func(yield func(Stock) bool) {
		for i := range b.Lots {
			if !yield(b.stockRow(c, &b.Lots[i])) {
				return
			}
		}
	}
}

func (b *Book) stockRow(c *bom.Catalog, l *Lot) Stock {
	return Stock{
		Row: int(l.Row), Item: c.ItemID(l.Part), Site: c.SiteID(l.Part), Quantity: l.Quantity, Lot: c.Names.String(l.ID),
		Expires: l.Expires, ReservedFor: c.Names.String(l.reservedFor), QuarantineUntil: l.QuarantineUntil,
	}
}
