package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/fixed"
)

// ReportKind is what a report from the shop floor says of an operation.
type ReportKind uint8

// The kinds of reports.
const (
	Started  ReportKind = iota // work on it has begun
	Finished                   // good pieces came out
	Scrapped                   // pieces were lost in it
)

// ReportKinds are the names of the kinds, by kind.
var ReportKinds = [...]string{"started", "finished", "scrapped"}

// Report is what the shop floor says of an operation of the schedule.
type Report struct {
	Order    string
	Op       int
	Kind     ReportKind
	At       bom.When
	Quantity bom.Quantity // 0: all of the operation; not used when started
}

// Control is input/output control: what the schedule meant to flow through the work centres, and what did, up to the
// week of the last report (Oliver W. Wight, Input/Output Control: A Real Handle on Lead Time, Production & Inventory
// Management 11, 1970; Vollmann, Berry & Whybark, Manufacturing Planning and Control Systems, the chapter on shop-floor control).
//
// The measure is standard work: the working time that the schedule gives an operation, setup included.
// Input of a centre in a week is the work that arrives there: an operation arrives when the one before it is
// finished, the first one of an order when it begins. Output is the work that is finished there in the week: a report of a part
// of the quantity counts that part, scrap too, as time was spent on it; but scrap does not arrive at the next operation. Backlog is
// the work that waits or runs at the end of the week: backlog of the week before + input − output. What has arrived when
// the plan starts, because the operation before it is done, is the backlog that both sides begin with.
type Control struct {
	Through bom.Day   // the last day with a report
	Flows   []Flow    // by work centre and week
	Orders  []Lag     // orders that are not where they were to be, by order
	CatchUp []CatchUp // by work centre, kind and operation
}

// Flow is the work through one work centre in a week, from Monday to Sunday.
type Flow struct {
	WorkCentre                      string
	First, Last                     bom.Day
	PlannedInput, Input             time.Duration
	PlannedOutput, Output           time.Duration
	PlannedBacklog, Backlog         time.Duration // at the end of the week
	InputDeviation, OutputDeviation time.Duration // reported − planned, summed up to the week
}

// Lag is how far an order is from where it was to be after the last day with a report.
type Lag struct {
	Order string
	// Op is the first operation that is not finished; 0: all are.
	Op int
	// Behind is the work that was to be finished and is not; below 0 it is ahead.
	Behind time.Duration
	// Late is the time from the planned end of Op to the end of that day; 0 if it is to come.
	Late time.Duration
}

// CatchUpKind is a way to make up for output that is missing.
type CatchUpKind string

// The ways.
const (
	CatchUpOvertime  CatchUpKind = "overtime"  // work longer on the work centre
	CatchUpAlternate CatchUpKind = "alternate" // run a waiting operation on another work centre
)

// CatchUp is a lever for a work centre whose output is behind.
type CatchUp struct {
	WorkCentre string
	Kind       CatchUpKind
	Gap        time.Duration // output that is missing
	Time       time.Duration // of it that the lever makes up
	Days       int           // of overtime that it takes; 0: the centre has no cap
	Cost       bom.Number    // of the overtime
	Order      string        // the operation that could run elsewhere
	Op         int
	On         string // the other work centre
}

// task is an operation as it was planned and as it is reported.
type task struct {
	order, centre string
	op            int
	work          time.Duration
	quantity      bom.Quantity
	arrives, ends int64 // as planned; arrives below the start: it is there when the plan starts
	good, lost    bom.Quantity
	missing       bom.Quantity // lost before it arrived
	began         bool
	next          *task
}

// Control compares reports with the published schedule, or with the schedule of the plan if none is published. Errors are
// *NotFoundError and *ValueError. O(n log n) in the operations and reports.
func (p *Plan) Control(reports []Report) (*Control, error) {
	if !p.Scheduled() {
		return nil, &ValueError{"schedule", "", "there is no schedule to compare with: plan with finite scheduling"}
	}
	k := &flowCounter{plan: p, zone: p.model.Zone(), tasks: map[opName]*task{}, cells: map[flowCell]*Flow{}}
	k.expect()
	reports = slices.Clone(reports)
	slices.SortStableFunc(reports, func(a, b Report) int { return cmp.Compare(a.At.Instant(k.zone), b.At.Instant(k.zone)) })
	through := p.model.Book.Start
	for i := range reports {
		if err := k.report(&reports[i]); err != nil {
			return nil, err
		}
		through = max(through, reports[i].At.Day)
	}
	c := &Control{Through: through}
	c.Flows = k.flows(through)
	c.Orders = k.lags(through)
	c.CatchUp = k.levers(c.Flows, through)
	return c, nil
}

type opName struct {
	order string
	op    int
}

type flowCell struct {
	centre string
	monday bom.Day
}

// flowCounter counts what arrives at work centres and leaves them.
type flowCounter struct {
	plan  *Plan
	zone  *time.Location
	tasks map[opName]*task
	list  []*task // by order and operation
	cells map[flowCell]*Flow
}

// monday is the first day of the week of an instant.
func (k *flowCounter) monday(at int64) bom.Day {
	return mondayOf(bom.DayOf(time.Unix(at, 0).In(k.zone)))
}

func mondayOf(d bom.Day) bom.Day { return d - bom.Day((int(d.Weekday())+6)%7) }

// cell is the flow of a centre in the week of an instant.
func (k *flowCounter) cell(centre string, at int64) *Flow {
	key := flowCell{centre, k.monday(at)}
	if k.cells[key] == nil {
		k.cells[key] = &Flow{WorkCentre: centre, First: key.monday, Last: key.monday + 6}
	}
	return k.cells[key]
}

// expect counts what the schedule means to flow.
func (k *flowCounter) expect() {
	rows := k.plan.model.published
	if len(rows) == 0 {
		rows = slices.Collect(k.plan.Finite().Operations())
	}
	for i := range rows {
		k.add(&rows[i])
	}
	for _, t := range k.tasks {
		k.list = append(k.list, t)
	}
	slices.SortFunc(k.list, func(a, b *task) int { return cmp.Or(strings.Compare(a.order, b.order), cmp.Compare(a.op, b.op)) })
	start := k.plan.Finite().today
	for i, t := range k.list {
		if i > 0 && k.list[i-1].order == t.order {
			k.list[i-1].next, t.arrives = t, k.list[i-1].ends
		} else if k.waiting(t) {
			t.arrives = start - 1
		}
		if t.arrives >= start {
			k.cell(t.centre, t.arrives).PlannedInput += t.work
		}
		k.cell(t.centre, t.ends).PlannedOutput += t.work
	}
}

// add takes a row of the schedule; parts of a split operation are one task.
func (k *flowCounter) add(r *capacity.ScheduledOperation) {
	start, end := r.Start.Instant(k.zone), r.End.Instant(k.zone)
	if r.Start.IsZero() || r.End.IsZero() || end < k.plan.Finite().today || r.WorkCentre == "" {
		return
	}
	work := time.Duration(k.plan.Finite().hoursOf(r).Between(start, end)) * time.Second
	name := opName{r.Order, r.Op}
	t := k.tasks[name]
	if t == nil {
		t = &task{order: r.Order, op: r.Op, centre: r.WorkCentre, arrives: start, ends: end}
		k.tasks[name] = t
	}
	t.work += work
	t.quantity += r.Quantity
	t.arrives, t.ends = min(t.arrives, start), max(t.ends, end)
}

// waiting reports whether the first operation of an order that is left has an operation before it that is done.
func (k *flowCounter) waiting(t *task) bool {
	r, ok := newDraft(k.plan).receipt(t.order)
	return ok && r.OpDone.Or(0) > 0
}

// report counts what really flows.
func (k *flowCounter) report(r *Report) error {
	t := k.tasks[opName{r.Order, r.Op}]
	switch {
	case t == nil:
		ids := make([]string, len(k.list))
		for i, t := range k.list {
			ids[i] = operationName(t.order, t.op)
		}
		name := operationName(r.Order, r.Op)
		return &NotFoundError{Kind: "operation", ID: name, Closest: closestID(name, slices.Values(ids)), Advice: "report operations of the schedule"}
	case r.At.IsZero():
		return &ValueError{"at", "", fmt.Sprintf("say when operation %s was reported", operationName(r.Order, r.Op))}
	case int(r.Kind) >= len(ReportKinds):
		return &ValueError{"kind", strconv.Itoa(int(r.Kind)), "one of " + strings.Join(ReportKinds[:], ", ") + " is expected"}
	case r.Quantity < 0:
		return &ValueError{"qty", r.Quantity.String(), "a quantity above 0 is expected, or none for all"}
	}
	at, start := r.At.Instant(k.zone), k.plan.Finite().today
	if !t.began && t.arrives >= start && k.first(t) {
		k.cell(t.centre, at).Input += t.work // the first operation arrives when it begins
	}
	t.began = true
	if r.Kind == Started {
		return nil
	}
	q, left := r.Quantity, t.left()
	if q == 0 {
		q = left
	}
	if q > left {
		return &ValueError{"qty", q.String(), fmt.Sprintf("of operation %s only %v are left to report: give at most that", operationName(r.Order, r.Op), left)}
	}
	out := t.good + t.lost
	k.cell(t.centre, at).Output += t.of(out+q) - t.of(out)
	if r.Kind == Scrapped {
		t.lost += q
		for n := t.next; n != nil; n = n.next {
			n.missing += q
		}
		return nil
	}
	if t.good += q; t.next != nil {
		k.cell(t.next.centre, at).Input += t.next.of(t.good) - t.next.of(t.good-q)
	}
	return nil
}

// first reports whether a task is the first of its order.
func (k *flowCounter) first(t *task) bool {
	i, _ := slices.BinarySearchFunc(k.list, t, func(a, b *task) int { return cmp.Or(strings.Compare(a.order, b.order), cmp.Compare(a.op, b.op)) })
	return i == 0 || k.list[i-1].order != t.order
}

// left is what is not reported yet of a task, without what was lost before it arrived.
func (t *task) left() bom.Quantity { return max(0, t.quantity-t.good-t.lost-t.missing) }

// of is the work of the first q pieces of a task.
func (t *task) of(q bom.Quantity) time.Duration {
	if q >= t.quantity {
		return t.work
	}
	work, _ := fixed.MulDivFloor(int64(t.work), int64(q), int64(t.quantity)) // not more than the work
	return time.Duration(work)
}

// done reports whether all of a task is reported.
func (t *task) done() bool { return t.began && t.left() == 0 }
