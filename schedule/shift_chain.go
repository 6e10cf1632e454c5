package schedule

import "github.com/taktplan/takt/capacity"

// shiftChain moves a chain as late as can be without changing the sequence on its machines:
// by all the time that there is, a half, a quarter and so on, until its longest waits are kept.
// It reports whether it could.
func (b *builder) shiftChain(ops []int32) bool {
	s := b.best
	slack := capacity.Never
	limit := make([]int64, len(ops))
	for i, op := range ops {
		if !s.slides(op) {
			return false
		}
		limit[i] = b.outsideEnd(op)
		slack = min(slack, limit[i]-s.end[op])
	}
	const worth = 3600
	for by := slack; by >= worth && by < capacity.Never/2; by /= 2 {
		if moved, ok := s.slide(ops, limit, by); ok {
			for i, op := range ops {
				s.replace(op, moved[i])
			}
			return true
		}
	}
	return false
}

// slides reports whether an operation can move within its gap.
func (s *state) slides(op int32) bool {
	a := &s.at[op]
	if s.isPinned(op) || len(s.more[op]) > 0 || s.start[op] >= capacity.Never || s.p.Ops[op].HoldTool {
		return false
	}
	job := &s.p.Jobs[s.p.Ops[op].Job]
	for k := job.First; k < job.First+job.Ops; k++ {
		if s.p.Ops[k].HoldTool {
			return false
		}
	}
	if a.Machine >= 0 && (s.p.Centres[s.p.Machines[a.Machine].Centre].Kind == Batch || len(s.instants[a.Machine]) > 0) {
		return false
	}
	return !handsOver(s.in.others(op)) && !handsOver(s.out.others(op))
}

// slide finds places for a chain, the last operation first, each later than it is by so much
// at most. ok is false if a wait is too long then, or something is in the way.
func (s *state) slide(ops []int32, limit []int64, by int64) (moved []Assignment, ok bool) {
	moved = make([]Assignment, len(ops))
	at := make(map[int32]int, len(ops))
	for i, op := range ops {
		at[op] = i
	}
	for i := len(ops) - 1; i >= 0; i-- {
		op := ops[i]
		end := min(limit[i], s.end[op]+by)
		for _, k := range s.out.of(op) {
			a := &s.p.Arcs[k]
			if j, inside := at[a.To]; inside {
				end = min(end, moved[j].Start-ceilSeconds(int64(a.Min)))
			}
		}
		if moved[i], ok = s.latestInGap(op, end); !ok {
			return nil, false
		}
		for _, k := range s.out.of(op) {
			a := &s.p.Arcs[k]
			if j, inside := at[a.To]; inside && a.HasMax && moved[j].Start > moved[i].End+ceilSeconds(int64(max(a.Max, a.Min))) {
				return nil, false
			}
		}
	}
	return moved, true
}

// latestInGap is an operation as late as can be before end in the gap in which it is; ok is
// false if that is earlier than now.
func (s *state) latestInGap(op int32, end int64) (Assignment, bool) {
	a := s.at[op]
	if a.Machine < 0 {
		return s.latestOutside(op, end)
	}
	o, m := &s.p.Ops[op], &s.p.Modes[a.Mode]
	if s.p.Centres[m.Centre].Kind == Exclusive && a.End > a.Start {
		g := s.lines[a.Machine].From(a.End)
		if gap, ok := g.Next(-capacity.Never); ok {
			end = min(end, gap.To)
		}
	}
	s.release(o, &a)
	defer s.reserve(o, &a)
	return s.fitBack(a, a.Start, end)
}

// fitBack is an assignment as late as can be between two instants, with its working and setup
// time as they are, where its tools and operators are free.
func (s *state) fitBack(a Assignment, from, end int64) (Assignment, bool) {
	m := &s.p.Modes[a.Mode]
	hours := s.hoursOf(m, a.Machine)
	work, setup := hours.Between(a.Start, a.End), hours.Between(a.Start, a.SetupEnd)
	whole := !s.p.Ops[a.Op].Interruptible && work == a.End-a.Start
	for end >= from {
		moved := a
		var ok bool
		if whole {
			moved.Start, moved.End, ok = hours.SubWhole(end, work)
		} else {
			moved.Start, moved.End, ok = hours.Sub(end, work)
		}
		if !ok || moved.Start < from {
			return a, false
		}
		retry := s.poolsFree(m, &moved)
		if retry == 0 {
			moved.SetupEnd = moved.Start
			if setup > 0 {
				_, moved.SetupEnd, _ = hours.Add(moved.Start, setup)
			}
			return moved, true
		}
		end = retry
	}
	return a, false
}

// latestOutside is a step outside or a milestone as late as can be before end.
func (s *state) latestOutside(op int32, end int64) (Assignment, bool) {
	a := s.at[op]
	if a.Mode < 0 {
		if end < a.End {
			return a, false
		}
		a.Start, a.SetupEnd, a.End = end, end, end
		return a, true
	}
	first, last, ok := leadTime(s.p, &s.p.Modes[a.Mode], leadBack(s.p, &s.p.Modes[a.Mode], end))
	if !ok || first < a.Start || last > end {
		return a, false
	}
	a.Start, a.SetupEnd, a.End = first, first, last
	return a, true
}

// replace puts an operation to another time on its machine.
func (s *state) replace(op int32, moved Assignment) {
	s.note(op)
	o, a := &s.p.Ops[op], s.at[op]
	moved.Delayed = a.Delayed || moved.Start != a.Start
	s.release(o, &a)
	s.at[op], s.start[op], s.end[op] = moved, moved.Start, moved.End
	s.reserve(o, &moved)
}
