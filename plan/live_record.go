package plan

import (
	"context"
	"fmt"
	"slices"
)

// Step is what a Live is about to do, as LiveOptions.Record is told of it.
type Step struct {
	Kind    EventKind
	Version uint64 // that it will have
	// Batches are what callers asked for, in their order: several of Applied, planned as one net change; one of all other kinds.
	Batches []Batch
	// Repair is how the schedule followed; of Applied.
	Repair Repair
	Before *Plan
	// Plan is what becomes current. Record may put a plan of the same tables and schedule in its place: see Plan.Rooted.
	Plan *Plan
}

// Batch is what one caller asked for.
type Batch struct {
	Changes []Change
	// Context is the caller's: who it is can be told by its values. It may have ended.
	Context context.Context
}

// RecordError is a step that could not be recorded, and so was not made: the plan is as it was.
type RecordError struct {
	Version uint64 // that the step would have had
	Err     error
}

func (e *RecordError) Error() string {
	return fmt.Sprintf("version %d could not be written down, and nothing was changed: %v", e.Version, e.Err)
}

func (e *RecordError) Unwrap() error { return e.Err }

// record tells LiveOptions.Record of a step; the plan that becomes current is s.whole.
func (l *Live) record(s *step) error {
	if l.options.Record == nil {
		return nil
	}
	was := l.Current()
	told := Step{Kind: s.kind, Version: was.Version + 1, Batches: s.batches, Repair: l.options.Repair, Before: was.Plan, Plan: s.whole}
	if err := l.options.Record(l.ctx, &told); err != nil {
		return &RecordError{told.Version, err}
	}
	s.whole, s.material = told.Plan, told.Plan
	return nil
}

// Repeat makes again what a Live made of this plan with the batches of a step of kind Applied and its Repair: the
// very same plan, schedule included.
func (p *Plan) Repeat(ctx context.Context, r Repair, batches ...[]Change) (*Plan, error) {
	return p.withoutPast().ApplyWith(ctx, r, together(batches)...)
}

// together are batches as the changes of one batch.
func together(batches [][]Change) []Change {
	if len(batches) == 1 {
		return batches[0]
	}
	changes := make([]Change, len(batches))
	for i, b := range batches {
		changes[i] = &sequence{b}
	}
	return changes
}

// ApplyAt is Apply if base is still the current version: else it is a *StaleError without a proposal. It is planned alone.
func (l *Live) ApplyAt(ctx context.Context, base uint64, changes ...Change) (uint64, error) {
	batches := []Batch{{slices.Clone(changes), ctx}}
	return l.submit(ctx, &request{plans: true, do: func(l *Live) (uint64, error) {
		if now := l.Current().MaterialVersion; now != base || len(changes) == 0 {
			return now, stale(base, now)
		}
		version, err := l.apply(batches)
		return version, l.outcome(err)
	}})
}

// Replace puts a plan of other tables in the place of the current one, if base is still the current version (0: whichever is).
// Otherwise it is a *StaleError without a proposal. Undo can return to the plan before. The event is of kind Loaded.
func (l *Live) Replace(ctx context.Context, base uint64, p *Plan) (uint64, error) {
	return l.submit(ctx, &request{do: func(l *Live) (uint64, error) {
		was := l.Current()
		if base != 0 && was.MaterialVersion != base {
			return 0, stale(base, was.MaterialVersion)
		}
		s := l.whole(Loaded, p)
		s.batches, s.effects = []Batch{{Context: ctx}}, effectsLater(was.Plan, p, Total).get
		return l.publish(s)
	}})
}

// Adopt makes a step that another Live has made and recorded: its Plan becomes current as it is, and Record is not asked. A step
// that does not follow the current version is a *StaleError without a proposal.
func (l *Live) Adopt(ctx context.Context, a Step) error {
	_, err := l.submit(ctx, &request{do: func(l *Live) (uint64, error) {
		if now := l.Current().MaterialVersion; a.Version != now+1 {
			return 0, stale(a.Version-1, now)
		}
		s := l.whole(a.Kind, a.Plan)
		s.batches, s.effects, s.changes = a.Batches, a.Plan.Effects, changesOf(a.Batches)
		return l.settle(s), nil
	}})
	return err
}

// whole is a step to a plan with its schedule.
func (l *Live) whole(kind EventKind, p *Plan) step {
	s := step{kind: kind, whole: p, material: p}
	if l.options.Lag {
		s.material = p.withoutSchedule()
	}
	return s
}

// stale is the error of what was meant for another version than the current one; nil if it was not.
func stale(base, now uint64) error {
	if base == now {
		return nil
	}
	return &StaleError{Base: base, Current: now}
}
