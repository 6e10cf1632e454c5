package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Reset is the kind of the event that says that the stream cannot go on where it was: read the plan again. Its Version is the current one.
const Reset = "reset"

// Events yields what happens to the plan after a version (0: the one that is current), one event for each version, without a gap. When the
// connection is lost, or quiet for too long, it comes back and goes on where it was; if the service does not keep what came between any more, an event
// Reset stands for it. It ends with the context, without an error, or after the error with which the service refuses it.
func (c *Client) Events(ctx context.Context, after uint64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if _, err := c.url(nil, nil); err != nil {
			yield(Event{}, err)
			return
		}
		s := stream{client: c, yield: yield, last: after}
		for failed := 0; ctx.Err() == nil; {
			err := s.follow(ctx)
			switch {
			case s.stopped || ctx.Err() != nil:
				return
			case err != nil && !lost(err):
				yield(Event{}, err)
				return
			}
			if failed++; s.alive {
				failed = 1
			}
			if c.pause(ctx, max(s.wait, backoff(failed))) != nil {
				return
			}
		}
	}
}

// lost reports whether an error is of the connection, or passes.
func lost(err error) bool {
	p, ok := errors.AsType[*Problem](err)
	return !ok || p.passes(always) || p.Status >= http.StatusInternalServerError
}

// stream is a stream of events over all its connections.
type stream struct {
	client  *Client
	yield   func(Event, error) bool
	last    uint64 // version after which events come
	known   bool   // last is: no need to ask
	stopped bool   // nobody wants more
	alive   bool   // the last connection was heard of
	wait    time.Duration
}

// follow takes events from one connection until it ends.
func (s *stream) follow(ctx context.Context) error {
	s.alive, s.wait = false, 0
	if s.last == 0 && !s.known {
		p, err := s.client.Plan(ctx)
		if err != nil {
			return err
		}
		s.last = p.Version
	}
	s.known = true
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	request, err := s.client.request(ctx, &call{method: http.MethodGet, path: []string{"events"},
		header: http.Header{"Last-Event-Id": {strconv.FormatUint(s.last, 10)}, "Accept": {"text/event-stream"}}}, nil, "")
	if err != nil {
		return err
	}
	silence := time.AfterFunc(s.client.quiet(), cancel)
	defer silence.Stop()
	answer, err := s.client.http().Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		s.wait = retryAfter(answer.Header, time.Now())
		return problemOf(answer)
	}
	s.alive = true
	return s.read(answer.Body, func() { silence.Reset(s.client.quiet()) })
}

// read takes events from a body; beat is called at every sign of life.
func (s *stream) read(body io.Reader, beat func()) error {
	const most = 128 << 20 // bytes of a line
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 0, 16<<10), most)
	var kind, id string
	var data []byte
	for lines.Scan() {
		beat()
		line := lines.Text()
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "":
			if len(data) > 0 && !s.dispatch(kind, id, data) {
				s.stopped = true
				return nil
			}
			kind, id, data = "", "", nil
		case field == "event":
			kind = value
		case field == "id":
			id = value
		case field == "data":
			if data != nil {
				data = append(data, '\n')
			}
			data = append(data, value...)
		}
	}
	return lines.Err()
}

// dispatch hands an event over; false if nobody wants more.
func (s *stream) dispatch(kind, id string, data []byte) bool {
	var e Event
	if json.Unmarshal(data, &e) != nil {
		return true // of a service that says more than this client knows
	}
	if e.Kind == "" {
		e.Kind = kind
	}
	if n, err := strconv.ParseUint(id, 10, 64); err == nil {
		e.Version = n
	}
	if e.Version <= s.last && e.Kind != Reset {
		return true // was there already
	}
	s.last = e.Version
	return s.yield(e, nil)
}

func (c *Client) quiet() time.Duration {
	const standard = 45 * time.Second
	if c.Quiet > 0 {
		return c.Quiet
	}
	return standard
}
