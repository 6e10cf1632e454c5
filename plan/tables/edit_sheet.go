package tables

import (
	"time"
)

// sheet is a table that is being edited, as text.
type sheet struct {
	columns []string
	at      map[string]int // of columns by name
	rows    []textRow
	byKey   map[string]int
	key     keyer
}

type textRow struct {
	line  int // in its file; from keptRow on: a row that was there
	cells []string
	gone  bool
}

// keyer gives the key of a row as one text, however its cells are written.
type keyer func(cell func(column string) []byte) string

// column is the place of a column, which is added if it is new.
func (s *sheet) column(name string) int {
	i, ok := s.at[name]
	if !ok {
		i = len(s.columns)
		s.at[name] = i
		s.columns = append(s.columns, name)
	}
	return i
}

func (s *sheet) add(row textRow) {
	s.rows = append(s.rows, row)
	s.byKey[s.keyOf(&row)] = len(s.rows) - 1
}

func (s *sheet) keyOf(row *textRow) string {
	return s.key(func(column string) []byte {
		if i, ok := s.at[column]; ok && i < len(row.cells) {
			return []byte(row.cells[i])
		}
		return nil
	})
}

// withRequired are the columns with those without which the table cannot be: their absence is then told row by row.
func (s *sheet) withRequired(known []Column) []string {
	for _, c := range known {
		if c.Required {
			s.column(c.Name)
		}
	}
	return s.columns
}

// all are the rows that are not gone.
func (s *sheet) all(yield func(int, [][]byte) bool) {
	cells := make([][]byte, len(s.columns))
	for i := range s.rows {
		row := &s.rows[i]
		if row.gone {
			continue
		}
		for c := range cells {
			cells[c] = nil
			if c < len(row.cells) {
				cells[c] = []byte(row.cells[c])
			}
		}
		if !yield(row.line, cells) {
			return
		}
	}
}

func cellsOf(row map[string]string) func(string) []byte {
	return func(column string) []byte { return []byte(row[column]) }
}

// keyer gives the key of rows: every key cell as the table writes it, an empty one as its default.
func (t *inputTable[T]) keyer(zone *time.Location) keyer {
	r := NewReader(Options{})
	r.zone = zone
	var cells []cellReader
	for range t.cols {
		cells = append(cells, cellReader{r: r})
	}
	var b []byte
	return func(cell func(string) []byte) string {
		row := t.zero
		b = b[:0]
		for i := range t.cols {
			c := &t.cols[i]
			if !c.Key {
				continue
			}
			text := cell(c.Name)
			if len(text) > 0 && c.parse(&cells[i], text, &row) != "" {
				b = append(b, text...) // it is told elsewhere
			} else {
				b = t.appendKey(b, c, zone, &row)
			}
			b = append(b, 0)
		}
		return string(b)
	}
}

// appendKey appends a key cell; a line of a BOM is 1 if nothing else is said.
func (t *inputTable[T]) appendKey(b []byte, c *column[T], zone *time.Location, row *T) []byte {
	mark := len(b)
	if b = c.append(b, zone, row); len(b) == mark && t.name == "bom" && c.Name == "line" {
		b = append(b, '1')
	}
	return b
}
