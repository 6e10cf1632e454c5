package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// heard is what a command prints; it can be read while the command runs.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // is closed and replaced when there is more
}

func newHeard() *heard { return &heard{more: make(chan struct{})} }

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.more)
	h.more = make(chan struct{})
	return h.text.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// until waits for a text that a pattern finds.
func (h *heard) until(t *testing.T, pattern string, ended <-chan struct{}) []string {
	t.Helper()
	find := regexp.MustCompile(pattern)
	for {
		h.mu.Lock()
		found, more := find.FindStringSubmatch(h.text.String()), h.more
		h.mu.Unlock()
		if found != nil {
			return found
		}
		select {
		case <-more:
		case <-ended:
			if found := find.FindStringSubmatch(h.String()); found != nil {
				return found
			}
			return nil
		}
	}
}

// running is a takt serve in this process.
type running struct {
	t        *testing.T
	url      string
	stop     context.CancelFunc // is SIGTERM
	ended    chan struct{}
	code     int
	out, log *heard
}

// serve starts the service on a free port and waits until it serves.
func serve(t *testing.T, args ...string) *running {
	t.Helper()
	s := serving(t, args...)
	found := s.out.until(t, `at (https?://\S+),`, s.ended)
	if found == nil {
		t.Fatalf("takt serve %q ended with %d: %s", args, s.code, s.log)
	}
	s.url = found[1]
	return s
}

// serving starts the service and waits for nothing.
func serving(t *testing.T, args ...string) *running {
	ctx, stop := context.WithCancel(context.Background())
	s := &running{t: t, stop: stop, ended: make(chan struct{}), out: newHeard(), log: newHeard()}
	go func() {
		defer close(s.ended)
		if !slices.Contains(args, "--listen") {
			args = append(args, "--listen", "127.0.0.1:0")
		}
		s.code = run(ctx, append([]string{"serve"}, args...), s.out, s.log)
	}()
	t.Cleanup(func() { stop(); <-s.ended })
	return s
}

// end asks the service to end, and expects that it ends well.
func (s *running) end() {
	s.t.Helper()
	s.stop()
	<-s.ended
	if s.code != exitOK {
		s.t.Errorf("exit code %d: %s", s.code, s.log)
	}
}

// ask sends a request; header lines are "Name: value".
func (s *running) ask(method, path, body string, header ...string) (status int, text string, h http.Header) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		if r.Header.Set(name, value); name == "Host" {
			r.Host = value
		}
	}
	got, err := testClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	all, err := io.ReadAll(got.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return got.StatusCode, string(all), got.Header
}

var testClient = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, MaxIdleConnsPerHost: 50}}

// want asks and expects a status.
func (s *running) want(status int, method, path, body string, header ...string) string {
	s.t.Helper()
	got, text, _ := s.ask(method, path, body, header...)
	if got != status {
		s.t.Errorf("%s %s: status %d, expected %d: %s", method, path, got, status, text)
	}
	return text
}

// demand is a batch that adds a demand.
func demand(id string) string {
	return fmt.Sprintf(`{"changes":[{"change":"add_demand","demand":%q,"item":"BIKE","qty":1,"due":"2026-12-30"}]}`, id)
}

// takt runs the command and gives its outputs and exit code.
func takt(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), args, &out, &err)
	return code, out.String(), err.String()
}

// secretOf makes a token and gives its secret.
func secretOf(t *testing.T, args ...string) string {
	t.Helper()
	code, out, err := takt(t, append([]string{"token", "create"}, args...)...)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, err)
	}
	return strings.TrimSpace(out)
}
