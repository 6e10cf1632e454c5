package schedule

import (
	"math/bits"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// mostBatches bounds the transfer batches that are looked at one by one; more are
// taken together, which is stricter and so on the safe side.
const mostBatches = 200

// transferBatch is the batch of an arc, so large that there are few enough.
func transferBatch(a *Arc, q bom.Quantity) bom.Quantity {
	if a.Transfer >= q {
		return q
	}
	n := (q-1)/a.Transfer + 1
	if step := (n-1)/mostBatches + 1; step <= q/a.Transfer {
		return a.Transfer * step
	}
	return q
}

// runsDry is by how much an operation begins a transfer batch before the one before it
// has finished that batch; 0 if it never does.
func (s *state) runsDry(a *Arc, c *choice) int64 {
	from := &s.at[a.From]
	if from.Start >= capacity.Never {
		return 0
	}
	q := s.p.Ops[a.From].Quantity
	batch := transferBatch(a, q)
	lag := ceilSeconds(int64(a.Min))
	if c.Start >= s.end[a.From]+lag {
		return 0
	}
	late := int64(0)
	for done := bom.Quantity(0); done < q; {
		next := q
		if batch < q-done {
			next = done + batch
		}
		finished, ok := s.progress(from, s.setups[a.From], next, true)
		if !ok {
			return 0
		}
		begins, ok := s.progress(&c.Assignment, c.setup, done, false)
		if !ok {
			return 0
		}
		late, done = max(late, finished+lag-begins), next
	}
	return late
}

// firstBatch is when the first transfer batch of an operation is finished.
func (s *state) firstBatch(a *Arc) int64 {
	q := s.p.Ops[a.From].Quantity
	finished, ok := s.progress(&s.at[a.From], s.setups[a.From], transferBatch(a, q), true)
	if !ok {
		return s.end[a.From]
	}
	return finished
}

// progress is when a part has done a quantity: its setup, fixed and run time, counted in
// its hours; up rounds to the next second, else to the one before. ok is false if it cannot be told.
func (s *state) progress(a *Assignment, setup int64, q bom.Quantity, up bool) (int64, bool) {
	if a.Mode < 0 || a.Machine < 0 || s.p.Machines[a.Machine].Centre != s.p.Modes[a.Mode].Centre {
		return 0, false // pinned to where its mode does not run
	}
	m := &s.p.Modes[a.Mode]
	n := add(add(setup, int64(m.Fixed)), runOf(m, q, up))
	seconds := n / second
	if up {
		seconds = ceilSeconds(n)
	}
	_, at, ok := s.hoursOf(m, a.Machine).Add(a.Start, seconds)
	return at, ok
}

// runOf is the exact run time of a quantity in nanoseconds, rounded up or down to one.
func runOf(m *Mode, q bom.Quantity, up bool) int64 {
	if up {
		return workOf(m, &Op{}, q) - min(int64(m.Fixed), longestWork)
	}
	efficiency := uint64(bom.One)
	if m.Efficiency > 0 {
		efficiency = uint64(m.Efficiency)
	}
	hi, lo := bits.Mul64(uint64(m.Run), uint64(q))
	hi, lo = scaleUp(hi, lo, uint64(bom.One)/uint64(bom.Unit))
	if hi >= efficiency {
		return longestWork
	}
	n, _ := bits.Div64(hi, lo, efficiency)
	return int64(min(n, uint64(longestWork)))
}
