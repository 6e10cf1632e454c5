package plan

import (
	"fmt"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// AddReceipt is a new open order.
type AddReceipt struct{ Receipt mrp.Receipt }

// ChangeReceipt puts an open order's row in the place of the one with its id. A quantity below what is made already is
// refused as CutReceipt does, unless the row takes the finished operation (OpDone) back too: that corrects a wrong report.
type ChangeReceipt struct{ Receipt mrp.Receipt }

// CancelReceipt takes an open order away, with its allocations. One of which operations are finished is made already: Scrap
// of all of it, or Receive, is what takes that away.
type CancelReceipt struct{ Receipt string }

// MoveReceipt gives an open order another due date, today or later. Its need and confirmed dates go, as they
// would hold it where it was; so does its start, unless it is in progress: rule 7 finds it from the due date.
type MoveReceipt struct {
	Receipt string
	Due     bom.When
}

// ConfirmReceipt is the supplier's word on an open order; it wins over the due date.
type ConfirmReceipt struct {
	Receipt   string
	Confirmed bom.When
}

// CutReceipt gives an open order a smaller quantity still to come. An order of which operations are finished is
// made already: its quantity falls by Scrap only.
type CutReceipt struct {
	Receipt  string
	Quantity bom.Quantity
}

// Receive puts a quantity of an open order into stock; the order shrinks, and disappears with its allocations when
// nothing is left to come. Stock that a demand has ordered for itself is reserved for it.
type Receive struct {
	Receipt  string
	Quantity bom.Quantity // 0: all of it
	Lot      string
}

const receiptKind = "receipt"

func (c AddReceipt) String() string    { return "add receipt " + c.Receipt.ID }
func (c ChangeReceipt) String() string { return "change receipt " + c.Receipt.ID }
func (c CancelReceipt) String() string { return "cancel receipt " + c.Receipt }
func (c MoveReceipt) String() string {
	return fmt.Sprintf("move receipt %s to %v", c.Receipt, c.Due.Day)
}
func (c ConfirmReceipt) String() string {
	return fmt.Sprintf("confirm receipt %s for %v", c.Receipt, c.Confirmed.Day)
}
func (c CutReceipt) String() string {
	return fmt.Sprintf("cut receipt %s to %v", c.Receipt, c.Quantity)
}
func (c Receive) String() string {
	if c.Quantity == 0 {
		return "receive " + c.Receipt
	}
	return fmt.Sprintf("receive %v of %s", c.Quantity, c.Receipt)
}

func (c AddReceipt) claims() []claim     { return whole(receiptKind, c.Receipt.ID) }
func (c ChangeReceipt) claims() []claim  { return whole(receiptKind, c.Receipt.ID) }
func (c CancelReceipt) claims() []claim  { return whole(receiptKind, c.Receipt) }
func (c MoveReceipt) claims() []claim    { return []claim{{receiptKind, c.Receipt, "due", ""}} }
func (c ConfirmReceipt) claims() []claim { return []claim{{receiptKind, c.Receipt, "due", ""}} }
func (c CutReceipt) claims() []claim     { return []claim{{receiptKind, c.Receipt, "qty", ""}} }
func (c Receive) claims() []claim        { return reportClaims(c.Receipt) }

// reportClaims are those of reports from the shop floor: they come in turn.
func reportClaims(receipt string) []claim { return []claim{{receiptKind, receipt, "qty", "report"}} }

func (c AddReceipt) edit(d *draft) (Change, error) {
	row := c.Receipt
	if err := d.newReceipt(&row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.setReceipt(row) })
}

// newReceipt checks a row whose id must be free, and numbers it.
func (d *draft) newReceipt(row *mrp.Receipt) error {
	row.Row = addedRow
	if _, ok := d.receipt(row.ID); ok {
		return &ExistsError{receiptKind, row.ID}
	}
	return d.checkReceipt(row)
}

func (c ChangeReceipt) edit(d *draft) (Change, error) {
	was, err := d.theReceipt(c.Receipt.ID)
	if err != nil {
		return nil, err
	}
	row := c.Receipt
	row.Row = was.Row
	if err := d.checkReceipt(&row); err != nil {
		return nil, err
	}
	if row.Quantity < was.Quantity && made(&row) {
		if err := checkNotMade("qty", row.Quantity.String(), &was); err != nil {
			return nil, err
		}
	}
	return d.undoable(c, func() { d.setReceipt(row) })
}

// made reports whether operations of an open order are finished, for all that is still to come of it.
func made(row *mrp.Receipt) bool { return row.Status == mrp.InProgress && row.OpDone.Or(0) > 0 }

// checkNotMade refuses to take away what is made already.
func checkNotMade(field, value string, was *mrp.Receipt) error {
	if !made(was) {
		return nil
	}
	return &ValueError{field, value, fmt.Sprintf("operation %d is finished for all %v: report scrap if some are lost, or receive them", was.OpDone.Value, was.Quantity)}
}

func (c CancelReceipt) edit(d *draft) (Change, error) {
	row, err := d.theReceipt(c.Receipt)
	if err == nil {
		err = checkNotMade("receipt", c.Receipt, &row)
	}
	if err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.removeReceipt(c.Receipt) })
}

// alterReceipt changes some columns of an open order.
func (d *draft) alterReceipt(c Change, id string, alter func(*mrp.Receipt) error) (Change, error) {
	row, err := d.theReceipt(id)
	if err != nil {
		return nil, err
	}
	if err := alter(&row); err != nil {
		return nil, err
	}
	if err := d.checkReceipt(&row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.setReceipt(row) })
}

func (c MoveReceipt) edit(d *draft) (Change, error) {
	return d.alterReceipt(c, c.Receipt, func(row *mrp.Receipt) error {
		row.Due, row.Need, row.Confirmed = c.Due, bom.When{}, bom.When{}
		if row.Status != mrp.InProgress {
			row.Start = bom.When{}
		}
		return d.checkNotPast("due", c.Due)
	})
}

func (c ConfirmReceipt) edit(d *draft) (Change, error) {
	return d.alterReceipt(c, c.Receipt, func(row *mrp.Receipt) error {
		row.Confirmed = c.Confirmed
		return d.checkNotPast("confirmed", c.Confirmed)
	})
}

func (c CutReceipt) edit(d *draft) (Change, error) {
	return d.alterReceipt(c, c.Receipt, func(row *mrp.Receipt) error {
		if err := checkMoreThanZero("qty", c.Quantity, "cancel the receipt instead"); err != nil {
			return err
		}
		if c.Quantity > row.Quantity {
			return &ValueError{"qty", c.Quantity.String(), fmt.Sprintf("a cut is to less than the %v still to come: change the receipt, or add another", row.Quantity)}
		}
		if err := checkNotMade("qty", c.Quantity.String(), row); err != nil {
			return err
		}
		row.Quantity = c.Quantity
		return nil
	})
}

func (c Receive) edit(d *draft) (Change, error) {
	row, err := d.theReceipt(c.Receipt)
	if err != nil {
		return nil, err
	}
	return d.receive(c, row, c.Quantity, c.Lot)
}

// receive puts a quantity of a receipt into stock; 0 is all of it.
func (d *draft) receive(c Change, row mrp.Receipt, q bom.Quantity, lot string) (Change, error) {
	if q == 0 {
		q = row.Quantity
	}
	if err := checkReported(q, &row); err != nil {
		return nil, err
	}
	stock, err := d.lot(mrp.StockKey{Item: row.Item, Site: row.Site, Lot: lot, ReservedFor: row.Demand}.Canonical())
	if err != nil {
		return nil, err
	}
	if part, err := d.part(row.Item, row.Site); err == nil && part != bom.NoPart && stock.Quantity == 0 {
		if days := d.base.Catalog.Parts[part].ShelfLifeDays; days > 0 {
			stock.Expires = d.base.Book.Start + bom.Day(days)
		}
	}
	stock.Quantity += q
	if err := d.checkStock(&stock); err != nil {
		return nil, err
	}
	return d.undoable(c, func() {
		d.setStock(stock)
		d.shrink(row, q)
	})
}

// shrink takes a quantity from what is still to come of a receipt; nothing left, it is gone.
func (d *draft) shrink(row mrp.Receipt, q bom.Quantity) {
	if row.Quantity -= q; row.Quantity > 0 {
		d.setReceipt(row)
		return
	}
	d.removeReceipt(row.ID)
}

// checkReported checks a quantity that came out of an open order.
func checkReported(q bom.Quantity, row *mrp.Receipt) error {
	if err := checkMoreThanZero("qty", q, "nothing is left to come"); err != nil {
		return err
	}
	if q > row.Quantity {
		return &ValueError{"qty", q.String(), fmt.Sprintf("only %v of %s are still to come: give at most that, or change the receipt first", row.Quantity, row.ID)}
	}
	return nil
}
