package plan

import (
	"iter"
	"time"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/fixed"
)

// operations yields the rows of each operation of a routing: its first choice, then its alternates.
func operations(steps []capacity.Step) iter.Seq[[]capacity.Step] {
	return func(yield func([]capacity.Step) bool) {
		for len(steps) > 0 {
			n := 1
			for n < len(steps) && steps[n].Op == steps[0].Op {
				n++
			}
			if !yield(steps[:n:n]) {
				return
			}
			steps = steps[n:]
		}
	}
}

// addTime is a+b for a, b ≥ 0, or capacity.MaxTime.
func addTime(a, b time.Duration) time.Duration {
	if v, ok := fixed.Add(int64(a), int64(b)); ok {
		return time.Duration(v)
	}
	return capacity.MaxTime
}

// mulTime is a·n for a, n ≥ 0, or capacity.MaxTime.
func mulTime(a, n time.Duration) time.Duration {
	if v, ok := fixed.MulDivFloor(int64(a), int64(n), 1); ok {
		return time.Duration(v)
	}
	return capacity.MaxTime
}

// portion is v·part÷whole rounded down, for v ≥ 0 and 0 ≤ part ≤ whole > 0.
func portion(v, part, whole int64) int64 {
	q, _ := fixed.MulDivFloor(v, part, whole)
	return q
}
