package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// demand explains a demand.
func (x *explanation) demand(i int32) error {
	book := x.Plan.Model().Book
	d, part := book.DemandAt(i), book.DemandPart(i)
	results := x.Material.DemandResults()
	at := slices.IndexFunc(results, func(r mrp.DemandResult) bool { return r.Demand == i })
	var r *mrp.DemandResult
	if at >= 0 {
		r = &results[at]
	}
	tree := x.Tree(x.Behind(i), x.Supplies)
	return x.print(func() {
		x.demandHead(d, part, r)
		if r != nil {
			if x.Plan.Scheduled() {
				x.finiteWhy(r.Demand)
			} else {
				x.causes(r)
			}
			x.printTree("SUPPLY", "none", tree, true)
		}
	}, x.DemandTables(d, r, tree)...)
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
	case x.Plan.Scheduled():
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
