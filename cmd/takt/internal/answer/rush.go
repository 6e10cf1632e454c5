package answer

import (
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// Rush is the answer to a rush order.
type Rush struct {
	Demand   string       `json:"demand" doc:"The id of the order."`
	Item     string       `json:"item"`
	Site     string       `json:"site"`
	Quantity string       `json:"qty" doc:"In the item's base unit."`
	Due      string       `json:"due" doc:"When it is wanted."`
	Options  []RushOption `json:"options" nullable:"false" doc:"The ways to serve it, the best first."`
	Tried    []Attempt    `json:"tried" nullable:"false" doc:"Ways that are not worth showing, and why."`
	Untried  []Untried    `json:"untried" nullable:"false" doc:"Levers that nothing could be done with, and why."`
}

// RushOption is one way to serve a rush order, and what comes of it.
type RushOption struct {
	Option       int         `json:"option" doc:"Its number, from 1."`
	Promise      string      `json:"promise" doc:"When all of it is there; empty: never."`
	OnTime       bool        `json:"on_time"`
	LateSeconds  int64       `json:"late_s" doc:"Seconds after the due date."`
	OnTimeQty    string      `json:"on_time_qty" doc:"What of it is there by the due date."`
	Strategy     string      `json:"strategy" doc:"How the schedule took it in; see docs/changes.md."`
	Levers       []Lever     `json:"levers" nullable:"false" doc:"What is done for it; empty: nothing, it takes its place."`
	Changes      []string    `json:"changes" nullable:"false" doc:"What is changed, in words."`
	Deliveries   []Delivery  `json:"deliveries" nullable:"false"`
	Slips        []Slip      `json:"slips" nullable:"false" doc:"Demands that become later, the worst first."`
	WeightedSlip string      `json:"weighted_slip_days" doc:"Sum of weight × days of all slips."`
	Cost         Cost        `json:"cost"`
	Stability    Stability   `json:"stability"`
	Bottleneck   *Bottleneck `json:"bottleneck,omitempty" doc:"The load of the work centre that the order waits for."`
	Remaining    string      `json:"remaining,omitempty" doc:"What holds it up most, if it is late."`
	Causes       []Cause     `json:"causes,omitempty" doc:"The chain of what holds it up."`
	Approval     []string    `json:"approval,omitempty" doc:"Why somebody else has to agree."`
	Gain         *RushGain   `json:"gain,omitempty" doc:"What a search made better."`
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
	WorkCentre string `json:"work_centre,omitempty"`
	Order      string `json:"order,omitempty"`
	Item       string `json:"item,omitempty"`
	Site       string `json:"site,omitempty"`
	Source     string `json:"source,omitempty"`
	Quantity   string `json:"qty,omitempty"`
	Seconds    int64  `json:"time_s,omitempty"`
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
	Customer string `json:"customer,omitempty"`
	Priority int    `json:"priority"`
	Weight   string `json:"weight"`
	Before   string `json:"before"`
	After    string `json:"after"`
	Seconds  int64  `json:"later_s"`
	Reason   string `json:"reason,omitempty"`
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

// Stability says how much of a schedule changed.
type Stability struct {
	Operations      int   `json:"operations" doc:"Operations that were planned before."`
	Moved           int   `json:"moved" doc:"Of these, those that begin at another time or on another machine."`
	MachinesChanged int   `json:"machines_changed"`
	ShiftedSeconds  int64 `json:"shifted_s" doc:"Sum of how far starts moved, in seconds."`
	Repromised      int   `json:"repromised" doc:"Demands that ship later than was promised."`
	Instability     int64 `json:"instability_mh" doc:"Shifted hours weighted by how soon the operation was to begin, in thousandths of an hour."`
}

// Bottleneck is the load of a work centre before and with an option.
type Bottleneck struct {
	WorkCentre string `json:"work_centre"`
	From       string `json:"from"`
	To         string `json:"to"`
	Before     string `json:"before"`
	After      string `json:"after"`
}

// Cause is one link of the chain of what holds something up.
type Cause struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	Wait int64  `json:"wait_s" doc:"How long this link lasts, in seconds."`
}

// Attempt is a way to serve an order that is not worth showing.
type Attempt struct {
	Levers  []string `json:"levers" nullable:"false"`
	Promise string   `json:"promise,omitempty"`
	Why     string   `json:"why"`
}

// Untried is a lever that could not be pulled.
type Untried struct {
	Lever string `json:"lever"`
	Why   string `json:"why"`
}

// RushOf is the answer to a rush order upon a plan. Rush.Measure comes first for loads and setups.
func RushOf(base *plan.Plan, r *plan.Rush) *Rush {
	zone := base.Model().Zone()
	d := &r.Demand
	out := &Rush{Demand: d.ID, Item: d.Item, Site: d.Site, Quantity: d.Quantity.String(), Due: d.Due.Text(zone), Options: []RushOption{}, Tried: []Attempt{}, Untried: []Untried{}}
	for i := range r.Options {
		out.Options = append(out.Options, RushOptionOf(i+1, &r.Options[i], zone))
	}
	for _, x := range r.Tried {
		t := Attempt{Levers: []string{}, Promise: when(x.Promise, zone), Why: x.Why}
		for i := range x.Levers {
			t.Levers = append(t.Levers, x.Levers[i].String())
		}
		out.Tried = append(out.Tried, t)
	}
	for _, x := range r.Untried {
		out.Untried = append(out.Untried, Untried{string(x.Kind), x.Why})
	}
	return out
}

// RushOptionOf is an option with its number.
func RushOptionOf(n int, o *plan.Option, zone *time.Location) RushOption {
	c := &o.Cost
	out := RushOption{Option: n, Promise: when(o.Promise, zone), OnTime: o.OnTime, LateSeconds: o.Late, OnTimeQty: o.OnTimeQuantity.String(),
		Strategy: o.Repair.Strategy.String(), Levers: []Lever{}, Changes: Words(o.Changes), Deliveries: []Delivery{}, Slips: []Slip{},
		WeightedSlip: o.WeightedSlip().String(), Approval: o.Approval,
		Cost:      Cost{c.Overtime.String(), c.Expedite.String(), c.Purchase.String(), c.Subcontract.String(), c.Transfer.String(), c.Setup.String(), c.Total().String()},
		Stability: StabilityOf(&o.Stability)}
	for _, l := range o.Levers {
		out.Levers = append(out.Levers, Lever{string(l.Kind), l.String(), l.WorkCentre, l.Order, l.Item, l.Site, l.Source, quantity(l.Quantity), int64(l.Time / time.Second), l.Cost.String()})
	}
	for _, x := range o.Deliveries {
		out.Deliveries = append(out.Deliveries, Delivery{x.At.Text(zone), x.Quantity.String()})
	}
	for _, x := range o.Slips {
		out.Slips = append(out.Slips, Slip{x.Demand, x.Customer, x.Priority, x.Weight.String(), when(x.Before, zone), when(x.After, zone), x.Seconds, x.Reason})
	}
	if b := o.Bottleneck; b != nil {
		out.Bottleneck = &Bottleneck{b.WorkCentre, b.From.String(), b.To.String(), Share(&b.Before), Share(&b.After)}
	}
	if o.Gain != nil {
		out.Gain = rushGain(o.Gain, zone)
	}
	if o.Remaining != nil {
		out.Remaining = o.Remaining.String()
	}
	for _, x := range o.Causes {
		out.Causes = append(out.Causes, Cause{string(x.Kind), x.String(), x.Wait})
	}
	return out
}

func rushGain(g *plan.OptionGain, zone *time.Location) *RushGain {
	b, a := &g.Before, &g.After
	return &RushGain{g.String(), when(g.PromiseBefore, zone), g.LateBefore, g.SlipBefore.String(), g.StirBefore, b.Late, a.Late, b.Tardiness.String(), a.Tardiness.String(),
		b.SetupTime.String(), a.SetupTime.String(), g.Iterations, g.StopReason.String()}
}

// StabilityOf says how much of a schedule changed.
func StabilityOf(s *plan.Stability) Stability {
	return Stability{s.Operations, s.OperationsMoved, s.MachinesChanged, s.ShiftedSeconds, s.Repromised, s.Instability}
}

// Words are changes in words.
func Words(changes []plan.Change) []string {
	out := make([]string, len(changes))
	for i, c := range changes {
		out[i] = c.String()
	}
	return out
}

// Share is how much of its time a work centre has to work, in percent.
func Share(m *plan.MachineTime) string {
	s, ok := m.Share()
	if !ok {
		return "closed"
	}
	return s.Shift(2).Round(0).String() + " %"
}

// when is a date or time; empty if it is not given.
func when(w bom.When, zone *time.Location) string {
	if w.IsZero() {
		return ""
	}
	return w.Text(zone)
}

// quantity is a quantity; empty for 0.
func quantity(q bom.Quantity) string {
	if q == 0 {
		return ""
	}
	return q.String()
}
