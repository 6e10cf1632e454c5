package api

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Text that is not UTF-8 is refused. If its bytes were replaced, different ids would become the same one.
func TestTextThatIsNotUTF8IsRefused(t *testing.T) {
	s := serve(t, fourOrders().Model)
	s.post("/v1/changes", "{\"changes\":[{\"change\":\"add_demand\",\"demand\":\"X\xff\",\"item\":\"A\",\"qty\":1,\"due\":\"2026-03-20\"}]}").refused(400, "bad-request")
	s.ask("PUT", "/v1/tables/demands/X%ff", `{"item":"A","qty":1,"due":"2026-03-20"}`).refused(400, "bad-request")
	s.ask("PUT", "/v1/tables/items/A?site=%ff", `{}`).refused(400, "bad-request")
	s.get("/v1/plan/orders?item=%ff").refused(400, "bad-request")
	if s.version() != 1 {
		t.Error("something was changed")
	}
	s.ask("PUT", "/v1/tables/demands/%C3%BC", `{"item":"A","qty":1,"due":"2026-03-20"}`).want(200)
	s.get("/v1/plan/demands/%C3%BC").want(200)
}

// A text that no workbook can hold is no fault of the server: the answer names it, and other forms hold it.
func TestATextThatNoWorkbookHoldsIsNamed(t *testing.T) {
	s := serve(t, fourOrders().Model)
	s.ask("PATCH", "/v1/tables/demands/S1", `{"customer":"a\u0001b"}`).want(200)
	p := s.get("/v1/model?format=xlsx").refused(406, "not-acceptable")
	if want := "U+0001"; !strings.Contains(p.Detail, want) {
		t.Errorf("%q does not name %s", p.Detail, want)
	}
	s.get("/v1/model?format=json").want(200)
	s.get("/v1/model?format=zip").want(200)
}

// An upload that holds no table is refused rather than taken as one that changes nothing.
func TestAnUploadWithoutTablesIsRefused(t *testing.T) {
	s := serve(t, fourOrders().Model)
	s.send("POST", "/v1/tables", mediaZip, zipped(t)).refused(400, "bad-request")
	s.send("POST", "/v1/tables", mediaZip, zipped(t, "demands.txt", newDemand)).refused(400, "bad-request")
	p := s.send("POST", "/v1/tables", mediaForm+"; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\ndemand\r\n--x--").refused(400, "bad-request")
	if !strings.Contains(p.Detail, `"note"`) {
		t.Errorf("%q does not name the part", p.Detail)
	}
}

// Uploads are read a few at a time, for each may take many times its size of memory.
func TestUploadsWaitForATurn(t *testing.T) {
	s := serve(t, fourOrders().Model, func(o *Options) { o.RushTime = 10 * time.Millisecond })
	turns := s.server.writes.uploads
	for range cap(turns) {
		turns <- struct{}{}
	}
	for _, path := range []string{"/v1/tables?table=demands", "/v1/tables?table=demands&check=true"} {
		s.send("POST", path, mediaCSV, newDemand).refused(503, "busy")
	}
	s.send("PUT", "/v1/model", mediaJSON, `{}`).refused(503, "busy")
	for range cap(turns) {
		<-turns
	}
	s.server.RushTime = time.Minute
	s.send("POST", "/v1/tables?table=demands", mediaCSV, newDemand).want(200)
}

// A column is sorted by once: the next of a page would grow with the request until no client could send it.
func TestAListIsSortedByAColumnOnce(t *testing.T) {
	s := serve(t, fourOrders().Model)
	s.get("/v1/plan/orders?sort=qty,-qty").refused(422, "invalid-value")
	s.get("/v1/plan/orders?sort=qty,-start").want(200)
	if p := s.get("/v1/plan/orders?sort=limit").refused(422, "invalid-value"); strings.Contains(p.Detail, "cursor") {
		t.Errorf("a parameter is named as a column: %s", p.Detail)
	}
}

// An Accept header that makes no sense does not fail the answer to a change that was made.
func TestAnAcceptHeaderThatMakesNoSenseIsReadAsFarAsItCanBe(t *testing.T) {
	s := serve(t, fourOrders().Model)
	for _, accept := range []string{"q=;;;,,", ";", ";,", "a;,", ",;q=", "text/html;", "*/*;q=,;;"} {
		s.ask("GET", "/v1/plan", "", "Accept", accept).want(200)
	}
	s.ask("POST", "/v1/changes", `{"changes":[`+add("R", 1, 3)+`]}`, "Accept", "q=;;;,,").want(200)
	if r := s.ask("GET", "/v1/tables/demands", "", "Accept", "text/csv;header=present;q=0.9, */*;q=0.1").want(200); !strings.HasPrefix(r.header.Get("Content-Type"), mediaCSV) {
		t.Errorf("%v", r.header)
	}
}

func FuzzAccept(f *testing.F) {
	s := serve(f, fourOrders().Model)
	f.Add("q=;;;,,", "application/json")
	f.Add("text/csv;q=0.5, */*", "application/json; charset=")
	f.Fuzz(func(t *testing.T, accept, media string) {
		r := httptest.NewRequest("POST", "/v1/changes", strings.NewReader("{}"))
		r.Header.Set("Accept", accept)
		r.Header.Set("Content-Type", media)
		w := httptest.NewRecorder()
		s.server.Handler().ServeHTTP(w, r)
		wellAnswered(t, w)
	})
}
