package page

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// The chart by order is cut after so many rows, and so is a demand.
const (
	mostOrderRows = 260
	mostOfDemand  = 22
	mostTrees     = 25 // late demands with all their orders, also those shown before
	longestChart  = 26 * 7
	orderLeft     = 286
	orderRow      = 16
)

// orderChart is how the orders of demands follow each other, late demands first.
type orderChart struct {
	Late, Rest []orderGroup // late demands, and the others
	More       string       // demands and orders that are not shown
	Elsewhere  string       // demands without an order of their own
	CutAt      string
}

// orderGroup is a demand with its orders.
type orderGroup struct {
	ID, Part, Quantity, Due, Promised, Late string
	Stock                                   bool // orders that serve no demand
	Height                                  int
	Ticks                                   []tick
	Rows                                    []orderLine
	DueX, PromisedX, Today                  string
	More, Most                              int // orders that are not shown, and that are

	job     int32 // the shipment
	promise *plan.Promise
	jobs    []int32
}

// orderLine is a row of the chart: an order, or what a late demand waits for from outside.
type orderLine struct {
	Y, TextY int
	Label    string
	Full     string
	Chain    bool   // what holds the demand up
	Span     string // path from the order's start to its end
	Bars     []bar
}

func (v *view) orders() orderChart {
	var c orderChart
	groups := v.demandGroups()
	t := newTree(v)
	var drawn []orderGroup
	rows, elsewhere, moreDemands, moreOrders := 0, 0, 0, 0
	for i, g := range groups {
		tree := i < mostTrees && g.promise != nil && g.promise.Status != mrp.OnTime
		if g.Stock {
			g.jobs = t.rest()
		} else {
			g.jobs = t.claim(g.job, tree)
		}
		switch {
		case len(g.jobs) == 0 && !tree:
			if !g.Stock {
				elsewhere++
			}
			continue
		case rows >= mostOrderRows:
			if !g.Stock {
				moreDemands++
			}
			moreOrders += len(g.jobs)
			continue
		}
		if len(g.jobs) > mostOfDemand {
			guilty := g.guilty()
			slices.SortStableFunc(g.jobs, func(a, b int32) int { return -order(guilty[v.jobs[a].ID], guilty[v.jobs[b].ID]) })
			g.More, g.Most = len(g.jobs)-mostOfDemand, mostOfDemand
			g.jobs = g.jobs[:mostOfDemand]
		}
		rows += len(g.jobs) + 2
		drawn = append(drawn, g)
	}
	if moreOrders > 0 {
		c.More = "… and " + count(moreDemands, "more demand") + " with " + count(moreOrders, "more order") + "."
	}
	if elsewhere > 0 {
		c.Elsewhere = count(elsewhere, "demand") + " without orders here: served from stock, purchases or orders that stand with others."
	}
	s := v.orderScale(drawn)
	for i := range drawn {
		if v.drawGroup(&drawn[i], s) {
			c.CutAt = v.at(s.to).Format("2 Jan 2006")
		}
		if drawn[i].Late != "" {
			c.Late = append(c.Late, drawn[i])
		} else {
			c.Rest = append(c.Rest, drawn[i])
		}
	}
	return c
}

// demandGroups are the demands, late ones first, then by due date; what serves none comes last.
func (v *view) demandGroups() []orderGroup {
	shipment := map[int32]int32{}
	for job := range v.jobs {
		if v.jobs[job].Kind == plan.ShipmentJob {
			shipment[v.jobs[job].Demand] = int32(job)
		}
	}
	var out []orderGroup
	add := func(p *plan.Promise) {
		job, ok := shipment[p.Demand]
		if !ok {
			return
		}
		row := v.lateRow(p)
		g := orderGroup{ID: row.ID, Part: row.Part, Quantity: row.Quantity, Due: row.Due, Promised: row.Promised, job: job, promise: p}
		if p.Status != mrp.OnTime {
			g.Late = row.Late
		}
		out = append(out, g)
	}
	for _, p := range v.notOnTime() {
		add(p)
	}
	late := len(out)
	for i := range v.promises {
		if v.promises[i].Status == mrp.OnTime {
			add(&v.promises[i])
		}
	}
	slices.SortStableFunc(out[late:], func(a, b orderGroup) int {
		return cmp.Or(cmp.Compare(v.p.Jobs[a.job].Due, v.p.Jobs[b.job].Due), cmp.Compare(a.ID, b.ID))
	})
	return append(out, orderGroup{Stock: true, job: -1})
}

// guilty are the orders in the chain that makes a demand late.
func (g *orderGroup) guilty() map[string]bool {
	out := map[string]bool{}
	if g.promise != nil {
		for i := range g.promise.Causes {
			out[g.promise.Causes[i].Order] = true
		}
	}
	return out
}

// order compares so that false comes first.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// orderScale is the time that the groups take, the same for all.
func (v *view) orderScale(groups []orderGroup) *scale {
	s := &scale{from: v.p.Start, to: v.p.Start + 7*day, left: orderLeft, width: chartWidth - orderLeft}
	for i := range groups {
		g := &groups[i]
		for _, job := range g.jobs {
			span := v.jobSpan(job)
			s.from, s.to = min(s.from, span.From), max(s.to, span.To)
		}
		if p := g.promise; p != nil {
			s.to = max(s.to, v.p.Jobs[g.job].Due)
			if !p.Promised.IsZero() {
				s.to = max(s.to, p.Promised.Instant(v.zone))
			}
		}
	}
	first := v.dayOf(s.from)
	last := min(v.dayOf(s.to-1)+1, first+longestChart)
	s.from, s.to = first.Begin(v.zone), (last + 1).Begin(v.zone)
	return s
}

// drawGroup draws a demand's orders by start; cut is true where the chart ends before them.
func (v *view) drawGroup(g *orderGroup, s *scale) (cut bool) {
	g.Ticks, g.Today = v.longTicks(s), num(s.x(v.p.Start))
	slices.SortStableFunc(g.jobs, func(a, b int32) int {
		x, y := v.jobSpan(a), v.jobSpan(b)
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
	guilty := g.guilty()
	if g.promise != nil {
		if due := v.p.Jobs[g.job].Due; due > s.from && due <= s.to {
			g.DueX = num(s.x(due))
		}
		if p := g.promise.Promised; g.Late != "" && !p.IsZero() {
			g.PromisedX = num(s.x(p.Instant(v.zone)))
		}
		for i := range g.promise.Causes {
			c := &g.promise.Causes[i]
			if row, ok := v.outside(c, s); ok {
				g.Rows = append(g.Rows, row)
			}
		}
	}
	for _, job := range g.jobs {
		info := &v.jobs[job]
		g.Rows = append(g.Rows, orderLine{Label: info.ID, Full: fmt.Sprintf("%s\n%s × %s", info.ID, info.Quantity, partName(info.Item, info.Site)),
			Chain: guilty[info.ID], Bars: v.jobBars(job, s)})
		cut = cut || v.jobSpan(job).To > s.to
	}
	for i := range g.Rows {
		r := &g.Rows[i]
		r.Y = overviewAxis + i*orderRow
		r.TextY = r.Y + orderRow - 4
		r.Label = trim(r)
		if n := len(r.Bars); n > 1 {
			r.Span = "M" + r.Bars[0].X + " " + num(float64(r.Y)+orderRow/2) + "H" + r.Bars[n-1].X
		}
		for k := range r.Bars {
			r.Bars[k].Y = num(float64(r.Y + 2))
			r.Bars[k].LabelY = num(float64(r.Y + orderRow - 5))
		}
	}
	g.Height = overviewAxis + len(g.Rows)*orderRow + 4
	return cut
}

// trim is a label that fits left of the bars.
func trim(r *orderLine) string {
	const most, mostBold = 38, 33
	if r.Chain {
		return cut(r.Label, mostBold)
	}
	return cut(r.Label, most)
}

// orderBar is the height of a bar in the chart by order.
const orderBar = 12

// leastOrder is the narrowest bar there: what can still be seen and pointed at.
const leastOrder = 3

func (v *view) jobBars(job int32, s *scale) []bar {
	var out []bar
	j := &v.p.Jobs[job]
	for op := j.First; op < j.First+j.Ops; op++ {
		for i := range v.s.Of(op) {
			a := &v.s.Of(op)[i]
			if !placed(a) || a.End <= a.Start || !s.within(a.Start, a.End) {
				continue
			}
			p := piece{a: a, last: a, from: a.Start, to: a.End, n: 1}
			p.mark(v, a)
			b := v.bar(&p, s, 0, 0, 1)
			b.H, b.Label, b.Pin, b.W = num(orderBar), "", "", num(max(s.x(a.End)-s.x(a.Start), leastOrder))
			if s.x(a.SetupEnd)-s.x(a.Start) < 2*leastOrder {
				b.Setup = ""
			}
			text, from := "lead time", a.Start
			if a.Machine >= 0 {
				text, from = v.machineName(a.Machine), max(a.Start, a.SetupEnd)
			}
			if room := int((s.x(a.End) - s.x(from) - 6) / charWidth); room >= min(leastLabel, utf8.RuneCountInString(text)) {
				b.Label, b.LabelX = cut(text, room), num(s.x(from)+3)
			}
			out = append(out, b)
		}
	}
	return out
}

// outside is the row of a purchase, an open order or stock that a late demand waits for.
func (v *view) outside(c *plan.Cause, s *scale) (orderLine, bool) {
	switch c.Kind {
	case plan.CausePurchase, plan.CauseReceipt, plan.CauseStock:
	default:
		return orderLine{}, false
	}
	if c.Since.IsZero() || c.Until.IsZero() || c.Item == "" {
		return orderLine{}, false
	}
	from, to := c.Since.Instant(v.zone), c.Until.Instant(v.zone)
	b := bar{X: num(s.x(from)), W: num(max(s.x(to)-s.x(from), 2)), H: num(orderBar), Class: "cw", Tip: c.String()}
	if room := int((s.x(to) - s.x(from) - 6) / charWidth); room >= leastLabel {
		b.Label, b.LabelX = cut(kindNames[c.Kind], room), num(s.x(from)+3)
	}
	return orderLine{Label: partName(c.Item, c.Site) + " (" + kindNames[c.Kind] + ")", Full: c.String(), Chain: true, Bars: []bar{b}}, true
}
