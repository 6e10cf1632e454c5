package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/sealed"
)

// SaveSnapshot implements store.Store. The chunks go over a connection of their own, so that records are written meanwhile; the head,
// which makes them a snapshot, over the one that holds the lock.
func (s *Store) SaveSnapshot(ctx context.Context, snapshot store.Snapshot) error {
	s.snapshots.Lock()
	defer s.snapshots.Unlock()
	head := sealed.NewHead(snapshot)
	id, err := s.beginSnapshot(ctx, snapshot.Version)
	if err != nil {
		return err
	}
	err = s.once(ctx, func(ctx context.Context, c *pgx.Conn) error {
		for place, chunk := range sealed.Chunks(snapshot.Data) {
			if _, err := c.Exec(ctx, s.sql(`INSERT INTO {s}.chunks VALUES ($1, $2, $3)`), id, place, chunk); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("the snapshot cannot be written: %w", err)
	}
	return s.lead(ctx, func(ctx context.Context, c *pgx.Conn) error {
		return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error { return s.finishSnapshot(ctx, c, tx, id, head) })
	})
}

// beginSnapshot gives a snapshot its number. Chunks that an earlier attempt left without a head go.
func (s *Store) beginSnapshot(ctx context.Context, version uint64) (id int64, err error) {
	err = s.lead(ctx, func(ctx context.Context, c *pgx.Conn) error {
		if err := s.reached(ctx, c, version); err != nil {
			return err
		}
		if _, err := c.Exec(ctx, s.sql(`DELETE FROM {s}.chunks WHERE number NOT IN (SELECT number FROM {s}.snapshots)`)); err != nil {
			return err
		}
		return c.QueryRow(ctx, `SELECT nextval($1::text::regclass)`, s.schema+".snapshot_number").Scan(&id)
	})
	return id, err
}

// reached is nil if there may be a snapshot of a version.
func (s *Store) reached(ctx context.Context, c *pgx.Conn, version uint64) error {
	_, last, err := s.ends(ctx, c)
	if err != nil {
		return err
	}
	if _, fits := number(version); !fits || last > 0 && version > last {
		return &store.AheadError{Version: version, Last: last}
	}
	return nil
}

// finishSnapshot writes the head of a snapshot whose chunks are there, and drops the snapshots that are not needed any more.
func (s *Store) finishSnapshot(ctx context.Context, c *pgx.Conn, tx pgx.Tx, id int64, head sealed.SnapshotHead) error {
	if err := s.reached(ctx, c, head.Version); err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, s.sql(`INSERT INTO {s}.snapshots SELECT $1::bigint, $2::bigint, $3::bytea WHERE (SELECT count(*) FROM {s}.chunks WHERE number = $1) = $4::bigint`),
		id, int64(head.Version), head.Seal(uint64(id)), int64(head.Chunks))
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return errors.New("the snapshot is not kept: pieces of it are gone; another instance has led meanwhile")
	}
	_, err = tx.Exec(ctx, s.sql(`UPDATE {s}.meta SET base = $1 WHERE base = 0 AND NOT EXISTS (SELECT 1 FROM {s}.log)`), int64(head.Version))
	if err != nil {
		return err
	}
	all, err := s.list(ctx, tx)
	if err != nil {
		return err
	}
	for _, number := range sealed.Superfluous(all) {
		if _, err := tx.Exec(ctx, s.sql(`DELETE FROM {s}.snapshots WHERE number = $1`), int64(number)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, s.sql(`DELETE FROM {s}.chunks WHERE number = $1`), int64(number)); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `SELECT pg_notify($1, '')`, s.channel()) // the first snapshot moves the end
	return err
}

// list is the snapshots, newest first.
func (s *Store) list(ctx context.Context, tx pgx.Tx) ([]sealed.Kept, error) {
	rows, err := tx.Query(ctx, s.sql(`SELECT number, head FROM {s}.snapshots`))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []sealed.Kept
	for rows.Next() {
		var number int64
		var value []byte
		if err := rows.Scan(&number, &value); err != nil {
			return nil, err
		}
		head, err := sealed.OpenHead(uint64(number), value)
		all = append(all, sealed.Kept{Number: uint64(number), Head: head, Err: err})
	}
	sealed.Newest(all)
	return all, rows.Err()
}

// Snapshot implements store.Store.
func (s *Store) Snapshot(ctx context.Context) (snapshot store.Snapshot, ok bool, err error) {
	err = s.read(ctx, func(ctx context.Context, c *pgx.Conn) error {
		// One state of the tables: the leader may drop a snapshot while it is read.
		o := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
		return pgx.BeginTxFunc(ctx, c, o, func(tx pgx.Tx) (err error) {
			all, err := s.list(ctx, tx)
			if err != nil {
				return err
			}
			read := func(k sealed.Kept) (store.Snapshot, error) {
				return k.Head.Snapshot(func(i uint64, to []byte) ([]byte, error) { return s.chunk(ctx, tx, k.Number, i, to) })
			}
			snapshot, ok, err = sealed.First(all, read, func(err error) { s.o.Log.Warn("a snapshot is passed over", "error", err) })
			return err
		})
	})
	return snapshot, ok, err
}

// chunk appends a chunk of a snapshot, or nothing if it is not there.
func (s *Store) chunk(ctx context.Context, tx pgx.Tx, number, i uint64, to []byte) ([]byte, error) {
	var data []byte
	err := tx.QueryRow(ctx, s.sql(`SELECT data FROM {s}.chunks WHERE number = $1 AND place = $2`), int64(number), int64(i)).Scan(&data)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return append(to, data...), err
}
