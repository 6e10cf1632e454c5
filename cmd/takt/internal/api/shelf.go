package api

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// shelf keeps things that clients come back to, each under a name that cannot be guessed, for a while and up to a number.
type shelf[T any] struct {
	clock func() time.Time
	most  int
	life  time.Duration
	what  string       // that it keeps
	held  func(T) bool // that do not give way; nil: none

	mu    sync.Mutex
	list  map[string]*shelved[T]
	count uint64
}

type shelved[T any] struct {
	thing   T
	id      string
	number  uint64 // the order in which they came
	expires time.Time
}

// newID is a name that was never given before, not by an earlier run of the server either.
func newID() string {
	const letters = 16
	return strings.ToLower(rand.Text()[:letters])
}

// put keeps a thing made by its id. On a full shelf the oldest goes if it gives way, else it is a problem.
func (s *shelf[T]) put(giveWay bool, made func(id string, expires time.Time) T) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	if len(s.list) >= s.most {
		if !giveWay {
			var none T
			return none, NewProblem("conflict", fmt.Sprintf("there are %d %ss, as many as are kept: delete one, or wait until one expires", len(s.list), s.what)).
				With(func(p *Problem) { p.Kind, p.Expected = s.what, fmt.Sprintf("at most %d", s.most) })
		}
		list := s.sorted()
		if i := slices.IndexFunc(list, func(x *shelved[T]) bool { return s.held == nil || !s.held(x.thing) }); i >= 0 {
			delete(s.list, list[i].id)
		}
	}
	if s.list == nil {
		s.list = map[string]*shelved[T]{}
	}
	s.count++
	x := &shelved[T]{id: newID(), number: s.count, expires: s.clock().Add(s.life)}
	x.thing = made(x.id, x.expires)
	s.list[x.id] = x
	return x.thing, nil
}

// get finds a thing.
func (s *shelf[T]) get(id string) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	if x, ok := s.list[id]; ok {
		return x.thing, nil
	}
	var none T
	return none, missing(s.what, id, fmt.Sprintf("it has expired (they are kept for %v), was deleted, or never was: make it again", s.life))
}

// remove takes a thing away; false if there is none.
func (s *shelf[T]) remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	_, ok := s.list[id]
	delete(s.list, id)
	return ok
}

// all are the things, the oldest first.
func (s *shelf[T]) all() []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	out := []T{}
	for _, x := range s.sorted() {
		out = append(out, x.thing)
	}
	return out
}

// sorted are the things in the order in which they came. The caller holds mu.
func (s *shelf[T]) sorted() []*shelved[T] {
	list := make([]*shelved[T], 0, len(s.list))
	for _, x := range s.list {
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b *shelved[T]) int { return cmp.Compare(a.number, b.number) })
	return list
}

// clear drops what has expired and is not held. The caller holds mu.
func (s *shelf[T]) clear() {
	now := s.clock()
	for id, x := range s.list {
		if !now.Before(x.expires) && (s.held == nil || !s.held(x.thing)) {
			delete(s.list, id)
		}
	}
}
