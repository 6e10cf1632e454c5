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

// stay is for how many moves at least a step may not come back to a machine that it left. On
// Brandimarte's shops twice as many, or half, were worse.
const stay = 5

// depart makes a change of machine, and forbids to take it back.
func (t *search) depart(m move) {
	left := t.mode[m.u]
	if !t.apply(m) { // closes a cycle: not again soon
		left = m.mode
	}
	t.homes[left] = t.tick + int64(stay+t.random.Below(1+stay*3/5))
}

// transferWork is how many steps of the other machines a move passes on its way to the places of critical
// steps, where there are very many steps: beginning with a random critical step it looks at as many as
// come to that.
const transferWork = 1 << 18

// transfers scores the moves of the critical steps to their other machines.
func (t *search) transfers() {
	first, passed := 0, 0
	large := t.ops > manySteps
	if large {
		first = t.random.Below(len(t.critical))
	}
	each := 1 + t.ops/t.machines/2 // steps to pass, about
	for i := range t.critical {
		u := t.critical[(first+i)%len(t.critical)]
		for mode := t.modes[u]; mode < t.modes[u+1]; mode++ {
			if mode != t.mode[u] {
				t.transfersTo(u, mode)
				passed += each
			}
		}
		if large && passed > transferWork {
			t.over(passed)
			return
		}
	}
}

// transfersTo scores the best place of u in the sequence of another of its machines. There the
// steps that end after u may begin (L) come last, and those with a longer tail than what
// follows u in its job (R) come first. Every place behind what is in R only and before what
// is in L only is possible, and one of them is best; where no step is in both they are as good as
// each other (Mastrolilli & Gambardella, Journal of Scheduling 3, 2000).
//
// The estimate is the longest path through u with the heads and tails as they are, which u
// may have lengthened where it is now (González, Vela & Varela, European Journal of
// Operational Research 245, 2015). Computing them anew without u cost two thirds of the
// moves a second and found no more. Raising the estimate to the longest path without u was
// worse: a step that will not be critical any more is worth a move even while another path is
// as long.
func (t *search) transfersTo(u, mode int32) {
	g, end, tail := t.graph, t.end, t.tail
	head, rest, p := end[g.jp[u]], tail[g.js[u]], g.time[mode]
	if head+p+rest > t.worst {
		return
	}
	v, w := g.startable(u, g.on[mode])
	at, best, ties := v, head+p+max(rest, tail[w]), 1
	for w != 0 && tail[w] > rest { // in both
		v, w = w, g.ms[w]
		value := end[v] + p + max(rest, tail[w])
		if value > best {
			continue
		}
		if value < best {
			best, ties = value, 0
		}
		if ties++; t.random.Below(ties) == 0 {
			at = v
		}
	}
	t.offer(move{u: u, v: at, mode: mode}, best)
}

// startable is the last step on machine k that ends before u may begin, and the step after
// it; each is 0 if there is none. What ends just then counts only if it comes before u in the
// topological order: a step of no time might follow u.
func (g *graph) startable(u, k int32) (v, w int32) {
	head, rank := g.end[g.jp[u]], g.rank[u]
	w = g.front[k]
	for w != 0 && (g.end[w] < head || g.end[w] == head && g.rank[w] < rank) {
		v, w = w, g.ms[w]
	}
	return v, w
}

// The tardiness tries a step on another machine where it may begin at once, and behind one
// more, and of all moves that it finds a sample. Trying three places or all moves was worse: the
// search then makes a fifth of the moves.
const (
	tardyPlaces = 2
	tardySample = 40
)

// tardyTransfers lists the changes of machine of the steps of a critical path that are not
// listed yet.
func (t *search) tardyTransfers() {
	g := t.graph
	for _, u := range t.critical {
		if g.mark[u] == g.stamp {
			continue
		}
		g.mark[u] = g.stamp
		for mode := g.modes[u]; mode < g.modes[u+1]; mode++ {
			if mode == g.mode[u] {
				continue
			}
			if t.ops > manySteps && t.over(t.ops/t.machines) {
				return
			}
			v, w := g.startable(u, g.on[mode])
			t.moves = append(t.moves, move{u: u, v: v, mode: mode})
			for n := 1; n < tardyPlaces && w != 0; n++ {
				v, w = w, g.ms[w]
				t.moves = append(t.moves, move{u: u, v: v, mode: mode})
			}
		}
	}
}

// sample leaves so many of the moves listed, at random.
func (t *search) sample(most int) {
	if len(t.moves) <= most {
		return
	}
	for i := range most {
		k := i + t.random.Below(len(t.moves)-i)
		t.moves[i], t.moves[k] = t.moves[k], t.moves[i]
	}
	t.moves = t.moves[:most]
}
