package client

import "encoding/json"

// Wanted is an order or an inquiry: columns of the table demands, which say what they mean. Numbers are exact decimals such as "60".
type Wanted struct {
	Demand         string      `json:"demand,omitempty"`
	Item           string      `json:"item"`
	Site           string      `json:"site,omitempty"`
	Quantity       json.Number `json:"qty,omitempty"`
	UOM            string      `json:"uom,omitempty"`
	Due            string      `json:"due,omitempty"`
	Order          string      `json:"order,omitempty"`
	Priority       json.Number `json:"priority,omitempty"`
	Weight         json.Number `json:"weight,omitempty"`
	PenaltyPerDay  json.Number `json:"penalty_per_day,omitempty"`
	Customer       string      `json:"customer,omitempty"`
	Class          string      `json:"class,omitempty"`
	Policy         string      `json:"policy,omitempty"`
	MinDelivery    json.Number `json:"min_delivery,omitempty"`
	Latest         string      `json:"latest,omitempty"`
	OverTolerance  json.Number `json:"over_tolerance,omitempty"`
	UnderTolerance json.Number `json:"under_tolerance,omitempty"`
	PackDays       json.Number `json:"pack_days,omitempty"`
	ShipDays       json.Number `json:"ship_days,omitempty"`
	Peg            string      `json:"peg,omitempty"`
}

// Effects are what changes did to the demands and to the schedule.
type Effects struct {
	Strategy  string    `json:"strategy"`
	Shifts    []Shift   `json:"shifts"`
	Stability Stability `json:"stability"`
}

// Shift is a demand that ships at another time than before, or is new or gone.
type Shift struct {
	Demand     string      `json:"demand"`
	Item       string      `json:"item"`
	Customer   string      `json:"customer"`
	Priority   int         `json:"priority"`
	Before     string      `json:"promised_before"`
	After      string      `json:"promised_after"`
	LateBefore int64       `json:"late_before_s"` // seconds
	LateAfter  int64       `json:"late_s"`
	LaterDays  json.Number `json:"later_days"`
	Reason     string      `json:"reason"`
}

// Stability says how much of a schedule changed.
type Stability struct {
	Operations      int   `json:"operations"` // that were planned before
	Moved           int   `json:"moved"`
	MachinesChanged int   `json:"machines_changed"`
	ShiftedSeconds  int64 `json:"shifted_s"`
	Repromised      int   `json:"repromised"`     // demands that ship later than was promised
	Instability     int64 `json:"instability_mh"` // shifted hours weighted by how soon, in thousandths
}

// KPI is a figure of a plan.
type KPI struct {
	Name  string      `json:"name"`
	Value json.Number `json:"value"`
	Unit  string      `json:"unit"`
}

// Cause is one link of the chain of what holds something up.
type Cause struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	Wait int64  `json:"wait_s"`
}

// Scenario is a plan beside the current one.
type Scenario struct {
	ID      string   `json:"scenario"`
	Name    string   `json:"name"`
	Base    uint64   `json:"base"`  // version that it was made of
	Stale   bool     `json:"stale"` // another version is current by now
	Created string   `json:"created"`
	Expires string   `json:"expires"`
	Changes []string `json:"changes"`
	Effects *Effects `json:"effects"`
	KPIs    []KPI    `json:"kpis"`
}

// ScenarioRequest makes a scenario.
type ScenarioRequest struct {
	Name     string   `json:"name,omitempty"`
	Changes  []Change `json:"changes,omitempty"`
	Of       string   `json:"of,omitempty"` // a scenario that it begins as; empty: the current plan
	Strategy string   `json:"strategy,omitempty"`
	Until    string   `json:"until,omitempty"` // of strategy match_up
	Line     string   `json:"line,omitempty"`  // of strategy dedicated_line
}

// JobRequest starts a search.
type JobRequest struct {
	Kind       string `json:"kind"`                 // optimise
	Time       string `json:"time,omitempty"`       // such as 10s
	Iterations int64  `json:"iterations,omitempty"` // tries at most
	Seed       uint64 `json:"seed,omitempty"`
	Commit     bool   `json:"commit,omitempty"` // make what it finds the plan, if the plan has not moved on by then
}

// Job is a search as it stands.
type Job struct {
	ID           string   `json:"job"`
	Kind         string   `json:"kind"`
	State        string   `json:"state"` // running, done, cancelled, failed, committed
	Base         uint64   `json:"base"`
	Created      string   `json:"created"`
	Expires      string   `json:"expires"`
	Time         string   `json:"time"`
	Improvements int      `json:"improvements"`
	Iterations   int64    `json:"iterations"`
	Score        []Figure `json:"score"`
	Gain         *Gain    `json:"gain"`
	Version      uint64   `json:"version"` // that it became
	Problem      *Problem `json:"problem"` // why it failed, or could not be committed
}

// Figure is a measure of a schedule.
type Figure struct {
	Name  string      `json:"name"`
	Value json.Number `json:"value"`
}

// Gain is what a search made better.
type Gain struct {
	Text       string  `json:"text"`
	Anything   bool    `json:"anything"`
	Before     Figures `json:"before"`
	After      Figures `json:"after"`
	Moved      int     `json:"moved"`
	Iterations int64   `json:"iterations"`
	StopReason string  `json:"stop_reason"`
}

// Figures are what a search looks at: demands, days, days × weight, hours, orders on average, days.
type Figures struct {
	Late              int         `json:"late"`
	Short             int         `json:"short"`
	Tardiness         json.Number `json:"tardiness"`
	WeightedTardiness json.Number `json:"weighted_tardiness"`
	SetupTime         json.Number `json:"setup_time"`
	WIP               json.Number `json:"wip"`
	Makespan          json.Number `json:"makespan"`
}
