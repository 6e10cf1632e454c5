package plan

import (
	"fmt"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// CountStock sets the quantity of a lot of stock; a lot that is not there yet comes new. None of what is
// reserved for a demand is no reservation any more.
type CountStock struct {
	Item, Site, Lot string
	Quantity        bom.Quantity
	ReservedFor     string // a demand
}

// AdjustStock adds a quantity to a lot of stock, or takes it away: never more than there is.
type AdjustStock struct {
	Item, Site, Lot string
	Quantity        bom.Quantity // below 0: taken away
	ReservedFor     string       // a demand
}

func (c CountStock) String() string { return fmt.Sprintf("count %v of %s", c.Quantity, c.Item) }
func (c AdjustStock) String() string {
	return fmt.Sprintf("adjust stock of %s by %v", c.Item, c.Quantity)
}

func (c CountStock) key() mrp.StockKey {
	return mrp.StockKey{Item: c.Item, Site: c.Site, Lot: c.Lot, ReservedFor: c.ReservedFor}.Canonical()
}

func (c AdjustStock) key() mrp.StockKey { return CountStock(c).key() }

const stockKind = "stock"

// stockClaim is a claim of a lot's quantity.
func stockClaim(k mrp.StockKey, with string) claim {
	return claim{stockKind, fmt.Sprintf("of %s@%s %s %s", k.Item, k.Site, k.Lot, k.ReservedFor), "qty", with}
}

func (c CountStock) claims() []claim  { return []claim{stockClaim(c.key(), "")} }
func (c AdjustStock) claims() []claim { return []claim{stockClaim(c.key(), "add")} }

func (c CountStock) edit(d *draft) (Change, error) {
	if c.Quantity < 0 {
		return nil, &ValueError{"qty", c.Quantity.String(), "a count is 0 or more"}
	}
	row, err := d.lot(c.key())
	if err != nil {
		return nil, err
	}
	row.Quantity = c.Quantity
	if err := d.checkStock(&row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.putStock(row) })
}

func (c AdjustStock) edit(d *draft) (Change, error) {
	row, err := d.lot(c.key())
	if err != nil {
		return nil, err
	}
	switch {
	case c.Quantity == 0:
		return nil, &ValueError{"qty", "0", "what is added, or below 0 what is taken away, is expected"}
	case c.Quantity < -row.Quantity:
		return nil, &ValueError{"qty", c.Quantity.String(), fmt.Sprintf("there are only %v: take away no more, or count the stock", row.Quantity)}
	case row.Quantity+c.Quantity < row.Quantity && c.Quantity > 0:
		return nil, &ValueError{"qty", c.Quantity.String(), "the sum is too large: check the quantity"}
	}
	row.Quantity += c.Quantity
	if err := d.checkStock(&row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.putStock(row) })
}

// putStock sets a row of stock. Nothing that is reserved for a demand is no row: the demand is free to go.
func (d *draft) putStock(row mrp.Stock) {
	if row.Quantity == 0 && row.ReservedFor != "" {
		d.removeStock(row.Key())
		return
	}
	d.setStock(row)
}

// lot is a lot of stock, a new one without quantity if it is not there.
func (d *draft) lot(key mrp.StockKey) (mrp.Stock, error) {
	if row, ok := d.stock(key); ok {
		return row, nil
	}
	if _, err := d.part(key.Item, key.Site); err != nil {
		return mrp.Stock{}, err
	}
	if key.ReservedFor != "" {
		if _, err := d.theDemand(key.ReservedFor); err != nil {
			return mrp.Stock{}, err
		}
	}
	return mrp.Stock{Row: addedRow, Item: key.Item, Site: key.Site, Lot: key.Lot, ReservedFor: key.ReservedFor}, nil
}

// checkStock checks a row as the table does.
func (d *draft) checkStock(row *mrp.Stock) error {
	part, err := d.part(row.Item, row.Site)
	if err != nil {
		return err
	}
	return checked(func(errs *bom.Errors) {
		mrp.NewBuilder(bom.NewNames(), errs).AddStock(*row)
		d.checkQuantity(part, row.Quantity, row.UOM, "qty", errs)
	})
}
