package access

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// fakeBody is a body whose deadlines are seen.
type fakeBody struct {
	io.ReadCloser
	deadlines []time.Time
}

func (b *fakeBody) set(t time.Time) error {
	b.deadlines = append(b.deadlines, t)
	return nil
}

// The deadline that the end of the service gives to a body is lifted when all of it has come, and is not given to one that has:
// it is for the body, not for the work on it.
func TestAHurriedBodyDoesNotHurryTheWorkOnIt(t *testing.T) {
	until := time.Date(2026, time.March, 2, 8, 0, 5, 0, time.UTC)
	for name, late := range map[string]bool{"before it has come": false, "after": true} {
		seen := &fakeBody{ReadCloser: http.NoBody}
		b := &arriving{ReadCloser: seen, deadline: seen.set}
		if !late {
			b.hurry(until)
		}
		if _, err := io.ReadAll(b); err != nil {
			t.Fatal(err)
		}
		if late {
			b.hurry(until)
		}
		if n := len(seen.deadlines); late && n != 0 || !late && (n != 2 || !seen.deadlines[0].Equal(until) || !seen.deadlines[1].IsZero()) {
			t.Errorf("%s: the deadlines are %v", name, seen.deadlines)
		}
	}
}

// A client that stops in the middle of its body does not hold up the end of the service.
func TestABodyThatStopsDoesNotHoldUpTheEnd(t *testing.T) {
	g := NewGate(Options{Log: slog.New(slog.DiscardHandler), Tokens: &shelf{}, Loopback: true, Timeout: time.Hour})
	reading, ended := make(chan struct{}), make(chan error, 1)
	s := httptest.NewServer(g.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(reading)
		_, err := io.ReadAll(r.Body)
		ended <- err
	})))
	defer s.Close()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, "POST /v1/changes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	<-reading
	g.hurry(time.Now())
	if err := <-ended; err == nil {
		t.Error("half of a body was taken for all of it")
	}
}
