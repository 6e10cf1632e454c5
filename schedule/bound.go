package schedule

import "github.com/taktplan/takt/capacity"

// Bound says what no schedule of the problem can beat: Tardiness, Late and LateWeight
// by a critical path through calendars, releases and waits, with machines for all, and by every work
// centre alone, whose machines may interrupt their work and do an operation together; the Makespan
// so as well. Other measures are bounded by 0. The bound is weak where several centres bind
// one after another, and where weights differ much. O(n log n) in operations and arcs.
func Bound(p *Problem) (Score, error) {
	if err := p.Check(); err != nil {
		return Score{}, err
	}
	return compile(p).bound(), nil
}

func (c *compiled) bound() Score {
	reach := c.earliest()
	out := c.withMachinesForAll(&reach)
	c.relax(&reach, &out)
	return out
}

// withMachinesForAll bounds by the critical path alone.
func (c *compiled) withMachinesForAll(reach *bounds) Score {
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
	return out
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
