package plan

import (
	"context"
	"iter"
	"slices"
	"sync"
)

// EventKind says what happened to a Live.
type EventKind string

// The kinds of events.
const (
	Applied   EventKind = "applied"   // changes by Live.Apply
	Committed EventKind = "committed" // a proposal by Live.Commit
	Loaded    EventKind = "loaded"    // a plan of other tables by Live.Replace
	Undone    EventKind = "undone"    // by Live.Undo; Changes are those that take the version back
	Scheduled EventKind = "scheduled" // the whole plan has reached Version; only with LiveOptions.Lag
	Failed    EventKind = "failed"    // the schedule cannot follow to Version; only with LiveOptions.Lag
)

// Event is a step of a Live, as subscribers are told of it.
type Event struct {
	Kind    EventKind
	Version uint64
	Changes []Change
	// Before and After are the plans of the step; with LiveOptions.Lag those of changes have no schedule.
	Before, After *Plan
	Err           error // of Failed
	// Missed is how many events were dropped before this one, as the subscriber was slow.
	Missed int

	effects func() Effects
}

// Effects are what the step did to the demands and the schedule. They may be found when they are first asked for.
func (e *Event) Effects() Effects {
	if e.effects == nil {
		return Effects{}
	}
	return e.effects()
}

// Diff is all that differs between the plans of the event. It is made at each call; see Compare for the cost.
func (e *Event) Diff() Diff { return Compare(e.Before, e.After) }

// Subscription hands out the events of a Live in their order. It is safe for any number of goroutines; each
// event goes to one of them.
type Subscription struct {
	// Start is what was current when the subscription began: events tell what came after it.
	Start Snapshot

	live   *Live
	mu     sync.Mutex
	queue  []Event
	most   int
	missed int
	ended  bool
	ready  chan struct{} // holds a token when there is something to find
}

// Subscribe begins to collect events, at most buffer of them (0 is 64). When more come than are taken the
// oldest are dropped, and the next one says in Missed how many: nobody waits for a slow subscriber. An
// event holds its plans in memory until it is taken. Close the subscription when it is not needed any more.
func (l *Live) Subscribe(buffer int) *Subscription {
	if buffer <= 0 {
		const standard = 64
		buffer = standard
	}
	s := &Subscription{live: l, most: buffer, ready: make(chan struct{}, 1)}
	l.mu.Lock()
	defer l.mu.Unlock()
	s.Start = l.Current()
	if l.closed && !l.working && !l.scheduling {
		s.end()
		return s
	}
	l.subscribers = append(l.subscribers, s)
	return s
}

// send tells all subscribers. The caller holds mu.
func (l *Live) send(e Event) {
	for _, s := range l.subscribers {
		s.put(e)
	}
}

func (s *Subscription) put(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == s.most {
		s.queue = slices.Delete(s.queue, 0, 1)
		s.missed++
	}
	s.queue = append(s.queue, e)
	s.wake()
}

// wake leaves a token. The caller holds mu.
func (s *Subscription) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// end lets Next give what is left, then ErrClosed.
func (s *Subscription) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.wake()
}

// take gives the next event if there is one.
func (s *Subscription) take() (e Event, ok, ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		if s.ended {
			s.wake() // for others that wait
		}
		return Event{}, false, s.ended
	}
	e = s.queue[0]
	e.Missed, s.missed = s.missed, 0
	s.queue = slices.Delete(s.queue, 0, 1)
	if len(s.queue) > 0 || s.ended {
		s.wake()
	}
	return e, true, false
}

// Next waits for the next event. After the end of the subscription or of the Live it gives what is left, then ErrClosed;
// when the context ends first, its error.
func (s *Subscription) Next(ctx context.Context) (Event, error) {
	for {
		e, ok, ended := s.take()
		switch {
		case ok:
			return e, nil
		case ended:
			return Event{}, ErrClosed
		}
		select {
		case <-s.ready:
		case <-ctx.Done():
			return Event{}, ctx.Err()
		}
	}
}

// Events yields events until the subscription, the Live or the context ends.
func (s *Subscription) Events(ctx context.Context) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for {
			e, err := s.Next(ctx)
			if err != nil || !yield(e) {
				return
			}
		}
	}
}

// Close ends the subscription.
func (s *Subscription) Close() {
	l := s.live
	l.mu.Lock()
	if i := slices.Index(l.subscribers, s); i >= 0 {
		l.subscribers = slices.Delete(l.subscribers, i, i+1)
	}
	l.mu.Unlock()
	s.end()
}
