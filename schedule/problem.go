package schedule

import (
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// Problem is what is to be scheduled. Jobs, Ops and Modes refer to each other by
// index. The zero number is the default everywhere.
type Problem struct {
	Start    int64          // nothing that is not pinned begins earlier; seconds since 1970
	Zone     *time.Location // of the days that modes outside count; nil: UTC
	Centres  []Centre
	Machines []Machine
	Pools    []Pool
	Matrices []Matrix
	Families []string // names of setup families, for texts; family 0 is none
	Jobs     []Job
	Ops      []Op   // by job
	Modes    []Mode // by operation
	Arcs     []Arc
	Pins     []Assignment // operations that keep machine and times
}

// CentreKind is how the machines of a work centre are occupied.
type CentreKind uint8

// Exclusive machines do one operation at a time; Batch ones (ovens) several of a
// family together; Infinite ones any number.
const (
	Exclusive CentreKind = iota
	Batch
	Infinite
)

// Centre is a work centre: like machines side by side.
type Centre struct {
	ID       string
	Kind     CentreKind
	Machines int32 // how many; they stand in Problem.Machines one after another
	First    int32 // the first of them
	Matrix   int32 // in Problem.Matrices, from 1; 0: setups are the operations' own
	Capacity bom.Quantity
	Drum     bool // the bottleneck that others are scheduled around
	// Sequence orders the operations of a family into campaigns.
	Sequence capacity.SequenceRule
}

// Machine is one machine of a work centre.
type Machine struct {
	Centre int32
	Hours  *capacity.Hours
	Family int32 // that it is set up for at the start; 0: none
}

// Pool is a number of like tools or operators.
type Pool struct {
	ID     string
	Units  int32
	Hours  *capacity.Hours
	Absent []Absence
}

// Absence is a time in which some units of a pool are away.
type Absence struct {
	capacity.Span
	Units int32
}

// Changeover is a pair of setup families; AnyFamily stands for all.
type Changeover struct{ From, To int32 }

// AnyFamily matches every family in a Matrix.
const AnyFamily int32 = -1

// Setup is what a changeover takes.
type Setup struct {
	Time      time.Duration
	Cost      bom.Number
	Forbidden bool
}

// Matrix gives changeovers: the exact pair first, then (From, any), (any, To) and
// (any, any). The same family again takes nothing unless the exact pair is there; without
// an entry the mode's own setup holds.
type Matrix map[Changeover]Setup

// Job is a chain of operations: a make order, or the shipment of a demand.
type Job struct {
	ID     string
	Due    int64         // on time through this instant; 0: none
	Target int64         // without a due date: when it is wanted, which decides its turn only; 0: none
	Weight int64         // of its tardiness, in thousandths; 0 with a due date: not weighed
	Rank   int32         // priority: 1 is the most urgent; 0: none
	Buffer time.Duration // safety time before its due date and what waits for it, which construction aims to keep
	First  int32         // operation
	Ops    int32         // how many
}

// Op is one operation of a job.
type Op struct {
	Job           int32
	Number        int32 // in the routing
	Quantity      bom.Quantity
	Step          bom.Quantity // parts of a split operation are multiples of it; 0: any
	Modes         int32        // the first one, in Problem.Modes; no other operation has them
	NumModes      int32        // 0: a milestone, which takes no time
	Family        int32
	Sequence      bom.Number
	Release       int64 // not before; 0: no limit
	Cause         int32 // what the release stands for: the caller's number
	SplitMax      int32 // parallel parts; 0 and 1: whole, and so is what shares a tool that its job holds
	Load          bom.Quantity
	Interruptible bool
	HoldTool      bool // its tool stays with the job until the job's last operation ends
}

// Mode is one way to do an operation.
type Mode struct {
	Centre        int32 // -1: outside: LeadDays on Calendar, and any number at once
	Preference    int32 // 1 first
	Setup         time.Duration
	Fixed         time.Duration
	Run           time.Duration // a unit, or with Op.Load a load
	Efficiency    bom.Number    // divides Run; 0 is 1
	Tool          int32         // in Problem.Pools, from 1; 0: none
	ToolUnits     int32
	Operator      int32 // in Problem.Pools, from 1; 0: none
	OperatorUnits int32
	LeadDays      int32
	Calendar      *capacity.Calendar
}

// Arc lets To begin only after From.
type Arc struct {
	From, To int32 // operations
	Min      time.Duration
	Max      time.Duration // longest wait from the end of From to the start of To, if HasMax
	HasMax   bool
	// Transfer is the batch in which From hands over while it still runs; 0: all at once.
	Transfer bom.Quantity
	// Material is a peg rather than a step of a routing: Cause names it, the caller's number.
	Material bool
	Cause    int32
}

// Assignment is a part of an operation on a machine.
type Assignment struct {
	Op       int32
	Machine  int32 // in Problem.Machines; -1: none is needed
	Mode     int32 // in Problem.Modes; -1: a milestone
	Pin      PinKind
	Delayed  bool // it could begin earlier, but is not wanted before (just in time)
	Start    int64
	SetupEnd int64
	End      int64
	Quantity bom.Quantity
}

// PinKind says why an operation keeps machine and times.
type PinKind uint8

// The kinds of pins.
const (
	Free PinKind = iota
	Pinned
	Started
	Frozen
)

// PinKinds are the names of the kinds.
var PinKinds = [...]string{"free", "pinned", "started", "frozen"}

// Schedule is where and when every operation runs. It is immutable.
type Schedule struct {
	Problem *Problem
	// Ops are the assignments by operation; most have one, split ones several by machine.
	Ops []Assignment
	// Broken are the constraints that could not be kept, in the order of the operations.
	Broken []Violation
	first  []int32   // of each operation, in Ops
	early  *Schedule // before operations were delayed just in time; nil: none was
}

// Of are the parts of an operation.
func (s *Schedule) Of(op int32) []Assignment { return s.Ops[s.first[op]:s.first[op+1]] }

// Start is when an operation begins.
func (s *Schedule) Start(op int32) int64 {
	start := capacity.Never
	for _, a := range s.Of(op) {
		start = min(start, a.Start)
	}
	return start
}

// End is when an operation ends; capacity.Never if no calendar reaches it.
func (s *Schedule) End(op int32) int64 {
	end := int64(-capacity.Never)
	for _, a := range s.Of(op) {
		end = max(end, a.End)
	}
	return end
}

// Early is the schedule as it was before operations were delayed just in time, which says best why something is late; nil: none was.
func (s *Schedule) Early() *Schedule { return s.early }

// DelayedFrom is the schedule as one that came of an earlier one of the same problem by delaying operations just in time.
func (s *Schedule) DelayedFrom(early *Schedule) *Schedule {
	delayed := *s
	delayed.early = early
	return &delayed
}

// NewSchedule is a schedule from assignments in any order of operations that cover every
// operation; it does not check them: Verify does.
func NewSchedule(p *Problem, parts []Assignment) *Schedule {
	s := &Schedule{Problem: p, first: make([]int32, len(p.Ops)+1), Ops: make([]Assignment, len(parts))}
	for i := range parts {
		s.first[parts[i].Op+1]++
	}
	for i := range p.Ops {
		s.first[i+1] += s.first[i]
	}
	next := append([]int32(nil), s.first...)
	for i := range parts {
		s.Ops[next[parts[i].Op]] = parts[i]
		next[parts[i].Op]++
	}
	return s
}

// ViolationKind says which constraint does not hold.
type ViolationKind string

// The kinds of violations.
const (
	Unplaced     ViolationKind = "unplaced"      // no calendar reaches it
	Overlap      ViolationKind = "overlap"       // two operations at once on a machine
	WrongMachine ViolationKind = "wrong_machine" // a machine that cannot do it
	WrongTime    ViolationKind = "wrong_time"    // works more or less than it takes
	OffHours     ViolationKind = "off_hours"     // begins or ends outside working time
	Interrupted  ViolationKind = "interrupted"   // may not span non-working time
	ForbiddenRun ViolationKind = "forbidden"     // a forbidden changeover
	TooEarly     ViolationKind = "too_early"     // before its release, its material or the start
	TooSoon      ViolationKind = "too_soon"      // before what precedes it allows
	TooLate      ViolationKind = "too_late"      // after the longest wait
	PoolExceeded ViolationKind = "pool"          // more tools or operators than there are
	BatchWrong   ViolationKind = "batch"         // an oven load that is too large or mixes families
	QuantityOff  ViolationKind = "quantity"      // parts do not add up to the operation
	Moved        ViolationKind = "moved"         // a pinned operation does not keep machine or times
)

// Violation is a constraint that a schedule does not keep.
type Violation struct {
	Kind  ViolationKind
	Op    int32 // in Problem.Ops
	Other int32 // the other operation, pool or machine concerned; -1: none
	By    int64 // how much, in seconds, units or quantity
	At    int64 // when; 0: not a matter of time
	// Given is a violation among pinned operations, which no schedule could mend.
	Given bool
}
