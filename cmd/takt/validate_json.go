package main

import (
	"errors"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// checked is the outcome of validate as JSON.
type checked struct {
	OK     bool         `json:"ok"`
	Model  string       `json:"model"`
	Counts *modelSizes  `json:"counts,omitempty"`
	Errors []inputError `json:"errors"`
	More   int          `json:"more_errors"`
	Notes  []note       `json:"notes"`
}

// inputError is an error of the input as data.
type inputError struct {
	File     string     `json:"file,omitempty"`
	Table    string     `json:"table,omitempty"`
	Row      int        `json:"row,omitempty"` // a line of a CSV file or sheet; in a JSON document counted from 1
	Column   string     `json:"column,omitempty"`
	Value    string     `json:"value,omitempty"`
	Expected string     `json:"expected,omitempty"`
	Cycle    []cycleRow `json:"cycle,omitempty"`
	Text     string     `json:"text"`
}

// cycleRow is one step of a cycle.
type cycleRow struct {
	Item  string `json:"item"`
	Site  string `json:"site"`
	Arc   string `json:"arc"`
	Table string `json:"table"`
	Row   int    `json:"row"`
}

// note is what a reader passed over.
type note struct {
	File string `json:"file"`
	Text string `json:"text"`
}

// printJSON prints the outcome of validate; the error has been told by it.
func (c *validateCmd) printJSON(a *app, m *plan.Model, notes []tables.Note, err error) error {
	out := checked{OK: err == nil, Model: c.Dir, Errors: []inputError{}, Notes: []note{}}
	for _, n := range notes {
		out.Notes = append(out.Notes, note{n.File, n.Text})
	}
	if err == nil {
		n := sizes(m)
		out.Counts = &n
		return a.printJSON(out)
	}
	list := []error{err}
	if wrong, ok := errors.AsType[*modelError](err); ok {
		list, out.More = wrong.list()
	}
	for _, e := range list {
		out.Errors = append(out.Errors, asData(e))
	}
	if failed := a.printJSON(out); failed != nil {
		return failed
	}
	return &reportedError{}
}

// asData takes an error apart.
func asData(err error) inputError {
	out := inputError{Text: err.Error()}
	if file, ok := errors.AsType[*tables.FileError](err); ok {
		out.File = file.File
	}
	if row, ok := errors.AsType[*bom.RowError](err); ok {
		out.Table, out.Row, out.Column, out.Value, out.Expected = row.Table, row.Row, row.Column, row.Value, row.Expected
	}
	if cycle, ok := errors.AsType[*bom.CycleError](err); ok {
		for _, s := range cycle.Path {
			out.Cycle = append(out.Cycle, cycleRow{s.Item, s.Site, s.Arc, s.Table, s.Row})
		}
	}
	return out
}
