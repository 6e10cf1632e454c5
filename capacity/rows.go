package capacity

import "github.com/taktplan/takt/bom"

// CentreKind is what a work centre is.
type CentreKind uint8

// The kinds, by their names in work_centres.csv.
const (
	Machine CentreKind = iota
	Operator
	Tool
	Batch
	Infinite
)

// CentreKinds are the names of the kinds as tables write them, by kind.
var CentreKinds = [...]string{"machine", "operator", "tool", "batch", "infinite"}

// SequenceRule orders the operations of a setup family into campaigns.
type SequenceRule uint8

// The rules, by their names in work_centres.csv; NoSequence is an empty cell.
const (
	NoSequence SequenceRule = iota
	Ascending
	Descending
)

// SequenceRules are the names of the rules as tables write them, by rule.
var SequenceRules = [...]string{"", "ascending", "descending"}

// DowntimeKind is what a row of downtime.csv does to a work centre.
type DowntimeKind uint8

// Closed takes working time away, Overtime adds it.
const (
	Closed DowntimeKind = iota
	Overtime
)

// DowntimeKinds are the names of the kinds as tables write them, by kind.
var DowntimeKinds = [...]string{"closed", "overtime"}

// CalendarRow is a row of calendars.csv: the shifts of some days, in the
// table's own notation (`Mon-Fri`, `2026-12-24..2027-01-02`; `06:00-14:00,14:00-22:00`).
type CalendarRow struct {
	Row    int
	ID     string
	Days   string
	Shifts string // empty: closed
}

// WorkCentre is a row of work_centres.csv.
type WorkCentre struct {
	Row                 int
	ID                  string
	Site                string
	Machines            bom.Optional[int] // default 1
	Calendar            string            // empty: the settings'
	Efficiency          bom.Number        // divides run time; 0 is the default 1
	Kind                CentreKind
	SetupMatrix         string
	CostPerHour         bom.Number
	OvertimeCostPerHour bom.Number
	OvertimeHoursPerDay bom.Number
	BatchCapacity       bom.Quantity
	Bottleneck          bool
	DedicatedClass      string
	SequenceRule        SequenceRule
}

// Operation is a row of routings.csv: one step of a routing, or with the same
// Op another work centre that can do it. Minutes are exact decimals.
type Operation struct {
	Row             int
	Item, Site      string
	Routing         string // version
	Op              int
	Name            string
	WorkCentre      string
	Preference      int // 1 first; 0 is the default 1
	SetupMin        bom.Number
	RunMin          bom.Number // per unit, or per batch with BatchQuantity
	FixedMin        bom.Number
	BatchQuantity   bom.Quantity // oven: 0: none
	QueueMin        bom.Number
	MoveMin         bom.Number
	MinWaitMin      bom.Number
	MaxWaitMin      bom.Optional[bom.Number] // not set: unlimited
	OverlapQuantity bom.Quantity
	SplitMax        int
	SetupFamily     string
	Sequence        bom.Number
	Tool            string
	ToolUnits       int
	Operator        string
	OperatorUnits   int
	HoldTool        bool
	Interruptible   bom.Optional[bool] // default true
	Supplier        string             // a subcontracted step
	LeadDays        int                // of a subcontracted step
	Yield           bom.Number         // 0 < y ≤ 1; 0 is the default 1
}

// Downtime is a row of downtime.csv.
type Downtime struct {
	Row        int
	WorkCentre string
	Machine    int // from 1; 0: all
	From, To   bom.When
	Kind       DowntimeKind
	Cost       bom.Number
}

// Setup is a row of setups.csv: the changeover from one setup family to another; * is any.
type Setup struct {
	Row       int
	Matrix    string
	From, To  string
	Minutes   bom.Number
	Cost      bom.Number
	Forbidden bool
}

// ScheduledOperation is a row of schedule.csv: one operation of the last
// published schedule, or of the schedule that a plan writes.
type ScheduledOperation struct {
	Row         int
	Order       string
	Op          int
	WorkCentre  string
	Machine     int
	Start       bom.When
	SetupEnd    bom.When
	End         bom.When
	Quantity    bom.Quantity
	Family      string
	Pinned      bool
	LateMinutes bom.Number
}
