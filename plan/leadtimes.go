package plan

import (
	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// leadTimes are what the schedule shows of lead times under its load: for every part made on
// machines the mean working days from the start of an order's first operation to the end of
// its last, rounded up: its work on the shifts that there are, with the queues between its operations.
func (f *Finite) leadTimes() func(bom.PartID) (int, bool) {
	days := map[bom.PartID]int{}
	for part := range f.m.Parts {
		if n, ok := f.meanLead(bom.PartID(part)); ok {
			days[bom.PartID(part)] = n
		}
	}
	return func(p bom.PartID) (int, bool) { n, ok := days[p]; return n, ok }
}

// meanLead is the mean lead time of a part's orders on machines.
func (f *Finite) meanLead(part bom.PartID) (int, bool) {
	sum, n := 0, 0
	for at := f.lotStart[part]; at < f.lotStart[part+1]; at++ {
		job := f.lotJob[at]
		if job < 0 || f.lotEnd[at] >= capacity.Never {
			continue
		}
		o := f.material.Lot(part, int(at-f.lotStart[part]))
		if len(f.routing(&o)) == 0 {
			continue
		}
		sum += workingDays(o.Calendar, f.day(f.jobStart(job)), f.day(f.lotEnd[at]))
		n++
	}
	if n == 0 {
		return 0, false
	}
	return (sum + n - 1) / n, true
}

// workingDays are the steps forward on a calendar from one day to reach another.
func workingDays(c *capacity.Calendar, from, to bom.Day) int {
	lo, hi := 0, max(0, int(to-from))
	for lo < hi {
		mid := (lo + hi) / 2
		if day, ok := c.Forward(from, mid); ok && day >= to {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
