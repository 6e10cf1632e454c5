package plan

import (
	"cmp"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// alternate makes another work centre the first choice of the operation that waits, for every order of that item. The
// schedule takes an alternate by itself where the preferred centre ends too late for the due dates; so this is of use only
// where the operation itself seems in time, and what follows it is late.
func (s *search) alternate(t *try, c *Cause) []pull {
	if !t.plan.Scheduled() || !s.allowed[LeverAlternate] {
		return nil
	}
	switch choice, ok := t.plan.hasChoice(c); {
	case !ok:
		return nil
	case !choice:
		s.cannot(LeverAlternate, "%s op %d has no alternate work centre", c.Item, c.Op)
		return nil
	}
	f := t.plan.Finite()
	job, ok := f.jobOf(c.Order)
	if !ok {
		return nil
	}
	op, ok := f.numbered(job, c.Op)
	if !ok {
		return nil
	}
	if f.schedule.End(op) > f.latest()[op] {
		s.cannot(LeverAlternate, "%s op %d: the schedule has looked at its alternates already, as the preferred work centre is late", c.Item, c.Op)
		return nil
	}
	return s.prefer(t, c)
}

// hasChoice reports whether the operation that waits may run in several ways; ok is false if it is not known.
func (p *Plan) hasChoice(c *Cause) (choice, ok bool) {
	g := p.ground()
	defer g.release()
	job, ok := g.jobOf(c.Order)
	if !ok {
		return false, false
	}
	op, ok := g.numbered(job, c.Op)
	return ok && g.problem.Ops[op].NumModes > 1, ok
}

// numbered is a job's first operation of a number; ok is false if it has none.
func (j *joint) numbered(job int32, number int) (op int32, ok bool) {
	row := &j.problem.Jobs[job]
	for op := row.First; op < row.First+row.Ops; op++ {
		if int(j.problem.Ops[op].Number) == number {
			return op, true
		}
	}
	return -1, false
}

// prefer are the alternates of an operation, each as the first choice.
func (s *search) prefer(t *try, c *Cause) []pull {
	var rows []capacity.Operation
	for row := range t.plan.model.Operations() {
		if row.Item == c.Item && row.Site == c.Site && row.Op == c.Op && row.WorkCentre != "" {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b capacity.Operation) int { return cmp.Compare(a.Preference, b.Preference) })
	var list []pull
	for i := range rows {
		if rows[i].WorkCentre == c.WorkCentre || i > 0 && rows[i].Routing != rows[0].Routing {
			continue
		}
		first := asFirst(rows[0], rows[i])
		changes := []Change{ChangeOperation{first}}
		for k, row := range rows {
			if k != i {
				row.Preference = max(row.Preference, 1) + 1
				changes = append(changes, ChangeOperation{row})
			}
		}
		list = append(list, pull{Lever{Kind: LeverAlternate, WorkCentre: first.WorkCentre, Item: c.Item, Site: c.Site, Order: c.Order}, changes})
	}
	return list
}

// asFirst is an alternate as the first choice, with the columns that belong to the operation and are read from that.
func asFirst(was, row capacity.Operation) capacity.Operation {
	row.Preference = 1
	row.Name, row.QueueMin, row.MoveMin, row.MinWaitMin, row.MaxWaitMin = was.Name, was.QueueMin, was.MoveMin, was.MinWaitMin, was.MaxWaitMin
	row.OverlapQuantity, row.SplitMax, row.Sequence = was.OverlapQuantity, was.SplitMax, was.Sequence
	row.Interruptible, row.HoldTool, row.Yield = was.Interruptible, was.HoldTool, was.Yield
	if row.SetupFamily == "" {
		row.SetupFamily = was.SetupFamily
	}
	return row
}
