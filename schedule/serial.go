package schedule

import (
	"context"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// serial is the serial generation scheme: units are taken by key, those before them first,
// and placed one after another. key is by operation, smaller first; equal keys by number.
func (s *state) serial(ctx context.Context, key []int64, progress func(done int)) error {
	left := append([]int32(nil), s.unitIn...)
	unitKey := func(u int32) int64 {
		k := int64(capacity.Never)
		for _, op := range s.units[u] {
			k = min(k, key[op])
		}
		return k
	}
	q := &queue{}
	for u := range s.units {
		if left[u] == 0 {
			q.push(queued{unitKey(int32(u)), int32(u)})
		}
	}
	for done := 0; len(*q) > 0; done++ {
		if done&1023 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if progress != nil {
				progress(done)
			}
		}
		u := q.pop().unit
		s.placeUnit(s.units[u])
		for _, op := range s.units[u] {
			for _, i := range s.out.of(op) {
				next := s.unit[s.p.Arcs[i].To]
				if next == u {
					continue
				}
				if left[next]--; left[next] == 0 {
					q.push(queued{unitKey(next), next})
				}
			}
		}
	}
	return nil
}

// queue is a binary heap of units by key and number.
type queue []queued

type queued struct {
	key  int64
	unit int32
}

func (a queued) before(b queued) bool { return a.key < b.key || a.key == b.key && a.unit < b.unit }

func (q *queue) push(v queued) {
	*q = append(*q, v)
	h := *q
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !v.before(h[up]) {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = v
}

func (q *queue) pop() queued {
	h := *q
	top := h[0]
	v := h[len(h)-1]
	h = h[:len(h)-1]
	*q = h
	if len(h) == 0 {
		return top
	}
	i := 0
	for {
		next := 2*i + 1
		if next >= len(h) {
			break
		}
		if next+1 < len(h) && h[next+1].before(h[next]) {
			next++
		}
		if !h[next].before(v) {
			break
		}
		h[i] = h[next]
		i = next
	}
	h[i] = v
	return top
}

// placeUnit places the operations of a unit, predecessors first.
func (s *state) placeUnit(ops []int32) {
	if len(ops) == 1 && !s.chained[ops[0]] {
		if op := ops[0]; !s.placed[op] {
			s.place(op, s.ready(op))
		}
		return
	}
	s.placeChain(ops)
}

// ready is the first time at which an operation may begin: after its release and
// what comes before it. Batches that are handed over early count when the first is finished.
func (s *state) ready(op int32) int64 {
	ready := max(s.p.Start, s.p.Ops[op].Release)
	if s.floor != nil {
		ready = max(ready, s.floor[op])
	}
	for _, i := range s.in.of(op) {
		ready = max(ready, s.after(&s.p.Arcs[i]))
	}
	return ready
}

// after is when an arc lets its successor begin.
func (s *state) after(a *Arc) int64 {
	end := s.end[a.From]
	if end >= capacity.Never {
		return capacity.Never
	}
	if s.transfers(a) {
		end = s.firstBatch(a)
	}
	if a.Min == 0 {
		return end
	}
	return end + ceilSeconds(int64(a.Min))
}

// place places one operation at or after ready.
func (s *state) place(op int32, ready int64) {
	o := &s.p.Ops[op]
	switch {
	case ready >= capacity.Never:
		s.drop(op)
		return
	case o.NumModes == 0:
		s.put(op, []choice{{Assignment: Assignment{Op: op, Machine: -1, Mode: -1, Start: ready, SetupEnd: ready, End: ready, Quantity: o.Quantity}}})
		return
	case o.SplitMax > 1 && !s.sharesTool(o):
		s.placeSplit(op, ready)
		return
	}
	c := s.findPart(op, o.Quantity, ready, nil)
	if !c.ok {
		c = s.relax(op, ready)
	}
	if !c.ok {
		s.drop(op)
		return
	}
	s.one[0] = c
	s.put(op, s.one[:])
}

// drop records an operation that no calendar reaches.
func (s *state) drop(op int32) {
	mode := int32(-1)
	if s.p.Ops[op].NumModes > 0 {
		mode = s.p.Ops[op].Modes
	}
	s.put(op, []choice{{Assignment: Assignment{Op: op, Machine: -1, Mode: mode, Start: capacity.Never, SetupEnd: capacity.Never, End: capacity.Never, Quantity: s.p.Ops[op].Quantity}}})
	s.broken = append(s.broken, Violation{Kind: Unplaced, Op: op, Other: -1})
}

// relax places an operation that cannot be placed as asked, without what is in its
// way: first as if it could be interrupted, then over forbidden changeovers, and both.
// What gave way is noted.
func (s *state) relax(op int32, ready int64) choice {
	o := &s.p.Ops[op]
	whole := !o.Interruptible
	for _, give := range [...]struct{ interrupt, forbidden bool }{{true, false}, {false, true}, {true, true}} {
		if give.interrupt && !whole {
			continue
		}
		s.interrupt, s.overForbidden = give.interrupt, give.forbidden
		c := s.findPart(op, o.Quantity, ready, nil)
		s.interrupt, s.overForbidden = false, false
		if !c.ok {
			continue
		}
		if give.interrupt {
			s.broken = append(s.broken, Violation{Kind: Interrupted, Op: op, Other: -1, At: c.Start})
		}
		if give.forbidden {
			s.broken = append(s.broken, Violation{Kind: ForbiddenRun, Op: op, Other: -1, At: c.Start})
		}
		return c
	}
	return choice{}
}

// placeSplit places an operation in parallel parts: as few as end in time, else as many
// as end first.
func (s *state) placeSplit(op int32, ready int64) {
	o := &s.p.Ops[op]
	var best []choice
	var end int64
	for n := int32(1); n <= o.SplitMax; n++ {
		parts, ok := s.splitInto(op, n, ready)
		if !ok {
			break
		}
		last := int64(-capacity.Never)
		for i := range parts {
			last = max(last, parts[i].End)
		}
		if best == nil || last < end {
			best, end = parts, last
		}
		if s.latest != nil && last <= s.latest[op] {
			break
		}
	}
	if best == nil {
		if c := s.relax(op, ready); c.ok {
			best = []choice{c}
		} else {
			s.drop(op)
			return
		}
	}
	s.put(op, best)
}

// splitInto finds places for n parts of an operation on different machines.
func (s *state) splitInto(op, n int32, ready int64) ([]choice, bool) {
	o := &s.p.Ops[op]
	step := max(o.Step, 1)
	units := o.Quantity / step
	if units < bom.Quantity(n) && n > 1 {
		return nil, false
	}
	rest := o.Quantity - units*step
	var parts []choice
	defer func() { // what the parts need of tools and operators was taken only to place the others
		for i := range parts {
			s.usePools(o, &s.p.Modes[parts[i].Mode], parts[i].Start, parts[i].End, -1)
		}
	}()
	for k := range bom.Quantity(n) {
		q := (units*(k+1)/bom.Quantity(n) - units*k/bom.Quantity(n)) * step
		if k == 0 {
			q += rest
		}
		c := s.findPart(op, q, ready, parts)
		if !c.ok || c.Machine < 0 && n > 1 {
			return nil, false
		}
		s.usePools(o, &s.p.Modes[c.Mode], c.Start, c.End, 1)
		parts = append(parts, c)
	}
	return parts, true
}
