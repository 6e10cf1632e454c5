package schedule

import (
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/random"
)

// neighbourhood is a way to choose what is lifted.
type neighbourhood uint8

// The neighbourhoods.
const (
	lateChain     neighbourhood = iota // what a late job waited for, through arcs and machines
	lateTree                           // all that a late job waits for
	machineWindow                      // what runs on a machine in a time
	centreWindow                       // what runs on a work centre in a time
	lateWindow                         // what runs when an operation waits that a late job waits for, around it
	manyLate                           // several late jobs
	setupWindow                        // what runs around a long setup
	press                              // what late jobs wait for, whose turn changes
	numNeighbourhoods
)

// What an iteration earns.
const (
	equal  = 0.1
	better = 1.0
)

// chooser draws among ways by how they did (roulette wheel with exponential forgetting).
type chooser struct {
	weight []float64
}

func newChooser(n int) chooser {
	c := chooser{make([]float64, n)}
	for k := range c.weight {
		c.weight[k] = 1
	}
	return c
}

func (c *chooser) choose(rng *random.Source) int {
	sum := 0.0
	for _, w := range c.weight {
		sum += w
	}
	at := rng.Float() * sum
	for k, w := range c.weight {
		if at -= w; at < 0 {
			return k
		}
	}
	return len(c.weight) - 1
}

// The floor keeps every way in play.
func (c *chooser) learn(k int, gain float64) {
	const forget, floor = 0.005, 0.05
	c.weight[k] = max(floor, (1-forget)*c.weight[k]+forget*20*gain)
}

// gather finds the roots. It reports false if there is nothing of the kind.
func (i *island) gather(how neighbourhood) bool {
	size := 3 << i.rng.Below(5)
	i.most = 40 * size
	i.job = -1
	switch how {
	case machineWindow, centreWindow:
		i.window(i.randomOp(), size, how == centreWindow)
	case setupWindow:
		op := i.randomOp()
		for range 10 {
			if i.setups[op] > 0 {
				break
			}
			op = i.randomOp()
		}
		i.window(op, size, false)
	default:
		if len(i.tally.late) == 0 {
			i.window(i.randomOp(), size, false)
			break
		}
		i.gatherLate(how, size)
	}
	return len(i.roots) > 0
}

func (i *island) randomOp() int32 { return i.base.movable[i.rng.Below(len(i.base.movable))] }

func (i *island) gatherLate(how neighbourhood, size int) {
	j := i.tally.late[i.rng.Below(len(i.tally.late))]
	i.job = j
	switch how {
	case press:
		i.pressLate()
	case lateChain:
		i.chain(i.lastOf(j), size)
	case lateTree:
		i.tree(i.lastOf(j), size)
	case manyLate:
		for range 2 + i.rng.Below(3) {
			i.chain(i.lastOf(i.tally.late[i.rng.Below(len(i.tally.late))]), size/2)
		}
	case lateWindow:
		i.chain(i.lastOf(j), size)
		op := i.roots[i.rng.Below(len(i.roots))]
		i.roots = i.roots[:0]
		i.window(op, size, i.rng.Below(2) == 0)
	}
}

// lastOf is the operation of a job that ends last.
func (i *island) lastOf(j int32) int32 {
	job := &i.p.Jobs[j]
	last := job.First
	for op := job.First; op < job.First+job.Ops; op++ {
		if i.end[op] >= i.end[last] {
			last = op
		}
	}
	return last
}

// chain follows what an operation waited for last: what comes before it, or what ran on its machine meanwhile.
func (i *island) chain(op int32, size int) {
	for n := 0; n < size; n++ {
		i.roots = append(i.roots, op)
		before, ready := i.binding(op)
		next := before
		if ahead := i.aheadOf(op, ready, size-n); ahead >= 0 && (before < 0 || i.rng.Below(4) == 0) {
			next = ahead
		}
		if next < 0 {
			return
		}
		op = next
	}
}

// aheadOf adds what ran on an operation's machine while it could have run, the nearest first; it gives one of them.
func (i *island) aheadOf(op int32, ready int64, most int) int32 {
	a := &i.at[op]
	if a.Machine < 0 || a.Start <= ready || a.Start >= capacity.Never || i.p.Centres[i.p.Machines[a.Machine].Centre].Kind != Exclusive {
		return -1
	}
	last := int32(-1)
	for gaps := i.lines[a.Machine].Back(a.Start); most > 0; most-- {
		gap, more := gaps.Prev(-capacity.Never)
		if !more || gap.Before == nil || gap.Before.To <= ready {
			break
		}
		i.roots = append(i.roots, gap.Before.Ref)
		if last < 0 || i.rng.Below(3) == 0 {
			last = gap.Before.Ref
		}
	}
	return last
}

// binding is what an operation waits for last, -1 if that is a release, and since when it could run.
func (i *state) binding(op int32) (before int32, ready int64) {
	before, ready = -1, max(i.p.Start, i.p.Ops[op].Release)
	for k, e := range i.in.others(op) {
		at := i.end[e.op] + e.lag
		if e.lag < 0 {
			at = i.after(&i.p.Arcs[i.in.of(op)[k]])
		}
		if at > ready {
			before, ready = e.op, at
		}
	}
	return before, ready
}

// tree takes what an operation waits for, in the order of breadth.
func (i *island) tree(op int32, size int) {
	i.roots = append(i.roots, op)
	for k := 0; k < len(i.roots) && len(i.roots) < size; k++ {
		for _, e := range i.in.others(i.roots[k]) {
			i.roots = append(i.roots, e.op)
		}
	}
}

// window takes what runs around an operation on its machine, or on all machines of its work centre.
func (i *island) window(op int32, size int, centre bool) {
	i.roots = append(i.roots, op)
	a := &i.at[op]
	if a.Machine < 0 || a.Start >= capacity.Never {
		return
	}
	c := &i.p.Centres[i.p.Machines[a.Machine].Centre]
	if c.Kind == Infinite {
		return
	}
	if !centre || c.Machines == 1 {
		i.around(a.Machine, a.Start, size)
		return
	}
	for k := c.First; k < c.First+c.Machines; k++ {
		i.around(k, a.Start, max(1, size/int(c.Machines)))
	}
}

// around takes the operations of a machine from before an instant on.
func (i *island) around(machine int32, at int64, size int) {
	ahead := i.rng.Below(size + 1)
	for gaps := i.lines[machine].Back(at); ahead > 0; ahead-- {
		gap, more := gaps.Prev(-capacity.Never)
		if !more || gap.Before == nil {
			break
		}
		i.member(machine, gap.Before.Ref)
		size--
	}
	for gaps := i.lines[machine].From(at); size > 0; size-- {
		gap, more := gaps.Next(-capacity.Never)
		if !more || gap.After == nil {
			return
		}
		i.member(machine, gap.After.Ref)
	}
}

func (i *island) member(machine, ref int32) {
	if i.p.Centres[i.p.Machines[machine].Centre].Kind == Batch {
		i.roots = append(i.roots, i.loads[ref].members...)
		return
	}
	i.roots = append(i.roots, ref)
}
