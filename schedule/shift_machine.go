package schedule

import "github.com/taktplan/takt/capacity"

// latestOnMachine is an operation as late as can be before end on its machine, in whatever
// gap holds it there: where it keeps its setup and what is behind it does, at the old place and the
// new. Where its leaving would change a setup it stays in its gap.
func (s *state) latestOnMachine(op int32, end int64) (Assignment, bool) {
	a := s.at[op]
	if a.Machine < 0 || a.End == a.Start || s.p.Centres[s.p.Machines[a.Machine].Centre].Kind != Exclusive || !s.leaves(&a) {
		return s.latestInGap(op, end)
	}
	o := &s.p.Ops[op]
	s.release(o, &a)
	defer s.reserve(o, &a)
	work := ceilSeconds(s.setups[op] + s.work[a.Mode])
	for gaps := s.lines[a.Machine].Back(end); ; {
		gap, more := gaps.Prev(work)
		if !more || gap.To <= a.Start {
			return a, false
		}
		if moved, ok := s.latestInside(op, &gap, end); ok {
			return moved, moved.Start > a.Start
		}
	}
}

// latestInside is an operation as late as can be in a gap.
func (s *state) latestInside(op int32, gap *capacity.Gap, end int64) (Assignment, bool) {
	a := s.at[op]
	o, m := &s.p.Ops[op], &s.p.Modes[a.Mode]
	before := s.familyBefore(a.Machine, gap.Before)
	setup, forbidden := s.setup(a.Machine, before, o.Family, m.Setup)
	if forbidden || setup != s.setups[op] || gap.After != nil && !s.keepsSetup(a.Machine, before, o.Family, gap.After) || !s.inSequence(op, m.Centre, gap) {
		return a, false
	}
	return s.fitBack(a, gap.From, min(end, gap.To))
}
