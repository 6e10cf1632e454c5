package jobshop

import "github.com/taktplan/takt/internal/random"

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
	random  random.Source
	options Options
	pace    pace
	bound   tick
	offset  tick // of the objective to what the graph measures
	pairs   int  // of steps on a machine

	ended  bool
	reason StopReason
	moves  int64 // of the attempts that are done

	best   tick // of all populations
	found  selection
	pop    []member
	size   int // of the population
	last   int // size after which a new population begins
	cutoff int // moves without a record that end a tabu search
	epoch  int // number of the population
	fresh  int // attempts from nothing in this population that are not done
	tries  int // attempts from nothing in this population
	idle   int // children in a row that were not kept
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
	found  selection // the member's solution as it was found
	moves  int64
	events []Event
}

// pace is how the frame goes about. A population that has converged gets new members and longer
// searches; after two rounds a new one begins, and each of these has two rounds more.
type pace struct {
	size       int // members of the first population
	more       int // members in the next round
	cutoff     int // moves without a record that end a tabu search
	moreCutoff int // in the next round
	stale      int // children in a row that were not kept: converged
}

// Where the objective is a longest path the frame begins small, to have something soon: with 20
// and 30 members the large shops of Taillard were worse after 12 million moves (1.32 for 1.20 %
// on ta41 to ta45). Flexible shops take shorter searches and more children. The tardiness, whose moves cost more and
// whose valleys are many, takes many short searches: with those of a longest path la22 reached 1064 in
// 20 seconds with two seeds of six, and so with six of six within eight.
var (
	pathPace     = pace{size: 6, more: 4, cutoff: 4000, moreCutoff: 1000, stale: 8}
	flexiblePace = pace{size: 6, more: 4, cutoff: 2000, moreCutoff: 500, stale: 8}
	tardyPace    = pace{size: 30, more: 1, cutoff: 500, moreCutoff: 1000, stale: 60}
)

func (s *shop) pace() pace {
	switch {
	case s.sum:
		return tardyPace
	case s.flexible:
		return flexiblePace
	}
	return pathPace
}

// Children from near the middle did better than those from 15 to 45 % or 30 to 70 % of the
// way, and picking the best of several starts did no good.
const (
	ahead     = 8
	near, far = 45, 55 // percent of the way between two members
	alike     = 50     // one in so many pairs: members differ by more
	noise     = 40     // percent, of the priorities of a new member
)

// next decides what an attempt is to do.
func (e *evolution) next(number int) *attempt {
	a := &attempt{number: number, epoch: e.epoch, seed: e.random.Next(), cutoff: e.cutoff, known: e.best, most: 1 << 62}
	if e.options.Iterations > 0 {
		a.most = e.options.Iterations - e.moves
	}
	if len(e.pop) < 2 || len(e.pop)+e.fresh < e.size && e.tries < 3*e.size {
		e.fresh++
		e.tries++
		return a
	}
	n := len(e.pop)
	i, j := e.random.Below(n), e.random.Below(n-1)
	if j >= i {
		j++
	}
	first, second := e.pop[i], e.pop[j]
	a.parents, a.percent = [2]*member{&first, &second}, near+e.random.Below(far-near+1)
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
	if a.member.order != nil && (e.found.order == nil || a.member.value <= e.best) && a.found.order != nil {
		e.best, e.found = a.member.value, a.found
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
	if e.idle >= e.pace.stale {
		e.renew()
	}
}

// renew gives a population that has converged more members, or begins another.
func (e *evolution) renew() {
	e.idle, e.tries, e.fresh = 0, 0, 0
	e.cutoff += e.pace.moreCutoff
	e.epoch++
	if e.size += e.pace.more; e.size > e.last {
		e.size, e.pop = e.pace.size, nil
		e.last += 2 * e.pace.more
	}
}

// admit puts m into the population: in place of a member that is much alike if it is better,
// or else of the worst if it is no worse.
func (e *evolution) admit(m member) bool {
	e.load(m.selection)
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
