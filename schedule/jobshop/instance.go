package jobshop

import (
	"fmt"
)

// Step is one operation of a job: where it can run, and how long it takes there. In the
// classic job shop it has one mode, in a flexible one it may have several, each on
// another machine.
type Step []Mode

// Mode is a machine that can do a step.
type Mode struct {
	Machine int32 // from 0
	Time    int64 // not negative
}

// On is a step that only one machine can do.
func On(machine int32, time int64) Step { return Step{{machine, time}} }

// on is the time of a step on a machine; false if that cannot do it.
func (s Step) on(machine int32) (int64, bool) {
	for _, m := range s {
		if m.Machine == machine {
			return m.Time, true
		}
	}
	return 0, false
}

// shortest is the time of a step on the machine that is fastest at it.
func (s Step) shortest() int64 {
	time := s[0].Time
	for _, m := range s[1:] {
		time = min(time, m.Time)
	}
	return time
}

// Instance is a job shop, flexible if a step has several modes. Release, Due and Weight are by job; each is either nil or
// as long as Jobs.
type Instance struct {
	Jobs    [][]Step
	Release []int64 // a job begins no earlier; nil: 0
	Due     []int64 // nil: 0
	Weight  []int64 // of tardiness; nil: 1
}

// Solution is a schedule of an instance.
type Solution struct {
	Machines [][]Place // the sequence of every machine
	Starts   [][]int64 // by job and step
	Makespan int64     // when the last job ends
}

// Place names a step of a job.
type Place struct{ Job, Step int32 }

// InvalidError says what is wrong with an instance.
type InvalidError struct {
	Job, Step int // -1: none in particular
	Reason    string
}

func (e *InvalidError) Error() string {
	switch {
	case e.Job < 0:
		return "job shop: " + e.Reason
	case e.Step < 0:
		return fmt.Sprintf("job shop: job %d: %s", e.Job, e.Reason)
	}
	return fmt.Sprintf("job shop: job %d, step %d: %s", e.Job, e.Step, e.Reason)
}

// limit bounds the sum of all times, so that no path overflows, and the machine
// and operation counts to what dense arrays can hold.
const (
	limit       = 1 << 50
	maxMachines = 1 << 20
	maxOps      = 1 << 24
)

// Validate reports the first fault of the instance.
func (p *Instance) Validate() error {
	if len(p.Jobs) == 0 {
		return &InvalidError{-1, -1, "no jobs; give at least one"}
	}
	for _, c := range [...]struct {
		name string
		n    int
	}{{"Release", len(p.Release)}, {"Due", len(p.Due)}, {"Weight", len(p.Weight)}} {
		if c.n != 0 && c.n != len(p.Jobs) {
			return &InvalidError{-1, -1, fmt.Sprintf("%s has %d entries for %d jobs; give one for each job or none", c.name, c.n, len(p.Jobs))}
		}
	}
	var sum, weights int64
	ops := 0
	for j, steps := range p.Jobs {
		if err := p.validJob(j, &sum, &weights); err != nil {
			return err
		}
		ops += len(steps)
	}
	if ops > maxOps {
		return &InvalidError{-1, -1, fmt.Sprintf("%d steps; at most %d can be held", ops, maxOps)}
	}
	if weights > 0 && sum > limit/weights {
		return &InvalidError{-1, -1, "times, due dates and weights are too large: a sum would overflow; use a coarser unit"}
	}
	return nil
}

// validJob checks a job and adds its largest numbers to the sums.
func (p *Instance) validJob(j int, sum, weights *int64) error {
	if len(p.Jobs[j]) == 0 {
		return &InvalidError{j, -1, "no steps; leave the job out"}
	}
	add := func(n int64) bool {
		if n > limit-*sum {
			return false
		}
		*sum += n
		return true
	}
	for s, step := range p.Jobs[j] {
		if reason := step.fault(); reason != "" {
			return &InvalidError{j, s, reason}
		}
		if !add(step.longest()) {
			return &InvalidError{j, s, "the sum of the times overflows; use a coarser unit"}
		}
	}
	if p.Release != nil && (p.Release[j] < 0 || !add(p.Release[j])) {
		return &InvalidError{j, -1, fmt.Sprintf("release %d; releases are not negative and add up to less than 2⁵⁰", p.Release[j])}
	}
	if p.Due != nil && (p.Due[j] < -limit || p.Due[j] > limit || !add(max(p.Due[j], -p.Due[j]))) {
		return &InvalidError{j, -1, fmt.Sprintf("due date %d is too far off", p.Due[j])}
	}
	w := p.weight(j)
	if w < 0 || w > limit-*weights {
		return &InvalidError{j, -1, fmt.Sprintf("weight %d; weights are not negative and add up to less than 2⁵⁰", w)}
	}
	*weights += w
	return nil
}

// fault is what is wrong with a step; empty: nothing.
func (s Step) fault() string {
	if len(s) == 0 {
		return "no machine can do it; give at least one"
	}
	for i, m := range s {
		switch {
		case m.Machine < 0 || m.Machine >= maxMachines:
			return fmt.Sprintf("machine %d; machines count from 0 to %d", m.Machine, maxMachines-1)
		case m.Time < 0:
			return fmt.Sprintf("time %d; times are not negative", m.Time)
		}
		if _, twice := s[:i].on(m.Machine); twice {
			return fmt.Sprintf("machine %d is there twice; give it once, with the shorter time", m.Machine)
		}
	}
	return ""
}

// longest is the time of a step on the slowest machine.
func (s Step) longest() int64 {
	time := int64(0)
	for _, m := range s {
		time = max(time, m.Time)
	}
	return time
}

func (p *Instance) release(j int) int64 { return or(p.Release, j, 0) }
func (p *Instance) due(j int) int64     { return or(p.Due, j, 0) }
func (p *Instance) weight(j int) int64  { return or(p.Weight, j, 1) }

func or(s []int64, i int, other int64) int64 {
	if s == nil {
		return other
	}
	return s[i]
}

// Machines is one more than the highest machine of any mode. O(modes).
func (p *Instance) Machines() int {
	n := int32(0)
	for _, steps := range p.Jobs {
		for _, s := range steps {
			for _, m := range s {
				n = max(n, m.Machine+1)
			}
		}
	}
	return int(n)
}

// WeightedTardiness is the instance with the due dates and weights of Singer & Pinedo
// (IIE Transactions 30, 1998): release + ⌊percent/100 × work⌋, and weight 4 for the first
// 20 % of the jobs, 2 for the next 60 %, 1 for the rest. A step that several machines can do
// counts with its shortest time. The steps are shared.
func (p *Instance) WeightedTardiness(percent int64) *Instance {
	n := len(p.Jobs)
	out := &Instance{Jobs: p.Jobs, Release: p.Release, Due: make([]int64, n), Weight: make([]int64, n)}
	for j, steps := range p.Jobs {
		work := int64(0)
		for _, s := range steps {
			work += s.shortest()
		}
		out.Due[j] = p.release(j) + work/100*percent + work%100*percent/100
		switch {
		case 5*j < n:
			out.Weight[j] = 4
		case 5*j < 4*n:
			out.Weight[j] = 2
		default:
			out.Weight[j] = 1
		}
	}
	return out
}
