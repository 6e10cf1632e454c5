package jobshop

import "slices"

// Children from near the middle did better than those from 15 to 45 % or 30 to 70 % of the
// way, and picking the best of several starts did no good. Where populations narrow every job goes its own
// share of the way, anything from nothing to all of it: 0.54 and 0.63 % with two seeds for 0.66 and 0.65 % (see narrowings); shares
// of 25 to 75 % were no better than one for all.
const (
	ahead     = 8
	near, far = 45, 55 // percent of the way between two members
	alike     = 50     // one in so many pairs: members differ by more
	noise     = 40     // percent, of the priorities of a new member
)

// renew gives a population that has converged more members, or begins another.
func (e *evolution) renew() {
	e.idle, e.tries, e.fresh = 0, 0, 0
	e.cutoff += e.pace.moreCutoff
	e.epoch++
	if e.size += e.pace.more; e.size > e.last {
		e.size, e.pop = e.pace.size, nil
		e.last += 2 * e.pace.more
	}
}

// admit puts m into the population: in place of a member that is much alike if it is better,
// or else of the worst if it is no worse.
func (e *evolution) admit(m member) bool {
	e.load(m.selection)
	least, like := e.pairs+1, -1
	for i := range e.pop {
		if d := e.distance(&e.pop[i]); d < least {
			least, like = d, i
		}
	}
	if like >= 0 && least <= e.pairs/alike {
		if m.value >= e.pop[like].value {
			return false
		}
		e.pop[like] = m
		return true
	}
	return e.compete(m)
}

// compete puts m where there is room, or else in place of the worst if it is no worse.
func (e *evolution) compete(m member) bool {
	if len(e.pop) < e.size {
		e.pop = append(e.pop, m)
		return true
	}
	worst := 0
	for i := range e.pop {
		if e.pop[i].value > e.pop[worst].value {
			worst = i
		}
	}
	if e.pop[worst].value < m.value {
		return false
	}
	e.pop[worst] = m
	return true
}

// narrow takes in a member of a population that narrows, and begins another at its end (after Constantino & Segura, Applied
// Intelligence 52, 2022).
func (e *evolution) narrow(a *attempt) {
	if a.parents[0] != nil && e.spread == 0 {
		e.spread = max(1, e.meanDistance())
	}
	e.admitApart(a.member, e.apart())
	length, last := e.length()
	if e.moves-e.began >= e.term {
		e.stays = e.stays || last
		if !e.stays {
			e.epoch++
			e.term = e.shop.term(e.epoch)
			e.began, e.spread, e.tries, e.fresh, e.pop = e.moves, 0, 0, 0, nil
			length, _ = e.length()
		}
	}
	e.size = e.shop.members(length)
}

// length is in how many moves the members of this population come close, and whether it is the last one: what is left of the search at
// the pace so far then, as another population would not have the time that it needs.
func (e *evolution) length() (moves int64, last bool) {
	const another = 6 // so many terms have to be left for another population
	left := e.all()
	left -= left / 32 // estimates may be wrong
	left -= e.began
	if !e.stays && left/another >= e.term {
		return e.term, false
	}
	return max(1, left), true
}

// all is how many moves the search will make; a great many if nobody knows. Where they are counted no clock is asked, so that the same moves give the same
// result, and whole numbers are, on every machine.
func (e *evolution) all() int64 {
	const many = 1 << 60
	if n := e.options.Iterations; n > 0 {
		return min(n, many)
	}
	if e.options.Spent == nil {
		return many
	}
	spent := e.options.Spent()
	if !(spent > 0) || e.moves == 0 { // nothing is known yet, which not a number may say
		return many
	}
	return int64(min(float64(e.moves)/spent, many))
}

// apart is the number of pairs by more than which members have to differ: half their mean distance at first, and evenly less until the end.
func (e *evolution) apart() int {
	if e.spread == 0 {
		return e.pairs / alike
	}
	length, _ := e.length()
	left := max(0, 1000-1000*(e.moves-e.began)/length)
	return e.spread * int(left) / 2000
}

// admitApart puts m into the population in place of all members that differ by no more than so many pairs, if
// it is no worse than any of these; if there are none it competes with the worst.
func (e *evolution) admitApart(m member, apart int) {
	e.load(m.selection)
	near := make([]bool, len(e.pop))
	for i := range e.pop {
		d := e.distance(&e.pop[i])
		if near[i] = d <= apart; near[i] && (d == 0 || m.value > e.pop[i].value) {
			return
		}
	}
	if !slices.Contains(near, true) {
		e.compete(m)
		return
	}
	kept := e.pop[:0]
	for i, other := range e.pop {
		if !near[i] {
			kept = append(kept, other)
		}
	}
	e.pop = append(kept, m)
}

// meanDistance is that of two members.
func (e *evolution) meanDistance() int {
	sum, n := 0, 0
	for i := range e.pop {
		e.load(e.pop[i].selection)
		for k := range i {
			sum += e.distance(&e.pop[k])
			n++
		}
	}
	return sum / max(n, 1)
}
