package jobshop

import (
	"fmt"
	"math"
	"slices"
)

// Check verifies from first principles that a solution is a schedule of the instance, and
// gives its value: the sequences list every step once, on a machine that can do it, in the
// order of the starts; every step begins once the step before it has ended and its job is
// released; steps of a machine do not overlap; the makespan is when the last step ends. It shares
// no code with the search. Errors are *FaultError.
func Check(p *Instance, s *Solution, objective Objective) (int64, error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	if len(s.Starts) != len(p.Jobs) {
		return 0, fault(-1, -1, "starts of %d jobs, and there are %d", len(s.Starts), len(p.Jobs))
	}
	for j, steps := range p.Jobs {
		if len(s.Starts[j]) != len(steps) {
			return 0, fault(j, -1, "%d starts for %d steps", len(s.Starts[j]), len(steps))
		}
	}
	ends, err := checkMachines(p, s)
	if err != nil {
		return 0, err
	}
	makespan, err := checkJobs(p, s, ends)
	if err != nil {
		return 0, err
	}
	if makespan != s.Makespan {
		return 0, fault(-1, -1, "the makespan is %d, not %d", makespan, s.Makespan)
	}
	if err := countable(p, ends); err != nil {
		return 0, err
	}
	return value(p, ends, objective), nil
}

// FaultError says where a solution is no schedule of its instance.
type FaultError struct {
	Job, Step int // from 0; -1: none in particular
	Reason    string
	Line      int // of the text that ParseDocument read, with the column both from 1; 0: not from a text
	Column    int
}

func (e *FaultError) Error() string {
	where := "solution"
	if e.Line > 0 {
		where = fmt.Sprintf("line %d, column %d", e.Line, e.Column)
	}
	switch {
	case e.Job < 0:
		return where + ": " + e.Reason
	case e.Step < 0:
		return fmt.Sprintf("%s: job %d: %s", where, e.Job, e.Reason)
	}
	return fmt.Sprintf("%s: job %d, step %d: %s", where, e.Job, e.Step, e.Reason)
}

// fault is a fault of a job and step, both -1 if of none in particular.
func fault(job, step int, format string, args ...any) *FaultError {
	return &FaultError{Job: job, Step: step, Reason: fmt.Sprintf(format, args...)}
}

// checkJobs follows every job and gives when the last one ends.
func checkJobs(p *Instance, s *Solution, ends [][]int64) (makespan int64, err error) {
	for j, steps := range p.Jobs {
		ready := p.release(j)
		for i := range steps {
			if start := s.Starts[j][i]; start < ready {
				return 0, fault(j, i, "starts at %d and may not before %d", start, ready)
			}
			ready = ends[j][i]
		}
		makespan = max(makespan, ready)
	}
	return makespan, nil
}

// checkMachines follows every machine and gives when the steps end.
func checkMachines(p *Instance, s *Solution) (ends [][]int64, err error) {
	ends = make([][]int64, len(p.Jobs))
	for j, steps := range p.Jobs {
		ends[j] = make([]int64, len(steps))
	}
	seen := map[Place]bool{}
	for m, list := range s.Machines {
		free := int64(0)
		for _, at := range list {
			j, i := int(at.Job), int(at.Step)
			if j < 0 || j >= len(p.Jobs) || i < 0 || i >= len(p.Jobs[j]) {
				return nil, fault(j, i, "runs on machine %d, but there is no such step", m)
			}
			time, ok := p.Jobs[j][i].on(int32(m))
			start := s.Starts[j][i]
			switch {
			case !ok:
				return nil, fault(j, i, "runs on machine %d, which cannot do it", m)
			case seen[at]:
				return nil, fault(j, i, "runs twice")
			case start < 0 || start > limit:
				return nil, fault(j, i, "starts at %d; starts are from 0 to 2⁵⁰", start)
			case start < free:
				return nil, fault(j, i, "starts at %d on machine %d, which is busy until %d", start, m, free)
			}
			seen[at] = true
			free = start + time
			ends[j][i] = free
		}
	}
	for j, steps := range p.Jobs {
		for i := range steps {
			if !seen[Place{int32(j), int32(i)}] {
				return nil, fault(j, i, "runs on no machine")
			}
		}
	}
	return ends, nil
}

// countable refuses ends so late that their weighted tardiness overflows.
func countable(p *Instance, ends [][]int64) error {
	left := int64(math.MaxInt64)
	for j := range p.Jobs {
		end, w := ends[j][len(ends[j])-1], p.weight(j)
		late := max(0, end-p.due(j))
		if w > 0 && late > left/w {
			return fault(j, -1, "ends at %d, so late that the weighted tardiness overflows", end)
		}
		left -= w * late
	}
	return nil
}

// value is the objective of jobs whose steps end so.
func value(p *Instance, ends [][]int64, objective Objective) int64 {
	late := make([]int64, len(p.Jobs))
	sum, makespan := int64(0), int64(0)
	for j := range p.Jobs {
		end := ends[j][len(ends[j])-1]
		makespan = max(makespan, end)
		late[j] = end - p.due(j)
		sum += p.weight(j) * max(0, late[j])
	}
	switch objective {
	case Tardiness:
		return sum
	case Lateness:
		return slices.Max(late)
	}
	return makespan
}
