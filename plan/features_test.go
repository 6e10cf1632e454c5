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
	"github.com/taktplan/takt/schedule"
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
//
// A section "options" asks for a finite schedule, which begins everything as soon as it
// can unless another direction is given:
//
//	-- options --
//	finite
//	direction: backward
//	rule: edd, spt
//	lead-times: scheduled
//	no-gap-filling
//
// "want/broken" are then the sentences about what could not be kept, "want/notes" the notes, "want/why SO1" the chain of
// causes of a demand, and of want/kpi.csv only the rows count that it names. What Verify finds must
// be among what the schedule itself calls broken, or given by pins.
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
		} else if f.Name == "options" {
			continue
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
	p, err := plan.New(context.Background(), m, featureOptions(t, a))
	if err != nil {
		t.Fatal(err)
	}
	checkFinite(t, p)
	out := &txtar.Archive{Comment: a.Comment}
	for _, f := range a.Files {
		if what, ok := strings.CutPrefix(f.Name, "want/explain "); ok {
			f.Data = []byte(explanationText(t, p, what))
		} else if what, ok := strings.CutPrefix(f.Name, "want/why "); ok {
			f.Data = []byte(whyText(t, p, what))
		} else if f.Name == "want/broken" {
			f.Data = []byte(brokenText(p))
		} else if f.Name == "want/notes" {
			f.Data = []byte(strings.Join(append(p.Finite().Notes(), ""), "\n"))
		} else if f.Name == "want/kpi.csv" {
			f.Data = chosenKPIs(t, p, f.Data)
		} else if what, ok := strings.CutPrefix(f.Name, "want/"); ok {
			f.Data = tableText(t, p, strings.TrimSuffix(what, ".csv"), f.Data)
		}
		out.Files = append(out.Files, f)
	}
	return out
}

// featureOptions are the options that the section "options" of a feature gives.
func featureOptions(t *testing.T, a *txtar.Archive) plan.Options {
	t.Helper()
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "options" })
	if i < 0 {
		return plan.Options{}
	}
	o := &plan.FiniteOptions{}
	for line := range strings.Lines(string(a.Files[i].Data)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		at := 0
		switch name {
		case "", "finite":
		case "direction":
			at = slices.Index(schedule.Directions[:], value)
			o.Direction = schedule.Direction(at)
		case "rule":
			for rule := range strings.SplitSeq(value, ",") {
				at = slices.Index(schedule.Rules[:], strings.TrimSpace(rule))
				o.Rules = append(o.Rules, schedule.Rule(at))
			}
		case "lead-times":
			o.ScheduledLeadTimes = value == "scheduled"
		case "no-gap-filling":
			o.NoGapFilling = true
		default:
			at = -1
		}
		if at < 0 {
			t.Fatalf("options: %s: no such option or value", strings.TrimSpace(line))
		}
	}
	return plan.Options{Finite: o}
}

// checkFinite holds a schedule to its problem: it breaks only what it says it breaks, and has
// every operation of its orders.
func checkFinite(t *testing.T, p *plan.Plan) {
	t.Helper()
	f := p.Finite()
	if f == nil {
		return
	}
	for _, v := range f.Verify() {
		named := func(b schedule.Violation) bool { return b.Kind == v.Kind && b.Op == v.Op }
		if !v.Given && !slices.ContainsFunc(f.Schedule().Broken, named) {
			t.Errorf("%s (%s) is not among what is broken", f.Describe(v), v.Kind)
		}
	}
	rows := 0
	for range f.Operations() {
		rows++
	}
	ops := 0
	for i := range f.Problem().Ops {
		if f.Problem().Ops[i].Number > 0 {
			ops += len(f.Schedule().Of(int32(i)))
		}
	}
	if rows != ops {
		t.Errorf("%d rows of operations, %d are planned", rows, ops)
	}
}

// brokenText is what the schedule could not keep, and what pins given do not keep, a line each.
func brokenText(p *plan.Plan) string {
	f := p.Finite()
	var b strings.Builder
	for _, v := range f.Schedule().Broken {
		fmt.Fprintln(&b, f.Describe(v))
	}
	for _, v := range f.Verify() {
		if v.Given {
			fmt.Fprintln(&b, f.Describe(v))
		}
	}
	return b.String()
}

// whyText is the chain of causes of a demand, a line each.
func whyText(t *testing.T, p *plan.Plan, demand string) string {
	t.Helper()
	f := p.Finite()
	var b strings.Builder
	for _, r := range f.Promises() {
		if f.Demand(r.Demand).ID == demand {
			for _, c := range r.Causes {
				fmt.Fprintf(&b, "%s: %s\n", c.Kind, c)
			}
			return b.String()
		}
	}
	t.Fatalf("no demand %s", demand)
	return ""
}

// chosenKPIs are the rows of the table kpi that the wanted one has too.
func chosenKPIs(t *testing.T, p *plan.Plan, want []byte) []byte {
	t.Helper()
	all := string(tableText(t, p, "kpi", want))
	var b strings.Builder
	for line := range strings.Lines(all) {
		name, _, _ := strings.Cut(line, ",")
		if b.Len() == 0 || strings.Contains(string(want), "\n"+name+",") {
			b.WriteString(line)
		}
	}
	return []byte(b.String())
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
