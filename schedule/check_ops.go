package schedule

import (
	"fmt"

	"github.com/taktplan/takt/capacity"
)

func (c *checker) checkMode(i int) {
	p, m := c.p, &c.p.Modes[i]
	c.index("Modes", i, "Centre", m.Centre, -1, len(p.Centres), "Centres, or -1 for outside")
	c.length("Modes", i, "Setup", m.Setup)
	c.length("Modes", i, "Fixed", m.Fixed)
	c.length("Modes", i, "Run", m.Run)
	c.atLeast("Modes", i, "Efficiency", int64(m.Efficiency), 0)
	c.atLeast("Modes", i, "LeadDays", int64(m.LeadDays), 0)
	if m.LeadDays > capacity.MaxLeadDays {
		c.fail("Modes", i, "LeadDays", m.LeadDays, fmt.Sprintf("at most %d days are expected: correct the lead time", capacity.MaxLeadDays))
	}
	c.checkUnits(i, "Tool", m.Tool, m.ToolUnits)
	c.checkUnits(i, "Operator", m.Operator, m.OperatorUnits)
}

// checkUnits checks a pool and the units that a mode needs of it.
func (c *checker) checkUnits(i int, field string, pool, units int32) {
	c.atLeast("Modes", i, field+"Units", int64(units), 0)
	if c.index("Modes", i, field, pool, 0, len(c.p.Pools)+1, "Pools, counted from 1") && pool > 0 && units > max(1, c.p.Pools[pool-1].Units) {
		c.fail("Modes", i, field+"Units", units, fmt.Sprintf("at most the pool's %d units are expected: raise the pool's units, or ask for less", c.p.Pools[pool-1].Units))
	}
}

func (c *checker) checkOp(i int) {
	p, op := c.p, &c.p.Ops[i]
	if c.index("Ops", i, "Job", op.Job, 0, len(p.Jobs), "Jobs") {
		if j := &p.Jobs[op.Job]; int64(i) < int64(j.First) || int64(i) >= int64(j.First)+int64(j.Ops) {
			c.fail("Ops", i, "Job", op.Job, "the job whose First and Ops enclose it is expected: put the operations of a job one after another")
		}
	}
	switch {
	case op.NumModes > 0 && op.Quantity <= 0:
		c.fail("Ops", i, "Quantity", op.Quantity, "a quantity above 0 is expected: leave operations of nothing out, or make them milestones without modes")
	case op.Quantity < 0:
		c.fail("Ops", i, "Quantity", op.Quantity, "a quantity of 0 or more is expected: correct it")
	}
	c.family("Ops", i, "Family", op.Family, 0)
	c.atLeast("Ops", i, "SplitMax", int64(op.SplitMax), 0)
	c.atLeast("Ops", i, "Load", int64(op.Load), 0)
	c.atLeast("Ops", i, "Step", int64(op.Step), 0)
	c.instant("Ops", i, "Release", op.Release)
	c.checkModes(i)
}

// checkModes checks the modes of an operation, and that their work can be counted.
func (c *checker) checkModes(i int) {
	op := &c.p.Ops[i]
	c.atLeast("Ops", i, "NumModes", int64(op.NumModes), 0)
	if op.NumModes <= 0 || !c.index("Ops", i, "Modes", op.Modes, 0, len(c.p.Modes), "Modes") {
		return
	}
	if int64(op.Modes)+int64(op.NumModes) > int64(len(c.p.Modes)) {
		c.fail("Ops", i, "NumModes", op.NumModes, fmt.Sprintf("at most %d modes stand from there on: append modes or correct the count", len(c.p.Modes)-int(op.Modes)))
		return
	}
	for k := op.Modes; k < op.Modes+op.NumModes; k++ {
		if m := &c.p.Modes[k]; workUntil(op, m, m.Setup, op.Quantity) == endlessWork {
			c.fail("Ops", i, "Quantity", op.Quantity, fmt.Sprintf("work of less than 292 years is expected, but Modes[%d] takes longer: correct its times, or split the operation", k))
		}
	}
}

// checkOwner checks that no other operation has the modes of an operation: its quantity
// decides how long they take.
func (c *checker) checkOwner(i int, owner []int32) {
	op := &c.p.Ops[i]
	if op.Modes < 0 || op.NumModes <= 0 || int64(op.Modes)+int64(op.NumModes) > int64(len(owner)) {
		return // checkModes says it
	}
	for k := op.Modes; k < op.Modes+op.NumModes; k++ {
		if owner[k] != 0 {
			c.fail("Ops", i, "Modes", op.Modes, fmt.Sprintf("modes of its own are expected, but Modes[%d] is operation %d's: append a copy for this one", k, owner[k]-1))
			return
		}
		owner[k] = int32(i) + 1
	}
}

// checkArcs checks the arcs, and that no operations wait for each other.
func (c *checker) checkArcs() {
	p := c.p
	valid := make([]int32, 0, len(p.Arcs))
	for i := range p.Arcs {
		a := &p.Arcs[i]
		from := c.index("Arcs", i, "From", a.From, 0, len(p.Ops), "Ops")
		to := c.index("Arcs", i, "To", a.To, 0, len(p.Ops), "Ops")
		c.length("Arcs", i, "Min", a.Min)
		c.length("Arcs", i, "Max", a.Max)
		c.atLeast("Arcs", i, "Transfer", int64(a.Transfer), 0)
		if !from || !to {
			continue
		}
		if a.HasMax && p.Ops[a.From].Job != p.Ops[a.To].Job {
			c.fail("Arcs", i, "HasMax", a.HasMax, "a longest wait between operations of one job is expected: leave it out between jobs")
		}
		valid = append(valid, int32(i))
	}
	if path := findCycle(len(p.Ops), p.Arcs, valid); path != nil {
		c.errs.Add(&CycleError{Ops: path})
	}
}

// findCycle is a cycle of the arcs, nil if there is none: what is left when operations
// without predecessors have gone, walked backwards until one comes again. O(operations + arcs).
func findCycle(n int, arcs []Arc, valid []int32) []int32 {
	waits := make([]int32, n)   // for so many predecessors
	first := make([]int32, n+1) // of the operation's arcs in out
	for _, i := range valid {
		waits[arcs[i].To]++
		first[arcs[i].From+1]++
	}
	for i := range n {
		first[i+1] += first[i]
	}
	out, next := make([]int32, len(valid)), append([]int32(nil), first...)
	for _, i := range valid {
		a := &arcs[i]
		out[next[a.From]] = a.To
		next[a.From]++
	}
	done := make([]int32, 0, n)
	for op := range n {
		if waits[op] == 0 {
			done = append(done, int32(op))
		}
	}
	for i := 0; i < len(done); i++ {
		for _, to := range out[first[done[i]]:first[done[i]+1]] {
			if waits[to]--; waits[to] == 0 {
				done = append(done, to)
			}
		}
	}
	if len(done) == n {
		return nil
	}
	return walkBack(n, arcs, valid, waits)
}

// walkBack follows predecessors among operations that still wait until one comes again.
func walkBack(n int, arcs []Arc, valid []int32, waits []int32) []int32 {
	before := make([]int32, n) // a predecessor that still waits, from 1
	at := int32(-1)
	for _, i := range valid {
		if a := &arcs[i]; waits[a.From] > 0 && waits[a.To] > 0 && before[a.To] == 0 {
			before[a.To] = a.From + 1
			at = a.To
		}
	}
	seen := make([]bool, n)
	for !seen[at] {
		seen[at] = true
		at = before[at] - 1
	}
	path := []int32{at}
	for op := before[at] - 1; op != at; op = before[op] - 1 {
		path = append(path, op)
	}
	for i, j := 1, len(path)-1; i < j; i, j = i+1, j-1 { // it was walked backwards
		path[i], path[j] = path[j], path[i]
	}
	return path
}
