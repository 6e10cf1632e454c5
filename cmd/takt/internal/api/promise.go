package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/plan"
)

// Asked is an inquiry.
type Asked struct {
	Wanted
	Mode       string `json:"mode,omitempty" enum:"no_disturbance,asap,jit" doc:"no_disturbance, if it is left out: the earliest date at which no order ships later. asap: the earliest date there is; the answer says who waits. jit: for the date that is asked for, as late as that allows."`
	Like       string `json:"like,omitempty" doc:"For a special item that the model does not have: the standard item that it is made like."`
	DesignDays int    `json:"design_days,omitempty" minimum:"0" maximum:"3650" doc:"With like: working days of design and approval before its first order."`
}

// PromiseAnswer is the answer to an inquiry.
type PromiseAnswer struct {
	Version uint64 `json:"version" doc:"The version of the plan that was asked."`
	answer.Promise
}

type promiseInput struct{ Body Asked }

type promiseOutput struct {
	Stamp
	Body PromiseAnswer
}

func (s *Server) registerPromise(api huma.API) {
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "promise-date", Method: http.MethodPost, Path: "/v1/promise", Tags: []string{"promise"},
		Summary: "Ask when something can be there",
		Description: "Plans the inquiry beside all orders, on the real work centres and with what can be bought by then, and changes nothing. Without due: the earliest date. Without qty: the largest quantity by the date. " +
			"docs/promise.md describes the modes.",
	}), s.promiseDate)
}

func (s *Server) promiseDate(ctx context.Context, in *promiseInput) (*promiseOutput, error) {
	now := s.Keeper.Current()
	inquiry, err := in.Body.inquiry(now.Plan.Model())
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	planning, done, err := s.asking(ctx, s.RushTime)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	defer done()
	offer, largest, err := promise(planning, now.Plan, inquiry)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &promiseOutput{stamp(now.Version), PromiseAnswer{now.Version, *answer.PromiseOf(&inquiry, &offer, largest, now.Plan.Model().Zone())}}, nil
}

// promise asks for the date, and if that is not the one asked for, for the quantity by it.
func promise(ctx context.Context, p *plan.Plan, inquiry plan.Inquiry) (offer plan.Offer, most *plan.Largest, err error) {
	if inquiry.Quantity > 0 {
		if offer, err = p.Promise(ctx, inquiry); err != nil || offer.OK() || inquiry.Due.IsZero() {
			return offer, nil, err
		}
	}
	largest, err := p.Largest(ctx, inquiry)
	if err != nil {
		return offer, nil, err
	}
	if inquiry.Quantity == 0 {
		offer = largest.Offer
	}
	return offer, &largest, nil
}

// inquiry is what is asked.
func (in *Asked) inquiry(m *plan.Model) (plan.Inquiry, error) {
	q := plan.Inquiry{Like: in.Like, DesignDays: in.DesignDays}
	if in.Mode != "" {
		q.Mode = plan.Mode(slices.Index(plan.Modes[:], in.Mode))
	}
	if in.DesignDays != 0 && in.Like == "" {
		return q, badValue("body", "design_days", "", "like with it: the standard item that the special one is made like")
	}
	row, err := in.row(m, "body")
	if err != nil {
		return q, err
	}
	q.Demand = row
	if in.Like != "" && in.Site == "" {
		q.Site = onlySite(m.Catalog, in.Like)
	}
	if q.Quantity == 0 && q.Due.IsZero() {
		return q, badValue("body", "qty", "", "a quantity for the earliest date, due for the largest quantity, or both")
	}
	return q, nil
}
