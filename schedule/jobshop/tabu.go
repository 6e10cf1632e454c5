package jobshop

import "github.com/taktplan/takt/internal/random"

// search is a tabu search over the selections of one shop.
type search struct {
	*graph
	random random.Source
	tick   int64   // moves made
	tenure int     // least number of moves for which an arc stays forbidden
	arcs   []int64 // by two steps of a machine: the move until which it is forbidden
	homes  []int64 // by mode: the move until which it is forbidden

	// The best move of the neighbourhood so far.
	worst  tick // estimates above it are not wanted
	ties   int  // allowed moves of that estimate; 0: none yet
	chosen move
	bans   int  // forbidden moves as good
	banned move // one of these

	record tick // best value of this run
	best   selection
	bound  tick        // no value is lower
	halt   func() bool // nil: never
	work   int         // nodes looked at since halt was asked
	halted bool        // what it said

	listed moveSet

	critical []int32 // a critical path, from its end
	ends     []tick  // scratch of the estimates
	moves    []move  // scratch of the tardiness
	kept     []int32 // scratch of try
}

func newSearch(s *shop, bound tick, halt func() bool) *search {
	return &search{graph: newGraph(s), tenure: 10 + s.jobs/s.machines, bound: bound, halt: halt,
		arcs: make([]int64, arcTable(s.ops, s.stride)), best: newSelection(s),
		ends: make([]tick, s.ops), critical: make([]int32, 0, s.ops), kept: make([]int32, s.ops),
		moves: make([]move, 0, s.ops+tardyPlaces*len(s.on)), homes: make([]int64, len(s.on))}
}

// pollWork is how many nodes are looked at between two looks at whether to end: a millisecond or less.
const pollWork = 1 << 17

// over says whether the search is to end. It is told how many nodes were looked at since it was last asked.
func (t *search) over(nodes int) bool {
	if t.work += nodes; t.work >= pollWork {
		t.work = 0
		t.halted = t.halt != nil && t.halt()
	}
	return t.halted
}

// attempt makes an attempt, and leaves no trace in the next one.
func (t *search) attempt(a *attempt) {
	if a.number > 0 && t.halt() {
		return
	}
	t.random = random.Source(a.seed)
	t.tick += int64(3 * t.tenure) // what is forbidden is over
	if a.parents[0] == nil {
		t.load(t.build(noise))
	} else {
		t.load(t.between(a.parents[0], a.parents[1], a.percent, a.mixed))
	}
	t.run(a)
	t.load(t.best)
	a.member = t.member()
	if a.member.value < a.known {
		a.found = t.best.clone()
	}
}

// run searches until cutoff moves in a row bring no better value, or as many moves are made as
// are allowed, the bound is reached, or halt says so.
func (t *search) run(a *attempt) {
	t.better(a)
	for idle := 0; idle < a.cutoff && t.record > t.bound && a.moves < a.most; idle++ {
		if t.over(t.ops + t.jobs + pollWork/128) {
			return
		}
		a.moves++
		if !t.step() {
			if t.halted {
				a.moves-- // it was not made
			}
			return
		}
		if t.value < t.record {
			idle = 0
			t.better(a)
		}
	}
	a.moves = max(a.moves, 1) // so that a search that is limited by its moves ends
}

// better keeps the selection of a record.
func (t *search) better(a *attempt) {
	t.record = t.value
	t.keep(t.best)
	if t.record < a.known {
		a.events = append(a.events, Event{Value: t.record, Iterations: a.moves})
	}
}

// step makes the best move; false if there is none, as every critical path is one of a job alone, or if
// the search is to end.
func (t *search) step() bool {
	t.worst, t.ties, t.bans = 1<<62, 0, 0
	if t.sum {
		t.tardyNeighbours()
	} else {
		t.path()
		t.neighbours()
		if t.flexible {
			t.transfers()
		}
	}
	if t.halted {
		return false
	}
	m := t.chosen
	if t.ties == 0 {
		if t.bans == 0 {
			return false
		}
		m = t.banned // all are forbidden: one of them by lot
	}
	t.tick++
	if m.mode != 0 {
		t.depart(m)
		return true
	}
	before, after := m.u, t.ms[m.u]
	if !m.forward {
		before, after = t.mp[m.u], m.u
	}
	if !t.apply(m) { // closes a cycle of no length: not again soon
		if before, after = m.u, m.v; m.forward {
			before, after = m.v, m.u
		}
	}
	*t.arc(before, after) = t.tick + int64(t.tenure+t.random.Below(1+t.tenure*3/5))
	return true
}

// arc is until when the first of two steps on a machine may not be put before the second.
// Shops with very many steps a machine share entries, which forbids a little more.
func (t *search) arc(x, y int32) *int64 {
	return &t.arcs[(int(x)*t.stride+int(t.local[y]))&(len(t.arcs)-1)]
}

// arcTable is the size of the table of arcs: a power of two, and large enough for all
// within reason.
func arcTable(ops, stride int) int {
	size := 1
	for size < (ops+1)*stride && size < 1<<22 {
		size *= 2
	}
	return size
}

// offer takes a move if none so far is better and it is allowed, or makes a record.
func (t *search) offer(m move, value tick) {
	if value > t.worst {
		return
	}
	if value >= t.record && t.forbidden(m) {
		if t.bans++; t.random.Below(t.bans) == 0 {
			t.banned = m
		}
		return
	}
	if value == t.worst && t.ties > 0 {
		if t.ties++; t.random.Below(t.ties) != 0 {
			return
		}
	} else {
		t.ties = 1
	}
	t.chosen, t.worst = m, value
}

// forbidden says whether the move brings back an arc that was given up lately. Of the arcs
// that a move turns only the one to the neighbour it leaves is noted: noting all was no
// better, and noting sequences and places as Zhang et al. do (2007) much worse in our trial.
func (t *search) forbidden(m move) bool {
	g := t.graph
	if m.mode != 0 {
		return t.homes[m.mode] > t.tick
	}
	if m.forward {
		for x := m.v; x != m.u; x = g.mp[x] {
			if *t.arc(x, m.u) > t.tick {
				return true
			}
		}
		return false
	}
	for x := m.v; x != m.u; x = g.ms[x] {
		if *t.arc(m.u, x) > t.tick {
			return true
		}
	}
	return false
}
