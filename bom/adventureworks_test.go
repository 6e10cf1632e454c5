package bom_test

import (
	"context"
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/shareddata"
	"github.com/taktplan/takt/plan/tables"
)

// explosionCase is a day of AdventureWorks: what was sold, and the work orders that its own system made.
type explosionCase struct {
	sold, made map[string]bom.Quantity
}

func readExplosionCases(t *testing.T, path string) map[string]*explosionCase {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"case", "kind", "item", "qty"}; !slices.Equal(rows[0], want) {
		t.Fatalf("%s: columns %q, want %q", path, rows[0], want)
	}
	cases := map[string]*explosionCase{}
	for _, row := range rows[1:] {
		c := cases[row[0]]
		if c == nil {
			c = &explosionCase{sold: map[string]bom.Quantity{}, made: map[string]bom.Quantity{}}
			cases[row[0]] = c
		}
		quantities := map[string]map[string]bom.Quantity{"sold": c.sold, "made": c.made}[row[1]]
		if quantities == nil {
			t.Fatalf("%s: case %s has kind %q", path, row[0], row[1])
		}
		quantities[row[2]] += bom.MustQuantity(row[3])
	}
	return cases
}

// TestAdventureWorks explodes what Microsoft's AdventureWorks sold on 392 days through
// its lines without an end date: for every item with a bill of material that must be
// what its own system then made.
func TestAdventureWorks(t *testing.T) {
	folder := shareddata.Path(t, "adventureworks")
	model, _, err := tables.Load(context.Background(), folder, tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	network, err := model.Network()
	if err != nil {
		t.Fatal(err)
	}
	cases := readExplosionCases(t, filepath.Join(folder, "explosion_cases.csv"))
	if len(cases) != 392 {
		t.Fatalf("%d cases, want 392", len(cases))
	}
	open := bom.Selection{Lines: func(c *bom.Component) bool { return c.ToDate == bom.NoDay }}
	// The last day of the history: every line without an end date has begun.
	structure := network.On(bom.On(2014, time.June, 30), open)
	for _, id := range slices.Sorted(maps.Keys(cases)) {
		c := cases[id]
		made := map[string]bom.Quantity{}
		for total, err := range structure.Summarised(amounts(t, network, c.sold)...) {
			if err != nil {
				t.Fatal(err)
			}
			if from, to := network.Lines(total.Part); from < to {
				made[network.ItemID(total.Part)] = total.Quantity
			}
		}
		if !maps.Equal(made, c.made) {
			t.Errorf("case %s: exploding %v gives\n%v, made was\n%v", id, c.sold, made, c.made)
		}
	}
}

func amounts(t *testing.T, network *bom.Network, quantities map[string]bom.Quantity) []bom.Amount {
	t.Helper()
	var out []bom.Amount
	for item, q := range quantities {
		p, ok := network.Part(item, "")
		if !ok {
			t.Fatalf("no item %s", item)
		}
		out = append(out, bom.Amount{Part: p, Quantity: q})
	}
	return out
}
