package schedule

import "github.com/taktplan/takt/capacity"

// mostTries bounds the search for a place in which a chain keeps its longest waits and tools.
const mostTries = 500

// chainAim is what a chain is to keep.
type chainAim struct {
	waits, tools bool
	behind       bool // placed behind all that is placed already, where nothing is in the way
}

// chainAims are tried one after another; what the last ones leave out is noted.
var chainAims = [...]chainAim{
	{waits: true, tools: true}, {waits: true, tools: true, behind: true}, {tools: true}, {tools: true, behind: true}, {},
}

// placeChain places operations that longest waits or held tools tie together.
func (s *state) placeChain(ops []int32) {
	s.useHeld(ops, -1) // what pinned ones among them took
	at := make(map[int32]int, len(ops))
	for i, op := range ops {
		at[op] = i
	}
	for _, aim := range chainAims {
		s.takeFrom(ops, 0)
		if s.tryChain(ops, at, aim) {
			break
		}
	}
	s.tightenWaits(ops)
	s.noteWaits(ops)
	s.noteTools(ops)
	s.useHeld(ops, 1)
}

// tryChain places a chain so that it keeps what is aimed at. When an operation begins later
// than the wait before it allows, the one before is moved back, one whose tool is taken is moved
// itself, and the chain is placed again from there. Times only grow. It reports whether that came to
// an end, and in time for all operations that calendars reach without such moves.
func (s *state) tryChain(ops []int32, at map[int32]int, aim chainAim) bool {
	floor := make([]int64, len(ops))
	if aim.behind {
		s.floorBehind(floor)
	}
	from, lost := 0, -1
	for range mostTries {
		for _, op := range ops[from:] {
			if !s.placed[op] {
				s.place(op, max(s.ready(op), floor[at[op]]))
			}
		}
		switch n := s.lostOf(ops); {
		case lost < 0:
			lost = n
		case n > lost:
			return false
		}
		move, later := s.conflict(ops, at, aim)
		if move < 0 {
			return true
		}
		k := at[move]
		if later >= capacity.Never || s.isPinned(move) {
			return false
		}
		floor[k] = max(floor[k]+1, later)
		s.takeFrom(ops, k)
		from = k
	}
	return false
}

// floorBehind sets the end of all that is placed as the earliest start.
func (s *state) floorBehind(floor []int64) {
	last := s.p.Start
	for op, placed := range s.placed {
		if placed && s.end[op] < capacity.Never {
			last = max(last, s.end[op])
		}
	}
	for i := range floor {
		floor[i] = last
	}
}

// lostOf counts the operations that no calendar reaches.
func (s *state) lostOf(ops []int32) int {
	n := 0
	for _, op := range ops {
		if s.start[op] >= capacity.Never {
			n++
		}
	}
	return n
}

// takeFrom removes the operations of a chain from place k on, but not pinned ones.
func (s *state) takeFrom(ops []int32, k int) {
	for i := len(ops) - 1; i >= k; i-- { // what is held was taken after what holds it
		if op := ops[i]; s.placed[op] && !s.isPinned(op) {
			s.take(op)
			s.forget(op)
		}
	}
}

// forget drops what was noted about an operation that is placed anew.
func (s *state) forget(op int32) {
	for n := len(s.broken); n > 0 && s.broken[n-1].Op == op; n-- {
		s.broken = s.broken[:n-1]
	}
}

func (s *state) isPinned(op int32) bool { return s.pinned != nil && s.pinned[op] != nil }

// conflict finds the first operation of a chain that has to begin later, and from when; -1: none.
func (s *state) conflict(ops []int32, at map[int32]int, aim chainAim) (op int32, later int64) {
	if aim.waits {
		for _, op := range ops {
			if move, later := s.overdue(op); move >= 0 {
				return move, later
			}
		}
	}
	if aim.tools {
		return s.toolConflict(ops, at)
	}
	return -1, 0
}

// overdue finds an operation that has to end later lest another wait too long for it.
func (s *state) overdue(op int32) (move int32, later int64) {
	if s.start[op] >= capacity.Never {
		return -1, 0
	}
	for _, i := range s.in.of(op) {
		a := &s.p.Arcs[i]
		if !a.HasMax || s.isPinned(a.From) || s.end[a.From] >= capacity.Never {
			continue
		}
		if over := s.start[op] - s.longestAfter(a); over > 0 {
			return a.From, s.startToEnd(a.From, over)
		}
	}
	return -1, 0
}

// longestAfter is the latest start that an arc's longest wait allows.
func (s *state) longestAfter(a *Arc) int64 {
	return s.end[a.From] + ceilSeconds(int64(max(a.Max, a.Min)))
}

// startToEnd is a start with which an operation ends so much later at least, as far as
// its calendar tells.
func (s *state) startToEnd(op int32, later int64) int64 {
	a := &s.at[op]
	if a.Machine < 0 {
		return s.start[op] + later
	}
	hours := s.hoursOf(&s.p.Modes[a.Mode], a.Machine)
	start, end, ok := hours.Sub(a.End+later, hours.Between(a.Start, a.End))
	if !ok || end < a.End+later || start <= a.Start {
		// Working time lies between: begin so late that the end falls behind it.
		return a.Start + later
	}
	return start
}

// tightenWaits moves what comes before a wait that is too long as late as can be in its gap, so that
// the wait is as short as it gets without moving others.
func (s *state) tightenWaits(ops []int32) {
	for k := len(ops) - 1; k >= 0; k-- {
		op := ops[k]
		for _, i := range s.in.of(op) {
			a := &s.p.Arcs[i]
			if !a.HasMax || s.start[op] >= capacity.Never || s.start[op] <= s.longestAfter(a) || !s.slides(a.From) || !s.onlyBefore(a) {
				continue
			}
			moved, ok := s.latestInGap(a.From, s.start[op]-ceilSeconds(int64(a.Min)))
			if ok && moved.Start > s.start[a.From] && !s.breaksWait(a.From, moved.Start) {
				s.replace(a.From, moved)
				s.at[a.From].Delayed = false // not on purpose: for the wait
			}
		}
	}
}

// onlyBefore reports whether an arc's successor is all that waits for its predecessor.
func (s *state) onlyBefore(a *Arc) bool { return len(s.out.of(a.From)) == 1 }

// breaksWait reports whether an operation that begins at an instant has waited too long itself.
func (s *state) breaksWait(op int32, start int64) bool {
	for _, i := range s.in.of(op) {
		if a := &s.p.Arcs[i]; a.HasMax && start > s.longestAfter(a) {
			return true
		}
	}
	return false
}

// noteWaits records the longest waits of a chain that are not kept.
func (s *state) noteWaits(ops []int32) {
	for _, op := range ops {
		for _, i := range s.in.of(op) {
			a := &s.p.Arcs[i]
			if !a.HasMax || s.start[op] >= capacity.Never || s.end[a.From] >= capacity.Never {
				continue
			}
			if over := s.start[op] - s.longestAfter(a); over > 0 {
				s.broken = append(s.broken, Violation{Kind: TooLate, Op: op, Other: a.From, By: over, At: s.start[op]})
			}
		}
	}
}
