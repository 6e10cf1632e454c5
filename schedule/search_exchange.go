package schedule

// exchange brings the islands to one schedule: the best one, with what made others better where that holds there too.
func (a *archipelago) exchange() {
	best := a.islands[0]
	for _, i := range a.islands[1:] {
		if c := len(i.broken) - len(best.broken); c < 0 || c == 0 && i.base.objective.Compare(&i.score, &best.score) < 0 {
			best = i
		}
	}
	for _, i := range a.islands {
		if i != best {
			for k := range i.pleas {
				best.hear(&i.pleas[k])
			}
		}
	}
	for _, i := range a.islands {
		if i != best {
			i.adopt(best)
		}
	}
	for _, i := range a.islands {
		i.nextRound()
	}
	a.takeState(best.state, &best.score)
	a.stale = false
}

// hear tries what made another island better.
func (i *island) hear(p *plea) {
	i.begin()
	i.closed, i.pushy = true, true
	i.most = 40 * len(p.ops)
	i.roots = append(i.roots, p.ops...)
	if !i.liftRoots() {
		i.back(false)
		return
	}
	i.job, i.hasty = -1, false
	i.repeat(p)
	i.settle()
}

// repeat gives lifted units the turns that another island gave them, others theirs behind.
func (i *island) repeat(p *plea) {
	i.rankBy(func(op int32) int64 { return afterDues + i.start[op] })
	for k := range p.ops {
		u := i.unit[p.ops[k]]
		i.key[u] = p.starts[k]
	}
}

// adopt takes another island's schedule over.
func (i *island) adopt(from *island) {
	i.trail.begin(i.state)
	ops := i.dirty
	for _, op := range from.dirty {
		if i.soiled[op] != i.round {
			ops = append(ops, op)
		}
	}
	places := make([]footprint, len(ops))
	for k, op := range ops {
		places[k] = from.footprint(op)
	}
	i.move(ops, places)
	i.broken = append(i.broken[:0], from.broken...)
	i.tally.update(i.state, &i.trail)
	i.score = i.tally.score()
}

func (i *island) nextRound() {
	i.round++
	i.dirty, i.pleas = i.dirty[:0], i.pleas[:0]
}
