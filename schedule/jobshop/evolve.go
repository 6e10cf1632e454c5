package jobshop

import (
	"cmp"
	"slices"
)

// evolution is the frame around the tabu search: a population of its results, and new
// starts on the way between two of them (path relinking, after Peng, Lü & Cheng,
// Computers & Operations Research 53, 2015).
type evolution struct {
	*search
	options Options
	bound   tick
	offset  tick // of the objective to what the graph measures
	pairs   int  // of steps on a machine
	reason  StopReason
	ended   bool
	polls   int

	best   tick    // of all populations
	order  []int32 // its topological order
	pop    []member
	size   int // of the population
	cutoff int // moves without a record that end a tabu search
}

// member is a result in the population.
type member struct {
	value tick
	order []int32 // steps by start
	place []int32 // by node: its index in order
}

// The frame begins small, to have something soon, and a population that has converged
// gets new members and longer searches; after two rounds a new one begins,
// and each of these has two rounds more. Children from near the middle did better
// than those from 15 to 45 % or 30 to 70 % of the way, and picking the best of
// several starts did no good.
const (
	firstSize   = 6
	moreMembers = 4
	firstCutoff = 4000
	moreCutoff  = 1000
	stale       = 8      // children in a row that were not kept: converged
	near, far   = 45, 55 // percent of the way between two members
	alike       = 50     // one in so many pairs: members differ by more
	noise       = 40     // percent, of the priorities of a new member
	pollEvery   = 128
)

// halt says whether the search ends. Stop is asked now and then only: it may be slow.
func (e *evolution) halt() bool {
	if e.ended {
		return true
	}
	if e.options.Iterations > 0 && e.search.tick >= e.options.Iterations {
		e.reason, e.ended = Iterations, true
		return true
	}
	if e.polls++; e.polls%pollEvery == 0 && e.options.Stop != nil && e.options.Stop() {
		e.reason, e.ended = Stopped, true
	}
	return e.ended
}

func (e *evolution) evolve() {
	e.size, e.cutoff = firstSize, firstCutoff
	last := firstSize + moreMembers
	for !e.ended {
		for tries := 0; len(e.pop) < e.size && tries < 3*e.size && !e.ended; tries++ {
			e.improve(e.search.build(noise))
		}
		for idle := 0; idle < stale && len(e.pop) > 1 && !e.ended; idle++ {
			if e.generation() {
				idle = -1
			}
		}
		e.cutoff += moreCutoff
		if e.size += moreMembers; e.size > last {
			e.size, e.pop = firstSize, e.pop[:0]
			last += 2 * moreMembers
		}
	}
}

// improve runs the tabu search from an order; it says whether the result was added to the population.
func (e *evolution) improve(order []int32) bool {
	before := e.search.tick
	e.load(order)
	e.run(e.cutoff, e.bound)
	m := e.member(e.search.best)
	m.value = e.record
	if e.search.tick == before {
		// No move can be made: so that a search that is limited by its moves ends.
		e.search.tick++
		e.halt()
	}
	return e.admit(m)
}

// note keeps a value better than all before.
func (e *evolution) note(value tick, order []int32) {
	e.best = value
	e.order = append(e.order[:0], order...)
	if e.options.Improved != nil {
		e.options.Improved(Event{value - e.offset, e.bound - e.offset, e.search.tick})
	}
	if value <= e.bound {
		e.ended, e.reason = true, Optimal
	}
}

// generation makes a child of two members; false if it was not kept.
func (e *evolution) generation() bool {
	n := len(e.pop)
	i, j := e.random.below(n), e.random.below(n-1)
	if j >= i {
		j++
	}
	return e.improve(e.between(e.pop[i], e.pop[j], near+e.random.below(far-near+1)))
}

// between is an order on the way from a to b: both place every step after what precedes it
// in its job, and so does any weighted mean of the two, with no repair.
func (e *evolution) between(a, b member, percent int) []int32 {
	key := make([]int64, len(e.p))
	for _, x := range a.order {
		key[x] = int64(a.place[x])*int64(100-percent) + int64(b.place[x])*int64(percent)
	}
	order := slices.Clone(a.order)
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(key[x], key[y]) })
	return order
}

// member makes a member of a topological order: that by starts, so that members are alike
// in what their sequences do not decide.
func (e *evolution) member(order []int32) member {
	e.load(order)
	m := member{order: slices.Clone(order), place: make([]int32, len(e.p))}
	slices.SortStableFunc(m.order, func(x, y int32) int { return cmp.Compare(e.end[x]-e.p[x], e.end[y]-e.p[y]) })
	for i, x := range m.order {
		m.place[x] = int32(i)
	}
	return m
}

// distance counts the pairs of steps on a machine that other runs in another order than
// the graph does.
func (e *evolution) distance(other member) int {
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

// admit puts m, which the graph holds, into the population: in place of a member that is
// much alike if it is better, or else of the worst if it is no worse.
func (e *evolution) admit(m member) bool {
	least, like := e.pairs+1, -1
	for i := range e.pop {
		if d := e.distance(e.pop[i]); d < least {
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
