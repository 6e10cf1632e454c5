package keeper

import (
	"context"
	"sync"
	"time"
)

// turns share the processors between the planning of changes and others. Planning gives way to those who wait for the answer to a question, and
// rests after each step for a part of the time that it took, for small reads and subscribers. What comes meanwhile is planned together, which
// costs less: at 300 changes a second on the 10k peer model a quarter less of all that the service does.
type turns struct {
	most time.Duration // how long a step gives way to questions: those that take long do not hold changes up

	mu     sync.Mutex
	asking int
	free   chan struct{} // is closed when nobody asks any more; nil while nobody does
}

// turn lets others go first; planning begins when it returns.
func (k *Keeper) turn(ctx context.Context) {
	k.turns.wait(ctx, time.Unix(0, k.rests.Load()).Sub(k.options.Clock()))
	k.turned.Store(k.options.Clock().UnixNano())
}

// planned notes that planning took so long, until an instant.
func (k *Keeper) planned(took time.Duration, end time.Time) {
	const part = 2 // of the time that a step took the next one waits
	k.rests.Store(end.Add(took / part).UnixNano())
}

// ask notes that somebody waits for an answer; done, that he has it.
func (t *turns) ask() (done func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asking++; t.asking == 1 {
		t.free = make(chan struct{})
	}
	return sync.OnceFunc(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.asking--; t.asking == 0 {
			close(t.free)
			t.free = nil
		}
	})
}

func (t *turns) asked() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.asking > 0
}

// wait rests for so long, and waits until nobody asks, each no longer than most.
func (t *turns) wait(ctx context.Context, rest time.Duration) {
	if rest > 0 {
		pause(ctx, nil, min(rest, t.most))
	}
	t.mu.Lock()
	free := t.free
	t.mu.Unlock()
	if free != nil {
		pause(ctx, free, t.most)
	}
}

// pause waits until something is closed, the time is over or the context ends.
func pause(ctx context.Context, until <-chan struct{}, most time.Duration) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-until:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Asked reports whether somebody waits for an answer.
func (k *Keeper) Asked() bool { return k.turns.asked() }

// Asking notes that somebody waits for the answer to a question about the plan, until done is called: changes give way to it, for a quarter
// of a second at most each time.
func (k *Keeper) Asking() (done func()) { return k.turns.ask() }
