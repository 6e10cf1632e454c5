package schedule

// elite are the best schedules of planners that are grown up (a memetic algorithm: Moscato 1989). The keys of two of them make those of
// a child, which takes its turns somewhere between them, as path relinking does.
type elite struct {
	members []planned
	vain    int // schedules in a row that were not admitted
}

// How many tries a planner makes before it is grown up, how many of them are kept, and after how many that are not better
// all but the best have to go.
const (
	grownUp   = 800
	mostElite = 6
	barren    = 3 * mostElite
)

// admit takes a schedule up if it is better than the worst and none is as good.
func (e *elite) admit(base *searchBase, p *planned) {
	worst := 0
	for k := range e.members {
		m := &e.members[k]
		if c := base.compare(p.state, &p.score, m.state, &m.score); c == 0 {
			e.vain++
			return
		}
		if w := &e.members[worst]; base.compare(m.state, &m.score, w.state, &w.score) > 0 {
			worst = k
		}
	}
	own := planned{p.state, append([]int64(nil), p.keys...), p.score}
	switch w := len(e.members); {
	case w < mostElite:
		e.members = append(e.members, own)
	case base.compare(p.state, &p.score, e.members[worst].state, &e.members[worst].score) < 0:
		e.members[worst] = own
	default:
		e.vain++
		return
	}
	e.vain = 0
}

// beget gives a planner that is grown up keys between those of two members; if there are not enough it goes on.
func (e *elite) beget(b *planner) {
	b.age = 0
	n := len(e.members)
	if n < 2 {
		return
	}
	x := b.rng.Below(n)
	y := (x + 1 + b.rng.Below(n-1)) % n
	share := 0.3 + 0.4*b.rng.Float()
	from, to := e.members[x].keys, e.members[y].keys
	b.born = append(b.born[:0], from...)
	for op := range b.born {
		b.born[op] += int64(share * float64(to[op]-from[op]))
	}
}
