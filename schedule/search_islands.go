package schedule

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"github.com/taktplan/takt/capacity"
)

// islands is how many schedules a search changes at the same time. It does not depend on the cores, so that the result does not.
const islands = 4

// The lengths of rounds, after which islands exchange what they found: what costs about the same for building whole schedules and for
// changing a part.
const (
	perRound    = 100 // removals of each island
	workInRound = 50_000
	mostBuilds  = 50
)

// archipelago is a search of several islands. Stages of two kinds take turns: planners look for the order of construction, islands
// change the schedule in place; what gains gets more time.
type archipelago struct {
	ctx        context.Context
	o          *Search
	cores      int
	c          *compiled
	base       *searchBase
	planners   []*planner
	elite      elite
	islands    []*island
	sequencers []*sequencer
	reseed     bool  // the sequencers do not have the best
	changeCost int64 // operations that a change of theirs timed in the last round
	done       int64
	from       *Schedule // the best so far
	best       Score
	bound      Score
	pools      int
	stale      bool // the islands do not have the best

	followed *Schedule // that the planners went on from
	stages   []func() (work int64)
	rate     []float64 // what each gained for its work of late
	steps    int
	idle     int    // stages since one gained much
	within   bool   // of another archipelago, on a part of its problem
	focused  *focus // the part that this one focuses on; nil: none yet
	small    int    // operations of a problem that is always searched as a whole: there is time to spare setups elsewhere
}

// newArchipelago prepares a search that begins with a schedule.
func newArchipelago(ctx context.Context, c *compiled, s *Schedule, o *Search) *archipelago {
	const small = 1500
	a := &archipelago{small: small, ctx: ctx, o: o, c: c, base: newBase(ctx, c, s, o), from: s, changeCost: 1_000, best: Evaluate(s, o.Reference), bound: c.bound(), stale: true, cores: o.Cores}
	if a.cores <= 0 {
		a.cores = runtime.GOMAXPROCS(0)
	}
	a.base.steer = a.steering()
	return a
}

// island is a new island with the best schedule.
func (a *archipelago) island(k int) *island {
	i := newIsland(stateOf(a.c, a.from), a.base, a.o.Seed+uint64(a.done), uint64(k))
	i.drifts = k >= islands/2
	return i
}

// stateOf is the state that a schedule leaves.
func stateOf(c *compiled, s *Schedule) *state {
	own := *c
	own.hours = make(map[hoursKey]*capacity.Hours)
	own.pinned = nil // they are placed with the rest
	st := newState(&own)
	own.pinned = c.pinned
	b := &Board{state: st}
	b.findSetups(s)
	b.placeAll(s)
	st.broken = slices.Clone(s.Broken)
	return st
}

// steering is the objective up to the first measure that is not as good as it can be: behind that the search may drift.
func (a *archipelago) steering() Objective {
	if len(a.o.Objective.Weights) > 0 {
		return a.o.Objective
	}
	order := a.o.Objective.order()
	for k, m := range order {
		if a.best[m] > a.bound[m] {
			return Objective{Order: order[:k+1]}
		}
	}
	return Objective{Order: order}
}

// order are the measures that count one after another.
func (o *Objective) order() []Measure {
	if len(o.Order) == 0 {
		return Default.Order
	}
	return o.Order
}

// isOptimal reports whether nothing can be better, work in progress and what comes behind it aside.
func (a *archipelago) isOptimal() bool {
	if len(a.from.Broken) > 0 {
		return false
	}
	for _, w := range a.o.Objective.Weights {
		if a.best[w.Measure] > a.bound[w.Measure] {
			return false
		}
	}
	for k, m := range a.o.Objective.order() {
		if len(a.o.Objective.Weights) > 0 || m == WIP && k > 0 {
			break
		}
		if a.best[m] > a.bound[m] {
			return false
		}
	}
	return true
}

func (a *archipelago) ends() (StopReason, bool) {
	switch err := a.ctx.Err(); {
	case err == context.DeadlineExceeded:
		return TimeUp, true
	case err != nil:
		return Cancelled, true
	case a.isOptimal():
		return Optimal, true
	case a.o.Iterations > 0 && a.done >= a.o.Iterations:
		return IterationsDone, true
	}
	return 0, false
}

// run searches until something ends it.
func (a *archipelago) run() StopReason {
	for {
		if reason, ends := a.ends(); ends {
			return reason
		}
		a.step()
	}
}

// step is a stage.
func (a *archipelago) step() (work int64) {
	if a.stages == nil {
		a.prepare()
	}
	k, enough := a.turn()
	a.steps++
	before := a.best
	for work < enough {
		tries := a.done
		placed := a.stages[k]()
		work += 1 + placed
		if _, ends := a.ends(); ends || placed < a.done-tries { // where most tries place nothing there is nothing to find
			break
		}
	}
	const much = 0.0005
	gain := a.gain(&before)
	if a.idle++; gain > much {
		a.idle = 0
	}
	if k < len(a.rate) {
		a.rate[k] = 0.7*a.rate[k] + 0.3*gain/float64(work)
	}
	a.base.steer = a.steering()
	return work
}

// turn is the kind of the next stage, and how many operations it is to place: what gained most for its work of late, now and then another.
// When nothing gains much, planners take two of three stages: only they begin anew in other places.
func (a *archipelago) turn() (stage int, work int64) {
	const other, outside, tired = 6, 32, 24
	n, work := len(a.rate), a.stageWork()
	if a.focuses() && (a.idle < tired || a.steps%2 == 0) { // what is late may be so for good, and setups still be spared elsewhere
		if (a.steps+1)%outside > 0 {
			return n, work // behind the stages that have a rate
		}
		return a.steps / outside % n, work / 4
	}
	switch {
	case a.steps < n && !a.focuses():
		return a.steps, work
	case a.idle >= n && a.steps%3 == 2:
		return 1 + a.steps/3%(n-1), work
	case a.idle >= n:
		return 0, work
	case a.steps%other == 0:
		return (best(a.rate) + 1 + a.steps/other%(n-1)) % n, work / 4
	}
	return best(a.rate), work
}

// prepare lists the kinds of stages.
func (a *archipelago) prepare() {
	a.stages = []func() (work int64){a.replan, a.change}
	if a.startSequencers() {
		a.stages = append(a.stages, a.resequence)
	}
	a.rate = make([]float64, len(a.stages))
	a.stages = append(a.stages, a.focus)
	if !a.within && a.canFocus() {
		a.focused = a.newFocus(a.from, nil)
	}
}

// best is the place of the largest number, the last of equal ones.
func best(rate []float64) int {
	k := 0
	for i := range rate {
		if rate[i] >= rate[k] {
			k = i
		}
	}
	return k
}

// stageWork is how many operations a stage places.
func (a *archipelago) stageWork() int64 {
	n := int64(len(a.c.p.Ops))
	return min(500*n, 300_000) + 10*n
}

// gain is by which share the first measure that changed became better.
func (a *archipelago) gain(before *Score) float64 {
	for _, m := range a.o.Objective.order() {
		if was, is := before[m], a.best[m]; was != is {
			return float64(was-is) / float64(max(was, 1))
		}
	}
	return 0
}

// share is how many iterations each island makes in a round: no more in all than are left, but for the last few.
func (a *archipelago) share(n int) int {
	if a.o.Iterations > 0 {
		n = int(min(int64(n), (a.o.Iterations-a.done+islands-1)/islands))
	}
	return n
}

// isBetter reports whether a schedule with so many broken constraints and a score is the best so far.
func (a *archipelago) isBetter(broken int, score *Score) bool {
	return broken < len(a.from.Broken) || broken == len(a.from.Broken) && a.o.Objective.Compare(score, &a.best) < 0
}

// take makes a schedule the best; islands and sequencers do not have it.
func (a *archipelago) take(s *Schedule, score *Score) {
	a.best, a.from, a.base.broken = *score, s, len(s.Broken)
	a.stale, a.reseed = true, true
	if a.o.Improved != nil {
		a.o.Improved(Improvement{Score: a.best, Iterations: a.done})
	}
}

// takeState makes the schedule of a state the best, if it is. It reports whether it was.
func (a *archipelago) takeState(s *state, score *Score) bool {
	if !a.isBetter(len(s.broken), score) {
		return false
	}
	found := s.schedule()
	found.Broken = slices.Clone(s.broken)
	a.take(found, score)
	return true
}

// change is a round of the islands.
func (a *archipelago) change() (work int64) {
	if a.stale {
		a.islands = a.islands[:0]
		for k := range islands {
			a.islands = append(a.islands, a.island(k))
		}
		a.base.findOdd(a.islands[0])
		a.stale = false
	}
	n := a.share(perRound)
	each(a.cores, a.islands, func(i *island) { i.run(a.ctx, n) })
	a.done += int64(n) * islands
	for _, i := range a.islands {
		work += i.effort
		i.effort = 0
	}
	a.exchange()
	return work
}

// run tries n iterations, fewer if the context ends.
func (i *island) run(ctx context.Context, n int) {
	for k := range n {
		if k&15 == 0 && ctx.Err() != nil {
			return
		}
		i.try()
	}
}

// each runs f for all, on so many goroutines. Others have their turn first: with one processor goroutines that start and wake each other keep it for
// themselves, and one that is to end the search waited for ten seconds.
func each[T any](cores int, all []T, f func(T)) {
	runtime.Gosched()
	var wait sync.WaitGroup
	next := make(chan T, len(all))
	for _, x := range all {
		next <- x
	}
	close(next)
	for range min(cores, len(all)) {
		wait.Go(func() {
			for x := range next {
				f(x)
			}
		})
	}
	wait.Wait()
}
