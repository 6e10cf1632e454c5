package jobshop

import (
	"path"
	"strings"
)

// Parse reads the standard text form: a line with the numbers of jobs and machines, then a
// line for every job with machine (from 0) and time of every step in turn, as many steps as
// there are machines. Empty lines, rules such as +++ and what follows a # are skipped; so are
// lines of words before the first numbers. Errors are *SyntaxError.
func Parse(text []byte) (*Instance, error) {
	s, err := open(text)
	if err != nil {
		return nil, err
	}
	z, err := s.head()
	if err != nil {
		return nil, err
	}
	if len(z.row.words) > 2 {
		return nil, s.fault(z.row.words[2].at, "the line has %d numbers; give the number of jobs and the number of machines", len(z.row.words))
	}
	p, t := &Instance{}, total(0)
	for j := range z.jobs {
		r, err := s.next("jobs", j, z.jobs)
		if err != nil {
			return nil, err
		}
		steps, err := s.pairs(r, j, z.machines, &t)
		if err != nil {
			return nil, err
		}
		p.Jobs = append(p.Jobs, steps)
	}
	return s.finish(p)
}

// pairs reads the machines and times of a job.
func (s *source) pairs(r row, job, machines int, t *total) ([]Step, error) {
	var steps []Step
	for i := 0; i+1 < len(r.words) && i < 2*machines; i += 2 {
		m, err := s.machine(r.words[i], 0, machines)
		if err != nil {
			return nil, err
		}
		time, err := s.time(r.words[i+1], t)
		if err != nil {
			return nil, err
		}
		steps = append(steps, On(m, time))
	}
	return steps, s.width(r, 2*machines, job, "a machine and a time for each of", machines)
}

// width refuses a line that has more or fewer numbers than it should have.
func (s *source) width(r row, want, job int, what string, machines int) error {
	if n := len(r.words); n != want {
		at := r.end
		if n > want {
			at = r.words[want].at
		}
		return s.fault(at, "job %d has %s; give %s %s, %d in all", job, counted(n, "number"), what, counted(machines, "machine"), want)
	}
	return nil
}

// machine reads a machine that counts from a first number, and gives it from 0.
func (s *source) machine(w word, first, machines int) (int32, error) {
	n, err := s.number(w)
	if err != nil {
		return 0, err
	}
	if last := int64(first + machines - 1); n < int64(first) || n > last {
		return 0, s.fault(w.at, "machine %d; machines count from %d to %d", n, first, last)
	}
	return int32(n - int64(first)), nil
}

// total is the sum of the longest times of all steps.
type total int64

// time reads a time and adds it.
func (s *source) time(w word, t *total) (int64, error) {
	n, err := s.number(w)
	switch {
	case err != nil:
		return 0, err
	case n < 0:
		return 0, s.fault(w.at, "time %d; times are not negative", n)
	case n > limit-int64(*t):
		return 0, s.fault(w.at, "time %d: the times up to here add up to more than 2⁵⁰; use a coarser unit", n)
	}
	*t += total(n)
	return n, nil
}

// finish refuses what is left, and what the limits of an instance do not allow.
func (s *source) finish(p *Instance) (*Instance, error) {
	if err := s.done(len(p.Jobs)); err != nil {
		return nil, err
	}
	if err := p.Validate(); err != nil {
		return nil, s.fault(len(s.text), "%s", err)
	}
	return p, nil
}

// ParseTaillard reads Taillard's text form: a line that begins with the numbers of jobs and
// machines, then a matrix of times and one of machines (from 1), a line a job in each. Lines
// of words before each matrix are skipped, and so is what Parse skips. Errors are *SyntaxError.
func ParseTaillard(text []byte) (*Instance, error) {
	s, err := open(text)
	if err != nil {
		return nil, err
	}
	z, err := s.head()
	if err != nil {
		return nil, err
	}
	times, err := s.matrix("lines of times", z)
	if err != nil {
		return nil, err
	}
	turns, err := s.matrix("lines of machines", z)
	if err != nil {
		return nil, err
	}
	p, t := &Instance{}, total(0)
	for j := range z.jobs {
		steps := make([]Step, z.machines)
		for i := range steps {
			m, err := s.machine(turns[j].words[i], 1, z.machines)
			if err != nil {
				return nil, err
			}
			time, err := s.time(times[j].words[i], &t)
			if err != nil {
				return nil, err
			}
			steps[i] = On(m, time)
		}
		p.Jobs = append(p.Jobs, steps)
	}
	return s.finish(p)
}

// matrix takes a line for every job, after any lines of words.
func (s *source) matrix(what string, z sizes) ([]row, error) {
	for len(s.rows) > 0 && !s.rows[0].numeric() {
		s.rows = s.rows[1:]
	}
	var rows []row
	for j := range z.jobs {
		r, err := s.next(what, j, z.jobs)
		if err != nil {
			return nil, err
		}
		for _, w := range r.words {
			if _, err := s.number(w); err != nil {
				return nil, err
			}
		}
		if err := s.width(r, z.machines, j, "one for each of", z.machines); err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// Read reads an instance of any form that this package knows. A file named .fjs is flexible;
// otherwise the text tells: the standard form if it is one, else Taillard's, else the flexible
// one. If it is none, the error is that of the form that most of its lines look like. Errors
// are *SyntaxError.
func Read(name string, text []byte) (*Instance, error) {
	if strings.EqualFold(path.Ext(name), ".fjs") {
		return ParseFlexible(text)
	}
	forms := [...]func([]byte) (*Instance, error){Parse, ParseTaillard, ParseFlexible}
	for _, read := range forms {
		if p, err := read(text); err == nil {
			return p, nil
		}
	}
	return forms[likely(text)](text)
}

// likely is the form that most lines of a text look like: 0 standard, 1 Taillard's, 2 flexible.
func likely(text []byte) int {
	s, err := open(text)
	if err != nil {
		return 0
	}
	z, err := s.head()
	if err != nil {
		return 0
	}
	var like [3]int
	switch n := len(z.row.words); {
	case n == 3:
		like[2]++
	case n > 3:
		like[1]++
	}
	for _, r := range s.rows {
		switch {
		case !r.numeric(): // only Taillard's form has titles in the middle
			like[1]++
		case len(r.words) == z.machines:
			like[1]++
		case len(r.words) == 2*z.machines:
			like[0]++
		}
		if _, err := s.choices(r, 0, z.machines); err == nil {
			like[2]++
		}
	}
	best := 0
	for form := range like {
		if like[form] > like[best] {
			best = form
		}
	}
	return best
}
