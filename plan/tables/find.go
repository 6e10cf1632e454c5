package tables

import (
	"bytes"
	"time"

	"github.com/taktplan/takt/plan"
)

// Find is the row of an input table with a key, given by the cells of the key columns, as a table of one row with all its
// columns; without one it has none. ok is false for a name that no table has. It looks at the rows one by one.
func Find(m *plan.Model, table string, key map[string]string) (t Table, ok bool) {
	i := inputIndex(table)
	if i < 0 {
		return Table{}, false
	}
	return inputs[i].find(m, zoneOf(m), key), true
}

func (t *inputTable[T]) find(m *plan.Model, zone *time.Location, key map[string]string) Table {
	of := t.keyer(zone)
	want := []byte(of(cellsOf(key)))
	table := t.whole(m, zone)
	table.Rows = New(t.name, zone, func(yield func(T) bool) {
		var b []byte
		var row T
		for row = range t.rows(m) {
			b = b[:0]
			for i := range t.cols {
				if t.cols[i].Key {
					b = append(t.appendKey(b, &t.cols[i], zone, &row), 0)
				}
			}
			if bytes.Equal(b, want) && !yield(row) {
				return
			}
		}
	}, t.withOwn(m)...).Rows
	return table
}

// Whole is an input table of a model with all its columns, also those that hold nothing; ok is false for a name that no table has.
func Whole(m *plan.Model, table string) (t Table, ok bool) {
	i := inputIndex(table)
	if i < 0 {
		return Table{}, false
	}
	return inputs[i].whole(m, zoneOf(m)), true
}

func (t *inputTable[T]) whole(m *plan.Model, zone *time.Location) Table {
	return New(t.name, zone, t.rows(m), t.withOwn(m)...)
}

// withOwn are the fields of the table and the columns of one's own that the model carries.
func (t *inputTable[T]) withOwn(m *plan.Model) []Field[T] {
	list := t.fields()
	if own := m.Carried(t.name); own != nil {
		for i, name := range own.Columns {
			list = append(list, Text(name, func(row *T) string { return own.Cell(*t.line(row), i) }))
		}
	}
	return list
}
