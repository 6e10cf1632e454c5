package jobshop

import "slices"

// line are the steps that wait for a machine, and which of them ends first there. Of very many only the
// front is looked at; the others stand behind, and the one with the most work behind it comes up first.
type line struct {
	steps  []int32 // the front, by job
	first  int32   // 0: none waits
	end    tick
	behind []task // a heap; head is the step, tail the work from it on
}

// longLine is how many steps the front of a line holds.
const longLine = 1024

// wait adds a step to those that wait for its machine.
func (d *dispatcher) wait(x int32) {
	if d.lines == nil {
		return
	}
	m := d.on[d.mode[x]]
	l := &d.lines[m]
	if len(l.steps) == longLine {
		l.behind = push(l.behind, task{head: tick(x), tail: d.rest[x]})
		return
	}
	i, _ := slices.BinarySearch(l.steps, x)
	l.steps = slices.Insert(l.steps, i, x)
	if end := d.end(x); l.first == 0 || end < l.end || end == l.end && x < l.first {
		l.first, l.end = x, end
		d.promote(m)
	}
}

// leave takes a step away that runs now on its machine.
func (d *dispatcher) leave(x int32) {
	if d.lines == nil {
		return
	}
	m := d.on[d.mode[x]]
	l := &d.lines[m]
	i, _ := slices.BinarySearch(l.steps, x)
	l.steps = slices.Delete(l.steps, i, i+1)
	if len(l.behind) > 0 {
		up := int32(l.behind[0].head)
		l.behind = pop(l.behind)
		i, _ = slices.BinarySearch(l.steps, up)
		l.steps = slices.Insert(l.steps, i, up)
	}
	l.first = 0
	for _, y := range l.steps {
		if end := d.end(y); l.first == 0 || end < l.end {
			l.first, l.end = y, end
		}
	}
	d.promote(m)
}

// tree is a tree of so many machines: the second half has a leaf for each, and -1 is none.
func tree(machines int) []int32 {
	size := 2
	for size < 2*machines {
		size *= 2
	}
	t := make([]int32, size)
	for i := range t {
		t[i] = -1
	}
	return t
}

// promote brings the tree up to date with the line of a machine: above two machines stands the one whose
// line ends first. O(log machines).
func (d *dispatcher) promote(m int32) {
	at := len(d.soon)/2 + int(m)
	d.soon[at] = m
	for at /= 2; at > 0; at /= 2 {
		a, b := d.soon[2*at], d.soon[2*at+1]
		if d.sooner(b, a) {
			a = b
		}
		d.soon[at] = a
	}
}

// sooner says whether the line of a machine ends before that of another; an empty one never does.
func (d *dispatcher) sooner(a, b int32) bool {
	switch {
	case a < 0 || d.lines[a].first == 0:
		return false
	case b < 0 || d.lines[b].first == 0:
		return true
	}
	x, y := &d.lines[a], &d.lines[b]
	return x.end < y.end || x.end == y.end && x.first < y.first
}
