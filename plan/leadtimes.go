package plan

import (
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// leadTimes are what the schedule shows of lead times under its load: for every part made on
// machines the mean working days from an order's start until the first consumer takes it,
// rounded up. In a schedule that begins orders as late as it can, that is the time the
// work takes and what the load makes it begin earlier.
func (f *Finite) leadTimes() func(bom.PartID) (int, bool) {
	taken := make([]int64, len(f.lotJob))
	for i := range taken {
		taken[i] = capacity.Never
	}
	linker := f.material.Linker()
	for part := range f.m.Parts {
		linker.Links(bom.PartID(part), func(k mrp.Link) {
			if k.Supply == mrp.FromOrder {
				at := f.lotStart[k.Of] + k.Lot
				taken[at] = min(taken[at], f.takenAt(&k))
			}
		})
	}
	days := map[bom.PartID]int{}
	for part := range f.m.Parts {
		if n, ok := f.meanLead(bom.PartID(part), taken); ok {
			days[bom.PartID(part)] = n
		}
	}
	return func(p bom.PartID) (int, bool) { n, ok := days[p]; return n, ok }
}

// meanLead is the mean lead time of a part's orders on machines.
func (f *Finite) meanLead(part bom.PartID, taken []int64) (int, bool) {
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
		until := max(f.lotEnd[at], min(taken[at], capacity.Never))
		if taken[at] >= capacity.Never {
			until = f.lotEnd[at]
		}
		sum += workingDays(o.Calendar, f.day(f.jobStart(job)), f.day(until))
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

// takenAt is when a consumer takes what a link gives it.
func (f *Finite) takenAt(k *mrp.Link) int64 {
	to := f.consumer(k)
	at := f.fixedTaking(k, to)
	if to >= 0 {
		at = max(at, f.schedule.Start(to)-int64(f.offset(k)/time.Second))
	}
	return at
}
