package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// ReviewRequest are incoming orders, first come, first served.
type ReviewRequest struct {
	Orders []Wanted `json:"orders" nullable:"false" minItems:"1" maxItems:"1000" doc:"The orders, each with demand, item, qty and due."`
	Hold   string   `json:"hold,omitempty" doc:"Keep every counter-offer of a date as a quote through this day, so that the orders after it cannot take it." example:"2026-03-31"`
	Levers *bool    `json:"levers,omitempty" doc:"For orders that are not accepted: look for what would serve them at a price. true if it is left out."`
	Accept bool     `json:"accept,omitempty" doc:"Put the accepted orders, and the quotes of hold, into the plan."`
}

// ReviewAnswer is what is said of the orders.
type ReviewAnswer struct {
	Version  uint64           `json:"version" doc:"The version of the plan that was asked, or with accept the one that holds the accepted orders."`
	Verdicts []answer.Verdict `json:"verdicts,omitzero" doc:"One for each order, in their sequence. Left out in a repeated answer."`
	Step     *Step            `json:"step,omitempty" doc:"What accepting them has changed; left out if nothing was."`
}

type reviewInput struct {
	Write
	Body ReviewRequest
}

type reviewOutput struct {
	Done
	Body ReviewAnswer
}

func (s *Server) registerReview(api huma.API) {
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "review-orders", Method: http.MethodPost, Path: "/v1/review", Tags: []string{"review"},
		Summary: "Decide on incoming orders",
		Description: "Decides on orders in their sequence; each that is accepted counts for those after it. An order is accepted if all of it can be there by its date and no order ships later for it; " +
			"otherwise there is a counter-offer, or a refusal, with the reasons. Nothing is changed without accept.",
	}), s.reviewOrders)
}

func (s *Server) reviewOrders(ctx context.Context, in *reviewInput) (*reviewOutput, error) {
	r, err := s.request(ctx, &in.Write, "review-orders", &in.Body)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	switch result, ok, err := s.answered(ctx, r); {
	case err != nil:
		return nil, s.fail(ctx, err)
	case ok:
		step := s.writes.events.step(ctx, result.Version)
		return &reviewOutput{done(result), ReviewAnswer{Version: result.Version, Step: &step}}, nil
	}
	now := s.Keeper.Current()
	zone := now.Plan.Model().Zone()
	if err := unmoved(r, now.Version); err != nil {
		return nil, s.failWrite(ctx, &in.Write, err)
	}
	orders, opts, err := in.Body.question(now.Plan.Model())
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	planning, free, err := s.asking(ctx, s.RushTime)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	defer free()
	list, err := now.Plan.Review(planning, orders, opts)
	free() // what is accepted is a change, and gives way to questions
	if err != nil {
		return nil, s.fail(ctx, inOrders(err))
	}
	out := &reviewOutput{Done{Stamp: stamp(now.Version)}, ReviewAnswer{Version: now.Version, Verdicts: answer.VerdictsOf(list, zone)}}
	changes := accepted(list, opts.HoldUntil)
	if !in.Body.Accept || len(changes) == 0 {
		return out, nil
	}
	result, err := s.Keeper.Commit(ctx, r, plan.Proposal{Base: now.Version, Changes: changes, Plan: list[len(list)-1].After})
	if err != nil {
		return nil, s.failWrite(ctx, &in.Write, err)
	}
	step := s.writes.events.step(ctx, result.Version)
	out.Done, out.Body.Version, out.Body.Step = done(result), result.Version, &step
	return out, nil
}

// question are the orders and how they are decided on.
func (in *ReviewRequest) question(m *plan.Model) (orders []mrp.Demand, o plan.ReviewOptions, err error) {
	if o.HoldUntil, err = date(m, "hold", in.Hold); err != nil {
		return nil, o, err
	}
	if in.Levers == nil || *in.Levers {
		o.Levers = plan.RushLevers(plan.RushOptions{})
	}
	var wrong *Problem
	for i := range in.Orders {
		w, where := &in.Orders[i], fmt.Sprintf("body.orders[%d]", i)
		d, err := w.row(m, where)
		if err == nil && w.Due == "" {
			err = badValue(where, "due", "", "when it is wanted")
		}
		if err == nil {
			orders = append(orders, d)
			continue
		}
		p := problem(err)
		if wrong == nil {
			wrong = p
			continue
		}
		wrong.Errors = append(wrong.Errors, p.Errors...)
		wrong.Field, wrong.Value, wrong.Expected = "", "", ""
		wrong.Detail = fmt.Sprintf("%d values make no sense; nothing was changed: see errors", len(wrong.Errors))
	}
	if wrong != nil {
		return nil, o, wrong
	}
	return orders, o, nil
}

// inOrders gives the errors of orders their places in the request.
func inOrders(err error) error {
	many, ok := err.(*bom.Errors)
	if !ok {
		return err
	}
	p := NewProblem("invalid-value", "")
	p.More = many.More
	for _, e := range many.List {
		one := problem(e)
		f := Fault{Column: one.Field, Value: one.Value, Expected: one.Expected, Detail: e.Error()}
		if one.Index != nil {
			f.Location = fmt.Sprintf("body.orders[%d].%s", *one.Index, one.Field)
		}
		p.Errors = append(p.Errors, f)
	}
	p.Detail = fmt.Sprintf("%d orders cannot be meant; nothing was reviewed: see errors", len(p.Errors)+p.More)
	if len(p.Errors) == 1 {
		one := problem(many.List[0])
		one.Errors = p.Errors
		return one
	}
	return p
}

// accepted are the changes that put accepted orders, and held quotes, into the plan.
func accepted(list []plan.Verdict, hold bom.When) []plan.Change {
	var out []plan.Change
	for i := range list {
		switch v := &list[i]; {
		case v.Decision == plan.Accept:
			out = append(out, v.Offer.Changes()...)
		case v.Held:
			row := v.Offer.Demand
			row.Expires = hold
			out = append(out, plan.QuoteDemand{Demand: row})
		}
	}
	return out
}
