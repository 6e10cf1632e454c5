package schedule

import (
	"math"

	"github.com/taktplan/takt/capacity"
)

// Measure is one aim of a schedule; less is better.
type Measure uint8

// The measures. Times are in seconds.
const (
	Tardiness  Measure = iota // of the jobs with a due date, each times its weight
	Late                      // number of jobs that are late
	LateWeight                // their weights
	SetupTime                 // spent on setups
	WIP                       // from the first start to the end of every job that takes time
	Earliness                 // ends before the due date
	Makespan                  // from the start to the last end
	Deviation                 // operations moved from the reference, in seconds; another machine counts as a day
	NumMeasures
)

// Measures are the names of the measures.
var Measures = [NumMeasures]string{"tardiness", "late", "late_weight", "setup", "wip", "earliness", "makespan", "deviation"}

// Score is a schedule in figures, by Measure. A score is exact; sums that leave
// the range of int64 stop at its end.
type Score [NumMeasures]int64

// Objective compares scores. With Weights, their weighted sum counts; else the
// measures of Order one after another. The zero Objective is Default.
type Objective struct {
	Order   []Measure
	Weights []Weighted
}

// Weighted is a measure with its weight in a sum.
type Weighted struct {
	Measure Measure
	Weight  int64
}

// Default puts weighted tardiness first, then the number of late jobs, setup, work in
// progress and the makespan.
var Default = Objective{Order: []Measure{Tardiness, Late, SetupTime, WIP, Makespan}}

// Compare is negative if a is better than b, 0 if they are equal.
func (o *Objective) Compare(a, b *Score) int {
	if len(o.Weights) > 0 {
		x, y := o.sum(a), o.sum(b)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	order := o.Order
	if len(order) == 0 {
		order = Default.Order
	}
	for _, m := range order {
		switch {
		case a[m] < b[m]:
			return -1
		case a[m] > b[m]:
			return 1
		}
	}
	return 0
}

func (o *Objective) sum(s *Score) int64 {
	sum := int64(0)
	for _, w := range o.Weights {
		sum = add(sum, times(s[w.Measure], w.Weight))
	}
	return sum
}

// add and times stop at the end of the range.
func add(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func times(a, b int64) int64 {
	if a > 0 && b > 0 && a > math.MaxInt64/b {
		return math.MaxInt64
	}
	return a * b
}

// weight is a job's weight in thousandths.
func (j *Job) weight() int64 {
	if j.Weight <= 0 {
		return 0
	}
	return j.Weight
}

// Evaluate scores a schedule. reference may be nil. O(n) in the operations.
func Evaluate(s *Schedule, reference *Schedule) Score {
	n := len(s.Problem.Ops)
	start, end := make([]int64, n), make([]int64, n)
	for op := range n {
		start[op], end[op] = s.Start(int32(op)), s.End(int32(op))
	}
	var out Score
	out.addJobs(s.Problem, start, end)
	for i := range s.Ops {
		out[SetupTime] = add(out[SetupTime], setupSeconds(s.Problem, &s.Ops[i]))
	}
	if reference != nil {
		out[Deviation] = deviation(s.Problem, func(op int32) *Assignment { return firstOf(s, op) }, reference)
	}
	return out
}

// score is Evaluate of a state.
func (s *state) score(reference *Schedule) Score {
	var out Score
	out.addJobs(s.p, s.start, s.end)
	for op := range s.at {
		out[SetupTime] = add(out[SetupTime], setupSeconds(s.p, &s.at[op]))
	}
	for _, parts := range s.more {
		for i := range parts {
			out[SetupTime] = add(out[SetupTime], setupSeconds(s.p, &parts[i]))
		}
	}
	if reference != nil {
		out[Deviation] = deviation(s.p, func(op int32) *Assignment { return &s.at[op] }, reference)
	}
	return out
}

// setupSeconds are the working seconds of a part's setup.
func setupSeconds(p *Problem, a *Assignment) int64 {
	if a.Machine < 0 || a.SetupEnd <= a.Start || a.Start >= capacity.Never {
		return 0
	}
	return p.Machines[a.Machine].Hours.Between(a.Start, a.SetupEnd)
}

// addJobs adds the measures of all jobs.
func (out *Score) addJobs(p *Problem, start, end []int64) {
	for j := range p.Jobs {
		job := &p.Jobs[j]
		if job.Ops == 0 {
			continue
		}
		first, last := capacity.Never, int64(-capacity.Never)
		for op := job.First; op < job.First+job.Ops; op++ {
			first, last = min(first, start[op]), max(last, end[op])
		}
		out.addJob(p, job, first, last)
	}
}

func (out *Score) addJob(p *Problem, j *Job, first, end int64) {
	never := end >= capacity.Never
	if !never {
		out[Makespan] = max(out[Makespan], end-p.Start)
		out[WIP] = add(out[WIP], max(0, end-first))
	}
	if j.Due == 0 {
		return
	}
	late := end - j.Due
	if never {
		late = lostLate
	}
	if late > 0 {
		out[Tardiness] = add(out[Tardiness], times(late, j.weight()))
		out[Late]++
		out[LateWeight] = add(out[LateWeight], j.weight())
		return
	}
	out[Earliness] = add(out[Earliness], -late)
}

// lostLate is how late a job counts that never ends: a century.
const lostLate = 100 * 365 * 24 * 3600

// otherMachine is what a change of the machine counts in Deviation.
const otherMachine = 24 * 3600

// deviation is how far operations moved from a reference with the same operations.
func deviation(p *Problem, at func(op int32) *Assignment, reference *Schedule) int64 {
	sum := int64(0)
	for op := range int32(min(len(p.Ops), len(reference.Problem.Ops))) {
		a, b := at(op), firstOf(reference, op)
		sum = add(sum, distance(a, b))
	}
	return sum
}

// distance is how far an operation moved from its reference.
func distance(a, b *Assignment) int64 {
	if a == nil || b == nil || b.Start >= capacity.Never || a.Start >= capacity.Never {
		return 0
	}
	n := max(a.Start-b.Start, b.Start-a.Start)
	if a.Machine != b.Machine {
		n += otherMachine
	}
	return n
}

// firstOf is the first part of an operation, nil if it has none.
func firstOf(s *Schedule, op int32) *Assignment {
	if parts := s.Of(op); len(parts) > 0 {
		return &parts[0]
	}
	return nil
}
