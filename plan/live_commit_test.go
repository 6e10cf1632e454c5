package plan_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// instant is an hour of a day of March 2026.
func instant(day, hour int) bom.When {
	return bom.At(time.Date(2026, time.March, day, hour, 0, 0, 0, time.UTC))
}

// A plan that was looked at becomes current as it is: the very plan.
func TestLiveCommitTakesThePlanThatWasLookedAt(t *testing.T) {
	ctx := t.Context()
	for _, lag := range []bool{false, true} {
		l := plan.NewLive(finitePlan(t, shop(order("S1", 4, 2, 10))), plan.LiveOptions{Lag: lag})
		base := l.Current()
		rush := plan.AddDemand{Demand: order("RUSH", 8, 2, 1)}
		seen, err := base.Plan.Apply(ctx, rush)
		if err != nil {
			t.Fatal(err)
		}
		v, err := l.Commit(ctx, plan.Proposal{Base: base.Version, Changes: []plan.Change{rush}, Plan: seen})
		if s := l.Current(); err != nil || v != 2 || s.Plan != seen || s.Version != 2 || s.MaterialVersion != 2 {
			t.Errorf("version %d, %v, %+v", v, err, s)
		}
		if _, err := l.Undo(ctx, v); err != nil || l.Current().Plan != base.Plan {
			t.Errorf("%v; want the plan from before", err)
		}
	}
}

// Two planners look at version 1. The first commits; the second is told that the base has moved, sees what its
// order comes to now, and commits that.
func TestLiveCommitOnAStaleBaseIsEvaluatedAgain(t *testing.T) {
	ctx := t.Context()
	for _, lag := range []bool{false, true} {
		l := plan.NewLive(finitePlan(t, shop()), plan.LiveOptions{Lag: lag})
		first := plan.Proposal{Base: 1, Changes: []plan.Change{plan.AddDemand{Demand: order("R1", 8, 2, 1)}}}
		second := plan.Proposal{Base: 1, Changes: []plan.Change{plan.AddDemand{Demand: order("R2", 8, 2, 1)}}}
		if _, err := l.Commit(ctx, first); err != nil {
			t.Fatal(err)
		}
		before := l.Current()
		_, err := l.Commit(ctx, second)
		var stale *plan.StaleError
		if !errors.As(err, &stale) || stale.Base != 1 || stale.Current != 2 || stale.Outcome.Plan == nil {
			t.Fatalf("%v, want a *StaleError from 1 to 2 with an outcome", err)
		}
		if l.Current() != before {
			t.Error("a stale commit changed the plan")
		}
		if late := stale.Outcome.Plan.Effects().Shifts[0]; late.LateAfter == 0 {
			t.Errorf("%+v: behind R1 the order is late", late)
		}
		v, err := l.Commit(ctx, stale.Outcome)
		if err != nil || v != 3 || l.Current().Plan != stale.Outcome.Plan {
			t.Errorf("version %d, %v; want the outcome as version 3", v, err)
		}
		_, err = l.Commit(ctx, first)
		var failed *plan.ChangeError
		if !errors.As(err, &stale) || !errors.As(err, &failed) || stale.Outcome.Plan != nil {
			t.Errorf("%v, want a *StaleError: R1 is there already", err)
		}
	}
}

// Who says beforehand what is still good does not have to ask twice.
func TestLiveRebaseTakesOrLeavesTheNewOutcome(t *testing.T) {
	ctx := t.Context()
	onTime := func(p plan.Proposal) bool { return p.Plan.Effects().Shifts[0].LateAfter == 0 }
	l := plan.NewLive(finitePlan(t, shop()), plan.LiveOptions{})
	if _, err := l.Apply(ctx, plan.AddDemand{Demand: order("R1", 8, 2, 1)}); err != nil {
		t.Fatal(err)
	}
	v, err := l.Commit(ctx, plan.Proposal{Base: 1, Changes: []plan.Change{plan.AddDemand{Demand: order("R2", 8, 3, 1)}}, Rebase: onTime})
	if err != nil || v != 3 {
		t.Errorf("version %d, %v; on Tuesday there is room", v, err)
	}
	_, err = l.Commit(ctx, plan.Proposal{Base: 1, Changes: []plan.Change{plan.AddDemand{Demand: order("R3", 8, 2, 1)}}, Rebase: onTime})
	if stale := (*plan.StaleError)(nil); !errors.As(err, &stale) || l.Current().Version != 3 {
		t.Errorf("%v; on Monday there is none", err)
	}
}

// What makes others late or costs overtime needs approval, what does neither does not, and what merely happened is never asked about.
func TestLiveApproverIsAskedForMoneyAndForOthersOrders(t *testing.T) {
	ctx := t.Context()
	refused := errors.New("not this week")
	var asked []plan.ApprovalRequest
	rows := shop(order("S1", 8, 2, 10))
	rows.WorkCentres[0].OvertimeCostPerHour = 50 * bom.One
	l := plan.NewLive(finitePlan(t, rows), plan.LiveOptions{Approve: func(_ context.Context, a plan.ApprovalRequest) error {
		asked = append(asked, a)
		return refused
	}})
	rush := []plan.Change{plan.AddDemand{Demand: order("RUSH", 8, 2, 1)}}
	var no *plan.RefusedError
	if _, err := l.Commit(ctx, plan.Proposal{Base: 1, Changes: rush}); !errors.As(err, &no) || !errors.Is(err, refused) || len(no.Slips) != 1 || no.Slips[0].Demand != "S1" {
		t.Errorf("%v, want a refusal: S1 becomes late", err)
	}
	if _, err := l.Commit(ctx, plan.Proposal{Base: 1, Changes: []plan.Change{overtime()}}); !errors.As(err, &no) || no.Cost.String() != "500" {
		t.Errorf("%v, want a refusal: eight hours at 50 and 100", err)
	}
	if len(asked) != 2 || l.Current().Version != 1 {
		t.Errorf("asked %d times, version %d; want 2 and 1", len(asked), l.Current().Version)
	}
	if v, err := l.Commit(ctx, plan.Proposal{Base: 1, Changes: []plan.Change{plan.AddDemand{Demand: order("LATER", 2, 12, 10)}}}); err != nil || v != 2 {
		t.Errorf("version %d, %v; that harms nobody", v, err)
	}
	if v, err := l.Apply(ctx, rush...); err != nil || v != 3 || len(asked) != 2 {
		t.Errorf("version %d, %v; what happened is not asked about", v, err)
	}
}
