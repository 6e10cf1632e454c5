package schedule

import "slices"

// adopt goes on from another planner's schedule.
func (b *planner) adopt(p *planned) {
	b.best = planned{p.state, append(b.best.keys[:0], p.keys...), p.score}
	b.take(p.state, append(b.keys[:0], p.keys...))
}

// heats are by how much, in thousandths of the avoidable tardiness, the planners' schedules may become worse. In large shops, where
// gains are local and add up, they may not.
var heats = [islands]int64{0, 2, 5, 10}

// replan is a round of the planners.
func (a *archipelago) replan() (work int64) {
	if a.planners == nil {
		for k := range islands {
			b := newPlanner(a.c, a.base, a.o.Seed, uint64(k), slices.Clone(a.base.start))
			if len(a.c.p.Ops) <= largeShop {
				b.heat = heats[k]
			}
			a.planners = append(a.planners, b)
		}
		each(a.cores, a.planners, func(b *planner) { b.begin(a.ctx) })
	}
	if slices.ContainsFunc(a.planners, func(b *planner) bool { return b.state == nil }) {
		return 0 // the context ended before
	}
	n := a.share(max(1, min(mostBuilds, workInRound/(len(a.c.p.Ops)+1))))
	each(a.cores, a.planners, func(b *planner) {
		for range n {
			if !b.try(a.ctx) {
				return
			}
		}
	})
	a.done += int64(n) * islands
	a.pool()
	for _, b := range a.planners {
		work += b.effort
		b.effort = 0
	}
	return work
}

// pool tries what made the others better on the best, and now and then lets all go on from there.
func (a *archipelago) pool() {
	best := a.planners[0]
	for _, b := range a.planners[1:] {
		if a.base.compare(b.best.state, &b.best.score, best.best.state, &best.best.score) < 0 {
			best = b
		}
	}
	a.pools++
	for _, b := range a.planners {
		for k := range b.wins {
			if b != best && len(a.c.p.Ops) > largeShop {
				best.attempt(a.ctx, b.wins[k])
			}
		}
	}
	for _, b := range a.planners {
		b.wins = b.wins[:0]
		if b != best && a.pools%together == 0 {
			b.adopt(&best.best)
		}
	}
	if a.takeState(best.best.state, &best.best.score) {
		a.base.start = slices.Clone(best.best.keys)
	}
}

// In shops of more operations than largeShop most gains are local, so that those of several planners add up. All go on from the best one
// after so many rounds together.
const (
	largeShop = 10_000
	together  = 10
)
