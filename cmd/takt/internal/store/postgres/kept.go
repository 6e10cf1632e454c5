package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/sealed"
)

// Answer implements store.Store.
func (s *Store) Answer(ctx context.Context, key string) (a store.Answer, ok bool, err error) {
	err = s.read(ctx, func(ctx context.Context, c *pgx.Conn) error {
		var value []byte
		err := c.QueryRow(ctx, s.sql(`SELECT sealed FROM {s}.answers WHERE key = $1`), []byte(key)).Scan(&value)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err == nil {
			a, err = sealed.OpenAnswer(key, value)
		}
		ok = err == nil
		return err
	})
	return a, ok, err
}

// Tokens implements store.Store.
func (s *Store) Tokens(ctx context.Context) (tokens []store.Token, err error) {
	err = s.read(ctx, func(ctx context.Context, c *pgx.Conn) error {
		tokens = nil
		rows, err := c.Query(ctx, s.sql(`SELECT id, sealed FROM {s}.tokens ORDER BY id`))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			var value []byte
			if err := rows.Scan(&id, &value); err != nil {
				return err
			}
			t, err := sealed.OpenToken(id, value)
			if err != nil {
				return err
			}
			tokens = append(tokens, t)
		}
		return rows.Err()
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
	value, err := sealed.SealToken(t)
	if err != nil {
		return err
	}
	return s.read(ctx, func(ctx context.Context, c *pgx.Conn) error {
		tag, err := c.Exec(ctx, s.sql(`INSERT INTO {s}.tokens VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`), t.ID, value)
		if err != nil || tag.RowsAffected() > 0 {
			return err
		}
		var there bool // the same token: a try before this one has come through
		err = c.QueryRow(ctx, s.sql(`SELECT EXISTS (SELECT FROM {s}.tokens WHERE id = $1 AND sealed = $2)`), t.ID, value).Scan(&there)
		if err == nil && !there {
			return &store.TakenError{ID: t.ID}
		}
		return err
	})
}

// RemoveToken implements store.Store.
func (s *Store) RemoveToken(ctx context.Context, id string) error {
	return s.once(ctx, func(ctx context.Context, c *pgx.Conn) error {
		tag, err := c.Exec(ctx, s.sql(`DELETE FROM {s}.tokens WHERE id = $1`), id)
		if err == nil && tag.RowsAffected() == 0 {
			return &store.NoTokenError{ID: id}
		}
		return err
	})
}
