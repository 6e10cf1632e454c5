package plan_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

var update = flag.Bool("update", false, "write what the engine gives into testdata/features")

// A feature is a text file with a story, small tables in, and tables out:
//
//	The story: what goes in, and why what comes out is right.
//	-- items.csv --
//	item,lead_days
//	A,2
//	-- demands.csv --
//	…
//	-- want/planned_orders.csv --
//	item,qty,start,need
//	A,5,2026-03-03,2026-03-05
//
// The header of a table out says which columns are compared; all rows are. The
// section "want/explain A@main/2026-03-05/1" is the explanation of an order. Run the
// test with -update to write what the engine gives, and check it by hand
// before it is kept.
func TestFeatures(t *testing.T) {
	files, err := filepath.Glob("testdata/features/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no feature files: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := playFeature(t, txtar.Parse(text))
			if *update {
				if err := os.WriteFile(file, txtar.Format(got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			want := txtar.Parse(text)
			for i, f := range got.Files {
				if diff := firstDifference(string(f.Data), string(want.Files[i].Data)); diff != "" {
					t.Errorf("%s: %s\nall of it:\n%s", f.Name, diff, f.Data)
				}
			}
		})
	}
}

// playFeature plans the tables in and gives the archive with the tables out that come.
func playFeature(t *testing.T, a *txtar.Archive) *txtar.Archive {
	t.Helper()
	dir := t.TempDir()
	wants := 0
	for _, f := range a.Files {
		if strings.HasPrefix(f.Name, "want/") {
			wants++
		} else if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if wants == 0 || len(bytes.TrimSpace(a.Comment)) == 0 {
		t.Fatal("a feature has a story and says what comes out")
	}
	m, notes, err := tables.Load(context.Background(), dir, tables.Options{})
	if err != nil || len(notes) > 0 {
		t.Fatalf("load: %v, notes %v", err, notes)
	}
	p, err := plan.New(context.Background(), m, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := &txtar.Archive{Comment: a.Comment}
	for _, f := range a.Files {
		if what, ok := strings.CutPrefix(f.Name, "want/explain "); ok {
			f.Data = []byte(explanationText(t, p, what))
		} else if what, ok := strings.CutPrefix(f.Name, "want/"); ok {
			f.Data = tableText(t, p, strings.TrimSuffix(what, ".csv"), f.Data)
		}
		out.Files = append(out.Files, f)
	}
	return out
}

// tableText is a table out with the columns that the wanted one has.
func tableText(t *testing.T, p *plan.Plan, name string, want []byte) []byte {
	t.Helper()
	all := tables.Results(p)
	i := slices.IndexFunc(all, func(table tables.Table) bool { return table.Name == name })
	if i < 0 {
		t.Fatalf("no table %s", name)
	}
	var b bytes.Buffer
	if err := all[i].CSV(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	header, _, _ := strings.Cut(string(want), "\n")
	columns := strings.Split(header, ",")
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	for _, row := range rows {
		var cells []string
		for _, c := range columns {
			at := slices.Index(rows[0], c)
			if at < 0 {
				t.Fatalf("%s has no column %s", name, c)
			}
			cells = append(cells, row[at])
		}
		w.Write(cells)
	}
	w.Flush()
	return out.Bytes()
}

// explanationText is why an order is what it is: its steps, what it serves, what it needs.
func explanationText(t *testing.T, p *plan.Plan, order string) string {
	t.Helper()
	e, ok := p.Material().Explain(order)
	if !ok {
		t.Fatalf("no order %s", order)
	}
	var b strings.Builder
	for _, s := range e.Steps {
		fmt.Fprintf(&b, "%s = %s: %s\n", s.Rule, s.Result, s.Text)
	}
	for _, g := range e.Serves {
		fmt.Fprintf(&b, "serves %v %s %s\n", g.Quantity, g.ConsumerKind, g.Consumer)
	}
	for _, g := range e.Needs {
		fmt.Fprintf(&b, "needs %v %s of %s %s\n", g.Quantity, g.Item, g.SupplyKind, g.Supply)
	}
	return b.String()
}
