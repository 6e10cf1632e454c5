package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// ProblemError is a value of a Problem that means nothing: a problem that was built in code
// refers to what is not there, or holds a number out of range.
type ProblemError struct {
	Where    string // the slice of Problem: Ops, Modes …; Problem for its own fields
	Index    int    // in that slice
	Field    string
	Value    string
	Expected string // what was expected, and what to do
}

func (e *ProblemError) Error() string {
	return fmt.Sprintf("%s[%d].%s: %q: %s", e.Where, e.Index, e.Field, e.Value, e.Expected)
}

// CycleError is operations that wait for each other. Each of Ops comes before the next, and the last before
// the first; they are indexes into Problem.Ops.
type CycleError struct{ Ops []int32 }

func (e *CycleError) Error() string {
	var b strings.Builder
	b.WriteString("cycle of operations: ")
	for _, op := range e.Ops {
		fmt.Fprintf(&b, "%d -> ", op)
	}
	if len(e.Ops) > 0 {
		fmt.Fprintf(&b, "%d", e.Ops[0])
	}
	b.WriteString(": remove one of these arcs; an operation cannot wait for its own end")
	return b.String()
}

// Check reports whether a problem can be scheduled at all: references in range, no negative times, no
// operations that wait for each other. The error is a *bom.Errors of *ProblemError and *CycleError, at most
// bom.MaxErrors of them. It does not ask whether there is a good schedule. O(n) in all slices, and
// O(n log n) in the entries of matrices.
func (p *Problem) Check() error {
	c := checker{p: p}
	c.instant("Problem", 0, "Start", p.Start)
	c.checkMachines()
	c.checkPools()
	for i := range p.Matrices {
		c.checkMatrix(i)
	}
	c.checkJobs()
	for i := range p.Modes {
		c.checkMode(i)
	}
	owner := make([]int32, len(p.Modes)) // of the modes: operations, from 1
	for i := range p.Ops {
		c.checkOp(i)
		c.checkOwner(i, owner)
	}
	c.checkArcs()
	for i := range p.Pins {
		c.checkPin(i)
	}
	return c.errs.Err()
}

// checker collects what is wrong with a problem.
type checker struct {
	p    *Problem
	errs bom.Errors
}

func (c *checker) fail(where string, i int, field string, value any, expected string) {
	c.errs.Add(&ProblemError{Where: where, Index: i, Field: field, Value: fmt.Sprint(value), Expected: expected})
}

// index checks that v is in [least, limit).
func (c *checker) index(where string, i int, field string, v int32, least, limit int, of string) bool {
	if int(v) >= least && int(v) < limit {
		return true
	}
	if limit <= least {
		c.fail(where, i, field, v, "there are no "+of+" to refer to: add them first")
		return false
	}
	c.fail(where, i, field, v, "a number from "+strconv.Itoa(least)+" to "+strconv.Itoa(limit-1)+" is expected: refer to one of "+of)
	return false
}

// atLeast checks that a number is not below least.
func (c *checker) atLeast(where string, i int, field string, v, least int64) {
	if v < least {
		c.fail(where, i, field, v, fmt.Sprintf("at least %d is expected: correct the number", least))
	}
}

func (c *checker) length(where string, i int, field string, d time.Duration) {
	if d < 0 {
		c.fail(where, i, field, d, "a time of 0 or more is expected: correct the duration")
	}
}

func (c *checker) instant(where string, i int, field string, t int64) {
	if t <= -capacity.Never || t >= capacity.Never {
		c.fail(where, i, field, t, "seconds since 1970 are expected: capacity.Never and what lies beyond is no time; leave out what has none")
	}
}

// family checks a setup family; names are for texts, so that a problem may have none.
func (c *checker) family(where string, i int, field string, f, least int32) {
	switch limit := len(c.p.Families); {
	case f < least:
		c.atLeast(where, i, field, int64(f), int64(least))
	case limit > 0 && int(f) >= limit:
		c.fail(where, i, field, f, fmt.Sprintf("a family below %d is expected: add its name to Families, where number 0 is none", limit))
	}
}

// checkMachines checks that every machine stands in the range of its centre, and in no other.
func (c *checker) checkMachines() {
	p := c.p
	owner := make([]int32, len(p.Machines)) // from 1
	for i := range p.Centres {
		w := &p.Centres[i]
		if w.Kind > Infinite {
			c.fail("Centres", i, "Kind", w.Kind, "Exclusive, Batch or Infinite is expected: correct the kind")
		}
		c.index("Centres", i, "Matrix", w.Matrix, 0, len(p.Matrices)+1, "Matrices, counted from 1")
		c.atLeast("Centres", i, "Capacity", int64(w.Capacity), 0)
		c.atLeast("Centres", i, "Machines", int64(w.Machines), 1)
		if w.Machines < 1 || !c.index("Centres", i, "First", w.First, 0, len(p.Machines), "Machines") {
			continue
		}
		if int64(w.First)+int64(w.Machines) > int64(len(p.Machines)) {
			c.fail("Centres", i, "Machines", w.Machines, fmt.Sprintf("at most %d machines stand from First on: append machines or correct the count", len(p.Machines)-int(w.First)))
			continue
		}
		for m := w.First; m < w.First+w.Machines; m++ {
			if owner[m] != 0 {
				c.fail("Centres", i, "First", w.First, fmt.Sprintf("machines of its own are expected, but Machines[%d] is centre %d's: give each centre a range of its own", m, owner[m]-1))
				break
			}
			owner[m] = int32(i) + 1
		}
	}
	for i := range p.Machines {
		m := &p.Machines[i]
		c.family("Machines", i, "Family", m.Family, 0)
		if c.index("Machines", i, "Centre", m.Centre, 0, len(p.Centres), "Centres") && owner[i] != m.Centre+1 {
			c.fail("Machines", i, "Centre", m.Centre, "the centre whose First and Machines enclose it is expected: put the machines of a centre one after another")
		}
	}
}

func (c *checker) checkPools() {
	for i := range c.p.Pools {
		pool := &c.p.Pools[i]
		c.atLeast("Pools", i, "Units", int64(pool.Units), 1)
		for _, a := range pool.Absent {
			if a.To < a.From {
				c.fail("Pools", i, "Absent", a.Span, "an absence that ends after it begins is expected: swap its times")
			}
			c.atLeast("Pools", i, "Absent.Units", int64(a.Units), 0)
		}
	}
}

// checkMatrix checks the entries of a matrix in a fixed order.
func (c *checker) checkMatrix(i int) {
	pairs := make([]Changeover, 0, len(c.p.Matrices[i]))
	for pair := range c.p.Matrices[i] {
		pairs = append(pairs, pair)
	}
	slices.SortFunc(pairs, compareChangeovers)
	for _, pair := range pairs {
		c.family("Matrices", i, "From", pair.From, AnyFamily)
		c.family("Matrices", i, "To", pair.To, AnyFamily)
		s := c.p.Matrices[i][pair]
		c.length("Matrices", i, "Time", s.Time)
		c.atLeast("Matrices", i, "Cost", int64(s.Cost), 0)
	}
}

func compareChangeovers(a, b Changeover) int {
	if a.From != b.From {
		return int(a.From) - int(b.From)
	}
	return int(a.To) - int(b.To)
}

// checkJobs checks that jobs share the operations out among them.
func (c *checker) checkJobs() {
	next := int64(0)
	for i := range c.p.Jobs {
		j := &c.p.Jobs[i]
		c.atLeast("Jobs", i, "Ops", int64(j.Ops), 1)
		if int64(j.First) != next {
			c.fail("Jobs", i, "First", j.First, fmt.Sprintf("%d is expected: the operations of a job follow those of the job before", next))
		}
		next = int64(j.First) + int64(max(j.Ops, 0))
		c.instant("Jobs", i, "Due", j.Due)
		c.instant("Jobs", i, "Target", j.Target)
		c.atLeast("Jobs", i, "Weight", j.Weight, 0)
		c.atLeast("Jobs", i, "Rank", int64(j.Rank), 0)
		c.length("Jobs", i, "Buffer", j.Buffer)
	}
	if next != int64(len(c.p.Ops)) {
		c.fail("Problem", 0, "Ops", len(c.p.Ops), fmt.Sprintf("the jobs' %d operations are expected: every operation is one of a job", next))
	}
}

// checkPin checks a pin's references and times, not whether it can be kept.
func (c *checker) checkPin(i int) {
	a := &c.p.Pins[i]
	c.instant("Pins", i, "Start", a.Start)
	c.instant("Pins", i, "End", a.End)
	if a.End < a.Start {
		c.fail("Pins", i, "End", a.End, "an end after the start is expected: swap the times")
	}
	if a.Machine != -1 {
		c.index("Pins", i, "Machine", a.Machine, 0, len(c.p.Machines), "Machines, or -1 for none")
	}
	c.atLeast("Pins", i, "Quantity", int64(a.Quantity), 0)
	if !c.index("Pins", i, "Op", a.Op, 0, len(c.p.Ops), "Ops") {
		return
	}
	op := &c.p.Ops[a.Op]
	if op.NumModes == 0 && a.Mode == -1 {
		return
	}
	if a.Mode < op.Modes || int64(a.Mode) >= int64(op.Modes)+int64(op.NumModes) {
		c.fail("Pins", i, "Mode", a.Mode, "a mode of its operation is expected, -1 for a milestone: pin it to one of the operation's modes")
	}
}
