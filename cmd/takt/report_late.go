package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/taktplan/takt/mrp"
)

// late lists the demands that are late or short, short ones first, with the root
// cause; if they are many, it lists the causes.
func (r *report) late(w io.Writer) {
	var list []*mrp.DemandResult
	for i := range r.demands {
		if r.demands[i].Status != mrp.OnTime {
			list = append(list, &r.demands[i])
		}
	}
	if len(list) == 0 {
		heading(w, "LATE OR SHORT", "nothing")
		return
	}
	slices.SortStableFunc(list, func(a, b *mrp.DemandResult) int {
		return cmp.Or(-cmp.Compare(a.Status, b.Status), cmp.Compare(b.LateDays, a.LateDays))
	})
	if len(list) > mostLate {
		heading(w, "LATE OR SHORT", count(len(list), "demand")+", by what holds them up")
		r.lateCauses(w, list)
		return
	}
	heading(w, "LATE OR SHORT", count(len(list), "demand"))
	g := grid{indent: 2, columns: []column{{title: "demand", most: 24}, {title: "part", most: 28, give: true}, {title: "qty", right: true},
		{title: "due"}, {title: "late", right: true}, {title: "why", fold: true}}}
	book := r.plan.Model().Book
	for _, d := range list {
		row := book.DemandAt(d.Demand)
		g.add(row.ID, partName(row.Item, row.Site), d.Quantity.String(), row.Due.Day.String(), lateness(d), why(d))
	}
	g.write(w)
}

// lateness is how late a demand is: 3 d, or short.
func lateness(d *mrp.DemandResult) string {
	if d.Status == mrp.Short {
		return "short"
	}
	return lateDays(d.LateDays)
}

// held are the demands that one cause holds up, the worst first.
type held struct {
	root    string
	demands []*mrp.DemandResult
	days    int
}

// lateCauses lists root causes, those that cost the most days first.
func (r *report) lateCauses(w io.Writer, list []*mrp.DemandResult) {
	at := map[string]*held{}
	var causes []*held
	for _, d := range list {
		root := unknownCause
		if c, ok := d.Root(); ok {
			root = reason(&c)
		}
		c := at[root]
		if c == nil {
			c = &held{root: root}
			at[root] = c
			causes = append(causes, c)
		}
		c.demands = append(c.demands, d)
		c.days += d.LateDays
	}
	slices.SortStableFunc(causes, func(a, b *held) int {
		return cmp.Or(-cmp.Compare(a.demands[0].Status, b.demands[0].Status), cmp.Compare(b.days, a.days))
	})
	g := grid{indent: 2, columns: []column{{title: "demands", right: true}, {title: "at worst", right: true}, {title: "in sum", right: true},
		{title: "such as", most: 20}, {title: "why", fold: true}}}
	for _, c := range causes[:min(len(causes), mostLate)] {
		worst := c.demands[0]
		g.add(thousands(int64(len(c.demands))), lateness(worst), thousands(int64(c.days))+" d", r.plan.Model().Book.DemandAt(worst.Demand).ID, c.root)
	}
	g.write(w)
	r.more(w, len(causes)-mostLate, " causes", "demand_status")
}

// unknownCause stands where no supply is late: the rest of the order is, or pack and ship days were too short.
const unknownCause = "it ships with the rest of its order, or has no time to pack and ship"

// why is the root cause of a late demand in a few words.
func why(d *mrp.DemandResult) string {
	root, ok := d.Root()
	if !ok {
		return unknownCause
	}
	first := d.Causes[0]
	if first != root && (first.Kind == mrp.CauseOverdue || first.Kind == mrp.CauseLatest) {
		return reason(&first) + "; " + reason(&root)
	}
	return reason(&root)
}

// reason is one cause in a few words.
func reason(c *mrp.Cause) string {
	part := partName(c.Item, c.Site)
	from := ""
	if c.From != "" {
		from = " from " + c.From
	}
	switch c.Kind {
	case mrp.CauseOverdue:
		return "was due before today"
	case mrp.CauseLeadTime:
		return fmt.Sprintf("%s%s takes %s, there on %s", part, from, count(c.Lead, "working day"), c.Date)
	case mrp.CauseFence:
		return fmt.Sprintf("%s is inside its planning fence, there on %s", part, c.Date)
	case mrp.CauseReceipt:
		return fmt.Sprintf("%s of %s%s comes on %s", c.Order, part, from, c.Date)
	case mrp.CauseComponent:
		if c.Lead > 0 {
			return fmt.Sprintf("%s%s takes %s after its components, there on %s", part, from, count(c.Lead, "working day"), c.Date)
		}
		return fmt.Sprintf("%s waits for a component, there on %s", part, c.Date)
	case mrp.CauseSiblings:
		return "ships with the rest of its order on " + c.Date.String()
	case mrp.CauseSupply:
		return "no source can supply " + part
	case mrp.CauseCalendar:
		return "the calendar for " + part + " ends"
	case mrp.CauseLatest:
		return "of no use on " + c.Date.String() + " any more"
	}
	return string(c.Kind)
}
