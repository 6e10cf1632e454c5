package schedule

import (
	"math/rand/v2"
	"testing"

	"github.com/taktplan/takt/capacity"
)

// One machine with more work than time: no order of four jobs of an hour, all due after one, is late by less
// than 0 + 1 + 2 + 3 hours.
func TestBoundOfAMachineThatBinds(t *testing.T) {
	one := [][2]int64{{0, 1}}
	p := chains(1, []int64{1, 1, 1, 1}, one, one, one, one)
	got, err := Bound(p)
	if err != nil {
		t.Fatal(err)
	}
	if got[Tardiness] != 6*oneHour*1000 || got[Late] != 3 || got[LateWeight] != 3000 || got[Makespan] != 4*oneHour {
		t.Errorf("%v", got)
	}
}

// What a job cannot help being late by is counted once, and what the machine adds to it besides: the first job
// takes two hours in all and is due after one; the second has to wait for it or to be waited for.
func TestBoundAddsAMachineToWhatIsLateAlone(t *testing.T) {
	p := chains(2, []int64{1, 1}, [][2]int64{{0, 1}, {1, 1}}, [][2]int64{{0, 1}})
	got, err := Bound(p)
	if err != nil {
		t.Fatal(err)
	}
	if got[Tardiness] != 2*oneHour*1000 || got[Late] != 1 {
		t.Errorf("%v: an hour of its own, and an hour for the order on the machine", got)
	}
}

// A machine that works eight hours a day takes two days for twelve hours, and what comes behind comes
// behind them (Carlier 1982).
func TestBoundCountsWorkingHours(t *testing.T) {
	p := chains(2, nil, [][2]int64{{0, 6}, {1, 1}}, [][2]int64{{0, 6}, {1, 2}})
	var shifts []capacity.Span
	for day := range int64(5) {
		shifts = append(shifts, capacity.Span{From: p.Start + day*oneDay, To: p.Start + day*oneDay + 8*oneHour})
	}
	p.Machines[0].Hours = capacity.NewHours("day", capacity.Span{From: p.Start, To: p.Start + 5*oneDay}, shifts)
	got, err := Bound(p)
	if err != nil {
		t.Fatal(err)
	}
	if want := int64(24+4+1) * oneHour; got[Makespan] != want {
		t.Errorf("%d hours, not %d", got[Makespan]/oneHour, want/oneHour)
	}
}

// No schedule of a rich random problem beats its bound. Pinned work may break what it waits for, so that there is none.
func TestNoScheduleBeatsTheBound(t *testing.T) {
	seeds, binding := uint64(1500), 0
	if testing.Short() {
		seeds = 100
	}
	for seed := range seeds {
		p := randomProblem(rand.New(rand.NewPCG(seed, 77)), 12)
		p.Pins = nil
		bound, err := Bound(p)
		if err != nil {
			t.Fatal(err)
		}
		c := compile(p)
		reach := c.earliest()
		alone := c.withMachinesForAll(&reach)
		got := Evaluate(built(t, p, Options{}), nil)
		for _, m := range []Measure{Tardiness, Late, LateWeight, Makespan} {
			if got[m] < bound[m] {
				t.Errorf("seed %d: %s is %d, the bound %d", seed, Measures[m], got[m], bound[m])
			}
		}
		if got[Tardiness] > 0 && bound[Tardiness] > alone[Tardiness] {
			binding++
		}
	}
	t.Logf("a work centre adds to the tardiness in %d of %d", binding, seeds)
}
