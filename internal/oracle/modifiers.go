package oracle

import (
	"slices"

	"github.com/taktplan/takt/bom"
)

// noCap is a part without shelf life.
const noCap = bom.MaxQuantity

// modifiers are the order quantity rules of a part and source: min is the larger
// of both, multiple and max the source's, else the item's; 0: none.
type modifiers struct {
	decimals           int
	min, multiple, max bom.Quantity
}

func (m *model) modifiers(p part, s bom.Source) modifiers {
	item := m.item(p)
	mod := modifiers{m.decimals(p), max(item.LotMin, s.Min), s.Multiple, s.Max}
	if mod.multiple == 0 {
		mod.multiple = item.LotMultiple
	}
	if mod.max == 0 {
		mod.max = item.LotMax
	}
	return mod
}

// modify applies the modifiers on the good quantity: raised and rounded, capped
// by shelf life, then split by max into full lots and a rest that is again raised
// and rounded, though not beyond the cap.
func (n *netting) modify(q bom.Quantity, s bom.Source, most bom.Quantity) []bom.Quantity {
	return n.modifiers(n.part, s).lots(q, most)
}

func (m modifiers) lots(q, most bom.Quantity) []bom.Quantity {
	q = min(m.raise(q), most)
	if q == 0 {
		return nil // a min_max part above its safety stock whose shelf life allows nothing
	}
	var lots []bom.Quantity
	for m.max > 0 && q > m.max {
		lots = append(lots, m.max)
		q -= m.max
		most -= m.max
	}
	if len(lots) > 0 {
		q = min(m.raise(q), most)
	}
	return append(lots, q)
}

// raise rounds up to decimals, raises to min and rounds up to the multiple.
func (m modifiers) raise(q bom.Quantity) bom.Quantity {
	return upToMultiple(max(up(units(q), m.decimals), m.min), m.multiple)
}

// shelfLifeCap: what is ordered for a day never exceeds the largest shortfall,
// below the safety stock, of any day in [day, day + shelf_life_days].
func (n *netting) shelfLifeCap(b balance, day bom.Day) bom.Quantity {
	if n.item.ShelfLifeDays <= 0 {
		return noCap
	}
	return max(0, slices.Max(n.shortfalls(b, day, day+bom.Day(n.item.ShelfLifeDays))))
}
