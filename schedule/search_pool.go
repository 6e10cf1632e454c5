package schedule

import (
	"math"
	"slices"
)

// heats are by how much, in thousandths of the avoidable tardiness, the planners' schedules may become worse. In larger shops, where
// gains are local and add up, they may not.
var heats = [islands]int64{0, 2, 5, 10}

// replan is a round of the planners.
func (a *archipelago) replan() (work int64) {
	if a.planners == nil {
		for k := range islands {
			b := newPlanner(a.c, a.base, a.o.Seed, uint64(k), slices.Clone(a.base.start))
			if len(a.c.p.Ops) <= smallShop {
				b.heat = heats[k]
			}
			a.planners = append(a.planners, b)
		}
		each(a.cores, a.planners, func(b *planner) { b.begin(a.ctx) })
	}
	if slices.ContainsFunc(a.planners, func(b *planner) bool { return b.state == nil }) {
		return 0 // the context ended before
	}
	a.catchUp()
	n := a.share(max(1, min(mostBuilds, workInRound/(len(a.c.p.Ops)+1))))
	each(a.cores, a.planners, func(b *planner) { b.run(a.ctx, n) })
	a.done += int64(n) * islands
	a.pool()
	for _, b := range a.planners {
		work += b.effort
		b.effort = 0
	}
	return work
}

// pool makes the best schedule of the planners that of all. In large shops it tries what made the others better on the best, and now and then
// lets all go on from there; else planners that are grown up have children.
func (a *archipelago) pool() {
	best := a.bestPlanner()
	if len(a.c.p.Ops) > largeShop {
		a.pools++
		for _, b := range a.planners {
			for k := range b.wins {
				if b != best {
					best.attempt(a.ctx, b.wins[k])
				}
			}
		}
	}
	if a.takeState(best.best.state, &best.best.score) {
		a.base.start = slices.Clone(best.best.keys)
		a.followed = a.from
	}
	for _, b := range a.planners {
		b.wins = b.wins[:0]
		switch {
		case len(a.c.p.Ops) > largeShop:
			if b != best && a.pools%together == 0 {
				b.adopt(&best.best)
			}
		case b.age >= grownUp:
			a.elite.admit(a.base, &b.best)
			a.elite.beget(b)
		}
	}
}

// In shops of more operations than largeShop most gains are local, so that those of several planners add up. All go on from the best one
// after so many rounds together. In those of at most smallShop planners take what is worse now and then.
const (
	largeShop = 10_000
	smallShop = 1_000
	together  = 10
)

// catchUp lets the planner with the best schedule go on from the best of all, if another kind of stage found that: by the latest starts that its order on machines
// allows.
func (a *archipelago) catchUp() {
	b := a.bestPlanner()
	if a.followed == a.from || a.base.steer.Compare(&a.best, &b.best.score) >= 0 {
		return
	}
	a.followed = a.from
	keys := b.justified(stateOf(a.c, a.from))
	s := b.build(a.ctx, keys, math.MaxInt64)
	if s == nil {
		return
	}
	score := s.score(a.base.reference)
	if a.base.compare(s, &score, b.best.state, &b.best.score) < 0 {
		a.elite.admit(a.base, &b.best)
		b.adopt(&planned{s, keys, score})
	}
}

// bestPlanner is the planner with the best schedule.
func (a *archipelago) bestPlanner() *planner {
	best := a.planners[0]
	for _, b := range a.planners[1:] {
		if a.base.compare(b.best.state, &b.best.score, best.best.state, &best.best.score) < 0 {
			best = b
		}
	}
	return best
}
