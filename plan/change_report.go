package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// Reports from the shop floor are about open orders: a planned order is released or firmed first.
// The tables know the last finished operation of an order and the good quantity still to come, so that
// is what reports move.

// StartOperation reports that an operation has begun: the order is in progress, and all operations before it are done.
// With a time and a schedule the operation stands there from that time, for as long as it is planned.
type StartOperation struct {
	Receipt string
	Op      int
	At      bom.When // not given: not known
}

// FinishOperation reports that an operation is done for all that is still to come of its order, and so are all before it.
// The last one of the routing puts the quantity into stock: the order is received.
type FinishOperation struct {
	Receipt string
	Op      int
	Lot     string // of stock, when it is the last operation
}

// ReportQuantity reports good pieces of an operation. Of the last one of the routing they go into stock, and less is still to
// come; of another the order is in progress, and the operation is done when all that is still to come is reported at once.
type ReportQuantity struct {
	Receipt  string
	Op       int
	Quantity bom.Quantity
	Lot      string
}

// Scrap reports pieces that an operation lost: so much less good quantity is still to come. What is then missing is planned as
// a supplement order, where nothing else covers it. An order of which all is lost is gone.
type Scrap struct {
	Receipt  string
	Op       int
	Quantity bom.Quantity
}

func (c StartOperation) String() string {
	return fmt.Sprintf("start operation %d of %s", c.Op, c.Receipt)
}
func (c FinishOperation) String() string {
	return fmt.Sprintf("finish operation %d of %s", c.Op, c.Receipt)
}
func (c ReportQuantity) String() string {
	return fmt.Sprintf("report %v of operation %d of %s", c.Quantity, c.Op, c.Receipt)
}
func (c Scrap) String() string {
	return fmt.Sprintf("scrap %v at operation %d of %s", c.Quantity, c.Op, c.Receipt)
}

func (c StartOperation) claims() []claim  { return reportClaims(c.Receipt) }
func (c FinishOperation) claims() []claim { return reportClaims(c.Receipt) }
func (c ReportQuantity) claims() []claim  { return reportClaims(c.Receipt) }
func (c Scrap) claims() []claim           { return reportClaims(c.Receipt) }

// routed is an open order with the operations of its routing, ascending.
type routed struct {
	mrp.Receipt
	ops []int
	at  int // of the operation that is reported
}

// reported is the order of a report, and its operation, which must not be done yet.
func (d *draft) reported(receipt string, op int) (routed, error) {
	row, err := d.theReceipt(receipt)
	if err != nil {
		return routed{}, err
	}
	r := routed{Receipt: row, ops: d.operations(&row)}
	var found bool
	r.at, found = slices.BinarySearch(r.ops, op)
	switch {
	case len(r.ops) == 0:
		return r, &NotFoundError{Kind: "operation", ID: fmt.Sprintf("%d of %s", op, receipt), Advice: "it has no routing; report what comes with receive"}
	case !found:
		known := make([]string, len(r.ops))
		for i, n := range r.ops {
			known[i] = strconv.Itoa(n)
		}
		return r, &NotFoundError{Kind: "operation", ID: fmt.Sprintf("%d of %s", op, receipt), Advice: "its routing has " + strings.Join(known, ", ")}
	case row.OpDone.Set && op <= row.OpDone.Value:
		return r, &ValueError{"op", strconv.Itoa(op), fmt.Sprintf("operations up to %d are finished already: report a later one", row.OpDone.Value)}
	}
	return r, nil
}

// operations are the operations of an open order's routing.
func (d *draft) operations(row *mrp.Receipt) []int {
	part, ok := d.base.Catalog.Part(row.Item, siteOr(row.Site))
	if !ok || !row.Kind.Explodes() {
		return nil
	}
	version := bom.Sym(0)
	if i, ok := d.base.Book.Receipt(row.ID); ok {
		version = d.plan.material.Model().ReceiptInfo(i).Routing
	} else {
		c := d.base.Catalog
		from, to := c.Sources(part)
		for s := from; s < to; s++ {
			if c.Names.String(c.Supplies[s].ID) == row.Source {
				version = c.Supplies[s].Routing
			}
		}
	}
	steps, _ := d.base.Shop.Routing(part, version)
	var ops []int
	for i := range steps {
		ops = append(ops, int(steps[i].Op))
	}
	return slices.Compact(ops)
}

// last reports whether the operation is the last one of the routing.
func (r *routed) last() bool { return r.at == len(r.ops)-1 }

// begun is the row with all operations before the reported one done.
func (r *routed) begun() mrp.Receipt {
	row := r.Receipt
	row.Status = mrp.InProgress
	if r.at > 0 {
		row.OpDone = bom.Some(r.ops[r.at-1])
	}
	return row
}

// done is the row with the reported operation done too.
func (r *routed) done() mrp.Receipt {
	row := r.begun()
	row.OpDone = bom.Some(r.ops[r.at])
	return row
}

func (c StartOperation) edit(d *draft) (Change, error) {
	r, err := d.reported(c.Receipt, c.Op)
	if err != nil {
		return nil, err
	}
	if !c.At.IsZero() && c.At.Day > d.base.Book.Start {
		return nil, &ValueError{"start", c.At.Day.String(), fmt.Sprintf("it is to come, today is %v: report what has happened", d.base.Book.Start)}
	}
	if err := d.checkDate("start", c.At); err != nil {
		return nil, err
	}
	rows := d.startedAt(c)
	return d.undoable(c, func() {
		d.setReceipt(r.begun())
		if rows != nil {
			d.setPublished(c.Receipt, c.Op, rows)
		}
	})
}

// startedAt are the rows of the schedule of an operation that began at a known time, with the work that it is
// planned with; nil if the time or the schedule is not known.
func (d *draft) startedAt(c StartOperation) []capacity.ScheduledOperation {
	if c.At.IsZero() || !d.plan.Scheduled() {
		return nil
	}
	zone := d.base.Zone()
	rows := d.plan.operation(c.Receipt, c.Op)
	for i := range rows {
		start, setup, end := rows[i].Start.Instant(zone), rows[i].SetupEnd.Instant(zone), rows[i].End.Instant(zone)
		hours := d.plan.Finite().hoursOf(&rows[i])
		_, readied, ok1 := hours.Add(c.At.Instant(zone), hours.Between(start, setup))
		_, done, ok2 := hours.Add(c.At.Instant(zone), hours.Between(start, end))
		if !ok1 || !ok2 {
			return nil
		}
		rows[i].Start, rows[i].LateMinutes = c.At, 0
		rows[i].SetupEnd, rows[i].End = d.plan.Finite().when(readied), d.plan.Finite().when(done)
	}
	return rows
}

func (c FinishOperation) edit(d *draft) (Change, error) {
	r, err := d.reported(c.Receipt, c.Op)
	switch {
	case err != nil:
		return nil, err
	case r.last():
		return d.receive(c, r.begun(), 0, c.Lot)
	}
	return d.undoable(c, func() { d.setReceipt(r.done()) })
}

func (c ReportQuantity) edit(d *draft) (Change, error) {
	r, err := d.reported(c.Receipt, c.Op)
	if err == nil {
		err = checkReported(c.Quantity, &r.Receipt)
	}
	switch {
	case err != nil:
		return nil, err
	case r.last():
		return d.receive(c, r.begun(), c.Quantity, c.Lot)
	case c.Quantity == r.Quantity:
		return d.undoable(c, func() { d.setReceipt(r.done()) })
	}
	return d.undoable(c, func() { d.setReceipt(r.begun()) })
}

func (c Scrap) edit(d *draft) (Change, error) {
	r, err := d.reported(c.Receipt, c.Op)
	if err == nil {
		err = checkReported(c.Quantity, &r.Receipt)
	}
	if err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.shrink(r.begun(), c.Quantity) })
}
