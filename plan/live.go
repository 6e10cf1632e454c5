package plan

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
)

// Live holds the current plan of a service. Reading it never waits; changes are made one batch after
// the other, and those that come while one is being planned are planned together.
//
// All methods are safe for any number of goroutines. A Live has goroutines of its own only while
// there is work to do, and none when it is idle: one that is forgotten leaks nothing. Versions
// count the changes, and nothing in a plan depends on a clock or on who came first beyond the order of the changes.
type Live struct {
	options LiveOptions
	current atomic.Pointer[Snapshot]

	ctx  context.Context // of the work; ends when Close gives up waiting
	stop context.CancelFunc
	// slots bounds the batches that wait: a place is taken before a batch is put into waiting.
	slots   chan struct{}
	closing chan struct{}

	mu         sync.Mutex
	waiting    []*request
	working    bool // the writer runs
	scheduling bool // the scheduler runs
	closed     bool
	history    []past
	moved      chan struct{} // is closed and replaced when a version comes or a goroutine ends

	// behind are changes of the material plan that the schedule does not have yet. epoch counts the times
	// that they were thrown away: a schedule made for an older epoch is not used.
	behind []Change
	epoch  int
	// anew says that the schedule cannot be repaired and is made anew.
	anew    bool
	lagging error // why the schedule does not follow; nil: it does

	subscribers []*Subscription
}

// LiveOptions steer a Live; the zero value is good.
type LiveOptions struct {
	// Queue is how many batches may wait; 0 is 256. Refuse makes a full queue a *BusyError at
	// once; without it the caller waits until there is room or its context ends.
	Queue  int
	Refuse bool
	// Coalesce bounds the batches that are planned together; 0 is 1024.
	Coalesce int
	// History is to how many earlier versions Undo can go back; 0 is 16, less is none. They share with the current plan
	// what did not change.
	History int
	// Repair steers how schedules follow changes.
	Repair Repair
	// Lag lets schedules come after material plans: a change is in Snapshot.Material at once, and the schedule is repaired for
	// all the changes that came meanwhile. It has no effect on plans without a schedule, nor on those
	// with FiniteOptions.ScheduledLeadTimes, whose material plan depends on the schedule.
	Lag bool
	// MostBehind bounds the changes by which the schedule may lag; writers wait when it is reached. 0 is 256.
	MostBehind int
	// Version is that of the first plan; 0 is 1.
	Version uint64
	// Turn, when set, is called before changes that wait are planned, and may wait: to leave the processor to others, say, while
	// somebody asks what a rush order would do. What comes meanwhile is planned with them. The context ends when the Live is closed in
	// a hurry.
	Turn func(context.Context)
	// Record, when set, is called with every step before it becomes current, in order, from one goroutine at a time: to write it
	// to a log, say. An error keeps the step from being made: its callers get it as a *RecordError. There is no Lag then.
	Record func(context.Context, *Step) error
	// Approve is asked by Commit before a proposal that spends money or makes other orders later becomes current. An error
	// refuses it. Nil approves all.
	Approve Approver
}

// Snapshot is what a Live holds at a moment.
type Snapshot struct {
	// Plan is the newest whole plan, Version its version.
	Plan    *Plan
	Version uint64
	// Material is the newest material plan, MaterialVersion its version. With LiveOptions.Lag it can be
	// ahead of Plan and has no schedule; otherwise it is Plan.
	Material        *Plan
	MaterialVersion uint64
}

// past is a version that Undo can return to.
type past struct {
	whole, material *Plan    // whole is nil if this version was never scheduled
	changes         []Change // that led away from it
	effects         func() Effects
}

// request is work for the writer.
type request struct {
	ctx     context.Context
	changes []Change
	do      func(*Live) (uint64, error) // Commit and Undo; nil: make changes
	plans   bool                        // it makes changes that have to be planned
	version uint64
	err     error
	done    chan struct{}
}

// NewLive makes a plan the current one, as version 1 if LiveOptions.Version does not say otherwise.
func NewLive(p *Plan, o LiveOptions) *Live {
	const queue, coalesce, history, most = 256, 1024, 16, 256
	or := func(n, standard int) int {
		if n <= 0 {
			return standard
		}
		return n
	}
	o.Queue, o.Coalesce, o.MostBehind = or(o.Queue, queue), or(o.Coalesce, coalesce), or(o.MostBehind, most)
	if o.History == 0 {
		o.History = history
	}
	if p.finite == nil || p.options.Finite.ScheduledLeadTimes || o.Record != nil {
		o.Lag = false
	}
	o.Version = max(o.Version, 1)
	l := &Live{options: o, slots: make(chan struct{}, o.Queue), closing: make(chan struct{}), moved: make(chan struct{})}
	l.ctx, l.stop = context.WithCancel(context.Background())
	first := &Snapshot{Plan: p, Version: o.Version, Material: p, MaterialVersion: o.Version}
	if o.Lag {
		first.Material = p.withoutSchedule()
	}
	l.current.Store(first)
	return l
}

// withoutSchedule is the material part of a plan; it shares all with it.
func (p *Plan) withoutSchedule() *Plan {
	q := p.withoutPast()
	q.finite, q.version, q.options.Finite = nil, nil, nil
	return q
}

// withoutPast is a plan that does not know what it was made of. Effects that nobody has asked for hold the plan from before, so
// a Live makes its plans of such ones, and no version holds all that came before it.
func (p *Plan) withoutPast() *Plan {
	q := *p
	q.effects = nil
	return &q
}

// Current is what holds now. It never waits.
func (l *Live) Current() Snapshot { return *l.current.Load() }

// Apply makes changes, all of them or none, and gives the version that holds them. Batches that wait are planned as one;
// if that fails, smaller ones and at last each alone, so that a batch fails for what is wrong with itself. With
// LiveOptions.Lag the version is that of the material plan; see Scheduled.
//
// Errors are those of Plan.Apply, *BusyError, ErrClosed, and the context's if it ends
// while the batch waits: then it is not made. Once planning began Apply waits for the outcome.
func (l *Live) Apply(ctx context.Context, changes ...Change) (uint64, error) {
	if len(changes) == 0 {
		return l.Current().MaterialVersion, ctx.Err()
	}
	return l.submit(ctx, &request{ctx: ctx, changes: slices.Clone(changes), plans: true})
}

// Undo goes back to the version before the current one, with its schedule if there was one, as another version. It
// takes back all changes of the current version, those of other callers that were planned together with yours included, so
// it names the version that it takes back: if that is not the current one any more, the error is a *StaleError without
// a proposal. With nothing to go back to it is a *HistoryError.
func (l *Live) Undo(ctx context.Context, version uint64) (uint64, error) {
	return l.submit(ctx, &request{do: func(l *Live) (uint64, error) { return l.undo(ctx, version) }})
}

// Scheduled waits until the whole plan has reached a version, or its schedule cannot follow: then it gives the reason.
func (l *Live) Scheduled(ctx context.Context, version uint64) (Snapshot, error) {
	for {
		l.mu.Lock()
		s, err, moved, closed := l.Current(), l.lagging, l.moved, l.closed && !l.working && !l.scheduling
		l.mu.Unlock()
		switch {
		case s.Version >= version:
			return s, nil
		case err != nil:
			return s, err
		case closed:
			return s, ErrClosed
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return s, ctx.Err()
		}
	}
}

// Close refuses what comes from now on, finishes what waits, schedules included, and ends the subscriptions. If the context
// ends first, what still waits is refused with ErrClosed, the planning that runs is broken off, and the error is the context's.
// The plans stay readable.
func (l *Live) Close(ctx context.Context) error {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.closing)
	}
	l.mu.Unlock()
	err := l.idle(ctx)
	if err != nil {
		l.refuseWaiting()
		l.stop()
		_ = l.idle(context.WithoutCancel(ctx)) // what runs ends now
	}
	l.stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.subscribers {
		s.end()
	}
	l.subscribers = nil
	return err
}

// idle waits until neither the writer nor the scheduler runs.
func (l *Live) idle(ctx context.Context) error {
	for {
		l.mu.Lock()
		busy, moved := l.working || l.scheduling, l.moved
		l.mu.Unlock()
		if !busy {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// refuseWaiting tells all who wait that nothing will be done.
func (l *Live) refuseWaiting() {
	l.mu.Lock()
	waiting := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	for _, r := range waiting {
		<-l.slots
		r.finish(0, ErrClosed)
	}
}

// submit queues a request and waits for its outcome.
func (l *Live) submit(ctx context.Context, r *request) (uint64, error) {
	r.done = make(chan struct{})
	if err := l.place(ctx); err != nil {
		return 0, err
	}
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		<-l.slots
		return 0, ErrClosed
	}
	l.waiting = append(l.waiting, r)
	if !l.working {
		l.working = true
		go l.work()
	}
	l.mu.Unlock()
	select {
	case <-r.done:
	case <-ctx.Done():
		if l.withdraw(r) {
			return 0, ctx.Err()
		}
		<-r.done
	}
	return r.version, r.err
}

// place takes a place in the queue.
func (l *Live) place(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case l.slots <- struct{}{}:
		return nil
	default:
	}
	if l.options.Refuse {
		return &BusyError{Waiting: l.options.Queue}
	}
	select {
	case l.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.closing:
		return ErrClosed
	}
}

// withdraw takes a request out of the queue; false if it is taken already.
func (l *Live) withdraw(r *request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.waiting, r)
	if i < 0 {
		return false
	}
	l.waiting = slices.Delete(l.waiting, i, i+1)
	<-l.slots
	return true
}

func (r *request) finish(version uint64, err error) {
	r.version, r.err = version, err
	close(r.done)
}

// ErrClosed is the error of what comes after Live.Close.
var ErrClosed = errors.New("this live plan is closed and takes no changes: make another with NewLive")
