package plan

import (
	"iter"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// pin takes over the published schedule: operations that are pinned, started or inside the
// frozen zone keep machine and times; the others are the reference for stability. Rows of
// orders or operations that are no more are passed over. The last operation that ended on a machine says what it is set up for.
func (j *joint) pin(published []capacity.ScheduledOperation) {
	if len(published) == 0 {
		return
	}
	frozen := j.frozenUntil()
	lastEnd := make([]int64, len(j.problem.Machines))
	var known []schedule.Assignment
	seen := make([]bool, len(j.problem.Ops))
	pinned := map[int32]schedule.PinKind{} // by operation
	for i := range published {
		row := &published[i]
		machine := j.machine(row)
		start, end := row.Start.Instant(j.zone), row.End.Instant(j.zone)
		if machine >= 0 && end <= j.today && !row.End.IsZero() && end > lastEnd[machine] {
			lastEnd[machine] = end
			j.problem.Machines[machine].Family = j.family(row.Family)
		}
		a, ok := j.assigned(row, machine)
		if !ok {
			continue
		}
		op := a.Op
		if a.Pin = j.pinKind(row, op, start, end, frozen); a.Pin != schedule.Free {
			pinned[op] = a.Pin
		}
		known = append(known, a)
		seen[op] = true
	}
	for i := range known { // a split operation is kept with all its parts
		if known[i].Pin = pinned[known[i].Op]; known[i].Pin != schedule.Free {
			j.problem.Pins = append(j.problem.Pins, known[i])
		}
	}
	j.reference = j.partly(known, seen)
}

// assigned is a row of a schedule as an assignment; ok is false if its operation is no more, it has no times, or the routing
// has other machines now.
func (j *joint) assigned(row *capacity.ScheduledOperation, machine int32) (a schedule.Assignment, ok bool) {
	op := j.operationOf(row)
	start, end := row.Start.Instant(j.zone), row.End.Instant(j.zone)
	if op < 0 || row.Start.IsZero() || row.End.IsZero() || end < start {
		return a, false
	}
	a = schedule.Assignment{Op: op, Machine: machine, Mode: j.modeOn(op, machine), Start: start, SetupEnd: start, End: end, Quantity: row.Quantity}
	if !row.SetupEnd.IsZero() {
		a.SetupEnd = row.SetupEnd.Instant(j.zone)
	}
	if a.Quantity == 0 {
		a.Quantity = j.problem.Ops[op].Quantity
	}
	return a, a.Mode >= 0
}

// partly is a schedule of which only some operations are known.
func (j *joint) partly(known []schedule.Assignment, seen []bool) *schedule.Schedule {
	for op := range seen {
		if !seen[op] {
			known = append(known, schedule.Assignment{Op: int32(op), Machine: -1, Mode: -1, Start: capacity.Never, End: capacity.Never})
		}
	}
	return schedule.NewSchedule(j.problem, known)
}

// referenceOf is another plan's schedule as one of these operations, to stay near to.
func (j *joint) referenceOf(rows iter.Seq[capacity.ScheduledOperation]) *schedule.Schedule {
	var known []schedule.Assignment
	seen := make([]bool, len(j.problem.Ops))
	for row := range rows {
		if a, ok := j.assigned(&row, j.machine(&row)); ok {
			known = append(known, a)
			seen[a.Op] = true
		}
	}
	return j.partly(known, seen)
}

// frozenUntil is the end of the frozen zone.
func (j *joint) frozenUntil() int64 {
	return j.today + int64(j.m.Book.Settings.FreezeHours)/int64(bom.One)*3600 + int64(j.m.Book.Settings.FreezeHours)%int64(bom.One)*3600/int64(bom.One)
}

// pinKind says whether a published operation keeps machine and times. A started one is the
// next of an order in progress; one that should have ended already is planned again, as
// no one knows what is left of it.
func (j *joint) pinKind(row *capacity.ScheduledOperation, op int32, start, end, frozen int64) schedule.PinKind {
	switch {
	case row.Pinned:
		return schedule.Pinned
	case start < j.today:
		if end > j.today && j.inProgress(row.Order) && op == j.problem.Jobs[j.problem.Ops[op].Job].First {
			return schedule.Started
		}
		return schedule.Free
	case start < frozen:
		return schedule.Frozen
	}
	return schedule.Free
}

func (j *joint) inProgress(order string) bool {
	r, ok := j.m.Book.Receipt(order)
	return ok && j.m.Book.ReceiptAt(r).Status == mrp.InProgress
}

// machine is a row's machine in the problem; -1: none, or unknown.
func (j *joint) machine(row *capacity.ScheduledOperation) int32 {
	centre, ok := j.m.Shop.Centre(row.WorkCentre)
	if !ok || j.centreOf[centre] < 0 {
		return -1
	}
	c := &j.problem.Centres[j.centreOf[centre]]
	if k := int32(max(row.Machine, 1)); k <= c.Machines {
		return c.First + k - 1
	}
	return -1
}

// operationOf is a row's operation; -1 if the plan has no such.
func (j *joint) operationOf(row *capacity.ScheduledOperation) int32 {
	job, ok := j.jobOf(row.Order)
	if !ok || row.Op == 0 {
		return -1
	}
	for op := j.problem.Jobs[job].First; op < j.problem.Jobs[job].First+j.problem.Jobs[job].Ops; op++ {
		if int(j.problem.Ops[op].Number) == row.Op {
			return op
		}
	}
	return -1
}

// modeOn is the mode in which an operation can run on a machine; -1: none.
func (j *joint) modeOn(op, machine int32) int32 {
	o := &j.problem.Ops[op]
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		c := j.problem.Modes[m].Centre
		if c < 0 && machine < 0 || c >= 0 && machine >= j.problem.Centres[c].First && machine < j.problem.Centres[c].First+j.problem.Centres[c].Machines {
			return m
		}
	}
	return -1
}
