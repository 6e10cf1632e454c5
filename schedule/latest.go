package schedule

import (
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// bounds are the earliest and latest times of operations on calendars alone, as if
// there were machines for all.
type bounds struct {
	start, end []int64
}

// earliest are the earliest times: a longest path from the releases (critical path
// method). Each operation takes its fastest mode without setup, so that no schedule is earlier.
func (c *compiled) earliest() bounds {
	n := len(c.p.Ops)
	b := bounds{make([]int64, n), make([]int64, n)}
	for _, op := range c.order {
		if c.pinned != nil && c.pinned[op] != nil {
			b.start[op], b.end[op] = pinnedSpan(c.pinned[op])
			continue
		}
		ready := max(c.p.Start, c.p.Ops[op].Release)
		for _, i := range c.in.of(op) {
			ready = max(ready, c.soonest(&c.p.Arcs[i], &b))
		}
		b.start[op], b.end[op] = c.soonestEnd(op, ready)
	}
	return b
}

func pinnedSpan(parts []Assignment) (start, end int64) {
	start, end = parts[0].Start, parts[0].End
	for _, a := range parts[1:] {
		start, end = min(start, a.Start), max(end, a.End)
	}
	return start, end
}

// soonest is when an arc lets its successor begin at the earliest.
func (c *compiled) soonest(a *Arc, b *bounds) int64 {
	if b.end[a.From] >= capacity.Never {
		return capacity.Never
	}
	if c.transfers(a) {
		return b.start[a.From] + ceilSeconds(int64(a.Min)) // some batch is done no earlier than that
	}
	return b.end[a.From] + ceilSeconds(int64(a.Min))
}

// soonestEnd is the earliest start and the earliest end of an operation that begins at or after
// ready, over its modes, which may differ in that, in as many parts as it may have.
func (c *compiled) soonestEnd(op int32, ready int64) (start, end int64) {
	o := &c.p.Ops[op]
	if o.NumModes == 0 || ready >= capacity.Never {
		return ready, ready
	}
	start, end = capacity.Never, capacity.Never
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		mode := &c.p.Modes[m]
		if mode.Centre < 0 {
			if s, e, ok := leadTime(c.p, mode, ready); ok {
				start, end = min(start, s), min(end, e)
			}
			continue
		}
		work := c.work[m]
		if o.SplitMax > 1 {
			work = int64(mode.Fixed) + (work-int64(mode.Fixed))/int64(o.SplitMax)
		}
		centre := &c.p.Centres[mode.Centre]
		for k := centre.First; k < centre.First+centre.Machines; k++ {
			if s, e, ok := c.hoursOf(mode, k).Add(ready, ceilSeconds(work)); ok {
				start, end = min(start, s), min(end, e)
			}
			if c.alike[mode.Centre] {
				break
			}
		}
	}
	return start, end
}

// afterDues puts jobs without a due date (stock that is filled up) behind all that have one.
const afterDues = int64(100*365) * 24 * 3600

// goal is when a job is wanted: its due date, else its target.
func goal(j *Job) int64 {
	switch {
	case j.Due != 0:
		return j.Due
	case j.Target != 0:
		return j.Target + afterDues
	}
	return capacity.Never
}

// latest are the latest times with which every job is ready at its goal, as far as calendars
// go; goals are by job. Operations that no job's goal waits for may be as late as can be.
func (c *compiled) latest(goals []int64) bounds {
	n := len(c.p.Ops)
	b := bounds{make([]int64, n), make([]int64, n)}
	for i := n - 1; i >= 0; i-- {
		op := c.order[i]
		end := c.latestEnd(op, goals, &b)
		b.end[op] = end
		b.start[op] = c.latestStart(op, end)
	}
	return b
}

// latestEnd is when an operation has to end for its job and what follows it.
func (c *compiled) latestEnd(op int32, goals []int64, b *bounds) int64 {
	job := c.p.Ops[op].Job
	row := &c.p.Jobs[job]
	end := capacity.Never
	out := c.out.others(op)
	last := op == row.First+row.Ops-1
	if last || len(out) == 0 {
		end = goals[job]
	}
	for i, e := range out {
		if start := b.start[e.op]; start < capacity.Never {
			lag := e.lag
			if lag < 0 {
				lag = ceilSeconds(int64(c.p.Arcs[c.out.of(op)[i]].Min))
			}
			end = min(end, start-lag)
		}
	}
	if last && row.Buffer > 0 && end < capacity.Never {
		end -= ceilSeconds(int64(row.Buffer))
	}
	return end
}

// latestStart is the latest start of an operation on its first mode that ends at end.
func (c *compiled) latestStart(op int32, end int64) int64 {
	o := &c.p.Ops[op]
	if o.NumModes == 0 || end >= capacity.Never {
		return end
	}
	m := &c.p.Modes[o.Modes]
	if m.Centre < 0 {
		return leadBack(c.p, m, end)
	}
	n := ceilSeconds(c.work[o.Modes])
	if start, _, ok := c.hoursOf(m, c.p.Centres[m.Centre].First).Sub(end, n); ok {
		return start
	}
	return end - n
}

// leadBack is the latest start of a step outside that ends at end.
func leadBack(p *Problem, m *Mode, end int64) int64 {
	if m.LeadDays == 0 {
		return end
	}
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	t := time.Unix(end, 0).In(zone)
	if t.Year() < 1 || t.Year() > 9999 { // past what a Day can count
		return end - int64(m.LeadDays)*24*3600
	}
	last := bom.DayOf(t)
	midnight := t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0
	if midnight { // the end of the day before
		last--
	}
	day, ok := m.Calendar.Back(last, int(m.LeadDays))
	if !ok {
		return end - int64(m.LeadDays)*24*3600
	}
	if midnight {
		return (day + 1).Begin(zone) - 1
	}
	y, month, d := day.Time().Date()
	return time.Date(y, month, d, t.Hour(), t.Minute(), t.Second(), 0, zone).Unix()
}

// backward places every operation as late as can be on machines that the ones after it leave free,
// even before the start of the problem, the one with the largest turn first. Setups count as the
// operation's own, pools and waits not at all.
func (c *compiled) backward(goals []int64, turn func(op int32, end int64) int64, placed func(op int32, start, end int64)) {
	n := len(c.p.Ops)
	b := bounds{make([]int64, n), make([]int64, n)}
	lines := make([]capacity.Timeline, len(c.p.Machines))
	left := make([]int32, n)
	q := &queue{}
	push := func(op int32) {
		b.end[op] = c.latestEnd(op, goals, &b)
		q.push(queued{-turn(op, b.end[op]), op})
	}
	for op := range left {
		if left[op] = int32(len(c.out.of(int32(op)))); left[op] == 0 {
			push(int32(op))
		}
	}
	for len(*q) > 0 {
		op := q.pop().unit
		b.start[op] = c.placeBack(op, b.end[op], lines)
		placed(op, b.start[op], b.end[op])
		for _, e := range c.in.others(op) {
			if left[e.op]--; left[e.op] == 0 {
				push(e.op)
			}
		}
	}
}

// placeBack places an operation as late as can be before end, and gives its start.
func (c *compiled) placeBack(op int32, end int64, lines []capacity.Timeline) int64 {
	o := &c.p.Ops[op]
	if o.NumModes == 0 || end >= capacity.Never || c.p.Modes[o.Modes].Centre < 0 {
		return c.latestStart(op, end)
	}
	best, bestEnd, machine := int64(-capacity.Never), int64(0), int32(-1)
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		mode := &c.p.Modes[m]
		if mode.Centre < 0 || c.p.Centres[mode.Centre].Kind != Exclusive {
			continue
		}
		centre := &c.p.Centres[mode.Centre]
		n := ceilSeconds(add(int64(mode.Setup), c.work[m]))
		for k := centre.First; k < centre.First+centre.Machines; k++ {
			if start, e, ok := lines[k].LatestFit(c.hoursOf(mode, k), end, n, !o.Interruptible); ok && start > best {
				best, bestEnd, machine = start, e, k
			}
		}
	}
	if machine < 0 {
		return c.latestStart(op, end)
	}
	lines[machine].Insert(capacity.Reservation{From: best, To: bestEnd, Ref: op})
	return best
}
