package tables

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	_ "time/tzdata"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// small is a folder that plans: tests change one file of it.
var small = map[string]string{
	"settings.csv": "start,time_zone\n2026-01-05,Europe/Berlin\n",
	"items.csv":    "item,decimals,lead_days\nBIKE,0,2\nWHEEL,0,5\n",
	"bom.csv":      "parent,component,qty\nBIKE,WHEEL,2\n",
	"sources.csv":  "item,source,kind,lead_days\nWHEEL,V1,buy,5\n",
	"demands.csv":  "demand,item,qty,due\nSO-1,BIKE,3,2026-02-02\n",
}

// with is small with other texts for some files; an empty text removes the file.
func with(files map[string]string) fstest.MapFS {
	folder := fstest.MapFS{}
	for name, text := range small {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
		if text == "" {
			delete(folder, name)
		}
	}
	return folder
}

func readCSV(folder fs.FS, o Options) (*plan.Model, []Note, error) {
	r := NewReader(o)
	if err := r.ReadCSV(context.Background(), folder); err != nil {
		return nil, nil, err
	}
	return r.Model()
}

func readJSON(text string, o Options) (*plan.Model, []Note, error) {
	r := NewReader(o)
	if err := r.ReadJSON(context.Background(), "model.json", strings.NewReader(text)); err != nil {
		return nil, nil, err
	}
	return r.Model()
}

func TestSmallModelHasNoError(t *testing.T) {
	m, notes, err := readCSV(with(nil), Options{})
	if err != nil || len(notes) != 0 {
		t.Fatal(err, notes)
	}
	for it := range m.Items() {
		if it.Site != "main" {
			t.Errorf("site of %s is %q", it.ID, it.Site)
		}
	}
}

// TestBadCSV has one case per rule: what is wrong, and all errors that come of it.
func TestBadCSV(t *testing.T) {
	long := strings.Repeat("x", MaxCell+1)
	for _, c := range []struct {
		rule, file, text string
		want             []string
	}{
		{"unknown column", "bom.csv", "parent,component,qtty,qty\nBIKE,WHEEL,2,2\n",
			[]string{`bom.csv:1: column qtty: "qtty": no such column in bom: did you mean "qty"? Columns of your own start with x_`}},
		{"column in capitals", "bom.csv", "parent,component,qty, Scrap\nBIKE,WHEEL,2,\n",
			[]string{`bom.csv:1: column  Scrap: " Scrap": no such column: write scrap, in small letters and without blanks`}},
		{"semicolons", "bom.csv", "parent;component;qty\nBIKE;WHEEL;2\n",
			[]string{"separated by semicolons: save the file with commas", "required column parent is missing", "required column component is missing", "required column qty is missing"}},
		{"missing column", "bom.csv", "parent,component\nBIKE,WHEEL\n",
			[]string{"bom.csv:1: the required column qty is missing: add it to the header"}},
		{"column twice", "bom.csv", "parent,component,qty,qty\nBIKE,WHEEL,2,2\n",
			[]string{`bom.csv:1: column qty: "qty": the column is there twice: keep one`}},
		{"empty file", "bom.csv", "\n\n",
			[]string{"bom.csv:1: the file is empty: its first line names the columns, at least parent,component,qty"}},
		{"too few cells", "bom.csv", "parent,component,qty\nBIKE,WHEEL\n",
			[]string{"bom.csv:2: 2 cells, but the header has 3: an empty cell still needs its comma"}},
		{"too many cells", "bom.csv", "parent,component,qty\nBIKE,WHEEL,1,5\n",
			[]string{"bom.csv:2: 4 cells, but the header has 3: put cells that contain a comma in double quotes"}},
		{"missing value", "bom.csv", "parent,component,qty\nBIKE,WHEEL,\n",
			[]string{`bom.csv:2: column qty: "": a value is required`}},
		{"no number", "bom.csv", "parent,component,qty\n\n\"BIKE\",WHEEL,two\n",
			[]string{`bom.csv:3: column qty: "two": not a decimal number: write a plain decimal such as 12.5`}},
		{"decimal comma", "bom.csv", "parent,component,qty\nBIKE,WHEEL,\"1,5\"\n",
			[]string{`"1,5": not a decimal number: write a point before the decimals`}},
		{"blank in a number", "bom.csv", "parent,component,qty\nBIKE,WHEEL, 2\n",
			[]string{`" 2": a number has no blanks before or after it: remove them`}},
		{"exponent", "bom.csv", "parent,component,qty\nBIKE,WHEEL,1e3\n",
			[]string{`"1e3": a number without exponent is expected: write all digits`}},
		{"too fine", "bom.csv", "parent,component,qty\nBIKE,WHEEL,0.0000001\n",
			[]string{`"0.0000001": at most 6 decimal places are kept`}},
		{"overflow", "bom.csv", "parent,component,qty\nBIKE,WHEEL,99999999999999\n",
			[]string{`"99999999999999": too large: at most 9223372036854.775807`}},
		{"no whole number", "items.csv", "item,lead_days\nBIKE,1.5\nWHEEL,5\n",
			[]string{`items.csv:2: column lead_days: "1.5": a whole number is expected`}},
		{"whole number too large", "items.csv", "item,lead_days\nBIKE,3000000000\nWHEEL,5\n",
			[]string{`"3000000000": too large: at most 2147483647`}},
		{"zero where it means nothing", "items.csv", "item,yield\nBIKE,0\nWHEEL,\n",
			[]string{`items.csv:2: column yield: "0": more than 0 is expected; leave the cell empty for the default`}},
		{"no boolean", "items.csv", "item,phantom\nBIKE,maybe\nWHEEL,no\n",
			[]string{`items.csv:2: column phantom: "maybe": true or false is expected (also yes, no, 1, 0)`}},
		{"enumeration", "items.csv", "item,lot_rule\nBIKE,silver-meal\nWHEEL,\n",
			[]string{`items.csv:2: column lot_rule: "silver-meal": one of lot_for_lot, fixed, period, min_max, eoq, silver_meal, least_unit_cost, part_period, wagner_whitin, groff is expected; did you mean "silver_meal"?`}},
		{"class", "demands.csv", "demand,item,qty,due,class\nSO-1,BIKE,3,2026-02-02,D\n",
			[]string{`demands.csv:2: column class: "D": one of A, B, C is expected`}},
		{"blank around an id", "items.csv", "item\nBIKE \nWHEEL\n",
			[]string{`items.csv:2: column item: "BIKE ": an id has no blanks before or after it: remove them`}},
		{"no-break space around an id", "items.csv", "item\n\u00a0BIKE\nWHEEL\n",
			[]string{"an id has no blanks before or after it: remove them"}},
		{"date that does not exist", "demands.csv", "demand,item,qty,due\nSO-1,BIKE,3,2026-02-30\n",
			[]string{`demands.csv:2: column due: "2026-02-30": no date that exists: write year-month-day such as 2026-11-21`}},
		{"no date", "demands.csv", "demand,item,qty,due\nSO-1,BIKE,3,21.11.2026\n",
			[]string{`"21.11.2026": not a date: write year-month-day such as 2026-11-21`}},
		{"time without zone", "demands.csv", "demand,item,qty,due\nSO-1,BIKE,3,2026-11-21T06:00:00\n",
			[]string{"or a time with its zone such as 2026-11-21T06:00:00+01:00"}},
		{"date too early", "demands.csv", "demand,item,qty,due\nSO-1,BIKE,3,2016-01-04\n",
			[]string{`"2016-01-04": a date from 2016-01-05 to 2056-01-05 is expected`}},
		{"date too late", "demands.csv", "demand,item,qty,due\nSO-1,BIKE,3,2056-01-06\n",
			[]string{`"2056-01-06": a date from 2016-01-05 to 2056-01-05 is expected`}},
		{"time zone", "settings.csv", "start,time_zone\n2026-01-05,Europe/Berlinn\n",
			[]string{`settings.csv:2: column time_zone: "Europe/Berlinn": no time zone of the IANA list`}},
		{"bad start", "settings.csv", "start\n2026-13-05\n",
			[]string{`settings.csv:2: column start: "2026-13-05": no date that exists`}},
		{"no start", "settings.csv", "start,horizon_days\n,30\n",
			[]string{`settings.csv:2: column start: "": the start of the plan is missing: write a date such as 2026-11-21`}},
		{"no settings", "settings.csv", "",
			[]string{`settings.csv: column start: "": the start of the plan is missing`}},
		{"two settings", "settings.csv", "start\n2026-01-05\n2026-01-06\n",
			[]string{"settings.csv:3: settings has one row: remove this one"}},
		{"no UTF-8", "items.csv", "item,description\nBIKE,Fahrr\xe4der\nWHEEL,\n",
			[]string{"items.csv:2: column description: \"Fahrr\ufffdder\": not UTF-8 text: save the file as CSV UTF-8"}},
		{"no UTF-8 in the header", "items.csv", "item\xff\nBIKE\n",
			[]string{"items.csv:1: the header is not UTF-8 text"}},
		{"bare quote", "items.csv", "item,description\nBIKE,26\" bike\nWHEEL,\n",
			[]string{`items.csv:2: column description: "26": a quote inside a cell that is not quoted`}},
		{"text after a quote", "items.csv", "item,description\nBIKE,\"26\" bike\nWHEEL,\n",
			[]string{"items.csv:2: column description: \"\\\"26\\\"\": text after the closing quote"}},
		{"quote not closed", "items.csv", "item,description\nWHEEL,\nBIKE,\"26\n",
			[]string{"items.csv:3: column description: \"\\\"26\\n\": the quote is opened here and never closed"}},
		{"long cell", "items.csv", "item,description\nWHEEL,\nBIKE," + long + "\n",
			[]string{"items.csv:3: column description: "}},
		{"long quoted cell", "items.csv", "item,description\nBIKE,\"" + strings.Repeat("\"\"\n", MaxCell) + "\"\nWHEEL,\n",
			[]string{"a cell holds at most 1048576 bytes: shorten it, or close the quote that it opens"}},
		{"items missing", "items.csv", "",
			[]string{"items.csv: the file is missing: add items.csv with the items, with at least the column item"}},
		{"demands missing", "demands.csv", "",
			[]string{"demands.csv: the file is missing: add demands.csv with what customers want, with at least the columns demand, item, qty and due"}},
		{"unknown id, by the builder", "bom.csv", "parent,component,qty\nBIKE,WHEEL,2\nBIKE,SPOKE,36\n",
			[]string{`bom.csv:3: column component: "SPOKE": `}},
		{"key twice, by the builder", "items.csv", "item\nBIKE\nWHEEL\nBIKE\n",
			[]string{"items.csv:4: "}},
		{"syntax and meaning together", "bom.csv", "parent,component,qty,scrap\nBIKE,WHEEL,2,x\nBIKE,SPOKE,36,\n",
			[]string{`bom.csv:2: column scrap: "x": `, `bom.csv:3: column component: "SPOKE": `}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m, _, err := readCSV(with(map[string]string{c.file: c.text}), Options{})
			if m != nil {
				t.Error("a model came out")
			}
			expectErrors(t, err, c.want)
		})
	}
}

// expectErrors checks that the errors are those wanted, in order, each by a part of its text.
func expectErrors(t *testing.T, err error, want []string) {
	t.Helper()
	many, ok := errors.AsType[*bom.Errors](err)
	if !ok {
		t.Fatalf("error is %v", err)
	}
	if len(many.List) != len(want) {
		t.Fatalf("got %d errors, want %d:\n%v", len(many.List), len(want), err)
	}
	for i, e := range many.List {
		if !strings.Contains(e.Error(), want[i]) {
			t.Errorf("got  %s\nwant %s", e, want[i])
		}
		if _, ok := errors.AsType[*FileError](e); !ok {
			t.Errorf("%T is no *FileError", e)
		}
	}
}

func TestToleratedCSV(t *testing.T) {
	for _, c := range []struct{ rule, file, text string }{
		{"byte order mark", "bom.csv", "\ufeffparent,component,qty\nBIKE,WHEEL,2\n"},
		{"\\r\\n and blank lines", "bom.csv", "\r\nparent,component,qty\r\n\r\nBIKE,WHEEL,2\r\n\r\n"},
		{"no line end", "bom.csv", "parent,component,qty\nBIKE,WHEEL,2"},
		{"column order", "bom.csv", "qty,component,parent\n2,WHEEL,BIKE\n"},
		{"columns of one's own", "bom.csv", "parent,x_note,component,qty,x_\nBIKE,\"a, b\",WHEEL,2,9\n"},
		{"rows of empty cells", "bom.csv", "parent,component,qty\n,,\nBIKE,WHEEL,2\n,,\n"},
		{"quoted cells", "bom.csv", "\"parent\",\"component\",\"qty\"\n\"BIKE\",\"WHEEL\",\"2\"\n"},
		{"zeros behind", "bom.csv", "parent,component,qty,op\nBIKE,WHEEL,2.000000000,0.0\n"},
		{"only a header", "demands.csv", "demand,item,qty,due\n"},
		{"booleans", "items.csv", "item,phantom\nBIKE,FALSE\nWHEEL,No\n"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if _, _, err := readCSV(with(map[string]string{c.file: c.text}), Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	_, notes, err := readCSV(with(map[string]string{"Item.csv": "x", "kpi.csv": "name", "README.md": "x", ".hidden": "x", "sub/items.csv": "x"}), Options{})
	var got []string
	for _, n := range notes {
		got = append(got, n.String())
	}
	want := []string{
		"Item.csv: ignored: no input table has this name; did you mean items.csv?",
		"README.md: ignored: no input table has this name",
		"kpi.csv: ignored: a table that a plan writes, not one it reads",
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v\n%s", err, strings.Join(got, "\n"))
	}
}

func TestOnlyTheFirstErrorsAreKept(t *testing.T) {
	text := "parent,component,qty\n" + strings.Repeat("BIKE,WHEEL,x\n", 250)
	_, _, err := readCSV(with(map[string]string{"bom.csv": text}), Options{})
	many, _ := errors.AsType[*bom.Errors](err)
	if many == nil || len(many.List) != bom.MaxErrors || many.More != 150 {
		t.Errorf("%v", err)
	}
}

func TestCycleNamesFileAndLine(t *testing.T) {
	e := &FileError{Err: &bom.CycleError{Path: []bom.PathStep{
		{Item: "A", Site: "main", Table: "bom", Row: 17, Arc: "component"},
		{Item: "B", Site: "main", Table: "sources", Row: 4, Arc: "transfer"}}}}
	const want = "cycle: A@main -component (bom.csv:17)-> B@main -transfer (sources.csv:4)-> A@main: remove or date out one of these rows"
	if e.Error() != want {
		t.Error(e)
	}
	e.Format, e.File = JSON, "m.json"
	if !strings.HasPrefix(e.Error(), "m.json: cycle: A@main -component (bom[16])-> ") {
		t.Error(e)
	}
}

func TestStart(t *testing.T) {
	noStart := with(map[string]string{"settings.csv": "time_zone\nEurope/Berlin\n"})
	late := time.Date(2026, 1, 5, 23, 30, 0, 0, time.UTC) // the sixth in Berlin
	for _, c := range []struct {
		folder fs.FS
		o      Options
		want   string
	}{
		{with(nil), Options{}, "2026-01-05"},
		{with(nil), Options{Now: func() time.Time { return late }}, "2026-01-05"},
		{with(nil), Options{Start: bom.OnDay(bom.On(2026, 1, 9))}, "2026-01-09"},
		{noStart, Options{Now: func() time.Time { return late }}, "2026-01-06"},
		{noStart, Options{Start: bom.At(late)}, "2026-01-06"},
	} {
		m, _, err := readCSV(c.folder, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Settings().Start.Day.String(); got != c.want {
			t.Errorf("start is %s, want %s", got, c.want)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	file := filepath.Join(folder, "model.txt")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(folder, "none"): "no such folder or file: name a folder of CSV files, a .json document or an .xlsx workbook",
		file:                          "neither a folder of CSV files nor a .json document",
		t.TempDir():                   "items.csv: the file is missing",
	} {
		if _, _, err := Load(ctx, path, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// endless is a folder whose items.csv has one cell of a gigabyte and more.
type endless struct {
	fs.FS
	read int64
}

func (e *endless) Open(name string) (fs.File, error) {
	f, err := e.FS.Open(name)
	if name != "items.csv" || err != nil {
		return f, err
	}
	return &endlessFile{f, e}, nil
}

type endlessFile struct {
	fs.File
	e *endless
}

func (f *endlessFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if err != nil || n == 0 {
		for i := range p {
			p[i] = 'x'
		}
		n, err = len(p), nil
	}
	if f.e.read += int64(n); f.e.read > 1<<30 {
		return 0, errors.New("read to the end")
	}
	return n, err
}

func TestHugeCellIsNotRead(t *testing.T) {
	for _, opening := range []string{"", `"`} {
		folder := &endless{FS: with(map[string]string{"items.csv": "item,description\nBIKE," + opening})}
		_, _, err := readCSV(folder, Options{})
		expectErrors(t, err, []string{"items.csv:2: column description: "})
		if !strings.Contains(err.Error(), "a cell holds at most 1048576 bytes") || folder.read > 8*MaxCell {
			t.Errorf("read %d bytes: %.200v", folder.read, err)
		}
	}
}

func TestReadingStopsAndReports(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := NewReader(Options{})
	if err := r.ReadCSV(ctx, with(nil)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	var read, total int64
	if _, _, err := readCSV(with(nil), Options{Progress: func(r, t int64) { read, total = r, t }}); err != nil || read != total || total == 0 {
		t.Error(read, total, err)
	}
	broken := fmt.Errorf("disk gone")
	_, _, err := readCSV(brokenFS{with(nil), broken}, Options{})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "bom.csv: disk gone") {
		t.Error(err)
	}
}

// brokenFS fails in the middle of bom.csv.
type brokenFS struct {
	fs.FS
	err error
}

func (b brokenFS) Open(name string) (fs.File, error) {
	f, err := b.FS.Open(name)
	if name == "bom.csv" && err == nil {
		return brokenFile{f, b.err}, nil
	}
	return f, err
}

type brokenFile struct {
	fs.File
	err error
}

func (f brokenFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if err == io.EOF {
		err = f.err
	}
	return n, err
}
