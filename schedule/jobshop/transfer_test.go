package jobshop

import (
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/taktplan/takt/internal/random"
)

// begin is a search on a start of its own.
func begin(p *Instance, goal Objective, seed uint64) *search {
	t := newSearch(compile(p, goal), 0, func() bool { return false })
	t.random = random.Source(seed)
	t.load(t.build(50))
	return t
}

// anyTransfer is a random step and a random place on another of its machines.
func anyTransfer(g *graph, r *random.Source) (move, bool) {
	u := int32(1 + r.Below(g.ops))
	m := move{u: u, mode: g.modes[u] + int32(r.Below(int(g.modes[u+1]-g.modes[u])))}
	if m.mode == g.mode[u] {
		return m, false
	}
	k := g.on[m.mode]
	length := 0
	for x := g.front[k]; x != 0; x = g.ms[x] {
		length++
	}
	for range r.Below(length + 1) {
		m.v = g.after(m.v, k)
	}
	return m, true
}

// closesElsewhere says whether a way leads around u from it to v, or from the step after v to u.
func closesElsewhere(g *graph, m move) bool {
	next := g.after(m.v, g.on[m.mode])
	seen := map[int32]bool{}
	var reach func(x, to int32) bool
	reach = func(x, to int32) bool {
		switch {
		case x == to:
			return true
		case x == 0 || int(x) > g.ops || seen[x]:
			return false
		}
		seen[x] = true
		follows := g.ms[x]
		if follows == m.u {
			follows = g.ms[m.u]
		}
		return reach(g.js[x], to) || reach(follows, to)
	}
	if m.v != 0 && reach(g.js[m.u], m.v) {
		return true
	}
	clear(seen)
	return next != 0 && int(g.jp[m.u]) <= g.ops && reach(next, g.jp[m.u])
}

// cases is a number of cases, or that in the environment, for a long run.
func cases(t *testing.T, n int) int {
	if text := os.Getenv("TAKT_CASES"); text != "" {
		long, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return 1000 * long
	}
	return n
}

// After every one of 10⁵ random moves, places and machines mixed, the graph kept by windows equals one
// computed anew, its sequences are those of its machines, a refused move has changed
// nothing, and only moves that close a cycle are refused. TAKT_CASES=1000 makes a million.
func TestTransfersKeepGraph(t *testing.T) {
	shapes := flexibleShapes()
	rounds := cases(t, 100_000)/(3*len(shapes)) + 1
	transfers, refused := 0, 0
	for i, p := range shapes {
		for _, goal := range []Objective{Makespan, Tardiness, Lateness} {
			search := begin(p, goal, uint64(i))
			g := search.graph
			r := random.Source(uint64(i))
			for done := 0; done < rounds; {
				m, ok := anyMove(g, &r)
				if r.Below(2) == 0 {
					m, ok = anyTransfer(g, &r)
				}
				if !ok {
					continue
				}
				before, modes := slices.Clone(g.mp), slices.Clone(g.mode)
				tried, possible := tick(0), false
				if g.sum {
					tried, possible = search.try(m)
				}
				cycle := m.mode == 0 && closes(g, m) || m.mode != 0 && closesElsewhere(g, m)
				if g.apply(m) == cycle {
					t.Fatalf("%d/%d: move %+v closes a cycle: %t; it was taken for %t", i, goal, m, cycle, !cycle)
				}
				if g.sum && possible == cycle {
					t.Fatalf("%d: move %+v was tried as %t", i, m, possible)
				}
				done++
				if cycle {
					if refused++; !slices.Equal(before, g.mp) || !slices.Equal(modes, g.mode) {
						t.Fatalf("%d/%d: the refused move %+v has changed the sequences", i, goal, m)
					}
					continue
				}
				if m.mode != 0 {
					transfers++
				}
				if g.sum && tried != g.value {
					t.Fatalf("%d: move %+v was tried as %d and is %d", i, m, tried, g.value)
				}
				same(t, g)
				sequences(t, g)
			}
		}
	}
	if transfers < 20_000 || refused < 2000 {
		t.Errorf("%d changes of machine and %d moves refused: too few to tell", transfers, refused)
	}
}

// sequences checks that every machine's sequence holds the steps that run there, with their times.
func sequences(t *testing.T, g *graph) {
	t.Helper()
	n := 0
	for k, x := range g.front {
		before := int32(0)
		for ; x != 0; before, x = x, g.ms[x] {
			n++
			mode := g.mode[x]
			if g.mp[x] != before || int(g.machine[x]) != k || g.on[mode] != g.machine[x] || g.p[x] != g.time[mode] || mode < g.modes[x] || mode >= g.modes[x+1] {
				t.Fatalf("step %d is wrong in the sequence of machine %d", x, k)
			}
		}
	}
	if n != g.ops {
		t.Fatalf("%d steps in the sequences of all machines, and there are %d", n, g.ops)
	}
}

// A change of machine that is offered closes no cycle, and what it is chosen by is no less than the
// longest path through the step afterwards; most often it is just that.
func TestTransferEstimate(t *testing.T) {
	compared, exact := 0, 0
	for i, p := range flexibleShapes() {
		for _, goal := range []Objective{Makespan, Lateness} {
			search := begin(p, goal, uint64(i))
			g := search.graph
			for range 2000 {
				m, ok := anyTransfer(g, &search.random)
				if !ok {
					continue
				}
				search.worst, search.ties, search.bans, search.record = 1<<62, 0, 0, 1<<62
				search.transfersTo(m.u, m.mode)
				if search.ties != 1 || !g.apply(search.chosen) {
					t.Fatalf("%d: step %d has no move to mode %d, or it was refused: %+v", i, m.u, m.mode, search.chosen)
				}
				through := g.end[m.u] + g.tail[m.u] - g.p[m.u]
				if search.worst < through || through > g.value {
					t.Fatalf("%d: %+v was thought to be %d; the longest path through the step is %d, the value %d", i, search.chosen, search.worst, through, g.value)
				}
				compared++
				if search.worst == through {
					exact++
				}
			}
		}
	}
	if compared < 5000 || exact < compared*3/4 {
		t.Errorf("%d compared, and %d were exact: too few to tell", compared, exact)
	}
}

// Of the places on a machine none has a lower estimate than the one that is offered.
func TestTransferIsBestPlace(t *testing.T) {
	for i, p := range flexibleShapes() {
		search := begin(p, Makespan, uint64(i))
		g := search.graph
		for n := range 2000 {
			m, ok := anyTransfer(g, &search.random)
			if !ok {
				continue
			}
			search.worst, search.ties, search.bans, search.record = 1<<62, 0, 0, 1<<62
			search.transfersTo(m.u, m.mode)
			if next := g.after(m.v, g.on[m.mode]); !closesElsewhere(g, m) {
				estimate := max(g.end[g.jp[m.u]], g.end[m.v]) + g.time[m.mode] + max(g.tail[g.js[m.u]], g.tail[next])
				if estimate < search.worst {
					t.Fatalf("%d: step %d to mode %d: offered %d, behind %d it is %d", i, m.u, m.mode, search.worst, m.v, estimate)
				}
			}
			if n%4 == 0 {
				g.apply(m)
			}
		}
	}
}

// A search over machines allocates nothing for a move.
func TestNoAllocationPerTransfer(t *testing.T) {
	r := random.Source(3)
	p := randomFlexible(&r, 15, 10, 8, 4, 30)
	for _, goal := range []Objective{Makespan, Tardiness} {
		search := begin(p, goal, 1)
		search.record = 0
		for range 3000 {
			search.step()
		}
		if n := testing.AllocsPerRun(1000, func() { search.step() }); n != 0 {
			t.Errorf("objective %d: %.2f allocations a move", goal, n)
		}
	}
}
