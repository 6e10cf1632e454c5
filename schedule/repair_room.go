package schedule

import (
	"github.com/taktplan/takt/capacity"
)

// placeTied places a unit of several operations; if it would be late, and less urgent work stands in its way, again without that.
func (r *repair) placeTied(ops []int32) {
	r.placeUnit(ops)
	late, urgent := r.lateBy(ops), r.isUrgent(ops[0])
	if !r.o.Displace || r.moved >= r.o.Most || late <= 0 && !urgent {
		r.stuck = r.stuck || r.waitsLong(ops)
		return
	}
	ends := r.endsOf(ops)
	var victims []int32
	var was []placing
	better := r.attempt(func() bool {
		r.Board.lift(ops[0], true)
		if victims, was = r.makeRoom(ops); len(victims) == 0 {
			return false
		}
		r.placeUnit(ops)
		return r.endsOf(ops) < ends
	})
	for i, v := range victims {
		if better && !r.placed[v] {
			r.gone(v, was[i])
		}
	}
	r.stuck = r.stuck || r.waitsLong(ops)
}

// longWait is from when on a unit that would be in time otherwise waits so long for its machines that a schedule
// built anew is the better answer: setups of ovens and of what stands behind close the gaps.
const longWait = 7 * 24 * 3600

func (r *repair) waitsLong(ops []int32) bool {
	return r.lateBy(ops) > longWait && r.start[ops[0]] < capacity.Never && r.start[ops[0]]-r.ready(ops[0]) > longWait
}

// attempt does something to the board, and takes all of it back if it reports false.
func (r *repair) attempt(try func() bool) bool {
	outer, broken := r.log, r.broken
	inner := &boardLog{seen: map[int32]int{}}
	r.log = inner
	ok := try()
	r.log = nil
	if !ok {
		moves := make([]Move, len(inner.ops))
		for i, op := range inner.ops {
			moves[i] = Move{Op: op, was: inner.was[i]}
		}
		r.replay(moves, func(m *Move) *placing { return &m.was })
		r.broken = broken
	}
	r.log = outer
	for i, op := range inner.ops {
		if _, known := outer.seen[op]; !known && ok {
			outer.seen[op] = len(outer.ops)
			outer.ops, outer.was = append(outer.ops, op), append(outer.was, inner.was[i])
		}
	}
	return ok
}

// lateBy is by how much a unit is later than its due dates allow.
func (r *repair) lateBy(ops []int32) int64 {
	late := int64(-capacity.Never)
	for _, op := range ops {
		late = max(late, r.end[op]-r.tight.end[op])
	}
	return late
}

// endsOf is when the last operation of a unit ends.
func (r *repair) endsOf(ops []int32) int64 {
	end := int64(-capacity.Never)
	for _, op := range ops {
		end = max(end, r.end[op])
	}
	return end
}

// makeRoom takes out what stands where a unit could run earliest and gives way to it, one operation after another.
func (r *repair) makeRoom(ops []int32) (victims []int32, was []placing) {
	ends := map[int32]int64{}
	for _, op := range ops {
		ready := max(r.p.Start, r.p.Ops[op].Release)
		for i, e := range r.in.others(op) {
			if end, inside := ends[e.op]; inside {
				ready = max(ready, end+ceilSeconds(int64(r.p.Arcs[r.in.of(op)[i]].Min)))
			} else {
				ready = max(ready, r.after(&r.p.Arcs[r.in.of(op)[i]]))
			}
		}
		ends[op] = ready
		if ready >= capacity.Never || r.p.Ops[op].NumModes == 0 {
			continue
		}
		if c := r.state.findOutside(op, ready); c.ok {
			ends[op] = c.End
			continue
		}
		forced, list := r.force(op, ready, r.gives(op))
		if !forced.ok {
			continue
		}
		ends[op] = forced.End
		if v := r.resetBehind(op, &forced); v >= 0 {
			list = append(list, v)
		}
		for _, v := range list {
			if r.placed[v] {
				victims, was = append(victims, v), append(was, r.placingOf(v))
				r.Board.lift(v, false)
			}
		}
	}
	return victims, was
}

// resetBehind is the operation that runs next behind a forced place, if it would need another setup there and may
// be placed anew; -1: none.
func (r *repair) resetBehind(op int32, c *choice) int32 {
	if !r.changeovers || r.p.Centres[r.p.Machines[c.Machine].Centre].Kind != Exclusive {
		return -1
	}
	gaps := r.lines[c.Machine].From(c.End)
	gap, _ := gaps.Next(-capacity.Never)
	if gap.After == nil {
		return -1
	}
	v := gap.After.Ref
	if r.chained[v] || r.at[v].Pin != Free || len(r.more[v]) > 0 || r.keepsSetup(c.Machine, r.familyBefore(c.Machine, gap.Before), r.p.Ops[op].Family, gap.After) {
		return -1
	}
	return v
}
