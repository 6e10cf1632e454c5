package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

type compareInput struct {
	ScenarioPath
	With string `query:"with" default:"current" doc:"current: the plan that is current. base: the one that the scenario was made of. Else the id of another scenario."`
}

type scenarioCommitInput struct {
	Write
	ScenarioPath
	Rebase bool `query:"rebase" doc:"If the plan has moved on: take the scenario as it comes out on the current version, if no more demands slip, and by no more, than in the scenario."`
}

func (s *Server) registerScenarioEnds(api huma.API) {
	const tag = "scenarios"
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "compare-scenario", Method: http.MethodGet, Path: "/v1/scenarios/{scenario}/compare", Tags: []string{tag}, Summary: "All that differs in a scenario",
		Description: "What differs from another plan to the scenario: demands, orders, operations, load, cost and figures, as takt diff --format json tells it. Before is the other plan, after the scenario.",
		Responses: map[string]*huma.Response{"200": {Description: "The tables of the comparison.", Content: map[string]*huma.MediaType{
			"application/json": {Schema: answer.TablesSchema(answer.DiffTables(nil, &plan.Diff{})...)}}}},
	}), s.compareScenario)
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "commit-scenario", Method: http.MethodPost, Path: "/v1/scenarios/{scenario}/commit", Tags: []string{tag}, Summary: "Make a scenario the plan",
		Description: "Makes the scenario the current plan, as it was shown, and deletes it. If the plan has moved on since, nothing is changed: the answer has status 409 (412 with If-Match) and says in outcome what the scenario would come to now. " +
			"To take that outcome send the request again with its version in If-Match; or say rebase=true beforehand.",
	}), s.commitScenario)
}

func (s *Server) compareScenario(ctx context.Context, in *compareInput) (*huma.StreamResponse, error) {
	x, err := s.writes.scenarios.get(in.Scenario)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	now := s.Keeper.Current()
	other := now.Plan
	switch in.With {
	case "current":
	case "base":
		other = x.before
	default:
		y, err := s.writes.scenarios.get(in.With)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		other = y.plan()
	}
	after := x.plan()
	diff := plan.Compare(other, after)
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		stamp := stamp(now.Version)
		ctx.SetHeader("ETag", stamp.ETag)
		ctx.SetHeader("Takt-Version", stamp.Version)
		ctx.SetHeader("Content-Type", "application/json")
		ctx.SetStatus(http.StatusOK)
		_ = tables.WriteJSON(ctx.Context(), ctx.BodyWriter(), answer.DiffTables(after.Model().Zone(), &diff)...) // the client may be gone
	}}, nil
}

// plan is the plan of the scenario as it stands.
func (x *scenario) plan() *plan.Plan {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.after
}

func (s *Server) commitScenario(ctx context.Context, in *scenarioCommitInput) (*stepOutput, error) {
	r, err := s.request(ctx, &in.Write, fmt.Sprintf("commit-scenario %s %t", in.Scenario, in.Rebase), nil)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	switch result, ok, err := s.answered(ctx, r); { // by then it is deleted
	case err != nil:
		return nil, s.fail(ctx, err)
	case ok:
		return s.stepped(ctx, result), nil
	}
	x, err := s.writes.scenarios.get(in.Scenario)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	x.working.Lock()
	defer x.working.Unlock()
	p, err := x.proposal(r.Base)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if in.Rebase {
		seen := effectsShown(x.plan().Effects())
		p.Rebase = func(now plan.Proposal) bool { return seen.holds(now.Plan.Effects()) }
	}
	if p.Base != r.Base {
		if err := unmoved(r, s.Keeper.Current().Version); err != nil {
			return nil, s.failWrite(ctx, &in.Write, err)
		}
	}
	result, err := s.Keeper.Commit(ctx, r, p)
	if stale, ok := errors.AsType[*plan.StaleError](err); ok && stale.Outcome.Plan != nil {
		x.mu.Lock()
		x.outcome = stale.Outcome
		x.outcome.Rebase = nil
		x.mu.Unlock()
	}
	if err != nil {
		return nil, s.failWrite(ctx, &in.Write, err)
	}
	x.finish()
	s.writes.scenarios.remove(in.Scenario)
	return s.stepped(ctx, result), nil
}

// proposal is the scenario as it was shown: on its base, or on a later version if its outcome there was told.
func (x *scenario) proposal(version uint64) (plan.Proposal, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.finished:
		return plan.Proposal{}, missing("scenario", x.id, "it was committed or deleted meanwhile")
	case len(x.changes) == 0:
		return plan.Proposal{}, NewProblem("conflict", "the scenario has no changes: make some in it first")
	case x.outcome.Plan != nil && x.outcome.Base == version:
		return x.outcome, nil
	}
	return plan.Proposal{Base: x.base, Changes: x.changes, Repair: x.repair, Plan: x.after}, nil
}
