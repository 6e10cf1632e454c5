package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/access"
	"github.com/taktplan/takt/cmd/takt/internal/metrics"
)

func look(h http.Handler, path string) (int, string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code, w.Body.String()
}

func TestReadinessTellsNoReasonAndIsNotAskedForEveryRequest(t *testing.T) {
	var now error
	asked := 0
	y := &readiness{ask: func(context.Context) error { asked++; return now }}
	for range 20 {
		if status, text := look(y, "/readyz"); status != 200 || text != "ready\n" {
			t.Fatalf("%d %s", status, text)
		}
	}
	if asked > 5 {
		t.Errorf("asked %d times in a moment", asked)
	}
	now = errors.New("dial tcp 10.0.0.7:5432: connection refused")
	y.asked = time.Time{}
	if status, text := look(y, "/readyz"); status != 503 || strings.Contains(text, "10.0.0.7") {
		t.Errorf("%d %s", status, text)
	}
	for _, known := range []error{errStarting, errEnding} {
		now = known
		if status, text := look(y, "/readyz"); status != 503 || !strings.Contains(text, known.Error()) {
			t.Errorf("%d %s", status, text)
		}
	}
	now = nil
	if status, _ := look(y, "/readyz"); status != 200 { // at once when it is well again
		t.Errorf("%d", status)
	}
}

func TestWhileStartingOnlyTheProbesAnswer(t *testing.T) {
	s := &service{loopback: true, log: slog.New(slog.DiscardHandler)}
	s.metrics = metrics.New(s.sources())
	s.gate = access.NewGate(access.Options{Tokens: noTokens{}, Log: s.log, Loopback: true})
	h := s.gate.Handler(s.starting())
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 503, "/v1/plan": 503, "/docs": 503, "/metrics": 200} {
		r := httptest.NewRequest("GET", "http://localhost"+path, nil)
		r.RemoteAddr = "127.0.0.1:1"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, expected %d", path, w.Code, want)
		}
	}
}

func TestProfilesDoNotTellTheCommandLine(t *testing.T) {
	w := httptest.NewRecorder()
	noCommandLine(w, httptest.NewRequest("GET", "/debug/pprof/cmdline", nil))
	if w.Body.String() != "takt\x00serve\n" {
		t.Errorf("%q", w.Body)
	}
}

// A service that is asked to end goes on for the delay, and says at once that it is not ready.
func TestAServiceThatLeavesIsNotReady(t *testing.T) {
	s := serve(t, bike, "--drain-delay", "3s")
	s.want(200, "GET", "/readyz", "")
	s.stop()
	if s.log.until(t, "not ready any more", s.ended) == nil {
		t.Fatal(s.log)
	}
	s.want(503, "GET", "/readyz", "")
	s.want(200, "POST", "/v1/changes", demand("SO-LATE"))
}
