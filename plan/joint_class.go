package plan

import (
	"slices"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// dedicate takes operations off the work centres of a class that none of the demands has which they
// are made for. One with no other centre stays, and is noted; what is pinned, started or
// frozen stays where it is.
func (j *joint) dedicate(published []capacity.ScheduledOperation) {
	p := j.problem
	class := make([]string, len(p.Centres))
	for i, c := range j.centreOf {
		if c >= 0 {
			class[c] = j.m.Shop.Centres[i].DedicatedClass
		}
	}
	if !slices.ContainsFunc(class, func(c string) bool { return c != "" }) {
		return
	}
	bits := map[string]uint64{}
	served := j.classes(bits)
	fixed := j.fixed(published)
	for i := range p.Ops {
		op := &p.Ops[i]
		bars := func(m schedule.Mode) bool {
			return m.Centre >= 0 && class[m.Centre] != "" && served[op.Job]&bits[class[m.Centre]] == 0
		}
		modes := p.Modes[op.Modes : op.Modes+op.NumModes]
		if fixed[int32(i)] || !slices.ContainsFunc(modes, bars) {
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(modes), bars)
		if len(kept) == 0 {
			j.undedicated = append(j.undedicated, int32(i))
			continue
		}
		op.NumModes = int32(copy(modes, kept)) // the rest of the modes is nobody's
	}
}

// classes are, by job, the classes of the demands that are pegged to it, as bits. Lines of an order
// that ship together stay apart. O(arcs) for the few classes that there are.
func (j *joint) classes(bits map[string]uint64) []uint64 {
	p := j.problem
	served := make([]uint64, len(p.Jobs))
	shipment := make([]bool, len(p.Jobs))
	var open []int32
	for d, job := range j.demandJob {
		if job < 0 {
			continue
		}
		shipment[job] = true
		if class := j.m.Book.DemandAt(int32(d)).Class; class != "" {
			if bits[class] == 0 {
				bits[class] = 1 << (len(bits) % 64)
			}
			served[job] = bits[class]
			open = append(open, job)
		}
	}
	feeds := make([][]int32, len(p.Jobs)) // by job: the jobs that it waits for
	for i := range p.Arcs {
		if from, to := p.Ops[p.Arcs[i].From].Job, p.Ops[p.Arcs[i].To].Job; from != to && !shipment[from] {
			feeds[to] = append(feeds[to], from)
		}
	}
	for len(open) > 0 {
		job := open[len(open)-1]
		open = open[:len(open)-1]
		for _, from := range feeds[job] {
			if served[from]|served[job] != served[from] {
				served[from] |= served[job]
				open = append(open, from)
			}
		}
	}
	return served
}

// fixed are the operations that the published schedule keeps on their machines.
func (j *joint) fixed(published []capacity.ScheduledOperation) map[int32]bool {
	out := map[int32]bool{}
	for i := range published {
		row := &published[i]
		if op := j.operationOf(row); op >= 0 && j.pinKind(row, op, row.Start.Instant(j.zone), row.End.Instant(j.zone), j.frozenUntil()) != schedule.Free {
			out[op] = true
		}
	}
	return out
}
