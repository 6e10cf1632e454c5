package tables

import (
	"fmt"
	"strings"
)

// Rows takes the rows of one table, cell by cell, from a reader of some form.
type Rows struct {
	r       *Reader
	name    string
	columns []string // of the file
	found   []*Column
	sink    sink
	own     []int // columns of one's own: x_…
	blanks  bool  // a row of empty cells is an error, not skipped
}

// Begin starts a table; columns are the names in its header, and line is where
// that stands. It returns nil when the header is so wrong that the rows cannot
// be read: the errors are noted, and the caller goes on with the next table.
// Settings must come first. Unknown table names are the caller's business (see Inputs).
func (r *Reader) Begin(table string, line int, columns []string) *Rows {
	i := inputIndex(table)
	if i < 0 {
		r.fatal(table, line, "", table, "no such table: "+didYouMean(table, Inputs()))
		return nil
	}
	if r.begun[table] {
		r.fatal(table, line, "", "", "the table is there twice: keep one")
		return nil
	}
	r.begun[table] = true
	if most := r.o.MostColumns; most > 0 && line > 0 && len(columns) > most { // a document has no header: its objects have columns
		r.over = &LimitError{table, "columns", most}
		return nil
	}
	if r.edit != nil {
		return r.beginText(table, line, columns)
	}
	if table != "settings" {
		r.settle()
	} else if r.settled {
		r.fatal(table, line, "", "", "settings must be the first table, because dates depend on it")
		return nil
	}
	known := inputs[i].columns()
	header, ok := r.header(table, line, columns, known)
	if !ok {
		return nil
	}
	x := &Rows{r: r, name: table, columns: columns, found: make([]*Column, len(columns))}
	for c, at := range header {
		if at >= 0 {
			x.found[at] = &known[c]
		}
	}
	for c, name := range columns {
		if strings.HasPrefix(name, "x_") {
			x.own = append(x.own, c)
		}
	}
	x.sink = inputs[i].open(r, header)
	return x
}

// header finds the place of every known column in the file, -1 for a column that is not there.
func (r *Reader) header(table string, line int, columns []string, known []Column) ([]int, bool) {
	names := make([]string, len(known))
	at := make([]int, len(known))
	for i := range known {
		names[i], at[i] = known[i].Name, -1
	}
	ok := true
	for i, name := range columns {
		k := indexOf(names, name)
		switch {
		case strings.HasPrefix(name, "x_"):
		case k < 0:
			r.fail(table, line, clip([]byte(name)), clip([]byte(name)), unknownColumn(table, name, len(columns), names))
		case at[k] >= 0:
			r.fatal(table, line, name, name, "the column is there twice: keep one")
			ok = false
		default:
			at[k] = i
		}
	}
	for i := range known {
		if known[i].Required && at[i] < 0 && (known[i].Key || r.edit == nil || !r.edit.merges()) {
			r.fatal(table, line, "", "", fmt.Sprintf("the required column %s is missing: add it to the header", known[i].Name))
			ok = false
		}
	}
	return at, ok
}

// unknownColumn advises on a column that no table has, or that was meant as something else.
func unknownColumn(table, name string, columns int, known []string) string {
	switch {
	case name == "":
		return "a column without a name: name it or remove it"
	case columns == 1 && strings.Contains(name, ";"):
		return "the columns are separated by semicolons: save the file with commas"
	case columns == 1 && strings.Contains(name, "\t"):
		return "the columns are separated by tabs: save the file with commas"
	case indexOf(known, strings.TrimSpace(strings.ToLower(name))) >= 0:
		return fmt.Sprintf("no such column: write %s, in small letters and without blanks", strings.TrimSpace(strings.ToLower(name)))
	}
	return fmt.Sprintf("no such column in %s: %s Columns of your own start with x_", table, didYouMean(name, known))
}

func indexOf(names []string, name string) int {
	for i := range names {
		if names[i] == name {
			return i
		}
	}
	return -1
}

// Columns describe the columns of the file by position, nil for those that are ignored.
func (x *Rows) Columns() []*Column { return x.found }

// Add reads a row. Cells stand in the order of the header and may be reused
// after the call; line is the row's number, from 1. A row of empty cells is skipped.
func (x *Rows) Add(line int, cells [][]byte) {
	if len(cells) != len(x.columns) {
		advice := "put cells that contain a comma in double quotes"
		if len(cells) < len(x.columns) {
			advice = "an empty cell still needs its comma"
		}
		x.r.fatal(x.name, line, "", "", fmt.Sprintf("%d cells, but the header has %d: %s", len(cells), len(x.columns), advice))
		return
	}
	if !x.blanks && len(cells) > 0 && len(cells[0]) == 0 && allEmpty(cells) {
		return
	}
	if x.r.rows++; x.r.o.MostRows > 0 && x.r.rows > x.r.o.MostRows {
		x.r.over = &LimitError{x.name, "rows", x.r.o.MostRows}
		return
	}
	if x.r.edit != nil {
		x.r.edit.take(x, line, cells)
		return
	}
	x.sink.add(line, cells)
	for _, i := range x.own {
		x.r.b.Carry(x.name, line, x.columns[i], string(cells[i]))
	}
}

// Err says why no more rows are taken: a *LimitError. nil: they are.
func (x *Rows) Err() error { return x.r.limit() }

// limit is the bound that was met, if one was.
func (r *Reader) limit() error {
	if r.over == nil {
		return nil
	}
	return r.over
}

// columnName is the name of the column at a position, for errors.
func (x *Rows) columnName(i int) string {
	if i < len(x.columns) {
		return x.columns[i]
	}
	return ""
}

func allEmpty(cells [][]byte) bool {
	for _, c := range cells {
		if len(c) > 0 {
			return false
		}
	}
	return true
}

// tableSink reads the rows of an input table of T into the builder.
type tableSink[T any] struct {
	t      *inputTable[T]
	r      *Reader
	active []activeColumn[T]
	row    T
}

// activeColumn is a column that the file has.
type activeColumn[T any] struct {
	parse func(c *cellReader, cell []byte, row *T) string
	at    int // in the file
	cells cellReader
	col   *Column
}

// open starts a table whose columns stand at header's places in the file.
func (t *inputTable[T]) open(r *Reader, header []int) sink {
	s := &tableSink[T]{t: t, r: r}
	for i, at := range header {
		if at >= 0 {
			s.active = append(s.active, activeColumn[T]{t.cols[i].parse, at, cellReader{r: r}, &t.cols[i].Column})
		}
	}
	return s
}

// add reads the cells into one row that is reused. A row with a bad cell still
// reaches the builder, with that cell's default, so that its id is known to the
// other rows; a row whose key or required cells are unusable is lost.
func (s *tableSink[T]) add(line int, cells [][]byte) {
	s.row = s.t.zero
	*s.t.line(&s.row) = line
	lost := false
	for i := range s.active {
		a := &s.active[i]
		cell := cells[a.at]
		if len(cell) == 0 {
			if a.col.Required {
				s.r.fail(s.t.name, line, a.col.Name, "", "a value is required")
				lost = true
			}
			continue
		}
		if problem := a.parse(&a.cells, cell, &s.row); problem != "" {
			s.r.fail(s.t.name, line, a.col.Name, clip(cell), problem)
			lost = lost || a.col.Kind != KindID && (a.col.Key || a.col.Required)
		}
	}
	if lost {
		s.r.lose(s.t.name)
		return
	}
	s.t.add(s.r, s.row)
}

// tooLong is what is said of a cell beyond MaxCell, in every form.
func tooLong() string {
	return fmt.Sprintf("a cell holds at most %d bytes: shorten it, or close the quote that it opens", MaxCell)
}
