package schedule

import "github.com/taktplan/takt/capacity"

// placeUnit places the operations of a unit, predecessors first.
func (s *state) placeUnit(ops []int32) {
	if len(ops) == 1 && !s.chained[ops[0]] {
		if op := ops[0]; !s.placed[op] {
			s.place(op, s.ready(op))
		}
		return
	}
	s.placeChain(ops)
}

// ready is the first time at which an operation may begin: after its release and
// what comes before it. Batches that are handed over early count when the first is finished.
func (s *state) ready(op int32) int64 {
	ready := max(s.p.Start, s.p.Ops[op].Release)
	if s.floor != nil {
		ready = max(ready, s.floor[op])
	}
	for i, e := range s.in.others(op) {
		if e.lag < 0 {
			ready = max(ready, s.after(&s.p.Arcs[s.in.of(op)[i]]))
		} else if end := s.end[e.op]; end < capacity.Never {
			ready = max(ready, end+e.lag)
		} else {
			return capacity.Never
		}
	}
	return ready
}

// after is when an arc lets its successor begin.
func (s *state) after(a *Arc) int64 {
	end := s.end[a.From]
	if end >= capacity.Never {
		return capacity.Never
	}
	if s.transfers(a) {
		end = s.firstBatch(a)
	}
	if a.Min == 0 {
		return end
	}
	return end + ceilSeconds(int64(a.Min))
}

// place places one operation at or after ready.
func (s *state) place(op int32, ready int64) {
	o := &s.p.Ops[op]
	switch {
	case ready >= capacity.Never:
		s.drop(op)
		return
	case o.NumModes == 0:
		s.put(op, []choice{{Assignment: Assignment{Op: op, Machine: -1, Mode: -1, Start: ready, SetupEnd: ready, End: ready, Quantity: o.Quantity}}})
		return
	case o.SplitMax > 1 && !s.sharesTool(o):
		s.placeSplit(op, ready)
		return
	}
	c := s.findPart(op, o.Quantity, ready, nil)
	if !c.ok {
		c = s.relax(op, ready)
		if s.mayDefer && !s.chained[op] && s.brokeRule(op) {
			s.forget(op)
			return // another operation may open a way
		}
	}
	if !c.ok {
		s.drop(op)
		return
	}
	s.one[0] = c
	s.put(op, s.one[:])
}

// drop records an operation that no calendar reaches.
func (s *state) drop(op int32) {
	mode := int32(-1)
	if s.p.Ops[op].NumModes > 0 {
		mode = s.p.Ops[op].Modes
	}
	s.put(op, []choice{{Assignment: Assignment{Op: op, Machine: -1, Mode: mode, Start: capacity.Never, SetupEnd: capacity.Never, End: capacity.Never, Quantity: s.p.Ops[op].Quantity}}})
	s.broken = append(s.broken, Violation{Kind: Unplaced, Op: op, Other: -1})
}

// relax places an operation that cannot be placed as asked, without what is in its
// way: first as if it could be interrupted, then over forbidden changeovers, and both.
// What gave way is noted.
func (s *state) relax(op int32, ready int64) choice {
	o := &s.p.Ops[op]
	whole := !o.Interruptible
	for _, give := range [...]struct{ interrupt, forbidden bool }{{true, false}, {false, true}, {true, true}} {
		if give.interrupt && !whole {
			continue
		}
		s.interrupt, s.overForbidden = give.interrupt, give.forbidden
		c := s.findPart(op, o.Quantity, ready, nil)
		s.interrupt, s.overForbidden = false, false
		if !c.ok {
			continue
		}
		if give.interrupt {
			s.broken = append(s.broken, Violation{Kind: Interrupted, Op: op, Other: -1, At: c.Start})
		}
		if give.forbidden {
			s.broken = append(s.broken, Violation{Kind: ForbiddenRun, Op: op, Other: -1, At: c.Start})
		}
		return c
	}
	return choice{}
}

// brokeRule reports whether relax had to take a forbidden changeover.
func (s *state) brokeRule(op int32) bool {
	n := len(s.broken)
	return n > 0 && s.broken[n-1].Op == op && s.broken[n-1].Kind == ForbiddenRun
}
