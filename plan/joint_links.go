package plan

import (
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// link adds what the pegs say: an order begins when its supplies are there.
func (j *joint) link() {
	linker := j.material.Linker()
	for part := range j.m.Parts {
		linker.Links(bom.PartID(part), func(k mrp.Link) {
			if to := j.consumer(&k); to >= 0 {
				j.bind(&k, to)
			}
		})
	}
}

// consumer is the operation that takes a link's supply; -1: none.
func (j *joint) consumer(k *mrp.Link) int32 {
	job := int32(-1)
	switch k.Consumer {
	case mrp.ToDemand:
		job = j.demandJob[k.To]
	case mrp.ToReceipt:
		job = j.receiptJob[k.To]
	case mrp.ToOrder:
		job = j.lotJob[j.lotStart[k.By]+k.To]
	}
	if job < 0 || j.problem.Jobs[job].Ops == 0 {
		return -1
	}
	op := j.problem.Jobs[job].First
	if k.Line >= 0 {
		return j.stepAt(job, j.m.Components[k.Line].Op)
	}
	return op
}

// stepAt is a job's first operation with that number or a later one, its first without a number.
func (j *joint) stepAt(job int32, number int32) int32 {
	row := &j.problem.Jobs[job]
	for op := row.First; op < row.First+row.Ops; op++ {
		if j.problem.Ops[op].Number >= number {
			return op
		}
	}
	return row.First + row.Ops - 1
}

// bind lets an operation begin when a supply is there.
func (j *joint) bind(k *mrp.Link, to int32) {
	p := j.problem
	job, ready := int32(-1), int64(0)
	switch k.Supply {
	case mrp.FromStock:
		ready = max(j.today, k.Joins.Begin(j.zone))
		if k.Joins <= j.m.Start() {
			return
		}
	case mrp.FromReceipt:
		job, ready = j.receiptJob[k.Lot], j.receiptReady(k.Lot)
	case mrp.FromOrder:
		at := j.lotStart[k.Of] + k.Lot
		job, ready = j.lotJob[at], j.lotReady[at]
	}
	lag := j.offset(k)
	ref := j.supplyRef(k.Supply, k.Of, k.Lot)
	if job >= 0 && p.Jobs[job].Ops > 0 {
		last := p.Jobs[job].First + p.Jobs[job].Ops - 1
		p.Arcs = append(p.Arcs, schedule.Arc{From: last, To: to, Min: lag, Material: true, Cause: ref})
		return
	}
	if op := &p.Ops[to]; ready < capacity.Never && ready+int64(lag/time.Second) > op.Release || ready == capacity.Never {
		op.Release, op.Cause = min(capacity.Never, ready+int64(lag/time.Second)), ref
	}
}

// offset is how long before its operation a component has to be there: offset_days below
// 0, by the clock. Days above 0 do not let it come later than its operation.
func (j *joint) offset(k *mrp.Link) time.Duration {
	if k.Line < 0 {
		return 0
	}
	return time.Duration(max(0, -j.m.Components[k.Line].OffsetDays)) * 24 * time.Hour
}
