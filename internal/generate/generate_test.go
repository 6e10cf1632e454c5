package generate

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// text is a model as tables write it.
func text(t *testing.T, o Options) string {
	t.Helper()
	m, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, table := range m.Tables() {
		fmt.Fprintln(&b, table.Name)
		if err := table.CSV(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestDeterministic(t *testing.T) {
	o := Defaults(500)
	o.Sites, o.Routings, o.WorkWeek, o.Forecasts = 2, true, true, 30
	first := text(t, o)
	if again := text(t, o); again != first {
		t.Error("the same options give another model")
	}
	o.Seed++
	if other := text(t, o); other == first {
		t.Error("another seed gives the same model")
	}
}

// TestPinned keeps published benchmark models the same from version to version.
func TestPinned(t *testing.T) {
	const want = "parent,component,qty\nI0000,I0003,1\nI0000,I0051,1\n"
	if got := text(t, Defaults(100)); !strings.Contains(got, want) {
		at := strings.Index(got, "parent,component,qty")
		t.Errorf("the model of seed 1 changed; its lines begin\n%.80s", got[at:])
	}
}

func TestModelsCanBePlanned(t *testing.T) {
	all, err := ParseLotRules("all=1")
	if err != nil {
		t.Fatal(err)
	}
	change := map[string]func(*Options){
		"defaults":      func(*Options) {},
		"one part":      func(o *Options) { o.Parts = 1 },
		"two parts":     func(o *Options) { o.Parts = 2 },
		"nothing made":  func(o *Options) { o.MadeShare = 0 },
		"all made":      func(o *Options) { o.MadeShare = 1 },
		"a tree":        func(o *Options) { o.Sharing = 0 },
		"all shared":    func(o *Options) { o.Sharing = 1 },
		"one level":     func(o *Options) { o.Depth = 1 },
		"deep":          func(o *Options) { o.Depth, o.Parts = 30, 600 },
		"wide":          func(o *Options) { o.Width = 60 },
		"sites":         func(o *Options) { o.Sites = 5 },
		"no demand":     func(o *Options) { o.Demands = 0 },
		"all lot rules": func(o *Options) { o.LotRules = all },
		"everything": func(o *Options) {
			o.Sites, o.Routings, o.WorkWeek, o.Forecasts, o.LotRules, o.ReceiptShare = 3, true, true, 40, all, 0.3
		},
	}
	for name, set := range change {
		t.Run(name, func(t *testing.T) {
			o := Defaults(400)
			set(&o)
			m, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			b := plan.NewBuilder()
			m.Fill(b)
			model, err := b.Build()
			if err != nil {
				t.Fatal(err)
			}
			if got := model.Catalog.NumParts(); got != o.Parts || m.Parts() != o.Parts {
				t.Errorf("%d parts, %d announced, expected %d", got, m.Parts(), o.Parts)
			}
			if _, err := plan.New(t.Context(), model, plan.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestShape(t *testing.T) {
	o := Defaults(20_000)
	o.Depth, o.Width, o.MadeShare = 5, 7, 0.4
	m, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	b := plan.NewBuilder()
	m.Fill(b)
	model, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	n, err := model.Network()
	if err != nil {
		t.Fatal(err)
	}
	if got := n.NumLevels(); got != o.Depth+1 {
		t.Errorf("%d low-level codes, expected %d", got, o.Depth+1)
	}
	made := 0
	for p := range n.Parts {
		if from, to := n.Lines(bom.PartID(p)); from < to {
			made++
		}
	}
	if want := int(float64(o.Parts) * o.MadeShare); made < want-1 || made > want+1 {
		t.Errorf("%d parts are made, expected %d", made, want)
	}
	mean := float64(len(n.Components)) / float64(made)
	if mean < 0.97*o.Width || mean > 1.03*o.Width {
		t.Errorf("%.2f lines a made part, expected %v", mean, o.Width)
	}
}

func TestOptionErrors(t *testing.T) {
	o := Defaults(100)
	o.Parts, o.Width, o.Sharing, o.LotRules, o.Sites = -1, 0.5, 1.5, nil, 0
	_, err := New(o)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"parts is -1", "width is 0.5", "sharing is 1.5", "lot rules", "sites is 0"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error without %q: %v", want, err)
		}
	}
}

func TestParseLotRules(t *testing.T) {
	got, err := ParseLotRules("lot_for_lot=3, period")
	if err != nil || len(got) != 2 || got[0] != (Weight{bom.LotForLot, 3}) || got[1] != (Weight{bom.PeriodLot, 1}) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "periode", "period=x", "period=-1"} {
		if _, err := ParseLotRules(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}
