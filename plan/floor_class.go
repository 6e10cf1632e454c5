package plan

import "github.com/taktplan/takt/schedule"

// classCentres are the classes that work centres are kept for, by centre of the problem; nil if none is.
func (j *joint) classCentres() []string {
	var out []string
	for i, c := range j.centreOf {
		if class := j.m.Shop.Centres[i].DedicatedClass; c >= 0 && class != "" {
			if out == nil {
				out = make([]string, len(j.problem.Centres))
			}
			out[c] = class
		}
	}
	return out
}

// classesServed finds the classes of the demands that jobs are made for.
type classesServed struct {
	*floorChange
	of map[int32]map[string]bool // by job
}

// classes are the classes of the demands that wait for a job. Lines of an order that ship together stay apart.
func (s *classesServed) classes(job int32) map[string]bool {
	if known, ok := s.of[job]; ok {
		return known
	}
	out := map[string]bool{}
	s.of[job] = out // pegs in a circle end here
	if s.owner[job].class == ownsDemand {
		if row := s.m.Book.DemandAt(s.owner[job].number); row != nil && row.Class != "" {
			out[row.Class] = true
		}
		return out
	}
	row := &s.problem.Jobs[job]
	for op := row.First; op < row.First+row.Ops; op++ {
		for _, next := range s.board.After(op) {
			if to := s.problem.Ops[next].Job; to != job {
				for class := range s.classes(to) {
					out[class] = true
				}
			}
		}
	}
	return out
}

// dedicate takes new operations off the work centres of a class that they are not made for, as a fresh plan does.
func (c *floorChange) dedicate() {
	class := c.classCentres()
	if class == nil {
		return
	}
	c.board.Extend()
	s := &classesServed{floorChange: c, of: map[int32]map[string]bool{}}
	for op := int32(c.ops); int(op) < len(c.problem.Ops); op++ {
		c.board.KeepModes(op, func(m *schedule.Mode) bool { return m.Centre < 0 || s.may(c.problem.Ops[op].Job, class[m.Centre]) })
	}
}

// may reports whether a job may use a work centre that is kept for a class; none is for all.
func (s *classesServed) may(job int32, class string) bool {
	return class == "" || s.classes(job)[class]
}

// misplaced reports whether an operation stands on a work centre of a class that it is not made for any more, though it
// could run elsewhere.
func (c *floorChange) misplaced() bool {
	class := c.classCentres()
	if class == nil {
		return false
	}
	s := &classesServed{floorChange: c, of: map[int32]map[string]bool{}}
	for centre, name := range class {
		if name == "" {
			continue
		}
		for op := range c.board.On(int32(centre)) {
			if s.may(c.problem.Ops[op].Job, name) || c.board.Pin(op) != schedule.Free {
				continue
			}
			o := &c.problem.Ops[op]
			for m := o.Modes; m < o.Modes+o.NumModes; m++ {
				if other := c.problem.Modes[m].Centre; other < 0 || s.may(o.Job, class[other]) {
					return true
				}
			}
		}
	}
	return false
}
