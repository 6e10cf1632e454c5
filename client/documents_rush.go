package client

// RushRequest is an urgent order, and what may be done for it.
type RushRequest struct {
	Wanted
	Levers     []string `json:"levers,omitempty"` // these only, of docs/rush.md
	Strategy   string   `json:"strategy,omitempty"`
	Until      string   `json:"until,omitempty"`
	Line       string   `json:"line,omitempty"`
	Optimise   string   `json:"optimise,omitempty"` // improve the best options for so long, such as 2s
	Iterations int64    `json:"iterations,omitempty"`
	Seed       uint64   `json:"seed,omitempty"`
	Most       int      `json:"most,omitempty"`     // options at most
	Measure    bool     `json:"measure,omitempty"`  // find the load of the bottleneck, and the cost of setups; without it Cost.Total has none
	Approval   []string `json:"approval,omitempty"` // money, others: such options need consent
}

// RushAnswer is the answer to an urgent order, kept by the service for a while.
type RushAnswer struct {
	ID       string       `json:"rush"`
	Version  uint64       `json:"version"` // that it was found on
	Expires  string       `json:"expires"`
	Demand   string       `json:"demand"`
	Item     string       `json:"item"`
	Site     string       `json:"site"`
	Quantity string       `json:"qty"`
	Due      string       `json:"due"`
	Options  []RushOption `json:"options"` // the best first
	Tried    []Attempt    `json:"tried"`   // ways that are not worth showing
	Untried  []Untried    `json:"untried"` // levers that nothing could be done with
}

// RushOption is one way to serve a rush order, and what comes of it.
type RushOption struct {
	Option       int         `json:"option"`  // its number, from 1
	Promise      string      `json:"promise"` // when all of it is there; empty: never
	OnTime       bool        `json:"on_time"`
	LateSeconds  int64       `json:"late_s"`
	OnTimeQty    string      `json:"on_time_qty"`
	Strategy     string      `json:"strategy"`
	Levers       []Lever     `json:"levers"`
	Changes      []string    `json:"changes"`
	Deliveries   []Delivery  `json:"deliveries"`
	Slips        []Slip      `json:"slips"` // demands that become later, the worst first
	WeightedSlip string      `json:"weighted_slip_days"`
	Cost         Cost        `json:"cost"`
	Stability    Stability   `json:"stability"`
	Bottleneck   *Bottleneck `json:"bottleneck"`
	Remaining    string      `json:"remaining"`
	Causes       []Cause     `json:"causes"`
	Approval     []string    `json:"approval"` // why somebody else has to agree
	Gain         *RushGain   `json:"gain"`
}

// RushGain is what a search made better in an option.
type RushGain struct {
	Text          string `json:"text"`
	PromiseBefore string `json:"promise_before"`
	LateBefore    int64  `json:"late_before_s"`
	SlipBefore    string `json:"weighted_slip_days_before"`
	MovedBefore   int    `json:"moved_before"`
	DemandsBefore int    `json:"late_demands_before"`
	DemandsAfter  int    `json:"late_demands"`
	DaysBefore    string `json:"late_days_before"`
	DaysAfter     string `json:"late_days"`
	SetupBefore   string `json:"setup_hours_before"`
	SetupAfter    string `json:"setup_hours"`
	Iterations    int64  `json:"iterations"`
	StopReason    string `json:"stop_reason"`
}

// Lever is what is done to serve an order earlier, and what it costs.
type Lever struct {
	Kind       string `json:"kind"`
	Text       string `json:"text"`
	WorkCentre string `json:"work_centre"`
	Order      string `json:"order"`
	Item       string `json:"item"`
	Site       string `json:"site"`
	Source     string `json:"source"`
	Quantity   string `json:"qty"`
	Seconds    int64  `json:"time_s"`
	Cost       string `json:"cost"`
}

// Delivery is a part of an order that leaves together.
type Delivery struct {
	Date     string `json:"date"`
	Quantity string `json:"qty"`
}

// Slip is a demand that an option makes later.
type Slip struct {
	Demand   string `json:"demand"`
	Customer string `json:"customer"`
	Priority int    `json:"priority"`
	Weight   string `json:"weight"`
	Before   string `json:"before"`
	After    string `json:"after"`
	Seconds  int64  `json:"later_s"`
	Reason   string `json:"reason"`
}

// Cost is what an option costs, in money of the model.
type Cost struct {
	Overtime    string `json:"overtime"`
	Expedite    string `json:"expedite"`
	Purchase    string `json:"purchase"`
	Subcontract string `json:"subcontract"`
	Transfer    string `json:"transfer"`
	Setup       string `json:"setup"`
	Total       string `json:"total"`
}

// Bottleneck is the load of a work centre before and with an option.
type Bottleneck struct {
	WorkCentre string `json:"work_centre"`
	From       string `json:"from"`
	To         string `json:"to"`
	Before     string `json:"before"`
	After      string `json:"after"`
}

// Attempt is a way to serve an order that is not worth showing.
type Attempt struct {
	Levers  []string `json:"levers"`
	Promise string   `json:"promise"`
	Why     string   `json:"why"`
}

// Untried is a lever that could not be pulled.
type Untried struct {
	Lever string `json:"lever"`
	Why   string `json:"why"`
}
