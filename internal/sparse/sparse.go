// Package sparse holds few values by index, in arrays that share what they have in common.
//
// # What it does
//
// An Array is a value: what is set in a copy of it does not show in the original. A copy
// costs nothing, a change the nodes on its way to the root.
//
// # How it works
//
// A radix tree of three levels of nodes of 32 pointers below a root that is as long as the largest index asks for: a
// million indexes take 31 pointers there. Nodes that a batch of changes has made are
// changed in place: an Editor marks them as its own.
//
// # Concurrency
//
// An Array is safe for any number of readers and editors, each of which has its own copy.
// An Editor is for one goroutine.
//
// # Sources
//
// Bagwell, Ideal Hash Trees (2001), without the hash; the transients of Clojure.
package sparse

const (
	bits   = 5
	fanout = 1 << bits
	mask   = fanout - 1
)

// Array holds values by index, 0 or more. The zero Array is empty.
type Array[T any] struct {
	root  []*upper[T]
	count int
}

// upper, middle and leaf are the levels of nodes. They are types of their own, so that a node is one piece of memory.
type upper[T any] struct {
	owner *owner
	nodes [fanout]*middle[T]
}

type middle[T any] struct {
	owner *owner
	nodes [fanout]*leaf[T]
}

type leaf[T any] struct {
	owner  *owner
	values [fanout]*T
}

// owner marks the nodes of one batch. It has a size, so that no two have one address.
type owner struct{ _ byte }

// Get is the value of an index, nil if it has none.
func (a *Array[T]) Get(i int32) *T {
	top := uint32(i) >> (3 * bits)
	if top >= uint32(len(a.root)) {
		return nil
	}
	u := a.root[top]
	if u == nil {
		return nil
	}
	m := u.nodes[i>>(2*bits)&mask]
	if m == nil {
		return nil
	}
	l := m.nodes[i>>bits&mask]
	if l == nil {
		return nil
	}
	return l.values[i&mask]
}

// Len is the number of indexes that have a value.
func (a *Array[T]) Len() int { return a.count }

// Each calls visit for every value in the order of indexes.
func (a *Array[T]) Each(visit func(i int32, v *T)) {
	for t, u := range a.root {
		if u == nil {
			continue
		}
		for k, m := range u.nodes {
			if m == nil {
				continue
			}
			for j, l := range m.nodes {
				if l == nil {
					continue
				}
				at := (int32(t)<<bits|int32(k))<<(2*bits) | int32(j)<<bits
				for n, v := range l.values {
					if v != nil {
						visit(at|int32(n), v)
					}
				}
			}
		}
	}
}

// Editor changes a copy of an array.
type Editor[T any] struct {
	Array[T]
	owner *owner // of the nodes that the editor made; nil: it has made none
}

// Edit gives an editor of a copy.
func (a Array[T]) Edit() Editor[T] { return Editor[T]{Array: a} }

// Done is the array as it stands. The editor may go on: what it changes later does not show in it.
func (e *Editor[T]) Done() Array[T] {
	e.owner = nil
	return e.Array
}

// Set gives an index, 0 or more, a value; nil takes it away. O(1) and, once a batch, the length of the root.
func (e *Editor[T]) Set(i int32, v *T) {
	old := e.Get(i)
	if v == old {
		return
	}
	e.ownRoot(int(i >> (3 * bits)))
	at := &e.ownLeaf(i).values[i&mask]
	if old == nil {
		e.count++
	}
	if v == nil {
		e.count--
	}
	*at = v
}

// ownRoot makes the root the editor's, long enough for a place.
func (e *Editor[T]) ownRoot(place int) {
	if e.owner == nil {
		e.owner = new(owner)
		e.root = append(make([]*upper[T], 0, max(len(e.root), place+1)), e.root...)
	}
	for len(e.root) <= place {
		e.root = append(e.root, nil)
	}
}

// ownLeaf makes the nodes on the way to an index the editor's.
func (e *Editor[T]) ownLeaf(i int32) *leaf[T] {
	u := &e.root[i>>(3*bits)]
	switch {
	case *u == nil:
		*u = &upper[T]{owner: e.owner}
	case (*u).owner != e.owner:
		*u = &upper[T]{e.owner, (*u).nodes}
	}
	m := &(*u).nodes[i>>(2*bits)&mask]
	switch {
	case *m == nil:
		*m = &middle[T]{owner: e.owner}
	case (*m).owner != e.owner:
		*m = &middle[T]{e.owner, (*m).nodes}
	}
	l := &(*m).nodes[i>>bits&mask]
	switch {
	case *l == nil:
		*l = &leaf[T]{owner: e.owner}
	case (*l).owner != e.owner:
		*l = &leaf[T]{e.owner, (*l).values}
	}
	return *l
}
