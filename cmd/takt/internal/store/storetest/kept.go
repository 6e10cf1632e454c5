package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

func answers(t *testing.T, place Reopener) {
	s := leading(t, place)
	long := string(bytes.Repeat([]byte("k"), store.MaxKey))
	want := []store.Answer{
		{Key: "anna/1", Hash: []byte{1, 2}, Version: 1, Data: []byte("first")},
		{Key: "anna/2\x00\xff", Version: 1},
		{Key: long, Hash: []byte{}, Version: 1, Data: []byte("long")},
	}
	must(t, s.Append(t.Context(), store.Record{Version: 1, Answers: want}))
	check := func() {
		t.Helper()
		for _, w := range want {
			a, ok, err := s.Answer(t.Context(), w.Key)
			if !ok || err != nil || a.Key != w.Key || a.Version != w.Version || !bytes.Equal(a.Hash, w.Hash) || !bytes.Equal(a.Data, w.Data) {
				t.Errorf("the answer is %+v (%v, %v), want %+v", a, ok, err, w)
			}
		}
	}
	check()
	want[0] = store.Answer{Key: "anna/1", Hash: []byte{9}, Version: 2, Data: []byte("second")}
	must(t, s.Append(t.Context(), store.Record{Version: 2, Answers: want[:1]}))
	check()
	must(t, s.Close())
	s = opened(t, place)
	check()
	for _, key := range []string{"anna", "anna/11", ""} {
		if _, ok, err := s.Answer(t.Context(), key); ok || err != nil {
			t.Errorf("there is an answer to %q (%v, %v)", key, ok, err)
		}
	}
}

func expiry(t *testing.T, place Reopener) {
	s, err := place.Open(t.Context(), Options{KeptAnswers: 3})
	must(t, err)
	defer s.Close()
	lead(t, s, "")
	for v := uint64(1); v <= 8; v++ {
		list := []store.Answer{{Key: fmt.Sprint("key ", v), Version: v}, {Key: fmt.Sprint("other ", v), Version: v}}
		if v == 1 || v == 6 {
			list = append(list, store.Answer{Key: "again", Version: v})
		}
		must(t, s.Append(t.Context(), store.Record{Version: v, Answers: list}))
		for w := uint64(1); w <= v; w++ {
			for _, key := range []string{fmt.Sprint("key ", w), fmt.Sprint("other ", w)} {
				if _, ok, err := s.Answer(t.Context(), key); err != nil || ok != (w+3 > v) {
					t.Errorf("at version %d the answer %q is there: %v (%v)", v, key, ok, err)
				}
			}
		}
		if _, ok, err := s.Answer(t.Context(), "again"); err != nil || ok != (v <= 3 || v >= 6) {
			t.Errorf("at version %d the answer that came with 1 and 6 is there: %v (%v)", v, ok, err)
		}
	}
}

func answerKeys(t *testing.T, place Reopener) {
	s := leading(t, place)
	for _, key := range []string{"", string(make([]byte, store.MaxKey+1))} {
		err := s.Append(t.Context(), store.Record{Version: 1, Answers: []store.Answer{{Key: key, Version: 1}}})
		if _, ok := errors.AsType[*store.AnswerKeyError](err); !ok {
			t.Errorf("a key of %d bytes: %v", len(key), err)
		}
	}
	wantLast(t, s, 0)
}

func snapshots(t *testing.T, place Reopener) {
	s := leading(t, place)
	must(t, s.SaveSnapshot(t.Context(), store.Snapshot{Version: 0, Data: []byte("start")}))
	wantSnapshot(t, s, 0, "start")
	appendAll(t, s, 1, 10)
	for _, v := range []uint64{3, 5, 9} {
		must(t, s.SaveSnapshot(t.Context(), store.Snapshot{Version: v, Data: fmt.Appendf(nil, "state %d", v)}))
		wantSnapshot(t, s, v, fmt.Sprintf("state %d", v))
	}
	must(t, s.SaveSnapshot(t.Context(), store.Snapshot{Version: 9, Data: []byte("state 9 again")}))
	must(t, s.SaveSnapshot(t.Context(), store.Snapshot{Version: 2, Data: []byte("too old")}))
	must(t, s.Close())

	s = leading(t, place)
	wantSnapshot(t, s, 9, "state 9 again")
	wantRecords(t, s, 0, 10) // snapshots drop no records
	must(t, s.Close())
	place.Damage(t, Snapshot, 9, "")
	s = leading(t, place)
	wantSnapshot(t, s, 5, "state 5") // the second newest was kept
}

func firstSnapshot(t *testing.T, place Reopener) {
	s := leading(t, place)
	must(t, s.SaveSnapshot(t.Context(), store.Snapshot{Version: 41, Data: nil}))
	wantSnapshot(t, s, 41, "")
	wantLast(t, s, 41)
	must(t, s.Wait(soon(t), 40))
	if _, ok := errors.AsType[*store.GapError](s.Append(t.Context(), store.Record{Version: 1})); !ok {
		t.Error("record 1 is taken after a snapshot of 41")
	}
	appendAll(t, s, 42, 44)
	must(t, s.Close())
	s = opened(t, place)
	wantRecords(t, s, 41, 44)
	for r, err := range s.Records(t.Context(), 0) { // there are none before it
		must(t, err)
		if r.Version != 42 {
			t.Errorf("the first record is %d, want 42", r.Version)
		}
		break
	}
}

func aheadSnapshot(t *testing.T, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 2)
	err := s.SaveSnapshot(t.Context(), store.Snapshot{Version: 3})
	if e, ok := errors.AsType[*store.AheadError](err); !ok || e.Version != 3 || e.Last != 2 {
		t.Errorf("a snapshot of 3 with a log to 2: %v", err)
	}
	if _, ok, err := s.Snapshot(t.Context()); ok || err != nil {
		t.Errorf("the refused snapshot is there (%v, %v)", ok, err)
	}
}

func bigSnapshot(t *testing.T, place Reopener) {
	big := noise(11<<20 + 17)
	s := leading(t, place)
	must(t, s.SaveSnapshot(t.Context(), store.Snapshot{Version: 1, Data: big}))
	must(t, s.Close())
	s = leading(t, place)
	wantSnapshot(t, s, 1, string(big))
	exact := noise(2 << 20)
	must(t, s.SaveSnapshot(t.Context(), store.Snapshot{Version: 1, Data: exact}))
	wantSnapshot(t, s, 1, string(exact))
}

// noise is bytes that do not compress.
func noise(n int) []byte {
	b := make([]byte, n)
	c := rand.NewChaCha8([32]byte{6})
	_, _ = c.Read(b)
	return b
}

func snapshotWhileWriting(t *testing.T, place Reopener) {
	s := leading(t, place)
	appendAll(t, s, 1, 1)
	big := noise(8 << 20)
	var saving sync.WaitGroup
	errs := make(chan error, 2)
	for i := range 2 {
		saving.Go(func() {
			errs <- s.SaveSnapshot(t.Context(), store.Snapshot{Version: 1, Data: big[:len(big)-i]})
		})
	}
	appendAll(t, s, 2, 100)
	saving.Wait()
	must(t, <-errs)
	must(t, <-errs)
	wantRecords(t, s, 0, 100)
	got, ok, err := s.Snapshot(t.Context())
	if !ok || err != nil || !bytes.Equal(got.Data, big[:len(got.Data)]) || len(got.Data) < len(big)-1 {
		t.Errorf("the snapshot has %d bytes (%v, %v)", len(got.Data), ok, err)
	}
}

func tokens(t *testing.T, place Reopener) {
	s := opened(t, place) // without leading
	created := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	anna := store.Token{ID: "anna", Hash: noise(32), Role: "planner", Note: "Anna Ås", Created: created, Expires: created.Add(time.Hour)}
	board := store.Token{ID: "board", Hash: noise(32), Role: "viewer", Created: created}
	want := func(want ...store.Token) {
		t.Helper()
		got, err := s.Tokens(t.Context())
		must(t, err)
		if len(got) != len(want) {
			t.Fatalf("the tokens are %+v, want %+v", got, want)
		}
		for i, w := range want {
			g := got[i]
			if g.ID != w.ID || !bytes.Equal(g.Hash, w.Hash) || g.Role != w.Role || g.Note != w.Note || !g.Created.Equal(w.Created) || !g.Expires.Equal(w.Expires) || g.Expires.IsZero() != w.Expires.IsZero() {
				t.Errorf("token %d is %+v, want %+v", i, g, w)
			}
		}
	}
	must(t, s.SaveToken(t.Context(), board))
	must(t, s.SaveToken(t.Context(), anna))
	want(anna, board)
	another := store.Token{ID: "anna", Hash: noise(32), Role: "admin", Created: created}
	if e, ok := errors.AsType[*store.TakenError](s.SaveToken(t.Context(), another)); !ok || e.ID != "anna" {
		t.Error("a token takes the place of another one")
	}
	want(anna, board)
	var made atomic.Int32
	var both sync.WaitGroup
	for i := range 4 { // of those that come together one is made
		both.Go(func() {
			if s.SaveToken(t.Context(), store.Token{ID: "ops", Hash: []byte{byte(i)}, Role: "admin", Created: created}) == nil {
				made.Add(1)
			}
		})
	}
	if both.Wait(); made.Load() != 1 {
		t.Errorf("a token of one name is made %d times", made.Load())
	}
	must(t, s.RemoveToken(t.Context(), "ops"))
	must(t, s.Close())
	s = opened(t, place)
	want(anna, board)
	must(t, s.RemoveToken(t.Context(), "anna"))
	want(board)
	err := s.RemoveToken(t.Context(), "anna")
	if e, ok := errors.AsType[*store.NoTokenError](err); !ok || e.ID != "anna" {
		t.Errorf("a token is removed twice: %v", err)
	}
	if err := s.SaveToken(t.Context(), store.Token{}); err == nil {
		t.Error("a token without an ID is kept")
	}
}
