package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A read names its version, and one who has it is told so without it.
func TestReadsAreConditional(t *testing.T) {
	s := appliance(t)
	for _, path := range []string{"/v1/plan", "/v1/plan/kpis", "/v1/plan/orders", "/v1/plan/demands/SO-1038", "/v1/plan/pegging/SO-1038", "/v1/plan/parts/FRIDGE-420/requirements",
		"/v1/explain/SO-1038", "/v1/tables", "/v1/tables/demands", "/v1/tables/demands/SO-1038", "/v1/model", "/v1/exports/plan", "/v1/report"} {
		tag := s.get(path).want(200).header.Get("ETag")
		if tag != `"1"` {
			t.Errorf("%s has ETag %s", path, tag)
		}
		r := s.ask("GET", path, "", "If-None-Match", tag).want(304)
		if len(r.text) > 0 || r.header.Get("ETag") != tag {
			t.Errorf("%s: %q %v", path, r.text, r.header)
		}
		s.ask("GET", path, "", "If-None-Match", `"9", "8"`).want(200)
	}
}

// A read that wants a version at least waits for it.
func TestAReadWaitsForTheVersionThatItWants(t *testing.T) {
	s := serve(t, fourOrders().Model)
	got := make(chan *reply)
	go func() { got <- s.get("/v1/plan?at_least=2") }()
	s.change(add("R", 1, 20))
	if r := (<-got).want(200); r.header.Get("Takt-Version") != "2" {
		t.Errorf("version %s", r.header.Get("Takt-Version"))
	}
	s.get("/v1/plan/demands/R?at_least=2").want(200)
	s.get("/v1/plan?at_least=x").refused(422, "invalid-request")
}

// While a newer schedule is being written out, small reads may be answered from the one before, for as long as was allowed and never when a
// version is asked for; and the answer says of which version it is.
func TestSmallReadsMayBeBehind(t *testing.T) {
	ctx := context.Background()
	s := serve(t, fourOrders().Model, func(o *Options) { o.Behind = time.Second })
	s.get("/v1/plan").want(200) // writes version 1 out
	s.change(add("R", 1, 20))
	s.server.took.Store(int64(time.Second))                      // as for a large model
	s.server.resting.Store(time.Now().Add(time.Hour).UnixNano()) // the writing of version 2 does not begin by itself
	if v, err := s.server.scheduled(ctx, 0); err != nil || v.version != 1 {
		t.Errorf("version %d, %v, want the one before", v.version, err)
	}
	if r := s.get("/v1/plan/demands/S1").want(200); r.header.Get("Takt-Version") != "1" || !strings.HasPrefix(string(r.text), `{"version":1,`) {
		t.Errorf("%s: %s", r.header.Get("Takt-Version"), r.text)
	}
	if r := s.get("/v1/plan/demands/R?at_least=2").want(200); r.header.Get("Takt-Version") != "2" {
		t.Errorf("version %s, want the one asked for", r.header.Get("Takt-Version"))
	}
	if v, err := s.server.scheduled(ctx, 0); err != nil || v.version != 2 {
		t.Errorf("version %d, %v, want the newest, which is written out", v.version, err)
	}
	s.server.took.Store(int64(time.Second))
	s.change(add("R2", 1, 20))
	s.server.now() // a read notices version 3, and that 2 has ended
	s.later(2 * time.Second)
	if v, err := s.server.scheduled(ctx, 0); err != nil || v.version != 3 {
		t.Errorf("version %d, %v, want the newest: the one before is too old", v.version, err)
	}
}

// Without that leave a read never shows less than what was acknowledged before it.
func TestReadsAreNeverBehindUnlessAllowed(t *testing.T) {
	s := serve(t, fourOrders().Model)
	for i := range 20 {
		id := "R" + string(rune('A'+i))
		step := s.change(add(id, 1, 20))
		if r := s.get("/v1/plan/demands/" + id).want(200); r.object()["version"] != float64(step.Version) {
			t.Fatalf("%s", r.text)
		}
	}
}

func TestAddressesAndMethodsThatThereAreNot(t *testing.T) {
	s := appliance(t)
	for _, path := range []string{"/nowhere", "/v1", "/v1/plan/nothing", "/v2/plan", "/problems/none"} {
		s.get(path).refused(404, "not-found")
	}
	if r := s.ask("PATCH", "/v1/plan", "{}"); r.refused(405, "method").Status != 405 || r.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("%v", r.header)
	}
	for _, kind := range problemKinds {
		r := s.get("/problems/" + kind.name).want(200)
		if !strings.Contains(string(r.text), kind.title) || !strings.Contains(kind.help, ".") {
			t.Errorf("%s: %s", kind.name, r.text)
		}
	}
	for path, media := range map[string]string{"/docs": "text/html; charset=utf-8", "/openapi.json": "application/openapi+json", "/openapi.yaml": "application/openapi+yaml"} {
		if r := s.get(path).want(200); r.header.Get("Content-Type") != media || len(r.text) < 1000 {
			t.Errorf("%s: %s, %d bytes", path, r.header.Get("Content-Type"), len(r.text))
		}
	}
	if text := string(s.get("/docs").text); strings.Contains(text, "http:") || strings.Contains(text, "https:") || strings.Contains(text, "src=") {
		t.Error("the page of the documentation needs something from elsewhere")
	}
}

// Who opens the service in a browser comes to its description.
func TestTheFrontDoorLeadsToTheDescription(t *testing.T) {
	s := serve(t, fourOrders().Model)
	for _, path := range []string{"/", "/docs/"} {
		w := httptest.NewRecorder()
		s.server.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/docs" {
			t.Errorf("%s: %d, to %q", path, w.Code, w.Header().Get("Location"))
		}
	}
}
