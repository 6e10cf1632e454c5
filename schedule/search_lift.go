package schedule

import (
	"slices"

	"github.com/taktplan/takt/capacity"
)

// liftRoots lifts the roots, and with closed all that waits for them. It reports false if that is more than may be lifted, or nothing.
func (i *island) liftRoots() bool {
	for _, op := range i.roots {
		i.lift(op)
	}
	for k := 0; i.closed && k < len(i.moving) && !i.over; k++ {
		for _, op := range i.units[i.moving[k]] {
			for _, e := range i.out.others(op) {
				i.lift(e.op)
			}
		}
	}
	return i.lifted > 0 && !i.over
}

// lift takes an operation's unit out of the schedule, but what is pinned, and with it what would need another setup without it.
func (i *island) lift(op int32) {
	u := i.unit[op]
	if i.over || !i.placed[op] || i.isPinned(op) {
		return
	}
	ops := i.units[u]
	if i.gone[u] != i.now {
		i.gone[u] = i.now
		i.moving = append(i.moving, u)
		i.remember(u)
	}
	i.absent++
	i.lifted += len(ops)
	i.over = i.lifted > i.most
	tied := i.chained[op]
	if tied {
		i.useHeld(ops, -1)
	}
	for k := len(ops) - 1; k >= 0; k-- {
		op := ops[k]
		if i.isPinned(op) || !i.placed[op] {
			continue
		}
		i.take(op)
		if len(i.broken) > 0 {
			i.forgetAny(op)
		}
	}
	if tied {
		i.useHeld(ops, 1)
	}
	if i.base.sensitive != nil {
		i.closeUpBehind(ops)
	}
	if i.settling {
		i.q.push(queued{i.key[u], u})
	}
}

// remember notes when a unit began and ended before the iteration, which is its turn unless it gets another.
func (i *island) remember(u int32) {
	key := int64(capacity.Never)
	for _, op := range i.units[u] {
		key = min(key, i.turn[op])
		i.ended[op] = i.end[op]
	}
	i.key[u] = key
}

func (i *island) closeUpBehind(ops []int32) {
	for k := len(ops) - 1; k >= 0; k-- {
		op := ops[k]
		if i.isPinned(op) {
			continue
		}
		i.closeUp(&i.at[op])
		if i.more != nil {
			f := i.trail.of(op)
			for n := range f.more {
				i.closeUp(&f.more[n])
			}
		}
	}
}

// forgetAny drops all that was noted about an operation.
func (i *island) forgetAny(op int32) {
	kept := i.broken[:0]
	for _, v := range i.broken {
		if v.Op != op {
			kept = append(kept, v)
		}
	}
	i.broken = kept
}

// closeUp looks at what ran behind a part that is gone: it gets the setup that it needs now and ends when it did, or
// is lifted as well.
func (i *island) closeUp(a *Assignment) {
	if a.Machine < 0 || a.End == a.Start || a.Start >= capacity.Never || !i.base.isSensitive(a.Machine) {
		return
	}
	behind, ahead := i.lines[a.Machine].From(a.Start), i.lines[a.Machine].Back(a.Start)
	next, _ := behind.Next(-capacity.Never)
	if next.After == nil {
		return
	}
	prev, _ := ahead.Prev(-capacity.Never)
	before := i.familyBefore(a.Machine, prev.Before)
	if i.hasSetup(a.Machine, before, next.After) {
		return
	}
	if i.p.Centres[i.p.Machines[a.Machine].Centre].Kind == Batch {
		for _, op := range slices.Clone(i.loads[next.After.Ref].members) {
			i.lift(op)
		}
		return
	}
	free := int64(-capacity.Never)
	if prev.Before != nil {
		free = prev.Before.To
	}
	if f, ok := i.follow(next.After.Ref, a.Machine, before, next.After); ok && f.start >= free {
		i.reset(f)
		return
	}
	i.lift(next.After.Ref)
}

// stale reports whether something has another setup than it needs where the iteration changed the schedule, or begins before
// what it waits for.
func (i *island) stale() bool {
	if i.base.sensitive == nil {
		return false
	}
	for k, op := range i.trail.ops {
		f := &i.trail.was[k]
		if i.staleAround(&f.at) || i.staleAround(&i.at[op]) {
			return true
		}
		for n := range f.more {
			if i.staleAround(&f.more[n]) {
				return true
			}
		}
		more := i.more[op]
		for n := range more {
			if i.staleAround(&more[n]) {
				return true
			}
		}
	}
	return false
}

// staleAround looks at what stands where a part is or was, and at what follows that.
func (i *island) staleAround(a *Assignment) bool {
	if a.Machine < 0 || a.Start >= capacity.Never || !i.base.isSensitive(a.Machine) {
		return false
	}
	if len(i.instants[a.Machine]) > 0 && i.staleInstant(a.Machine) {
		return true
	}
	gaps := i.lines[a.Machine].From(a.Start)
	for range 2 {
		gap, _ := gaps.Next(-capacity.Never)
		if gap.After == nil {
			return false
		}
		has, forbidden := i.compareSetup(a.Machine, i.familyBefore(a.Machine, gap.Before), gap.After)
		if has && !forbidden {
			continue
		}
		if i.p.Centres[i.p.Machines[a.Machine].Centre].Kind != Batch {
			if !i.excused(gap.After.Ref, has) {
				return true
			}
			continue
		}
		for _, op := range i.loads[gap.After.Ref].members {
			if !i.excused(op, has) {
				return true
			}
		}
	}
	return false
}

// excused reports whether a wrong setup is known: it was before the search, or there was no way round a forbidden changeover.
func (i *island) excused(op int32, has bool) bool {
	if i.base.odd[op] {
		return true
	}
	if has {
		for _, v := range i.broken {
			if v.Op == op && v.Kind == ForbiddenRun {
				return true
			}
		}
	}
	return false
}

// staleInstant reports whether an operation without duration would need a setup on a machine.
func (i *island) staleInstant(machine int32) bool {
	for _, x := range i.instants[machine] {
		ahead := i.lines[machine].Back(x.at)
		prev, _ := ahead.Prev(-capacity.Never)
		own := i.p.Modes[i.partOn(x.op, machine, x.at).Mode].Setup
		need, forbidden := i.setup(machine, i.familyBefore(machine, prev.Before), i.p.Ops[x.op].Family, own)
		if (need > 0 || forbidden) && !i.excused(x.op, need == 0) {
			return true
		}
	}
	return false
}
