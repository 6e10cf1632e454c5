package plan

import (
	"context"
	"errors"

	"github.com/shopspring/decimal"
)

// Proposal is a decision to commit: changes, what they were seen to do, and the version that they were looked at upon.
type Proposal struct {
	// Base is Snapshot.Version of the plan that was decided upon.
	Base    uint64
	Changes []Change
	Repair  Repair
	// Plan is the outcome of the changes on that plan, such as that of a rush option: it becomes current as it is. Nil lets
	// Commit find it. Without changes it may be the plan that Plan.Optimise made of it.
	Plan *Plan
	// Cost is what the proposal spends beside the plan, if it is known; otherwise it is that of the overtime among the changes.
	Cost decimal.Decimal
	// Rebase, when set, is asked when another version has become current meanwhile, with the outcome on
	// that; true takes it in place of a *StaleError. All writers wait while it decides. An outcome that needs approval is not
	// taken so: it comes back in the *StaleError.
	Rebase func(Proposal) bool
}

// ApprovalRequest is what an approver decides upon.
type ApprovalRequest struct {
	Proposal Proposal        // with its Plan
	Cost     decimal.Decimal // that it spends
	// Slips are the demands that become late or later and that the proposal does not name.
	Slips []Shift
}

// Approver decides on a proposal that spends money or makes other demands later; an error refuses it. It is
// called in the goroutine that commits and may take its time: nobody waits for it but that one.
type Approver func(context.Context, ApprovalRequest) error

// needed reports whether somebody has to approve.
func (a *ApprovalRequest) needed() bool { return a.Cost.IsPositive() || len(a.Slips) > 0 }

// Commit makes a proposal the current plan, if its base still is. It gives the new version.
//
// Apply is for what has happened; Commit is for what somebody decides, so it asks LiveOptions.Approve and it fails
// when the plan has moved: the *StaleError holds the proposal evaluated again, to be
// decided upon and committed. Other errors are those of Plan.ApplyWith, *RefusedError, *BusyError, ErrClosed and the context's.
func (l *Live) Commit(ctx context.Context, p Proposal) (uint64, error) {
	if l.Current().MaterialVersion == p.Base {
		version, err := l.commit(ctx, p)
		if !errors.Is(err, errMoved) {
			return version, err
		}
	}
	if p.Rebase != nil {
		return l.submit(ctx, &request{do: func(l *Live) (uint64, error) { return l.rebase(ctx, p) }})
	}
	again, version, err := l.evaluate(ctx, p)
	if err != nil && (ctx.Err() != nil || errors.Is(err, ErrClosed)) {
		return 0, err
	}
	return 0, &StaleError{Base: p.Base, Current: version, Outcome: again, Err: err}
}

// errMoved says inside that the base is not current any more.
var errMoved = errors.New("the base has moved")

// commit evaluates and approves in the caller's goroutine; the writer has but to look whether the base is still current.
func (l *Live) commit(ctx context.Context, p Proposal) (uint64, error) {
	s, err := l.Scheduled(ctx, p.Base)
	switch {
	case err != nil:
		return 0, err
	case s.Version != p.Base:
		return 0, errMoved
	case len(p.Changes) == 0 && !p.improves(s.Plan):
		return p.Base, nil
	}
	if p.Plan == nil || (p.Plan.finite == nil) != (s.Plan.finite == nil) {
		if p.Plan, err = s.Plan.withoutPast().ApplyWith(ctx, p.Repair, p.Changes...); err != nil {
			return 0, err
		}
	}
	if l.options.Approve != nil {
		if a := approval(s.Plan, p); a.needed() {
			if err := l.options.Approve(ctx, a); err != nil {
				return 0, &RefusedError{a, err}
			}
		}
	}
	return l.submit(ctx, &request{do: func(l *Live) (uint64, error) {
		if l.Current().MaterialVersion != p.Base {
			return 0, errMoved
		}
		return l.take(ctx, p)
	}})
}

// improves reports whether a proposal without changes has another schedule of the very same orders: see Plan.Optimise.
func (p *Proposal) improves(base *Plan) bool {
	return p.Plan != nil && p.Plan.finite != nil && p.Plan.material == base.material && p.Plan.finite != base.finite
}

// take publishes the plan of a proposal whose base is current.
func (l *Live) take(ctx context.Context, p Proposal) (uint64, error) {
	s := l.whole(Committed, p.Plan)
	s.batches, s.changes, s.effects = []Batch{{p.Changes, ctx}}, p.Changes, p.Plan.Effects
	return l.publish(s)
}

// rebase evaluates a proposal on the newest version and takes it if its owner wants that. It runs in the writer.
func (l *Live) rebase(ctx context.Context, p Proposal) (uint64, error) {
	again, version, err := l.evaluate(l.ctx, p)
	if err != nil && l.ctx.Err() != nil {
		return 0, ErrClosed
	}
	stale := &StaleError{Base: p.Base, Current: version, Outcome: again, Err: err}
	if err != nil {
		return 0, stale
	}
	if l.options.Approve != nil {
		if a := approval(l.Current().Plan, again); a.needed() {
			return 0, stale
		}
	}
	if !p.Rebase(again) {
		return 0, stale
	}
	return l.take(ctx, again)
}

// evaluate is a proposal on the newest version, once that is scheduled. On an error its Plan is nil.
func (l *Live) evaluate(ctx context.Context, p Proposal) (Proposal, uint64, error) {
	p.Plan = nil
	s, err := l.Scheduled(ctx, l.Current().MaterialVersion)
	p.Base = s.Version
	if err == nil {
		p.Plan, err = s.Plan.withoutPast().ApplyWith(ctx, p.Repair, p.Changes...)
	}
	return p, s.Version, err
}

// approval is what there is to approve of a proposal on a plan.
func approval(base *Plan, p Proposal) ApprovalRequest {
	a := ApprovalRequest{Proposal: p, Cost: p.Cost}
	if a.Cost.IsZero() {
		for _, c := range p.Changes {
			if add, ok := c.(AddDowntime); ok {
				a.Cost = a.Cost.Add(base.model.overtimeCost(&add.Downtime))
			}
		}
	}
	named := map[string]bool{}
	for _, c := range p.Changes {
		switch c := c.(type) {
		case AddDemand:
			named[c.Demand.ID] = true
		case ChangeDemand:
			named[c.Demand.ID] = true
		}
	}
	for _, s := range p.Plan.Effects().Shifts {
		if s.Slip() > 0 && !named[s.Demand] {
			a.Slips = append(a.Slips, s)
		}
	}
	return a
}
