package api

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Times of a stream.
const (
	// eventBeat is after how much silence a comment says that the connection is there.
	eventBeat = 15 * time.Second
	// eventPatience is how long a subscriber may take to take what it is sent; then its connection is closed. It can come back with Last-Event-ID.
	eventPatience = 10 * time.Second
	// eventShare is the time between two writes to all subscribers together, whose events are put together meanwhile: a thousand of them are written to every 0.2 s
	// at most, one at once. Without it they took half a processor at twenty versions a second.
	eventShare = 200 * time.Microsecond
	// eventsAtOnce bounds what is written between two looks at the clock.
	eventsAtOnce = 64
)

type eventsInput struct {
	Last  string `header:"Last-Event-ID" doc:"Version of the last event that was taken; browsers send it when they come back." example:"7"`
	After string `query:"after" doc:"The same as Last-Event-ID, for clients that cannot send it." example:"7"`
}

// from is the version after which events are sent; ok is false if none was named.
func (in *eventsInput) from() (version uint64, ok bool, err error) {
	text, field := in.Last, "Last-Event-ID"
	if text == "" {
		text, field = in.After, "after"
	}
	if text == "" {
		return 0, false, nil
	}
	if version, err = strconv.ParseUint(text, 10, 64); err != nil {
		return 0, false, NewProblem("bad-request", field+" is no version of the plan: send the id of the last event, or leave it out").
			With(func(p *Problem) { p.Field, p.Value = field, short(text) })
	}
	return version, true, nil
}

func (s *Server) registerEvents(api huma.API) {
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "follow-events", Method: http.MethodGet, Path: "/v1/events", Tags: []string{"events"},
		Summary: "Follow the plan",
		Description: "A stream of server-sent events, one for every version of the plan from now on: its id is the version, its name applied, committed, undone or loaded, its data an Event. " +
			"With Last-Event-ID it goes on after that version. If the events between are not kept any more (the last 1,024 are), an event reset comes instead, with the version that is current: read the plan again. " +
			"A subscriber that takes longer than 10 s to take an event is closed.",
		Responses: map[string]*huma.Response{"200": {Description: "The events.", Content: map[string]*huma.MediaType{
			"text/event-stream": {Schema: Step{}.Schema(api.OpenAPI().Components.Schemas)}}}},
	}), func(ctx context.Context, in *eventsInput) (*huma.StreamResponse, error) {
		version, named, err := in.from()
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if !named {
			version = s.writes.events.newest()
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			r, w := humago.Unwrap(ctx)
			h := w.Header()
			h.Set("Content-Type", "text/event-stream")
			h.Set("Cache-Control", "no-store")
			h.Set("X-Accel-Buffering", "no") // proxies would hold events back
			s.sendEvents(r.Context(), w, version)
		}}, nil
	})
}

// Subscribers is how many follow the events now.
func (s *Server) Subscribers() int { return int(s.writes.subscribers.Load()) }

// newest is the newest version.
func (e *events) newest() uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.last
}

// sendEvents sends the events after a version, until the client, the server or the connection ends.
func (s *Server) sendEvents(ctx context.Context, w http.ResponseWriter, version uint64) {
	s.writes.subscribers.Add(1)
	defer s.writes.subscribers.Add(-1)
	connection := http.NewResponseController(w)
	send := func(texts ...[]byte) bool {
		_ = connection.SetWriteDeadline(time.Now().Add(eventPatience)) // not every connection has deadlines
		for _, text := range texts {
			if _, err := w.Write(text); err != nil {
				return false
			}
		}
		if connection.Flush() != nil {
			return false
		}
		_ = connection.SetWriteDeadline(time.Time{}) // it is for what was sent: HTTP/2 ends a stream at its deadline though nothing waits to be sent
		return true
	}
	if !send([]byte("retry: 2000\n\n")) {
		return
	}
	beat := time.NewTicker(eventBeat)
	defer beat.Stop()
	for {
		list, last, ok, moved := s.writes.events.after(version, eventsAtOnce)
		if !ok && !send(frame(last, "reset", map[string]uint64{"version": last}).frame) {
			return
		}
		if len(list) > 0 && !send(frames(list)...) {
			return
		}
		version = last
		if len(list) == eventsAtOnce {
			continue
		}
		if len(list) > 0 {
			select {
			case <-time.After(s.eventPause()):
			case <-ctx.Done():
				return
			case <-s.ctx.Done():
				return
			}
		}
		select {
		case <-moved:
		case <-beat.C:
			if !send([]byte(": still here\n\n")) {
				return
			}
		case <-ctx.Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}

// frames are the texts of events.
func frames(list []event) [][]byte {
	out := make([][]byte, len(list))
	for i := range list {
		out[i] = list[i].frame
	}
	return out
}

// eventPause is how long a subscriber is not written to after an event: by chance shorter or longer, so that not all of them wake at once and keep the processors from
// everybody else.
func (s *Server) eventPause() time.Duration {
	share := time.Duration(s.Subscribers()) * eventShare
	return share/2 + rand.N(share+1)
}
