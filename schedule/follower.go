package schedule

import (
	"slices"

	"github.com/taktplan/takt/capacity"
)

// follower is the operation behind a gap, as its setup would be if another family came
// before it: it begins earlier or later for it and ends when it did.
type follower struct {
	op       int32
	start    int64
	setupEnd int64
	setup    int64 // nanoseconds
}

// follow finds how the operation behind a gap would follow an operation of another family. ok
// is false if it cannot: the changeover is forbidden, it would have to begin before its
// components are there, or something ties it.
func (s *state) follow(op, machine, between int32, after *capacity.Reservation) (*follower, bool) {
	next := after.Ref
	if s.fixedSetups || len(s.instants[machine]) > 0 || s.p.Centres[s.p.Machines[machine].Centre].Kind != Exclusive || s.chained[op] || !s.resets(next) {
		return nil, false
	}
	a := &s.at[next]
	m := &s.p.Modes[a.Mode]
	setup, forbidden := s.setup(machine, between, after.Family, m.Setup)
	if forbidden {
		return nil, false
	}
	f := &follower{op: next, setup: setup}
	total := ceilSeconds(setup + s.work[a.Mode])
	if total == 0 { // it would leave the machine, and what is behind it another setup
		return nil, false
	}
	hours := s.hoursOf(m, machine)
	var end int64
	var ok bool
	if s.p.Ops[next].Interruptible {
		f.start, end, ok = hours.Sub(a.End, total)
	} else {
		f.start, end, ok = hours.SubWhole(a.End, total)
	}
	if !ok || end != a.End || f.start < s.ready(next) || f.start < a.Start && !s.poolsExtend(m, f.start, a.Start) {
		return nil, false
	}
	f.setupEnd = f.start
	if setup > 0 {
		_, f.setupEnd, _ = hours.Add(f.start, ceilSeconds(setup))
	}
	return f, true
}

// resets reports whether an operation may begin at another time for its setup's sake.
func (s *state) resets(op int32) bool {
	if s.isPinned(op) || s.chained[op] || len(s.more[op]) > 0 {
		return false
	}
	return !handsOver(s.in.others(op)) && !handsOver(s.out.others(op))
}

// handsOver reports whether batches are handed over on one of the arcs.
func handsOver(ends []arcEnd) bool {
	return slices.ContainsFunc(ends, func(e arcEnd) bool { return e.lag < 0 })
}

// poolsExtend reports whether tools and operators are free for an operation that begins earlier.
func (s *state) poolsExtend(m *Mode, from, to int64) bool {
	for _, use := range [...]struct{ pool, units int32 }{{m.Tool, m.ToolUnits}, {m.Operator, m.OperatorUnits}} {
		if use.pool == 0 {
			continue
		}
		if ok, _ := s.pools[use.pool-1].Fits(from, to, max(use.units, 1), s.p.Pools[use.pool-1].Units); !ok {
			return false
		}
	}
	return true
}

// reset gives a follower its new setup.
func (s *state) reset(f *follower) {
	s.note(f.op)
	o, a := &s.p.Ops[f.op], s.at[f.op]
	s.release(o, &a)
	a.Start, a.SetupEnd = f.start, f.setupEnd
	s.at[f.op], s.start[f.op], s.setups[f.op] = a, a.Start, f.setup
	s.reserve(o, &a)
}
