package tables_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/taktplan/takt/internal/generate"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// text is a model as a document.
func text(t testing.TB, m *plan.Model) string {
	t.Helper()
	var b bytes.Buffer
	if err := tables.WriteJSON(t.Context(), &b, tables.Of(m)...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// small is a model with a row in many tables, and columns of one's own.
func small(t testing.TB) *plan.Model {
	t.Helper()
	m, _, err := load(t, map[string]string{
		"settings": "start,time_zone\n2026-03-02,Europe/Berlin\n",
		"items":    "item,site,decimals,x_colour\nA,,0,red\nA,north,0,blue\nB,,3,\n",
		"bom":      "parent,component,qty,line,x_note\nA,B,2,,first\nA,B,1,2,second\n",
		"stock":    "item,qty,lot\nB,5,L1\nB,6,L2\n",
		"demands":  "demand,item,qty,due,customer,x_ref\nD1,A,1,2026-03-20,Otto,r1\nD2,A,2,2026-03-21,Anna,r2\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func load(t testing.TB, files map[string]string) (*plan.Model, []tables.Note, error) {
	t.Helper()
	r := tables.NewReader(tables.Options{})
	for _, name := range tables.Inputs() {
		if file, ok := files[name]; ok {
			if err := r.ReadTable(t.Context(), name, name+".csv", strings.NewReader(file)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return r.Model()
}

// edited is a model after a table came.
func edited(t testing.TB, m *plan.Model, mode tables.EditMode, table, csv string) *plan.Model {
	t.Helper()
	e := tables.NewEdit(m, mode)
	if err := e.Reader().ReadTable(t.Context(), table, table+".csv", strings.NewReader(csv)); err != nil {
		t.Fatal(err)
	}
	out, err := e.Model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// An edit without rows is the model, whatever the mode; so is one with rows that are there already.
func TestAnEditOfNothingChangesNothing(t *testing.T) {
	models := []*plan.Model{small(t)}
	for seed := range uint64(5) {
		models = append(models, random(t, seed))
	}
	for i, m := range models {
		want := text(t, m)
		for _, mode := range []tables.EditMode{tables.Replace, tables.Put, tables.Merge} {
			out, err := tables.NewEdit(m, mode).Model(t.Context())
			if err != nil || text(t, out) != want {
				t.Fatalf("model %d: %v, or another model", i, err)
			}
			e := tables.NewEdit(m, mode)
			if err := e.Reader().ReadJSON(t.Context(), "same", strings.NewReader(want)); err != nil {
				t.Fatal(err)
			}
			if out, err = e.Model(t.Context()); err != nil {
				t.Fatalf("model %d, mode %d: %v", i, mode, err)
			}
			if mode == tables.Merge && text(t, out) != want {
				t.Errorf("model %d: its own rows made another model of it", i)
			}
		}
	}
}

// random is a model of the generator.
func random(t testing.TB, seed uint64) *plan.Model {
	t.Helper()
	o := generate.Defaults(40)
	o.Seed, o.Demands, o.Forecasts, o.Depth, o.Routings, o.WorkWeek, o.Sites = seed, 12, 3, 3, true, seed%2 == 0, 1+int(seed%2)
	o.ReceiptShare = 0.2
	g, err := generate.New(o)
	if err != nil {
		t.Fatal(err)
	}
	b := plan.NewBuilder()
	g.Fill(b)
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The three modes differ in what becomes of what the rows do not say.
func TestWhatRowsLeaveOut(t *testing.T) {
	for _, c := range []struct {
		mode tables.EditMode
		want string
	}{
		{tables.Merge, `{"demand":"D1","item":"A","qty":7,"due":"2026-03-20","customer":"Otto","x_ref":"r1"} {"demand":"D2","item":"A","qty":2,"due":"2026-03-21","customer":"Anna","x_ref":"r2"}`},
		{tables.Put, `{"demand":"D1","item":"A","qty":7,"due":"2026-03-20"} {"demand":"D2","item":"A","qty":2,"due":"2026-03-21","customer":"Anna","x_ref":"r2"}`},
		{tables.Replace, `{"demand":"D1","item":"A","qty":7,"due":"2026-03-20"}`},
	} {
		m := edited(t, small(t), c.mode, "demands", "demand,item,qty,due\nD1,A,7,2026-03-20\n")
		if got := rowsOf(t, m, "demands"); got != c.want {
			t.Errorf("mode %d:\n%s\nwant\n%s", c.mode, got, c.want)
		}
	}
	// Only a merge may leave out columns that a row needs, and only if the row is there.
	if got := rowsOf(t, edited(t, small(t), tables.Merge, "demands", "demand,customer\nD2,\n"), "demands"); !strings.Contains(got, `{"demand":"D2","item":"A","qty":2,"due":"2026-03-21","x_ref":"r2"}`) {
		t.Error(got)
	}
	for _, mode := range []tables.EditMode{tables.Put, tables.Merge} {
		e := tables.NewEdit(small(t), mode)
		if err := e.Reader().ReadTable(t.Context(), "demands", "demands.csv", strings.NewReader("demand,customer\nD9,Eva\n")); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Model(t.Context()); err == nil || !strings.Contains(err.Error(), "demands.csv") {
			t.Errorf("mode %d: %v", mode, err)
		}
	}
}

func rowsOf(t testing.TB, m *plan.Model, table string) string {
	t.Helper()
	for _, x := range tables.Of(m) {
		if x.Name == table {
			object := x.Objects()
			var out []string
			for r := range x.Rows {
				out = append(out, string(object(nil, r)))
			}
			return strings.Join(out, " ")
		}
	}
	return ""
}

// A key is the same however its cells are written, and what they leave out stands for its default.
func TestKeysAreComparedByMeaning(t *testing.T) {
	m := edited(t, small(t), tables.Merge, "items", "item,site,decimals\nA,main,2\n")
	if got := rowsOf(t, m, "items"); strings.Count(got, `"item":"A"`) != 2 || !strings.Contains(got, `"decimals":2,"x_colour":"red"`) {
		t.Error(got)
	}
	m = edited(t, small(t), tables.Merge, "bom", "parent,component,qty\nA,B,9\n")
	if got := rowsOf(t, m, "bom"); strings.Count(got, "parent") != 2 || !strings.Contains(got, `"qty":9`) || !strings.Contains(got, `first`) {
		t.Error(got)
	}
	for _, key := range []map[string]string{{"parent": "A", "component": "B"}, {"parent": "A", "component": "B", "site": "main", "line": "1", "bom": ""}} {
		found, ok := tables.Find(small(t), "bom", key)
		n := 0
		for r := range found.Rows {
			n++
			if string(r.Cell(5)) != "2" {
				t.Errorf("qty %s", r.Cell(5))
			}
		}
		e := tables.NewEdit(small(t), tables.Put)
		if !ok || n != 1 || !e.Has("bom", key) || !e.Remove("bom", key) || e.Has("bom", key) || e.Remove("bom", key) {
			t.Errorf("%v: %d rows", key, n)
		}
		if m, err := e.Model(t.Context()); err != nil || strings.Count(rowsOf(t, m, "bom"), "parent") != 1 {
			t.Errorf("%v", err)
		}
	}
	if _, ok := tables.Find(small(t), "boom", nil); ok {
		t.Error("a table that there is none of")
	}
}

// Errors in what came have its lines; errors that it makes in what was there name the row by its key.
func TestErrorsOfAnEditSayWhere(t *testing.T) {
	e := tables.NewEdit(small(t), tables.Replace)
	if err := e.Reader().ReadTable(t.Context(), "items", "new.csv", strings.NewReader("item,decimals\nB,many\nC,1\nC,2\n")); err != nil {
		t.Fatal(err)
	}
	_, err := e.Model(t.Context())
	got := fmt.Sprint(err)
	for _, want := range []string{`new.csv:2: column decimals: "many"`, `new.csv:4: column item: "C"`, `the model: demands: column item: "A"`, "(the row of demand D2)"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nis not in\n%s", want, got)
		}
	}
	if strings.Contains(got, "10737") {
		t.Errorf("a row that was there is told by a number:\n%s", got)
	}
	e = tables.NewEdit(small(t), tables.Merge)
	if err := e.Reader().ReadTable(t.Context(), "demands", "d.csv", strings.NewReader("demand,qty\nD1,3\nD1,4\n")); err != nil {
		t.Fatal(err)
	}
	if _, err = e.Model(t.Context()); err == nil || !strings.Contains(err.Error(), "d.csv:3: row 2 has the same key") {
		t.Error(err)
	}
}

// A cycle through rows that were there names them by their keys, and those that came by their lines.
func TestACycleThroughRowsThatWereThere(t *testing.T) {
	for _, mode := range []tables.EditMode{tables.Put, tables.Merge} {
		e := tables.NewEdit(small(t), mode)
		if err := e.Reader().ReadTable(t.Context(), "bom", "bom.csv", strings.NewReader("parent,component,qty\nB,A,1\n")); err != nil {
			t.Fatal(err)
		}
		m, err := e.Model(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(e.Located(m.Check()))
		if !strings.Contains(got, "(bom.csv:2)") || !strings.Contains(got, "(bom parent A, component B, which was there)") || strings.Contains(got, "10737") {
			t.Errorf("mode %d: %s", mode, got)
		}
	}
}

// Tables that are too wide or too long end the reading, in every form, before they take much memory.
func TestTablesHaveBounds(t *testing.T) {
	type read func(r *tables.Reader) error
	bounded := tables.Options{MostColumns: 3, MostRows: 2}
	for name, x := range map[string]struct {
		csv, json string
		want      *tables.LimitError
	}{
		"all is well":       {csv: "item,x_a,x_b\nA,1,2\nB,1,2\n", json: `{"items":[{"item":"A"},{"item":"B"}]}`},
		"too many rows":     {csv: "item\nA\nB\nC\nD\n", json: `{"items":[{"item":"A"},{"item":"B"},{"item":"C"}]}`, want: &tables.LimitError{Table: "items", What: "rows", Most: 2}},
		"too many columns":  {csv: "item" + strings.Repeat(",", 1<<20) + "\nA\n", want: &tables.LimitError{Table: "items", What: "columns", Most: 3}},
		"a row too wide":    {csv: "item,x_a\nA" + strings.Repeat(",", 1<<20) + "\n", want: &tables.LimitError{Table: "items", What: "columns", Most: 3}},
		"quotes, too wide":  {csv: "item,x_a\n\"A\"" + strings.Repeat(",", 1<<20) + "\n", want: &tables.LimitError{Table: "items", What: "columns", Most: 3}},
		"one column beyond": {csv: "item,x_a,x_b,x_c\nA,1,2,3\n", want: &tables.LimitError{Table: "items", What: "columns", Most: 3}},
	} {
		for form, read := range map[string]read{
			"csv": func(r *tables.Reader) error {
				return r.ReadTable(t.Context(), "items", "items.csv", strings.NewReader(x.csv))
			},
			"folder": func(r *tables.Reader) error {
				return r.ReadCSV(t.Context(), fstest.MapFS{"items.csv": {Data: []byte(x.csv)}})
			},
			"json": func(r *tables.Reader) error { return r.ReadJSON(t.Context(), "m.json", strings.NewReader(x.json)) },
		} {
			if form == "json" && x.json == "" {
				continue
			}
			r := tables.NewReader(bounded)
			err := read(r)
			_, _, after := r.Model()
			for _, err := range []error{err, after} {
				got, met := errors.AsType[*tables.LimitError](err)
				if met != (x.want != nil) || met && *got != *x.want {
					t.Errorf("%s, %s: %v, want %v", name, form, err, x.want)
				}
			}
		}
	}
}

// An edit takes no more columns than there may be, and ends with its context.
func TestAnEditIsBounded(t *testing.T) {
	e := tables.NewEdit(small(t), tables.Put)
	err := e.Reader().ReadTable(t.Context(), "items", "items.csv", strings.NewReader("item"+strings.Repeat(",x", tables.EditColumns)+"\n"))
	_, after := e.Model(t.Context())
	for _, err := range []error{err, after} {
		if met, ok := errors.AsType[*tables.LimitError](err); !ok || met.Most != tables.EditColumns {
			t.Error(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tables.NewEdit(small(t), tables.Put).Model(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Whatever comes, an edit gives a model or errors.
func FuzzEdit(f *testing.F) {
	f.Add(uint8(0), "demands", "demand,item,qty,due\nD1,A,7,2026-03-20\n")
	f.Add(uint8(2), "settings", "time_zone,start\nUTC,2026-01-01\n")
	f.Add(uint8(1), "downtime", "work_centre,machine,from,to\nW,0,2026-03-20,2026-03-21\n")
	f.Add(uint8(2), "calendars", "calendar,days,shifts\n,Mon,\n")
	f.Fuzz(func(t *testing.T, mode uint8, table, csv string) {
		m := small(t)
		e := tables.NewEdit(m, tables.EditMode(mode%3))
		if err := e.Reader().ReadTable(t.Context(), table, "x.csv", strings.NewReader(csv)); err != nil {
			t.Skip()
		}
		out, err := e.Model(t.Context())
		if (out == nil) == (err == nil) {
			t.Errorf("model %v, error %v", out, err)
		}
		if out != nil {
			_ = text(t, out)
		}
	})
}
