package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/postgres/pgtest"
)

// safeBuffer is a log that goroutines write.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// patience is how long a test waits for what has to come.
const patience = time.Minute

// TestARestartOfTheServerLosesNothingAcknowledged crashes the server several times under a writer that leads again whenever it can,
// and two readers on instances of their own.
func TestARestartOfTheServerLosesNothingAcknowledged(t *testing.T) {
	address, server := pgtest.Restartable(t)
	var log safeBuffer
	writer, one, two := open(t, address, &log), open(t, address, &log), open(t, address, &log)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	const last = 400
	acknowledged := make(chan uint64, last)
	results := make(chan error, 3)
	go func() { results <- writeThrough(ctx, writer, last, acknowledged) }()
	go func() { results <- readThrough(ctx, one, last) }()
	go func() { results <- readThrough(ctx, two, last) }()
	crashes := 0
	for v := range acknowledged {
		if v == 50 || v == 180 || v == 300 {
			crashes++
			if crashes == 2 {
				server.Stop(t)
			} else {
				server.Crash(t)
			}
			server.Start(t)
		}
	}
	for range 3 {
		if err := <-results; err != nil {
			t.Fatal(err)
		}
	}
	if crashes != 3 {
		t.Errorf("the server ended %d times, want 3", crashes)
	}
	wantNoPassword(t, log.String())
}

// writeThrough appends records to a version, whatever happens, and sends the versions that it had an answer for.
func writeThrough(ctx context.Context, s *Store, last uint64, acknowledged chan<- uint64) error {
	defer close(acknowledged)
	sent := uint64(0)
	for sent < last {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("the writer came to %d only: %w", sent, err)
		}
		lost, err := s.Lead(ctx, "writer")
		if err != nil {
			continue
		}
		at, err := s.Last(ctx)
		if err != nil {
			continue
		}
		if at < sent || at > sent+1 {
			return fmt.Errorf("%d was acknowledged last and the log ends at %d", sent, at)
		}
		if at == sent+1 { // it was there though the answer got lost
			acknowledged <- at
			sent = at
		}
		for err = nil; err == nil && sent < last; {
			if err = s.Append(ctx, record(sent+1)); err == nil {
				sent++
				acknowledged <- sent
			}
		}
		if err != nil {
			<-lost
		}
	}
	return nil
}

func record(v uint64) store.Record {
	return store.Record{Version: v, Data: fmt.Appendf(nil, "record %d", v), Answers: []store.Answer{{Key: fmt.Sprint("key ", v), Version: v}}}
}

// readThrough follows the log to a version, whatever happens.
func readThrough(ctx context.Context, s *Store, last uint64) error {
	for at := uint64(0); at < last; {
		if err := s.Wait(ctx, at); err != nil {
			return fmt.Errorf("waiting after %d: %w", at, err)
		}
		for r, err := range s.Records(ctx, at) {
			if err != nil {
				return fmt.Errorf("reading after %d: %w", at, err)
			}
			if at++; r.Version != at || !bytes.Equal(r.Data, record(at).Data) {
				return fmt.Errorf("record %d with %q came as number %d", r.Version, r.Data, at)
			}
		}
		if a, ok, err := s.Answer(ctx, fmt.Sprint("key ", at)); !ok || err != nil {
			return fmt.Errorf("the answer of %d is %+v (%v)", at, a, err)
		}
	}
	return nil
}

func TestALeaderWhoseServerStopsLosesLeadershipAndCanHaveItAgain(t *testing.T) {
	address, server := pgtest.Restartable(t)
	s := open(t, address, nil)
	lost, err := s.Lead(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	server.Stop(t)
	<-lost // without anything being written
	if err := s.Ready(t.Context()); err == nil {
		t.Error("a store without its server is ready")
	}
	err = s.Append(t.Context(), store.Record{Version: 1})
	if e, ok := errors.AsType[*store.NotLeaderError](err); !ok || e.Err == nil {
		t.Errorf("writing without leading: %v", err)
	}
	server.Start(t)
	if _, err = s.Lead(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), store.Record{Version: 1}); err != nil {
		t.Error(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestReadingWaitsForAServerThatComesBackAndGivesUpOneThatDoesNot(t *testing.T) {
	address, server := pgtest.Restartable(t)
	s, hasty := open(t, address, nil), open(t, address, nil)
	hasty.o.Patience = 1
	server.Stop(t)
	if _, err := hasty.Last(t.Context()); err == nil {
		t.Error("the end of the log is known without a server")
	} else {
		wantNoPassword(t, err.Error())
	}
	read := make(chan error, 1)
	s.o.Patience = patience
	go func() {
		_, err := s.Last(t.Context())
		read <- err
	}()
	server.Start(t)
	if err := <-read; err != nil {
		t.Error(err)
	}
}

func TestALostLockIsAFailedAppend(t *testing.T) {
	address := pgtest.Database(t)
	old, young := open(t, address, nil), open(t, address, nil)
	lost, err := old.Lead(t.Context(), "old")
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Append(t.Context(), record(1)); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, address, `SELECT pg_terminate_backend(pid, 30000) FROM takt.leader`)
	if _, err := young.Lead(t.Context(), "young"); err != nil {
		t.Fatal(err)
	}
	if err := old.Append(t.Context(), record(2)); err == nil {
		t.Error("an instance that has lost its lock writes")
	}
	<-lost
	if err := young.Append(t.Context(), record(2)); err != nil {
		t.Error(err)
	}
	err = old.Append(t.Context(), record(3))
	if e, ok := errors.AsType[*store.NotLeaderError](err); !ok || e.Leader != "young" {
		t.Errorf("the old instance is told %v", err)
	}
	if _, err := old.Lead(t.Context(), "old"); err == nil {
		t.Error("two instances lead")
	}
}
