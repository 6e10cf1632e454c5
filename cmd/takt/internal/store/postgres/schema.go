package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// schema is how the tables came to be as they are now: step i leads from schema i to i+1. {s} is the name of the schema.
var schema = []string{`
CREATE TABLE {s}.meta (
	single boolean PRIMARY KEY DEFAULT true CHECK (single), -- one row
	schema integer NOT NULL,
	base bigint NOT NULL DEFAULT 0 -- the log begins after it
);
INSERT INTO {s}.meta (schema) VALUES (0);
CREATE TABLE {s}.log (version bigint PRIMARY KEY, sealed bytea NOT NULL);
CREATE TABLE {s}.answers (key bytea PRIMARY KEY, version bigint NOT NULL, sealed bytea NOT NULL);
CREATE INDEX answers_version ON {s}.answers (version);
CREATE TABLE {s}.snapshots (number bigint PRIMARY KEY, version bigint NOT NULL, head bytea NOT NULL);
CREATE TABLE {s}.chunks (number bigint, place bigint, data bytea NOT NULL, PRIMARY KEY (number, place));
ALTER TABLE {s}.chunks ALTER data SET STORAGE EXTERNAL;
CREATE SEQUENCE {s}.snapshot_number;
CREATE TABLE {s}.tokens (id text COLLATE "C" PRIMARY KEY, sealed bytea NOT NULL);
CREATE TABLE {s}.leader (
	single boolean PRIMARY KEY DEFAULT true CHECK (single), -- one row
	address text NOT NULL,
	pid integer NOT NULL -- of the session that holds the lock
);`}

// sql puts the name of the schema into a statement.
func (s *Store) sql(text string) string { return strings.ReplaceAll(text, "{s}", s.schema) }

// migrate leads the tables to the newest schema, whole or not at all, one instance at a time. Who finds them up to date needs no
// right to make tables.
func (s *Store) migrate(ctx context.Context, c *pgx.Conn, steps []string) error {
	if at, err := s.schemaNow(ctx, c, steps); err != nil || at == len(steps) {
		return err
	}
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, s.key+1); err != nil {
			return err
		}
		at, err := s.schemaNow(ctx, c, steps)
		if err != nil || at == len(steps) {
			return err
		}
		if at == 0 {
			if err := s.makeSchema(ctx, tx); err != nil {
				return err
			}
		}
		for _, step := range steps[at:] {
			if _, err := tx.Exec(ctx, s.sql(step)); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, s.sql(`UPDATE {s}.meta SET schema = $1`), len(steps))
		return err
	})
}

// schemaNow is the number of steps that the tables have behind them; 0: there are none.
func (s *Store) schemaNow(ctx context.Context, c *pgx.Conn, steps []string) (at int, err error) {
	// to_regclass would answer from what this session remembers, which is that there was no table before it waited for the lock.
	var there bool
	err = c.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1 AND relname = 'meta')`, s.o.Schema).Scan(&there)
	if err != nil || !there {
		return 0, err
	}
	if err := c.QueryRow(ctx, s.sql(`SELECT schema FROM {s}.meta`)).Scan(&at); err != nil {
		return 0, err
	}
	if at > len(steps) {
		return 0, &store.SchemaError{Found: at, Known: len(steps)}
	}
	return at, nil
}

// makeSchema makes the schema if somebody with more rights has not made it.
func (s *Store) makeSchema(ctx context.Context, tx pgx.Tx) error {
	var there bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)`, s.o.Schema).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = tx.Exec(ctx, s.sql(`CREATE SCHEMA {s}`))
	return err
}
