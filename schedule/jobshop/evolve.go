package jobshop

import (
	"cmp"
	"slices"
)

// evolution is the frame around the tabu search: a population of its results, and new
// starts on the way between two of them (path relinking, after Peng, Lü & Cheng,
// Computers & Operations Research 53, 2015).
//
// It works in attempts: a start, fresh or between two members, and a tabu search from there.
// Attempts have numbers, and what number n does is decided when number n-ahead is done, no
// sooner and no later: up to ahead of them run at the same time, and the result is the same
// as if they ran in turn.
type evolution struct {
	*graph
	random  random
	options Options
	bound   tick
	offset  tick // of the objective to what the graph measures
	pairs   int  // of steps on a machine

	ended  bool
	reason StopReason
	moves  int64 // of the attempts that are done

	best   tick    // of all populations
	order  []int32 // its topological order
	pop    []member
	size   int // of the population
	last   int // size after which a new population begins
	cutoff int // moves without a record that end a tabu search
	epoch  int // number of the population
	fresh  int // attempts from nothing in this population that are not done
	tries  int // attempts from nothing in this population
	idle   int // children in a row that were not kept
}

// member is a result in the population.
type member struct {
	value tick
	order []int32 // steps by start
	place []int32 // by node: its index in order
}

// attempt is a start and the tabu search from it. Without parents the start is made
// from nothing.
type attempt struct {
	number  int
	epoch   int
	parents [2]*member
	percent int    // of the way from the first parent to the second
	seed    uint64 // of its random numbers
	cutoff  int    // moves without a record that end it
	most    int64  // moves that end it
	known   tick   // only better values are events
	// What came of it.
	member member
	order  []int32 // the topological order of the member's solution as it was found
	moves  int64
	halted bool // before it was done
	events []Event
}

// The frame begins small, to have something soon, and a population that has converged
// gets new members and longer searches; after two rounds a new one begins,
// and each of these has two rounds more. Children from near the middle did better
// than those from 15 to 45 % or 30 to 70 % of the way, and picking the best of
// several starts did no good.
const (
	ahead       = 8
	firstSize   = 6
	moreMembers = 4
	firstCutoff = 4000
	moreCutoff  = 1000
	stale       = 8      // children in a row that were not kept: converged
	near, far   = 45, 55 // percent of the way between two members
	alike       = 50     // one in so many pairs: members differ by more
	noise       = 40     // percent, of the priorities of a new member
)

// next decides what an attempt is to do.
func (e *evolution) next(number int) *attempt {
	a := &attempt{number: number, epoch: e.epoch, seed: e.random.next(), cutoff: e.cutoff, known: e.best, most: 1 << 62}
	if e.options.Iterations > 0 {
		a.most = e.options.Iterations - e.moves
	}
	if len(e.pop) < 2 || len(e.pop)+e.fresh < e.size && e.tries < 3*e.size {
		e.fresh++
		e.tries++
		return a
	}
	n := len(e.pop)
	i, j := e.random.below(n), e.random.below(n-1)
	if j >= i {
		j++
	}
	first, second := e.pop[i], e.pop[j]
	a.parents, a.percent = [2]*member{&first, &second}, near+e.random.below(far-near+1)
	return a
}

// fold takes in what came of an attempt.
func (e *evolution) fold(a *attempt) {
	for _, event := range a.events {
		if event.Value >= e.best {
			continue
		}
		e.best = event.Value
		if e.options.Improved != nil {
			e.options.Improved(Event{event.Value - e.offset, e.bound - e.offset, e.moves + event.Iterations})
		}
	}
	if a.member.order != nil && (e.order == nil || a.member.value <= e.best) && a.order != nil {
		e.best, e.order = a.member.value, a.order
	}
	e.moves += a.moves
	if e.best <= e.bound {
		e.ended, e.reason = true, Optimal
	}
	if e.ended || a.member.order == nil || a.epoch != e.epoch {
		return
	}
	kept := e.admit(a.member)
	if a.parents[0] == nil {
		e.fresh--
		return
	}
	if e.idle++; kept {
		e.idle = 0
	}
	if e.idle >= stale {
		e.renew()
	}
}

// renew gives a population that has converged more members, or begins another.
func (e *evolution) renew() {
	e.idle, e.tries, e.fresh = 0, 0, 0
	e.cutoff += moreCutoff
	e.epoch++
	if e.size += moreMembers; e.size > e.last {
		e.size, e.pop = firstSize, nil
		e.last += 2 * moreMembers
	}
}

// between is an order on the way from a to b: both place every step after what precedes it
// in its job, and so does any weighted mean of the two, with no repair.
func between(a, b *member, percent int) []int32 {
	key := make([]int64, len(a.place))
	for _, x := range a.order {
		key[x] = int64(a.place[x])*int64(100-percent) + int64(b.place[x])*int64(percent)
	}
	order := slices.Clone(a.order)
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(key[x], key[y]) })
	return order
}

// member makes a member of what the graph holds: its order is that by starts, so that members
// are alike in what their sequences do not decide.
func (g *graph) member() member {
	m := member{value: g.value, order: slices.Clone(g.order), place: make([]int32, len(g.p))}
	slices.SortStableFunc(m.order, func(x, y int32) int { return cmp.Compare(g.end[x]-g.p[x], g.end[y]-g.p[y]) })
	for i, x := range m.order {
		m.place[x] = int32(i)
	}
	return m
}

// distance counts the pairs of steps on a machine that other runs in another order than
// the graph does.
func (e *evolution) distance(other *member) int {
	d := 0
	g := e.graph
	for _, x := range g.order {
		for y := g.ms[x]; y != 0; y = g.ms[y] {
			if other.place[y] < other.place[x] {
				d++
			}
		}
	}
	return d
}

// admit puts m into the population: in place of a member that is much alike if it is better,
// or else of the worst if it is no worse.
func (e *evolution) admit(m member) bool {
	e.load(m.order)
	least, like := e.pairs+1, -1
	for i := range e.pop {
		if d := e.distance(&e.pop[i]); d < least {
			least, like = d, i
		}
	}
	if like >= 0 && least <= e.pairs/alike {
		if m.value >= e.pop[like].value {
			return false
		}
		e.pop[like] = m
		return true
	}
	if len(e.pop) < e.size {
		e.pop = append(e.pop, m)
		return true
	}
	worst := 0
	for i := range e.pop {
		if e.pop[i].value > e.pop[worst].value {
			worst = i
		}
	}
	if e.pop[worst].value < m.value {
		return false
	}
	e.pop[worst] = m
	return true
}
