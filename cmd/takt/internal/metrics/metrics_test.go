package metrics_test

import (
	"context"
	"errors"
	"iter"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/metrics"
	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// read is what Prometheus reads.
func read(t *testing.T, m *metrics.Set) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func want(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("no line %q", line)
		}
	}
}

func TestWhatIsAskedAndWhatIsNoted(t *testing.T) {
	version := uint64(7)
	m := metrics.New(metrics.Sources{Version: func() uint64 { return version }, Late: func() int { return 6 }, Demands: func() int { return 64 }, Leads: func() bool { return true },
		Waiting: func() int { return 3 }, Scenarios: func() int { return 2 }, Subscribers: func() int { return 1000 }})
	m.Planned(20*time.Millisecond, 3*time.Millisecond, 5)
	m.Seen("POST /v1/rush", "POST", 200, 120*time.Millisecond)
	m.Seen("POST /v1/rush", "POST", 422, time.Millisecond)
	m.Seen("", "GET", 404, time.Millisecond)
	m.Seen("", "BREW-COFFEE-1", 405, time.Millisecond)
	m.Seen("GET /v1/plan", "GET", 0, time.Millisecond)
	version++
	want(t, read(t, m), "takt_plan_version 8", "takt_late_demands 6", "takt_demands 64", "takt_waiting_requests 3", "takt_scenarios 2", "takt_event_subscribers 1000", "takt_leads 1",
		"takt_planning_seconds_count 1", `takt_planning_seconds_bucket{le="0.025"} 1`, `takt_planning_seconds_bucket{le="0.01"} 0`,
		`takt_writing_seconds_bucket{le="0.005"} 1`, "takt_step_requests_sum 5", "takt_rush_seconds_count 1",
		`takt_request_seconds_count{method="POST",route="POST /v1/rush",status="200"} 1`,
		`takt_request_seconds_count{method="GET",route="none",status="404"} 1`,
		`takt_request_seconds_count{method="other",route="none",status="405"} 1`,
		`takt_request_seconds_count{method="GET",route="GET /v1/plan",status="none"} 1`)
	if text := read(t, m); !strings.Contains(text, "\ngo_memstats_heap_alloc_bytes ") {
		t.Error("no metric of memory")
	}
}

func TestAMetricWithoutASourceIsNotThere(t *testing.T) {
	if text := read(t, metrics.New(metrics.Sources{})); strings.Contains(text, "takt_late_demands") || strings.Contains(text, "takt_leads") {
		t.Error("metrics of nothing")
	}
}

// failing is a store that answers everything with an error.
type failing struct {
	store.Store
	err error
}

func (s *failing) Append(context.Context, store.Record) error            { return s.err }
func (s *failing) SaveSnapshot(context.Context, store.Snapshot) error    { return s.err }
func (s *failing) Last(context.Context) (uint64, error)                  { return 0, s.err }
func (s *failing) Wait(context.Context, uint64) error                    { return s.err }
func (s *failing) Tokens(context.Context) ([]store.Token, error)         { return nil, s.err }
func (s *failing) SaveToken(context.Context, store.Token) error          { return s.err }
func (s *failing) RemoveToken(context.Context, string) error             { return s.err }
func (s *failing) Ready(context.Context) error                           { return s.err }
func (s *failing) Lead(context.Context, string) (<-chan struct{}, error) { return nil, s.err }
func (s *failing) Snapshot(context.Context) (store.Snapshot, bool, error) {
	return store.Snapshot{}, false, s.err
}
func (s *failing) Answer(context.Context, string) (store.Answer, bool, error) {
	return store.Answer{}, false, s.err
}
func (s *failing) Records(context.Context, uint64) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) { yield(store.Record{}, s.err) }
}

// all calls every method once.
func all(t *testing.T, s store.Store, want error) {
	t.Helper()
	ctx := t.Context()
	_, lead := s.Lead(ctx, "")
	_, last := s.Last(ctx)
	_, _, snapshot := s.Snapshot(ctx)
	_, _, answer := s.Answer(ctx, "")
	_, tokens := s.Tokens(ctx)
	for i, err := range []error{lead, last, snapshot, answer, tokens, s.Append(ctx, store.Record{}), s.SaveSnapshot(ctx, store.Snapshot{}), s.Wait(ctx, 0),
		s.SaveToken(ctx, store.Token{}), s.RemoveToken(ctx, ""), s.Ready(ctx)} {
		if !errors.Is(err, want) {
			t.Errorf("call %d: %v, expected %v", i, err, want)
		}
	}
	for _, err := range s.Records(ctx, 0) {
		if !errors.Is(err, want) {
			t.Errorf("records: %v", err)
		}
	}
}

func TestErrorsOfTheStoreAreCounted(t *testing.T) {
	m := metrics.New(metrics.Sources{})
	disk := errors.New("disk full")
	all(t, m.Watch(&failing{err: disk}), disk)
	text := read(t, m)
	want(t, text, `takt_store_errors_total{operation="append"} 1`, `takt_store_errors_total{operation="snapshot"} 1`, `takt_store_errors_total{operation="read"} 4`,
		`takt_store_errors_total{operation="wait"} 1`, `takt_store_errors_total{operation="tokens"} 3`, `takt_store_errors_total{operation="ready"} 1`,
		`takt_store_errors_total{operation="lead"} 1`, `takt_store_seconds_count{operation="append"} 1`, `takt_store_seconds_count{operation="snapshot"} 1`)
}

func TestRefusalsAreNoErrorsOfTheStore(t *testing.T) {
	m := metrics.New(metrics.Sources{})
	for _, err := range []error{nil, context.Canceled, &store.NotLeaderError{}, &store.GapError{}, &store.NoTokenError{}} {
		all(t, m.Watch(&failing{err: err}), err)
	}
	if text := read(t, m); strings.Contains(text, "takt_store_errors_total{") {
		t.Error("what is no error is counted")
	}
}
