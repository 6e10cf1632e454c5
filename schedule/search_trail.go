package schedule

import (
	"slices"

	"github.com/taktplan/takt/capacity"
)

// trail remembers what operations were before they changed, so that all of it can be taken back. It is reused:
// in the long run it allocates nothing.
type trail struct {
	mark   []uint32 // by operation: it changed if that is now
	place  []int32  // by operation that changed: where it stands below
	now    uint32
	ops    []int32
	was    []footprint // of the same operations
	broken []Violation
}

// footprint is all that a state knows of an operation.
type footprint struct {
	at                 Assignment
	more               []Assignment
	start, end, setups int64
	placed             bool
}

// begin forgets what was remembered.
func (t *trail) begin(s *state) {
	if t.now++; t.now == 0 { // once in four thousand million
		clear(t.mark)
		t.now = 1
	}
	clear(t.was) // the parts in it
	t.ops, t.was = t.ops[:0], t.was[:0]
	t.broken = append(t.broken[:0], s.broken...)
}

func (t *trail) note(s *state, op int32) {
	if t.mark[op] == t.now {
		return
	}
	t.mark[op] = t.now
	t.place[op] = int32(len(t.ops))
	t.ops = append(t.ops, op)
	t.was = append(t.was, s.footprint(op))
}

// of is what an operation that changed was.
func (t *trail) of(op int32) *footprint { return &t.was[t.place[op]] }

func (s *state) footprint(op int32) footprint {
	f := footprint{at: s.at[op], start: s.start[op], end: s.end[op], setups: s.setups[op], placed: s.placed[op]}
	if s.more != nil {
		f.more = s.more[op]
	}
	return f
}

// undo takes all changes since begin back.
func (s *state) undo(t *trail) {
	s.trail = nil
	s.move(t.ops, t.was)
	s.broken = append(s.broken[:0], t.broken...)
	s.trail = t
}

// move puts operations to other places.
func (s *state) move(ops []int32, places []footprint) {
	s.useHeldOf(ops, -1)
	for i := len(ops) - 1; i >= 0; i-- {
		if op := ops[i]; s.placed[op] {
			s.take(op)
		}
	}
	for i, op := range ops {
		f := &places[i]
		s.at[op], s.start[op], s.end[op], s.setups[op], s.placed[op] = f.at, f.start, f.end, f.setups, f.placed
		if !f.placed {
			continue
		}
		o := &s.p.Ops[op]
		if f.at.Start < capacity.Never {
			s.reserve(o, &s.at[op])
		}
		for k := range f.more {
			s.addPart(op, f.more[k])
			if f.more[k].Start < capacity.Never {
				s.reserve(o, &f.more[k])
			}
		}
	}
	s.useHeldOf(ops, 1)
}

// useHeldOf takes the held tools of the units that operations belong to, or gives them back.
func (s *state) useHeldOf(ops []int32, sign int32) {
	if s.holds == nil {
		return
	}
	var units []int32
	for _, op := range ops {
		if s.chained[op] {
			units = append(units, s.unit[op])
		}
	}
	slices.Sort(units)
	for _, u := range slices.Compact(units) {
		s.useHeld(s.units[u], sign)
	}
}
