// Package keeper holds the plan of a service: a plan.Live whose steps are in a store before anybody sees them.
//
// # What it promises
//
//   - An answer to a change is given when the change is durable, and nobody sees a version before it is.
//   - After a crash, or on another instance of the same store, the plan is the same to the byte, schedule included.
//   - A request with an idempotency key is done once, however often and to whichever instance it comes.
//   - One instance writes; the others follow its log and serve the same versions.
//
// # How
//
// A step of the Live becomes a record: the batches that were planned together, as change lists, with who asked. Planning is
// deterministic, so making the steps again gives the plan again (plan.Repeat). What a record cannot say that way, such as a
// schedule that was found by a search, or tables that were loaded, it holds itself.
//
// Repaired schedules depend on their history, so a snapshot has to forget it: from time to time the plan that
// becomes current is the rooted one (plan.Rooted), the same in every byte that is seen, and a snapshot is made of
// that, in the background. A start reads the newest snapshot that is whole and makes the steps after it again.
//
// A keeper whose store is its own alone (a store with a method Alone that says so) writes a snapshot of the rooted plan when it is closed, so that
// the next start, by a newer takt maybe, makes no step again. Nobody has seen a step from there yet; the first one
// says in its record that it began at the rooted plan.
//
// An append may be uncertain: the record may be there, or come to be there. The keeper then refuses changes, asks the store to lead once more, which
// settles it, looks at what the store has, and goes on from there. A record that is there then counts, whoever wrote it.
//
// # Concurrency
//
// A Keeper is safe for any number of goroutines. It has one goroutine that leads or follows, and now and then one that writes a snapshot.
package keeper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/plan"
)

// Options are what a keeper needs.
type Options struct {
	Store store.Store
	// Model gives the tables of a store that is empty; it is not called otherwise. nil: an empty store is an error.
	Model func(context.Context) (*plan.Model, error)
	Plan  plan.Options
	// Repair steers how schedules follow changes.
	Repair plan.Repair
	// Address is where other instances on the same store send changes; empty: they refuse them.
	Address string
	// Clock gives the time that records are stamped with; nil: time.Now. Nothing in a plan depends on it.
	Clock func() time.Time
	Log   *slog.Logger // nil: slog.Default
	// Version is that of this takt. It is kept with what is written, so that a later one can tell that it did not write it; empty: not known.
	Version string
	// Waiting bounds the requests that wait to be planned; more are a *plan.BusyError. 0 is 1024.
	Waiting int
	// SnapshotSteps is after how many steps a snapshot is made; 0 is 256.
	SnapshotSteps int
	// Planned, when set, is told how long the planning of a step and its writing took, and how many requests are in it.
	Planned func(planning, writing time.Duration, requests int)
}

// Request is who asks for a step, and how.
type Request struct {
	Actor string // the id of the token, for the audit log; empty: nobody had to say
	ID    string // of the request, for the audit log
	Note  string // what else the audit log is to know, such as who consents; empty: nothing
	Key   string // idempotency key; empty: none
	Hash  []byte // of the request's content; needed with a Key
	// Base is the version that the request is about (If-Match); 0: any.
	Base uint64
}

// Result is what became of a request.
type Result struct {
	Version  uint64
	Repeated bool // the request was answered before: nothing was done now
}

// Keeper holds the plan of a service. It is safe for any number of goroutines.
type Keeper struct {
	options Options
	live    *plan.Live
	stop    context.CancelFunc
	ended   chan struct{} // is closed when the goroutine that leads or follows has ended

	role     atomic.Pointer[role]
	doubt    chan struct{} // holds a token after an append of which nobody knows whether it is there
	keys     keyLocks
	turns    turns
	turned   atomic.Int64 // when the writer had its last turn, in nanoseconds since 1970
	rests    atomic.Int64 // until when it rests
	history  history      // what the writer of the log remembers from step to step
	saving   sync.WaitGroup
	save     context.Context // of snapshots
	dropSave context.CancelFunc
	busy     atomic.Bool   // a snapshot is being written
	saved    atomic.Uint64 // version of the newest snapshot that is known
}

// role is what the instance does now.
type role struct {
	leads  bool
	leader string // where changes go; empty: not known
	err    error  // why no changes can be taken
}

// history is what is remembered from step to step. The writer of the Live uses it while this instance leads, and the goroutine that follows the log while it
// does not, or looks what the store has: then no step is recorded.
type history struct {
	since int       // steps since the last rooted plan, heavy ones counted more
	idle  time.Time // when the writer was done with the last step
	fresh bool      // the plan is the one of a snapshot that an orderly end has written: the next record has to say so
	other string    // version of another takt of which was told that it has written records
}

// KeyError is an idempotency key that was used for another request.
type KeyError struct{ Key string }

func (e *KeyError) Error() string {
	return fmt.Sprintf("the idempotency key %q was used for another request: take a new key for every new request", e.Key)
}

// ErrNoModel is an empty store without a model to start from.
var ErrNoModel = errors.New("the store is empty and there is no model to start from: name a model folder")

// ErrUncertain is a change of which it is not known whether it is durable.
var ErrUncertain = errors.New("it is not known whether the change was written down: look at the current version, or send the same request again with its idempotency key")

// errLooking is why an instance takes no changes that finds out what its store has.
var errLooking = &store.UnreachableError{Err: errors.New("the service looks what it has")}

// Open reads the state of the store, or begins with the model, and is ready to take changes if no other instance leads.
func Open(ctx context.Context, o Options) (*Keeper, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	const waiting, steps = 1024, 256
	if o.Waiting <= 0 {
		o.Waiting = waiting
	}
	if o.SnapshotSteps <= 0 {
		o.SnapshotSteps = steps
	}
	const giveWay = 250 * time.Millisecond
	k := &Keeper{options: o, turns: turns{most: giveWay}, ended: make(chan struct{}), doubt: make(chan struct{}, 1)}
	k.save, k.dropSave = context.WithCancel(context.WithoutCancel(ctx))
	k.role.Store(&role{err: errStarting})
	lost, err := k.tryLead(ctx)
	if err != nil {
		return nil, err
	}
	first, version, err := k.restore(ctx, &lost)
	if err != nil {
		return nil, err
	}
	k.live = plan.NewLive(first, plan.LiveOptions{Version: version, Queue: o.Waiting, Refuse: true, Repair: o.Repair, Turn: k.turn, Record: k.record})
	if err := k.catchUp(ctx); err != nil {
		_ = k.live.Close(ctx)
		return nil, err
	}
	if lost != nil {
		k.role.Store(&role{leads: true})
		if err := k.useOptions(ctx); err != nil {
			_ = k.live.Close(ctx)
			return nil, err
		}
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	k.stop = stop
	go k.follow(work, lost)
	return k, nil
}

// Current is the plan that holds now. It never waits.
func (k *Keeper) Current() plan.Snapshot { return k.live.Current() }

// Subscribe collects what happens from now on; see plan.Live.Subscribe.
func (k *Keeper) Subscribe(buffer int) *plan.Subscription { return k.live.Subscribe(buffer) }

// Apply makes changes, all of them or none, and answers when they are durable. With Request.Base and another version
// current it is a *plan.StaleError. Other errors are those of plan.Live.Apply, *store.NotLeaderError, *KeyError and ErrUncertain.
func (k *Keeper) Apply(ctx context.Context, r Request, changes ...plan.Change) (Result, error) {
	return k.once(ctx, r, func(ctx context.Context) (uint64, error) {
		if r.Base != 0 {
			return k.live.ApplyAt(ctx, r.Base, changes...)
		}
		return k.live.Apply(ctx, changes...)
	})
}

// Commit makes a proposal current that was looked at upon its Base; see plan.Live.Commit.
func (k *Keeper) Commit(ctx context.Context, r Request, p plan.Proposal) (Result, error) {
	return k.once(ctx, r, func(ctx context.Context) (uint64, error) { return k.live.Commit(ctx, p) })
}

// Undo takes the current version back; see plan.Live.Undo. What was before the last start cannot be gone back to.
func (k *Keeper) Undo(ctx context.Context, r Request, version uint64) (Result, error) {
	return k.once(ctx, r, func(ctx context.Context) (uint64, error) { return k.live.Undo(ctx, version) })
}

// Load puts a plan of other tables in place of the current one, if Request.Base (0: any) is current. Errors are also those of plan.New.
func (k *Keeper) Load(ctx context.Context, r Request, m *plan.Model) (Result, error) {
	return k.once(ctx, r, func(ctx context.Context) (uint64, error) {
		p, err := plan.New(ctx, m, k.options.Plan)
		if err != nil {
			return 0, err
		}
		return k.live.Replace(ctx, r.Base, p)
	})
}

// requestKey is the place of a Request in a context.
type requestKey struct{}

// once does what a request asks for, unless its key was answered before.
func (k *Keeper) once(ctx context.Context, r Request, do func(context.Context) (uint64, error)) (Result, error) {
	if err := k.writable(); err != nil {
		return Result{}, err
	}
	if r.Key != "" {
		unlock, err := k.keys.lock(ctx, r.key())
		if err != nil {
			return Result{}, err
		}
		defer unlock()
		switch a, ok, err := k.options.Store.Answer(ctx, r.key()); {
		case err != nil:
			return Result{}, err
		case ok && !bytes.Equal(a.Hash, r.Hash):
			return Result{}, &KeyError{r.Key}
		case ok:
			return Result{Version: a.Version, Repeated: true}, nil
		}
	}
	version, err := do(context.WithValue(ctx, requestKey{}, &arrival{r, k.options.Clock()}))
	return Result{Version: version}, plain(err)
}

// arrival is a request and when it came.
type arrival struct {
	Request
	at time.Time
}

// key is an idempotency key as it is kept: keys of different callers are different ones.
func (r *Request) key() string { return r.Actor + "\x00" + r.Key }

// plain takes what kept a step from being written down out of its wrapping.
func plain(err error) error {
	if unwritten, ok := errors.AsType[*plan.RecordError](err); ok {
		if not, ok := errors.AsType[*store.NotLeaderError](err); ok {
			return not
		}
		if errors.Is(unwritten, ErrUncertain) {
			return ErrUncertain
		}
	}
	return err
}

// writable says why changes cannot be taken now; nil: they can.
func (k *Keeper) writable() error {
	r := k.role.Load()
	switch {
	case r.leads:
		return nil
	case r.err != nil:
		return r.err
	}
	return &store.NotLeaderError{Leader: r.leader}
}

// Leads reports whether this instance takes changes, and otherwise where to send them.
func (k *Keeper) Leads() (ok bool, leader string) {
	r := k.role.Load()
	return r.leads, r.leader
}

// Ready says why the instance cannot serve now; nil: it can. An instance that follows another one is ready.
func (k *Keeper) Ready(ctx context.Context) error {
	if r := k.role.Load(); r.err != nil {
		return r.err
	}
	return k.options.Store.Ready(ctx)
}

// Close refuses what comes, finishes what waits and writes it down, with a snapshot if the store is this keeper's alone. It does not close the store.
func (k *Keeper) Close(ctx context.Context) error {
	k.stop()
	<-k.ended
	err := k.live.Close(ctx)
	context.AfterFunc(ctx, k.dropSave) // a snapshot can be done without
	k.saving.Wait()
	if err == nil {
		k.saveLast()
	}
	return err
}
