package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/sealed"
)

// appendSQL writes a record if it follows the last one, with its answers, drops answers that are too old, and tells the other instances: one
// statement, so one transaction and one way to the server and back. Without a row in the result nothing was written.
const appendSQL = `
WITH tail AS (SELECT greatest(base, (SELECT max(version) FROM {s}.log)) AS last FROM {s}.meta),
record AS (INSERT INTO {s}.log SELECT $1::bigint, $2::bytea FROM tail WHERE last = $1::bigint - 1 RETURNING version),
answered AS (INSERT INTO {s}.answers SELECT a.key, a.version, a.sealed
	FROM record, unnest($3::bytea[], $4::bigint[], $5::bytea[]) AS a(key, version, sealed)
	ON CONFLICT (key) DO UPDATE SET version = excluded.version, sealed = excluded.sealed),
expired AS (DELETE FROM {s}.answers WHERE version <= $6 AND key <> ALL ($3) AND EXISTS (SELECT 1 FROM record))
SELECT pg_notify($7, version::text) FROM record`

// Append implements store.Store. A context that ends while the record is on its way does not stop it.
func (s *Store) Append(ctx context.Context, r store.Record) error {
	keys, versions, answers, err := columns(r.Answers)
	if err != nil {
		return err
	}
	version, fits := number(r.Version)
	err = s.lead(ctx, func(ctx context.Context, c *pgx.Conn) error {
		if fits && version > 0 {
			tooOld := version - int64(s.o.KeptAnswers)
			tag, err := c.Exec(ctx, s.sql(appendSQL), version, sealed.SealRecord(r), keys, versions, answers, tooOld, s.channel())
			if err != nil || tag.RowsAffected() > 0 {
				return err
			}
		}
		_, last, err := s.ends(ctx, c)
		if err != nil {
			return err
		}
		return &store.GapError{Version: r.Version, Last: last}
	})
	if err == nil {
		s.moved(r.Version)
	}
	return err
}

// columns are the answers by column. Of two with one key it is the later.
func columns(list []store.Answer) (keys [][]byte, versions []int64, answers [][]byte, err error) {
	at := map[string]int{}
	keys, versions, answers = [][]byte{}, []int64{}, [][]byte{}
	for _, a := range list {
		if len(a.Key) == 0 || len(a.Key) > store.MaxKey {
			return nil, nil, nil, &store.AnswerKeyError{Length: len(a.Key)}
		}
		i, again := at[a.Key]
		if !again {
			i = len(keys)
			at[a.Key] = i
			keys, versions, answers = append(keys, []byte(a.Key)), append(versions, 0), append(answers, nil)
		}
		versions[i], answers[i] = int64(a.Version), sealed.SealAnswer(a)
	}
	return keys, versions, answers, nil
}

// batchSQL reads some records: as many, and about as many bytes, as are held at once.
const batchSQL = `
SELECT version, sealed FROM (
	SELECT version, sealed, sum(octet_length(sealed)) OVER (ORDER BY version) - octet_length(sealed) AS before
	FROM (SELECT version, sealed FROM {s}.log WHERE version > $1 ORDER BY version LIMIT $2) AS next) AS sized
WHERE before < $3 ORDER BY version`

// Records implements store.Store.
func (s *Store) Records(ctx context.Context, after uint64) iter.Seq2[store.Record, error] {
	return store.InBatches(after, func(after uint64) ([]store.Record, error) { return s.batch(ctx, after) })
}

// batch reads some records after a version; none at the end. Those before a damaged one come with the error.
func (s *Store) batch(ctx context.Context, after uint64) (list []store.Record, err error) {
	from, fits := number(after)
	if !fits {
		return nil, s.usable(ctx)
	}
	err = s.read(ctx, func(ctx context.Context, c *pgx.Conn) error {
		list = nil
		base, _, err := s.ends(ctx, c)
		if err != nil {
			return err
		}
		rows, err := c.Query(ctx, s.sql(batchSQL), from, store.BatchRecords, store.BatchBytes)
		if err != nil {
			return err
		}
		defer rows.Close()
		next := max(after, base)
		for rows.Next() {
			var version int64
			var value []byte
			if err := rows.Scan(&version, &value); err != nil {
				return err
			}
			if next++; uint64(version) != next {
				return &store.DamagedError{What: fmt.Sprintf("log record %d", next), Err: errors.New("it is missing")}
			}
			r, err := sealed.OpenRecord(next, value)
			if err != nil {
				return err
			}
			list = append(list, r)
		}
		return rows.Err()
	})
	return list, err
}
