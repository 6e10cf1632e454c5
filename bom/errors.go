package bom

import (
	"fmt"
	"strings"
)

// RowError is an error in one cell or row of an input table. Readers add the
// file; Row is the line there, or the position of a row that was built in code.
type RowError struct {
	Table    string // items, bom, …: the table's name, without an ending
	Row      int    // 0: a row that is in no table yet
	Column   string // empty: the row as a whole
	Value    string
	Expected string // what was expected, and what to do
}

func (e *RowError) Error() string {
	var b strings.Builder
	b.WriteString(e.Table)
	if e.Row > 0 {
		fmt.Fprintf(&b, " row %d", e.Row)
	}
	b.WriteString(e.Detail())
	return b.String()
}

// Detail is the error without its place: ", column lead_days: "x" …".
func (e *RowError) Detail() string {
	var b strings.Builder
	if e.Column != "" {
		fmt.Fprintf(&b, ", column %s", e.Column)
	}
	b.WriteString(": ")
	if e.Value != "" || e.Column != "" {
		fmt.Fprintf(&b, "%q: ", clip(e.Value))
	}
	b.WriteString(e.Expected)
	return b.String()
}

// MaxErrors is how many errors of one load are kept.
const MaxErrors = 100

// Errors are the input errors of one load, in table and row order, at most MaxErrors
// of them; More counts the rest.
type Errors struct {
	List []error
	More int
}

// Add keeps err, or counts it once the list is full.
func (e *Errors) Add(err error) {
	if len(e.List) >= MaxErrors {
		e.More++
		return
	}
	e.List = append(e.List, err)
}

// Err is nil when nothing was added, else e.
func (e *Errors) Err() error {
	if e == nil || len(e.List) == 0 {
		return nil
	}
	return e
}

func (e *Errors) Error() string {
	var b strings.Builder
	for i, err := range e.List {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(err.Error())
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\nand %d more errors", e.More)
	}
	return b.String()
}

// Unwrap gives the single errors to errors.Is and errors.As.
func (e *Errors) Unwrap() []error { return e.List }

// PathStep is one part of a cycle and the row that leads from it to the next.
type PathStep struct {
	Item, Site string
	Table      string // bom or sources
	Row        int
	Arc        string // component, by-product, substitute or transfer
}

// CycleError is a part that needs itself. Path ends where it began: the arc of
// the last step leads back to the first part.
type CycleError struct{ Path []PathStep }

func (e *CycleError) Error() string {
	var b strings.Builder
	b.WriteString("cycle: ")
	for _, s := range e.Path {
		fmt.Fprintf(&b, "%s@%s -%s (%s row %d)-> ", s.Item, s.Site, s.Arc, s.Table, s.Row)
	}
	if len(e.Path) > 0 {
		fmt.Fprintf(&b, "%s@%s", e.Path[0].Item, e.Path[0].Site)
	}
	b.WriteString(": remove or date out one of these rows; material that returns to its own start is planned as a receipt, not as a line")
	return b.String()
}
