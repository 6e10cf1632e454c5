package schedule

import (
	"context"
	"math/rand/v2"
	"testing"
)

// relaxedBehind is a random problem in which most jobs are due late, so that few of them are late and the search looks at a part.
func relaxedBehind(seed uint64) *Problem {
	rng := rand.New(rand.NewPCG(seed, 41))
	p := randomProblem(rng, 60+rng.IntN(60))
	for j := range p.Jobs {
		if job := &p.Jobs[j]; rng.IntN(4) > 0 {
			job.Due = randomStart + 60*oneDay
		} else if job.Due == 0 {
			job.Due = randomStart + rng.Int64N(4*oneDay)
		}
	}
	return p
}

// On random rich problems the part on which a search focuses is a problem of its own, and what is found there makes a whole that Verify accepts and
// that breaks no more than the part and what is placed behind it tell.
func TestFocusCompletesWhatItFinds(t *testing.T) {
	seeds := uint64(300)
	if testing.Short() {
		seeds = 90
	}
	focused, taken := 0, 0
	for seed := range seeds {
		p := relaxedBehind(seed)
		start := built(t, p, Options{})
		o := Search{Seed: seed, Iterations: 400}
		a := newArchipelago(context.Background(), compile(p), start, &o)
		if len(a.base.movable) == 0 {
			continue
		}
		a.small = 0
		a.prepare()
		if a.focused == nil {
			continue
		}
		focused++
		if err := a.focused.p.Check(); err != nil {
			t.Errorf("seed %d: the part is no problem: %v", seed, err)
			continue
		}
		for range 3 {
			from := a.from
			if a.focused != nil {
				a.focus()
			}
			if a.from != from {
				taken++
			}
			if a.focused != nil {
				if text := unexplained(a.focused.complete().schedule()); text != "" {
					t.Errorf("seed %d: %s", seed, text)
				}
			}
		}
		if got := Evaluate(a.from, nil); got != a.best {
			t.Errorf("seed %d: the score is told as %v, and is %v", seed, a.best, got)
		}
	}
	t.Logf("%d searches focused, %d times with a better schedule", focused, taken)
	if focused < int(seeds)/3 || taken < int(seeds)/10 {
		t.Errorf("only %d searches focused, %d times with a better schedule", focused, taken)
	}
}

// A search that focuses ends with the same schedule on any number of cores, never worse than the start.
func TestFocusDoesNotDependOnCores(t *testing.T) {
	for seed := range uint64(10) {
		p := relaxedBehind(seed)
		var first *Result
		for _, cores := range []int{1, 2, 3} {
			r := optimised(t, p, Options{Direction: Backward}, Search{Iterations: 4000, Seed: seed, Cores: cores})
			if first == nil {
				first = r
			}
			if r.After != first.After || r.Iterations != first.Iterations || len(r.Schedule.Broken) != len(first.Schedule.Broken) {
				t.Errorf("seed %d: another result with %d cores", seed, cores)
			}
			if len(r.Schedule.Broken) == len(first.Schedule.Broken) && Default.Compare(&r.After, &r.Before) > 0 {
				t.Errorf("seed %d: worse than the start", seed)
			}
		}
	}
}
