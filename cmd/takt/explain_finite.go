package main

import (
	"fmt"
	"strconv"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// finiteStatus prints what the schedule promises a demand, and its deliveries.
func (x *explanation) finiteStatus(demand int32, part bom.PartID) {
	w, f := x.a.stdout, x.Plan.Finite()
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
	if p, ok := x.Plan.Finite().Promise(demand); ok && len(p.Causes) > 0 {
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
	f := x.Plan.Finite()
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
