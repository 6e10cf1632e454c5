package access

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// Whoever asks for a long answer and does not take it is let go.
func TestAClientThatDoesNotReadIsLetGo(t *testing.T) {
	g := NewGate(Options{Log: slog.New(slog.DiscardHandler), Tokens: &shelf{}, Loopback: true, Timeout: 50 * time.Millisecond})
	ended := make(chan error, 1)
	s := httptest.NewServer(g.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		piece := make([]byte, 1<<16)
		for {
			if _, err := w.Write(piece); err != nil {
				ended <- err
				return
			}
		}
	})))
	defer s.Close()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, "GET /v1/plan HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the answer ended with %v", err)
	}
}

// A client that reads slowly but does read gets all of a long answer.
func TestAClientThatReadsGetsAllOfALongAnswer(t *testing.T) {
	const patience, pieces = 40 * time.Millisecond, 60
	g := NewGate(Options{Log: slog.New(slog.DiscardHandler), Tokens: &shelf{}, Loopback: true, Timeout: patience})
	tick := make(chan struct{})
	s := httptest.NewServer(g.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range pieces {
			_, _ = io.WriteString(w, "piece\n")
			w.(http.Flusher).Flush()
			<-tick
		}
	})))
	defer s.Close()
	got, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	lines := bufio.NewScanner(got.Body)
	n := 0
	for lines.Scan() {
		n++
		if n == pieces { // the whole took longer than the patience for one piece
			<-time.After(2 * patience)
		}
		tick <- struct{}{}
	}
	if n != pieces || lines.Err() != nil {
		t.Errorf("%d of %d pieces came: %v", n, pieces, lines.Err())
	}
}

// A stream that sets its own deadlines keeps them.
func TestAStreamKeepsItsOwnDeadlines(t *testing.T) {
	g := NewGate(Options{Log: slog.New(slog.DiscardHandler), Tokens: &shelf{}, Loopback: true, Timeout: time.Hour})
	ended := make(chan error, 1)
	s := httptest.NewServer(g.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
		for {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				ended <- err
				return
			}
		}
	})))
	defer s.Close()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_, _ = io.WriteString(c, "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the stream ended with %v", err)
	}
}

// A stream ends when the token of its reader does, or when a first token closes the gate; while the store does not answer it goes on.
func TestAStreamEndsWithItsToken(t *testing.T) {
	for name, c := range map[string]struct {
		open bool // without a token
		then func(*testing.T, *shelf)
		goes bool
	}{
		"held":     {then: func(*testing.T, *shelf) {}, goes: true},
		"revoked":  {then: func(t *testing.T, s *shelf) { _ = s.RemoveToken(t.Context(), "board") }},
		"replaced": {then: func(t *testing.T, s *shelf) { s.tokens[0].Hash = Hash(NewSecret()) }},
		"expired": {then: func(t *testing.T, s *shelf) {
			s.tokens[0].Expires = time.Date(2026, time.March, 2, 8, 0, 1, 0, time.UTC)
		}},
		"no answer":   {then: func(t *testing.T, s *shelf) { s.fail(errors.New("connection lost")) }, goes: true},
		"open":        {open: true, then: func(*testing.T, *shelf) {}, goes: true},
		"first token": {open: true, then: func(t *testing.T, s *shelf) { _ = s.SaveToken(t.Context(), store.Token{ID: "ops"}) }},
	} {
		h := newHouse(t, nil)
		var header []string
		if !c.open {
			header = append(header, bearer(h.token("board", Viewer, 0)))
		}
		h.handler = h.gate.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if _, err := io.WriteString(w, "first\n"); err != nil {
				t.Errorf("%s: the first piece: %v", name, err)
			}
			c.then(t, h.shelf)
			h.now = h.now.Add(lookAgain)
			if _, err := io.WriteString(w, "second\n"); (err == nil) != c.goes {
				t.Errorf("%s: the second piece: %v", name, err)
			}
		}))
		func() {
			defer func() {
				if p := recover(); (p == nil) != c.goes {
					t.Errorf("%s: the connection ended with %v", name, p)
				}
			}()
			h.ask("GET", "/v1/events", "", header...)
		}()
	}
}

// Work on a change ends at its time; reads may be long streams.
func TestWorkOnAChangeIsBounded(t *testing.T) {
	g := NewGate(Options{Log: slog.New(slog.DiscardHandler), Tokens: &shelf{}, Loopback: true, Timeout: time.Minute})
	h := g.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := r.Context().Deadline(); ok {
			w.WriteHeader(http.StatusAccepted)
		}
	}))
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": 202, "PUT": 202, "PATCH": 202, "DELETE": 202} {
		r := httptest.NewRequestWithContext(context.Background(), method, "http://localhost/v1/plan", strings.NewReader(""))
		r.RemoteAddr = "127.0.0.1:1"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, expected %d", method, w.Code, want)
		}
	}
}
