package schedule

import "slices"

// formUnits puts operations that a longest wait or a held tool ties together into
// one unit, which is placed as a whole; all others are units of one. Units between which
// arcs run both ways become one (Tarjan, SIAM Journal on Computing 1, 1972).
func (c *compiled) formUnits() {
	n := len(c.p.Ops)
	c.unit = make([]int32, n)
	c.chained = make([]bool, n)
	tied := disjoint(make([]int32, n))
	for i := range tied {
		tied[i] = int32(i)
	}
	any := c.tie(tied)
	if !any {
		c.alone = true
		for i := range c.unit {
			c.unit[i] = int32(i)
		}
	} else {
		c.condense(tied)
	}
	c.listUnits()
}

// tie joins what must be placed together. It reports whether there is such a thing.
func (c *compiled) tie(tied disjoint) bool {
	any := false
	join := func(a, b int32) {
		any = true
		c.chained[a], c.chained[b] = true, true
		tied.join(a, b)
	}
	for i := range c.p.Arcs {
		if a := &c.p.Arcs[i]; a.HasMax {
			join(a.From, a.To)
		}
	}
	for i := range c.p.Ops {
		op := &c.p.Ops[i]
		if !op.HoldTool {
			continue
		}
		job := &c.p.Jobs[op.Job]
		for k := job.First; k < job.First+job.Ops; k++ { // any of them may be the last to end
			join(int32(i), k)
		}
	}
	return any
}

// disjoint is a union-find forest.
type disjoint []int32

func (d disjoint) root(i int32) int32 {
	for d[i] != i {
		d[i] = d[d[i]]
		i = d[i]
	}
	return i
}

func (d disjoint) join(a, b int32) {
	a, b = d.root(a), d.root(b)
	d[max(a, b)] = min(a, b)
}

// condense numbers the strongly connected components of the tied sets.
func (c *compiled) condense(tied disjoint) {
	n := len(c.p.Ops)
	members := make([][]int32, n)
	for i := range n {
		r := tied.root(int32(i))
		members[r] = append(members[r], int32(i))
	}
	t := &tarjan{c: c, tied: tied, members: members, index: make([]int32, n), low: make([]int32, n), on: make([]bool, n)}
	for i := range n {
		if r := int32(i); tied.root(r) == r && t.index[r] == 0 {
			t.walk(r)
		}
	}
}

// tarjan finds components without recursion, so that long chains cannot exhaust the stack.
type tarjan struct {
	c          *compiled
	tied       disjoint
	members    [][]int32
	index, low []int32
	on         []bool
	stack      []int32
	next       int32
	found      int32
}

type tarjanFrame struct {
	node         int32
	member, edge int
}

func (t *tarjan) walk(root int32) {
	frames := []tarjanFrame{{node: root}}
	t.enter(root)
	for len(frames) > 0 {
		f := &frames[len(frames)-1]
		to, more := t.step(f)
		if more {
			if t.index[to] == 0 {
				t.enter(to)
				frames = append(frames, tarjanFrame{node: to})
			} else if t.on[to] {
				t.low[f.node] = min(t.low[f.node], t.index[to])
			}
			continue
		}
		node := f.node
		frames = frames[:len(frames)-1]
		if len(frames) > 0 {
			up := frames[len(frames)-1].node
			t.low[up] = min(t.low[up], t.low[node])
		}
		if t.low[node] == t.index[node] {
			t.leave(node)
		}
	}
}

func (t *tarjan) enter(node int32) {
	t.next++
	t.index[node], t.low[node] = t.next, t.next
	t.stack = append(t.stack, node)
	t.on[node] = true
}

// step is the next tied set that an arc leads to.
func (t *tarjan) step(f *tarjanFrame) (int32, bool) {
	for f.member < len(t.members[f.node]) {
		out := t.c.out.of(t.members[f.node][f.member])
		if f.edge < len(out) {
			to := t.tied.root(t.c.p.Arcs[out[f.edge]].To)
			f.edge++
			if to != f.node {
				return to, true
			}
			continue
		}
		f.member, f.edge = f.member+1, 0
	}
	return 0, false
}

func (t *tarjan) leave(node int32) {
	for {
		top := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.on[top] = false
		for _, op := range t.members[top] {
			t.c.unit[op] = t.found
		}
		if top == node {
			break
		}
	}
	t.found++
}

// listUnits lists the operations of each unit in topological order, and counts the arcs into it.
func (c *compiled) listUnits() {
	count := int32(0)
	for _, u := range c.unit {
		count = max(count, u+1)
	}
	c.units = make([][]int32, count)
	c.unitIn = make([]int32, count)
	flat := make([]int32, 0, len(c.unit))
	if int(count) == len(c.unit) { // each alone
		flat = append(flat, make([]int32, count)...)
		for i := range c.unit {
			u := c.unit[i]
			flat[u] = int32(i)
			c.units[u] = flat[u : u+1 : u+1]
		}
	} else {
		for _, op := range c.order {
			c.units[c.unit[op]] = append(c.units[c.unit[op]], op)
		}
		for u := range c.units {
			c.units[u] = slices.Clip(c.units[u])
		}
	}
	for i := range c.p.Arcs {
		a := &c.p.Arcs[i]
		if c.unit[a.From] != c.unit[a.To] {
			c.unitIn[c.unit[a.To]]++
		}
	}
}
