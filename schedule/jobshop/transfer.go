package jobshop

// gap is the part of the topological order that a change of machine touches.
func (g *graph) gap(m move) (lo, hi int) {
	lo = int(g.rank[m.u])
	hi = lo
	if m.v != 0 {
		hi = max(hi, int(g.rank[m.v]))
	}
	if next := g.after(m.v, g.on[m.mode]); next != 0 {
		lo = min(lo, int(g.rank[next]))
	}
	return lo, hi
}

// after is the step after v on machine k; v is 0 before the first.
func (g *graph) after(v, k int32) int32 {
	if v == 0 {
		return g.front[k]
	}
	return g.ms[v]
}

// transfer changes the machine of a step and the topological order; false, and nothing
// changed, if a cycle would close. Between the two steps that it comes between there is
// room in the order, so that it has to pass at most one of them.
func (g *graph) transfer(m move, lo, hi int) bool {
	switch at := int(g.rank[m.u]); {
	case at < hi:
		if !g.later(m.u, m.v, lo, hi) {
			return false
		}
	case at > lo:
		if !g.earlier(m.u, g.after(m.v, g.on[m.mode]), lo, hi) {
			return false
		}
	}
	g.put(m.u, m.v, m.mode)
	return true
}

// put takes u out of its machine's sequence, and into that of a mode after v, or to
// its front if v is 0.
func (g *graph) put(u, v, mode int32) {
	before, after := g.mp[u], g.ms[u]
	g.ms[before], g.mp[after] = after, before
	if before == 0 {
		g.front[g.machine[u]] = after
	}
	k := g.on[mode]
	next := g.after(v, k)
	g.mp[u], g.ms[u] = v, next
	g.ms[v], g.mp[next] = u, u
	if v == 0 {
		g.front[k] = u
	}
	g.mp[0], g.ms[0] = 0, 0
	g.mode[u], g.machine[u], g.p[u] = mode, k, g.time[mode]
}

// without is the graph without one step on its machine, which takes no time then: what
// the longest path through the step becomes elsewhere is exact.
type without struct {
	end, tail []tick  // by node
	seen      []int32 // by node: stamp of the last time its transfers were listed
	stamp     int32
}

func newWithout(s *shop) without {
	if !s.flexible {
		return without{}
	}
	return without{end: make([]tick, s.nodes), tail: make([]tick, s.nodes), seen: make([]int32, s.nodes)}
}

// transfers scores the moves of the critical steps to their other machines.
func (t *search) transfers() {
	for _, u := range t.critical {
		if t.modes[u+1]-t.modes[u] > 1 {
			t.transfersOf(u)
		}
	}
}

// transfersOf scores the best place of u on each of its other machines. On a machine the steps
// that end after u may begin (L) come last, and those with a longer tail than
// what follows u in its job (R) come first. Every place that is behind what is in R only and
// before what is in L only is possible, and one of them is best; where no step is in both, they are as
// good as each other (Mastrolilli & Gambardella, Journal of Scheduling 3, 2000).
func (t *search) transfersOf(u int32) {
	g := t.graph
	floor, ok := t.remove(u)
	if !ok {
		return
	}
	end, tail := t.without.end, t.without.tail
	head, rest := end[g.jp[u]], tail[g.js[u]]
	for mode := g.modes[u]; mode < g.modes[u+1]; mode++ {
		if mode == g.mode[u] {
			continue
		}
		p := g.time[mode]
		if max(floor, head+p+rest) > t.worst {
			continue
		}
		v, w := int32(0), g.front[g.on[mode]]
		for w != 0 && (end[w] < head || end[w] == head && g.rank[w] < g.rank[u]) { // not in L
			v, w = w, g.ms[w]
		}
		at, best, ties := v, max(head, end[v])+p+max(rest, tail[w]), 1
		for w != 0 && tail[w] > rest { // in both
			v, w = w, g.ms[w]
			value := max(head, end[v]) + p + max(rest, tail[w])
			if value > best {
				continue
			}
			if value < best {
				ties = 0
			}
			best = value
			if ties++; ties == 1 || t.random.below(ties) == 0 {
				at = v
			}
		}
		t.offer(move{u: u, v: at, mode: mode}, max(floor, best))
	}
}

// remove computes heads and tails without u, and the longest path; false if that alone is
// longer than wanted.
func (t *search) remove(u int32) (floor tick, ok bool) {
	g, end, tail := t.graph, t.without.end, t.without.tail
	jp, js, mp, ms, p, order := g.jp, g.js, g.mp, g.ms, g.p, g.order
	before, after, time, at := mp[u], ms[u], p[u], int(g.rank[u])
	ms[before], mp[after], p[u], mp[u], ms[u] = after, before, 0, 0, 0
	copy(end, g.end)
	for _, x := range order[at:] {
		end[x] = max(end[jp[x]], end[mp[x]]) + p[x]
	}
	for _, gate := range g.gate {
		floor = max(floor, end[jp[gate]]+g.tail[gate])
	}
	if ok = floor <= t.worst; ok {
		copy(tail, g.tail)
		for i := at; i >= 0; i-- {
			x := order[i]
			tail[x] = max(tail[js[x]], tail[ms[x]]) + p[x]
		}
	}
	ms[before], mp[after], p[u], mp[u], ms[u] = u, u, time, before, after
	mp[0], ms[0] = 0, 0
	return floor, ok
}

// depart makes a change of machine, and forbids to take it back. One that closes a cycle is not tried again soon.
func (t *search) depart(m move) {
	left := t.mode[m.u]
	if !t.apply(m) {
		left = m.mode
	}
	t.homes[left] = t.until()
}

// tardyTransfers lists the changes of machine of the steps of a critical path: to where a
// step may begin soonest, and behind the next two steps there.
func (t *search) tardyTransfers() {
	g := t.graph
	for _, u := range t.critical {
		if t.without.seen[u] == t.without.stamp {
			continue
		}
		t.without.seen[u] = t.without.stamp
		head := g.end[g.jp[u]]
		for mode := g.modes[u]; mode < g.modes[u+1]; mode++ {
			if mode == g.mode[u] {
				continue
			}
			v, w := int32(0), g.front[g.on[mode]]
			for w != 0 && g.end[w] <= head {
				v, w = w, g.ms[w]
			}
			t.moves = append(t.moves, move{u: u, v: v, mode: mode})
			for i := 0; i < 2 && w != 0; i++ {
				v, w = w, g.ms[w]
				t.moves = append(t.moves, move{u: u, v: v, mode: mode})
			}
		}
	}
}
