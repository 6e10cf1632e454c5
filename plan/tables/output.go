package tables

import (
	"iter"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/fixed"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

const (
	quantityPlaces = 6
	numberPlaces   = 9
)

// Table is a table to write. Its rows are formatted one by one as a writer
// takes them; nothing is held.
type Table struct {
	Name    string
	Columns []Column
	Rows    iter.Seq[Row]
	// OmitEmpty leaves the table out when it has no rows (in a CSV folder only
	// if no older file of its name would stay behind).
	OmitEmpty bool
	// Sparse leaves empty cells and defaults out of JSON objects.
	Sparse bool
}

// Row is one row of a Table as text: exact decimals, dates and times as tables
// write them, true and false, nothing for an empty cell. It is valid until the
// next row.
type Row struct {
	text []byte
	ends []int
}

// Cell is the text of column i, valid until the next row.
func (r Row) Cell(i int) []byte {
	from := 0
	if i > 0 {
		from = r.ends[i-1]
	}
	return r.text[from:r.ends[i]]
}

// Field is a column of a table that is written, and how to get it from a row.
type Field[T any] struct {
	Column
	append func(b []byte, zone *time.Location, row *T) []byte
}

// If leaves the cell empty in the rows for which given is false.
func (f Field[T]) If(given func(*T) bool) Field[T] {
	inner := f.append
	f.append = func(b []byte, zone *time.Location, row *T) []byte {
		if !given(row) {
			return b
		}
		return inner(b, zone, row)
	}
	return f
}

// New is a table of rows of T. Times are written in the zone (nil: UTC).
func New[T any](name string, zone *time.Location, rows iter.Seq[T], fields ...Field[T]) Table {
	if zone == nil {
		zone = time.UTC
	}
	t := Table{Name: name, Columns: make([]Column, len(fields))}
	for i, f := range fields {
		t.Columns[i] = f.Column
	}
	t.Rows = func(yield func(Row) bool) {
		cells := Row{ends: make([]int, len(fields))}
		var row T // one for all rows, or each would be an allocation
		for row = range rows {
			cells.text = cells.text[:0]
			for i := range fields {
				cells.text = fields[i].append(cells.text, zone, &row)
				cells.ends[i] = len(cells.text)
			}
			if !yield(cells) {
				return
			}
		}
	}
	return t
}

// ID is a column of ids.
func ID[T any](name string, get func(*T) string) Field[T] {
	return textField(name, KindID, get)
}

// Text is a column of free text.
func Text[T any](name string, get func(*T) string) Field[T] {
	return textField(name, KindText, get)
}

// Name is a column of names from a fixed list: a kind, a status.
func Name[T any](name string, get func(*T) string) Field[T] {
	return textField(name, KindName, get)
}

func textField[T any](name string, kind Kind, get func(*T) string) Field[T] {
	return Field[T]{Column{Name: name, Kind: kind},
		func(b []byte, _ *time.Location, row *T) []byte { return append(b, get(row)...) }}
}

// Int is a column of whole numbers.
func Int[T any](name string, get func(*T) int) Field[T] {
	return Field[T]{Column{Name: name, Kind: KindNumber},
		func(b []byte, _ *time.Location, row *T) []byte { return strconv.AppendInt(b, int64(get(row)), 10) }}
}

// Quantity is a column of exact quantities.
func Quantity[T any](name string, get func(*T) bom.Quantity) Field[T] {
	return Field[T]{Column{Name: name, Kind: KindNumber},
		func(b []byte, _ *time.Location, row *T) []byte {
			return appendDecimal(b, int64(get(row)), quantityPlaces)
		}}
}

// Number is a column of exact numbers: fractions, minutes, days.
func Number[T any](name string, get func(*T) bom.Number) Field[T] {
	return Field[T]{Column{Name: name, Kind: KindNumber},
		func(b []byte, _ *time.Location, row *T) []byte {
			return appendDecimal(b, int64(get(row)), numberPlaces)
		}}
}

// Decimal is a column of money, or of numbers of any size.
func Decimal[T any](name string, get func(*T) decimal.Decimal) Field[T] {
	return Field[T]{Column{Name: name, Kind: KindNumber},
		func(b []byte, _ *time.Location, row *T) []byte { return append(b, get(row).String()...) }}
}

// Bool is a column of true and false.
func Bool[T any](name string, get func(*T) bool) Field[T] {
	return Field[T]{Column{Name: name, Kind: KindBool},
		func(b []byte, _ *time.Location, row *T) []byte { return strconv.AppendBool(b, get(row)) }}
}

// When is a column of dates or exact times; one that is not given is empty.
func When[T any](name string, get func(*T) bom.When) Field[T] {
	return Field[T]{Column{Name: name, Kind: KindDate},
		func(b []byte, zone *time.Location, row *T) []byte { return appendWhen(b, get(row), zone) }}
}

// Day is a column of dates; NoDay is empty.
func Day[T any](name string, get func(*T) bom.Day) Field[T] {
	return Field[T]{Column{Name: name, Kind: KindDate},
		func(b []byte, _ *time.Location, row *T) []byte { return appendDay(b, get(row)) }}
}

// Of are the input tables of a model. Columns that hold nothing but their
// default, and tables without rows, are left out; items, demands and settings are
// always there.
func Of(m *plan.Model) []Table {
	zone := zoneOf(m)
	list := make([]Table, len(inputs))
	for i, t := range inputs {
		list[i] = t.write(m, zone)
	}
	return list
}

// Schedule is the table schedule of a plan, with all its columns.
func Schedule(zone *time.Location, rows iter.Seq[capacity.ScheduledOperation]) Table {
	return New(scheduleTable.name, zone, rows, scheduleTable.fields()...)
}

// Demands is the table demands, with all its columns.
func Demands(zone *time.Location, rows iter.Seq[mrp.Demand]) Table {
	return New(demandsTable.name, zone, rows, demandsTable.fields()...)
}

// Receipts is the table receipts, with all its columns.
func Receipts(zone *time.Location, rows iter.Seq[mrp.Receipt]) Table {
	return New(receiptsTable.name, zone, rows, receiptsTable.fields()...)
}

// zoneOf is the zone of a model's times; the builder has checked its name.
func zoneOf(m *plan.Model) *time.Location {
	zone, err := time.LoadLocation(m.Settings().TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

func (t *inputTable[T]) fields() []Field[T] {
	list := make([]Field[T], len(t.cols))
	for i := range t.cols {
		list[i] = Field[T]{t.cols[i].Column, t.cols[i].append}
	}
	return list
}

// write is the table without the columns that no row needs.
func (t *inputTable[T]) write(m *plan.Model, zone *time.Location) Table {
	rows := t.rows(m)
	var kept, open []Field[T]
	for _, f := range t.fields() {
		if f.Required || t.name == "settings" && f.Name == "start" {
			continue
		}
		open = append(open, f)
	}
	used := map[string]bool{}
	var cell []byte
	var row T
	for row = range rows {
		for i := 0; i < len(open); {
			f := open[i]
			if cell = f.append(cell[:0], zone, &row); len(cell) == 0 || string(cell) == f.Default {
				i++
				continue
			}
			used[f.Name] = true
			open = append(open[:i], open[i+1:]...)
		}
		if len(open) == 0 {
			break
		}
	}
	for _, f := range t.fields() {
		if f.Required || used[f.Name] || t.name == "settings" && f.Name == "start" {
			kept = append(kept, f)
		}
	}
	if own := m.Carried(t.name); own != nil {
		for i, name := range own.Columns {
			kept = append(kept, Text(name, func(row *T) string { return own.Cell(*t.line(row), i) }))
		}
	}
	table := New(t.name, zone, rows, kept...)
	table.Sparse = true
	table.OmitEmpty = t.name != "items" && t.name != "demands"
	return table
}

func appendDecimal(b []byte, v int64, places int) []byte { return fixed.Append(b, v, places) }

func appendDay(b []byte, d bom.Day) []byte {
	b, _ = d.AppendText(b)
	return b
}

func appendWhen(b []byte, w bom.When, zone *time.Location) []byte {
	if w.Exact {
		t := time.Unix(w.Unix, 0).In(zone)
		if _, offset := t.Zone(); offset%60 != 0 { // local mean time, which RFC 3339 cannot write
			t = t.UTC()
		}
		return t.AppendFormat(b, time.RFC3339)
	}
	return appendDay(b, w.Day)
}
