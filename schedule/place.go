package schedule

import (
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// choice is a place for a part of an operation.
type choice struct {
	Assignment
	setup int64 // nanoseconds
	ok    bool
	next  *follower // whose setup changes; nil: none's does
}

// better reports whether a choice is to be preferred to another: it ends earlier; of
// equal ends the smaller setup, the preferred mode, the first machine.
func (s *state) better(a, b *choice) bool {
	switch {
	case !b.ok || !a.ok:
		return a.ok
	case a.End != b.End:
		return a.End < b.End
	case a.setup != b.setup:
		return a.setup < b.setup
	}
	return false // modes and machines are tried in the order of preference
}

// findPart finds the place for a quantity of an operation at or after ready: on the preferred mode
// while that ends in time, else wherever it ends first. except are machines already taken.
func (s *state) findPart(op int32, q bom.Quantity, ready int64, except []choice) choice {
	o := &s.p.Ops[op]
	latest := capacity.Never
	if s.latest != nil {
		latest = s.latest[op]
	}
	var best choice
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		c := s.findMode(op, m, q, ready, except)
		if c.ok && c.End <= latest && m+1 < o.Modes+o.NumModes && s.p.Modes[m+1].Preference > s.p.Modes[m].Preference &&
			(!best.ok || best.End > latest) {
			return c
		}
		if s.better(&c, &best) {
			best = c
		}
	}
	return best
}

// findMode finds the place for a quantity in one mode.
func (s *state) findMode(op, mode int32, q bom.Quantity, ready int64, except []choice) choice {
	m := &s.p.Modes[mode]
	if m.Centre < 0 {
		return s.outside(op, mode, q, ready)
	}
	o := &s.p.Ops[op]
	centre := &s.p.Centres[m.Centre]
	work := s.work[mode]
	if q != o.Quantity {
		work = workOf(m, o, q)
	}
	var best choice
	for k := centre.First; k < centre.First+centre.Machines; k++ {
		if taken(except, k) {
			continue
		}
		c := s.findMachine(op, mode, k, q, work, ready)
		if c.ok && (!best.ok || s.savesSetup(&c, &best) || s.better(&c, &best) && !s.savesSetup(&best, &c)) {
			best = c
		}
	}
	return best
}

// savesSetup reports whether a ends no later than b by more than what it saves of b's setup.
func (s *state) savesSetup(a, b *choice) bool {
	saved := b.setup - a.setup
	return saved > 0 && a.End-b.End <= ceilSeconds(saved)
}

func taken(parts []choice, machine int32) bool {
	for i := range parts {
		if parts[i].Machine == machine {
			return true
		}
	}
	return false
}

// outside is a step that takes lead days and no machine.
func (s *state) outside(op, mode int32, q bom.Quantity, ready int64) choice {
	start, end, ok := leadTime(s.p, &s.p.Modes[mode], ready)
	return choice{Assignment: Assignment{Op: op, Machine: -1, Mode: mode, Start: start, SetupEnd: start, End: end, Quantity: q}, ok: ok}
}

// findOutside is the place of an operation whose first mode is a step outside.
func (s *state) findOutside(op int32, ready int64) choice {
	o := &s.p.Ops[op]
	if o.NumModes == 0 || s.p.Modes[o.Modes].Centre >= 0 {
		return choice{}
	}
	return s.outside(op, o.Modes, o.Quantity, ready)
}

// leadTime is the first start at or after an instant on a working day, and the same time of
// the day so many working days later. Without lead days it is an instant.
func leadTime(p *Problem, m *Mode, ready int64) (start, end int64, ok bool) {
	if m.LeadDays == 0 || ready >= capacity.Never {
		return ready, ready, ready < capacity.Never
	}
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	t := time.Unix(ready, 0).In(zone)
	if t.Year() < 1 || t.Year() > 9999 { // past what a Day can count
		return 0, 0, false
	}
	day := bom.DayOf(t)
	first, ok := m.Calendar.Forward(day, 0)
	if !ok {
		return 0, 0, false
	}
	last, ok := m.Calendar.Forward(first, int(m.LeadDays))
	if !ok {
		return 0, 0, false
	}
	if first != day {
		return first.Begin(zone), last.Begin(zone), true
	}
	y, month, d := last.Time().Date()
	return ready, time.Date(y, month, d, t.Hour(), t.Minute(), t.Second(), 0, zone).Unix(), true
}

// findMachine finds the earliest place on one machine.
func (s *state) findMachine(op, mode, machine int32, q bom.Quantity, work, ready int64) choice {
	m := &s.p.Modes[mode]
	hours := s.hoursOf(m, machine)
	kind := s.p.Centres[m.Centre].Kind
	for {
		var c choice
		switch kind {
		case Exclusive:
			c = s.findGap(op, mode, machine, hours, work, ready)
		case Batch:
			c = s.findLoad(op, mode, machine, hours, q, work, ready)
		case Infinite:
			setup, _ := s.setup(machine, 0, s.p.Ops[op].Family, m.Setup)
			c = s.fit(op, mode, hours, ready, setup, work)
		}
		if !c.ok {
			return c
		}
		c.Op, c.Mode, c.Machine, c.Quantity = op, mode, machine, q
		retry := s.blocked(op, m, &c)
		if retry == 0 {
			return c
		}
		if retry >= capacity.Never {
			return choice{} // more units than there are
		}
		ready = max(ready+1, retry)
	}
}

// fit places setup and work on hours that nothing else occupies.
func (s *state) fit(op, mode int32, hours *capacity.Hours, ready, setup, work int64) choice {
	var c choice
	total := ceilSeconds(add(setup, work))
	if s.p.Ops[op].Interruptible || s.interrupt {
		c.Start, c.End, c.ok = hours.Add(ready, total)
	} else {
		c.Start, c.End, c.ok = hours.AddWhole(ready, total)
	}
	if !c.ok {
		return c
	}
	c.setup, c.SetupEnd = setup, c.Start
	if setup > 0 {
		_, c.SetupEnd, _ = hours.Add(c.Start, ceilSeconds(setup))
	}
	return c
}

// findGap finds the first gap of a timeline that holds the operation with the setup
// that it needs there, and leaves the setup of the one behind it as it is.
func (s *state) findGap(op, mode, machine int32, hours *capacity.Hours, work, ready int64) choice {
	o, m := &s.p.Ops[op], &s.p.Modes[mode]
	line := &s.lines[machine]
	shortest := ceilSeconds(work)
	if s.append {
		ready = max(ready, line.End())
	}
	for gaps := line.From(ready); ; {
		gap, more := gaps.Next(shortest)
		if !more {
			return choice{}
		}
		before := s.familyBefore(machine, gap.Before)
		setup, forbidden := s.setup(machine, before, o.Family, m.Setup)
		if forbidden && !s.overForbidden {
			continue
		}
		var next *follower
		if gap.After != nil && setup+work > 0 && !s.keepsSetup(machine, before, o.Family, gap.After) {
			var ok bool
			if next, ok = s.follow(op, machine, o.Family, gap.After); !ok {
				continue
			}
			gap.To = next.start
		}
		c := s.fit(op, mode, hours, max(ready, gap.From), setup, work)
		if !c.ok {
			return c
		}
		if c.End > gap.To || !s.inSequence(op, m.Centre, &gap) {
			continue
		}
		if at := s.instantBehind(machine, &c, &gap); at > 0 {
			if c = s.fit(op, mode, hours, max(ready, at), setup, work); c.ok && c.End > gap.To {
				continue
			}
		}
		c.next = next
		return c
	}
}

// instantBehind is the last of the operations without duration that would see another
// setup if the choice came before them in a gap; 0: there is none.
func (s *state) instantBehind(machine int32, c *choice, gap *capacity.Gap) int64 {
	last := int64(0)
	for _, x := range s.instants[machine] {
		if at := x.at; at > c.Start && at <= gap.To && c.End > c.Start {
			last = max(last, at)
		}
	}
	return last
}

// keepsSetup reports whether the operation behind a gap needs the setup that it has
// when another family comes before it.
func (s *state) keepsSetup(machine, before, between int32, after *capacity.Reservation) bool {
	if before == between {
		return true
	}
	if s.p.Centres[s.p.Machines[machine].Centre].Kind == Batch {
		return s.loadKeepsSetup(machine, before, between, &s.loads[after.Ref])
	}
	own := s.p.Modes[s.modeAt(after, machine)].Setup
	was, _ := s.setup(machine, before, after.Family, own)
	is, forbidden := s.setup(machine, between, after.Family, own)
	return !forbidden && was == is
}

// modeAt is the mode in which a reservation's operation runs on a machine that is no oven.
func (s *state) modeAt(r *capacity.Reservation, machine int32) int32 {
	if s.at[r.Ref].Machine == machine {
		return s.at[r.Ref].Mode
	}
	for _, a := range s.more[r.Ref] {
		if a.Machine == machine {
			return a.Mode
		}
	}
	return s.at[r.Ref].Mode
}

// inSequence reports whether an operation between two of its own family keeps the
// order of the campaign. Behind the last one it always may come.
func (s *state) inSequence(op, centre int32, gap *capacity.Gap) bool {
	rule := s.p.Centres[centre].Sequence
	if rule == capacity.NoSequence || gap.After == nil || s.p.Centres[centre].Kind == Batch {
		return true
	}
	o := &s.p.Ops[op]
	ordered := func(a, b bom.Number) bool {
		if rule == capacity.Descending {
			return a >= b
		}
		return a <= b
	}
	if b := gap.Before; b != nil && b.Family == o.Family && o.Family != 0 && !ordered(s.p.Ops[b.Ref].Sequence, o.Sequence) {
		return false
	}
	return gap.After.Family != o.Family || o.Family == 0 || ordered(o.Sequence, s.p.Ops[gap.After.Ref].Sequence)
}

// findLoad finds an oven load to join or room for a new one, whichever ends first.
func (s *state) findLoad(op, mode, machine int32, hours *capacity.Hours, q bom.Quantity, work, ready int64) choice {
	o, m := &s.p.Ops[op], &s.p.Modes[mode]
	c := s.findGap(op, mode, machine, hours, work, ready)
	most := s.loadCapacity(o, machine)
	if o.Family == 0 || q > most {
		return c
	}
	for gaps := s.lines[machine].From(ready); ; {
		gap, more := gaps.Next(0)
		if !more || gap.After == nil || c.ok && gap.After.To > c.End {
			return c
		}
		l := &s.loads[gap.After.Ref]
		if l.start < ready || l.family != o.Family || l.work != work || l.quantity+q > min(most, l.capacity) {
			continue
		}
		if need, _ := s.setup(machine, s.familyBefore(machine, gap.Before), o.Family, m.Setup); need != l.setup {
			continue
		}
		if !o.Interruptible && l.end-l.start != ceilSeconds(add(l.setup, l.work)) {
			continue
		}
		return choice{Assignment: Assignment{Start: l.start, SetupEnd: l.setupEnd, End: l.end}, setup: l.setup, ok: true}
	}
}

// blocked looks at what beside the machine the operation needs: tools, operators, and
// the batches that those before it hand over. It gives the time from which to try again, 0 if nothing is in the way.
func (s *state) blocked(op int32, m *Mode, c *choice) int64 {
	o := &s.p.Ops[op]
	if n := s.toolUnits(o, m); n > 0 {
		if ok, retry := s.pools[m.Tool-1].Fits(c.Start, c.End, n, s.p.Pools[m.Tool-1].Units); !ok {
			return retry
		}
	}
	if m.Operator > 0 {
		if ok, retry := s.pools[m.Operator-1].Fits(c.Start, c.End, max(m.OperatorUnits, 1), s.p.Pools[m.Operator-1].Units); !ok {
			return retry
		}
	}
	for i, e := range s.in.others(op) {
		if e.lag < 0 {
			if late := s.runsDry(&s.p.Arcs[s.in.of(op)[i]], c); late > 0 {
				return c.Start + late
			}
		}
	}
	return 0
}
