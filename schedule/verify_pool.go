package schedule

import (
	"cmp"
	"slices"
)

// use is units of a pool that an operation keeps for a time.
type use struct {
	pool     int32
	op       int32 // -1: an absence
	from, to int64
	units    int64
	given    bool
}

// checkPools checks at every instant that no more units are in use than there are.
func (v *verifier) checkPools() {
	uses := v.poolUses()
	for pool := range v.p.Pools {
		for _, a := range v.p.Pools[pool].Absent {
			if a.From < a.To {
				uses = append(uses, use{pool: int32(pool), op: -1, from: a.From, to: a.To, units: int64(a.Units)})
			}
		}
	}
	type event struct {
		at    int64
		index int32 // in uses
		begin bool
	}
	events := make([]event, 0, 2*len(uses))
	for i := range uses {
		events = append(events, event{uses[i].from, int32(i), true}, event{uses[i].to, int32(i), false})
	}
	slices.SortFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(uses[a.index].pool, uses[b.index].pool), cmp.Compare(a.at, b.at), cmp.Compare(a.index, b.index))
	})
	sum := poolSum{v: v, uses: uses}
	for i := range events {
		e := &events[i]
		sum.count(e.index, e.begin)
		if next := i + 1; next == len(events) || events[next].at != e.at || uses[events[next].index].pool != uses[e.index].pool {
			sum.check(uses[e.index].pool, e.at)
			if next < len(events) && uses[events[next].index].pool != uses[e.index].pool {
				sum = poolSum{v: v, uses: uses}
			}
		}
	}
}

// poolSum is what is in use of a pool at an instant.
type poolSum struct {
	v            *verifier
	uses         []use
	inUse, away  int64
	excess       int64
	free, pinned []int32 // uses by beginning; those that are over go when they come to the top
}

func (s *poolSum) count(index int32, begin bool) {
	u := &s.uses[index]
	units := u.units
	if !begin {
		units = -units
	}
	switch {
	case u.op < 0:
		s.away += units
		return
	case begin && u.given:
		s.pinned = append(s.pinned, index)
	case begin:
		s.free = append(s.free, index)
	}
	s.inUse += units
}

// check reports an excess at the instant at which it rises, with the operation that began last.
func (s *poolSum) check(pool int32, at int64) {
	excess := int64(0)
	if s.inUse > 0 {
		excess = max(0, s.inUse+s.away-int64(s.v.p.Pools[pool].Units))
	}
	if excess > s.excess {
		op, given := s.latest(&s.free, at), false
		if op < 0 {
			op, given = s.latest(&s.pinned, at), true
		}
		s.v.report(PoolExceeded, op, pool, excess, at, given)
	}
	s.excess = excess
}

// latest is the operation that began last of those still in use; -1: none.
func (s *poolSum) latest(stack *[]int32, at int64) int32 {
	for n := len(*stack); n > 0; n-- {
		if u := &s.uses[(*stack)[n-1]]; u.to > at {
			return u.op
		}
		*stack = (*stack)[:n-1]
	}
	return -1
}

// poolUses are what parts use of pools, and jobs that hold a tool.
func (v *verifier) poolUses() []use {
	var uses []use
	held := v.heldTools()
	for i := range v.parts {
		a := &v.parts[i]
		m := v.mode(a)
		if !v.usable[i] || m == nil || a.Start == a.End && !v.p.Ops[a.Op].HoldTool {
			continue
		}
		u := use{op: a.Op, from: a.Start, to: a.End, given: v.given(a.Op)}
		if m.Tool > 0 {
			u.pool, u.units = m.Tool-1, max(1, int64(m.ToolUnits))
			if h := held[jobPool{v.p.Ops[a.Op].Job, u.pool}]; h != nil {
				h.uses = append(h.uses, u)
			} else if u.from < u.to {
				uses = append(uses, u)
			}
		}
		if m.Operator > 0 && u.from < u.to {
			u.pool, u.units = m.Operator-1, max(1, int64(m.OperatorUnits))
			uses = append(uses, u)
		}
	}
	keys := make([]jobPool, 0, len(held))
	for k := range held {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b jobPool) int { return cmp.Or(cmp.Compare(a.job, b.job), cmp.Compare(a.pool, b.pool)) })
	for _, k := range keys {
		uses = v.holdUses(uses, k, held[k].uses)
	}
	return uses
}

// jobPool is a tool that stays with a job.
type jobPool struct{ job, pool int32 }

// hold collects the uses of such a tool.
type hold struct{ uses []use }

// heldTools are the tools that operations ask to stay with their jobs.
func (v *verifier) heldTools() map[jobPool]*hold {
	held := make(map[jobPool]*hold)
	for i := range v.parts {
		a := &v.parts[i]
		if op := &v.p.Ops[a.Op]; op.HoldTool && v.usable[i] {
			if m := v.mode(a); m != nil && m.Tool > 0 {
				held[jobPool{op.Job, m.Tool - 1}] = &hold{}
			}
		}
	}
	return held
}

// holdUses adds what a job needs of a tool that it holds: the most that one of its operations
// holds from its beginning until the job ends, and for each other operation what it needs beyond
// what is held when it begins.
func (v *verifier) holdUses(out []use, k jobPool, uses []use) []use {
	end, given := v.jobSpan(k.job)
	slices.SortStableFunc(uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.op, b.op))
	})
	holding := make(map[int32]int64) // by operation: parts of a split one each hold
	kept := int64(0)
	for i := range uses {
		u := &uses[i]
		if !v.p.Ops[u.op].HoldTool {
			continue
		}
		holding[u.op] += u.units
		if more := holding[u.op] - kept; more > 0 && u.from < end {
			out = append(out, use{pool: k.pool, op: u.op, from: u.from, to: end, units: more, given: given})
			kept += more
		}
	}
	kept = 0
	clear(holding)
	for i, next := 0, 0; i < len(uses); i++ {
		for ; next < len(uses) && uses[next].from <= uses[i].from; next++ {
			if h := &uses[next]; v.p.Ops[h.op].HoldTool {
				holding[h.op] += h.units
				kept = max(kept, holding[h.op])
			}
		}
		if u := uses[i]; !v.p.Ops[u.op].HoldTool && u.units > kept && u.from < u.to {
			u.units -= kept
			out = append(out, u)
		}
	}
	return out
}

// jobSpan is the end of a job's last operation, and whether all of it is given.
func (v *verifier) jobSpan(j int32) (end int64, given bool) {
	job := &v.p.Jobs[j]
	given = true
	for i, op := 0, job.First; op < job.First+job.Ops; op++ {
		given = given && v.given(op)
		for p := v.first[op]; p < v.first[op+1]; p++ {
			if v.usable[p] && (i == 0 || v.parts[p].End > end) {
				end = v.parts[p].End
				i++
			}
		}
	}
	return end, given
}
