package schedule

import (
	"math"
	"math/bits"

	"github.com/taktplan/takt/capacity"
)

// tally is the score of a state, kept up as operations move: by job and by operation, so that an update costs
// what changed. Sums are of 128 bits: what stops at the end of int64 could not be taken back.
type tally struct {
	p         *Problem
	reference *Schedule
	sums      [NumMeasures]wide
	share     []jobShare
	longest   []int64 // a tree over jobs: the root, at 1, is the last end
	late      []int32 // jobs that are later than they have to be, in no order
	lateAt    []int32 // by job: its place among them; -1: none
	reach     []int64 // by job: no schedule ends it earlier
	seen      []uint32
	now       uint32
	jobs      []int32 // touched by an update
}

// jobShare is what a job adds to the sums.
type jobShare struct{ tardiness, late, weight, earliness, wip, end int64 }

// wide is a sum of numbers that are not negative.
type wide struct{ hi, lo uint64 }

func (w *wide) add(n int64) {
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, uint64(n), 0)
	w.hi += carry
}

func (w *wide) sub(n int64) {
	var borrow uint64
	w.lo, borrow = bits.Sub64(w.lo, uint64(n), 0)
	w.hi -= borrow
}

func (w *wide) value() int64 {
	if w.hi > 0 || w.lo > math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(w.lo)
}

func newTally(s *state, reach *bounds, reference *Schedule) *tally {
	n := len(s.p.Jobs)
	t := &tally{p: s.p, reference: reference, share: make([]jobShare, n), longest: make([]int64, 2*n), lateAt: make([]int32, n), reach: make([]int64, n), seen: make([]uint32, n)}
	for j := range n {
		t.lateAt[j] = -1
		job := &s.p.Jobs[j]
		for op := job.First; op < job.First+job.Ops; op++ {
			t.reach[j] = max(t.reach[j], reach.end[op])
		}
		t.count(s, int32(j))
	}
	for op := range int32(len(s.p.Ops)) {
		t.countOp(&s.at[op], s.more[op], op, 1)
	}
	return t
}

// score is Evaluate of the state.
func (t *tally) score() Score {
	var out Score
	for m := range out {
		out[m] = t.sums[m].value()
	}
	if len(t.longest) > 1 {
		out[Makespan] = max(0, t.longest[1])
	}
	return out
}

// update counts operations that moved anew.
func (t *tally) update(s *state, moved *trail) {
	t.now++
	t.jobs = t.jobs[:0]
	for i, op := range moved.ops {
		if j := s.p.Ops[op].Job; t.seen[j] != t.now {
			t.seen[j] = t.now
			t.jobs = append(t.jobs, j)
		}
		f := &moved.was[i]
		t.countOp(&f.at, f.more, op, -1)
		t.countOp(&s.at[op], s.more[op], op, 1)
	}
	for _, j := range t.jobs {
		t.count(s, j)
	}
}

// takeBack undoes an update, before the moves are taken back; done is after that.
func (t *tally) takeBack(s *state, moved *trail) {
	for i, op := range moved.ops {
		f := &moved.was[i]
		t.countOp(&s.at[op], s.more[op], op, -1)
		t.countOp(&f.at, f.more, op, 1)
	}
}

// recount counts the jobs of the last update again.
func (t *tally) recount(s *state) {
	for _, j := range t.jobs {
		t.count(s, j)
	}
}

// countOp adds what an operation adds to setups and to the distance from the reference, or takes it away.
func (t *tally) countOp(a *Assignment, more []Assignment, op int32, sign int) {
	n := setupSeconds(t.p, a)
	for i := range more {
		n += setupSeconds(t.p, &more[i])
	}
	t.put(SetupTime, n, sign)
	if t.reference != nil && int(op) < len(t.reference.Problem.Ops) {
		t.put(Deviation, distance(a, firstOf(t.reference, op)), sign)
	}
}

func (t *tally) put(m Measure, n int64, sign int) {
	switch {
	case n == 0:
	case sign > 0:
		t.sums[m].add(n)
	default:
		t.sums[m].sub(n)
	}
}

// count counts a job anew.
func (t *tally) count(s *state, j int32) {
	job := &t.p.Jobs[j]
	if job.Ops == 0 {
		return
	}
	first, last := capacity.Never, int64(-capacity.Never)
	for op := job.First; op < job.First+job.Ops; op++ {
		first, last = min(first, s.start[op]), max(last, s.end[op])
	}
	var one Score
	one.addJob(t.p, job, first, last)
	is := jobShare{tardiness: one[Tardiness], late: one[Late], weight: one[LateWeight], earliness: one[Earliness], wip: one[WIP], end: one[Makespan]}
	was := t.share[j]
	if was == is {
		return
	}
	t.share[j] = is
	t.change(Tardiness, was.tardiness, is.tardiness)
	t.change(Late, was.late, is.late)
	t.change(LateWeight, was.weight, is.weight)
	t.change(Earliness, was.earliness, is.earliness)
	t.change(WIP, was.wip, is.wip)
	if was.end != is.end {
		t.setEnd(int(j), is.end)
	}
	t.list(j, is.late > 0 && last > max(job.Due, t.reach[j]))
}

func (t *tally) change(m Measure, was, is int64) {
	if was != is {
		t.sums[m].sub(was)
		t.sums[m].add(is)
	}
}

// setEnd sets a job's end in the tree.
func (t *tally) setEnd(j int, end int64) {
	i := j + len(t.share)
	for t.longest[i] = end; i > 1; {
		i /= 2
		top := max(t.longest[2*i], t.longest[2*i+1])
		if t.longest[i] == top {
			return
		}
		t.longest[i] = top
	}
}

// list keeps the list of late jobs.
func (t *tally) list(j int32, late bool) {
	switch at := t.lateAt[j]; {
	case late && at < 0:
		t.lateAt[j] = int32(len(t.late))
		t.late = append(t.late, j)
	case !late && at >= 0:
		end := t.late[len(t.late)-1]
		t.late[at], t.lateAt[end] = end, at
		t.late = t.late[:len(t.late)-1]
		t.lateAt[j] = -1
	}
}
