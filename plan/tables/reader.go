package tables

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// Options of reading. The zero value is a good default.
type Options struct {
	// Start overrides the start in settings. Of an exact time only the instant
	// counts: its day is the one in the model's zone.
	Start bom.When
	// Now gives the start when neither Start nor the settings do: its day in the
	// model's zone. Without it a model without a start is an error.
	Now func() time.Time
	// Progress is called now and then with the bytes read so far and in total (0: unknown).
	Progress func(read, total int64)
	// MostColumns bounds the columns of a table, MostRows the rows of all tables together; 0: no bound. What is beyond is a *LimitError
	// of Model and of what reads: nothing more is taken.
	MostColumns, MostRows int
}

// Note tells what a reader passed over; it is no error.
type Note struct {
	File string
	Text string
}

func (n Note) String() string { return n.File + ": " + n.Text }

// Reader reads tables into a model: first the tables, by ReadCSV, ReadJSON or
// xlsx.Read (or by Begin and Rows.Add, for another form), once each; then Model.
// It belongs to one goroutine.
type Reader struct {
	o      Options
	b      *plan.Builder
	names  *bom.Names
	errs   bom.Errors
	notes  []Note
	format Format
	file   string // of JSON and Excel; in a CSV folder each table has its own

	zone     *time.Location
	settings mrp.Settings
	settled  bool // settings are known, other tables may be read
	firstDay bom.Day
	lastDay  bom.Day

	begun      map[string]bool
	incomplete bool            // so much is missing that what the rows mean is not checked
	lost       map[string]bool // tables of which rows are missing
	bad        map[badRow]bool // rows with an error in a cell
	texts      map[string]string
	dates      map[string]bom.When

	read, total int64 // bytes, for Progress

	rows int         // that came
	over *LimitError // a bound that was met

	edit    *Edit             // takes the rows as text; nil: they go into the model
	origins map[string]origin // of tables that come from another file than the last one
}

// origin is where a table comes from.
type origin struct {
	format Format
	file   string
}

type badRow struct {
	table string
	row   int
}

// NewReader returns a reader without any table.
func NewReader(o Options) *Reader {
	b := plan.NewBuilder()
	return &Reader{
		o: o, b: b, names: b.Names(), zone: time.UTC,
		begun: map[string]bool{}, bad: map[badRow]bool{}, lost: map[string]bool{},
		texts: map[string]string{}, dates: map[string]bom.When{},
	}
}

// From tells where the tables that follow come from, for errors. File is not
// used for CSV, where every table has its own.
func (r *Reader) From(format Format, file string) { r.format, r.file = format, file }

// Note adds a note about something that was passed over.
func (r *Reader) Note(file, text string) { r.notes = append(r.notes, Note{file, text}) }

// Zone is the time zone of the model, once settings were read.
func (r *Reader) Zone() *time.Location { return r.zone }

// Fail reports an error of a file as a whole: no model comes out.
func (r *Reader) Fail(file string, err error) {
	r.incomplete = true
	r.errs.Add(&FileError{Format: r.format, File: file, Err: err})
}

// fail reports an error in a row or a cell.
func (r *Reader) fail(table string, row int, column, value, expected string) {
	if len(r.errs.List) >= bom.MaxErrors {
		r.errs.More++
		return
	}
	if row > 0 {
		r.bad[badRow{table, row}] = true
	}
	r.errs.Add(r.located(&bom.RowError{Table: table, Row: row, Column: column, Value: value, Expected: expected}))
}

// fatal is fail where rows are lost by it, so that Model does not ask for what refers to them.
func (r *Reader) fatal(table string, row int, column, value, expected string) {
	r.lose(table)
	r.fail(table, row, column, value, expected)
}

// lose notes that rows of a table are missing. Without settings nothing can be checked.
func (r *Reader) lose(table string) {
	if table == "settings" {
		r.incomplete = true
	}
	r.lost[table] = true
}

// misses reports whether an error may only be there because rows of the table
// that it refers to were lost.
func (r *Reader) misses(row *bom.RowError) bool {
	for table := range r.lost {
		if strings.Contains(row.Expected, "the "+table+" table") || strings.Contains(row.Expected, "to "+table) {
			return true
		}
	}
	return false
}

// located adds the file to an error of a row or of the network.
func (r *Reader) located(err error) error {
	from := origin{r.format, r.file}
	row, ok := errors.AsType[*bom.RowError](err)
	if from.format == CSV {
		from.file = ""
	}
	if ok {
		if other, there := r.origins[row.Table]; there {
			from = other
		}
		if from.format == CSV && from.file == "" {
			from.file = row.Table + ".csv"
		}
	}
	return &FileError{Format: from.format, File: from.file, Err: err}
}

// Model checks what the rows mean and returns the model, if there was no error
// at all. The error is a *bom.Errors of *FileError, or a *LimitError.
func (r *Reader) Model() (*plan.Model, []Note, error) {
	if r.over != nil {
		return nil, r.notes, r.over
	}
	r.settle()
	r.mustHave("items", "the items, with at least the column item")
	r.mustHave("demands", "what customers want, with at least the columns demand, item, qty and due; only a header row if there is no demand")
	if r.incomplete || len(r.errs.List) >= bom.MaxErrors {
		return nil, r.notes, r.sorted()
	}
	m, err := r.b.Build()
	if err != nil {
		r.merge(err)
	}
	if err := r.errs.Err(); err != nil {
		return nil, r.notes, r.sorted()
	}
	return m, r.notes, nil
}

// mustHave reports a table without which there is nothing to plan.
func (r *Reader) mustHave(table, what string) {
	if r.begun[table] {
		return
	}
	switch r.format {
	case CSV:
		r.Fail(table+".csv", fmt.Errorf("the file is missing: add %s.csv with %s", table, what))
	case JSON:
		r.Fail(r.file, fmt.Errorf("the table %s is missing: add %q: [...] with %s", table, table, what))
	default:
		r.Fail(r.file, fmt.Errorf("the sheet %s is missing: add a sheet %s with %s", table, table, what))
	}
}

// merge adds the builder's errors, but for rows whose cells have been reported already.
func (r *Reader) merge(err error) {
	list := []error{err}
	if many, ok := errors.AsType[*bom.Errors](err); ok {
		list = many.List
		r.errs.More += many.More
	}
	for _, err := range list {
		if row, ok := errors.AsType[*bom.RowError](err); ok && (r.bad[badRow{row.Table, row.Row}] || r.misses(row)) {
			continue
		}
		r.errs.Add(r.located(err))
	}
}

// sorted is the errors in table and row order, those of whole files first.
func (r *Reader) sorted() error {
	place := func(err error) (int, int) {
		row, ok := errors.AsType[*bom.RowError](err)
		if !ok {
			return -1, 0
		}
		return inputIndex(row.Table), row.Row
	}
	slices.SortStableFunc(r.errs.List, func(a, b error) int {
		ta, ra := place(a)
		tb, rb := place(b)
		return cmp.Or(cmp.Compare(ta, tb), cmp.Compare(ra, rb))
	})
	return r.errs.Err()
}

// zoneColumn and startColumn are the columns of settings on which all dates depend.
var zoneColumn = column[mrp.Settings]{Column{Name: "time_zone", Kind: KindText},
	func(c *cellReader, cell []byte, row *mrp.Settings) string {
		name := string(cell)
		zone, err := time.LoadLocation(name)
		if err != nil || name == "Local" {
			return "no time zone of the IANA list: write a name such as Europe/Berlin, or UTC"
		}
		c.r.zone, row.TimeZone = zone, name
		return ""
	},
	func(b []byte, _ *time.Location, row *mrp.Settings) []byte { return append(b, row.TimeZone...) }}

var startColumn = column[mrp.Settings]{Column{Name: "start", Kind: KindDate},
	func(c *cellReader, cell []byte, row *mrp.Settings) (problem string) {
		row.Start, problem = parseDate(clip(cell), c.r.zone)
		return problem
	},
	func(b []byte, zone *time.Location, row *mrp.Settings) []byte { return appendWhen(b, row.Start, zone) }}

// setSettings takes the row of settings.
func (r *Reader) setSettings(s mrp.Settings) {
	if r.settings.Row != 0 {
		r.fatal("settings", s.Row, "", "", "settings has one row: remove this one")
		return
	}
	r.settings = s
}

// settle fixes the start and hands the settings to the builder, once.
func (r *Reader) settle() {
	if r.settled {
		return
	}
	r.settled = true
	s := &r.settings
	switch {
	case !r.o.Start.IsZero():
		s.Start = r.o.Start
		if s.Start.Exact {
			s.Start = bom.At(time.Unix(s.Start.Unix, 0).In(r.zone))
		}
	case !s.Start.IsZero():
	case r.bad[badRow{"settings", s.Row}]: // the bad cell is reported
		r.incomplete = true
	case r.o.Now != nil:
		s.Start = bom.OnDay(bom.DayOf(r.o.Now().In(r.zone)))
	default:
		r.fatal("settings", s.Row, "start", "", "the start of the plan is missing: write a date such as 2026-11-21 in the column start of settings")
	}
	if !s.Start.IsZero() {
		r.firstDay, r.lastDay = aroundStart(s.Start.Day)
	}
	r.b.SetSettings(*s)
}

// aroundStart is the range of dates that a model may have.
func aroundStart(start bom.Day) (first, last bom.Day) {
	const back, ahead = 10, 30
	y, m, d := start.Time().Date()
	return bom.On(y-back, m, d), bom.On(y+ahead, m, d)
}

// Track counts what is read from src for Progress, and ends it when ctx does.
// Size is added to the total, 0 if it is not known.
func (r *Reader) Track(ctx context.Context, src io.Reader, size int64) io.Reader {
	r.total += size
	return &track{ctx, r, src}
}

// track counts bytes for Progress and looks whether the work was cancelled.
type track struct {
	ctx context.Context
	r   *Reader
	src io.Reader
}

func (t *track) Read(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := t.src.Read(p)
	t.r.read += int64(n)
	if t.r.o.Progress != nil {
		t.r.o.Progress(t.r.read, t.r.total)
	}
	return n, err
}
