package client

import "encoding/json"

// Inquiry asks for a date. Without Due: the earliest one. Without Quantity: the largest quantity by Due.
type Inquiry struct {
	Wanted
	Mode       string `json:"mode,omitempty"` // no_disturbance, asap, jit
	Like       string `json:"like,omitempty"` // the standard item that a special one is made like
	DesignDays int    `json:"design_days,omitempty"`
}

// PromiseAnswer is the answer to an inquiry, on a version of the plan.
type PromiseAnswer struct {
	Version uint64 `json:"version"`
	Promise
}

// Promise says when something can be there, or how much of it.
type Promise struct {
	Item      string         `json:"item"`
	Site      string         `json:"site"`
	Quantity  json.Number    `json:"qty"`
	Due       string         `json:"due"`
	Mode      string         `json:"mode"`
	Promised  string         `json:"promised"` // empty: no date was found
	LateDays  json.Number    `json:"late_days"`
	AsAsked   bool           `json:"as_asked"`
	Available json.Number    `json:"available"`
	Largest   json.Number    `json:"largest_by_due"`
	Step      json.Number    `json:"largest_step"` // how finely the largest quantity was searched for
	Delivered []PromisedPart `json:"deliveries"`
	Supply    []Supply       `json:"supply"`
	Causes    []Cause        `json:"causes"`
	Slips     []Shift        `json:"slips"`  // orders that ship later for it
	Barred    []Shift        `json:"barred"` // orders that would ship later if it were promised for the date that was asked for
	Release   *Release       `json:"release"`
	Designs   []Design       `json:"designs"`
	Stability *Stability     `json:"stability"`
}

// PromisedPart is a delivery of a promise.
type PromisedPart struct {
	Date     string      `json:"date"`
	Quantity json.Number `json:"qty"`
}

// Supply is what a promise rests on: stock, an open order, a planned order.
type Supply struct {
	Kind      string      `json:"supply_kind"`
	ID        string      `json:"supply"`
	Quantity  json.Number `json:"qty"`
	Available string      `json:"available"`
}

// Release is a planned order that has to start.
type Release struct {
	Order    string      `json:"order"`
	Kind     string      `json:"kind"`
	Item     string      `json:"item"`
	Site     string      `json:"site"`
	From     string      `json:"from"`
	Quantity json.Number `json:"qty"`
	Start    string      `json:"start"`
}

// Design is the design and approval of a special item.
type Design struct {
	Item string `json:"item"`
	Days int    `json:"working_days"`
}

// QuoteRequest asks for a quote that holds through the day Expires.
type QuoteRequest struct {
	Inquiry
	Expires string `json:"expires"`
}

// QuoteAnswer is the quote that was made, and the step that put it into the plan. In a repeated answer there is no promise.
type QuoteAnswer struct {
	Version uint64   `json:"version"`
	Quote   *Quote   `json:"quote"`
	Promise *Promise `json:"promise"`
	Step    Step     `json:"step"`
}

// Quote is an inquiry or a quote of the plan.
type Quote struct {
	Demand   string      `json:"demand"`
	Customer string      `json:"customer"`
	Item     string      `json:"item"`
	Site     string      `json:"site"`
	Quantity json.Number `json:"qty"`
	Due      string      `json:"due"`
	Status   string      `json:"status"` // inquiry, quote
	Expires  string      `json:"expires"`
	Expired  bool        `json:"expired"`
}
