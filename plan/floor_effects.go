package plan

import (
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// effects are what a step did, told from its moves alone.
func (c *floorChange) effects(strategy Strategy, operations int) Effects {
	e := Effects{Strategy: strategy, Stability: Stability{Operations: operations}}
	moves := c.step.board.Moves()
	c.countMoves(moves, &e.Stability)
	for id, s := range c.shipped(moves) {
		if shift, ok := c.shift(id, s); ok {
			e.Shifts = append(e.Shifts, shift)
			if shift.Slip() > 0 {
				e.Stability.Repromised++
			}
		}
	}
	slices.SortFunc(e.Shifts, func(a, b Shift) int { return strings.Compare(a.Demand, b.Demand) })
	return e
}

// shippedMove is when a demand ships before and after a step; capacity.Never: never, -capacity.Never: not planned.
type shippedMove struct {
	before, after       int64
	dueBefore, dueAfter int64
}

// shipped are the demands whose shipments moved, by id.
func (c *floorChange) shipped(moves []schedule.Move) map[string]shippedMove {
	out := map[string]shippedMove{}
	p := c.problem
	for i := range moves {
		m := &moves[i]
		job := p.Ops[m.Op].Job
		row := &p.Jobs[job]
		if c.owner[job].class != ownsDemand || m.Op != row.First+row.Ops-1 {
			continue
		}
		s, known := out[row.ID]
		if !known {
			s = shippedMove{before: -capacity.Never, after: -capacity.Never}
		}
		if parts := m.Before(); len(parts) > 0 {
			s.before, s.dueBefore = parts[0].End, row.Due
		}
		if parts := m.After(); len(parts) > 0 {
			s.after, s.dueAfter = parts[0].End, row.Due
		}
		out[row.ID] = s
	}
	return out
}

// shift is what a move of a shipment means for its demand; ok is false if it means nothing.
func (c *floorChange) shift(id string, s shippedMove) (Shift, bool) {
	book := c.m.Book
	if s.after == -capacity.Never {
		book = c.old.Model().Book
	}
	d, ok := book.Demand(id)
	if !ok {
		return Shift{}, false
	}
	row := book.DemandAt(d)
	out := Shift{Demand: id, Item: row.Item, Customer: row.Customer, Priority: row.Priority, Weight: row.Weight.Or(bom.One)}
	if before, ok := c.old.Model().Book.Demand(id); ok && s.before != -capacity.Never {
		out.Before, out.LateBefore = c.promiseOf(c.old.Model().Book.DemandAt(before), s.before, s.dueBefore)
	}
	if s.after != -capacity.Never {
		out.After, out.LateAfter = c.promiseOf(row, s.after, s.dueAfter)
		if out.LateAfter > 0 {
			if causes := c.why(c.demandJob[d]); len(causes) > 0 {
				p := Promise{Causes: causes}
				out.Reason = p.Cause()
			}
		}
	}
	return out, out.Before != out.After || out.LateBefore != out.LateAfter
}

// promiseOf is what a shipment's end promises, and how late that is.
func (c *floorChange) promiseOf(row *mrp.Demand, end, due int64) (bom.When, int64) {
	switch {
	case end >= capacity.Never:
		return bom.When{}, 0
	case end > due:
		return c.when(end), end - due
	}
	return row.Due, 0
}

// countMoves measures how much a step changed. An order that takes more or less work now is
// compared operation by operation.
func (c *floorChange) countMoves(moves []schedule.Move, s *Stability) {
	after := map[int32]*schedule.Move{} // of what came, by operation
	for i := range moves {
		if len(moves[i].Before()) == 0 {
			after[moves[i].Op] = &moves[i]
		}
	}
	successor := map[int32]int32{}
	for _, p := range c.pairs {
		successor[p.was] = p.now
	}
	for i := range moves {
		m := &moves[i]
		job := c.problem.Ops[m.Op].Job
		if len(m.Before()) == 0 || c.owner[job].class == ownsDemand {
			continue
		}
		now := m.After()
		if len(now) == 0 {
			next, ok := successor[job]
			if !ok {
				continue // its order is no more
			}
			was, is := &c.problem.Jobs[job], &c.problem.Jobs[next]
			if k := m.Op - was.First; k < is.Ops && after[is.First+k] != nil {
				now = after[is.First+k].After()
			}
		}
		if len(now) > 0 {
			s.compare(m.Before(), now, c.today)
		}
	}
}

// compare counts one operation.
func (s *Stability) compare(before, after []schedule.Assignment, today int64) {
	was, is := firstPart(before), firstPart(after)
	if was.Machine < 0 && is.Machine < 0 && was.Mode < 0 || was.Start >= capacity.Never || is.Start >= capacity.Never {
		return
	}
	moved := is.Start - was.Start
	other := was.Machine != is.Machine
	if moved == 0 && !other {
		return
	}
	s.OperationsMoved++
	if other {
		s.MachinesChanged++
	}
	s.shift(moved, was.Start-today)
}

func firstPart(parts []schedule.Assignment) *schedule.Assignment {
	best := &parts[0]
	for i := range parts {
		if parts[i].Start < best.Start {
			best = &parts[i]
		}
	}
	return best
}
