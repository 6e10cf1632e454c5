package schedule

import (
	"cmp"
	"slices"

	"github.com/taktplan/takt/bom"
)

// checkMachines finds what each part follows on its machine, and parts that meet there.
func (v *verifier) checkMachines() {
	order := make([]int32, 0, len(v.parts))
	for i := range v.parts {
		if v.occupies(&v.parts[i], v.usable[i]) {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(x, y int32) int {
		a, b := &v.parts[x], &v.parts[y]
		return cmp.Or(cmp.Compare(a.Machine, b.Machine), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(x, y))
	})
	for len(order) > 0 {
		machine, n := v.parts[order[0]].Machine, 1
		for n < len(order) && v.parts[order[n]].Machine == machine {
			n++
		}
		v.checkMachine(machine, order[:n])
		order = order[n:]
	}
}

// occupies reports whether a part stands on a machine.
func (v *verifier) occupies(a *Assignment, usable bool) bool {
	if !usable || a.Machine < 0 || int(a.Machine) >= len(v.p.Machines) || v.p.Ops[a.Op].NumModes == 0 {
		return false
	}
	m := v.mode(a)
	return m == nil || m.Centre >= 0
}

// ovenLoad is what a machine does at once: one part, or those that share an oven.
type ovenLoad struct {
	members    []int32
	start, end int64
	free       int32 // a member's operation that is not pinned; -1: all are
}

// op is the operation that stands for a load.
func (l *ovenLoad) op(v *verifier) int32 {
	if l.free >= 0 {
		return l.free
	}
	return v.parts[l.members[0]].Op
}

// checkMachine walks over the parts of one machine, by start.
func (v *verifier) checkMachine(machine int32, order []int32) {
	c := &v.p.Centres[v.p.Machines[machine].Centre]
	family, before := v.p.Machines[machine].Family, int32(-1)
	if c.Kind == Infinite {
		family = 0
	}
	var meet meetings
	for n := 0; len(order) > 0; order = order[n:] {
		l := v.nextLoad(c, order)
		n = len(l.members)
		for _, i := range l.members {
			v.family[i], v.before[i] = family, before
			if m := v.mode(&v.parts[i]); m != nil {
				v.setup[i] = v.changeover(family, v.p.Ops[v.parts[i].Op].Family, c, m)
			}
		}
		if l.start == l.end || c.Kind == Infinite {
			continue
		}
		before = l.members[0]
		family = v.p.Ops[v.parts[before].Op].Family
		meet.add(v, &l)
		if n > 1 {
			v.checkLoad(c, &l)
		}
	}
}

// nextLoad is the load at the beginning of a machine's parts.
func (v *verifier) nextLoad(c *Centre, order []int32) ovenLoad {
	a, n := &v.parts[order[0]], 1
	for c.Kind == Batch && a.Start < a.End && n < len(order) && v.parts[order[n]].Start == a.Start && v.parts[order[n]].End == a.End {
		n++
	}
	l := ovenLoad{members: order[:n], start: a.Start, end: a.End, free: -1}
	for _, i := range l.members {
		if op := v.parts[i].Op; l.free < 0 && !v.given(op) {
			l.free = op
		}
	}
	return l
}

// meetings remembers which loads of a machine end last: of all, and of those that are not
// pinned altogether, lest one pinned load hide that another meets a free one.
type meetings struct{ last, lastFree ovenLoad }

func (x *meetings) add(v *verifier, l *ovenLoad) {
	switch {
	case l.start < x.lastFree.end && x.lastFree.members != nil:
		v.report(Overlap, l.op(v), x.lastFree.op(v), x.lastFree.end-l.start, l.start, false)
	case l.start < x.last.end && x.last.members != nil:
		v.report(Overlap, l.op(v), x.last.op(v), x.last.end-l.start, l.start, l.free < 0)
	}
	if x.last.members == nil || l.end > x.last.end {
		x.last = *l
	}
	if l.free >= 0 && (x.lastFree.members == nil || l.end > x.lastFree.end) {
		x.lastFree = *l
	}
}

// checkLoad checks family and quantity of an oven load of several parts.
func (v *verifier) checkLoad(c *Centre, l *ovenLoad) {
	first := v.parts[l.members[0]].Op
	limit := v.capacityOf(c, l.members)
	total, fits := int64(0), true
	for n, i := range l.members {
		a := &v.parts[i]
		var ok bool
		if total, ok = addQuantity(total, int64(max(a.Quantity, 0))); !ok {
			fits = false
		}
		if n == 0 {
			continue
		}
		given := v.given(a.Op) && v.given(first)
		if f := v.p.Ops[a.Op].Family; f == 0 || f != v.p.Ops[first].Family {
			v.report(BatchWrong, a.Op, first, 0, a.Start, given)
		}
		if limit == 0 {
			v.report(Overlap, a.Op, first, a.End-a.Start, a.Start, given)
		}
	}
	if limit > 0 && (!fits || bom.Quantity(total) > limit) {
		v.report(BatchWrong, l.op(v), -1, total-int64(limit), l.start, l.free < 0)
	}
}
