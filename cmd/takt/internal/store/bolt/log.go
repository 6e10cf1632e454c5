package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"

	"go.etcd.io/bbolt"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/sealed"
)

// Lead implements store.Store. A store in a file has one process, so it always leads; the address is of no use.
func (s *Store) Lead(ctx context.Context, _ string) (<-chan struct{}, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost == nil {
		s.lost = make(chan struct{})
	}
	return s.lost, nil
}

// leads is nil for a store that leads.
func (s *Store) leads() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost == nil {
		return &store.NotLeaderError{Err: errors.New("it has not asked to lead")}
	}
	return nil
}

// Last implements store.Store.
func (s *Store) Last(ctx context.Context) (uint64, error) {
	if err := s.usable(ctx); err != nil {
		return 0, err
	}
	return s.last.Load(), nil
}

// Wait implements store.Store.
func (s *Store) Wait(ctx context.Context, after uint64) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if err := s.usable(ctx); err != nil {
			return err
		}
		if s.last.Load() > after {
			return nil
		}
		select {
		case <-changed:
		case <-s.closed:
		case <-ctx.Done():
		}
	}
}

// moved tells those who wait that the log has a new end.
func (s *Store) moved(last uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last.Store(last)
	close(s.changed)
	s.changed = make(chan struct{})
}

// Append implements store.Store. It returns when the record is on the disk.
func (s *Store) Append(ctx context.Context, r store.Record) error {
	for _, a := range r.Answers {
		if len(a.Key) == 0 || len(a.Key) > store.MaxKey {
			return &store.AnswerKeyError{Length: len(a.Key)}
		}
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.usable(ctx); err != nil {
		return err
	}
	if err := s.leads(); err != nil {
		return err
	}
	if last := s.last.Load(); r.Version != last+1 {
		return &store.GapError{Version: r.Version, Last: last}
	}
	if err := s.update(ctx, func(tx *bbolt.Tx) error { return s.put(tx, r) }); err != nil {
		return err
	}
	s.moved(r.Version)
	return nil
}

// put writes a record and its answers, and drops the answers that are too old.
func (s *Store) put(tx *bbolt.Tx, r store.Record) error {
	log := tx.Bucket(logBucket)
	log.FillPercent = 0.95 // versions only grow: pages need no room between keys
	if err := log.Put(sealed.Key(r.Version), sealed.SealRecord(r)); err != nil {
		return err
	}
	answers, expiry := tx.Bucket(answersBucket), tx.Bucket(expiryBucket)
	expiry.FillPercent = 0.95
	for _, a := range r.Answers {
		if err := answers.Put([]byte(a.Key), sealed.SealAnswer(a)); err != nil {
			return err
		}
		if err := expiry.Put(append(sealed.Key(a.Version), a.Key...), nil); err != nil {
			return err
		}
	}
	if r.Version <= s.o.KeptAnswers {
		return nil
	}
	return expire(answers, expiry, r.Version-s.o.KeptAnswers)
}

// expire drops the answers up to a version; one that was replaced by an answer of a later version stays.
func expire(answers, expiry *bbolt.Bucket, upTo uint64) error {
	c := expiry.Cursor()
	for k, _ := c.First(); len(k) > 8 && binary.BigEndian.Uint64(k) <= upTo; k, _ = c.First() {
		k = append([]byte(nil), k...)
		if err := expiry.Delete(k); err != nil {
			return err
		}
		key := k[8:]
		if v := answers.Get(key); v != nil {
			if a, err := sealed.OpenAnswer(string(key), v); err == nil && a.Version > upTo {
				continue
			}
		}
		if err := answers.Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// Records implements store.Store.
func (s *Store) Records(ctx context.Context, after uint64) iter.Seq2[store.Record, error] {
	return store.InBatches(after, func(after uint64) ([]store.Record, error) { return s.batch(ctx, after) })
}

// batch reads some records after a version; none at the end. Those before a damaged one come with the error.
func (s *Store) batch(ctx context.Context, after uint64) (list []store.Record, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		next, size := max(after, s.base.Load()), 0
		c := tx.Bucket(logBucket).Cursor()
		for k, v := c.Seek(sealed.Key(next + 1)); k != nil && len(list) < store.BatchRecords && size < store.BatchBytes; k, v = c.Next() {
			next++
			if string(k) != string(sealed.Key(next)) {
				return &store.DamagedError{What: fmt.Sprintf("log record %d", next), Err: errors.New("it is missing")}
			}
			r, err := sealed.OpenRecord(next, v)
			if err != nil {
				return err
			}
			list = append(list, r)
			size += len(r.Data)
		}
		return nil
	})
	return list, err
}
