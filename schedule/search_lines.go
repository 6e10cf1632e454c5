package schedule

import (
	"github.com/taktplan/takt/capacity"
)

// lines is a schedule as the order of operations on machines, which decides all times: each operation begins as soon as what
// comes before it has ended, through calendars and with the setup that it needs there. A change costs the operations whose times
// change.
//
// What the order does not decide keeps its times: what is pinned, in ovens, split, handed over in batches, in
// chains, held tools or campaigns, and what needs tools or operators. A change that would move it is refused.
type lines struct {
	*compiled
	kind       []lineKind // by node: an operation, or behind these a part of one that is split
	op         []int32    // by node
	machine    []int32    // by node; -1: none
	mode       []int32    // by node
	prev, next []int32    // by node, on its machine; -1: none
	still      []bool     // by machine: its order is kept, as operations without duration on it may need another setup then
	first      []int32    // by machine; -1: none
	last       []int32    // by machine; -1: none
	found      []int32    // by node: the setup family that it found on its machine at first
	// latestReady is by operation when what comes before it has to have ended if it keeps its times.
	latestReady []int64
	start, end  []int64 // by node
	setup       []int64 // by node, in nanoseconds

	tardy  []int64 // by job: weighted tardiness
	late   []int32 // jobs that are late
	lateAt []int32 // by job: its place in late; -1: none
	cost   int64   // of all tardiness, and of setups in seconds, which so count a thousandth

	// A change, which can be taken back.
	now    uint32
	seen   []uint32 // by node: was is noted if that is now
	was    []lineTimes
	moves  []lineMove
	queued []uint32 // by node: in the queue if that is now
	q      queue
	jobs   []lineJob
	job    []uint32 // by job: in jobs if that is now
	before int64    // cost
	effort int64    // operations that were timed

	// A change is given up as soon as it costs more than limit, or before hopeUntil, when the job it is for comes up, more than
	// that and what the job may gain.
	limit, hope, hopeUntil int64
}

// lineKind says what the order decides of a node.
type lineKind uint8

const (
	fixedNode lineKind = iota // keeps its times
	looseNode                 // begins when what comes before it has ended
	linedNode                 // has a place in the order of a machine
)

type lineTimes struct {
	node              int32
	start, end, setup int64
}

// lineMove is a node that changed its place.
type lineMove struct{ node, machine, mode, next int32 }

type lineJob struct {
	job   int32
	tardy int64
}

// begin begins a change.
func (l *lines) begin() {
	l.now++
	if l.now == 0 {
		clear(l.seen)
		clear(l.queued)
		clear(l.job)
		l.now = 1
	}
	l.was, l.moves, l.jobs, l.q, l.before = l.was[:0], l.moves[:0], l.jobs[:0], l.q[:0], l.cost
	l.hope = 0
}

// push queues a node by its start, so that most come after what comes before them.
func (l *lines) push(node int32) {
	if node >= 0 {
		l.pushAt(node, l.start[node])
	}
}

func (l *lines) pushAt(node int32, key int64) {
	if l.queued[node] != l.now {
		l.queued[node] = l.now
		l.q.push(queued{key, node})
	}
}

// ready is when what comes before a node in the arcs lets it begin, and which of it does so last; -1: its release.
func (l *lines) ready(node int32) (at int64, last int32) {
	op := l.op[node]
	at, last = max(l.p.Start, l.p.Ops[op].Release), -1
	for _, e := range l.in.others(op) {
		if e.lag < 0 {
			continue // batches: both keep their times
		}
		if t := l.end[e.op] + e.lag; t > at {
			at, last = t, e.op
		}
	}
	return at, last
}

// familyAt is the setup family that a node finds on its machine.
func (l *lines) familyAt(node int32) int32 {
	if before := l.prev[node]; before >= 0 {
		return l.p.Ops[l.op[before]].Family
	}
	return l.p.Machines[l.machine[node]].Family
}

// times are those of a node as things stand; false if there are none, or if they are not what a fixed node has.
func (l *lines) times(node int32) (t lineTimes, ok bool) {
	t = lineTimes{node, l.start[node], l.end[node], l.setup[node]}
	if l.kind[node] == fixedNode {
		return t, l.fits(node)
	}
	op := l.op[node]
	o := &l.p.Ops[op]
	at, _ := l.ready(node)
	if o.NumModes == 0 {
		return lineTimes{node, at, at, 0}, at < capacity.Never
	}
	m := &l.p.Modes[l.mode[node]]
	if m.Centre < 0 {
		t.start, t.end, ok = leadTime(l.p, m, at)
		return t, ok
	}
	family, forbidden := int32(0), false
	if l.kind[node] == linedNode {
		family = l.familyAt(node)
		if before := l.prev[node]; before >= 0 {
			at = max(at, l.end[before])
		}
	}
	t.setup, forbidden = l.compiled.setup(l.machine[node], family, o.Family, m.Setup)
	if forbidden && l.kind[node] == linedNode {
		return t, false
	}
	hours, total := l.p.Machines[l.machine[node]].Hours, ceilSeconds(add(t.setup, l.work[l.mode[node]]))
	if o.Interruptible {
		t.start, t.end, ok = hours.Add(at, total)
	} else {
		t.start, t.end, ok = hours.AddWhole(at, total)
	}
	return t, ok && t.end < capacity.Never
}

// fits reports whether a node that keeps its times may: what comes before it has ended, unless it is pinned and had not at first, and
// it finds the setup that it has.
func (l *lines) fits(node int32) bool {
	if node < int32(len(l.p.Ops)) {
		if at, _ := l.ready(node); at > l.latestReady[node] {
			return false
		}
	}
	before := l.prev[node]
	return before < 0 || l.end[before] <= l.start[node] && l.keepsSetupOf(node)
}

// keepsSetupOf reports whether a fixed node needs the setup that it has.
func (l *lines) keepsSetupOf(node int32) bool {
	is := l.familyAt(node)
	if is == l.found[node] || l.mode[node] < 0 {
		return true
	}
	own, family := l.p.Modes[l.mode[node]].Setup, l.p.Ops[l.op[node]].Family
	was, _ := l.compiled.setup(l.machine[node], l.found[node], family, own)
	need, forbidden := l.compiled.setup(l.machine[node], is, family, own)
	return need == was && !forbidden
}

// follow times what is in the queue and what that changes, no more than most nodes; false if something cannot be.
func (l *lines) follow(most int64) bool {
	for ; len(l.q) > 0; most-- {
		top := l.q.pop()
		node := top.unit
		if l.cost > l.limit && (top.key > l.hopeUntil || l.cost-l.hope > l.limit) {
			return false
		}
		l.queued[node] = 0
		l.effort++
		t, ok := l.times(node)
		if !ok || most <= 0 {
			return false
		}
		if t.start == l.start[node] && t.end == l.end[node] && t.setup == l.setup[node] {
			continue
		}
		if l.seen[node] != l.now {
			l.seen[node] = l.now
			l.was = append(l.was, lineTimes{node, l.start[node], l.end[node], l.setup[node]})
		}
		l.cost += t.setup/second - l.setup[node]/second
		moved := t.end != l.end[node]
		l.start[node], l.end[node], l.setup[node] = t.start, t.end, t.setup
		if !moved {
			continue
		}
		l.push(l.next[node])
		if int(node) < len(l.p.Ops) {
			for _, e := range l.out.others(node) {
				l.push(e.op)
			}
			l.count(l.p.Ops[node].Job)
		}
	}
	return true
}

// count brings the tardiness of a job up to date.
func (l *lines) count(j int32) {
	job := &l.p.Jobs[j]
	if job.Due == 0 || job.Ops == 0 {
		return
	}
	if l.job[j] != l.now {
		l.job[j] = l.now
		l.jobs = append(l.jobs, lineJob{j, l.tardy[j]})
	}
	end := int64(0)
	for op := job.First; op < job.First+job.Ops; op++ {
		end = max(end, l.end[op])
	}
	l.setTardy(j, times(max(0, min(end, job.Due+lostLate)-job.Due), job.weight()))
}

func (l *lines) setTardy(j int32, tardy int64) {
	l.cost += tardy - l.tardy[j]
	l.tardy[j] = tardy
	switch at := l.lateAt[j]; {
	case tardy > 0 && at < 0:
		l.lateAt[j] = int32(len(l.late))
		l.late = append(l.late, j)
	case tardy <= 0 && at >= 0:
		last := l.late[len(l.late)-1]
		l.late[at], l.lateAt[last] = last, at
		l.late, l.lateAt[j] = l.late[:len(l.late)-1], -1
	}
}

// back takes the change back.
func (l *lines) back() {
	for k := len(l.moves) - 1; k >= 0; k-- {
		m := &l.moves[k]
		l.unlink(m.node)
		l.link(m.node, m.machine, m.mode, m.next)
	}
	for _, t := range l.was {
		l.start[t.node], l.end[t.node], l.setup[t.node] = t.start, t.end, t.setup
	}
	for k := len(l.jobs) - 1; k >= 0; k-- {
		l.setTardy(l.jobs[k].job, l.jobs[k].tardy)
	}
	l.cost = l.before
}

// put moves a node before another on a machine, -1 to its end, and asks for the times of what that concerns.
func (l *lines) put(node, machine, mode, before int32) {
	l.moves = append(l.moves, lineMove{node, l.machine[node], l.mode[node], l.next[node]})
	l.push(l.next[node])
	l.unlink(node)
	l.link(node, machine, mode, before)
	if before >= 0 {
		l.pushAt(node, l.start[before]-1) // its own turn is where it comes from
	} else {
		l.push(node)
	}
	l.push(before)
}

func (l *lines) unlink(node int32) {
	before, after := l.prev[node], l.next[node]
	if before >= 0 {
		l.next[before] = after
	} else {
		l.first[l.machine[node]] = after
	}
	if after >= 0 {
		l.prev[after] = before
	} else {
		l.last[l.machine[node]] = before
	}
}

// link puts a node before another on a machine; -1: at the end.
func (l *lines) link(node, machine, mode, after int32) {
	l.machine[node], l.mode[node] = machine, mode
	before := l.last[machine]
	if after >= 0 {
		before = l.prev[after]
		l.prev[after] = node
	} else {
		l.last[machine] = node
	}
	l.prev[node], l.next[node] = before, after
	if before >= 0 {
		l.next[before] = node
	} else {
		l.first[machine] = node
	}
}
