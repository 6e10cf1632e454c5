package tables

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// Scenario is a named batch of changes: one what-if.
type Scenario struct {
	Name    string
	Changes []plan.Change
}

// MaxChanges is the largest change list in bytes.
const MaxChanges = 64 << 20

// ReadChanges reads a change list, in the order in which it stands. Dates without a time are days of the zone.
//
// JSON is an array of changes, an object {"name": …, "changes": […]}, or {"scenarios": [{"name": …, "changes": […]}, …]}; a
// change is an object with "change", its kind, and the columns of that kind. CSV has the columns change and, for more than one
// scenario, scenario, and those of the kinds in use. Rows of split_demand for one demand, of merge_demands into one and of
// set_calendar for one calendar that follow each other are one change, unless apart is true. The error is a *bom.Errors of *FileError with line or index, field,
// value and what was expected. ChangeKinds are the kinds.
func ReadChanges(r io.Reader, format Format, zone *time.Location) ([]Scenario, error) {
	x := newChangeReader(format, zone)
	data, err := io.ReadAll(io.LimitReader(r, MaxChanges+1))
	switch {
	case err != nil:
		x.whole(err)
	case len(data) > MaxChanges:
		x.whole(fmt.Errorf("a change list has at most %d MiB: split it", MaxChanges>>20))
	case format == JSON:
		x.json(bytes.TrimPrefix(data, []byte("\ufeff")))
	case format == CSV:
		x.csv(data)
	default:
		x.whole(fmt.Errorf("change lists are CSV or JSON"))
	}
	if err := x.errs.Err(); err != nil {
		return nil, err
	}
	return x.scenarios, nil
}

// changeReader collects the scenarios of a list and what is wrong with it.
type changeReader struct {
	format    Format
	file      string
	r         *Reader // of cells
	errs      bom.Errors
	scenarios []Scenario
}

func newChangeReader(format Format, zone *time.Location) *changeReader {
	x := &changeReader{format: format, file: "changes.csv", r: NewReader(Options{})}
	if format == JSON {
		x.file = "changes.json"
	}
	if zone != nil {
		x.r.zone = zone
	}
	return x
}

// whole reports what is wrong with the list as a whole.
func (x *changeReader) whole(err error) {
	x.errs.Add(&FileError{Format: x.format, File: x.file, Err: err})
}

// fail reports a change: row is its line in CSV, its number from 1 in the JSON array of that name.
func (x *changeReader) fail(array string, row int, column, value, expected string) {
	value = strings.ToValidUTF8(clip([]byte(value)), "\ufffd")
	if array == "" {
		x.whole(fmt.Errorf("%s: %s", strings.ToValidUTF8(clip([]byte(column)), "\ufffd"), expected))
		return
	}
	x.errs.Add(&FileError{Format: x.format, File: x.file, Err: &bom.RowError{Table: array, Row: row, Column: strings.ToValidUTF8(clip([]byte(column)), "\ufffd"), Value: value, Expected: expected}})
}

// cell is one given value of a change.
type cell struct {
	column, text string
	word         bool // of JSON, and not in quotes: a number, true or false
}

// change makes a change of its cells, apart from the one before it or not; nil if it reported an error.
func (x *changeReader) change(array string, row int, kind string, cells []cell) (made plan.Change, apart bool) {
	i := slices.IndexFunc(changeKinds, func(k changeKind) bool { return k.Name == kind })
	if i < 0 {
		names := make([]string, len(changeKinds))
		for i := range changeKinds {
			names[i] = changeKinds[i].Name
		}
		expected := "the kind of the change is expected, such as add_demand"
		if kind != "" {
			expected = "no such change: " + didYouMean(kind, names)
		}
		x.fail(array, row, "change", kind, expected)
		return nil, false
	}
	k := &changeKinds[i]
	known := make([]string, len(k.Columns))
	given := make([][]byte, len(k.Columns))
	ok := true
	wrong := func(column, value, expected string) {
		ok = false
		x.fail(array, row, column, value, expected)
	}
	for i := range k.Columns {
		known[i] = k.Columns[i].Name
	}
	for _, c := range cells {
		i := indexOf(known, c.column)
		switch {
		case i < 0:
			wrong(c.column, c.text, fmt.Sprintf("%s has no such field: %s", kind, didYouMean(c.column, known)))
		case c.word && k.Columns[i].Kind != KindNumber && k.Columns[i].Kind != KindBool:
			wrong(c.column, c.text, "a text is expected: write it in double quotes")
		case !utf8.ValidString(c.text):
			wrong(c.column, c.text, "not UTF-8 text: save the file as UTF-8")
		case len(c.text) > MaxCell:
			wrong(c.column, c.text, tooLong())
		default:
			given[i] = []byte(c.text)
		}
	}
	for i := range k.Columns {
		if k.Columns[i].Required && len(given[i]) == 0 && ok {
			wrong(known[i], "", "a value is required for "+kind)
		}
	}
	if !ok {
		return nil, false
	}
	made, apart = k.read(x.r, given, wrong)
	if !ok {
		return nil, false
	}
	return made, apart
}

// add puts a change behind those of its scenario, or into the last of them.
func (s *Scenario) add(c plan.Change, apart bool) {
	if n := len(s.Changes); n > 0 && !apart && joins(s.Changes[n-1], c) {
		s.Changes[n-1] = joined(s.Changes[n-1], c)
		return
	}
	s.Changes = append(s.Changes, c)
}

// joins reports whether a change that follows another is read as more rows of it.
func joins(a, b plan.Change) bool {
	switch x := a.(type) {
	case plan.SplitDemand:
		y, ok := b.(plan.SplitDemand)
		return ok && x.Demand == y.Demand
	case plan.MergeDemands:
		y, ok := b.(plan.MergeDemands)
		return ok && x.Into == y.Into
	case plan.SetCalendar:
		y, ok := b.(plan.SetCalendar)
		return ok && x.Calendar == y.Calendar
	}
	return false
}

// joined is a change with the rows of one more that joins it.
func joined(a, b plan.Change) plan.Change {
	switch x := a.(type) {
	case plan.SplitDemand:
		x.Parts = append(x.Parts, b.(plan.SplitDemand).Parts...)
		return x
	case plan.MergeDemands:
		x.Demands = append(x.Demands, b.(plan.MergeDemands).Demands...)
		return x
	case plan.SetCalendar:
		x.Rows = append(x.Rows, b.(plan.SetCalendar).Rows...)
		return x
	}
	return a
}

// csv reads a list of rows.
func (x *changeReader) csv(data []byte) {
	var s splitter
	s.reset(bytes.NewReader(data))
	problem, ok := s.next()
	switch {
	case !ok:
		x.whole(fmt.Errorf("the file is empty: its first line names the columns, at least change"))
		return
	case problem != nil:
		x.fail("changes", s.line, "", string(problem.value), problem.expected)
		return
	}
	header := make([]string, len(s.cells))
	for i, c := range s.cells {
		header[i] = string(c)
	}
	if !x.header(s.line, header) {
		return
	}
	for {
		problem, ok := s.next()
		switch {
		case !ok:
			if len(x.scenarios) == 0 && len(x.errs.List) == 0 {
				x.whole(fmt.Errorf("the list has no change: write one a line"))
			}
			return
		case problem != nil:
			x.fail("changes", s.line, "", string(problem.value), problem.expected)
			if problem.fatal {
				return
			}
		case len(s.cells) != len(header):
			x.fail("changes", s.line, "", "", fmt.Sprintf("%d cells, but the header has %d: an empty cell still needs its comma, a cell with a comma its double quotes", len(s.cells), len(header)))
		case !allEmpty(s.cells):
			x.row(s.line, header, s.cells)
		}
	}
}

// header checks the names of the columns.
func (x *changeReader) header(line int, header []string) bool {
	known := []string{"scenario", "change"}
	for i := range changeKinds {
		for _, c := range changeKinds[i].Columns {
			if !slices.Contains(known, c.Name) {
				known = append(known, c.Name)
			}
		}
	}
	for i, name := range header {
		switch {
		case strings.HasPrefix(name, "x_"):
		case !slices.Contains(known, name):
			x.fail("changes", line, name, name, unknownColumn("change lists", name, len(header), known))
		case slices.Contains(header[:i], name):
			x.fail("changes", line, name, name, "the column is there twice: keep one")
		}
	}
	if !slices.Contains(header, "change") && len(x.errs.List) == 0 {
		x.fail("changes", line, "change", "", "the required column change is missing: add it to the header")
	}
	return len(x.errs.List) == 0
}

// row reads one row.
func (x *changeReader) row(line int, header []string, texts [][]byte) {
	scenario, kind := "", ""
	var cells []cell
	for i, name := range header {
		switch text := string(texts[i]); {
		case name == "scenario":
			scenario = text
		case name == "change":
			kind = text
		case text != "" && !strings.HasPrefix(name, "x_"):
			cells = append(cells, cell{column: name, text: text})
		}
	}
	if !utf8.ValidString(scenario) {
		x.fail("changes", line, "scenario", scenario, "not UTF-8 text: save the file as CSV UTF-8")
		return
	}
	c, apart := x.change("changes", line, kind, cells)
	i := slices.IndexFunc(x.scenarios, func(s Scenario) bool { return s.Name == scenario })
	if i < 0 {
		i = len(x.scenarios)
		x.scenarios = append(x.scenarios, Scenario{Name: scenario})
	}
	if c != nil {
		x.scenarios[i].add(c, apart)
	}
}
