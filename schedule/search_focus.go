package schedule

import (
	"context"
	"math"

	"github.com/taktplan/takt/capacity"
)

// focus is a search on a part of the problem: the late jobs, those that are due before the last of them ends, and what they
// wait for. All else has time: it takes its turn behind them when a schedule of the part is completed. So a search does not pay for, nor
// draw among, what late jobs never meet.
type focus struct {
	*excerpt
	search *archipelago
	filler *planner
	jobs   []bool    // of the whole: in the part
	from   *Schedule // of the whole, that the search knows of
	given  *Schedule // of the part, that was completed last
}

// canFocus reports whether a search for what is late comes first.
func (a *archipelago) canFocus() bool {
	if len(a.o.Objective.Weights) > 0 {
		return false
	}
	first := a.o.Objective.order()[0]
	return first == Tardiness || first == Late || first == LateWeight
}

// focuses reports whether there is a part to search that may be gained from.
func (a *archipelago) focuses() bool {
	if a.focused == nil {
		return false
	}
	reason, ends := a.focused.search.ends()
	return !ends || reason == IterationsDone // it is given more
}

// focus is a stage of the search on the part.
func (a *archipelago) focus() (work int64) {
	f := a.focused
	if f == nil { // it was the last stage that found none any more
		return a.stageWork()
	}
	if f.from != a.from {
		work += int64(len(a.c.p.Ops))
		if f = a.refocus(); f == nil {
			return a.stageWork()
		}
	}
	inner := f.search
	inner.o.Iterations = 0
	if a.o.Iterations > 0 {
		inner.o.Iterations = inner.done + a.o.Iterations - a.done
	}
	before := inner.done
	work += inner.step()
	a.done += inner.done - before
	if inner.from == f.given {
		return work
	}
	f.given = inner.from
	work += int64(len(a.c.p.Ops))
	s := f.complete()
	if s == nil {
		return work
	}
	if score := s.score(a.o.Reference); a.takeState(s, &score) {
		f.from = a.from
	}
	if late := a.lateBehind(s); len(late) > 0 {
		a.focused = a.newFocus(s.schedule(), late)
	}
	return work
}

// refocus tells the search on the part of a better schedule of the whole, or chooses the part anew if other jobs are late in that. It gives nil
// if there is no part any more.
func (a *archipelago) refocus() *focus {
	f := a.focused
	for j, in := range a.core(a.from, nil) {
		if in && !f.jobs[j] {
			a.focused = a.newFocus(a.from, nil)
			return a.focused
		}
	}
	f.from = a.from
	if s := f.begin(a.ctx, f.search.c, a.from); s != nil {
		score := s.score(nil)
		f.search.takeState(s, &score)
	}
	return f
}

// lateBehind are the jobs that are not in the part and late behind it.
func (a *archipelago) lateBehind(s *state) (jobs []int32) {
	for j, in := range a.focused.jobs {
		job := &a.c.p.Jobs[j]
		if in || job.Due == 0 || job.Ops == 0 {
			continue
		}
		last := job.First + job.Ops - 1
		if s.end[last] > max(job.Due, a.base.reach.end[last]) && s.end[last] < capacity.Never {
			jobs = append(jobs, int32(j))
		}
	}
	return jobs
}

// newFocus chooses the part, of a schedule of the whole, with some jobs beside; nil if that is most of the whole or nothing is late.
func (a *archipelago) newFocus(s *Schedule, beside []int32) *focus {
	const most = 0.6
	if len(a.c.p.Ops) <= a.small {
		return nil
	}
	f := &focus{from: a.from, jobs: a.core(s, beside)}
	f.excerpt = newExcerpt(a.c.p, f.jobs)
	if n := float64(len(f.ops)); n == 0 || n > most*float64(len(a.c.p.Ops)) {
		return nil
	}
	c := compile(f.p)
	start := f.begin(a.ctx, c, s)
	if start == nil {
		return nil
	}
	o := &Search{Seed: a.o.Seed + uint64(a.done), Cores: a.cores, Objective: a.o.Objective}
	f.search = newArchipelago(a.ctx, c, start.schedule(), o)
	f.search.within = true
	for i, op := range f.ops {
		f.search.base.start[i] = a.base.start[op]
	}
	f.filler = newPlanner(a.c, a.base, 0, 0, nil)
	f.filler.there = f.covered(len(a.c.p.Ops))
	return f
}

// begin builds the part in the order of a schedule of the whole; nil if the context ended.
func (f *focus) begin(ctx context.Context, c *compiled, whole *Schedule) *state {
	keys := make([]int64, len(f.ops))
	for i, op := range f.ops {
		keys[i] = whole.Start(op)
	}
	s := newState(c)
	s.latest = c.latest(wishesOf(f.p)).end
	if s.serial(ctx, c.campaigns(keys), nil) != nil {
		return nil
	}
	return s
}

// core are the jobs of the part: the late ones, those that are due before the last of them ends, what is pinned, and
// all that these wait for or are placed together with.
func (a *archipelago) core(s *Schedule, beside []int32) []bool {
	p := a.c.p
	in := make([]bool, len(p.Jobs))
	var list []int32
	take := func(j int32) {
		if !in[j] {
			in[j] = true
			list = append(list, j)
		}
	}
	for _, j := range beside {
		take(j)
	}
	horizon := a.lastLate(s)
	if horizon == 0 && len(beside) == 0 {
		return in
	}
	for j := range p.Jobs {
		if job := &p.Jobs[j]; job.Due != 0 && job.Due <= horizon {
			take(int32(j))
		}
	}
	for i := range p.Pins {
		take(p.Ops[p.Pins[i].Op].Job)
	}
	for k := 0; k < len(list); k++ {
		job := &p.Jobs[list[k]]
		for op := job.First; op < job.First+job.Ops; op++ {
			for _, e := range a.c.in.others(op) {
				take(p.Ops[e.op].Job)
			}
			for _, other := range a.c.units[a.c.unit[op]] {
				take(p.Ops[other].Job)
			}
		}
	}
	return in
}

// lastLate is when the last job ends that is later than it has to be; 0: none is.
func (a *archipelago) lastLate(s *Schedule) int64 {
	at := int64(0)
	for j := range a.c.p.Jobs {
		job := &a.c.p.Jobs[j]
		if job.Due == 0 || job.Ops == 0 {
			continue
		}
		last := job.First + job.Ops - 1
		if end := s.End(last); end > max(job.Due, a.base.reach.end[last]) && end < capacity.Never {
			at = max(at, end)
		}
	}
	return at
}

// complete is the best schedule of the part with all else placed behind it. It does not end with the context: what was found is not lost.
func (f *focus) complete() *state {
	b := f.filler
	s := newState(b.compiled)
	found := f.search.from
	parts := make([]Assignment, 0, len(found.Ops))
	for i := range found.Ops {
		parts = append(parts, f.inWhole(found.Ops[i]))
	}
	whole := NewSchedule(b.p, parts)
	(&Board{state: s}).findSetups(whole)
	s.useHeldOf(f.ops, -1)
	for _, op := range f.ops {
		if !s.isPinned(op) {
			s.restore(op, placing{parts: whole.Of(op), setup: s.setups[op]})
		}
	}
	s.useHeldOf(f.ops, 1)
	for _, v := range found.Broken {
		s.broken = append(s.broken, f.brokenInWhole(v))
	}
	return b.fill(context.Background(), s, b.base.start, math.MaxInt64)
}
