package client

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// streamed sends text as a stream and then breaks off, or stays until the client goes.
func streamed(text string, stay bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = w.Write([]byte(text))
		w.(http.Flusher).Flush()
		if stay {
			<-r.Context().Done()
		}
	}
}

func frame(version int, kind string) string {
	return fmt.Sprintf("id: %d\nevent: %s\ndata: {\"version\":%d,\"kind\":%q,\"changes\":[\"x\"]}\n\n", version, kind, version, kind)
}

// take takes so many events.
func take(t *testing.T, c *Client, after uint64, most int) (out []string) {
	t.Helper()
	for e, err := range c.Events(t.Context(), after) {
		if err != nil {
			t.Fatal(err)
		}
		if out = append(out, fmt.Sprintf("%d %s", e.Version, e.Kind)); len(out) == most {
			break
		}
	}
	return out
}

// Whatever happens to the connections, each event comes once, in order and without a gap.
func TestEventsGoOnWhereTheyWere(t *testing.T) {
	f, c := play(t,
		streamed("retry: 2000\n\n"+frame(5, "applied")+frame(6, "undone")[:30], false), // in the middle of an event
		lose, refuse(503, "unavailable", "Retry-After", "2"), refuse(500, "internal"), func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) },
		streamed(frame(5, "applied")+frame(6, "undone")+": still here\n\n", false), // what was there already comes again
		streamed(strings.ReplaceAll(frame(7, "committed"), "\n", "\r\n")+"event: news\ndata: what is this\n\nid: 9\nevent: reset\ndata: {\"version\":9}\n\n", true))
	got := take(t, c, 4, 4)
	if want := []string{"5 applied", "6 undone", "7 committed", "9 reset"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	var from []string
	for _, r := range f.requests() {
		from = append(from, r.Header.Get("Last-Event-ID"))
	}
	if want := []string{"4", "5", "5", "5", "5", "5", "6"}; !slices.Equal(from, want) {
		t.Errorf("resumed after %v, want %v", from, want)
	}
	if waits := f.pauses(); slices.Max(waits) != 2*time.Second || waits[len(waits)-1] > firstPause { // as Retry-After says; short after a connection that was good
		t.Errorf("pauses %v", waits)
	}
}

// Without a version they begin at the current one, which is asked for first, so that none is missed between connections.
func TestEventsBeginAtTheCurrentVersion(t *testing.T) {
	f, c := play(t, answer(`{"version": 12}`), streamed("", false), streamed(frame(13, "applied"), true))
	if got := take(t, c, 0, 1); !slices.Equal(got, []string{"13 applied"}) {
		t.Error(got)
	}
	r := f.requests()
	if len(r) != 3 || r[0].URL.Path != "/v1/plan" || r[1].Header.Get("Last-Event-ID") != "12" || r[2].Header.Get("Last-Event-ID") != "12" {
		t.Errorf("%d requests, %v", len(r), r[1].Header)
	}
}

// A stream that says nothing for too long is taken for lost.
func TestASilentStreamIsLeft(t *testing.T) {
	f, c := play(t, streamed("", true), streamed(frame(2, "applied"), true))
	c.Quiet = 20 * time.Millisecond
	if got := take(t, c, 1, 1); !slices.Equal(got, []string{"2 applied"}) || len(f.requests()) != 2 {
		t.Error(got, len(f.requests()))
	}
}

// A refusal ends the stream with its error, the context ends it without.
func TestEventsEnd(t *testing.T) {
	_, c := play(t, refuse(401, "no-token"))
	n := 0
	for _, err := range c.Events(t.Context(), 1) {
		if n++; !IsProblem(err, "no-token") {
			t.Error(err)
		}
	}
	if n != 1 {
		t.Errorf("%d errors", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, c = play(t, streamed(frame(2, "applied"), true))
	n = 0
	for _, err := range c.Events(ctx, 1) {
		if n++; err != nil {
			t.Error(err)
		}
		cancel()
	}
	if n != 1 {
		t.Errorf("%d events", n)
	}
}

// Whatever a stream holds, it is read without harm, and versions only grow.
func FuzzEvents(f *testing.F) {
	f.Add(frame(2, "applied") + frame(3, "reset"))
	f.Add("data: {\"version\":7}\ndata\n\nid: x\n:\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		last := uint64(1)
		s := stream{client: &Client{}, last: last, yield: func(e Event, err error) bool {
			if err != nil || e.Version <= last && e.Kind != Reset {
				t.Fatalf("%+v after %d: %v", e, last, err)
			}
			last = e.Version
			return e.Version != 77
		}}
		_ = s.read(strings.NewReader(text), func() {})
	})
}
