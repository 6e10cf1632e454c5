package schedule

import (
	"context"

	"github.com/taktplan/takt/capacity"
)

// mostDefers bounds how often an operation that only a forbidden changeover would let in is put off.
const mostDefers = 100

// generation is a run of the serial generation scheme.
type generation struct {
	*state
	key  []int64 // by operation
	left []int32 // of each unit: arcs from units that are not placed
	q    queue
	// deferred are units, by work centre, whose changeover is forbidden now: each operation
	// that is placed on the centre may open a way.
	deferred map[int32][]int32
	defers   map[int32]int // by unit
}

// serial is the serial generation scheme: units are taken by key, those before them first,
// and placed one after another. key is by operation, smaller first; equal keys by number. An
// operation that could only come after a forbidden changeover is put off until others
// have been placed there.
func (s *state) serial(ctx context.Context, key []int64, progress func(done int)) error {
	g := &generation{state: s, key: key, left: append([]int32(nil), s.unitIn...)}
	s.mayDefer = s.forbids
	for u := range s.units {
		if g.left[u] == 0 {
			g.push(int32(u))
		}
	}
	for done := 0; len(g.q) > 0 || g.resume(); done++ {
		if done&1023 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if progress != nil {
				progress(min(done, len(s.p.Ops)))
			}
		}
		u := g.q.pop().unit
		ops := s.units[u]
		s.placeUnit(ops)
		if len(ops) == 1 && !s.placed[ops[0]] {
			g.put(u)
			continue
		}
		if len(g.deferred) > 0 {
			g.open(ops)
		}
		g.follow(u)
	}
	return nil
}

func (g *generation) push(u int32) {
	if g.alone {
		g.q.push(queued{g.key[u], u})
		return
	}
	k := int64(capacity.Never)
	for _, op := range g.units[u] {
		k = min(k, g.key[op])
	}
	g.q.push(queued{k, u})
}

// follow lets the units come whose last predecessor was placed.
func (g *generation) follow(u int32) {
	if g.alone {
		for _, e := range g.out.others(u) {
			if g.left[e.op]--; g.left[e.op] == 0 {
				g.push(e.op)
			}
		}
		return
	}
	for _, op := range g.units[u] {
		for _, e := range g.out.others(op) {
			next := g.unit[e.op]
			if next == u {
				continue
			}
			if g.left[next]--; g.left[next] == 0 {
				g.push(next)
			}
		}
	}
}

// put puts a unit off.
func (g *generation) put(u int32) {
	if g.deferred == nil {
		g.deferred, g.defers = map[int32][]int32{}, map[int32]int{}
	}
	o := &g.p.Ops[g.units[u][0]]
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		if centre := g.p.Modes[m].Centre; centre >= 0 {
			g.deferred[centre] = append(g.deferred[centre], u)
			break
		}
	}
}

// open tries again what was put off at the work centres of a unit that was placed.
func (g *generation) open(ops []int32) {
	for _, op := range ops {
		a := &g.at[op]
		if a.Machine < 0 {
			continue
		}
		centre := g.p.Machines[a.Machine].Centre
		list := g.deferred[centre]
		delete(g.deferred, centre)
		for _, u := range list {
			if g.defers[u]++; g.defers[u] > mostDefers {
				g.deferred[centre] = append(g.deferred[centre], u)
				continue
			}
			g.push(u)
		}
	}
}

// resume takes up what was put off to the end: now it has to be placed in any way. It reports whether there is something.
func (g *generation) resume() bool {
	if len(g.deferred) == 0 {
		return false
	}
	g.mayDefer = false
	for centre := range int32(len(g.p.Centres)) {
		for _, u := range g.deferred[centre] {
			g.push(u)
		}
	}
	g.deferred = nil
	return true
}
