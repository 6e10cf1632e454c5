package plan

import (
	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// leadTimes are what the schedule shows of lead times under its load, in working days rounded up, for
// every part made on machines: the mean of its orders that have no time to lose, from when their
// components are there to the end of the last operation, queues for machines included. An order that has
// time waits for others at no one's cost; where all have, it is the mean time from first start to last end.
func (f *Finite) leadTimes() func(bom.PartID) (int, bool) {
	days := map[bom.PartID]int{}
	why := schedule.NewWhy(f.schedule)
	for part := range f.m.Parts {
		if n, ok := f.meanLead(bom.PartID(part), why); ok {
			days[bom.PartID(part)] = n
		}
	}
	return func(p bom.PartID) (int, bool) { n, ok := days[p]; return n, ok }
}

// meanLead is the mean lead time of a part's orders on machines.
func (f *Finite) meanLead(part bom.PartID, why *schedule.Why) (int, bool) {
	var sum, n [2]int // of orders that have time, of those that have none
	for at := f.lotStart[part]; at < f.lotStart[part+1]; at++ {
		job := f.lotJob[at]
		if job < 0 || f.lotEnd[at] >= capacity.Never {
			continue
		}
		o := f.material.Lot(part, int(at-f.lotStart[part]))
		if len(f.routing(&o)) == 0 {
			continue
		}
		from, to, pressed := f.jobStart(job), f.lotEnd[at], 0
		row := &f.problem.Jobs[job]
		if last := row.First + row.Ops - 1; why.End(last) >= f.latest()[last] {
			from, to, pressed = why.Ready(row.First), why.End(last), 1
		}
		sum[pressed] += workingDays(o.Calendar, f.day(from), f.day(to))
		n[pressed]++
	}
	for _, pressed := range [...]int{1, 0} {
		if n[pressed] > 0 {
			return (sum[pressed] + n[pressed] - 1) / n[pressed], true
		}
	}
	return 0, false
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
