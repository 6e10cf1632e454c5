package mrp

import (
	"cmp"
	"math/bits"

	"github.com/taktplan/takt/bom"
)

// bestSource is rule 5 without a plan: of the sources valid on a day and of
// those that ok admits (nil: all), the best by priority, then by open quantity
// per share, then by id. It is -1 when none is valid.
func (m *Model) bestSource(p bom.PartID, day bom.Day, ok func(int32) bool) int32 {
	return m.choose(p, day, nil, ok)
}

// choose is rule 5: of the sources valid on the need day the lowest priority
// number, then the least (given + open) ÷ share, then source id. given holds
// that sum by source of the part, nil for what is open alone. Supplies are in id order.
func (m *Model) choose(p bom.PartID, day bom.Day, given []Quantity, ok func(int32) bool) int32 {
	best := int32(-1)
	from, to := m.sourceStart[p], m.sourceStart[p+1]
	if given == nil {
		given = m.openQuantity[from:to]
	}
	for s := from; s < to; s++ {
		if ok != nil && !ok(s) {
			continue
		}
		if supply := m.sources[s].supply; supply >= 0 && !m.Supplies[supply].Valid(day) {
			continue
		}
		if best < 0 || m.better(s, best, from, given) {
			best = s
		}
	}
	return best
}

// anySource is the choice when none is valid: the best of all.
func (m *Model) anySource(p bom.PartID, given []Quantity, ok func(int32) bool) int32 {
	best := int32(-1)
	from, to := m.sourceStart[p], m.sourceStart[p+1]
	if given == nil {
		given = m.openQuantity[from:to]
	}
	if given == nil {
		given = m.openQuantity[from:to]
	}
	for s := from; s < to; s++ {
		if ok != nil && !ok(s) {
			continue
		}
		if best < 0 || m.better(s, best, from, given) {
			best = s
		}
	}
	return best
}

// better reports whether source a, which comes after b in id order, beats it.
func (m *Model) better(a, b, first int32, given []Quantity) bool {
	x, y := &m.Supplies[m.sources[a].supply], &m.Supplies[m.sources[b].supply]
	if c := cmp.Compare(x.Priority, y.Priority); c != 0 {
		return c < 0
	}
	if x.Share == 0 || y.Share == 0 {
		return x.Share > 0 // a source with a share goes before one without
	}
	// given(a) ÷ share(a) < given(b) ÷ share(b)
	hi1, lo1 := bits.Mul64(uint64(given[a-first]), uint64(y.Share))
	hi2, lo2 := bits.Mul64(uint64(given[b-first]), uint64(x.Share))
	return hi1 < hi2 || hi1 == hi2 && lo1 < lo2
}

// leadDays is the lead time of a start quantity in working days, with inspection.
func (m *Model) leadDays(s *source, start Quantity) int {
	days := int(s.lead)
	if days < 0 {
		days = m.leadTimes[s.leadTime].Days(start)
	}
	if s.extra >= 0 {
		days += m.extras[s.extra].perUnitDays(start)
	}
	return days
}

// perUnitDays is ⌈lead_days_per_unit · start quantity⌉.
func (x *extra) perUnitDays(start Quantity) int {
	if x.perUnit == 0 {
		return 0
	}
	const scale = uint64(bom.One) * uint64(bom.Unit)
	hi, lo := bits.Mul64(uint64(x.perUnit), uint64(start))
	if hi >= scale {
		return maxLead
	}
	q, r := bits.Div64(hi, lo, scale)
	if r != 0 {
		q++
	}
	return int(min(q, maxLead))
}

// maxLead bounds a lead time in days; it is far beyond any calendar.
const maxLead = 1 << 20
