package tables

import (
	"iter"
	"strconv"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// Kind is what the cells of a column hold.
type Kind uint8

// The kinds of cells. KindNumber is any exact decimal: a quantity, a fraction,
// minutes, money, a count. KindDate is a date or an RFC 3339 time. KindName is one of
// the column's Values.
const (
	KindID Kind = iota
	KindText
	KindNumber
	KindBool
	KindDate
	KindName
)

// Column describes a column of a table.
type Column struct {
	Name     string
	Kind     Kind
	Key      bool     // part of the table's key
	Required bool     // must be there, and filled in every row
	Values   []string // of a KindName
	Default  string   // what an empty cell stands for, where that is a text of its own
}

// column is a column of an input table of T: read into a row, and written from it.
type column[T any] struct {
	Column
	parse  func(c *cellReader, cell []byte, row *T) (problem string)
	append func(b []byte, zone *time.Location, row *T) []byte
}

// spec is an input table, for those who do not care what its rows are.
type spec interface {
	table() string
	columns() []Column
	open(r *Reader, header []int) sink
	write(m *plan.Model, zone *time.Location) Table
	whole(m *plan.Model, zone *time.Location) Table
	find(m *plan.Model, zone *time.Location, key map[string]string) Table
	keyer(zone *time.Location) keyer
}

// sink takes the rows of one table.
type sink interface {
	// add reads a row; cells are those of the file, in its order.
	add(line int, cells [][]byte)
}

// inputTable is an input table: its columns, and the way of a row into and out of a model.
type inputTable[T any] struct {
	name string
	cols []column[T]
	zero T // a row without cells
	line func(*T) *int
	add  func(r *Reader, row T)
	rows func(*plan.Model) iter.Seq[T]
}

func (t *inputTable[T]) table() string { return t.name }

func (t *inputTable[T]) columns() []Column {
	list := make([]Column, len(t.cols))
	for i := range t.cols {
		list[i] = t.cols[i].Column
	}
	return list
}

// flag is a property of an input column.
type flag uint8

const (
	key      flag = 1 << iota // part of the key
	required                  // must be there and filled
	positive                  // a given cell is more than 0; an empty one is the default
	explicit                  // 0 and false are written, not left empty
)

func describe(name string, kind Kind, f flag) Column {
	return Column{Name: name, Kind: kind, Key: f&key != 0, Required: f&required != 0}
}

// The constructors of input columns. Each takes the place of the cell in the
// row, which serves reading and writing.

func id[T any](name string, at func(*T) *string, f flag) column[T] {
	return column[T]{describe(name, KindID, f),
		func(c *cellReader, cell []byte, row *T) (problem string) {
			*at(row), problem = c.id(cell)
			return problem
		},
		func(b []byte, _ *time.Location, row *T) []byte { return append(b, *at(row)...) }}
}

// site is an id column that is main when it is empty; the zero row holds that.
func site[T any](name string, at func(*T) *string, f flag) column[T] {
	c := id(name, at, f)
	c.Default = bom.DefaultSite
	return c
}

func text[T any](name string, at func(*T) *string, f flag) column[T] {
	return column[T]{describe(name, KindText, f),
		func(c *cellReader, cell []byte, row *T) string {
			*at(row) = c.text(cell)
			return ""
		},
		func(b []byte, _ *time.Location, row *T) []byte { return append(b, *at(row)...) }}
}

func decimalColumn[T any, N ~int64](name string, places int, at func(*T) *N, f flag) column[T] {
	return column[T]{describe(name, KindNumber, f),
		func(_ *cellReader, cell []byte, row *T) string {
			v, problem := parseDecimal(cell, places)
			if problem == "" && v <= 0 && f&positive != 0 {
				return mustBePositive
			}
			*at(row) = N(v)
			return problem
		},
		func(b []byte, _ *time.Location, row *T) []byte {
			if v := *at(row); v != 0 || f&(required|explicit) != 0 {
				return appendDecimal(b, int64(v), places)
			}
			return b
		}}
}

const mustBePositive = "more than 0 is expected; leave the cell empty for the default"

func quantity[T any](name string, at func(*T) *bom.Quantity, f flag) column[T] {
	return decimalColumn(name, quantityPlaces, at, f)
}

func number[T any](name string, at func(*T) *bom.Number, f flag) column[T] {
	return decimalColumn(name, numberPlaces, at, f)
}

func optionalDecimal[T any, N ~int64](name string, places int, at func(*T) *bom.Optional[N]) column[T] {
	return column[T]{describe(name, KindNumber, 0),
		func(_ *cellReader, cell []byte, row *T) string {
			v, problem := parseDecimal(cell, places)
			*at(row) = bom.Optional[N]{Value: N(v), Set: problem == ""}
			return problem
		},
		func(b []byte, _ *time.Location, row *T) []byte {
			if v := at(row); v.Set {
				return appendDecimal(b, int64(v.Value), places)
			}
			return b
		}}
}

func optionalQuantity[T any](name string, at func(*T) *bom.Optional[bom.Quantity]) column[T] {
	return optionalDecimal(name, quantityPlaces, at)
}

func optionalNumber[T any](name string, at func(*T) *bom.Optional[bom.Number]) column[T] {
	return optionalDecimal(name, numberPlaces, at)
}

func integer[T any](name string, at func(*T) *int, f flag) column[T] {
	return column[T]{describe(name, KindNumber, f),
		func(_ *cellReader, cell []byte, row *T) string {
			v, problem := parseInt(cell)
			if problem == "" && v <= 0 && f&positive != 0 {
				return mustBePositive
			}
			*at(row) = v
			return problem
		},
		func(b []byte, _ *time.Location, row *T) []byte {
			if v := *at(row); v != 0 || f&(required|explicit) != 0 {
				return strconv.AppendInt(b, int64(v), 10)
			}
			return b
		}}
}

func optionalInteger[T any](name string, at func(*T) *bom.Optional[int]) column[T] {
	return column[T]{describe(name, KindNumber, 0),
		func(_ *cellReader, cell []byte, row *T) string {
			v, problem := parseInt(cell)
			*at(row) = bom.Optional[int]{Value: v, Set: problem == ""}
			return problem
		},
		func(b []byte, _ *time.Location, row *T) []byte {
			if v := at(row); v.Set {
				return strconv.AppendInt(b, int64(v.Value), 10)
			}
			return b
		}}
}

func boolean[T any](name string, at func(*T) *bool, f flag) column[T] {
	return column[T]{describe(name, KindBool, f),
		func(_ *cellReader, cell []byte, row *T) (problem string) {
			*at(row), problem = parseBool(cell)
			return problem
		},
		func(b []byte, _ *time.Location, row *T) []byte {
			if v := *at(row); v || f&explicit != 0 {
				return strconv.AppendBool(b, v)
			}
			return b
		}}
}

func optionalBoolean[T any](name string, at func(*T) *bom.Optional[bool]) column[T] {
	return column[T]{describe(name, KindBool, 0),
		func(_ *cellReader, cell []byte, row *T) string {
			v, problem := parseBool(cell)
			*at(row) = bom.Optional[bool]{Value: v, Set: problem == ""}
			return problem
		},
		func(b []byte, _ *time.Location, row *T) []byte {
			if v := at(row); v.Set {
				return strconv.AppendBool(b, v.Value)
			}
			return b
		}}
}

func when[T any](name string, at func(*T) *bom.When, f flag) column[T] {
	return column[T]{describe(name, KindDate, f),
		func(c *cellReader, cell []byte, row *T) (problem string) {
			*at(row), problem = c.when(cell)
			return problem
		},
		func(b []byte, zone *time.Location, row *T) []byte { return appendWhen(b, *at(row), zone) }}
}

// day is a date column of which only the day counts.
func day[T any](name string, at func(*T) *bom.Day, f flag) column[T] {
	return column[T]{describe(name, KindDate, f),
		func(c *cellReader, cell []byte, row *T) string {
			w, problem := c.when(cell)
			*at(row) = w.Day
			return problem
		},
		func(b []byte, _ *time.Location, row *T) []byte { return appendDay(b, *at(row)) }}
}

// oneOf is an enumeration; its zero value is the default, and required ones are always written.
func oneOf[T any, E ~uint8](name string, names []string, at func(*T) *E, f flag) column[T] {
	d := describe(name, KindName, f)
	d.Values = names
	if f&required == 0 {
		d.Default = names[0]
	}
	return column[T]{d,
		func(_ *cellReader, cell []byte, row *T) string {
			v, problem := parseName(cell, names)
			*at(row) = E(v)
			return problem
		},
		func(b []byte, _ *time.Location, row *T) []byte {
			if v := int(*at(row)); v < len(names) {
				return append(b, names[v]...)
			}
			return b
		}}
}

// letter is an enumeration that rows keep as text.
func letter[T any](name string, names []string, at func(*T) *string) column[T] {
	d := describe(name, KindName, 0)
	d.Values = names
	return column[T]{d,
		func(_ *cellReader, cell []byte, row *T) string {
			v, problem := parseName(cell, names)
			if problem == "" {
				*at(row) = names[v]
			}
			return problem
		},
		func(b []byte, _ *time.Location, row *T) []byte { return append(b, *at(row)...) }}
}
