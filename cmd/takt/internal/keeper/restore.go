package keeper

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/plan"
)

// errStarting is why an instance takes no changes that has not read its store yet.
var errStarting = errors.New("the service is starting: try again in a moment")

// restore is the plan of the newest snapshot. An empty store gets its first one from the model, if this instance leads; otherwise
// it waits for the one that does.
func (k *Keeper) restore(ctx context.Context, lost *<-chan struct{}) (*plan.Plan, uint64, error) {
	const again = 200 * time.Millisecond
	for {
		s, ok, err := k.options.Store.Snapshot(ctx)
		switch {
		case err != nil:
			return nil, 0, err
		case ok:
			p, ended, err := k.unpack(ctx, s.Data)
			if err != nil {
				return nil, 0, &store.DamagedError{What: fmt.Sprintf("snapshot %d", s.Version), Err: err}
			}
			k.saved.Store(s.Version)
			k.history.fresh = ended
			return p, s.Version, nil
		case *lost != nil:
			return k.begin(ctx)
		}
		if *lost, err = k.tryLead(ctx); err != nil { // the one that leads may have ended before it had a plan
			return nil, 0, err
		}
		if *lost != nil {
			continue
		}
		select {
		case <-time.After(again):
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
}

// begin is the plan of the model, as version 1 of the store.
func (k *Keeper) begin(ctx context.Context) (*plan.Plan, uint64, error) {
	if k.options.Model == nil {
		return nil, 0, ErrNoModel
	}
	m, err := k.options.Model(ctx)
	if err != nil {
		return nil, 0, err
	}
	p, err := plan.New(ctx, m, k.options.Plan)
	if err != nil {
		return nil, 0, err
	}
	if p, err = p.Rooted(ctx); err != nil {
		return nil, 0, err
	}
	data, err := k.pack(ctx, p, false)
	if err != nil {
		return nil, 0, err
	}
	k.saved.Store(1)
	return p, 1, k.options.Store.SaveSnapshot(ctx, store.Snapshot{Version: 1, Data: data})
}

// catchUp makes the steps again that the log has beyond the current version.
func (k *Keeper) catchUp(ctx context.Context) error {
	for r, err := range k.options.Store.Records(ctx, k.live.Current().Version) {
		if err != nil {
			return err
		}
		if err := k.adopt(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// adopt makes the step of a record again.
func (k *Keeper) adopt(ctx context.Context, r store.Record) error {
	damaged := func(err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &store.DamagedError{What: fmt.Sprintf("log record %d", r.Version), Err: err}
	}
	var told record
	if err := json.Unmarshal(r.Data, &told); err != nil {
		return damaged(err)
	}
	k.foreign(r.Version, &told)
	step, err := k.repeat(ctx, k.live.Current().Plan, r.Version, &told)
	if err != nil {
		return damaged(err)
	}
	told.written = told.State == nil
	k.history.fresh = false
	if k.history.since += told.weight(); told.Rooted {
		k.history.since = 0
	}
	return k.live.Adopt(ctx, step)
}

// foreign tells, once for each, of another takt that has written records that have to be made again.
func (k *Keeper) foreign(version uint64, r *record) {
	if r.State != nil || r.Takt == k.options.Version || r.Takt == k.history.other {
		return
	}
	k.history.other = r.Takt
	k.options.Log.Warn("the log after the snapshot was written by another version of takt: schedules may be repaired otherwise than it did", "version", version, "its", r.Takt, "mine", k.options.Version)
}

// useOptions plans anew if the plan of the store was made with other options than those that are asked for now.
func (k *Keeper) useOptions(ctx context.Context) error {
	asked, err := json.Marshal(finiteOptions(k.options.Plan.Finite))
	if err != nil {
		return err
	}
	for {
		now := k.Current()
		made, err := json.Marshal(optionsOf(now.Plan))
		if err != nil || bytes.Equal(asked, made) {
			return err
		}
		k.options.Log.Info("the plan was made with other options and is made anew", "before", string(made), "now", string(asked))
		p, err := plan.New(ctx, now.Plan.Model(), k.options.Plan)
		if err != nil {
			return err
		}
		_, err = k.live.Replace(context.WithValue(ctx, requestKey{}, &arrival{Request{Actor: "takt serve"}, k.options.Clock()}), now.Version, p)
		if _, moved := errors.AsType[*plan.StaleError](err); !moved {
			return plain(err)
		}
	}
}
