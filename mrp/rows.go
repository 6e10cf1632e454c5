package mrp

import "github.com/taktplan/takt/bom"

// PastDue says what happens to a planned order that should have started already.
type PastDue uint8

// Forward starts it on the first working day from today, Keep leaves the past date.
const (
	Forward PastDue = iota
	Keep
)

// PastDues are the names of the policies as tables write them, by policy.
var PastDues = [...]string{"forward", "keep"}

// Settings are the row of settings.csv that steers the plan.
type Settings struct {
	Row              int
	Start            bom.When // the planning "today"; required
	HorizonDays      int      // 0: no horizon
	TimeZone         string   // IANA name; empty: UTC
	PastDue          PastDue
	Calendar         string // empty: every day works, around the clock
	ConsumeBackDays  int
	ConsumeAheadDays int
	DamperDays       int
	DamperShare      bom.Number
	RescheduleDays   int
	FollowUpDays     bom.Optional[int] // default 5
	FreezeHours      bom.Number
}

// DemandKind is an order or a forecast.
type DemandKind uint8

// The kinds, by their names in demands.csv.
const (
	CustomerOrder DemandKind = iota
	Forecast
)

// DemandKinds are the names of the kinds as tables write them, by kind.
var DemandKinds = [...]string{"order", "forecast"}

// Policy is how a demand may be delivered.
type Policy uint8

// The policies, by their names in demands.csv.
const (
	Partial Policy = iota
	Complete
	OrderComplete
)

// Policies are the names of the policies as tables write them, by policy.
var Policies = [...]string{"partial", "complete", "order_complete"}

// Peg is whether a demand shares supply or has its own.
type Peg uint8

// Dynamic demands share supply first-in-first-out, Dedicated ones are made to order.
const (
	Dynamic Peg = iota
	Dedicated
)

// Pegs are the names of the pegs as tables write them, by peg.
var Pegs = [...]string{"dynamic", "dedicated"}

// DemandStatus is where a demand stands in its life.
type DemandStatus uint8

// Open demands and quotes are planned; inquiries and closed demands are not.
const (
	Open DemandStatus = iota
	Inquiry
	Quote
	ClosedDemand
)

// DemandStatuses are the names of the statuses as tables write them, by status.
var DemandStatuses = [...]string{"open", "inquiry", "quote", "closed"}

// Demand is a row of demands.csv: a customer order line or a forecast.
type Demand struct {
	Row            int
	ID             string
	Item, Site     string
	Quantity       bom.Quantity
	Due            bom.When
	Kind           DemandKind
	Order          string
	Priority       int                      // 1 is the most urgent; 0 is the default 10
	Weight         bom.Optional[bom.Number] // default 1
	PenaltyPerDay  bom.Number
	Customer       string
	Class          string // A, B, C or empty
	Policy         Policy
	MinDelivery    bom.Quantity
	Latest         bom.When
	OverTolerance  bom.Number
	UnderTolerance bom.Number
	PackDays       int
	ShipDays       int
	Peg            Peg
	Status         DemandStatus
	Expires        bom.When
	PeriodDays     int
	UOM            string // of Quantity and MinDelivery
}

// Stock is a row of stock.csv.
type Stock struct {
	Row             int
	Item, Site      string
	Quantity        bom.Quantity
	Lot             string
	Expires         bom.Day // usable through that day
	ReservedFor     string  // a demand
	QuarantineUntil bom.Day
	UOM             string
}

// ReceiptStatus is how far an open order is.
type ReceiptStatus uint8

// The statuses, by their names in receipts.csv. Released is the default.
const (
	Released ReceiptStatus = iota
	Firm
	InProgress
)

// ReceiptStatuses are the names of the statuses as tables write them, by status.
var ReceiptStatuses = [...]string{"released", "firm", "in_progress"}

// Receipt is a row of receipts.csv: an open order, a scheduled receipt.
type Receipt struct {
	Row        int
	ID         string
	Kind       bom.Kind
	Item, Site string
	Quantity   bom.Quantity // good quantity still to come
	Due        bom.When
	Need       bom.When // the day it counts in netting; not given: due
	Confirmed  bom.When // the supplier's date, wins over due
	Start      bom.When
	Status     ReceiptStatus
	Source     string
	Demand     string            // hard peg
	OpDone     bom.Optional[int] // last finished routing step
	UOM        string
}

// Allocation is a row of allocations.csv: a component still to issue to a receipt.
type Allocation struct {
	Row             int
	Receipt         string
	Component, Site string
	Quantity        bom.Quantity
	Needed          bom.When // not given: the receipt's start
}
