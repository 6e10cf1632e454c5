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
// in its job, and so does any weighted mean of the two, with no repair, also where every job has its own
// weights (mixed). A step runs as in one of the two, by lot.
func (t *search) between(a, b *member, percent int, mixed bool) selection {
	share := make([]int64, t.jobs)
	for j := range share {
		if share[j] = int64(percent); mixed {
			share[j] = int64(t.random.Below(101))
		}
	}
	key := make([]int64, t.nodes)
	for _, x := range a.order {
		w := share[t.job[x]]
		key[x] = int64(a.place[x])*(100-w) + int64(b.place[x])*w
	}
	order, mode := slices.Clone(a.order), slices.Clone(a.mode)
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(key[x], key[y]) })
	for x := 1; x <= t.ops; x++ {
		if a.mode[x] != b.mode[x] && t.random.Below(100) < percent {
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
	places, spare := make([]int32, 0, g.ops), make([]int32, g.ops)
	for _, x := range g.front {
		places = places[:0]
		for ; x != 0; x = g.ms[x] {
			places = append(places, other.place[x])
		}
		d += inversions(places, spare[:len(places)])
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

// inversions counts the pairs in which the larger number comes first, by merging: O(n log n). It sorts the list; spare is as long.
func inversions(list, spare []int32) int {
	n := len(list)
	if n <= 16 {
		return fewInversions(list)
	}
	d := inversions(list[:n/2], spare[:n/2]) + inversions(list[n/2:], spare[n/2:])
	a, b, out := list[:n/2], list[n/2:], spare[:0]
	for len(a) > 0 && len(b) > 0 {
		if b[0] < a[0] {
			d += len(a)
			out, b = append(out, b[0]), b[1:]
			continue
		}
		out, a = append(out, a[0]), a[1:]
	}
	copy(list, append(append(out, a...), b...))
	return d
}

// fewInversions is inversions of a short list, by insertion.
func fewInversions(list []int32) int {
	d := 0
	for i, x := range list {
		k := i
		for ; k > 0 && list[k-1] > x; k-- {
			list[k] = list[k-1]
		}
		list[k] = x
		d += i - k
	}
	return d
}
