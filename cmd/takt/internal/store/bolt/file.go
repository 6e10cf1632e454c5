package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// leastSize is that of the two pages that a file begins with, of the smallest size that there is.
const leastSize = 2 << 12

// openFolder opens the file of a folder. A file that is not there is made under another name first, so that a crash
// meanwhile leaves no half of one.
func openFolder(folder string, o Options) (*bbolt.DB, error) {
	path := filepath.Join(folder, FileName)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := create(folder, path, o); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, fmt.Errorf("the store cannot be read: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no file: move it away, or give the store another folder", path)
	case info.Size() < leastSize: // of an empty one bbolt would make a new store
		return nil, damagedFile(path, fmt.Errorf("it has only %d bytes", info.Size()))
	default:
		if err := check(folder, path, o); err != nil {
			return nil, err
		}
	}
	db, err := openFile(folder, path, o, false)
	if err != nil {
		return nil, err
	}
	if err := guard(path, func() error { return upgrade(db) }); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// upgrade migrates a file that is not of the newest schema; others are not written.
func upgrade(db *bbolt.DB) error {
	newest := false
	err := db.View(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(metaBucket)
		if meta == nil {
			return nil
		}
		at, err := readNumber(meta, schemaKey)
		newest = at == uint64(len(schema))
		return err
	})
	if err != nil || newest {
		return err
	}
	return db.Update(func(tx *bbolt.Tx) error { return migrate(tx, schema) })
}

// create makes a file with empty tables.
func create(folder, path string, o Options) error {
	draft := path + ".new"
	db, err := openFile(folder, draft, o, false)
	if err != nil {
		return err
	}
	err = errors.Join(db.Update(func(tx *bbolt.Tx) error { return migrate(tx, schema) }), db.Close())
	if err != nil {
		return fmt.Errorf("the store cannot be made: %w", err)
	}
	if err := os.Rename(draft, path); err != nil {
		if _, made := os.Stat(path); made == nil { // by another process at the same time
			return nil
		}
		return fmt.Errorf("the store cannot be made: %w", err)
	}
	return syncFolder(folder)
}

// syncFolder makes the name of a new file durable.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("the folder of the store cannot be opened: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("the folder of the store cannot be synced: %w", err)
	}
	return nil
}

// openFile opens a bbolt file. The list of free pages is not written with every transaction: after many deletions, as of a
// large snapshot, it would be most of what is written. Opening makes it anew by a walk.
func openFile(folder, path string, o Options, readOnly bool) (db *bbolt.DB, err error) {
	var file *os.File
	err = guard(path, func() (err error) {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout:        o.Wait,
			ReadOnly:       readOnly,
			NoFreelistSync: true,
			FreelistType:   bbolt.FreelistMapType,
			NoStatistics:   true,
			MaxSize:        o.maxSize,
			OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
				var err error
				file, err = os.OpenFile(name, flag, mode)
				return file, err
			},
		})
		return err
	})
	if err == nil {
		return db, nil
	}
	if file != nil {
		_ = file.Close() // after a panic of bbolt it is open still, and locked; else this changes nothing
	}
	for _, is := range []error{berrors.ErrInvalid, berrors.ErrVersionMismatch, berrors.ErrChecksum, berrors.ErrInvalidMapping} {
		if errors.Is(err, is) {
			return nil, damagedFile(path, err)
		}
	}
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, &LockedError{Folder: folder}
	}
	if _, ok := errors.AsType[*store.DamagedError](err); ok {
		return nil, err
	}
	return nil, fmt.Errorf("the store cannot be opened: %w", err)
}

// check reads the structure of the whole file before it is opened for writing, and holds the lock meanwhile.
func check(folder, path string, o Options) error {
	db, err := openFile(folder, path, o, true)
	if err != nil {
		return err
	}
	err = guard(path, func() error { return db.View(func(tx *bbolt.Tx) error { return checkPages(path, tx) }) })
	return errors.Join(err, db.Close())
}

func checkPages(path string, tx *bbolt.Tx) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("the store cannot be read: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("the store cannot be read: %w", err)
	}
	if info.Size() < tx.Size() {
		return damagedFile(path, fmt.Errorf("it has %d bytes instead of %d", info.Size(), tx.Size()))
	}
	size := int64(tx.DB().Info().PageSize)
	end := uint64(tx.Size() / size)
	p := pages{file: file, size: size, end: end, reached: make([]bool, end)}
	if err := p.tree(uint64(tx.Cursor().Bucket().Root()), nil, nil, 0); err != nil {
		return damagedFile(path, err)
	}
	return nil
}

// guard runs what reads the file. bbolt trusts its pages: on a damaged one it panics, or reads where there is no memory.
func guard(path string, do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = damagedFile(path, fmt.Errorf("%v", p))
		}
	}()
	return do()
}

func damagedFile(path string, err error) error {
	return &store.DamagedError{What: "the file " + path, Err: err}
}

// view runs a reading transaction, which must be short: the pages that it sees cannot be used again meanwhile.
func (s *Store) view(ctx context.Context, do func(tx *bbolt.Tx) error) error {
	return s.transact(ctx, s.db.View, do)
}

// update runs a writing transaction: it is on the disk, or there is an error.
//
// A full disk fails before the new pages count, and more can be written when there is room. If they count and the sync of that
// failed, a crash may take them back: then nothing more is written, so that nothing is answered that may not be there.
func (s *Store) update(ctx context.Context, do func(tx *bbolt.Tx) error) error {
	s.mu.Lock()
	broken := s.broken
	s.mu.Unlock()
	if broken != nil {
		return broken
	}
	id, committing := 0, false
	err := s.transact(ctx, s.db.Update, func(tx *bbolt.Tx) error {
		id = tx.ID()
		err := do(tx)
		committing = err == nil
		return err
	})
	if err == nil || !committing {
		return err
	}
	err = fmt.Errorf("the store cannot be written: %w", err)
	counts := true
	seen := s.view(context.Background(), func(tx *bbolt.Tx) error {
		counts = tx.ID() >= id
		return nil
	})
	if seen != nil || counts {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.broken = &store.UncertainError{Err: fmt.Errorf("%w; start the service again", err)}
		return s.broken
	}
	return err
}

func (s *Store) transact(ctx context.Context, run func(func(*bbolt.Tx) error) error, do func(tx *bbolt.Tx) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	err := guard(s.path(), func() error { return run(do) })
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return store.ErrClosed
	}
	return err
}
