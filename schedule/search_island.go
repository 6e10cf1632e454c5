package schedule

import (
	"slices"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/random"
)

// island is one searcher with a schedule of its own. An iteration lifts a set of work, puts it back in another
// order, and keeps that if it is no worse, else takes it back. It costs what it lifts.
type island struct {
	*state
	base  *searchBase
	trail trail
	tally *tally
	rng   random.Source
	score Score

	// What an iteration lifts.
	gone     []uint32 // by unit: lifted if that is now
	now      uint32
	moving   []int32 // units that are lifted
	turn     []int64 // by operation: whose turn it is
	visited  []uint32
	visit    uint32
	turned   []turned // in this iteration
	roots    []int32  // operations that the neighbourhood asks for
	waits    []uint32 // by unit: something that it waits for is lifted, if that is now
	ended    []int64  // by operation that was lifted: when it ended before
	victims  []int32
	weak     []capacity.Reservation
	absent   int  // units that are lifted and not back
	over     bool // too much was lifted
	closed   bool // all that waits for what is lifted is lifted as well
	pushy    bool // what has a later turn gives way
	settling bool
	drifts   bool    // takes what is worse by measures that the search does not steer by
	effort   int64   // operations lifted since somebody asked
	kept     bool    // the last iteration was
	key      []int64 // by unit
	q        queue
	most     int // operations that may be lifted
	lifted   int
	hasty    bool     // machines and modes are drawn now and then
	wanted   []uint32 // by operation: the job that this iteration is for waits for it if that is now
	job      int32    // that this iteration is for; -1: none
	front    []int32

	pick   chooser
	wish   chooser
	pleas  []plea   // of this round
	dirty  []int32  // operations that moved in this round
	soiled []uint32 // by operation: it is among them if that is round
	round  uint32
}

// searchBase is what islands share. They only read it.
type searchBase struct {
	start       []int64 // by operation: the latest start that keeps due dates, on calendars
	unavoidable int64   // tardiness that every schedule has
	least       []int64 // by job: lateness that it has in every schedule
	claims      []claim // by operation
	due         []int64 // by operation: latest end
	reach       bounds
	sensitive   []bool // by machine: setups there depend on what ran before
	odd         map[int32]bool
	steer       Objective
	broken      int // that the first schedule has
	objective   Objective
	reference   *Schedule
	movable     []int32 // operations that may move
}

// plea is a set of operations whose new places made the schedule better, in the order in which they were put back.
type plea struct {
	ops    []int32
	starts []int64
}

func newIsland(s *state, base *searchBase, seed, number uint64) *island {
	i := &island{state: s, base: base, rng: random.New(seed, number), gone: make([]uint32, len(s.units)), waits: make([]uint32, len(s.units)), ended: make([]int64, len(s.p.Ops)), key: make([]int64, len(s.units))}
	n := len(s.p.Ops)
	i.trail.place = make([]int32, n)
	i.visited = make([]uint32, n)
	i.trail.mark, i.wanted, i.soiled, i.round = make([]uint32, n), make([]uint32, n), make([]uint32, n), 1
	i.turn = slices.Clone(base.start)
	i.tally = newTally(s, &base.reach, base.reference)
	i.score = i.tally.score()
	i.state.trail = &i.trail
	i.pick, i.wish = newChooser(int(numNeighbourhoods)), newChooser(int(numOrders))
	return i
}

// begin starts an iteration.
func (i *island) begin() {
	i.trail.begin(i.state)
	i.now++
	if i.now == 0 {
		clear(i.gone)
		clear(i.waits)
		clear(i.wanted)
		i.now = 1
	}
	i.moving = i.moving[:0]
	i.turned = i.turned[:0]
	i.roots, i.q, i.lifted, i.absent, i.over = i.roots[:0], i.q[:0], 0, 0, false
}

// try is one iteration.
func (i *island) try() {
	i.begin()
	i.kept = false
	how := i.pick.choose(&i.rng)
	i.closed, i.pushy = i.rng.Below(4) == 0, i.rng.Below(4) > 0
	if !i.gather(neighbourhood(how)) || !i.liftRoots() {
		i.back(false)
		i.pick.learn(how, 0)
		return
	}
	order := i.wish.choose(&i.rng)
	if len(i.turned) > 0 { // the turns say it
		order, i.hasty, i.state.latest = 0, false, i.base.due
	} else {
		i.rank(insertOrder(order))
	}
	gain := i.settle()
	i.effort += 8 * int64(i.lifted) // an operation that goes and comes costs so much more than one that a planner places
	i.pick.learn(how, gain)
	i.wish.learn(order, gain)
}

// settle puts what is lifted back and judges it.
func (i *island) settle() float64 {
	if !i.reinsert() || len(i.broken) > i.base.broken || i.stale() {
		i.back(false)
		return 0
	}
	i.tally.update(i.state, &i.trail)
	score := i.tally.score()
	c := i.base.steer.Compare(&score, &i.score)
	if c > 0 || c == 0 && !i.drifts && i.base.objective.Compare(&score, &i.score) > 0 {
		i.back(true)
		return 0
	}
	gain := better
	if c == 0 {
		gain = equal
		if score == i.score {
			gain = 0
		}
	}
	i.score, i.kept = score, true
	i.keep(gain)
	return gain
}

// keep notes what an iteration that is kept moved.
func (i *island) keep(gain float64) {
	for _, op := range i.trail.ops {
		if i.soiled[op] != i.round {
			i.soiled[op] = i.round
			i.dirty = append(i.dirty, op)
		}
	}
	if gain == better {
		p := plea{ops: slices.Clone(i.trail.ops), starts: make([]int64, len(i.trail.ops))}
		for k, op := range p.ops {
			p.starts[k] = i.start[op]
		}
		i.pleas = append(i.pleas, p)
	}
}

// back takes the iteration back; counted says that the tally has it.
func (i *island) back(counted bool) {
	if counted {
		i.tally.takeBack(i.state, &i.trail)
	}
	i.state.undo(&i.trail)
	for k := len(i.turned) - 1; k >= 0; k-- {
		i.turn[i.turned[k].op] = i.turned[k].was
	}
	if counted {
		i.tally.recount(i.state)
	}
}
