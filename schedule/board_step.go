package schedule

import (
	"slices"

	"github.com/taktplan/takt/capacity"
)

// Step is what one change did to a board. It is immutable: boards of the same schedule that made the same
// steps before it can make it again.
type Step struct {
	ops    []Op
	modes  []Mode
	jobs   []Job
	arcs   []Arc
	names  []string // of families
	in     listStep
	out    listStep
	bounds []boundMove
	waits  []releaseMove
	hours  []hoursMove
	dead   []int32 // operations
	moves  []Move
	broken [2][]Violation // before, after
}

// Move is an operation that is elsewhere after a step than before.
type Move struct {
	Op       int32
	was, now placing
}

// Before and After are its parts; none where it is not in the schedule.
func (m *Move) Before() []Assignment { return m.was.parts }

// After are its parts after the step.
func (m *Move) After() []Assignment { return m.now.parts }

// Moves are the operations that are elsewhere, or came or went, in the order of their numbers.
func (s *Step) Moves() []Move { return s.moves }

// listStep is what a step did to the lists of arcs.
type listStep struct {
	arcs  []int32 // appended
	ends  []arcEnd
	lists []listMove
}

type listMove struct{ op, wasFirst, wasLast, first, last int32 }

type boundMove struct {
	op                           int32
	wasStart, wasEnd, start, end int64
}

type releaseMove struct {
	op             int32
	was, now       int64
	wasRef, nowRef int32
}

type hoursMove struct {
	machine  int32
	pool     bool
	was, now *capacity.Hours
}

// boardLog remembers what operations were before they changed.
type boardLog struct {
	seen map[int32]int
	was  []placing
	ops  []int32
}

func (l *boardLog) note(s *state, op int32) {
	if _, ok := l.seen[op]; ok {
		return
	}
	l.seen[op] = len(l.ops)
	l.ops = append(l.ops, op)
	l.was = append(l.was, s.placingOf(op))
}

// change is a step while it is made.
type change struct {
	Step
	nOps, nModes, nJobs, nArcs, nNames int          // of the problem before
	nIn, nOut                          int          // of the lists of arcs before
	known                              int          // operations whose data is there
	wired                              int          // arcs that are in the lists
	gone                               []Assignment // of jobs that were removed
	touched                            []int32
}

// Begin starts a change.
func (b *Board) Begin() {
	b.change = &change{nOps: len(b.p.Ops), nModes: len(b.p.Modes), nJobs: len(b.p.Jobs), nArcs: len(b.p.Arcs), nNames: len(b.p.Families),
		nIn: len(b.in.arcs), nOut: len(b.out.arcs), known: len(b.p.Ops), wired: len(b.p.Arcs)}
	b.change.broken[0] = b.broken
	b.broken = slices.Clone(b.broken)
	b.log = &boardLog{seen: map[int32]int{}}
}

// extend takes up the jobs and arcs that were appended to the problem.
func (b *Board) extend() {
	c := b.change
	b.grow(c.known, b.p.Arcs[c.wired:])
	c.known = len(b.p.Ops)
	for i := c.wired; i < len(b.p.Arcs); i++ {
		if a := &b.p.Arcs[i]; !b.dead[a.From] && !b.dead[a.To] {
			b.wire(int32(i))
		}
	}
	c.wired = len(b.p.Arcs)
}

// Extend takes up the jobs and arcs that were appended to the problem since Begin, so that After and KeepModes know them.
func (b *Board) Extend() { b.extend() }

// KeepModes leaves an operation that came since Begin only the modes for which keep is true, in their order; all if it is for none.
func (b *Board) KeepModes(op int32, keep func(*Mode) bool) {
	o := &b.p.Ops[op]
	modes := b.p.Modes[o.Modes : o.Modes+o.NumModes]
	n := int32(0)
	for i := range modes {
		if keep(&modes[i]) {
			n++
		}
	}
	if n == 0 || n == o.NumModes {
		return
	}
	at := 0
	for i := range modes {
		if keep(&modes[i]) {
			modes[at] = modes[i]
			at++
		}
	}
	o.NumModes = n
	b.workOn(o)
}

// grow makes room for the operations from a number on, and for their modes and jobs; arcs are those that came with them.
func (b *Board) grow(from int, arcs []Arc) {
	p, s := b.p, b.state
	n := len(p.Ops) - from
	s.at, s.placed, s.start, s.end = append(s.at, make([]Assignment, n)...), append(s.placed, make([]bool, n)...), append(s.start, make([]int64, n)...), append(s.end, make([]int64, n)...)
	s.setups = append(s.setups, make([]int64, n)...)
	b.dead = append(b.dead, make([]bool, n)...)
	if b.pinned != nil {
		b.pinned = append(b.pinned, make([][]Assignment, n)...)
	}
	b.work = append(b.work, make([]int64, len(p.Modes)-len(b.work))...)
	for j := len(b.b.goals); j < len(p.Jobs); j++ {
		b.b.goals = append(b.b.goals, goal(&p.Jobs[j]))
	}
	if b.holds != nil {
		b.holds = append(b.holds, make([][]int32, len(p.Jobs)-len(b.holds))...)
	}
	for i := from; i < len(p.Ops); i++ {
		for _, l := range [...]*arcLists{&b.in, &b.out} {
			l.first, l.last = append(l.first, int32(len(l.arcs))), append(l.last, int32(len(l.arcs)))
		}
		b.tight.start, b.tight.end = append(b.tight.start, capacity.Never), append(b.tight.end, capacity.Never)
		b.workOn(&p.Ops[i])
		b.listHold(&p.Ops[i])
	}
	b.state.latest = b.tight.end
	if n := int32(len(p.Families)); len(b.matrices) > 0 && n > b.matrices[0].n {
		b.compileMatrices(n)
	}
	b.unitsFrom(from, arcs)
}

// unitsFrom makes units of the operations from a number on: what longest waits and held tools tie together within their jobs.
func (b *Board) unitsFrom(from int, arcs []Arc) {
	p := b.p
	b.unit, b.chained = append(b.unit, make([]int32, len(p.Ops)-from)...), append(b.chained, make([]bool, len(p.Ops)-from)...)
	tied := map[int32]bool{} // operations tied to the one before them
	for i := range arcs {
		if a := &arcs[i]; a.HasMax && int(min(a.From, a.To)) >= from && p.Ops[a.From].Job == p.Ops[a.To].Job {
			for op := min(a.From, a.To) + 1; op <= max(a.From, a.To); op++ { // a unit's operations stand together
				tied[op] = true
			}
		}
	}
	for op := from; op < len(p.Ops); op++ {
		job := &p.Jobs[p.Ops[op].Job]
		held := slices.ContainsFunc(p.Ops[job.First:job.First+job.Ops], func(o Op) bool { return o.HoldTool })
		if o := int32(op); o > job.First && (held || tied[o]) {
			u := b.unit[o-1]
			b.unit[o], b.chained[o], b.chained[o-1] = u, true, true
			b.units[u] = append(slices.Clip(b.units[u]), o)
			b.alone = false
			continue
		}
		b.unit[op] = int32(len(b.units))
		b.units = append(b.units, []int32{int32(op)})
		b.chained[op] = b.chained[op] || held
	}
}

// wire puts an arc into the lists of its ends.
func (b *Board) wire(arc int32) {
	a := &b.p.Arcs[arc]
	b.append(&b.in, &b.change.in, a.To, arc, b.arcEnd(arc, func(a *Arc) int32 { return a.From }))
	b.append(&b.out, &b.change.out, a.From, arc, b.arcEnd(arc, func(a *Arc) int32 { return a.To }))
	b.change.touched = append(b.change.touched, a.From, a.To)
}

func (b *Board) append(l *arcLists, step *listStep, op, arc int32, end arcEnd) {
	first, last := l.first[op], l.last[op]
	arcs, ends := l.of(op), l.others(op)
	if int(last) != len(l.arcs) { // not at the end: the list moves there
		l.first[op] = int32(len(l.arcs))
		l.arcs, l.ends = append(l.arcs, arcs...), append(l.ends, ends...)
	}
	l.arcs, l.ends = append(l.arcs, arc), append(l.ends, end)
	l.last[op] = int32(len(l.arcs))
	step.lists = append(step.lists, listMove{op, first, last, l.first[op], l.last[op]})
}

// drop takes an arc out of an operation's list.
func (b *Board) drop(l *arcLists, step *listStep, op, arc int32) {
	first, last := l.first[op], l.last[op]
	arcs, ends := l.of(op), l.others(op)
	l.first[op] = int32(len(l.arcs))
	for i, a := range arcs {
		if a != arc {
			l.arcs, l.ends = append(l.arcs, a), append(l.ends, ends[i])
		}
	}
	l.last[op] = int32(len(l.arcs))
	step.lists = append(step.lists, listMove{op, first, last, l.first[op], l.last[op]})
}

// unlink takes an arc away.
func (b *Board) unlink(arc int32) {
	a := &b.p.Arcs[arc]
	b.drop(&b.in, &b.change.in, a.To, arc)
	b.drop(&b.out, &b.change.out, a.From, arc)
	b.change.touched = append(b.change.touched, a.From, a.To)
}

// Unlink takes one peg from an operation to another away: the first with that lag. It reports whether there was one.
func (b *Board) Unlink(from, to int32, lag int64) bool {
	for i, e := range b.in.others(to) {
		arc := b.in.of(to)[i]
		if e.op == from && b.p.Arcs[arc].Material && ceilSeconds(int64(b.p.Arcs[arc].Min)) == lag {
			b.unlink(arc)
			return true
		}
	}
	return false
}

// RemoveJob takes a job off the board with all its arcs.
func (b *Board) RemoveJob(job int32) {
	j := &b.p.Jobs[job]
	for op := j.First; op < j.First+j.Ops; op++ {
		b.change.gone = append(b.change.gone, b.placingOf(op).parts...)
	}
	for op := j.First; op < j.First+j.Ops; op++ {
		b.lift(op, true)
	}
	for op := j.First; op < j.First+j.Ops; op++ {
		for _, list := range [...][]int32{slices.Clone(b.in.of(op)), slices.Clone(b.out.of(op))} {
			for _, arc := range list {
				if slices.Contains(b.in.of(b.p.Arcs[arc].To), arc) { // not yet by its other end
					b.unlink(arc)
				}
			}
		}
		b.dead[op] = true
		b.change.dead = append(b.change.dead, op)
	}
}

// SetRelease sets before when an operation may not begin.
func (b *Board) SetRelease(op int32, at int64, cause int32) {
	o := &b.p.Ops[op]
	if o.Release == at && o.Cause == cause {
		return
	}
	b.change.waits = append(b.change.waits, releaseMove{op, o.Release, at, o.Cause, cause})
	o.Release, o.Cause = at, cause
	b.change.touched = append(b.change.touched, op)
}

// Commit ends a change and gives what it did.
func (b *Board) Commit() *Step {
	c, p := b.change, b.p
	c.ops, c.modes, c.jobs, c.arcs = slices.Clone(p.Ops[c.nOps:]), slices.Clone(p.Modes[c.nModes:]), slices.Clone(p.Jobs[c.nJobs:]), slices.Clone(p.Arcs[c.nArcs:])
	c.names = slices.Clone(p.Families[c.nNames:])
	c.in.arcs, c.in.ends = slices.Clone(b.in.arcs[c.nIn:]), slices.Clone(b.in.ends[c.nIn:])
	c.out.arcs, c.out.ends = slices.Clone(b.out.arcs[c.nOut:]), slices.Clone(b.out.ends[c.nOut:])
	for i, op := range b.log.ops {
		m := Move{op, b.log.was[i], b.placingOf(op)}
		if m.was.setup != m.now.setup || !slices.Equal(m.was.parts, m.now.parts) {
			c.moves = append(c.moves, m)
		}
	}
	slices.SortFunc(c.moves, func(x, y Move) int { return int(x.Op) - int(y.Op) })
	c.broken[1] = b.broken
	b.change, b.log = nil, nil
	return &c.Step
}

// Undo takes the last step back.
func (b *Board) Undo(s *Step) {
	b.broken = s.broken[0]
	b.replay(s.moves, func(m *Move) *placing { return &m.was })
	for i := len(s.hours) - 1; i >= 0; i-- {
		b.setHours(s.hours[i].machine, s.hours[i].pool, s.hours[i].was)
	}
	for _, op := range s.dead {
		b.dead[op] = false
	}
	for i := len(s.waits) - 1; i >= 0; i-- {
		b.p.Ops[s.waits[i].op].Release, b.p.Ops[s.waits[i].op].Cause = s.waits[i].was, s.waits[i].wasRef
	}
	for i := len(s.bounds) - 1; i >= 0; i-- {
		m := &s.bounds[i]
		b.tight.start[m.op], b.tight.end[m.op] = m.wasStart, m.wasEnd
	}
	undoLists(&b.in, &s.in)
	undoLists(&b.out, &s.out)
	b.shrink(s)
}

func undoLists(l *arcLists, s *listStep) {
	for i := len(s.lists) - 1; i >= 0; i-- {
		m := &s.lists[i]
		l.first[m.op], l.last[m.op] = m.wasFirst, m.wasLast
	}
	l.arcs, l.ends = l.arcs[:len(l.arcs)-len(s.arcs)], l.ends[:len(l.ends)-len(s.ends)]
}

// shrink gives up what a step appended.
func (b *Board) shrink(s *Step) {
	p := b.p
	n, jobs, modes := len(p.Ops)-len(s.ops), len(p.Jobs)-len(s.jobs), len(p.Modes)-len(s.modes)
	p.Ops, p.Jobs, p.Modes = p.Ops[:n], p.Jobs[:jobs], p.Modes[:modes]
	p.Arcs, p.Families = p.Arcs[:len(p.Arcs)-len(s.arcs)], p.Families[:len(p.Families)-len(s.names)]
	t := b.state
	t.at, t.placed, t.start, t.end, t.setups = t.at[:n], t.placed[:n], t.start[:n], t.end[:n], t.setups[:n]
	b.dead, b.work, b.b.goals = b.dead[:n], b.work[:modes], b.b.goals[:jobs]
	if b.pinned != nil {
		b.pinned = b.pinned[:n]
	}
	if b.holds != nil {
		b.holds = b.holds[:min(len(b.holds), jobs)]
	}
	for _, l := range [...]*arcLists{&b.in, &b.out} {
		l.first, l.last = l.first[:n], l.last[:n]
	}
	b.tight.start, b.tight.end = b.tight.start[:n], b.tight.end[:n]
	b.state.latest = b.tight.end
	units := len(b.units)
	for units > 0 && int(b.units[units-1][0]) >= n {
		units--
	}
	b.units, b.unit, b.chained = b.units[:units], b.unit[:n], b.chained[:n]
}

// Redo makes a step again, on a board that is as it was before the step.
func (b *Board) Redo(s *Step) {
	p := b.p
	from := len(p.Ops)
	p.Ops, p.Modes, p.Jobs = append(p.Ops, s.ops...), append(p.Modes, s.modes...), append(p.Jobs, s.jobs...)
	p.Families = append(p.Families, s.names...)
	p.Arcs = append(p.Arcs, s.arcs...)
	b.grow(from, s.arcs)
	redoLists(&b.in, &s.in)
	redoLists(&b.out, &s.out)
	for i := range s.bounds {
		m := &s.bounds[i]
		b.tight.start[m.op], b.tight.end[m.op] = m.start, m.end
	}
	for i := range s.waits {
		b.p.Ops[s.waits[i].op].Release, b.p.Ops[s.waits[i].op].Cause = s.waits[i].now, s.waits[i].nowRef
	}
	for _, op := range s.dead {
		b.dead[op] = true
	}
	for i := range s.hours {
		b.setHours(s.hours[i].machine, s.hours[i].pool, s.hours[i].now)
	}
	b.replay(s.moves, func(m *Move) *placing { return &m.now })
	b.broken = s.broken[1]
}

func redoLists(l *arcLists, s *listStep) {
	l.arcs, l.ends = append(l.arcs, s.arcs...), append(l.ends, s.ends...)
	for i := range s.lists {
		m := &s.lists[i]
		l.first[m.op], l.last[m.op] = m.first, m.last
	}
}

// replay puts operations to where one side of their moves has them.
func (b *Board) replay(moves []Move, to func(*Move) *placing) {
	held := b.heldUnits(moves)
	for _, u := range held {
		b.useHeld(b.units[u], -1)
	}
	for i := len(moves) - 1; i >= 0; i-- {
		if op := moves[i].Op; b.placed[op] {
			b.take(op)
		}
	}
	for i := range moves {
		b.restore(moves[i].Op, *to(&moves[i]))
	}
	for _, u := range held {
		b.useHeld(b.units[u], 1)
	}
}

// heldUnits are the units of moves that hold tools.
func (b *Board) heldUnits(moves []Move) []int32 {
	if b.holds == nil {
		return nil
	}
	var out []int32
	for i := range moves {
		if u := b.unit[moves[i].Op]; b.chained[moves[i].Op] && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// SetHours gives a machine other hours, from a time on: what it no longer can do as it was is placed anew by Repair.
func (b *Board) SetHours(machine int32, h *capacity.Hours) {
	b.change.hours = append(b.change.hours, hoursMove{machine, false, b.p.Machines[machine].Hours, h})
	b.setHours(machine, false, h)
}

// setHours sets the hours of a machine, or of a pool.
func (b *Board) setHours(i int32, pool bool, h *capacity.Hours) {
	if pool {
		b.p.Pools[i].Hours = h
	} else {
		b.p.Machines[i].Hours = h
	}
	clear(b.hours)
	b.compareHours()
}
