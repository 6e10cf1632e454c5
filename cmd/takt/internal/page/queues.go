package page

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/taktplan/takt/schedule"
)

// The list of queues is cut after so many work centres, and the waits of each.
const (
	mostQueues = 20
	mostWaits  = 6
)

// queueList is who waits for which work centre.
type queueList struct {
	Rows   []queueRow
	Hidden int
}

// queueRow is a work centre with those that waited for it, late ones first, then the longest waits.
type queueRow struct {
	ID             string
	Waiting        int
	Total, Longest string
	Width          string // of the bar of the total, in percent of the longest one
	Waits          []wait
	More           int
	sum            int64
}

// wait is an operation that waited.
type wait struct{ Order, Part, Span, Wait, Behind string }

func (v *view) queues() queueList {
	var out queueList
	why := schedule.NewWhy(v.s)
	var rows []queueRow
	for i := range v.p.Centres {
		queue := why.Queue(int32(i))
		if len(queue) == 0 {
			continue
		}
		r := queueRow{ID: v.p.Centres[i].ID, Waiting: len(queue), Longest: length(longestWait(queue)), More: max(0, len(queue)-mostWaits)}
		for k := range queue {
			r.sum += queue[k].Wait
		}
		r.Total = length(r.sum)
		for k := range queue[:min(len(queue), mostWaits)] {
			r.Waits = append(r.Waits, v.wait(&queue[k]))
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b queueRow) int { return cmp.Or(cmp.Compare(b.sum, a.sum), cmp.Compare(a.ID, b.ID)) })
	out.Hidden = max(0, len(rows)-mostQueues)
	out.Rows = rows[:min(len(rows), mostQueues)]
	for i := range out.Rows {
		const whole = 100
		out.Rows[i].Width = num(whole * float64(out.Rows[i].sum) / float64(max(rows[0].sum, 1)))
	}
	return out
}

func (v *view) wait(q *schedule.Queued) wait {
	job, o := v.job(q.Op), &v.p.Ops[q.Op]
	w := wait{Order: job.ID, Part: fmt.Sprintf("%s × %s", o.Quantity, partName(job.Item, job.Site)),
		Span: v.between(q.Link.From, q.Link.Until), Wait: length(q.Wait)}
	if o.Number > 0 {
		w.Order += fmt.Sprintf(" op %d", o.Number)
	}
	switch {
	case q.Link.Kind == schedule.WaitOven:
		w.Behind = "for its oven load"
	case q.Link.Other >= 0:
		w.Behind = v.job(q.Link.Other).ID
		if q.Link.Queue > 1 {
			w.Behind += fmt.Sprintf(" and %d more", q.Link.Queue-1)
		}
	}
	return w
}

// longestWait is the longest of all waits: the list has the late ones first.
func longestWait(queue []schedule.Queued) int64 {
	longest := int64(0)
	for i := range queue {
		longest = max(longest, queue[i].Wait)
	}
	return longest
}
