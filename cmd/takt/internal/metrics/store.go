package metrics

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// Watch is a store whose errors and writing times are noted.
func (m *Set) Watch(s store.Store) store.Store { return &watched{s, m} }

type watched struct {
	store.Store
	set *Set
}

// Alone passes on whether nobody else can use the store.
func (w *watched) Alone() bool {
	s, ok := w.Store.(interface{ Alone() bool })
	return ok && s.Alone()
}

// note counts an error that is the store's fault.
func (w *watched) note(operation string, err error) {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, store.ErrClosed),
		is[*store.NotLeaderError](err), is[*store.GapError](err), is[*store.NoTokenError](err), is[*store.TakenError](err):
		return
	}
	w.set.failures.WithLabelValues(operation).Inc()
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func (w *watched) timed(operation string, do func() error) error {
	begin := time.Now()
	err := do()
	w.set.store.WithLabelValues(operation).Observe(time.Since(begin).Seconds())
	w.note(operation, err)
	return err
}

func (w *watched) Append(ctx context.Context, r store.Record) error {
	return w.timed("append", func() error { return w.Store.Append(ctx, r) })
}

func (w *watched) SaveSnapshot(ctx context.Context, s store.Snapshot) error {
	return w.timed("snapshot", func() error { return w.Store.SaveSnapshot(ctx, s) })
}

func (w *watched) Lead(ctx context.Context, address string) (<-chan struct{}, error) {
	lost, err := w.Store.Lead(ctx, address)
	w.note("lead", err)
	return lost, err
}

func (w *watched) Last(ctx context.Context) (uint64, error) {
	v, err := w.Store.Last(ctx)
	w.note("read", err)
	return v, err
}

func (w *watched) Snapshot(ctx context.Context) (store.Snapshot, bool, error) {
	s, ok, err := w.Store.Snapshot(ctx)
	w.note("read", err)
	return s, ok, err
}

func (w *watched) Records(ctx context.Context, after uint64) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		for r, err := range w.Store.Records(ctx, after) {
			w.note("read", err)
			if !yield(r, err) {
				return
			}
		}
	}
}

func (w *watched) Wait(ctx context.Context, after uint64) error {
	err := w.Store.Wait(ctx, after)
	w.note("wait", err)
	return err
}

func (w *watched) Answer(ctx context.Context, key string) (store.Answer, bool, error) {
	a, ok, err := w.Store.Answer(ctx, key)
	w.note("read", err)
	return a, ok, err
}

func (w *watched) Tokens(ctx context.Context) ([]store.Token, error) {
	list, err := w.Store.Tokens(ctx)
	w.note("tokens", err)
	return list, err
}

func (w *watched) SaveToken(ctx context.Context, t store.Token) error {
	err := w.Store.SaveToken(ctx, t)
	w.note("tokens", err)
	return err
}

func (w *watched) RemoveToken(ctx context.Context, id string) error {
	err := w.Store.RemoveToken(ctx, id)
	w.note("tokens", err)
	return err
}

func (w *watched) Ready(ctx context.Context) error {
	err := w.Store.Ready(ctx)
	w.note("ready", err)
	return err
}
