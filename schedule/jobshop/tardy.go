package jobshop

// tardiness is the weighted sum over the jobs.
func (g *graph) tardiness() tick {
	sum := tick(0)
	for j, gate := range g.gate {
		sum += g.weight[j] * max(0, g.end[g.jp[gate]]-g.due[j])
	}
	return sum
}

// tardyNeighbours scores moves on a critical path of every tardy job: neighbours on a
// machine change places, and steps of a block move to its ends (after Singer & Pinedo 1998;
// Kreipl, Journal of Scheduling 3, 2000). The sum has no longest path to estimate it by, so that each is
// tried. In shops with many steps the moves are a sample, and in very large ones the jobs as well: those from a
// random one on.
func (t *search) tardyNeighbours() {
	t.moves = t.moves[:0]
	t.listed.clear()
	t.graph.stamp++
	t.tardyPaths()
	most := max(tardyLeast, tardyMany/(t.ops*t.ops))
	if t.flexible {
		most = tardySample
	}
	t.sample(most)
	for _, m := range t.moves {
		if t.over(t.ops + t.jobs) {
			return
		}
		if value, ok := t.try(m); ok {
			t.offer(m, value)
		}
	}
}

// A move of the tardiness tries so many neighbours divided by the square of the steps, and at least so many; in
// a very large shop it looks at so many steps of critical paths. With all neighbours la26 came to 13,904
// and ta11 to 15,065 in twelve seconds, with 24 to 10,221 and 11,643; ta31 and ta61 gained a tenth or more in four. In
// shops of a hundred steps all are tried: with twelve the optimum of la16 was missed by three seeds of three.
const (
	tardyMany  = 3 << 19
	tardyLeast = 24
	tardyWalk  = 1 << 16
)

// manySteps is above the shops of the literature. Larger ones look at a sample of jobs and critical steps.
const manySteps = 4096

// tardyPaths lists the moves on a critical path of every tardy job.
func (t *search) tardyPaths() {
	g := t.graph
	first, walked := 0, 0
	large := t.ops > manySteps
	if large {
		first = t.random.Below(t.jobs)
	}
	for i := range g.gate {
		j := (first + i) % t.jobs
		last := g.jp[g.gate[j]]
		if g.weight[j] == 0 || g.end[last] <= g.due[j] {
			continue
		}
		t.walk(last)
		if t.flexible {
			t.tardyTransfers()
		}
		for i := len(t.critical) - 1; i > 0; {
			k := i
			for k > 0 && g.ms[t.critical[k]] == t.critical[k-1] {
				k--
			}
			t.tardyBlock(t.critical[k : i+1])
			i = k - 1
		}
		if walked += len(t.critical); large && walked > tardyWalk || t.over(len(t.critical)) {
			return
		}
	}
}

// tardyBlock lists the moves of a block, last step first in the slice.
func (t *search) tardyBlock(b []int32) {
	n := len(b) - 1
	for i := n; i > 0; i-- {
		t.list(move{u: b[i], v: b[i-1], forward: true})
		if i > 1 {
			t.list(move{u: b[i], v: b[0], forward: true})
		}
		if i < n {
			t.list(move{u: b[i-1], v: b[n]})
		}
	}
}

// list notes a move that is not there yet; paths share blocks.
func (t *search) list(m move) {
	if t.listed.add(m) {
		t.moves = append(t.moves, m)
	}
}

// try is the value after a move, which is taken back; false if the move is impossible.
func (t *search) try(m move) (tick, bool) {
	g := t.graph
	lo, hi := g.span(m)
	mode, before, after := g.mode[m.u], g.mp[m.u], g.ms[m.u]
	kept, ends := t.kept[:g.ops-lo], t.ends[:g.ops-lo]
	for i, x := range g.order[lo:] {
		kept[i], ends[i] = x, g.end[x]
	}
	if !g.relink(m, lo, hi) {
		return 0, false
	}
	g.heads(lo)
	value := g.tardiness()
	switch {
	case m.mode != 0:
		g.put(m.u, before, mode)
	case m.forward:
		g.backward(m.u, after)
	default:
		g.forward(m.u, before)
	}
	for i, x := range kept {
		g.order[lo+i], g.rank[x], g.end[x] = x, int32(lo+i), ends[i]
	}
	return value, true
}
