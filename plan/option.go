package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// Option is one way to serve a rush order: its levers, what comes of them, and the whole plan.
type Option struct {
	Levers  []Lever  // none: as it stands
	Changes []Change // the batch that makes the plan of it, the order itself first
	Repair  Repair   // with which to apply it
	Plan    *Plan

	Promise        bom.When // last delivery, pack and ship days included; the due date if on time; not given: never
	Late           int64    // seconds after the due date
	OnTime         bool     // all of it
	OnTimeQuantity bom.Quantity
	Deliveries     []Shipment
	Slips          []Slip // demands that become later, the worst (days × weight) first
	Cost           Cost
	Stability      Stability
	Bottleneck     *BottleneckLoad // by Rush.Measure; nil without a finite schedule
	Remaining      *Cause          // what holds the order up most; nil if it is on time
	Causes         []Cause         // the chain of it
	Gain           *OptionGain     // by search; nil: none was made
	Approval       []string        // why somebody else has to agree; nil: nobody has to

	at   int64 // the promise, to compare; capacity.Never: none
	try  *try
	zone *time.Location
}

// inTime is what ships by the due date.
func (o *Option) inTime() bom.Quantity {
	if o.OnTime {
		return o.try.demand.Quantity
	}
	o.try.detail(o.zone)
	return o.try.out.inTime
}

// Slip is a demand that an option makes later than its due date, or later still.
type Slip struct {
	Demand, Item, Customer string
	Priority               int
	Weight                 bom.Number
	Before, After          bom.When // promised; After not given: no longer served
	Seconds                int64    // by which its lateness grows
	Reason                 string   // what holds it up now
}

// Weighted is weight × days.
func (s *Slip) Weighted() decimal.Decimal {
	return s.Weight.Decimal().Mul(decimal.NewFromInt(s.Seconds)).DivRound(decimal.NewFromInt(24*3600), 6)
}

// Cost is what an option costs beside the order itself, in money of the model.
type Cost struct {
	Overtime    decimal.Decimal // hours × overtime_cost_per_hour, or downtime's own
	Expedite    decimal.Decimal // expedite_cost of purchases
	Purchase    decimal.Decimal // a dearer supplier or substitute
	Subcontract decimal.Decimal // the subcontractor's charge
	Transfer    decimal.Decimal // unit_cost of the transfer
	Setup       decimal.Decimal // setup time × cost_per_hour, more or less than before; by Rush.Measure
}

// Total is the sum.
func (c *Cost) Total() decimal.Decimal {
	return decimal.Sum(c.Overtime, c.Expedite, c.Purchase, c.Subcontract, c.Transfer, c.Setup)
}

func (c *Cost) add(l *Lever) {
	switch l.Kind {
	case LeverOvertime:
		c.Overtime = c.Overtime.Add(l.Cost)
	case LeverExpedite:
		c.Expedite = c.Expedite.Add(l.Cost)
	case LeverSource, LeverSubstitute:
		c.Purchase = c.Purchase.Add(l.Cost)
	case LeverSubcontract:
		c.Subcontract = c.Subcontract.Add(l.Cost)
	case LeverTransfer:
		c.Transfer = c.Transfer.Add(l.Cost)
	}
}

// WeightedSlip is the sum of weight × days of all slips.
func (o *Option) WeightedSlip() decimal.Decimal {
	sum := decimal.Zero
	for i := range o.Slips {
		sum = sum.Add(o.Slips[i].Weighted())
	}
	return sum
}

// slips are the demands that changes made later, but the rush order's own lines, the worst first.
func (p *Plan) slips(own func(demand string) bool) []Slip {
	e := p.Effects()
	const unserved = 365 * 24 * 3600 // a demand that is no longer served counts as a year late
	var out []Slip
	for i := range e.Shifts {
		x := &e.Shifts[i]
		seconds := x.Slip()
		if !x.Before.IsZero() && x.After.IsZero() {
			seconds = unserved
			if p.consumed(x.Demand) {
				continue
			}
		}
		if seconds == 0 || own(x.Demand) {
			continue
		}
		out = append(out, Slip{x.Demand, x.Item, x.Customer, x.Priority, x.Weight, x.Before, x.After, seconds, x.Reason})
	}
	slices.SortStableFunc(out, func(a, b Slip) int { return b.Weighted().Cmp(a.Weighted()) })
	return out
}

// consumed reports whether a demand is a forecast that is no longer planned: the rush order is a part of it.
func (p *Plan) consumed(demand string) bool {
	i, ok := p.model.Book.Demand(demand)
	return ok && p.model.demandRow(i).Kind == mrp.Forecast
}

// outcome is what a plan does for a demand.
type outcome struct {
	promised   bom.When
	at         int64 // the promise as an instant, the due date if on time; mrp's or the schedule's
	late       int64
	onTime     bool
	inTime     bom.Quantity // what ships by the due date
	deliveries []Shipment
	causes     []Cause
}

// outcome looks a demand up in a plan; ok is false if it is not planned.
func (p *Plan) outcome(id string) (outcome, bool) {
	i, ok := p.model.Book.Demand(id)
	if !ok {
		return outcome{}, false
	}
	if p.finite == nil {
		return p.materialOutcome(i)
	}
	if p.version != nil {
		if o, ok := p.outcomeOnBoard(i); ok {
			return o, true
		}
	}
	x, ok := p.Finite().Promise(i)
	if !ok {
		return outcome{}, false
	}
	return p.Finite().joint.outcome(i, x), true
}

func (j *joint) outcome(i int32, x Promise) outcome {
	row := j.m.Book.DemandAt(i)
	due := dueEnd(row.Due, j.zone)
	o := outcome{promised: x.Promised, late: x.Late, onTime: x.Status == mrp.OnTime, deliveries: x.Deliveries, causes: x.Causes, at: due + x.Late}
	for _, d := range x.Deliveries {
		if o.onTime || j.shipped(row, d.At.Instant(j.zone)) <= due {
			o.inTime += d.Quantity
		}
	}
	o.never(x.Status)
	return o
}

func (p *Plan) materialOutcome(i int32) (outcome, bool) {
	list := p.material.DemandResults()
	at := slices.IndexFunc(list, func(r mrp.DemandResult) bool { return r.Demand == i })
	if at < 0 {
		return outcome{}, false
	}
	r := &list[at]
	row := p.model.demandRow(i)
	o := outcome{late: int64(r.LateDays) * 24 * 3600, onTime: r.Status == mrp.OnTime}
	if r.Promised != bom.NoDay {
		o.promised = bom.OnDay(r.Promised)
	}
	if o.onTime {
		o.promised = row.Due
	}
	o.at = dueEnd(row.Due, p.model.Zone()) + o.late
	for _, d := range r.Deliveries {
		o.deliveries = append(o.deliveries, Shipment{bom.OnDay(d.Date), d.Quantity})
		if last, ok := p.model.Shop.Settings().Forward(d.Date, row.PackDays+row.ShipDays); o.onTime || ok && last <= row.Due.Day {
			o.inTime += d.Quantity
		}
	}
	for _, c := range r.Causes {
		o.causes = append(o.causes, p.materialCause(&c))
	}
	o.never(r.Status)
	return o, true
}

// materialCause is a cause of the material plan as one of the schedule, for which levers are known.
func (p *Plan) materialCause(c *mrp.Cause) Cause {
	out := Cause{Kind: CauseMaterial, Order: c.Order, Item: c.Item, Site: c.Site, From: c.From, Until: bom.OnDay(c.Date), Wait: int64(c.Own) * 24 * 3600, text: c.String()}
	if c.Date == bom.NoDay {
		out.Until = bom.When{}
	}
	switch c.Kind {
	case mrp.CauseLeadTime:
		out.Kind = CauseLead
		if o, ok := p.material.FindOrder(c.Order); ok && o.Kind == bom.Buy {
			out.Kind = CausePurchase
		}
	case mrp.CauseReceipt:
		out.Kind = CauseReceipt
	case mrp.CauseOverdue:
		out.Kind = CauseOverdue
	}
	return out
}

// compareResults puts the option first that is better for the order, or else for those who pay.
func compareResults(a, b *Option) int {
	return cmp.Or(-compareBool(a.OnTime, b.OnTime), cmp.Compare(a.at, b.at), a.WeightedSlip().Cmp(b.WeightedSlip()))
}

// compareOptions puts the better option first: on time, then the earlier promise, less harm, less cost, less
// commotion, fewer levers.
func compareOptions(a, b *Option) int {
	return cmp.Or(
		compareResults(a, b),
		a.cost().Cmp(b.cost()),
		cmp.Compare(a.Stability.Instability, b.Stability.Instability),
		cmp.Compare(len(a.Levers), len(b.Levers)),
	)
}

func (o *Option) cost() decimal.Decimal { return o.Cost.Total() }

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// dominated reports whether an option is in nothing better than one that stands before it. Harm and commotion have to
// be less by a tenth to count as better: nobody would decide by so little.
func (o *Option) dominated(by *Option) bool {
	tenth := func(v decimal.Decimal) decimal.Decimal { return v.Mul(decimal.New(9, -1)) }
	harm, calm := by.WeightedSlip(), decimal.NewFromInt(by.Stability.Instability)
	return o.at >= by.at && compareBool(o.OnTime, by.OnTime) <= 0 && o.cost().Cmp(by.cost()) >= 0 &&
		(harm.IsZero() || o.WeightedSlip().GreaterThan(tenth(harm))) && (calm.IsZero() || decimal.NewFromInt(o.Stability.Instability).GreaterThan(tenth(calm))) &&
		(by.OnTime || o.inTime() <= by.inTime())
}

// approve says who else has to agree to an option.
func (a *Approval) approve(o *Option) []string {
	var why []string
	if total := o.cost(); a.Money && total.GreaterThan(a.MoneyOver) {
		why = append(why, fmt.Sprintf("it costs %s", total))
	}
	if a.Others && len(o.Slips) > 0 {
		why = append(why, fmt.Sprintf("%d other demands become later", len(o.Slips)))
	}
	return why
}
