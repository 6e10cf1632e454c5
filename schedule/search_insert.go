package schedule

import (
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/random"
)

// insertOrder is how what was lifted takes its turn.
type insertOrder uint8

// The orders.
const (
	byStart   insertOrder = iota // as it stood, with noise
	bySlack                      // by latest start, with noise
	lateFirst                    // what the late job waits for, then as it stood
	lateSlack                    // what the late job waits for, then by latest start
	anyhow
	numOrders
)

// rank gives the lifted units their turns.
func (i *island) rank(how insertOrder) {
	noise := int64(0)
	if i.rng.Below(4) > 0 {
		noise = 1 + i.rng.Below64(int64(3600)<<i.rng.Below(11)) // up to 42 days
	}
	i.state.latest = i.base.due
	if i.rng.Below(4) == 0 {
		i.state.latest = nil
	}
	i.hasty = i.rng.Below(4) == 0
	if i.job >= 0 && (how == lateFirst || how == lateSlack) {
		i.want(i.lastOf(i.job))
	}
	i.rankBy(func(op int32) int64 {
		k := i.base.start[op]
		switch how {
		case byStart, lateFirst:
			k = i.start[op] // where it was
		case anyhow:
			k = i.rng.Below64(1 << 20)
		}
		if (how == lateFirst || how == lateSlack) && i.wanted[op] == i.now {
			k -= 2 * afterDues
		}
		if noise > 0 && k < capacity.Never/2 {
			k += i.rng.Below64(noise)
		}
		return k
	})
}

// rankBy gives the lifted units their turns by their operations' keys.
func (i *island) rankBy(turn func(op int32) int64) {
	for _, u := range i.moving {
		key := int64(capacity.Never)
		for _, op := range i.units[u] {
			key = min(key, turn(op))
		}
		i.key[u] = key
	}
}

// reinsert places what is lifted, by key, what comes before it first. What has a later turn gives way to it, and
// what waits for it moves with it. It reports false if that goes too far.
func (i *island) reinsert() bool {
	i.settling = true
	defer func() { i.settling = false }()
	for _, u := range i.moving {
		i.q.push(queued{i.key[u], u})
	}
	for len(i.q) > 0 {
		u := i.q.pop().unit
		ops := i.units[u]
		if i.isBack(ops) {
			continue
		}
		if !i.isReady(u) {
			i.waits[u] = i.now
			continue
		}
		i.putBack(u)
		if len(i.broken) > i.base.broken || i.over {
			return false
		}
		i.absent--
		i.moveOn(u)
	}
	return i.absent == 0 && !i.over
}

// isBack reports whether a unit is in the schedule.
func (i *island) isBack(ops []int32) bool {
	for _, op := range ops {
		if !i.placed[op] {
			return false
		}
	}
	return true
}

// isReady reports whether all that a unit waits for is in the schedule.
func (i *island) isReady(u int32) bool {
	for _, op := range i.units[u] {
		for _, e := range i.in.others(op) {
			if !i.placed[e.op] && i.unit[e.op] != u {
				return false
			}
		}
	}
	return true
}

// putBack places a unit.
func (i *island) putBack(u int32) {
	ops := i.units[u]
	op := ops[0]
	o := &i.p.Ops[op]
	if len(ops) > 1 || i.chained[op] || o.SplitMax > 1 || o.NumModes == 0 {
		i.placeUnit(ops)
		return
	}
	if i.hasty && i.drawPlace(op) {
		return
	}
	ready := i.ready(op)
	if ready >= capacity.Never || !i.pushy {
		i.place(op, ready)
		return
	}
	c := i.findPart(op, o.Quantity, ready, nil)
	if machine, mode, ok := i.pushIn(op, ready, &c); ok {
		for _, v := range i.victims {
			i.lift(v)
		}
		if i.over {
			return
		}
		if pushed := i.findMachine(op, mode, machine, o.Quantity, i.work[mode], ready); pushed.ok {
			c = pushed
		}
	}
	if !c.ok {
		i.place(op, ready)
		return
	}
	i.one[0] = c
	i.put(op, i.one[:])
}

// moveOn lifts what waits for a unit that is back and begins too early now, or could begin earlier.
func (i *island) moveOn(u int32) {
	for _, op := range i.units[u] {
		for _, e := range i.out.others(op) {
			v := i.unit[e.op]
			if v == u {
				continue
			}
			if !i.placed[e.op] {
				if i.waits[v] == i.now {
					i.waits[v] = 0
					i.q.push(queued{i.key[v], v})
				}
				continue
			}
			if e.lag < 0 || i.start[e.op] < i.end[op]+e.lag || i.end[op] < i.ended[op] && i.start[e.op] <= i.ended[op]+e.lag {
				i.lift(e.op)
			}
		}
	}
}

// drawPlace now and then places an operation on a machine that is drawn. It reports whether it did.
func (i *island) drawPlace(op int32) bool {
	o := &i.p.Ops[op]
	if i.rng.Below(4) > 0 {
		return false
	}
	mode := o.Modes + drawn(&i.rng, o.NumModes)
	centre := i.p.Modes[mode].Centre
	if centre < 0 || o.NumModes == 1 && i.p.Centres[centre].Machines == 1 {
		return false
	}
	ready := i.ready(op)
	if ready >= capacity.Never {
		return false
	}
	c := &i.p.Centres[centre]
	i.one[0] = i.findMachine(op, mode, c.First+drawn(&i.rng, c.Machines), o.Quantity, i.work[mode], ready)
	if !i.one[0].ok {
		return false
	}
	i.put(op, i.one[:])
	return true
}

func drawn(rng *random.Source, n int32) int32 { return rng.Below32(n) }

// want marks what an operation waits for, among what is lifted: nothing that stays waits for what is lifted.
func (i *island) want(op int32) {
	i.front = append(i.front[:0], op)
	i.wanted[op] = i.now
	for k := 0; k < len(i.front); k++ {
		for _, e := range i.in.others(i.front[k]) {
			if i.wanted[e.op] != i.now && i.gone[i.unit[e.op]] == i.now {
				i.wanted[e.op] = i.now
				i.front = append(i.front, e.op)
			}
		}
	}
}
