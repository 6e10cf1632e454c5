package jobshop

import (
	"fmt"
	"strconv"
)

// Text writes the instance in the standard form that Parse reads: a line for every job with machine
// (from 0) and time of every step. Release and due dates and weights have no place in
// it. The form is for jobs with a step for every machine; of others the error is an
// *InvalidError, and they can be written with FlexibleText.
func (p *Instance) Text() ([]byte, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	width := max(len(p.Jobs[0]), p.Machines())
	out := fmt.Appendln(nil, len(p.Jobs), width)
	for j, steps := range p.Jobs {
		if len(steps) != width {
			return nil, &InvalidError{j, -1, fmt.Sprintf("%s; the standard form has one for each of %s; write it as a flexible shop", counted(len(steps), "step"), counted(width, "machine"))}
		}
		for i, step := range steps {
			if len(step) != 1 {
				return nil, &InvalidError{j, i, fmt.Sprintf("%d machines can do it; write it as a flexible shop", len(step))}
			}
			out = appendPair(out, i > 0, int64(step[0].Machine), step[0].Time)
		}
		out = append(out, '\n')
	}
	return out, nil
}

// FlexibleText writes the instance in the form of .fjs files that ParseFlexible reads, with
// machines from 1. Release and due dates and weights have no place in it.
func (p *Instance) FlexibleText() ([]byte, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	out := fmt.Appendln(nil, len(p.Jobs), p.Machines())
	for _, steps := range p.Jobs {
		out = strconv.AppendInt(out, int64(len(steps)), 10)
		for _, step := range steps {
			out = strconv.AppendInt(append(out, ' ', ' '), int64(len(step)), 10)
			for _, m := range step {
				out = appendPair(out, true, int64(m.Machine)+1, m.Time)
			}
		}
		out = append(out, '\n')
	}
	return out, nil
}

func appendPair(out []byte, space bool, a, b int64) []byte {
	if space {
		out = append(out, ' ')
	}
	return strconv.AppendInt(append(strconv.AppendInt(out, a, 10), ' '), b, 10)
}
