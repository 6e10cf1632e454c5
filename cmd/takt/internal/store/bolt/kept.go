package bolt

import (
	"context"
	"errors"

	"go.etcd.io/bbolt"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/sealed"
)

// Answer implements store.Store.
func (s *Store) Answer(ctx context.Context, key string) (a store.Answer, ok bool, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		v := tx.Bucket(answersBucket).Get([]byte(key))
		if v == nil {
			return nil
		}
		a, err = sealed.OpenAnswer(key, v)
		ok = err == nil
		return err
	})
	return a, ok, err
}

// Tokens implements store.Store.
func (s *Store) Tokens(ctx context.Context) (tokens []store.Token, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		return tx.Bucket(tokensBucket).ForEach(func(k, v []byte) error {
			t, err := sealed.OpenToken(string(k), v)
			tokens = append(tokens, t)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return tokens, nil
}

// SaveToken implements store.Store.
func (s *Store) SaveToken(ctx context.Context, t store.Token) error {
	if t.ID == "" {
		return errors.New("a token without an ID cannot be kept: name it")
	}
	v, err := sealed.SealToken(t)
	if err != nil {
		return err
	}
	return s.update(ctx, func(tx *bbolt.Tx) error {
		b := tx.Bucket(tokensBucket)
		if b.Get([]byte(t.ID)) != nil {
			return &store.TakenError{ID: t.ID}
		}
		return b.Put([]byte(t.ID), v)
	})
}

// RemoveToken implements store.Store.
func (s *Store) RemoveToken(ctx context.Context, id string) error {
	return s.update(ctx, func(tx *bbolt.Tx) error {
		b := tx.Bucket(tokensBucket)
		if b.Get([]byte(id)) == nil {
			return &store.NoTokenError{ID: id}
		}
		return b.Delete([]byte(id))
	})
}
