package jobshop

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

// The reasons: the bound is reached, the iterations are done, Stop said so.
const (
	Optimal StopReason = iota
	Iterations
	Stopped
)

// StopReasons are the names of the reasons.
var StopReasons = [...]string{"optimal", "iterations", "stopped"}

// Options say what to search for and for how long. The zero value searches for the makespan
// until Stop says so; without Stop and Iterations the search ends only at its bound.
type Options struct {
	Objective  Objective
	Seed       uint64
	Iterations int64       // moves of the search; 0: no limit
	Stop       func() bool // asked every hundred moves or so; nil: never
	Improved   func(Event) // called at every better solution, from the searching goroutine; may be nil
}

// Event is an improvement.
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

// Solve searches until the bound is reached, the iterations are done or Stop says so. The
// result is a function of instance, objective, seed and iterations done.
func (p *Instance) Solve(o Options) (Result, error) {
	if err := p.Validate(); err != nil {
		return Result{}, err
	}
	shop := compile(p, o.Objective)
	e := &evolution{search: newSearch(shop, o.Seed), options: o, offset: shop.latest, bound: shop.bound(), pairs: shop.pairs()}
	e.search.halt, e.search.found = e.halt, e.note
	e.evolve()
	e.load(e.order)
	return Result{
		Solution: p.solution(e.graph),
		Value:    e.best - e.offset, Bound: e.bound - e.offset,
		Iterations: e.search.tick, StopReason: e.reason,
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
