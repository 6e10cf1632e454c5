package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// Lists of a finite plan are cut after so many lines.
const (
	mostBusy       = 6
	mostRuns       = 12
	mostViolations = 20
)

// schedule prints how busy the work centres are and who waits for them.
func (r *report) schedule(w io.Writer) {
	f := r.plan.Finite()
	score, bound := f.Score(), f.Bound()
	heading(w, "SCHEDULE", fmt.Sprintf("%s on %s", count(f.NumOperations(), "operation"), count(len(f.Problem().Machines), "machine")))
	fmt.Fprintf(w, "  done on %s; setups take %s; %d late at least, however the orders are put\n",
		instant(f, f.LastEnd()), hoursOf(time.Duration(score[schedule.SetupTime])*time.Second), bound[schedule.Late])
	if gain := f.Gain(); gain != nil {
		fmt.Fprintf(w, "  %s\n", fold("search: "+gain.String(), 2, pageWidth))
	}
	g := grid{indent: 2, columns: []column{{title: "work centre", most: 24}, {title: "machines", right: true}, {title: "used", right: true}, {title: "worst week", right: true},
		{title: ""}, {title: "late behind it", right: true}, {title: "the longest wait", fold: true}}}
	why := schedule.NewWhy(f.Schedule())
	for _, c := range r.busiest(why) {
		longest, late := "", 0
		for _, q := range c.queue {
			if q.Late > 0 {
				late++
			}
		}
		if late > 0 {
			longest = fmt.Sprintf("%s: %s", f.OrderOf(c.queue[0].Op), waited(c.queue[0].Wait))
		}
		g.add(c.id, strconv.Itoa(c.machines), c.load, c.worst, c.week, thousands(int64(late)), longest)
	}
	g.write(w)
	r.broken(w)
	r.remarks(w)
}

// busy is a work centre and how it is used.
type busy struct {
	id       string
	machines int
	fraction float64
	load     string
	worst    string
	week     string
	queue    []schedule.Queued
}

// busiest are the bottlenecks: the work centres in the order in which the planned load
// runs ahead of their time; see capacity.LoadProfile.Bottlenecks.
func (r *report) busiest(why *schedule.Why) []busy {
	f := r.plan.Finite()
	at := map[string]int{}
	for i := range f.Problem().Centres {
		at[f.Problem().Centres[i].ID] = i
	}
	var list []busy
	for _, b := range r.plan.CapacityRequirements(plan.LoadOptions{}).Profile.Bottlenecks() {
		i, ok := at[b.WorkCentre]
		if !ok || len(list) == mostBusy {
			continue
		}
		list = append(list, busy{id: b.WorkCentre, machines: int(f.Problem().Centres[i].Machines), queue: why.Queue(int32(i))})
	}
	r.fillLoads(list)
	return list
}

// fillLoads adds the share of the hours that is used up to the last operation.
func (r *report) fillLoads(list []busy) {
	at := map[string]int{}
	for i := range list {
		at[list[i].id] = i
	}
	type sum struct{ asked, available time.Duration }
	sums := make([]sum, len(list))
	worst := make([]float64, len(list))
	for l := range r.plan.Finite().Load(capacity.Week).Rows() {
		i, ok := at[l.WorkCentre]
		if !ok || l.Available == 0 {
			continue
		}
		sums[i].asked += l.Asked()
		sums[i].available += l.Available
		if v := float64(l.Asked()) / float64(l.Available); v > worst[i] {
			worst[i] = v
			list[i].worst, list[i].week = strconv.Itoa(int(v*100+0.5))+" %", l.First.String()
		}
	}
	for i := range list {
		if sums[i].available > 0 {
			list[i].fraction = float64(sums[i].asked) / float64(sums[i].available)
			list[i].load = strconv.Itoa(int(list[i].fraction*100+0.5)) + " %"
		}
	}
}

// remarks lists notes on how the schedule was made.
func (r *report) remarks(w io.Writer) {
	list := r.plan.Finite().Notes()
	if len(list) == 0 {
		return
	}
	heading(w, "SCHEDULE NOTES", strconv.Itoa(len(list)))
	for _, note := range list[:min(len(list), mostViolations)] {
		fmt.Fprintf(w, "  %s\n", fold(note, 2, pageWidth))
	}
	r.more(w, len(list)-mostViolations, "", "schedule")
}

// broken lists what the schedule could not keep, and what --verify found.
func (r *report) broken(w io.Writer) {
	f := r.plan.Finite()
	list := f.Schedule().Broken
	title := "COULD NOT BE KEPT"
	if len(r.violations) > 0 {
		list, title = r.violations, "VIOLATIONS"
	}
	if len(list) == 0 {
		return
	}
	heading(w, title, strconv.Itoa(len(list)))
	for _, v := range list[:min(len(list), mostViolations)] {
		fmt.Fprintf(w, "  %s\n", fold(f.Describe(v), 2, pageWidth))
	}
	r.more(w, len(list)-mostViolations, "", "schedule")
}

// runsToday lists the operations that begin in the first 24 hours, by work centre.
func (r *report) runsToday(w io.Writer) {
	f := r.plan.Finite()
	until := f.Problem().Start + 24*3600
	var list []capacity.ScheduledOperation
	for o := range f.Operations() {
		if !o.Start.IsZero() && o.Start.Unix < until && o.WorkCentre != "" {
			list = append(list, o)
		}
	}
	if len(list) == 0 {
		heading(w, "RUNS IN THE NEXT 24 HOURS", "nothing")
		return
	}
	slices.SortStableFunc(list, func(a, b capacity.ScheduledOperation) int {
		return cmp.Or(cmp.Compare(a.Start.Unix, b.Start.Unix), cmp.Compare(a.WorkCentre, b.WorkCentre), cmp.Compare(a.Machine, b.Machine))
	})
	heading(w, "RUNS IN THE NEXT 24 HOURS", count(len(list), "operation"))
	g := grid{indent: 2, columns: []column{{title: "start"}, {title: "end"}, {title: "work centre", most: 20}, {title: "", right: true}, {title: "order"}, {title: "op", right: true}, {title: "qty", right: true}, {title: "setup", most: 14}}}
	for _, o := range list[:min(len(list), mostRuns)] {
		g.add(instant(f, o.Start.Unix), instant(f, o.End.Unix), o.WorkCentre, strconv.Itoa(o.Machine), o.Order, strconv.Itoa(o.Op), o.Quantity.String(), o.Family)
	}
	g.write(w)
	r.more(w, len(list)-mostRuns, "", "schedule")
}

// instant is a time as people write it: Mon 2026-03-02 06:00.
func instant(f *plan.Finite, t int64) string {
	return time.Unix(t, 0).In(f.Zone()).Format("Mon 2006-01-02 15:04")
}

// hoursOf is a stretch of time in hours, half up at one decimal as in the gain of a search.
func hoursOf(d time.Duration) string {
	const tenth = 6 * time.Minute
	n := int64((d + tenth/2) / tenth)
	return fmt.Sprintf("%d.%d h", n/10, n%10)
}

// waited is a wait in hours or days.
func waited(seconds int64) string {
	if h := float64(seconds) / 3600; h < 48 {
		return strconv.FormatFloat(h, 'f', 1, 64) + " h"
	}
	return strconv.FormatFloat(float64(seconds)/(24*3600), 'f', 1, 64) + " days"
}

// latePromises lists the demands that are late or short on real machines, with the link of
// the chain that costs the most.
func (r *report) latePromises(w io.Writer) {
	var list []*plan.Promise
	for i := range r.promises {
		if r.promises[i].Status != mrp.OnTime {
			list = append(list, &r.promises[i])
		}
	}
	if len(list) == 0 {
		heading(w, "LATE OR SHORT", "nothing")
		return
	}
	slices.SortStableFunc(list, func(a, b *plan.Promise) int {
		return cmp.Or(-cmp.Compare(a.Status, b.Status), cmp.Compare(b.Late, a.Late))
	})
	heading(w, "LATE OR SHORT", count(len(list), "demand"))
	g := grid{indent: 2, columns: []column{{title: "demand", most: 20}, {title: "part", most: 22, give: true}, {title: "qty", right: true},
		{title: "due"}, {title: "promised"}, {title: "late", right: true}, {title: "why", fold: true}}}
	for _, p := range list[:min(len(list), mostLate)] {
		row := r.plan.Finite().Demand(p.Demand)
		late := "short"
		if p.Status == mrp.Late {
			late = waited(p.Late)
		}
		g.add(row.ID, partName(row.Item, row.Site), p.Quantity.String(), row.Due.Day.String(), dateOr(p.Promised.Day, "never"), late, p.Cause())
	}
	g.write(w)
	r.more(w, len(list)-mostLate, " demands", "demand_status")
}
