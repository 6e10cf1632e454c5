package api

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/plan/tables/xlsx"
)

// send sends a body that is not JSON.
func (s *service) send(method, path, media, body string, headers ...string) *reply {
	s.t.Helper()
	return s.ask(method, path, body, append([]string{"Content-Type", media}, headers...)...)
}

const newDemand = "demand,item,qty,due\nS9,A,2,2026-03-20\n"

// zipped is a ZIP with files by name and content in turn.
func zipped(t testing.TB, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, files[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// workbook is a model as a workbook.
func workbook(t testing.TB, m *plan.Model) string {
	t.Helper()
	var b bytes.Buffer
	if err := xlsx.Write(t.Context(), &b, tables.Of(m)...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// form is a form with files by name and content in turn; it gives the media type, too.
func form(t testing.TB, files ...string) (media, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.CreateFormFile("file", files[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(f, files[i+1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

// The same row is the same change, in whatever form it comes.
func TestTablesComeInEveryForm(t *testing.T) {
	rows := fourOrders()
	rows.Demands = append(rows.Demands, pieces("S9", 2, 20))
	with, err := rows.Model()
	if err != nil {
		t.Fatal(err)
	}
	mediaOfForm, formBody := form(t, "demands.csv", newDemand)
	for name, c := range map[string][3]string{
		"JSON":     {"", mediaJSON, `{"demands":[{"demand":"S9","item":"A","qty":2,"due":"2026-03-20"}]}`},
		"CSV":      {"?table=demands", "text/csv; charset=utf-8", newDemand},
		"ZIP":      {"", mediaZip, zipped(t, "demands.csv", newDemand)},
		"folder":   {"?mode=put", mediaZip, zipped(t, "model/readme.txt", "x", "model/demands.csv", newDemand)},
		"form":     {"", mediaOfForm, formBody},
		"workbook": {"?mode=replace", mediaExcel, workbook(t, with)},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, fourOrders().Model)
			out := read[Edited](s.send("POST", "/v1/tables"+c[0], c[1], c[2]).want(200))
			if d, ok := s.demand("S9"); !ok || d.Quantity.String() != "2" || out.Version != 2 || s.version() != 2 || out.Loaded {
				t.Errorf("%+v, demand %+v", out, d)
			}
			if len(s.get("/v1/tables/demands").list().Items) != 5 {
				t.Error("a demand is gone, or came twice")
			}
		})
	}
}

// All that is wrong with an upload is told at once, with its place, and nothing is changed.
func TestAnUploadIsToldAllItsErrors(t *testing.T) {
	s := serve(t, fourOrders().Model)
	media, body := form(t, "demands.csv", "demand,item,qty,due\nS1,A,many,2026-03-20\nS2,B,1,soon\nS8,A,1\n", "items.csv", "item,decimals\nA,9\n", "notes.csv", "a,b\n")
	p := s.send("POST", "/v1/tables", media, body).refused(422, "invalid-tables")
	var got []string
	for _, f := range p.Errors {
		got = append(got, fmt.Sprintf("%s:%d %s %q", f.File, f.Line, f.Column, f.Value))
		if f.Detail == "" {
			t.Errorf("%+v says nothing", f)
		}
	}
	want := `notes.csv:0  ""
items.csv:2 decimals "9"
demands.csv:2 qty "many"
demands.csv:3 due "soon"
demands.csv:4  ""`
	if strings.Join(got, "\n") != want || !strings.Contains(p.Detail, "5 errors") {
		t.Errorf("%s\n%s", p.Detail, strings.Join(got, "\n"))
	}
	if s.version() != 1 {
		t.Error("something was changed")
	}
	// A row that was there and is made wrong by what came is named by its key.
	p = s.send("POST", "/v1/tables?mode=replace&table=items", "text/csv", "item\nB\n").refused(422, "invalid-tables")
	if len(p.Errors) != 5 || !strings.Contains(p.Errors[4].Detail, "S4") && !strings.Contains(p.Errors[0].Detail, "(the row of item A") {
		t.Errorf("%+v", p.Errors)
	}
}

func TestUploadsThatCannotBeRead(t *testing.T) {
	s := serve(t, fourOrders().Model)
	huge := zipped(t, "demands.csv", strings.Repeat("x", 4096))
	small := serve(t, fourOrders().Model, func(o *Options) { o.MaxBody = 200 })
	mediaOfForm, formBody := form(t, "plan.doc", "x")
	empty, emptyBody := form(t)
	for _, c := range []struct {
		s           *service
		path, media string
		body        string
		status      int
		kind        string
	}{
		{s, "/v1/tables", "text/plain", "x", 415, "media-type"},
		{s, "/v1/tables", "a/b/c;", "x", 400, "bad-request"},
		{s, "/v1/tables", "text/csv", newDemand, 422, "invalid-value"},
		{s, "/v1/tables?table=demand", "text/csv", newDemand, 404, "not-found"},
		{s, "/v1/tables", mediaJSON, `{"demands":`, 422, "invalid-tables"},
		{s, "/v1/tables", mediaJSON, `{"demnds":[]}`, 422, "invalid-tables"},
		{s, "/v1/tables", mediaJSON, ``, 400, "bad-request"},
		{s, "/v1/tables", mediaZip, `PK`, 400, "bad-request"},
		{s, "/v1/tables", mediaExcel, `PK`, 400, "bad-request"},
		{s, "/v1/tables", mediaExcel, zipped(t, "a.xml", "x"), 400, "bad-request"},
		{s, "/v1/tables", mediaForm, "x", 400, "bad-request"},
		{s, "/v1/tables", mediaOfForm, formBody, 415, "media-type"},
		{s, "/v1/tables", empty, emptyBody, 400, "bad-request"},
		{s, "/v1/tables?mode=add", mediaJSON, "{}", 422, "invalid-request"},
		{small, "/v1/tables", mediaJSON, strings.Repeat(" ", 201), 413, "too-large"},
		{small, "/v1/tables", mediaZip, huge, 413, "too-large"},
	} {
		c.s.t = t
		r := c.s.send("POST", c.path, c.media, c.body)
		if p := r.problem(); r.status != c.status || p.Type != "/problems/"+c.kind {
			t.Errorf("%s %s: %d %s %s", c.path, c.media, r.status, p.Type, p.Detail)
		}
	}
}

// A bomb is recognised before it is unpacked.
func TestAnArchiveIsNotUnpackedBeyondItsLimit(t *testing.T) {
	s := serve(t, fourOrders().Model, func(o *Options) { o.MaxBody = 4096 })
	s.send("POST", "/v1/tables", mediaZip, zipped(t, "demands.csv", strings.Repeat("\n", 1<<20))).refused(413, "too-large")
}

// Nor are many small ones in one form: all of them together have the limit.
func TestArchivesOfOneFormShareTheirLimit(t *testing.T) {
	const files, limit = 16, 8192
	s := serve(t, fourOrders().Model, func(o *Options) { o.MaxBody = limit })
	bomb := zipped(t, "demands.csv", "demand,item,qty,due\n"+strings.Repeat("\n", limit*mostUnpacked/files))
	form := func(n int) (media, body string) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for i := range n {
			part, err := w.CreateFormFile("file", fmt.Sprintf("part-%d.zip", i))
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.WriteString(part, bomb)
		}
		_ = w.Close()
		return w.FormDataContentType(), b.String()
	}
	media, body := form(files)
	if len(body) > limit {
		t.Fatalf("the body alone has %d bytes", len(body))
	}
	s.send("POST", "/v1/tables", media, body).refused(413, "too-large")
	media, body = form(1)
	s.send("POST", "/v1/tables?check=true", media, body).want(200)
}

// A check says what an upload would do, and does not do it.
func TestAnUploadCanBeChecked(t *testing.T) {
	s := serve(t, fourOrders().Model)
	out := read[Edited](s.send("POST", "/v1/tables?table=demands&check=true", "text/csv", newDemand).want(200))
	if !out.Checked || out.Count != 1 || out.Version != 1 || s.version() != 1 || len(out.Changes) != 1 || out.Loaded {
		t.Errorf("%+v", out)
	}
	out = read[Edited](s.post("/v1/tables?check=true&mode=replace", `{"demands":[]}`).want(200))
	if out.Count != 4 || s.version() != 1 {
		t.Errorf("%+v", out)
	}
	s.post("/v1/tables?check=true", `{"bom":[{"parent":"A","component":"A","qty":1}]}`).refused(422, "invalid-tables")
}

// What no change reaches is loaded: everything is planned anew, with the tables that came.
func TestSettingsAreLoaded(t *testing.T) {
	s := serve(t, fourOrders().Model)
	out := read[Edited](s.ask("PATCH", "/v1/tables/settings/settings", `{"damper_days":3}`).want(200))
	if !out.Loaded || out.Version != 2 {
		t.Errorf("%+v", out)
	}
	row := s.get("/v1/tables/settings/settings").object()["row"].(map[string]any)
	if row["damper_days"] != 3.0 || row["start"] != "2026-03-02" {
		t.Errorf("%v", row)
	}
}

// A row is put, patched, read and taken away by its key, of which the path has the first column and the query the rest.
func TestRowsAreNamedByTheirKey(t *testing.T) {
	s := appliance(t)
	line := "/v1/tables/bom/BRACKET-HINGE?component=OFFCUT-STEEL&site=main&line=1"
	row := s.get(line).object()["row"].(map[string]any)
	if row["qty"] != 0.18 {
		t.Fatalf("%v", row)
	}
	s.ask("PATCH", "/v1/tables/bom/BRACKET-HINGE?component=OFFCUT-STEEL", `{"qty":0.2,"parent":"BRACKET-HINGE"}`).want(200)
	row = s.get(line).object()["row"].(map[string]any)
	if row["qty"] != 0.2 || row["op"] != 10.0 {
		t.Errorf("a patch leaves the other columns alone: %v", row)
	}
	s.ask("PUT", line, `{"qty":0.3}`).want(200)
	if row = s.get(line).object()["row"].(map[string]any); row["qty"] != 0.3 || row["op"] != nil {
		t.Errorf("a put leaves nothing of the old row: %v", row)
	}
	s.ask("PATCH", line, `{"op":10}`).want(200)
	s.ask("PATCH", line, `{"op":null}`).want(200)
	if row = s.get(line).object()["row"].(map[string]any); row["op"] != nil {
		t.Errorf("null gives a column its default: %v", row)
	}
	s.ask("DELETE", line, "").want(200)
	s.get(line).refused(404, "not-found")
	s.ask("DELETE", line, "").refused(404, "not-found")
	s.ask("PATCH", line, `{"qty":1}`).refused(404, "not-found")
	s.ask("PATCH", "/v1/tables/demands/SO-1038", `{"demand":"Y"}`).refused(422, "invalid-value")
	s.ask("PATCH", "/v1/tables/demands/SO-1038", `{"qty":"x","due":"y"}`).refused(422, "invalid-tables")
	s.ask("PATCH", "/v1/tables/demands/SO-1038", `{"qyt":1}`).refused(422, "invalid-tables")
	s.ask("PATCH", "/v1/tables/demands/SO-1038", `[1]`).refused(400, "bad-request")
	s.ask("PATCH", "/v1/tables/demands/SO-1038?site=main", `{}`).refused(422, "invalid-value")
	s.ask("PATCH", "/v1/tables/settings/other", `{}`).refused(404, "not-found")
	s.ask("DELETE", "/v1/tables/settings/settings", "").refused(422, "invalid-value")
	s.get("/v1/tables/demand/SO-1038").refused(404, "not-found")
}

// A body that names another row than the address does is refused: the row of the address is not written in its place.
func TestABodyCannotNameAnotherRowThanItsAddress(t *testing.T) {
	s := appliance(t)
	for _, body := range []string{`{"qty":5,"lot":"1"}`, `{"qty":5,"site":"1"}`, `{"qty":5,"item":"1"}`, `{"qty":5,"reserved_for":"SO-1038"}`} {
		s.ask("PUT", "/v1/tables/stock/COMPRESSOR-VSD", body).refused(422, "invalid-value")
	}
	line := "/v1/tables/bom/BRACKET-HINGE?component=OFFCUT-STEEL"
	s.ask("PATCH", line, `{"line":"1","site":"main"}`).want(200) // what an empty one stands for
	s.ask("PATCH", line, `{"line":"2"}`).refused(422, "invalid-value")
	if s.version() != 1 {
		t.Error("something was changed")
	}
}

// A write about an older version is refused; one that names none is made upon the newest; one that changes nothing makes no version.
func TestWritesOfRowsKnowTheirVersion(t *testing.T) {
	s := serve(t, fourOrders().Model)
	s.ask("PATCH", "/v1/tables/demands/S1", `{"qty":5}`, "If-Match", `"1"`).want(200)
	if p := s.ask("PATCH", "/v1/tables/demands/S1", `{"qty":6}`, "If-Match", `"1"`).refused(412, "stale"); p.Base != 1 || p.Current != 2 {
		t.Errorf("%+v", p)
	}
	out := read[Edited](s.ask("PATCH", "/v1/tables/demands/S1", `{"qty":5}`).want(200))
	if out.Version != 2 || out.Count != 0 || s.version() != 2 {
		t.Errorf("%+v", out)
	}
	s.ask("DELETE", "/v1/tables/demands/S1", "", "Idempotency-Key", "d").want(200)
	again := s.ask("DELETE", "/v1/tables/demands/S1", "", "Idempotency-Key", "d").want(200)
	if again.header.Get("Idempotency-Replayed") != "true" || s.version() != 3 {
		t.Errorf("%v %s", again.header, again.text)
	}
	s.ask("DELETE", "/v1/tables/demands/S2", "", "Idempotency-Key", "d").refused(422, "key-reused")
}

// Writes of different rows that come together are all kept.
func TestWritesOfRowsThatComeTogetherAreAllKept(t *testing.T) {
	s := serve(t, fourOrders().Model)
	replies := make(chan *reply)
	for i := range 4 {
		go func() {
			replies <- s.ask("PATCH", fmt.Sprintf("/v1/tables/demands/S%d", i+1), fmt.Sprintf(`{"qty":%d}`, i+2))
		}()
	}
	for range 4 {
		if r := <-replies; r.status != 200 && r.status != 409 {
			t.Errorf("%d %s", r.status, r.text)
		} else if r.status == 409 {
			t.Log("one gave up")
		}
	}
	for i := range 4 {
		if d, ok := s.demand(fmt.Sprintf("S%d", i+1)); !ok || d.Quantity.String() != fmt.Sprint(i+2) {
			t.Errorf("%+v", d)
		}
	}
}

// What is read as a whole model can be put back in every form, and is the same model.
func TestAModelIsReadAndPutBack(t *testing.T) {
	s := appliance(t)
	want := string(s.get("/v1/model?format=json").want(200).text)
	for format, media := range map[string]string{"json": mediaJSON, "zip": mediaZip, "xlsx": mediaExcel} {
		r := s.ask("GET", "/v1/model", "", "Accept", media).want(200)
		if got := r.header.Get("Content-Type"); got != media || !strings.Contains(r.header.Get("Content-Disposition"), "."+format) {
			t.Errorf("%s: %s %s", format, got, r.header.Get("Content-Disposition"))
		}
		s.ask("PATCH", "/v1/tables/demands/SO-1038", `{"qty":77}`).want(200)
		before := s.version()
		out := read[Edited](s.send("PUT", "/v1/model", media, string(r.text)).want(200))
		if !out.Loaded || out.Version != before+1 {
			t.Errorf("%s: %+v", format, out)
		}
		if got := string(s.get("/v1/model?format=json").want(200).text); got != want {
			t.Errorf("%s: the model came back as another", format)
		}
	}
	s.send("PUT", "/v1/model", mediaJSON, `{"items":[]}`).refused(422, "invalid-tables")
	s.send("PUT", "/v1/model", mediaJSON, want, "If-Match", `"1"`).refused(412, "stale")
	if out := read[Edited](s.send("PUT", "/v1/model?check=true", mediaJSON, want).want(200)); !out.Checked {
		t.Errorf("%+v", out)
	}
}

// Exports are the tables that the command writes, byte by byte.
func TestExportsAreTheTablesOfThePlan(t *testing.T) {
	s := appliance(t)
	p := s.keeper.Current().Plan
	var doc bytes.Buffer
	if err := tables.WriteJSON(t.Context(), &doc, tables.Results(p)...); err != nil {
		t.Fatal(err)
	}
	if got := s.get("/v1/exports/plan?format=json").want(200); string(got.text) != doc.String() {
		t.Error("the document differs")
	}
	a := s.get("/v1/exports/plan").want(200).text
	if b := s.get("/v1/exports/plan?format=zip").want(200).text; !bytes.Equal(a, b) {
		t.Error("the same plan gives other bytes")
	}
	z, err := zip.NewReader(bytes.NewReader(a), int64(len(a)))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables.Results(p) {
		var want bytes.Buffer
		if err := table.CSV(t.Context(), &want); err != nil {
			t.Fatal(err)
		}
		f, err := z.Open(table.Name + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err != nil || string(got) != want.String() {
			t.Errorf("%s differs: %v", table.Name, err)
		}
	}
	s.get("/v1/exports/plan?format=xlsx").want(200)
	s.get("/v1/exports/plan?format=pdf").refused(422, "invalid-request")
}
