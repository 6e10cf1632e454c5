package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// leader is leadership: a connection whose session holds the lock. It ends with the connection and does not come back.
type leader struct {
	lost chan struct{} // closed at the end

	mu   sync.Mutex // for use of conn
	conn *pgx.Conn
	why  error // of the end; set before lost is closed
}

// Lead implements store.Store.
func (s *Store) Lead(ctx context.Context, address string) (<-chan struct{}, error) {
	s.leading.Lock()
	defer s.leading.Unlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	if l := s.current(); l != nil {
		return l.lost, nil
	}
	s.mu.Lock()
	s.own = address
	s.mu.Unlock()
	c, err := pgx.ConnectConfig(ctx, s.config.Copy())
	if err != nil {
		return nil, fmt.Errorf("the database cannot be reached: %w", s.hide(err))
	}
	if err := s.lock(ctx, c, address); err != nil {
		shut(c)
		return nil, s.hide(err)
	}
	l := &leader{lost: make(chan struct{}), conn: c}
	s.mu.Lock()
	s.leader = l
	s.mu.Unlock()
	s.busy.Go(func() { s.watch(l) })
	return l.lost, nil
}

// current is the leadership that lasts, nil if there is none.
func (s *Store) current() *leader {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leader == nil {
		return nil
	}
	select {
	case <-s.leader.lost:
		return nil
	default:
		return s.leader
	}
}

// lock takes the lock on a connection and notes whose it is.
func (s *Store) lock(ctx context.Context, c *pgx.Conn, address string) error {
	var got bool
	if err := c.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, s.key).Scan(&got); err != nil {
		return err
	}
	if !got {
		other, err := s.address(ctx, c)
		if err != nil {
			return err
		}
		return &store.NotLeaderError{Leader: other}
	}
	// The server finds out within half a minute when this machine is gone, and frees the lock.
	_, err := c.Exec(ctx, `SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
		set_config('tcp_keepalives_count', '3', false), set_config('idle_in_transaction_session_timeout', '30s', false)`)
	if err != nil {
		return err
	}
	if err := s.makeDurable(ctx, c); err != nil {
		return err
	}
	_, err = c.Exec(ctx, s.sql(`INSERT INTO {s}.leader (address, pid) VALUES ($1, pg_backend_pid())
		ON CONFLICT (single) DO UPDATE SET address = excluded.address, pid = excluded.pid`), address)
	if err != nil {
		return err
	}
	_, _, err = s.ends(ctx, c)
	return err
}

// makeDurable lets a commit of this session wait for the disk, whatever is set for others.
func (s *Store) makeDurable(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')`)
	if err != nil {
		return err
	}
	var fsync string
	if err := c.QueryRow(ctx, `SHOW fsync`).Scan(&fsync); err != nil {
		return err
	}
	if fsync == "off" {
		s.o.Log.Warn("the database server runs with fsync off: a power cut may lose what was acknowledged")
	}
	return nil
}

// address is the address of the instance that holds the lock; empty if none does or it has none.
func (s *Store) address(ctx context.Context, c *pgx.Conn) (string, error) {
	var address string
	err := c.QueryRow(ctx, s.sql(`SELECT address FROM {s}.leader WHERE EXISTS (
		SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
		WHERE locktype = 'advisory' AND granted AND pg_locks.pid = leader.pid AND datname = current_database())`)).Scan(&address)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if address == s.own { // the server has not found out yet that this instance lost its connection
		address = ""
	}
	return address, err
}

// notLeading is the error of a write by an instance that does not lead, with the one that does if the server says so soon.
func (s *Store) notLeading(ctx context.Context) error {
	e := &store.NotLeaderError{}
	s.mu.Lock()
	if s.leader != nil {
		select {
		case <-s.leader.lost:
			e.Err = s.leader.why
		default:
		}
	}
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	_ = s.once(ctx, func(ctx context.Context, c *pgx.Conn) (err error) {
		e.Leader, err = s.address(ctx, c)
		return err
	})
	return e
}

// lead runs a write on the connection that holds the lock. A caller who goes away does not break it off, because that would end
// the connection, and leadership with it.
func (s *Store) lead(ctx context.Context, do func(context.Context, *pgx.Conn) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	l := s.current()
	if l == nil {
		return s.notLeading(ctx)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := s.usable(ctx); err != nil {
		return err
	}
	if l.why != nil {
		return &store.NotLeaderError{Err: l.why}
	}
	working, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
	defer cancel()
	err := s.hide(do(working, l.conn))
	if err != nil && l.conn.IsClosed() {
		s.lose(l, err)
		return &store.UncertainError{Err: fmt.Errorf("the connection to the database was lost while writing: %w", err)}
	}
	return err
}

// lose ends leadership. l.mu is held.
func (s *Store) lose(l *leader, why error) {
	if l.why != nil {
		return
	}
	l.why = why
	shut(l.conn)
	close(l.lost)
	if !errors.Is(why, store.ErrClosed) {
		s.o.Log.Warn("this instance does not lead any more", "error", why)
	}
}

// resign ends leadership in order: another instance can lead when it returns.
func (s *Store) resign(l *leader) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.why != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	_, _ = l.conn.Exec(ctx, `SELECT pg_advisory_unlock($1)`, s.key) // if this fails, closing does it
	s.lose(l, store.ErrClosed)
}

// watch finds out when the leader's connection is lost though nothing is written.
func (s *Store) watch(l *leader) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-l.lost:
			return
		}
		if !l.mu.TryLock() { // somebody writes, and will see
			continue
		}
		if l.why == nil {
			ctx, cancel := context.WithTimeout(context.Background(), closeTime)
			if err := l.conn.Ping(ctx); err != nil {
				s.lose(l, s.hide(err))
			}
			cancel()
		}
		l.mu.Unlock()
	}
}
