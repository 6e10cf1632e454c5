package capacity

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/taktplan/takt/bom"
)

// LeadTime is what a routing takes, in working days rounded up, as a function
// of the start quantity: the sum over its operations of (setup + fixed + run ·
// quantity ÷ efficiency + queue + move + minimum wait) ÷ the mean working
// minutes of the working weekdays of the first choice's calendar, plus the lead
// days of subcontracted steps. It is exact.
type LeadTime struct {
	// The plain form: every operation has the same working day of minutes ÷ days,
	// efficiency 1 and no oven.
	fixed, run bom.Number // minutes, and minutes a unit
	minutes    uint16     // at most those of a week
	days       uint16
	offset     int32 // whole days of subcontracted steps
	// The general form, nil when the plain one holds.
	terms *[]leadTerm
}

// leadTerm is one operation of the general form.
type leadTerm struct {
	fixed, run, efficiency bom.Number
	batch                  bom.Quantity // oven; 0: none
	minutes, days          int64
}

// LeadTime compiles the lead time of a routing version's steps.
func (s *Shop) LeadTime(steps []Step) LeadTime {
	var lt LeadTime
	plain := true
	for i := range steps {
		step := &steps[i]
		if i > 0 && step.Op == steps[i-1].Op {
			continue // an alternate
		}
		if step.Centre < 0 {
			lt.offset += step.LeadDays
			continue
		}
		t := s.leadTerm(step)
		if lt.days == 0 {
			lt.minutes, lt.days = uint16(t.minutes), uint16(t.days)
		}
		lt.fixed += t.fixed
		lt.run += t.run
		plain = plain && t.efficiency == bom.One && t.batch == 0 &&
			uint16(t.minutes) == lt.minutes && uint16(t.days) == lt.days &&
			lt.fixed >= 0 && lt.run >= 0 // a sum that overflowed is left to the general form
	}
	if !plain {
		terms := s.leadTerms(steps)
		return LeadTime{offset: lt.offset, terms: &terms}
	}
	return lt
}

// leadTerms are the operations of the general form.
func (s *Shop) leadTerms(steps []Step) []leadTerm {
	var terms []leadTerm
	for i := range steps {
		if step := &steps[i]; step.Centre >= 0 && (i == 0 || step.Op != steps[i-1].Op) {
			terms = append(terms, s.leadTerm(step))
		}
	}
	return terms
}

func (s *Shop) leadTerm(step *Step) leadTerm {
	w := &s.Centres[step.Centre]
	t := leadTerm{run: step.RunMin, efficiency: orOne(w.Efficiency), batch: step.BatchQuantity}
	for _, n := range [...]bom.Number{step.SetupMin, step.FixedMin, step.QueueMin, step.MoveMin, step.MinWaitMin} {
		if t.fixed += n; t.fixed < 0 {
			t.fixed = math.MaxInt64 // beyond any horizon; netting reports it
			break
		}
	}
	minutes, days := s.CentreCalendar(step.Centre).WeekdayMinutes()
	t.minutes, t.days = int64(minutes), int64(days)
	return t
}

// Constant is the lead time if it does not depend on the quantity.
func (lt *LeadTime) Constant() (days int, ok bool) {
	if lt.run != 0 || lt.terms != nil {
		return 0, false
	}
	return lt.Days(0), true
}

// MaxLeadDays bounds a lead time; a longer one counts as this.
const MaxLeadDays = 1 << 20

// Days is the lead time of a start quantity, at most MaxLeadDays.
func (lt *LeadTime) Days(start bom.Quantity) int {
	if lt.terms != nil {
		return lt.general(start)
	}
	if lt.days == 0 {
		return int(lt.offset)
	}
	const scale = 1_000_000 // fixed is scaled to the 10⁻¹⁵ of run × quantity
	hi, lo := bits.Mul64(uint64(lt.run), uint64(start))
	fhi, flo := bits.Mul64(uint64(lt.fixed), scale)
	lo, carry := bits.Add64(lo, flo, 0)
	hi, over := bits.Add64(hi, fhi, carry)
	mhi, mlo := bits.Mul64(lo, uint64(lt.days))
	top, hi := bits.Mul64(hi, uint64(lt.days))
	hi, carry = bits.Add64(hi, mhi, 0)
	day := uint64(lt.minutes) * 1_000_000_000_000_000
	if over+top+carry != 0 || hi >= day {
		return MaxLeadDays
	}
	q, r := bits.Div64(hi, mlo, day)
	if r != 0 {
		q++
	}
	return clampDays(q, int(lt.offset))
}

func clampDays(q uint64, offset int) int {
	if q >= MaxLeadDays {
		return MaxLeadDays
	}
	return min(int(q)+offset, MaxLeadDays)
}

// general sums the operations as exact fractions.
func (lt *LeadTime) general(start bom.Quantity) int {
	sum := new(big.Rat)
	for i := range *lt.terms {
		t := &(*lt.terms)[i]
		run := new(big.Rat).Mul(ratio(int64(t.run), int64(bom.One)), t.runs(start))
		run.Quo(run, ratio(int64(t.efficiency), int64(bom.One)))
		run.Add(run, ratio(int64(t.fixed), int64(bom.One)))
		sum.Add(sum, run.Mul(run, ratio(t.days, t.minutes)))
	}
	q, r := new(big.Int).QuoRem(sum.Num(), sum.Denom(), new(big.Int))
	if r.Sign() != 0 {
		q.Add(q, big.NewInt(1))
	}
	if !q.IsUint64() {
		return MaxLeadDays
	}
	return clampDays(q.Uint64(), int(lt.offset))
}

// runs is how often the run time counts: once a unit, or once an oven load.
func (t *leadTerm) runs(start bom.Quantity) *big.Rat {
	if t.batch == 0 {
		return ratio(int64(start), int64(bom.Unit))
	}
	return new(big.Rat).SetInt64(int64((start + t.batch - 1) / t.batch))
}

func ratio(a, b int64) *big.Rat { return big.NewRat(a, b) }
