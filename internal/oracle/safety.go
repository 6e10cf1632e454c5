package oracle

import (
	"math"

	"github.com/taktplan/takt/bom"
)

// staticSafety is safety_stock, or z·σ·√lead days of the best source rounded up
// at once; phantoms have none (rule 8).
func (m *model) staticSafety(p part) bom.Quantity {
	item := m.item(p)
	switch {
	case item.Phantom:
		return 0
	case item.SafetyStock.Set:
		return item.SafetyStock.Value
	case item.ServiceLevel <= 0 || item.DemandDeviation <= 0:
		return 0
	}
	s := m.bestSource(p, m.sourcesOf(p), m.start, nil)
	lead := m.leadDays(p, s, 0)
	z := math.Sqrt2 * math.Erfinv(2*float64(item.ServiceLevel)/1e9-1)
	steps := z * float64(item.DemandDeviation) / 1e6 * math.Sqrt(float64(lead)) * float64(pow10(m.decimals(p)))
	return max(0, bom.Quantity(math.Ceil(steps))*bom.Quantity(pow10(6-m.decimals(p))))
}

// safety is the safety stock of a day: with cover_days at least the requirements
// of the days after it. A dedicated segment has none (rule 11).
func (n *netting) safety(day bom.Day) bom.Quantity {
	if n.demand != "" || n.item.Phantom {
		return 0
	}
	var cover bom.Quantity
	for i := 1; i <= n.item.CoverDays; i++ {
		cover += requiredOn(n.reqs, day+bom.Day(i))
	}
	return max(n.static, cover)
}

// trigger is the level below which PA calls for an order: the safety stock, for
// min_max at least the reorder point.
func (n *netting) trigger(day bom.Day) bom.Quantity {
	if n.rule() == bom.MinMax {
		return max(n.item.ReorderPoint, n.safety(day))
	}
	return n.safety(day)
}

// rule is the item's lot rule; dedicated segments and phantoms are lot-for-lot.
func (n *netting) rule() bom.LotRule {
	if n.demand != "" || n.item.Phantom {
		return bom.LotForLot
	}
	return n.item.LotRule
}
