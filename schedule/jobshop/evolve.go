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

	// Of a population that narrows.
	began  int64 // moves made before it
	term   int64 // moves in which its members may come close
	spread int   // mean distance of its members before the first child; 0: not known yet
	stays  bool  // it has had its term and is the last one
}

// attempt is a start and the tabu search from it. Without parents the start is made
// from nothing.
type attempt struct {
	number  int
	epoch   int
	parents [2]*member
	percent int    // of the way from the first parent to the second
	mixed   bool   // every job goes a share of the way of its own
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
	a.parents, a.percent, a.mixed = [2]*member{&first, &second}, near+e.random.Below(far-near+1), e.pace.narrows
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
	if a.parents[0] == nil {
		e.fresh--
	}
	if e.pace.narrows {
		e.narrow(a)
		return
	}
	kept := e.admit(a.member)
	if a.parents[0] == nil {
		return
	}
	if e.idle++; kept {
		e.idle = 0
	}
	if e.idle >= e.pace.stale {
		e.renew()
	}
}
