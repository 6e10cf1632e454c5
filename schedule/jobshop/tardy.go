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
// Kreipl, Journal of Scheduling 3, 2000). The sum has no longest path to estimate it by, so that each is tried.
func (t *search) tardyNeighbours() {
	g := t.graph
	t.moves = t.moves[:0]
	g.stamp++
	for j, gate := range g.gate {
		last := g.jp[gate]
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
	}
	if t.flexible {
		t.sample()
	}
	for _, m := range t.moves {
		if value, ok := t.try(m); ok {
			t.offer(m, value)
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
	for _, other := range t.moves {
		if other == m {
			return
		}
	}
	t.moves = append(t.moves, m)
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
