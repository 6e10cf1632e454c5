package tables

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// EditMode says what the rows that an Edit reads do to those that are there.
type EditMode uint8

// The modes. In Merge an empty cell of a column that is there stands for its default, as it does everywhere; a JSON
// object leaves out the columns that stay.
const (
	Replace EditMode = iota // a table that comes takes the place of the one that is there
	Put                     // a row takes the place of the one with its key, or is new
	Merge                   // the cells of a row take the place of those of the one with its key; without one it is new
)

// Edit makes a model of another one: tables and rows that come as text, in any form that a Reader reads, take the place of those
// that are there. All other rows stay as they are, with their columns of one's own. It belongs to one goroutine.
//
// An edit costs the writing and the reading of the whole model as text.
type Edit struct {
	model  *plan.Model
	zone   *time.Location
	mode   EditMode
	sheets map[string]*sheet
	reader *Reader // of the rows that came
}

// What an Edit takes at once. More is a *LimitError: every row costs some kilobytes while it is looked at.
const (
	EditColumns = 256       // of a table
	EditRows    = 2_000_000 // of all tables
)

// keptRow is added to the numbers of rows that stay, so that they cannot be taken for lines of what came.
const keptRow = 1 << 30

// NewEdit begins an edit of a model.
func NewEdit(m *plan.Model, mode EditMode) *Edit {
	e := &Edit{model: m, zone: zoneOf(m), mode: mode, sheets: map[string]*sheet{}}
	e.reader = NewReader(Options{MostColumns: EditColumns, MostRows: EditRows})
	e.reader.edit, e.reader.zone = e, e.zone
	e.reader.firstDay, e.reader.lastDay = aroundStart(m.Settings().Start.Day)
	return e
}

// Reader takes the tables that come: by ReadTable, ReadCSV, ReadJSON or xlsx.Read, each table once.
func (e *Edit) Reader() *Reader { return e.reader }

// merges reports whether rows may leave out columns.
func (e *Edit) merges() bool { return e.mode == Merge }

// Touched are the tables that came, in reading order.
func (e *Edit) Touched() []string {
	var names []string
	for _, name := range Inputs() {
		if e.sheets[name] != nil {
			names = append(names, name)
		}
	}
	return names
}

// Rows is the number of rows that a table has now.
func (e *Edit) Rows(table string) int {
	n := 0
	if s := e.sheets[table]; s != nil {
		for i := range s.rows {
			if !s.rows[i].gone {
				n++
			}
		}
	}
	return n
}

// Remove takes away the row with a key, given by the cells of the key columns; a missing one stands for its default. It
// reports whether there was one.
func (e *Edit) Remove(table string, key map[string]string) bool {
	s := e.sheet(table)
	if s == nil {
		return false
	}
	i, ok := s.byKey[s.key(cellsOf(key))]
	if ok {
		s.rows[i].gone = true
		delete(s.byKey, s.key(cellsOf(key)))
	}
	return ok
}

// sheet is the table as text, with the rows that are there; nil for a name that is none.
func (e *Edit) sheet(table string) *sheet {
	if s := e.sheets[table]; s != nil {
		return s
	}
	i := inputIndex(table)
	if i < 0 {
		return nil
	}
	s := &sheet{at: map[string]int{}, byKey: map[string]int{}, key: inputs[i].keyer(e.zone)}
	e.sheets[table] = s
	if e.mode == Replace {
		return s
	}
	t := inputs[i].write(e.model, e.zone)
	for _, c := range t.Columns {
		s.column(c.Name)
	}
	for row := range t.Rows {
		cells := make([]string, len(t.Columns))
		for i := range cells {
			cells[i] = string(row.Cell(i))
		}
		s.add(textRow{line: keptRow + len(s.rows) + 1, cells: cells})
	}
	return s
}

// beginText starts a table of which the rows are taken as text.
func (r *Reader) beginText(table string, line int, columns []string) *Rows {
	known := inputs[inputIndex(table)].columns()
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
	if r.origins == nil {
		r.origins = map[string]origin{}
	}
	if _, ok := r.origins[table]; !ok {
		r.origins[table] = origin{r.format, r.file}
	}
	r.edit.sheet(table)
	return x
}

// take takes a row that came. A nil cell is one that did not.
func (e *Edit) take(x *Rows, line int, cells [][]byte) {
	s := e.sheet(x.name)
	row := textRow{line: line}
	set := func(i int, text string) {
		for len(row.cells) <= i {
			row.cells = append(row.cells, "")
		}
		row.cells[i] = text
	}
	for i, name := range x.columns {
		if x.found[i] != nil || strings.HasPrefix(name, "x_") {
			set(s.column(name), string(cells[i]))
		}
	}
	if e.mode == Replace {
		s.rows = append(s.rows, row) // two of one key are the builder's error
		return
	}
	at, ok := s.byKey[s.keyOf(&row)]
	if ok && s.rows[at].line < keptRow {
		e.reader.fail(x.name, line, "", "", fmt.Sprintf("row %d has the same key: keep one of them", s.rows[at].line))
		return
	}
	if !ok {
		s.add(row)
		return
	}
	if e.mode == Merge {
		was := s.rows[at].cells
		for i, name := range x.columns {
			if c, known := s.at[name]; known && cells[i] == nil && c < len(was) {
				set(c, was[c])
			}
		}
		for c, name := range s.columns {
			if c < len(was) && indexOf(x.columns, name) < 0 {
				set(c, was[c])
			}
		}
	}
	s.rows[at] = row
}

// Model checks what came together with what was there, and makes the model. The error is a *bom.Errors of *FileError:
// everything that is wrong; or a *LimitError, or that of the context, which is looked at now and then.
func (e *Edit) Model(ctx context.Context) (*plan.Model, error) {
	if e.reader.over != nil {
		return nil, e.reader.over
	}
	r := NewReader(Options{})
	r.format, r.file, r.origins = e.reader.format, e.reader.file, e.reader.origins
	r.errs, r.lost, r.bad, r.incomplete = e.reader.errs, e.reader.lost, e.reader.bad, e.reader.incomplete
	for _, t := range inputs {
		if err := e.feed(ctx, r, t); err != nil {
			return nil, err
		}
	}
	m, _, err := r.Model()
	return m, e.Located(err)
}

// Located names the rows of an error of the model that Model has made: those that came by their place, those that were there by their key. It is
// for errors of plan.New, Model.Check and the like; others stay as they are.
func (e *Edit) Located(err error) error {
	if many, ok := err.(*bom.Errors); ok {
		for i, one := range many.List {
			many.List[i] = e.Located(one)
		}
		return err
	}
	if row, ok := errors.AsType[*bom.RowError](err); ok && row.Row > keptRow {
		return e.kept(row)
	}
	if cycle, ok := errors.AsType[*bom.CycleError](err); ok {
		return e.cycle(cycle)
	}
	return err
}

// feed reads a table, as it is now, into the new model.
func (e *Edit) feed(ctx context.Context, r *Reader, t spec) error {
	const often = 4096 // rows
	columns, rows := e.now(t)
	x := r.Begin(t.table(), 0, columns)
	if x == nil {
		return ctx.Err()
	}
	x.blanks = true
	n := 0
	for line, cells := range rows {
		if n++; n%often == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		x.Add(line, cells)
	}
	return ctx.Err()
}

// now is a table as it is now.
func (e *Edit) now(t spec) ([]string, iter.Seq2[int, [][]byte]) {
	if s := e.sheets[t.table()]; s != nil {
		return s.withRequired(t.columns()), s.all
	}
	table := t.write(e.model, e.zone)
	columns := make([]string, len(table.Columns))
	for i := range columns {
		columns[i] = table.Columns[i].Name
	}
	return columns, func(yield func(int, [][]byte) bool) {
		cells := make([][]byte, len(columns))
		line := keptRow
		for row := range table.Rows {
			line++
			for i := range cells {
				cells[i] = row.Cell(i)
			}
			if !yield(line, cells) {
				return
			}
		}
	}
}

// kept is an error in a row that was there: only its key tells which, and what came has made it wrong.
func (e *Edit) kept(row *bom.RowError) error {
	told := *row
	told.Row = 0
	if key := e.keyOf(row.Table, row.Row); key != "" {
		told.Expected += " (the row of " + key + ")"
	}
	return &FileError{Format: JSON, File: "the model", Err: &told}
}

// cycle is a cycle through rows that came, and rows that were there: only their keys tell which they are.
func (e *Edit) cycle(cycle *bom.CycleError) error {
	told := *cycle
	told.Path = slices.Clone(cycle.Path)
	file := FileError{Format: e.reader.format, File: e.reader.file, Err: &told, steps: make([]string, len(told.Path))}
	if file.Format == CSV {
		file.File = ""
	}
	for i := range told.Path {
		if s := &told.Path[i]; s.Row > keptRow {
			file.steps[i] = s.Table + " " + e.keyOf(s.Table, s.Row) + ", which was there"
			s.Row = 0
		}
	}
	return &file
}

// keyOf names a row that was there by its key.
func (e *Edit) keyOf(table string, line int) string {
	t := inputs[inputIndex(table)]
	columns, rows := e.now(t)
	for l, cells := range rows {
		if l != line {
			continue
		}
		var key []string
		for _, c := range t.columns() {
			if i := indexOf(columns, c.Name); i >= 0 && c.Key && len(cells[i]) > 0 {
				key = append(key, c.Name+" "+clip(cells[i]))
			}
		}
		return strings.Join(key, ", ")
	}
	return ""
}

// Has reports whether there is a row with a key, given as for Remove.
func (e *Edit) Has(table string, key map[string]string) bool {
	s := e.sheet(table)
	if s == nil {
		return false
	}
	_, ok := s.byKey[s.key(cellsOf(key))]
	return ok
}
