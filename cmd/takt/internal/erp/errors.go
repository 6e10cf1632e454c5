package erp

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan/tables"
)

// QueryError is an error in what a query gave, or in the query. Err is a *bom.RowError, a *bom.CycleError or what the server said.
type QueryError struct {
	File  string // sql.yaml
	Table string // empty: all of them
	Err   error
}

// Error is the place and the error: `sql.yaml: items, row 17: column qty: "x": …`. Rows are counted as the query gives them, from 1.
func (e *QueryError) Error() string {
	place := e.File + ": "
	if row, ok := errors.AsType[*bom.RowError](e.Err); ok {
		place += row.Table
		if row.Row > 0 {
			place += fmt.Sprintf(", row %d", row.Row)
		}
		return place + ": " + strings.TrimPrefix(strings.TrimPrefix(row.Detail(), ", "), ": ")
	}
	if e.Table != "" {
		place += e.Table + ": "
	}
	return place + e.Err.Error()
}

// Unwrap gives Err to errors.Is and errors.As.
func (e *QueryError) Unwrap() error { return e.Err }

// rowError is an error of a table, a column or a cell.
func rowError(file, table, column, value, expected string) error {
	return &QueryError{file, table, &bom.RowError{Table: table, Column: column, Value: value, Expected: expected}}
}

// located gives the errors of a reader of tables the places of queries.
func located(file string, err error) error {
	list, ok := errors.AsType[*bom.Errors](err)
	if !ok {
		return err
	}
	out := &bom.Errors{More: list.More}
	for _, err := range list.List {
		if in, ok := errors.AsType[*tables.FileError](err); ok {
			err = &QueryError{File: file, Err: in.Err}
		}
		out.Add(err)
	}
	return out
}

// refused is what the server has against a query, with the place in it.
func refused(file string, q Query, err error) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return &QueryError{file, q.Table, err}
	}
	const cancelled, readOnly = "57014", "25006"
	text := e.Message
	if e.Position > 0 {
		text += fmt.Sprintf(" (line %d of the query)", lineOf(q.SQL, int(e.Position)))
	}
	switch {
	case e.Code == cancelled:
		text += ": the query takes too long: make it faster, or set timeout: in the file to more"
	case e.Code == readOnly:
		text += ": an import only reads: write a SELECT"
	case e.Hint != "":
		text += ": " + e.Hint
	default:
		text += ": correct the query"
	}
	return &QueryError{file, q.Table, &serverError{text, err}}
}

// serverError is what the server said, with advice.
type serverError struct {
	text string
	err  error
}

func (e *serverError) Error() string { return e.text }
func (e *serverError) Unwrap() error { return e.err }

// lineOf is the line of a query in which a character stands; both count from 1.
func lineOf(sql string, position int) int {
	line := 1
	for i, c := range []rune(sql) {
		if i+1 >= position {
			break
		}
		if c == '\n' {
			line++
		}
	}
	return line
}
