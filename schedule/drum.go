package schedule

import (
	"cmp"
	"slices"
	"time"

	"github.com/taktplan/takt/capacity"
)

// rope is how much earlier than the drum needs it work is released.
const rope = 24 * time.Hour

// aroundBottleneck schedules the drum first: its operations by their latest starts, none
// before what comes before it could be done. The drum's times then give the turns of what
// feeds it, which is released a rope's length earlier and no sooner.
func (b *builder) aroundBottleneck() {
	drum := b.drum()
	if drum < 0 {
		b.passes()
		return
	}
	beat := b.beat(drum)
	late := b.latest(b.goals)
	key := slices.Clone(late.start)
	feeds := make([]bool, len(b.p.Ops))
	b.floor = make([]int64, len(b.p.Ops))
	for i := len(b.order) - 1; i >= 0; i-- {
		op := b.order[i]
		if start, ok := beat[op]; ok {
			key[op], feeds[op] = start, true
			continue
		}
		end := capacity.Never
		for _, i := range b.out.of(op) {
			if a := &b.p.Arcs[i]; feeds[a.To] {
				end = min(end, key[a.To]-ceilSeconds(int64(a.Min)))
			}
		}
		if end < capacity.Never {
			feeds[op] = true
			key[op] = min(key[op], b.latestStart(op, end))
			if len(b.in.of(op)) == 0 {
				b.floor[op] = key[op] - int64(rope/time.Second)
			}
		}
	}
	b.try(key)
}

// drum is the busiest work centre: the one marked, else the one whose work is the
// largest share of its machines' hours up to the last goal. -1: there is no work.
func (b *builder) drum() int32 {
	load := make([]int64, len(b.p.Centres))
	last := b.p.Start
	for i := range b.p.Ops {
		if op := &b.p.Ops[i]; b.onMachine(op) && b.p.Centres[b.p.Modes[op.Modes].Centre].Kind == Exclusive {
			load[b.p.Modes[op.Modes].Centre] += ceilSeconds(add(int64(b.p.Modes[op.Modes].Setup), b.work[op.Modes]))
		}
	}
	for j := range b.goals {
		if b.p.Jobs[j].Due != 0 {
			last = max(last, b.goals[j])
		}
	}
	best, share := int32(-1), 0.0
	for c := range load {
		centre := &b.p.Centres[c]
		if load[c] == 0 {
			continue
		}
		if centre.Drum {
			return int32(c)
		}
		hours := int64(1)
		for k := centre.First; k < centre.First+centre.Machines; k++ {
			hours += b.p.Machines[k].Hours.Between(b.p.Start, last)
		}
		if v := float64(load[c]) / float64(hours); v > share {
			best, share = int32(c), v
		}
	}
	return best
}

// beat are the starts of the drum's operations when only it is finite.
func (b *builder) beat(drum int32) map[int32]int64 {
	late := b.latest(b.goals)
	var ops []int32
	for i := range b.p.Ops {
		if op := &b.p.Ops[i]; b.onMachine(op) && b.p.Modes[op.Modes].Centre == drum {
			ops = append(ops, int32(i))
		}
	}
	slices.SortStableFunc(ops, func(x, y int32) int { return cmp.Compare(late.start[x], late.start[y]) })
	s := newState(b.compiled)
	at := make(map[int32]int64, len(ops))
	for _, op := range ops {
		if s.placed[op] {
			at[op] = s.start[op]
			continue
		}
		c := s.findMode(op, b.p.Ops[op].Modes, b.p.Ops[op].Quantity, b.reach.start[op], nil)
		if !c.ok {
			continue
		}
		at[op] = c.Start
		s.put(op, []choice{c})
	}
	return at
}
