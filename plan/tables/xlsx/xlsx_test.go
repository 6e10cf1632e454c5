package xlsx

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/xuri/excelize/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// workbook makes a workbook of sheets, their cells as a planner would type them.
func workbook(t *testing.T, sheets map[string][][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	date := 14
	style, err := f.NewStyle(&excelize.Style{NumFmt: date})
	if err != nil {
		t.Fatal(err)
	}
	for name, rows := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for k, v := range row {
				cell, err := excelize.CoordinatesToCellName(k+1, i+1)
				if err == nil {
					err = f.SetCellValue(name, cell, v)
				}
				if _, ok := v.(time.Time); ok && err == nil {
					err = f.SetCellStyle(name, cell, cell, style)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(ctx context.Context, book []byte) (*plan.Model, []tables.Note, error) {
	r := tables.NewReader(tables.Options{})
	if err := Read(ctx, r, "m.xlsx", bytes.NewReader(book)); err != nil {
		return nil, nil, err
	}
	return r.Model()
}

func typed() map[string][][]any {
	return map[string][][]any{
		"settings": {{"start", "time_zone"}, {time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), "Europe/Berlin"}},
		"items": {{"item", "decimals", "phantom", "safety_stock", "cost"}, {"BIKE", 0, false, 0.1 + 0.2, 1e-7},
			{}, {1001, nil, "no", "1234567890123.123456", 12345678901.3 / 10}},
		"bom":     {{"parent", "component", "qty", "x_note"}, {"BIKE", "1001", 1.1 * 3, "mine"}},
		"demands": {{"demand", "item", "qty", "due"}, {"SO-1", "BIKE", 3, time.Date(2026, 2, 2, 6, 30, 0, 0, time.UTC)}, {"SO-2", "BIKE", "4", "2026-02-03"}},
		"Notes":   {{"anything"}},
	}
}

// TestTypedByHand: numbers are as Excel shows them, dates and times those of the model's zone.
func TestTypedByHand(t *testing.T) {
	sheets := typed()
	sheets["items"][1][3] = 0.3 // decimals of the item are 0: checked below with its own sheet
	sheets["items"][1][1] = 6
	m, notes, err := read(t.Context(), workbook(t, sheets))
	if err != nil {
		t.Fatal(err)
	}
	if len(notes) != 1 || notes[0].Text != "sheet Notes is ignored: no input table has this name" {
		t.Error(notes)
	}
	var got []string
	for it := range m.Items() {
		got = append(got, it.ID+" "+it.SafetyStock.Value.String()+" "+it.Cost.String())
	}
	for l := range m.Lines() {
		got = append(got, l.Quantity.String())
	}
	berlin, _ := time.LoadLocation("Europe/Berlin")
	for d := range m.Demands() {
		got = append(got, d.Due.Text(berlin))
	}
	want := []string{"1001 1234567890123.123456 1234567890.13", "BIKE 0.3 0.0000001", "3.3", "2026-02-02T06:30:00+01:00", "2026-02-03"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestShown(t *testing.T) {
	for raw, want := range map[string]string{
		"3.3000000000000003": "3.3", "1E-7": "0.0000001", "1.5E+3": "1500", "0.30000000000000004": "0.3",
		"12345678901.299999": "12345678901.3", "-2.0000000000000004": "-2",
	} {
		if !doubtful(raw) || shown(raw) != want {
			t.Errorf("%s is shown as %s, want %s", raw, shown(raw), want)
		}
	}
	for _, raw := range []string{"1", "0.000001", "123456789.123456", "E", "x"} {
		if doubtful(raw) {
			t.Errorf("%s is doubtful", raw)
		}
	}
}

func TestBadWorkbooks(t *testing.T) {
	for _, c := range []struct {
		rule, sheet string
		rows        [][]any
		want        string
	}{
		{"unknown column", "bom", [][]any{{"parent", "component", "qty", "scrp"}, {"BIKE", 1001, 2, 0.1}}, `m.xlsx: sheet bom, row 1: column scrp: "scrp": no such column in bom: did you mean "scrap"?`},
		{"missing column", "bom", [][]any{{"parent", "component"}}, "m.xlsx: sheet bom, row 1: the required column qty is missing"},
		{"empty sheet", "bom", nil, "m.xlsx: sheet bom, row 1: the required column parent is missing"},
		{"bad cell", "bom", [][]any{{"parent", "component", "qty"}, {}, {"BIKE", 1001, "two"}}, `m.xlsx: sheet bom, row 3: column qty: "two": not a decimal number`},
		{"missing cell", "bom", [][]any{{"parent", "component", "qty"}, {"BIKE", 1001}}, `m.xlsx: sheet bom, row 2: column qty: "": a value is required`},
		{"cell beyond the header", "bom", [][]any{{"parent", "component", "qty"}, {"BIKE", 1001, 2, nil, 7}}, "m.xlsx: sheet bom, row 2: 5 cells, but the header has 3"},
		{"unknown id, by the builder", "bom", [][]any{{"parent", "component", "qty"}, {"BIKE", "SPOKE", 2}}, `m.xlsx: sheet bom, row 2: column component: "SPOKE"`},
		{"number in a date", "demands", [][]any{{"demand", "item", "qty", "due"}, {"SO", "BIKE", 2, -3}}, `m.xlsx: sheet demands, row 2: column due: "-3": not a date`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			sheets := typed()
			sheets["items"] = [][]any{{"item"}, {"BIKE"}, {"1001"}}
			sheets[c.sheet] = c.rows
			m, _, err := read(t.Context(), workbook(t, sheets))
			if m != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
	sheets := typed()
	delete(sheets, "demands")
	if _, _, err := read(t.Context(), workbook(t, sheets)); err == nil || !strings.Contains(err.Error(), "m.xlsx: the sheet demands is missing: add a sheet demands with") {
		t.Error(err)
	}
	if _, _, err := read(t.Context(), []byte("no zip")); err == nil || !strings.Contains(err.Error(), "m.xlsx cannot be read as an .xlsx workbook") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := read(ctx, workbook(t, typed())); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestRoundTrip reads a folder, writes a workbook, and reads it again: the same
// tables come out, byte by byte.
func TestRoundTrip(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"settings.csv": "start,time_zone,damper_share\n2026-01-05T06:30:00+01:00,Europe/Berlin,0.05\n",
		"items.csv":    "item,site,description,phantom,safety_stock,cost\n0012,,\"say \"\"hi\"\"\nnow\r\n, \",,0.000001,1234567.123456789\n1E5,south,_x0041_ _x005F_,yes,,9223372036.854775807\n=1+1,, blank ,no,9223372036854.775807,0\nTRUE,,'x,,123456789.123456,\n",
		"bom.csv":      "parent,component,qty,from_date\n0012,TRUE,0.1,2026-03-01\n",
		"demands.csv":  "demand,item,qty,due\n1,0012,3,2026-02-02\n2,0012,3,2026-10-25T00:30:00Z\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m, _, err := tables.Load(t.Context(), folder, tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "m.xlsx")
	if err := Save(t.Context(), path, tables.Of(m)...); err != nil {
		t.Fatal(err)
	}
	again, notes, err := Load(t.Context(), path, tables.Options{})
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	if got, want := text(t, again), text(t, m); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func text(t *testing.T, m *plan.Model) string {
	t.Helper()
	var b strings.Builder
	if err := tables.WriteJSON(t.Context(), &b, tables.Of(m)...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWhatASheetCannotHold(t *testing.T) {
	for value, want := range map[string]string{
		"a\x01b":                    "has the character U+0001, which a workbook cannot hold",
		strings.Repeat("x", 32_768): "a text of 32768 characters, but a cell of a workbook holds 32767",
		"\xff":                      "is not UTF-8 text",
		strings.Repeat("😀", 16_384): "a text of 32768 characters",
	} {
		table := tables.New("t", nil, slices.Values([]string{value}), tables.Text("text", func(s *string) string { return *s }))
		path := filepath.Join(t.TempDir(), "m.xlsx")
		if err := Save(t.Context(), path, table); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "t row 1, column text: ") {
			t.Errorf("%.20q: %v", value, err)
		}
		if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 0 {
			t.Errorf("%v is left", entries)
		}
	}
	if err := Save(t.Context(), filepath.Join(t.TempDir(), "m.xlsx")); err == nil {
		t.Error("a workbook without a sheet")
	}
	n := func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	}
	ints := tables.New("t", nil, n, tables.Int("n", func(i *int) int { return *i }))
	if err := Save(t.Context(), filepath.Join(t.TempDir(), "m.xlsx"), ints); err == nil || !strings.Contains(err.Error(), "t has more than 1048575 rows, which a sheet cannot hold: write CSV or JSON") {
		t.Error(err)
	}
}

func TestDatesBefore1900AreText(t *testing.T) {
	for day, text := range map[bom.Day]bool{bom.On(1900, 2, 28): true, bom.On(1900, 3, 1): false} {
		v, err := value([]byte(day.String()), tables.KindDate, 0)
		if _, isText := v.(string); err != nil || isText != text {
			t.Errorf("%v is %v, %v", day, v, err)
		}
	}
}

// FuzzWorkbook must never panic.
func FuzzWorkbook(f *testing.F) {
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, book []byte) {
		m, _, err := read(t.Context(), book)
		if (m == nil) == (err == nil) {
			t.Error(m, err)
		}
	})
}

// The same tables are the same bytes, whatever the number of sheets.
func TestAWorkbookIsTheSameEachTime(t *testing.T) {
	var list []tables.Table
	for _, name := range []string{"item", "bom", "demand", "receipt", "settings"} {
		list = append(list, tables.Table{Name: name, Columns: []tables.Column{{Name: "id"}}, Rows: func(func(tables.Row) bool) {}})
	}
	var first []byte
	for range 20 {
		var b bytes.Buffer
		if err := Write(t.Context(), &b, list...); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b.Bytes()
		}
		if !bytes.Equal(b.Bytes(), first) {
			t.Fatal("the same tables are other bytes")
		}
	}
}
