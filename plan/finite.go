package plan

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// FiniteOptions steer finite scheduling; the zero value is good.
type FiniteOptions struct {
	// Direction is schedule.Backward (just in time) by default in the command; the zero
	// value begins everything as soon as it can.
	Direction    schedule.Direction
	Rules        []schedule.Rule
	NoGapFilling bool
	Passes       int
	Objective    schedule.Objective
	// ScheduledLeadTimes plans material again with the lead times that the first schedule
	// shows under its load, and schedules that.
	ScheduledLeadTimes bool
	// Optimise improves the schedule by search once it is built; nil: it is taken as built. The search is for this plan
	// alone: plans made of it are repaired, and improved where Repair.Optimise or Plan.Optimise ask for it.
	Optimise *Search
	// Progress, when set, is told how many operations are placed.
	Progress func(done, total int)
}

// Finite is the finite schedule of a plan: where and when its orders run, when purchases
// have to be there, and when demands ship. It is immutable and safe for any number of readers.
type Finite struct {
	*joint
	schedule *schedule.Schedule
	score    schedule.Score
	bound    schedule.Score
	lotEnd   []int64        // by lot: when it is there; bought ones are placed as late as can be
	latest   func() []int64 // by operation: latest ends that keep the due dates
	gain     *Gain          // by search; nil: none was asked for
	once     sync.Once
	promises []Promise
}

// newFinite schedules a material plan.
func newFinite(ctx context.Context, material *mrp.Plan, published []capacity.ScheduledOperation, o *FiniteOptions) (*Finite, error) {
	j := newJoint(material)
	j.dedicate(published)
	j.pin(published)
	options := schedule.Options{Direction: o.Direction, Rules: o.Rules, NoGapFilling: o.NoGapFilling,
		Passes: o.Passes, Objective: o.Objective, Reference: j.reference, Progress: o.Progress}
	s, err := schedule.Build(ctx, j.problem, options)
	for err != nil && j.breakCircle(err) {
		s, err = schedule.Build(ctx, j.problem, options)
	}
	if err != nil {
		return nil, err
	}
	f, err := finishFinite(j, s)
	if err != nil || o.Optimise == nil {
		j.taken = nil
		return f, err
	}
	g, gain, err := f.improve(ctx, o.Optimise, hunt{start: s, objective: o.Objective, reference: j.reference})
	j.taken = nil
	if err != nil {
		return nil, err
	}
	g.gain = &gain
	return g, nil
}

// finishFinite tells all that a schedule means for its plan.
func finishFinite(j *joint, s *schedule.Schedule) (*Finite, error) {
	f := &Finite{joint: j, schedule: s, score: schedule.Evaluate(s, j.reference)}
	f.latest = sync.OnceValue(func() []int64 { return schedule.LatestEnds(j.problem) })
	var err error
	if f.bound, err = schedule.Bound(j.problem); err != nil {
		return nil, err
	}
	f.placeOrders()
	return f, nil
}

// with is another schedule of the same orders.
func (f *Finite) with(s *schedule.Schedule) *Finite {
	g := &Finite{joint: f.joint, schedule: s, score: schedule.Evaluate(s, f.reference), bound: f.bound, latest: f.latest}
	g.placeOrders()
	return g
}

// Problem is the scheduling problem that the plan's orders make.
func (f *Finite) Problem() *schedule.Problem { return f.problem }

// Schedule is where and when every operation runs.
func (f *Finite) Schedule() *schedule.Schedule { return f.schedule }

// Score is the schedule in figures, Bound what no schedule of these orders can beat.
func (f *Finite) Score() schedule.Score { return f.score }

// Bound is what no schedule of these orders can beat; see schedule.Bound.
func (f *Finite) Bound() schedule.Score { return f.bound }

// Verify checks the schedule from first principles; see schedule.Verify.
func (f *Finite) Verify() []schedule.Violation { return schedule.Verify(f.problem, f.schedule) }

// jobEnd is when a job's last operation ends.
func (f *Finite) jobEnd(job int32) int64 {
	row := &f.problem.Jobs[job]
	if row.Ops == 0 {
		return f.today // all its operations are done
	}
	return f.schedule.End(row.First + row.Ops - 1)
}

// placeOrders finds when every lot is there: made ones when their job ends, bought ones
// at the last date that their consumers allow, but no earlier than they can be.
func (f *Finite) placeOrders() {
	limit := f.consumerLimits()
	f.lotEnd = make([]int64, len(f.lotJob))
	for part := range f.m.Parts {
		for at := f.lotStart[part]; at < f.lotStart[part+1]; at++ {
			if job := f.lotJob[at]; job >= 0 {
				f.lotEnd[at] = f.jobEnd(job)
				continue
			}
			o := f.material.Lot(bom.PartID(part), int(at-f.lotStart[part]))
			f.lotEnd[at] = f.boughtAt(&o, f.lotReady[at], limit[at])
		}
	}
}

// boughtAt is when a purchase is there: at the last date that what takes it at a time allows, but no earlier than it can be.
func (j *joint) boughtAt(o *mrp.OrderInfo, ready, taken int64) int64 {
	if ready >= capacity.Never {
		return ready
	}
	if taken >= capacity.Never {
		taken = o.Need.Begin(j.zone) // nothing that is ever done takes it
	}
	if day, ok := o.Calendar.Back(j.day(taken-int64(j.buffer(o.Part)/time.Second)), 0); ok {
		ready = max(ready, day.Begin(j.zone))
	}
	return ready
}

// consumerLimits are, by bought lot, the earliest time at which something takes it.
func (f *Finite) consumerLimits() []int64 {
	limit := make([]int64, len(f.lotJob))
	for i := range limit {
		limit[i] = capacity.Never
	}
	for _, t := range f.takings() {
		at := t.at
		if t.op >= 0 {
			at = max(at, f.schedule.Start(t.op)-int64(t.offset))
		}
		limit[t.lot] = min(limit[t.lot], at)
	}
	return limit
}

// needed is when a demand wants its goods on the dock.
func (j *joint) needed(d int32) int64 {
	row := j.m.Book.DemandAt(d)
	if row.Due.Exact && row.PackDays+row.ShipDays == 0 {
		return row.Due.Unix
	}
	return j.m.NeedDay(d).Begin(j.zone)
}

// day is the day of an instant.
func (j *joint) day(t int64) bom.Day { return bom.DayOf(time.Unix(t, 0).In(j.zone)) }

// when is an instant as tables write it; not given if it is never.
func (j *joint) when(t int64) bom.When {
	if t >= capacity.Never || t <= -capacity.Never {
		return bom.When{}
	}
	return bom.At(time.Unix(t, 0).In(j.zone))
}

// LotTimes are when a planned order starts and is there in the schedule: dates for
// purchases and other lead times, exact times for what is made; not given if it never is.
func (f *Finite) LotTimes(part bom.PartID, lot int) (start, end bom.When) {
	at := f.lotStart[part] + int32(lot)
	if f.lotEnd[at] >= capacity.Never {
		return bom.When{}, bom.When{}
	}
	if job := f.lotJob[at]; job >= 0 {
		return f.when(f.jobStart(job)), f.when(f.lotEnd[at])
	}
	o := f.material.Lot(part, lot)
	due := f.day(f.lotEnd[at])
	day, ok := o.Calendar.Back(due, int(o.Lead))
	if !ok {
		day = o.Start
	}
	return bom.OnDay(max(day, f.m.Start())), bom.OnDay(due)
}

// NeededBy is the day on which a planned order has to be there for what waits for it in the
// schedule to be in time; its own day if nothing with a due date waits for it.
func (f *Finite) NeededBy(part bom.PartID, lot int) bom.Day {
	at := f.lotStart[part] + int32(lot)
	job := f.lotJob[at]
	if job < 0 {
		return f.day(f.lotEnd[at]) // a purchase is placed as late as its consumers allow
	}
	row := &f.problem.Jobs[job]
	if row.Ops == 0 {
		return f.day(f.lotEnd[at])
	}
	if latest := f.latest()[row.First+row.Ops-1]; latest < capacity.Never {
		return f.day(latest)
	}
	return f.day(f.lotEnd[at])
}

func (f *Finite) jobStart(job int32) int64 {
	row := &f.problem.Jobs[job]
	start := capacity.Never
	for op := row.First; op < row.First+row.Ops; op++ {
		start = min(start, f.schedule.Start(op))
	}
	return start
}

// Operations yields the operations of the schedule by order, operation and machine: one row
// a machine of a split one; steps outside have no work centre. Lead times without a
// routing are no operations.
func (f *Finite) Operations() iter.Seq[capacity.ScheduledOperation] {
	return func(yield func(capacity.ScheduledOperation) bool) {
		latest := f.latest()
		for _, o := range f.ordersByID() {
			job := &f.problem.Jobs[o.job]
			for op := job.First; op < job.First+job.Ops; op++ {
				if f.problem.Ops[op].Number <= 0 {
					continue
				}
				for _, a := range f.parts(op) {
					if !yield(f.operation(o.id, a, latest[op])) {
						return
					}
				}
			}
		}
	}
}

// parts are an operation's assignments by machine.
func (f *Finite) parts(op int32) []schedule.Assignment {
	parts := f.schedule.Of(op)
	if len(parts) > 1 {
		parts = slices.SortedFunc(slices.Values(parts), func(a, b schedule.Assignment) int { return cmp.Compare(a.Machine, b.Machine) })
	}
	return parts
}

// namedJob is a job of an order with the order's id.
type namedJob struct {
	id  string
	job int32
}

// ordersByID are the orders and receipts that have a job with operations.
func (f *Finite) ordersByID() []namedJob {
	var out []namedJob
	for part := range f.m.Parts {
		for at := f.lotStart[part]; at < f.lotStart[part+1]; at++ {
			if f.lotJob[at] >= 0 {
				out = append(out, namedJob{f.material.LotID(bom.PartID(part), int(at-f.lotStart[part])), f.lotJob[at]})
			}
		}
	}
	for r, job := range f.receiptJob {
		if job >= 0 {
			out = append(out, namedJob{f.m.Book.ReceiptAt(int32(r)).ID, job})
		}
	}
	slices.SortFunc(out, func(a, b namedJob) int { return strings.Compare(a.id, b.id) })
	return out
}

func (f *Finite) operation(order string, a schedule.Assignment, latest int64) capacity.ScheduledOperation {
	op := &f.problem.Ops[a.Op]
	row := capacity.ScheduledOperation{Order: order, Op: int(op.Number), Start: f.when(a.Start), SetupEnd: f.when(a.SetupEnd), End: f.when(a.End),
		Quantity: a.Quantity, Family: f.problem.Families[op.Family], Pinned: a.Pin == schedule.Pinned}
	if a.Machine >= 0 {
		centre := f.problem.Machines[a.Machine].Centre
		row.WorkCentre, row.Machine = f.problem.Centres[centre].ID, int(a.Machine-f.problem.Centres[centre].First)+1
	}
	if late := a.End - latest; late > 0 && a.End < capacity.Never && latest > -capacity.Never {
		row.LateMinutes = bom.Number((late + 59) / 60 * int64(bom.One)) // up to whole minutes
	}
	return row
}
