package schedule

import (
	"cmp"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// relaxation bounds schedules by one work centre at a time, which may interrupt its work and puts
// all its machines to one operation: Jackson's preemptive schedule for the makespan (Carlier,
// European Journal of Operational Research 11, 1982), and the shortest remaining work first for
// tardiness, whose completions, one after another, no schedule beats; due dates are matched with
// them in their order (Chu, Naval Research Logistics 39, 1992).
//
// Times before an operation are its earliest on calendars. Times behind it are working times
// only, as a calendar may cost less when an operation is late. Instants on a centre are counted
// in seconds that its machines have worked together.
type relaxation struct {
	*compiled
	reach  *bounds
	behind []int64 // by operation: working seconds from its end to the end of all that waits for it
	before []int64 // by operation: when it has to end, or the due date is missed that it is counted for
	whose  []int32 // by operation: the job of that due date; -1: none
	alone  Score   // with machines for all
}

// portion is work on a centre.
type portion struct {
	head   int64 // worked seconds before which it cannot begin
	work   int64
	behind int64
	due    int64
	job    int32
}

func (c *compiled) relax(reach *bounds, out *Score) {
	r := &relaxation{compiled: c, reach: reach, alone: *out}
	r.follow()
	lists := make([][]portion, len(c.p.Centres))
	for op := range int32(len(c.p.Ops)) {
		if centre, ok := r.bound(op); ok {
			o := &c.p.Ops[op]
			lists[centre] = append(lists[centre], portion{r.worked(centre, reach.start[op]), ceilSeconds(c.work[o.Modes]), r.behind[op], r.before[op], r.whose[op]})
		}
	}
	for centre, list := range lists {
		if len(list) == 0 {
			continue
		}
		centre := int32(centre)
		out[Makespan] = max(out[Makespan], r.makespan(centre, list, out[Makespan]))
		r.tardiness(centre, r.byJob(list), out)
	}
}

// bound is the centre that alone can do an operation; false: none, or nothing is to be said of it.
func (r *relaxation) bound(op int32) (centre int32, ok bool) {
	o := &r.p.Ops[op]
	if o.NumModes != 1 || r.pinned != nil && r.pinned[op] != nil || r.reach.end[op] >= capacity.Never {
		return 0, false
	}
	centre = r.p.Modes[o.Modes].Centre
	return centre, centre >= 0 && r.p.Centres[centre].Kind == Exclusive && r.work[o.Modes] > 0
}

// follow finds what comes behind operations.
func (r *relaxation) follow() {
	n := len(r.p.Ops)
	r.behind, r.before, r.whose = make([]int64, n), make([]int64, n), make([]int32, n)
	for i := n - 1; i >= 0; i-- {
		op := r.order[i]
		job := &r.p.Jobs[r.p.Ops[op].Job]
		r.before[op], r.whose[op] = capacity.Never, -1
		if op == job.First+job.Ops-1 && job.Due != 0 {
			r.before[op], r.whose[op] = job.Due, r.p.Ops[op].Job
		}
		for _, e := range r.out.others(op) {
			if r.pinned != nil && r.pinned[e.op] != nil {
				continue // keeps its times, whatever comes before it
			}
			span := r.behind[e.op]
			due := r.before[e.op]
			if e.lag >= 0 {
				least := e.lag + r.least(e.op)
				span, due = span+least, due-least
			}
			r.behind[op] = max(r.behind[op], span)
			if r.whose[e.op] >= 0 && due < r.before[op] {
				r.before[op], r.whose[op] = due, r.whose[e.op]
			}
		}
	}
}

// least is the time that an operation takes in any mode.
func (r *relaxation) least(op int32) int64 {
	o := &r.p.Ops[op]
	if o.NumModes == 0 {
		return 0
	}
	least := int64(capacity.Never)
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		mode := &r.p.Modes[m]
		work := r.work[m]
		switch {
		case mode.Centre < 0:
			work = max(0, int64(mode.LeadDays)*daySeconds-clockChange) * second
		case o.SplitMax > 1:
			work = int64(mode.Fixed) + (work-int64(mode.Fixed))/int64(o.SplitMax)
		}
		least = min(least, ceilSeconds(work))
	}
	return least
}

const (
	daySeconds  = 24 * 3600
	clockChange = 2 * 3600 // by which some days are shorter, at most
)

// worked is for how many seconds the machines of a centre have worked together.
func (r *relaxation) worked(centre int32, to int64) int64 {
	c := &r.p.Centres[centre]
	if r.alike[centre] {
		return int64(c.Machines) * r.p.Machines[c.First].Hours.Between(r.p.Start, to)
	}
	sum := int64(0)
	for k := c.First; k < c.First+c.Machines; k++ {
		sum += r.p.Machines[k].Hours.Between(r.p.Start, to)
	}
	return sum
}

// when is the instant by which a centre has worked for so long.
func (r *relaxation) when(centre int32, worked int64) int64 {
	return r.doneTogether(&r.p.Centres[centre], r.p.Start, worked)
}

// preempt runs, of the portions that can be done, the one with the smallest key, and yields each with the worked seconds at
// which it ends. The key of what runs may become smaller as it does; others keep theirs.
func preempt(list []portion, key func(p *portion) int64, yield func(p *portion, ended int64)) {
	list = slices.Clone(list) // their work becomes less
	slices.SortStableFunc(list, func(a, b portion) int { return cmp.Compare(a.head, b.head) })
	var ready queue // of places in the list
	now := int64(0)
	for i := 0; i < len(list) || len(ready) > 0; {
		if len(ready) == 0 {
			now = max(now, list[i].head)
		}
		for ; i < len(list) && list[i].head <= now; i++ {
			ready.push(queued{key(&list[i]), int32(i)})
		}
		p := &list[ready[0].unit]
		run := p.work
		if i < len(list) {
			run = min(run, list[i].head-now)
		}
		now += run
		p.work -= run
		ready[0].key = key(p)
		if p.work == 0 {
			yield(p, now)
			ready.pop()
		}
	}
}

// makespan is the bound of a centre if it is above a bound known.
func (r *relaxation) makespan(centre int32, list []portion, known int64) int64 {
	longest := func(p *portion) int64 { return -p.behind }
	preempt(list, longest, func(p *portion, ended int64) {
		if at := r.p.Start + known - p.behind; ended > r.worked(centre, at) {
			known = max(known, r.when(centre, ended)+p.behind-r.p.Start)
		}
	})
	return known
}

// byJob puts together what is counted for the same job; what is counted for none is left out.
func (r *relaxation) byJob(list []portion) []portion {
	slices.SortStableFunc(list, func(a, b portion) int { return cmp.Compare(a.job, b.job) })
	var out []portion
	for _, p := range list {
		n := len(out)
		switch {
		case p.job < 0:
		case n > 0 && out[n-1].job == p.job:
			last := &out[n-1]
			last.head, last.work, last.due = min(last.head, p.head), last.work+p.work, max(last.due, p.due)
		default:
			out = append(out, p)
		}
	}
	return out
}

// tardiness raises the bounds of tardiness, late jobs and their weights by what a centre adds to what
// is late with machines for all: a job whose due date is put off by what it is late then
// is late for that and for what the centre makes of the rest.
func (r *relaxation) tardiness(centre int32, list []portion, out *Score) {
	open := make([]portion, 0, len(list)) // what can be on time with machines for all
	for i := range list {
		late := r.lateAlone(list[i].job)
		if list[i].due += late; late == 0 {
			open = append(open, list[i])
		}
	}
	if tardy, least := r.overdue(centre, list); tardy > 0 {
		out[Tardiness] = max(out[Tardiness], add(r.alone[Tardiness], times(tardy, least)))
	}
	count, weight := r.lateCount(centre, open)
	out[Late] = max(out[Late], r.alone[Late]+count)
	out[LateWeight] = max(out[LateWeight], add(r.alone[LateWeight], weight))
}

// lateAlone is how late a job is with machines for all.
func (r *relaxation) lateAlone(j int32) int64 {
	job := &r.p.Jobs[j]
	end := int64(0)
	for op := job.First; op < job.First+job.Ops; op++ {
		end = max(end, r.reach.end[op])
	}
	if end >= capacity.Never {
		return lostLate
	}
	return max(0, end-job.Due)
}

// completions are the least worked seconds at which one, two … of the portions can have ended, and
// the due dates and weights of their jobs, smallest first.
func (r *relaxation) completions(list []portion) (ends, dues, weights []int64) {
	for i := range list {
		dues = append(dues, list[i].due)
		weights = append(weights, r.p.Jobs[list[i].job].weight())
	}
	slices.Sort(dues)
	slices.Sort(weights)
	shortest := func(p *portion) int64 { return p.work }
	preempt(list, shortest, func(_ *portion, ended int64) { ends = append(ends, ended) })
	return ends, dues, weights
}

// overdue is the least sum of the times by which portions end late, and the least weight of their jobs.
func (r *relaxation) overdue(centre int32, list []portion) (sum, least int64) {
	if len(list) == 0 {
		return 0, 0
	}
	ends, dues, weights := r.completions(list)
	for i, due := range dues {
		if ends[i] > r.worked(centre, due) {
			sum = add(sum, r.when(centre, ends[i])-due)
		}
	}
	return sum, weights[0]
}

// lateCount is the least number of jobs of portions that end late, and their least weight.
func (r *relaxation) lateCount(centre int32, list []portion) (count, weight int64) {
	ends, dues, weights := r.completions(list)
	onTime := 0
	for _, due := range dues {
		if ends[onTime] <= r.worked(centre, due) {
			onTime++
		}
	}
	for _, w := range weights[:len(list)-onTime] {
		weight = add(weight, w)
	}
	return int64(len(list) - onTime), weight
}
