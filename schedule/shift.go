package schedule

import (
	"cmp"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// shiftRight moves operations of the best schedule as late as their jobs' due dates,
// what follows them and their machine allow. Machines and setups stay, and no job
// ends later than it did or than its due date. Operations that
// waits, transfer batches, held tools, oven loads or splits tie to others are placed anew.
// O(n log n).
func (b *builder) shiftRight() {
	s := b.best
	ops := slices.Clone(b.order)
	place := make([]int32, len(ops)) // in topological order
	for i, op := range ops {
		place[op] = int32(i)
	}
	slices.SortFunc(ops, func(x, y int32) int {
		return cmp.Or(cmp.Compare(s.start[y], s.start[x]), cmp.Compare(place[y], place[x]))
	})
	s.floor = make([]int64, len(ops))
	copy(s.floor, b.floor)
	s.fixedSetups = true
	tried := make([]bool, len(b.units))
	for i, op := range ops {
		if i&1023 == 0 {
			if b.err = b.ctx.Err(); b.err != nil {
				return
			}
		}
		switch u := b.unit[op]; {
		case s.movable(op):
			s.shift(op, b.lastEnd(op))
		case !tried[u]:
			tried[u] = true
			if !b.shiftChain(b.units[u]) {
				b.relocate(b.units[u])
			}
		}
	}
}

// movable reports whether an operation can be moved by itself.
func (s *state) movable(op int32) bool {
	o := &s.p.Ops[op]
	if s.isPinned(op) || s.chained[op] || len(s.more[op]) > 0 || s.start[op] >= capacity.Never {
		return false
	}
	if a := &s.at[op]; a.Machine >= 0 && (s.p.Centres[s.p.Machines[a.Machine].Centre].Kind == Batch || len(s.instants[a.Machine]) > 0) {
		return false // an operation without duration would see another setup
	}
	return o.Load == 0 && !handsOver(s.in.others(op)) && !handsOver(s.out.others(op))
}

// lastEnd is the latest end that an operation's job and what follows allow.
func (b *builder) lastEnd(op int32) int64 {
	s := b.best
	end := capacity.Never
	job := &b.p.Jobs[b.p.Ops[op].Job]
	if op == job.First+job.Ops-1 {
		switch {
		case job.Due != 0:
			end = max(s.end[op], job.Due)
		case job.Target != 0 && len(b.out.of(op)) == 0:
			end = max(s.end[op], job.Target)
		}
	}
	for _, i := range b.out.of(op) {
		a := &b.p.Arcs[i]
		end = min(end, s.start[a.To]-ceilSeconds(int64(a.Min)))
	}
	if end >= capacity.Never {
		return s.end[op] // nothing says how late it may be
	}
	if op == job.First+job.Ops-1 {
		end = max(s.end[op], end-ceilSeconds(int64(job.Buffer)))
	}
	return end
}

// shift moves one operation to end as late as can be, at last at limit.
func (s *state) shift(op int32, limit int64) {
	if limit <= s.end[op] {
		return
	}
	if moved, ok := s.latestOnMachine(op, limit); ok && moved.Start > s.start[op] {
		s.replace(op, moved)
	}
}

// poolsFree is 0 if tools and operators are free, else the latest end to try next.
func (s *state) poolsFree(m *Mode, a *Assignment) int64 {
	for _, use := range [...]struct{ pool, units int32 }{{m.Tool, m.ToolUnits}, {m.Operator, m.OperatorUnits}} {
		if use.pool == 0 {
			continue
		}
		if ok, retry := s.pools[use.pool-1].FitsBack(a.Start, a.End, max(use.units, 1), s.p.Pools[use.pool-1].Units); !ok {
			return retry
		}
	}
	return 0
}
