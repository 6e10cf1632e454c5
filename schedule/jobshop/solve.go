package jobshop

import (
	"context"
	"runtime"

	"github.com/taktplan/takt/internal/random"
)

// Objective is what a search makes small.
type Objective uint8

// The objectives: when the last job ends; the weighted sum of the tardiness of the jobs;
// the largest lateness, which may be negative.
const (
	Makespan Objective = iota
	Tardiness
	Lateness
)

// StopReason says why a search ended.
type StopReason uint8

// The reasons: the bound is reached, the iterations are done, the context's deadline has come, the
// context was cancelled.
const (
	Optimal StopReason = iota
	Iterations
	Time
	Interrupted
)

// StopReasons are the names of the reasons.
var StopReasons = [...]string{"optimal", "iterations", "time", "interrupted"}

// Options say what to search for and for how long. The zero value searches for the makespan
// on all processors until the context ends.
type Options struct {
	Objective  Objective
	Seed       uint64
	Iterations int64       // moves of the search; 0: no limit
	Cores      int         // attempts that run at the same time, at most 8; 0: as many as there are processors
	Improved   func(Event) // called at every better solution, from the caller's goroutine; may be nil
	// Spent tells what share of the time is over, from 0 to 1, so that the search is at its best at the end; nil: nobody knows when that is.
	// It is called from the caller's goroutine, and not with Iterations.
	Spent func() float64
}

// Event is an improvement. It is told when the tabu search that found it has ended.
type Event struct {
	Value      int64
	Bound      int64
	Iterations int64
}

// Result is the best solution found.
type Result struct {
	Solution   Solution
	Value      int64
	Bound      int64 // no solution is better
	Iterations int64
	StopReason StopReason
}

// Solve searches until the bound is reached, the iterations are done or the context ends, which
// is no error. With Iterations, or without Spent, the result is a function of instance, objective, seed and moves,
// whatever the number of cores. A search that a context ended stops in the middle of several
// attempts, and what these found counts as well.
func (p *Instance) Solve(ctx context.Context, o Options) (Result, error) {
	if err := p.Validate(); err != nil {
		return Result{}, err
	}
	if o.Cores <= 0 {
		o.Cores = runtime.GOMAXPROCS(0)
	}
	shop := compile(p, o.Objective)
	pace := shop.pace()
	e := &evolution{graph: newGraph(shop), random: random.Source(o.Seed), options: o, offset: shop.latest, bound: shop.bound(), pairs: shop.pairs(),
		best: 1 << 62, pace: pace, size: pace.size, last: pace.size + pace.more, cutoff: pace.cutoff, term: shop.term(0)}
	e.evolve(newCrew(ctx, shop, e.bound, o.Cores))
	e.load(e.found)
	return Result{
		Solution: p.solution(e.graph),
		Value:    e.best - e.offset, Bound: e.bound - e.offset,
		Iterations: e.moves, StopReason: e.reason,
	}, nil
}

// solution lists what runs where and when.
func (p *Instance) solution(g *graph) Solution {
	out := Solution{Machines: make([][]Place, g.machines), Starts: make([][]int64, g.jobs)}
	for j, steps := range p.Jobs {
		out.Starts[j] = make([]int64, len(steps))
	}
	for _, x := range g.order {
		j, m := g.job[x], g.machine[x]
		step := x - g.first[j]
		out.Machines[m] = append(out.Machines[m], Place{j, step})
		out.Starts[j][step] = g.end[x] - g.p[x]
		out.Makespan = max(out.Makespan, g.end[x])
	}
	return out
}
