package schedule

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/taktplan/takt/capacity"
)

// bruteForce tries every order in which operations can be put behind each other on every
// machine that can do them, each as early as it can: one of these schedules is the best by every
// measure that never gains by waiting. It knows machines, alternatives, setups, calendars,
// releases and shortest waits. For a handful of operations only.
type bruteForce struct {
	p         *Problem
	parts     []Assignment
	end       []int64 // by operation; 0: not placed
	free      []int64 // by machine
	family    []int32
	tardiness int64
	makespan  int64
	// Schedules that reach them.
	punctual, shortest []Assignment
}

func newBruteForce(p *Problem) *bruteForce {
	b := &bruteForce{p: p, end: make([]int64, len(p.Ops)), free: make([]int64, len(p.Machines)), family: make([]int32, len(p.Machines)), tardiness: -1, makespan: -1}
	for i := range p.Machines {
		b.free[i], b.family[i] = p.Start, p.Machines[i].Family
	}
	b.next()
	return b
}

// next tries every operation whose predecessors are done as the next one.
func (b *bruteForce) next() {
	if len(b.parts) == len(b.p.Ops) {
		b.judge()
		return
	}
	for op := range b.p.Ops {
		if b.end[op] != 0 {
			continue
		}
		ready, ok := b.ready(int32(op))
		if !ok {
			continue
		}
		o := &b.p.Ops[op]
		for m := o.Modes; m < o.Modes+o.NumModes; m++ {
			c := &b.p.Centres[b.p.Modes[m].Centre]
			for k := c.First; k < c.First+c.Machines; k++ {
				b.try(int32(op), m, k, ready)
			}
		}
	}
}

// ready is when an operation can begin; ok is false while one before it is not placed.
func (b *bruteForce) ready(op int32) (ready int64, ok bool) {
	ready = max(b.p.Start, b.p.Ops[op].Release)
	for _, a := range b.p.Arcs {
		if a.To != op {
			continue
		}
		if b.end[a.From] == 0 {
			return 0, false
		}
		ready = max(ready, b.end[a.From]+wholeSeconds(a.Min))
	}
	return ready, true
}

// try puts an operation behind what its machine has, and goes on from there.
func (b *bruteForce) try(op, mode, machine int32, ready int64) {
	o, m := &b.p.Ops[op], &b.p.Modes[mode]
	free, family := b.free[machine], b.family[machine]
	v := verifier{p: b.p}
	setup := v.changeover(family, o.Family, &b.p.Centres[m.Centre], m).Time
	start, end := walk(b.p.Machines[machine].Hours, max(ready, free), wholeSeconds(workUntil(o, m, setup, o.Quantity)), !o.Interruptible)
	_, setupEnd := walk(b.p.Machines[machine].Hours, start, wholeSeconds(setup), false)
	if setup == 0 {
		setupEnd = start
	}
	b.parts = append(b.parts, Assignment{Op: op, Machine: machine, Mode: mode, Start: start, SetupEnd: setupEnd, End: end, Quantity: o.Quantity})
	b.end[op], b.free[machine], b.family[machine] = end, end, o.Family
	b.next()
	b.end[op], b.free[machine], b.family[machine] = 0, free, family
	b.parts = b.parts[:len(b.parts)-1]
}

// walk does n seconds of work at or after t, stretch by stretch.
func walk(h *capacity.Hours, t, n int64, whole bool) (start, end int64) {
	if h == nil {
		return t, t + n
	}
	start = -1
	for s := range h.Spans(t, h.Window().To) {
		if whole && s.To-s.From < n {
			continue
		}
		if start < 0 {
			start = s.From
		}
		if s.To-s.From >= n {
			return start, s.From + n
		}
		n -= s.To - s.From
	}
	panic("the calendar of the test ends too early")
}

// judge keeps a complete schedule if it is the best so far.
func (b *bruteForce) judge() {
	tardiness, makespan := int64(0), int64(0)
	for j := range b.p.Jobs {
		job := &b.p.Jobs[j]
		end := slices.Max(b.end[job.First : job.First+job.Ops])
		makespan = max(makespan, end-b.p.Start)
		if job.Due != 0 {
			tardiness += max(0, end-job.Due) * job.Weight
		}
	}
	if b.tardiness < 0 || tardiness < b.tardiness {
		b.tardiness, b.punctual = tardiness, slices.Clone(b.parts)
	}
	if b.makespan < 0 || makespan < b.makespan {
		b.makespan, b.shortest = makespan, slices.Clone(b.parts)
	}
}

// tinyProblem has up to six operations on two or three machines.
func tinyProblem(rng *rand.Rand) *Problem {
	p := &Problem{Start: at(0, 8, 0), Families: []string{"", "red", "green"},
		Matrices: []Matrix{{{0, 1}: {Time: 10 * time.Minute}, {1, 2}: {Time: 30 * time.Minute}, {2, 1}: {Time: 5 * time.Minute}}}}
	hours := []*capacity.Hours{nil, eightToFour()}
	for len(p.Machines) < 2 {
		c := Centre{Machines: 1 + rng.Int32N(2), First: int32(len(p.Machines)), Matrix: rng.Int32N(2)}
		shift := hours[rng.IntN(2)]
		for range c.Machines {
			p.Machines = append(p.Machines, Machine{Centre: int32(len(p.Centres)), Hours: shift, Family: rng.Int32N(3)})
		}
		p.Centres = append(p.Centres, c)
	}
	for size := 3 + rng.IntN(4); len(p.Ops) < size; {
		job := Job{First: int32(len(p.Ops)), Ops: 1 + rng.Int32N(min(3, int32(size-len(p.Ops)))), Due: p.Start + rng.Int64N(10*oneHour), Weight: 1000 * (1 + rng.Int64N(3))}
		for k := range job.Ops {
			op := int32(len(p.Ops))
			tinyOp(p, rng, int32(len(p.Jobs)))
			if k > 0 {
				p.Arcs = append(p.Arcs, Arc{From: op - 1, To: op, Min: time.Duration(rng.IntN(2)) * 15 * time.Minute})
			}
		}
		p.Jobs = append(p.Jobs, job)
	}
	return p
}

func tinyOp(p *Problem, rng *rand.Rand, job int32) {
	o := Op{Job: job, Number: int32(len(p.Ops)), Quantity: oneUnit, Modes: int32(len(p.Modes)), Family: rng.Int32N(3), Interruptible: rng.IntN(2) == 0}
	if rng.IntN(4) == 0 {
		o.Release = p.Start + rng.Int64N(3*oneHour)
	}
	for _, c := range rng.Perm(len(p.Centres))[:1+rng.IntN(len(p.Centres))] {
		o.NumModes++
		p.Modes = append(p.Modes, Mode{Centre: int32(c), Preference: o.NumModes, Fixed: time.Duration(20+rng.IntN(160)) * time.Minute, Setup: time.Duration(rng.IntN(3)) * 10 * time.Minute})
	}
	p.Ops = append(p.Ops, o)
}

// No scheduler beats the best of all schedules, no bound is above it, and Verify and Evaluate
// see in it what the search saw. How often Build finds it is logged.
func TestAgainstAllSchedulesOfTinyShops(t *testing.T) {
	seeds := uint64(2000)
	if testing.Short() {
		seeds = 30
	}
	punctual, shortest := 0, 0
	for seed := range seeds {
		p := tinyProblem(rand.New(rand.NewPCG(seed, 3)))
		bound, err := Bound(p)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		b := newBruteForce(p)
		if bound[Tardiness] > b.tardiness || bound[Makespan] > b.makespan {
			t.Errorf("seed %d: the bound is %v, but tardiness %d and makespan %d can be had", seed, bound, b.tardiness, b.makespan)
		}
		for _, parts := range [][]Assignment{b.punctual, b.shortest} {
			if wrong := Verify(p, NewSchedule(p, parts)); len(wrong) > 0 {
				t.Errorf("seed %d: Verify refuses the best schedule: %+v", seed, wrong)
			}
		}
		if got := Evaluate(NewSchedule(p, b.punctual), nil)[Tardiness]; got != b.tardiness {
			t.Errorf("seed %d: tardiness %d is evaluated as %d", seed, b.tardiness, got)
		}
		if got := Evaluate(NewSchedule(p, b.shortest), nil)[Makespan]; got != b.makespan {
			t.Errorf("seed %d: makespan %d is evaluated as %d", seed, b.makespan, got)
		}
		for name, opts := range schedulers() {
			s, err := Build(context.Background(), p, opts)
			if err != nil {
				t.Fatal(err)
			}
			score := Evaluate(s, nil)
			if score[Tardiness] < b.tardiness || score[Makespan] < b.makespan {
				t.Errorf("seed %d, %s: %v beats all schedules: tardiness %d, makespan %d", seed, name, score, b.tardiness, b.makespan)
			}
			if name == "forward" && score[Tardiness] == b.tardiness {
				punctual++
			}
			if name == "forward" && score[Makespan] == b.makespan {
				shortest++
			}
		}
	}
	t.Logf("of %d shops, Build reaches the least weighted tardiness in %d and the shortest makespan, at which it does not aim, in %d", seeds, punctual, shortest)
}
