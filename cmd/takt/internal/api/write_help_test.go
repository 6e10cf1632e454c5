package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/cmd/takt/internal/store/bolt"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// press is a shop with one press that makes A, an hour each, Monday to Friday from six to two, from Monday 2026-03-02 on. Of two
// pieces a day one waits for the other.
func press(demands ...mrp.Demand) *plan.Rows {
	return &plan.Rows{
		Settings:    mrp.Settings{Start: bom.OnDay(bom.On(2026, time.March, 2)), Calendar: "day"},
		Calendars:   []capacity.CalendarRow{{ID: "day", Days: "Mon-Fri", Shifts: "06:00-14:00"}},
		Items:       []bom.Item{{ID: "A", Decimals: bom.Some(0)}},
		WorkCentres: []capacity.WorkCentre{{ID: "press"}},
		Operations:  []capacity.Operation{{Item: "A", Op: 10, WorkCentre: "press", RunMin: bom.MustNumber("60")}},
		Demands:     demands,
	}
}

func pieces(id string, quantity, day int) mrp.Demand {
	return mrp.Demand{ID: id, Item: "A", Quantity: bom.Units(int64(quantity)), Due: bom.OnDay(bom.On(2026, time.March, day)), Priority: 5}
}

// fourOrders are a day's work each, due from Tuesday on.
func fourOrders() *plan.Rows {
	return press(pieces("S1", 8, 3), pieces("S2", 8, 4), pieces("S3", 8, 5), pieces("S4", 8, 6))
}

// service is a server under test.
type service struct {
	t      testing.TB
	server *Server
	http   *httptest.Server
	keeper *keeper.Keeper

	mu  sync.Mutex
	now time.Time
}

func (s *service) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// later moves the clock.
func (s *service) later(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// serve serves a model, scheduled forward.
func serve(t testing.TB, m func() (*plan.Model, error), set ...func(*Options)) *service {
	t.Helper()
	return serveWith(t, &plan.FiniteOptions{}, m, set...)
}

// serveWith serves a model, scheduled in a way; nil: not at all.
func serveWith(t testing.TB, finite *plan.FiniteOptions, m func() (*plan.Model, error), set ...func(*Options)) *service {
	t.Helper()
	s := &service{t: t, now: time.Date(2026, time.March, 2, 5, 0, 0, 0, time.UTC)}
	quiet := slog.New(slog.DiscardHandler)
	store, err := bolt.Open(t.TempDir(), bolt.Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	s.keeper, err = keeper.Open(t.Context(), keeper.Options{Store: store, Model: func(context.Context) (*plan.Model, error) { return m() },
		Plan: plan.Options{Finite: finite}, Log: quiet, Clock: s.clock})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Keeper: s.keeper, Log: quiet, Clock: s.clock}
	for _, set := range set {
		set(&o)
	}
	s.server = New(o)
	s.http = httptest.NewServer(s.server.Handler())
	t.Cleanup(func() {
		ctx := context.Background()
		if err := s.server.Close(ctx); err != nil {
			t.Error(err)
		}
		s.http.Close()
		if err := s.keeper.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// reply is what was answered.
type reply struct {
	t      testing.TB
	status int
	header http.Header
	text   []byte
}

// ask sends a request; headers are name and value in turn.
func (s *service) ask(method, path, body string, headers ...string) *reply {
	s.t.Helper()
	var sent io.Reader
	if body != "" {
		sent = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.http.URL+path, sent)
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	a, err := s.http.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return &reply{s.t, a.StatusCode, a.Header, text}
}

func (s *service) post(path, body string, headers ...string) *reply {
	s.t.Helper()
	return s.ask(http.MethodPost, path, body, headers...)
}

func (s *service) get(path string) *reply {
	s.t.Helper()
	return s.ask(http.MethodGet, path, "")
}

// want checks the status.
func (r *reply) want(status int) *reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.text)
	}
	return r
}

// problem is the error that was answered.
func (r *reply) problem() Problem {
	r.t.Helper()
	if kind := r.header.Get("Content-Type"); kind != "application/problem+json" {
		r.t.Fatalf("%s, want a problem: %s", kind, r.text)
	}
	return read[Problem](r)
}

// refused checks that the request came to nothing, by status and kind of problem.
func (r *reply) refused(status int, kind string) Problem {
	r.t.Helper()
	p := r.want(status).problem()
	if p.Type != "/problems/"+kind || p.Detail == "" || p.Status != status {
		r.t.Fatalf("problem %s (%d) %q, want %s", p.Type, p.Status, p.Detail, kind)
	}
	return p
}

// read takes an answer's JSON, which has no members that the document does not know.
func read[T any](r *reply) (out T) {
	r.t.Helper()
	d := json.NewDecoder(bytes.NewReader(r.text))
	if _, partial := any(out).(Problem); !partial {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(&out); err != nil {
		r.t.Fatalf("%v: %s", err, r.text)
	}
	return out
}

// change makes a change and gives the step.
func (s *service) change(text string, headers ...string) Event {
	s.t.Helper()
	return read[Event](s.post("/v1/changes", `{"changes":[`+text+`]}`, headers...).want(http.StatusOK))
}

func (s *service) version() uint64 { return s.keeper.Current().Version }

// demand is a demand of the current plan.
func (s *service) demand(id string) (mrp.Demand, bool) {
	b := s.keeper.Current().Plan.Model().Book
	i, ok := b.Demand(id)
	if !ok {
		return mrp.Demand{}, false
	}
	return *b.DemandAt(i), true
}

func add(id string, quantity, day int) string {
	return fmt.Sprintf(`{"change":"add_demand","demand":%q,"item":"A","qty":%d,"due":"2026-03-%02d","priority":1}`, id, quantity, day)
}

type shift = answer.Shift

// stockFor is a piece that is reserved for a demand.
func stockFor(demand string) mrp.Stock {
	return mrp.Stock{Item: "A", Quantity: bom.Units(1), Lot: "L1", ReservedFor: demand}
}
