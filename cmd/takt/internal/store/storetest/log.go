package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// patience is how long a test waits for what has to come; it is long, because it is only ever used up by a failure.
const patience = 30 * time.Second

func empty(t *testing.T, place Reopener) {
	s := opened(t, place)
	must(t, s.Ready(t.Context()))
	wantRecords(t, s, 0, 0)
	if _, ok, err := s.Snapshot(t.Context()); ok || err != nil {
		t.Errorf("an empty store has a snapshot (%v, %v)", ok, err)
	}
	if _, ok, err := s.Answer(t.Context(), "key"); ok || err != nil {
		t.Errorf("an empty store has an answer (%v, %v)", ok, err)
	}
	if tokens, err := s.Tokens(t.Context()); len(tokens) > 0 || err != nil {
		t.Errorf("an empty store has tokens %v (%v)", tokens, err)
	}
}

func reopened(t *testing.T, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 5)
	must(t, s.Append(t.Context(), store.Record{Version: 6})) // a record may be empty
	must(t, s.Close())

	s = leading(t, place)
	wantLast(t, s, 6)
	n := uint64(0)
	for r, err := range s.Records(t.Context(), 0) {
		must(t, err)
		if n++; r.Version == 6 && len(r.Data) > 0 || r.Version < 6 && !bytes.Equal(r.Data, data(n)) {
			t.Errorf("record %d has %q", r.Version, r.Data)
		}
	}
	if n != 6 {
		t.Errorf("%d records, want 6", n)
	}
	must(t, s.Append(t.Context(), store.Record{Version: 7, Data: data(7)}))
	wantRecords(t, s, 6, 7)
	wantRecords(t, s, 7, 7)
}

func crashed(t *testing.T, place Reopener) {
	s := leading(t, place)
	must(t, s.SaveToken(t.Context(), store.Token{ID: "anna", Role: "admin"}))
	for v := uint64(1); v <= 40; v++ {
		r := store.Record{Version: v, Data: data(v), Answers: []store.Answer{{Key: string(data(v)), Version: v}}}
		must(t, s.Append(t.Context(), r))
		if v == 20 {
			must(t, s.SaveSnapshot(t.Context(), store.Snapshot{Version: 20, Data: []byte("state")}))
		}
	}
	place.Crash(t)

	s = leading(t, place)
	wantRecords(t, s, 0, 40)
	wantSnapshot(t, s, 20, "state")
	for v := uint64(1); v <= 40; v++ {
		if a, ok, err := s.Answer(t.Context(), string(data(v))); !ok || err != nil || a.Version != v {
			t.Errorf("the answer of version %d is %+v (%v, %v)", v, a, ok, err)
		}
	}
	if list, err := s.Tokens(t.Context()); err != nil || len(list) != 1 || list[0].ID != "anna" {
		t.Errorf("the tokens are %+v (%v)", list, err)
	}
	appendAll(t, s, 41, 42)
	wantRecords(t, s, 38, 42)
}

func gaps(t *testing.T, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 3)
	for _, v := range []uint64{0, 1, 3, 5, 1 << 62} {
		answer := []store.Answer{{Key: "of the gap", Version: v}}
		err := s.Append(t.Context(), store.Record{Version: v, Answers: answer})
		gap, ok := errors.AsType[*store.GapError](err)
		if !ok || gap.Version != v || gap.Last != 3 {
			t.Errorf("record %d after 3: %v", v, err)
		}
	}
	wantRecords(t, s, 0, 3)
	if _, ok, err := s.Answer(t.Context(), "of the gap"); ok || err != nil {
		t.Errorf("the answer of a refused record is there (%v, %v)", ok, err)
	}
	appendAll(t, s, 4, 4)
}

// readWhileWriting reads with several goroutines what one writes: they see a prefix of the log, whole, and in the end all.
func readWhileWriting(t *testing.T, place Reopener) {
	const last, readers = 300, 4
	s := leading(t, place)
	ctx := soon(t)
	failures := make(chan error, readers)
	var all sync.WaitGroup
	for range readers {
		all.Go(func() { failures <- follow(ctx, s, last) })
	}
	appendAll(t, s, 1, last)
	all.Wait()
	for range readers {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
}

// follow reads records as they come, up to a version.
func follow(ctx context.Context, s store.Store, last uint64) error {
	at := uint64(0)
	for at < last {
		if err := s.Wait(ctx, at); err != nil {
			return err
		}
		before := at
		for r, err := range s.Records(ctx, at) {
			if err != nil {
				return err
			}
			if at++; r.Version != at || !bytes.Equal(r.Data, data(at)) {
				return fmt.Errorf("record %d with %q came, want %d", r.Version, r.Data, at)
			}
		}
		if at == before {
			return fmt.Errorf("waiting after version %d ended and there is no record", at)
		}
	}
	return nil
}

func large(t *testing.T, place Reopener) {
	s := leading(t, place)
	const last = 30
	for v := uint64(1); v <= last; v++ {
		must(t, s.Append(t.Context(), store.Record{Version: v, Data: bytes.Repeat(data(v), 60_000)}))
	}
	at := uint64(0)
	for r, err := range s.Records(t.Context(), 0) {
		must(t, err)
		if at++; r.Version != at || !bytes.Equal(r.Data, bytes.Repeat(data(at), 60_000)) {
			t.Fatalf("record %d is not what was written as %d", r.Version, at)
		}
	}
	if at != last {
		t.Errorf("%d records, want %d", at, last)
	}
}

func consumer(t *testing.T, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 10)
	seen := uint64(0)
	for r, err := range s.Records(t.Context(), 0) {
		must(t, err)
		seen = r.Version
		if r.Version <= 10 {
			appendAll(t, s, r.Version+10, r.Version+10)
			must(t, s.SaveSnapshot(t.Context(), store.Snapshot{Version: r.Version, Data: data(r.Version)}))
		}
		if r.Version == 15 {
			break
		}
	}
	if seen != 15 {
		t.Errorf("the records ended at %d", seen)
	}
	wantRecords(t, s, 0, 20)
}

func waitWakes(t *testing.T, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 2)
	must(t, s.Wait(soon(t), 1)) // what is there needs no waiting
	woken := make(chan error, 3)
	ctx := soon(t)
	for _, after := range []uint64{2, 2, 3} {
		go func() { woken <- s.Wait(ctx, after) }()
	}
	appendAll(t, s, 3, 4)
	for range 3 {
		must(t, <-woken)
	}
}

func waitEnds(t *testing.T, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 1)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Wait(ctx, 1) }()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("waiting ended with %v", err)
	}
	go func() { ended <- s.Wait(t.Context(), 1) }()
	must(t, s.Close())
	if err := <-ended; !errors.Is(err, store.ErrClosed) {
		t.Errorf("waiting on a store that was closed ended with %v", err)
	}
}
