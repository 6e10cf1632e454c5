package schedule

import (
	"context"

	"github.com/taktplan/takt/capacity"
)

func newBase(ctx context.Context, c *compiled, s *Schedule, o *Search) *searchBase {
	b := &searchBase{reach: c.earliest(), objective: o.Objective, reference: o.Reference, broken: len(s.Broken)}
	goals := make([]int64, len(c.p.Jobs))
	for j := range goals {
		goals[j] = goal(&c.p.Jobs[j])
	}
	b.start = c.latest(goals).start
	build := newBuilder(ctx, c.p, Options{Objective: o.Objective})
	if build.passes(); build.bestKey != nil { // the keys that construction found are a better beginning
		b.start = build.bestKey
	}
	for j := range c.p.Jobs {
		if job := &c.p.Jobs[j]; job.Due != 0 && job.Ops > 0 {
			if end := b.reach.end[job.First+job.Ops-1]; end < capacity.Never {
				b.unavoidable = add(b.unavoidable, times(max(0, end-job.Due), job.weight()))
			}
		}
	}
	for j := range goals {
		if job := &c.p.Jobs[j]; job.Due == 0 && job.Target != 0 {
			goals[j] = job.Target
		}
	}
	b.due = c.latest(goals).end
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
