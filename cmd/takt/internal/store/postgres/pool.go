package postgres

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// newPool is a few connections that are used in turn. It connects when one is asked for.
func newPool(config *pgx.ConnConfig, most int) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, err
	}
	c.ConnConfig, c.MaxConns = config.Copy(), int32(most)
	return pgxpool.NewWithConfig(context.Background(), c)
}

// shut closes a connection, and waits only a moment for it.
func shut(c *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	_ = c.Close(ctx)
}

// once uses a connection. Close ends what is being done.
func (s *Store) once(ctx context.Context, do func(context.Context, *pgx.Conn) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	working, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	err := s.use(working, do)
	if err != nil && s.usable(ctx) != nil {
		return s.usable(ctx)
	}
	return s.hide(err)
}

func (s *Store) use(ctx context.Context, do func(context.Context, *pgx.Conn) error) error {
	c, err := s.pool.Acquire(ctx)
	if err != nil {
		return lost(err)
	}
	defer c.Release()
	if err = do(ctx, c.Conn()); err != nil && c.Conn().IsClosed() {
		s.pool.Reset() // what ended this connection has most likely ended the others
		err = lost(err)
	}
	return err
}

// lost marks an error that another try may not have: one of the connection, not of the name or the password.
func lost(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		passing := false
		for _, code := range []string{"08", "57P", "53"} { // connections, shutdown and start, resources
			passing = passing || strings.HasPrefix(e.Code, code)
		}
		if !passing {
			return err
		}
	}
	return &store.UnreachableError{Err: err}
}

// pause is the time between two tries: it doubles from first to most.
type pause struct{ next time.Duration }

const (
	firstPause = 20 * time.Millisecond
	mostPause  = time.Second
)

// wait waits; it is an error when a context ends meanwhile.
func (p *pause) wait(ctx context.Context) error {
	p.next = min(max(2*p.next, firstPause), mostPause)
	timer := time.NewTimer(p.next)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read is once, and again while the connection is lost. What it does must do no harm when it is done twice.
func (s *Store) read(ctx context.Context, do func(context.Context, *pgx.Conn) error) error {
	patience, cancel := context.WithTimeout(ctx, s.o.Patience)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	for p := (pause{}); ; {
		err := s.once(ctx, do)
		if _, again := errors.AsType[*store.UnreachableError](err); !again {
			return err
		}
		if p.wait(patience) == nil {
			continue
		}
		if stopped := s.usable(ctx); stopped != nil && (errors.Is(stopped, store.ErrClosed) || errors.Is(stopped, context.Canceled)) {
			return stopped
		}
		return err
	}
}
