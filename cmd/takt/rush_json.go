package main

import (
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// rushJSON is the answer to a rush order as one document.
type rushJSON struct {
	Demand   string            `json:"demand"`
	Item     string            `json:"item"`
	Site     string            `json:"site"`
	Quantity string            `json:"qty"`
	Due      string            `json:"due"`
	Options  []rushOptionJSON  `json:"options"`
	Tried    []rushAttemptJSON `json:"tried"`
	Untried  []rushUntriedJSON `json:"untried"`
}

type rushOptionJSON struct {
	Option       int                `json:"option"`
	Promise      string             `json:"promise"`
	OnTime       bool               `json:"on_time"`
	LateSeconds  int64              `json:"late_s"`
	OnTimeQty    string             `json:"on_time_qty"`
	Strategy     string             `json:"strategy"`
	Levers       []rushLeverJSON    `json:"levers"`
	Changes      []string           `json:"changes"`
	Deliveries   []rushDeliveryJSON `json:"deliveries"`
	Slips        []rushSlipJSON     `json:"slips"`
	WeightedSlip string             `json:"weighted_slip_days"`
	Cost         rushCostJSON       `json:"cost"`
	Stability    rushStabilityJSON  `json:"stability"`
	Bottleneck   *rushLoadJSON      `json:"bottleneck,omitempty"`
	Remaining    string             `json:"remaining,omitempty"`
	Causes       []rushCauseJSON    `json:"causes,omitempty"`
	Approval     []string           `json:"approval,omitempty"`
	Gain         *rushGainJSON      `json:"gain,omitempty"`
}

// rushGainJSON is what a search made better in an option.
type rushGainJSON struct {
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

type rushLeverJSON struct {
	Kind       string `json:"kind"`
	Text       string `json:"text"`
	WorkCentre string `json:"work_centre,omitempty"`
	Order      string `json:"order,omitempty"`
	Item       string `json:"item,omitempty"`
	Site       string `json:"site,omitempty"`
	Source     string `json:"source,omitempty"`
	Quantity   string `json:"qty,omitempty"`
	Seconds    int64  `json:"time_s,omitempty"`
	Cost       string `json:"cost"`
}

type rushDeliveryJSON struct {
	Date     string `json:"date"`
	Quantity string `json:"qty"`
}

type rushSlipJSON struct {
	Demand   string `json:"demand"`
	Customer string `json:"customer,omitempty"`
	Priority int    `json:"priority"`
	Weight   string `json:"weight"`
	Before   string `json:"before"`
	After    string `json:"after"`
	Seconds  int64  `json:"later_s"`
	Reason   string `json:"reason,omitempty"`
}

type rushCostJSON struct {
	Overtime    string `json:"overtime"`
	Expedite    string `json:"expedite"`
	Purchase    string `json:"purchase"`
	Subcontract string `json:"subcontract"`
	Transfer    string `json:"transfer"`
	Setup       string `json:"setup"`
	Total       string `json:"total"`
}

type rushStabilityJSON struct {
	Operations      int   `json:"operations"`
	Moved           int   `json:"moved"`
	MachinesChanged int   `json:"machines_changed"`
	ShiftedSeconds  int64 `json:"shifted_s"`
	Repromised      int   `json:"repromised"`
	Instability     int64 `json:"instability_mh"`
}

type rushLoadJSON struct {
	WorkCentre string `json:"work_centre"`
	From       string `json:"from"`
	To         string `json:"to"`
	Before     string `json:"before"`
	After      string `json:"after"`
}

type rushCauseJSON struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	Wait int64  `json:"wait_s"`
}

type rushAttemptJSON struct {
	Levers  []string `json:"levers"`
	Promise string   `json:"promise,omitempty"`
	Why     string   `json:"why"`
}

type rushUntriedJSON struct {
	Lever string `json:"lever"`
	Why   string `json:"why"`
}

func rushDocument(base *plan.Plan, r *plan.Rush) *rushJSON {
	zone := base.Model().Zone()
	d := &r.Demand
	out := &rushJSON{Demand: d.ID, Item: d.Item, Site: d.Site, Quantity: d.Quantity.String(), Due: d.Due.Text(zone), Options: []rushOptionJSON{}, Tried: []rushAttemptJSON{}, Untried: []rushUntriedJSON{}}
	for i := range r.Options {
		out.Options = append(out.Options, optionDocument(i+1, &r.Options[i], zone))
	}
	for _, x := range r.Tried {
		t := rushAttemptJSON{Levers: []string{}, Promise: rushTextOr(x.Promise, zone), Why: x.Why}
		for i := range x.Levers {
			t.Levers = append(t.Levers, x.Levers[i].String())
		}
		out.Tried = append(out.Tried, t)
	}
	for _, x := range r.Untried {
		out.Untried = append(out.Untried, rushUntriedJSON{string(x.Kind), x.Why})
	}
	return out
}

func optionDocument(n int, o *plan.Option, zone *time.Location) rushOptionJSON {
	c, s := &o.Cost, &o.Stability
	out := rushOptionJSON{Option: n, Promise: rushTextOr(o.Promise, zone), OnTime: o.OnTime, LateSeconds: o.Late, OnTimeQty: o.OnTimeQuantity.String(),
		Strategy: o.Repair.Strategy.String(), Levers: []rushLeverJSON{}, Changes: []string{}, Deliveries: []rushDeliveryJSON{}, Slips: []rushSlipJSON{},
		WeightedSlip: o.WeightedSlip().String(), Approval: o.Approval,
		Cost:      rushCostJSON{c.Overtime.String(), c.Expedite.String(), c.Purchase.String(), c.Subcontract.String(), c.Transfer.String(), c.Setup.String(), c.Total().String()},
		Stability: rushStabilityJSON{s.Operations, s.OperationsMoved, s.MachinesChanged, s.ShiftedSeconds, s.Repromised, s.Instability}}
	for _, l := range o.Levers {
		out.Levers = append(out.Levers, rushLeverJSON{string(l.Kind), l.String(), l.WorkCentre, l.Order, l.Item, l.Site, l.Source, quantityOr(l.Quantity), int64(l.Time / time.Second), l.Cost.String()})
	}
	for _, x := range o.Changes {
		out.Changes = append(out.Changes, x.String())
	}
	for _, x := range o.Deliveries {
		out.Deliveries = append(out.Deliveries, rushDeliveryJSON{x.At.Text(zone), x.Quantity.String()})
	}
	for _, x := range o.Slips {
		out.Slips = append(out.Slips, rushSlipJSON{x.Demand, x.Customer, x.Priority, x.Weight.String(), rushTextOr(x.Before, zone), rushTextOr(x.After, zone), x.Seconds, x.Reason})
	}
	if b := o.Bottleneck; b != nil {
		out.Bottleneck = &rushLoadJSON{b.WorkCentre, b.From.String(), b.To.String(), rushShare(&b.Before), rushShare(&b.After)}
	}
	if g := o.Gain; g != nil {
		b, a := &g.Before, &g.After
		out.Gain = &rushGainJSON{g.String(), rushTextOr(g.PromiseBefore, zone), g.LateBefore, g.SlipBefore.String(), g.StirBefore, b.Late, a.Late, b.Tardiness.String(), a.Tardiness.String(),
			b.SetupTime.String(), a.SetupTime.String(), g.Iterations, g.StopReason.String()}
	}
	if o.Remaining != nil {
		out.Remaining = o.Remaining.String()
	}
	for _, x := range o.Causes {
		out.Causes = append(out.Causes, rushCauseJSON{string(x.Kind), x.String(), x.Wait})
	}
	return out
}

func rushTextOr(w bom.When, zone *time.Location) string {
	if w.IsZero() {
		return ""
	}
	return w.Text(zone)
}
