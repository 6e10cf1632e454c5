package schedule

import "github.com/taktplan/takt/capacity"

// mostTries bounds the search for a place in which a chain keeps its longest waits.
const mostTries = 2000

// placeChain places operations that longest waits or held tools tie together. When
// one begins later than the wait before it allows, the one before is moved back and the
// chain placed again from there. Times only grow, so that behind all that is placed already it
// ends; a chain that does not is placed without its longest waits, which is noted.
func (s *state) placeChain(ops []int32) {
	floor := make([]int64, len(ops))
	at := make(map[int32]int, len(ops))
	for i, op := range ops {
		at[op] = i
	}
	from := 0
	for range mostTries {
		for _, op := range ops[from:] {
			if !s.placed[op] {
				s.place(op, max(s.ready(op), floor[at[op]]))
			}
		}
		k, later := s.conflict(ops, at)
		if k < 0 {
			s.holdTools(ops)
			return
		}
		floor[k] = max(floor[k]+1, later)
		s.takeFrom(ops, k)
		from = k
	}
	// Without the waits that cannot be kept.
	s.takeFrom(ops, 0)
	for _, op := range ops {
		if !s.placed[op] {
			s.place(op, s.ready(op))
		}
	}
	s.noteWaits(ops)
	s.holdTools(ops)
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

// conflict finds the first operation of a chain that has to begin later, and from when.
func (s *state) conflict(ops []int32, at map[int32]int) (k int, later int64) {
	for _, op := range ops {
		if s.start[op] >= capacity.Never {
			continue
		}
		for _, i := range s.in.of(op) {
			a := &s.p.Arcs[i]
			if !a.HasMax || s.isPinned(a.From) {
				continue
			}
			if over := s.start[op] - s.longestAfter(a); over > 0 {
				return at[a.From], s.startToEnd(a.From, over)
			}
		}
	}
	for i, op := range ops {
		if o := &s.p.Ops[op]; o.HoldTool && !s.isPinned(op) && s.start[op] < capacity.Never {
			if retry := s.toolBusy(op); retry > 0 {
				return i, max(retry, s.start[op]+1)
			}
		}
	}
	return -1, 0
}

// longestAfter is the latest start that an arc's longest wait allows.
func (s *state) longestAfter(a *Arc) int64 {
	end := s.end[a.From]
	if s.transfers(a) {
		end = s.firstBatch(a)
	}
	return end + ceilSeconds(int64(max(a.Max, a.Min)))
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

// holdTools takes the tools that stay with the job until its last operation ends.
func (s *state) holdTools(ops []int32) {
	for _, op := range ops {
		if n := s.holds(op); n > 0 && s.start[op] < capacity.Never {
			s.pools[s.p.Modes[s.at[op].Mode].Tool-1].Use(s.start[op], s.jobEnd(op), n)
		}
	}
}

// holds are the units of its tool that an operation keeps for its job beyond what
// earlier ones keep.
func (s *state) holds(op int32) int32 {
	if !s.p.Ops[op].HoldTool || s.at[op].Mode < 0 {
		return 0
	}
	tool := s.p.Modes[s.at[op].Mode].Tool
	if tool == 0 {
		return 0
	}
	units := s.held(op, tool)
	for k := s.p.Jobs[s.p.Ops[op].Job].First; k < op; k++ {
		units -= min(units, s.held(k, tool))
	}
	return units
}

// jobEnd is the end of the last operation of an operation's job.
func (s *state) jobEnd(op int32) int64 {
	job := &s.p.Jobs[s.p.Ops[op].Job]
	end := s.end[op]
	for k := job.First; k < job.First+job.Ops; k++ {
		if s.placed[k] && s.end[k] < capacity.Never {
			end = max(end, s.end[k])
		}
	}
	return end
}

// toolBusy is when to try again with a tool that another job holds; 0: it is free.
func (s *state) toolBusy(op int32) int64 {
	if s.holds(op) == 0 {
		return 0
	}
	m := &s.p.Modes[s.at[op].Mode]
	tool, n := m.Tool-1, max(m.ToolUnits, 1) // with what earlier operations hold, which is not taken yet
	if ok, retry := s.pools[tool].Fits(s.start[op], s.jobEnd(op), n, s.p.Pools[tool].Units); !ok {
		return retry
	}
	return 0
}

// noteWaits records the longest waits of a chain that are not kept.
func (s *state) noteWaits(ops []int32) {
	for _, op := range ops {
		for _, i := range s.in.of(op) {
			a := &s.p.Arcs[i]
			if over := s.start[op] - s.longestAfter(a); a.HasMax && over > 0 && s.start[op] < capacity.Never {
				s.broken = append(s.broken, Violation{Kind: TooLate, Op: op, Other: a.From, By: over, At: s.start[op]})
			}
		}
	}
}
