package schedule

import "github.com/taktplan/takt/capacity"

// turned is an operation that got another turn.
type turned struct {
	op  int32
	was int64
}

// pressLate changes the turns of what late jobs wait for.
func (i *island) pressLate() {
	for range 1 + i.rng.Below(3) {
		j := i.tally.late[i.rng.Below(len(i.tally.late))]
		by := i.lateBy(j)
		w := -i.rng.Below64(2*by + 1)
		if i.rng.Below(4) == 0 {
			w = i.rng.Below64(by + 1)
		}
		i.ask(i.lastOf(j), w)
	}
	if i.rng.Below(3) == 0 {
		j := &i.p.Jobs[i.rng.Below(len(i.p.Jobs))]
		if j.Ops > 0 {
			i.ask(j.First+j.Ops-1, int64(i.rng.Bell()*5*24*3600))
		}
	}
	for _, t := range i.turned {
		i.roots = append(i.roots, t.op)
	}
	i.most = 40*len(i.roots) + 1000
}

func (i *island) lateBy(j int32) int64 {
	job := &i.p.Jobs[j]
	last := job.First + job.Ops - 1
	return min(max(0, i.end[last]-max(job.Due, i.base.reach.end[last])), 1<<40)
}

// ask moves the turns of an operation and of all that it waits for.
func (i *island) ask(op int32, by int64) {
	i.visit++
	i.visited[op] = i.visit
	i.front = append(i.front[:0], op)
	for k := 0; k < len(i.front); k++ {
		op := i.front[k]
		if !i.isPinned(op) && i.turn[op] < capacity.Never/2 {
			i.turned = append(i.turned, turned{op, i.turn[op]})
			i.turn[op] += by
		}
		for _, e := range i.in.others(op) {
			if i.visited[e.op] != i.visit {
				i.visited[e.op] = i.visit
				i.front = append(i.front, e.op)
			}
		}
	}
}
