package jobshop

import (
	"math"
	"testing"

	"github.com/taktplan/takt/internal/random"
)

// breed is an evolution of ta01 that has had so many members offered, all from short searches from nothing.
func breed(t *testing.T, members int) (*evolution, *search, []member) {
	t.Helper()
	s := compile(Taillard(15, 15, 840612802, 398197754), Makespan)
	search := newSearch(s, 0, func() bool { return false })
	e := &evolution{graph: newGraph(s), random: random.Source(1), pairs: s.pairs(), best: 1 << 62, pace: s.pace(), size: 6, cutoff: 4000, term: s.term(0)}
	var list []member
	for i := range members {
		a := &attempt{number: 1, seed: uint64(i), cutoff: 50, most: 1 << 62}
		search.attempt(a)
		list = append(list, a.member)
	}
	return e, search, list
}

// Members that have to keep a distance do so, and the best that was offered is among them.
func TestMembersKeepTheirDistance(t *testing.T) {
	e, search, list := breed(t, 30)
	apart := 0
	for i, m := range list {
		e.admitApart(m, 0)
		if i == 5 {
			if apart = e.meanDistance(); apart == 0 {
				t.Fatal("six searches from nothing ended at the same schedule")
			}
			e.pop = nil
		}
	}
	e.pop = nil
	best := tick(1 << 62)
	offer := func(m member) {
		t.Helper()
		e.admitApart(m, apart)
		best = min(best, m.value)
		found := false
		for i := range e.pop {
			found = found || e.pop[i].value == best
			e.load(e.pop[i].selection)
			for k := range i {
				if d := e.distance(&e.pop[k]); d <= apart {
					t.Fatalf("members %d and %d differ by %d pairs, %d at least were asked", k, i, d, apart+1)
				}
			}
		}
		if !found || len(e.pop) > e.size {
			t.Fatalf("%d members in a population of %d, the best among them: %t", len(e.pop), e.size, found)
		}
	}
	for i := range list {
		offer(list[i])
		search.load(search.between(&list[i], &list[(i+7)%len(list)], 20, false))
		offer(search.member())
	}
}

// The distance shrinks from half of the first mean to nothing, and then another population begins, larger and for longer.
func TestPopulationNarrowsToItsEnd(t *testing.T) {
	e, _, list := breed(t, 6)
	for _, m := range list {
		e.narrow(&attempt{member: m})
	}
	if got := e.apart(); e.spread != 0 || got != e.pairs/alike {
		t.Errorf("before the first child members differ by %d pairs, not %d", got, e.pairs/alike)
	}
	child := &attempt{member: list[0], parents: [2]*member{&list[1], &list[2]}}
	e.narrow(child)
	for _, part := range []int64{0, 25, 50, 99} {
		e.moves = e.term * part / 100
		want := e.spread * int(100-part) / 200
		if got := e.apart(); e.spread == 0 || got < want-1 || got > want+e.spread/500 {
			t.Errorf("after %d %% of the moves members differ by %d pairs, not by %d of %d", part, got, want, e.spread)
		}
	}
	size, term := e.size, e.term
	e.moves = e.term
	e.narrow(child)
	if e.epoch != 1 || len(e.pop) != 0 || e.size <= size || e.term <= term || e.spread != 0 {
		t.Errorf("population %d of %d members for %d moves holds %d; the one before had %d for %d", e.epoch, e.size, e.term, len(e.pop), size, term)
	}
}

// A population is the last one if what is left is not enough for another: then it comes close where the search ends.
func TestTheLastPopulationEndsWithTheSearch(t *testing.T) {
	e, _, _ := breed(t, 2)
	term := e.term
	for name, c := range map[string]struct {
		options      Options
		moves, began int64
		length       int64
		last         bool
	}{
		"nobody knows the end":              {Options{}, term / 2, 0, term, false},
		"enough moves for another":          {Options{Iterations: 10 * term}, term / 2, 0, term, false},
		"the moves end before its term":     {Options{Iterations: term / 2}, term / 4, 0, term / 2 * 31 / 32, true},
		"the moves end soon after its term": {Options{Iterations: 2 * term}, term / 4, 0, 2 * term * 31 / 32, true},
		"it began late":                     {Options{Iterations: 7 * term}, 2 * term, 2 * term, 7*term*31/32 - 2*term, true},
		"half of the time is over":          {Options{Spent: func() float64 { return 0.5 }}, term / 2, 0, term * 31 / 32, true},
		"moves count, and no clock":         {Options{Iterations: 10 * term, Spent: func() float64 { return 0.5 }}, term / 2, 0, term, false},
		"nobody knows yet how fast it is":   {Options{Spent: func() float64 { return math.NaN() }}, term / 2, 0, term, false},
		"all of the time is over":           {Options{Spent: func() float64 { return 1 }}, term, 0, term * 31 / 32, true},
	} {
		e.options, e.moves, e.began = c.options, c.moves, c.began
		length, last := e.length()
		if last != c.last || length < c.length-1 || length > c.length+1 {
			t.Errorf("%s: %d moves, the last: %t; want %d, %t", name, length, last, c.length, c.last)
		}
	}
}

// More moves are for more members.
func TestMembersGrowWithTheMoves(t *testing.T) {
	e, _, _ := breed(t, 2)
	for i, n := range narrowings {
		if got := e.shop.members(e.shop.term(i)); got != n.size {
			t.Errorf("%d members for the moves of population %d, want %d", got, i, n.size)
		}
	}
	tardy := &shop{sum: true}
	before, beforeTardy := 0, 0
	for moves := int64(1); moves < 1<<40; moves *= 2 {
		n, m := e.shop.members(moves), tardy.members(moves)
		if n < before || m < beforeTardy || n < narrowings[0].size || m < fewTardy || m > mostTardy {
			t.Errorf("%d and %d members for %d moves, %d and %d for half of them", n, m, moves, before, beforeTardy)
		}
		before, beforeTardy = n, m
	}
}

// Where every job goes its own share of the way, every step still comes once and after what precedes it in its job.
func TestChildOfManyShares(t *testing.T) {
	_, search, list := breed(t, 2)
	differ := false
	for range 50 {
		child := search.between(&list[0], &list[1], 50, true)
		seen := make([]bool, search.nodes)
		for _, x := range child.order {
			if before := search.jp[x]; seen[x] || int(before) <= search.ops && !seen[before] {
				t.Fatalf("step %d comes twice or before step %d of its job", x, before)
			}
			seen[x] = true
		}
		if len(child.order) != search.ops {
			t.Fatalf("%d steps, not %d", len(child.order), search.ops)
		}
		search.load(child)
		same(t, search.graph)
		differ = differ || search.distance(&list[0]) > 0 && search.distance(&list[1]) > 0
	}
	if !differ {
		t.Error("no child lay between its parents")
	}
}
