package plan

import (
	"slices"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// jobOf is the job of a planned order or an open receipt; ok is false if it has none.
func (j *joint) jobOf(order string) (int32, bool) {
	job := int32(-1)
	if r, ok := j.m.Book.Receipt(order); ok {
		job = j.receiptJob[r]
	} else if o, ok := j.material.FindOrder(order); ok {
		job = j.lotJob[j.lotStart[o.Part]+int32(o.Lot)]
	}
	return job, job >= 0 && j.problem.Jobs[job].Ops > 0
}

// OperationsOf are the scheduled operations of a planned order or an open receipt.
func (f *Finite) OperationsOf(order string) []capacity.ScheduledOperation {
	job, ok := f.jobOf(order)
	if !ok {
		return nil
	}
	latest := f.latest()
	var out []capacity.ScheduledOperation
	row := &f.problem.Jobs[job]
	for op := row.First; op < row.First+row.Ops; op++ {
		if f.problem.Ops[op].Number <= 0 {
			continue
		}
		for _, a := range f.parts(op) {
			out = append(out, f.operation(order, a, latest[op]))
		}
	}
	return out
}

// Why is what a planned order or an open receipt waited for, from its last operation back to
// the root; nil if it has no operations.
func (f *Finite) Why(order string) []Cause {
	job, ok := f.jobOf(order)
	if !ok {
		return nil
	}
	why := schedule.NewWhy(f.schedule)
	var out []Cause
	row := &f.problem.Jobs[job]
	for _, link := range why.Chain(row.First + row.Ops - 1) {
		out = append(out, f.link2causes(&link)...)
	}
	return out
}

// Promise is what the schedule does for a demand; ok is false if it is not planned.
func (f *Finite) Promise(demand int32) (Promise, bool) {
	list := f.Promises()
	i, ok := slices.BinarySearchFunc(list, demand, func(p Promise, d int32) int { return f.m.Book.CompareDemands(p.Demand, d) })
	if !ok {
		return Promise{}, false
	}
	return list[i], true
}
