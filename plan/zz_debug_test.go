package plan_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

func TestZZ(t *testing.T) {
	m := newMachine(t, 1048511, plan.LiveOptions{}, &plan.FiniteOptions{Direction: schedule.Backward}, &tally{})
	before := m.whole().Plan
	r := rand.New(rand.NewPCG(16252621763942075144, 5))
	ch := randomChanges(r, before.Model().Rows())
	fmt.Printf("%+v\n", ch)
	dump := func(p *plan.Plan) {
		f := p.Finite()
		fmt.Println("strategy", p.Effects().Strategy)
		pr := f.Schedule().Problem
		for _, a := range f.Schedule().Ops {
			if a.Machine >= 0 && pr.Centres[pr.Machines[a.Machine].Centre].Kind == schedule.Batch {
				fmt.Printf("m%d %d..%d..%d q=%v op=%d job %s fam %d load %v cap %v pin %v delayed %v\n", a.Machine, a.Start, a.SetupEnd, a.End, a.Quantity, a.Op, pr.Jobs[pr.Ops[a.Op].Job].ID, pr.Ops[a.Op].Family, pr.Ops[a.Op].Load, pr.Centres[pr.Machines[a.Machine].Centre].Capacity, a.Pin, a.Delayed)
			}
		}
		for _, v := range f.Verify() {
			fmt.Printf("%+v %s\n", v, f.Describe(v))
		}
	}
	dump(before)
	after, err := before.Apply(context.Background(), ch...)
	if err != nil {
		t.Fatal(err)
	}
	dump(after)
}
