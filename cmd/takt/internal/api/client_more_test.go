package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/client"
	"github.com/taktplan/takt/plan"
)

// described checks that the client's document has the members that the description has, of the same kinds, and no others.
func described(t *testing.T, r huma.Registry, where string, s *huma.Schema, theirs reflect.Type) {
	t.Helper()
	if s.Ref != "" {
		s = r.SchemaFromRef(s.Ref)
	}
	if len(s.AnyOf) > 0 { // or null
		described(t, r, where, s.AnyOf[0], theirs)
		return
	}
	kinds := map[string][]reflect.Kind{huma.TypeString: {reflect.String}, huma.TypeInteger: {reflect.Int, reflect.Int64, reflect.Uint64}, huma.TypeNumber: {reflect.Int, reflect.String},
		huma.TypeBoolean: {reflect.Bool}, huma.TypeArray: {reflect.Slice}, huma.TypeObject: {reflect.Struct, reflect.Map}}[s.Type]
	switch {
	case !slices.Contains(kinds, theirs.Kind()) || s.Type == huma.TypeNumber && theirs.Kind() == reflect.String && theirs != reflect.TypeFor[json.Number]():
		t.Errorf("%s is a %s, of the client a %v", where, s.Type, theirs)
	case theirs.Kind() == reflect.Slice:
		described(t, r, where+"[]", s.Items, theirs.Elem())
	case theirs.Kind() == reflect.Map && theirs != reflect.TypeFor[client.Row](): // rows are by column, whichever there are
		described(t, r, where+"{}", s.AdditionalProperties.(*huma.Schema), theirs.Elem())
	case theirs.Kind() == reflect.Struct:
		b := members(theirs)
		for _, name := range sortedKeys(s.Properties) {
			if b[name] == nil {
				t.Errorf("%s.%s: the client does not have it", where, name)
				continue
			}
			described(t, r, where+"."+name, s.Properties[name], b[name])
		}
		for name := range b {
			if s.Properties[name] == nil {
				t.Errorf("%s.%s: the service does not have it", where, name)
			}
		}
	}
}

// The documents that the service writes member by member are those of the client, too.
func TestClientDocumentsAreAsDescribed(t *testing.T) {
	r := serve(t, fourOrders().Model).server.OpenAPI().Components.Schemas
	for name, d := range map[string]any{"PeggingTree": client.PeggingTree{}, "Explanation": client.Explanation{}, "Order": client.Order{}, "Demand": client.Demand{}} {
		s := r.Map()[name]
		if s == nil {
			t.Fatalf("%s is not described", name)
		}
		described(t, r, name, s, reflect.TypeOf(d))
	}
}

// The client has incoming orders decided on, and puts the accepted ones into the plan, once.
func TestClientReviewsOrders(t *testing.T) {
	s := serve(t, fourOrders().Model)
	c, ctx := clientOf(s), t.Context()
	orders := []client.Wanted{{Demand: "N1", Item: "A", Quantity: "4", Due: "2026-03-12", Customer: "Hansen"}, {Demand: "N2", Item: "A", Quantity: "8", Due: "2026-03-03"}}
	r := good[client.ReviewAnswer](t)(c.Review(ctx, client.ReviewRequest{Orders: orders}))
	if len(r.Verdicts) != 2 || r.Verdicts[0].Decision != "accept" || r.Verdicts[0].Customer != "Hansen" || r.Step != nil || s.version() != 1 {
		t.Fatalf("%+v", r)
	}
	if v := r.Verdicts[1]; v.Decision != "counter_offer" || v.Promised <= v.Due || v.Quantity != "8" || len(v.Reasons) == 0 || v.Reasons[0].Text == "" || len(v.Levers) == 0 || v.Levers[0].Cost == "" {
		t.Errorf("%+v", v)
	}

	no := false
	accept := client.ReviewRequest{Orders: orders, Hold: "2026-03-20", Levers: &no, Accept: true}
	a := good[client.ReviewAnswer](t)(c.Review(ctx, accept, client.Key("monday"), client.IfMatch(r.Version)))
	n2, _ := s.demand("N2")
	if a.Version != 2 || a.Step == nil || a.Step.Version != 2 || a.Step.Replayed || !a.Verdicts[1].Held || a.Verdicts[1].Levers != nil || n2.ID != "N2" {
		t.Errorf("%+v", a)
	}
	again := good[client.ReviewAnswer](t)(c.Review(ctx, accept, client.Key("monday"), client.IfMatch(r.Version)))
	if again.Version != 2 || again.Step == nil || !again.Step.Replayed || s.version() != 2 {
		t.Errorf("%+v", again)
	}
	if _, err := c.Review(ctx, accept, client.IfMatch(r.Version)); !client.IsProblem(err, "stale") {
		t.Error(err)
	}

	_, err := c.Review(ctx, client.ReviewRequest{Orders: []client.Wanted{{Demand: "M1", Item: "Z", Quantity: "1", Due: "2026-03-12"}, {Demand: "N1", Item: "A", Quantity: "1", Due: "2026-03-12"}}})
	p, ok := errors.AsType[*client.Problem](err)
	if !ok || p.Name() != "invalid-value" || len(p.Errors) != 2 || p.Errors[0].Location != "body.orders[0].item" || p.Errors[0].Value != "Z" || p.Errors[1].Location != "body.orders[1].demand" {
		t.Errorf("%#v", err)
	}
}

// The client follows supplies down and up, and is told why things are planned as they are.
func TestClientAsksWhy(t *testing.T) {
	s := appliance(t)
	c, ctx := clientOf(s), t.Context()
	tree := good[client.PeggingTree](t)(c.Pegging(ctx, "SO-1038", client.PeggingQuery{}))
	if tree.Version != s.version() || tree.ID != "SO-1038" || tree.Direction != "down" || tree.Cut || len(tree.Items) < 3 || tree.Items[0].Level != 1 {
		t.Fatalf("%+v", tree)
	}
	made := tree.Items[slices.IndexFunc(tree.Items, func(b client.Branch) bool { return b.OrderKind == "make" })]
	if made.Quantity == "" || made.Site != "main" || made.Start == "" || made.Due < made.Start || !strings.HasPrefix(made.ID, made.Item) {
		t.Errorf("%+v", made)
	}
	short := good[client.PeggingTree](t)(c.Pegging(ctx, "SO-1038", client.PeggingQuery{Depth: 1, AtLeast: s.version()}))
	if len(short.Items) == 0 || len(short.Items) >= len(tree.Items) || slices.ContainsFunc(short.Items, func(b client.Branch) bool { return b.Level > 1 }) {
		t.Errorf("%+v", short)
	}
	up := good[client.PeggingTree](t)(c.Pegging(ctx, made.ID, client.PeggingQuery{Direction: "up"})) // an id with slashes
	if up.Direction != "up" || !slices.ContainsFunc(up.Items, func(b client.Branch) bool { return b.ID == "SO-1038" && b.Kind == "demand" }) {
		t.Errorf("%s goes to %+v", made.ID, up)
	}

	demand := good[client.Explanation](t)(c.Explain(ctx, "SO-1038", client.ExplainQuery{As: "demand"}))
	if demand.Kind != "demand" || demand.Version != s.version() || len(demand.Tables["supply"]) != len(tree.Items) || len(demand.Tables["deliveries"]) == 0 {
		t.Errorf("%+v", demand)
	}
	order := good[client.Explanation](t)(c.Explain(ctx, made.ID, client.ExplainQuery{Depth: 1}))
	if order.Kind != "order" || len(order.Tables["steps"]) == 0 || order.Tables["steps"][0].Text("text") == "" || len(order.Tables["schedule"]) == 0 {
		t.Errorf("%+v", order)
	}
	if part := good[client.Explanation](t)(c.Explain(ctx, "FRIDGE-420@main", client.ExplainQuery{})); part.Kind != "part" || len(part.Tables["stock_requirements"]) == 0 {
		t.Errorf("%+v", part)
	}
	for _, err := range []error{second(c.Explain(ctx, "FRIDGE-420", client.ExplainQuery{As: "order"})), second(c.Pegging(ctx, "SO-10381", client.PeggingQuery{}))} {
		if p, ok := errors.AsType[*client.Problem](err); !ok || p.Name() != "not-found" || p.ID == "" {
			t.Errorf("%v", err)
		}
	}
	for _, err := range []error{second(c.Explain(ctx, "SO-1038", client.ExplainQuery{As: "thing"})), second(c.Pegging(ctx, "SO-1038", client.PeggingQuery{Depth: -1}))} {
		if !client.IsProblem(err, "invalid-request") {
			t.Errorf("%v", err)
		}
	}
}

// Lists that have no method of their own are gone through by their path.
func TestClientGoesThroughAnyList(t *testing.T) {
	s := appliance(t)
	c, ctx := clientOf(s), t.Context()
	known := collect(t, client.Each[TableInfo](ctx, c, client.Query{}, "tables"))
	if !slices.ContainsFunc(known, func(i TableInfo) bool { return i.Table == "demands" && i.Rows > 0 && len(i.Columns) > 0 }) {
		t.Errorf("%+v", known)
	}
	site := client.Query{Where: map[string]string{"site": "main"}}
	if rows := collect(t, client.Each[client.Row](ctx, c, site, "plan", "parts", "FRIDGE-420", "requirements")); len(rows) == 0 || rows[0].Text("element") == "" {
		t.Errorf("%v", rows)
	}
	if _, err := c.Quote(ctx, client.QuoteRequest{Inquiry: client.Inquiry{Wanted: client.Wanted{Demand: "Q-1", Item: "FRIDGE-420", Quantity: "2", Due: "2026-06-10"}}, Expires: "2026-03-20"}); err != nil {
		t.Fatal(err)
	}
	if quotes := collect(t, client.Each[client.Quote](ctx, c, client.Query{}, "quotes")); len(quotes) == 0 || !slices.ContainsFunc(quotes, func(q client.Quote) bool { return q.Demand == "Q-1" }) {
		t.Errorf("%+v", quotes)
	}
}

// second is the error of a call.
func second[T any](_ T, err error) error { return err }

// The client sends tables in every form; each is the same change.
func TestClientUploadsTablesInEveryForm(t *testing.T) {
	rows := fourOrders()
	rows.Demands = append(rows.Demands, pieces("S9", 2, 20))
	with := good[*plan.Model](t)(rows.Model())
	file := func(name, text string) []client.File { return []client.File{{Name: name, Data: []byte(text)}} }
	for name, u := range map[string]client.Upload{
		"CSV":      {Files: file("demands.csv", newDemand)},
		"JSON":     {Files: file("monday.json", `{"demands":[{"demand":"S9","item":"A","qty":2,"due":"2026-03-20"}]}`), Mode: "put"},
		"ZIP":      {Files: file("monday.zip", zipped(t, "demands.csv", newDemand)), Mode: "merge"},
		"workbook": {Files: file("model.xlsx", workbook(t, with)), Mode: "replace"},
		"rows":     {Rows: map[string][]client.Row{"demands": {{"demand": "S9", "item": "A", "qty": json.Number("2"), "due": "2026-03-20"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, fourOrders().Model)
			c, ctx := clientOf(s), t.Context()
			u.Check = true
			if out := good[client.Edited](t)(c.Upload(ctx, u)); !out.Checked || out.Count != 1 || s.version() != 1 {
				t.Errorf("a check: %+v", out)
			}
			u.Check = false
			out := good[client.Edited](t)(c.Upload(ctx, u, client.Key("k"), client.IfMatch(1)))
			if d, ok := s.demand("S9"); !ok || d.Quantity.String() != "2" || out.Version != 2 || out.Loaded || out.Replayed || !slices.Contains(out.Tables, "demands") || !slices.Equal(out.Changes, []string{"add demand S9"}) {
				t.Errorf("%+v, %+v", out, d)
			}
			if again := good[client.Edited](t)(c.Upload(ctx, u, client.Key("k"), client.IfMatch(1))); !again.Replayed || again.Version != 2 || s.version() != 2 {
				t.Errorf("again: %+v", again)
			}
			if _, err := c.Upload(ctx, u, client.IfMatch(1)); !client.IsProblem(err, "stale") {
				t.Error(err)
			}
		})
	}
}

// All that is wrong with an upload comes at once, row by row, and nothing is changed.
func TestClientIsToldAllErrorsOfAnUpload(t *testing.T) {
	s := serve(t, fourOrders().Model)
	c, ctx := clientOf(s), t.Context()
	_, err := c.Upload(ctx, client.Upload{
		Files: []client.File{{Name: "demands.csv", Data: []byte("demand,item,qty,due\nS1,A,many,2026-03-20\nS2,A,1,soon\n")}, {Name: "notes.csv", Data: []byte("a,b\n")}},
		Rows:  map[string][]client.Row{"items": {{"item": "A"}, {"item": "B", "decimals": 9}}},
	})
	p, ok := errors.AsType[*client.Problem](err)
	if !ok || p.Name() != "invalid-tables" || p.More != 0 {
		t.Fatalf("%#v", err)
	}
	var got []string
	for _, f := range p.Errors {
		got = append(got, fmt.Sprintf("%s %s:%d %s %q", f.File, f.Table, f.Line, f.Column, f.Value))
		if f.Detail == "" {
			t.Errorf("%+v says nothing", f)
		}
	}
	slices.Sort(got)
	want := []string{`demands.csv demands:2 qty "many"`, `demands.csv demands:3 due "soon"`, `notes.csv :0  ""`, `rows.json items:2 decimals "9"`}
	if !slices.Equal(got, want) || s.version() != 1 {
		t.Errorf("version %d, %q", s.version(), got)
	}

	var long strings.Builder
	long.WriteString("demand,item,qty,due\n")
	const bad = 3000
	for i := range bad {
		fmt.Fprintf(&long, "X%d,A,many,2026-03-20\n", i)
	}
	_, err = c.Upload(ctx, client.Upload{Files: []client.File{{Name: "demands.csv", Data: []byte(long.String())}}})
	if p, ok := errors.AsType[*client.Problem](err); !ok || len(p.Errors)+p.More != bad || p.More == 0 || p.Errors[1].Line != 3 {
		t.Errorf("%v", err)
	}
	if _, err := c.Upload(ctx, client.Upload{Files: []client.File{{Name: "plan.doc", Data: []byte("x")}}}); !client.IsProblem(err, "media-type") {
		t.Error(err)
	}
	if _, err := c.Upload(ctx, client.Upload{Files: []client.File{{Name: "demands.csv", Data: []byte(newDemand)}}, Mode: "add"}); !client.IsProblem(err, "invalid-request") {
		t.Error(err)
	}
}

// whole reads a file to its end.
func whole(t *testing.T) func(*client.Download, error) (string, *client.Download) {
	return func(d *client.Download, err error) (string, *client.Download) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		text, err := io.ReadAll(d)
		if err != nil {
			t.Fatal(err)
		}
		return string(text), d
	}
}

// The client's exports are the files that the service writes, byte by byte. In a workbook the order of the parts may differ.
func TestClientExportsThePlan(t *testing.T) {
	s := appliance(t)
	c, ctx := clientOf(s), t.Context()
	for format, media := range map[string]string{"": mediaZip, "zip": mediaZip, "json": mediaJSON, "xlsx": mediaExcel} {
		text, d := whole(t)(c.ExportPlan(ctx, client.ExportQuery{Format: format, AtLeast: 1}))
		want := s.ask("GET", "/v1/exports/plan", "", "Accept", media).want(200).text
		if text != string(want) && (format != "xlsx" || !strings.HasPrefix(text, "PK")) || d.Version != 1 || d.Media != media || d.Name != "plan-1."+cmp.Or(format, "zip") {
			t.Errorf("%q: %d bytes, %s %s", format, len(text), d.Media, d.Name)
		}
	}
	page, d := whole(t)(c.Report(ctx, 0))
	if !strings.HasPrefix(page, "<!") || !strings.Contains(page, "SO-1038") || d.Media != "text/html" || d.Version != 1 {
		t.Errorf("%s of %d bytes", d.Media, len(page))
	}
	csv, d := whole(t)(c.TableCSV(ctx, "demands", 0))
	if csv != string(s.ask("GET", "/v1/tables/demands", "", "Accept", "text/csv").text) || d.Name != "demands.csv" || d.Media != mediaCSV {
		t.Errorf("%+v %s", d, csv)
	}
	if _, err := c.TableCSV(ctx, "demand", 0); !client.IsProblem(err, "not-found") {
		t.Error(err)
	}
	if _, err := c.ExportPlan(ctx, client.ExportQuery{Format: "pdf"}); !client.IsProblem(err, "invalid-request") {
		t.Error(err)
	}
	material := serveWith(t, nil, fourOrders().Model)
	if _, err := clientOf(material).Report(ctx, 0); !client.IsProblem(err, "conflict") {
		t.Error(err)
	}
}

// What the client reads as a whole model it puts back, and it is the same model.
func TestClientPutsAModelBack(t *testing.T) {
	s := serve(t, fourOrders().Model)
	c, ctx := clientOf(s), t.Context()
	want, _ := whole(t)(c.ExportModel(ctx, client.ExportQuery{Format: "json"}))
	for _, format := range []string{"json", "zip", "xlsx"} {
		text, d := whole(t)(c.ExportModel(ctx, client.ExportQuery{Format: format}))
		u := client.Upload{Files: []client.File{{Name: d.Name, Data: []byte(text)}}}
		step := good[client.Step](t)(c.Apply(ctx, []client.Change{{"change": "cancel_demand", "demand": "S4"}}))
		if out := good[client.Edited](t)(c.ReplaceModel(ctx, client.Upload{Files: u.Files, Check: true})); !out.Checked || s.version() != step.Version {
			t.Errorf("a check: %+v", out)
		}
		out := good[client.Edited](t)(c.ReplaceModel(ctx, u, client.IfMatch(step.Version)))
		if got, _ := whole(t)(c.ExportModel(ctx, client.ExportQuery{Format: "json", AtLeast: out.Version})); !out.Loaded || out.Version != step.Version+1 || got != want {
			t.Errorf("%s: %+v", format, out)
		}
	}
	_, err := c.ReplaceModel(ctx, client.Upload{Rows: map[string][]client.Row{"items": {}}})
	if p, ok := errors.AsType[*client.Problem](err); !ok || p.Name() != "invalid-tables" || len(p.Errors) == 0 {
		t.Errorf("%v", err)
	}
}
