package mrp

import "github.com/taktplan/takt/bom"

// GrossOrder is an order of a part that stands for a need as if there were no stock,
// no other need and no lot rule: what rough-cut planning counts.
type GrossOrder struct {
	Part          bom.PartID
	Kind          bom.Kind
	Supply        int32 // the source in Catalog.Supplies; -1: none, or a phantom
	Phantom       bool
	Quantity      bom.Quantity // good
	StartQuantity bom.Quantity
	Start, Due    bom.Day // not moved out of the past
}

// Gross is the gross order for a need of q of a part on a day: source, dates and start
// quantity by rule 5, without design days and fences; spare stock is passed over. require, when set, is told
// what it takes by rules 7 and 8, by-products left out, days before today included: components in line order, or
// what a transfer takes at its sender. Quantities beyond the exact range count as bom.MaxQuantity. O(lines of the part).
func (m *Model) Gross(part bom.PartID, q bom.Quantity, need bom.Day, require func(component bom.PartID, q bom.Quantity, day bom.Day)) GrossOrder {
	l := lot{quantity: q, startQuantity: q, need: need, due: need, start: need}
	o := GrossOrder{Part: part, Kind: bom.Make, Supply: -1, Quantity: q, Phantom: m.policies[part].flags&partPhantom != 0}
	sender := bom.NoPart
	if !o.Phantom {
		s := &m.sources[m.grossSource(&l, part)]
		o.Kind, o.Supply, sender = s.kind, s.supply, s.sender
		m.dateGross(&l, s)
	}
	o.StartQuantity, o.Start, o.Due = l.startQuantity, l.start, l.due
	switch {
	case require == nil:
	case o.Kind == bom.Transfer && sender != bom.NoPart:
		require(sender, Quantity(m.sent(sender, q)), l.start)
	case o.Kind.Explodes():
		m.requireGross(&l, part, require)
	}
	return o
}

// grossSource is rule 5's choice without what sources were given.
func (m *Model) grossSource(l *lot, part bom.PartID) int32 {
	ordered := func(s int32) bool { return !m.sources[s].spareOnly }
	best := m.bestSource(part, l.need, ordered)
	if best < 0 {
		best = m.anySource(part, nil, ordered)
	}
	if best < 0 {
		best = m.sourceStart[part]
	}
	l.tag = lotTag(best)
	return best
}

// dateGross gives a lot its start quantity, due and start.
func (m *Model) dateGross(l *lot, s *source) {
	if s.extra >= 0 && s.kind.Explodes() {
		v, ok := m.extras[s.extra].gross(l.quantity, m.policies[s.part].step)
		if l.startQuantity = v; !ok {
			l.startQuantity = bom.MaxQuantity
		}
	}
	lead, calendar := m.leadDays(s, l.startQuantity), m.calendars[s.calendar]
	due, ok := calendar.Back(l.need, int(m.Parts[s.part].SafetyDays))
	if ok {
		l.due = due
	}
	if start, ok := calendar.Back(l.due, lead); ok {
		l.start = start
	} else {
		l.start = l.due - bom.Day(lead) // the calendar begins later: calendar days stand in
	}
}

// requireGross tells what an order takes of its components.
func (m *Model) requireGross(l *lot, part bom.PartID, require func(bom.PartID, bom.Quantity, bom.Day)) {
	lines, judged := m.linesOf(l, part), max(l.start, m.start)
	for i := lines.From; i < lines.To; i++ {
		line := &m.Components[i]
		if line.Quantity <= 0 || !line.Valid(judged) || line.Group != 0 && !m.isMain(i, lines, judged) {
			continue
		}
		q, ok := line.Requirement(l.startQuantity, int(m.Parts[line.Part].Decimals))
		if !ok {
			q = bom.MaxQuantity
		}
		require(line.Part, q, m.stepped(l, part, line))
	}
}
