package schedule

import (
	"context"

	"github.com/taktplan/takt/capacity"
)

func newBase(ctx context.Context, c *compiled, s *Schedule, o *Search) *searchBase {
	b := &searchBase{reach: c.earliest(), objective: o.Objective, reference: o.Reference, broken: len(s.Broken)}
	goals := goalsOf(c.p)
	b.start = c.latest(goals).start
	build := newBuilder(ctx, c.p, Options{Objective: o.Objective})
	if build.passes(); build.bestKey != nil { // the keys that construction found are a better beginning
		b.start = build.bestKey
	}
	b.least = make([]int64, len(c.p.Jobs))
	for j := range c.p.Jobs {
		if job := &c.p.Jobs[j]; job.Due != 0 && job.Ops > 0 {
			if end := b.reach.end[job.First+job.Ops-1]; end < capacity.Never {
				b.least[j] = max(0, end-job.Due)
				b.unavoidable = add(b.unavoidable, times(b.least[j], job.weight()))
			}
		}
	}
	b.claims = c.claims()
	b.due = c.latest(wishesOf(c.p)).end
	b.sensitive = c.sensitiveMachines()
	for op := range int32(len(c.p.Ops)) {
		if (c.pinned == nil || c.pinned[op] == nil) && c.p.Ops[op].NumModes > 0 {
			b.movable = append(b.movable, op)
		}
	}
	return b
}

// sensitiveMachines are those on which setups depend on what ran before; nil: there are none.
func (c *compiled) sensitiveMachines() []bool {
	out := make([]bool, len(c.p.Machines))
	any := false
	mark := func(centre int32) {
		if w := &c.p.Centres[centre]; w.Kind != Infinite {
			for k := w.First; k < w.First+w.Machines; k++ {
				out[k], any = true, true
			}
		}
	}
	for i := range c.p.Centres {
		if c.p.Centres[i].Matrix > 0 {
			mark(int32(i))
		}
	}
	for i := range c.p.Modes {
		if m := &c.p.Modes[i]; m.Setup > 0 && m.Centre >= 0 {
			mark(m.Centre)
		}
	}
	if !any {
		return nil
	}
	return out
}

// findOdd finds the operations that have a wrong setup before the search: pinned ones may.
func (b *searchBase) findOdd(i *island) {
	b.odd = map[int32]bool{}
	if b.sensitive == nil {
		return
	}
	for machine := range i.lines {
		if !b.sensitive[machine] {
			continue
		}
		before := i.familyBefore(int32(machine), nil)
		for r := range i.lines[machine].All() {
			if !i.hasSetup(int32(machine), before, &r) {
				if i.p.Centres[i.p.Machines[machine].Centre].Kind == Batch {
					for _, op := range i.loads[r.Ref].members {
						b.odd[op] = true
					}
				} else {
					b.odd[r.Ref] = true
				}
			}
			before = r.Family
		}
	}
}

// isSensitive reports whether setups on a machine depend on what ran before.
func (b *searchBase) isSensitive(machine int32) bool {
	return b.sensitive != nil && b.sensitive[machine]
}

// claim is the job with a due date that waits for an operation most urgently: it is late by so much as the operation ends after end.
type claim struct {
	job int32 // -1: none waits
	end int64
}

// claims are by operation. They count what work the operations behind take at least, and no calendars.
func (c *compiled) claims() []claim {
	out := make([]claim, len(c.p.Ops))
	for i := len(c.order) - 1; i >= 0; i-- {
		op := c.order[i]
		j := c.p.Ops[op].Job
		job := &c.p.Jobs[j]
		w := claim{-1, capacity.Never}
		if op == job.First+job.Ops-1 && job.Due != 0 {
			w = claim{j, job.Due}
		}
		for _, e := range c.out.others(op) {
			if e.lag < 0 || out[e.op].job < 0 {
				continue
			}
			if end := out[e.op].end - c.leastWork(e.op) - e.lag; end < w.end {
				w = claim{out[e.op].job, end}
			}
		}
		out[op] = w
	}
	return out
}

// leastWork is how many seconds an operation works at least.
func (c *compiled) leastWork(op int32) int64 {
	o := &c.p.Ops[op]
	least := capacity.Never
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		if c.p.Modes[m].Centre < 0 || o.SplitMax > 1 {
			return 0
		}
		least = min(least, ceilSeconds(c.work[m]))
	}
	if o.NumModes == 0 {
		return 0
	}
	return least
}

// goalsOf are by job when it is wanted.
func goalsOf(p *Problem) []int64 {
	out := make([]int64, len(p.Jobs))
	for j := range out {
		out[j] = goal(&p.Jobs[j])
	}
	return out
}

// wishesOf are, by job, the due date, or the target as it is.
func wishesOf(p *Problem) []int64 {
	out := goalsOf(p)
	for j := range out {
		if job := &p.Jobs[j]; job.Due == 0 && job.Target != 0 {
			out[j] = job.Target
		}
	}
	return out
}
