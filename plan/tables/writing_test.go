package tables

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/plan"
)

// full is a folder with a row in every table, odd texts included.
var full = map[string]string{
	"settings.csv":     "start,time_zone,past_due,calendar,follow_up_days,damper_share,freeze_hours\n2026-01-05T06:30:00+01:00,Europe/Berlin,keep,day,0,0.05,24.5\n",
	"items.csv":        "item,site,description,uom,decimals,phantom,lot_rule,lot_qty,lot_days,safety_stock,cost,yield,service_level\n\"BI,KE\",,\"say \"\"hi\"\"\nnow\r\n, \",EA,0,,fixed,12,,0,12.345678901,0.95,\nWHEEL,main,Räder,EA,0,,,,,,,,\nWHEEL,south,,,6,no,period,,7,1234567890123.123456,,,0.98\n=1+1,,_x0041_,,,true,,,,,,,\n",
	"uoms.csv":         "item,uom,factor\n,BOX,12\nWHEEL,PAIR,2\n",
	"sources.csv":      "item,site,source,kind,from,priority,lead_days,share,max,from_date,spare_only\nWHEEL,,V1,buy,V1,2,5,0.3,100,2026-01-01,\nWHEEL,,S,transfer,south,1,,,,,yes\n",
	"bom.csv":          "parent,component,qty,per,scrap,line,to_date,offset_days\n\"BI,KE\",WHEEL,2,unit,0.01,1,2030-12-31,-2\n\"BI,KE\",WHEEL,1,order,,2,,\n",
	"routings.csv":     "item,op,name,work_centre,setup_min,run_min,max_wait_min,interruptible,yield\n\"BI,KE\",10,Weld,W1,15.5,3.333333333,0,false,\n\"BI,KE\",20,Paint,W1,,,,,0.9\n",
	"work_centres.csv": "work_centre,machines,calendar,efficiency,kind,setup_matrix,bottleneck,sequence_rule\nW1,2,day,0.85,machine,M,true,descending\n",
	"calendars.csv":    "calendar,days,shifts\nday,Mon-Fri,\"06:00-14:00,14:00-22:00\"\nday,2026-12-24,\n",
	"downtime.csv":     "work_centre,machine,from,to,kind,cost\nW1,1,2026-03-29T01:30:00Z,2026-03-30,closed,\nW1,,2026-04-04,2026-04-05,overtime,12.5\n",
	"setups.csv":       "matrix,from,to,minutes,cost,forbidden\nM,*,red,30,1.5,\nM,red,blue,0,,true\n",
	"stock.csv":        "item,qty,lot,expires,reserved_for,quarantine_until\nWHEEL,3,L1,2026-06-30,SO-1,\nWHEEL,4,,,,2026-02-01\n",
	"demands.csv":      "demand,item,qty,due,kind,priority,weight,class,policy,latest,peg,status,expires,order\nSO-1,\"BI,KE\",3,2026-02-02T12:00:00Z,order,1,0,A,complete,2026-02-09,dedicated,open,,O1\nF-1,\"BI,KE\",5,2026-03-02,forecast,,,,,,,,,\nQ-1,\"BI,KE\",5,2026-03-02,order,,2.5,,,,,quote,2026-02-20,\n",
	"receipts.csv":     "receipt,kind,item,qty,due,start,status,op_done,confirmed,need\nMO-1,make,\"BI,KE\",7,2026-01-20,2026-01-12,in_progress,10,,2026-01-21\nPO-1,buy,WHEEL,8,2026-01-20,,,,2026-01-22T08:00:00+01:00,\n",
	"allocations.csv":  "receipt,component,qty,needed\nMO-1,WHEEL,14,2026-01-13\n",
	"schedule.csv":     "order,op,work_centre,machine,start,setup_end,end,qty,family,pinned,late_minutes\nMO-1,20,W1,1,2026-01-12T06:00:00+01:00,2026-01-12T06:15:00+01:00,2026-01-12T09:00:00+01:00,7,red,true,0.5\n",
}

func fullModel(t testing.TB) *plan.Model {
	t.Helper()
	m, notes, err := readCSV(with(full), Options{})
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	return m
}

// dump is all rows of a model, without their lines.
func dump(m *plan.Model) string {
	var b strings.Builder
	each := func(rows iter.Seq[any]) {
		for row := range rows {
			v := reflect.New(reflect.TypeOf(row)).Elem()
			v.Set(reflect.ValueOf(row))
			v.FieldByName("Row").SetInt(0)
			fmt.Fprintf(&b, "%T %+v\n", row, v)
		}
	}
	s := m.Settings()
	each(func(yield func(any) bool) { yield(s) })
	each(anyRows(m.Items()))
	each(anyRows(m.UOMs()))
	each(anyRows(m.Sources()))
	each(anyRows(m.Lines()))
	each(anyRows(m.Operations()))
	each(anyRows(m.WorkCentres()))
	each(anyRows(m.Calendars()))
	each(anyRows(m.Downtime()))
	each(anyRows(m.Setups()))
	each(anyRows(m.Stock()))
	each(anyRows(m.Demands()))
	each(anyRows(m.Receipts()))
	each(anyRows(m.Allocations()))
	each(anyRows(m.Scheduled()))
	return b.String()
}

func anyRows[T any](rows iter.Seq[T]) iter.Seq[any] {
	return func(yield func(any) bool) {
		for row := range rows {
			if !yield(row) {
				return
			}
		}
	}
}

func TestRoundTrip(t *testing.T) {
	m := fullModel(t)
	for _, path := range []string{"model", "model.json"} {
		path := filepath.Join(t.TempDir(), path)
		if err := Save(t.Context(), path, Of(m)...); err != nil {
			t.Fatal(err)
		}
		again, notes, err := Load(t.Context(), path, Options{})
		if err != nil || len(notes) > 0 {
			t.Fatal(err, notes)
		}
		if got, want := dump(again), dump(m); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
		}
	}
}

// TestEveryFieldHasAColumn fills a row of every table by its columns, and looks for fields that stayed empty.
func TestEveryFieldHasAColumn(t *testing.T) {
	checkTable(t, &settingsTable)
	checkTable(t, &itemsTable)
	checkTable(t, &uomsTable)
	checkTable(t, &sourcesTable)
	checkTable(t, &bomTable)
	checkTable(t, &routingsTable)
	checkTable(t, &workCentresTable)
	checkTable(t, &calendarsTable)
	checkTable(t, &downtimeTable)
	checkTable(t, &setupsTable)
	checkTable(t, &stockTable)
	checkTable(t, &demandsTable)
	checkTable(t, &receiptsTable)
	checkTable(t, &allocationsTable)
	checkTable(t, &scheduleTable)
}

// checkTable also reads and writes random rows of the table, cell by cell.
func checkTable[T any](t *testing.T, table *inputTable[T]) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	r := NewReader(Options{})
	r.zone = zone
	covered := reflect.New(reflect.TypeFor[T]()).Elem()
	for range 300 {
		row, again := table.zero, table.zero
		for _, c := range table.cols {
			text := randomCell(rng, c.Column)
			if text == "" {
				continue
			}
			if problem := c.parse(&cellReader{r: r}, []byte(text), &row); problem != "" {
				t.Fatalf("%s.%s: %q: %s", table.name, c.Name, text, problem)
			}
		}
		for _, c := range table.cols {
			written := c.append(nil, zone, &row)
			if len(written) == 0 {
				continue
			}
			if problem := c.parse(&cellReader{r: r}, written, &again); problem != "" {
				t.Fatalf("%s.%s: written as %q: %s", table.name, c.Name, written, problem)
			}
		}
		if !reflect.DeepEqual(row, again) {
			t.Fatalf("%s: %+v came back as %+v", table.name, row, again)
		}
		for i := range covered.NumField() {
			if v := reflect.ValueOf(row).Field(i); !v.IsZero() {
				covered.Field(i).Set(v)
			}
		}
	}
	for i := range covered.NumField() {
		if name := covered.Type().Field(i).Name; covered.Field(i).IsZero() && name != "Row" {
			t.Errorf("%s: no column fills %s", table.name, name)
		}
	}
}

// randomCell is a good cell of the column, sometimes an empty one.
func randomCell(rng *rand.Rand, c Column) string {
	if !c.Required && rng.IntN(4) == 0 {
		return ""
	}
	switch {
	case c.Name == "time_zone":
		return "Europe/Berlin"
	case c.Kind == KindName:
		for {
			if name := c.Values[rng.IntN(len(c.Values))]; name != "" {
				return name
			}
		}
	case c.Kind == KindBool:
		return []string{"true", "false", "yes", "0"}[rng.IntN(4)]
	case c.Kind == KindDate:
		return []string{"2026-02-28", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2027-06-01T12:00:00+05:30"}[rng.IntN(4)]
	case c.Kind == KindNumber:
		return []string{"1", "7", "250"}[rng.IntN(3)]
	}
	return []string{"A", "b c", "Ü,\"\n7", "=1"}[rng.IntN(4)]
}

type order struct {
	id   string
	qty  bom.Quantity
	due  bom.When
	cost decimal.Decimal
	late bom.Optional[bom.Number]
	ok   bool
	n    int
}

func orders(n int) Table {
	return New("planned_orders", time.UTC, func(yield func(order) bool) {
		for i := range n {
			o := order{id: fmt.Sprintf("o%d, \"%d\"", i, i), qty: bom.Quantity(i) * 1_500_000, n: i, cost: decimal.New(int64(i), -20)}
			if i%2 == 1 {
				o.due, o.late, o.ok = bom.OnDay(bom.On(2026, 1, i)), bom.Some(bom.One/4), true
			}
			if !yield(o) {
				return
			}
		}
	},
		ID("order", func(o *order) string { return o.id }),
		Quantity("qty", func(o *order) bom.Quantity { return o.qty }),
		When("due", func(o *order) bom.When { return o.due }),
		Decimal("cost", func(o *order) decimal.Decimal { return o.cost }),
		Number("late_days", func(o *order) bom.Number { return o.late.Value }).If(func(o *order) bool { return o.late.Set }),
		Bool("ok", func(o *order) bool { return o.ok }),
		Int("n", func(o *order) int { return o.n }),
		Name("kind", func(*order) string { return bom.Buy.String() }),
		Text("text", func(*order) string { return "" }),
		Day("day", func(o *order) bom.Day { return o.due.Day }))
}

func TestOutputForms(t *testing.T) {
	var b bytes.Buffer
	if err := orders(2).CSV(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	const wantCSV = "order,qty,due,cost,late_days,ok,n,kind,text,day\n" +
		"\"o0, \"\"0\"\"\",0,,0,,false,0,buy,,\n" +
		"\"o1, \"\"1\"\"\",1.5,2026-01-01,0.00000000000000000001,0.25,true,1,buy,,2026-01-01\n"
	if b.String() != wantCSV {
		t.Errorf("got\n%s", b.String())
	}
	b.Reset()
	if err := WriteJSON(t.Context(), &b, orders(2), orders(0)); err != nil {
		t.Fatal(err)
	}
	const wantJSON = `{
"planned_orders": [
{"order":"o0, \"0\"","qty":0,"due":null,"cost":0,"late_days":null,"ok":false,"n":0,"kind":"buy","text":null,"day":null},
{"order":"o1, \"1\"","qty":1.5,"due":"2026-01-01","cost":0.00000000000000000001,"late_days":0.25,"ok":true,"n":1,"kind":"buy","text":null,"day":"2026-01-01"}
],
"planned_orders": [
]
}
`
	if b.String() != wantJSON {
		t.Errorf("got\n%s", b.String())
	}
}

func TestScheduleHasAllColumns(t *testing.T) {
	rows := []capacity.ScheduledOperation{{Order: "o", Op: 10}}
	s := Schedule(time.UTC, slices.Values(rows))
	var b bytes.Buffer
	if err := s.CSV(t.Context(), &b); err != nil || b.String() != "order,op,work_centre,machine,start,setup_end,end,qty,family,pinned,late_minutes\no,10,,0,,,,0,,false,0\n" {
		t.Error(b.String(), err)
	}
}

// TestCSVOfAnyText: what CSV writes, encoding/csv reads.
func TestCSVOfAnyText(t *testing.T) {
	for _, text := range []string{"", " ", "a", "\"", "\"\"", ",", "\n", "\r", "a\r\nb", "ä", "\ufeff", "\\", "'", ";", "\x00\x1f"} {
		table := New("t", nil, slices.Values([]string{text, text}), Text("a,b", func(s *string) string { return *s }))
		var b bytes.Buffer
		if err := table.CSV(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		want := [][]string{{"a,b"}, {strings.ReplaceAll(text, "\r\n", "\n")}, {strings.ReplaceAll(text, "\r\n", "\n")}}
		if err != nil || !slices.EqualFunc(rows, want, slices.Equal) {
			t.Errorf("%q: %q, %v", text, rows, err)
		}
	}
}

func TestWriteCSVIntoFolders(t *testing.T) {
	ctx, folder := t.Context(), filepath.Join(t.TempDir(), "a", "out")
	empty := orders(0)
	empty.Name, empty.OmitEmpty = "pegging", true
	if err := WriteCSV(ctx, folder, orders(3), empty); err != nil {
		t.Fatal(err)
	}
	expectFiles(t, folder, "planned_orders.csv")
	expectFiles(t, filepath.Dir(folder), "out")

	// What is not ours stays; an older table is replaced even by an empty one.
	for _, name := range []string{"mine.txt", "pegging.csv"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteCSV(ctx, folder, orders(1), empty); err != nil {
		t.Fatal(err)
	}
	expectFiles(t, folder, "mine.txt", "pegging.csv", "planned_orders.csv")
	for name, want := range map[string]string{"mine.txt": "old", "pegging.csv": "order,qty,due"} {
		if got, _ := os.ReadFile(filepath.Join(folder, name)); !strings.HasPrefix(string(got), want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if err := WriteCSV(ctx, filepath.Join(folder, "mine.txt"), orders(1)); err == nil || !strings.Contains(err.Error(), "is a file") {
		t.Error(err)
	}
}

// TestNothingHalfWritten: an error in the last table leaves no trace of the first.
func TestNothingHalfWritten(t *testing.T) {
	bad := New("bad", nil, slices.Values([]string{"fine", "\xff"}), Text("text", func(s *string) string { return *s }))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, write := range map[string]func(path string) error{
		"text": func(path string) error { return Save(t.Context(), path, orders(100_000), bad) },
		"stop": func(path string) error { return Save(ctx, path, orders(100_000)) },
	} {
		for _, base := range []string{"new", "new.json"} {
			parent := t.TempDir()
			if err := write(filepath.Join(parent, base)); err == nil {
				t.Errorf("%s: no error", name)
			}
			expectFiles(t, parent)
		}
		existing := t.TempDir()
		if err := write(existing); err == nil {
			t.Errorf("%s: no error", name)
		}
		expectFiles(t, existing)
	}
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if err := ReplaceFile(path, func(w io.Writer) error { _, _ = w.Write([]byte("half")); return broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	expectFiles(t, filepath.Dir(path), "f")
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("%s", got)
	}
}

func expectFiles(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s holds %q, want %q", folder, got, want)
	}
}

// generated is a folder of n items with two lines each.
func generated(n int) map[string]string {
	var items, lines strings.Builder
	items.WriteString("item,decimals,lot_min,lot_multiple,safety_stock\n")
	lines.WriteString("parent,component,qty\n")
	for i := range n {
		fmt.Fprintf(&items, "I%07d,0,1,1,%d\n", i, i%20)
		for k := 1; k <= 2 && i+k < n; k++ {
			fmt.Fprintf(&lines, "I%07d,I%07d,%d\n", i, i+k, k)
		}
	}
	return map[string]string{"items.csv": items.String(), "bom.csv": lines.String(), "sources.csv": "",
		"demands.csv": "demand,item,qty,due\nSO-1,I0000000,3,2026-02-02\n"}
}

// BenchmarkReadCSV reads without checking what rows mean: splitting, parsing, interning.
func BenchmarkReadCSV(b *testing.B) {
	files := generated(100_000)
	folder := with(files)
	b.SetBytes(int64(len(files["items.csv"]) + len(files["bom.csv"])))
	b.ReportAllocs()
	for b.Loop() {
		if err := NewReader(Options{}).ReadCSV(b.Context(), folder); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadJSON(b *testing.B) {
	m, _, err := readCSV(with(generated(100_000)), Options{})
	if err != nil {
		b.Fatal(err)
	}
	var text bytes.Buffer
	if err := WriteJSON(b.Context(), &text, Of(m)...); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if err := NewReader(Options{}).ReadJSON(b.Context(), "m.json", bytes.NewReader(text.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriteCSV(b *testing.B) {
	table := orders(100_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := table.CSV(b.Context(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// Columns of one's own are carried along: what is read is written again.
func TestOwnColumnsAreCarried(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"settings.csv": "start\n2026-01-05\n",
		"items.csv":    "item,x_note\nA,\"hello, you\"\nB,\n",
		"bom.csv":      "parent,x_drawing,component,qty\nA,D-17,B,1\n",
		"demands.csv":  "demand,item,qty,due\n",
	} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m, _, err := Load(context.Background(), from, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := Save(context.Background(), to, Of(m)...); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"items.csv": "item,x_note\nA,\"hello, you\"\nB,\n",
		"bom.csv":   "parent,component,qty,x_drawing\nA,B,1,D-17\n",
	} {
		got, err := os.ReadFile(filepath.Join(to, name))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q (%v), want %q", name, got, err, want)
		}
	}
}
