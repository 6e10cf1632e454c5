package jobshop

import (
	"slices"
	"testing"

	"github.com/taktplan/takt/internal/random"
)

// naive is the longest path to the end of every step by plain recursion over what must
// come before it, from the machine sequences alone.
func naive(g *graph) []tick {
	end, known := make([]tick, g.nodes), make([]bool, g.nodes)
	var visit func(x int32) tick
	visit = func(x int32) tick {
		if x == 0 {
			return 0
		}
		if int(x) > g.ops {
			return g.release[g.job[x]]
		}
		if !known[x] {
			end[x] = max(visit(g.jp[x]), visit(g.mp[x])) + g.p[x]
			known[x] = true
		}
		return end[x]
	}
	for x := int32(1); int(x) <= g.ops; x++ {
		visit(x)
	}
	return end
}

// backwards is the same from the end.
func backwards(g *graph) []tick {
	tail, known := make([]tick, g.nodes), make([]bool, g.nodes)
	var visit func(x int32) tick
	visit = func(x int32) tick {
		if x == 0 {
			return 0
		}
		if int(x) > g.ops {
			return g.shop.tail[g.job[x]]
		}
		if !known[x] {
			tail[x] = max(visit(g.js[x]), visit(g.ms[x])) + g.p[x]
			known[x] = true
		}
		return tail[x]
	}
	for x := int32(1); int(x) <= g.ops; x++ {
		visit(x)
	}
	return tail
}

// shapes are instances with what a classic job shop lacks: releases and due dates, jobs that
// skip machines or come back to them, steps without duration.
func shapes() []*Instance {
	r := random.Source(7)
	odd := &Instance{}
	for range 9 {
		var steps []Step
		for range 1 + r.Below(7) {
			steps = append(steps, On(int32(r.Below(4)), int64(r.Below(6))))
		}
		odd.Jobs = append(odd.Jobs, steps)
		odd.Release = append(odd.Release, int64(r.Below(20)))
		odd.Due = append(odd.Due, int64(r.Below(40)))
		odd.Weight = append(odd.Weight, int64(r.Below(4)))
	}
	return []*Instance{Taillard(8, 5, 11, 12), Taillard(20, 3, 13, 14).WeightedTardiness(130), odd}
}

// After every one of 10⁵ random moves the graph kept by windows equals one computed anew, a
// refused move has changed nothing, and only moves that close a cycle are refused. TAKT_CASES=1000 makes a million.
func TestMovesKeepGraph(t *testing.T) {
	done, refused := 0, 0
	rounds := cases(t, 100_000)/9 + 1
	for i, p := range shapes() {
		for _, goal := range []Objective{Makespan, Tardiness, Lateness} {
			s := compile(p, goal)
			search := newSearch(s, 0, nil)
			search.random = random.Source(uint64(i))
			g := search.graph
			g.load(search.build(50))
			r := random.Source(uint64(i))
			for made := 0; made < rounds; {
				m, ok := anyMove(g, &r)
				if !ok {
					continue
				}
				before := slices.Clone(g.mp)
				tried, possible := tick(0), false
				if g.sum {
					tried, possible = search.try(m)
				}
				if !g.apply(m) {
					refused++
					if possible || !slices.Equal(before, g.mp) || !closes(g, m) {
						t.Fatalf("%d/%d: move %+v was refused; tried before: %t; sequences kept: %t", i, goal, m, possible, slices.Equal(before, g.mp))
					}
					continue
				}
				done++
				made++
				if g.sum && (!possible || tried != g.value) {
					t.Fatalf("%d: move %+v was tried as %d (%t) and is %d", i, m, tried, possible, g.value)
				}
				same(t, g)
			}
		}
	}
	if done < 100_000 || refused < 500 {
		t.Errorf("%d moves made and %d refused: too few to tell", done, refused)
	}
}

// anyMove is a random pair on a machine.
func anyMove(g *graph, r *random.Source) (move, bool) {
	u := int32(1 + r.Below(g.ops))
	v := u
	forward := r.Below(2) == 0
	for range 1 + r.Below(6) {
		next := g.mp[v]
		if forward {
			next = g.ms[v]
		}
		if next == 0 {
			break
		}
		v = next
	}
	return move{u: u, v: v, forward: forward}, u != v
}

// closes says whether a way leads from u around to v without their machine's arcs out of (or into) u.
func closes(g *graph, m move) bool {
	from, to := g.js[m.u], m.v
	if !m.forward {
		from, to = m.v, g.jp[m.u]
	}
	if int(to) > g.ops {
		return false
	}
	seen := map[int32]bool{}
	var reach func(x int32) bool
	reach = func(x int32) bool {
		if x == to {
			return true
		}
		if x == 0 || int(x) > g.ops || seen[x] {
			return false
		}
		seen[x] = true
		return reach(g.js[x]) || reach(g.ms[x])
	}
	return reach(from)
}

func same(t *testing.T, g *graph) {
	t.Helper()
	end := naive(g)
	value := tick(0)
	for j, gate := range g.gate {
		last := end[g.jp[gate]]
		if g.sum {
			value += g.weight[j] * max(0, last-g.due[j])
		} else {
			value = max(value, last+g.shop.tail[j])
		}
	}
	if g.value != value {
		t.Fatalf("value %d, computed anew it is %d", g.value, value)
	}
	if !slices.Equal(end[1:g.ops+1], g.end[1:g.ops+1]) {
		t.Fatal("ends differ from those computed anew")
	}
	if tail := backwards(g); !g.sum && !slices.Equal(tail[1:g.ops+1], g.tail[1:g.ops+1]) {
		t.Fatal("tails differ from those computed anew")
	}
	for i, x := range g.order {
		if int(g.rank[x]) != i || g.mp[x] != 0 && g.rank[g.mp[x]] >= g.rank[x] || int(g.jp[x]) <= g.ops && g.rank[g.jp[x]] >= g.rank[x] {
			t.Fatalf("step %d stands wrong in the topological order", x)
		}
	}
}

// The estimate of a move of two neighbours is what the longest path through them becomes,
// and so never above the value after the move.
func TestEstimateOfSwap(t *testing.T) {
	for i, p := range shapes() {
		search := newSearch(compile(p, Makespan), 0, nil)
		search.random = random.Source(uint64(i))
		g := search.graph
		g.load(search.build(50))
		compared := 0
		for range 3000 {
			m, ok := anyMove(g, &search.random)
			if !ok || m.forward && g.ms[m.u] != m.v || !m.forward && g.mp[m.u] != m.v {
				continue
			}
			search.worst, search.ties, search.bans, search.record = 1<<62, 0, 0, 1<<62
			if m.forward {
				search.scoreForward(m.u, m.v)
			} else {
				search.scoreBackward(m.u, m.v)
			}
			estimate := search.worst
			if !g.apply(m) {
				continue
			}
			through := max(g.end[m.u]+g.tail[m.u]-g.p[m.u], g.end[m.v]+g.tail[m.v]-g.p[m.v])
			if compared++; estimate != through || estimate > g.value {
				t.Fatalf("%d: estimate %d of %+v, the longest path through both is %d, the value %d", i, estimate, m, through, g.value)
			}
		}
		if compared < 500 {
			t.Errorf("%d: only %d compared", i, compared)
		}
	}
}

// A search allocates nothing for a move.
func TestNoAllocationPerMove(t *testing.T) {
	for _, goal := range []Objective{Makespan, Tardiness} {
		search := newSearch(compile(Taillard(15, 10, 5, 6).WeightedTardiness(130), goal), 0, nil)
		search.load(search.build(40))
		search.record = 0
		for range 1000 {
			search.step()
		}
		if n := testing.AllocsPerRun(1000, func() { search.step() }); n != 0 {
			t.Errorf("objective %d: %.2f allocations a move", goal, n)
		}
	}
}

// On small instances the search finds what trying all sequences finds, and the bound is
// not above it.
func TestSmallOptima(t *testing.T) {
	r := random.Source(99)
	for i := range 60 {
		p := &Instance{}
		for range 3 {
			var steps []Step
			for range 1 + r.Below(3) {
				steps = append(steps, On(int32(r.Below(3)), int64(r.Below(9))))
			}
			p.Jobs = append(p.Jobs, steps)
			p.Release = append(p.Release, int64(r.Below(8)))
			p.Due = append(p.Due, int64(r.Below(20)-3))
			p.Weight = append(p.Weight, int64(r.Below(3)))
		}
		for _, goal := range []Objective{Makespan, Tardiness, Lateness} {
			best := int64(1 << 62)
			all(p, goal, nil, make([]int, 3), &best)
			got, err := p.Solve(t.Context(), Options{Objective: goal, Seed: uint64(i), Iterations: 2000})
			if err != nil {
				t.Fatal(err)
			}
			if value, err := Check(p, &got.Solution, goal); err != nil || value != got.Value {
				t.Fatalf("instance %d, objective %d: %d is %d: %v", i, goal, got.Value, value, err)
			}
			if got.Value != best || got.Bound > best {
				t.Errorf("instance %d, objective %d: found %d, bound %d, the optimum is %d", i, goal, got.Value, got.Bound, best)
			}
		}
	}
}

// all tries every order in which the jobs' steps can be taken.
func all(p *Instance, goal Objective, order []int, next []int, best *int64) {
	done := true
	for j := range p.Jobs {
		if next[j] < len(p.Jobs[j]) {
			done = false
			next[j]++
			all(p, goal, append(order, j), next, best)
			next[j]--
		}
	}
	if !done {
		return
	}
	ends := make([][]int64, len(p.Jobs))
	free, ready := map[int32]int64{}, slices.Clone(p.Release)
	for _, j := range order {
		on := p.Jobs[j][len(ends[j])][0]
		ready[j] = max(free[on.Machine], ready[j]) + on.Time
		free[on.Machine] = ready[j]
		ends[j] = append(ends[j], ready[j])
	}
	*best = min(*best, value(p, ends, goal))
}

// Jackson's preemptive schedule against the bound of every set of tasks, least head, work
// and least tail, whose largest it is (Carlier 1982).
func TestPreemptive(t *testing.T) {
	r := random.Source(5)
	for range 2000 {
		n := 1 + r.Below(7)
		tasks := make([]task, n)
		for i := range tasks {
			tasks[i] = task{tick(r.Below(20)), tick(r.Below(9)), tick(r.Below(20))}
		}
		want := tick(0)
		for set := 1; set < 1<<n; set++ {
			head, work, tail := tick(1<<40), tick(0), tick(1<<40)
			for i := range tasks {
				if set>>i&1 == 1 {
					head, work, tail = min(head, tasks[i].head), work+tasks[i].p, min(tail, tasks[i].tail)
				}
			}
			want = max(want, head+work+tail)
		}
		if got := preemptive(slices.Clone(tasks)); got != want {
			t.Fatalf("%v: %d, the largest set gives %d", tasks, got, want)
		}
	}
}
