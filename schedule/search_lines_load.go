package schedule

import (
	"math"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// newLines takes the order of a schedule. It gives nil if that is none that the schedule's times follow from.
func newLines(c *compiled, s *Schedule) *lines {
	n := len(c.p.Ops)
	l := &lines{compiled: c, still: make([]bool, len(c.p.Machines)), first: make([]int32, len(c.p.Machines)), last: make([]int32, len(c.p.Machines)), tardy: make([]int64, len(c.p.Jobs)), lateAt: make([]int32, len(c.p.Jobs)), job: make([]uint32, len(c.p.Jobs))}
	for i := range s.Ops {
		if a := &s.Ops[i]; a.Machine >= 0 && a.End == a.Start {
			l.still[a.Machine] = true
		}
	}
	for op := range int32(n) {
		parts := s.Of(op)
		if len(parts) == 0 {
			return nil
		}
		a := parts[0]
		if len(parts) > 1 { // on machines its parts are
			a.Machine, a.Mode, a.Start, a.End = -1, -1, s.Start(op), s.End(op)
			a.SetupEnd = a.Start
		}
		l.add(op, &a, l.lineKind(op, parts))
	}
	for op := range int32(n) {
		if parts := s.Of(op); len(parts) > 1 {
			for i := range parts {
				l.add(op, &parts[i], fixedNode)
			}
		}
	}
	n = len(l.op)
	l.seen, l.queued, l.prev, l.next = make([]uint32, n), make([]uint32, n), make([]int32, n), make([]int32, n)
	l.found = make([]int32, n)
	l.order()
	l.latestReady = make([]int64, len(c.p.Ops))
	for op := range l.latestReady {
		at, _ := l.ready(int32(op))
		l.latestReady[op] = max(at, l.start[op])
	}
	for j := range l.lateAt {
		l.lateAt[j] = -1
	}
	l.limit = math.MaxInt64
	l.begin()
	for node := range int32(n) {
		l.push(node)
	}
	if !l.follow(int64(n) * 100) {
		return nil
	}
	for j := range int32(len(c.p.Jobs)) {
		l.count(j)
	}
	l.cost = 0
	for _, tardy := range l.tardy {
		l.cost += tardy
	}
	for node := range int32(n) {
		l.cost += l.setup[node] / second
	}
	return l
}

func (l *lines) add(op int32, a *Assignment, kind lineKind) {
	l.kind, l.op = append(l.kind, kind), append(l.op, op)
	l.machine, l.mode = append(l.machine, a.Machine), append(l.mode, a.Mode)
	l.start, l.end = append(l.start, a.Start), append(l.end, a.End)
	l.setup = append(l.setup, (a.SetupEnd-a.Start)*second)
}

// lineKind is what the order decides of an operation.
func (l *lines) lineKind(op int32, parts []Assignment) lineKind {
	c := l.compiled
	o := &c.p.Ops[op]
	if len(parts) > 1 || parts[0].Start >= capacity.Never || c.pinned != nil && c.pinned[op] != nil || c.chained[op] || len(c.units[c.unit[op]]) > 1 {
		return fixedNode
	}
	for _, arcs := range [...][]arcEnd{c.in.others(op), c.out.others(op)} {
		for _, e := range arcs {
			if e.lag < 0 {
				return fixedNode
			}
		}
	}
	if o.NumModes == 0 || parts[0].Machine < 0 {
		return looseNode
	}
	if !c.canLine(parts[0].Mode) || l.still[parts[0].Machine] {
		return fixedNode
	}
	if c.p.Centres[c.p.Modes[parts[0].Mode].Centre].Kind == Infinite {
		return looseNode
	}
	return linedNode
}

// canLine reports whether a mode on machines needs nothing but a place in the order.
func (c *compiled) canLine(mode int32) bool {
	m := &c.p.Modes[mode]
	if m.Centre < 0 || m.Tool > 0 || m.Operator > 0 || ceilSeconds(c.work[mode]) == 0 {
		return false
	}
	centre := &c.p.Centres[m.Centre]
	return centre.Kind != Batch && centre.Sequence == capacity.NoSequence
}

// order links the nodes of each machine by their starts.
func (l *lines) order() {
	list := make([][]int32, len(l.p.Machines))
	for node, machine := range l.machine {
		l.prev[node], l.next[node] = -1, -1
		if machine >= 0 && l.end[node] > l.start[node] && l.p.Centres[l.p.Machines[machine].Centre].Kind == Exclusive {
			list[machine] = append(list[machine], int32(node))
		}
	}
	for machine, nodes := range list {
		l.first[machine], l.last[machine] = -1, -1
		slices.SortStableFunc(nodes, func(a, b int32) int {
			switch {
			case l.start[a] < l.start[b]:
				return -1
			case l.start[a] > l.start[b]:
				return 1
			}
			return 0
		})
		for i, node := range nodes {
			if i == 0 {
				l.first[machine] = node
				continue
			}
			l.prev[node], l.next[nodes[i-1]] = nodes[i-1], node
		}
		for _, node := range nodes {
			l.last[machine] = node
			l.found[node] = l.familyAt(node)
		}
	}
}
