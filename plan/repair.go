package plan

import (
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
)

// Strategy is how Apply makes a schedule of the changed model from the schedule that was there.
type Strategy uint8

// The strategies (Vieira, Herrmann & Lin, Rescheduling Manufacturing Systems, Journal of Scheduling 6, 2003).
const (
	// Displace puts what is new where it is in time, and moves what is less urgent out of its way:
	// never what is pinned, started or frozen. It is the default.
	Displace Strategy = iota
	// GapFit puts what is new into gaps: no operation that is not itself changed moves.
	GapFit
	// MatchUp lets operations move that begin before a date; from that date on the old schedule holds
	// (Bean, Birge, Mittenthal & Noon, Operations Research 39, 1991).
	MatchUp
	// RightShift puts what is new where it is in time and moves what is in its way later, the
	// sequences of the machines unchanged.
	RightShift
	// DedicatedLine puts what is new on the machines of one work centre that is kept for it.
	DedicatedLine
	// Total schedules everything anew.
	Total
)

// Strategies are the names of the strategies.
var Strategies = [...]string{"displace", "gap_fit", "match_up", "right_shift", "dedicated_line", "total"}

func (s Strategy) String() string { return Strategies[s] }

// Repair steers how Apply repairs the schedule; the zero value is good.
type Repair struct {
	Strategy Strategy
	// Until is the date of MatchUp; not given: 14 days from the start of the plan.
	Until bom.When
	// WorkCentre is the line of DedicatedLine.
	WorkCentre string
	// MostMoves bounds the operations that Displace and RightShift move for one changed order; 0 is 2,000.
	MostMoves int
	// Trials bounds how often a repair is tried again with what came late asked for earlier; 0 is 4, below 0 none.
	Trials int
	// Urgent are demands to which work for demands of lower priority gives way, however little time that has.
	Urgent []string
	// Optimise, when set, improves the schedule by search once the changes are in it, repaired or anew: first that no
	// demand is later than in the plan before, then that little of its schedule moves. The plan is then one of its own family.
	// Weighted tardiness is never more than without it, but for what Urgent demands cost others.
	Optimise *Search
}

// Effects are what changes did to the demands and to the schedule, against the plan that they were applied to.
type Effects struct {
	Strategy Strategy
	// Shifts are the demands that ship at another time, that are new or gone, by id.
	Shifts    []Shift
	Stability Stability
}

// Shift is a demand that ships at another time than before.
type Shift struct {
	Demand        string
	Item          string
	Customer      string
	Priority      int
	Weight        bom.Number
	Before, After bom.When // promised; not given: not planned, or no date can be promised
	// LateBefore and LateAfter are how late it is, in seconds.
	LateBefore, LateAfter int64
	// Reason is what holds it up now; empty if it is on time.
	Reason string
}

// Slip is by how many seconds a demand that was and is planned becomes later than its due date; 0 if it does not.
func (s *Shift) Slip() int64 {
	if s.Before.IsZero() {
		return 0
	}
	return max(0, s.LateAfter-s.LateBefore)
}

// Stability is how much of a schedule changed. The weighted figure follows Sridharan, Berry & Udayabhanu
// (Decision Sciences 19, 1988): what was to begin soon counts more.
type Stability struct {
	Operations      int   // that were planned before, not counting new ones
	OperationsMoved int   // of these: that begin at another time or on another machine
	MachinesChanged int   // of these: that run on another machine
	ShiftedSeconds  int64 // sum of how far starts moved
	// Repromised are the demands that were planned and ship later than their promise was.
	Repromised int
	// Instability is the sum of shifted hours, each weighted by (1−α)·αᵗ with t the days from the start of the plan to the old
	// start and α = 0.9, in thousandths of an hour.
	Instability int64
}

// effectsOf compares two plans: the slow way.
func effectsOf(before, after *Plan, strategy Strategy) Effects {
	e := Effects{Strategy: strategy}
	for _, d := range compareDemands(before, after) {
		s := Shift{Demand: d.Demand, Item: d.Item, Priority: d.Priority, LateBefore: d.Before.Late, LateAfter: d.After.Late}
		if d.Presence != Added {
			s.Before = d.Before.Promised
		}
		if d.Presence != Removed {
			s.After = d.After.Promised
			s.Reason = after.reason(d.Demand)
		}
		holder := after
		if d.Presence == Removed {
			holder = before
		}
		if i, ok := holder.model.Book.Demand(d.Demand); ok {
			row := holder.model.Book.DemandAt(i)
			s.Customer, s.Weight = row.Customer, row.Weight.Or(bom.One)
		}
		e.Shifts = append(e.Shifts, s)
		if s.Slip() > 0 {
			e.Stability.Repromised++
		}
	}
	slices.SortFunc(e.Shifts, func(a, b Shift) int { return strings.Compare(a.Demand, b.Demand) })
	if before.finite != nil && after.finite != nil {
		e.Stability.count(before, after)
	}
	return e
}

// reason is what holds a demand up; empty if it is on time.
func (p *Plan) reason(demand string) string {
	i, ok := p.model.Book.Demand(demand)
	if !ok || p.finite == nil {
		return ""
	}
	promise, ok := p.Finite().Promise(i)
	if !ok {
		return ""
	}
	return promise.Cause()
}

// count measures how much of the schedule changed.
func (s *Stability) count(before, after *Plan) {
	s.Operations = before.Finite().NumOperations()
	for _, d := range compareOperations(before, after) {
		if d.Presence != Changed {
			continue
		}
		moved := d.After.Start.Unix - d.Before.Start.Unix
		other := d.Before.WorkCentre != d.After.WorkCentre || d.Before.Machine != d.After.Machine
		if moved != 0 || other {
			s.OperationsMoved++
		}
		if other {
			s.MachinesChanged++
		}
		s.shift(moved, d.Before.Start.Unix-before.Finite().today)
	}
}

// shift counts an operation whose start moved by some seconds, that was to begin so many seconds after the start of the plan.
func (s *Stability) shift(moved, ahead int64) {
	moved = max(moved, -moved)
	s.ShiftedSeconds += moved
	const day, hour, milli = 24 * 3600, 3600, 1000
	weight := int64(milli * milli / 10) // (1−α) in millionths
	for range min(max(ahead, 0)/day, 200) {
		weight = weight * 9 / 10
	}
	s.Instability += moved * weight / hour / milli
}
