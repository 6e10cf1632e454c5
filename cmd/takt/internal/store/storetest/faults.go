package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// wantDamage checks that an error tells of damage to something.
func wantDamage(t testing.TB, err error, what string) {
	t.Helper()
	e, ok := errors.AsType[*store.DamagedError](err)
	if !ok || !strings.Contains(e.What, what) {
		t.Errorf("the error is %v, want that %s is damaged", err, what)
	}
}

// readTo reads all records, and checks those that come before an error.
func readTo(t testing.TB, s store.Store) (last uint64, err error) {
	t.Helper()
	for r, err := range s.Records(t.Context(), 0) {
		if err != nil {
			return last, err
		}
		if last++; r.Version != last || string(r.Data) != string(data(last)) {
			t.Fatalf("record %d with %q came as number %d", r.Version, r.Data, last)
		}
	}
	return last, nil
}

func damagedRecord(t *testing.T, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 9)
	must(t, s.Close())
	place.Damage(t, Record, 6, "")
	s = opened(t, place)
	last, err := readTo(t, s)
	if last != 5 {
		t.Errorf("records up to %d came, want 5", last)
	}
	wantDamage(t, err, "log record 6")
	wantLast(t, s, 9)
	for r, err := range s.Records(t.Context(), 6) { // those after it are whole
		must(t, err)
		if string(r.Data) != string(data(r.Version)) {
			t.Errorf("record %d has %q", r.Version, r.Data)
		}
	}
}

func missingRecord(t *testing.T, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 9)
	must(t, s.Close())
	place.Remove(t, 1)
	place.Remove(t, 7)
	s = opened(t, place)
	last, err := readTo(t, s)
	if last != 0 {
		t.Errorf("records up to %d came, want none", last)
	}
	wantDamage(t, err, "log record 1")
	at := uint64(3)
	for r, e := range s.Records(t.Context(), at) {
		at, err = max(at, r.Version), e
	}
	if at != 6 {
		t.Errorf("records up to %d came, want 6", at)
	}
	wantDamage(t, err, "log record 7")
}

// twoSnapshots makes a store with snapshots of 2 and 4.
func twoSnapshots(t testing.TB, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 5)
	for _, v := range []uint64{2, 4} {
		must(t, s.SaveSnapshot(t.Context(), store.Snapshot{Version: v, Data: data(v)}))
	}
	must(t, s.Close())
}

func damagedSnapshot(t *testing.T, place Reopener) {
	twoSnapshots(t, place)
	place.Damage(t, Snapshot, 4, "")
	s := leading(t, place)
	wantSnapshot(t, s, 2, string(data(2)))
	wantRecords(t, s, 2, 5)
	must(t, s.SaveSnapshot(t.Context(), store.Snapshot{Version: 5, Data: data(5)}))
	wantSnapshot(t, s, 5, string(data(5)))
}

func damagedSnapshots(t *testing.T, place Reopener) {
	twoSnapshots(t, place)
	place.Damage(t, Snapshot, 2, "")
	place.Damage(t, Snapshot, 4, "")
	s := opened(t, place)
	snapshot, ok, err := s.Snapshot(t.Context())
	if ok || snapshot.Data != nil {
		t.Errorf("a damaged snapshot came: %+v", snapshot)
	}
	wantDamage(t, err, "snapshot 4")
}

func damagedRest(t *testing.T, place Reopener) {
	s := leading(t, place)
	must(t, s.Append(t.Context(), store.Record{Version: 1, Answers: []store.Answer{{Key: "anna/1", Version: 1, Data: []byte("yes")}}}))
	must(t, s.SaveToken(t.Context(), store.Token{ID: "anna", Role: "viewer"}))
	must(t, s.Close())
	place.Damage(t, Answer, 0, "anna/1")
	place.Damage(t, Token, 0, "anna")
	s = opened(t, place)
	_, ok, err := s.Answer(t.Context(), "anna/1")
	if ok {
		t.Error("a damaged answer came")
	}
	wantDamage(t, err, "anna/1")
	list, err := s.Tokens(t.Context())
	if len(list) > 0 {
		t.Errorf("with a damaged token came %+v", list)
	}
	wantDamage(t, err, "anna")
}

func notLeading(t *testing.T, place Reopener) {
	s := opened(t, place)
	err := s.Append(t.Context(), store.Record{Version: 1})
	if _, ok := errors.AsType[*store.NotLeaderError](err); !ok {
		t.Errorf("appending without leading: %v", err)
	}
	err = s.SaveSnapshot(t.Context(), store.Snapshot{Version: 1})
	if _, ok := errors.AsType[*store.NotLeaderError](err); !ok {
		t.Errorf("a snapshot without leading: %v", err)
	}
	wantLast(t, s, 0)
}

func leadAgain(t *testing.T, place Reopener) {
	s := opened(t, place)
	lost := lead(t, s, "first")
	appendAll(t, s, 1, 1)
	if again := lead(t, s, "first"); again != lost {
		t.Error("who leads and asks again gets another channel")
	}
	select {
	case <-lost:
		t.Error("leadership is lost without a reason")
	default:
	}
	must(t, s.Close())
	<-lost
	s = leading(t, place)
	appendAll(t, s, 2, 2)
	wantRecords(t, s, 0, 2)
}

func closed(t *testing.T, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 3)
	must(t, s.Close())
	must(t, s.Close())
	ctx := t.Context()
	_, leadErr := s.Lead(ctx, "")
	_, lastErr := s.Last(ctx)
	_, _, snapshotErr := s.Snapshot(ctx)
	_, _, answerErr := s.Answer(ctx, "key")
	_, tokensErr := s.Tokens(ctx)
	var recordsErr error
	for _, recordsErr = range s.Records(ctx, 0) {
	}
	for call, err := range map[string]error{
		"Lead": leadErr, "Last": lastErr, "Snapshot": snapshotErr, "Answer": answerErr, "Tokens": tokensErr, "Records": recordsErr,
		"Wait":         s.Wait(ctx, 0),
		"Append":       s.Append(ctx, store.Record{Version: 4}),
		"SaveSnapshot": s.SaveSnapshot(ctx, store.Snapshot{Version: 3}),
		"SaveToken":    s.SaveToken(ctx, store.Token{ID: "anna"}),
		"RemoveToken":  s.RemoveToken(ctx, "anna"),
		"Ready":        s.Ready(ctx),
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s of a closed store: %v", call, err)
		}
	}
}

func cancelled(t *testing.T, place Reopener) {
	s := leading(t, place)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var recordsErr error
	for _, recordsErr = range s.Records(ctx, 0) {
	}
	_, lastErr := s.Last(ctx)
	for call, err := range map[string]error{
		"Last": lastErr, "Records": recordsErr,
		"Wait":         s.Wait(ctx, 0),
		"Append":       s.Append(ctx, store.Record{Version: 1}),
		"SaveSnapshot": s.SaveSnapshot(ctx, store.Snapshot{Version: 3}),
		"SaveToken":    s.SaveToken(ctx, store.Token{ID: "anna"}),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context: %v", call, err)
		}
	}
	wantLast(t, s, 0)
	appendAll(t, s, 1, 1) // leadership does not hang on the context of a call
}

func newer(t *testing.T, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 1)
	must(t, s.Close())
	place.Newer(t)
	s, err := place.Open(t.Context(), Options{})
	if err == nil {
		_ = s.Close()
	}
	if e, ok := errors.AsType[*store.SchemaError](err); !ok || e.Found <= e.Known {
		t.Errorf("a store of a newer schema: %v", err)
	}
}

func twoInstances(t *testing.T, place Reopener) {
	if !place.Shared() {
		t.Skip("this store has one instance at a time")
	}
	one, two := opened(t, place), opened(t, place)
	lead(t, one, "http://one:8080")
	_, err := two.Lead(t.Context(), "http://two:8080")
	if e, ok := errors.AsType[*store.NotLeaderError](err); !ok || e.Leader != "http://one:8080" {
		t.Errorf("the second instance leads: %v", err)
	}
	err = two.Append(t.Context(), store.Record{Version: 1})
	if e, ok := errors.AsType[*store.NotLeaderError](err); !ok || e.Leader != "http://one:8080" {
		t.Errorf("the second instance writes: %v", err)
	}
	followed := make(chan error, 1)
	ctx := soon(t)
	go func() { followed <- follow(ctx, two, 100) }()
	appendAll(t, one, 1, 100)
	must(t, <-followed)
	must(t, one.Close())
	lead(t, two, "http://two:8080")
	appendAll(t, two, 101, 101)
	wantRecords(t, two, 0, 101)
}

// rivals lets several instances lead in turn and append as fast as they can, each what it read last plus one.
func rivals(t *testing.T, place Reopener) {
	if !place.Shared() {
		t.Skip("this store has one instance at a time")
	}
	const instances, last = 3, 60
	ctx := soon(t)
	var all sync.WaitGroup
	failures := make(chan error, instances)
	for i := range instances {
		all.Go(func() { failures <- rival(ctx, place, fmt.Sprint("instance ", i), last) })
	}
	all.Wait()
	for range instances {
		must(t, <-failures)
	}
	wantRecords(t, opened(t, place), 0, last)
}

// rival opens, leads when it can, appends a few records and goes, until the log has reached a version.
func rival(ctx context.Context, place Reopener, name string, last uint64) error {
	for {
		s, err := place.Open(ctx, Options{})
		if err != nil {
			return err
		}
		at, err := s.Last(ctx)
		if err == nil && at < last {
			if _, err = s.Lead(ctx, name); err == nil {
				if at, err = s.Last(ctx); err == nil {
					for v := at + 1; v <= min(at+5, last) && err == nil; v++ {
						err = s.Append(ctx, store.Record{Version: v, Data: data(v)})
					}
				}
			} else if _, other := errors.AsType[*store.NotLeaderError](err); other {
				err = s.Wait(ctx, at)
			}
		}
		if err = errors.Join(err, s.Close()); err != nil || at >= last {
			return err
		}
	}
}
