package plan

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// work is the writer: it plans what waits, and ends when nothing does.
func (l *Live) work() {
	for {
		l.turn()
		l.mu.Lock()
		n := min(len(l.waiting), l.options.Coalesce)
		batch := slices.Clone(l.waiting[:n])
		l.waiting = slices.Delete(l.waiting, 0, n)
		if n == 0 {
			l.working = false
			l.tell()
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		for range batch {
			<-l.slots
		}
		l.perform(batch)
	}
}

// turn lets others go first if what waits has to be planned.
func (l *Live) turn() {
	l.mu.Lock()
	plans := !l.closed && slices.ContainsFunc(l.waiting, func(r *request) bool { return r.plans })
	l.mu.Unlock()
	if plans && l.options.Turn != nil {
		l.options.Turn(l.ctx)
	}
}

// tell wakes those that wait for a version or for the end of the work. The caller holds mu.
func (l *Live) tell() {
	close(l.moved)
	l.moved = make(chan struct{})
}

// perform does requests in their order; neighbours that make changes together.
func (l *Live) perform(batch []*request) {
	for len(batch) > 0 {
		if r := batch[0]; r.do != nil {
			r.finish(r.do(l))
			batch = batch[1:]
			continue
		}
		n := slices.IndexFunc(batch, func(r *request) bool { return r.do != nil })
		if n < 0 {
			n = len(batch)
		}
		l.applyAll(batch[:n])
		batch = batch[n:]
	}
}

// applyAll plans the changes of several callers as one net change. If that fails, each half is tried, the second upon what came of
// the first, down to single callers: what one of them did wrong is then told to that one only.
func (l *Live) applyAll(batch []*request) {
	batches := make([]Batch, len(batch))
	for i, r := range batch {
		batches[i] = Batch{r.changes, r.ctx}
	}
	version, err := l.apply(batches)
	_, unrecorded := errors.AsType[*RecordError](err) // which is nobody's fault among them
	if err == nil || len(batch) == 1 || unrecorded || l.ctx.Err() != nil {
		for _, r := range batch {
			r.finish(version, l.outcome(err))
		}
		return
	}
	half := len(batch) / 2
	l.applyAll(batch[:half])
	l.applyAll(batch[half:])
}

// outcome is an error as callers see it: what Close broke off is closed.
func (l *Live) outcome(err error) error {
	if err != nil && l.ctx.Err() != nil {
		return ErrClosed
	}
	return err
}

// apply makes changes upon the newest version.
func (l *Live) apply(batches []Batch) (uint64, error) {
	was := l.Current()
	changes := changesOf(batches)
	if !l.options.Lag {
		next, err := was.Plan.withoutPast().ApplyWith(l.ctx, l.options.Repair, changes...)
		if err != nil {
			return 0, err
		}
		return l.publish(step{kind: Applied, batches: batches, changes: changes, whole: next, material: next, effects: next.Effects})
	}
	if err := l.room(); err != nil {
		return 0, err
	}
	next, err := l.Current().Material.withoutPast().Apply(l.ctx, changes...)
	if err != nil {
		return 0, err
	}
	return l.publish(step{kind: Applied, batches: batches, changes: changes, material: next, effects: next.Effects})
}

// room waits until the schedule is not too far behind. A schedule that cannot follow holds nobody up.
func (l *Live) room() error {
	for {
		l.mu.Lock()
		full, moved := len(l.behind) >= l.options.MostBehind && l.scheduling, l.moved
		l.mu.Unlock()
		if !full {
			return nil
		}
		select {
		case <-moved:
		case <-l.ctx.Done():
			return l.ctx.Err()
		}
	}
}

// step leads to another version.
type step struct {
	kind     EventKind
	batches  []Batch
	changes  []Change
	material *Plan
	whole    *Plan // nil: the schedule follows
	effects  func() Effects
}

// changesOf are the changes of batches as one.
func changesOf(batches []Batch) []Change {
	list := make([][]Change, len(batches))
	for i := range batches {
		list[i] = batches[i].Changes
	}
	return together(list)
}

// publish records another version and makes it the current one. Only the writer does.
func (l *Live) publish(s step) (uint64, error) {
	if err := l.record(&s); err != nil {
		return 0, err
	}
	return l.settle(s), nil
}

// settle makes another version the current one.
func (l *Live) settle(s step) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.Current()
	if s.kind == Undone && len(l.history) > 0 { // an adopted step may take back what this Live has not seen
		l.history = l.history[:len(l.history)-1]
	} else {
		l.remember(was, s)
	}
	now := was
	now.MaterialVersion++
	now.Material = s.material
	e := Event{Kind: s.kind, Version: now.MaterialVersion, Changes: flat(s.changes), effects: s.effects, Before: was.Material, After: s.material}
	if s.whole != nil {
		now.Plan, now.Version = s.whole, now.MaterialVersion
		e.After = s.whole
		if was.Version == was.MaterialVersion {
			e.Before = was.Plan
		}
		l.behind, l.anew, l.lagging = nil, false, nil
		l.epoch++
	} else {
		l.behind = append(l.behind, &sequence{s.changes})
		l.follow()
	}
	l.current.Store(&now)
	l.send(e)
	l.tell()
	return now.MaterialVersion
}

// remember keeps a version for Undo.
func (l *Live) remember(was Snapshot, s step) {
	if l.options.History < 0 {
		return
	}
	p := past{material: was.Material, changes: s.changes, effects: s.effects}
	if was.Version == was.MaterialVersion {
		p.whole = was.Plan
	}
	if len(l.history) == l.options.History {
		l.history = slices.Delete(l.history, 0, 1)
	}
	l.history = append(l.history, p)
}

// undo goes back to the version before the newest.
func (l *Live) undo(ctx context.Context, version uint64) (uint64, error) {
	was := l.Current()
	if was.MaterialVersion != version {
		return 0, &StaleError{Base: version, Current: was.MaterialVersion}
	}
	if len(l.history) == 0 {
		return 0, &HistoryError{Version: version, Kept: max(l.options.History, 0)}
	}
	p := l.history[len(l.history)-1]
	back, err := p.material.Inverse(p.changes...)
	if err != nil {
		return 0, err
	}
	s := step{kind: Undone, batches: []Batch{{back, ctx}}, changes: back, material: p.material, whole: p.whole}
	again := cmp.Or(p.whole, p.material)
	s.effects = func() Effects { return reversed(p.effects(), again) }
	return l.publish(s)
}

// reversed are effects seen from the other end; p is the plan that holds again.
func reversed(e Effects, p *Plan) Effects {
	e.Shifts = slices.Clone(e.Shifts)
	e.Stability.Repromised = 0
	for i := range e.Shifts {
		s := &e.Shifts[i]
		s.Before, s.After = s.After, s.Before
		s.LateBefore, s.LateAfter = s.LateAfter, s.LateBefore
		s.Reason = ""
		if !s.After.IsZero() {
			s.Reason = p.reason(s.Demand)
		}
		if s.Slip() > 0 {
			e.Stability.Repromised++
		}
	}
	return e
}

// follow sees to it that the scheduler runs. The caller holds mu.
func (l *Live) follow() {
	l.lagging = nil // a new change is a new chance
	if !l.scheduling {
		l.scheduling = true
		go l.schedule()
	}
}

// schedule is the scheduler of a Live with Lag: it repairs the schedule for all changes that have come, again and again, and
// ends when there are none.
func (l *Live) schedule() {
	for {
		l.mu.Lock()
		was, changes, epoch, anew := l.Current(), l.behind, l.epoch, l.anew
		if was.Version == was.MaterialVersion || l.lagging != nil {
			l.scheduling = false
			l.tell()
			l.mu.Unlock()
			return
		}
		l.behind = nil
		l.tell()
		l.mu.Unlock()
		next, err := l.repaired(was, changes, anew)
		l.mu.Lock()
		if l.epoch == epoch {
			l.scheduled(was, next, err)
		}
		l.mu.Unlock()
	}
}

// repaired is the whole plan of the newest material version of a snapshot: a repair, or if there can be none, a new schedule.
func (l *Live) repaired(s Snapshot, changes []Change, anew bool) (*Plan, error) {
	if !anew {
		repair := l.options.Repair
		if len(changes) > manyBehind && repair.Trials == 0 { // catching up comes first
			repair.Trials = -1
		}
		if next, err := s.Plan.withoutPast().ApplyWith(l.ctx, repair, changes...); err == nil || l.ctx.Err() != nil {
			return next, err
		}
	}
	return New(l.ctx, s.Material.model, s.Plan.options)
}

// scheduled publishes a whole plan of the material version of a snapshot, or why there is none. The caller holds mu.
func (l *Live) scheduled(s Snapshot, next *Plan, err error) {
	if err != nil {
		l.lagging, l.anew = err, true
		l.send(Event{Kind: Failed, Version: s.MaterialVersion, Err: err, Before: s.Plan, After: s.Plan})
		l.tell()
		return
	}
	now := l.Current()
	now.Plan, now.Version, l.anew = next, s.MaterialVersion, false
	if now.Version == now.MaterialVersion {
		now.Material = next.withoutSchedule() // equal, and shares its memory with the whole plan
	}
	l.current.Store(&now)
	l.send(Event{Kind: Scheduled, Version: now.Version, effects: next.Effects, Before: s.Plan, After: next})
	l.tell()
}

// manyBehind is from how many changes on the schedule is repaired in one trial.
const manyBehind = 32
