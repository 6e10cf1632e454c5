package schedule

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/taktplan/takt/capacity"
)

// turns are the jobs of one machine in the order in which a rule takes them.
func turns(t *testing.T, p *Problem, rule Rule) []int32 {
	t.Helper()
	s := built(t, p, Options{Rules: []Rule{rule}, NoGapFilling: true})
	order := make([]int32, 0, len(p.Jobs))
	for j := range p.Jobs {
		order = append(order, int32(j))
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(s.Start(p.Jobs[a].First), s.Start(p.Jobs[b].First)) })
	return order
}

// Each rule decides otherwise than first come, first served, which takes equals by number.
func TestEachRuleDecidesByItsOwnMeasure(t *testing.T) {
	hours := func(h ...int64) (jobs [][][2]int64) {
		for _, n := range h {
			jobs = append(jobs, [][2]int64{{0, n}})
		}
		return jobs
	}
	for _, c := range []struct {
		rule Rule
		p    *Problem
		want []int32
	}{
		// Job 1 comes an hour after job 0, job 2 at once.
		{FCFS, released(chains(1, []int64{9, 9, 9}, hours(2, 1, 2)...), 0, 1, 0), []int32{0, 2, 1}},
		{SPT, chains(1, []int64{9, 9, 9}, hours(3, 1, 2)...), []int32{1, 2, 0}},
		{LPT, chains(1, []int64{9, 9, 9}, hours(2, 1, 3)...), []int32{2, 0, 1}},
		{EDD, chains(1, []int64{9, 8, 7}, hours(1, 1, 1)...), []int32{2, 1, 0}},
		// Job 0 is due first, but cannot end before hour 6: then job 1, due at 5, counts as due first.
		{MDD, chains(1, []int64{4, 5, 9}, hours(6, 2, 2)...), []int32{1, 0, 2}},
		// Slack 8, 3 and 6 hours.
		{Slack, chains(1, []int64{9, 9, 9}, hours(1, 6, 3)...), []int32{1, 2, 0}},
		// Ratios 10, 2 and 3 at first; due dates and slacks would take job 0 or 2 first.
		{CR, chains(1, []int64{10, 16, 12}, hours(1, 8, 4)...), []int32{1, 2, 0}},
		// 4, 2 and 3 hours with weights 1, 1 and 3.
		{WSPT, weighted(chains(1, []int64{9, 9, 9}, hours(4, 2, 3)...), 1, 1, 3), []int32{2, 1, 0}},
		// Job 0 is the shortest, but has a week; of the late ones the heavier goes first.
		{ATC, weighted(chains(1, []int64{168, 1, 1}, hours(1, 2, 2)...), 1, 1, 4), []int32{2, 1, 0}},
		// Job 0 has slack and no cost; of the late ones the one with more weight an hour goes first.
		{COVERT, weighted(chains(1, []int64{168, 1, 1}, hours(1, 4, 2)...), 1, 1, 1), []int32{2, 1, 0}},
		// The machine is set up for family 1: red, then the rest by number.
		{LeastSetup, families(chains(1, []int64{9, 9, 9}, hours(1, 1, 1)...), 2, 2, 1), []int32{2, 0, 1}},
		{ATCS, families(chains(1, []int64{1, 1, 1}, hours(1, 1, 1)...), 2, 2, 1), []int32{2, 0, 1}},
		// Latest starts 8, 3 and 6.
		{LatestStart, chains(1, []int64{9, 9, 9}, hours(1, 6, 3)...), []int32{1, 2, 0}},
		{ByRank, ranked(chains(1, []int64{9, 9, 9}, hours(1, 1, 1)...), 0, 2, 1), []int32{2, 1, 0}},
	} {
		if got := turns(t, c.p, c.rule); !slices.Equal(got, c.want) {
			t.Errorf("%s takes %v, not %v", Rules[c.rule], got, c.want)
		}
		if c.rule == FCFS {
			continue
		}
		if got := turns(t, c.p, FCFS); slices.Equal(got, c.want) {
			t.Errorf("%s: first come, first served takes %v as well", Rules[c.rule], got)
		}
	}
}

func released(p *Problem, hours ...int64) *Problem {
	for i, h := range hours {
		p.Ops[i].Release = p.Start + h*oneHour
	}
	return p
}

func weighted(p *Problem, weights ...int64) *Problem {
	for i, w := range weights {
		p.Jobs[i].Weight = 1000 * w
	}
	return p
}

// families gives operations families, and the machine, which is set up for family 1, half an
// hour of setup for any other.
func families(p *Problem, family ...int32) *Problem {
	for i, f := range family {
		p.Ops[i].Family = f
		p.Modes[i].Setup = 30 * time.Minute
	}
	p.Machines[0].Family = 1
	return p
}

func ranked(p *Problem, ranks ...int32) *Problem {
	for i, r := range ranks {
		p.Jobs[i].Rank = r
	}
	return p
}

// Work that feeds the drum is released a rope's length before the drum needs it, and not sooner;
// work that never comes to the drum is not held back.
func TestRopeHoldsBackWhatFeedsTheDrum(t *testing.T) {
	p := chains(2, []int64{300, 300, 300}, [][2]int64{{0, 1}, {1, 100}}, [][2]int64{{0, 1}, {1, 100}}, [][2]int64{{0, 1}})
	for j := range p.Jobs {
		p.Jobs[j].Due = p.Start + 210*oneHour + int64(j)
	}
	s := built(t, p, Options{Direction: Bottleneck})
	ropeHours := int64(rope / time.Hour)
	for _, c := range []struct {
		op   int32
		hour int64
	}{{0, 0}, {1, 1}, {2, 101 - 1 - ropeHours}, {3, 101}, {4, 1}} {
		if got := (s.Start(c.op) - p.Start) / oneHour; got != c.hour {
			t.Errorf("operation %d begins in hour %d, not %d", c.op, got, c.hour)
		}
	}
	if forward := built(t, p, Options{}); forward.Start(2) >= s.Start(2) {
		t.Errorf("forward, the feeder begins at %d, so that the rope does not show", forward.Start(2))
	}
}

// An operation that no stretch of working time holds runs over a break, and is named.
func TestOperationLongerThanAnyShiftIsInterrupted(t *testing.T) {
	p := chains(1, nil, [][2]int64{{0, 9}})
	p.Machines[0].Hours = eightToFour()
	s := built(t, p, Options{})
	if len(s.Broken) != 1 || s.Broken[0].Kind != Interrupted || s.Broken[0].Op != 0 {
		t.Errorf("broken: %+v", s.Broken)
	}
	if a := s.Of(0)[0]; a.Start != at(0, 8, 0) || a.End != at(1, 9, 0) {
		t.Errorf("placed from %d to %d", a.Start, a.End)
	}
}

// Work behind the end of the calendar stays in the schedule, without a time, and so does
// what waits for it; the rest is not touched.
func TestWorkBeyondTheCalendarIsUnplaced(t *testing.T) {
	p := chains(2, nil, [][2]int64{{0, 100}, {1, 1}}, [][2]int64{{0, 100}, {1, 1}}, [][2]int64{{1, 1}})
	p.Machines[0].Hours = eightToFour() // 22 days of 8 hours
	for i := range p.Ops {
		p.Ops[i].Interruptible = true
	}
	s := built(t, p, Options{Rules: []Rule{FCFS}})
	if got := kindsOf(s.Broken); !slices.Equal(got, []ViolationKind{Unplaced, Unplaced}) || s.Broken[0].Op != 2 || s.Broken[1].Op != 3 {
		t.Errorf("broken: %+v", s.Broken)
	}
	if len(s.Of(2)) != 1 || s.End(2) != capacity.Never || s.End(4) >= capacity.Never || s.End(1) >= capacity.Never {
		t.Errorf("%+v", s.Ops)
	}
}

func kindsOf(broken []Violation) []ViolationKind {
	var kinds []ViolationKind
	for _, v := range broken {
		kinds = append(kinds, v.Kind)
	}
	return kinds
}
