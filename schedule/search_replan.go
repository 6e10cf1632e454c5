package schedule

import (
	"context"
	"math"
	"slices"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/random"
)

// planner looks for the order in which construction takes its turns: it asks for the work that late jobs wait for earlier, or later, builds
// the whole schedule again, and keeps what is no worse (Squeaky Wheel Optimization as a local search).
type planner struct {
	*compiled
	base     *searchBase
	rng      random.Source
	keys     []int64 // by operation: whose turn it is
	trial    []int64
	state    *state // built by keys; it does not change any more
	score    Score
	best     planned // of this planner, since it last took over another's
	effort   int64   // operations placed since somebody asked
	heat     int64   // thousandths of the avoidable tardiness by which a schedule may be worse, on average
	late     []int32
	wishes   []wish
	wins     [][]wish // wishes of this round that made the schedule better
	mark     []uint32
	now      uint32
	front    []int32
	left     []int32
	q        queue
	lateness []int64 // by job: that it will have at least
	goals    []int64 // by job
	age      int     // tries since it was born
	born     []int64 // keys that it begins anew with; empty: it goes on
	there    []bool  // by operation: its unit is placed before a schedule is built; nil: none is
}

// wish asks for an operation and all that it waits for so much later; negative: earlier.
type wish struct {
	op int32
	by int64
}

func newPlanner(c *compiled, base *searchBase, seed, number uint64, keys []int64) *planner {
	own := *c
	own.hours = make(map[hoursKey]*capacity.Hours)
	return &planner{compiled: &own, base: base, goals: goalsOf(c.p), rng: random.New(seed, number), keys: keys, mark: make([]uint32, len(c.p.Ops))}
}

// build builds the schedule by keys. It gives nil if the context ended, or as soon as the jobs that are
// placed are later than all of them may be.
func (b *planner) build(ctx context.Context, keys []int64, most int64) *state {
	b.effort += int64(len(keys)) / 8 // for the empty one
	return b.fill(ctx, newState(b.compiled), keys, most)
}

// fill is build on a state in which some units may be placed already.
func (b *planner) fill(ctx context.Context, s *state, keys []int64, most int64) *state {
	s.latest = b.base.due
	g := &generation{state: s, key: b.campaigns(keys), left: append(b.left[:0], b.unitIn...), q: b.q[:0]}
	defer func() { b.left, b.q = g.left, g.q }()
	s.mayDefer = s.forbids
	for u := range s.units {
		if g.left[u] == 0 {
			g.push(int32(u))
		}
	}
	late := b.base.unavoidable
	b.lateness = append(b.lateness[:0], b.base.least...)
	for done := 0; len(g.q) > 0 || g.resume(); done++ {
		if done&1023 == 0 && ctx.Err() != nil {
			return nil
		}
		u := g.q.pop().unit
		ops := s.units[u]
		if b.there == nil || !b.there[ops[0]] {
			s.placeUnit(ops)
			b.effort += int64(len(ops))
		}
		if len(ops) == 1 && !s.placed[ops[0]] {
			g.put(u)
			continue
		}
		if len(g.deferred) > 0 {
			g.open(ops)
		}
		for _, op := range ops {
			if late = add(late, b.adds(s, op)); late > most {
				return nil
			}
		}
		g.follow(u)
	}
	return s
}

// adds is by how much an operation that was placed makes the tardiness larger that all jobs will have at least.
func (b *planner) adds(s *state, op int32) int64 {
	w := &b.base.claims[op]
	late := s.end[op] - w.end
	if late <= 0 || w.job < 0 || s.end[op] >= capacity.Never {
		return 0
	}
	was := b.lateness[w.job]
	if late <= was {
		return 0
	}
	b.lateness[w.job] = late
	return times(late-was, b.p.Jobs[w.job].weight())
}

// planned is a schedule with the keys that it was built by.
type planned struct {
	state *state
	keys  []int64
	score Score
}

// begin builds by the first keys.
func (b *planner) begin(ctx context.Context) bool {
	s := b.build(ctx, b.keys, math.MaxInt64)
	if s == nil {
		return false
	}
	b.take(s, b.keys)
	b.best = planned{s, slices.Clone(b.keys), b.score}
	return true
}

func (b *planner) take(s *state, keys []int64) {
	b.state, b.keys, b.score = s, keys, s.score(b.base.reference)
	b.late = b.late[:0]
	for j := range b.p.Jobs {
		if b.lateBy(int32(j)) > 0 {
			b.late = append(b.late, int32(j))
		}
	}
}

// lateBy is by how much a job is later than it has to be.
func (b *planner) lateBy(j int32) int64 {
	job := &b.p.Jobs[j]
	if job.Due == 0 || job.Ops == 0 {
		return 0
	}
	last := job.First + job.Ops - 1
	late := b.state.end[last] - max(job.Due, b.base.reach.end[last])
	if late >= capacity.Never/2 {
		return 0
	}
	return late
}

// run tries n times, fewer if the context ends.
func (b *planner) run(ctx context.Context, n int) {
	if len(b.born) > 0 {
		keys := b.born
		b.born = nil
		s := b.build(ctx, keys, math.MaxInt64)
		if s == nil {
			return
		}
		b.adopt(&planned{s, keys, s.score(b.base.reference)})
	}
	const settled = 50
	for range n {
		if b.age++; b.age%settled == 0 {
			b.justify(ctx)
		}
		if !b.try(ctx) {
			return
		}
	}
}

// adopt goes on from another schedule.
func (b *planner) adopt(p *planned) {
	b.best = planned{p.state, append(b.best.keys[:0], p.keys...), p.score}
	b.take(p.state, append(b.keys[:0], p.keys...))
}

// justify builds by the latest starts that the order on machines allows, which can only shorten what has to be, and shows what
// has time (double justification: Valls, Ballestín & Quintanilla).
func (b *planner) justify(ctx context.Context) {
	keys := b.justified(b.state)
	s := b.build(ctx, keys, math.MaxInt64)
	if s == nil {
		return
	}
	score := s.score(b.base.reference)
	if len(s.broken) > len(b.state.broken) || b.base.steer.Compare(&score, &b.score) > 0 {
		return
	}
	b.take(s, keys)
	if b.base.compare(s, &score, b.best.state, &b.best.score) < 0 {
		b.best = planned{s, append(b.best.keys[:0], keys...), score}
	}
}

func (b *planner) justified(s *state) []int64 {
	return (&builder{compiled: b.compiled, goals: b.goals}).justified(s)
}

// try is one iteration. It reports whether the context let it end.
func (b *planner) try(ctx context.Context) bool {
	b.wishes = b.wishes[:0]
	if len(b.late) > 0 {
		for range 1 + b.rng.Below(3) {
			b.wishLate()
		}
	}
	if len(b.late) == 0 || b.rng.Below(3) == 0 {
		b.wishAny()
	}
	return b.attempt(ctx, b.wishes)
}

// wishAny asks for something of any job earlier or later, or for work beside other work of its setup family.
func (b *planner) wishAny() {
	const spread = 5 * 24 * 3600
	op := b.base.movable[b.rng.Below(len(b.base.movable))]
	family := b.p.Ops[op].Family
	if family != 0 && b.rng.Below(2) == 0 {
		const draws = 8
		for range draws {
			other := b.base.movable[b.rng.Below(len(b.base.movable))]
			if other != op && b.p.Ops[other].Family == family && max(b.keys[op], b.keys[other]) < capacity.Never/2 {
				b.wishes = append(b.wishes, wish{op, b.keys[other] - b.keys[op] + b.rng.Below64(3) - 1})
				return
			}
		}
	}
	b.wishes = append(b.wishes, wish{op, int64(b.rng.Bell() * spread)})
}

// wishLate asks for a late job earlier, or now and then later, so that others come before it; or for something of what stands in its way later.
func (b *planner) wishLate() {
	j := b.late[b.rng.Below(len(b.late))]
	by := b.lateBy(j)
	job := &b.p.Jobs[j]
	op := job.First + job.Ops - 1
	switch b.rng.Below(8) {
	case 0, 1:
		b.wishes = append(b.wishes, wish{op, b.rng.Below64(by + 1)})
	case 2, 3:
		if x := b.inTheWay(op); x >= 0 {
			b.wishes = append(b.wishes, wish{x, b.rng.Below64(2*by + 1)})
			return
		}
		fallthrough
	default:
		b.wishes = append(b.wishes, wish{op, -b.rng.Below64(2*by + 1)})
	}
}

// inTheWay draws one of the operations that ran on the machines for which an operation, or what it waited for, waited; -1: none.
func (b *planner) inTheWay(op int32) int32 {
	s := b.state
	found, n := int32(-1), 0
	for op >= 0 {
		before, ready := s.binding(op)
		a := &s.at[op]
		if a.Machine >= 0 && a.Start > ready && a.Start < capacity.Never && b.p.Centres[b.p.Machines[a.Machine].Centre].Kind == Exclusive {
			for gaps := s.lines[a.Machine].From(ready); ; {
				gap, _ := gaps.Next(-capacity.Never)
				if gap.After == nil || gap.After.From >= a.Start {
					break
				}
				if n++; b.rng.Below(n) == 0 {
					found = gap.After.Ref
				}
			}
		}
		op = before
	}
	return found
}

// attempt builds with wishes and keeps what is no worse.
func (b *planner) attempt(ctx context.Context, wishes []wish) bool {
	keys := append(b.trial[:0], b.keys...)
	for _, w := range wishes {
		b.ask(keys, w)
	}
	b.trial = keys
	steer := b.base.steer.Order
	most, hot := int64(math.MaxInt64), false
	if len(steer) > 0 && steer[0] == Tardiness {
		most, hot = b.score[Tardiness], len(steer) == 1
	}
	if hot && b.heat > 0 {
		most = add(most, int64(b.rng.Skewed()*float64(b.heat)*float64(most-b.base.unavoidable)/1000))
	}
	s := b.build(ctx, keys, most)
	if s == nil {
		return ctx.Err() == nil
	}
	score := s.score(b.base.reference)
	if c := len(s.broken) - len(b.state.broken); c > 0 || c == 0 && !hot && b.base.steer.Compare(&score, &b.score) > 0 {
		return true
	}
	b.trial = b.keys
	b.take(s, keys)
	if b.base.compare(s, &score, b.best.state, &b.best.score) < 0 {
		if b.base.steer.Compare(&score, &b.best.score) < 0 {
			b.wins = append(b.wins, slices.Clone(wishes))
		}
		b.best = planned{s, append(b.best.keys[:0], keys...), score}
	}
	return true
}

// compare is negative if a schedule is better than another: less is broken, or the objective says so.
func (b *searchBase) compare(s *state, score *Score, other *state, than *Score) int {
	if len(s.broken) != len(other.broken) {
		return len(s.broken) - len(other.broken)
	}
	if c := b.steer.Compare(score, than); c != 0 {
		return c
	}
	return b.objective.Compare(score, than)
}

// ask moves the turns of an operation and of all that it waits for.
func (b *planner) ask(keys []int64, w wish) {
	b.now++
	b.mark[w.op] = b.now
	b.front = append(b.front[:0], w.op)
	for k := 0; k < len(b.front); k++ {
		op := b.front[k]
		if keys[op] < capacity.Never/2 {
			keys[op] += w.by
		}
		for _, e := range b.in.others(op) {
			if b.mark[e.op] != b.now {
				b.mark[e.op] = b.now
				b.front = append(b.front, e.op)
			}
		}
	}
}
