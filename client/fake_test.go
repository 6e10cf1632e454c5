package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// fake is a service that answers by a script, request by request.
type fake struct {
	mu       sync.Mutex
	script   []http.HandlerFunc // the last one answers what follows
	asked    []*http.Request
	bodies   []string
	paused   []time.Duration
	server   *httptest.Server
	sleeping func(context.Context, time.Duration) error
}

// play starts a service that follows a script, and a client of it that notes its pauses and does not sleep.
func play(t *testing.T, script ...http.HandlerFunc) (*fake, *Client) {
	f := &fake{script: script}
	f.server = httptest.NewServer(f)
	t.Cleanup(func() {
		f.server.CloseClientConnections()
		f.server.Close()
	})
	return f, &Client{URL: f.server.URL, Token: "takt_secret", HTTP: f.server.Client(), sleep: f.sleep}
}

func (f *fake) sleep(ctx context.Context, d time.Duration) error {
	f.mu.Lock()
	f.paused = append(f.paused, d)
	f.mu.Unlock()
	if f.sleeping != nil {
		return f.sleeping(ctx, d)
	}
	return ctx.Err()
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	n := min(len(f.asked), len(f.script)-1)
	f.asked, f.bodies = append(f.asked, r), append(f.bodies, string(text))
	f.mu.Unlock()
	f.script[n](w, r)
}

// requests are what was asked so far.
func (f *fake) requests() []*http.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]*http.Request(nil), f.asked...)
}

func (f *fake) pauses() []time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]time.Duration(nil), f.paused...)
}

// answer answers with JSON; headers are name and value in turn.
func answer(text string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		fmt.Fprintln(w, text)
	}
}

// refuse answers with a problem.
func refuse(status int, name string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"type": "/problems/%s", "title": "T", "status": %d, "detail": "the detail of %s"}`, name, status, name)
	}
}

// lose breaks the connection off without an answer.
func lose(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }

// half breaks it off in the middle of the answer.
func half(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = w.Write([]byte(`{"version": `))
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}
