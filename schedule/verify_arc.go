package schedule

import (
	"time"

	"github.com/taktplan/takt/bom"
)

// maxTransfers is how many batches of a transfer are looked at; of more, several count as one.
const maxTransfers = 200

// checkArc checks the waits between two operations.
func (v *verifier) checkArc(arc *Arc) {
	from, to := arc.From, arc.To
	if !v.placed[from] || !v.placed[to] {
		return
	}
	at := v.end[from] + wholeSeconds(arc.Min)
	short := at - v.start[to]
	if f, t, ok := v.transfers(arc); ok {
		short, at = v.checkTransfer(arc, f, t)
	}
	given := v.given(from) && v.given(to)
	if short > 0 {
		kind := TooSoon
		if arc.Material {
			kind = TooEarly
		}
		v.report(kind, to, from, short, at, given)
	}
	if limit := v.end[from] + wholeSeconds(max(arc.Max, arc.Min)); arc.HasMax && v.start[to] > limit {
		v.report(TooLate, to, from, v.start[to]-limit, limit, given)
	}
}

// transfers are the two parts of an arc that hands over in batches, each the only one of
// its operation, on a machine and not in loads; ok is false if it hands over all at once.
func (v *verifier) transfers(arc *Arc) (from, to int32, ok bool) {
	if arc.Transfer <= 0 {
		return 0, 0, false
	}
	from, ok1 := v.flows(arc.From)
	to, ok2 := v.flows(arc.To)
	return from, to, ok1 && ok2
}

// flows is the only part of an operation that works unit by unit on a machine.
func (v *verifier) flows(op int32) (part int32, ok bool) {
	part = v.first[op]
	o := &v.p.Ops[op]
	if v.first[op+1]-part != 1 || o.Load > 0 || o.SplitMax > 1 {
		return 0, false
	}
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		if v.p.Modes[m].Centre < 0 {
			return 0, false
		}
	}
	a := &v.parts[part]
	m := v.mode(a)
	return part, m != nil && m.Centre >= 0 && v.belongs(m, a.Machine)
}

// checkTransfer compares when From has done each batch with when To begins it: no part
// lasts longer than its end says. short is by how many seconds the worst batch comes too
// late, at when it might begin.
func (v *verifier) checkTransfer(arc *Arc, f, t int32) (short, at int64) {
	from, to := &v.parts[f], &v.parts[t]
	fromOp, toOp := &v.p.Ops[from.Op], &v.p.Ops[to.Op]
	fromMode, toMode := v.mode(from), v.mode(to)
	fromClock, toClock := v.clock(from, fromMode), v.clock(to, toMode)
	step := transferStep(from.Quantity, arc.Transfer)
	wait := wholeSeconds(arc.Min)
	short = -1 << 62
	for begun := bom.Quantity(0); begun == 0 || begun < min(from.Quantity, to.Quantity); begun += step {
		done := from.Quantity
		if step < from.Quantity-begun {
			done = begun + step
		}
		n := wholeSeconds(workUntil(fromOp, fromMode, v.setup[f].Time, done))
		finished := min(fromClock.reach(from.Start, n), from.End)
		n = int64(workUntil(toOp, toMode, v.setup[t].Time, begun) / time.Second)
		begins := min(toClock.resume(to.Start, n), to.End)
		if late := finished + wait - begins; late > short {
			short, at = late, finished+wait
		}
		if done >= from.Quantity {
			break
		}
	}
	return short, at
}

// transferStep is the batch to look at for a quantity: the arc's, or enough of them.
func transferStep(q, batch bom.Quantity) bom.Quantity {
	if q <= batch {
		return batch
	}
	n := (q-1)/batch + 1
	if n <= maxTransfers {
		return batch
	}
	if step := (n-1)/maxTransfers + 1; step <= q/batch {
		return step * batch
	}
	return q
}
