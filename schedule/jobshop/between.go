package jobshop

import (
	"cmp"
	"slices"
)

// member is a result in the population.
type member struct {
	value     tick
	selection         // steps by start
	place     []int32 // by node: its index in order
}

// between is a selection on the way from a to b: both place every step after what precedes it
// in its job, and so does any weighted mean of the two, with no repair. A step runs as in
// one of the two, by lot.
func (t *search) between(a, b *member, percent int) selection {
	key := make([]int64, t.nodes)
	for _, x := range a.order {
		key[x] = int64(a.place[x])*int64(100-percent) + int64(b.place[x])*int64(percent)
	}
	order, mode := slices.Clone(a.order), slices.Clone(a.mode)
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(key[x], key[y]) })
	for x := 1; x <= t.ops; x++ {
		if a.mode[x] != b.mode[x] && t.random.below(100) < percent {
			mode[x] = b.mode[x]
		}
	}
	return selection{order, mode}
}

// member makes a member of what the graph holds: its order is that by starts, so that members
// are alike in what their sequences do not decide.
func (g *graph) member() member {
	m := member{value: g.value, selection: selection{slices.Clone(g.order), slices.Clone(g.mode)}, place: make([]int32, g.nodes)}
	slices.SortStableFunc(m.order, func(x, y int32) int { return cmp.Compare(g.end[x]-g.p[x], g.end[y]-g.p[y]) })
	for i, x := range m.order {
		m.place[x] = int32(i)
	}
	return m
}

// distance counts the pairs of steps on a machine that other runs in another order than
// the graph does, and the steps that it runs on another machine, each as change pairs.
func (g *graph) distance(other *member) int {
	d := 0
	for _, x := range g.order {
		for y := g.ms[x]; y != 0; y = g.ms[y] {
			if other.place[y] < other.place[x] {
				d++
			}
		}
	}
	if !g.flexible {
		return d
	}
	weight := g.change()
	for x := 1; x <= g.ops; x++ {
		if g.mode[x] != other.mode[x] {
			d += weight
		}
	}
	return d
}
