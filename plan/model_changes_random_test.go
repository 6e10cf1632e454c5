package plan_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/generate"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// For any two models, the changes lead from one to the other, whichever is first, or there are none. Nearly all
// edits of what changes reach are reached.
func TestChangesLeadFromOneModelToAnother(t *testing.T) {
	reached, all := 0, 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 11))
		before := randomModel(t, seed)
		rows := before.Rows()
		for range 1 + r.IntN(8) {
			mutate(r, rows)
		}
		after, err := rows.Model()
		if err != nil {
			continue // such as a circle of components
		}
		other := randomModel(t, seed+1)
		for _, pair := range [][2]*plan.Model{{before, after}, {after, before}, {before, before}, {before, other}} {
			all++
			if leads(t, pair[0], pair[1]) {
				reached++
			}
		}
	}
	if t.Logf("%d of %d reached", reached, all); 2*reached < all {
		t.Errorf("only %d of %d reached", reached, all)
	}
}

// Whatever a model of the features has, it is no change from itself, and edits of it are reached or have no changes.
func TestChangesLeadFromOneFeatureToAnother(t *testing.T) {
	files, err := filepath.Glob("testdata/features/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no feature files: %v", err)
	}
	reached, all := 0, 0
	for n, file := range files {
		m := featureModel(t, file)
		before, err := m.Rows().Model() // without columns of its own
		if err != nil {
			t.Fatal(err)
		}
		if changes, ok := plan.Changes(m, m); !ok || len(changes) > 0 {
			t.Errorf("%s: %v %v from itself", file, changes, ok)
		}
		r := rand.New(rand.NewPCG(uint64(n), 13))
		rows := before.Rows()
		for range 3 {
			mutate(r, rows)
		}
		after, err := rows.Model()
		if err != nil {
			continue
		}
		for _, pair := range [][2]*plan.Model{{before, after}, {after, before}} {
			all++
			if leads(t, pair[0], pair[1]) {
				reached++
			}
		}
	}
	if t.Logf("%d of %d reached", reached, all); 2*reached < all {
		t.Errorf("only %d of %d reached", reached, all)
	}
}

func featureModel(t *testing.T, file string) *plan.Model {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range a.Files {
		if !strings.Contains(f.Name, "/") && f.Name != "options" {
			if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	m, _, err := tables.Load(context.Background(), dir, tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func randomModel(t *testing.T, seed uint64) *plan.Model {
	t.Helper()
	if seed%3 == 0 {
		m, err := works().Model()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
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

// leads reports whether changes lead from a model to another, and checks that they do.
func leads(t *testing.T, before, after *plan.Model) bool {
	t.Helper()
	changes, ok := plan.Changes(before, after)
	if !ok {
		if before == after {
			t.Error("a model is not itself")
		}
		return false
	}
	p, err := plan.New(context.Background(), before, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	q, err := p.Apply(context.Background(), readAgain(t, changes, before)...)
	if err != nil {
		if _, anew := plan.New(context.Background(), after, plan.Options{}); anew == nil {
			t.Fatalf("%v: %v, but the model can be planned", changes, err)
		}
		return false
	}
	if sameRows(t, unnumbered(q.Model()), unnumbered(after)); t.Failed() {
		t.Fatalf("after %v", changes)
	}
	return true
}

// readAgain are changes as they come back from a list: what leads to a model can be kept.
func readAgain(t *testing.T, changes []plan.Change, m *plan.Model) []plan.Change {
	t.Helper()
	if len(changes) == 0 {
		return nil
	}
	text, err := tables.FormatChanges(m.Zone(), changes)
	if err != nil {
		t.Fatal(err)
	}
	list, err := tables.ReadChanges(bytes.NewReader(text), tables.JSON, m.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return list[0].Changes
}

// mutate edits rows somewhere, mostly where changes reach.
func mutate(r *rand.Rand, rows *plan.Rows) {
	id := func() string { return fmt.Sprintf("N%d", r.IntN(1000)) }
	item := func() bom.Item { return rows.Items[r.IntN(len(rows.Items))] }
	start := rows.Settings.Start.Day
	day := func() bom.When { return bom.OnDay(start + bom.Day(r.IntN(60)) - 5) }
	units := func() bom.Quantity { return bom.Units(1 + r.Int64N(20)) }
	at := func(n int) int { return r.IntN(max(n, 1)) }
	switch r.IntN(16) {
	case 0:
		it := item()
		rows.Demands = append(rows.Demands, mrp.Demand{ID: id(), Item: it.ID, Site: it.Site, Quantity: units(), Due: day(), Customer: "ACME"})
	case 1:
		if len(rows.Demands) == 0 {
			return
		}
		d := &rows.Demands[at(len(rows.Demands))]
		d.Due, d.Quantity = day(), units()
	case 2:
		if len(rows.Demands) == 0 {
			return
		}
		gone := rows.Demands[at(len(rows.Demands))].ID
		rows.Demands = slices.DeleteFunc(rows.Demands, func(d mrp.Demand) bool { return d.ID == gone })
		rows.Stock = slices.DeleteFunc(rows.Stock, func(s mrp.Stock) bool { return s.ReservedFor == gone })
	case 3:
		if len(rows.Stock) > 0 {
			rows.Stock[at(len(rows.Stock))].Quantity = units()
		}
	case 4:
		it := item()
		rows.Stock = append(rows.Stock, mrp.Stock{Item: it.ID, Site: it.Site, Lot: id(), Quantity: units()})
	case 5:
		if len(rows.Demands) == 0 {
			return
		}
		rows.Stock = append(rows.Stock, mrp.Stock{Item: rows.Demands[0].Item, Site: rows.Demands[0].Site, Lot: id(), Quantity: units(), ReservedFor: rows.Demands[0].ID})
	case 6:
		it := item()
		rows.Receipts = append(rows.Receipts, mrp.Receipt{ID: id(), Kind: bom.Make, Item: it.ID, Site: it.Site, Quantity: units(), Due: day()})
	case 7:
		if len(rows.Receipts) > 0 {
			x := &rows.Receipts[at(len(rows.Receipts))]
			x.Due, x.Quantity = day(), units()
		}
	case 8:
		if len(rows.Receipts) > 0 {
			gone := rows.Receipts[at(len(rows.Receipts))].ID
			rows.Receipts = slices.DeleteFunc(rows.Receipts, func(x mrp.Receipt) bool { return x.ID == gone })
			rows.Allocations = slices.DeleteFunc(rows.Allocations, func(x mrp.Allocation) bool { return x.Receipt == gone })
		}
	case 9:
		it := bom.Item{ID: id(), LeadDays: bom.Some(3)}
		rows.Items = append(rows.Items, it)
		rows.Demands = append(rows.Demands, mrp.Demand{ID: id(), Item: it.ID, Quantity: units(), Due: day()})
		rows.Lines = append(rows.Lines, bom.Line{Parent: it.ID, Component: item().ID, Quantity: units()})
	case 10:
		rows.Items[at(len(rows.Items))].SafetyStock = bom.Some(units())
	case 11:
		if len(rows.Lines) > 0 {
			rows.Lines[at(len(rows.Lines))].Quantity = units()
		}
	case 12:
		if n := at(len(rows.Lines)); len(rows.Lines) > 0 {
			rows.Lines = slices.Delete(rows.Lines, n, n+1)
		}
	case 13:
		if len(rows.Operations) > 0 {
			rows.Operations[at(len(rows.Operations))].RunMin += bom.One
		}
	case 14:
		rows.WorkCentres = append(rows.WorkCentres, capacity.WorkCentre{ID: id()})
		rows.Downtime = append(rows.Downtime, capacity.Downtime{WorkCentre: rows.WorkCentres[0].ID, From: day(), To: bom.OnDay(start + 90)})
	case 15:
		rows.Settings.FreezeHours += bom.One
	}
}
