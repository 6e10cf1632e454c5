package schedule

import (
	"context"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// Direction is how construction goes about time.
type Direction uint8

// The directions. Forward begins everything as soon as it can. Backward begins
// everything as late as the due dates and what follows allow (just in time), and no job ends later
// than it does forward, or than its due date. Bottleneck schedules the busiest work centre
// first, what comes before it to be there in time, and what comes after it behind (drum,
// buffer, rope: Goldratt & Fox, The Race, 1986).
const (
	Forward Direction = iota
	Backward
	Bottleneck
)

// Directions are the names of the directions.
var Directions = [...]string{"forward", "backward", "bottleneck"}

// Options steer construction; the zero value is good.
type Options struct {
	Direction Direction
	// Rules decide whose turn it is, the first one first; none is the latest start,
	// improved over several passes. With rules there is one pass.
	Rules []Rule
	// NoGapFilling places every operation behind those that its machine has already.
	NoGapFilling bool
	// Passes bounds the passes that are tried; the best is kept. 0 is 5.
	Passes int
	// Objective compares them, and directions.
	Objective Objective
	// Reference is a schedule of the same operations; Deviation is measured from it.
	Reference *Schedule
	// Progress, when set, is told how many operations of all passes are placed.
	Progress func(done, total int)
}

// defaultPasses reach what more of them hardly better: see benchmarks/README.md.
const defaultPasses = 5

// Build constructs a schedule. Errors are those of Problem.Check, and the context's.
func Build(ctx context.Context, p *Problem, opts Options) (*Schedule, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	b := newBuilder(ctx, p, opts)
	switch {
	case len(opts.Rules) > 0:
		b.byRules()
	case opts.Direction == Bottleneck:
		b.aroundBottleneck()
	default:
		b.passes()
	}
	var early *Schedule
	if opts.Direction == Backward && b.err == nil {
		early = b.best.schedule()
		b.shiftRight()
	}
	if b.err != nil {
		return nil, b.err
	}
	s := b.best.schedule()
	s.early = early
	return s, nil
}

// builder tries passes and keeps the best.
type builder struct {
	*compiled
	ctx     context.Context
	opts    Options
	goals   []int64 // by job
	reach   bounds  // what no schedule can beat
	best    *state
	score   Score
	bestKey []int64 // that the best was built by
	due     []int64 // latest ends that keep the due dates, on calendars
	floor   []int64 // not before, by operation; nil: no limit
	done    int
	total   int
	err     error
}

func newBuilder(ctx context.Context, p *Problem, opts Options) *builder {
	b := &builder{compiled: compile(p), ctx: ctx, opts: opts, goals: make([]int64, len(p.Jobs))}
	for j := range p.Jobs {
		b.goals[j] = goal(&p.Jobs[j])
	}
	b.reach = b.earliest()
	b.due = b.latest(b.wishes()).end
	b.total = len(p.Ops)
	return b
}

// wishes are, by job, the due date, or the target as it is.
func (b *builder) wishes() []int64 {
	out := slices.Clone(b.goals)
	for j := range out {
		if job := &b.p.Jobs[j]; job.Due == 0 && job.Target != 0 {
			out[j] = job.Target
		}
	}
	return out
}

// passes tries keys one after another. The latest start looks at what every operation has
// still before it, the due date at what waits for it; justification then moves the best
// schedule's operations as late as its jobs allow and starts anew in that order, which
// can only shorten it; and pressing asks for what came late earlier.
func (b *builder) passes() {
	n := b.opts.Passes
	if n <= 0 {
		n = defaultPasses
	}
	b.total *= n
	pressed := slices.Clone(b.goals)
	if b.weighted() {
		if b.weightedPass(); b.err != nil {
			return
		}
	}
	for pass := range n {
		var key []int64
		switch {
		case pass == 0:
			key = b.latest(b.goals).start
		case pass == 1:
			key = b.wanted(b.goals)
		case pass%2 == 0:
			key = b.justified(b.best)
		default:
			b.press(pressed)
			key = b.latest(pressed).start
		}
		if !b.try(key) || b.onTime() {
			break
		}
	}
	b.goRound()
}

// weighted reports whether jobs with a due date differ in weight.
func (b *builder) weighted() bool {
	first := int64(-1)
	for j := range b.p.Jobs {
		if job := &b.p.Jobs[j]; job.Due != 0 && job.weight() != first {
			if first >= 0 {
				return true
			}
			first = job.weight()
		}
	}
	return false
}

// weightedPass dispatches by apparent tardiness cost, which looks at weights as the other keys do
// not, and places the operations again in the order in which that began them.
func (b *builder) weightedPass() {
	b.total += 2 * len(b.p.Ops)
	b.dispatchBy([]Rule{ATC})
}

// mostDetours bounds the passes that look for a way round forbidden changeovers.
const mostDetours = 5

// goRound tries again with what came behind a forbidden changeover taking its turn before what stands in its way.
func (b *builder) goRound() {
	for range mostDetours {
		if b.err != nil || b.best == nil {
			return
		}
		key := slices.Clone(b.bestKey)
		blocked := false
		for _, v := range b.best.broken {
			if v.Kind != ForbiddenRun {
				continue
			}
			if before := b.best.behindOf(v.Op); before >= 0 {
				blocked = true
				key[v.Op] = min(key[v.Op], key[before]-1)
				b.pull(key, v.Op)
			}
		}
		noted := len(b.best.broken)
		if !blocked || !b.try(key) || len(b.best.broken) == noted {
			return
		}
	}
}

// pull gives what comes before an operation a turn before it.
func (c *compiled) pull(key []int64, op int32) {
	for _, e := range c.in.others(op) {
		if key[e.op] > key[op] {
			key[e.op] = key[op]
			c.pull(key, e.op)
		}
	}
}

// behindOf is the operation that runs before another on its machine; -1: none.
func (s *state) behindOf(op int32) int32 {
	a := &s.at[op]
	if a.Machine < 0 || s.p.Centres[s.p.Machines[a.Machine].Centre].Kind != Exclusive {
		return -1
	}
	ahead := s.lines[a.Machine].Back(a.Start)
	gap, ok := ahead.Prev(-capacity.Never)
	if !ok || gap.Before == nil {
		return -1
	}
	return gap.Before.Ref
}

// try builds a schedule by a key and keeps it if it is the best. It reports
// whether to go on.
func (b *builder) try(key []int64) bool {
	s := newState(b.compiled)
	s.append, s.floor = b.opts.NoGapFilling, b.floor
	s.latest = b.due
	if b.err = s.serial(b.ctx, b.campaigns(key), b.report); b.err != nil {
		return false
	}
	if b.keep(s) {
		b.bestKey = key
	}
	b.done += len(b.p.Ops)
	return true
}

func (b *builder) report(done int) {
	if b.opts.Progress != nil {
		b.opts.Progress(b.done+done, b.total)
	}
}

// keep takes a finished state if it is better than the best so far. It reports whether it is.
func (b *builder) keep(s *state) bool {
	score := s.score(b.opts.Reference)
	if b.best == nil || len(s.broken) < len(b.best.broken) ||
		len(s.broken) == len(b.best.broken) && b.opts.Objective.Compare(&score, &b.score) < 0 {
		b.best, b.score = s, score
		return true
	}
	return false
}

// onTime reports whether no job of the best schedule is later than it has to be.
func (b *builder) onTime() bool {
	for j := range b.p.Jobs {
		if b.lateness(int32(j)) > 0 {
			return false
		}
	}
	return true
}

// lateness is by how much the best schedule has a job later than its due date and than
// calendars and releases alone would have it.
func (b *builder) lateness(j int32) int64 {
	job := &b.p.Jobs[j]
	if job.Due == 0 || job.Ops == 0 {
		return 0
	}
	last := job.First + job.Ops - 1
	return b.best.end[last] - max(job.Due, b.reach.end[last])
}

// press moves the goals of late jobs so much earlier as they came late.
func (b *builder) press(goals []int64) {
	for j := range goals {
		if late := b.lateness(int32(j)); late > 0 && late < capacity.Never/2 {
			goals[j] -= late
		}
	}
}

// wanted are keys: the earliest goal of all jobs that wait for an operation.
func (c *compiled) wanted(goals []int64) []int64 {
	key := make([]int64, len(c.p.Ops))
	for i := len(c.order) - 1; i >= 0; i-- {
		op := c.order[i]
		key[op] = capacity.Never
		job := &c.p.Jobs[c.p.Ops[op].Job]
		if op == job.First+job.Ops-1 {
			key[op] = goals[c.p.Ops[op].Job]
		}
		for _, e := range c.out.others(op) {
			key[op] = min(key[op], key[e.op])
		}
	}
	return key
}

// justified are keys: the starts when all operations of a schedule move as late as their
// jobs' ends or due dates allow, those that end last first (double justification:
// Valls, Ballestín & Quintanilla, European Journal of Operational Research 165, 2005). Setups
// count as the operation's own, pools and waits not at all: the keys only decide whose turn it is.
func (b *builder) justified(s *state) []int64 {
	goals := slices.Clone(b.goals)
	for j := range goals {
		job := &b.p.Jobs[j]
		if goals[j] = capacity.Never; job.Due != 0 && job.Ops > 0 {
			goals[j] = max(b.goals[j], s.end[job.First+job.Ops-1])
		}
	}
	key := make([]int64, len(b.p.Ops))
	b.backward(goals, func(op int32, _ int64) int64 { return s.end[op] }, func(op int32, start, _ int64) {
		if key[op] = start; start >= capacity.Never {
			key[op] = capacity.Never + s.start[op] // what no due date waits for: as it was, behind the rest
		}
	})
	return key
}
