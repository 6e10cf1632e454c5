package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// writePaths are the operations that take a body, or a name that a client chooses.
var writePaths = []struct{ method, path, example string }{
	{"POST", "/v1/changes", `{"changes":[{"change":"move_demand","demand":"S1","due":"2026-03-20"}]}`},
	{"POST", "/v1/undo", `{"version":2}`},
	{"POST", "/v1/rush", `{"demand":"R","item":"A","qty":8,"due":"2026-03-03","levers":["displace"],"iterations":3,"strategy":"match_up","until":"2026-03-09","most":1,"approval":["money"]}`},
	{"POST", "/v1/promise", `{"item":"A","qty":"8","due":"2026-03-03","mode":"jit","like":"","design_days":0}`},
	{"POST", "/v1/quotes", `{"demand":"Q","item":"A","qty":8,"due":"2026-03-03","expires":"2026-03-20"}`},
	{"POST", "/v1/review", `{"orders":[{"demand":"N","item":"A","qty":1,"due":"2026-03-12"}],"hold":"2026-03-20","levers":false,"accept":true}`},
	{"POST", "/v1/scenarios", `{"name":"x","changes":[{"change":"cancel_demand","demand":"S1"}],"strategy":"gap_fit"}`},
	{"POST", "/v1/scenarios/x/changes", `{"changes":[]}`},
	{"POST", "/v1/jobs", `{"kind":"optimise","iterations":1,"seed":7,"commit":false}`},
}

// Whatever is sent is answered: with what was asked for, or with a problem that says what is wrong. Nothing is the server's own fault.
func FuzzBodies(f *testing.F) {
	for i, p := range writePaths {
		f.Add(uint8(i), []byte(p.example), "", "")
	}
	f.Add(uint8(0), []byte(`{"changes":[{"change":"set_calendar","calendar":"day","days":"Mon","shifts":"06:00-14:00"}]}`), `"1"`, "k")
	f.Add(uint8(2), []byte(`{"item":"A","qty":1e400,"due":"9999-12-31"}`), "", "")
	f.Add(uint8(3), []byte(`{"item":"A","qty":9223372036854.775807,"due":"2026-03-02T00:00:00Z"}`), "*", "")
	f.Add(uint8(5), []byte("\ufeff{\"orders\":[null]}"), "W/\"1\"", "")
	f.Add(uint8(8), []byte(`{"kind":"optimise","time":"1ns"}`), "", "key")
	s := serve(f, fourOrders().Model, func(o *Options) { o.RushTime, o.OptimiseMost, o.ScenarioCap = time.Second, time.Millisecond, 4 })
	h := s.server.Handler()
	f.Fuzz(func(t *testing.T, which uint8, body []byte, match, key string) {
		p := writePaths[int(which)%len(writePaths)]
		r := httptest.NewRequestWithContext(context.Background(), p.method, p.path, bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if match != "" {
			r.Header.Set("If-Match", match)
		}
		if key != "" {
			r.Header.Set("Idempotency-Key", key)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError && w.Code != http.StatusServiceUnavailable && w.Code != http.StatusGatewayTimeout {
			t.Fatalf("%s %s: status %d: %s", p.path, body, w.Code, w.Body)
		}
		if w.Code >= http.StatusBadRequest && w.Header().Get("Content-Type") != "application/problem+json" {
			t.Fatalf("%s %s: status %d is no problem: %s", p.path, body, w.Code, w.Body)
		}
		if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%s %s: no JSON: %s", p.path, body, w.Body)
		}
	})
}
