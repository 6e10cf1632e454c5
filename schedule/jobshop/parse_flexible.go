package jobshop

import "strconv"

// ParseFlexible reads the text form of flexible job shops (.fjs): a line with the numbers of
// jobs and machines and, perhaps, the average number of machines that can do a step, which
// is not used; then a line for every job with its number of steps and, for every step, the number of
// machines that can do it and the machine and time of each. Machines count from 1, as in the classic
// files; from 0 if a machine 0 occurs anywhere. It skips what Parse skips. Errors are *SyntaxError.
func ParseFlexible(text []byte) (*Instance, error) {
	s, err := open(text)
	if err != nil {
		return nil, err
	}
	z, err := s.head()
	if err != nil {
		return nil, err
	}
	if err := s.average(z.row); err != nil {
		return nil, err
	}
	var jobs [][][]choice
	for j := range z.jobs {
		r, err := s.next("jobs", j, z.jobs)
		if err != nil {
			return nil, err
		}
		steps, err := s.choices(r, j, z.machines)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, steps)
	}
	first, err := s.first(jobs, z.machines)
	if err != nil {
		return nil, err
	}
	p, t := &Instance{}, total(0)
	for _, steps := range jobs {
		job := make([]Step, len(steps))
		for i, step := range steps {
			if job[i], err = s.step(step, first, z.machines, &t); err != nil {
				return nil, err
			}
		}
		p.Jobs = append(p.Jobs, job)
	}
	return s.finish(p)
}

// average reads what may follow the numbers of jobs and machines.
func (s *source) average(r row) error {
	if len(r.words) == 2 {
		return nil
	}
	if w := r.words[2]; len(r.words) == 3 {
		if _, err := strconv.ParseFloat(string(w.text), 64); err != nil {
			return s.fault(w.at, "%.40q is not a number; give the average number of machines that can do a step, or leave it out", w.text)
		}
		return nil
	}
	return s.fault(r.words[3].at, "the line has %d numbers; give the number of jobs, the number of machines and no more than their average number a step", len(r.words))
}

// choice is a machine, as it is written, that can do a step, and its time.
type choice struct{ machine, time word }

// choices are the machines of the steps of a job.
func (s *source) choices(r row, job, machines int) ([][]choice, error) {
	rest := r.words
	// take reads a count; what says what it is to count.
	take := func(step int, what string, most int) (int, error) {
		at := ""
		if step >= 0 {
			at = ", step " + strconv.Itoa(step)
		}
		if len(rest) == 0 {
			return 0, s.fault(r.end, "job %d%s: the line ends where the number of %s should be", job, at, what)
		}
		n, err := s.number(rest[0])
		switch {
		case err != nil:
			return 0, err
		case n < 1:
			return 0, s.fault(rest[0].at, "job %d%s: %d %s; give at least one", job, at, n, what)
		case n > int64(most):
			return 0, s.fault(rest[0].at, "job %d%s: %d %s; there can be at most %d", job, at, n, what, most)
		}
		rest = rest[1:]
		return int(n), nil
	}
	count, err := take(-1, "steps", maxOps)
	if err != nil {
		return nil, err
	}
	var steps [][]choice
	for i := range count {
		n, err := take(i, "machines", machines)
		if err != nil {
			return nil, err
		}
		if len(rest) < 2*n {
			return nil, s.fault(r.end, "job %d, step %d: the line ends after %s; give a machine and a time for each of %s", job, i, counted(len(rest), "number"), counted(n, "machine"))
		}
		step := make([]choice, n)
		for k := range step {
			step[k] = choice{rest[2*k], rest[2*k+1]}
		}
		steps, rest = append(steps, step), rest[2*n:]
	}
	if len(rest) > 0 {
		return nil, s.fault(rest[0].at, "job %d: %.40q comes after the last of %s", job, rest[0].text, counted(count, "step"))
	}
	return steps, nil
}

// first is the number that machines count from. The classic files count from 1, others from 0;
// a machine 0 tells. It must not be mixed: with a machine 0, no machine may have the last number of the others.
func (s *source) first(jobs [][][]choice, machines int) (int, error) {
	zero, last := -1, -1
	for _, steps := range jobs {
		for _, step := range steps {
			for _, c := range step {
				n, err := s.number(c.machine)
				switch {
				case err != nil:
					return 0, err
				case n == 0 && zero < 0:
					zero = c.machine.at
				case n == int64(machines) && last < 0:
					last = c.machine.at
				case n < 0 || n > int64(machines):
					return 0, s.fault(c.machine.at, "machine %d; machines count from 1 to %d, or from 0 to %d", n, machines, machines-1)
				}
			}
		}
	}
	if zero < 0 {
		return 1, nil
	}
	if last >= 0 {
		line, column := position(s.text, zero)
		return 0, s.fault(last, "machine %d, and there is a machine 0 in line %d, column %d; count machines from 0 to %d or from 1 to %d", machines, line, column, machines-1, machines)
	}
	return 0, nil
}

// step reads the machines and times of a step.
func (s *source) step(list []choice, first, machines int, t *total) (Step, error) {
	var step Step
	longest := total(0)
	for _, c := range list {
		m, err := s.machine(c.machine, first, machines)
		if err != nil {
			return nil, err
		}
		if _, twice := step.on(m); twice {
			return nil, s.fault(c.machine.at, "machine %s is there twice in a step; give it once, with the shorter time", c.machine.text)
		}
		sum := *t
		time, err := s.time(c.time, &sum)
		if err != nil {
			return nil, err
		}
		longest = max(longest, total(time))
		step = append(step, Mode{m, time})
	}
	*t += longest
	return step, nil
}
