package plan

import (
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// outcomeOnBoard is what the plan does for a demand, without putting its whole schedule together. ok is false
// where that has to be asked: the demand is not planned, or falls short of supply.
func (p *Plan) outcomeOnBoard(demand int32) (outcome, bool) {
	family := p.version.family
	fl := family.floor(p.version)
	defer family.release(fl)
	x, ok := fl.promise(demand)
	if !ok || x.Status == mrp.Short {
		return outcome{}, false
	}
	return fl.outcome(demand, x), true
}

// promise is what the schedule on the board does for a demand.
func (fl *floor) promise(demand int32) (Promise, bool) {
	job := fl.jobOfDemand(demand)
	if job < 0 {
		return Promise{}, false
	}
	row := fl.m.Book.DemandAt(demand)
	if row.Kind == mrp.Forecast || shipsTogether(row) {
		return Promise{}, false // orders may have consumed some of it; other lines may hold it up
	}
	s := shipping{demand: demand, row: row, quantity: row.Quantity, end: fl.jobEnd(job), due: fl.problem.Jobs[job].Due}
	x := fl.judge(&s, fl.arrivals(demand))
	if x.Status == mrp.Late {
		if s.due < fl.today {
			x.Causes = append(x.Causes, overdue(row.ID, fl.today-s.due))
		}
		x.Causes = append(x.Causes, fl.why(job)...)
	}
	return x, true
}

// jobEnd is when a job's last operation ends.
func (fl *floor) jobEnd(job int32) int64 {
	row := &fl.problem.Jobs[job]
	if row.Ops == 0 {
		return fl.today // all its operations are done
	}
	return fl.board.End(row.First + row.Ops - 1)
}

// arrivals are what a demand is pegged to and when that is there.
func (fl *floor) arrivals(demand int32) []mrp.Arrival {
	var out []mrp.Arrival
	needed := fl.needed(demand)
	fl.linker().Links(fl.m.Book.DemandPart(demand), func(k mrp.Link) {
		if k.Consumer == mrp.ToDemand && k.To == demand {
			out = append(out, mrp.Arrival{At: max(needed, fl.there(&k)), Quantity: k.Quantity})
		}
	})
	return out
}

// there is when a link's supply is there, a purchase as early as it can be.
func (fl *floor) there(k *mrp.Link) int64 {
	job := int32(-1)
	switch k.Supply {
	case mrp.FromStock:
		return max(fl.today, k.Joins.Begin(fl.zone))
	case mrp.FromReceipt:
		if job = fl.jobOfReceipt(k.Lot); job < 0 {
			return fl.receiptReady(k.Lot)
		}
	case mrp.FromOrder:
		if job = fl.jobs[k.Of][k.Lot]; job < 0 {
			o := fl.material.Lot(k.Of, int(k.Lot))
			return fl.earliestBuy(&o)
		}
	}
	if job < 0 {
		return capacity.Never
	}
	return fl.jobEnd(job)
}

// NumOperations is the number of routing operations in the schedule, split ones counted once; 0 without a schedule. The schedule need not be put
// together for it. O(operations).
func (p *Plan) NumOperations() int {
	switch {
	case !p.Scheduled():
		return 0
	case p.version == nil:
		return p.Finite().NumOperations()
	}
	family := p.version.family
	fl := family.floor(p.version)
	defer family.release(fl)
	return fl.numOperations()
}

func (fl *floor) numOperations() int {
	n := 0
	count := func(job int32) {
		if job < 0 {
			return
		}
		row := &fl.problem.Jobs[job]
		for op := row.First; op < row.First+row.Ops; op++ {
			if fl.problem.Ops[op].Number > 0 {
				n++
			}
		}
	}
	for _, jobs := range fl.jobs {
		for _, job := range jobs {
			count(job)
		}
	}
	for r := range fl.receiptJob {
		count(fl.jobOfReceipt(int32(r)))
	}
	return n
}
