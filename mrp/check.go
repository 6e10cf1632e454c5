package mrp

import (
	"fmt"
	"slices"

	"github.com/taktplan/takt/bom"
)

// This file checks single rows of the book, whether they come from tables or from edits.

func checkDemand(c *bom.Check, d *Demand) {
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
}

func checkStock(c *bom.Check, s *Stock) {
	c.ID("item", s.Item)
	c.OptionalID("site", s.Site)
	c.OptionalID("lot", s.Lot)
	c.OptionalID("reserved_for", s.ReservedFor)
}

func checkReceipt(c *bom.Check, r *Receipt) {
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
}

func checkAllocation(c *bom.Check, a *Allocation) {
	c.ID("receipt", a.Receipt)
	c.ID("component", a.Component)
}

// yearsBack and yearsAhead bound the dates of a model around its start.
const (
	yearsBack  = 10
	yearsAhead = 30
)

// date demands a date near enough to the planning start.
func (b *Book) date(check *bom.Check, column string, d bom.Day) {
	if d == bom.NoDay || b.Start == bom.NoDay {
		return
	}
	start := b.Start.Time()
	if t := d.Time(); t.Before(start.AddDate(-yearsBack, 0, 0)) || t.After(start.AddDate(yearsAhead, 0, 0)) {
		check.Fail(column, d.String(), fmt.Sprintf("a date from %d years before to %d years after the planning start %v", yearsBack, yearsAhead, b.Start))
	}
}

// finishDemand finds the part of a demand, and brings its quantities to base units.
func (b *Book) finishDemand(c *bom.Catalog, check *bom.Check, d *demandRow) {
	b.date(check, "due", d.Due.Day)
	b.date(check, "latest", d.Latest.Day)
	b.date(check, "expires", d.Expires.Day)
	if d.part = c.ResolveID(d.Item, d.Site, "item", check); d.part == bom.NoPart {
		return
	}
	bom.NotNegative(check, "qty", d.Quantity)
	bom.NotNegative(check, "min_delivery", d.MinDelivery)
	d.Quantity = c.Exact(d.part, d.Quantity, d.UOM, "qty", check)
	d.MinDelivery = c.Exact(d.part, d.MinDelivery, d.UOM, "min_delivery", check)
	d.UOM = ""
}

// finishLot brings the quantity of a lot with a part to base units, and finds the demand it is reserved for.
func (b *Book) finishLot(c *bom.Catalog, check *bom.Check, l *Lot, uom string) {
	b.date(check, "expires", l.Expires)
	b.date(check, "quarantine_until", l.QuarantineUntil)
	bom.NotNegative(check, "qty", l.Quantity)
	l.Quantity = c.Exact(l.Part, l.Quantity, uom, "qty", check)
	if l.reservedFor != 0 {
		l.Reserved = b.resolveDemand(c.Names.String(l.reservedFor), "reserved_for", check)
	}
}

// finishReceipt finds what the ids of a receipt name, and brings its quantity to base units.
func (b *Book) finishReceipt(c *bom.Catalog, check *bom.Check, r *receiptRow) {
	for _, d := range [...]struct {
		column string
		when   bom.When
	}{{"due", r.Due}, {"need", r.Need}, {"confirmed", r.Confirmed}, {"start", r.Start}} {
		b.date(check, d.column, d.when.Day)
	}
	r.demand, r.supply = -1, -1
	if r.part = c.ResolveID(r.Item, r.Site, "item", check); r.part == bom.NoPart {
		return
	}
	bom.NotNegative(check, "qty", r.Quantity)
	r.Quantity = c.Exact(r.part, r.Quantity, r.UOM, "qty", check)
	r.UOM = ""
	if r.Receipt.Demand != "" {
		r.demand = b.resolveDemand(r.Receipt.Demand, "demand", check)
	}
	if r.Source != "" {
		r.supply = findSupply(c, r.part, r.Source)
	}
	if r.Kind == bom.Transfer && r.Status == Firm && senderOf(c, r.part, r.supply) == bom.NoPart {
		check.Fail("source", r.Source, "a transfer source of this part: a firm transfer requires its quantity at the sending site")
	}
}

// finishAllocation finds what the ids of an allocation name, and judges its quantity.
func (b *Book) finishAllocation(c *bom.Catalog, check *bom.Check, a *allocationRow) {
	b.date(check, "needed", a.Needed.Day)
	if a.part = c.ResolveID(a.Component, a.Site, "component", check); a.part != bom.NoPart {
		bom.NotNegative(check, "qty", a.Quantity)
		a.Quantity = c.Exact(a.part, a.Quantity, "", "qty", check)
	}
	var ok bool
	if a.receipt, ok = b.Receipt(a.Receipt); !ok {
		check.Fail("receipt", a.Receipt, "a receipt of the receipts table")
		a.receipt = -1
	}
}

func (b *Book) resolveDemand(id, column string, check *bom.Check) int32 {
	i, ok := b.Demand(id)
	if !ok {
		check.Fail(column, id, "a demand of the demands table (a closed one may stay there as a row with status closed)")
		return -1
	}
	return i
}
