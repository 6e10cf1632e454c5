package plan

import (
	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// FirmOrder fixes a planned order of the plan as planned: it becomes a firm receipt, and no other order changes (rule 14).
type FirmOrder struct {
	Order   string
	Receipt string // the id of the receipt; empty: "FIRM " and the order's id
}

// ReleaseOrder releases a planned order of the plan, or a firm receipt, to the shop or the supplier.
type ReleaseOrder struct {
	Order   string // a planned order, or a firm receipt
	Receipt string // the id of the receipt that a planned order becomes; empty: "REL " and the order's id
}

// UnfirmOrder gives a firm receipt back to planning: it goes, with its allocations, and is planned anew.
type UnfirmOrder struct{ Receipt string }

func (c FirmOrder) String() string    { return "firm order " + c.Order }
func (c ReleaseOrder) String() string { return "release order " + c.Order }
func (c UnfirmOrder) String() string  { return "unfirm receipt " + c.Receipt }

func (c FirmOrder) claims() []claim {
	return append(whole("order", c.Order), whole(receiptKind, c.receipt())...)
}

func (c ReleaseOrder) claims() []claim {
	return append(whole("order", c.Order), whole(receiptKind, c.Order, c.receipt())...)
}

func (c UnfirmOrder) claims() []claim { return whole(receiptKind, c.Receipt) }

func (c FirmOrder) receipt() string {
	if c.Receipt == "" {
		return "FIRM " + c.Order
	}
	return c.Receipt
}

func (c ReleaseOrder) receipt() string {
	if c.Receipt == "" {
		return "REL " + c.Order
	}
	return c.Receipt
}

func (c FirmOrder) edit(d *draft) (Change, error) {
	return d.fix(c, c.Order, c.receipt(), mrp.Firm)
}

func (c ReleaseOrder) edit(d *draft) (Change, error) {
	row, ok := d.receipt(c.Order)
	switch {
	case !ok:
		return d.fix(c, c.Order, c.receipt(), mrp.Released)
	case row.Status != mrp.Firm:
		return nil, &ValueError{"order", c.Order, "it is " + mrp.ReceiptStatuses[row.Status] + " already: leave the change out"}
	}
	row.Status = mrp.Released
	return d.undoable(c, func() { d.setReceipt(row) })
}

// fix makes a receipt of a planned order, with its dates.
func (d *draft) fix(c Change, order, id string, status mrp.ReceiptStatus) (Change, error) {
	o, ok := d.plan.material.FindOrder(order)
	if !ok {
		return nil, &NotFoundError{Kind: "planned order", ID: order, Advice: "take the id from planned_orders of the plan that is changed"}
	}
	row := mrp.Receipt{ID: id, Kind: o.Kind, Item: o.Item, Site: o.Site, Quantity: o.Quantity, Status: status,
		Due: bom.OnDay(o.Due), Need: bom.OnDay(o.Need), Start: bom.OnDay(o.Start), Source: o.Source, Demand: o.Demand}
	if err := d.newReceipt(&row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.setReceipt(row) })
}

func (c UnfirmOrder) edit(d *draft) (Change, error) {
	row, err := d.theReceipt(c.Receipt)
	switch {
	case err != nil:
		return nil, err
	case row.Status != mrp.Firm:
		return nil, &ValueError{"receipt", c.Receipt, "it is " + mrp.ReceiptStatuses[row.Status] + ", not firm: cancel it if it is to go"}
	}
	return d.undoable(c, func() { d.removeReceipt(c.Receipt) })
}
