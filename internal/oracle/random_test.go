package oracle

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

const seeds = 300

func TestRandomIsDeterministic(t *testing.T) {
	for seed := range uint64(50) {
		if !reflect.DeepEqual(Random(seed, 15), Random(seed, 15)) {
			t.Fatalf("seed %d: two different models", seed)
		}
	}
}

// Rule 15: the material plan is a function of the tables, whatever their row order.
func TestRowOrderDoesNotMatter(t *testing.T) {
	for seed := range uint64(seeds) {
		rows := Random(seed, 15)
		want := Plan(rows)
		shuffle(rows, rand.New(rand.NewPCG(seed, 1)))
		if got := Plan(rows); !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: another row order gives another plan", seed)
		}
	}
}

func shuffle(rows *plan.Rows, r *rand.Rand) {
	all := reflect.ValueOf(rows).Elem()
	for i := range all.NumField() {
		if f := all.Field(i); f.Kind() == reflect.Slice {
			r.Shuffle(f.Len(), reflect.Swapper(f.Interface()))
		}
	}
}

// Rule 3: PA(t) = PA(t−1) + receipts + planned − requirements, never below the
// safety stock; only stock that joins or is lost changes it otherwise.
func TestProjection(t *testing.T) {
	f := AllFeatures()
	f.Expiry, f.Quarantine, f.Reserved = false, false, false
	for seed := range uint64(seeds) {
		rows := RandomWith(seed, 15, f)
		result := Plan(rows)
		for p, days := range result.Projected {
			before := stockOf(rows, p)
			for _, d := range days {
				before += d.Receipts + d.Planned - d.Requirements
				if d.Projected != before || d.Projected < d.SafetyStock {
					t.Fatalf("seed %d: %v on %s: projected %s, want %s, safety %s", seed, p, d.Day, d.Projected, before, d.SafetyStock)
				}
			}
		}
	}
}

func stockOf(rows *plan.Rows, p part) (sum bom.Quantity) {
	for _, s := range rows.Stock {
		if (part{s.Item, s.Site}) == p {
			sum += convert(s.Quantity, factor(rows, s.Item, s.UOM))
		}
	}
	return sum
}

// Every feature must change some plans, and switching it must leave valid models.
func TestFeaturesShow(t *testing.T) {
	const models = 40
	all := AllFeatures()
	var full []*Result
	for seed := range uint64(models) {
		full = append(full, Plan(Random(seed, 15)))
	}
	for i := range reflect.TypeFor[Features]().NumField() {
		name := reflect.TypeFor[Features]().Field(i).Name
		f := all
		reflect.ValueOf(&f).Elem().Field(i).SetBool(false)
		changed := 0
		for seed := range uint64(models) {
			if !reflect.DeepEqual(Plan(RandomWith(seed, 15, f)), full[seed]) {
				changed++
			}
		}
		if changed == 0 && name != "Timestamps" { // the material plan takes their day
			t.Errorf("%s changes no plan", name)
		}
	}
}

// The models keep within what the tables allow.
func TestRandomIsValid(t *testing.T) {
	for seed := range uint64(seeds) {
		rows := Random(seed, 30)
		m := normalise(rows)
		if n := len(rows.Items); n < 3 || n > 25 {
			t.Errorf("seed %d: %d parts", seed, n)
		}
		if n := len(rows.Demands); n < 1 || n > 40 {
			t.Errorf("seed %d: %d demands", seed, n)
		}
		for p := range m.parts {
			if _, ok := m.items[p]; !ok {
				t.Errorf("seed %d: %v has no items row", seed, p)
			}
		}
		for p, item := range m.items {
			checkPart(t, seed, m, p, item)
		}
	}
}

func checkPart(t *testing.T, seed uint64, m *model, p part, item bom.Item) {
	if item.Phantom && (len(m.sources[p]) > 0 || len(m.lines[p]) == 0) {
		t.Errorf("seed %d: phantom %v with sources or without lines", seed, p)
	}
	if item.LotRule == bom.MinMax && item.OrderUpTo < max(item.ReorderPoint, item.SafetyStock.Value) {
		t.Errorf("seed %d: %v orders up to less than the trigger", seed, p)
	}
	for _, s := range m.sourcesOf(p) {
		mod := m.modifiers(p, s)
		if mod.max > 0 && (mod.min > mod.max || upToMultiple(mod.max, mod.multiple) != mod.max) {
			t.Errorf("seed %d: %v from %q: %+v", seed, p, s.ID, mod)
		}
		if s.Kind == bom.Make && len(m.lines[p]) == 0 && len(m.operations[p]) == 0 {
			t.Errorf("seed %d: %v is made of nothing", seed, p)
		}
	}
	for _, l := range m.lines[p] {
		if item.Phantom && l.Per == bom.PerOrder || l.Quantity < 0 && (l.Scrap != 0 || l.SubstituteGroup != "") {
			t.Errorf("seed %d: %v: line %+v", seed, p, l)
		}
	}
}
