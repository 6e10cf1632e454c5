package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// promiseReport is an inquiry and the answer.
type promiseReport struct {
	a       *app
	plan    *plan.Plan
	inquiry plan.Inquiry
	offer   plan.Offer
	// largest is what can be there by the date asked for; nil if that is all, or no date was asked for.
	largest *plan.Largest
}

// ask asks the plan.
func (r *promiseReport) ask() error {
	var err error
	if r.inquiry.Quantity > 0 {
		if r.offer, err = r.plan.Promise(r.a.ctx, r.inquiry); err != nil {
			return err
		}
		if r.offer.OK() || r.inquiry.Due.IsZero() {
			return nil
		}
	}
	largest, err := r.plan.Largest(r.a.ctx, r.inquiry)
	if err != nil {
		return err
	}
	r.largest = &largest
	if r.inquiry.Quantity == 0 {
		r.offer = largest.Offer
	}
	return nil
}

// amount is a quantity with the unit of the item asked for.
func (r *promiseReport) amount(q bom.Quantity) string {
	return amountOf(r.plan.Model().Catalog, &r.inquiry, q)
}

func amountOf(c *bom.Catalog, inquiry *plan.Inquiry, q bom.Quantity) string {
	if part, ok := standardPart(c, inquiry); ok {
		if unit := c.Names.String(c.Parts[part].UOM); unit != "" {
			return q.String() + " " + unit
		}
	}
	return q.String()
}

func standardPart(c *bom.Catalog, inquiry *plan.Inquiry) (bom.PartID, bool) {
	if inquiry.Like != "" {
		return c.Part(inquiry.Like, inquiry.Site)
	}
	return c.Part(inquiry.Item, inquiry.Site)
}

// what names what is asked for.
func (r *promiseReport) what() string {
	c := r.plan.Model().Catalog
	name := partName(r.inquiry.Item, r.inquiry.Site)
	if r.inquiry.Like != "" {
		return name + ", a special item like " + r.inquiry.Like
	}
	if part, ok := standardPart(c, &r.inquiry); ok {
		if d := c.Names.String(c.Parts[part].Description); d != "" {
			name += ", " + d
		}
	}
	return name
}

// date is a date, or an exact time.
func (r *promiseReport) date(w bom.When) string { return promiseDate(r.plan, w) }

func promiseDate(p *plan.Plan, w bom.When) string {
	if f := p.Finite(); f != nil {
		return whenText(f, w)
	}
	return weekday(w.Day)
}

// write prints the answer.
func (r *promiseReport) write() {
	w, o := r.a.stdout, &r.offer
	asked := "as soon as possible"
	if !r.inquiry.Due.IsZero() {
		asked = "wanted by " + r.date(r.inquiry.Due)
	}
	if r.inquiry.Customer != "" {
		asked = "for " + r.inquiry.Customer + ", " + asked
	}
	if r.inquiry.Quantity == 0 {
		fmt.Fprintf(w, "%s: as much as can be there by %s\n", r.what(), r.date(r.inquiry.Due))
	} else {
		fmt.Fprintf(w, "%s of %s, %s\n", r.amount(o.Demand.Quantity), r.what(), asked)
	}
	heading(w, "ANSWER", r.answer())
	if o.Plan != nil {
		r.details(w)
	}
	r.why(w)
	printSlips(w, r.plan, "ORDERS THAT SHIP LATER FOR IT", o.Slips)
	if !o.OK() {
		printSlips(w, r.plan, "WHO WOULD SHIP LATER IF IT WERE PROMISED FOR THE DATE WANTED", o.Barred)
	}
	heading(w, "NEXT STEP", "")
	fmt.Fprintf(w, "  %s\n", fold(r.next(), 2, pageWidth))
}

// answer is the answer in a few words.
func (r *promiseReport) answer() string {
	o := &r.offer
	switch {
	case r.inquiry.Quantity == 0 && r.largest.Quantity == 0:
		return "nothing can be there by then"
	case r.inquiry.Quantity == 0 && !r.largest.Bounded:
		return fmt.Sprintf("%s at least; nothing limits it", r.amount(r.largest.Quantity))
	case r.inquiry.Quantity == 0:
		return r.amount(r.largest.Quantity)
	case o.Promised.IsZero():
		return "no date was found"
	case r.inquiry.Due.IsZero():
		return r.date(o.Promised)
	case o.OK():
		return "yes, " + r.date(o.Promised)
	}
	return fmt.Sprintf("%s, %s later than wanted", r.date(o.Promised), delay(o.Late))
}

// details are what a date rests on.
func (r *promiseReport) details(w io.Writer) {
	o := &r.offer
	g := grid{indent: 2, columns: []column{{}, {fold: true}}}
	if len(o.Deliveries) > 1 {
		var parts []string
		for _, d := range o.Deliveries {
			parts = append(parts, fmt.Sprintf("%s on %s", r.amount(d.Quantity), r.date(d.At)))
		}
		g.add("there", strings.Join(parts, ", "))
	}
	g.add("from", r.sources())
	for _, d := range o.Designs {
		g.add("includes", fmt.Sprintf("%s of design and approval of %s", days(d.Days), d.Item))
	}
	if o.Release != nil {
		g.add("start", o.Release.String()+", the first step that is new")
	}
	if len(o.Slips) == 0 {
		g.add("others", "no order ships later for it")
	} else {
		g.add("others", count(len(o.Slips), "order")+" would ship later, see below")
	}
	g.write(w)
}

// sources sums up where the goods come from.
func (r *promiseReport) sources() string {
	var parts []string
	for _, k := range []struct {
		kind mrp.SupplyKind
		text string
	}{{mrp.StockSupply, "from stock"}, {mrp.ReceiptSupply, "from open orders"}, {mrp.PlannedSupply, "from planned orders"}} {
		if q := r.offer.Of(k.kind); q > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", r.amount(q), k.text))
		}
	}
	text := strings.Join(parts, ", ")
	if r.offer.Available > 0 {
		text += fmt.Sprintf("; %s of it available to promise already", r.amount(r.offer.Available))
	}
	return text
}

// why prints what keeps it from the date wanted.
func (r *promiseReport) why(w io.Writer) {
	causes := r.offer.Causes
	if len(causes) == 0 {
		return
	}
	title := "WHY NOT EARLIER"
	if !r.inquiry.Due.IsZero() {
		title = "WHY NOT BY " + strings.ToUpper(r.inquiry.Due.Day.Weekday().String()[:3]) + " " + r.inquiry.Due.Day.String()
	}
	heading(w, title, "from the inquiry back to the root")
	g := grid{indent: 2, columns: []column{{right: true}, {fold: true}}}
	for i := range causes {
		g.add(strconv.Itoa(i+1), causes[i].String())
	}
	g.write(w)
}

// printSlips lists orders that ship later.
func printSlips(w io.Writer, p *plan.Plan, title string, list []plan.Shift) {
	if len(list) == 0 {
		return
	}
	heading(w, title, count(len(list), "order"))
	g := grid{indent: 2, columns: []column{{title: "order", most: 24}, {title: "customer", most: 20, give: true}, {title: "promised"}, {title: "then"}, {title: "later by", right: true}, {title: "because", fold: true}}}
	for i := range list[:min(len(list), mostDiff)] {
		s := &list[i]
		then, by := "not at all", ""
		if !s.After.IsZero() {
			then, by = promiseDate(p, s.After), delay(s.Slip())
		}
		g.add(s.Demand, s.Customer, promiseDate(p, s.Before), then, by, s.Reason)
	}
	g.write(w)
	rest(w, len(list)-mostDiff)
}

// next is what to do with the answer.
func (r *promiseReport) next() string {
	o := &r.offer
	q := r.amount(o.Demand.Quantity)
	byThen := ""
	if r.largest != nil && r.largest.Quantity > 0 && r.inquiry.Quantity > 0 {
		byThen = fmt.Sprintf(" Or offer %s by %s.", r.amount(r.largest.Quantity), r.date(r.inquiry.Due))
	}
	switch {
	case o.Plan == nil && byThen != "":
		return strings.TrimPrefix(byThen, " Or ") + " takt rush shows what else could be done, and at what cost."
	case o.Plan == nil:
		return "Say no, or look with takt rush at what could be done, and at what cost."
	case len(o.Slips) > 0:
		return fmt.Sprintf("Promise %s for %s only if the orders above may ship later; takt promise with --mode no_disturbance finds a date at which none does.", q, r.date(o.Promised))
	case o.Late > 0:
		return fmt.Sprintf("Offer %s for %s.%s takt rush shows what it would cost to be earlier.", q, r.date(o.Promised), byThen)
	}
	return fmt.Sprintf("Promise %s for %s, and enter the order, or a quote, with this date as its due date: that reserves it.", q, r.date(o.Promised))
}
