package schedule

import (
	"github.com/taktplan/takt/capacity"
)

// mostPulled bounds the operations that are pulled earlier for one that would be late.
const mostPulled = 64

// pullDelayed lifts what comes before an operation and is later than it need be (just in time), so that it can be placed
// earlier. It reports whether there was something; the operation comes again after it. Once for each operation.
func (r *repair) pullDelayed(op int32) bool {
	if r.pulled[op] {
		return false
	}
	r.pulled[op] = true
	open, n := []int32{op}, 0
	for i := 0; i < len(open) && n < mostPulled; i++ {
		for _, e := range r.in.others(open[i]) {
			if r.placed[e.op] && r.at[e.op].Delayed && r.mayMove(e.op) && r.lift(e.op) {
				open = append(open, e.op)
				n++
			}
		}
	}
	return n > 0
}

// gives says which operations give way to another: those that have more time, and all to urgent ones.
func (r *repair) gives(op int32) func(int32) bool {
	urgent, start := r.isUrgent(op), r.tight.start[op]
	return func(v int32) bool {
		switch {
		case r.isUrgent(v) != urgent && (!urgent || r.rankBelow(v) > r.rank):
			return urgent && r.mayMove(v)
		default:
			return r.tight.start[v] > start && r.mayMove(v)
		}
	}
}

// force finds the earliest place of an operation on any machine as if what gives way were not there, and
// what is there. Of places that end together that with fewer operations on it counts.
func (r *repair) force(op int32, ready int64, gives func(int32) bool) (best choice, victims []int32) {
	o := &r.p.Ops[op]
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		mode := &r.p.Modes[m]
		if mode.Centre < 0 || r.p.Centres[mode.Centre].Kind != Exclusive {
			continue
		}
		centre := &r.p.Centres[mode.Centre]
		for k := centre.First; k < centre.First+centre.Machines; k++ {
			c, list := r.forceOn(op, m, k, ready, gives)
			if c.ok && (!best.ok || c.End < best.End || c.End == best.End && len(list) < len(victims)) {
				best, victims = c, list
			}
		}
	}
	return best, victims
}

// forceOn is force on one machine. The setup is taken as after what runs there before.
func (r *repair) forceOn(op, mode, machine int32, ready int64, gives func(int32) bool) (choice, []int32) {
	m := &r.p.Modes[mode]
	hours := r.hoursOf(m, machine)
	line := &r.lines[machine]
	const mostTries = 200
	at := ready
	var victims []int32
	for range mostTries {
		ahead := line.Back(at)
		prev, _ := ahead.Prev(-capacity.Never)
		setup, forbidden := r.setup(machine, r.familyBefore(machine, prev.Before), r.p.Ops[op].Family, m.Setup)
		c := r.fit(op, mode, hours, at, setup, r.work[mode])
		if !c.ok {
			return c, nil
		}
		victims = victims[:0]
		blocked := int64(0)
		for gaps := line.From(c.Start); ; {
			gap, more := gaps.Next(-capacity.Never)
			if !more || gap.After == nil || gap.After.From >= c.End {
				break
			}
			v := gap.After.Ref
			if r.chained[v] || r.at[v].Pin != Free || len(r.more[v]) > 0 || !gives(v) {
				blocked = gap.After.To
				break
			}
			victims = append(victims, v)
		}
		if blocked == 0 && !forbidden {
			c.Op, c.Mode, c.Machine, c.Quantity = op, mode, machine, r.p.Ops[op].Quantity
			return c, victims
		}
		at = max(blocked, at+1)
		if blocked == 0 {
			return choice{}, nil
		}
	}
	return choice{}, nil
}

// displace lifts what is in the way of a forced place and puts the operation there. If that does not end
// earlier than the place found without, all stays as it was, and it reports false.
func (r *repair) displace(op int32, forced *choice, victims []int32, ready int64, found *choice) bool {
	was, broken := make([]placing, len(victims)), r.broken
	for i, v := range victims {
		was[i] = r.placingOf(v)
		r.Board.lift(v, false)
	}
	c := r.findMachine(op, forced.Mode, forced.Machine, forced.Quantity, r.work[forced.Mode], ready)
	if !c.ok || found.ok && c.End >= found.End {
		for i, v := range victims {
			r.restore(v, was[i])
		}
		r.broken = broken
		return false
	}
	r.one[0] = c
	r.put(op, r.one[:])
	for i, v := range victims {
		r.gone(v, was[i])
	}
	return true
}

// gone brings an operation that gave way into the queue, or back if its place is still free.
func (r *repair) gone(v int32, was placing) {
	if _, known := r.first[v]; !known {
		r.first[v] = was.parts[0].Start
	}
	r.moved++
	r.push(r.unit[v])
	if r.changeovers {
		for i := range was.parts {
			r.liftBehind(&was.parts[i])
		}
	}
}

// pushRight puts an operation that gave way to the first instant on its machine from which all that
// is there may move on.
func (r *repair) pushRight(op int32, from int64) {
	later := func(v int32) bool {
		first, known := r.first[v]
		if !known {
			first = r.start[v]
		}
		return first >= r.first[op] && v != op && r.mayMove(v) && !r.isUrgent(v)
	}
	forced, victims := r.force(op, from, later)
	none := choice{}
	if forced.ok && r.moved < r.o.Most && r.displace(op, &forced, victims, from, &none) {
		return
	}
	r.put1(op, from, r.findPart(op, r.p.Ops[op].Quantity, from, nil))
}
