package plan

import (
	"context"
	"slices"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// improvedAfter is a plan that changes made of another, with its repaired schedule improved. What counts first is that no demand becomes
// later than it was in the plan before, then how little of that plan's schedule moves; demands that are new count with all
// their lateness, urgent ones a thousand times. The plan itself is returned if nothing better is found. Weighted tardiness
// never grows, but for the urgent.
func (p *Plan) improvedAfter(ctx context.Context, before *Plan, r *Repair) (*Plan, error) {
	f, was := p.Finite(), before.Finite()
	objective := p.options.Finite.Objective
	h := hunt{objective: stable(objective), reference: f.referenceOf(was.Operations())}
	wishes := f.wishAsBefore(was, r.Urgent)
	h.start = f.held(wishes, f.matchUp(wishes))
	g, gain, err := f.improve(ctx, r.Optimise, h)
	if err != nil {
		return nil, err
	}
	if g == f {
		q := *p
		g = f.again()
		g.gain = &gain
		q.finite = &laterFinite{made: g}
		return &q, nil
	}
	return p.rescheduled(before, g, &gain, p.Effects().Strategy), nil
}

// again is the same schedule, to be told something else about.
func (f *Finite) again() *Finite {
	return &Finite{joint: f.joint, schedule: f.schedule, score: f.score, bound: f.bound, lotEnd: f.lotEnd, latest: f.latest}
}

// urgentWeight is what lateness of an urgent demand counts, against that of others.
const urgentWeight = 1000

// wishAsBefore gives demands the due dates by which nobody has lost anything: their own, or when they ship already if that is later, in the plan
// before or after its changes, whichever is earlier. Urgent ones keep their own and weigh more.
func (f *Finite) wishAsBefore(was *Finite, urgent []string) *schedule.Problem {
	q := *f.problem
	q.Jobs = slices.Clone(q.Jobs)
	for d, job := range f.demandJob {
		if job < 0 {
			continue
		}
		row := &q.Jobs[job]
		if slices.Contains(urgent, row.ID) {
			row.Weight = min(max(row.Weight, 1000)*urgentWeight, mostWeight)
			continue
		}
		end := min(f.jobEnd(job), was.shippedAt(f.m.Book.DemandAt(int32(d)).ID))
		if end > row.Due && end < capacity.Never {
			row.Due = end
		}
	}
	return &q
}

// matchUp is when the schedule is the old one again: so many days after all that is late by the wishes has shipped. What begins then helps nobody
// by moving. Never if nothing is late.
func (f *Finite) matchUp(wishes *schedule.Problem) int64 {
	const days = 14
	last := int64(0)
	for j := range wishes.Jobs {
		row := &wishes.Jobs[j]
		if row.Due == 0 || row.Ops == 0 {
			continue
		}
		if end := f.jobEnd(int32(j)); end > row.Due && end < capacity.Never {
			last = max(last, end)
		}
	}
	if last == 0 {
		return capacity.Never
	}
	return last + days*24*3600
}

// mostWeight is the largest weight of a demand, in thousandths.
const mostWeight = 1_000_000_000

// shippedAt is when a demand ships in full; before all times if it is not planned, so that what is new is due when it says.
func (f *Finite) shippedAt(id string) int64 {
	d, ok := f.m.Book.Demand(id)
	if !ok || int(d) >= len(f.demandJob) || f.demandJob[d] < 0 {
		return -capacity.Never
	}
	return f.jobEnd(f.demandJob[d])
}

// stable is an objective that looks at how much moved right after its first measure. One of weights stays: whoever weighs
// measures says what moving counts.
func stable(o schedule.Objective) schedule.Objective {
	if len(o.Weights) > 0 {
		return o
	}
	order := o.Order
	if len(order) == 0 {
		order = schedule.Default.Order
	}
	if slices.Contains(order, schedule.Deviation) {
		return o
	}
	return schedule.Objective{Order: slices.Insert(slices.Clone(order), 1, schedule.Deviation)}
}
