package mrp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/taktplan/takt/bom"
)

// Step is one step of the reckoning behind a planned order: what was applied, and the result.
type Step struct {
	Rule   string // a stable word: shortage, lot_rule, minimum, multiple, maximum, yield, lead_time, …
	Result string // the quantity or date after it
	Text   string // one line for people
}

// Explanation is why a planned order has its quantity and its dates.
type Explanation struct {
	Order  Order
	Steps  []Step
	Serves []Pegging // what its quantity goes to
	Needs  []Pegging // what supplies its components
}

// FindOrder finds a planned order by its id, item@site/need-date/n. O(lots of the part).
func (p *Plan) FindOrder(id string) (Order, bool) {
	part, i, ok := p.findLot(id)
	if !ok {
		return Order{}, false
	}
	return p.order(part, i), true
}

func (p *Plan) findLot(id string) (bom.PartID, int32, bool) {
	label, number, ok1 := cutLast(id, "/")
	label, date, ok2 := cutLast(label, "/")
	item, site, ok3 := cutLast(label, "@")
	day, err := bom.ParseDay(date)
	n, err2 := strconv.Atoi(number)
	if !ok1 || !ok2 || !ok3 || err != nil || err2 != nil {
		return bom.NoPart, 0, false
	}
	part, ok := p.m.Part(item, site)
	if !ok || p.m.policies[part].flags&partPhantom != 0 {
		return bom.NoPart, 0, false
	}
	for i, l := range p.lots(part) {
		if l.need == day && p.number(part, int32(i)) == n {
			return part, int32(i), true
		}
	}
	return bom.NoPart, 0, false
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// Explain says why a planned order has its quantity and dates, what it serves and what it needs.
func (p *Plan) Explain(id string) (Explanation, bool) {
	part, i, ok := p.findLot(id)
	if !ok {
		return Explanation{}, false
	}
	e := Explanation{Order: p.order(part, i)}
	e.quantity(p, part, i)
	e.source(p, part, i)
	e.dates(p, part, i)
	e.Serves = p.Serves(part, e.Order.ID)
	e.Needs = p.Needs(part, e.Order.ID)
	return e, true
}

// Serves are the pegs of one planned order's quantity.
func (p *Plan) Serves(part bom.PartID, order string) []Pegging {
	return slices.DeleteFunc(p.PegsOf(part), func(g Pegging) bool { return g.SupplyKind != PlannedSupply || g.Supply != order })
}

// Needs are the pegs that supply an order's components: the tree downward, one level.
func (p *Plan) Needs(part bom.PartID, order string) []Pegging {
	var out []Pegging
	for _, c := range p.componentsOf(part) {
		for _, g := range p.PegsOf(c) {
			if g.Consumer == order && g.ConsumerKind == PlannedConsumer {
				out = append(out, g)
			}
		}
	}
	return out
}

// componentsOf are the parts that orders of a part can require: components,
// through phantoms too, and senders. In part order.
func (p *Plan) componentsOf(part bom.PartID) []bom.PartID {
	m := p.m
	var out []bom.PartID
	seen := map[bom.PartID]bool{}
	var walk func(bom.PartID)
	walk = func(part bom.PartID) {
		if seen[part] {
			return
		}
		seen[part] = true
		from, to := m.Lines(part)
		for l := from; l < to; l++ {
			c := m.Components[l].Part
			if m.policies[c].flags&partPhantom != 0 {
				walk(c)
			}
			out = append(out, c)
		}
		for s := m.sourceStart[part]; s < m.sourceStart[part+1]; s++ {
			if sender := m.sources[s].sender; sender != bom.NoPart {
				out = append(out, sender)
			}
		}
	}
	walk(part)
	slices.Sort(out)
	return slices.Compact(out)
}

func (e *Explanation) step(rule string, result any, format string, args ...any) {
	e.Steps = append(e.Steps, Step{Rule: rule, Result: fmt.Sprint(result), Text: fmt.Sprintf(format, args...)})
}

// quantity retells rules 3 and 4 for the order's need day.
func (e *Explanation) quantity(p *Plan, part bom.PartID, i int32) {
	m := p.m
	o := &e.Order
	item := &m.Parts[part]
	if o.Demand != "" {
		e.step("segment", o.Demand, "made to order for demand %s: lot-for-lot, without safety stock", o.Demand)
	} else {
		e.shortage(p, part)
	}
	sum := bom.Quantity(0)
	count := 0
	for _, l := range p.lots(part) {
		if l.need == o.Need {
			sum += l.quantity
			count++
		}
	}
	if item.LotRule != bom.LotForLot && o.Demand == "" {
		e.step("lot_rule", sum, "lot rule %v orders %v for this day", item.LotRule, sum)
	}
	src := &m.sources[p.lots(part)[i].source()]
	if src.min > 0 {
		e.step("minimum", src.min, "no lot is smaller than %v", src.min)
	}
	if src.multiple > 0 {
		e.step("multiple", src.multiple, "lots are whole multiples of %v", src.multiple)
	}
	if src.max > 0 {
		e.step("maximum", src.max, "no lot is larger than %v", src.max)
	}
	if count > 1 {
		e.step("split", count, "%v in %d lots on this day; this one is %v", sum, count, o.Quantity)
	}
	if item.ShelfLifeDays > 0 {
		e.step("shelf_life", item.ShelfLifeDays, "no more than is used within %d days of shelf life", item.ShelfLifeDays)
	}
	if o.StartQuantity != o.Quantity {
		e.step("yield", o.StartQuantity, "%v must be started so that %v are good", o.StartQuantity, o.Quantity)
	}
}

// shortage tells what the projected available balance was without the order.
func (e *Explanation) shortage(p *Plan, part bom.PartID) {
	for _, d := range p.Projected(part) {
		if d.Day != e.Order.Need {
			continue
		}
		before := d.Projected - d.Planned
		if d.SafetyStock > 0 {
			e.step("shortage", d.SafetyStock-before, "on %v %v would be available, %v below the safety stock of %v", d.Day, before, d.SafetyStock-before, d.SafetyStock)
		} else {
			e.step("shortage", -before, "on %v %v would be available", d.Day, before)
		}
		return
	}
	e.step("shortage", e.Order.Quantity, "on %v the balance falls below the safety stock or reorder point", e.Order.Need)
}

// source retells rule 5's choice.
func (e *Explanation) source(p *Plan, part bom.PartID, i int32) {
	m := p.m
	l := &p.lots(part)[i]
	src := &m.sources[l.source()]
	if src.supply < 0 {
		e.step("source", e.Order.Kind, "no source row: %v by default", e.Order.Kind)
		return
	}
	supply := &m.Supplies[src.supply]
	from := ""
	if supply.From != 0 {
		from = " from " + m.Names.String(supply.From)
	}
	why := "the only source"
	switch n := m.sourceStart[part+1] - m.sourceStart[part]; {
	case l.is(noSource):
		why = "none is valid on the need day, this is the best of all"
	case n > 1 && supply.Share > 0:
		why = fmt.Sprintf("priority %d, share %v", supply.Priority, supply.Share)
	case n > 1:
		why = fmt.Sprintf("priority %d of %d sources", supply.Priority, n)
	}
	e.step("source", e.Order.Source, "%v%s (source %s): %s", supply.Kind, from, e.Order.Source, why)
}

// dates retells rules 5, 6 and 9.
func (e *Explanation) dates(p *Plan, part bom.PartID, i int32) {
	m := p.m
	o := &e.Order
	l := &p.lots(part)[i]
	item := &m.Parts[part]
	src := &m.sources[l.source()]
	e.step("need", o.Need, "needed on %v", o.Need)
	if item.SafetyDays > 0 {
		e.step("safety_days", item.SafetyDays, "%d working days of safety lead time before that", item.SafetyDays)
	}
	lead := m.leadDays(src, l.startQuantity)
	how := "lead days"
	if src.lead < 0 {
		how = "from the routing"
	}
	if src.inspection > 0 {
		how += fmt.Sprintf(", %d of them inspection", src.inspection)
	}
	e.step("lead_time", lead, "%d working days of lead time (%s)", lead, how)
	if l.is(designed) {
		e.step("design_days", item.DesignDays, "%d working days of design and approval before the first order", item.DesignDays)
	}
	if l.is(fenced) {
		e.step("fence", o.Due, "the planning time fence moves it to %v", o.Due)
	}
	if l.is(startPast) {
		e.step("past_due", o.Start, "its start would be before today, so it starts %v and is there on %v", o.Start, o.Due)
	}
	if l.is(noCalendar) {
		e.step("calendar", "", "its calendar has no working day for it: extend the calendar")
	}
	e.step("dates", o.Due, "start %v, due %v", o.Start, o.Due)
}
