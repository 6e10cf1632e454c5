package schedule

import (
	"context"
	"errors"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// RepairOptions steer how Repair makes a board whole again. The zero value fits what changed into gaps.
type RepairOptions struct {
	// Displace lets what would be late move what has more time out of its way.
	Displace bool
	// KeepSequence moves what gave way later on its machine and keeps the order of what was there, in place of
	// looking for gaps.
	KeepSequence bool
	// Urgent are jobs before which those of lower priority give way, whatever their due dates.
	Urgent []int32
	// Subjects are the jobs that the change is about: how late they are counts before how late others are.
	Subjects []int32
	// Rounds bounds how often a repair is tried again with what came late asked for earlier; 0 is 4, below 0 none.
	Rounds int
	// Improve lets late work move up where room came free: on machines that work more than before or lost a job.
	Improve bool
	// Until is when operations have to begin before which may give way; 0: any.
	Until int64
	// Hold is the end of the frozen zone: what begins before it does not give way.
	Hold int64
	// Most bounds the operations that give way; 0 is 2,000.
	Most int
	// Late places what changed as late as its due dates allow (just in time).
	Late bool
}

// ErrUnsettled says that a repair could not keep what the schedule kept before: it has to be built anew.
var ErrUnsettled = errors.New("the schedule cannot be repaired in place: build it anew")

// defaultMost bounds the operations that give way to one change.
const defaultMost = 2_000

// Repair places what is not placed, and moves what cannot stay where it is: later, if what it waits for comes
// later; earlier, if what waits for it would be late otherwise. Where jobs come late for it, it tries again with those asked
// for earlier, and keeps the best. Errors are ErrUnsettled and the context's; the
// change is then to be undone.
func (b *Board) Repair(ctx context.Context, o RepairOptions) error {
	b.extend()
	if o.Most == 0 {
		o.Most = defaultMost
	}
	if o.Rounds == 0 {
		o.Rounds = 4
	}
	whole := b.log
	defer func() { b.log, b.urgent = whole, nil }()
	t := &trials{Board: b, o: o, whole: whole, press: map[int32]int64{}, soonest: map[int32]soonestTimes{}}
	return t.run(ctx)
}

// run places the units of the queue.
func (r *repair) run(ctx context.Context) error {
	const mostTimes = 500 // a unit is placed; no repair comes near it, but operations that wait for each other do
	for n := 0; len(r.q) > 0; n++ {
		if n&255 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		u := r.q.pop().unit
		r.waiting[u] = false
		ops := r.units[u]
		if r.placed[ops[0]] || r.dead[ops[0]] || !r.preceded(ops) {
			continue
		}
		if r.times[u]++; r.times[u] > mostTimes {
			return ErrUnsettled
		}
		r.place(ops)
		if r.stuck {
			return ErrUnsettled
		}
		for _, op := range ops {
			r.follow(op)
		}
	}
	return nil
}

// preceded reports whether all that comes before a unit is placed.
func (r *repair) preceded(ops []int32) bool {
	for _, op := range ops {
		for _, e := range r.in.others(op) {
			if !r.placed[e.op] && r.unit[e.op] != r.unit[op] {
				return false
			}
		}
	}
	return true
}

// follow looks at what waits for an operation that was placed: it comes now, or has to move.
func (r *repair) follow(op int32) {
	for _, e := range r.out.others(op) {
		switch {
		case r.unit[e.op] == r.unit[op]:
		case !r.placed[e.op]:
			r.push(r.unit[e.op])
		case e.lag < 0: // batch by batch
			if !r.lift(e.op) && r.start[e.op] < r.end[op] {
				r.stuck = true
			}
		case r.start[e.op] < r.end[op]+e.lag:
			r.must(e.op)
		case r.o.Improve && r.end[e.op] > r.tight.end[e.op] && r.mayMove(e.op):
			if _, moved := r.first[e.op]; !moved {
				r.lift(e.op)
			}
		}
	}
}

// place places a unit: in the first gap that it fits; if it would be late there, where less urgent work is.
func (r *repair) place(ops []int32) {
	if len(ops) > 1 || r.chained[ops[0]] {
		r.placeTied(ops)
		return
	}
	op := ops[0]
	ready := r.ready(op)
	if ready >= capacity.Never || r.p.Ops[op].NumModes == 0 || r.p.Ops[op].SplitMax > 1 {
		r.state.place(op, ready)
		return
	}
	late := r.tight.end[op]
	if r.isUrgent(op) {
		late = -capacity.Never
	}
	if from, known := r.first[op]; known && r.o.KeepSequence {
		r.pushRight(op, max(ready, from))
		return
	}
	found := r.findPart(op, r.p.Ops[op].Quantity, ready, nil)
	if r.o.Displace && r.moved < r.o.Most && (!found.ok || found.End > late) {
		if r.pullDelayed(op) {
			return
		}
		if forced, victims := r.force(op, ready, r.gives(op)); forced.ok && (!found.ok || forced.End < found.End) && r.displace(op, &forced, victims, ready, &found) {
			return
		}
	}
	r.put1(op, ready, found)
}

// put1 puts an operation to a place that was found; else as well as can be.
func (r *repair) put1(op int32, ready int64, c choice) {
	if !c.ok {
		r.state.place(op, ready)
		return
	}
	r.one[0] = c
	r.put(op, r.one[:])
}

// shiftLate moves what was placed as late as its due dates and what follows allow, the last first.
func (r *repair) shiftLate() {
	ops := slices.Clone(r.log.ops)
	ops = slices.DeleteFunc(ops, func(op int32) bool { return r.dead[op] || !r.placed[op] || r.start[op] >= capacity.Never })
	slices.SortFunc(ops, func(x, y int32) int {
		switch {
		case r.start[x] > r.start[y]:
			return -1
		case r.start[x] < r.start[y]:
			return 1
		}
		return int(y) - int(x)
	})
	r.fixedSetups = true
	defer func() { r.fixedSetups = false }()
	tried := map[int32]bool{}
	for _, op := range ops {
		switch u := r.unit[op]; {
		case r.at[op].Pin != Free:
		case r.movable(op):
			r.shift(op, r.b.outsideEnd(op))
		case !tried[u]:
			tried[u] = true
			r.b.shiftChain(r.units[u])
		}
	}
}
