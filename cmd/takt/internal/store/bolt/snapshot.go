package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"

	"go.etcd.io/bbolt"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/sealed"
)

var (
	headKey  = []byte("head")
	chunkKey = []byte("data")
)

const chunksAtOnce = 4 // written in one transaction: between two, records are written

// SaveSnapshot implements store.Store. The chunks are written in several transactions; the head, which makes them a snapshot,
// in the last.
func (s *Store) SaveSnapshot(ctx context.Context, snapshot store.Snapshot) error {
	s.snapshots.Lock()
	defer s.snapshots.Unlock()
	if err := s.usable(ctx); err != nil {
		return err
	}
	if err := s.leads(); err != nil {
		return err
	}
	if last := s.last.Load(); last > 0 && snapshot.Version > last {
		return &store.AheadError{Version: snapshot.Version, Last: last}
	}
	number, err := s.writeChunks(ctx, snapshot.Data)
	if err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	last := s.last.Load()
	if last > 0 && snapshot.Version > last {
		return &store.AheadError{Version: snapshot.Version, Last: last}
	}
	err = s.update(ctx, func(tx *bbolt.Tx) error {
		b := tx.Bucket(snapshotsBucket)
		if err := b.Bucket(sealed.Key(number)).Put(headKey, sealed.NewHead(snapshot).Seal(number)); err != nil {
			return err
		}
		if last == 0 {
			if err := tx.Bucket(metaBucket).Put(baseKey, sealed.Key(snapshot.Version)); err != nil {
				return err
			}
		}
		return prune(b)
	})
	if err != nil {
		return err
	}
	if last == 0 {
		s.setBase(snapshot.Version)
	}
	return nil
}

// setBase notes that the log goes on from the first snapshot.
func (s *Store) setBase(version uint64) {
	s.base.Store(version)
	s.moved(version)
}

// writeChunks writes the data under a new number. What an earlier attempt left without a head goes.
func (s *Store) writeChunks(ctx context.Context, data []byte) (number uint64, err error) {
	err = s.update(ctx, func(tx *bbolt.Tx) error {
		b := tx.Bucket(snapshotsBucket)
		if err := dropHeadless(b); err != nil {
			return err
		}
		if number, err = b.NextSequence(); err != nil {
			return err
		}
		_, err = b.CreateBucket(sealed.Key(number))
		return err
	})
	if err != nil {
		return 0, err
	}
	i := uint64(0)
	for chunks := range slices.Chunk(sealed.Chunks(data), chunksAtOnce) {
		err := s.update(ctx, func(tx *bbolt.Tx) error {
			b := tx.Bucket(snapshotsBucket).Bucket(sealed.Key(number))
			for _, chunk := range chunks {
				if err := b.Put(append(bytes.Clone(chunkKey), sealed.Key(i)...), chunk); err != nil {
					return err
				}
				i++
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return number, nil
}

// list is the snapshots with a head, newest first.
func list(b *bbolt.Bucket) []sealed.Kept {
	var all []sealed.Kept
	_ = b.ForEachBucket(func(k []byte) error {
		if v := b.Bucket(k).Get(headKey); v != nil && len(k) == 8 {
			number := binary.BigEndian.Uint64(k)
			head, err := sealed.OpenHead(number, v)
			all = append(all, sealed.Kept{Number: number, Head: head, Err: err})
		}
		return nil
	})
	sealed.Newest(all)
	return all
}

// prune drops the snapshots that need not be kept.
func prune(b *bbolt.Bucket) error {
	for _, number := range sealed.Superfluous(list(b)) {
		if err := b.DeleteBucket(sealed.Key(number)); err != nil {
			return err
		}
	}
	return nil
}

// dropHeadless drops what was begun and not finished.
func dropHeadless(b *bbolt.Bucket) error {
	var drop [][]byte
	_ = b.ForEachBucket(func(k []byte) error {
		if b.Bucket(k).Get(headKey) == nil {
			drop = append(drop, bytes.Clone(k))
		}
		return nil
	})
	for _, k := range drop {
		if err := b.DeleteBucket(k); err != nil {
			return err
		}
	}
	return nil
}

// Snapshot implements store.Store.
func (s *Store) Snapshot(ctx context.Context) (snapshot store.Snapshot, ok bool, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) (err error) {
		b := tx.Bucket(snapshotsBucket)
		read := func(k sealed.Kept) (store.Snapshot, error) {
			chunks := b.Bucket(sealed.Key(k.Number))
			return k.Head.Snapshot(func(i uint64, to []byte) ([]byte, error) {
				return append(to, chunks.Get(append(bytes.Clone(chunkKey), sealed.Key(i)...))...), nil
			})
		}
		snapshot, ok, err = sealed.First(list(b), read, func(err error) { s.o.Log.Warn("a snapshot is passed over", "error", err) })
		return err
	})
	return snapshot, ok, err
}
