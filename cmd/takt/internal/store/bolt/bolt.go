// Package bolt keeps the log of a service in one bbolt file, takt.db, in a folder that one process has open at a time.
//
// Every write is one bbolt transaction that is synced twice, its pages before the page that makes them count, so that a crash
// leaves the file as it was before the transaction or after it. Values carry checksums (package sealed), and the whole
// structure of the file is walked when it is opened.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// FileName is the file in the folder.
const FileName = "takt.db"

// Options of Open. The zero value is a good default.
type Options struct {
	// Wait is how long to wait for another process to close the store; 0 is 2 s.
	Wait time.Duration
	// KeptAnswers is for how many versions answers are kept; 0 is store.KeptAnswers.
	KeptAnswers uint64
	Log         *slog.Logger // nil: slog.Default

	maxSize int // of the file, for tests of a full disk
}

// LockedError is a folder that another process has open.
type LockedError struct{ Folder string }

func (e *LockedError) Error() string {
	return fmt.Sprintf("another takt serve runs on the folder %s: stop it, or give this one a folder of its own", e.Folder)
}

// Store is a store in a file. Make one with Open.
type Store struct {
	folder string
	o      Options
	db     *bbolt.DB

	base atomic.Uint64 // version of the first snapshot of all: records follow it
	last atomic.Uint64 // version of the newest record, or base

	writing   sync.Mutex // Append and the first snapshot
	snapshots sync.Mutex // SaveSnapshot as a whole

	mu      sync.Mutex
	lost    chan struct{} // of Lead; nil: it was not called
	broken  error         // a write of which it is not known whether it will be there after a crash
	closed  chan struct{}
	changed chan struct{} // closed and replaced when last moves
}

var _ store.Store = (*Store)(nil)

// Open opens the store in a folder and makes both if they are not there. The error is a *LockedError when another process
// has it open, a *store.DamagedError, or a *store.SchemaError.
func Open(folder string, o Options) (*Store, error) {
	if o.Wait <= 0 {
		o.Wait = 2 * time.Second
	}
	if o.KeptAnswers == 0 {
		o.KeptAnswers = store.KeptAnswers
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("the folder of the store cannot be made: %w", err)
	}
	db, err := openFolder(folder, o)
	if err != nil {
		return nil, err
	}
	s := &Store{folder: folder, o: o, db: db, closed: make(chan struct{}), changed: make(chan struct{})}
	if err := s.load(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// load reads where the log ends.
func (s *Store) load() error {
	return s.view(context.Background(), func(tx *bbolt.Tx) error {
		base, last, err := ends(tx)
		s.base.Store(base)
		s.last.Store(last)
		return err
	})
}

// path is the file's.
func (s *Store) path() string { return filepath.Join(s.folder, FileName) }

// Alone reports that nobody else follows the log: one process has the file open at a time.
func (s *Store) Alone() bool { return true }

// Ready implements store.Store.
func (s *Store) Ready(ctx context.Context) error {
	return s.usable(ctx)
}

// usable is why no method can do anything now. After a write that may be lost by a crash nothing is read either: what is read is taken for durable.
func (s *Store) usable(ctx context.Context) error {
	select {
	case <-s.closed:
		return store.ErrClosed
	default:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	return ctx.Err()
}

// Close ends leadership and lets the file go. What is being read or written is finished first.
func (s *Store) Close() error {
	s.mu.Lock()
	select {
	case <-s.closed:
		s.mu.Unlock()
		return nil
	default:
	}
	close(s.closed)
	if s.lost != nil {
		close(s.lost)
	}
	s.mu.Unlock()
	return s.db.Close()
}
