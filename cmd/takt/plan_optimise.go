package main

import (
	"fmt"
	"time"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// optimiseFlags are the flags of the search for a better schedule. Pointers tell what is not given from nothing.
type optimiseFlags struct {
	Optimise   *time.Duration `placeholder:"10s" help:"Search for a better schedule so long, by the clock. It is never worse than without."`
	Iterations *int64         `placeholder:"N" help:"In place of a time: so many tries, which give the same schedule every time and on any number of cores. With both, whichever ends first."`
	Seed       *uint64        `placeholder:"N" help:"Where the random numbers of the search begin. Default: 0."`
	Cores      *int           `placeholder:"N" help:"How many cores search. Default: all."`
}

// search are the flags as options; nil if no search is asked for.
func (f *optimiseFlags) search() (*plan.Search, error) {
	switch {
	case f.Optimise == nil && f.Iterations == nil && (f.Seed != nil || f.Cores != nil):
		return nil, fmt.Errorf("--seed and --cores steer a search: add --optimise 10s or --iterations N")
	case f.Optimise == nil && f.Iterations == nil:
		return nil, nil
	case f.Optimise != nil && *f.Optimise <= 0:
		return nil, fmt.Errorf("--optimise %v: a time above 0, such as 10s or 2m", *f.Optimise)
	case f.Iterations != nil && *f.Iterations <= 0:
		return nil, fmt.Errorf("--iterations %d: a number of tries from 1 on, such as 10000", *f.Iterations)
	case f.Cores != nil && *f.Cores <= 0:
		return nil, fmt.Errorf("--cores %d: a number from 1 on", *f.Cores)
	}
	o := &plan.Search{}
	if f.Optimise != nil {
		o.Time = *f.Optimise
	}
	if f.Iterations != nil {
		o.Iterations = *f.Iterations
	}
	if f.Seed != nil {
		o.Seed = *f.Seed
	}
	if f.Cores != nil {
		o.Cores = *f.Cores
	}
	return o, nil
}

// watch shows the tries of a search while it runs.
func (a *app) watch(o *plan.Search) {
	tell := a.bar.track("searching", "tries", 1)
	o.Improved = func(i schedule.Improvement) { tell(i.Iterations, o.Iterations) }
}
