package jobshop

import "slices"

// graph is a feasible selection of the disjunctive graph (Roy & Sussmann 1964) with its
// heads, tails and a topological order.
//
// end[x] is the longest path to the end of x, tail[x] the longest from the start of x to
// the end of the schedule, so that end[x]+tail[x]-p[x] is the longest path through x.
type graph struct {
	*shop
	mode        []int32 // by node: how it runs
	machine     []int32 // by node: where, which the mode says
	p           []tick  // by node: processing time, which the mode says
	front       []int32 // by machine: its first step; 0: none
	mp, ms      []int32 // by node: before and after on the machine; 0: none
	end, tail   []tick  // by node
	order, rank []int32 // a topological order of the steps, and its inverse by node
	value       tick    // longest path, the jobs' tails included

	mark  []int32 // scratch: by node
	stamp int32
	side  []int32 // scratch: the part of a window that changes sides
}

func newGraph(s *shop) *graph {
	n := s.nodes
	g := &graph{shop: s,
		mode: make([]int32, n), machine: make([]int32, n), p: make([]tick, n), front: make([]int32, s.machines),
		mp: make([]int32, n), ms: make([]int32, n),
		end: make([]tick, n), tail: make([]tick, n),
		order: make([]int32, s.ops), rank: make([]int32, n),
		mark: make([]int32, n), side: make([]int32, 0, s.ops),
	}
	for j, gate := range s.gate {
		g.end[gate], g.tail[gate] = s.release[j], s.tail[j]
	}
	return g
}

// selection says how every step runs and what comes first where several share a machine. It
// decides all times.
type selection struct {
	order []int32 // steps, those of a job in turn
	mode  []int32 // by node
}

func newSelection(s *shop) selection { return selection{make([]int32, s.ops), make([]int32, s.nodes)} }

func (s selection) clone() selection {
	return selection{slices.Clone(s.order), slices.Clone(s.mode)}
}

// keep makes s what the graph holds.
func (g *graph) keep(s selection) {
	copy(s.order, g.order)
	copy(s.mode, g.mode)
}

// load makes the graph of a selection. O(ops).
func (g *graph) load(s selection) {
	last := make([]int32, g.machines)
	copy(g.order, s.order)
	copy(g.mode, s.mode)
	clear(g.front)
	for i, x := range g.order {
		m := g.on[g.mode[x]]
		g.machine[x], g.p[x] = m, g.time[g.mode[x]]
		l := last[m]
		g.rank[x] = int32(i)
		g.mp[x], g.ms[x] = l, 0
		if l != 0 {
			g.ms[l] = x
		} else {
			g.front[m] = x
		}
		last[m] = x
	}
	g.heads(0)
	g.tails(g.ops - 1)
	g.measure()
}

// heads computes the ends from a place of the topological order on.
func (g *graph) heads(from int) {
	end, jp, mp, p := g.end, g.jp, g.mp, g.p
	for _, x := range g.order[from:] {
		end[x] = max(end[jp[x]], end[mp[x]]) + p[x]
	}
}

// tails computes the tails from a place of the topological order back.
func (g *graph) tails(from int) {
	tail, js, ms, p := g.tail, g.js, g.ms, g.p
	order := g.order[:from+1]
	for i := len(order) - 1; i >= 0; i-- {
		x := order[i]
		tail[x] = max(tail[js[x]], tail[ms[x]]) + p[x]
	}
}

func (g *graph) measure() {
	if g.sum {
		g.value = g.tardiness()
		return
	}
	value := tick(0)
	for _, gate := range g.gate {
		value = max(value, g.end[g.jp[gate]]+g.tail[gate])
	}
	g.value = value
}

// move takes u to the place right after v (forward), or right before it. With a mode it
// takes u to the machine of that mode, right after v, or to the front if v is 0.
type move struct {
	u, v    int32
	mode    int32 // 0: stays on its machine
	forward bool
}

// span is the part of the topological order that a move touches.
func (g *graph) span(m move) (lo, hi int) {
	switch {
	case m.mode != 0:
		return g.gap(m)
	case m.forward:
		return int(g.rank[m.u]), int(g.rank[m.v])
	}
	return int(g.rank[m.v]), int(g.rank[m.u])
}

// apply makes the move and brings heads, tails, order and value up to date. A move
// that would close a cycle is refused, and changes nothing.
func (g *graph) apply(m move) bool {
	lo, hi := g.span(m)
	if !g.relink(m, lo, hi) {
		return false
	}
	g.heads(lo)
	if !g.sum {
		g.tails(hi)
	}
	g.measure()
	return true
}

// relink changes the sequence of the machine and the topological order, whose window from
// lo to hi the move spans; false, and nothing changed, if a cycle would close.
func (g *graph) relink(m move, lo, hi int) bool {
	switch {
	case m.mode != 0:
		return g.transfer(m, lo, hi)
	case m.forward && g.later(m.u, m.v, lo, hi):
		g.forward(m.u, m.v)
	case !m.forward && g.earlier(m.u, m.v, lo, hi):
		g.backward(m.u, m.v)
	default:
		return false
	}
	return true
}

// later moves u and what follows it in the window behind v; false if v is among them.
func (g *graph) later(u, v int32, lo, hi int) bool {
	g.stamp++
	stamp, mark, window := g.stamp, g.mark, g.order[lo:hi+1]
	mark[u] = stamp
	for _, x := range window[1:] {
		if mark[g.jp[x]] == stamp || g.mp[x] != u && mark[g.mp[x]] == stamp {
			mark[x] = stamp
		}
	}
	if mark[v] == stamp {
		return false
	}
	side, w := g.side[:0], lo
	for _, x := range window {
		if mark[x] == stamp {
			side = append(side, x)
			continue
		}
		g.order[w], g.rank[x] = x, int32(w)
		w++
	}
	for _, x := range side {
		g.order[w], g.rank[x] = x, int32(w)
		w++
	}
	return true
}

// earlier moves u and what precedes it in the window before v; false if v is among them.
func (g *graph) earlier(u, v int32, lo, hi int) bool {
	g.stamp++
	stamp, mark, window := g.stamp, g.mark, g.order[lo:hi+1]
	mark[u] = stamp
	for i := len(window) - 2; i >= 0; i-- {
		x := window[i]
		if mark[g.js[x]] == stamp || g.ms[x] != u && mark[g.ms[x]] == stamp {
			mark[x] = stamp
		}
	}
	if mark[v] == stamp {
		return false
	}
	side, w := g.side[:0], hi
	for i := len(window) - 1; i >= 0; i-- {
		x := window[i]
		if mark[x] == stamp {
			side = append(side, x)
			continue
		}
		g.order[w], g.rank[x] = x, int32(w)
		w--
	}
	for _, x := range side {
		g.order[w], g.rank[x] = x, int32(w)
		w--
	}
	return true
}

// forward takes u out of its machine's sequence and puts it in again after v, which
// comes later.
func (g *graph) forward(u, v int32) {
	before, after, next := g.mp[u], g.ms[u], g.ms[v]
	g.ms[before], g.mp[after] = after, before
	g.ms[v], g.mp[u], g.ms[u], g.mp[next] = u, v, next, u
	g.mp[0], g.ms[0] = 0, 0
	if before == 0 {
		g.front[g.machine[u]] = after
	}
}

// backward puts u in again before v, which comes earlier.
func (g *graph) backward(u, v int32) {
	before, after, prev := g.mp[u], g.ms[u], g.mp[v]
	g.ms[before], g.mp[after] = after, before
	g.mp[v], g.ms[u], g.mp[u], g.ms[prev] = u, v, prev, u
	g.mp[0], g.ms[0] = 0, 0
	if prev == 0 {
		g.front[g.machine[u]] = u
	}
}
