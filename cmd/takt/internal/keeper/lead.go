package keeper

import (
	"context"
	"errors"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// tryLead makes this instance the writer. If another one is, lost is nil and the role says where that one is.
func (k *Keeper) tryLead(ctx context.Context) (lost <-chan struct{}, err error) {
	lost, err = k.options.Store.Lead(ctx, k.options.Address)
	if not, ok := errors.AsType[*store.NotLeaderError](err); ok {
		k.role.Store(&role{leader: not.Leader})
		return nil, nil
	}
	return lost, err
}

// follow is the goroutine of a keeper: it leads while it can, and otherwise follows the log of the instance that does.
func (k *Keeper) follow(ctx context.Context, lost <-chan struct{}) {
	defer close(k.ended)
	for ctx.Err() == nil {
		if lost == nil {
			lost = k.followOther(ctx)
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-lost:
			k.options.Log.Warn("this instance does not lead any more")
			k.role.Store(&role{})
			lost = nil
		case <-k.doubt:
			lost = k.leadAgain(ctx)
		}
	}
}

// leadAgain settles what a write came to of which nobody knows: it asks to lead once more, after which nothing can come into the log
// any more but by this instance, and reads the log.
func (k *Keeper) leadAgain(ctx context.Context) (lost <-chan struct{}) {
	select {
	case <-k.doubt: // an older doubt is settled with this: later, with changes under way, it would look in the middle of them
	default:
	}
	lost, err := k.tryLead(ctx)
	if err == nil && lost != nil {
		if err = k.catchUp(ctx); err == nil {
			k.role.Store(&role{leads: true})
			err = k.useOptions(ctx)
		}
	}
	if err != nil && ctx.Err() == nil {
		k.stumble(ctx, err)
		k.lookAgain()
	}
	return lost
}

// followOther makes the steps of the instance that leads, for a while, and then tries to lead. It gives the channel of its own leadership.
func (k *Keeper) followOther(ctx context.Context) (lost <-chan struct{}) {
	const patience = time.Second // between two tries
	waiting, done := context.WithTimeout(ctx, patience)
	defer done()
	for waiting.Err() == nil {
		err := k.options.Store.Wait(waiting, k.live.Current().Version)
		if err == nil || waiting.Err() != nil {
			err = k.catchUp(ctx)
		}
		if err != nil {
			if ctx.Err() == nil {
				k.stumble(ctx, err)
			}
			return nil
		}
	}
	if lost = k.leadAgain(ctx); lost != nil && k.role.Load().leads {
		k.options.Log.Info("this instance leads now", "version", k.live.Current().Version)
	}
	return lost
}

// lookAgain lets an instance that leads see what the log has before it takes changes.
func (k *Keeper) lookAgain() {
	select {
	case k.doubt <- struct{}{}:
	default:
	}
}

// stumble tells what went wrong and waits a moment; longer after what does not pass by itself.
func (k *Keeper) stumble(ctx context.Context, err error) {
	pause := 200 * time.Millisecond
	if _, damaged := errors.AsType[*store.DamagedError](err); damaged {
		pause = 10 * time.Second
	}
	k.options.Log.Error("the store cannot be followed", "error", err.Error(), "again_in", pause.String())
	k.role.Store(&role{err: err, leader: k.role.Load().leader})
	select {
	case <-time.After(pause):
	case <-ctx.Done():
	}
}
