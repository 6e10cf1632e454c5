package schedule

import (
	"cmp"
	"slices"

	"github.com/taktplan/takt/capacity"
)

// A tool that an operation holds stays with its job from the operation's start until the job's
// last end, and serves all the job's operations meanwhile. How much a job takes is known only when all
// of it is placed; so its operations take nothing of such tools one by one.

// listHolds lists the tools that each job may hold.
func (c *compiled) listHolds() {
	for i := range c.p.Ops {
		c.listHold(&c.p.Ops[i])
	}
}

// listHold adds the tools that an operation may hold to those of its job.
func (c *compiled) listHold(op *Op) {
	if !op.HoldTool {
		return
	}
	for m := op.Modes; m < op.Modes+op.NumModes; m++ {
		if tool := c.p.Modes[m].Tool; tool > 0 && !c.mayHold(op.Job, tool) {
			if c.holds == nil {
				c.holds = make([][]int32, len(c.p.Jobs))
			}
			c.holds[op.Job] = append(c.holds[op.Job], tool)
		}
	}
}

// mayHold reports whether an operation of a job may hold a tool for it.
func (c *compiled) mayHold(job, tool int32) bool {
	return c.holds != nil && slices.Contains(c.holds[job], tool)
}

// sharesTool reports whether an operation may use a tool that its job holds.
func (c *compiled) sharesTool(o *Op) bool {
	if c.holds == nil || c.holds[o.Job] == nil {
		return false
	}
	for m := o.Modes; m < o.Modes+o.NumModes; m++ {
		if c.mayHold(o.Job, c.p.Modes[m].Tool) {
			return true
		}
	}
	return false
}

// toolUse is units of a tool that a job keeps for a time.
type toolUse struct {
	op       int32
	pool     int32
	from, to int64
	units    int32
	hold     bool
}

// heldUses are what jobs among the operations take of the tools that they may hold.
func (s *state) heldUses(ops []int32) []toolUse {
	if s.holds == nil {
		return nil
	}
	var out []toolUse
	for _, op := range ops {
		job := s.p.Ops[op].Job
		if s.p.Jobs[job].First != op { // all operations of such a job stand together
			continue
		}
		for _, tool := range s.holds[job] {
			out = s.jobUses(out, job, tool)
		}
	}
	return out
}

// jobUses adds what a job takes of a tool: the most that one of its operations holds, from
// its beginning until the job ends, and for each other operation what it needs beyond what is held when
// it begins.
func (s *state) jobUses(out []toolUse, job, tool int32) []toolUse {
	uses, end := s.toolUses(job, tool)
	kept := int32(0)
	for _, u := range uses {
		if u.hold && u.units > kept {
			u.units, kept = u.units-kept, u.units
			u.to = end
			out = append(out, u)
		}
	}
	kept = 0
	for i, next := 0, 0; i < len(uses); i++ {
		for ; next < len(uses) && uses[next].from <= uses[i].from; next++ {
			if uses[next].hold {
				kept = max(kept, uses[next].units)
			}
		}
		if u := uses[i]; !u.hold && u.units > kept {
			u.units -= kept
			out = append(out, u)
		}
	}
	return out
}

// toolUses are the uses of a tool by the operations of a job that are placed, in the order of
// time, and the end of the job. Operations that may share a held tool are not split.
func (s *state) toolUses(job, tool int32) (uses []toolUse, end int64) {
	j := &s.p.Jobs[job]
	end = -capacity.Never
	for op := j.First; op < j.First+j.Ops; op++ {
		a := &s.at[op]
		if !s.placed[op] || s.start[op] >= capacity.Never {
			continue
		}
		end = max(end, s.end[op])
		if a.Mode < 0 || s.p.Modes[a.Mode].Tool != tool {
			continue
		}
		uses = append(uses, toolUse{op: op, pool: tool - 1, from: s.start[op], to: s.end[op], units: max(s.p.Modes[a.Mode].ToolUnits, 1), hold: s.p.Ops[op].HoldTool})
	}
	slices.SortFunc(uses, func(a, b toolUse) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.op, b.op)) })
	return uses, end
}

// useHeld takes the held tools of a chain, or gives them back.
func (s *state) useHeld(ops []int32, sign int32) {
	for _, u := range s.heldUses(ops) {
		s.pools[u.pool].Use(u.from, u.to, sign*u.units)
	}
}

// eachShort calls f for every use of a held tool that does not fit beside what is in use already,
// with the time from which it might, until f returns false.
func (s *state) eachShort(ops []int32, f func(u *toolUse, retry int64) bool) {
	uses := s.heldUses(ops)
	taken := 0
	for taken < len(uses) {
		u := &uses[taken]
		ok, retry := s.pools[u.pool].Fits(u.from, u.to, u.units, s.p.Pools[u.pool].Units)
		if !ok && !f(u, retry) {
			break
		}
		s.pools[u.pool].Use(u.from, u.to, u.units)
		taken++
	}
	for _, u := range uses[:taken] {
		s.pools[u.pool].Use(u.from, u.to, -u.units)
	}
}

// toolConflict finds an operation whose tool is taken, and when to try again; -1: there is none.
func (s *state) toolConflict(ops []int32, at map[int32]int) (op int32, later int64) {
	op = -1
	s.eachShort(ops, func(u *toolUse, retry int64) bool {
		op, later = u.op, max(retry, u.from+1)
		if h := s.holdDuring(ops, u); h == nil || s.isPinned(h.op) {
			return false
		} else if at[h.op] < at[u.op] { // then it shares what is held
			later = h.from
		} else { // waiting for it would put it off as well
			op, later = h.op, u.to
		}
		return false
	})
	return op, later
}

// holdDuring is what takes the tool for the whole job while one of its operations uses it for
// itself; nil: nothing.
func (s *state) holdDuring(ops []int32, u *toolUse) *toolUse {
	if u.hold {
		return nil
	}
	for _, h := range s.heldUses(ops) {
		if h.hold && h.pool == u.pool && s.p.Ops[h.op].Job == s.p.Ops[u.op].Job && h.from > u.from && h.from < u.to {
			return &h
		}
	}
	return nil
}

// noteTools records the tools that a chain needs and does not get.
func (s *state) noteTools(ops []int32) {
	s.eachShort(ops, func(u *toolUse, _ int64) bool {
		s.broken = append(s.broken, Violation{Kind: PoolExceeded, Op: u.op, Other: u.pool, By: int64(u.units), At: u.from})
		return true
	})
}
