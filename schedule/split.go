package schedule

import (
	"cmp"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// placeSplit places an operation in parallel parts: as few as end in time, else as many
// as end first. Beyond eight parts not every number is tried, but each half as many more.
func (s *state) placeSplit(op int32, ready int64) {
	o := &s.p.Ops[op]
	var best []choice
	var end int64
	most := min(o.SplitMax, s.machinesFor(o))
	for n := int32(1); n <= most; n = moreParts(n, most) {
		parts, ok := s.splitInto(op, n, ready)
		if !ok {
			break
		}
		last := int64(-capacity.Never)
		for i := range parts {
			last = max(last, parts[i].End)
		}
		if best == nil || last < end {
			best, end = parts, last
		}
		if s.latest != nil && last <= s.latest[op] {
			break
		}
	}
	if best == nil {
		if c := s.relax(op, ready); c.ok {
			best = []choice{c}
		} else {
			s.drop(op)
			return
		}
	}
	s.put(op, best)
}

// moreParts is the next number of parts to try.
func moreParts(n, most int32) int32 {
	const each = 8
	switch {
	case n < each:
		return n + 1
	case n < most:
		return min(n+n/2, most)
	}
	return n + 1
}

// machinesFor is how many machines could do an operation, at least one.
func (s *state) machinesFor(o *Op) int32 {
	n := int32(0)
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		if c := s.p.Modes[m].Centre; c >= 0 {
			n += s.p.Centres[c].Machines
		}
	}
	return max(n, 1)
}

// splitInto finds places for n parts of an operation on different machines.
func (s *state) splitInto(op, n int32, ready int64) ([]choice, bool) {
	o := &s.p.Ops[op]
	step := max(o.Step, 1)
	units := o.Quantity / step
	if units < bom.Quantity(n) && n > 1 {
		return nil, false
	}
	quantities := make([]bom.Quantity, n)
	for k := range bom.Quantity(n) {
		quantities[k] = (units*(k+1)/bom.Quantity(n) - units*k/bom.Quantity(n)) * step
	}
	quantities[0] += o.Quantity - units*step
	if n > 1 && !s.usesPools(o) {
		return s.splitOver(op, quantities, ready)
	}
	return s.splitInTurn(op, quantities, ready)
}

func (s *state) usesPools(o *Op) bool {
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		if s.p.Modes[m].Tool > 0 || s.p.Modes[m].Operator > 0 {
			return true
		}
	}
	return false
}

// splitInTurn places parts one after another, as they share tools or operators.
func (s *state) splitInTurn(op int32, quantities []bom.Quantity, ready int64) ([]choice, bool) {
	o := &s.p.Ops[op]
	var parts []choice
	defer func() { // what the parts need of tools and operators was taken only to place the others
		for i := range parts {
			s.usePools(o, &s.p.Modes[parts[i].Mode], parts[i].Start, parts[i].End, -1)
		}
	}()
	for _, q := range quantities {
		c := s.findPart(op, q, ready, parts)
		if !c.ok || c.Machine < 0 && len(quantities) > 1 {
			return nil, false
		}
		s.usePools(o, &s.p.Modes[c.Mode], c.Start, c.End, 1)
		parts = append(parts, c)
	}
	return parts, true
}

// splitOver places parts on the machines on which the largest of them would end first: each machine
// is looked at once.
func (s *state) splitOver(op int32, quantities []bom.Quantity, ready int64) ([]choice, bool) {
	o := &s.p.Ops[op]
	largest := slices.Max(quantities)
	var all []choice
	seen := map[int32]bool{}
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		mode := &s.p.Modes[m]
		if mode.Centre < 0 {
			continue
		}
		centre := &s.p.Centres[mode.Centre]
		work := workOf(mode, o, largest)
		for k := centre.First; k < centre.First+centre.Machines; k++ {
			if c := s.findMachine(op, m, k, largest, work, ready); c.ok && !seen[k] {
				seen[k] = true
				all = append(all, c)
			}
		}
	}
	if len(all) < len(quantities) {
		return nil, false
	}
	slices.SortStableFunc(all, func(a, b choice) int { return cmp.Or(cmp.Compare(a.End, b.End), cmp.Compare(a.setup, b.setup)) })
	parts := all[:len(quantities)]
	for i, q := range quantities {
		if q == largest {
			continue
		}
		c := s.findMachine(op, parts[i].Mode, parts[i].Machine, q, workOf(&s.p.Modes[parts[i].Mode], o, q), ready)
		if !c.ok {
			return nil, false
		}
		parts[i] = c
	}
	return parts, true
}
