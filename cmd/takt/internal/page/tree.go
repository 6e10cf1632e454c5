package page

import (
	"cmp"
	"slices"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/plan"
)

// tree walks from demands back over the orders that serve them.
type tree struct {
	v       *view
	before  [][]int32 // by job: those that it waits for
	claimed []bool
	drawn   []bool // has a bar
}

func newTree(v *view) *tree {
	t := &tree{v: v, before: make([][]int32, len(v.p.Jobs)), claimed: make([]bool, len(v.p.Jobs)), drawn: make([]bool, len(v.p.Jobs))}
	for i := range v.p.Arcs {
		a := &v.p.Arcs[i]
		if from, to := v.p.Ops[a.From].Job, v.p.Ops[a.To].Job; from != to {
			t.before[to] = append(t.before[to], from)
		}
	}
	for i := range v.s.Ops {
		if a := &v.s.Ops[i]; placed(a) && a.End > a.Start {
			t.drawn[v.p.Ops[a.Op].Job] = true
		}
	}
	return t
}

// claim are the orders behind a shipment, the nearest first, that no demand before has claimed;
// all of them if so wanted.
func (t *tree) claim(shipment int32, all bool) []int32 {
	var out []int32
	seen := map[int32]bool{shipment: true}
	queue := []int32{shipment}
	for len(queue) > 0 {
		job := queue[0]
		queue = queue[1:]
		for _, b := range t.before[job] {
			if seen[b] || t.v.jobs[b].Kind == plan.ShipmentJob || t.claimed[b] && !all {
				continue
			}
			seen[b] = true
			queue = append(queue, b)
			if t.drawn[b] {
				out = append(out, b)
			}
			t.claimed[b] = true
		}
	}
	return out
}

// rest are the orders that no demand has claimed, by start.
func (t *tree) rest() []int32 {
	var out []int32
	for job := range t.v.jobs {
		if !t.claimed[job] && t.drawn[job] && t.v.jobs[job].Kind != plan.ShipmentJob {
			out = append(out, int32(job))
		}
	}
	slices.SortStableFunc(out, func(a, b int32) int { return cmp.Compare(t.v.jobSpan(a).From, t.v.jobSpan(b).From) })
	return out
}

// jobSpan is when a job runs.
func (v *view) jobSpan(job int32) capacity.Span {
	span := capacity.Span{From: capacity.Never, To: -capacity.Never}
	j := &v.p.Jobs[job]
	for op := j.First; op < j.First+j.Ops; op++ {
		for i := range v.s.Of(op) {
			if a := &v.s.Of(op)[i]; placed(a) && a.End > a.Start {
				span.From, span.To = min(span.From, a.Start), max(span.To, a.End)
			}
		}
	}
	return span
}
