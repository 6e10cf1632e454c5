package schedule

import (
	"iter"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// Board is a schedule that changes in place: a planning board. Jobs come and go, what they wait for changes, and
// Repair makes the schedule whole again while most of it stays where it is. What a change did is a
// Step, which Undo takes back and Redo makes again; so one board serves many schedules that differ
// in little, at a cost that grows with what differs.
//
// A change goes in turn: Begin; Problem is extended by jobs with their operations, modes and arcs, RemoveJob,
// Unlink, SetRelease and SetHours as need be; Repair; Commit. One goroutine owns a board.
type Board struct {
	*state
	b           *builder       // of the same problem: keys and limits
	dead        []bool         // by operation: its job was removed
	tight       bounds         // latest times that keep the due dates, on calendars
	changeovers bool           // setups depend on what ran before
	change      *change        // since Begin; nil: none
	urgent      map[int32]bool // operations, while a repair runs
}

// NewBoard puts a schedule on a board. O(n log n) in its operations and arcs.
func NewBoard(s *Schedule) *Board {
	p := *s.Problem
	p.Ops, p.Machines, p.Pools = slices.Clone(p.Ops), slices.Clone(p.Machines), slices.Clone(p.Pools)
	p.Modes, p.Jobs, p.Arcs, p.Families = slices.Clip(p.Modes), slices.Clip(p.Jobs), slices.Clip(p.Arcs), slices.Clip(p.Families)
	c := compile(&p)
	c.in.first, c.in.last = slices.Clone(c.in.first), slices.Clone(c.in.last)
	c.out.first, c.out.last = slices.Clone(c.out.first), slices.Clone(c.out.last)
	b := &Board{b: &builder{compiled: c, goals: make([]int64, len(p.Jobs))}, dead: make([]bool, len(p.Ops))}
	for j := range p.Jobs {
		b.b.goals[j] = goal(&p.Jobs[j])
	}
	b.tight = c.latest(b.b.goals)
	pinned := c.pinned
	c.pinned = nil // they are placed with the rest
	b.state = newState(c)
	c.pinned = pinned
	b.state.latest = b.tight.end
	b.b.best = b.state
	b.findSetups(s)
	b.placeAll(s)
	b.changeovers = len(p.Matrices) > 0 || slices.ContainsFunc(p.Modes, func(m Mode) bool { return m.Setup > 0 })
	b.broken = slices.Clone(s.Broken)
	return b
}

// findSetups finds the setups that operations have by what ran before them.
func (b *Board) findSetups(s *Schedule) {
	line := make([][]int32, len(b.p.Machines)) // by machine: assignments in s.Ops by start
	for i := range s.Ops {
		a := &s.Ops[i]
		if a.Machine >= 0 && a.Start < capacity.Never {
			line[a.Machine] = append(line[a.Machine], int32(i))
		}
	}
	for machine, list := range line {
		slices.SortFunc(list, func(x, y int32) int { return compareAssignments(&s.Ops[x], &s.Ops[y]) })
		family, load := b.p.Machines[machine].Family, int64(-capacity.Never)
		kind := b.p.Centres[b.p.Machines[machine].Centre].Kind
		before := family
		for _, i := range list {
			a := &s.Ops[i]
			if kind == Infinite {
				before = 0
			} else if a.Start != load || kind != Batch { // members of an oven load share their setup
				before = family
			}
			setup, _ := b.setup(int32(machine), before, b.p.Ops[a.Op].Family, b.p.Modes[a.Mode].Setup)
			if s.first[a.Op] == i {
				b.state.setups[a.Op] = setup
			}
			if a.End > a.Start {
				family, load = b.p.Ops[a.Op].Family, a.Start
			}
		}
	}
}

func compareAssignments(a, b *Assignment) int {
	switch {
	case a.Start != b.Start:
		if a.Start < b.Start {
			return -1
		}
		return 1
	case a.End != b.End:
		if a.End < b.End {
			return -1
		}
		return 1
	}
	return int(a.Op) - int(b.Op)
}

// placeAll places every operation as the schedule has it.
func (b *Board) placeAll(s *Schedule) {
	for op := range int32(len(b.p.Ops)) {
		parts := s.Of(op)
		if len(parts) == 0 {
			continue
		}
		b.restore(op, placing{parts: parts, setup: b.state.setups[op]})
	}
	for _, ops := range b.units {
		if b.chained[ops[0]] {
			b.useHeld(ops, 1)
		}
	}
}

// placing is where an operation is.
type placing struct {
	parts []Assignment // none: nowhere
	setup int64
}

// placingOf is where an operation is now.
func (s *state) placingOf(op int32) placing {
	if !s.placed[op] {
		return placing{}
	}
	return placing{append([]Assignment{s.at[op]}, s.more[op]...), s.setups[op]}
}

// restore puts an operation where it was, without asking whether it fits.
func (s *state) restore(op int32, w placing) {
	if len(w.parts) == 0 {
		return
	}
	s.setups[op] = w.setup
	s.start[op], s.end[op] = capacity.Never, -capacity.Never
	for i := range w.parts {
		a := &w.parts[i]
		s.start[op], s.end[op] = min(s.start[op], a.Start), max(s.end[op], a.End)
		if i == 0 {
			s.at[op] = *a
		} else {
			s.addPart(op, *a)
		}
		if a.Start < capacity.Never {
			s.reserve(&s.p.Ops[op], a)
		}
	}
	s.placed[op] = true
}

// Problem is the problem of the board. Between Begin and Repair, Jobs, Ops, Modes, Arcs and Families may be appended to; the board's
// arcs run to operations of any age. Nothing else of it is to be changed.
func (b *Board) Problem() *Problem { return b.p }

// Placed is where an operation is: its parts, none if its job was removed.
func (b *Board) Placed(op int32) []Assignment { return b.placingOf(op).parts }

// Start and End are when an operation begins and ends; capacity.Never if no calendar reaches it.
func (b *Board) Start(op int32) int64 { return b.start[op] }

// End is when an operation ends.
func (b *Board) End(op int32) int64 { return b.end[op] }

// Pin is whether an operation keeps machine and times, and why.
func (b *Board) Pin(op int32) PinKind { return b.at[op].Pin }

// Broken are the constraints that could not be kept.
func (b *Board) Broken() []Violation { return b.broken }

// Binding is what an operation waits for last, -1 if that is a release or the start of the problem, and since when it
// could run.
func (b *Board) Binding(op int32) (before int32, ready int64) {
	before, ready = -1, max(b.p.Start, b.p.Ops[op].Release)
	for i, e := range b.in.others(op) {
		at := b.after(&b.p.Arcs[b.in.of(op)[i]])
		if at > ready {
			before, ready = e.op, at
		}
	}
	return before, ready
}

// Ahead is the operation that ran on an operation's machine when it could have run, the last before it, how many
// did, and since when the machine worked; -1 if the machine was free.
func (b *Board) Ahead(op int32, ready int64) (ahead int32, queue int, since int64) {
	a := &b.at[op]
	if !b.placed[op] || a.Machine < 0 || a.Start <= ready || a.Start >= capacity.Never || b.p.Centres[b.p.Machines[a.Machine].Centre].Kind != Exclusive {
		return -1, 0, ready
	}
	since = ready
	if open, ok := b.hoursOf(&b.p.Modes[a.Mode], a.Machine).Next(ready); ok {
		since = open.From
	}
	ahead = -1
	for gaps := b.lines[a.Machine].From(ready); ; {
		gap, more := gaps.Next(-capacity.Never)
		if !more || gap.After == nil || gap.After.From >= a.Start {
			return ahead, queue, since
		}
		ahead, queue = gap.After.Ref, queue+1
	}
}

// After are the operations that wait for an operation.
func (b *Board) After(op int32) []int32 {
	out := make([]int32, 0, len(b.out.others(op)))
	for _, e := range b.out.others(op) {
		out = append(out, e.op)
	}
	return out
}

// On yields the operations that run on a work centre with exclusive machines.
func (b *Board) On(centre int32) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		c := &b.p.Centres[centre]
		for k := c.First; k < c.First+c.Machines && c.Kind == Exclusive; k++ {
			for r := range b.lines[k].All() {
				if !yield(r.Ref) {
					return
				}
			}
		}
	}
}
