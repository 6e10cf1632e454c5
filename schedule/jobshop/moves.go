package jobshop

// path fills t.critical with a critical path, chosen at random where several meet.
func (t *search) path() {
	g := t.graph
	var x int32
	ties := 0
	for _, gate := range g.gate {
		last := g.jp[gate]
		if g.end[last]+g.tail[gate] != g.value {
			continue
		}
		if ties++; ties == 1 || t.random.Below(ties) == 0 {
			x = last
		}
	}
	t.walk(x)
}

// walk fills t.critical with a critical path to the end of x, from its end.
func (t *search) walk(x int32) {
	g := t.graph
	t.critical = t.critical[:0]
	for {
		t.critical = append(t.critical, x)
		start := g.end[x] - g.p[x]
		byJob, byMachine := g.jp[x], g.mp[x]
		job := int(byJob) <= g.ops && g.end[byJob] == start
		machine := byMachine != 0 && g.end[byMachine] == start
		switch {
		case job && machine && byJob != byMachine:
			if t.random.Below(2) == 0 {
				x = byJob
			} else {
				x = byMachine
			}
		case machine:
			x = byMachine
		case job:
			x = byJob
		default:
			return // starts at a release
		}
	}
}

// neighbours scores the moves along the critical path: within a block of one machine,
// every step to right behind the last and to right before the first (N6 of Balas &
// Vazacopoulos 1998), and the first and the last to every place inside (N7 of Zhang et al.
// 2007). The path is stored backwards.
func (t *search) neighbours() {
	g := t.graph
	for i := len(t.critical) - 1; i > 0; {
		k := i // block critical[i] … critical[k], in time
		for k > 0 && g.ms[t.critical[k]] == t.critical[k-1] {
			k--
		}
		if k < i {
			t.block(t.critical[k : i+1])
			i = k
		}
		i--
	}
}

// block scores the moves of a block, last step first in the slice. Where the tail of v is no
// shorter than that of u's successor no way leads from there to v, unless it takes no time,
// so that u may move behind v (Balas & Vazacopoulos 1998); heads say the same of moves
// to the front. What takes no time is left to apply to refuse.
//
// In a block that begins at time 0 only another last step can shorten the path, and in one
// that ends the schedule only another first; the rest would be steps on a plateau, on which
// the search was lost.
func (t *search) block(b []int32) {
	g := t.graph
	n := len(b) - 1
	first, last := b[n], b[0]
	// In a very long block a step moves no further than so many others.
	const farthest = 256
	lastOnly, firstOnly := g.end[first] == g.p[first], g.tail[last] == g.p[last]
	for i := n; i > 0; i-- {
		if i <= farthest && (!firstOnly || i == n) && g.tail[last] >= g.tail[g.js[b[i]]] {
			t.scoreForward(b[i], last)
		}
		if i < n && n-i <= farthest && !lastOnly && g.tail[b[i]] >= g.tail[g.js[first]] {
			t.scoreForward(first, b[i])
		}
	}
	for i := n - 1; i >= 0; i-- {
		if n > 1 && n-i <= farthest && (!lastOnly || i == 0) && g.end[first] >= g.end[g.jp[b[i]]] {
			t.scoreBackward(b[i], first)
		}
		if i > 0 && i <= farthest && !firstOnly && g.end[b[i]] >= g.end[g.jp[last]] {
			t.scoreBackward(last, b[i])
		}
	}
}

// scoreForward estimates the longest path through the steps that a move of u behind v
// touches (Taillard 1994; Balas & Vazacopoulos 1998), and keeps the move if it is the best.
func (t *search) scoreForward(u, v int32) {
	g, ends := t.graph, t.ends[:0]
	end, tail, jp, js, mp, ms, p := g.end, g.tail, g.jp, g.js, g.mp, g.ms, g.p
	prev, stop := end[mp[u]], ms[v]
	for x := ms[u]; x != stop; x = ms[x] {
		prev = max(end[jp[x]], prev) + p[x]
		ends = append(ends, prev)
	}
	prev = max(end[jp[u]], prev)
	next := max(tail[js[u]], tail[stop]) + p[u]
	value := prev + next
	for x, i := v, len(ends)-1; i >= 0; x, i = mp[x], i-1 {
		if value > t.worst {
			return
		}
		rest := max(tail[js[x]], next)
		value = max(value, ends[i]+rest)
		next = rest + p[x]
	}
	t.offer(move{u: u, v: v, forward: true}, value)
}

// scoreBackward is scoreForward in the mirror.
func (t *search) scoreBackward(u, v int32) {
	g, tails := t.graph, t.ends[:0]
	end, tail, jp, js, mp, ms, p := g.end, g.tail, g.jp, g.js, g.mp, g.ms, g.p
	next, stop := tail[ms[u]], mp[v]
	for x := mp[u]; x != stop; x = mp[x] {
		next = max(tail[js[x]], next) + p[x]
		tails = append(tails, next)
	}
	next = max(tail[js[u]], next)
	prev := max(end[jp[u]], end[stop]) + p[u]
	value := prev + next
	for x, i := v, len(tails)-1; i >= 0; x, i = ms[x], i-1 {
		if value > t.worst {
			return
		}
		begin := max(end[jp[x]], prev)
		value = max(value, begin+tails[i])
		prev = begin + p[x]
	}
	t.offer(move{u: u, v: v}, value)
}
