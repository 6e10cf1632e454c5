package schedule

import (
	"context"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// mostResettled bounds how often operations are placed anew for their setups' sake.
const mostResettled = 20

// settle places operations anew that have another setup than they need now, until there is none.
func (r *repair) settle(ctx context.Context) error {
	for range mostResettled {
		if err := r.run(ctx); err != nil {
			return err
		}
		if r.stuck || !r.complete() {
			return ErrUnsettled
		}
		stale := r.stale()
		if len(stale) == 0 {
			return nil
		}
		for _, op := range stale {
			if r.placed[op] && !r.lift(op) {
				return ErrUnsettled
			}
		}
	}
	return ErrUnsettled
}

// complete reports whether all that is new or was lifted is placed. What waits for itself in a circle is not.
func (r *repair) complete() bool {
	for op := int32(r.change.nOps); int(op) < len(r.p.Ops); op++ {
		if !r.dead[op] && !r.placed[op] {
			return false
		}
	}
	nowhere := func(op int32) bool { return !r.dead[op] && !r.placed[op] }
	return !slices.ContainsFunc(r.log.ops, nowhere) && !slices.ContainsFunc(r.whole.ops, nowhere)
}

// stale are the operations that have another setup than they need, where something came or went: what stands there,
// what runs behind it, and operations without duration.
func (r *repair) stale() []int32 {
	if !r.changeovers {
		return nil
	}
	c := staleCheck{repair: r, seen: map[int32]bool{}, machines: map[int32]bool{}}
	for i := range r.whole.was {
		for k := range r.whole.was[i].parts {
			c.around(&r.whole.was[i].parts[k])
		}
	}
	for i, op := range r.log.ops {
		for k := range r.log.was[i].parts {
			c.around(&r.log.was[i].parts[k])
		}
		if !r.dead[op] && r.placed[op] {
			c.around(&r.at[op])
			for k := range r.more[op] {
				c.around(&r.more[op][k])
			}
		}
	}
	return c.ops
}

// staleCheck collects operations whose setup is not what it should be.
type staleCheck struct {
	*repair
	seen     map[int32]bool // operations
	machines map[int32]bool // whose operations without duration were looked at
	ops      []int32
}

func (c *staleCheck) add(op int32) {
	if !c.seen[op] {
		c.seen[op] = true
		c.ops = append(c.ops, op)
	}
}

// around looks at what stands at the beginning of a part's time, and at what follows that.
func (c *staleCheck) around(a *Assignment) {
	if a.Machine < 0 || a.Start >= capacity.Never || c.p.Centres[c.p.Machines[a.Machine].Centre].Kind == Infinite {
		return
	}
	if len(c.instants[a.Machine]) > 0 && !c.machines[a.Machine] {
		c.machines[a.Machine] = true
		c.checkInstants(a.Machine)
	}
	line := &c.lines[a.Machine]
	gaps := line.From(a.Start)
	for range 2 {
		gap, _ := gaps.Next(-capacity.Never)
		if gap.After == nil {
			return
		}
		c.check(a.Machine, c.familyBefore(a.Machine, gap.Before), gap.After)
	}
}

// check looks at one reservation.
func (c *staleCheck) check(machine, before int32, r *capacity.Reservation) {
	ops := []int32{r.Ref}
	if c.p.Centres[c.p.Machines[machine].Centre].Kind == Batch {
		ops = c.loads[r.Ref].members
	}
	has, forbidden := c.compareSetup(machine, before, r)
	if has && (!forbidden || c.allowed(ops)) {
		return
	}
	for _, op := range ops {
		c.add(op)
	}
}

// allowed reports whether a forbidden changeover to operations is known: there was no other way.
func (c *staleCheck) allowed(ops []int32) bool {
	return !slices.ContainsFunc(ops, func(op int32) bool {
		return !slices.ContainsFunc(c.broken, func(v Violation) bool { return v.Op == op && v.Kind == ForbiddenRun })
	})
}

// checkInstants looks at the operations without duration on a machine: they have no time for a setup.
func (c *staleCheck) checkInstants(machine int32) {
	for _, x := range c.instants[machine] {
		ahead := c.lines[machine].Back(x.at)
		prev, _ := ahead.Prev(-capacity.Never)
		own := c.p.Modes[c.partOn(x.op, machine, x.at).Mode].Setup
		need, forbidden := c.setup(machine, c.familyBefore(machine, prev.Before), c.p.Ops[x.op].Family, own)
		if need > 0 || forbidden && !c.allowed([]int32{x.op}) {
			c.add(x.op)
		}
	}
}
