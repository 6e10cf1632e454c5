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
	Reserved        int32 // number of a demand; -1: for everyone
	Expires         bom.Day
	QuarantineUntil bom.Day
	Row             int32
	reservedFor     bom.Sym
}

// Book holds demands, stock, receipts and allocations in canonical order, with
// quantities in base units. It is immutable.
type Book struct {
	Settings Settings
	Zone     *time.Location
	Start    bom.Day

	demands     table[demandRow]     // by id
	lots        table[Lot]           // by part, lot, reservation
	receipts    table[receiptRow]    // by id
	allocations table[allocationRow] // by receipt, component, site
	held        *heldDemands
}

// demandRow is a demand and the part it asks for.
type demandRow struct {
	Demand
	part bom.PartID
}

// receiptRow is a receipt and what its ids name.
type receiptRow struct {
	Receipt
	part   bom.PartID
	demand int32 // hard peg, a number of a demand; -1: none
	supply int32 // the source named, in Catalog.Supplies; -1: none
}

// allocationRow is an allocation and what its ids name.
type allocationRow struct {
	Allocation
	part    bom.PartID
	receipt int32 // number of the receipt
}

// Builder collects the rows of demands, stock, receipts and allocations in any
// order. It is for one goroutine.
type Builder struct {
	names *bom.Names
	errs  *bom.Errors
	book  Book

	stock       []stockRow
	demands     []demandRow
	receipts    []receiptRow
	allocations []allocationRow
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
	setRow(&d.Row, len(b.demands))
	setSite(&d.Site)
	checkDemand(b.check("demands", d.Row), &d)
	b.names.Intern(d.ID)
	b.names.Intern(d.Item)
	b.names.Intern(d.Site)
	b.demands = append(b.demands, demandRow{Demand: d, part: bom.NoPart})
}

// AddStock adds a row of stock.csv.
func (b *Builder) AddStock(s Stock) {
	row := s.Row
	setRow(&row, len(b.stock))
	setSite(&s.Site)
	checkStock(b.check("stock", row), &s)
	b.stock = append(b.stock, stockRow{item: b.names.Intern(s.Item), site: b.names.Intern(s.Site), uom: b.names.Intern(s.UOM), Lot: Lot{
		Quantity: s.Quantity, ID: b.names.Intern(s.Lot), Reserved: -1,
		Expires: s.Expires, QuarantineUntil: s.QuarantineUntil, Row: int32(row), reservedFor: b.names.Intern(s.ReservedFor)}})
}

// AddReceipt adds a row of receipts.csv.
func (b *Builder) AddReceipt(r Receipt) {
	setRow(&r.Row, len(b.receipts))
	setSite(&r.Site)
	checkReceipt(b.check("receipts", r.Row), &r)
	b.names.Intern(r.ID)
	b.names.Intern(r.Item)
	b.names.Intern(r.Site)
	b.receipts = append(b.receipts, receiptRow{Receipt: r, part: bom.NoPart, demand: -1, supply: -1})
}

// AddAllocation adds a row of allocations.csv.
func (b *Builder) AddAllocation(a Allocation) {
	setRow(&a.Row, len(b.allocations))
	setSite(&a.Site)
	checkAllocation(b.check("allocations", a.Row), &a)
	b.names.Intern(a.Component)
	b.names.Intern(a.Site)
	b.allocations = append(b.allocations, allocationRow{Allocation: a, part: bom.NoPart, receipt: -1})
}

// Book sorts and resolves what was added. Errors go to the collector. The
// builder must not be used again.
func (b *Builder) Book(c *bom.Catalog) *Book {
	b.book.held = &heldDemands{}
	b.buildDemands(c)
	b.buildLots(c)
	b.buildReceipts(c)
	b.buildAllocations(c)
	return &b.book
}

func (b *Builder) buildDemands(c *bom.Catalog) {
	d := b.demands
	byID := func(x, y demandRow) int { return cmp.Or(strings.Compare(x.ID, y.ID), cmp.Compare(x.Row, y.Row)) }
	if !slices.IsSortedFunc(d, byID) {
		slices.SortFunc(d, byID)
	}
	for i := range d {
		check := b.check("demands", d[i].Row)
		if i > 0 && d[i].ID == d[i-1].ID {
			check.Fail("demand", d[i].ID, fmt.Sprintf("one row a demand: row %d has the same key", d[i-1].Row))
		}
		b.book.finishDemand(c, check, &d[i])
	}
	b.book.demands = newTable(d, compareDemandRows, func(r *demandRow) bom.PartID { return r.part })
}

func (b *Builder) buildLots(c *bom.Catalog) {
	lots := make([]Lot, 0, len(b.stock))
	for i := range b.stock {
		s := &b.stock[i]
		check := b.check("stock", int(s.Row))
		if s.Part = c.Resolve(s.item, s.site, "item", check); s.Part != bom.NoPart {
			b.book.finishLot(c, check, &s.Lot, c.Names.String(s.uom))
			lots = append(lots, s.Lot)
		}
	}
	b.stock = nil
	order := lotOrder(c)
	less := func(x, y Lot) int { return cmp.Or(order(&x, &y), cmp.Compare(x.Row, y.Row)) }
	if !slices.IsSortedFunc(lots, less) {
		slices.SortFunc(lots, less)
	}
	for i := 1; i < len(lots); i++ {
		if x, y := &lots[i-1], &lots[i]; x.Part == y.Part && x.ID == y.ID && x.Reserved == y.Reserved {
			b.check("stock", int(y.Row)).Fail("lot", c.Names.String(y.ID), fmt.Sprintf("one row an item, site, lot and reserved_for: row %d has the same key", x.Row))
		}
	}
	b.book.lots = newTable(lots, lotOrder(c), func(l *Lot) bom.PartID { return l.Part })
}

func (b *Builder) buildReceipts(c *bom.Catalog) {
	r := b.receipts
	slices.SortStableFunc(r, func(x, y receiptRow) int { return cmp.Or(strings.Compare(x.ID, y.ID), cmp.Compare(x.Row, y.Row)) })
	for i := range r {
		check := b.check("receipts", r[i].Row)
		if i > 0 && r[i].ID == r[i-1].ID {
			check.Fail("receipt", r[i].ID, fmt.Sprintf("one row a receipt: row %d has the same key", r[i-1].Row))
		}
		b.book.finishReceipt(c, check, &r[i])
	}
	b.book.receipts = newTable(r, compareReceiptRows, func(r *receiptRow) bom.PartID { return r.part })
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
	a := b.allocations
	slices.SortStableFunc(a, func(x, y allocationRow) int { return cmp.Or(x.Compare(y.Allocation), cmp.Compare(x.Row, y.Row)) })
	for i := range a {
		check := b.check("allocations", a[i].Row)
		if i > 0 && a[i].Compare(a[i-1].Allocation) == 0 {
			check.Fail("component", a[i].Component, fmt.Sprintf("one row a receipt, component and site: row %d has the same key", a[i-1].Row))
		}
		b.book.finishAllocation(c, check, &a[i])
	}
	b.book.allocations = newTable(a, compareAllocationRows, func(r *allocationRow) bom.PartID { return r.part })
}

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
		for _, l := range b.lots.all() {
			if !yield(b.stockRow(c, l)) {
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
