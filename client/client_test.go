package client

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// A change is sent under a key of its own, and again under the same when the connection is lost or the service is busy: it is made once.
func TestChangesAreSentAgainUnderTheSameKey(t *testing.T) {
	f, c := play(t, lose, half, refuse(503, "busy"), refuse(429, "too-many"), answer(`{"version": 7, "kind": "applied"}`, "Idempotency-Replayed", "true"))
	step, err := c.Apply(t.Context(), []Change{{"change": "cancel_demand", "demand": "S1"}})
	if err != nil || step.Version != 7 || !step.Replayed {
		t.Fatalf("%+v, %v", step, err)
	}
	key := f.asked[0].Header.Get("Idempotency-Key")
	if len(key) < 20 {
		t.Errorf("key %q", key)
	}
	if len(f.asked) != 5 {
		t.Errorf("sent %d times", len(f.asked))
	}
	for i, r := range f.asked {
		if r.Header.Get("Idempotency-Key") != key || r.Header.Get("Authorization") != "Bearer takt_secret" || f.bodies[i] != `{"changes":[{"change":"cancel_demand","demand":"S1"}]}` {
			t.Errorf("request %d: %v %s", i, r.Header, f.bodies[i])
		}
	}
	if _, err := c.Apply(t.Context(), nil); err != nil || f.asked[5].Header.Get("Idempotency-Key") == key {
		t.Errorf("another request has the same key, or fails: %v", err)
	}
}

// What has no key is sent again only if the service says that it did nothing.
func TestWhatHasNoKeyIsNotSentTwiceInDoubt(t *testing.T) {
	for name, first := range map[string]http.HandlerFunc{"lost": lose, "half": half, "proxy": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"gateway": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }} {
		f, c := play(t, first, answer(`{"scenario": "x"}`))
		if _, err := c.MakeScenario(t.Context(), ScenarioRequest{}); err == nil || len(f.requests()) != 1 {
			t.Errorf("%s: sent %d times, %v", name, len(f.requests()), err)
		}
		f, c = play(t, first, answer(`{"version": 3}`))
		if p, err := c.Plan(t.Context()); err != nil || p.Version != 3 || len(f.requests()) != 2 {
			t.Errorf("a read, %s: %+v, %v", name, p, err)
		}
	}
	f, c := play(t, refuse(503, "busy"), answer(`{"scenario": "x"}`))
	if s, err := c.MakeScenario(t.Context(), ScenarioRequest{}); err != nil || s.ID != "x" || len(f.requests()) != 2 {
		t.Errorf("busy: %+v, %v", s, err)
	}
}

// A request that is refused for good is not sent again, and the problem has its data.
func TestRefusalsAreProblems(t *testing.T) {
	f, c := play(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
		w.WriteHeader(409)
		_, _ = w.Write([]byte(`{"type": "/problems/stale", "title": "The plan has moved on", "status": 409, "detail": "version 5 is current", "base": 4, "current": 5, "index": 0,
			"outcome": {"version": 5, "strategy": "displace", "shifts": [{"demand": "S1", "later_days": 0.25}], "stability": {"moved": 3}}, "errors": [{"location": "body.changes[3].qty"}], "new": 1}`))
	})
	_, err := c.CommitRush(t.Context(), "r1", 2, IfMatch(4), Rebase(), ApprovedBy("the boss"), Key("mine"))
	p, ok := errors.AsType[*Problem](err)
	if !ok || !IsProblem(err, "stale") || p.Status != 409 || p.Base != 4 || p.Current != 5 || *p.Index != 0 || p.Errors[0].Location != "body.changes[3].qty" || err.Error() != "version 5 is current" {
		t.Fatalf("%#v", err)
	}
	if o, ok := p.Stale(); !ok || o.Version != 5 || o.Shifts[0].LaterDays != "0.25" || o.Stability.Moved != 3 {
		t.Errorf("%+v %v", o, ok)
	}
	r := f.asked[0]
	if len(f.asked) != 1 || r.URL.RequestURI() != "/v1/rush/r1/options/2/commit?approved_by=the+boss&rebase=true" || r.Header.Get("If-Match") != `"4"` || r.Header.Get("Idempotency-Key") != "mine" {
		t.Errorf("%d times %s %v", len(f.asked), r.URL, r.Header)
	}
	_, c = play(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", 404) })
	if _, err := c.Plan(t.Context()); !errors.As(err, &p) || p.Name() != "about:blank" || p.Status != 404 || err.Error() != "Not Found (status 404)" {
		t.Errorf("%#v", err)
	}
	if _, ok := p.Stale(); ok {
		t.Error("an outcome out of nothing")
	}
}

// Tries end: after as many as are wanted, and when the context has no time for the pause that the service asks for.
func TestTriesEnd(t *testing.T) {
	f, c := play(t, refuse(503, "busy", "Retry-After", "3"))
	if _, err := c.Undo(t.Context(), 7); !IsProblem(err, "busy") || len(f.requests()) != 8 {
		t.Errorf("%d tries, %v", len(f.requests()), err)
	}
	if waits := f.pauses(); len(waits) != 7 || slices.Min(waits) != 3*time.Second || slices.Max(waits) > mostPause {
		t.Errorf("pauses %v", waits)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	f, c = play(t, refuse(503, "busy", "Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)))
	if _, err := c.Undo(ctx, 7); !IsProblem(err, "busy") || len(f.requests()) != 1 || len(f.pauses()) != 0 {
		t.Errorf("%d tries, pauses %v, %v", len(f.requests()), f.pauses(), err)
	}
	f, c = play(t, refuse(503, "busy"))
	c.Tries = 1
	if _, err := c.Plan(t.Context()); !IsProblem(err, "busy") || len(f.requests()) != 1 {
		t.Errorf("%d tries, %v", len(f.requests()), err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	f, c = play(t, answer(`{}`))
	if _, err := c.Plan(stopped); !errors.Is(err, context.Canceled) || len(f.requests()) != 0 {
		t.Errorf("%d tries, %v", len(f.requests()), err)
	}
}

// Pauses grow, differ, and are never longer than the longest.
func TestPausesGrow(t *testing.T) {
	for try, most := range map[int]time.Duration{1: firstPause, 2: 2 * firstPause, 5: 16 * firstPause, 9: mostPause, 1000: mostPause} {
		seen := map[time.Duration]bool{}
		for range 50 {
			d := backoff(try)
			if d < most/2 || d > most {
				t.Fatalf("try %d: %v", try, d)
			}
			seen[d] = true
		}
		if len(seen) < 10 {
			t.Errorf("try %d: always %v", try, seen)
		}
	}
	for text, want := range map[string]time.Duration{"": 0, "2": 2 * time.Second, "-1": 0, "soon": 0, "99999999999": 24 * time.Hour, "Mon, 02 Mar 2026 05:00:10 GMT": 10 * time.Second, "Mon, 02 Mar 2026 04:00:00 GMT": 0} {
		if got := retryAfter(http.Header{"Retry-After": {text}}, time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// A pause ends with the context.
func TestAPauseEndsWithTheContext(t *testing.T) {
	var c Client
	if err := c.pause(t.Context(), 1); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.pause(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Ids go into the path as they are, whatever is in them; none leads elsewhere.
func TestIdsAreEscaped(t *testing.T) {
	f, c := play(t, answer(`{"kind": "planned", "order": {"order": "A/1", "qty": 1.500000}}`))
	c.URL += "/takt/"
	o, err := c.Order(t.Context(), "A@main/2026-04-10/1 ?#%ü")
	if err != nil || o.Planned.Text("qty") != "1.500000" || o.Planned.Text("order") != "A/1" || o.Planned.Text("none") != "" {
		t.Fatalf("%+v %v", o, err)
	}
	if got := f.asked[0].RequestURI; got != "/takt/v1/plan/orders/A@main%2F2026-04-10%2F1%20%3F%23%25%C3%BC" {
		t.Error(got)
	}
	for _, id := range []string{"", ".", ".."} {
		if _, err := c.Demand(t.Context(), id); err == nil || !strings.Contains(err.Error(), "names nothing") {
			t.Errorf("%q: %v", id, err)
		}
	}
	for _, url := range []string{"", "localhost:8080", "ftp://x", "http://", "http://%"} {
		c := Client{URL: url}
		if _, err := c.Plan(t.Context()); err == nil || !strings.Contains(err.Error(), "is no URL") {
			t.Errorf("%q: %v", url, err)
		}
		for _, err := range c.Events(t.Context(), 1) {
			if err == nil || !strings.Contains(err.Error(), "is no URL") {
				t.Errorf("%q: %v", url, err)
			}
		}
	}
	if len(f.asked) != 1 {
		t.Errorf("%d requests", len(f.asked))
	}
}

// A list goes on over its pages with the same conditions, and ends at an error or when no more is wanted.
func TestListsGoOverAllPages(t *testing.T) {
	pages := []http.HandlerFunc{answer(`{"version": 1, "items": [{"demand": "A"}, {"demand": "B", "late": true}], "next": "c&1"}`), answer(`{"version": 1, "items": [{"demand": "C"}]}`)}
	f, c := play(t, pages...)
	var got []string
	for row, err := range c.Demands(t.Context(), Query{Where: map[string]string{"due.from": "2026-04-01"}, Sort: "-due", Limit: 2, AtLeast: 7}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row.Text("demand")+row.Text("late"))
	}
	if !slices.Equal(got, []string{"A", "Btrue", "C"}) {
		t.Error(got)
	}
	if a, b := f.asked[0].RequestURI, f.asked[1].RequestURI; a != "/v1/plan/demands?at_least=7&due.from=2026-04-01&limit=2&sort=-due" || b != "/v1/plan/demands?at_least=7&cursor=c%261&due.from=2026-04-01&limit=2&sort=-due" {
		t.Error(a, b)
	}
	f, c = play(t, pages...)
	for range c.Orders(t.Context(), Query{}) {
		break
	}
	if len(f.requests()) != 1 {
		t.Errorf("%d pages", len(f.requests()))
	}
	_, c = play(t, pages[0], refuse(422, "bad-request"))
	var last error
	n := 0
	for _, err := range c.Table(t.Context(), "stock", Query{}) {
		n, last = n+1, err
	}
	if n != 3 || !IsProblem(last, "bad-request") {
		t.Errorf("%d, %v", n, last)
	}
}

// A delete whose answer was lost is done.
func TestADeleteIsDoneOnce(t *testing.T) {
	_, c := play(t, lose, refuse(404, "not-found"))
	if err := c.DeleteScenario(t.Context(), "x"); err != nil {
		t.Error(err)
	}
	_, c = play(t, refuse(404, "not-found"))
	if err := c.DeleteScenario(t.Context(), "x"); !IsProblem(err, "not-found") {
		t.Error(err)
	}
	_, c = play(t, refuse(503, "busy"), refuse(404, "not-found"))
	if _, err := c.CancelJob(t.Context(), "x"); !IsProblem(err, "not-found") {
		t.Error(err)
	}
}

// No error tells the token, and an answer of something else is told.
func TestErrorsTellNoSecrets(t *testing.T) {
	_, c := play(t, answer(`<html>`))
	_, err := c.Plan(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is this a Takt service") {
		t.Error(err)
	}
	f, d := play(t, lose)
	_, lost := d.Plan(t.Context())
	f.server.Close()
	_, gone := d.Plan(t.Context())
	for _, err := range []error{err, lost, gone} {
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Error(err)
		}
	}
}

// A job is asked for until it has ended.
func TestAJobIsAwaited(t *testing.T) {
	f, c := play(t, answer(`{"job": "j", "state": "running"}`), answer(`{"job": "j", "state": "running"}`), answer(`{"job": "j", "state": "done", "gain": {"anything": true}}`))
	j, err := c.AwaitJob(t.Context(), "j", time.Minute)
	if err != nil || j.State != "done" || !j.Gain.Anything || !slices.Equal(f.pauses(), []time.Duration{time.Minute, time.Minute}) {
		t.Errorf("%+v %v %v", j, err, f.pauses())
	}
	stopped, stop := context.WithCancel(t.Context())
	f, c = play(t, answer(`{"job": "j", "state": "running"}`))
	f.sleeping = func(context.Context, time.Duration) error { stop(); return stopped.Err() }
	if _, err := c.AwaitJob(stopped, "j", time.Minute); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
