package plan_test

import (
	"context"
	"errors"
	"testing"

	"github.com/taktplan/takt/plan"
)

// A fork without changes is the same plan, to which nothing was done; a strategy that there is none of is named.
func TestForksWithoutChanges(t *testing.T) {
	ctx := context.Background()
	changed, err := finitePlan(t, shop(order("S1", 4, 2, 10))).Apply(ctx, plan.AddDemand{Demand: order("RUSH", 8, 2, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if len(changed.Effects().Shifts) == 0 {
		t.Fatal("a rush order shifts nothing, not even itself")
	}
	fork, err := changed.Apply(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(fork.Effects().Shifts); n != 0 {
		t.Errorf("a fork without changes has %d shifts", n)
	}
	if diff := firstDifference(bytesOf(t, fork), bytesOf(t, changed)); diff != "" {
		t.Errorf("a fork without changes differs: %s", diff)
	}
	var unknown *plan.StrategyError
	if _, err := changed.ApplyWith(ctx, plan.Repair{Strategy: 99}, plan.CancelDemand{Demand: "RUSH"}); !errors.As(err, &unknown) {
		t.Errorf("strategy 99: %v", err)
	}
}
