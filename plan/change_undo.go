package plan

import (
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// restore takes a change back: it puts the rows that the change touched back as they were, one by one.
type restore struct {
	of    Change
	steps []func(*draft) // in the order in which the rows were touched
}

func (c *restore) String() string { return "take back: " + c.of.String() }

func (c *restore) edit(d *draft) (Change, error) {
	return d.undoable(c.of, func() {
		for _, step := range slices.Backward(c.steps) {
			step(d)
		}
	})
}

// undoable makes a change and gives what takes it back.
func (d *draft) undoable(c Change, do func()) (Change, error) {
	outer := d.undo
	back := &restore{of: c}
	d.undo = back
	do()
	d.undo = outer
	return back, nil
}

// before notes how to put a row back.
func (d *draft) before(step func(*draft)) {
	if d.undo != nil {
		d.undo.steps = append(d.undo.steps, step)
	}
}

// table is one of the tables that are changed row by row beside the book.
type table[R any, K comparable] struct {
	large bool   // items, sources, BOM and routings, which are copied only when they are asked for
	kind  string // what a row is called
	rows  func(*Rows) *[]R
	key   func(*R) K
	row   func(*R) *int
	site  func(*R) *string // nil: rows have none
	// touch says that the table changes, and what that does to the plan.
	touch func(d *draft, was, is *R)
	// check is the table's own check of a row.
	check func(*bom.Builder, *capacity.Builder, R)
	// part is the part that a row is about; nil: none that must be there.
	part func(*R) (item, site string)
}

// list is the table in a draft, to be changed in place.
func (t *table[R, K]) list(d *draft) *[]R {
	if t.large {
		return t.rows(d.allTables())
	}
	return t.rows(d.tables())
}

// find is a row's place; -1 if there is none.
func (t *table[R, K]) find(d *draft, key K) int {
	rows := *t.list(d)
	return slices.IndexFunc(rows, func(r R) bool { return t.key(&r) == key })
}

// get is a copy of a row.
func (t *table[R, K]) get(d *draft, key K) (row R, ok bool) {
	if i := t.find(d, key); i >= 0 {
		return (*t.list(d))[i], true
	}
	return row, false
}

// set adds a row or replaces the one with its key, which keeps its number.
func (t *table[R, K]) set(d *draft, row R) {
	rows, i := t.list(d), t.find(d, t.key(&row))
	if i < 0 {
		key := t.key(&row)
		d.before(func(d *draft) { t.remove(d, key) })
		t.touch(d, nil, &row)
		*rows = append(*rows, row)
		return
	}
	was := (*rows)[i]
	d.before(func(d *draft) { t.set(d, was) })
	t.touch(d, &was, &row)
	(*rows)[i] = row
}

// remove takes a row away, if it is there.
func (t *table[R, K]) remove(d *draft, key K) {
	rows, i := t.list(d), t.find(d, key)
	if i < 0 {
		return
	}
	was := (*rows)[i]
	d.before(func(d *draft) { t.set(d, was) })
	t.touch(d, &was, nil)
	*rows = slices.Delete(*rows, i, i+1)
}

// setCalendar replaces the rows of a calendar; none takes it away.
func (d *draft) setCalendar(id string, rows []capacity.CalendarRow) {
	d.tables()
	list := &d.structure().Calendars
	of := func(r capacity.CalendarRow) bool { return r.ID == id }
	var was []capacity.CalendarRow
	for _, r := range *list {
		if of(r) {
			was = append(was, r)
		}
	}
	d.before(func(d *draft) { d.setCalendar(id, was) })
	d.affects(DatesOnly)
	*list = append(slices.DeleteFunc(*list, of), rows...)
}

// setPublished replaces the rows of an operation in the published schedule, at their place.
func (d *draft) setPublished(order string, op int, rows []capacity.ScheduledOperation) {
	list := d.published()
	of := func(r capacity.ScheduledOperation) bool { return r.Order == order && r.Op == op }
	var was []capacity.ScheduledOperation
	at := len(*list)
	for i, r := range *list {
		if of(r) {
			at = min(at, i)
			was = append(was, r)
		}
	}
	d.before(func(d *draft) { d.setPublished(order, op, was) })
	d.affects(SequenceOnly)
	*list = slices.Insert(slices.DeleteFunc(*list, of), at, rows...)
}

// setFreeze sets the frozen zone of the schedule, in hours from its start.
func (d *draft) setFreeze(hours bom.Number) {
	settings := &d.structure().Settings
	was := settings.FreezeHours
	d.before(func(d *draft) { d.setFreeze(was) })
	d.affects(SequenceOnly)
	settings.FreezeHours = hours
}
