package plan

import (
	"fmt"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// What is checked of rows before they go into a draft.

// theDemand is a demand that must be there.
func (d *draft) theDemand(id string) (mrp.Demand, error) {
	row, ok := d.demand(id)
	if !ok {
		return row, &NotFoundError{Kind: demandKind, ID: id, Closest: closestID(id, column(d.base.Demands(), func(r *mrp.Demand) string { return r.ID }))}
	}
	return row, nil
}

// openDemand is a demand that must be there and not closed.
func (d *draft) openDemand(id string) (mrp.Demand, error) {
	row, err := d.theDemand(id)
	if err == nil && row.Status == mrp.ClosedDemand {
		err = &ClosedError{demandKind, id}
	}
	return row, err
}

// theReceipt is an open order that must be there.
func (d *draft) theReceipt(id string) (mrp.Receipt, error) {
	row, ok := d.receipt(id)
	if ok {
		return row, nil
	}
	if _, planned := d.plan.material.FindOrder(id); planned {
		return row, &NotFoundError{Kind: receiptKind, ID: id, Advice: "it is a planned order: firm or release it first"}
	}
	return row, &NotFoundError{Kind: receiptKind, ID: id, Closest: closestID(id, column(d.base.Receipts(), func(r *mrp.Receipt) string { return r.ID }))}
}

// addedRow is the number of rows that changes add: behind all that were read, so that no row's own columns (x_…) become theirs.
const addedRow = 1 << 30

// newDemand checks a row whose id must be free, and numbers it.
func (d *draft) newDemand(row *mrp.Demand) error {
	row.Row = addedRow
	if _, ok := d.demand(row.ID); ok {
		return &ExistsError{demandKind, row.ID}
	}
	return d.checkDemand(row)
}

// checkDemand checks a row as the table does.
func (d *draft) checkDemand(row *mrp.Demand) error {
	row.Site = siteOr(row.Site)
	if row.Item == "" {
		return &ValueError{"item", "", "name the item that is wanted"}
	}
	part, err := d.part(row.Item, row.Site)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		field string
		when  bom.When
	}{{"due", row.Due}, {"latest", row.Latest}, {"expires", row.Expires}} {
		if err := d.checkDate(x.field, x.when); err != nil {
			return err
		}
	}
	err = checked(func(errs *bom.Errors) {
		mrp.NewBuilder(bom.NewNames(), errs).AddDemand(*row)
		d.checkQuantity(part, row.Quantity, row.UOM, "qty", errs)
		d.checkQuantity(part, row.MinDelivery, row.UOM, "min_delivery", errs)
	})
	if err != nil || part == bom.NoPart || row.UOM == "" {
		return err
	}
	// In base units, as changes that follow count in them.
	var errs bom.Errors
	check := &bom.Check{Errs: &errs, Table: "changes"}
	row.Quantity = d.base.Catalog.Exact(part, row.Quantity, row.UOM, "qty", check)
	row.MinDelivery = d.base.Catalog.Exact(part, row.MinDelivery, row.UOM, "min_delivery", check)
	row.UOM = ""
	return nil
}

// checkReceipt checks a row as the table does.
func (d *draft) checkReceipt(row *mrp.Receipt) error {
	row.Site = siteOr(row.Site)
	if row.Item == "" {
		return &ValueError{"item", "", "name the item that comes"}
	}
	part, err := d.part(row.Item, row.Site)
	if err != nil {
		return err
	}
	if row.Demand != "" {
		if _, err := d.theDemand(row.Demand); err != nil {
			return err
		}
	}
	for _, x := range []struct {
		field string
		when  bom.When
	}{{"due", row.Due}, {"need", row.Need}, {"confirmed", row.Confirmed}, {"start", row.Start}} {
		if err := d.checkDate(x.field, x.when); err != nil {
			return err
		}
	}
	err = checked(func(errs *bom.Errors) {
		mrp.NewBuilder(bom.NewNames(), errs).AddReceipt(*row)
		d.checkQuantity(part, row.Quantity, row.UOM, "qty", errs)
	})
	if err != nil || part == bom.NoPart || row.UOM == "" {
		return err
	}
	var errs bom.Errors
	row.Quantity = d.base.Catalog.Exact(part, row.Quantity, row.UOM, "qty", &bom.Check{Errs: &errs, Table: "changes"})
	row.UOM = ""
	return nil
}

// part finds a part; NoPart without an error is one that the batch itself adds.
func (d *draft) part(item, site string) (bom.PartID, error) {
	site = siteOr(site)
	if p, ok := d.base.Catalog.Part(item, site); ok {
		return p, nil
	}
	if d.rows != nil {
		if itemTable.find(d, itemKey{item, site}) >= 0 {
			return bom.NoPart, nil
		}
	}
	c := d.base.Catalog
	if from, to := c.ItemParts(item); from < to {
		return bom.NoPart, &NotFoundError{Kind: "item", ID: item + " at site " + site, Advice: "it is at site " + c.SiteID(from)}
	}
	return bom.NoPart, &NotFoundError{Kind: "item", ID: item, Closest: closestID(item, column(d.base.Items(), func(r *bom.Item) string { return r.ID }))}
}

// checkQuantity checks that a quantity is not negative, and exact in the part's base unit.
func (d *draft) checkQuantity(part bom.PartID, q bom.Quantity, uom, field string, errs *bom.Errors) {
	check := &bom.Check{Errs: errs, Table: "changes"}
	bom.NotNegative(check, field, q)
	if part != bom.NoPart {
		d.base.Catalog.Exact(part, q, uom, field, check)
	}
}

// checkDate checks that a date is near enough to the plan.
func (d *draft) checkDate(field string, w bom.When) error {
	const back, ahead = 10, 30
	if w.IsZero() {
		return nil
	}
	y, m, day := d.base.Book.Start.Time().Date()
	if first, last := bom.On(y-back, m, day), bom.On(y+ahead, m, day); w.Day < first || w.Day > last {
		return &ValueError{field, w.Day.String(), fmt.Sprintf("a date from %v to %v is expected", first, last)}
	}
	return nil
}

// checkNotPast checks a date that is only now decided: it cannot be before today.
func (d *draft) checkNotPast(field string, w bom.When) error {
	if w.IsZero() {
		return &ValueError{field, "", "a date is expected"}
	}
	if start := d.base.Book.Start; w.Day < start {
		return &ValueError{field, w.Day.String(), fmt.Sprintf("it is past, today is %v: give that day or a later one", start)}
	}
	return d.checkDate(field, w)
}

// checkMoreThanZero checks the quantity of something that is to be there.
func checkMoreThanZero(field string, q bom.Quantity, advice string) error {
	switch {
	case q < 0:
		return &ValueError{field, q.String(), "a quantity above 0 is expected"}
	case q == 0:
		return &ValueError{field, q.String(), "a quantity above 0 is expected; " + advice}
	}
	return nil
}

// urgency is a demand's priority with its default.
func urgency(d *mrp.Demand) int {
	const byDefault = 10
	if d.Priority == 0 {
		return byDefault
	}
	return d.Priority
}

// earlier compares dates: a day counts until its end.
func earlier(a, b bom.When, zone *time.Location) bool {
	return dueInstant(a, zone) < dueInstant(b, zone)
}

func dueInstant(w bom.When, zone *time.Location) int64 {
	if w.Exact {
		return w.Unix
	}
	return (w.Day + 1).Begin(zone)
}
