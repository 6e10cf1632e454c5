package plan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// try is an attempt to serve a rush order.
type try struct {
	demand mrp.Demand
	rest   *mrp.Demand // of a split order
	repair Repair
	pulls  []pull
	parent *try

	plan  *Plan
	err   error
	out   outcome // its promise; deliveries and causes once it is detailed
	slips []Slip
	harm  decimal.Decimal
	grown bool // levers were put on top of it
	seen  bool // out is whole
}

// key tells tries apart.
func (t *try) key() string {
	parts := make([]string, 0, len(t.pulls))
	for i := range t.pulls {
		l := &t.pulls[i].lever
		parts = append(parts, fmt.Sprint(l.Kind, "|", l.WorkCentre, "|", l.Order, "|", l.Item, "|", l.Site, "|", l.Source, "|", l.With, "|", l.Quantity, "|", l.Time, "|", l.First))
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}

// changes are the batch of a try.
func (t *try) changes() []Change {
	list := []Change{AddDemand{t.demand}}
	if t.rest != nil {
		list = append(list, AddDemand{*t.rest})
	}
	for i := range t.pulls {
		list = append(list, t.pulls[i].changes...)
	}
	return list
}

// evaluate makes the plan of a try and looks at what it does.
func (t *try) evaluate(ctx context.Context, s *search) {
	if t.plan, t.err = s.base.ApplyWith(ctx, t.repair, t.changes()...); t.err != nil {
		return
	}
	if !t.glance(s.base.model.Zone()) {
		t.detail(s.base.model.Zone())
	}
	t.weigh()
}

// weigh finds who pays.
func (t *try) weigh() {
	if t.err != nil {
		return
	}
	t.slips = t.plan.slips(func(id string) bool { return id == t.demand.ID || t.rest != nil && id == t.rest.ID })
	for i := range t.slips {
		t.harm = t.harm.Add(t.slips[i].Weighted())
	}
}

// glance takes the order's promise from the effects of the changes, which cost nothing; ok is false if it is not there. What
// is only partly supplied may seem to be in time.
func (t *try) glance(zone *time.Location) (ok bool) {
	if t.out, ok = t.shifted(&t.demand, zone); !ok || t.rest == nil {
		return ok
	}
	rest, ok := t.shifted(t.rest, zone)
	if !ok || !t.out.onTime {
		return false
	}
	t.out.inTime = t.demand.Quantity
	t.addRest(&rest, zone)
	return true
}

// shifted is what the effects of the changes tell of a new demand.
func (t *try) shifted(d *mrp.Demand, zone *time.Location) (outcome, bool) {
	e := t.plan.Effects()
	at, ok := slices.BinarySearchFunc(e.Shifts, d.ID, func(x Shift, id string) int { return strings.Compare(x.Demand, id) })
	if !ok || e.Shifts[at].After.IsZero() || !d.Latest.IsZero() {
		return outcome{}, false
	}
	x := &e.Shifts[at]
	return outcome{promised: x.After, late: x.LateAfter, onTime: x.LateAfter == 0, at: dueEnd(d.Due, zone) + x.LateAfter}, true
}

// detail looks the promise up with its deliveries and causes.
func (t *try) detail(zone *time.Location) {
	if t.seen || t.err != nil {
		return
	}
	t.seen = true
	out, ok := t.plan.outcome(t.demand.ID)
	if !ok {
		t.err = &RushError{Demand: t.demand.ID, Field: "due", Value: t.demand.Due.Text(zone), Reason: "is not planned: it lies beyond the horizon"}
		return
	}
	if t.out = out; t.rest == nil {
		return
	}
	rest, ok := t.plan.outcome(t.rest.ID)
	if !ok {
		rest.at = capacity.Never
	}
	if t.addRest(&rest, zone); t.out.inTime == 0 {
		t.err = errNothingInTime
	}
}

// errNothingInTime is why a split order is no option.
var errNothingInTime = errors.New("nothing of it would ship in time")

// addRest adds what becomes of the rest of a split order. Both together are on time only if the rest is there by
// the due date of the order too.
func (t *try) addRest(rest *outcome, zone *time.Location) {
	t.out.deliveries = append(slices.Clip(t.out.deliveries), rest.deliveries...)
	if rest.at <= t.out.at {
		return
	}
	t.out.at, t.out.promised, t.out.late, t.out.onTime = rest.at, rest.promised, rest.at-dueEnd(t.demand.Due, zone), false
	if len(rest.causes) > 0 {
		t.out.causes = rest.causes
	}
}

// never notes that a part of the demand has no supply.
func (o *outcome) never(status mrp.Status) {
	if status == mrp.Short && (o.promised.IsZero() || o.late == 0) {
		o.at = capacity.Never
	}
}

// dueEnd is the last instant at which a demand is on time.
func dueEnd(due bom.When, zone *time.Location) int64 {
	if due.Exact {
		return due.Unix
	}
	return (due.Day + 1).Begin(zone)
}
