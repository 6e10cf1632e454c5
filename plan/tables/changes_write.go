package tables

import (
	"bytes"
	"fmt"
	"reflect"
	"time"
	"unicode/utf8"

	"github.com/taktplan/takt/plan"
)

// FormatError is a change that has no written form.
type FormatError struct {
	Index  int         // of the change in the batch
	Change plan.Change // nil: there is none
	Column string      // empty: the change as a whole
	Value  string
	Reason string // why, with advice
}

func (e *FormatError) Error() string {
	says := fmt.Sprintf("change %d", e.Index+1)
	if e.Change != nil {
		says += fmt.Sprintf(" (%v)", e.Change)
	}
	if e.Column != "" {
		says += fmt.Sprintf(": %s %q", e.Column, e.Value)
	}
	return says + " cannot be written: " + e.Reason
}

// FormatChanges writes a batch as the JSON array that ReadChanges reads: read with the same zone it gives the very same
// changes, in their order. Lines in files (Row) are not written, as no change looks at them; rows without a site come
// back with the site that stands for it. A batch for which that does not hold is a *FormatError: one with no changes, with values
// that no table takes, or with changes that only code can make, such as those of plan.Inverse. Time in the zone; nil is UTC.
func FormatChanges(zone *time.Location, changes []plan.Change) ([]byte, error) {
	if len(changes) == 0 {
		return nil, &FormatError{Reason: "the batch has no changes; leave it out"}
	}
	f := newChangeFormatter(zone)
	f.text = append(f.text, '[')
	for i, c := range changes {
		k := kindOf(c)
		if k == nil {
			if v := reflect.ValueOf(c); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
				c = nil
			}
			return nil, &FormatError{Index: i, Change: c, Reason: "it is none of the kinds in docs/changes.md; write the changes down that it was made of"}
		}
		f.index, f.change = i, c
		k.format(f, c, i > 0 && joins(changes[i-1], c))
		if f.err != nil {
			return nil, f.err
		}
		if len(f.text) >= MaxChanges {
			return nil, &FormatError{Index: i, Change: c, Reason: fmt.Sprintf("up to here there are more than %d MiB: split the batch", MaxChanges>>20)}
		}
	}
	return append(f.text, ']'), nil
}

// kindsByType are the kinds by the type of their changes.
var kindsByType = func() map[reflect.Type]*changeKind {
	out := make(map[reflect.Type]*changeKind, len(changeKinds))
	for i := range changeKinds {
		out[changeKinds[i].of] = &changeKinds[i]
	}
	return out
}()

// kindOf is the kind of a change, nil if it has none.
func kindOf(c plan.Change) *changeKind { return kindsByType[reflect.TypeOf(c)] }

// changeFormatter writes changes and reads every row again, so that nothing is written that cannot be read.
type changeFormatter struct {
	zone   *time.Location
	r      *Reader // of the cells, once they are written
	text   []byte
	cell   []byte // the cell at hand
	index  int
	change plan.Change
	err    error
}

func newChangeFormatter(zone *time.Location) *changeFormatter {
	if zone == nil {
		zone = time.UTC
	}
	f := &changeFormatter{zone: zone, r: NewReader(Options{})}
	f.r.zone = zone
	return f
}

// fail notes why the change at hand cannot be written; the first reason counts.
func (f *changeFormatter) fail(column, value, reason string) {
	if f.err == nil {
		f.err = &FormatError{f.index, f.change, column, clip([]byte(value)), reason}
	}
}

// formatRow appends a row as an object with its kind and its cells that are not the default. It fails if the cells do not give
// the row again.
func formatRow[T comparable](f *changeFormatter, kind string, zero, row T, cols []column[T]) {
	if n := len(f.text); f.text[n-1] != '[' {
		f.text = append(f.text, ',')
	}
	f.text = append(f.text, `{"change":`...)
	f.text = appendJSON(f.text, []byte(kind))
	again := zero
	for i := range cols {
		col := &cols[i]
		f.cell = col.append(f.cell[:0], f.zone, &row)
		if len(f.cell) == 0 && col.Kind == KindID && col.Default != "" {
			col.parse(&cellReader{r: f.r}, []byte(col.Default), &row) // what an empty cell stands for
			continue
		}
		if len(f.cell) == 0 && col.Required {
			f.fail(col.Name, "", "a value is required for "+kind)
		}
		if len(f.cell) == 0 || string(f.cell) == col.Default && !col.Required {
			continue
		}
		if problem := unreadable(f.cell); problem != "" {
			f.fail(col.Name, string(f.cell), problem)
			continue
		}
		if problem := col.parse(&cellReader{r: f.r}, f.cell, &again); problem != "" {
			f.fail(col.Name, string(f.cell), problem)
		}
		f.append(&col.Column)
	}
	f.text = append(f.text, '}')
	if again != row && f.err == nil {
		column, value := differing(f.zone, row, again, cols)
		f.fail(column, value, "no cell says this value: a date needs the day that its time has in the zone of the plan, a name must be one of its column")
	}
}

// differing is the first column in which two rows are written differently; none if what differs is not written.
func differing[T any](zone *time.Location, a, b T, cols []column[T]) (name, value string) {
	for i := range cols {
		x, y := cols[i].append(nil, zone, &a), cols[i].append(nil, zone, &b)
		if !bytes.Equal(x, y) {
			return cols[i].Name, string(x)
		}
	}
	return "", ""
}

// unreadable says what keeps a text from being read as a cell; empty: nothing.
func unreadable(cell []byte) string {
	switch {
	case !utf8.Valid(cell):
		return "it is not UTF-8 text: correct it"
	case len(cell) > MaxCell:
		return tooLong()
	}
	return ""
}

// append appends the cell at hand.
func (f *changeFormatter) append(c *Column) {
	f.text = append(f.text, ',')
	f.text = appendJSON(f.text, []byte(c.Name))
	f.text = append(f.text, ':')
	if c.Kind == KindNumber || c.Kind == KindBool {
		f.text = append(f.text, f.cell...)
		return
	}
	f.text = appendJSON(f.text, f.cell)
}
