package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// Quote is an inquiry or a quote of the plan.
type Quote struct {
	Demand   string        `json:"demand"`
	Customer string        `json:"customer,omitempty"`
	Item     string        `json:"item"`
	Site     string        `json:"site"`
	Quantity answer.Number `json:"qty"`
	Due      string        `json:"due" doc:"The date that is quoted."`
	Status   string        `json:"status" enum:"inquiry,quote"`
	Expires  string        `json:"expires,omitempty" doc:"The last day on which the customer may take it."`
	Expired  bool          `json:"expired" doc:"That day is past: it holds nothing any more."`
}

// QuotePage is a page of the quotes, by id.
type QuotePage struct {
	Version uint64  `json:"version"`
	Items   []Quote `json:"items" nullable:"false"`
	Next    string  `json:"next,omitempty" doc:"Where the next page begins: send it as cursor. Left out on the last page."`
	Total   int     `json:"total" doc:"How many there are on all pages."`
}

// QuoteAnswer is the quote that was made, and the step that put it into the plan.
type QuoteAnswer struct {
	Version uint64          `json:"version" doc:"The version that holds the quote."`
	Quote   *Quote          `json:"quote,omitempty" doc:"Left out in a repeated answer, if it is not there any more."`
	Promise *answer.Promise `json:"promise,omitempty" doc:"What the quote rests on; left out in a repeated answer."`
	Step    Step            `json:"step" doc:"What it changed."`
}

type quoteInput struct {
	Write
	Body QuoteRequest
}

// QuoteRequest asks for a quote.
type QuoteRequest struct {
	Asked
	Expires string `json:"expires" minLength:"1" doc:"The last day on which the customer may take it." example:"2026-03-31"`
}

type quoteOutput struct {
	Done
	Body QuoteAnswer
}

type quoteStepInput struct {
	Write
	Quote string `path:"quote" doc:"The id of the quote."`
}

type quotesInput struct {
	Cursor string `query:"cursor" doc:"Where the page begins, as next of the one before said."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at most."`
	Status string `query:"status" enum:"inquiry,quote" doc:"Those of this status only."`
}

type quotesOutput struct {
	Stamp
	Body QuotePage
}

func (s *Server) registerQuotes(api huma.API) {
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "make-quote", Method: http.MethodPost, Path: "/v1/quotes", Tags: []string{"quotes"},
		Summary: "Quote a date and hold it",
		Description: "Finds the earliest date from the one asked for at which no order ships later, and puts it into the plan as a quote, which holds what it needs through its last day. " +
			"If there is no such date nothing is changed, and the answer has status 409.",
	}), s.makeQuote)
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "list-quotes", Method: http.MethodGet, Path: "/v1/quotes", Tags: []string{"quotes"},
		Summary: "List quotes and inquiries",
	}), s.listQuotes)
	for _, step := range []struct {
		name, summary string
		change        func(id string) plan.Change
	}{
		{"confirm", "Make an order of a quote", func(id string) plan.Change { return plan.ConfirmQuote{Demand: id} }},
		{"expire", "Close a quote whose last day is past", func(id string) plan.Change { return plan.ExpireQuote{Demand: id} }},
		{"cancel", "Close a quote or an inquiry that comes to nothing", func(id string) plan.Change { return plan.CancelQuote{Demand: id} }},
	} {
		huma.Register(api, s.op(Planner, huma.Operation{
			OperationID: step.name + "-quote", Method: http.MethodPost, Path: "/v1/quotes/{quote}/" + step.name, Tags: []string{"quotes"},
			Summary: step.summary,
		}), func(ctx context.Context, in *quoteStepInput) (*stepOutput, error) {
			out, err := s.apply(ctx, &in.Write, step.name+"-quote "+in.Quote, nil, step.change(in.Quote))
			if p, ok := errors.AsType[*Problem](err); ok && p.Type == "/problems/unknown" { // the path names it
				err = s.problemOf(ctx, missing("quote", in.Quote, "GET /v1/quotes lists those that there are"))
			}
			return out, err
		})
	}
}

// quoteTries is how often a quote is planned again because the plan moved on meanwhile.
const quoteTries = 4

func (s *Server) makeQuote(ctx context.Context, in *quoteInput) (*quoteOutput, error) {
	r, err := s.request(ctx, &in.Write, "make-quote", &in.Body)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if result, ok, err := s.answered(ctx, r); ok || err != nil {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return s.quoteAgain(ctx, in, result), nil
	}
	planning, free, err := s.planning(ctx, s.RushTime)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	defer free()
	for try := 1; ; try++ {
		out, err := s.quoteOnce(planning, in, r)
		if _, stale := errors.AsType[*plan.StaleError](err); stale && r.Base == 0 && try < quoteTries {
			continue
		}
		if err != nil {
			return nil, s.failWrite(ctx, &in.Write, err)
		}
		return out, nil
	}
}

// quoteOnce quotes on the current plan.
func (s *Server) quoteOnce(ctx context.Context, in *quoteInput, r keeper.Request) (*quoteOutput, error) {
	now := s.Keeper.Current()
	m := now.Plan.Model()
	if err := unmoved(r, now.Version); err != nil {
		return nil, err
	}
	inquiry, err := in.Body.inquiry(m)
	if err != nil {
		return nil, err
	}
	if in.Body.Quantity == "" {
		return nil, badValue("body", "qty", "", "how much is to be quoted")
	}
	expires, err := date(m, "expires", in.Body.Expires)
	if err != nil {
		return nil, err
	}
	offer, err := now.Plan.Quote(ctx, inquiry, expires)
	if err != nil {
		return nil, err
	}
	document := answer.PromiseOf(&inquiry, &offer, nil, m.Zone())
	if offer.Plan == nil {
		return nil, NewProblem("conflict", "no date was found at which no order ships later, and nothing was changed: ask for less, or look at a rush order").
			With(func(p *Problem) { p.Outcome = document })
	}
	result, err := s.Keeper.Commit(ctx, r, plan.Proposal{Base: now.Version, Changes: offer.Changes(), Plan: offer.Plan})
	if err != nil {
		return nil, err
	}
	quote := quoteOf(&offer.Demand, m)
	return &quoteOutput{done(result), QuoteAnswer{result.Version, &quote, document, s.writes.events.step(ctx, result.Version)}}, nil
}

// quoteAgain answers a request that was answered before.
func (s *Server) quoteAgain(ctx context.Context, in *quoteInput, r keeper.Result) *quoteOutput {
	out := &quoteOutput{done(r), QuoteAnswer{Version: r.Version, Step: s.writes.events.step(ctx, r.Version)}}
	m := s.Keeper.Current().Plan.Model()
	if i, ok := m.Book.Demand(in.Body.Demand); ok {
		if d := m.Book.DemandAt(i); d.Status == mrp.Quote {
			quote := quoteOf(d, m)
			out.Body.Quote = &quote
		}
	}
	return out
}

func quoteOf(d *mrp.Demand, m *plan.Model) Quote {
	zone := m.Zone()
	text := func(w bom.When) string {
		if w.IsZero() {
			return ""
		}
		return w.Text(zone)
	}
	return Quote{Demand: d.ID, Customer: d.Customer, Item: d.Item, Site: d.Site, Quantity: answer.Quantity(d.Quantity), Due: text(d.Due), Status: mrp.DemandStatuses[d.Status],
		Expires: text(d.Expires), Expired: d.Status == mrp.Quote && !d.Expires.IsZero() && d.Expires.Day < m.Book.Start}
}

func (s *Server) listQuotes(ctx context.Context, in *quotesInput) (*quotesOutput, error) {
	now := s.Keeper.Current()
	m := now.Plan.Model()
	out := &quotesOutput{stamp(now.Version), QuotePage{Version: now.Version, Items: []Quote{}}}
	for _, d := range m.Book.DemandsByID() {
		if d.Status != mrp.Quote && d.Status != mrp.Inquiry || in.Status != "" && mrp.DemandStatuses[d.Status] != in.Status {
			continue
		}
		out.Body.Total++
		switch n := len(out.Body.Items); {
		case d.ID <= in.Cursor && in.Cursor != "":
		case n < in.Limit:
			out.Body.Items = append(out.Body.Items, quoteOf(d, m))
		case out.Body.Next == "":
			out.Body.Next = out.Body.Items[n-1].Demand
		}
	}
	return out, nil
}
