package jobshop

import (
	"context"
	"sync/atomic"
)

// crew runs attempts, each worker with a search of its own.
type crew struct {
	ctx   context.Context
	stop  atomic.Bool
	tasks chan *attempt
	done  [ahead]chan struct{} // by number modulo ahead: an attempt is done
	hands []*search
}

func newCrew(ctx context.Context, s *shop, bound tick, workers int) *crew {
	c := &crew{ctx: ctx, tasks: make(chan *attempt, ahead)}
	for i := range c.done {
		c.done[i] = make(chan struct{}, 1)
	}
	for range min(workers, ahead) {
		c.hands = append(c.hands, newSearch(s, bound, c.halt))
	}
	return c
}

// halt says whether the search is to end. It is asked now and then only.
func (c *crew) halt() bool {
	return c.stop.Load() || c.ctx.Err() != nil
}

// work makes attempts until there are no more.
func (c *crew) work(t *search) {
	for a := range c.tasks {
		t.attempt(a)
		c.done[a.number%ahead] <- struct{}{}
	}
}

// evolve makes attempts until the bound is reached, the moves are made or the context ends.
func (e *evolution) evolve(c *crew) {
	for _, t := range c.hands {
		go c.work(t)
	}
	defer close(c.tasks)
	var open [ahead]*attempt
	issue := func(number int) {
		open[number%ahead] = e.next(number)
		c.tasks <- open[number%ahead]
	}
	for number := range ahead {
		issue(number)
	}
	for number := 0; ; number++ {
		<-c.done[number%ahead]
		a := open[number%ahead]
		if over := e.moves + a.moves - e.options.Iterations; e.options.Iterations > 0 && over >= 0 {
			if over > 0 {
				a = e.shorten(c, a, a.moves-over)
			}
			e.ended, e.reason = true, Iterations
		}
		e.fold(a)
		if !e.ended && c.ctx.Err() != nil {
			e.ended, e.reason = true, interruption(c.ctx)
		}
		if e.ended {
			c.stop.Store(true)
			e.drain(c, &open, number)
			return
		}
		issue(number + ahead)
	}
}

// interruption is the reason of a context that has ended.
func interruption(ctx context.Context) StopReason {
	if ctx.Err() == context.DeadlineExceeded {
		return Time
	}
	return Interrupted
}

// drain waits for what still runs when the search ends, and after an interruption takes in what it found.
func (e *evolution) drain(c *crew, open *[ahead]*attempt, number int) {
	for n := number + 1; n < number+ahead; n++ {
		<-c.done[n%ahead]
		if e.reason == Time || e.reason == Interrupted {
			e.fold(open[n%ahead])
		}
	}
}

// shorten makes an attempt again, as far as the moves go.
func (e *evolution) shorten(c *crew, a *attempt, most int64) *attempt {
	again := &attempt{number: a.number, epoch: a.epoch, parents: a.parents, percent: a.percent, mixed: a.mixed, seed: a.seed, cutoff: a.cutoff, most: most, known: a.known}
	newSearch(e.shop, e.bound, func() bool { return c.ctx.Err() != nil }).attempt(again)
	return again
}
