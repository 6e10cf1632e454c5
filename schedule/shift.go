package schedule

import (
	"cmp"
	"slices"
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
			s.shift(op, b.outsideEnd(op))
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
	return !s.chained[op] && s.p.Ops[op].Load == 0 && s.slides(op)
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
