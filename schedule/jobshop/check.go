package jobshop

import (
	"fmt"
	"slices"
)

// Check verifies from first principles that a solution is a schedule of the instance, and
// gives its value: every step begins once the step before it has ended and its job is
// released; steps of a machine do not overlap; the sequences list every step once, in the
// order of the starts; the makespan is when the last step ends. It shares no code with the search.
func Check(p *Instance, s *Solution, objective Objective) (int64, error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	if len(s.Starts) != len(p.Jobs) {
		return 0, fmt.Errorf("job shop: starts of %d jobs, and there are %d", len(s.Starts), len(p.Jobs))
	}
	makespan := int64(0)
	for j, steps := range p.Jobs {
		if len(s.Starts[j]) != len(steps) {
			return 0, fmt.Errorf("job shop: job %d has %d starts for %d steps", j, len(s.Starts[j]), len(steps))
		}
		ready := p.release(j)
		for i, step := range steps {
			if s.Starts[j][i] < ready {
				return 0, fmt.Errorf("job shop: job %d, step %d starts at %d and may not before %d", j, i, s.Starts[j][i], ready)
			}
			if s.Starts[j][i] > limit {
				return 0, fmt.Errorf("job shop: job %d, step %d starts at %d, which no sum of times reaches", j, i, s.Starts[j][i])
			}
			ready = s.Starts[j][i] + step.Time
		}
		makespan = max(makespan, ready)
	}
	if makespan != s.Makespan {
		return 0, fmt.Errorf("job shop: the makespan is %d, not %d", makespan, s.Makespan)
	}
	if err := checkMachines(p, s); err != nil {
		return 0, err
	}
	return value(p, s, objective), nil
}

func checkMachines(p *Instance, s *Solution) error {
	seen := map[Place]bool{}
	for m, list := range s.Machines {
		free := int64(0)
		for _, at := range list {
			if at.Job < 0 || int(at.Job) >= len(p.Jobs) || at.Step < 0 || int(at.Step) >= len(p.Jobs[at.Job]) {
				return fmt.Errorf("job shop: machine %d runs job %d, step %d, which there is not", m, at.Job, at.Step)
			}
			step, start := p.Jobs[at.Job][at.Step], s.Starts[at.Job][at.Step]
			switch {
			case int(step.Machine) != m:
				return fmt.Errorf("job shop: job %d, step %d runs on machine %d, not on %d", at.Job, at.Step, m, step.Machine)
			case seen[at]:
				return fmt.Errorf("job shop: job %d, step %d runs twice", at.Job, at.Step)
			case start < free:
				return fmt.Errorf("job shop: job %d, step %d starts at %d on machine %d, which is busy until %d", at.Job, at.Step, start, m, free)
			}
			seen[at] = true
			free = start + step.Time
		}
	}
	for j, steps := range p.Jobs {
		for i := range steps {
			if !seen[Place{int32(j), int32(i)}] {
				return fmt.Errorf("job shop: job %d, step %d runs on no machine", j, i)
			}
		}
	}
	return nil
}

func value(p *Instance, s *Solution, objective Objective) int64 {
	late := make([]int64, len(p.Jobs))
	sum := int64(0)
	for j, steps := range p.Jobs {
		end := s.Starts[j][len(steps)-1] + steps[len(steps)-1].Time
		late[j] = end - p.due(j)
		sum += p.weight(j) * max(0, late[j])
	}
	switch objective {
	case Tardiness:
		return sum
	case Lateness:
		return slices.Max(late)
	}
	return s.Makespan
}
