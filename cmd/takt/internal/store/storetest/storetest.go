// Package storetest is what every store has to pass: the promises of package store, one by one.
package storetest

import (
	"context"
	"testing"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// Options steer how a store is opened.
type Options struct {
	KeptAnswers uint64 // 0: store.KeptAnswers
}

// Part is what Damage destroys.
type Part int

// The parts of a store: the record of a version, the snapshot of a version, an answer, a token.
const (
	Record Part = iota
	Snapshot
	Answer
	Token
)

// Reopener is the place of one store, empty at first.
type Reopener interface {
	// Open opens the store. The test closes it.
	Open(ctx context.Context, o Options) (store.Store, error)
	// Crash ends everything that has the store open without a word to it, as kill -9 or a power cut does. What was opened is
	// of no use afterwards, and Open gives what survived.
	Crash(t testing.TB)
	// Damage changes bytes that are kept, behind the back of the store, which is closed meanwhile: of a record or a snapshot
	// by its version, of an answer or a token by its name.
	Damage(t testing.TB, part Part, version uint64, name string)
	// Remove takes a record away behind the back of the store, which is closed meanwhile.
	Remove(t testing.TB, version uint64)
	// Newer makes the store one of a later schema.
	Newer(t testing.TB)
	// Shared reports whether several instances may have the store open at a time.
	Shared() bool
}

// Run tests a store. Every test opens another place.
func Run(t *testing.T, open func(testing.TB) Reopener) {
	for _, law := range []struct {
		name string
		test func(*testing.T, Reopener)
	}{
		{"an empty store has nothing", empty},
		{"what was appended is there when it is opened again", reopened},
		{"what was appended is there after a crash", crashed},
		{"a record that does not follow the last one is a gap", gaps},
		{"records are read from any version on, while others are appended", readWhileWriting},
		{"many large records are read in order", large},
		{"the consumer of records may call the store", consumer},
		{"answers come with their record and are found by key", answers},
		{"answers of old versions go, newer ones under the same key stay", expiry},
		{"keys of answers have a length", answerKeys},
		{"of the snapshots the newest is read and two are kept", snapshots},
		{"the first snapshot may have any version, and records follow it", firstSnapshot},
		{"a snapshot of a version that is not reached is refused", aheadSnapshot},
		{"a snapshot of many megabytes comes back to the byte", bigSnapshot},
		{"records are appended while a large snapshot is saved", snapshotWhileWriting},
		{"a damaged record is told, and those before it are read", damagedRecord},
		{"a missing record is told", missingRecord},
		{"a damaged snapshot gives way to the older one", damagedSnapshot},
		{"two damaged snapshots are told", damagedSnapshots},
		{"a damaged answer and a damaged token are told", damagedRest},
		{"waiting ends when a record comes", waitWakes},
		{"waiting ends with the context", waitEnds},
		{"tokens are added, replaced, listed in order and removed", tokens},
		{"who has not asked to lead cannot write", notLeading},
		{"leadership ends with Close, and can be had again", leadAgain},
		{"a closed store says so", closed},
		{"a cancelled call does nothing", cancelled},
		{"a store of a newer schema is refused", newer},
		{"of two instances one leads, and the other sees what it writes", twoInstances},
		{"of instances that all want to write, one at a time does: the history is linear", rivals},
	} {
		t.Run(law.name, func(t *testing.T) { law.test(t, open(t)) })
	}
}

// leading opens a store and leads it.
func leading(t testing.TB, place Reopener) store.Store {
	t.Helper()
	s := opened(t, place)
	lead(t, s, "")
	return s
}

// opened opens a store that is closed at the end of the test at the latest.
func opened(t testing.TB, place Reopener) store.Store {
	t.Helper()
	s, err := place.Open(t.Context(), Options{})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func lead(t testing.TB, s store.Store, address string) <-chan struct{} {
	t.Helper()
	lost, err := s.Lead(t.Context(), address)
	must(t, err)
	return lost
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// appendAll appends records with the given versions, whose data tell their version.
func appendAll(t testing.TB, s store.Store, from, to uint64) {
	t.Helper()
	for v := from; v <= to; v++ {
		must(t, s.Append(t.Context(), store.Record{Version: v, Data: data(v)}))
	}
}

// data is what the tests write as the record of a version.
func data(version uint64) []byte {
	b := []byte("record ")
	for v := version; v > 0; v /= 10 {
		b = append(b, byte('0'+v%10))
	}
	return b
}

// wantRecords checks that the records after a version are those up to another.
func wantRecords(t testing.TB, s store.Store, after, last uint64) {
	t.Helper()
	at := after
	for r, err := range s.Records(t.Context(), after) {
		must(t, err)
		if at++; r.Version != at || string(r.Data) != string(data(at)) {
			t.Fatalf("after record %d comes %d with %q, want %d with %q", at-1, r.Version, r.Data, at, data(at))
		}
	}
	if at != last {
		t.Fatalf("the records after %d end at %d, want %d", after, at, last)
	}
	wantLast(t, s, last)
}

func wantLast(t testing.TB, s store.Store, want uint64) {
	t.Helper()
	got, err := s.Last(t.Context())
	must(t, err)
	if got != want {
		t.Fatalf("the last version is %d, want %d", got, want)
	}
}

func wantSnapshot(t testing.TB, s store.Store, version uint64, data string) {
	t.Helper()
	got, ok, err := s.Snapshot(t.Context())
	must(t, err)
	if !ok || got.Version != version || string(got.Data) != data {
		t.Fatalf("the snapshot is %d with %.40q (%v), want %d with %.40q", got.Version, got.Data, ok, version, data)
	}
}

// soon is a context for what has to happen without anybody's doing.
func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
