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
	edit(*Rows) (inverse Change, err error)
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
	rows := p.model.Rows()
	if _, err := editAll(rows, changes); err != nil {
		return nil, err
	}
	m, err := rows.Model()
	if err != nil {
		return nil, err
	}
	return New(ctx, m, p.options)
}

// Inverse are the changes that take a batch back, once it was applied to this plan.
func (p *Plan) Inverse(changes ...Change) ([]Change, error) {
	return editAll(p.model.Rows(), changes)
}

// editAll makes changes in turn and gives those that take them back.
func editAll(rows *Rows, changes []Change) ([]Change, error) {
	back := make([]Change, 0, len(changes))
	for i, c := range changes {
		inverse, err := c.edit(rows)
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

func (c AddDemand) edit(r *Rows) (Change, error) {
	if demandRow(r, c.Demand.ID) >= 0 {
		return nil, fmt.Errorf("a demand of this id is there already: change it")
	}
	d := c.Demand
	d.Row = 0
	r.Demands = append(r.Demands, d)
	return CancelDemand{d.ID}, nil
}

func (c ChangeDemand) edit(r *Rows) (Change, error) {
	i := demandRow(r, c.Demand.ID)
	if i < 0 {
		return nil, fmt.Errorf("no such demand: add it")
	}
	was := r.Demands[i]
	r.Demands[i] = c.Demand
	r.Demands[i].Row = was.Row
	return ChangeDemand{was}, nil
}

func (c CancelDemand) edit(r *Rows) (Change, error) {
	i := demandRow(r, c.Demand)
	if i < 0 {
		return nil, fmt.Errorf("no such demand")
	}
	was := r.Demands[i]
	r.Demands = slices.Delete(r.Demands, i, i+1)
	return AddDemand{was}, nil
}

func demandRow(r *Rows, id string) int {
	return slices.IndexFunc(r.Demands, func(d mrp.Demand) bool { return d.ID == id })
}

func (c CountStock) edit(r *Rows) (Change, error) {
	site := siteOr(c.Site)
	back := c
	i := slices.IndexFunc(r.Stock, func(s mrp.Stock) bool {
		return s.Item == c.Item && siteOr(s.Site) == site && s.Lot == c.Lot
	})
	if i < 0 {
		back.Quantity = 0
		r.Stock = append(r.Stock, mrp.Stock{Item: c.Item, Site: site, Lot: c.Lot, Quantity: c.Quantity})
		return back, nil
	}
	back.Quantity = r.Stock[i].Quantity
	r.Stock[i].Quantity = c.Quantity
	return back, nil
}

func siteOr(site string) string {
	if site == "" {
		return bom.DefaultSite
	}
	return site
}

func (c AddReceipt) edit(r *Rows) (Change, error) {
	if receiptRow(r, c.Receipt.ID) >= 0 {
		return nil, fmt.Errorf("a receipt of this id is there already: change it")
	}
	row := c.Receipt
	row.Row = 0
	r.Receipts = append(r.Receipts, row)
	return CancelReceipt{row.ID}, nil
}

func (c ChangeReceipt) edit(r *Rows) (Change, error) {
	i := receiptRow(r, c.Receipt.ID)
	if i < 0 {
		return nil, fmt.Errorf("no such receipt: add it")
	}
	was := r.Receipts[i]
	r.Receipts[i] = c.Receipt
	r.Receipts[i].Row = was.Row
	return ChangeReceipt{was}, nil
}

func (c CancelReceipt) edit(r *Rows) (Change, error) {
	i := receiptRow(r, c.Receipt)
	if i < 0 {
		return nil, fmt.Errorf("no such receipt")
	}
	back := restoreReceipt{Receipt: r.Receipts[i]}
	r.Receipts = slices.Delete(r.Receipts, i, i+1)
	r.Allocations = slices.DeleteFunc(r.Allocations, func(a mrp.Allocation) bool {
		if a.Receipt != c.Receipt {
			return false
		}
		back.Allocations = append(back.Allocations, a)
		return true
	})
	return back, nil
}

// restoreReceipt takes a CancelReceipt back.
type restoreReceipt struct {
	Receipt     mrp.Receipt
	Allocations []mrp.Allocation
}

func (c restoreReceipt) String() string { return "restore receipt " + c.Receipt.ID }

func (c restoreReceipt) edit(r *Rows) (Change, error) {
	back, err := AddReceipt{c.Receipt}.edit(r)
	if err == nil {
		r.Allocations = append(r.Allocations, c.Allocations...)
	}
	return back, err
}

func receiptRow(r *Rows, id string) int {
	return slices.IndexFunc(r.Receipts, func(x mrp.Receipt) bool { return x.ID == id })
}

func (c AddDowntime) edit(r *Rows) (Change, error) {
	if downtimeRow(r, &c.Downtime) >= 0 {
		return nil, fmt.Errorf("downtime of this work centre and machine begins then already")
	}
	row := c.Downtime
	row.Row = 0
	r.Downtime = append(r.Downtime, row)
	return RemoveDowntime{row}, nil
}

func (c RemoveDowntime) edit(r *Rows) (Change, error) {
	i := downtimeRow(r, &c.Downtime)
	if i < 0 {
		return nil, fmt.Errorf("no such downtime")
	}
	was := r.Downtime[i]
	r.Downtime = slices.Delete(r.Downtime, i, i+1)
	return AddDowntime{was}, nil
}

func downtimeRow(r *Rows, d *capacity.Downtime) int {
	return slices.IndexFunc(r.Downtime, func(x capacity.Downtime) bool {
		return x.WorkCentre == d.WorkCentre && x.Machine == d.Machine && x.From == d.From
	})
}
