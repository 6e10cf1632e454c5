package plan_test

import (
	"testing"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// foundStep is a step of the state machine by its name and seed.
type foundStep struct {
	name string
	seed uint64
}

// What the state machine has found once, step by step.
func TestStateMachineFinds(t *testing.T) {
	backward, forward := &plan.FiniteOptions{Direction: schedule.Backward}, &plan.FiniteOptions{}
	rightShift := plan.LiveOptions{Lag: true, Repair: plan.Repair{Strategy: plan.RightShift}}
	for _, x := range []struct {
		name  string
		model uint64
		o     plan.LiveOptions
		f     *plan.FiniteOptions
		steps []foundStep
	}{
		{"a repair that never ended: pegs in a circle", 376739, plan.LiveOptions{}, backward, []foundStep{{"apply", 9184438240790842423}, {"apply", 53243043133483098}}},
		{"two orders of one day shared a job: those made for a demand count on behind the common ones", 1048511, plan.LiveOptions{}, backward, []foundStep{{"commit", 16252621763942075144}}},
		{"the hours of the plan ended before those of the board: the demand that is due last had come nearer", 11938, plan.LiveOptions{}, backward, []foundStep{{"commit", 16050662683395959524}}},
		{"an open order is made in another way when another one of its part goes: shares count them all", 334483, plan.LiveOptions{}, backward, []foundStep{{"apply", 14298018987085234995}}},
		{"an open order is pegged to its own components: it waited for itself and was nowhere", 376286, plan.LiveOptions{}, backward, []foundStep{{"repair", 16751809440541719310}}},
		{"a demand whose change concerns no netting lost its pegs", 957395, rightShift, forward, []foundStep{{"apply", 10564960131708537487}}},
	} {
		m := newMachine(t, x.model, x.o, x.f, &tally{})
		for _, s := range x.steps {
			if wrong := step(s.name, s.seed).Run(m).(string); wrong != "" {
				t.Errorf("%s: %s(%d): %s", x.name, s.name, s.seed, wrong)
				break
			}
		}
	}
}
