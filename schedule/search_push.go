package schedule

import "github.com/taktplan/takt/capacity"

// pushIn looks for a place that ends before the one that was found, if what has a later turn gives way: it is in victims then.
func (i *island) pushIn(op int32, ready int64, found *choice) (machine, mode int32, ok bool) {
	o := &i.p.Ops[op]
	key := i.key[i.unit[op]]
	end := int64(capacity.Never)
	if found.ok {
		end = found.End
	}
	i.victims = i.victims[:0]
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		centre := i.p.Modes[m].Centre
		if centre < 0 || i.p.Centres[centre].Kind != Exclusive {
			continue
		}
		c := &i.p.Centres[centre]
		for k := c.First; k < c.First+c.Machines; k++ {
			if at, better := i.pushOn(op, m, k, ready, end, key); better {
				end, machine, mode, ok = at, k, m, true
			}
		}
	}
	return machine, mode, ok
}

// pushOn is pushIn on one machine.
func (i *island) pushOn(op, mode, machine int32, ready, before, key int64) (end int64, ok bool) {
	m := &i.p.Modes[mode]
	hours := i.hoursOf(m, machine)
	family := i.familyBefore(machine, nil)
	at, shortest := ready, ceilSeconds(i.work[mode])
	weak := i.weak[:0]
	first := true
	for gaps := i.lines[machine].From(ready); ; {
		gap, _ := gaps.Next(-capacity.Never)
		r := gap.After
		if first {
			at, first = max(ready, gap.From), false
			family = i.familyBefore(machine, gap.Before)
		}
		if at+shortest >= before {
			break
		}
		if r != nil && i.givesWay(r, key) {
			weak = append(weak, *r)
			continue
		}
		if r == nil || at+shortest <= r.From {
			setup, _ := i.setup(machine, family, i.p.Ops[op].Family, m.Setup)
			c := i.fit(op, mode, hours, at, setup, i.work[mode])
			if !c.ok || c.End >= before {
				break
			}
			if r == nil || c.End <= r.From {
				i.weak = weak
				return c.End, i.takeWeak(weak, c.Start, c.End)
			}
		}
		at, family = r.To, r.Family
		weak = weak[:0]
	}
	i.weak = weak
	return 0, false
}

// takeWeak makes victims of what overlaps a time; it reports whether there are some.
func (i *island) takeWeak(weak []capacity.Reservation, from, to int64) bool {
	any := false
	for k := range weak {
		if weak[k].From < to && weak[k].To > from {
			if !any {
				i.victims = i.victims[:0]
			}
			any = true
			i.victims = append(i.victims, weak[k].Ref)
		}
	}
	return any
}

// givesWay reports whether a reservation has a later turn.
func (i *island) givesWay(r *capacity.Reservation, key int64) bool {
	if i.isPinned(r.Ref) {
		return false
	}
	if u := i.unit[r.Ref]; i.gone[u] == i.now {
		return i.key[u] > key
	}
	return i.turn[r.Ref] > key
}
