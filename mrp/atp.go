package mrp

import (
	"slices"

	"github.com/taktplan/takt/bom"
)

// ATPDay is one day of a part's available-to-promise record: a day on which supply comes in.
type ATPDay struct {
	Day        bom.Day
	Supply     bom.Quantity // stock on the first day, receipts, planned orders
	Committed  bom.Quantity // customer orders and dependent requirements until the next supply
	Discrete   bom.Quantity // what may still be promised from this supply
	Cumulative bom.Quantity // what may be promised from here on, this supply and those before
}

// ATP is the available-to-promise record of a part (APICS Dictionary): what its supply
// leaves after what is already committed. Forecasts commit nothing. A supply that is
// over-committed takes from the ones before it, the nearest first, and what those
// cannot cover from the ones after it: those commitments are late, but made. Supply
// counts when it is really there, late components included; stock that will expire
// unused does not count. The first day is today. O(k log k) in the part's requirements and supplies.
func (p *Plan) ATP(part bom.PartID) []ATPDay {
	m := p.m
	s := p.requirementsOf(part)
	supply, committed := map[int32]int64{0: 0}, map[int32]int64{}
	add := func(v pegSupply) {
		g := peg{supplyKind: v.kind, supply: v.ref, lotOf: v.lotOf, day: v.day}
		if day, _ := p.late().there(&g); day != never {
			supply[max(v.day, m.offset(day))] += v.left
		}
	}
	lost := p.lost(part)
	for _, v := range m.commonSupplies(part, s, p.lots(part), p.side(part)) {
		if v.kind == supplyStock {
			v.left -= lost[v.ref]
		}
		add(v)
	}
	demands := p.demandsOf(part)
	for i := range p.lots(part) {
		if demandOf(demands, i) >= 0 {
			add(plannedSupply(m, part, p.lots(part), i))
		}
	}
	for i := range s.entries {
		e := &s.entries[i]
		if e.kind == consumerDemand && m.Book.DemandAt(e.ref).Kind == Forecast {
			continue
		}
		committed[e.day] += e.q
	}
	return atpRecord(m, supply, committed)
}

// lost is what expires of a part's stock before anything uses it, by lot.
func (p *Plan) lost(part bom.PartID) map[int32]int64 {
	if !p.m.perishable(part) && p.m.policies[part].flags&partHeld == 0 {
		return nil
	}
	lost := map[int32]int64{}
	for _, g := range p.pegs(part) {
		if g.supplyKind == supplyStock && g.entry.kind == consumerExcess && p.m.Book.LotAt(g.supply).Expires != bom.NoDay {
			lost[g.supply] += g.q
		}
	}
	return lost
}

// atpRecord gives each commitment to the supply period that it falls into.
func atpRecord(m *Model, supply, committed map[int32]int64) []ATPDay {
	days := sortedDays(supply)
	out := make([]ATPDay, len(days))
	for i, d := range days {
		out[i] = ATPDay{Day: m.day(d), Supply: bom.Quantity(supply[d])}
	}
	for _, d := range sortedDays(committed) {
		i, exact := slices.BinarySearch(days, d)
		if !exact {
			i--
		}
		out[i].Committed += bom.Quantity(committed[d])
	}
	for i := range out {
		out[i].Discrete = out[i].Supply - out[i].Committed
		for j := i - 1; j >= 0 && out[i].Discrete < 0; j-- {
			cover(&out[i], &out[j])
		}
	}
	for i := range out { // what nothing before covers waits for the next supply
		for j := i + 1; j < len(out) && out[i].Discrete < 0; j++ {
			cover(&out[i], &out[j])
		}
	}
	total := bom.Quantity(0)
	for i := range out {
		total += out[i].Discrete
		out[i].Cumulative = total
	}
	return out
}

// cover takes what a day is over-committed from what another has free.
func cover(short, free *ATPDay) {
	if take := min(free.Discrete, -short.Discrete); take > 0 {
		free.Discrete -= take
		short.Discrete += take
	}
}

func sortedDays(m map[int32]int64) []int32 {
	days := make([]int32, 0, len(m))
	for d := range m {
		days = append(days, d)
	}
	slices.Sort(days)
	return days
}
