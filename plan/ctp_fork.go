package plan

import (
	"context"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// trial is a fork of the plan with the inquiry as a demand.
type trial struct {
	plan       *Plan
	row        mrp.Demand // as planned
	changes    []Change
	demand     int32    // in the fork's Book.Demands
	promised   bom.When // not given unless all of it is there some day
	late       bool     // after the date that it was planned for
	deliveries []Shipment
	slips      []Shift
}

// kept reports whether the date planned for is kept.
func (a *trial) kept() bool { return !a.promised.IsZero() && !a.late }

// fits reports whether the date is kept, and at nobody's cost unless the mode allows it.
func (q *asking) fits(a *trial) bool {
	return a.kept() && (q.mode != NoDisturbance || len(a.slips) == 0)
}

// try plans a fork with a quantity for a date.
func (q *asking) try(ctx context.Context, due bom.When, quantity bom.Quantity) (trial, error) {
	a := trial{row: q.row}
	a.row.Due, a.row.Quantity = due, quantity
	if a.row.Status == mrp.Inquiry {
		a.row.Status = mrp.Open // an inquiry is not planned
	}
	a.changes = q.changes(a.row)
	strategy := Displace
	if q.mode == NoDisturbance {
		strategy = GapFit
	}
	var err error
	if a.plan, err = q.base.ApplyWith(ctx, Repair{Strategy: strategy}, a.changes...); err != nil {
		return a, err
	}
	a.demand, _ = a.plan.model.Book.Demand(a.row.ID)
	a.read()
	a.slips = q.harmed(a.plan)
	return a, nil
}

// changes put a row into the plan.
func (q *asking) changes(row mrp.Demand) []Change {
	switch {
	case row.Status == mrp.Quote:
		return append(slices.Clip(q.before), QuoteDemand{row})
	case q.known:
		return append(slices.Clip(q.before), ChangeDemand{row})
	}
	return append(slices.Clip(q.before), AddDemand{row})
}

// read finds what the fork promises. What the changes did to the schedule says so without a look at the
// rest of the plan; what is not there any day, and a material plan, take the long way.
func (a *trial) read() {
	if a.plan.finite != nil {
		for _, s := range a.plan.Effects().Shifts {
			if s.Demand == a.row.ID && !s.After.IsZero() {
				a.promised, a.late = s.After, s.LateAfter > 0
				return
			}
		}
	}
	a.readAll()
}

// readAll finds what the fork promises, and in which deliveries.
func (a *trial) readAll() {
	a.promised, a.late, a.deliveries = bom.When{}, false, nil
	if f := a.plan.Finite(); f != nil {
		p, ok := f.Promise(a.demand)
		if ok && p.Status != mrp.Short {
			a.promised, a.late = p.Promised, p.Late > 0
		}
		a.deliveries = p.Deliveries
		return
	}
	r, ok := a.plan.result(a.demand)
	if ok && r.Status != mrp.Short && r.Promised != bom.NoDay {
		a.promised, a.late = bom.OnDay(r.Promised), r.LateDays > 0
	}
	for _, v := range r.Deliveries {
		a.deliveries = append(a.deliveries, Shipment{bom.OnDay(v.Date), v.Quantity})
	}
}

// result is what the material plan does for a demand.
func (p *Plan) result(demand int32) (mrp.DemandResult, bool) {
	list := p.material.DemandResults()
	i, ok := slices.BinarySearchFunc(list, demand, func(r mrp.DemandResult, d int32) int { return p.model.Book.CompareDemands(r.Demand, d) })
	if !ok {
		return mrp.DemandResult{}, false
	}
	return list[i], true
}

// harmed are the orders and quotes that ship later in a fork, or not at all. Forecasts have no customer who waits.
func (q *asking) harmed(fork *Plan) []Shift {
	var out []Shift
	book := q.base.model.Book
	for _, s := range fork.Effects().Shifts {
		i, there := book.Demand(s.Demand)
		if !there || s.Demand == q.row.ID || book.DemandAt(i).Kind == mrp.Forecast {
			continue
		}
		if s.Slip() > 0 || !s.Before.IsZero() && s.After.IsZero() {
			out = append(out, s)
		}
	}
	return out
}

// offer is the answer that a trial gives; first is the trial on the date asked for.
func (q *asking) offer(first, best *trial) Offer {
	o := Offer{Demand: q.row, Mode: q.mode, Asked: q.row.Due}
	o.Demand.Latest = q.latest
	if first.plan == nil {
		return o
	}
	if !first.kept() || q.row.Due.IsZero() {
		o.Causes = first.causes()
	}
	o.Available = q.available(first)
	if best.plan == nil || best.promised.IsZero() {
		if q.mode == NoDisturbance {
			o.Barred = first.slips
		}
		return o
	}
	best.readAll()
	if best.promised.IsZero() {
		return o
	}
	o.Demand = best.row
	o.Demand.Latest = q.latest
	o.Promised, o.Deliveries, o.Plan = best.promised, best.deliveries, best.plan
	if o.Late = lateness(o.Promised, o.Asked, q.base.model.Zone()); o.Late == 0 && !o.Asked.IsZero() {
		o.Causes = nil
	}
	if q.mode == NoDisturbance {
		o.Barred = first.slips
	} else {
		o.Slips = best.slips
	}
	o.Stability = best.plan.Effects().Stability
	o.changes = q.changes(o.Demand)
	best.supply(q.base, &o)
	return o
}

// lateness is by how many seconds a promise is after a date: after the end of a day, or after the
// timestamp; 0 if it is not, or without a date.
func lateness(promised, due bom.When, zone *time.Location) int64 {
	if promised.IsZero() || due.IsZero() {
		return 0
	}
	if due.Exact && promised.Exact {
		return max(0, promised.Unix-due.Unix)
	}
	if promised.Day <= due.Day {
		return 0
	}
	if promised.Exact {
		return promised.Unix - (due.Day + 1).Begin(zone)
	}
	return promised.Day.Begin(zone) - due.Day.Begin(zone)
}

// causes are what holds the demand up in a trial.
func (a *trial) causes() []Cause {
	var out []Cause
	if f := a.plan.Finite(); f != nil {
		p, _ := f.Promise(a.demand)
		for _, c := range p.Causes {
			if c.Kind != CauseOverdue {
				out = append(out, c)
			}
		}
		return out
	}
	r, _ := a.plan.result(a.demand)
	for _, c := range r.Causes {
		if c.Kind != mrp.CauseOverdue {
			out = append(out, Cause{Kind: CauseMaterial, Order: c.Order, Item: c.Item, Site: c.Site, From: c.From, Wait: int64(c.Own) * 24 * 3600, text: c.String()})
		}
	}
	return out
}
