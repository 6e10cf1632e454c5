package plan

import (
	"context"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// Mode says what an inquiry may ask of the plan.
type Mode uint8

// The modes.
const (
	// NoDisturbance finds the earliest date from the one asked for at which no order and no quote ships later than
	// promised. What is new goes into gaps, and what it takes is replaced in time.
	NoDisturbance Mode = iota
	// AsSoonAsPossible finds the earliest date there is. It may take supply and machine
	// time of others; Offer.Slips says whose.
	AsSoonAsPossible
	// JustInTime plans for the date asked for, as late as that allows; Offer.Release says what has to start first, and when.
	JustInTime
)

// Modes are the names of the modes.
var Modes = [...]string{"no_disturbance", "asap", "jit"}

func (m Mode) String() string { return Modes[m] }

// Inquiry asks when a customer can have something. Item and Quantity are required, the quantity in the item's
// base unit. Without an ID it gets one; without a Due it asks for the earliest date (JustInTime needs one). What
// else a row of demands says counts as it does there: peg, policy, days of packing and shipping.
type Inquiry struct {
	mrp.Demand
	Mode Mode
	// Like is the standard item of a special one that the model does not have yet: it is made as that
	// one is, after DesignDays working days of design and approval.
	Like       string
	DesignDays int
}

// Offer answers an inquiry.
type Offer struct {
	// Demand is the row that keeps the offer: the one asked for, with the date offered as its due date.
	Demand mrp.Demand
	Mode   Mode
	Asked  bom.When // the date asked for; not given: the earliest
	// Promised is when all of it is there; not given: never, within the time that the plan looks ahead.
	Promised bom.When
	// Late is by how many seconds that is after the end of the day asked for, or after the timestamp.
	Late       int64
	Deliveries []Shipment
	// Available is what of the quantity is available to promise on the date asked for (today without
	// one): free stock, open orders and planned orders. It is found without capacity.
	Available bom.Quantity
	// Supply is where the goods come from: stock, open orders, planned orders.
	Supply []SupplyLine
	// Release is the first thing that has to start for it and that would not start without it; nil if nothing has to.
	Release *FirstRelease
	Designs []DesignStep // of special items among what has to be made
	// Causes are what keeps it from the date asked for, from the demand back to the root; of an
	// inquiry without a date what keeps it from being there today.
	Causes []Cause
	// Barred are the orders that would ship later if this were promised for the date asked for: why
	// NoDisturbance offers a later one.
	Barred []Shift
	// Slips are the orders that ship later with this offer; none with NoDisturbance.
	Slips []Shift
	// Stability is how much of the schedule moves for it.
	Stability Stability
	// Plan is the plan with the offer in it; nil if there is no date.
	Plan *Plan

	changes []Change
}

// OK reports whether the whole quantity is there by the date asked for; without one, whether it is ever there.
func (o *Offer) OK() bool { return !o.Promised.IsZero() && o.Late == 0 }

// Changes put the offer into the plan that was asked. They are not made by asking.
func (o *Offer) Changes() []Change { return o.changes }

// Of is how much of the supply is of a kind.
func (o *Offer) Of(kind mrp.SupplyKind) bom.Quantity {
	sum := bom.Quantity(0)
	for i := range o.Supply {
		if o.Supply[i].Kind == kind {
			sum += o.Supply[i].Quantity
		}
	}
	return sum
}

// Promise says when a quantity can be there: capable-to-promise on a finite plan, by
// lead times and stock (available-to-promise) on a material plan. It plans forks with the inquiry as a demand, one for
// a date that can be kept and about twenty at most for the earliest that disturbs nobody. Nothing is
// reserved; this plan stays as it is. Errors are *InquiryError and those of Apply.
func (p *Plan) Promise(ctx context.Context, inquiry Inquiry) (Offer, error) {
	q, err := p.ask(&inquiry)
	if err != nil {
		return Offer{}, err
	}
	if inquiry.Quantity <= 0 {
		return Offer{}, &InquiryError{Field: "qty", Value: inquiry.Quantity.String(), Expected: "more than 0"}
	}
	switch inquiry.Mode {
	case AsSoonAsPossible:
		return q.soonest(ctx)
	case JustInTime:
		return q.inTime(ctx)
	}
	return q.undisturbed(ctx)
}

// inTime plans for the date asked for.
func (q *asking) inTime(ctx context.Context) (Offer, error) {
	if q.row.Due.IsZero() {
		return Offer{}, &InquiryError{Field: "due", Expected: "a date: just in time is planned back from it"}
	}
	a, err := q.try(ctx, q.row.Due, q.row.Quantity)
	if err != nil {
		return Offer{}, err
	}
	return q.offer(&a, &a), nil
}

// soonest plans for today, and promises what comes of it.
func (q *asking) soonest(ctx context.Context) (Offer, error) {
	first, err := q.try(ctx, bom.OnDay(q.base.model.Book.Start), q.row.Quantity)
	if err != nil || first.promised.IsZero() {
		return q.offer(&first, &first), err
	}
	// Planned for the date that came out, it waits for nothing and may disturb less.
	best, err := q.try(ctx, bom.OnDay(first.promised.Day), q.row.Quantity)
	if err != nil {
		return Offer{}, err
	}
	if !best.kept() || len(best.slips) > len(first.slips) {
		best = first
		best.row.Due = bom.OnDay(first.promised.Day)
	}
	return q.offer(&first, &best), nil
}
