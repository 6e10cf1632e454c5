package schedule

import (
	"slices"

	"github.com/taktplan/takt/capacity"
)

// byRules builds one schedule by the rules. Where gaps may be filled, operations are
// then placed again in the order in which the rules began them.
func (b *builder) byRules() {
	d := b.ruleData()
	if key, ok := d.staticKey(b.opts.Rules); ok && !b.opts.NoGapFilling {
		b.try(key)
		return
	}
	b.total *= 2
	b.dispatchBy(b.opts.Rules)
}

// dispatchBy goes through time by rules; where gaps may be filled, the operations are then
// placed again in the order in which the rules began them.
func (b *builder) dispatchBy(rules []Rule) {
	s := newState(b.compiled)
	s.append, s.floor = true, b.floor
	if b.err = s.dispatch(b, b.ruleData(), rules); b.err != nil {
		return
	}
	b.done += len(b.p.Ops)
	if b.opts.NoGapFilling {
		if b.keep(s) {
			b.bestKey = slices.Clone(s.start)
		}
		return
	}
	b.try(slices.Clone(s.start))
}

// staticKey is the key of rules that are all known beforehand: their values as ranks.
func (d *ruleData) staticKey(rules []Rule) ([]int64, bool) {
	for _, r := range rules {
		if !r.static() {
			return nil, false
		}
	}
	ops := make([]int32, len(d.p.Ops))
	for i := range ops {
		ops[i] = int32(i)
	}
	slices.SortStableFunc(ops, func(x, y int32) int { return d.compare(rules, x, y, 0, 0, 0, 0, 0) })
	key := make([]int64, len(ops))
	for i, op := range ops {
		key[op] = int64(i)
		if i > 0 && d.compare(rules, ops[i-1], op, 0, 0, 0, 0, 0) == 0 {
			key[op] = key[ops[i-1]]
		}
	}
	return key, true
}

func (d *ruleData) compare(rules []Rule, x, y int32, now, readyX, readyY int64, setupX, setupY float64) int {
	for _, r := range rules {
		a, b := d.index(r, x, now, readyX, setupX), d.index(r, y, now, readyY, setupY)
		if a < b {
			return -1
		}
		if a > b {
			return 1
		}
	}
	return 0
}

// dispatch goes through time: whenever a work centre has a machine free and operations that
// wait, the rules say which begins there. Units that are tied together are
// placed when their first operation is taken.
func (s *state) dispatch(b *builder, d *ruleData, rules []Rule) error {
	w := &waiting{state: s, b: b, d: d, rules: rules, left: append([]int32(nil), s.unitIn...), byCentre: make([][]int32, len(s.p.Centres)), events: &queue{}}
	w.quiet = make([]int64, len(s.p.Centres))
	for u := range s.units {
		if s.unitIn[u] == 0 { // not left: what arrived lets others arrive at once
			w.arrive(int32(u))
		}
	}
	return w.run()
}

// waiting are the units that wait before work centres.
type waiting struct {
	*state
	b        *builder
	d        *ruleData
	rules    []Rule
	left     []int32
	byCentre [][]int32 // units whose first operation prefers the centre, unordered
	events   *queue    // of centres, by the time when something may begin there
	quiet    []int64
	done     int
}

// arrive puts a unit whose predecessors are placed before its centre, or places it at
// once where there is nothing to choose.
func (w *waiting) arrive(u int32) {
	op := w.units[u][0]
	o := &w.p.Ops[op]
	if w.placed[op] || !w.onMachine(o) || w.p.Centres[w.p.Modes[o.Modes].Centre].Kind == Infinite || w.ready(op) >= capacity.Never {
		w.begin(u)
		return
	}
	centre := w.p.Modes[o.Modes].Centre
	w.byCentre[centre] = append(w.byCentre[centre], u)
	w.events.push(queued{max(w.ready(op), w.free(centre)), centre})
}

// free is when the first machine of a centre is free of what was placed.
func (w *waiting) free(centre int32) int64 {
	c := &w.p.Centres[centre]
	first := capacity.Never
	for k := c.First; k < c.First+c.Machines; k++ {
		first = min(first, w.lines[k].End())
	}
	return max(first, w.p.Start)
}

// begin places a unit and lets what follows arrive.
func (w *waiting) begin(u int32) {
	w.placeUnit(w.units[u])
	w.done++
	for _, op := range w.units[u] {
		for _, i := range w.out.of(op) {
			next := w.unit[w.p.Arcs[i].To]
			if next == u {
				continue
			}
			if w.left[next]--; w.left[next] == 0 {
				w.arrive(next)
			}
		}
	}
}

// run takes the events in the order of time.
func (w *waiting) run() error {
	for n := 0; len(*w.events) > 0; n++ {
		if n&1023 == 0 {
			if err := w.b.ctx.Err(); err != nil {
				return err
			}
			w.b.report(w.done)
		}
		e := w.events.pop()
		centre := e.unit
		if len(w.byCentre[centre]) == 0 {
			continue
		}
		if at := w.next(centre); at > e.key {
			w.events.push(queued{at, centre}) // the machine was taken meanwhile
			continue
		}
		w.begin(w.choose(centre, e.key))
		if len(w.byCentre[centre]) > 0 {
			w.events.push(queued{w.next(centre), centre})
		}
	}
	return nil
}

// next is when a centre can begin the first of what waits.
func (w *waiting) next(centre int32) int64 {
	first := capacity.Never
	for _, u := range w.byCentre[centre] {
		first = min(first, w.ready(w.units[u][0]))
	}
	return max(first, w.free(centre))
}

// choose takes the unit that the rules put first among those that are ready now.
func (w *waiting) choose(centre int32, now int64) int32 {
	list := w.byCentre[centre]
	family := w.familyNow(centre)
	best, bestReady, bestSetup := -1, int64(0), 0.0
	for i, u := range list {
		op := w.units[u][0]
		ready := w.ready(op)
		if ready > now {
			continue
		}
		ns, _ := w.setup(w.p.Centres[centre].First, family, w.p.Ops[op].Family, w.p.Modes[w.p.Ops[op].Modes].Setup)
		setup := float64(ns) / float64(second)
		if best >= 0 {
			other := w.units[list[best]][0]
			if c := w.d.compare(w.rules, op, other, now, ready, bestReady, setup, bestSetup); c > 0 || c == 0 && u > list[best] {
				continue
			}
		}
		best, bestReady, bestSetup = i, ready, setup
	}
	u := list[best]
	list[best] = list[len(list)-1]
	w.byCentre[centre] = list[:len(list)-1]
	return u
}

// familyNow is what the first free machine of a centre is set up for.
func (w *waiting) familyNow(centre int32) int32 {
	c := &w.p.Centres[centre]
	free := c.First
	for k := c.First; k < c.First+c.Machines; k++ {
		if w.lines[k].End() < w.lines[free].End() {
			free = k
		}
	}
	g := w.lines[free].Back(capacity.Never)
	gap, _ := g.Prev(0)
	return w.familyBefore(free, gap.Before)
}
