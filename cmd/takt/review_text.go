package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// reviewReport is what review prints.
type reviewReport struct {
	a    *app
	plan *plan.Plan
	list []plan.Verdict
	hold bom.When
	out  string // where the tables were written
}

// after is the plan with what was accepted.
func (r *reviewReport) after() *plan.Plan { return r.list[len(r.list)-1].After }

// write prints the verdicts: all in a table, then one by one.
func (r *reviewReport) write() {
	w := r.a.stdout
	number := [len(plan.Decisions)]int{}
	for i := range r.list {
		number[r.list[i].Decision]++
	}
	fmt.Fprintf(w, "%s: %d accepted as asked, %s, %d refused\n", count(len(r.list), "order"), number[plan.Accept], count(number[plan.Counter], "counter-offer"), number[plan.Refuse])
	g := grid{indent: 2, columns: []column{{title: "order", most: 20}, {title: "customer", most: 20, give: true}, {title: "part", most: 24, give: true}, {title: "qty", right: true}, {title: "wanted"}, {title: "answer"}, {title: "date"}, {title: "in time", right: true}}}
	for i := range r.list {
		v := &r.list[i]
		date, inTime := v.Date, ""
		if v.Decision == plan.Accept {
			date = v.Offer.Promised
		} else if v.Quantity > 0 {
			inTime = v.Quantity.String()
		}
		g.add(v.Order.ID, v.Order.Customer, partName(v.Order.Item, v.Order.Site), v.Order.Quantity.String(), dayText(v.Order.Due), word(v.Decision), dayText(date), inTime)
	}
	fmt.Fprintln(w)
	g.write(w)
	for i := range r.list {
		r.verdict(w, &r.list[i])
	}
	if r.out != "" {
		fmt.Fprintf(w, "\nwrote %s: the model with the accepted orders%s\n", r.out, map[bool]string{true: " and the quotes"}[!r.hold.IsZero()])
	}
}

// word is a decision as people say it.
func word(d plan.Decision) string { return strings.ReplaceAll(d.String(), "_", "-") }

func dayText(w bom.When) string {
	if w.IsZero() {
		return ""
	}
	return weekday(w.Day)
}

// amount is a quantity of a verdict's item with its unit.
func (r *reviewReport) amount(v *plan.Verdict, q bom.Quantity) string {
	return amountOf(r.plan.Model().Catalog, &plan.Inquiry{Demand: v.Order}, q)
}

// verdict prints one order's answer.
func (r *reviewReport) verdict(w io.Writer, v *plan.Verdict) {
	heading(w, v.Order.ID, fmt.Sprintf("%s of %s by %s: %s", r.amount(v, v.Order.Quantity), partName(v.Order.Item, v.Order.Site), dayText(v.Order.Due), strings.ToUpper(word(v.Decision))))
	g := grid{indent: 2, columns: []column{{}, {fold: true}}}
	for n, text := range r.offers(v) {
		g.add(label(n, "offer"), text)
	}
	for n, text := range r.reasons(v) {
		g.add(label(n, "because"), text)
	}
	g.add("next", r.next(v))
	g.write(w)
}

// label is given once for several lines.
func label(n int, text string) string {
	if n > 0 {
		return ""
	}
	return text
}

// offers are what can be offered, a line each.
func (r *reviewReport) offers(v *plan.Verdict) []string {
	if v.Decision == plan.Accept {
		return []string{fmt.Sprintf("%s on %s", r.amount(v, v.Order.Quantity), dayText(v.Offer.Promised))}
	}
	var out []string
	if !v.Date.IsZero() {
		out = append(out, fmt.Sprintf("all %s on %s, %s later than asked", r.amount(v, v.Order.Quantity), promiseDate(r.plan, v.Date), delay(v.Offer.Late)))
	}
	if len(v.Split) > 0 {
		var parts []string
		for _, s := range v.Split {
			parts = append(parts, fmt.Sprintf("%s on %s", r.amount(v, s.Quantity), promiseDate(r.plan, s.At)))
		}
		out = append(out, "split: "+strings.Join(parts, ", "))
	} else if v.Quantity > 0 {
		out = append(out, fmt.Sprintf("%s by the date asked for, and no more", r.amount(v, v.Quantity)))
	}
	for i := range v.Levers {
		out = append(out, leverText(r.plan, &v.Levers[i]))
	}
	return out
}

// leverText is a lever with its price.
func leverText(p *plan.Plan, l *plan.LeverOffer) string {
	text := strings.Join(l.Levers, ", ") + ": " + promiseDate(p, l.Promised)
	switch l.Cost.Sign() {
	case 1:
		text += ", costs " + rushMoney(l.Cost)
	case -1:
		text += ", saves " + rushMoney(l.Cost.Neg())
	}
	if n := len(l.Slips); n > 0 {
		names := make([]string, 0, n)
		for i := range l.Slips[:min(n, 3)] {
			names = append(names, fmt.Sprintf("%s by %s", l.Slips[i].Demand, delay(l.Slips[i].Slip())))
		}
		if n > 3 {
			names = append(names, fmt.Sprintf("%d more", n-3))
		}
		text += "; ships later: " + strings.Join(names, ", ")
	}
	return text
}

// reasons are why, a line each; whom it would make later is one line.
func (r *reviewReport) reasons(v *plan.Verdict) []string {
	var out, others []string
	at := -1
	for i := range v.Reasons {
		if v.Reasons[i].Kind != plan.ReasonDisturbs {
			out = append(out, v.Reasons[i].Text)
			continue
		}
		if at < 0 {
			at = len(out)
			out = append(out, v.Reasons[i].Text)
		}
		s := v.Reasons[i].Shift
		others = append(others, fmt.Sprintf("%s by %s", s.Demand, delay(s.Slip())))
	}
	const most = 5
	if n := len(others); n > 1 {
		if n > most {
			others = append(others[:most], fmt.Sprintf("%d more", n-most))
		}
		out[at] = fmt.Sprintf("%d orders would ship later for it: %s", n, strings.Join(others, ", "))
	}
	return out
}

// delay is how much later something is: whole days from two on, begun ones too, as people count them from date
// to date. Dates may have a clock change between them.
func delay(seconds int64) string {
	const hour, day = 3600, 24 * 3600
	if seconds < 2*day-hour && seconds != day {
		return waited(seconds)
	}
	return days(int((seconds - hour + day - 1) / day))
}

// next is what to do with an order.
func (r *reviewReport) next(v *plan.Verdict) string {
	switch {
	case v.Decision == plan.Accept && v.Offer.Release != nil:
		return "confirm the date; it asks for " + v.Offer.Release.String()
	case v.Decision == plan.Accept:
		return "confirm the date; nothing new has to start for it"
	case v.Held:
		return fmt.Sprintf("send the offer; the date is kept as a quote until %s", dayText(r.hold))
	case v.Decision == plan.Counter:
		return "send the offer; nothing is reserved until the customer agrees"
	}
	return "say no, or look with takt rush at what could be done, and at what cost"
}

// tables are the tables of the review.
func (r *reviewReport) tables() []tables.Table {
	zone := r.plan.Model().Zone()
	type row = plan.Verdict
	reasons := []reasonRow{}
	for i := range r.list {
		for n := range r.list[i].Reasons {
			reasons = append(reasons, reasonRow{r.list[i].Order.ID, n + 1, &r.list[i].Reasons[n]})
		}
	}
	return []tables.Table{
		tables.New("verdicts", zone, slices.Values(r.list),
			tables.ID("demand", func(v *row) string { return v.Order.ID }),
			tables.Text("customer", func(v *row) string { return v.Order.Customer }),
			tables.ID("item", func(v *row) string { return v.Order.Item }),
			tables.ID("site", func(v *row) string { return v.Order.Site }),
			tables.Quantity("qty", func(v *row) bom.Quantity { return v.Order.Quantity }),
			tables.When("due", func(v *row) bom.When { return v.Order.Due }),
			tables.Name("decision", func(v *row) string { return v.Decision.String() }),
			tables.When("promised", func(v *row) bom.When {
				if v.Decision == plan.Accept {
					return v.Offer.Promised
				}
				return v.Date
			}),
			tables.Number("late_days", func(v *row) bom.Number { return lateNumber(v.Offer.Late) }),
			tables.Quantity("qty_in_time", func(v *row) bom.Quantity { return v.Quantity }),
			tables.Bool("held", func(v *row) bool { return v.Held }),
			tables.Text("offer", func(v *row) string { return strings.Join(r.offers(v), "; ") }),
			tables.Text("reasons", func(v *row) string { return strings.Join(r.reasons(v), "; ") }),
			tables.Text("next", r.next),
		),
		tables.New("reasons", zone, slices.Values(reasons),
			tables.ID("demand", func(x *reasonRow) string { return x.order }),
			tables.Int("reason", func(x *reasonRow) int { return x.number }),
			tables.Name("kind", func(x *reasonRow) string { return string(x.Kind) }),
			tables.Text("text", func(x *reasonRow) string { return x.Text })),
	}
}

// reasonRow is a row of the table reasons.
type reasonRow struct {
	order  string
	number int
	*plan.Reason
}
