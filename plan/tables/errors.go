package tables

import (
	"errors"
	"fmt"
	"strings"

	"github.com/taktplan/takt/bom"
)

// Format is the form in which tables are read or written.
type Format uint8

// CSV is a folder of files, JSON one document, Excel one workbook.
const (
	CSV Format = iota
	JSON
	Excel
)

// FileError is an input error with its place in a file. Err is a *bom.RowError,
// a *bom.CycleError, or what went wrong with the file as a whole.
type FileError struct {
	Format Format
	File   string // bom.csv, model.json, model.xlsx
	Err    error

	steps []string // of a cycle: the rows that make them, where they are none of the file's; "" for one of the file
}

// Error is the place and the error: `bom.csv:17: column qty: "x": …`,
// `model.json: items[3]: column …`, `model.xlsx: sheet bom, row 17: column …`.
func (e *FileError) Error() string {
	if row, ok := errors.AsType[*bom.RowError](e.Err); ok {
		return e.place(row.Table, row.Row) + ": " + strings.TrimPrefix(strings.TrimPrefix(row.Detail(), ", "), ": ")
	}
	if cycle, ok := errors.AsType[*bom.CycleError](e.Err); ok {
		return e.cycle(cycle)
	}
	if e.File == "" {
		return e.Err.Error()
	}
	return e.File + ": " + e.Err.Error()
}

// Unwrap gives Err to errors.Is and errors.As.
func (e *FileError) Unwrap() error { return e.Err }

// place names a row as a reader of that file would look for it.
func (e *FileError) place(table string, row int) string {
	switch {
	case e.Format == JSON && row > 0:
		return fmt.Sprintf("%s: %s[%d]", e.File, table, row-1)
	case e.Format == JSON:
		return fmt.Sprintf("%s: %s", e.File, table)
	case e.Format == Excel && row > 0:
		return fmt.Sprintf("%s: sheet %s, row %d", e.File, table, row)
	case e.Format == Excel:
		return fmt.Sprintf("%s: sheet %s", e.File, table)
	case row > 0:
		return fmt.Sprintf("%s:%d", e.File, row)
	}
	return e.File
}

// cycle prints the whole path, each arc with the row that makes it.
func (e *FileError) cycle(c *bom.CycleError) string {
	var b strings.Builder
	if e.Format != CSV {
		b.WriteString(e.File + ": ")
	}
	b.WriteString("cycle: ")
	for i, s := range c.Path {
		where := fmt.Sprintf("%s.csv:%d", s.Table, s.Row)
		switch e.Format {
		case JSON:
			where = fmt.Sprintf("%s[%d]", s.Table, s.Row-1)
		case Excel:
			where = fmt.Sprintf("sheet %s, row %d", s.Table, s.Row)
		}
		if i < len(e.steps) && e.steps[i] != "" {
			where = e.steps[i]
		}
		fmt.Fprintf(&b, "%s@%s -%s (%s)-> ", s.Item, s.Site, s.Arc, where)
	}
	if len(c.Path) > 0 {
		fmt.Fprintf(&b, "%s@%s", c.Path[0].Item, c.Path[0].Site)
	}
	b.WriteString(": remove or date out one of these rows")
	return b.String()
}

// LimitError is a bound of Options that tables are beyond.
type LimitError struct {
	Table string // where it was met
	What  string // columns or rows
	Most  int
}

func (e *LimitError) Error() string {
	if e.What == "rows" {
		return fmt.Sprintf("there are more than %d rows, and so many can come at once (met in %s): send them in parts", e.Most, e.Table)
	}
	return fmt.Sprintf("%s has more than %d %s: leave out those that are not needed", e.Table, e.Most, e.What)
}

// clip shortens a cell that an error quotes, so that errors stay small.
func clip(cell []byte) string {
	const most = 200
	if len(cell) <= most {
		return string(cell)
	}
	return strings.ToValidUTF8(string(cell[:most]), "") + "…"
}

// didYouMean is the end of an error on an unknown name: the closest known one, or all of them.
func didYouMean(name string, known []string) string {
	if c := bom.Closest(name, known); c != "" {
		return fmt.Sprintf("did you mean %q?", c)
	}
	return "known are " + strings.Join(known, ", ")
}
