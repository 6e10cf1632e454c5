package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/sealed"
	"github.com/taktplan/takt/cmd/takt/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Reopener { return &place{folder: t.TempDir()} })
}

// place is a folder.
type place struct{ folder string }

func (p *place) Shared() bool { return false }

func (p *place) Open(ctx context.Context, o storetest.Options) (store.Store, error) {
	s, err := Open(p.folder, Options{KeptAnswers: o.KeptAnswers, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err // and no store, rather than one that is nil
	}
	return s, nil
}

// Crash goes on with a copy of the file as it is now, while it is open still.
func (p *place) Crash(t testing.TB) {
	t.Helper()
	folder := t.TempDir()
	b, err := os.ReadFile(filepath.Join(p.folder, FileName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, FileName), b, 0o600); err != nil {
		t.Fatal(err)
	}
	p.folder = folder
}

// raw changes the file behind the store's back.
func (p *place) raw(t testing.TB, do func(tx *bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(p.folder, FileName), 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(do), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func (p *place) Damage(t testing.TB, part storetest.Part, version uint64, name string) {
	t.Helper()
	p.raw(t, func(tx *bbolt.Tx) error {
		switch part {
		case storetest.Record:
			return flip(tx.Bucket(logBucket), sealed.Key(version))
		case storetest.Answer:
			return flip(tx.Bucket(answersBucket), []byte(name))
		case storetest.Token:
			return flip(tx.Bucket(tokensBucket), []byte(name))
		}
		b := tx.Bucket(snapshotsBucket)
		for _, k := range list(b) {
			if k.Head.Version == version {
				return flip(b.Bucket(sealed.Key(k.Number)), append([]byte("data"), sealed.Key(0)...))
			}
		}
		return errors.New("there is no such snapshot")
	})
}

// flip changes the last bit of a value.
func flip(b *bbolt.Bucket, key []byte) error {
	v := append([]byte(nil), b.Get(key)...)
	if len(v) == 0 {
		return errors.New("there is nothing to damage")
	}
	v[len(v)-1] ^= 1
	return b.Put(key, v)
}

func (p *place) Remove(t testing.TB, version uint64) {
	t.Helper()
	p.raw(t, func(tx *bbolt.Tx) error { return tx.Bucket(logBucket).Delete(sealed.Key(version)) })
}

func (p *place) Newer(t testing.TB) {
	t.Helper()
	p.raw(t, func(tx *bbolt.Tx) error {
		return tx.Bucket(metaBucket).Put(schemaKey, binary.BigEndian.AppendUint64(nil, uint64(len(schema)+1)))
	})
}

func open(t testing.TB, folder string) *Store {
	t.Helper()
	s, err := Open(folder, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func lead(t testing.TB, s *Store) {
	t.Helper()
	if _, err := s.Lead(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
}

func TestAFolderThatAnotherHasOpenIsNamed(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	_, err := Open(folder, Options{Wait: 10 * time.Millisecond})
	if e, ok := errors.AsType[*LockedError](err); !ok || e.Folder != folder || !strings.Contains(err.Error(), "another takt serve runs on the folder "+folder) {
		t.Errorf("the error is %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, folder)
}

func TestAFullDiskRefusesARecordAndTakesItWhenThereIsRoom(t *testing.T) {
	folder := t.TempDir()
	s, err := Open(folder, Options{maxSize: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	lead(t, s)
	record := func(v uint64) store.Record {
		return store.Record{Version: v, Data: make([]byte, 100_000), Answers: []store.Answer{{Key: "key", Version: v}}}
	}
	v := uint64(1)
	for ; v < 100; v++ {
		if err = s.Append(t.Context(), record(v)); err != nil {
			break
		}
	}
	if err == nil || !strings.Contains(err.Error(), "the store cannot be written") {
		t.Fatalf("a full disk: %v", err)
	}
	if last, err := s.Last(t.Context()); err != nil || last != v-1 {
		t.Errorf("the last version is %d (%v), want %d", last, err, v-1)
	}
	if a, ok, err := s.Answer(t.Context(), "key"); !ok || err != nil || a.Version != v-1 {
		t.Errorf("the answer is of version %d (%v, %v), want %d", a.Version, ok, err, v-1)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("a store whose disk was full cannot be used: %v", err)
	}
	s.db.MaxSize = 0
	if err := s.Append(t.Context(), record(v)); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestASchemaIsMigratedStepByStepOrNotAtAll(t *testing.T) {
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "old.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var ran []int
	step := func(i int, fails error) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error {
			ran = append(ran, i)
			_, err := tx.CreateBucket([]byte{byte(i)})
			return errors.Join(err, fails)
		}
	}
	run := func(steps ...func(*bbolt.Tx) error) error {
		return db.Update(func(tx *bbolt.Tx) error { return migrate(tx, steps) })
	}
	if err := run(step(1, nil), step(2, nil)); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("no room")
	if err := run(step(1, nil), step(2, nil), step(3, nil), step(4, broken)); !errors.Is(err, broken) {
		t.Errorf("a step that fails: %v", err)
	}
	if err := run(step(1, nil), step(2, nil), step(3, nil)); err != nil {
		t.Errorf("after a migration that failed: %v", err)
	}
	if err := run(step(1, nil), step(2, nil), step(3, nil)); err != nil {
		t.Errorf("with nothing to do: %v", err)
	}
	want := []int{1, 2, 3, 4, 3}
	if len(ran) != len(want) {
		t.Fatalf("the steps %v ran, want %v", ran, want)
	}
	for i := range want {
		if ran[i] != want[i] {
			t.Fatalf("the steps %v ran, want %v", ran, want)
		}
	}
}

func TestAFolderInTheFilesPlaceIsNotCalledDamaged(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Open(folder, Options{})
	if err == nil || !strings.Contains(err.Error(), FileName+" is no file") {
		t.Errorf("the error is %v", err)
	}
}
