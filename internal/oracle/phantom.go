package oracle

import "github.com/taktplan/takt/bom"

// explodePhantom explodes the rest of a phantom's requirements of a day once on
// the same day, without an order: offsets on the settings' calendar (rule 8).
func (n *netting) explodePhantom(day bom.Day, rest bom.Quantity) {
	n.explode(explosion{
		parent:       n.part,
		quantity:     rest,
		day:          day,
		valid:        day,
		calendar:     n.settingsCalendar(),
		tree:         n.demand,
		order:        parentOrder{parent: n.part, need: day, n: n.number(n.part, day)},
		byproductDay: day,
	})
}

// number counts the lots of a part and need day from 1 (rule 14).
func (r *run) number(p part, need bom.Day) int {
	if r.numbers[p] == nil {
		r.numbers[p] = map[bom.Day]int{}
	}
	r.numbers[p][need]++
	return r.numbers[p][need]
}
