package schedule

import (
	"math"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// markUrgent marks the operations of jobs, and what they wait for.
func (b *Board) markUrgent(jobs []int32) {
	if b.urgent == nil {
		b.urgent = map[int32]bool{}
	}
	var open []int32
	mark := func(op int32) {
		if !b.urgent[op] {
			b.urgent[op] = true
			open = append(open, op)
		}
	}
	for _, j := range jobs {
		job := &b.p.Jobs[j]
		for op := job.First; op < job.First+job.Ops; op++ {
			mark(op)
		}
	}
	for len(open) > 0 {
		op := open[len(open)-1]
		open = open[:len(open)-1]
		for _, e := range b.in.others(op) {
			mark(e.op)
		}
	}
}

func (b *Board) isUrgent(op int32) bool { return b.urgent[op] }

// lowestRank is that of what no demand waits for.
const lowestRank = int32(math.MaxInt32)

func rankOf(j *Job) int32 {
	if j.Rank == 0 {
		return lowestRank
	}
	return j.Rank
}

// rankBelow is the best priority of the jobs that wait for an operation.
func (r *repair) rankBelow(op int32) int32 {
	if rank, ok := r.ranks[op]; ok {
		return rank
	}
	rank := rankOf(&r.p.Jobs[r.p.Ops[op].Job])
	r.ranks[op] = rank // pegs may go in a circle, which the repair finds later
	for _, e := range r.out.others(op) {
		rank = min(rank, r.rankBelow(e.op))
	}
	r.ranks[op] = rank
	return rank
}

// lift takes an operation's whole unit out of the schedule, and what ran behind it if that needs another
// setup now. It reports false, and leaves all as it is, if something of the unit is pinned; even
// then with force.
func (b *Board) lift(op int32, force bool) bool {
	ops := b.units[b.unit[op]]
	if !force && slices.ContainsFunc(ops, func(o int32) bool { return b.at[o].Pin != Free && b.placed[o] }) {
		return false
	}
	if b.chained[ops[0]] {
		b.useHeld(ops, -1)
	}
	for i := len(ops) - 1; i >= 0; i-- {
		o := ops[i]
		if !b.placed[o] {
			continue
		}
		b.take(o)
		if slices.ContainsFunc(b.broken, func(v Violation) bool { return v.Op == o }) {
			b.broken = slices.DeleteFunc(slices.Clone(b.broken), func(v Violation) bool { return v.Op == o })
		}
	}
	return true
}

// lift takes a unit out of the schedule and brings it into the queue.
func (r *repair) lift(op int32) bool {
	ops := r.units[r.unit[op]]
	for _, o := range ops {
		if _, known := r.first[o]; !known && r.placed[o] {
			r.first[o] = r.start[o]
		}
	}
	var gone []Assignment
	if r.changeovers {
		for _, o := range ops {
			if r.placed[o] {
				gone = append(gone, r.placingOf(o).parts...)
			}
		}
	}
	if !r.Board.lift(op, false) {
		return false
	}
	r.moved += len(ops)
	r.push(r.unit[op])
	for i := range gone {
		r.liftBehind(&gone[i])
	}
	return true
}

// liftBehind lifts what ran behind a part that is gone if it needs another setup now.
func (r *repair) liftBehind(a *Assignment) {
	if !r.changeovers || a.Machine < 0 || a.End == a.Start || r.p.Centres[r.p.Machines[a.Machine].Centre].Kind != Exclusive {
		return
	}
	line := &r.lines[a.Machine]
	behind, ahead := line.From(a.Start), line.Back(a.Start)
	next, _ := behind.Next(-capacity.Never)
	if next.After == nil {
		return
	}
	prev, _ := ahead.Prev(-capacity.Never)
	if !r.hasSetup(a.Machine, r.familyBefore(a.Machine, prev.Before), next.After) {
		r.lift(next.After.Ref)
	}
}

// push puts a unit into the queue.
func (r *repair) push(u int32) {
	if r.waiting[u] {
		return
	}
	key := int64(capacity.Never)
	for _, op := range r.units[u] {
		k := r.tight.start[op]
		if r.isUrgent(op) {
			k -= afterDues
		}
		if r.o.KeepSequence && r.first[op] != 0 {
			k = r.first[op]
		}
		key = min(key, k)
	}
	r.waiting[u] = true
	r.q.push(queued{key, u})
}

// mayMove reports whether an operation may give way: it begins neither in the frozen zone nor too late.
func (r *repair) mayMove(op int32) bool {
	return r.start[op] >= r.o.Hold && (r.o.Until == 0 || r.start[op] < r.o.Until)
}

// must lifts what cannot stay where it is. What is pinned cannot move either.
func (r *repair) must(op int32) {
	r.stuck = !r.lift(op) || r.stuck
}
