package schedule

import "github.com/taktplan/takt/capacity"

// Bound says what no schedule of the problem can beat: Tardiness, Late and LateWeight
// with machines for all (a critical path through calendars, releases and waits), the Makespan also by
// what every machine group has to work. Other measures are bounded by 0. The bound is weak where
// machines are the bottleneck. O(n) in operations and arcs.
func Bound(p *Problem) (Score, error) {
	if err := p.Check(); err != nil {
		return Score{}, err
	}
	return compile(p).bound(), nil
}

func (c *compiled) bound() Score {
	reach := c.earliest()
	var out Score
	for j := range c.p.Jobs {
		job := &c.p.Jobs[j]
		if job.Ops == 0 {
			continue
		}
		end := int64(0)
		for op := job.First; op < job.First+job.Ops; op++ {
			end = max(end, reach.end[op])
		}
		if end < capacity.Never {
			out[Makespan] = max(out[Makespan], end-c.p.Start)
		}
		late := end - job.Due
		if end >= capacity.Never {
			late = lostLate
		}
		if job.Due != 0 && late > 0 {
			out[Tardiness] = add(out[Tardiness], times(late, job.weight()))
			out[Late]++
			out[LateWeight] = add(out[LateWeight], job.weight())
		}
	}
	out[Makespan] = max(out[Makespan], c.loadBound(&reach))
	return out
}

// loadBound is the longest time that a centre needs for what can be done nowhere else,
// from the first of it being ready, all machines working together.
func (c *compiled) loadBound(reach *bounds) int64 {
	work := make([]int64, len(c.p.Centres))
	ready := make([]int64, len(c.p.Centres))
	for i := range c.p.Ops {
		op := &c.p.Ops[i]
		if op.NumModes != 1 || !c.onMachine(op) || c.pinned != nil && c.pinned[i] != nil || reach.start[i] >= capacity.Never {
			continue
		}
		centre := c.p.Modes[op.Modes].Centre
		if c.p.Centres[centre].Kind != Exclusive {
			continue
		}
		if work[centre] == 0 || reach.start[i] < ready[centre] {
			ready[centre] = reach.start[i]
		}
		work[centre] += ceilSeconds(c.work[op.Modes])
	}
	longest := int64(0)
	for i := range work {
		if centre := &c.p.Centres[i]; work[i] > 0 {
			longest = max(longest, c.doneTogether(centre, ready[i], work[i])-c.p.Start)
		}
	}
	return longest
}

// doneTogether is the first instant by which a centre's machines have worked so many
// seconds together.
func (c *compiled) doneTogether(centre *Centre, from, work int64) int64 {
	lo, hi := from, from+1
	worked := func(to int64) (sum int64) {
		for k := centre.First; k < centre.First+centre.Machines; k++ {
			sum += c.p.Machines[k].Hours.Between(from, to)
		}
		return sum
	}
	for worked(hi) < work {
		if hi-from > 1<<40 {
			return from // no calendar reaches it: no bound
		}
		hi = from + 2*(hi-from)
	}
	for lo+1 < hi {
		mid := (lo + hi) / 2
		if worked(mid) >= work {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}
