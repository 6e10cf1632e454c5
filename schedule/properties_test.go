package schedule

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/taktplan/takt/capacity"
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
		p := randomProblem(rng, 4+rng.IntN(57))
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

// forAllProblems checks a property on random problems; check gives what is wrong, or
// nothing. The problems are the same every time; a failure names seed and size.
func forAllProblems(t *testing.T, cases int, check func(seed uint64, size int) string) {
	t.Helper()
	if testing.Short() {
		cases = cases/10 + 1
	}
	parameters := gopter.DefaultTestParametersWithSeed(20261122)
	parameters.MinSuccessfulTests = cases
	properties := gopter.NewProperties(parameters)
	properties.Property("holds", prop.ForAll(check, gen.UInt64(), gen.IntRange(1, 60)))
	properties.TestingRun(t)
}

func randomOf(seed uint64, size int) *Problem {
	return randomProblem(rand.New(rand.NewPCG(seed, 5)), size)
}

// Whatever the problem, every scheduler keeps what can be kept, and names the rest.
func TestNoSchedulerBreaksARuleInSilence(t *testing.T) {
	forAllProblems(t, 60, func(seed uint64, size int) string {
		p := randomOf(seed, size)
		for name, opts := range schedulers() {
			s, err := Build(context.Background(), p, opts)
			if err != nil {
				return err.Error()
			}
			if text := unexplained(s); text != "" {
				return name + text
			}
		}
		return ""
	})
}

// The same problem and options give the same bytes.
func TestScheduleIsAFunctionOfTheProblem(t *testing.T) {
	forAllProblems(t, 40, func(seed uint64, size int) string {
		for name, opts := range schedulers() {
			var texts [2]string
			for i := range texts {
				s, err := Build(context.Background(), randomOf(seed, size), opts)
				if err != nil {
					return err.Error()
				}
				texts[i] = fmt.Sprintf("%+v %+v", s.Ops, s.Broken)
			}
			if texts[0] != texts[1] {
				return name + ": another schedule the second time"
			}
		}
		return ""
	})
}

// Backward only moves to the right: no operation begins earlier than forward, and no job
// ends later than forward or than it is due.
func TestBackwardIsLaterButNotLate(t *testing.T) {
	moved := 0
	forAllProblems(t, 400, func(seed uint64, size int) string {
		p := randomOf(seed, size)
		early, err := Build(context.Background(), p, Options{})
		if err != nil {
			return err.Error()
		}
		late, err := Build(context.Background(), p, Options{Direction: Backward})
		if err != nil {
			return err.Error()
		}
		for op := range int32(len(p.Ops)) {
			if late.Start(op) < early.Start(op) {
				return fmt.Sprintf("operation %d begins at %d forward, at %d backward", op, early.Start(op), late.Start(op))
			}
			if late.Start(op) > early.Start(op) {
				moved++
			}
			job := &p.Jobs[p.Ops[op].Job]
			if job.Due == 0 && hasConsumers(p, job) {
				continue // as late as what takes it allows, which Verify checks
			}
			if limit := max(jobEnd(early, job), cmp.Or(job.Due, job.Target)); late.End(op) > limit {
				return fmt.Sprintf("operation %d ends at %d backward, but its job could by %d", op, late.End(op), limit)
			}
		}
		return ""
	})
	if moved < 100 {
		t.Errorf("only %d operations moved at all", moved)
	}
}

func jobEnd(s *Schedule, j *Job) int64 {
	end := s.End(j.First)
	for op := j.First; op < j.First+j.Ops; op++ {
		end = max(end, s.End(op))
	}
	return end
}

// On one machine in a given sequence, more working time delays no operation.
func TestALongerShiftDelaysNothingOnOneMachine(t *testing.T) {
	forAllProblems(t, 400, func(seed uint64, size int) string {
		g := &problemMaker{Rand: rand.New(rand.NewPCG(seed, 6))}
		short := g.randomHours("short")
		from := randomStart + g.Int64N(10*oneDay)
		long := short.With([]capacity.Span{{From: from, To: from + g.Int64N(3*oneDay)}, {From: from + 5*oneDay, To: from + 5*oneDay + oneHour}}, nil)
		var last [2]*Schedule
		for i, hours := range []*capacity.Hours{short, long} {
			p := oneMachine(rand.New(rand.NewPCG(seed, 7)), size, hours)
			s, err := Build(context.Background(), p, Options{Rules: []Rule{EDD}, NoGapFilling: true})
			if err != nil {
				return err.Error()
			}
			last[i] = s
		}
		for op := range int32(size) {
			if last[1].End(op) > last[0].End(op) {
				return fmt.Sprintf("operation %d ends at %d with more hours, at %d before", op, last[1].End(op), last[0].End(op))
			}
		}
		return ""
	})
}

// oneMachine is jobs of one operation with due dates, and changeovers, on one machine.
func oneMachine(rng *rand.Rand, size int, hours *capacity.Hours) *Problem {
	p := &Problem{Start: randomStart, Centres: []Centre{{Machines: 1, Matrix: 1}}, Machines: []Machine{{Hours: hours}},
		Matrices: []Matrix{{{1, 2}: {Time: time.Hour}, {2, 1}: {Time: 10 * time.Minute}, {AnyFamily, AnyFamily}: {Time: time.Minute}}}}
	for i := range int32(size) {
		p.Jobs = append(p.Jobs, Job{First: i, Ops: 1, Due: randomStart + rng.Int64N(20*oneDay), Weight: 1000})
		p.Ops = append(p.Ops, Op{Job: i, Quantity: oneUnit, Modes: i, NumModes: 1, Family: rng.Int32N(3), Interruptible: rng.IntN(3) > 0})
		p.Modes = append(p.Modes, Mode{Fixed: time.Duration(1 + rng.Int64N(int64(2*time.Hour)))})
	}
	return p
}

// hasConsumers reports whether something outside a job waits for it.
func hasConsumers(p *Problem, job *Job) bool {
	inside := func(op int32) bool { return op >= job.First && op < job.First+job.Ops }
	return slices.ContainsFunc(p.Arcs, func(a Arc) bool { return inside(a.From) && !inside(a.To) })
}
