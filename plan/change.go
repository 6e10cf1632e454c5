package plan

import (
	"context"
	"fmt"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// Change is one change of a model as a value: what happens to the factory, or what may. The
// types of this file are the changes that there are.
type Change interface {
	// edit changes the rows and gives the change that takes it back. It changes nothing when it fails.
	edit(*draft) (inverse Change, err error)
	fmt.Stringer
}

// ChangeError is a change that cannot be made: nothing of its batch was.
type ChangeError struct {
	Change Change
	Index  int // in the batch, from 0
	Reason string
}

func (e *ChangeError) Error() string {
	return fmt.Sprintf("change %d, %v: %s; nothing was changed", e.Index+1, e.Change, e.Reason)
}

// Apply plans the model with changes made in turn, all of them or none, with the options of this plan. It gives
// another plan; this one stays as it is. Errors are *ChangeError, those of New, and for rows
// that do not go together *bom.Errors. It plans the whole model anew.
func (p *Plan) Apply(ctx context.Context, changes ...Change) (*Plan, error) {
	return p.ApplyWith(ctx, Repair{}, changes...)
}

// Inverse are the changes that take a batch back, once it was applied to this plan.
func (p *Plan) Inverse(changes ...Change) ([]Change, error) {
	return editAll(newDraft(p.model), changes)
}

// editAll makes changes in turn and gives those that take them back.
func editAll(d *draft, changes []Change) ([]Change, error) {
	back := make([]Change, 0, len(changes))
	for i, c := range changes {
		inverse, err := c.edit(d)
		if err != nil {
			return nil, &ChangeError{c, i, err.Error()}
		}
		back = append(back, inverse)
	}
	slices.Reverse(back)
	return back, nil
}

// AddDemand is a new order or forecast. Quantities are in the item's base unit.
type AddDemand struct{ Demand mrp.Demand }

// ChangeDemand puts a demand's row in the place of the one with its id.
type ChangeDemand struct{ Demand mrp.Demand }

// CancelDemand takes a demand away.
type CancelDemand struct{ Demand string }

// CountStock sets the quantity of a lot of stock; a lot that is not there yet comes new.
type CountStock struct {
	Item, Site, Lot string
	Quantity        bom.Quantity
}

// AddReceipt is a new open order.
type AddReceipt struct{ Receipt mrp.Receipt }

// ChangeReceipt puts an open order's row in the place of the one with its id: moved, cut, confirmed, in progress.
type ChangeReceipt struct{ Receipt mrp.Receipt }

// CancelReceipt takes an open order away, with its allocations.
type CancelReceipt struct{ Receipt string }

// AddDowntime is a breakdown or overtime of a work centre or one of its machines.
type AddDowntime struct{ Downtime capacity.Downtime }

// RemoveDowntime takes downtime away: the row with this work centre, machine and beginning.
type RemoveDowntime struct{ Downtime capacity.Downtime }

func (c AddDemand) String() string      { return "add demand " + c.Demand.ID }
func (c ChangeDemand) String() string   { return "change demand " + c.Demand.ID }
func (c CancelDemand) String() string   { return "cancel demand " + c.Demand }
func (c CountStock) String() string     { return fmt.Sprintf("count %v of %s", c.Quantity, c.Item) }
func (c AddReceipt) String() string     { return "add receipt " + c.Receipt.ID }
func (c ChangeReceipt) String() string  { return "change receipt " + c.Receipt.ID }
func (c CancelReceipt) String() string  { return "cancel receipt " + c.Receipt }
func (c AddDowntime) String() string    { return "add downtime of " + c.Downtime.WorkCentre }
func (c RemoveDowntime) String() string { return "remove downtime of " + c.Downtime.WorkCentre }

func (c AddDemand) edit(d *draft) (Change, error) {
	if _, ok := d.demand(c.Demand.ID); ok {
		return nil, fmt.Errorf("a demand of this id is there already: change it")
	}
	row := c.Demand
	row.Row = 0
	d.setDemand(row)
	return CancelDemand{row.ID}, nil
}

func (c ChangeDemand) edit(d *draft) (Change, error) {
	was, ok := d.demand(c.Demand.ID)
	if !ok {
		return nil, fmt.Errorf("no such demand: add it")
	}
	row := c.Demand
	row.Row = was.Row
	d.setDemand(row)
	return ChangeDemand{was}, nil
}

func (c CancelDemand) edit(d *draft) (Change, error) {
	was, ok := d.demand(c.Demand)
	if !ok {
		return nil, fmt.Errorf("no such demand")
	}
	d.removeDemand(c.Demand)
	return AddDemand{was}, nil
}

func (c CountStock) edit(d *draft) (Change, error) {
	key := mrp.StockKey{Item: c.Item, Site: siteOr(c.Site), Lot: c.Lot}
	back := c
	row, ok := d.stock(key)
	if !ok {
		row = mrp.Stock{Item: key.Item, Site: key.Site, Lot: key.Lot}
	}
	back.Quantity = row.Quantity
	row.Quantity = c.Quantity
	d.setStock(row)
	return back, nil
}

func (c AddReceipt) edit(d *draft) (Change, error) {
	if _, ok := d.receipt(c.Receipt.ID); ok {
		return nil, fmt.Errorf("a receipt of this id is there already: change it")
	}
	row := c.Receipt
	row.Row = 0
	d.setReceipt(row)
	return CancelReceipt{row.ID}, nil
}

func (c ChangeReceipt) edit(d *draft) (Change, error) {
	was, ok := d.receipt(c.Receipt.ID)
	if !ok {
		return nil, fmt.Errorf("no such receipt: add it")
	}
	row := c.Receipt
	row.Row = was.Row
	d.setReceipt(row)
	return ChangeReceipt{was}, nil
}

func (c CancelReceipt) edit(d *draft) (Change, error) {
	was, ok := d.receipt(c.Receipt)
	if !ok {
		return nil, fmt.Errorf("no such receipt")
	}
	back := restoreReceipt{Receipt: was, Allocations: d.allocations(c.Receipt)}
	d.removeReceipt(c.Receipt)
	for _, a := range back.Allocations {
		d.removeAllocation(a.Key())
	}
	return back, nil
}

// restoreReceipt takes a CancelReceipt back.
type restoreReceipt struct {
	Receipt     mrp.Receipt
	Allocations []mrp.Allocation
}

func (c restoreReceipt) String() string { return "restore receipt " + c.Receipt.ID }

func (c restoreReceipt) edit(d *draft) (Change, error) {
	back, err := AddReceipt{c.Receipt}.edit(d)
	if err == nil {
		for _, a := range c.Allocations {
			d.setAllocation(a)
		}
	}
	return back, err
}

func (c AddDowntime) edit(d *draft) (Change, error) {
	rows := d.downtime()
	if downtimeRow(*rows, &c.Downtime) >= 0 {
		return nil, fmt.Errorf("downtime of this work centre and machine begins then already")
	}
	row := c.Downtime
	row.Row = 0
	*rows = append(*rows, row)
	return RemoveDowntime{row}, nil
}

func (c RemoveDowntime) edit(d *draft) (Change, error) {
	rows := d.downtime()
	i := downtimeRow(*rows, &c.Downtime)
	if i < 0 {
		return nil, fmt.Errorf("no such downtime")
	}
	was := (*rows)[i]
	*rows = slices.Delete(*rows, i, i+1)
	return AddDowntime{was}, nil
}

func downtimeRow(rows []capacity.Downtime, d *capacity.Downtime) int {
	return slices.IndexFunc(rows, func(x capacity.Downtime) bool {
		return x.WorkCentre == d.WorkCentre && x.Machine == d.Machine && x.From == d.From
	})
}
