package schedule

import (
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// load is what an oven does at once. All that it is follows from its members, not from the order in which they came.
type load struct {
	members    []int32 // operations, by number
	start, end int64
	quantity   bom.Quantity
	capacity   bom.Quantity // the least of its members
	// As the first member has them:
	family   int32
	work     int64 // nanoseconds
	setup    int64 // nanoseconds; unknownSetup for a further part of a split operation, which nobody joins
	setupEnd int64
}

const unknownSetup = -1

// reserveLoad joins the oven load with the same times, or makes one.
func (s *state) reserveLoad(op *Op, a *Assignment) {
	if l := s.loadOf(a); l != nil {
		i, _ := slices.BinarySearch(l.members, a.Op)
		l.members = slices.Insert(l.members, i, a.Op)
		l.quantity += a.Quantity
		s.describe(l, a.Machine)
		return
	}
	ref := int32(len(s.loads))
	if n := len(s.spare); n > 0 {
		ref, s.spare = s.spare[n-1], s.spare[:n-1]
	} else {
		s.loads = append(s.loads, load{})
	}
	l := &s.loads[ref]
	*l = load{members: append(l.members[:0], a.Op), start: a.Start, end: a.End, quantity: a.Quantity}
	s.describe(l, a.Machine)
	if !s.lines[a.Machine].Insert(capacity.Reservation{From: a.Start, To: a.End, Ref: ref, Family: op.Family}) { // pinned over another
		s.loads[ref].members = l.members[:0]
		s.spare = append(s.spare, ref)
	}
}

// releaseLoad leaves a load; the last one takes it off the oven.
func (s *state) releaseLoad(a *Assignment) {
	l := s.loadOf(a)
	if l == nil {
		return
	}
	i, in := slices.BinarySearch(l.members, a.Op)
	if !in {
		return
	}
	r, _ := s.lines[a.Machine].At(a.Start)
	if len(l.members) == 1 {
		l.members = l.members[:0]
		s.lines[a.Machine].Remove(a.Start)
		s.spare = append(s.spare, r.Ref)
		return
	}
	l.members = slices.Delete(l.members, i, i+1)
	l.quantity -= a.Quantity
	s.describe(l, a.Machine)
	if r.Family != l.family { // pinned ones may mix
		s.lines[a.Machine].Remove(a.Start)
		s.lines[a.Machine].Insert(capacity.Reservation{From: l.start, To: l.end, Ref: r.Ref, Family: l.family})
	}
}

// loadOf is the load with the times of a part; nil: none.
func (s *state) loadOf(a *Assignment) *load {
	r, ok := s.lines[a.Machine].At(a.Start)
	if !ok || r.From != a.Start || r.To != a.End {
		return nil
	}
	return &s.loads[r.Ref]
}

// describe finds what follows from the members of a load.
func (s *state) describe(l *load, machine int32) {
	l.setup = unknownSetup
	for i, op := range slices.Backward(l.members) {
		if c := s.loadCapacity(&s.p.Ops[op], machine); i+1 == len(l.members) || c < l.capacity {
			l.capacity = c
		}
		if s.partOn(op, machine, l.start) == &s.at[op] {
			l.setup = s.setups[op]
		}
	}
	first := s.partOn(l.members[0], machine, l.start)
	l.family, l.work, l.setupEnd = s.p.Ops[first.Op].Family, s.partWork(first), first.SetupEnd
}

// partOn is the part of an operation that begins on a machine at an instant.
func (s *state) partOn(op, machine int32, start int64) *Assignment {
	more := s.more[op]
	for i := range more {
		if more[i].Machine == machine && more[i].Start == start {
			return &more[i]
		}
	}
	return &s.at[op]
}

// compareLoadSetup reports whether a load has the setup time that all its members need after a family, and whether that
// changeover is forbidden.
func (s *state) compareLoadSetup(machine, before int32, l *load) (has, forbidden bool) {
	has = true
	for _, op := range l.members {
		a := s.partOn(op, machine, l.start)
		need, not := s.setup(machine, before, s.p.Ops[op].Family, s.p.Modes[a.Mode].Setup)
		forbidden = forbidden || not
		if a == &s.at[op] {
			has = has && need == s.setups[op]
		} else {
			has = has && s.hoursOf(&s.p.Modes[a.Mode], machine).Between(a.Start, a.SetupEnd) == ceilSeconds(need)
		}
	}
	return has, forbidden
}

// loadKeepsSetup reports whether no member of a load needs another setup if another family comes before it.
func (s *state) loadKeepsSetup(machine, before, between int32, l *load) bool {
	for _, op := range l.members {
		own := s.p.Modes[s.partOn(op, machine, l.start).Mode].Setup
		was, _ := s.setup(machine, before, s.p.Ops[op].Family, own)
		if is, forbidden := s.setup(machine, between, s.p.Ops[op].Family, own); forbidden || was != is {
			return false
		}
	}
	return true
}

// loadCapacity is how much an oven takes at once.
func (s *state) loadCapacity(op *Op, machine int32) bom.Quantity {
	if c := s.p.Centres[s.p.Machines[machine].Centre].Capacity; c > 0 {
		return c
	}
	return op.Load
}
