package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan/tables"
)

// demand explains a demand.
func (x *explanation) demand(i int32) error {
	book := x.plan.Model().Book
	d, part := book.DemandAt(i), book.DemandPart(i)
	results := x.m.DemandResults()
	at := slices.IndexFunc(results, func(r mrp.DemandResult) bool { return r.Demand == i })
	var r *mrp.DemandResult
	if at >= 0 {
		r = &results[at]
	}
	var roots []mrp.Pegging
	for _, g := range x.pegsOf(part) {
		if g.ConsumerKind == mrp.DemandConsumer && g.Consumer == d.ID {
			roots = append(roots, g)
		}
	}
	tree := x.tree(roots, x.supplies)
	return x.print(func() {
		x.demandHead(d, part, r)
		if r != nil {
			if x.plan.Finite() != nil {
				x.finiteWhy(r.Demand)
			} else {
				x.causes(r)
			}
			x.printTree("SUPPLY", "none", tree, true)
		}
	}, x.demandTables(d, r, tree)...)
}

// demandHead prints what is asked for and what comes of it.
func (x *explanation) demandHead(d *mrp.Demand, part bom.PartID, r *mrp.DemandResult) {
	w := x.a.stdout
	priority := d.Priority
	if priority == 0 {
		priority = 10
	}
	about := []string{"due " + weekday(d.Due.Day), "priority " + strconv.Itoa(priority)}
	if d.Customer != "" {
		customer := "for " + d.Customer
		if d.Class != "" {
			customer += " (" + d.Class + ")"
		}
		about = append(about, customer)
	}
	if d.Kind == mrp.Forecast {
		about = append(about, "a forecast")
	}
	if d.Peg == mrp.Dedicated {
		about = append(about, "made to order")
	}
	if !d.Latest.IsZero() {
		about = append(about, "of no use after "+d.Latest.Day.String())
	}
	fmt.Fprintf(w, "Demand %s: %s of %s\n%s\n", d.ID, x.amount(part, d.Quantity), x.describe(part), strings.Join(about, ", "))
	heading(w, "STATUS", "")
	switch {
	case r == nil:
		fmt.Fprintf(w, "  not planned: %s\n", unplanned(d))
		return
	case x.plan.Finite() != nil:
		x.finiteStatus(r.Demand, part)
		return
	case r.Status == mrp.OnTime:
		fmt.Fprintf(w, "  on time: promised for %s\n", weekday(r.Promised))
	case r.Promised == bom.NoDay:
		fmt.Fprintf(w, "  %s: nothing can be delivered\n", r.Status)
	default:
		fmt.Fprintf(w, "  %s: promised for %s, %s late\n", r.Status, weekday(r.Promised), days(r.LateDays))
	}
	if r.Quantity != d.Quantity {
		fmt.Fprintf(w, "  %s of it are planned; orders consumed the rest\n", x.amount(part, r.Quantity))
	}
	for _, v := range r.Deliveries {
		fmt.Fprintf(w, "  %s there on %s\n", x.amount(part, v.Quantity), weekday(v.Date))
	}
}

// unplanned says why a demand is not planned.
func unplanned(d *mrp.Demand) string {
	if d.Status != mrp.Open && d.Status != mrp.Quote {
		return "its status is " + mrp.DemandStatuses[d.Status]
	}
	switch {
	case d.Kind == mrp.Forecast:
		return "the forecast is past, inside the demand fence, beyond the horizon, or consumed by orders"
	case d.Status == mrp.Quote:
		return "the quote is expired, or beyond the horizon"
	}
	return "it is beyond the horizon"
}

// causes prints the chain from a late demand back to what holds it up.
func (x *explanation) causes(r *mrp.DemandResult) {
	if len(r.Causes) == 0 {
		return
	}
	heading(x.a.stdout, "WHY", "from the demand back to the root")
	g := grid{indent: 2, columns: []column{{right: true}, {fold: true}}}
	for i := range r.Causes {
		g.add(strconv.Itoa(i+1), r.Causes[i].String())
	}
	g.write(x.a.stdout)
}

// demandTables are the tables of an explained demand.
func (x *explanation) demandTables(d *mrp.Demand, r *mrp.DemandResult, tree []branch) []tables.Table {
	var status []mrp.DemandResult
	var causes []mrp.Cause
	var deliveries []mrp.Delivery
	if r != nil {
		status, causes, deliveries = []mrp.DemandResult{*r}, r.Causes, r.Deliveries
	}
	if f := x.plan.Finite(); f != nil && r != nil {
		if p, ok := f.Promise(r.Demand); ok {
			return append(x.promiseTables(f, p), x.treeTable("supply", tree))
		}
	}
	type result = mrp.DemandResult
	return []tables.Table{
		tables.New("demand_status", x.plan.Model().Zone(), slices.Values(status),
			tables.ID("demand", func(*result) string { return d.ID }),
			tables.ID("item", func(*result) string { return d.Item }),
			tables.ID("site", func(*result) string { return d.Site }),
			tables.Quantity("qty", func(r *result) bom.Quantity { return r.Quantity }),
			tables.When("due", func(*result) bom.When { return d.Due }),
			tables.Day("promised", func(r *result) bom.Day { return r.Promised }),
			tables.Int("late_days", func(r *result) int { return r.LateDays }),
			tables.Name("status", func(r *result) string { return string(r.Status) })),
		tables.New("causes", nil, slices.Values(causes),
			tables.Name("kind", func(c *mrp.Cause) string { return string(c.Kind) }),
			tables.ID("order", func(c *mrp.Cause) string { return c.Order }),
			tables.ID("item", func(c *mrp.Cause) string { return c.Item }),
			tables.ID("site", func(c *mrp.Cause) string { return c.Site }),
			tables.Text("from", func(c *mrp.Cause) string { return c.From }),
			tables.Day("date", func(c *mrp.Cause) bom.Day { return c.Date }),
			tables.Int("days", func(c *mrp.Cause) int { return c.Days }),
			tables.Int("lead_days", func(c *mrp.Cause) int { return c.Lead }),
			tables.Text("text", func(c *mrp.Cause) string { return c.String() })),
		tables.New("deliveries", nil, slices.Values(deliveries),
			tables.Day("date", func(v *mrp.Delivery) bom.Day { return v.Date }),
			tables.Quantity("qty", func(v *mrp.Delivery) bom.Quantity { return v.Quantity })),
		x.treeTable("supply", tree),
	}
}
