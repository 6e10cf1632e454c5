package main

import (
	"context"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// standing is how the demands of the plan stand before any scenario: scenarios only tell what they change.
type standing struct {
	plan    *plan.Plan
	demands map[string]stand
	late    int
	seconds int64
	// operations is how many the schedule has.
	operations int
}

// stand is when a demand ships, and whether it is late or gets no date.
type stand struct {
	at   bom.When
	late bool
}

func newStanding(p *plan.Plan) *standing {
	s := &standing{plan: p, demands: map[string]stand{}}
	add := func(demand int32, at bom.When, late int64) {
		row := p.Model().Book.DemandAt(demand)
		d := stand{at, late > 0 || at.IsZero()}
		s.demands[row.ID] = d
		if d.late {
			s.late++
		}
		s.seconds += late
	}
	if f := p.Finite(); f != nil {
		s.operations = f.NumOperations()
		for _, r := range f.Promises() {
			add(r.Demand, r.Promised, r.Late)
		}
		return s
	}
	const day = 24 * 3600
	for _, r := range p.Material().DemandResults() {
		add(r.Demand, bom.OnDay(r.Promised), int64(r.LateDays)*day)
	}
	return s
}

// outcome applies a scenario. The model is kept if it will be written.
func (s *standing) outcome(ctx context.Context, repair plan.Repair, scenario *tables.Scenario, keep bool) outcome {
	o := outcome{name: scenario.Name, changes: scenario.Changes}
	after, err := s.plan.ApplyWith(ctx, repair, scenario.Changes...)
	if err != nil {
		o.err = err
		return o
	}
	o.effects, o.late, o.seconds = after.Effects(), s.late, s.seconds
	for i := range o.effects.Shifts {
		x := &o.effects.Shifts[i]
		o.late += counted(lateAfter(after.Model(), x)) - counted(s.demands[x.Demand].late)
		o.seconds += x.LateAfter - x.LateBefore
		o.cost = o.cost.Add(penalty(after.Model(), x.Demand, x.LateAfter)).Sub(penalty(s.plan.Model(), x.Demand, x.LateBefore))
	}
	for _, c := range scenario.Changes {
		if d, ok := c.(plan.AddDowntime); ok && d.Downtime.Kind == capacity.Overtime {
			o.cost = o.cost.Add(exactly(d.Downtime.Cost))
		}
	}
	if keep {
		o.model = after.Model()
	}
	return o
}

func counted(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// lateAfter reports whether a demand is late after the changes, or gets no date.
func lateAfter(m *plan.Model, x *plan.Shift) bool {
	if !x.After.IsZero() {
		return x.LateAfter > 0
	}
	i, ok := m.Book.Demand(x.Demand)
	if !ok {
		return false
	}
	status := m.Book.DemandAt(i).Status
	return status == mrp.Open || status == mrp.Quote
}

// penalty is what a demand's lateness costs.
func penalty(m *plan.Model, demand string, late int64) decimal.Decimal {
	const day = 24 * 3600
	i, ok := m.Book.Demand(demand)
	if !ok || late <= 0 {
		return decimal.Decimal{}
	}
	row := m.Book.DemandAt(i)
	return exactly(row.PenaltyPerDay).Mul(decimal.NewFromInt(late)).DivRound(decimal.NewFromInt(day), 2)
}

// exactly is an exact number as a decimal.
func exactly(n bom.Number) decimal.Decimal {
	const places = 9
	return decimal.New(int64(n), -places)
}
