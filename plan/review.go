package plan

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// Decision is what order review says of an order.
type Decision uint8

// The decisions.
const (
	Accept  Decision = iota // as asked
	Counter                 // another date, less by the date asked for, a split, or a lever that costs
	Refuse
)

// Decisions are their names.
var Decisions = [...]string{"accept", "counter_offer", "refuse"}

func (d Decision) String() string { return Decisions[d] }

// Verdict is what order review says of one order, with reasons.
type Verdict struct {
	Order    mrp.Demand // as asked, in base units
	Decision Decision
	// Offer is the earliest date for the whole order at which nobody else ships later: the
	// date asked for if it is accepted.
	Offer Offer
	// Date is that date as a counter-offer; not given: accepted, no such date, or of no use by then.
	Date bom.When
	// Quantity is what can be there by the date asked for; all of an accepted order.
	Quantity bom.Quantity
	// Split are shipments for the whole quantity of which the first is in time and none is after Date; nil without.
	Split []Shipment
	// Levers serve the order by the date asked for, or earlier than Date, at a price.
	Levers  []LeverOffer
	Reasons []Reason // why not as asked, and what an accepted order includes
	Held    bool     // the counter-offer is kept as a quote
	// After is the plan with this order and those before it, as far as they were accepted or held.
	After *Plan
}

// LeverOffer is a way to serve an order that costs money or makes others wait.
type LeverOffer struct {
	Levers   []string // what is done, in words
	Promised bom.When
	Late     int64 // seconds after the date asked for
	Cost     decimal.Decimal
	Slips    []Shift // who ships later
}

// ReviewOptions steer Review; the zero value is good.
type ReviewOptions struct {
	// HoldUntil keeps every counter-offer of a date as a quote through this day, so that the orders that
	// follow cannot take it. Not given: counter-offers hold nothing.
	HoldUntil bom.When
	// Levers, when set, finds what else would serve an order that is not accepted.
	Levers func(ctx context.Context, p *Plan, order mrp.Demand) ([]LeverOffer, error)
}

// OrderError is an order of a batch that cannot be meant.
type OrderError struct {
	Index int // in the batch, from 0
	Order string
	Err   error // an *InquiryError, or why it cannot be planned
}

func (e *OrderError) Error() string {
	return fmt.Sprintf("order %d, %s: %v", e.Index+1, e.Order, e.Err)
}

// Unwrap gives Err to errors.Is and errors.As.
func (e *OrderError) Unwrap() error { return e.Err }

// Review decides on incoming orders in their sequence, first come, first served: each that is accepted counts for those after it.
// An order is accepted if all of it can be there by its date and no order or quote ships later for it. An
// order that the model has as an inquiry is decided on too. If an order cannot be meant, nothing is reviewed: the error is
// *bom.Errors of all *OrderError of the batch. Other errors are *QuoteError for HoldUntil, those of the context, and *OrderError with those of Apply.
func (p *Plan) Review(ctx context.Context, orders []mrp.Demand, opts ReviewOptions) ([]Verdict, error) {
	if err := p.checkOrders(orders); err != nil {
		return nil, err
	}
	if start := p.model.Book.Start; !opts.HoldUntil.IsZero() && opts.HoldUntil.Day < start {
		return nil, &QuoteError{"the counter-offer", "quote", mrp.Inquiry, opts.HoldUntil, fmt.Sprintf("it would have expired on %v, before the start of the plan, %v: choose a later day", opts.HoldUntil.Day, start)}
	}
	out := make([]Verdict, 0, len(orders))
	for i, order := range orders {
		order.Status, order.Expires = mrp.Open, bom.When{}
		v, err := p.reviewOne(ctx, order, &opts)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			return nil, &OrderError{i, order.ID, err}
		}
		p = v.After
		out = append(out, v)
	}
	return out, nil
}

// checkOrders finds all orders that cannot be meant.
func (p *Plan) checkOrders(orders []mrp.Demand) error {
	var errs bom.Errors
	first := map[string]int{}
	for i := range orders {
		row := &orders[i]
		_, err := p.ask(&Inquiry{Demand: *row})
		switch before, twice := first[row.ID]; {
		case err != nil:
		case row.ID == "":
			err = &InquiryError{Field: "demand", Expected: "an id for the order"}
		case row.Quantity == 0:
			err = &InquiryError{Field: "qty", Value: "0", Expected: "more than 0"}
		case twice:
			err = &InquiryError{Field: "demand", Value: row.ID, Expected: fmt.Sprintf("an id of its own: order %d has it too", before+1)}
		}
		if err != nil {
			errs.Add(&OrderError{i, row.ID, err})
		}
		if _, there := first[row.ID]; !there {
			first[row.ID] = i
		}
	}
	return errs.Err()
}

// reviewOne decides on one order.
func (p *Plan) reviewOne(ctx context.Context, order mrp.Demand, opts *ReviewOptions) (Verdict, error) {
	v := Verdict{Order: order, After: p}
	q, err := p.ask(&Inquiry{Demand: order})
	if err != nil {
		return v, err
	}
	v.Order.Quantity, v.Order.MinDelivery, v.Order.UOM, v.Order.Site = q.row.Quantity, q.row.MinDelivery, "", q.row.Site
	if v.Offer, err = q.undisturbed(ctx); err != nil {
		return v, err
	}
	v.designed()
	if v.Offer.OK() {
		v.Quantity, v.After = v.Order.Quantity, v.Offer.Plan
		return v, nil
	}
	v.Reasons = append(v.Offer.Reasons(), v.Reasons...)
	if useful(&v.Order, v.Offer.Promised) {
		v.Date = v.Offer.Promised
	} else if !v.Offer.Promised.IsZero() {
		v.Reasons = append(v.Reasons, Reason{Kind: ReasonLatest, Text: fmt.Sprintf("%v is after %v, and the order is of no use after that", v.Offer.Promised.Day, order.Latest.Day)})
	}
	if err := v.counter(ctx, q, p); err != nil {
		return v, err
	}
	if opts.Levers != nil {
		if v.Levers, err = opts.Levers(ctx, p, v.Order); err != nil {
			return v, err
		}
		v.Levers = slices.DeleteFunc(v.Levers, func(l LeverOffer) bool { return !v.worth(&l, q.base.model.Zone()) })
	}
	v.Decision = Refuse
	if !v.Date.IsZero() || v.Quantity > 0 || len(v.Levers) > 0 {
		v.Decision = Counter
	}
	return v, v.hold(ctx, p, opts)
}

// counter finds what of the order can be there in time, and when the rest.
func (v *Verdict) counter(ctx context.Context, q *asking, p *Plan) error {
	largest, err := q.largest(ctx)
	if err != nil || largest.Quantity == 0 {
		return err
	}
	order := &v.Order
	if largest.Quantity < order.MinDelivery {
		v.Reasons = append(v.Reasons, Reason{Kind: ReasonDelivery, Text: fmt.Sprintf("%v could be there by then, but the smallest delivery is %v", largest.Quantity, order.MinDelivery)})
		return nil
	}
	v.Quantity = largest.Quantity
	rest := order.Quantity - largest.Quantity
	if order.Policy != mrp.Partial || rest < order.MinDelivery {
		return nil
	}
	later := Inquiry{Demand: *order}
	later.ID, later.Quantity = "", rest
	offer, err := largest.Offer.Plan.Promise(ctx, later)
	if err != nil {
		return err
	}
	zone := p.model.Zone()
	if later := !v.Date.IsZero() && offer.Promised.Instant(zone) > v.Date.Instant(zone); useful(order, offer.Promised) && !later {
		v.Split = []Shipment{{largest.Offer.Promised, largest.Quantity}, {offer.Promised, rest}}
	}
	return nil
}

// worth reports whether a lever serves the order in time, or earlier than the date that costs nothing.
func (v *Verdict) worth(l *LeverOffer, zone *time.Location) bool {
	if !useful(&v.Order, l.Promised) {
		return false
	}
	return l.Late == 0 || v.Date.IsZero() || l.Promised.Instant(zone) < v.Date.Instant(zone)
}

// useful reports whether an order is of use at a date.
func useful(order *mrp.Demand, promised bom.When) bool {
	return !promised.IsZero() && (order.Latest.IsZero() || promised.Day <= order.Latest.Day)
}

// hold keeps a counter-offer of a date as a quote.
func (v *Verdict) hold(ctx context.Context, p *Plan, opts *ReviewOptions) error {
	if opts.HoldUntil.IsZero() || v.Decision != Counter || v.Date.IsZero() {
		return nil
	}
	row := v.Offer.Demand
	row.Expires = opts.HoldUntil
	after, err := p.ApplyWith(ctx, Repair{Strategy: GapFit}, QuoteDemand{row})
	if err == nil {
		v.After, v.Held = after, true
	}
	return err
}
