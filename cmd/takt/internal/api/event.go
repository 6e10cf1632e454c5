package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/plan"
)

// Event is a step of the plan from one version to the next, as subscribers are told of it.
type Event struct {
	Version   uint64            `json:"version" doc:"The version that the step has led to." example:"7"`
	Kind      string            `json:"kind,omitempty" enum:"applied,committed,undone,loaded" doc:"What the step was; left out, with all that follows, if the step is too long ago to be told."`
	Changes   []string          `json:"changes,omitzero" doc:"What was changed, in words."`
	Strategy  string            `json:"strategy,omitempty" doc:"How the schedule took the changes in; see docs/changes.md."`
	Shifts    []answer.Shift    `json:"shifts,omitzero" doc:"The demands that ship at another time, that are new or gone, by id."`
	Stability *answer.Stability `json:"stability,omitempty" doc:"How much of the schedule changed."`
}

// Step is an Event whose text was made once, for all who are told of it.
type Step struct{ text []byte }

// MarshalJSON is the text.
func (s Step) MarshalJSON() ([]byte, error) { return s.text, nil }

// UnmarshalJSON keeps the text.
func (s *Step) UnmarshalJSON(text []byte) error {
	s.text = bytes.Clone(text)
	return nil
}

// Schema is that of an Event.
func (Step) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[Event](), true, "Event")
}

// How much of the past is kept for subscribers that come back.
const (
	keptEvents = 1024
	keptBytes  = 64 << 20
)

// events are the newest steps, in order and without a gap, and a signal for those who wait for more.
type events struct {
	mu     sync.Mutex
	list   []event // the oldest first
	bytes  int
	last   uint64 // newest version, in the list or not
	known  bool   // last is
	closed bool
	moved  chan struct{} // is closed and replaced when something comes
}

// event is a step as text.
type event struct {
	version uint64
	frame   []byte // as it is sent
	data    []byte // within it, the Event
}

func newEvents() *events { return &events{moved: make(chan struct{})} }

// frame writes an event as it is sent.
func frame(id uint64, kind string, data any) event {
	var b bytes.Buffer
	fmt.Fprintf(&b, "id: %d\nevent: %s\ndata: ", id, kind)
	at := b.Len()
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(data) // an Event has nothing that cannot be written; it ends with a line feed
	end := b.Len() - 1
	b.WriteByte('\n')
	text := b.Bytes()
	return event{version: id, frame: text, data: text[at:end]}
}

// eventOf is an event of the plan.
func eventOf(e *plan.Event) event {
	zone := e.After.Model().Zone()
	out := Event{Version: e.Version, Kind: string(e.Kind), Changes: answer.Words(e.Changes), Shifts: []answer.Shift{}}
	if e.Kind != plan.Loaded { // all may be other then: read the plan
		effects := e.Effects()
		stability := answer.StabilityOf(&effects.Stability)
		out.Strategy, out.Shifts, out.Stability = effects.Strategy.String(), answer.ShiftsOf(effects.Shifts, zone), &stability
	}
	return frame(e.Version, out.Kind, &out)
}

// begin says which version the events come after. What was kept goes if there is a gap.
func (e *events) begin(version uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.known && e.last == version {
		return
	}
	e.list, e.bytes, e.last, e.known = nil, 0, version, true
	e.tell()
}

// put keeps the event of the next version. The caller of it is one goroutine.
func (e *events) put(x event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.known && x.version != e.last+1 { // what came between is lost
		e.list, e.bytes = nil, 0
	}
	e.list, e.bytes, e.last, e.known = append(e.list, x), e.bytes+len(x.frame), x.version, true
	drop := 0
	for len(e.list)-drop > keptEvents || e.bytes > keptBytes && len(e.list)-drop > 1 {
		e.bytes -= len(e.list[drop].frame)
		e.list[drop] = event{} // its text is free to go
		drop++
	}
	e.list = e.list[drop:]
	e.tell()
}

// tell wakes those who wait. The caller holds mu.
func (e *events) tell() {
	close(e.moved)
	e.moved = make(chan struct{})
}

func (e *events) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.closed = true
		e.tell()
	}
}

// after gives events that follow a version, at most a number of them, and the version that they reach. ok is false if some of them are not kept any more, or the
// version is still to come: last is then the newest. moved tells when it is worth to ask again.
func (e *events) after(version uint64, most int) (list []event, last uint64, ok bool, moved <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case version == e.last:
		return nil, e.last, true, e.moved
	case version > e.last || len(e.list) == 0 || e.list[0].version > version+1:
		return nil, e.last, false, e.moved
	}
	list = e.list[version+1-e.list[0].version:]
	list = append([]event(nil), list[:min(len(list), most)]...)
	return list, list[len(list)-1].version, true, e.moved
}

// step is the step that led to a version, once it is known here; only its version if it is too long ago.
func (e *events) step(ctx context.Context, version uint64) Step {
	for {
		step, moved := e.at(version)
		if moved == nil {
			return step
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return bare(version)
		}
	}
}

// at is the step that led to a version; moved tells when it is worth to ask again if it is still to come.
func (e *events) at(version uint64) (step Step, moved <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case version > e.last && e.known && !e.closed:
		return Step{}, e.moved
	case version > e.last || len(e.list) == 0 || version < e.list[0].version:
		return bare(version), nil
	}
	return Step{e.list[version-e.list[0].version].data}, nil
}

// bare is a step of which no more is known than its version.
func bare(version uint64) Step { return Step{fmt.Appendf(nil, `{"version":%d}`, version)} }

// forget lets go of plans that were made for another version than the current one.
func (s *Server) forget(current uint64) {
	for _, k := range s.writes.rushes.all() {
		k.forget(current)
	}
	for _, x := range s.writes.jobs.kept.all() {
		x.forget(current)
	}
}

// follow takes the events of the plan from now on.
func (s *Server) follow() {
	const buffer = 1024
	subscription := s.Keeper.Subscribe(buffer)
	events := s.writes.events
	events.begin(subscription.Start.Version)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		defer events.close()
		for e := range subscription.Events(s.ctx) {
			switch e.Kind {
			case plan.Applied, plan.Committed, plan.Undone, plan.Loaded:
				events.put(eventOf(&e))
				s.forget(e.Version)
			}
		}
	}()
	s.ends = append(s.ends, func(ctx context.Context) error {
		subscription.Close()
		select {
		case <-finished:
		case <-ctx.Done():
		}
		return nil
	})
}
