package schedule

import (
	"maps"
	"slices"
)

// lateMaterial lifts what begins before what it waits for is there.
func (r *repair) lateMaterial() {
	touched := slices.Clone(r.change.touched)
	slices.Sort(touched)
	for _, op := range slices.Compact(touched) {
		switch {
		case !r.placed[op] || r.dead[op]:
		case r.start[op] < r.ready(op):
			r.must(op)
		case r.o.Improve && r.o.Displace && r.end[op] > r.tight.end[op] && r.start[op] > r.ready(op) && r.mayMove(op):
			r.lift(op) // what it waited for comes earlier
		}
	}
	for i := range r.change.hours {
		r.offHours(&r.change.hours[i])
	}
}

// offHours lifts what does not fit a machine's new hours.
func (r *repair) offHours(h *hoursMove) {
	if h.pool {
		return
	}
	var off []int32
	for v := range r.lines[h.machine].All() {
		if h.differs(v.From, v.To) || r.placed[v.Ref] && r.at[v.Ref].Machine == h.machine && h.differs(v.From, r.at[v.Ref].SetupEnd) {
			off = append(off, v.Ref)
		}
	}
	for _, op := range off {
		if r.placed[op] {
			r.lift(op)
		}
	}
}

// mostImproved bounds the operations that move up because room came free.
const mostImproved = 64

// moveUp lifts late work on machines where room came free.
func (r *repair) moveUp() {
	if !r.o.Improve || !r.o.Displace {
		return
	}
	since := map[int32]int64{}
	for i := range r.change.hours {
		if h := &r.change.hours[i]; !h.pool {
			since[h.machine] = r.p.Start
		}
	}
	for i := range r.change.gone {
		if a := &r.change.gone[i]; a.Machine >= 0 && a.End > a.Start {
			if at, known := since[a.Machine]; !known || a.Start < at {
				since[a.Machine] = a.Start
			}
		}
	}
	machines := slices.Sorted(maps.Keys(since))
	var late []int32
	for _, machine := range machines {
		if r.p.Centres[r.p.Machines[machine].Centre].Kind != Exclusive {
			continue
		}
		for v := range r.lines[machine].All() {
			if v.From >= since[machine] && r.end[v.Ref] > r.tight.end[v.Ref] && r.mayMove(v.Ref) {
				late = append(late, v.Ref)
			}
		}
	}
	for _, op := range late[:min(len(late), mostImproved)] {
		if r.placed[op] {
			r.lift(op)
		}
	}
}

// differs reports whether a stretch of a machine's time held other working time before its hours changed.
func (h *hoursMove) differs(from, to int64) bool {
	return h.was.Between(from, to) != h.now.Between(from, to)
}

// fresh lets everything come that is nowhere.
func (r *repair) fresh() {
	for op := r.change.nOps; op < len(r.p.Ops); op++ {
		if !r.dead[op] && !r.placed[op] {
			r.push(r.unit[op])
		}
	}
	for _, op := range r.whole.ops { // with a job that was removed
		if !r.dead[op] && !r.placed[op] {
			r.push(r.unit[op])
		}
	}
}
