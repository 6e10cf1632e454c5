package schedule

import (
	"context"
	"errors"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// trials are the ways in which one repair is tried. Each starts from the same board; what came late is asked for earlier in
// the next (Squeaky Wheel Optimization, as in construction, on what the change touches).
type trials struct {
	*Board
	o       RepairOptions
	whole   *boardLog       // of the change
	work    int             // operations that all ways moved
	press   map[int32]int64 // by job: by how much it is asked for earlier
	soonest map[int32]soonestTimes
}

// soonestTimes are the earliest times of an operation on calendars alone.
type soonestTimes struct{ start, end int64 }

// trial is what one way did.
type trial struct {
	log    *boardLog
	now    []placing
	bounds []boundMove
	broken []Violation
	// How late the jobs are that the change is about, and by how much all others are later than before.
	subjects, others int64
	slipped          []int32 // jobs
}

// repair is one way: a serial generation scheme over what is not placed. Units come by their latest
// start, predecessors first, and what they displace joins them.
type repair struct {
	*Board
	o       RepairOptions
	q       queue
	waiting map[int32]bool  // units in the queue
	first   map[int32]int64 // by operation: where it began before it was lifted
	pulled  map[int32]bool
	times   map[int32]int   // by unit: how often it was placed
	ranks   map[int32]int32 // of operations; see rankBelow
	rank    int32           // the best priority of the urgent jobs
	whole   *boardLog       // of the change, what it took out before
	moved   int
	stuck   bool // something pinned would have to move, or something waits so long that the repair is worth nothing
}

func (t *trials) run(ctx context.Context) error {
	best, err := t.try(ctx)
	if err != nil {
		return err
	}
	vain := 0
	for round := 0; round < t.o.Rounds && t.o.Displace && best.subjects+best.others > 0 && vain < mostVain && t.work < mostWork; round++ {
		if !t.ask(best) {
			break
		}
		t.back(best)
		next, err := t.try(ctx)
		switch {
		case err != nil && !errors.Is(err, ErrUnsettled):
			return err
		case err == nil && next.better(best):
			best, vain = next, 0
			continue
		case err == nil:
			t.ask(next)
			t.back(next)
		}
		vain++
		t.forth(best)
	}
	t.keep(best)
	return t.shiftLate()
}

const (
	mostVain = 2     // trials in vain, one after another
	mostWork = 4_000 // operations that were moved in all trials; beyond it none is begun
)

// shiftLate moves what the kept way placed as late as can be, if that is wanted.
func (t *trials) shiftLate() error {
	if !t.o.Late {
		return nil
	}
	t.log = t.whole
	r := &repair{Board: t.Board, o: t.o, whole: t.whole}
	r.shiftLate()
	if len(r.stale()) > 0 {
		return ErrUnsettled
	}
	return nil
}

// subjectWeight is how much more a second counts of what the change is about.
const subjectWeight = 3

// better reports whether a way is to be preferred.
func (a *trial) better(b *trial) bool { return a.cost() < b.cost() }

func (a *trial) cost() int64 { return subjectWeight*a.subjects + a.others }

// try repairs the board in one way. After an error the board is as it was before.
func (t *trials) try(ctx context.Context) (*trial, error) {
	b := t.Board
	v := &trial{broken: b.broken}
	v.log = &boardLog{seen: map[int32]int{}}
	b.log, b.urgent = v.log, nil
	bounds := len(b.change.bounds)
	r := &repair{Board: b, o: t.o, waiting: map[int32]bool{}, first: map[int32]int64{}, pulled: map[int32]bool{}, times: map[int32]int{}, ranks: map[int32]int32{}, rank: lowestRank, whole: t.whole}
	r.markAll()
	for job, by := range t.press {
		b.b.goals[job] -= by
	}
	err := r.repair(ctx, t.pressed())
	for job, by := range t.press {
		b.b.goals[job] += by
	}
	t.work += r.moved
	if err == nil && len(t.press) > 0 { // tighter only for what was asked for earlier
		err = r.tighten(t.pressed(), false)
	}
	v.bounds = slices.Clone(b.change.bounds[bounds:])
	v.now = make([]placing, len(v.log.ops))
	for i, op := range v.log.ops {
		v.now[i] = b.placingOf(op)
	}
	if err != nil {
		t.back(v)
		return nil, err
	}
	t.slips(v)
	return v, nil
}

// pressed are the last operations of the jobs that are asked for earlier.
func (t *trials) pressed() []int32 {
	var out []int32
	for job := range t.press {
		row := &t.p.Jobs[job]
		out = append(out, row.First+row.Ops-1)
	}
	slices.Sort(out)
	return out
}

// slips finds how late jobs are after a way.
func (t *trials) slips(v *trial) {
	v.subjects, v.others, v.slipped = 0, 0, nil
	for i, op := range v.log.ops {
		job := t.p.Ops[op].Job
		row := &t.p.Jobs[job]
		if row.Due == 0 || op != row.First+row.Ops-1 || len(v.now[i].parts) == 0 || t.dead[op] {
			continue
		}
		was := row.Due
		if k, ok := t.whole.seen[op]; ok && len(t.whole.was[k].parts) > 0 {
			was = max(was, t.whole.was[k].parts[0].End)
		} else if len(v.log.was[i].parts) > 0 {
			was = max(was, v.log.was[i].parts[0].End)
		}
		late := min(v.now[i].parts[0].End, capacity.Never/4) - row.Due
		switch {
		case slices.Contains(t.o.Subjects, job):
			v.subjects += max(late, 0)
		default:
			v.others += max(late, 0) - (was - row.Due)
		}
		if late > 0 && v.now[i].parts[0].End > was {
			v.slipped = append(v.slipped, job)
		}
	}
}

// ask asks for what slipped earlier next time, by as much as it slipped and could be earlier. It reports whether there is such a thing.
func (t *trials) ask(v *trial) bool {
	any := false
	for _, job := range v.slipped {
		row := &t.p.Jobs[job]
		last := row.First + row.Ops - 1
		over := t.nowEnd(v, last) - max(row.Due, t.soonestOf(last).end)
		if over > 0 && over < capacity.Never/4 {
			t.press[job] += over
			any = true
		}
	}
	return any
}

func (t *trials) nowEnd(v *trial, op int32) int64 { return v.now[v.log.seen[op]].parts[0].End }

// soonestOf are the earliest times of an operation on calendars alone: a longest path over what comes before it.
func (t *trials) soonestOf(op int32) soonestTimes {
	if at, ok := t.soonest[op]; ok {
		return at
	}
	c := t.compiled
	ready := max(c.p.Start, c.p.Ops[op].Release)
	t.soonest[op] = soonestTimes{ready, ready} // pegs may go in a circle
	for i, e := range c.in.others(op) {
		before := t.soonestOf(e.op)
		from := before.end
		if e.lag < 0 {
			from = before.start
		}
		if from >= capacity.Never {
			ready = capacity.Never
			continue
		}
		ready = max(ready, from+ceilSeconds(int64(c.p.Arcs[c.in.of(op)[i]].Min)))
	}
	var at soonestTimes
	if t.placed[op] && t.at[op].Pin != Free {
		at = soonestTimes{t.start[op], t.end[op]}
	} else {
		at.start, at.end = c.soonestEnd(op, ready)
	}
	t.soonest[op] = at
	return at
}

// back takes a way back.
func (t *trials) back(v *trial) {
	t.swap(v.log.ops, v.log.was)
	for i := len(v.bounds) - 1; i >= 0; i-- {
		m := &v.bounds[i]
		t.tight.start[m.op], t.tight.end[m.op] = m.wasStart, m.wasEnd
	}
	t.change.bounds = t.change.bounds[:len(t.change.bounds)-len(v.bounds)]
	v.broken, t.broken = t.broken, v.broken
}

// forth makes a way again that was taken back.
func (t *trials) forth(v *trial) {
	t.swap(v.log.ops, v.now)
	for i := range v.bounds {
		m := &v.bounds[i]
		t.tight.start[m.op], t.tight.end[m.op] = m.start, m.end
	}
	t.change.bounds = append(t.change.bounds, v.bounds...)
	v.broken, t.broken = t.broken, v.broken
}

// swap puts operations to where they are to be, without noting it.
func (t *trials) swap(ops []int32, to []placing) {
	t.log = nil
	moves := make([]Move, len(ops))
	for i, op := range ops {
		moves[i] = Move{Op: op, now: to[i]}
	}
	t.replay(moves, func(m *Move) *placing { return &m.now })
}

// keep makes a way part of the change.
func (t *trials) keep(v *trial) {
	for i, op := range v.log.ops {
		if _, known := t.whole.seen[op]; !known {
			t.whole.seen[op] = len(t.whole.ops)
			t.whole.ops = append(t.whole.ops, op)
			t.whole.was = append(t.whole.was, v.log.was[i])
		}
	}
}

// markAll marks what the urgent jobs wait for.
func (r *repair) markAll() {
	r.markUrgent(r.o.Urgent)
	for _, j := range r.o.Urgent {
		r.rank = min(r.rank, rankOf(&r.p.Jobs[j]))
	}
}

// repair places all that has to be placed.
func (r *repair) repair(ctx context.Context, pressed []int32) error {
	for i := range r.whole.was {
		for k := range r.whole.was[i].parts {
			r.liftBehind(&r.whole.was[i].parts[k])
		}
	}
	if err := r.tighten(pressed, true); err != nil {
		return err
	}
	r.lateMaterial()
	r.moveUp()
	r.fresh()
	return r.settle(ctx)
}
