package mrp

import (
	"iter"
	"slices"
	"sync"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/sparse"
)

// table holds numbered rows: those of the tables that the book was made of in the order of their keys, and what
// edits changed. Tables that came of one another share all but that. It is immutable.
type table[R comparable] struct {
	base  []R // in the order of keys
	order func(a, b *R) int
	part  func(r *R) bom.PartID
	index *partIndex    // of base
	over  *tableEdit[R] // nil: base alone
}

// tableEdit is what differs from the base.
type tableEdit[R comparable] struct {
	rows   sparse.Array[slot[R]]
	added  []int32 // numbers beyond the base, in the order of keys
	slots  int32   // numbers that are or were in use
	free   *freeSlot
	count  int
	byPart sparse.Array[[]int32] // the rows of a part in the order of keys, of parts that gained or lost one
}

// slot is a row in place of another, or of none.
type slot[R any] struct {
	row  R
	gone bool
}

// freeSlot lists numbers beyond the base that no row has any more.
type freeSlot struct {
	number int32
	next   *freeSlot
}

// partIndex lists the base's rows by part, made when first asked for.
type partIndex struct {
	once  sync.Once
	rows  []int32
	start []int32
}

func newTable[R comparable](rows []R, order func(a, b *R) int, part func(r *R) bom.PartID) table[R] {
	return table[R]{base: rows, order: order, part: part, index: &partIndex{}}
}

// at is a row by number; nil if none has it.
func (t *table[R]) at(i int32) *R {
	if t.over == nil {
		return &t.base[i]
	}
	return t.editedAt(i)
}

func (t *table[R]) editedAt(i int32) *R {
	if s := t.over.rows.Get(i); s != nil {
		if s.gone {
			return nil
		}
		return &s.row
	}
	if int(i) >= len(t.base) {
		return nil
	}
	return &t.base[i]
}

// slots bounds the numbers of rows.
func (t *table[R]) slots() int {
	if t.over == nil {
		return len(t.base)
	}
	return int(t.over.slots)
}

func (t *table[R]) count() int {
	if t.over == nil {
		return len(t.base)
	}
	return t.over.count
}

// all yields the rows in the order of keys.
func (t *table[R]) all() iter.Seq2[int32, *R] {
	return func(yield func(int32, *R) bool) {
		if t.over == nil {
			for i := range t.base {
				if !yield(int32(i), &t.base[i]) {
					return
				}
			}
			return
		}
		added := t.over.added
		for i := range t.base {
			for len(added) > 0 && t.order(t.at(added[0]), &t.base[i]) < 0 {
				if !yield(added[0], t.at(added[0])) {
					return
				}
				added = added[1:]
			}
			if r := t.at(int32(i)); r != nil && !yield(int32(i), r) {
				return
			}
		}
		for _, i := range added {
			if !yield(i, t.at(i)) {
				return
			}
		}
	}
}

// from yields the rows from a key on.
func (t *table[R]) from(key *R) iter.Seq2[int32, *R] {
	return func(yield func(int32, *R) bool) {
		i, _ := t.inBase(key)
		var added []int32
		if t.over != nil {
			at, _ := t.inAdded(key)
			added = t.over.added[at:]
		}
		for int(i) < len(t.base) || len(added) > 0 {
			n := i
			if int(i) == len(t.base) || len(added) > 0 && t.order(t.at(added[0]), &t.base[i]) < 0 {
				n, added = added[0], added[1:]
			} else {
				i++
			}
			if r := t.at(n); r != nil && !yield(n, r) {
				return
			}
		}
	}
}

// compare orders numbers of rows by key, -1 for none first.
func (t *table[R]) compare(i, j int32) int {
	if n := int32(len(t.base)); t.over == nil || i == j || i < n && j < n || i < 0 || j < 0 {
		return int(i - j)
	}
	return t.order(t.at(i), t.at(j))
}

// find is the number of the row of a key.
func (t *table[R]) find(key *R) (int32, bool) {
	if i, ok := t.inBase(key); ok {
		return i, t.at(i) != nil
	}
	if t.over == nil {
		return -1, false
	}
	at, ok := t.inAdded(key)
	if !ok {
		return -1, false
	}
	return t.over.added[at], true
}

func (t *table[R]) inBase(key *R) (int32, bool) {
	lo, hi := 0, len(t.base)
	for lo < hi {
		mid := (lo + hi) / 2
		if t.order(&t.base[mid], key) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return int32(lo), lo < len(t.base) && t.order(&t.base[lo], key) == 0
}

func (t *table[R]) inAdded(key *R) (int, bool) {
	return slices.BinarySearchFunc(t.over.added, key, func(i int32, key *R) int { return t.order(t.at(i), key) })
}

// of are the rows of a part in the order of keys.
func (t *table[R]) of(p bom.PartID) []int32 {
	if t.over != nil {
		if list := t.over.byPart.Get(int32(p)); list != nil {
			return *list
		}
	}
	if len(t.base) == 0 {
		return nil
	}
	x := t.index
	x.once.Do(func() { x.fill(len(t.base), func(i int) bom.PartID { return t.part(&t.base[i]) }) })
	if int(p)+1 >= len(x.start) {
		return nil
	}
	return x.rows[x.start[p]:x.start[p+1]]
}

// fill sorts rows by part; rows without a part are left out.
func (x *partIndex) fill(n int, part func(i int) bom.PartID) {
	most := bom.PartID(-1)
	for i := range n {
		most = max(most, part(i))
	}
	x.start = make([]int32, most+2)
	for i := range n {
		if p := part(i); p >= 0 {
			x.start[p+1]++
		}
	}
	for p := range most + 1 {
		x.start[p+1] += x.start[p]
	}
	next := slices.Clone(x.start)
	x.rows = make([]int32, x.start[most+1])
	for i := range n {
		if p := part(i); p >= 0 {
			x.rows[next[p]] = int32(i)
			next[p]++
		}
	}
}
