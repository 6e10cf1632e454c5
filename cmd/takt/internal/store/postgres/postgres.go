// Package postgres keeps the log of a service in a PostgreSQL database, so that several instances serve one plan. All tables are
// in a schema of their own.
//
// # One writer
//
// The instance that leads holds an advisory lock of a session, and writes on that session alone: a write that was on its way when the
// connection was lost may still come, until the server ends the session, and only then is the lock free for somebody else. Every record is one statement, which also checks that the record follows the last one,
// so that even without the lock the log could get neither a gap nor a fork. The statement notifies the other instances.
//
// The address of the database has to lead to one server that takes writes, directly or through a pooler that keeps a session on
// one connection. What is acknowledged is as durable as the server's settings say: synchronous_commit is turned on where it is off;
// after a failover to a replica that is behind, what the replica lacks is gone.
//
// # Lost connections
//
// Reading tries again, for Options.Patience; Wait as long as its context lasts. A connection that is lost while a record is written ends
// leadership, and Append gives a *store.UncertainError: once an instance leads again, the log says what came of it.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/taktplan/takt/cmd/takt/internal/dsn"
	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// Options of Open. The zero value is a good default.
type Options struct {
	// Schema is the schema of the tables; empty is takt. It is made if it is not there.
	Schema string
	// Connections is how many there are for reading; 0 is 4. Leading and waiting take one more each.
	Connections int
	// Patience is how long reading, and keeping a token, tries again when the connection is lost; 0 is 5 s. The first try counts too, and one that has
	// begun is not cut short by it. Append, SaveSnapshot, Lead and RemoveToken are tried once.
	Patience time.Duration
	// KeptAnswers is for how many versions answers are kept; 0 is store.KeptAnswers.
	KeptAnswers uint64
	Log         *slog.Logger // nil: slog.Default
}

const (
	defaultConnections = 4
	defaultPatience    = 5 * time.Second
	writeTime          = 20 * time.Second // after which a write gives its connection up, and so leadership
	watchEvery         = time.Second      // the leader's connection is looked after
	connectTime        = 10 * time.Second
	closeTime          = 5 * time.Second
	askTime            = time.Second // for what is only good to know
)

// Store is a store in a database. Make one with Open.
type Store struct {
	o      Options
	config *pgx.ConnConfig
	schema string // quoted
	key    int64  // of the lock
	pool   *pgxpool.Pool

	life context.Context // until Close
	end  context.CancelFunc
	busy sync.WaitGroup // goroutines that end with life

	base atomic.Uint64 // version of the first snapshot of all, once known: records follow it
	last atomic.Uint64 // version that is known to be there

	snapshots sync.Mutex // SaveSnapshot as a whole
	leading   sync.Mutex // Lead as a whole

	mu        sync.Mutex
	leader    *leader // nil: this instance does not lead
	own       string  // address that Lead was called with
	listening bool
	changed   chan struct{} // closed and replaced when last moves
}

var _ store.Store = (*Store)(nil)

// Open connects to a database, postgres://USER:PASSWORD@HOST:5432/DATABASE, and makes or migrates the tables. The error is a
// *dsn.Error, a *store.SchemaError, or tells what the server said. No error has the password.
func Open(ctx context.Context, address string, o Options) (*Store, error) {
	config, err := dsn.Parse(address)
	if err != nil {
		return nil, err
	}
	if o.Schema == "" {
		o.Schema = "takt"
	}
	if o.Connections <= 0 {
		o.Connections = defaultConnections
	}
	if o.Patience <= 0 {
		o.Patience = defaultPatience
	}
	if o.KeptAnswers == 0 {
		o.KeptAnswers = store.KeptAnswers
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "takt"
	}
	if config.ConnectTimeout <= 0 || config.ConnectTimeout > connectTime {
		config.ConnectTimeout = connectTime
	}
	pool, err := newPool(config, o.Connections)
	if err != nil {
		return nil, dsn.Redact(err, config)
	}
	life, end := context.WithCancel(context.Background())
	s := &Store{
		o: o, config: config, schema: pgx.Identifier{o.Schema}.Sanitize(), key: lockKey(o.Schema), pool: pool,
		life: life, end: end, changed: make(chan struct{}),
	}
	if err := s.read(ctx, func(ctx context.Context, c *pgx.Conn) error { return s.migrate(ctx, c, schema) }); err != nil {
		return nil, errors.Join(fmt.Errorf("the store in the database %s cannot be opened: %w", dsn.Place(config), err), s.Close())
	}
	return s, nil
}

// lockKey is the number of a schema's advisory lock, and of the next one for its migrations.
func lockKey(schema string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("takt store " + schema))
	return int64(h.Sum64() &^ 1)
}

// hide takes the password out of an error.
func (s *Store) hide(err error) error { return dsn.Redact(err, s.config) }

// usable is why no method can do anything now.
func (s *Store) usable(ctx context.Context) error {
	if s.life.Err() != nil {
		return store.ErrClosed
	}
	return ctx.Err()
}

// Ready implements store.Store. It asks the server, once.
func (s *Store) Ready(ctx context.Context) error {
	return s.once(ctx, func(ctx context.Context, c *pgx.Conn) error { return c.Ping(ctx) })
}

// Close gives leadership up and closes all connections. What is being written is finished first.
func (s *Store) Close() error {
	if s.life.Err() != nil {
		return nil
	}
	s.leading.Lock()
	defer s.leading.Unlock()
	s.mu.Lock()
	s.end()
	l := s.leader
	s.mu.Unlock()
	if l != nil {
		s.resign(l)
	}
	s.pool.Close()
	s.busy.Wait()
	return nil
}

// Last implements store.Store. It asks the database.
func (s *Store) Last(ctx context.Context) (last uint64, err error) {
	err = s.read(ctx, func(ctx context.Context, c *pgx.Conn) error {
		_, last, err = s.ends(ctx, c)
		return err
	})
	return last, err
}

// ends are the version that the log begins after, and its last one.
func (s *Store) ends(ctx context.Context, c *pgx.Conn) (base, last uint64, err error) {
	var b, l int64
	err = c.QueryRow(ctx, s.sql(`SELECT base, greatest(base, (SELECT max(version) FROM {s}.log)) FROM {s}.meta`)).Scan(&b, &l)
	if err == nil && (b < 0 || l < b) {
		err = &store.DamagedError{What: "the end of the log", Err: errors.New("its number is no version")}
	}
	if err != nil {
		return 0, 0, err
	}
	s.base.Store(uint64(b))
	s.moved(uint64(l))
	return uint64(b), uint64(l), nil
}

// moved tells those who wait that the log reaches a version.
func (s *Store) moved(last uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last <= s.last.Load() {
		return
	}
	s.last.Store(last)
	close(s.changed)
	s.changed = make(chan struct{})
}

// number is a version for the database, which has no larger ones.
func number(version uint64) (int64, bool) { return int64(version), version <= math.MaxInt64 }
