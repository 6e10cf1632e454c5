package tables

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
)

// ReadJSON reads a document: an object with one array of objects per table,
// whose names are those of the columns. Settings may be an array of one object
// or the object itself. Numbers are read exactly, whether written as numbers or
// as strings; null is an empty cell. Tables that stand before the settings are
// kept as text until those have been read.
//
// What is wrong with the tables comes out of Model; the error is what stopped the
// reading as a whole. Name is the file in errors.
func (r *Reader) ReadJSON(ctx context.Context, name string, src io.Reader) error {
	r.From(JSON, name)
	j := jsonReader{r: r}
	j.reset(r.Track(ctx, src, sizeOf(src)), 1)
	err := j.document()
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if r.over != nil {
		return r.over
	}
	switch err {
	case errReported:
	case errTooLong:
		r.Fail(name, fmt.Errorf("line %d: %w", j.line, err))
	default:
		r.Fail(name, err)
	}
	r.incomplete = true
	for _, t := range inputs { // what was not read is not missing
		r.begun[t.table()] = true
	}
	return nil
}

// errReported ends a document after an error that has been reported with its place.
var errReported = errors.New("reported")

// sizeOf is the size of a source, if it knows it.
func sizeOf(src io.Reader) int64 {
	switch s := src.(type) {
	case *os.File:
		if info, err := s.Stat(); err == nil {
			return info.Size()
		}
	case interface{ Len() int }:
		return int64(s.Len())
	}
	return 0
}

// jsonReader reads the tables of a document.
type jsonReader struct {
	scanner
	r       *Reader
	waiting []waitingTable // for the settings
	key     []byte         // the name of the column being read
	row     []byte         // the texts of the cells of a row
	spans   []span
	cells   [][]byte
	order   []int // the columns of the last row, in its order
}

// waitingTable is a table that stands before the settings.
type waitingTable struct {
	name string
	line int
	text []byte
}

// span is the place of a cell in jsonReader.row.
type span struct{ from, to int }

var notThere = span{-1, -1}

// document reads the whole document.
func (j *jsonReader) document() error {
	if err := j.take('{'); err != nil {
		return err
	}
	for first := true; ; first = false {
		more, err := j.list(first, '}')
		if err != nil {
			return err
		}
		if !more {
			break
		}
		key, err := j.text(nil)
		if err != nil {
			return err
		}
		if err := j.take(':'); err != nil {
			return err
		}
		if err := j.member(string(key)); err != nil {
			return err
		}
	}
	if j.peek() != 0 || j.in.pos < j.in.end {
		return j.unexpected("the end of the document")
	}
	if j.in.err != nil && j.in.err != io.EOF {
		return j.in.err
	}
	return j.catchUp()
}

// member reads one table, or puts it by until the settings are known.
func (j *jsonReader) member(name string) error {
	switch {
	case strings.HasPrefix(name, "x_"):
		return j.skip(0)
	case inputIndex(name) >= 0 && name != "settings" && !j.r.begun["settings"]:
		j.peek()
		t := waitingTable{name: name, line: j.line}
		var err error
		t.text, err = j.copyValue(nil)
		j.waiting = append(j.waiting, t)
		return err
	case inputIndex(name) >= 0:
		if err := j.table(name); err != nil {
			return err
		}
		return j.catchUp()
	case slices.Contains(outputs, name):
		j.r.Note(j.r.file, name+" is ignored: a table that a plan writes, not one it reads")
	default:
		j.r.Fail(j.r.file, fmt.Errorf("line %d: no table is named %q: %s", j.line, clip([]byte(name)), didYouMean(name, Inputs())))
	}
	return j.skip(0)
}

// catchUp reads the tables that waited for the settings.
func (j *jsonReader) catchUp() error {
	waiting := j.waiting
	j.waiting = nil
	for _, t := range waiting {
		sub := jsonReader{r: j.r}
		sub.reset(bytes.NewReader(t.text), t.line)
		if err := sub.table(t.name); err != nil {
			return err
		}
		if sub.peek() != 0 || sub.in.pos < sub.in.end {
			return sub.unexpected("the end of the table")
		}
	}
	return nil
}

// table reads the rows of one table.
func (j *jsonReader) table(name string) error {
	known := Columns(name)
	names := make([]string, len(known))
	for i := range known {
		names[i] = known[i].Name
	}
	x := j.r.Begin(name, 0, names)
	if x == nil {
		return j.skip(0)
	}
	x.blanks = true
	j.order = j.order[:0]
	j.cells = make([][]byte, len(known))
	j.spans = make([]span, len(known))
	strange := map[string]bool{}
	if name == "settings" && j.peek() == '{' {
		return j.object(x, names, 1, strange)
	}
	if j.peek() != '[' {
		j.r.fatal(name, 0, "", "", "an array of objects is expected, one per row")
		return j.skip(0)
	}
	j.in.pos++
	for n := 1; ; n++ {
		more, err := j.list(n == 1, ']')
		if err != nil || !more {
			return err
		}
		if err := j.object(x, names, n, strange); err != nil {
			return err
		}
	}
}

// object reads row n of a table; strange are the unknown columns met so far.
func (j *jsonReader) object(x *Rows, names []string, n int, strange map[string]bool) error {
	if j.peek() != '{' {
		j.r.fatal(x.name, n, "", "", "an object with the columns of the row is expected")
		return j.skip(0)
	}
	j.in.pos++
	j.row = j.row[:0]
	for i := range j.spans {
		j.spans[i] = notThere
	}
	ok := true
	for k := 0; ; k++ {
		more, err := j.list(k == 0, '}')
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if j.key, err = j.text(j.key[:0]); err != nil && err != errNotText {
			return err
		}
		if err := j.take(':'); err != nil {
			return err
		}
		c := j.column(k, names)
		if c >= 0 && j.spans[c] == notThere {
			if err := j.cell(x, n, c, &ok); err != nil {
				return err
			}
			continue
		}
		if c >= 0 {
			j.r.fatal(x.name, n, names[c], names[c], "the column is there twice: keep one")
			ok = false
		} else {
			j.unknown(x.name, n, names, strange)
		}
		if err := j.skip(0); err != nil {
			return err
		}
	}
	if ok {
		for i, s := range j.spans {
			if j.cells[i] = nil; s != notThere {
				j.cells[i] = j.row[s.from:s.to:s.to]
			}
		}
		x.Add(n, j.cells)
	}
	return j.r.limit()
}

// column finds the column that key names; rows mostly repeat the order of the row before.
func (j *jsonReader) column(k int, names []string) int {
	if k < len(j.order) && names[j.order[k]] == string(j.key) {
		return j.order[k]
	}
	for i := range names {
		if names[i] == string(j.key) {
			j.order = append(j.order[:min(k, len(j.order))], i)
			return i
		}
	}
	return -1
}

// unknown reports a column that the table does not have, once.
func (j *jsonReader) unknown(table string, n int, names []string, strange map[string]bool) {
	name := strings.ToValidUTF8(clip(j.key), "\ufffd")
	if strings.HasPrefix(name, "x_") || strange[name] || len(strange) > bom.MaxErrors {
		return
	}
	strange[name] = true
	j.r.fail(table, n, name, name, unknownColumn(table, name, 0, names))
}

// cell reads the value of column c of row n into j.row; ok is cleared if it is none.
func (j *jsonReader) cell(x *Rows, n, c int, ok *bool) error {
	column, from := x.found[c], len(j.row)
	wrong := func(value, expected string) {
		j.r.fatal(x.name, n, column.Name, value, expected)
		*ok = false
	}
	var err error
	switch j.peek() {
	case '"':
		j.row, err = j.text(j.row)
		if err == errNotText {
			wrong(strings.ToValidUTF8(clip(j.row[from:]), "\ufffd"), errNotText.Error())
			err = nil
		}
	case '{', '[':
		wrong("", "a single value is expected, not an object or an array")
		err = j.skip(0)
	default:
		if j.row, err = j.word(j.row); err != nil {
			break
		}
		switch word := j.row[from:]; {
		case string(word) == "null":
			j.row = j.row[:from]
		case word[0] == 't' || word[0] == 'f':
			if column.Kind != KindBool {
				wrong(string(word), "true and false are for columns that are yes or no: write a text in double quotes")
			}
		case column.Kind != KindNumber && column.Kind != KindBool:
			wrong(clip(word), "a text is expected: write it in double quotes")
		}
	}
	if err == errTooLong {
		wrong(clip(j.row[from:]), errTooLong.Error())
		return errReported
	}
	j.spans[c] = span{from, len(j.row)}
	return err
}
