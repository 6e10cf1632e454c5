package plan

import (
	"context"
	"fmt"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// A quote goes from inquiry (known, not planned) to quote (planned, so that it reserves what it
// needs, through its day expires) to open (confirmed: an order) or closed (expired or
// cancelled). The changes of this file are these steps; each knows its inverse.

// RecordInquiry adds a demand as an inquiry: known, but not planned.
type RecordInquiry struct{ Demand mrp.Demand }

// QuoteDemand makes a quote of an inquiry, or adds one: a row with the date to promise and the last
// day on which the customer may take it (Expires). Planned by itself it takes its place by due date, as an order does. So
// that it takes nothing from an order, choose the date with Plan.Quote, or Promise with NoDisturbance.
type QuoteDemand struct{ Demand mrp.Demand }

// ConfirmQuote makes an order of a quote that has not expired. The plan stays as it is.
type ConfirmQuote struct{ Demand string }

// ExpireQuote closes a quote whose last day is past. It is not planned any more since that day.
type ExpireQuote struct{ Demand string }

// CancelQuote closes a quote or an inquiry that comes to nothing, and frees what it held.
type CancelQuote struct{ Demand string }

// QuoteError is a step in the life of a quote that cannot be made.
type QuoteError struct {
	Demand  string
	Step    string           // quote, confirm, expire, cancel
	Status  mrp.DemandStatus // that it has
	Expires bom.When         // not given: no last day
	Advice  string
}

func (e *QuoteError) Error() string {
	state := mrp.DemandStatuses[e.Status]
	if e.Status == mrp.Quote && !e.Expires.IsZero() {
		state += " until " + e.Expires.Day.String()
	}
	return fmt.Sprintf("%s is %s and cannot be %s: %s", e.Demand, state, quoteSteps[e.Step], e.Advice)
}

// quoteSteps are the steps as participles.
var quoteSteps = map[string]string{"quote": "quoted", "confirm": "confirmed", "expire": "expired", "cancel": "cancelled"}

func (c RecordInquiry) String() string { return "record inquiry " + c.Demand.ID }
func (c QuoteDemand) String() string   { return "quote " + c.Demand.ID }
func (c ConfirmQuote) String() string  { return "confirm quote " + c.Demand }
func (c ExpireQuote) String() string   { return "expire quote " + c.Demand }
func (c CancelQuote) String() string   { return "cancel quote " + c.Demand }

func (c RecordInquiry) claims() []claim { return whole(demandKind, c.Demand.ID) }
func (c QuoteDemand) claims() []claim   { return whole(demandKind, c.Demand.ID) }
func (c ConfirmQuote) claims() []claim  { return whole(demandKind, c.Demand) }
func (c ExpireQuote) claims() []claim   { return whole(demandKind, c.Demand) }
func (c CancelQuote) claims() []claim   { return whole(demandKind, c.Demand) }

func (c RecordInquiry) edit(d *draft) (Change, error) {
	row := c.Demand
	row.Status = mrp.Inquiry
	return AddDemand{row}.edit(d)
}

func (c QuoteDemand) edit(d *draft) (Change, error) {
	row, start := c.Demand, d.base.Book.Start
	was, there := d.demand(row.ID)
	refuse := func(advice string) (Change, error) {
		status := mrp.Inquiry
		if there {
			status = was.Status
		}
		return nil, &QuoteError{row.ID, "quote", status, row.Expires, advice}
	}
	switch {
	case there && was.Status != mrp.Inquiry:
		return refuse("only an inquiry becomes a quote; take a new id, or change the demand")
	case row.Kind == mrp.Forecast:
		return refuse("a forecast has no customer to quote for")
	case row.Expires.IsZero():
		return refuse("it has no last day: set expires")
	case row.Expires.Day < start:
		return refuse(fmt.Sprintf("it would have expired on %v, before the start of the plan, %v: choose a later day", row.Expires.Day, start))
	}
	row.Status = mrp.Quote
	if there {
		return ChangeDemand{row}.edit(d)
	}
	return AddDemand{row}.edit(d)
}

func (c ConfirmQuote) edit(d *draft) (Change, error) {
	row, err := quoteRow(d, c.Demand)
	switch {
	case err != nil:
		return nil, err
	case row.Status != mrp.Quote:
		return nil, &QuoteError{row.ID, "confirm", row.Status, row.Expires, "only a quote is confirmed; quote it first"}
	case !row.Expires.IsZero() && row.Expires.Day < d.base.Book.Start:
		return nil, &QuoteError{row.ID, "confirm", row.Status, row.Expires, fmt.Sprintf("that day is past on %v, and what it held may be given away: close it and ask anew", d.base.Book.Start)}
	}
	row.Status, row.Expires = mrp.Open, bom.When{}
	return ChangeDemand{row}.edit(d)
}

func (c ExpireQuote) edit(d *draft) (Change, error) {
	row, err := quoteRow(d, c.Demand)
	switch {
	case err != nil:
		return nil, err
	case row.Status != mrp.Quote:
		return nil, &QuoteError{row.ID, "expire", row.Status, row.Expires, "only a quote expires"}
	case row.Expires.IsZero():
		return nil, &QuoteError{row.ID, "expire", row.Status, row.Expires, "it has no last day: cancel it instead"}
	case row.Expires.Day >= d.base.Book.Start:
		return nil, &QuoteError{row.ID, "expire", row.Status, row.Expires, fmt.Sprintf("it holds through that day, and today is %v: cancel it instead", d.base.Book.Start)}
	}
	row.Status = mrp.ClosedDemand
	return ChangeDemand{row}.edit(d)
}

func (c CancelQuote) edit(d *draft) (Change, error) {
	row, err := quoteRow(d, c.Demand)
	switch {
	case err != nil:
		return nil, err
	case row.Status == mrp.Open:
		return nil, &QuoteError{row.ID, "cancel", row.Status, row.Expires, "it is an order by now: cancel the order"}
	case row.Status == mrp.ClosedDemand:
		return nil, &QuoteError{row.ID, "cancel", row.Status, row.Expires, "it is closed already"}
	}
	row.Status = mrp.ClosedDemand
	return ChangeDemand{row}.edit(d)
}

func quoteRow(d *draft, id string) (mrp.Demand, error) {
	row, ok := d.demand(id)
	if !ok {
		return row, &NotFoundError{Kind: "quote", ID: id}
	}
	return row, nil
}

// Quote finds the earliest date from the one asked for at which a quote takes nothing from
// anybody, as Promise does with NoDisturbance, and offers it as a quote that holds through the day expires. The offer's
// Plan has the quote in it; its Changes put it into this one. If no such date is found, Offer.Promised is not given
// and there are no changes. Errors are *InquiryError, *QuoteError for expires, and those of Apply.
func (p *Plan) Quote(ctx context.Context, inquiry Inquiry, expires bom.When) (Offer, error) {
	inquiry.Mode, inquiry.Status, inquiry.Expires = NoDisturbance, mrp.Quote, expires
	id := inquiry.ID
	switch start := p.model.Book.Start; {
	case expires.IsZero():
		return Offer{}, &QuoteError{id, "quote", mrp.Inquiry, expires, "it has no last day: set expires"}
	case expires.Day < start:
		return Offer{}, &QuoteError{id, "quote", mrp.Inquiry, expires, fmt.Sprintf("it would have expired on %v, before the start of the plan, %v: choose a later day", expires.Day, start)}
	}
	return p.Promise(ctx, inquiry)
}

// ExpiredQuotes are the ids of quotes whose last day is past: those that ExpireQuote closes. O(demands).
func (p *Plan) ExpiredQuotes() []string {
	var out []string
	book := p.model.Book
	for _, d := range book.DemandsByID() {
		if d.Status == mrp.Quote && !d.Expires.IsZero() && d.Expires.Day < book.Start {
			out = append(out, d.ID)
		}
	}
	return out
}
