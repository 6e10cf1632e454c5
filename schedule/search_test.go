package schedule

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// optimised searches on a problem for so many removals.
func optimised(t *testing.T, p *Problem, opts Options, o Search) *Result {
	t.Helper()
	r, err := Optimise(context.Background(), p, opts, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// On random rich problems Verify accepts what the search finds; it is never worse than the start, breaks no more, tells its
// score truly, and what is pinned stays.
func TestSearchFindsWhatVerifyAccepts(t *testing.T) {
	seeds := uint64(300)
	if testing.Short() {
		seeds = 30
	}
	gained := 0
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 21))
		p := randomProblem(rng, 4+rng.IntN(57))
		opts := Options{Direction: Direction(seed % 3)}
		start, err := Build(context.Background(), p, opts)
		if err != nil {
			t.Fatal(err)
		}
		r := optimised(t, p, opts, Search{Iterations: 600, Seed: seed, Reference: start})
		if text := unexplained(r.Schedule); text != "" {
			t.Errorf("seed %d: %s", seed, text)
		}
		if len(r.Schedule.Broken) > len(start.Broken) {
			t.Errorf("seed %d: %d broken, %d before", seed, len(r.Schedule.Broken), len(start.Broken))
		}
		if got := Evaluate(r.Schedule, start); got != r.After {
			t.Errorf("seed %d: the score is told as %v, and is %v", seed, r.After, got)
		}
		if got := Evaluate(start, start); got != r.Before {
			t.Errorf("seed %d: the start is told as %v, and is %v", seed, r.Before, got)
		}
		c := Default.Compare(&r.After, &r.Before)
		if c > 0 && len(r.Schedule.Broken) == len(start.Broken) {
			t.Errorf("seed %d: worse than the start: %v, %v before", seed, r.After, r.Before)
		}
		if c < 0 {
			gained++
		}
		for _, pin := range p.Pins {
			if parts := r.Schedule.Of(pin.Op); !slices.Contains(parts, pin) {
				t.Errorf("seed %d: pinned %+v is at %+v", seed, pin, parts)
			}
		}
	}
	t.Logf("%d of %d schedules became better", gained, seeds)
	if gained < int(seeds)/2 {
		t.Errorf("only %d of %d schedules became better", gained, seeds)
	}
}

// The score that the search keeps is that of Evaluate after every iteration, whether it was kept or taken back, and what
// was taken back left no trace.
func TestSearchKeepsTheScoreOfEvaluate(t *testing.T) {
	seeds := uint64(100)
	if testing.Short() {
		seeds = 10
	}
	kept, back := 0, 0
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 22))
		p := randomProblem(rng, 4+rng.IntN(57))
		start, err := Build(context.Background(), p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		o := Search{Seed: seed, Reference: start}
		a := newArchipelago(context.Background(), compile(p), start, &o)
		if len(a.base.movable) == 0 {
			continue
		}
		i := a.island(0)
		for n := range 200 {
			before := fmt.Sprintf("%+v %+v", i.schedule().Ops, i.broken)
			score := i.score
			i.try()
			s := i.schedule()
			if got := Evaluate(s, start); got != i.score {
				t.Fatalf("seed %d, iteration %d: the search says %v, Evaluate %v", seed, n, i.score, got)
			}
			if text := unexplained(s); text != "" {
				t.Fatalf("seed %d, iteration %d: %s", seed, n, text)
			}
			if !i.kept {
				back++
				if after := fmt.Sprintf("%+v %+v", s.Ops, i.broken); after != before || score != i.score {
					t.Fatalf("seed %d, iteration %d was taken back, but left something:\n%s\n%s", seed, n, before, after)
				}
			} else {
				kept++
			}
		}
	}
	if kept < 100 || back < 100 {
		t.Errorf("%d iterations were kept, %d taken back: too few to tell", kept, back)
	}
}

// Counted in iterations, the same problem and seed give the same schedule on one, two and three cores.
func TestSearchDoesNotDependOnCores(t *testing.T) {
	for seed := range uint64(12) {
		p := randomProblem(rand.New(rand.NewPCG(seed, 23)), 60)
		var first string
		for _, cores := range []int{1, 2, 3, 1} {
			r := optimised(t, p, Options{Direction: Backward}, Search{Iterations: 3000, Seed: seed, Cores: cores})
			text := fmt.Sprintf("%+v %+v %v %d %v", r.Schedule.Ops, r.Schedule.Broken, r.After, r.Iterations, r.StopReason)
			if first == "" {
				first = text
			}
			if text != first {
				t.Errorf("seed %d: another result with %d cores", seed, cores)
			}
		}
	}
}

// Of tiny shops whose best schedule is known by trying all, the search finds the least weighted tardiness in all but one of a
// hundred at most: an order of turns, each as early as can be, does not reach every schedule with setups.
func TestSearchFindsTheOptimumOfTinyShops(t *testing.T) {
	seeds := uint64(200)
	if testing.Short() {
		seeds = 20
	}
	var missed []uint64
	for seed := range seeds {
		p := tinyProblem(rand.New(rand.NewPCG(seed, 24)))
		best := newBruteForce(p).tardiness
		r := optimised(t, p, Options{}, Search{Iterations: 2000})
		if r.After[Tardiness] < best {
			t.Errorf("seed %d: tardiness %d, but %d is the best of all schedules", seed, r.After[Tardiness], best)
		}
		if r.After[Tardiness] > best {
			missed = append(missed, seed)
		}
	}
	if len(missed) > int(seeds)/100 {
		t.Errorf("the search misses the optimum of %d of %d shops: seeds %v", len(missed), seeds, missed)
	}
}

// Where no one is late, the search saves setups.
func TestSearchSavesSetupsWhereNoOneIsLate(t *testing.T) {
	for seed := range uint64(10) {
		p := oneMachine(rand.New(rand.NewPCG(seed, 25)), 30, nil)
		for j := range p.Jobs {
			p.Jobs[j].Due = randomStart + 60*oneDay
		}
		r := optimised(t, p, Options{}, Search{Iterations: 3000, Seed: seed})
		if r.After[Late] > 0 || r.After[SetupTime] >= r.Before[SetupTime] {
			t.Errorf("seed %d: setups of %d s, %d s before; late %d", seed, r.After[SetupTime], r.Before[SetupTime], r.After[Late])
		}
	}
}

// The context's deadline ends a search with the best so far and no error, a cancelled one says so as well.
func TestSearchEndsWithItsContext(t *testing.T) {
	p := randomProblem(rand.New(rand.NewPCG(1, 26)), 60)
	late, cancel := context.WithTimeout(context.Background(), 0)
	defer cancel()
	r, err := Optimise(late, p, Options{}, Search{})
	if err != nil || r.StopReason != TimeUp {
		t.Errorf("at its deadline: %v, %v", r, err)
	}
	if text := unexplained(r.Schedule); text != "" {
		t.Error(text)
	}
	start, err := Build(context.Background(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(context.Background())
	n := 0
	r, err = Improve(stopped, start, Search{Improved: func(Improvement) { n++; stop() }})
	if err != context.Canceled || r == nil || r.StopReason != Cancelled || n == 0 || Default.Compare(&r.After, &r.Before) >= 0 {
		t.Errorf("cancelled after %d improvements: %+v, %v", n, r, err)
	}
}

// The gap is a share of the bound, 0 at it, and not told where the bound is 0.
func TestGapIsHonestWithoutABound(t *testing.T) {
	r := Result{After: Score{Tardiness: 300, Late: 4, Makespan: 100}, Bound: Score{Tardiness: 240, Makespan: 100}}
	for _, want := range []struct {
		measure Measure
		gap     float64
		ok      bool
	}{{Tardiness, 0.25, true}, {Late, 0, false}, {Makespan, 0, true}, {SetupTime, 0, true}} {
		if gap, ok := r.Gap(want.measure); gap != want.gap || ok != want.ok {
			t.Errorf("%v: gap %v, %v; want %v, %v", Measures[want.measure], gap, ok, want.gap, want.ok)
		}
	}
}
