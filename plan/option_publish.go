package plan

import (
	"context"
	"errors"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// Publish is the model with the option's changes, and its schedule as the published one, so that a plan of the model keeps the
// promise and makes no demand later than the option does. Operations are pinned only if it takes that: those of the
// order and what it is made of, and if that does not do, all of them. The last plan made is returned with it. Errors are those of New.
func (o *Option) Publish(ctx context.Context) (*Model, *Plan, error) {
	base := o.Plan
	rows := base.model.Rows()
	if !base.Scheduled() {
		return base.model, base, nil
	}
	published := slices.Collect(base.Finite().Operations())
	tree := o.tree()
	for _, pin := range []func(order string) bool{
		func(string) bool { return false },
		func(order string) bool { return tree[order] },
		func(string) bool { return true },
	} {
		rows.Schedule = slices.Clone(published)
		for i := range rows.Schedule {
			row := &rows.Schedule[i]
			row.Pinned = row.Pinned || pin(row.Order) && !row.Start.IsZero()
		}
		rows.Schedule = append(rows.Schedule, base.past()...)
		m, err := rows.Model()
		if err != nil {
			return nil, nil, err
		}
		m.carried = base.model.carried
		again, err := New(ctx, m, base.options)
		if err != nil {
			return nil, nil, err
		}
		if base.keptBy(again) {
			return m, again, nil
		}
	}
	return nil, nil, errors.New("the option cannot be published: a plan of its tables and schedule promises later dates; this is a bug in takt")
}

// past are the published operations that ended before the plan begins: they say what machines are set up for.
func (p *Plan) past() []capacity.ScheduledOperation {
	known := map[string]bool{}
	for o := range p.Finite().Operations() {
		known[o.Order] = true
	}
	var list []capacity.ScheduledOperation
	for _, row := range p.model.published {
		if !row.End.IsZero() && row.End.Instant(p.model.Zone()) <= p.Finite().today && !known[row.Order] {
			list = append(list, row)
		}
	}
	return list
}

// keptBy reports whether no demand is later in another plan of the same demands.
func (p *Plan) keptBy(other *Plan) bool {
	for _, d := range compareDemands(p, other) {
		if d.Later() > 0 || d.Presence != Changed {
			return false
		}
	}
	return true
}

// tree are the orders and receipts that the rush order is made of.
func (o *Option) tree() map[string]bool {
	seen := map[string]bool{}
	add, _ := o.Changes[0].(AddDemand)
	i, ok := o.Plan.model.Book.Demand(add.Demand.ID)
	if !ok {
		return seen
	}
	m := o.Plan.material
	var next []string
	part := o.Plan.model.Book.DemandPart(i)
	for _, g := range m.PegsOf(part) {
		if g.Consumer == add.Demand.ID && !seen[g.Supply] {
			seen[g.Supply] = true
			next = append(next, g.Supply)
		}
	}
	for len(next) > 0 {
		id := next[len(next)-1]
		next = next[:len(next)-1]
		order, ok := m.FindOrder(id)
		if !ok {
			continue
		}
		for _, g := range m.Needs(order.Part, id) {
			if !seen[g.Supply] {
				seen[g.Supply] = true
				next = append(next, g.Supply)
			}
		}
	}
	return seen
}
