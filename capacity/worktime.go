package capacity

import (
	"math"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/fixed"
)

// MaxTime is the longest working time, about 292 years: sums and products that would
// be longer count as this.
const MaxTime time.Duration = math.MaxInt64

// nanos are the nanoseconds of 10⁻⁹ minutes, the unit of a bom.Number of minutes.
const nanos = 60

// Minutes is a number of minutes as a duration. It is exact.
func Minutes(n bom.Number) time.Duration { return times(nanos, int64(n)) }

// times is d·n for d, n ≥ 0, or MaxTime.
func times(d time.Duration, n int64) time.Duration {
	v, ok := fixed.MulDivCeil(int64(d), n, 1)
	if !ok {
		return MaxTime
	}
	return time.Duration(v)
}

// plus is a+b for a, b ≥ 0, or MaxTime.
func plus(a, b time.Duration) time.Duration {
	if s := a + b; s >= a {
		return s
	}
	return MaxTime
}

// share is d·part÷whole rounded down, for 0 ≤ part ≤ whole > 0.
func share(d time.Duration, part, whole int64) time.Duration {
	v, _ := fixed.MulDivFloor(int64(d), part, whole)
	return time.Duration(v)
}

// OperationTime is the machine time that a start quantity takes on the work centre of a
// step: its setup, and fixed + run · quantity ÷ efficiency, an oven's run time once a started
// load. The quotient is rounded up to a nanosecond, the rest is exact. Nothing for a subcontracted step.
func (s *Shop) OperationTime(step *Step, start bom.Quantity) (setup, run time.Duration) {
	if step.Centre < 0 {
		return 0, 0
	}
	efficiency := int64(orOne(s.Centres[step.Centre].Efficiency))
	n, factor := int64(start), int64(nanos)*int64(bom.One)/int64(bom.Unit)
	if batch := int64(step.BatchQuantity); batch > 0 {
		n, factor = (n-1)/batch+1, nanos*int64(bom.One)
		if start <= 0 {
			n = 0
		}
	}
	v, ok := fixed.MulMulDivCeil(int64(step.RunMin), max(n, 0), factor, efficiency)
	if run = time.Duration(v); !ok {
		run = MaxTime
	}
	return Minutes(step.SetupMin), plus(Minutes(step.FixedMin), run)
}

// LeadShare weighs a step within the lead time of its routing, in working days as
// nanoseconds of 24 hours: what LeadTime sums, rounded down here.
func (s *Shop) LeadShare(step *Step, start bom.Quantity) time.Duration {
	const day = 24 * time.Hour
	if step.Centre < 0 {
		return times(day, int64(step.LeadDays))
	}
	setup, run := s.OperationTime(step, start)
	sum := plus(setup, run)
	for _, n := range [...]bom.Number{step.QueueMin, step.MoveMin, step.MinWaitMin} {
		sum = plus(sum, Minutes(n))
	}
	minutes, days := s.CentreCalendar(step.Centre).WeekdayMinutes()
	v, ok := fixed.MulDivFloor(int64(sum), int64(days)*int64(day/time.Minute), int64(minutes))
	if !ok {
		return MaxTime
	}
	return time.Duration(v)
}
