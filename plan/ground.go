package plan

import (
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// ground is a schedule as levers look at it: on a board where there is one, so that the schedule need not be put together.
type ground struct {
	*joint
	jobOf   func(order string) (job int32, ok bool) // of a planned order or an open receipt
	placed  func(op int32) []schedule.Assignment
	lotAt   func(part bom.PartID, lot int) int64 // when a planned order is there
	release func()                               // has to be called when nothing is looked at any more
}

// ground is where the schedule of a plan can be looked at; the plan has one.
func (p *Plan) ground() ground {
	if p.version == nil {
		f := p.Finite()
		return ground{f.joint, f.jobOf, f.schedule.Of, func(part bom.PartID, lot int) int64 { return f.lotEnd[f.lotStart[part]+int32(lot)] }, func() {}}
	}
	family := p.version.family
	fl := family.floor(p.version)
	return ground{fl.joint, fl.jobOf, fl.board.Placed, fl.lotAt, func() { family.release(fl) }}
}

// jobOf is the job of a planned order or an open receipt; ok is false if it has none.
func (fl *floor) jobOf(order string) (int32, bool) {
	job := int32(-1)
	if r, ok := fl.m.Book.Receipt(order); ok {
		job = fl.jobOfReceipt(r)
	} else if o, ok := fl.material.FindOrder(order); ok {
		job = fl.jobs[o.Part][o.Lot]
	}
	return job, job >= 0 && fl.problem.Jobs[job].Ops > 0
}

// lotAt is when a planned order is there; see Finite.placeOrders.
func (fl *floor) lotAt(part bom.PartID, lot int) int64 {
	if job := fl.jobs[part][lot]; job >= 0 {
		return fl.jobEnd(job)
	}
	limit := capacity.Never
	fl.linker().Links(part, func(k mrp.Link) {
		if k.Supply != mrp.FromOrder || k.Of != part || int(k.Lot) != lot {
			return
		}
		to := fl.taker(&k)
		at := fl.fixedTaking(&k, to)
		if to >= 0 {
			at = max(at, fl.board.Start(to)-int64(fl.offset(&k)/time.Second))
		}
		limit = min(limit, at)
	})
	o := fl.material.Lot(part, lot)
	return fl.boughtAt(&o, fl.earliestBuy(&o), limit)
}
