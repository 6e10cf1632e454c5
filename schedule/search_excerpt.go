package schedule

// excerpt is a problem of some jobs of another. What these jobs wait for is part of it.
type excerpt struct {
	p     *Problem
	whole *Problem
	ops   []int32 // by operation of the excerpt: that of the whole
}

func newExcerpt(whole *Problem, jobs []bool) *excerpt {
	p := *whole
	x := &excerpt{p: &p, whole: whole}
	p.Jobs, p.Ops, p.Modes, p.Arcs, p.Pins = nil, nil, nil, nil, nil
	in := make([]int32, len(whole.Ops)) // from 1; 0: not in it
	for j, taken := range jobs {
		if !taken {
			continue
		}
		job := whole.Jobs[j]
		first := job.First
		job.First = int32(len(p.Ops))
		for op := first; op < first+job.Ops; op++ {
			o := whole.Ops[op]
			modes := whole.Modes[o.Modes : o.Modes+o.NumModes]
			o.Job, o.Modes = int32(len(p.Jobs)), int32(len(p.Modes))
			p.Modes = append(p.Modes, modes...)
			p.Ops = append(p.Ops, o)
			x.ops = append(x.ops, op)
			in[op] = int32(len(x.ops))
		}
		p.Jobs = append(p.Jobs, job)
	}
	for _, a := range whole.Arcs {
		if in[a.From] > 0 && in[a.To] > 0 {
			a.From, a.To = in[a.From]-1, in[a.To]-1
			p.Arcs = append(p.Arcs, a)
		}
	}
	for _, a := range whole.Pins {
		if in[a.Op] > 0 {
			a.Op = in[a.Op] - 1
			a.Mode = x.modeOf(a.Op, a.Mode, whole, x.p)
			p.Pins = append(p.Pins, a)
		}
	}
	return x
}

// modeOf is a mode of an operation of the excerpt in one of the problems as the other one has it.
func (x *excerpt) modeOf(op, mode int32, from, to *Problem) int32 {
	if mode < 0 {
		return mode
	}
	first := func(p *Problem) int32 {
		if p == x.whole {
			return p.Ops[x.ops[op]].Modes
		}
		return p.Ops[op].Modes
	}
	return mode - first(from) + first(to)
}

// inWhole is an assignment of the excerpt as one of the whole.
func (x *excerpt) inWhole(a Assignment) Assignment {
	a.Mode = x.modeOf(a.Op, a.Mode, x.p, x.whole)
	a.Op = x.ops[a.Op]
	return a
}

// brokenInWhole is a violation that construction noted in the excerpt, in the whole.
func (x *excerpt) brokenInWhole(v Violation) Violation {
	v.Op = x.ops[v.Op]
	if v.Kind == TooLate {
		v.Other = x.ops[v.Other]
	}
	return v
}

// covered are the operations of the whole, of so many, that are in the excerpt.
func (x *excerpt) covered(n int) []bool {
	out := make([]bool, n)
	for _, op := range x.ops {
		out[op] = true
	}
	return out
}
