package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/access"
	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// noTokens is a store of tokens that has none.
type noTokens struct{}

func (noTokens) Tokens(context.Context) ([]store.Token, error)  { return nil, nil }
func (noTokens) SaveToken(context.Context, store.Token) error   { return nil }
func (noTokens) RemoveToken(_ context.Context, id string) error { return &store.NoTokenError{ID: id} }

// instance is one of several on a store: it answers with its name, or hands on to where leader says.
func instance(t *testing.T, name string, leads func() (bool, string)) (url string, seen *[]http.Header) {
	t.Helper()
	seen = &[]http.Header{}
	own := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*seen = append(*seen, r.Header.Clone())
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("ETag", `"7"`)
		_, _ = io.WriteString(w, name+" "+r.Method+" "+r.URL.RequestURI()+" "+string(body))
	})
	quiet := slog.New(slog.DiscardHandler)
	gate := access.NewGate(access.Options{Tokens: noTokens{}, Log: quiet, Loopback: true, Timeout: time.Minute})
	s := httptest.NewServer(gate.Handler(newForwarder(own, leads, quiet)))
	t.Cleanup(s.Close)
	return s.URL, seen
}

func send(t *testing.T, method, url, body string, header ...string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	got, err := testClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	text, _ := io.ReadAll(got.Body)
	return got.StatusCode, string(text), got.Header
}

func TestWhatOnlyTheLeaderCanAnswerGoesToIt(t *testing.T) {
	leader, at := instance(t, "leader", func() (bool, string) { return true, "" })
	follower, _ := instance(t, "follower", func() (bool, string) { return false, leader })
	for _, c := range []struct{ method, path, by string }{
		{"GET", "/v1/plan?limit=3", "follower"},
		{"GET", "/v1/events", "follower"},
		{"POST", "/v1/promise", "follower"},
		{"GET", "/v1/rushing", "follower"},
		{"POST", "/v1/changes?x=1", "leader"},
		{"PUT", "/v1/model", "leader"},
		{"PATCH", "/v1/tables/items/row", "leader"},
		{"DELETE", "/v1/tables/items/row", "leader"},
		{"GET", "/v1/scenarios", "leader"},
		{"GET", "/v1/scenarios/a", "leader"},
		{"GET", "/v1/jobs/a%2Fb", "leader"},
		{"POST", "/v1/rush", "leader"},
	} {
		status, text, h := send(t, c.method, follower+c.path, "body")
		if want := c.by + " " + c.method + " " + c.path + " body"; status != 200 || text != want {
			t.Errorf("%d %q, expected %q", status, text, want)
		}
		for _, once := range []string{"X-Request-Id", "Cache-Control", "X-Content-Type-Options", "Content-Security-Policy", "ETag"} {
			if n := len(h.Values(once)); n != 1 {
				t.Errorf("%s %s: %d headers %s", c.method, c.path, n, once)
			}
		}
	}
	*at = nil
	_, _, h := send(t, "POST", follower+"/v1/changes", "", "Authorization: Bearer x", "Idempotency-Key: k", "If-Match: \"7\"", "X-Request-Id: erp-1", "Origin: "+follower)
	got := (*at)[0]
	if got.Get("Authorization") != "Bearer x" || got.Get("Idempotency-Key") != "k" || got.Get("If-Match") != `"7"` || got.Get("X-Request-Id") != "erp-1" || h.Get("X-Request-Id") != "erp-1" ||
		got.Get("Origin") != "" || got.Get(forwarded) != "1" {
		t.Errorf("the leader saw %v", got)
	}
}

func TestARequestIsHandedOnOnceOnly(t *testing.T) {
	var urls [2]string
	for i := range urls {
		urls[i], _ = instance(t, "x", func() (bool, string) { return false, urls[1-i] }) // each takes the other for the leader
	}
	status, text, h := send(t, "POST", urls[0]+"/v1/changes", "")
	if status != 503 || h.Get("Retry-After") == "" || !strings.Contains(text, `"leader":"`+urls[0]) || !strings.Contains(text, "/problems/no-leader") {
		t.Errorf("%d %s", status, text)
	}
}

func TestWithoutALeaderThatAnswersChangesAreRefused(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for leader, want := range map[string]string{"": "not known yet", gone.URL: "could not be reached", "not an address": "send them to not an address"} {
		url, _ := instance(t, "x", func() (bool, string) { return false, leader })
		status, text, h := send(t, "POST", url+"/v1/changes", "{}")
		if status != 503 || !strings.Contains(text, want) || h.Get("Retry-After") == "" {
			t.Errorf("leader %q: %d %s", leader, status, text)
		}
		if status, _, _ := send(t, "GET", url+"/v1/plan", ""); status != 200 {
			t.Errorf("leader %q: reading is %d", leader, status)
		}
	}
}

func TestPasswordsOfADatabaseAreHidden(t *testing.T) {
	t.Setenv("PGPASSWORD", "of the environment")
	list := passwordsOf("postgres://takt:s3cr%2Ft-word@db/takt?sslpassword=key-word")
	for _, want := range []string{"of the environment", "s3cr/t-word", "s3cr%2Ft-word", "key-word"} {
		if !slices.Contains(list, want) {
			t.Errorf("%q is not hidden: %q", want, list)
		}
	}
	t.Setenv("PGPASSWORD", "")
	if list := passwordsOf("postgres://takt:ab@db/takt"); len(list) > 0 {
		t.Errorf("%q would take words out of the log", list)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"1": 1, "17B": 17, "500KB": 500 << 10, "64MB": 64 << 20, "64 mb": 64 << 20, "1GB": 1 << 30, "1024GB": 1 << 40} {
		if n, err := parseSize(text); err != nil || n != want {
			t.Errorf("%s: %d, %v", text, n, err)
		}
	}
	for _, text := range []string{"", "MB", "0", "-1", "1.5MB", "64MiB", "1TB", "1025GB", "9999999999999999999"} {
		if n, err := parseSize(text); err == nil {
			t.Errorf("%q is %d", text, n)
		}
	}
}
