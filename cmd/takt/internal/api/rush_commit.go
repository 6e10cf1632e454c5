package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/plan"
)

type rushCommitInput struct {
	Write
	Rush       string `path:"rush" doc:"The id of the answer."`
	Option     int    `path:"option" minimum:"1" doc:"The number of the option, from 1."`
	Rebase     bool   `query:"rebase" doc:"If the plan has moved on: take the option as it comes out on the current version, if the order is no later and nobody else slips more than was shown."`
	ApprovedBy string `query:"approved_by" maxLength:"200" doc:"Who consents, to an option that needs it."`
}

func (s *Server) registerRushCommit(api huma.API) {
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "commit-rush", Method: http.MethodPost, Path: "/v1/rush/{rush}/options/{option}/commit", Tags: []string{"rush"},
		Summary: "Take an option",
		Description: "Makes the plan of an option the current one, as it was shown. If the plan has moved on since, nothing is changed: the answer has status 409 (412 with If-Match) and says in outcome what the option would come to now. " +
			"To take that outcome send the request again with its version in If-Match; or say rebase=true beforehand.",
	}), s.commitRush)
}

func (s *Server) commitRush(ctx context.Context, in *rushCommitInput) (*stepOutput, error) {
	what := fmt.Sprintf("commit-rush %s %d %t %s", in.Rush, in.Option, in.Rebase, in.ApprovedBy)
	r, err := s.request(ctx, &in.Write, what, nil)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	switch result, ok, err := s.answered(ctx, r); { // the option may have expired since
	case err != nil:
		return nil, s.fail(ctx, err)
	case ok:
		return s.stepped(ctx, result), nil
	}
	kept, err := s.writes.rushes.get(in.Rush)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if in.Option > len(kept.options) {
		return nil, s.fail(ctx, missing("option", fmt.Sprint(in.Option), fmt.Sprintf("this answer has %d", len(kept.options))))
	}
	o := &kept.options[in.Option-1]
	if len(o.approval) > 0 && in.ApprovedBy == "" {
		return nil, s.fail(ctx, NewProblem("refused", fmt.Sprintf("option %d needs consent, as %s: say in approved_by who gives it", in.Option, strings.Join(o.approval, " and "))))
	}
	if in.ApprovedBy != "" {
		r.Note = "approved by " + in.ApprovedBy
	}
	p := o.on(r.Base)
	if in.Rebase {
		p.Rebase = func(now plan.Proposal) bool { return o.shown.holds(now.Plan.Effects()) }
	}
	if p.Base != r.Base { // an option that was seen on another version than the one in If-Match: on the current one it gets its outcome told
		if err := unmoved(r, s.Keeper.Current().Version); err != nil {
			return nil, s.failWrite(ctx, &in.Write, err)
		}
	}
	result, err := s.Keeper.Commit(ctx, r, p)
	if err != nil {
		o.remember(err)
		return nil, s.failWrite(ctx, &in.Write, err)
	}
	return s.stepped(ctx, result), nil
}

// on is an option as it was shown: on the version of the answer, or on a later one if its outcome there was told.
func (o *rushOption) on(version uint64) plan.Proposal {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.outcome.Plan != nil && o.outcome.Base == version {
		return o.outcome
	}
	return o.proposal
}

// remember keeps the outcome that a stale option was told with.
func (o *rushOption) remember(err error) {
	if stale, ok := errors.AsType[*plan.StaleError](err); ok && stale.Outcome.Plan != nil {
		o.mu.Lock()
		o.outcome = stale.Outcome
		o.outcome.Rebase = nil
		o.mu.Unlock()
	}
}

// shown is what somebody saw of a decision before the plan moved on.
type shown struct {
	demand  string // whose lateness is bounded; empty: nobody's
	late    int64  // seconds
	slips   int    // others that become later
	seconds int64  // by which they do
}

func rushShown(demand string, o *plan.Option) shown {
	x := shown{demand: demand, late: o.Late, slips: len(o.Slips)}
	for i := range o.Slips {
		x.seconds += o.Slips[i].Seconds
	}
	return x
}

// effectsShown is what effects show of the demands, all of them others.
func effectsShown(e plan.Effects) shown {
	x := shown{}
	for i := range e.Shifts {
		x.add(&e.Shifts[i])
	}
	return x
}

func (x *shown) add(s *plan.Shift) {
	switch slip := s.Slip(); {
	case lost(s):
		const year = 365 * 24 * 3600
		x.slips, x.seconds = x.slips+1, x.seconds+year
	case slip > 0:
		x.slips, x.seconds = x.slips+1, x.seconds+slip
	}
}

// lost reports whether a demand that had a date gets none.
func lost(s *plan.Shift) bool { return !s.Before.IsZero() && s.After.IsZero() }

// holds reports whether other effects are no worse than what was shown.
func (x shown) holds(e plan.Effects) bool {
	now := shown{}
	served := x.demand == ""
	for i := range e.Shifts {
		s := &e.Shifts[i]
		if x.demand == "" || s.Demand != x.demand {
			now.add(s)
			continue
		}
		served = !s.After.IsZero() && s.LateAfter <= x.late
	}
	return served && now.slips <= x.slips && now.seconds <= x.seconds
}
