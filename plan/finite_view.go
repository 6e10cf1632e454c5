package plan

import (
	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// JobKind says what a job of the scheduling problem stands for.
type JobKind uint8

// The kinds of jobs.
const (
	PlannedJob  JobKind = iota // a planned order
	OpenJob                    // an open order: a receipt
	ShipmentJob                // of a demand
)

// JobInfo names what a job of the scheduling problem stands for.
type JobInfo struct {
	Kind       JobKind
	ID         string       // of the planned order, the receipt or the demand
	Item, Site string       // what it makes, brings or ships
	Quantity   bom.Quantity // of its first operation; 0 without one
	Demand     int32        // of a shipment: its number in the book; else -1
}

// Jobs are what the jobs of the scheduling problem stand for, in the order of Problem().Jobs.
// O(n log n) in the jobs.
func (f *Finite) Jobs() []JobInfo {
	out := make([]JobInfo, len(f.problem.Jobs))
	for i := range out {
		out[i] = JobInfo{Demand: -1}
	}
	for part := range f.m.Parts {
		for at := f.lotStart[part]; at < f.lotStart[part+1]; at++ {
			if job := f.lotJob[at]; job >= 0 {
				id := bom.PartID(part)
				out[job].ID = f.material.LotID(id, int(at-f.lotStart[part]))
				out[job].Item, out[job].Site = f.m.ItemID(id), f.m.SiteID(id)
			}
		}
	}
	for r, job := range f.receiptJob {
		if job >= 0 {
			row := f.m.Book.ReceiptAt(int32(r))
			out[job].Kind, out[job].ID, out[job].Item, out[job].Site = OpenJob, row.ID, row.Item, row.Site
		}
	}
	for d, job := range f.demandJob {
		if job >= 0 {
			row := f.m.Book.DemandAt(int32(d))
			out[job].Kind, out[job].ID, out[job].Item, out[job].Site, out[job].Demand = ShipmentJob, row.ID, row.Item, row.Site, int32(d)
		}
	}
	for i := range out {
		if job := &f.problem.Jobs[i]; job.Ops > 0 {
			out[i].Quantity = f.problem.Ops[job.First].Quantity
		}
	}
	return out
}

// LatestEnds are, by operation, the latest ends with which every demand is on time; see
// schedule.LatestEnds.
func (f *Finite) LatestEnds() []int64 { return f.latest() }

// NumOperations is the number of routing operations in the schedule, split ones counted once. O(operations).
func (f *Finite) NumOperations() int {
	n := 0
	for i := range f.problem.Ops {
		if f.problem.Ops[i].Number > 0 {
			n++
		}
	}
	return n
}

// LastEnd is when the last routing operation ends, in seconds since 1970; the planning start without any. O(operations).
func (f *Finite) LastEnd() int64 {
	last := f.today
	for op := range f.problem.Ops {
		if end := f.schedule.End(int32(op)); f.problem.Ops[op].Number > 0 && end < capacity.Never {
			last = max(last, end)
		}
	}
	return last
}
