package schedule

import (
	"context"
	"math"
	"slices"

	"github.com/taktplan/takt/internal/random"
)

// sequencer looks for a better order of operations on machines, as the searches for job shops do: a late job's critical path,
// through arcs and machines, says which neighbours on a machine to change. What a change costs is timed exactly, and it is kept if it is
// no worse than the schedule so many changes ago (late acceptance: Burke & Bykov, European Journal of Operational
// Research 258, 2017), which needs no scale and no clock.
type sequencer struct {
	*lines
	base      *searchBase
	rng       random.Source
	history   []int64 // costs, of the last changes tried
	tries     int64
	record    int64       // best cost since the last restart
	since     int64       // tries since then
	origin    *Schedule   // that it began with, which says where fixed work is
	best      []lineTimes // by node
	places    []linePlace // by node
	touched   []int32     // nodes that may differ from the best
	isTouched []bool
	fresh     bool // best was found since somebody asked
	path      []pathStep
	walked    []int32 // nodes of the path
	choices   []int32
	sensed    []int32 // nodes on machines where setups depend on what ran before
}

// linePlace is where a node ran.
type linePlace struct{ machine, mode int32 }

// How long a sequencer looks back at first, and by how many times that the tries may find nothing before it begins
// again from the best schedule of all, looking back twice as long.
const (
	firstLength = 500
	mostLength  = 64_000
	patience    = 40
	mostTimed   = 4_000 // operations that a change may move
	warmth      = 0.02  // by which share of the avoidable tardiness the schedule may become worse at first
)

func newSequencer(c *compiled, s *Schedule, base *searchBase, seed, number uint64, length int) *sequencer {
	l := newLines(c, s)
	if l == nil {
		return nil
	}
	q := &sequencer{lines: l, base: base, rng: random.New(seed, number), origin: s, isTouched: make([]bool, len(l.op)), best: make([]lineTimes, len(l.op)), places: make([]linePlace, len(l.op))}
	for node := range int32(len(l.op)) {
		q.touch(node)
		if l.kind[node] == linedNode && base.isSensitive(l.machine[node]) {
			q.sensed = append(q.sensed, node)
		}
	}
	worse := warmth * (0.25 + q.rng.Float()) * float64(max(0, q.cost-base.unavoidable))
	q.history = slices.Repeat([]int64{q.cost + int64(worse)}, length)
	q.keep()
	q.fresh = false
	return q
}

// keep notes the schedule as the best.
func (q *sequencer) keep() {
	q.record, q.since, q.fresh = q.cost, 0, true
	for _, node := range q.touched {
		q.best[node] = lineTimes{node, q.start[node], q.end[node], q.setup[node]}
		q.places[node] = linePlace{q.machine[node], q.mode[node]}
		q.isTouched[node] = false
	}
	q.touched = q.touched[:0]
}

func (q *sequencer) touch(node int32) {
	if !q.isTouched[node] {
		q.isTouched[node] = true
		q.touched = append(q.touched, node)
	}
}

// spent reports whether it found nothing for so long that it had better begin again.
func (q *sequencer) spent() bool { return q.since > int64(patience*len(q.history)) }

// run tries n changes, fewer if the context ends.
func (q *sequencer) run(ctx context.Context, n int) {
	for k := range n {
		if k&63 == 0 && ctx.Err() != nil {
			break
		}
		q.tries++
		q.since++
		at := &q.history[q.tries%int64(len(q.history))]
		q.begin()
		q.limit, q.hopeUntil = max(q.before, *at), math.MaxInt64
		if !q.change() {
			continue
		}
		if !q.follow(mostTimed) {
			q.back()
			continue
		}
		if q.cost > q.limit {
			q.back()
		} else {
			q.accept()
		}
		*at = min(*at, q.cost)
		if q.cost < q.record {
			q.keep()
		}
	}
}

// accept notes what a change moved that is kept.
func (q *sequencer) accept() {
	for k := range q.was {
		q.touch(q.was[k].node)
	}
	for k := range q.moves {
		q.touch(q.moves[k].node)
	}
}

// change makes a change; false if there is none.
func (q *sequencer) change() bool {
	if len(q.late) == 0 || len(q.sensed) > 0 && q.rng.Below(8) == 0 {
		return len(q.sensed) > 0 && q.gatherFamily()
	}
	j := q.late[q.rng.Below(len(q.late))]
	q.trace(j)
	q.hope, q.hopeUntil = q.tardy[j], q.start[q.p.Jobs[j].First+q.p.Jobs[j].Ops-1]
	if len(q.path) == 0 {
		return q.leave()
	}
	step := q.path[q.rng.Below(len(q.path))]
	switch n := q.rng.Below(10); {
	case n < 6:
		return q.earlier(step)
	case n < 9:
		return q.later(q.prev[step.node])
	}
	if node := q.walked[q.rng.Below(len(q.walked))]; q.rng.Below(2) == 0 && q.canLeave(node) {
		step.node = node // it may end later elsewhere and be better for what follows
		step.ready, _ = q.ready(node)
	}
	return q.elsewhere(step)
}

// earlier moves a node before one of those that ran on its machine since it could have run.
func (q *sequencer) earlier(s pathStep) bool {
	const most = 30
	q.choices = q.choices[:0]
	for w := q.prev[s.node]; w >= 0 && q.kind[w] == linedNode && len(q.choices) < most; w = q.prev[w] {
		q.choices = append(q.choices, w)
		if q.end[w] <= s.ready {
			break // into the gap behind it it may come, or before it
		}
	}
	if len(q.choices) == 0 {
		return false
	}
	w := q.choices[q.step(len(q.choices))]
	if !q.canPrecede(s.node, w) {
		return false
	}
	q.put(s.node, q.machine[s.node], q.mode[s.node], w)
	return true
}

// later moves a node behind one of those that follow it on its machine.
func (q *sequencer) later(node int32) bool {
	if q.kind[node] != linedNode {
		return false
	}
	const most = 30
	q.choices = q.choices[:0]
	for w := q.next[node]; w >= 0 && q.kind[w] == linedNode && len(q.choices) < most; w = q.next[w] {
		q.choices = append(q.choices, w)
	}
	if len(q.choices) == 0 {
		return false
	}
	w := q.choices[q.step(len(q.choices))]
	if !q.canFollow(node, w) {
		return false
	}
	q.put(node, q.machine[node], q.mode[node], q.next[w])
	return true
}

// step is how far a node moves: by one in half of the cases.
func (q *sequencer) step(n int) int {
	if q.rng.Below(2) == 0 {
		return 0
	}
	return q.rng.Below(n)
}

// canPrecede reports whether nothing that a node waits for can wait for another: no cycle closes if it comes before that.
func (q *sequencer) canPrecede(node, w int32) bool {
	for _, e := range q.in.others(q.op[node]) {
		if q.start[e.op] >= q.end[w] {
			return false
		}
	}
	return true
}

// canFollow reports whether another cannot wait for something that waits for a node.
func (q *sequencer) canFollow(node, w int32) bool {
	for _, e := range q.out.others(q.op[node]) {
		if q.start[w] >= q.end[e.op] {
			return false
		}
	}
	return true
}

// elsewhere moves a node to another machine, of its mode or another, near where it could begin.
func (q *sequencer) elsewhere(s pathStep) bool {
	o := &q.p.Ops[q.op[s.node]]
	n, machine, mode := 0, int32(-1), int32(-1)
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		if !q.canLine(m) {
			continue
		}
		centre := &q.p.Centres[q.p.Modes[m].Centre]
		if centre.Kind != Exclusive {
			continue
		}
		for k := centre.First; k < centre.First+centre.Machines; k++ {
			if k == q.machine[s.node] || q.still[k] {
				continue
			}
			if n++; q.rng.Below(n) == 0 {
				machine, mode = k, m
			}
		}
	}
	if n == 0 {
		return q.earlier(s)
	}
	w := q.last[machine]
	for w >= 0 && q.start[w] > s.ready {
		w = q.prev[w]
	}
	for skip := q.rng.Below(3); skip > 0 && w >= 0 && q.next[w] >= 0; skip-- {
		w = q.next[w]
	}
	next := q.first[machine]
	if w >= 0 {
		next = q.next[w]
	}
	if w >= 0 && !q.canFollow(s.node, w) || next >= 0 && !q.canPrecede(s.node, next) {
		return false
	}
	q.put(s.node, machine, mode, next)
	return true
}

// gatherFamily moves a node that needs a setup behind another of its setup family on its machine.
func (q *sequencer) gatherFamily() bool {
	node := q.sensed[q.rng.Below(len(q.sensed))]
	for range 10 {
		if q.setup[node] > 0 {
			break
		}
		node = q.sensed[q.rng.Below(len(q.sensed))]
	}
	family := q.p.Ops[q.op[node]].Family
	const reach = 40
	forward := q.rng.Below(2) == 0
	w := node
	for range reach {
		if forward {
			w = q.next[w]
		} else {
			w = q.prev[w]
		}
		if w < 0 || q.kind[w] != linedNode {
			return false
		}
		if q.p.Ops[q.op[w]].Family == family && family != 0 && w != q.prev[node] && q.rng.Below(2) == 0 {
			break
		}
	}
	switch {
	case forward && q.canFollow(node, w):
		q.put(node, q.machine[node], q.mode[node], q.next[w])
	case !forward && q.next[w] != node && q.next[w] >= 0 && q.canPrecede(node, q.next[w]):
		q.put(node, q.machine[node], q.mode[node], q.next[w])
	default:
		return false
	}
	return true
}

// schedule is the best order as a schedule.
func (q *sequencer) schedule() *Schedule {
	parts := make([]Assignment, 0, len(q.op))
	for op := range int32(len(q.p.Ops)) {
		for i, a := range q.origin.Of(op) {
			if i == 0 && q.kind[op] != fixedNode {
				t, at := &q.best[op], q.places[op]
				a.Start, a.SetupEnd, a.End, a.Machine, a.Mode = t.start, t.start, t.end, at.machine, at.mode
				if t.setup > 0 {
					_, a.SetupEnd, _ = q.p.Machines[at.machine].Hours.Add(t.start, ceilSeconds(t.setup))
				}
			}
			parts = append(parts, a)
		}
	}
	out := NewSchedule(q.p, parts)
	out.Broken = slices.Clone(q.origin.Broken)
	return out
}
