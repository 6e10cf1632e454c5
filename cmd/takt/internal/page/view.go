package page

import (
	"fmt"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// view is a finite plan with what several parts of the page need.
type view struct {
	plan     *plan.Plan
	f        *plan.Finite
	p        *schedule.Problem
	s        *schedule.Schedule
	zone     *time.Location
	jobs     []plan.JobInfo
	latest   []int64 // by operation: the latest end that keeps all demands on time
	promises []plan.Promise
	colours  *colours
}

func newView(p *plan.Plan) *view {
	f := p.Finite()
	v := &view{plan: p, f: f, p: f.Problem(), s: f.Schedule(), zone: f.Zone(), jobs: f.Jobs(), latest: f.LatestEnds(), promises: f.Promises()}
	v.colours = newColours(v.p, v.s)
	return v
}

// late is by how much an assignment ends after the latest end of its operation; 0: not.
func (v *view) lateBy(a *schedule.Assignment) int64 {
	latest := v.latest[a.Op]
	if a.End >= capacity.Never || latest <= -capacity.Never {
		return 0
	}
	return max(0, a.End-latest)
}

// job is what the operation belongs to.
func (v *view) job(op int32) *plan.JobInfo { return &v.jobs[v.p.Ops[op].Job] }

// placed reports whether an assignment has times.
func placed(a *schedule.Assignment) bool { return a.Start < capacity.Never && a.End < capacity.Never }

// tip describes an assignment for a tooltip: what, where and when, and what is special.
func (v *view) tip(a *schedule.Assignment) string {
	var b strings.Builder
	o, job := &v.p.Ops[a.Op], v.job(a.Op)
	b.WriteString(job.ID)
	if o.Number > 0 {
		fmt.Fprintf(&b, " op %d", o.Number)
	}
	fmt.Fprintf(&b, "\n%s × %s", quantity(a.Quantity, o.Quantity), partName(job.Item, job.Site))
	if a.Machine >= 0 {
		b.WriteString(" on " + v.machineName(a.Machine))
	}
	b.WriteString("\n" + v.between(a.Start, a.End))
	if a.SetupEnd > a.Start && a.Machine >= 0 {
		fmt.Fprintf(&b, "\nsetup until %s", v.clock(a.SetupEnd))
		if o.Family > 0 {
			b.WriteString(" for " + v.p.Families[o.Family])
		}
	} else if o.Family > 0 {
		b.WriteString("\nset up for " + v.p.Families[o.Family] + " already")
	}
	if late := v.lateBy(a); late > 0 {
		b.WriteString("\n" + length(late) + " too late for its demands")
	}
	if a.Pin != schedule.Free {
		b.WriteString("\n" + schedule.PinKinds[a.Pin])
	}
	return b.String()
}

// quantity is the part of a split operation, or all of it.
func quantity(part, whole bom.Quantity) string {
	if part == 0 {
		return whole.String()
	}
	return part.String()
}

// machineName is a machine as planners call it: the work centre, and a number if it has several.
func (v *view) machineName(machine int32) string {
	c := &v.p.Centres[v.p.Machines[machine].Centre]
	if c.Machines == 1 {
		return c.ID
	}
	return fmt.Sprintf("%s %d", c.ID, machine-c.First+1)
}

// partName is an item, with its site unless that is the default one.
func partName(item, site string) string {
	if site == bom.DefaultSite || site == "" {
		return item
	}
	return item + "@" + site
}
