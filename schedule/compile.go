package schedule

import (
	"math/bits"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// compiled is a problem as construction reads it: arcs by operation, the topological
// order, units of operations that are placed together, and working times.
type compiled struct {
	p        *Problem
	in, out  arcLists
	order    []int32 // operations, predecessors first
	unit     []int32 // of each operation
	units    [][]int32
	unitIn   []int32 // arcs from other units into each
	work     []int64 // of each mode: nanoseconds without setup, for the whole quantity
	hours    map[hoursKey]*capacity.Hours
	matrices []denseMatrix
	forbids  bool           // some changeover is forbidden
	alone    bool           // every unit is one operation, and has its number
	pinned   [][]Assignment // by operation; nil without pins
	holds    [][]int32      // by job: tools that its operations may hold; nil without any
	alike    []bool         // by centre: all its machines work the same hours
	chained  []bool         // by operation: has an arc with a longest wait, or its tool is held
}

// arcLists are arcs by one of their ends (CSR): those of an operation stand from first to last.
type arcLists struct {
	first, last []int32
	arcs        []int32
	ends        []arcEnd // of the same arcs: what most of the work needs of them, side by side in memory
}

// arcEnd is the other end of an arc.
type arcEnd struct {
	op  int32
	lag int64 // seconds; -1: batches are handed over, the arc itself says how
}

// others are the other ends of an operation's arcs.
func (l *arcLists) others(op int32) []arcEnd { return l.ends[l.first[op]:l.last[op]] }

func (l *arcLists) of(op int32) []int32 { return l.arcs[l.first[op]:l.last[op]] }

type hoursKey struct {
	machine        *capacity.Hours
	tool, operator int32
}

const second = int64(time.Second)

// ceilSeconds rounds nanoseconds up to seconds.
func ceilSeconds(ns int64) int64 {
	if ns <= 0 {
		return 0
	}
	return (ns-1)/second + 1
}

// compile prepares a problem that Check has accepted.
func compile(p *Problem) *compiled {
	c := &compiled{p: p, hours: map[hoursKey]*capacity.Hours{}}
	c.in = listArcs(len(p.Ops), p.Arcs, func(a *Arc) int32 { return a.To })
	c.out = listArcs(len(p.Ops), p.Arcs, func(a *Arc) int32 { return a.From })
	c.in.ends = c.arcEnds(c.in.arcs, func(a *Arc) int32 { return a.From })
	c.out.ends = c.arcEnds(c.out.arcs, func(a *Arc) int32 { return a.To })
	c.sort()
	c.compileWork()
	if len(p.Matrices) > 0 {
		c.compileMatrices(p.families())
	}
	if len(p.Pins) > 0 {
		c.pinned = make([][]Assignment, len(p.Ops))
		for _, a := range p.Pins {
			c.pinned[a.Op] = append(c.pinned[a.Op], a)
		}
	}
	c.compareHours()
	c.listHolds()
	c.formUnits()
	return c
}

func (c *compiled) arcEnds(arcs []int32, end func(*Arc) int32) []arcEnd {
	out := make([]arcEnd, len(arcs))
	for i, a := range arcs {
		out[i] = c.arcEnd(a, end)
	}
	return out
}

func (c *compiled) arcEnd(a int32, end func(*Arc) int32) arcEnd {
	arc := &c.p.Arcs[a]
	e := arcEnd{end(arc), ceilSeconds(int64(arc.Min))}
	if c.transfers(arc) {
		e.lag = -1
	}
	return e
}

func listArcs(n int, arcs []Arc, end func(*Arc) int32) arcLists {
	start := make([]int32, n+1)
	for i := range arcs {
		start[end(&arcs[i])+1]++
	}
	for i := range n {
		start[i+1] += start[i]
	}
	next := slices.Clone(start)
	l := arcLists{first: start[:n:n], last: start[1:], arcs: make([]int32, len(arcs))}
	for i := range arcs {
		e := end(&arcs[i])
		l.arcs[next[e]] = int32(i)
		next[e]++
	}
	return l
}

// sort finds the topological order (Kahn 1962), operations by number where arcs leave a choice.
func (c *compiled) sort() {
	n := len(c.p.Ops)
	left := make([]int32, n)
	c.order = make([]int32, 0, n)
	for i := range n {
		left[i] = int32(len(c.in.of(int32(i))))
		if left[i] == 0 {
			c.order = append(c.order, int32(i))
		}
	}
	for i := 0; i < len(c.order); i++ {
		for _, e := range c.out.others(c.order[i]) {
			if left[e.op]--; left[e.op] == 0 {
				c.order = append(c.order, e.op)
			}
		}
	}
}

// compareHours finds the centres whose machines all work the same hours.
func (c *compiled) compareHours() {
	c.alike = make([]bool, len(c.p.Centres))
	for i := range c.p.Centres {
		w := &c.p.Centres[i]
		machines := c.p.Machines[w.First : w.First+w.Machines]
		c.alike[i] = !slices.ContainsFunc(machines, func(m Machine) bool { return m.Hours != machines[0].Hours })
	}
}

func (c *compiled) compileWork() {
	p := c.p
	c.work = make([]int64, len(p.Modes))
	for i := range p.Ops {
		op := &p.Ops[i]
		c.workOn(op)
	}
}

// workOn finds the working times of an operation's modes.
func (c *compiled) workOn(op *Op) {
	for m := op.Modes; m < op.Modes+op.NumModes; m++ {
		c.work[m] = workOf(&c.p.Modes[m], op, op.Quantity)
	}
}

// workOf is the working time of a quantity without setup, in nanoseconds, at most longestWork.
func workOf(m *Mode, op *Op, q bom.Quantity) int64 {
	if m.Run == 0 || q == 0 {
		return min(int64(m.Fixed), longestWork)
	}
	units, scale := uint64(q), uint64(bom.Unit)
	if op.Load > 0 {
		units, scale = uint64((q+op.Load-1)/op.Load), 1
	}
	efficiency := uint64(bom.One)
	if m.Efficiency > 0 {
		efficiency = uint64(m.Efficiency)
	}
	// ⌈Run · units · 10⁹ ÷ (scale · efficiency)⌉
	hi, lo := bits.Mul64(uint64(m.Run), units)
	if efficiency != uint64(bom.One) {
		hi, lo = scaleUp(hi, lo, uint64(bom.One))
		if scale, efficiency = 1, scale*efficiency; hi >= efficiency {
			return longestWork
		}
	} else {
		efficiency = scale
	}
	if hi >= efficiency {
		return longestWork
	}
	v, rest := bits.Div64(hi, lo, efficiency)
	if rest != 0 {
		v++
	}
	if v > uint64(longestWork) {
		return longestWork
	}
	return add(int64(v), int64(m.Fixed))
}

// longestWork is where working times stop: 292 years, which Check does not accept.
const longestWork = int64(endlessWork)

// scaleUp multiplies a 128-bit number; what overflows becomes the largest.
func scaleUp(hi, lo, by uint64) (uint64, uint64) {
	top, high := bits.Mul64(hi, by)
	carry, low := bits.Mul64(lo, by)
	high, over := bits.Add64(high, carry, 0)
	if top != 0 || over != 0 {
		return ^uint64(0), ^uint64(0)
	}
	return high, low
}

// hoursOf are the hours in which a mode can run on a machine: its own, where tool and operators work too.
func (c *compiled) hoursOf(m *Mode, machine int32) *capacity.Hours {
	h := c.p.Machines[machine].Hours
	if m.Tool == 0 && m.Operator == 0 {
		return h
	}
	key := hoursKey{h, m.Tool, m.Operator}
	both, ok := c.hours[key]
	if !ok {
		both = h
		for _, pool := range [...]int32{m.Tool, m.Operator} {
			if pool > 0 {
				both = capacity.Intersect(both, c.p.Pools[pool-1].Hours)
			}
		}
		c.hours[key] = both
	}
	return both
}

// denseMatrix gives changeovers by index where there are few families.
type denseMatrix struct {
	n     int32
	cells []Setup // from × to; Time -1: the mode's own
}

// families is one more than the largest family of operations and machines.
func (p *Problem) families() int32 {
	n := int32(1)
	for i := range p.Ops {
		n = max(n, p.Ops[i].Family+1)
	}
	for i := range p.Machines {
		n = max(n, p.Machines[i].Family+1)
	}
	return n
}

// compileMatrices makes the matrices for the families below n.
func (c *compiled) compileMatrices(n int32) {
	c.matrices = c.matrices[:0]
	for _, m := range c.p.Matrices {
		c.matrices = append(c.matrices, compileMatrix(m, n))
		for _, s := range m {
			c.forbids = c.forbids || s.Forbidden
		}
	}
}

func compileMatrix(m Matrix, n int32) denseMatrix {
	d := denseMatrix{n: n, cells: make([]Setup, int(n)*int(n))}
	for from := range n {
		for to := range n {
			d.cells[from*n+to] = m.changeover(from, to)
		}
	}
	return d
}

// changeover is the entry that counts for a pair; Time -1 says that the mode's own setup holds.
func (m Matrix) changeover(from, to int32) Setup {
	if s, ok := m[Changeover{from, to}]; ok {
		return s
	}
	if from == to && to != 0 {
		return Setup{}
	}
	for _, pair := range [...]Changeover{{from, AnyFamily}, {AnyFamily, to}, {AnyFamily, AnyFamily}} {
		if s, ok := m[pair]; ok {
			return s
		}
	}
	return Setup{Time: -1}
}

// setup is the setup time in nanoseconds on a machine from a family to another.
func (c *compiled) setup(machine, from, to int32, own time.Duration) (ns int64, forbidden bool) {
	matrix := c.p.Centres[c.p.Machines[machine].Centre].Matrix
	if matrix == 0 {
		if from == to && to != 0 {
			return 0, false
		}
		return int64(own), false
	}
	d := &c.matrices[matrix-1]
	s := &d.cells[from*d.n+to]
	if s.Time < 0 {
		return int64(own), s.Forbidden
	}
	return int64(s.Time), s.Forbidden
}

// transfers reports whether an arc hands over in batches; splits and oven loads hand over at once.
func (c *compiled) transfers(a *Arc) bool {
	if a.Transfer <= 0 {
		return false
	}
	from, to := &c.p.Ops[a.From], &c.p.Ops[a.To]
	return from.Load == 0 && to.Load == 0 && from.SplitMax <= 1 && to.SplitMax <= 1 && c.onMachine(from) && c.onMachine(to)
}

// onMachine reports whether an operation runs inside, whichever mode it takes.
func (c *compiled) onMachine(op *Op) bool {
	for m := op.Modes; m < op.Modes+op.NumModes; m++ {
		if c.p.Modes[m].Centre < 0 {
			return false
		}
	}
	return op.NumModes > 0
}
