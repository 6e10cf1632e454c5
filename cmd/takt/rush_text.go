package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/plan"
)

// print prints the options to decide from.
func (c *rushCmd) print(w io.Writer, base *plan.Plan, r *plan.Rush) {
	d := &r.Demand
	zone := base.Model().Zone()
	for_ := ""
	if d.Customer != "" {
		for_ = " for " + d.Customer
	}
	fmt.Fprintf(w, "RUSH ORDER %s  %v %s%s, wanted %s\n", d.ID, d.Quantity, partName(d.Item, d.Site), for_, rushDate(d.Due, zone))
	best := &r.Options[0]
	switch {
	case best.OnTime && len(best.Levers) == 0:
		fmt.Fprintln(w, "It can be done in time, as things stand.")
	case best.OnTime:
		fmt.Fprintln(w, "It can be done in time.")
	case best.Promise.IsZero():
		fmt.Fprintln(w, "It cannot be promised: a part of it has no supply.")
	default:
		fmt.Fprintf(w, "It cannot be done in time. The earliest date is %s, %s late.\n", rushDate(best.Promise, zone), delay(best.Late))
	}
	heading(w, "OPTIONS", "")
	g := grid{indent: 2, columns: []column{{right: true}, {title: "promise"}, {title: "on time"}, {title: "who pays"}, {title: "cost", right: true}, {title: "moved", right: true}, {title: "how", fold: true}}}
	for i := range r.Options {
		o := &r.Options[i]
		g.add(fmt.Sprint(i+1), rushPromise(o, zone), rushOnTime(o, d.Quantity), rushPayers(o), rushMoney(o.Cost.Total()), rushMoved(o), rushHow(o))
	}
	g.write(w)
	for i := range r.Options {
		printRushOption(w, i+1, &r.Options[i], base)
	}
	printRushLeftOut(w, r)
	fmt.Fprintf(w, "\nTo take option 1, add --commit 1 --out DIR: that writes the tables with it. %s stays as it is.\n", filepath.Base(c.Dir))
}

// printOption tells one option in full.
func printRushOption(w io.Writer, n int, o *plan.Option, base *plan.Plan) {
	zone := base.Model().Zone()
	fmt.Fprintf(w, "\n%d  %s\n", n, rushHeadline(o, zone))
	g := grid{indent: 3, columns: []column{{}, {fold: true}}}
	if len(o.Levers) == 0 {
		g.add("how", "as it stands: nothing is bought, hired or worked longer for it")
	}
	for i := range o.Levers {
		label := ""
		if i == 0 {
			label = "how"
		}
		text := o.Levers[i].String()
		if o.Levers[i].Cost.IsPositive() {
			text += ", at " + rushMoney(o.Levers[i].Cost)
		}
		if l := &o.Levers[i]; !o.Promise.IsZero() && l.First.Day > o.Promise.Day {
			text += ", for the orders whose supply this one takes"
		}
		g.add(label, text)
	}
	g.add("ships", rushShips(o, zone))
	if len(o.Slips) == 0 {
		g.add("who pays", "nobody: no other order becomes later than it was")
	}
	const most = 3
	for i := range o.Slips[:min(len(o.Slips), most)] {
		label := ""
		if i == 0 {
			label = "who pays"
		}
		g.add(label, rushSlip(&o.Slips[i], zone))
	}
	if more := len(o.Slips) - most; more > 0 {
		g.add("", fmt.Sprintf("and %s (all with --format json)", count(more, "more order")))
	}
	if cost := rushCharges(&o.Cost); cost != "" {
		g.add("cost", cost)
	}
	if b := o.Bottleneck; b != nil {
		g.add("load", fmt.Sprintf("%s through %s: %s before, %s with it", b.WorkCentre, weekday(b.To), answer.Share(&b.Before), answer.Share(&b.After)))
	}
	if o.Gain != nil {
		g.add("search", o.Gain.String())
	}
	if o.Remaining != nil {
		g.add("what binds", o.Remaining.String())
	}
	if len(o.Approval) > 0 {
		g.add("approval", "needed: "+strings.Join(o.Approval, ", "))
	}
	g.write(w)
}

// printRushLeftOut says which levers were of no use.
func printRushLeftOut(w io.Writer, r *plan.Rush) {
	if len(r.Untried) == 0 && len(r.Tried) == 0 {
		return
	}
	heading(w, "LEFT OUT", fmt.Sprintf("%s were planned; %s better in nothing than those above", count(len(r.Tried)+len(r.Options), "way"), rushWere(len(r.Tried))))
	g := grid{indent: 2, columns: []column{{}, {fold: true}}}
	for _, x := range r.Untried {
		g.add(string(x.Kind), x.Why)
	}
	g.write(w)
}

func rushWere(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}

// whenText is a date with its weekday, and the time if there is one.
func rushDate(w bom.When, zone *time.Location) string {
	if w.Exact {
		return time.Unix(w.Unix, 0).In(zone).Format("Mon 2006-01-02 15:04")
	}
	return weekday(w.Day)
}

func rushPromise(o *plan.Option, zone *time.Location) string {
	if o.Promise.IsZero() {
		return "never"
	}
	return rushDate(o.Promise, zone)
}

func rushHeadline(o *plan.Option, zone *time.Location) string {
	switch {
	case o.OnTime:
		return "on time, " + rushPromise(o, zone)
	case o.Promise.IsZero():
		return "no promise"
	}
	return fmt.Sprintf("%s, %s late", rushPromise(o, zone), delay(o.Late))
}

func rushOnTime(o *plan.Option, all bom.Quantity) string {
	switch {
	case o.OnTime:
		return "yes"
	case o.OnTimeQuantity > 0 && o.OnTimeQuantity < all:
		return fmt.Sprintf("%v of %v", o.OnTimeQuantity, all)
	}
	return "no"
}

func rushPayers(o *plan.Option) string {
	if len(o.Slips) == 0 {
		return "nobody"
	}
	worst := int64(0)
	for i := range o.Slips {
		worst = max(worst, o.Slips[i].Seconds)
	}
	return fmt.Sprintf("%s, by up to %s", count(len(o.Slips), "order"), delay(worst))
}

func rushMoved(o *plan.Option) string {
	if o.Bottleneck == nil && o.Stability.Operations == 0 {
		return ""
	}
	return thousands(int64(o.Stability.OperationsMoved))
}

func rushHow(o *plan.Option) string {
	if len(o.Levers) == 0 {
		return "as it stands"
	}
	texts := make([]string, len(o.Levers))
	for i := range o.Levers {
		texts[i] = o.Levers[i].Short()
	}
	return strings.Join(slices.Compact(texts), "; ") // overtime in two steps is one lever here
}

func rushShips(o *plan.Option, zone *time.Location) string {
	if len(o.Deliveries) == 0 {
		return "nothing"
	}
	texts := make([]string, len(o.Deliveries))
	for i, d := range o.Deliveries {
		texts[i] = fmt.Sprintf("%v on %s", d.Quantity, rushDate(d.At, zone))
	}
	return strings.Join(texts, ", ")
}

func rushSlip(s *plan.Slip, zone *time.Location) string {
	who := s.Demand
	if s.Customer != "" {
		who += " (" + s.Customer + ")"
	}
	if s.After.IsZero() {
		return who + " is no longer served"
	}
	text := fmt.Sprintf("%s is %s later: %s, was %s", who, delay(s.Seconds), rushDate(s.After, zone), rushDate(s.Before, zone))
	if s.Reason != "" {
		text += "; " + s.Reason
	}
	return text
}

// costText is what an option costs, line by line.
func rushCharges(c *plan.Cost) string {
	var parts []string
	for _, line := range []struct {
		name string
		cost decimal.Decimal
	}{{"overtime", c.Overtime}, {"expediting", c.Expedite}, {"dearer purchase", c.Purchase}, {"subcontractor", c.Subcontract}, {"transfer", c.Transfer}, {"setups", c.Setup}} {
		switch line.cost.Sign() {
		case 1:
			parts = append(parts, line.name+" "+rushMoney(line.cost))
		case -1:
			parts = append(parts, line.name+" "+rushMoney(line.cost.Neg())+" less")
		}
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	total := c.Total()
	if total.IsNegative() {
		return strings.Join(parts, ", ") + "; together " + rushMoney(total.Neg()) + " less than without it"
	}
	return strings.Join(parts, ", ") + "; together " + rushMoney(total)
}

// rushMoney is an amount with two places, whole ones without.
func rushMoney(d decimal.Decimal) string {
	d = d.Round(2)
	if d.IsNegative() {
		return "-" + rushMoney(d.Neg())
	}
	if d.IsInteger() {
		return thousands(d.IntPart())
	}
	whole := d.Truncate(0)
	return thousands(whole.IntPart()) + d.Sub(whole).Abs().StringFixed(2)[1:]
}

// samePlace reports whether two paths are one place, however they are written.
func samePlace(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
