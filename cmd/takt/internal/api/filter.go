package api

import (
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan/tables"
)

// filter is a condition on one column.
type filter struct {
	column int
	kind   tables.Kind
	values []string // any of them; nil: no such condition
	// from and to are bounds, both included; empty: none. A day as upper bound includes all of it.
	from, to string
}

// meets reports whether a cell meets the condition.
func (f *filter) meets(zone *time.Location, cell []byte) bool {
	if f.values != nil && !slices.ContainsFunc(f.values, func(v string) bool { return compareCells(f.kind, zone, cell, []byte(v)) == 0 }) {
		return false
	}
	if (f.from != "" || f.to != "") && len(cell) == 0 {
		return false
	}
	if f.from != "" && compareCells(f.kind, zone, cell, []byte(f.from)) < 0 {
		return false
	}
	if f.to == "" {
		return true
	}
	if f.kind == tables.KindDate && len(f.to) == len(time.DateOnly) {
		if at, ok := instant(zone, string(cell)); ok {
			return at.In(zone).Format(time.DateOnly) <= f.to
		}
	}
	return compareCells(f.kind, zone, cell, []byte(f.to)) <= 0
}

// own are the query parameters of lists that are no columns.
var own = []string{"limit", "cursor", "sort", "at_least"}

// filters reads the conditions of a query: column=value, column.from=, column.to=.
func filters(columns []tables.Column, query url.Values) ([]filter, error) {
	names := make([]string, 0, len(query))
	for name := range query {
		names = append(names, name)
	}
	sort.Strings(names)
	byColumn := map[int]*filter{}
	var order []int
	for _, name := range names {
		if slices.Contains(own, name) {
			continue
		}
		column, bound := name, ""
		at := columnIndex(columns, name)
		if at < 0 {
			if i := strings.LastIndexByte(name, '.'); i > 0 && (name[i:] == ".from" || name[i:] == ".to") {
				column, bound = name[:i], name[i:]
				at = columnIndex(columns, column)
			}
		}
		if at < 0 {
			return nil, unknownParameter(name, columns)
		}
		c := &columns[at]
		if bound != "" && c.Kind != tables.KindNumber && c.Kind != tables.KindDate {
			return nil, badParameter(name, "", fmt.Sprintf("bounds are for numbers and dates: write %s=value", column))
		}
		f := byColumn[at]
		if f == nil {
			f = &filter{column: at, kind: c.Kind}
			byColumn[at] = f
			order = append(order, at)
		}
		values, err := cleanValues(c, name, query[name])
		if err != nil {
			return nil, err
		}
		switch bound {
		case ".from":
			f.from = values[len(values)-1]
		case ".to":
			f.to = values[len(values)-1]
		default:
			f.values = values
		}
	}
	list := make([]filter, len(order))
	for i, at := range order {
		list[i] = *byColumn[at]
	}
	return list, nil
}

// cleanValues checks the values of a condition against the kind of the column.
func cleanValues(c *tables.Column, name string, values []string) ([]string, error) {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v
		if v == "" {
			continue
		}
		switch c.Kind {
		case tables.KindNumber:
			plain, ok := plainDecimal(v)
			if !ok {
				return nil, badParameter(name, v, "a plain decimal such as 12.5 is expected")
			}
			out[i] = plain
		case tables.KindDate:
			if _, ok := instant(time.UTC, v); !ok {
				return nil, badParameter(name, v, "a date such as 2026-11-21 is expected, or an RFC 3339 time (write + as %2B)")
			}
		case tables.KindBool:
			if v != "true" && v != "false" {
				return nil, badParameter(name, v, "true or false is expected")
			}
		case tables.KindName:
			if len(c.Values) > 0 && !slices.Contains(c.Values, v) {
				return nil, badParameter(name, v, "one of "+strings.Join(c.Values, ", ")+" is expected")
			}
		}
	}
	return out, nil
}

func columnIndex(columns []tables.Column, name string) int {
	return slices.IndexFunc(columns, func(c tables.Column) bool { return c.Name == name })
}

// unknownParameter is the error on a query parameter that a list does not have.
func unknownParameter(name string, columns []tables.Column) error {
	return badParameter(name, "", "there is no such parameter or column: "+meantColumn(name, columns))
}

// meantColumn is the column or parameter that may have been meant, or all of them.
func meantColumn(name string, columns []tables.Column) string {
	return meant(name, append(slices.Clone(own), columnNames(columns)...))
}

func columnNames(columns []tables.Column) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return names
}

// meant is the known name that may have been meant, or all of them.
func meant(name string, known []string) string {
	if closest := bom.Closest(short(name), known); closest != "" {
		return fmt.Sprintf("did you mean %s?", closest)
	}
	return "there are " + strings.Join(known, ", ")
}

func badParameter(name, value, expected string) *Problem {
	text := fmt.Sprintf("%s: %s", short(name), expected)
	if value != "" {
		text = fmt.Sprintf("%s %q: %s", short(name), short(value), expected)
	}
	return NewProblem("invalid-value", text).With(func(p *Problem) { p.Field, p.Value, p.Expected = short(name), short(value), expected })
}
