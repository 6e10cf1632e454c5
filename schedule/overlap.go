package schedule

import (
	"math/big"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// mostBatches bounds the transfer batches that are looked at one by one; more are
// taken together, which is stricter and so on the safe side.
const mostBatches = 200

// transferBatch is the batch of an arc, so large that there are few enough.
func transferBatch(a *Arc, q bom.Quantity) bom.Quantity {
	n := (q + a.Transfer - 1) / a.Transfer
	return a.Transfer * ((n + mostBatches - 1) / mostBatches)
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
	late := int64(0)
	for done := bom.Quantity(0); done < q; done += batch {
		finished, ok := s.progress(from, s.setups[a.From], min(done+batch, q), true)
		if !ok {
			return 0
		}
		begins, ok := s.progress(&c.Assignment, c.setup, done, false)
		if !ok {
			return 0
		}
		late = max(late, finished+lag-begins)
	}
	return late
}

// firstBatch is when the first transfer batch of an operation is finished.
func (s *state) firstBatch(a *Arc) int64 {
	q := s.p.Ops[a.From].Quantity
	finished, ok := s.progress(&s.at[a.From], s.setups[a.From], min(transferBatch(a, q), q), true)
	if !ok {
		return s.end[a.From]
	}
	return finished
}

// progress is when a part has done a quantity: its setup, fixed and run time, counted in
// its hours; up rounds to the next second, else to the one before.
func (s *state) progress(a *Assignment, setup int64, q bom.Quantity, up bool) (int64, bool) {
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
	efficiency := int64(bom.One)
	if m.Efficiency > 0 {
		efficiency = int64(m.Efficiency)
	}
	n := new(big.Int).Mul(big.NewInt(int64(m.Run)), big.NewInt(int64(q)))
	n.Mul(n, big.NewInt(int64(bom.One)))
	n.Quo(n, new(big.Int).Mul(big.NewInt(int64(bom.Unit)), big.NewInt(efficiency)))
	if !n.IsInt64() {
		return longestWork
	}
	return n.Int64()
}
