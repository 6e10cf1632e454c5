package client

import "encoding/json"

// ReviewRequest are incoming orders, first come, first served.
type ReviewRequest struct {
	Orders []Wanted `json:"orders"`           // each with Demand, Item, Quantity and Due
	Hold   string   `json:"hold,omitempty"`   // keep every counter-offer of a date as a quote through this day
	Levers *bool    `json:"levers,omitempty"` // for orders that are not accepted look for what would serve them at a price; nil: yes
	Accept bool     `json:"accept,omitempty"` // put the accepted orders, and the quotes of Hold, into the plan
}

// ReviewAnswer is what is said of the orders. In a repeated answer there are no verdicts.
type ReviewAnswer struct {
	Version  uint64    `json:"version"`  // that was asked, or with Accept the one that holds the accepted orders
	Verdicts []Verdict `json:"verdicts"` // one for each order, in their sequence
	Step     *Step     `json:"step"`     // what accepting them has changed; nil: nothing
}

// Verdict is what is said of one order.
type Verdict struct {
	Demand    string         `json:"demand"`
	Customer  string         `json:"customer"`
	Item      string         `json:"item"`
	Site      string         `json:"site"`
	Quantity  json.Number    `json:"qty"`
	Due       string         `json:"due"`
	Decision  string         `json:"decision"` // accept, counter_offer, refuse
	Promised  string         `json:"promised"` // date of an accepted order, or of the counter-offer
	LateDays  json.Number    `json:"late_days"`
	InTime    json.Number    `json:"qty_in_time"` // what can be there by the date that was asked for
	Held      bool           `json:"held"`        // the counter-offer is kept as a quote
	Split     []PromisedPart `json:"split"`       // shipments for the whole quantity of which the first is in time
	Levers    []Offer        `json:"levers"`      // what would serve it at a price
	Reasons   []Reason       `json:"reasons"`
	FirstStep *Release       `json:"release"` // the first thing that has to start for it
}

// Offer is a way to serve an order that costs money or makes others wait.
type Offer struct {
	Levers   []string    `json:"levers"`
	Promised string      `json:"promised"`
	LateDays json.Number `json:"late_days"`
	Cost     json.Number `json:"cost"`
	Slips    []Shift     `json:"slips"`
}

// Reason is why an order is not accepted as asked, or what its date includes.
type Reason struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}
