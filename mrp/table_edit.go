package mrp

import (
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/sparse"
)

// rowEdit is a row in place of the one of its key; without one, it takes that away.
type rowEdit[R any] struct {
	key   R
	after *R
}

// rowChange is what an edit did to the row of a number. Nil: there was or is none.
type rowChange[R any] struct {
	number        int32
	before, after *R
}

// with is the table with edits, and what they changed.
func (t *table[R]) with(edits []rowEdit[R]) (table[R], []rowChange[R]) {
	if len(edits) == 0 {
		return *t, nil
	}
	out := *t
	over := tableEdit[R]{slots: int32(len(t.base)), count: len(t.base)}
	if t.over != nil {
		over = *t.over
	}
	out.over = &over
	e := tableEditor[R]{t: &out, rows: over.rows.Edit(), byPart: over.byPart.Edit()}
	for i := range edits {
		e.apply(&edits[i])
	}
	if len(e.changes) == 0 {
		return *t, nil
	}
	e.flush()
	return out, e.changes
}

// tableEditor makes a table of another.
type tableEditor[R comparable] struct {
	t       *table[R]
	rows    sparse.Editor[slot[R]]
	byPart  sparse.Editor[[]int32]
	owned   bool // over.added is the editor's own
	changes []rowChange[R]
}

// flush lets the table see what was set.
func (e *tableEditor[R]) flush() { e.t.over.rows, e.t.over.byPart = e.rows.Array, e.byPart.Array }

func (e *tableEditor[R]) apply(d *rowEdit[R]) {
	t, over := e.t, e.t.over
	c := rowChange[R]{after: d.after}
	var ok bool
	if c.number, ok = t.find(&d.key); ok {
		c.before = t.at(c.number)
	}
	if c.before == nil && c.after == nil || c.before != nil && c.after != nil && *c.before == *c.after {
		return
	}
	if c.before != nil && (c.after == nil || t.part(c.before) != t.part(c.after)) {
		e.unlist(t.part(c.before), c.number)
	}
	switch {
	case c.after != nil && c.before == nil:
		over.count++
		if c.number < 0 {
			c.number = e.number()
			e.rows.Set(c.number, &slot[R]{row: *c.after})
			e.flush()
			e.own()
			at, _ := t.inAdded(c.after)
			over.added = slices.Insert(over.added, at, c.number)
		}
		e.rows.Set(c.number, &slot[R]{row: *c.after})
	case c.after != nil:
		e.rows.Set(c.number, &slot[R]{row: *c.after})
	case int(c.number) < len(t.base):
		over.count--
		e.rows.Set(c.number, &slot[R]{gone: true})
	default:
		over.count--
		e.own()
		at, _ := t.inAdded(c.before)
		over.added = slices.Delete(over.added, at, at+1)
		over.free = &freeSlot{c.number, over.free}
		e.rows.Set(c.number, nil)
	}
	e.flush()
	if c.after != nil && (c.before == nil || t.part(c.before) != t.part(c.after)) {
		e.list(t.part(c.after), c.number)
	}
	e.flush()
	e.changes = append(e.changes, c)
}

func (e *tableEditor[R]) own() {
	if !e.owned {
		e.t.over.added = slices.Clone(e.t.over.added)
		e.owned = true
	}
}

// number is one that no row has.
func (e *tableEditor[R]) number() int32 {
	over := e.t.over
	if f := over.free; f != nil {
		over.free = f.next
		return f.number
	}
	over.slots++
	return over.slots - 1
}

func (e *tableEditor[R]) unlist(p bom.PartID, number int32) {
	old := e.t.of(p)
	list := make([]int32, 0, len(old))
	for _, i := range old {
		if i != number {
			list = append(list, i)
		}
	}
	e.byPart.Set(int32(p), &list)
	e.flush()
}

func (e *tableEditor[R]) list(p bom.PartID, number int32) {
	old := e.t.of(p)
	row := e.t.at(number)
	at, _ := slices.BinarySearchFunc(old, row, func(i int32, row *R) int { return e.t.order(e.t.at(i), row) })
	list := make([]int32, 0, len(old)+1)
	list = append(append(append(list, old[:at]...), number), old[at:]...)
	e.byPart.Set(int32(p), &list)
}
