package access

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// shelf keeps tokens in memory.
type shelf struct {
	mu     sync.Mutex
	tokens []store.Token
	err    error
	reads  int
}

func (s *shelf) Tokens(context.Context) ([]store.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	return slices.Clone(s.tokens), s.err
}

func (s *shelf) SaveToken(_ context.Context, t store.Token) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.tokens, func(o store.Token) bool { return o.ID == t.ID }) {
		return &store.TakenError{ID: t.ID}
	}
	s.tokens = append(s.tokens, t)
	return s.err
}

func (s *shelf) RemoveToken(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.tokens, func(t store.Token) bool { return t.ID == id })
	if i < 0 {
		return &store.NoTokenError{ID: id}
	}
	s.tokens = slices.Delete(s.tokens, i, i+1)
	return s.err
}

func (s *shelf) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// house is a gate before a handler that says who came, with a clock that stands still.
type house struct {
	t       *testing.T
	gate    *Gate
	shelf   *shelf
	now     time.Time
	log     bytes.Buffer
	handler http.Handler
	mu      sync.Mutex
	seen    []string // under mu: requests end side by side
}

func newHouse(t *testing.T, change func(*Options)) *house {
	h := &house{t: t, shelf: &shelf{}, now: time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC)}
	o := Options{Tokens: h.shelf, Log: slog.New(Redacting(slog.NewJSONHandler(&h.log, nil))), Clock: func() time.Time { return h.now }, Loopback: true,
		Seen: h.note}
	if change != nil {
		change(&o)
	}
	h.gate = NewGate(o)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/plan", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "for "+Who(r.Context())) })
	mux.Handle("POST /v1/changes", h.gate.Only(Planner, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	})))
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!doctype html><p>page") })
	mux.HandleFunc("GET /panic", func(http.ResponseWriter, *http.Request) { panic("a fault") })
	h.gate.Mount(mux)
	h.handler = h.gate.Handler(mux)
	return h
}

func (h *house) note(route, _ string, _ int, _ time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen = append(h.seen, route)
}

// token makes a token and gives its secret.
func (h *house) token(name string, role Role, expires time.Duration) string {
	h.t.Helper()
	secret, _, err := Create(h.t.Context(), h.shelf, Grant{Name: name, Role: role.String(), Expires: expires}, h.now)
	if err != nil {
		h.t.Fatal(err)
	}
	return secret
}

// ask sends a request; header lines are "Name: value".
func (h *house) ask(method, path, body string, header ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), method, "http://localhost:8080"+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:40000"
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "Host":
			r.Host = value
		case "From":
			r.RemoteAddr = value
		default:
			r.Header.Add(name, value)
		}
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// want asks and expects a status, and a problem that names the request for what is not one of success.
func (h *house) want(status int, method, path, body string, header ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	w := h.ask(method, path, body, header...)
	if w.Code != status {
		h.t.Errorf("%s %s %v: status %d, expected %d: %s", method, path, header, w.Code, status, w.Body)
	}
	if w.Code >= 400 {
		var p struct{ Type, Title, Detail, Instance string }
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Type == "" || p.Title == "" || p.Detail == "" || p.Instance != w.Header().Get("X-Request-Id") {
			h.t.Errorf("%s %s: no whole problem: %s", method, path, w.Body)
		}
	}
	return w
}

func bearer(secret string) string { return "Authorization: Bearer " + secret }
