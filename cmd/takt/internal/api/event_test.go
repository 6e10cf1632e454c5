package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// sent is an event as a client sees it.
type sent struct {
	id, name string
	data     Event
}

// follow subscribes; next gives one event after the other.
func (s *service) follow(path string, headers ...string) (next func() sent) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	s.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.http.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	a, err := s.http.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { a.Body.Close() })
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/event-stream" {
		s.t.Fatalf("status %d, %v", a.StatusCode, a.Header)
	}
	lines := bufio.NewReader(a.Body)
	return func() sent {
		s.t.Helper()
		e, err := nextEvent(lines)
		if err != nil {
			s.t.Fatal(err)
		}
		return e
	}
}

// nextEvent reads the next event of a stream; what is none is passed over.
func nextEvent(lines *bufio.Reader) (e sent, err error) {
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return e, err
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case name == "id":
			e.id = value
		case name == "event":
			e.name = value
		case name == "data":
			if err := json.Unmarshal([]byte(value), &e.data); err != nil {
				return e, err
			}
		case line == "\n" && e.id != "":
			return e, nil
		}
	}
}

// Whoever follows is told of every version: what was changed, and what that did.
func TestEventsTellEveryVersion(t *testing.T) {
	s := serve(t, fourOrders().Model)
	next := s.follow("/v1/events")
	step := s.change(add("R", 8, 3))
	if n := s.server.Subscribers(); n != 1 {
		t.Errorf("%d subscribers", n)
	}
	s.post("/v1/undo", `{"version":2}`).want(200)
	e := next()
	if e.id != "2" || e.name != "applied" || e.data.Version != 2 || e.data.Changes[0] != "add demand R" || len(e.data.Shifts) != len(step.Shifts) || e.data.Stability == nil {
		t.Errorf("%+v", e)
	}
	if e := next(); e.id != "3" || e.name != "undone" {
		t.Errorf("%+v", e)
	}
}

// Whoever comes back says what he has taken last, and misses nothing.
func TestEventsGoOnAfterTheLastOne(t *testing.T) {
	s := serve(t, fourOrders().Model)
	for i := range 3 {
		s.change(add(fmt.Sprint("R", i), 1, 10))
	}
	next := s.follow("/v1/events", "Last-Event-ID", "2")
	if e := next(); e.id != "3" {
		t.Errorf("%+v", e)
	}
	if e := next(); e.id != "4" {
		t.Errorf("%+v", e)
	}
	if e := s.follow("/v1/events?after=1")(); e.id != "2" || e.name != "applied" {
		t.Errorf("%+v", e)
	}
	next = s.follow("/v1/events", "Last-Event-ID", "4")
	s.change(add("R3", 1, 10))
	if e := next(); e.id != "5" {
		t.Errorf("%+v", e)
	}
}

// What is too long ago, or was of another plan, cannot be told: the plan has to be read again.
func TestEventsAreResetWhenTheyAreNotKept(t *testing.T) {
	s := serve(t, fourOrders().Model)
	if e := s.follow("/v1/events", "Last-Event-ID", "99")(); e.name != "reset" || e.id != "1" || e.data.Version != 1 {
		t.Errorf("%+v", e)
	}
	for v := range uint64(keptEvents + 1) {
		s.server.writes.events.put(frame(v+2, "applied", Event{Version: v + 2, Kind: "applied"}))
	}
	next := s.follow("/v1/events", "Last-Event-ID", "1")
	if e := next(); e.name != "reset" || e.data.Version != keptEvents+2 {
		t.Errorf("%+v", e)
	}
	s.server.writes.events.put(frame(keptEvents+3, "applied", Event{Version: keptEvents + 3, Kind: "applied"}))
	if e := next(); e.data.Version != keptEvents+3 {
		t.Errorf("%+v", e)
	}
	if e := s.follow("/v1/events", "Last-Event-ID", "3")(); e.name != "applied" || e.id != "4" {
		t.Errorf("%+v", e)
	}
}

func TestEventsRefuseWhatIsNoVersion(t *testing.T) {
	s := serve(t, fourOrders().Model)
	s.ask("GET", "/v1/events", "", "Last-Event-ID", "x").refused(400, "bad-request")
	s.get("/v1/events?after=-1").refused(400, "bad-request")
	s.get("/v1/events?since=1").refused(422, "invalid-request")
}

// Events are kept up to a number and up to a size, without a gap.
func TestEventsKeptAreBounded(t *testing.T) {
	e := newEvents()
	e.begin(1)
	large := strings.Repeat("x", keptBytes/4)
	for v := range uint64(10) {
		e.put(frame(v+2, "applied", large))
	}
	if e.bytes > keptBytes || len(e.list) != 3 || e.last != 11 {
		t.Errorf("%d events of %d bytes", len(e.list), e.bytes)
	}
	e.put(frame(20, "applied", 1)) // some were missed
	if _, last, ok, _ := e.after(11, 1); ok || last != 20 || len(e.list) != 1 {
		t.Errorf("after a gap: %d %v", last, ok)
	}
	e.begin(30)
	if _, last, ok, _ := e.after(20, 1); ok || last != 30 {
		t.Errorf("after another beginning: %d %v", last, ok)
	}
}

// wire serves the events alone, over connections without buffers, so that whoever does not read holds the server up at once. It runs in a bubble
// whose clock jumps.
func wire(t *testing.T) (s *Server, dial func() net.Conn) {
	s = &Server{writes: &writes{events: newEvents()}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.writes.events.begin(1)
	l := &pipes{made: make(chan net.Conn), closed: make(chan struct{})}
	h := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.sendEvents(r.Context(), w, 1) })}
	go h.Serve(l)
	t.Cleanup(func() {
		s.stop()
		h.Close()
	})
	return s, func() net.Conn {
		ours, theirs := net.Pipe()
		l.made <- theirs
		fmt.Fprint(ours, "GET / HTTP/1.0\r\n\r\n")
		return ours
	}
}

// pipes is a listener of connections in memory.
type pipes struct {
	made   chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.made:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{} }

// A subscriber that takes nothing is closed when its time is up; the others do not wait for it.
func TestASlowSubscriberIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, dial := wire(t)
		slow, quick := dial(), dial()
		lines := bufio.NewReader(quick)
		begun := time.Now()
		s.writes.events.put(frame(2, "applied", Event{Version: 2}))
		if e, err := nextEvent(lines); err != nil || e.id != "2" || time.Since(begun) != 0 {
			t.Errorf("%+v %v after %v", e, err, time.Since(begun))
		}
		time.Sleep(eventPatience + time.Second) // of the bubble
		n := 0
		for {
			buffer := make([]byte, 1024)
			read, err := slow.Read(buffer)
			if n += read; err != nil {
				break
			}
		}
		if n > 0 {
			t.Errorf("the slow subscriber was sent %d bytes after its time", n)
		}
		s.writes.events.put(frame(3, "applied", Event{Version: 3}))
		if e, err := nextEvent(lines); err != nil || e.id != "3" {
			t.Errorf("%+v %v", e, err)
		}
		quick.Close()
	})
}

// deadline is a connection that knows by when its client has to take what is sent.
type deadline struct {
	http.ResponseWriter
	until time.Time
	set   int
}

func (d *deadline) SetWriteDeadline(t time.Time) error {
	d.until, d.set = t, d.set+1
	return nil
}
func (d *deadline) FlushError() error { return nil }

// Between events a stream has no deadline: HTTP/2, which is what TLS brings, ends a stream when its deadline comes though nothing waits to be sent.
func TestASubscriberThatHasTakenEverythingHasNoDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{writes: &writes{events: newEvents()}}
		s.ctx, s.stop = context.WithCancel(context.Background())
		s.writes.events.begin(1)
		d := &deadline{ResponseWriter: httptest.NewRecorder()}
		go s.sendEvents(t.Context(), d, 1)
		for version := uint64(2); version < 4; version++ {
			synctest.Wait()
			if d.set == 0 || !d.until.IsZero() {
				t.Errorf("before version %d: a deadline of %v after %d were set", version, d.until, d.set)
			}
			d.set = 0
			s.writes.events.put(frame(version, "applied", Event{Version: version}))
			time.Sleep(time.Second) // of the bubble
		}
		s.stop()
	})
}

// A comment says now and then that the connection is there.
func TestASilentStreamHasABeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, dial := wire(t)
		c := dial()
		lines := bufio.NewReader(c)
		begun := time.Now()
		beats := 0
		for beats < 3 {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(line, ":") {
				beats++
			}
		}
		if since := time.Since(begun); since != 3*eventBeat {
			t.Errorf("%d beats after %v", beats, since)
		}
		c.Close()
	})
}

// The text of an event is made once, however many are told of it, and a thousand subscribers are.
func TestAThousandSubscribersAreToldTheSame(t *testing.T) {
	const subscribers, versions = 1000, 5
	e := newEvents()
	e.begin(1)
	var all sync.WaitGroup
	texts := make([][versions]*byte, subscribers)
	for i := range subscribers {
		all.Go(func() {
			for at := uint64(1); at < versions+1; {
				list, last, ok, moved := e.after(at, 64)
				if !ok {
					t.Errorf("subscriber %d lost events after %d", i, at)
					return
				}
				for _, x := range list {
					texts[i][x.version-2] = &x.frame[0]
				}
				if at = last; len(list) == 0 {
					<-moved
				}
			}
		})
	}
	for v := range uint64(versions) {
		e.put(frame(v+2, "applied", Event{Version: v + 2}))
		runtime.Gosched()
	}
	all.Wait()
	for i := range texts {
		if texts[i] != texts[0] {
			t.Fatalf("subscriber %d was told something else", i)
		}
	}
}

// A stream ends with the server.
func TestStreamsEndWithTheServer(t *testing.T) {
	s := serve(t, fourOrders().Model)
	r, err := http.Get(s.http.URL + "/v1/events")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := s.server.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := nextEvent(bufio.NewReader(r.Body)); err == nil {
		t.Error("an event of a server that is closed")
	}
}
