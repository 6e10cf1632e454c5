package schedule

import (
	"slices"

	"github.com/taktplan/takt/capacity"
)

// relocate takes a unit out of the schedule and places it again as late as its jobs and what
// follows allow: with all of the time that there is, a half or a quarter. If that fails it stays where it is.
// It serves what shift cannot move by itself: chains, oven loads, splits, transfer batches.
func (b *builder) relocate(ops []int32) {
	s := b.best
	slack := capacity.Never
	first, limit := make([]int64, len(ops)), make([]int64, len(ops))
	if s.meetOnMachine(ops) || s.noted(ops) {
		return
	}
	for i, op := range ops {
		if s.isPinned(op) || s.start[op] >= capacity.Never || !s.leavesSetups(op) {
			return
		}
		first[i], limit[i] = s.start[op], b.outsideEnd(op)
		slack = min(slack, limit[i]-s.end[op])
	}
	const worth = 3600
	if slack < worth || slack >= capacity.Never/2 {
		return
	}
	noted := len(s.broken)
	before := s.takeOut(ops)
	for _, by := range [...]int64{slack, slack / 2, slack / 4} {
		for i, op := range ops {
			if s.floor[op] = 0; b.entry(op) {
				s.floor[op] = first[i] + by
			}
		}
		s.placeUnit(ops)
		if len(s.broken) == noted && s.within(ops, first, limit) && s.setupsHold(ops) {
			s.markDelayed(ops)
			b.clearFloor(ops)
			return
		}
		s.takeOut(ops)
		s.broken = s.broken[:min(noted, len(s.broken))]
	}
	b.clearFloor(ops)
	for i, op := range ops {
		s.put(op, before[i])
	}
	if s.chained[ops[0]] {
		s.useHeld(ops, 1)
	}
}

func (b *builder) clearFloor(ops []int32) {
	for _, op := range ops {
		if b.best.floor[op] = 0; b.floor != nil {
			b.best.floor[op] = b.floor[op]
		}
	}
}

// entry reports whether nothing of its own unit comes before an operation.
func (b *builder) entry(op int32) bool {
	return !slices.ContainsFunc(b.in.of(op), func(i int32) bool { return b.unit[b.p.Arcs[i].From] == b.unit[op] })
}

// outsideEnd is the latest end that an operation's job, and what follows outside its unit, allow:
// its own where nothing says how late it may be, capacity.Never where only its unit does.
func (b *builder) outsideEnd(op int32) int64 {
	s := b.best
	end, inside := capacity.Never, false
	job := &b.p.Jobs[b.p.Ops[op].Job]
	last := op == job.First+job.Ops-1
	switch {
	case last && job.Due != 0:
		end = max(s.end[op], job.Due)
	case last && job.Target != 0 && len(b.out.of(op)) == 0:
		end = max(s.end[op], job.Target)
	}
	for _, e := range b.out.others(op) {
		switch {
		case b.unit[e.op] == b.unit[op]:
			inside = true
		case e.lag < 0:
			return s.end[op] // handed over batch by batch: it stays
		default:
			end = min(end, s.start[e.op]-e.lag)
		}
	}
	switch {
	case end >= capacity.Never && !inside:
		return s.end[op]
	case last && end < capacity.Never:
		return max(s.end[op], end-ceilSeconds(int64(job.Buffer)))
	}
	return end
}

// meetOnMachine reports whether two operations of a unit run on one machine: gone together
// they could change the setup of what is behind them.
func (s *state) meetOnMachine(ops []int32) bool {
	if len(ops) < 2 {
		return false
	}
	seen := map[int32]bool{}
	for _, op := range ops {
		for _, a := range append([]Assignment{s.at[op]}, s.more[op]...) {
			if a.Machine >= 0 && seen[a.Machine] {
				return true
			}
			seen[a.Machine] = true
		}
	}
	return false
}

// leavesSetups reports whether what comes behind an operation on its machines keeps its
// setup when the operation is gone.
func (s *state) leavesSetups(op int32) bool {
	if !s.leaves(&s.at[op]) {
		return false
	}
	for i := range s.more[op] {
		if !s.leaves(&s.more[op][i]) {
			return false
		}
	}
	return true
}

func (s *state) leaves(a *Assignment) bool {
	if a.Machine < 0 || s.p.Centres[s.p.Machines[a.Machine].Centre].Kind == Infinite {
		return true
	}
	if a.End == a.Start || len(s.instants[a.Machine]) > 0 {
		return false
	}
	line := &s.lines[a.Machine]
	behind := line.From(a.End)
	next, _ := behind.Next(-capacity.Never)
	if next.After == nil {
		return true
	}
	ahead := line.Back(a.Start)
	prev, _ := ahead.Prev(-capacity.Never)
	return s.keepsSetup(a.Machine, s.p.Ops[a.Op].Family, s.familyBefore(a.Machine, prev.Before), next.After)
}

// takeOut removes a unit and gives what it was.
func (s *state) takeOut(ops []int32) [][]choice {
	was := make([][]choice, len(ops))
	for i, op := range ops {
		was[i] = []choice{{Assignment: s.at[op], setup: s.setups[op], ok: true}}
		for _, a := range s.more[op] {
			was[i] = append(was[i], choice{Assignment: a, ok: true})
		}
	}
	if s.chained[ops[0]] {
		s.useHeld(ops, -1)
	}
	s.takeFrom(ops, 0)
	return was
}

// within reports whether every operation of a unit begins no earlier than first and ends by its limit.
func (s *state) within(ops []int32, first, limit []int64) bool {
	for i, op := range ops {
		if s.start[op] < first[i] || s.end[op] > limit[i] {
			return false
		}
	}
	return true
}

// noted reports whether something that is broken concerns a unit. It stays as it is: placed
// anew it would be noted again.
func (s *state) noted(ops []int32) bool {
	return slices.ContainsFunc(s.broken, func(v Violation) bool { return slices.Contains(ops, v.Op) })
}

// markDelayed notes that operations begin later than they could, on purpose.
func (s *state) markDelayed(ops []int32) {
	for _, op := range ops {
		s.at[op].Delayed = true
		for i := range s.more[op] {
			s.more[op][i].Delayed = true
		}
	}
}

// setupsHold reports whether the operations of a unit, and what runs behind them, have the
// setups that the families before them ask for.
func (s *state) setupsHold(ops []int32) bool {
	for _, op := range ops {
		if !s.setupHolds(&s.at[op]) {
			return false
		}
		for i := range s.more[op] {
			if !s.setupHolds(&s.more[op][i]) {
				return false
			}
		}
	}
	return true
}

func (s *state) setupHolds(a *Assignment) bool {
	if a.Machine < 0 || a.End == a.Start || s.p.Centres[s.p.Machines[a.Machine].Centre].Kind == Infinite {
		return true
	}
	line := &s.lines[a.Machine]
	ahead, behind := line.Back(a.Start), line.From(a.End)
	prev, _ := ahead.Prev(-capacity.Never)
	next, _ := behind.Next(-capacity.Never)
	own, ok := line.At(a.Start)
	return ok && s.hasSetup(a.Machine, s.familyBefore(a.Machine, prev.Before), &own) &&
		(next.After == nil || s.hasSetup(a.Machine, own.Family, next.After))
}

// hasSetup reports whether a reservation has the setup that it needs after a family, and may have it.
func (s *state) hasSetup(machine, before int32, r *capacity.Reservation) bool {
	has, forbidden := s.compareSetup(machine, before, r)
	return has && !forbidden
}

// compareSetup reports whether a reservation has the setup time that it needs after a family, and whether that changeover is forbidden.
func (s *state) compareSetup(machine, before int32, r *capacity.Reservation) (has, forbidden bool) {
	if s.p.Centres[s.p.Machines[machine].Centre].Kind == Batch {
		return s.compareLoadSetup(machine, before, &s.loads[r.Ref])
	}
	need, forbidden := s.setup(machine, before, r.Family, s.p.Modes[s.modeAt(r, machine)].Setup)
	if s.at[r.Ref].Machine == machine {
		return need == s.setups[r.Ref], forbidden
	}
	return s.partHasSetup(machine, r, need), forbidden // a further part of a split operation
}

// partHasSetup reports whether a further part of a split operation has a setup time.
func (s *state) partHasSetup(machine int32, r *capacity.Reservation, need int64) bool {
	for _, a := range s.more[r.Ref] {
		if a.Machine == machine && a.Start == r.From {
			hours := s.hoursOf(&s.p.Modes[a.Mode], machine)
			return hours.Between(a.Start, a.SetupEnd) == ceilSeconds(need)
		}
	}
	return true
}
