package plan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// Search says for how long a schedule is improved, and where the random numbers begin. The zero value searches for ten seconds.
type Search struct {
	// Time bounds the search by the clock; 0: no limit, or ten seconds if Iterations gives none either.
	Time time.Duration
	// Iterations bounds the tries; 0: no limit. A search that ends by it gives the same plan each time, on any number of cores.
	Iterations int64
	Seed       uint64
	Cores      int // goroutines; 0: as many as there are processors
	// Improved, when set, is told of each better schedule, from one goroutine at a time.
	Improved func(schedule.Improvement)
}

// standardTime is how long a search lasts that is given no end.
const standardTime = 10 * time.Second

// SearchError is a limit of a search that makes no sense: nothing was searched.
type SearchError struct {
	Field string // time, iterations, cores
	Value string
}

func (e *SearchError) Error() string {
	advice := map[string]string{"time": "a duration above 0 such as 10s", "iterations": "a number of tries such as 10000", "cores": "a number from 1 on"}
	return fmt.Sprintf("search %s %s: give %s, or leave it out", e.Field, e.Value, advice[e.Field])
}

// ErrNoSchedule says that a material plan has no schedule to improve.
var ErrNoSchedule = errors.New("the plan has no schedule to improve: plan with Options.Finite")

// check finds limits that make no sense.
func (o *Search) check() error {
	switch {
	case o.Time < 0:
		return &SearchError{"time", o.Time.String()}
	case o.Iterations < 0:
		return &SearchError{"iterations", fmt.Sprint(o.Iterations)}
	case o.Cores < 0:
		return &SearchError{"cores", fmt.Sprint(o.Cores)}
	}
	return nil
}

// limit is the clock time that the search has; 0: any.
func (o *Search) limit() time.Duration {
	if o.Time == 0 && o.Iterations == 0 {
		return standardTime
	}
	return o.Time
}

// within is a context that ends when the search has to.
func (o *Search) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if limit := o.limit(); limit > 0 {
		return context.WithTimeout(ctx, limit)
	}
	return context.WithCancel(ctx)
}

// Optimise searches for a better schedule of the same orders: the new plan has this one's material plan, and is never worse
// by FiniteOptions.Objective (weighted tardiness first, if none was given). Operations that are pinned, started, or begin in the frozen
// zone stay. If nothing better is found the plan itself is returned. The gain says what became better.
//
// The deadline of ctx ends the search as Search.Time does. A context that is cancelled ends it too; the best plan so far
// is then returned together with context.Canceled. Other errors are *SearchError and ErrNoSchedule; the plan is then nil.
func (p *Plan) Optimise(ctx context.Context, o Search) (*Plan, Gain, error) {
	f := p.Finite()
	if f == nil {
		return nil, Gain{}, ErrNoSchedule
	}
	h := hunt{start: f.held(f.problem, capacity.Never), objective: p.options.Finite.Objective, reference: f.reference}
	g, gain, err := f.improve(ctx, &o, h)
	if g == nil {
		return nil, gain, err
	}
	if g == f {
		return p, gain, err
	}
	return p.rescheduled(p, g, &gain, Total), gain, err
}

// rescheduled is the plan with another schedule of its orders, as a root of its own family. Its effects are against a plan before it.
func (p *Plan) rescheduled(before *Plan, f *Finite, gain *Gain, strategy Strategy) *Plan {
	f.gain = gain
	q := &Plan{model: p.model, network: p.network, material: p.material, options: p.options, finite: &laterFinite{made: f}}
	q.version = newFamily(f, p.model.published, &p.options)
	q.effects = effectsLater(before, q, strategy)
	return q
}

// hunt is where a search begins, and what for.
type hunt struct {
	start     *schedule.Schedule // the plan's own, or the same with other pins and due dates
	objective schedule.Objective
	reference *schedule.Schedule
}

// improve searches, and gives f itself if it finds nothing better. If ctx is cancelled it gives the best so far and the error.
func (f *Finite) improve(ctx context.Context, o *Search, h hunt) (*Finite, Gain, error) {
	if err := o.check(); err != nil {
		return nil, Gain{}, err
	}
	limited, done := o.within(ctx)
	defer done()
	r, err := schedule.Improve(limited, h.start, schedule.Search{Iterations: o.Iterations, Seed: o.Seed, Cores: o.Cores,
		Objective: h.objective, Reference: h.reference, Improved: o.Improved})
	if r == nil {
		return nil, Gain{}, err
	}
	gain := Gain{Before: f.figures(), Iterations: r.Iterations, StopReason: r.StopReason, Time: o.limit(), Bound: f.bound}
	gain.After = gain.Before
	if len(r.Schedule.Broken) >= len(h.start.Broken) && h.objective.Compare(&r.After, &r.Before) >= 0 {
		return f, gain, err
	}
	g := f.with(f.restored(r.Schedule))
	gain.After, gain.Moved = g.figures(), f.movedIn(g)
	return g, gain, err
}

// held is where a search begins that leaves alone what begins in the frozen zone, or after an instant: the schedule itself, or one of a copy of the
// problem, which is the plan's own or like it but for due dates, with that pinned.
func (f *Finite) held(problem *schedule.Problem, after int64) *schedule.Schedule {
	fixed := f.outside(f.frozenUntil(), after)
	if problem == f.problem && len(fixed) == 0 {
		return f.schedule
	}
	p := *problem
	parts := slices.Clone(f.schedule.Ops)
	p.Pins = slices.Clip(p.Pins)
	for i := range parts {
		if fixed[parts[i].Op] {
			parts[i].Pin = schedule.Frozen
			p.Pins = append(p.Pins, parts[i])
		}
	}
	s := schedule.NewSchedule(&p, parts)
	s.Broken = f.schedule.Broken
	return s
}

// outside are the operations of orders that are not pinned and begin before one instant or from another on.
func (f *Finite) outside(until, after int64) map[int32]bool {
	out := map[int32]bool{}
	if until <= f.today && after >= capacity.Never {
		return out
	}
	for j := range f.problem.Jobs {
		row := &f.problem.Jobs[j]
		for op := row.First; op < row.First+row.Ops; op++ {
			parts := f.schedule.Of(op)
			start, shipment := f.schedule.Start(op), row.Due != 0
			if !shipment && len(parts) > 0 && parts[0].Pin == schedule.Free && (start < until || start >= after && start < capacity.Never) {
				out[op] = true
			}
		}
	}
	return out
}

// restored is a schedule of a problem that held changed as one of the plan's own.
func (f *Finite) restored(s *schedule.Schedule) *schedule.Schedule {
	if s.Problem == f.problem {
		return s
	}
	parts := slices.Clone(s.Ops)
	for i := range parts {
		parts[i].Pin = f.schedule.Of(parts[i].Op)[0].Pin
	}
	out := schedule.NewSchedule(f.problem, parts)
	out.Broken = slices.Clone(s.Broken)
	for _, v := range schedule.Verify(f.problem, out) { // among what was pinned for the search, nobody noted what does not go together
		if !v.Given && !slices.ContainsFunc(out.Broken, func(b schedule.Violation) bool { return b.Kind == v.Kind && b.Op == v.Op }) {
			out.Broken = append(out.Broken, v)
		}
	}
	slices.SortStableFunc(out.Broken, func(a, b schedule.Violation) int { return cmp.Compare(a.Op, b.Op) })
	return out
}

// movedIn counts the operations of routings that begin at another time or on another machine in another schedule.
func (f *Finite) movedIn(g *Finite) int {
	n := 0
	for op := range f.problem.Ops {
		was, is := f.schedule.Of(int32(op)), g.schedule.Of(int32(op))
		if f.problem.Ops[op].Number <= 0 || len(was) == 0 || len(is) == 0 {
			continue
		}
		if a, b := firstPart(was), firstPart(is); a.Start != b.Start || a.Machine != b.Machine {
			n++
		}
	}
	return n
}
