package schedule

import (
	"slices"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// side puts n like machines into the first work centre of a shop of one.
func side(p *Problem, n int32) *Problem {
	p.Centres[0].Machines = n
	for range n - 1 {
		p.Machines = append(p.Machines, p.Machines[0])
	}
	return p
}

// splittable makes the first operation 12 units of an hour each in up to three parts.
func splittable(due int64) *Problem {
	p := side(chains(1, []int64{due}, [][2]int64{{0, 0}}), 3)
	p.Modes[0].Run = time.Hour
	p.Ops[0].Quantity, p.Ops[0].Step, p.Ops[0].SplitMax = 12*oneUnit, oneUnit, 3
	return p
}

// An operation is split into as few parts as end in time, and into as many as end first if none do.
func TestSplitsAreAsFewAsEndInTime(t *testing.T) {
	for _, c := range []struct {
		due  int64
		each []bom.Quantity
	}{{12, []bom.Quantity{12}}, {11, []bom.Quantity{6, 6}}, {6, []bom.Quantity{6, 6}}, {5, []bom.Quantity{4, 4, 4}}, {1, []bom.Quantity{4, 4, 4}}} {
		s := built(t, splittable(c.due), Options{})
		var got []bom.Quantity
		for _, a := range s.Of(0) {
			got = append(got, a.Quantity/oneUnit)
		}
		if !slices.Equal(got, c.each) {
			t.Errorf("due after %d hours: parts of %v, not %v", c.due, got, c.each)
		}
	}
}

// Parts are multiples of the step, but for what is left of the quantity.
func TestPartsOfASplitKeepTheStep(t *testing.T) {
	p := splittable(1)
	p.Ops[0].Quantity, p.Ops[0].Step = 13*oneUnit, 5*oneUnit // two steps and three units: two parts
	parts := built(t, p, Options{}).Of(0)
	if len(parts) != 2 || parts[0].Quantity != 8*oneUnit || parts[1].Quantity != 5*oneUnit {
		t.Errorf("%+v", parts)
	}
}

// With transfer batches the next operation begins when the first batch is done, or so late
// that it never runs dry if it is the faster one.
func TestTransferBatchesOverlapWithoutRunningDry(t *testing.T) {
	for _, c := range []struct {
		second time.Duration // a unit
		hour   int64         // when it begins
	}{{time.Hour, 2}, {2 * time.Hour, 2}, {30 * time.Minute, 6}} {
		p := chains(2, nil, [][2]int64{{0, 0}, {1, 0}})
		for i := range p.Ops {
			p.Ops[i].Quantity = 10 * oneUnit
		}
		p.Modes[0].Run, p.Modes[1].Run = time.Hour, c.second
		p.Arcs[0].Transfer = 2 * oneUnit
		s := built(t, p, Options{})
		// Half an hour a unit: the last two units come at hour 10, when eight are done, which take four hours.
		if got := (s.Start(1) - p.Start) / oneHour; got != c.hour {
			t.Errorf("%v a unit: begins at hour %d, not %d", c.second, got, c.hour)
		}
	}
}

// Operations of a family share an oven while there is room; others wait.
func TestOvenTakesAFamilyTogether(t *testing.T) {
	p := chains(1, []int64{1, 1, 1, 1}, [][2]int64{{0, 2}}, [][2]int64{{0, 2}}, [][2]int64{{0, 2}}, [][2]int64{{0, 2}})
	p.Centres[0].Kind, p.Centres[0].Capacity = Batch, 10*oneUnit
	for i, q := range []bom.Quantity{6, 5, 4, 1} {
		p.Ops[i].Quantity, p.Ops[i].Family = q*oneUnit, 1
	}
	p.Ops[3].Family = 2
	s := built(t, p, Options{Rules: []Rule{FCFS}})
	if s.Start(0) != s.Start(2) { // 6 and 4
		t.Errorf("the first and the third do not share a load: %d, %d", s.Start(0), s.Start(2))
	}
	starts := []int64{s.Start(0), s.Start(1), s.Start(3)}
	slices.Sort(starts)
	if !slices.Equal(starts, []int64{p.Start, p.Start + 2*oneHour, p.Start + 4*oneHour}) {
		t.Errorf("loads begin at %v", starts)
	}
}

// Around a forbidden changeover goes another family in between, or another machine; with no
// way round it is run over, and named.
func TestForbiddenChangeoverIsAvoidedOrNamed(t *testing.T) {
	shop := func() *Problem {
		p := chains(1, []int64{1, 2, 3}, [][2]int64{{0, 1}}, [][2]int64{{0, 1}}, [][2]int64{{0, 1}})
		p.Matrices = []Matrix{{{1, 2}: {Forbidden: true}}}
		p.Centres[0].Matrix = 1
		p.Ops[0].Family, p.Ops[1].Family, p.Ops[2].Family = 1, 2, 3
		return p
	}
	round := built(t, shop(), Options{})
	if len(round.Broken) != 0 {
		t.Errorf("there is a way round, but broken: %+v", round.Broken)
	}
	p := shop()
	p.Machines[0].Family = 1
	p.Ops[0].Family, p.Ops[2].Family = 2, 2
	s := built(t, p, Options{})
	if len(s.Broken) != 1 || s.Broken[0].Kind != ForbiddenRun {
		t.Errorf("broken: %+v", s.Broken)
	}
	for op := range int32(3) {
		if s.End(op) > p.Start+3*oneHour {
			t.Errorf("operation %d ends at %d", op, s.End(op))
		}
	}
	other := side(p, 2)
	other.Machines[1].Family = 2
	if s := built(t, other, Options{}); len(s.Broken) != 0 {
		t.Errorf("another machine has no forbidden changeover, but broken: %+v", s.Broken)
	}
}

// A longest wait that no calendar lets keep is named, soon, and nothing is dropped for it.
func TestLongestWaitThatCannotBeKeptIsNamed(t *testing.T) {
	p := chains(2, []int64{40}, [][2]int64{{0, 2}, {1, 2}})
	p.Machines[0].Hours = eightToFour() // and the second one at night only
	night := eightToFour()
	for day := range int64(30) {
		night = night.With(spans(at(day, 20, 0), at(day, 23, 0)), spans(at(day, 8, 0), at(day, 16, 0)))
	}
	p.Machines[1].Hours = night
	p.Arcs[0].Max, p.Arcs[0].HasMax = time.Hour, true
	for name, opts := range schedulers() {
		s := built(t, p, opts)
		if len(s.Broken) != 1 || s.Broken[0].Kind != TooLate || s.Broken[0].Op != 1 || s.Broken[0].Other != 0 {
			t.Errorf("%s: broken: %+v", name, s.Broken)
		}
		if s.End(1) > p.Start+2*oneDay {
			t.Errorf("%s: ends at %d", name, s.End(1))
		}
	}
	p.Arcs[0].Max = 4 * time.Hour
	if s := built(t, p, Options{}); len(s.Broken) != 0 || s.End(0) != at(0, 16, 0) {
		t.Errorf("a wait of four hours can be kept: %+v, %+v", s.Ops, s.Broken)
	}
}

// An operation without duration takes no machine, tool or operator, and what follows it
// does not wait.
func TestOperationWithoutDurationTakesNoTime(t *testing.T) {
	p := chains(1, []int64{9, 9}, [][2]int64{{0, 1}, {0, 0}, {0, 1}}, [][2]int64{{0, 0}})
	p.Pools = []Pool{{Units: 1}}
	for i := range p.Modes {
		p.Modes[i].Tool = 1
	}
	s := built(t, p, Options{})
	if got := Evaluate(s, nil)[Makespan]; got != 2*oneHour {
		t.Errorf("the shop takes %d s, not two hours", got)
	}
	if s.Start(1) != s.End(1) || s.Start(3) != s.End(3) {
		t.Errorf("%+v", s.Ops)
	}
}

// A tool that stays with a job serves its other operations, side by side as well, and no
// other job until the last has ended.
func TestHeldToolServesAllItsJob(t *testing.T) {
	p := chains(3, []int64{1, 2}, [][2]int64{{0, 1}, {1, 3}, {2, 1}}, [][2]int64{{0, 1}})
	p.Arcs = []Arc{{From: 0, To: 1}, {From: 0, To: 2}} // 1 and 2 side by side
	p.Pools = []Pool{{Units: 1}}
	for i := range p.Modes {
		p.Modes[i].Tool = 1
	}
	p.Ops[0].HoldTool = true
	s := built(t, p, Options{Rules: []Rule{EDD}})
	for op, hour := range []int64{0, 1, 1, 4} {
		if got := (s.Start(int32(op)) - p.Start) / oneHour; got != hour {
			t.Errorf("operation %d begins at hour %d, not %d", op, got, hour)
		}
	}
}

func spans(from, to int64) []capacity.Span { return []capacity.Span{{From: from, To: to}} }
