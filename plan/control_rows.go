package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/fixed"
)

// flows are the rows by work centre and week, up to the week of a day.
func (k *flowCounter) flows(through bom.Day) []Flow {
	var centres []string
	backlog := map[string]time.Duration{}
	for _, t := range k.list {
		if !slices.Contains(centres, t.centre) {
			centres = append(centres, t.centre)
		}
		if t.arrives < k.plan.Finite().today {
			backlog[t.centre] += t.work
		}
	}
	slices.Sort(centres)
	first, last := mondayOf(k.plan.model.Book.Start), mondayOf(through)
	for key := range k.cells {
		first = min(first, key.monday) // reports of before the start
	}
	var out []Flow
	for _, centre := range centres {
		before := Flow{PlannedBacklog: backlog[centre], Backlog: backlog[centre]}
		for monday := first; monday <= last; monday += 7 {
			f := Flow{WorkCentre: centre, First: monday, Last: monday + 6}
			if c := k.cells[flowCell{centre, monday}]; c != nil {
				f = *c
			}
			f.PlannedBacklog = before.PlannedBacklog + f.PlannedInput - f.PlannedOutput
			f.Backlog = before.Backlog + f.Input - f.Output
			f.InputDeviation = before.InputDeviation + f.Input - f.PlannedInput
			f.OutputDeviation = before.OutputDeviation + f.Output - f.PlannedOutput
			out = append(out, f)
			before = f
		}
	}
	return out
}

// lags are the orders that are not where they were to be at the end of a day.
func (k *flowCounter) lags(through bom.Day) []Lag {
	end := (through + 1).Begin(k.zone)
	var out []Lag
	for i := 0; i < len(k.list); {
		lag := Lag{Order: k.list[i].order}
		for ; i < len(k.list) && k.list[i].order == lag.Order; i++ {
			t := k.list[i]
			if t.ends <= end {
				lag.Behind += t.work
			}
			lag.Behind -= t.reported()
			if lag.Op == 0 && !t.done() {
				lag.Op = t.op
				lag.Late = max(0, time.Duration(end-t.ends)*time.Second)
			}
		}
		if lag.Behind != 0 {
			out = append(out, lag)
		}
	}
	return out
}

// reported is the work of a task that is reported, or that is not wanted any more as its pieces were lost before.
func (t *task) reported() time.Duration {
	if q := t.good + t.lost + t.missing; q > 0 {
		return t.of(q)
	}
	return 0
}

// levers are ways to make up for the output that work centres are behind with at the end.
func (k *flowCounter) levers(flows []Flow, through bom.Day) []CatchUp {
	var out []CatchUp
	for i := range flows {
		if i+1 < len(flows) && flows[i+1].WorkCentre == flows[i].WorkCentre || flows[i].OutputDeviation >= 0 {
			continue
		}
		centre, gap := flows[i].WorkCentre, -flows[i].OutputDeviation
		out = append(out, k.overtime(centre, gap))
		out = append(out, k.alternates(centre, gap, through)...)
	}
	slices.SortStableFunc(out, func(a, b CatchUp) int {
		return cmp.Or(strings.Compare(a.WorkCentre, b.WorkCentre), -strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Order, b.Order), cmp.Compare(a.Op, b.Op), strings.Compare(a.On, b.On))
	})
	return out
}

// overtime is how long a centre has to work on to close a gap: at most its overtime hours a day and machine.
func (k *flowCounter) overtime(centre string, gap time.Duration) CatchUp {
	lever := CatchUp{WorkCentre: centre, Kind: CatchUpOvertime, Gap: gap, Time: gap}
	i, ok := k.plan.model.Shop.Centre(centre)
	if !ok {
		return lever
	}
	w := &k.plan.model.Shop.Centres[i]
	day := hours(w.OvertimeHoursPerDay) * time.Duration(w.Machines.Or(1))
	if day > 0 {
		lever.Days = int((gap + day - 1) / day)
	}
	cost, ok := fixed.MulDivCeil(int64(w.OvertimeCostPerHour), int64(gap/time.Second), 3600)
	if ok {
		lever.Cost = bom.Number(cost)
	}
	return lever
}

// hours is a number of hours.
func hours(n bom.Number) time.Duration {
	seconds, _ := fixed.MulDivFloor(int64(n), 3600, int64(bom.One))
	return time.Duration(seconds) * time.Second
}

// alternates are the late operations of a centre that can run on another one.
func (k *flowCounter) alternates(centre string, gap time.Duration, through bom.Day) []CatchUp {
	end := (through + 1).Begin(k.zone)
	f := k.plan.Finite()
	var out []CatchUp
	for _, t := range k.list {
		if t.centre != centre || t.began || t.ends > end {
			continue
		}
		job, ok := f.jobOf(t.order)
		if !ok {
			continue
		}
		for op := f.problem.Jobs[job].First; op < f.problem.Jobs[job].First+f.problem.Jobs[job].Ops; op++ {
			o := &f.problem.Ops[op]
			if int(o.Number) != t.op {
				continue
			}
			for m := o.Modes; m < o.Modes+o.NumModes; m++ {
				if c := f.problem.Modes[m].Centre; c >= 0 && f.problem.Centres[c].ID != centre {
					out = append(out, CatchUp{WorkCentre: centre, Kind: CatchUpAlternate, Gap: gap, Time: min(gap, t.work), Order: t.order, Op: t.op, On: f.problem.Centres[c].ID})
				}
			}
		}
	}
	return out
}
