package oracle

import (
	"math/big"
	"sort"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// startQuantity is rule 5's ⌈qty ÷ y⌉ at the part's decimals, with the yield of
// make and subcontract.
func (m *model) startQuantity(p part, s bom.Source, q bom.Quantity) bom.Quantity {
	return up(div(units(q), m.yield(p, s)), m.decimals(p))
}

// yield is the item's × its operations', for make and subcontract.
func (m *model) yield(p part, s bom.Source) *big.Rat {
	y := whole(1)
	if !s.Kind.Explodes() {
		return y
	}
	if item := m.item(p); item.Yield > 0 {
		y = number(item.Yield)
	}
	for _, op := range m.routing(p, s) {
		if op.Yield > 0 {
			y = mul(y, number(op.Yield))
		}
	}
	return y
}

// leadTime is rule 5's lead time in working days, without design days.
func (m *model) leadTime(p part, s bom.Source, start bom.Quantity) int {
	days := m.leadDays(p, s, start)
	days += int(ceil(mul(number(s.LeadDaysPerUnit), units(start))))
	if s.Kind == bom.Buy || s.Kind == bom.Subcontract {
		days += m.item(p).InspectionDays
	}
	return days
}

// leadDays is the source's lead_days, else the item's, else those of a made
// part's routing.
func (m *model) leadDays(p part, s bom.Source, start bom.Quantity) int {
	item := m.item(p)
	switch {
	case s.LeadDays.Set:
		return s.LeadDays.Value
	case item.LeadDays.Set:
		return item.LeadDays.Value
	case s.Kind == bom.Make:
		return m.routingDays(m.routing(p, s), start)
	}
	return 0
}

// routing is the operations of a source's version, first choices, ascending.
func (m *model) routing(p part, s bom.Source) []capacity.Operation {
	var versions []string
	for _, op := range m.operations[p] {
		versions = append(versions, op.Routing)
	}
	version, ok := pickVersion(s.Routing, versions)
	first := map[int]capacity.Operation{}
	for _, op := range m.operations[p] {
		best, found := first[op.Op]
		if ok && op.Routing == version && (!found || preferred(op, best)) {
			first[op.Op] = op
		}
	}
	var ops []capacity.Operation
	for _, op := range first {
		ops = append(ops, op)
	}
	sort.Slice(ops, func(i, j int) bool { return ops[i].Op < ops[j].Op })
	return ops
}

// preferred: columns that belong to the op are read from the first choice.
func preferred(a, b capacity.Operation) bool {
	if a.Preference != b.Preference {
		return a.Preference < b.Preference
	}
	return a.WorkCentre < b.WorkCentre
}

// pickVersion: a source's empty version means the empty one, or the only one.
func pickVersion(wanted string, versions []string) (string, bool) {
	only := map[string]bool{}
	for _, v := range versions {
		if v == wanted {
			return v, true
		}
		only[v] = true
	}
	if wanted == "" && len(only) == 1 {
		return versions[0], true
	}
	return "", false
}

// routingDays is the routing's lead time: the days of the ops, summed, rounded up once.
func (m *model) routingDays(ops []capacity.Operation, start bom.Quantity) int {
	days := whole(0)
	for _, op := range ops {
		days = add(days, m.operationDays(op, start))
	}
	return int(ceil(days))
}

// operationDays is (setup + fixed + run) + queue + move + min wait minutes ÷ the
// mean working minutes of the centre; a subcontracted op takes its lead days.
func (m *model) operationDays(op capacity.Operation, start bom.Quantity) *big.Rat {
	if op.Supplier != "" {
		return whole(op.LeadDays)
	}
	centre := m.centres[op.WorkCentre]
	minutes := runMinutes(op, start)
	if centre.Efficiency > 0 {
		minutes = div(minutes, number(centre.Efficiency))
	}
	for _, more := range []bom.Number{op.SetupMin, op.FixedMin, op.QueueMin, op.MoveMin, op.MinWaitMin} {
		minutes = add(minutes, number(more))
	}
	cal := m.settingsCalendar()
	if centre.Calendar != "" {
		cal = m.calendars[centre.Calendar]
	}
	sum, count := cal.meanMinutes()
	return div(minutes, big.NewRat(int64(sum), int64(count)))
}

// runMinutes is run·start quantity, or for an oven run × ⌈start quantity ÷ batch⌉.
func runMinutes(op capacity.Operation, start bom.Quantity) *big.Rat {
	if op.BatchQuantity > 0 {
		return mul(number(op.RunMin), big.NewRat(ceil(div(units(start), units(op.BatchQuantity))), 1))
	}
	return mul(number(op.RunMin), units(start))
}
