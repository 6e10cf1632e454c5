package schedule

import "cmp"

// pins pins first operations of some jobs one after another on machines that are empty,
// in modes without tools and operators, so that nothing contradicts.
func (g *problemMaker) pins() {
	p := g.p
	waits := make([]bool, len(p.Ops))
	for i := range p.Arcs {
		waits[p.Arcs[i].To] = true
		if p.Arcs[i].HasMax { // what follows might not keep up
			waits[p.Arcs[i].From] = true
		}
	}
	free, family := make([]int64, len(p.Machines)), make([]int32, len(p.Machines))
	for i := range free {
		free[i], family[i] = randomStart-2*oneDay, p.Machines[i].Family
	}
	for op := range p.Ops {
		if !waits[op] && p.Ops[op].NumModes > 0 && g.one(3) {
			g.pin(int32(op), free, family)
		}
	}
}

// pin pins an operation to a machine of its first mode, if it needs no pool and a changeover is allowed.
func (g *problemMaker) pin(op int32, free []int64, family []int32) {
	p, o := g.p, &g.p.Ops[op]
	m := &p.Modes[o.Modes]
	if m.Centre < 0 || m.Tool > 0 || m.Operator > 0 {
		return
	}
	c := &p.Centres[m.Centre]
	machine := c.First + g.Int32N(c.Machines)
	from := family[machine]
	if c.Kind == Infinite {
		from = 0
	}
	v := verifier{p: p}
	setup := v.changeover(from, o.Family, c, m)
	if setup.Forbidden {
		return
	}
	hours := p.Machines[machine].Hours
	work := wholeSeconds(workUntil(o, m, setup.Time, o.Quantity))
	wish := free[machine] + g.Int64N(3*oneDay)*g.Int64N(2)
	start, end, ok := hours.Add(wish, work)
	if !o.Interruptible {
		start, end, ok = hours.AddWhole(wish, work)
	}
	if !ok || work == 0 {
		return
	}
	_, setupEnd, _ := hours.Add(start, wholeSeconds(setup.Time))
	o.Release = 0
	p.Pins = append(p.Pins, Assignment{Op: op, Machine: machine, Mode: o.Modes, Pin: cmp.Or(PinKind(g.IntN(4)), Pinned),
		Start: start, SetupEnd: setupEnd, End: end, Quantity: o.Quantity})
	free[machine], family[machine] = end, o.Family
}
