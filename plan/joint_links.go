package plan

import (
	"errors"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// link adds what the pegs say: an order begins when its supplies are there.
func (j *joint) link() {
	linker := j.material.Linker()
	j.taken = []takenLot{}
	for part := range j.m.Parts {
		linker.Links(bom.PartID(part), func(k mrp.Link) {
			to := j.consumer(&k)
			if to >= 0 {
				j.bind(&k, to)
			}
			if j.purchased(&k) {
				j.taken = append(j.taken, j.taking(&k, to))
			}
		})
	}
}

// purchased reports whether a link's supply is a planned purchase.
func (j *joint) purchased(k *mrp.Link) bool {
	return k.Supply == mrp.FromOrder && j.lotJob[j.lotStart[k.Of]+k.Lot] < 0
}

// taking is what a link takes of a purchase.
func (j *joint) taking(k *mrp.Link, to int32) takenLot {
	return takenLot{lot: j.lotStart[k.Of] + k.Lot, op: to, at: j.fixedTaking(k, to), offset: int32(j.offset(k) / time.Second)}
}

// takings are the bought lots and what takes them: those that link found, or if they were let go, found again.
func (j *joint) takings() []takenLot {
	if j.taken != nil {
		return j.taken
	}
	var out []takenLot
	linker := j.material.Linker()
	for part := range j.m.Parts {
		linker.Links(bom.PartID(part), func(k mrp.Link) {
			if j.purchased(&k) {
				out = append(out, j.taking(&k, j.consumer(&k)))
			}
		})
	}
	return out
}

// takenLot is a bought lot and the operation that takes it; -1: something that takes it at a
// time that the schedule does not move.
type takenLot struct {
	lot, op int32
	offset  int32 // how many seconds before the operation it has to be there
	at      int64 // not before
}

// fixedTaking is when a consumer that is no operation takes its supply, and the time before which a
// demand does not want it.
func (j *joint) fixedTaking(k *mrp.Link, to int32) int64 {
	switch {
	case k.Consumer == mrp.ToSafety || k.Consumer == mrp.ToExcess:
		return j.material.Lot(k.Of, int(k.Lot)).Need.Begin(j.zone)
	case k.Consumer == mrp.ToDemand && to >= 0:
		return j.needed(k.To)
	case to >= 0:
		return 0
	case k.Consumer == mrp.ToDemand:
		return capacity.Never
	}
	return k.Needed.Begin(j.zone)
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
	if k.Line >= 0 {
		return j.stepAt(job, j.m.Components[k.Line].Op)
	}
	return j.stepAt(job, 0)
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
	if op := &p.Ops[to]; ready >= capacity.Never {
		op.Release, op.Cause = notEver, ref
		if op.NumModes == 0 { // a milestone must not be reached either
			op.Modes, op.NumModes = int32(len(p.Modes)), 1
			p.Modes = append(p.Modes, schedule.Mode{Centre: -1, LeadDays: 1})
		}
	} else if ready += int64(lag / time.Second); ready > op.Release {
		op.Release, op.Cause = ready, ref
	}
}

// notEver is the release of what waits for a supply that never comes: an instant, but one that no
// calendar reaches.
const notEver = capacity.Never - 1

// offset is how long before its operation a component has to be there: offset_days below
// 0, by the clock. Days above 0 do not let it come later than its operation.
func (j *joint) offset(k *mrp.Link) time.Duration {
	if k.Line < 0 {
		return 0
	}
	return time.Duration(max(0, -j.m.Components[k.Line].OffsetDays)) * 24 * time.Hour
}

// breakCircle drops one of the pegs by which operations wait for each other: pegs of receipts with
// allocations may do so. It reports whether it found one in the error.
func (j *joint) breakCircle(err error) bool {
	var circle *schedule.CycleError
	if !errors.As(err, &circle) {
		return false
	}
	for i, from := range circle.Ops {
		to := circle.Ops[(i+1)%len(circle.Ops)]
		n := len(j.problem.Arcs)
		j.problem.Arcs = slices.DeleteFunc(j.problem.Arcs, func(a schedule.Arc) bool { return a.Material && a.From == from && a.To == to })
		if len(j.problem.Arcs) < n {
			j.unlinked = append(j.unlinked, [2]int32{from, to})
			return true
		}
	}
	return false
}
