package schedule

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

// schedulers are the ways to build a schedule.
func schedulers() map[string]Options {
	all := map[string]Options{
		"forward": {}, "backward": {Direction: Backward}, "bottleneck": {Direction: Bottleneck},
		"no gaps": {NoGapFilling: true}, "one pass": {Passes: 1}, "priority, then due": {Rules: []Rule{ByRank, EDD}},
	}
	for r := range Rules {
		all[Rules[r]] = Options{Rules: []Rule{Rule(r)}}
		all[Rules[r]+" no gaps"] = Options{Rules: []Rule{Rule(r)}, NoGapFilling: true}
	}
	return all
}

// Verify finds nothing in what any scheduler builds on random rich problems, beside
// what the scheduler names itself and what pins make unavoidable.
func TestSchedulersBuildWhatVerifyAccepts(t *testing.T) {
	seeds := uint64(400)
	if testing.Short() {
		seeds = 40
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 1))
		p := randomProblem(rng, 4+rng.IntN(40))
		if err := p.Check(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for name, opts := range schedulers() {
			s, err := Build(context.Background(), p, opts)
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, name, err)
			}
			if text := unexplained(s); text != "" {
				t.Errorf("seed %d, %s: %s", seed, name, text)
			}
		}
		if t.Failed() && seed > 20 {
			return
		}
	}
}

// unexplained are the violations that neither pins nor the scheduler's own word explain.
func unexplained(s *Schedule) string {
	known := map[string]bool{}
	for _, v := range s.Broken {
		known[fmt.Sprint(v.Kind, v.Op)] = true
	}
	text := ""
	for _, v := range Verify(s.Problem, s) {
		if v.Given || known[fmt.Sprint(v.Kind, v.Op)] {
			continue
		}
		text += fmt.Sprintf("\n  %+v: %+v", v, s.Of(max(v.Op, 0)))
	}
	return text
}

// The same problem and options give the same schedule.
func TestScheduleIsAFunctionOfTheProblem(t *testing.T) {
	for seed := range uint64(20) {
		for name, opts := range schedulers() {
			var first *Schedule
			for range 2 {
				p := randomProblem(rand.New(rand.NewPCG(seed, 7)), 30)
				s, err := Build(context.Background(), p, opts)
				if err != nil {
					t.Fatal(err)
				}
				if first != nil && !reflect.DeepEqual(first.Ops, s.Ops) {
					t.Fatalf("seed %d, %s: another schedule the second time", seed, name)
				}
				first = s
			}
		}
	}
}
