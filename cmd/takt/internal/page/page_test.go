package page_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/cmd/takt/internal/page"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

// load reads a model from a txtar file, with some of its tables replaced or taken away.
func load(t *testing.T, file string, change map[string]string) *plan.Model {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range txtar.Parse(text).Files {
		data, ok := change[f.Name]
		if !ok {
			data = string(f.Data)
		}
		if data == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return loadDir(t, dir)
}

func loadDir(t *testing.T, dir string) *plan.Model {
	t.Helper()
	m, _, err := tables.Load(t.Context(), dir, tables.Options{Now: func() time.Time { return time.Unix(0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// draw plans a model and draws its page.
func draw(t *testing.T, name string, m *plan.Model) string {
	t.Helper()
	p, err := plan.New(context.Background(), m, plan.Options{Finite: &plan.FiniteOptions{Direction: schedule.Backward}})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := page.Write(&b, page.Input{Model: name, Plan: p}); err != nil {
		t.Fatal(err)
	}
	checkWellFormed(t, b.String())
	return b.String()
}

var script = regexp.MustCompile(`(?s)<script>.*?</script>`)

// checkWellFormed reads a page as strictly as XML, which it also is but for its script.
func checkWellFormed(t *testing.T, text string) {
	t.Helper()
	if n := strings.Count(text, "<script"); n != 1 {
		t.Errorf("%d scripts", n)
	}
	for _, bad := range []string{"ZgotmplZ", "http:", "https:", "url(\"", "url('", "//www", "src=", "@import", "%!"} {
		if i := strings.Index(text, bad); i >= 0 {
			t.Errorf("the page has %q: …%s…", bad, text[max(0, i-60):min(len(text), i+60)])
		}
	}
	d := xml.NewDecoder(strings.NewReader(script.ReplaceAllString(text, "")))
	d.Entity = xml.HTMLEntity
	ids, links := map[string]bool{}, map[string]bool{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range e.Attr {
			switch a.Name.Local {
			case "id":
				if ids[a.Value] {
					t.Errorf("id %q is there twice", a.Value)
				}
				ids[a.Value] = true
			case "href":
				links[strings.TrimPrefix(a.Value, "#")] = true
			}
		}
	}
	for l := range links {
		if !ids[l] {
			t.Errorf("a link leads to #%s, which is not there", l)
		}
	}
}

// contains checks that a page has texts, whatever its tags.
func contains(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("the page has no %q", w)
		}
	}
}

var sentence = regexp.MustCompile(`<li[^>]*><span class="kind">([^<]*)</span><span>([^<]*)`)

func TestSmall(t *testing.T) {
	text := draw(t, `<i>small</i> "model"`, load(t, "testdata/small.txtar", nil))
	contains(t, text,
		"&lt;i&gt;small&lt;/i&gt;", "Mon 2026-03-02", "Europe/Berlin", "On time in full", "Inventory value",
		// The late demand, with its chain back to the purchase.
		"D-LATE&lt;/title&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;", `title="Door &#34;A&#34; &amp; &lt;b&gt;bold&lt;/b&gt;"`,
		"STEEL@main cannot be there before 2026-03-23", "STEEL (purchase)", `<li class="root">`,
		// Machines: a row each, one without work left out.
		`>SAW &#34;1&#34; 1</text>`, `>SAW &#34;1&#34; 2</text>`, ">OVEN</text>", ">CHECK</text>", "Without work and left out: 1",
		// Families, a setup, the pin.
		"STEEL &lt;2 mm&gt;", `<rect class="s"`, "\npinned", `<path class="p"`,
		"Week 10 · 2 Mar – 8 Mar 2026", "op 20", "FRAME@main/2026-03-03/1",
		// Load and stock.
		"of 80 h", "safety stock 8", "safety stock 50")
	for _, bad := range []string{"<script>alert", "<b>bold", "D-LATE</title>", "<2 mm>"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	var chain []string
	for _, m := range sentence.FindAllStringSubmatch(text, -1) {
		chain = append(chain, m[1]+": "+m[2])
	}
	if got := chain[len(chain)-1]; !strings.HasPrefix(got, "purchase: STEEL@main") {
		t.Errorf("the chain ends with %q:\n%s", got, strings.Join(chain, "\n"))
	}
}

// The same plan gives the same bytes.
func TestDeterministic(t *testing.T) {
	m := load(t, "testdata/small.txtar", nil)
	first := draw(t, "small", m)
	for range 5 {
		if draw(t, "small", m) != first {
			t.Fatal("another page of the same plan")
		}
	}
}

// A plan without anything to tell says so.
func TestEmpty(t *testing.T) {
	tests := []struct {
		name   string
		change map[string]string
		want   []string
	}{
		{"no machines", map[string]string{"routings.csv": "", "work_centres.csv": "", "schedule.csv": ""},
			[]string{"No operation runs on a machine", "No work centre has work", "No operation waits"}},
		{"no demands", map[string]string{"demands.csv": "demand,item,qty,due\n", "schedule.csv": "", "items.csv": "item\n<script>alert(1)</script>\nFRAME\nSTEEL\nBOLT\n"},
			[]string{"Nothing is late", "No operation runs", "There are no orders", "No part falls below zero"}},
		{"nothing late", map[string]string{"demands.csv": "demand,item,qty,due\nD-2,<script>alert(1)</script>,3,2026-05-08\n", "schedule.csv": ""},
			[]string{"Nothing is late", "1 demand</p>", "OVEN"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			contains(t, draw(t, test.name, load(t, "testdata/small.txtar", test.change)), test.want...)
		})
	}
}

// The example has a steel route, whose coils must be seen.
func TestAppliance(t *testing.T) {
	text := draw(t, "appliance", loadDir(t, "../../../../examples/appliance"))
	contains(t, text, ">PICKLE-1</text>", ">ROLL-1</text>", ">GALV-1</text>", ">SLIT-1</text>", "COIL-GALV-0.8@main/", "COIL-PICK-2.0@main/", "W1250")
}

// large is a model whose orders make so many operations, on 120 machines, all too late.
func large(operations int) *plan.Model {
	start := bom.On(2026, 1, 5)
	b := plan.NewBuilder()
	b.SetSettings(mrp.Settings{Start: bom.OnDay(start)})
	for c := range 60 {
		b.AddWorkCentre(capacity.WorkCentre{ID: fmt.Sprintf("CENTRE-%02d", c), Machines: bom.Some(2)})
	}
	const days = 40
	items := operations / days / 2
	for i := range items {
		made, part := fmt.Sprintf("A-RATHER-LONG-PRODUCT-NAME-%04d", i), fmt.Sprintf("A-RATHER-LONG-PART-NAME-%04d", i)
		b.AddItem(bom.Item{ID: made, Decimals: bom.Some(0)})
		b.AddItem(bom.Item{ID: part, Decimals: bom.Some(0)})
		b.AddLine(bom.Line{Parent: made, Component: part, Quantity: bom.Units(1)})
		for n, id := range []string{made, part} {
			b.AddOperation(capacity.Operation{Item: id, Op: 10, WorkCentre: fmt.Sprintf("CENTRE-%02d", (i*7+n*13)%60),
				SetupMin: bom.Number(5 * bom.One), RunMin: bom.Number(60 * bom.One), SetupFamily: fmt.Sprintf("FAMILY-%d", i%20)})
		}
		for d := range days {
			b.AddDemand(mrp.Demand{ID: fmt.Sprintf("DEMAND-%04d-%02d", i, d), Item: made, Quantity: bom.Units(int64(1 + (i+d)%5)), Due: bom.OnDay(start + bom.Day(d))})
		}
	}
	m, err := b.Build()
	if err != nil {
		panic(err)
	}
	return m
}

func TestSizeCap(t *testing.T) {
	const operations, most = 20_500, 6_000_000
	text := draw(t, "large", large(operations))
	if len(text) > most {
		t.Errorf("%d bytes, at most %d", len(text), most)
	}
	contains(t, text, "(UTC) · 20,", " operations on 120 machines", "The busiest 40 machines are shown … and 80 more machines", "more weeks", "more demands")
	t.Logf("%d bytes", len(text))
}

func BenchmarkWrite(b *testing.B) {
	p, err := plan.New(context.Background(), large(20_000), plan.Options{Finite: &plan.FiniteOptions{}})
	if err != nil {
		b.Fatal(err)
	}
	p.Finite().Promises()
	for b.Loop() {
		if err := page.Write(io.Discard, page.Input{Model: "large", Plan: p}); err != nil {
			b.Fatal(err)
		}
	}
}
