package schedule

import (
	"context"
	"slices"
)

// Search steers Improve and Optimise. The zero value searches on all cores until the context's deadline.
type Search struct {
	// Iterations bounds the removals that are tried, over all islands; 0: no limit. A search that ends by it is a pure
	// function of the problem, the schedule it began with, the objective and the seed.
	Iterations int64
	Seed       uint64
	// Cores is how many goroutines search; 0: as many as there are processors. A result counted in iterations
	// does not depend on it.
	Cores     int
	Objective Objective
	// Reference is a schedule of the same operations; Deviation is measured from it. nil: none.
	Reference *Schedule
	// Improved, when set, is told of each better schedule. It is called on the caller's goroutine.
	Improved func(Improvement)
}

// Improvement is a better schedule than all before.
type Improvement struct {
	Score      Score
	Iterations int64 // tried so far, over all islands
}

// StopReason says why a search ended.
type StopReason uint8

// The reasons. Optimal: no schedule is better (work in progress, and what the objective asks for behind it, is left aside). NothingToMove: all operations keep machine and times.
const (
	IterationsDone StopReason = iota
	TimeUp
	Optimal
	NothingToMove
	Cancelled
)

// StopReasons are the names of the reasons.
var StopReasons = [...]string{"iterations", "time", "optimal", "nothing_to_move", "cancelled"}

func (r StopReason) String() string { return StopReasons[r] }

// Result is what a search found.
type Result struct {
	Schedule *Schedule
	// Before is the score of the schedule that the search began with; in Backward direction after it was moved late.
	Before, After Score
	Bound         Score // of Tardiness, Late, LateWeight and Makespan, as Bound gives it; 0 elsewhere
	Iterations    int64 // removals tried
	StopReason    StopReason
}

// Gap is by how much a measure of the schedule is above its bound, as a share of the bound: 0 at the bound, where no schedule is better. A gap that stays may be
// the bound's. It is not ok where the bound is 0 and the measure is not: then nothing is known.
func (r *Result) Gap(m Measure) (gap float64, ok bool) {
	value, bound := r.After[m], r.Bound[m]
	switch {
	case value <= bound:
		return 0, true
	case bound <= 0:
		return 0, false
	}
	return float64(value-bound) / float64(bound), true
}

// Optimise is Build followed by the search. In Backward direction the search runs on the schedule as early as can be, and what
// it found is moved late, as Build does. The context's deadline ends the search without an error. Errors are those of Build; a context that is
// cancelled gives the best schedule so far, if there is one, and context.Canceled.
func Optimise(ctx context.Context, p *Problem, opts Options, o Search) (*Result, error) {
	building, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		if ctx.Err() == context.Canceled {
			cancel()
		}
	})()
	s, err := Build(building, p, opts)
	if err != nil {
		return nil, err
	}
	return Improve(ctx, s, o)
}

// Improve looks for a better schedule of the same problem by removing work and placing it again. What it gives breaks no more constraints, is never
// worse by the objective unless it breaks fewer, and leaves pinned, started and frozen operations where they are. A schedule that is just in time stays just in time. The context ends it as in Optimise.
func Improve(ctx context.Context, s *Schedule, o Search) (*Result, error) {
	if err := s.Problem.Check(); err != nil {
		return nil, err
	}
	r := &Result{Schedule: s, Before: Evaluate(s, o.Reference)}
	r.After = r.Before
	c := compile(s.Problem)
	r.Bound = c.bound()
	from := s
	if s.early != nil {
		from = s.early
	}
	a := newArchipelago(ctx, c, from, &o)
	if len(a.base.movable) == 0 {
		r.StopReason = NothingToMove
		return r, nil
	}
	r.StopReason = a.run()
	r.Iterations = a.done
	a.finish(r, s)
	if r.StopReason == Cancelled {
		return r, context.Canceled
	}
	return r, nil
}

// finish takes what the islands found if it is better than the schedule that the search began with, moved late as that was.
func (a *archipelago) finish(r *Result, s *Schedule) {
	found := a.from
	if found == s || found == s.early {
		return
	}
	if s.early != nil || slices.ContainsFunc(s.Ops, func(a Assignment) bool { return a.Delayed }) {
		best := stateOf(a.c, found)
		b := &builder{compiled: best.compiled, ctx: context.Background(), best: best}
		b.shiftRight()
		early := found
		found = best.schedule()
		found.early = early
	}
	score := Evaluate(found, a.o.Reference)
	if len(found.Broken) < len(s.Broken) || len(found.Broken) == len(s.Broken) && a.o.Objective.Compare(&score, &r.After) < 0 {
		r.Schedule, r.After = found, score
	}
}
