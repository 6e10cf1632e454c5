package main

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

// Lists of the report are cut after so many lines.
const (
	mostReleases = 12 // of a kind
	mostLate     = 20 // demands, or what holds them up
	mostExamples = 2  // of a message code
	mostFollowUp = 15
)

// report is what plan prints: the plan as a planner reads it over coffee.
type report struct {
	model    string
	plan     *plan.Plan
	notes    []tables.Note
	demands  []mrp.DemandResult
	messages iter.Seq[mrp.Message]
	// Of a finite plan:
	promises   []plan.Promise
	violations []schedule.Violation
	told       digest
	out        string // where the tables were written; empty: nowhere
}

// write prints the report.
func (r *report) write(w io.Writer) {
	orders := r.orders()
	r.header(w)
	r.totals(w, &orders)
	if r.plan.Scheduled() {
		r.schedule(w)
		r.runsToday(w)
	}
	r.releaseToday(w, &orders)
	if r.plan.Scheduled() {
		r.latePromises(w)
	} else {
		r.late(w)
	}
	r.advice(w)
	r.followUp(w)
	for i, n := range r.notes {
		if i == 0 {
			heading(w, "NOTES", "")
		}
		fmt.Fprintf(w, "  %s\n", fold(n.String(), 2, pageWidth))
	}
	if r.out != "" {
		fmt.Fprintf(w, "\nAll tables are in %s\n", r.out)
	}
}

func (r *report) header(w io.Writer) {
	m := r.plan.Model()
	s := m.Settings()
	zone := s.TimeZone
	if zone == "" {
		zone = "UTC"
	}
	horizon := ""
	if s.HorizonDays > 0 {
		horizon = fmt.Sprintf(", planned to %v", s.Start.Day+bom.Day(s.HorizonDays)-1)
	}
	fmt.Fprintf(w, "Plan of %s from %s (%s)%s\n%s\n", r.model, weekday(s.Start.Day), zone, horizon, fold(describe(m), 0, pageWidth))
}

// totals prints the figures of the plan.
func (r *report) totals(w io.Writer, orders *orderDigest) {
	served := r.served()
	total := 0
	var planned []string
	for k, n := range orders.planned {
		total += n
		if n > 0 {
			planned = append(planned, fmt.Sprintf("%s %s", thousands(int64(n)), bom.Kind(k)))
		}
	}
	severity := r.told.severity
	said := fmt.Sprintf("%s, %s, %s for information", count(severity[mrp.Error], "error"), count(severity[mrp.Warning], "warning"), thousands(int64(severity[mrp.Info])))
	heading(w, "TOTALS", "")
	g := grid{indent: 2, columns: []column{{}, {right: true}, {fold: true}}}
	g.add("demands", thousands(int64(len(r.demands))), served)
	g.add("planned orders", thousands(int64(total)), strings.Join(planned, ", "))
	g.add("messages", thousands(int64(r.told.total)), said)
	g.write(w)
}

// served says how many demands are on time, late and short, on real machines if they are scheduled.
func (r *report) served() string {
	var n [3]int // on time, late, short
	sum, worst, all := 0.0, 0.0, 0
	add := func(status mrp.Status, days float64) {
		all++
		switch status {
		case mrp.OnTime:
			n[0]++
			return
		case mrp.Late:
			n[1]++
		case mrp.Short:
			n[2]++
		}
		sum += days
		worst = max(worst, days)
	}
	if r.plan.Scheduled() {
		for i := range r.promises {
			add(r.promises[i].Status, float64(r.promises[i].Late)/(24*3600))
		}
	} else {
		for i := range r.demands {
			add(r.demands[i].Status, float64(r.demands[i].LateDays))
		}
	}
	served := fmt.Sprintf("%s on time (%s), %s late, %s short", thousands(int64(n[0])), percent(n[0], all), thousands(int64(n[1])), thousands(int64(n[2])))
	if n[1] > 0 {
		served += fmt.Sprintf("; late by %s in sum, at worst %s", daysText(sum), strconv.FormatFloat(math.Round(worst*10)/10, 'f', -1, 64))
	}
	return served
}

// daysText is a number of days with at most one decimal.
func daysText(d float64) string {
	d = math.Round(d*10) / 10
	if d == math.Trunc(d) {
		return days(int(d))
	}
	return strconv.FormatFloat(d, 'f', 1, 64) + " days"
}

// orderDigest is what the report tells of the planned orders, by kind.
type orderDigest struct {
	planned [len(bom.Kinds)]int
	release [len(bom.Kinds)]int         // of them: start today
	first   [len(bom.Kinds)][]mrp.Order // of these: the first ones to list
}

// orders counts the planned orders, and keeps the first of those that start today, by
// lateness, due and id.
func (r *report) orders() orderDigest {
	var d orderDigest
	today := r.plan.Model().Settings().Start.Day
	before := func(a, b mrp.Order) int {
		return cmp.Or(cmp.Compare(b.LateDays, a.LateDays), cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID))
	}
	f := r.plan.Finite()
	for o := range r.plan.Material().Orders() {
		d.planned[o.Kind]++
		if f != nil {
			if start, end := f.LotTimes(o.Part, o.Lot); !start.IsZero() { // as the schedule has it
				o.Start, o.Due = start.Day, end.Day
				o.LateDays = max(0, int(end.Day-f.NeededBy(o.Part, o.Lot)))
			}
		}
		if o.Start <= today && !o.Unscheduled {
			d.release[o.Kind]++
			d.first[o.Kind] = keepFirst(d.first[o.Kind], o, mostReleases, before)
		}
	}
	return d
}

// keepFirst puts v behind its equals in a sorted list of at most so many.
func keepFirst[T any](list []T, v T, most int, compare func(a, b T) int) []T {
	at := len(list)
	for at > 0 && compare(v, list[at-1]) < 0 {
		at--
	}
	if at == most {
		return list
	}
	list = slices.Insert(list, at, v)
	return list[:min(len(list), most)]
}

// releaseToday lists what to release, by kind: what is late already first.
func (r *report) releaseToday(w io.Writer, orders *orderDigest) {
	total := 0
	for _, n := range orders.release {
		total += n
	}
	if total == 0 {
		heading(w, "RELEASE TODAY", "nothing")
		return
	}
	heading(w, "RELEASE TODAY", count(total, "order"))
	g := grid{indent: 4, columns: []column{{title: "order"}, {title: "what", most: 26, give: true}, {title: "qty", right: true}, {title: "", most: 4},
		{title: "due"}, {title: "late", right: true}, {title: "from", most: 18, give: true}, {title: "for", most: 14}}}
	cut := 0
	for kind, n := range orders.release {
		if n == 0 {
			continue
		}
		title := fmt.Sprintf("%s %s", bom.Kind(kind), thousands(int64(n)))
		if n > mostReleases {
			title += fmt.Sprintf(", the first %d of them:", mostReleases)
			cut += n - mostReleases
		}
		g.section(title)
		for _, o := range orders.first[kind] {
			part := &r.plan.Model().Catalog.Parts[o.Part]
			names := r.plan.Model().Catalog.Names
			g.add(o.ID, names.String(part.Description), o.Quantity.String(), names.String(part.UOM), o.Due.String(), lateDays(o.LateDays), r.from(&o), o.Demand)
		}
	}
	g.write(w)
	r.more(w, cut, "", "planned_orders")
}

// lateDays is a number of days, or nothing.
func lateDays(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + " d"
}

// from is the supplier or sending site of an order, else its source.
func (r *report) from(o *mrp.Order) string {
	c := r.plan.Model().Catalog
	first, last := c.Sources(o.Part)
	for i := first; i < last; i++ {
		if s := &c.Supplies[i]; c.Names.String(s.ID) == o.Source && s.From != 0 {
			return c.Names.String(s.From)
		}
	}
	return o.Source
}

// more tells how many lines were cut from a list, and where they stand.
func (r *report) more(w io.Writer, n int, what, table string) {
	if n <= 0 {
		return
	}
	where := fmt.Sprintf("see %s.csv with --out", table)
	if r.out != "" {
		where = fmt.Sprintf("see %s in %s", table, r.out)
	}
	fmt.Fprintf(w, "  … and %s more%s (%s)\n", thousands(int64(n)), what, where)
}

// partName is an item, with its site unless that is the default one.
func partName(item, site string) string {
	if site == bom.DefaultSite {
		return item
	}
	return item + "@" + site
}
