package schedule

import (
	"slices"

	"github.com/taktplan/takt/capacity"
)

// state is a schedule while it is built: the timelines, the pools in use, oven
// loads, and what has been placed. One goroutine owns it.
type state struct {
	*compiled
	lines  []capacity.Timeline // by machine
	pools  []capacity.Profile
	loads  []load                 // of ovens
	spare  []int32                // places of loads that are no more
	at     []Assignment           // by operation: the first part
	more   map[int32][]Assignment // further parts of split operations
	placed []bool
	start  []int64 // by operation
	end    []int64
	setups []int64 // by operation: setup of its first part, in nanoseconds
	// latest is when an operation should have ended at the latest; construction
	// stays with a preferred machine while it can.
	latest []int64
	floor  []int64 // not before, by operation; nil: no limit beside the problem's
	broken []Violation
	// instants are the operations without duration, by machine.
	instants map[int32][]instant
	append   bool // place behind what is placed already: no gap filling

	log   *boardLog // of a board: what operations were before they changed; nil: nobody asks
	trail *trail    // the same of a search

	mayDefer    bool // an operation behind a forbidden changeover is put off
	fixedSetups bool // operations that are placed keep their setups

	// What gives way where an operation cannot be placed as asked.
	interrupt, overForbidden bool

	one [1]choice
}

// instant is an operation without duration on a machine.
type instant struct {
	at int64
	op int32
}

func newState(c *compiled) *state {
	n := len(c.p.Ops)
	s := &state{compiled: c, lines: make([]capacity.Timeline, len(c.p.Machines)), pools: make([]capacity.Profile, len(c.p.Pools)),
		at: make([]Assignment, n), placed: make([]bool, n), start: make([]int64, n), end: make([]int64, n), setups: make([]int64, n)}
	for i := range c.p.Pools {
		for _, a := range c.p.Pools[i].Absent {
			s.pools[i].Use(a.From, a.To, a.Units)
		}
	}
	s.pin()
	return s
}

// pin places the operations that keep machine and times. What overlaps is kept as
// well; Verify names it.
func (s *state) pin() {
	for op, parts := range s.pinned {
		if len(parts) == 0 {
			continue
		}
		op := int32(op)
		s.start[op], s.end[op] = parts[0].Start, parts[0].End
		s.setups[op] = (parts[0].SetupEnd - parts[0].Start) * second
		for i, a := range parts {
			s.start[op], s.end[op] = min(s.start[op], a.Start), max(s.end[op], a.End)
			if i == 0 {
				s.at[op] = a
			} else {
				s.addPart(op, a)
			}
			s.reserve(&s.p.Ops[op], &parts[i])
		}
		s.placed[op] = true
	}
	if s.pinned != nil {
		for _, ops := range s.units {
			s.useHeld(ops, 1)
		}
	}
}

func (s *state) addPart(op int32, a Assignment) {
	if s.more == nil {
		s.more = map[int32][]Assignment{}
	}
	s.more[op] = append(s.more[op], a)
}

// reserve takes machine, tool and operators for a part.
func (s *state) reserve(op *Op, a *Assignment) {
	if a.Machine >= 0 && a.End == a.Start && s.p.Centres[s.p.Machines[a.Machine].Centre].Kind != Infinite {
		if s.instants == nil {
			s.instants = map[int32][]instant{}
		}
		s.instants[a.Machine] = append(s.instants[a.Machine], instant{a.Start, a.Op})
	}
	if a.Machine >= 0 && a.End > a.Start {
		switch s.p.Centres[s.p.Machines[a.Machine].Centre].Kind {
		case Exclusive:
			s.lines[a.Machine].Insert(capacity.Reservation{From: a.Start, To: a.End, Ref: a.Op, Family: op.Family})
		case Batch:
			s.reserveLoad(op, a)
		}
	}
	if a.Mode >= 0 {
		s.usePools(op, &s.p.Modes[a.Mode], a.Start, a.End, 1)
	}
}

// release gives back what reserve took.
func (s *state) release(op *Op, a *Assignment) {
	if list := s.instants[a.Machine]; a.End == a.Start {
		if i := slices.Index(list, instant{a.Start, a.Op}); i >= 0 {
			s.instants[a.Machine] = slices.Delete(list, i, i+1)
		}
	}
	if a.Machine >= 0 && a.End > a.Start {
		switch s.p.Centres[s.p.Machines[a.Machine].Centre].Kind {
		case Exclusive:
			if r, ok := s.lines[a.Machine].At(a.Start); ok && r.Ref == a.Op { // not what it was pinned over
				s.lines[a.Machine].Remove(a.Start)
			}
		case Batch:
			s.releaseLoad(a)
		}
	}
	if a.Mode >= 0 {
		s.usePools(op, &s.p.Modes[a.Mode], a.Start, a.End, -1)
	}
}

func (s *state) usePools(op *Op, m *Mode, from, to int64, sign int32) {
	if n := s.toolUnits(op, m); n > 0 {
		s.pools[m.Tool-1].Use(from, to, sign*n)
	}
	if m.Operator > 0 {
		s.pools[m.Operator-1].Use(from, to, sign*max(m.OperatorUnits, 1))
	}
}

// toolUnits are the units of its tool that an operation takes for itself: none of a tool
// that its job may hold, which is taken when the whole job is placed.
func (s *state) toolUnits(op *Op, m *Mode) int32 {
	if m.Tool == 0 || s.mayHold(op.Job, m.Tool) {
		return 0
	}
	return max(m.ToolUnits, 1)
}

// partWork is the working time of a part without setup, in nanoseconds.
func (s *state) partWork(a *Assignment) int64 {
	op := &s.p.Ops[a.Op]
	if a.Quantity == op.Quantity {
		return s.work[a.Mode]
	}
	return workOf(&s.p.Modes[a.Mode], op, a.Quantity)
}

// familyOf is the setup family that a reservation leaves, the machine's own before the first.
func (s *state) familyBefore(machine int32, r *capacity.Reservation) int32 {
	if r == nil {
		return s.p.Machines[machine].Family
	}
	return r.Family
}

// put records a part of an operation and reserves what it takes.
func (s *state) put(op int32, parts []choice) {
	s.note(op)
	s.start[op], s.end[op], s.setups[op] = parts[0].Start, parts[0].End, parts[0].setup
	for i := range parts {
		a := &parts[i].Assignment
		s.start[op], s.end[op] = min(s.start[op], a.Start), max(s.end[op], a.End)
		if i == 0 {
			s.at[op] = *a
		} else {
			s.addPart(op, *a)
		}
		if parts[i].next != nil {
			s.reset(parts[i].next)
		}
		if a.Start < capacity.Never {
			s.reserve(&s.p.Ops[op], a)
		}
	}
	s.placed[op] = true
}

// note remembers what an operation is before it changes.
func (s *state) note(op int32) {
	if s.log != nil {
		s.log.note(s, op)
	}
	if s.trail != nil {
		s.trail.note(s, op)
	}
}

// take removes an operation from the schedule.
func (s *state) take(op int32) {
	s.note(op)
	o := &s.p.Ops[op]
	if s.at[op].Start < capacity.Never {
		s.release(o, &s.at[op])
	}
	for i := range s.more[op] {
		s.release(o, &s.more[op][i])
	}
	delete(s.more, op)
	s.placed[op] = false
}

// schedule is the finished schedule.
func (s *state) schedule() *Schedule {
	parts := make([]Assignment, 0, len(s.at)+len(s.more))
	for op := range s.at {
		parts = append(parts, s.at[op])
		parts = append(parts, s.more[int32(op)]...)
	}
	out := NewSchedule(s.p, parts)
	out.Broken = s.broken
	return out
}
