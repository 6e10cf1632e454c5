package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/postgres/pgtest"
	"github.com/taktplan/takt/cmd/takt/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestStore(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Reopener {
		return &place{address: pgtest.Database(t), schema: `it"s a plan`}
	})
}

// place is a schema of a database.
type place struct{ address, schema string }

func (p *place) Shared() bool { return true }

func (p *place) Open(ctx context.Context, o storetest.Options) (store.Store, error) {
	s, err := Open(ctx, p.address, Options{Schema: p.schema, KeptAnswers: o.KeptAnswers, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err // and no store, rather than one that is nil
	}
	return s, nil
}

// Crash cuts all connections, as the server sees it when the machines of all instances are gone.
func (p *place) Crash(t testing.TB) {
	t.Helper()
	p.exec(t, `SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
}

// exec changes the tables behind the store's back.
func (p *place) exec(t testing.TB, text string) {
	t.Helper()
	pgtest.Exec(t, p.address, strings.ReplaceAll(text, "{s}", pgx.Identifier{p.schema}.Sanitize()))
}

func (p *place) Damage(t testing.TB, part storetest.Part, version uint64, name string) {
	t.Helper()
	flip := func(column string) string {
		return fmt.Sprintf("%s = set_byte(%s, octet_length(%s) - 1, get_byte(%s, octet_length(%s) - 1) # 1)", column, column, column, column, column)
	}
	switch part {
	case storetest.Record:
		p.exec(t, fmt.Sprintf(`UPDATE {s}.log SET %s WHERE version = %d`, flip("sealed"), version))
	case storetest.Answer:
		p.exec(t, fmt.Sprintf(`UPDATE {s}.answers SET %s WHERE key = '%s'`, flip("sealed"), name))
	case storetest.Token:
		p.exec(t, fmt.Sprintf(`UPDATE {s}.tokens SET %s WHERE id = '%s'`, flip("sealed"), name))
	case storetest.Snapshot:
		p.exec(t, fmt.Sprintf(`UPDATE {s}.chunks SET %s WHERE number = (SELECT number FROM {s}.snapshots WHERE version = %d) AND place = 0`, flip("data"), version))
	}
}

func (p *place) Remove(t testing.TB, version uint64) {
	t.Helper()
	p.exec(t, fmt.Sprintf(`DELETE FROM {s}.log WHERE version = %d`, version))
}

func (p *place) Newer(t testing.TB) {
	t.Helper()
	p.exec(t, `UPDATE {s}.meta SET schema = schema + 1`)
}

// open opens a store that writes its log to a buffer.
func open(t testing.TB, address string, log *safeBuffer) *Store {
	t.Helper()
	handler := slog.Handler(slog.DiscardHandler)
	if log != nil {
		handler = slog.NewTextHandler(log, nil)
	}
	s, err := Open(t.Context(), address, Options{Log: slog.New(handler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestASchemaIsMigratedStepByStepOrNotAtAll(t *testing.T) {
	address := pgtest.Database(t)
	s := open(t, address, nil)
	run := func(steps ...string) error {
		return s.once(t.Context(), func(ctx context.Context, c *pgx.Conn) error { return s.migrate(ctx, c, append(schema[:1:1], steps...)) })
	}
	next := `ALTER TABLE {s}.log ADD extra int`
	if err := run(next, `ALTER TABLE {s}.nothing ADD extra int`); err == nil {
		t.Error("a step that fails is no error")
	}
	if err := run(next); err != nil {
		t.Errorf("after a migration that failed: %v", err)
	}
	if err := run(next); err != nil {
		t.Errorf("with nothing to do: %v", err)
	}
	_, err := Open(t.Context(), address, Options{})
	if e, ok := errors.AsType[*store.SchemaError](err); !ok || e.Found != 2 || e.Known != 1 {
		t.Errorf("a store of a newer schema: %v", err)
	}
}

func TestManyInstancesThatStartTogetherMakeTheTablesOnce(t *testing.T) {
	address := pgtest.Database(t)
	const instances = 6
	errs := make(chan error, instances)
	for range instances {
		go func() {
			s, err := Open(t.Context(), address, Options{})
			if err == nil {
				err = s.Close()
			}
			errs <- err
		}()
	}
	for range instances {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestTwoSchemasInOneDatabaseAreTwoStores(t *testing.T) {
	address := pgtest.Database(t)
	for i, schema := range []string{"one", "two"} {
		s, err := Open(t.Context(), address, Options{Schema: schema})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if _, err := s.Lead(t.Context(), ""); err != nil {
			t.Fatalf("schema %s: %v", schema, err)
		}
		for v := range uint64(i + 1) {
			if err := s.Append(t.Context(), store.Record{Version: v + 1}); err != nil {
				t.Fatal(err)
			}
		}
		if last, err := s.Last(t.Context()); err != nil || last != uint64(i+1) {
			t.Errorf("schema %s ends at %d (%v)", schema, last, err)
		}
	}
}

func TestNeitherErrorsNorLogsHaveThePassword(t *testing.T) {
	address := pgtest.Database(t)
	for name, bad := range map[string]string{
		"another database": strings.Replace(address, "/takt_test", "/no_takt_test", 1),
		"another user":     strings.Replace(address, "takt:", "nobody:", 1),
		"no server":        strings.Replace(address, "@127.0.0.1:", "@127.0.0.1:1", 1),
		"no URL":           strings.Replace(address, "@127.0.0.1:", "@127.0.0.1:port", 1),
	} {
		s, err := Open(t.Context(), bad, Options{Patience: 1})
		if err == nil {
			_ = s.Close()
			t.Errorf("%s: the store opens", name)
			continue
		}
		wantNoPassword(t, fmt.Sprintf("%v %+v", err, err))
	}
}

func wantNoPassword(t testing.TB, text string) {
	t.Helper()
	for _, secret := range []string{"s3cret", "pg test", "pg%20test"} {
		if strings.Contains(text, secret) {
			t.Errorf("the password is told: %s", text)
		}
	}
}

// BenchmarkAppend is one writer; appends/s are durable ones.
func BenchmarkAppend(b *testing.B) {
	s := open(b, pgtest.Database(b), nil)
	if _, err := s.Lead(b.Context(), ""); err != nil {
		b.Fatal(err)
	}
	data := bytes.Repeat([]byte("x"), 300)
	b.ResetTimer()
	for v := uint64(1); v <= uint64(b.N); v++ {
		err := s.Append(b.Context(), store.Record{Version: v, Data: data, Answers: []store.Answer{{Key: fmt.Sprint("anna/", v), Version: v, Hash: data[:32], Data: data[:100]}}})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
}
