package plan

import (
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// Load is the load profile of the schedule: the working time that its setups and operations
// really take of every work centre, tools and operators included, by bucket. Ovens are loaded once a load.
func (f *Finite) Load(size capacity.BucketSize) *capacity.LoadProfile {
	shop := f.m.Shop
	last := f.m.Start()
	for i := range f.schedule.Ops {
		if a := &f.schedule.Ops[i]; a.Machine >= 0 && a.End < capacity.Never {
			last = max(last, f.day(a.End))
		}
	}
	profile := shop.NewLoadProfile(f.hours, capacity.NewBuckets(size, f.zone, f.m.Book.Settings.Start, last))
	shopCentre, shopPool := make([]int32, len(f.problem.Centres)), make([]int32, len(f.problem.Pools))
	for i, c := range f.centreOf {
		if c >= 0 {
			shopCentre[c] = int32(i)
		} else {
			shopPool[-1-c] = int32(i)
		}
	}
	spreadPool := func(pool, units int32, a *schedule.Assignment) {
		if pool > 0 {
			for range max(units, 1) {
				profile.Spread(shopPool[pool-1], f.problem.Pools[pool-1].Hours, a.Start, a.SetupEnd, a.End)
			}
		}
	}
	type ovenLoad struct {
		machine int32
		start   int64
	}
	seen := map[ovenLoad]bool{}
	for i := range f.schedule.Ops {
		a := &f.schedule.Ops[i]
		if a.Machine < 0 || a.Start >= capacity.Never {
			continue
		}
		m := &f.problem.Machines[a.Machine]
		mode := &f.problem.Modes[a.Mode]
		spreadPool(mode.Tool, mode.ToolUnits, a)
		spreadPool(mode.Operator, mode.OperatorUnits, a)
		if shop.Centres[shopCentre[m.Centre]].Kind == capacity.Batch {
			key := ovenLoad{a.Machine, a.Start}
			if seen[key] {
				continue
			}
			seen[key] = true
		}
		profile.Spread(shopCentre[m.Centre], m.Hours, a.Start, a.SetupEnd, a.End)
	}
	return profile
}
