package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// finiteStatus prints what the schedule promises a demand, and its deliveries.
func (x *explanation) finiteStatus(demand int32, part bom.PartID) {
	w, f := x.a.stdout, x.plan.Finite()
	p, ok := f.Promise(demand)
	switch {
	case !ok:
		return
	case p.Status == mrp.OnTime:
		fmt.Fprintf(w, "  on time in the schedule: promised for %s\n", weekday(p.Promised.Day))
	case p.Promised.IsZero():
		fmt.Fprintf(w, "  %s: nothing can be delivered\n", p.Status)
	default:
		fmt.Fprintf(w, "  %s in the schedule: promised for %s, %s late\n", p.Status, whenText(f, p.Promised), waited(p.Late))
	}
	for _, v := range p.Deliveries {
		fmt.Fprintf(w, "  %s there on %s\n", x.amount(part, v.Quantity), whenText(f, v.At))
	}
}

// whenText is a date or an exact time.
func whenText(f *plan.Finite, w bom.When) string {
	if w.Exact {
		return instant(f, w.Unix)
	}
	return weekday(w.Day)
}

// finiteWhy prints the chain from a late demand back to what holds it up.
func (x *explanation) finiteWhy(demand int32) {
	if p, ok := x.plan.Finite().Promise(demand); ok && len(p.Causes) > 0 {
		x.printCauses("from the demand back to the root", p.Causes)
	}
}

func (x *explanation) printCauses(remark string, causes []plan.Cause) {
	heading(x.a.stdout, "WHY", remark)
	g := grid{indent: 2, columns: []column{{right: true}, {fold: true}}}
	for i := range causes {
		g.add(strconv.Itoa(i+1), causes[i].String())
	}
	g.write(x.a.stdout)
}

// printSchedule prints when an order's operations run, and what they waited for.
func (x *explanation) printSchedule(order string) {
	f := x.plan.Finite()
	if f == nil {
		return
	}
	operations := f.OperationsOf(order)
	if len(operations) == 0 {
		return
	}
	heading(x.a.stdout, "SCHEDULE", "")
	g := grid{indent: 2, columns: []column{{title: "op", right: true}, {title: "work centre"}, {title: "", right: true}, {title: "start"}, {title: "setup until"}, {title: "end"}, {title: "qty", right: true}, {title: "setup", most: 14}}}
	for _, o := range operations {
		g.add(strconv.Itoa(o.Op), o.WorkCentre, machineText(&o), timeText(f, o.Start), timeText(f, o.SetupEnd), timeText(f, o.End), o.Quantity.String(), o.Family)
	}
	g.write(x.a.stdout)
	if causes := f.Why(order); len(causes) > 0 {
		x.printCauses("it is ready then: from its last operation back", causes)
	}
}

func machineText(o *capacity.ScheduledOperation) string {
	if o.Machine == 0 {
		return ""
	}
	return strconv.Itoa(o.Machine)
}

// timeText is an instant; never, if no calendar reaches it.
func timeText(f *plan.Finite, w bom.When) string {
	if w.IsZero() {
		return "never"
	}
	return whenText(f, w)
}

// scheduleTables are the tables of printSchedule.
func (x *explanation) scheduleTables(order string) []tables.Table {
	f := x.plan.Finite()
	if f == nil {
		return nil
	}
	return []tables.Table{tables.Schedule(f.Zone(), slices.Values(f.OperationsOf(order))), causesTable(f, f.Why(order))}
}

// causesTable are the links of a chain of causes.
func causesTable(f *plan.Finite, causes []plan.Cause) tables.Table {
	type cause = plan.Cause
	return tables.New("causes", f.Zone(), slices.Values(causes),
		tables.Name("kind", func(c *cause) string { return string(c.Kind) }),
		tables.ID("order", func(c *cause) string { return c.Order }),
		tables.Int("op", func(c *cause) int { return c.Op }),
		tables.ID("item", func(c *cause) string { return c.Item }),
		tables.ID("site", func(c *cause) string { return c.Site }),
		tables.ID("work_centre", func(c *cause) string { return c.WorkCentre }),
		tables.ID("behind", func(c *cause) string { return c.Behind }),
		tables.Text("from", func(c *cause) string { return c.From }),
		tables.When("since", func(c *cause) bom.When { return c.Since }),
		tables.When("until", func(c *cause) bom.When { return c.Until }),
		tables.Int("wait_s", func(c *cause) int { return int(c.Wait) }),
		tables.Text("text", func(c *cause) string { return c.String() }))
}

// promiseTables are the tables of an explained demand in a schedule.
func (x *explanation) promiseTables(f *plan.Finite, p plan.Promise) []tables.Table {
	status := tables.PromisesOf(f.Zone(), f, []plan.Promise{p})
	type shipment = plan.Shipment
	return []tables.Table{status, causesTable(f, p.Causes),
		tables.New("deliveries", f.Zone(), slices.Values(p.Deliveries),
			tables.When("date", func(v *shipment) bom.When { return v.At }),
			tables.Quantity("qty", func(v *shipment) bom.Quantity { return v.Quantity }))}
}

// scheduled is an order with the days on which the schedule has it, if there is one.
func (x *explanation) scheduled(o *mrp.Order) *mrp.Order {
	f := x.plan.Finite()
	if f == nil {
		return o
	}
	if start, end := f.LotTimes(o.Part, o.Lot); !start.IsZero() {
		o.Start, o.Due = start.Day, end.Day
	}
	return o
}

// dated are pegs with the dates of the schedule, if there is one.
func (x *explanation) dated(pegs []mrp.Pegging) []mrp.Pegging {
	if x.plan.Finite() == nil {
		return pegs
	}
	for i := range pegs {
		g := &pegs[i]
		for _, h := range x.pegsOf(g.Part) {
			if h.Supply == g.Supply && h.Consumer == g.Consumer && h.Quantity == g.Quantity {
				g.Available, g.Needed = h.Available, h.Needed
				break
			}
		}
	}
	return pegs
}
