package plan

import (
	"fmt"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// PinOperation holds an operation on the machine and at the times that it has in the schedule of the plan.
type PinOperation struct {
	Order string // a planned order or a receipt
	Op    int
}

// UnpinOperation lets a pinned operation move again; where it was stays the reference.
type UnpinOperation struct {
	Order string
	Op    int
}

// Freeze sets the frozen zone: operations of the published schedule that begin so many hours from the start of the plan stay.
type Freeze struct{ Hours bom.Number }

func (c PinOperation) String() string { return fmt.Sprintf("pin operation %d of %s", c.Op, c.Order) }
func (c UnpinOperation) String() string {
	return fmt.Sprintf("unpin operation %d of %s", c.Op, c.Order)
}
func (c Freeze) String() string { return fmt.Sprintf("freeze %v hours", c.Hours) }

func (c PinOperation) claims() []claim   { return whole("operation", operationName(c.Order, c.Op)) }
func (c UnpinOperation) claims() []claim { return whole("operation", operationName(c.Order, c.Op)) }
func (c Freeze) claims() []claim         { return whole("settings", "freeze_hours") }

func operationName(order string, op int) string { return fmt.Sprintf("%d of %s", op, order) }

func (c PinOperation) edit(d *draft) (Change, error) {
	if !d.plan.Scheduled() {
		return nil, &ValueError{"op", "", "there is no schedule to pin to: plan with finite scheduling"}
	}
	rows := d.plan.operation(c.Order, c.Op)
	if len(rows) == 0 {
		return nil, &NotFoundError{Kind: "operation", ID: operationName(c.Order, c.Op), Advice: "the schedule of the plan has no such; see its table schedule"}
	}
	for i := range rows {
		rows[i].Pinned = true
	}
	return d.undoable(c, func() { d.setPublished(c.Order, c.Op, rows) })
}

func (c UnpinOperation) edit(d *draft) (Change, error) {
	published := d.base.published
	if d.rows != nil {
		published = d.rows.Schedule
	}
	var rows []capacity.ScheduledOperation
	for _, r := range published {
		if r.Order == c.Order && r.Op == c.Op {
			rows = append(rows, r)
		}
	}
	if !slices.ContainsFunc(rows, func(r capacity.ScheduledOperation) bool { return r.Pinned }) {
		return nil, &NotFoundError{Kind: "pinned operation", ID: operationName(c.Order, c.Op), Advice: "the published schedule has no such"}
	}
	for i := range rows {
		rows[i].Pinned = false
	}
	return d.undoable(c, func() { d.setPublished(c.Order, c.Op, rows) })
}

func (c Freeze) edit(d *draft) (Change, error) {
	if c.Hours < 0 {
		return nil, &ValueError{"freeze_hours", c.Hours.String(), "0 (nothing is frozen) or more is expected"}
	}
	return d.undoable(c, func() { d.setFreeze(c.Hours) })
}

// operation are the rows of an operation in the plan's schedule; one a machine of a split one.
func (p *Plan) operation(order string, op int) []capacity.ScheduledOperation {
	rows := p.Finite().OperationsOf(order)
	return slices.DeleteFunc(rows, func(r capacity.ScheduledOperation) bool { return r.Op != op })
}

// hoursOf are the working hours of the machine of a row; nil, which always works, for a step outside.
func (f *Finite) hoursOf(row *capacity.ScheduledOperation) *capacity.Hours {
	if m := f.machine(row); m >= 0 {
		return f.problem.Machines[m].Hours
	}
	return nil
}
