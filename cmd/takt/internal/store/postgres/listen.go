package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// lookEvery is how long there may be no word of new records before the database is asked: a connection that is dead and does
// not say so is found by it.
const lookEvery = 10 * time.Second

// channel is what new records are told on.
func (s *Store) channel() string { return fmt.Sprintf("takt_log_%x", uint64(s.key)) }

// Wait implements store.Store. It goes through restarts of the server.
func (s *Store) Wait(ctx context.Context, after uint64) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.startListening()
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
		case <-s.life.Done():
		case <-ctx.Done():
		}
	}
}

// startListening starts to listen when somebody waits for the first time.
func (s *Store) startListening() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listening || s.life.Err() != nil {
		return
	}
	s.listening = true
	s.busy.Go(func() {
		p := pause{}
		for s.life.Err() == nil {
			err := s.listen(s.life, func() { p = pause{} })
			if s.life.Err() == nil {
				s.o.Log.Warn("the connection that tells of new records is lost, and will be made again", "error", s.hide(err))
				_ = p.wait(s.life)
			}
		}
	})
}

// listen tells of new records until the connection is lost. Connected is called when there is one.
func (s *Store) listen(ctx context.Context, connected func()) error {
	c, err := pgx.ConnectConfig(ctx, s.config.Copy())
	if err != nil {
		return err
	}
	defer shut(c)
	if _, err := c.Exec(ctx, "LISTEN "+pgx.Identifier{s.channel()}.Sanitize()); err != nil {
		return err
	}
	for {
		if _, _, err := s.ends(ctx, c); err != nil { // also what came before LISTEN
			return err
		}
		connected()
		quiet, cancel := context.WithTimeout(ctx, lookEvery)
		_, err := c.WaitForNotification(quiet)
		over := quiet.Err() != nil
		cancel()
		if err != nil && (!over || ctx.Err() != nil || c.IsClosed()) {
			return err
		}
	}
}
