package schedule

import (
	"cmp"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/fixed"
)

// Verify checks a schedule against its problem from first principles: machines, hours,
// working times, changeovers, oven loads, releases, waits, transfer batches, pools and pins. It
// shares nothing with Build but the problem's types, and it trusts no assignment: parts may be
// missing, twice, upside down or point anywhere. The problem must pass Problem.Check.
//
// Violations come by operation, kind, other and time. By is seconds for matters of time, units for
// pools and 10⁻⁶ units for quantities and ovens; At is in seconds since 1970. An assignment of
// an operation that does not exist is a QuantityOff of Op -1. A part that cannot be read (no
// time, or an end before its start) is named and then left out of what concerns others.
//
// It takes O(n log n) in parts, arcs and stretches of working time within the schedule.
func Verify(p *Problem, s *Schedule) []Violation {
	v := newVerifier(p, s)
	v.checkPins()
	v.checkMachines()
	for op := range p.Ops {
		v.checkOp(int32(op))
	}
	for i := range p.Arcs {
		v.checkArc(&p.Arcs[i])
	}
	v.checkPools()
	slices.SortFunc(v.out, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.Op, b.Op), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Other, b.Other),
			cmp.Compare(a.At, b.At), cmp.Compare(a.By, b.By))
	})
	return v.out
}

// pinMatch says how far the parts of an operation are as its pins have them.
type pinMatch uint8

const (
	notPinned pinMatch = iota // or moved away from the pins
	pinTimes                  // machine, start and end are those of the pins
	pinExact                  // mode and quantity as well
)

// verifier holds one run of Verify. Slices are by part, unless they say by operation.
type verifier struct {
	p      *Problem
	parts  []Assignment // by operation
	first  []int32      // by operation: of its parts
	usable []bool       // has times that can be compared
	family []int32      // that its machine is set up for when it begins
	before []int32      // the part that left that family; -1: none
	setup  []Setup      // that it needs
	clocks clocks

	pinned     []pinMatch // by operation
	placed     []bool     // by operation: all its parts are usable
	start, end []int64    // by operation, if placed
	out        []Violation
}

func newVerifier(p *Problem, s *Schedule) *verifier {
	v := &verifier{p: p, pinned: make([]pinMatch, len(p.Ops)), placed: make([]bool, len(p.Ops)),
		start: make([]int64, len(p.Ops)), end: make([]int64, len(p.Ops))}
	if s != nil {
		v.sortParts(s.Ops)
	} else {
		v.sortParts(nil)
	}
	n := len(v.parts)
	v.usable, v.family, v.before, v.setup = make([]bool, n), make([]int32, n), make([]int32, n), make([]Setup, n)
	horizon := capacity.Span{From: capacity.Never, To: -capacity.Never}
	for op := range p.Ops {
		lo, hi := v.first[op], v.first[op+1]
		v.placed[op], v.start[op], v.end[op] = lo < hi, capacity.Never, -capacity.Never
		for i := lo; i < hi; i++ {
			a := &v.parts[i]
			v.before[i] = -1
			if v.usable[i] = hasTimes(a) && a.Start <= a.End; !v.usable[i] {
				v.placed[op] = false
				continue
			}
			v.start[op], v.end[op] = min(v.start[op], a.Start), max(v.end[op], a.End)
		}
		if v.placed[op] {
			horizon = capacity.Span{From: min(horizon.From, v.start[op]), To: max(horizon.To, v.end[op])}
		}
	}
	for i := range v.parts { // usable parts of operations that have others which are not
		if a := &v.parts[i]; v.usable[i] {
			horizon = capacity.Span{From: min(horizon.From, a.Start), To: max(horizon.To, a.End)}
		}
	}
	v.clocks = clocks{horizon: horizon, known: make(map[[3]*capacity.Hours]*clock)}
	return v
}

// hasTimes reports whether both instants are some that a calendar reaches.
func hasTimes(a *Assignment) bool {
	return min(a.Start, a.End) > -capacity.Never && max(a.Start, a.End) < capacity.Never
}

// sortParts puts parts by operation and reports those of none.
func (v *verifier) sortParts(parts []Assignment) {
	ops := len(v.p.Ops)
	v.first = make([]int32, ops+1)
	for i := range parts {
		a := &parts[i]
		if a.Op < 0 || int(a.Op) >= ops {
			v.out = append(v.out, Violation{Kind: QuantityOff, Op: -1, Other: -1, By: int64(a.Quantity), At: a.Start})
			continue
		}
		v.first[a.Op+1]++
	}
	for i := range ops {
		v.first[i+1] += v.first[i]
	}
	v.parts = make([]Assignment, v.first[ops])
	next := slices.Clone(v.first)
	for i := range parts {
		if op := parts[i].Op; op >= 0 && int(op) < ops {
			v.parts[next[op]] = parts[i]
			next[op]++
		}
	}
}

// report adds a violation; it is Given if all operations it involves are as pinned.
func (v *verifier) report(kind ViolationKind, op, other int32, by, at int64, given bool) {
	v.out = append(v.out, Violation{Kind: kind, Op: op, Other: other, By: by, At: at, Given: given})
}

// given reports whether an operation stands where its pins have it.
func (v *verifier) given(op int32) bool { return v.pinned[op] != notPinned }

// mode is the mode of a part, nil if it is none of its operation's.
func (v *verifier) mode(a *Assignment) *Mode {
	if op := &v.p.Ops[a.Op]; a.Mode < op.Modes || a.Mode >= op.Modes+op.NumModes || int(a.Mode) >= len(v.p.Modes) || a.Mode < 0 {
		return nil
	}
	return &v.p.Modes[a.Mode]
}

// checkPins compares the parts of pinned operations with the pins.
func (v *verifier) checkPins() {
	pins := slices.Clone(v.p.Pins)
	slices.SortStableFunc(pins, comparePins)
	for len(pins) > 0 {
		op := pins[0].Op
		n := 1
		for n < len(pins) && pins[n].Op == op {
			n++
		}
		if op >= 0 && int(op) < len(v.p.Ops) {
			v.checkPin(op, pins[:n])
		}
		pins = pins[n:]
	}
}

func comparePins(a, b Assignment) int {
	return cmp.Or(cmp.Compare(a.Op, b.Op), cmp.Compare(a.Machine, b.Machine), cmp.Compare(a.Start, b.Start),
		cmp.Compare(a.End, b.End), cmp.Compare(a.Mode, b.Mode), cmp.Compare(a.Quantity, b.Quantity))
}

func (v *verifier) checkPin(op int32, pins []Assignment) {
	parts := slices.Clone(v.parts[v.first[op]:v.first[op+1]])
	if len(parts) == 0 {
		return // Unplaced says it
	}
	slices.SortFunc(parts, comparePins)
	match := pinExact
	for i := range parts {
		if len(parts) != len(pins) || parts[i].Machine != pins[i].Machine || parts[i].Start != pins[i].Start || parts[i].End != pins[i].End {
			by := int64(0)
			if hasTimes(&parts[i]) && i < len(pins) && hasTimes(&pins[i]) {
				by = parts[i].Start - pins[i].Start
			}
			v.report(Moved, op, -1, by, pins[min(i, len(pins)-1)].Start, false)
			return
		}
		if parts[i].Mode != pins[i].Mode || parts[i].Quantity != pins[i].Quantity {
			match = pinTimes
		}
	}
	v.pinned[op] = match
}

// checkOp checks what concerns one operation alone.
func (v *verifier) checkOp(op int32) {
	lo, hi := v.first[op], v.first[op+1]
	if lo == hi {
		v.report(Unplaced, op, -1, 0, 0, false)
		return
	}
	v.checkQuantity(op)
	for i := lo; i < hi; i++ {
		switch a := &v.parts[i]; {
		case !hasTimes(a):
			v.report(Unplaced, op, -1, 0, 0, v.given(op))
		case a.End < a.Start:
			v.report(WrongTime, op, -1, a.End-a.Start, a.Start, v.given(op))
		default:
			v.checkRelease(a)
			v.checkPart(i)
		}
	}
}

// checkQuantity checks that the parts add up, are not too many and stand on different machines.
func (v *verifier) checkQuantity(op int32) {
	o, parts := &v.p.Ops[op], v.parts[v.first[op]:v.first[op+1]]
	given := v.pinned[op] == pinExact
	sum, fits, bad, odd := int64(0), true, false, 0
	for i := range parts {
		q := parts[i].Quantity
		bad = bad || q < 0 || q == 0 && o.Quantity != 0
		if o.Step > 0 && q%o.Step != 0 {
			odd++
		}
		var ok bool
		if sum, ok = addQuantity(sum, int64(q)); !ok {
			fits = false
		}
	}
	if !fits || bad || len(parts) > 1 && odd > 1 || // one part may have what is left of the quantity
		sum != int64(o.Quantity) {
		v.report(QuantityOff, op, -1, sum-int64(o.Quantity), 0, given)
	}
	if limit := max(1, int(o.SplitMax)); len(parts) > limit {
		v.report(QuantityOff, op, -1, int64(len(parts)-limit), 0, given)
		return // one that is there twice, as a rule; and so many need not be compared
	}
	machines := make([]int32, 0, 8)
	for i := range parts {
		machines = append(machines, parts[i].Machine)
	}
	slices.Sort(machines)
	if distinct := len(slices.Compact(machines)); distinct < len(parts) {
		v.report(QuantityOff, op, -1, int64(len(parts)-distinct), 0, given)
	}
}

// addQuantity is a+b for b of any sign; ok is false on overflow.
func addQuantity(a, b int64) (int64, bool) {
	if b == 0 {
		return a, true
	}
	return fixed.Add(a, b)
}

// checkRelease checks that a part does not begin before its release or the start.
func (v *verifier) checkRelease(a *Assignment) {
	limit, op := int64(-capacity.Never), &v.p.Ops[a.Op]
	if op.Release != 0 {
		limit = op.Release
	}
	if !v.given(a.Op) {
		limit = max(limit, v.p.Start)
	}
	if a.Start < limit {
		v.report(TooEarly, a.Op, -1, limit-a.Start, limit, v.given(a.Op))
	}
}

// capacityOf is how much of the members of an oven load fits together; 0: they may not share.
func (v *verifier) capacityOf(c *Centre, members []int32) bom.Quantity {
	if c.Capacity > 0 {
		return c.Capacity
	}
	least := bom.Quantity(0)
	for _, i := range members {
		load := v.p.Ops[v.parts[i].Op].Load
		if load <= 0 {
			return 0
		}
		if least == 0 || load < least {
			least = load
		}
	}
	return least
}
