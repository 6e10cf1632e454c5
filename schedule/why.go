package schedule

import (
	"cmp"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// WaitKind says what an operation waits for.
type WaitKind string

// The kinds of waits, in the order in which Why looks for them.
const (
	WaitPinned   WaitKind = "pinned"   // it is pinned, started or in the frozen zone
	WaitMachine  WaitKind = "machine"  // its machine is taken: Other is the operation before it
	WaitOven     WaitKind = "batch"    // the oven load it joins begins only then
	WaitPool     WaitKind = "pool"     // a tool or an operator is taken: Pool says which
	WaitCalendar WaitKind = "calendar" // its machine does not work
	WaitStep     WaitKind = "step"     // the operation before it in its job: Other
	WaitMaterial WaitKind = "material" // a supply that another job makes: Other is its last operation
	WaitRelease  WaitKind = "release"  // a release: Cause says what it stands for
	WaitStart    WaitKind = "start"    // nothing: it begins when the plan begins
	WaitNever    WaitKind = "never"    // no calendar reaches it
)

// Link is one step of the chain from an operation back to its cause.
type Link struct {
	Kind    WaitKind
	Op      int32 // that waits
	Machine int32 // it runs on; -1: none
	Other   int32 // operation it waits for; -1: none
	Pool    int32 // -1: none
	Cause   int32 // of a release or an arc of material: the caller's number
	From    int64 // since when it could run, but for this
	Until   int64 // when it can
	Queue   int32 // of a wait for a machine: how many operations ran there meanwhile
}

// Wait is how long a link lasts, in seconds.
func (l *Link) Wait() int64 { return max(0, l.Until-l.From) }

// Why explains a schedule. It is for one goroutine.
type Why struct {
	s      *Schedule
	c      *compiled
	line   [][]int32          // by machine: assignments in Schedule.Ops by start
	latest []int64            // by operation; nil until asked for
	pools  []capacity.Profile // in use; nil until asked for
}

// NewWhy prepares explanations of a schedule. Where it delays operations on purpose, just in
// time, the schedule before that is explained: what held a late job up is the same in both.
// O(n log n).
func NewWhy(s *Schedule) *Why {
	if s.early != nil {
		s = s.early
	}
	p := s.Problem
	w := &Why{s: s, c: compile(p), line: make([][]int32, len(p.Machines))}
	for i := range s.Ops {
		if a := &s.Ops[i]; a.Machine >= 0 && a.End > a.Start && a.Start < capacity.Never {
			w.line[a.Machine] = append(w.line[a.Machine], int32(i))
		}
	}
	for _, line := range w.line {
		slices.SortFunc(line, func(x, y int32) int {
			return cmp.Or(cmp.Compare(s.Ops[x].Start, s.Ops[y].Start), cmp.Compare(x, y))
		})
	}
	return w
}

// longestChain bounds a chain; no structure is so deep.
const longestChain = 10_000

// Chain follows what an operation waited for, from its own waits back over what it had to
// come after, to a release, a pin or the start of the plan. Of several that bind at the same
// time the first one counts. The links come latest first.
func (w *Why) Chain(op int32) []Link {
	var out []Link
	for range longestChain {
		next, links := w.step(op)
		out = append(out, links...)
		if next < 0 {
			break
		}
		op = next
	}
	return out
}

// step are the waits of one operation, and the operation that it had to come after; -1: none.
func (w *Why) step(op int32) (next int32, links []Link) {
	s := w.s
	parts := s.Of(op)
	if len(parts) == 0 || s.Start(op) >= capacity.Never {
		return w.never(op)
	}
	a := firstPart(parts)
	link := Link{Op: op, Machine: a.Machine, Other: -1, Pool: -1, From: a.Start, Until: a.Start}
	if a.Pin != Free {
		link.Kind = WaitPinned
		return -1, []Link{link}
	}
	bound := w.bound(op)
	if own := w.own(a, bound.Until); own.Kind != "" {
		links = append(links, own)
	}
	bound.Machine = a.Machine
	links = append(links, bound)
	if bound.Kind == WaitStep || bound.Kind == WaitMaterial {
		return bound.Other, links
	}
	return -1, links
}

// never is the chain of what no calendar reaches: on to what never comes before it.
func (w *Why) never(op int32) (next int32, links []Link) {
	link := Link{Kind: WaitNever, Op: op, Machine: -1, Other: -1, Pool: -1, From: capacity.Never, Until: capacity.Never}
	for _, i := range w.c.in.of(op) {
		arc := &w.s.Problem.Arcs[i]
		if w.s.End(arc.From) >= capacity.Never {
			link.Kind, link.Other, link.Cause = WaitStep, arc.From, arc.Cause
			if arc.Material {
				link.Kind = WaitMaterial
			}
			return arc.From, []Link{link}
		}
	}
	if o := &w.s.Problem.Ops[op]; o.Release >= capacity.Never {
		link.Kind, link.Cause = WaitRelease, o.Cause
	}
	return -1, []Link{link}
}

func firstPart(parts []Assignment) *Assignment {
	first := &parts[0]
	for i := range parts[1:] {
		if parts[i+1].Start < first.Start {
			first = &parts[i+1]
		}
	}
	return first
}

// bound is what an operation had to come after, beside machines: the latest of its
// release and the arcs to it.
func (w *Why) bound(op int32) Link {
	p := w.s.Problem
	o := &p.Ops[op]
	link := Link{Kind: WaitStart, Op: op, Other: -1, Pool: -1, From: p.Start, Until: p.Start}
	if o.Release > p.Start {
		link.Kind, link.Until, link.Cause = WaitRelease, o.Release, o.Cause
	}
	for _, i := range w.c.in.of(op) {
		a := &p.Arcs[i]
		at := w.after(a)
		if at < link.Until || at == link.Until && link.Kind != WaitStart {
			continue
		}
		kind := WaitStep
		if a.Material {
			kind = WaitMaterial
		}
		link = Link{Kind: kind, Op: op, Other: a.From, Pool: -1, From: w.s.End(a.From), Until: at, Cause: a.Cause}
	}
	return link
}

// after is when an arc lets its successor begin, as far as whole operations go.
func (w *Why) after(a *Arc) int64 {
	if w.c.transfers(a) {
		return w.s.Start(a.From) + ceilSeconds(int64(a.Min))
	}
	return w.s.End(a.From) + ceilSeconds(int64(a.Min))
}

// own is what kept an operation from beginning when all before it was done; no kind: nothing did.
func (w *Why) own(a *Assignment, ready int64) Link {
	p := w.s.Problem
	link := Link{Op: a.Op, Machine: a.Machine, Other: -1, Pool: -1, From: ready, Until: a.Start}
	if a.Start <= ready || a.Machine < 0 || a.Mode < 0 {
		return link
	}
	m := &p.Modes[a.Mode]
	hours := w.c.hoursOf(m, a.Machine)
	before, queue := w.before(a, ready)
	pool := w.pool(a, m)
	if open, ok := hours.Next(ready); ok && open.From < a.Start {
		link.From = open.From // it could not have begun before its machine works
	}
	switch {
	case hours.Between(ready, a.Start) == 0:
		link.Kind = WaitCalendar
	case p.Centres[m.Centre].Kind == Batch && w.shares(a):
		link.Kind = WaitOven
	case pool >= 0 && w.otherFree(a, m.Centre):
		link.Kind, link.Pool = WaitPool, pool
	case before >= 0 && hours.Between(w.s.Ops[before].End, a.Start) == 0:
		link.Kind, link.Other, link.Queue = WaitMachine, w.s.Ops[before].Op, queue
	case pool >= 0:
		link.Kind, link.Pool = WaitPool, pool
	case before >= 0: // the gaps before it were too short
		link.Kind, link.Other, link.Queue = WaitMachine, w.s.Ops[before].Op, queue
	default:
		link.Kind = WaitCalendar // no stretch was long enough
	}
	return link
}

// pool is the tool or operator that was taken just before an assignment began; -1: none was.
func (w *Why) pool(a *Assignment, m *Mode) int32 {
	if m.Tool == 0 && m.Operator == 0 {
		return -1
	}
	if w.pools == nil {
		w.fillPools()
	}
	for _, use := range [...]struct{ pool, units int32 }{{m.Tool, m.ToolUnits}, {m.Operator, m.OperatorUnits}} {
		if use.pool > 0 && w.pools[use.pool-1].Used(a.Start-1)+max(use.units, 1) > w.s.Problem.Pools[use.pool-1].Units {
			return use.pool - 1
		}
	}
	return -1
}

// fillPools counts the units in use.
func (w *Why) fillPools() {
	p := w.s.Problem
	w.pools = make([]capacity.Profile, len(p.Pools))
	for i := range p.Pools {
		for _, away := range p.Pools[i].Absent {
			w.pools[i].Use(away.From, away.To, away.Units)
		}
	}
	for i := range w.s.Ops {
		a := &w.s.Ops[i]
		if a.Mode < 0 || a.Start >= capacity.Never {
			continue
		}
		m := &p.Modes[a.Mode]
		if m.Tool > 0 {
			w.pools[m.Tool-1].Use(a.Start, a.End, max(m.ToolUnits, 1))
		}
		if m.Operator > 0 {
			w.pools[m.Operator-1].Use(a.Start, a.End, max(m.OperatorUnits, 1))
		}
	}
}

// otherFree reports whether another machine of the centre stood free just before an
// assignment began: then it did not wait for a machine.
func (w *Why) otherFree(a *Assignment, centre int32) bool {
	c := &w.s.Problem.Centres[centre]
	for k := c.First; k < c.First+c.Machines; k++ {
		if k == a.Machine {
			continue
		}
		line := w.line[k]
		i, _ := slices.BinarySearchFunc(line, a.Start, func(x int32, at int64) int { return cmp.Compare(w.s.Ops[x].Start, at) })
		if i == 0 || w.s.Ops[line[i-1]].End < a.Start {
			return true
		}
	}
	return false
}

// before is the assignment that ran before a on its machine, and how many ran there
// since ready; -1: none.
func (w *Why) before(a *Assignment, ready int64) (last, queue int32) {
	line := w.line[a.Machine]
	i, _ := slices.BinarySearchFunc(line, a.Start, func(x int32, at int64) int { return cmp.Compare(w.s.Ops[x].Start, at) })
	last = -1
	for i--; i >= 0; i-- {
		b := &w.s.Ops[line[i]]
		if b.End <= ready {
			break
		}
		if last < 0 {
			last = line[i]
		}
		queue++
	}
	if last < 0 && i >= 0 {
		return -1, 0
	}
	return last, queue
}

// shares reports whether other operations are in the same oven load.
func (w *Why) shares(a *Assignment) bool {
	line := w.line[a.Machine]
	i, _ := slices.BinarySearchFunc(line, a.Start, func(x int32, at int64) int { return cmp.Compare(w.s.Ops[x].Start, at) })
	n := 0
	for ; i < len(line) && w.s.Ops[line[i]].Start == a.Start; i++ {
		n++
	}
	return n > 1
}

// Ready is when an operation could have begun but for machines, tools and operators.
func (w *Why) Ready(op int32) int64 { return w.bound(op).Until }

// End is when an operation ends in the schedule that is explained.
func (w *Why) End(op int32) int64 { return w.s.End(op) }

// Queued is an operation that waited for a machine of a work centre.
type Queued struct {
	Op   int32
	Wait int64 // seconds
	Late int64 // seconds that it ends after its latest end for the due dates; 0: it had the time
	Link Link
}

// Queue are the operations that waited for the machines of a work centre: those that are
// late first, then the longest wait first. In a schedule that begins everything as soon as it can, less urgent work
// waits for no one's harm. O(n log n) in the operations of the centre.
func (w *Why) Queue(centre int32) []Queued {
	if w.latest == nil {
		w.latest = LatestEnds(w.s.Problem)
	}
	var out []Queued
	c := &w.s.Problem.Centres[centre]
	for k := c.First; k < c.First+c.Machines; k++ {
		for _, i := range w.line[k] {
			a := &w.s.Ops[i]
			if a.Pin != Free {
				continue
			}
			if l := w.own(a, w.bound(a.Op).Until); l.Kind == WaitMachine || l.Kind == WaitOven {
				out = append(out, Queued{a.Op, l.Wait(), max(0, a.End-w.latest[a.Op]), l})
			}
		}
	}
	slices.SortFunc(out, func(x, y Queued) int {
		return cmp.Or(-cmp.Compare(min(x.Late, 1), min(y.Late, 1)), cmp.Compare(y.Wait, x.Wait), cmp.Compare(x.Op, y.Op))
	})
	return out
}

// LatestEnds are, by operation, the latest ends with which every job is ready at its due
// date, as far as calendars go; capacity.Never where no due date waits.
func LatestEnds(p *Problem) []int64 {
	c := compile(p)
	goals := make([]int64, len(p.Jobs))
	for j := range p.Jobs {
		if goals[j] = capacity.Never; p.Jobs[j].Due != 0 {
			goals[j] = p.Jobs[j].Due
		}
	}
	return c.latest(goals).end
}
