package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// RushRequest is an urgent order, and what may be done for it.
type RushRequest struct {
	Wanted
	Levers     []string `json:"levers,omitempty" doc:"Try these only: own_supply, displace, overtime, alternate, subcontract, expedite, source, substitute, transfer, reschedule, split. Left out: all."`
	Strategy   string   `json:"strategy,omitempty" enum:"displace,gap_fit,match_up,right_shift,dedicated_line,total" doc:"How others give way; displace if it is left out. With gap_fit nobody does. docs/changes.md describes them."`
	Until      string   `json:"until,omitempty" doc:"Of match_up: the date from which the old schedule holds."`
	Line       string   `json:"line,omitempty" doc:"Of dedicated_line: the work centre that is kept for the order."`
	Optimise   string   `json:"optimise,omitempty" doc:"Improve the best options by search for so long." example:"2s"`
	Iterations int64    `json:"iterations,omitempty" minimum:"1" doc:"The same for so many tries."`
	Seed       uint64   `json:"seed,omitempty" doc:"Where the random numbers of the search begin."`
	Most       int      `json:"most,omitempty" minimum:"1" maximum:"20" doc:"How many options at most; 6 if it is left out."`
	Measure    bool     `json:"measure,omitempty" doc:"Find the load of the bottleneck and the cost of setups, too. That takes a look at every operation of every option."`
	Approval   []string `json:"approval,omitempty" enum:"money,others" doc:"Options that cost money, or make others later, need somebody's consent: approved_by of the commit."`
}

// RushAnswer is the answer to an urgent order, kept under an id for a while so that one of its options can be committed.
type RushAnswer struct {
	ID      string `json:"rush" doc:"Names this answer, for commits." example:"3rk7dzx2mqp5h4wa"`
	Version uint64 `json:"version" doc:"The version of the plan that it was found on."`
	Expires string `json:"expires" doc:"Until when it is kept, or until there are too many."`
	answer.Rush
}

// rushAnswer is a kept answer.
type rushAnswer struct {
	document RushAnswer
	base     uint64
	options  []rushOption
}

// rushOption is an option that can be committed.
type rushOption struct {
	approval []string
	shown    shown

	mu       sync.Mutex
	proposal plan.Proposal
	// outcome is what the option was said to come to on a later version; without a Plan: none was.
	outcome plan.Proposal
}

type rushInput struct{ Body RushRequest }

type rushOutput struct {
	Stamp
	Body RushAnswer
}

type rushGetInput struct {
	Rush string `path:"rush" doc:"The id of the answer."`
}

func (s *Server) registerRush(api huma.API) {
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "rush-order", Method: http.MethodPost, Path: "/v1/rush", Tags: []string{"rush"},
		Summary: "Ask how an urgent order can be served",
		Description: "Says by when, by which levers, at what cost and who pays for it. Every option is a whole plan; nothing is changed until one is committed. " +
			"docs/rush.md describes the levers.",
	}), s.rushOrder)
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "get-rush", Method: http.MethodGet, Path: "/v1/rush/{rush}", Tags: []string{"rush"},
		Summary: "Read the answer to an urgent order again",
	}), func(ctx context.Context, in *rushGetInput) (*rushOutput, error) {
		kept, err := s.writes.rushes.get(in.Rush)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return &rushOutput{stamp(kept.base), kept.document}, nil
	})
	s.registerRushCommit(api)
}

func (s *Server) rushOrder(ctx context.Context, in *rushInput) (*rushOutput, error) {
	now := s.Keeper.Current()
	demand, opts, err := s.rushQuestion(now.Plan, &in.Body)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	limit := s.RushTime
	if opts.Optimise != nil {
		limit += opts.Optimise.Time
	}
	planning, done, err := s.asking(ctx, limit)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	defer done()
	r, err := now.Plan.Rush(planning, demand, opts)
	if err == nil && in.Body.Measure {
		err = r.Measure(planning)
	}
	if bad, ok := errors.AsType[*plan.ChangeError](err); ok { // the order itself cannot be
		err = bad.Err
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	kept, err := s.writes.rushes.put(true, func(id string, expires time.Time) *rushAnswer {
		document := RushAnswer{ID: id, Version: now.Version, Expires: expires.UTC().Format(time.RFC3339), Rush: *answer.RushOf(now.Plan, r)}
		return newRushAnswer(document, r)
	})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	kept.forget(s.Keeper.Current().Version)
	return &rushOutput{stamp(now.Version), kept.document}, nil
}

func newRushAnswer(document RushAnswer, r *plan.Rush) *rushAnswer {
	k := &rushAnswer{document: document, base: document.Version, options: make([]rushOption, len(r.Options))}
	for i := range r.Options {
		o, kept := &r.Options[i], &k.options[i]
		kept.approval, kept.shown = o.Approval, rushShown(r.Demand.ID, o)
		kept.proposal = plan.Proposal{Base: k.base, Changes: o.Changes, Repair: o.Repair, Plan: o.Plan, Cost: o.Cost.Total()}
	}
	return k
}

// forget lets go of plans that cannot become current as they are any more, since another version has: kept answers would hold much memory.
func (k *rushAnswer) forget(current uint64) {
	for i := range k.options {
		o := &k.options[i]
		o.mu.Lock()
		if o.proposal.Base != current {
			o.proposal.Plan = nil
		}
		if o.outcome.Base != current {
			o.outcome = plan.Proposal{}
		}
		o.mu.Unlock()
	}
}

// rushQuestion is the order and what may be done for it.
func (s *Server) rushQuestion(p *plan.Plan, in *RushRequest) (demand mrp.Demand, o plan.RushOptions, err error) {
	m := p.Model()
	if demand, err = in.row(m, "body"); err != nil {
		return demand, o, err
	}
	if demand.ID == "" {
		demand.ID = "RUSH"
	}
	if in.Priority == "" {
		demand.Priority = 1
	}
	if o.Repair, err = repairOf(m, in.Strategy, in.Until, in.Line); err != nil {
		return demand, o, err
	}
	if !p.Scheduled() && (in.Strategy != "" || in.Optimise != "" || in.Iterations > 0) {
		return demand, o, plan.ErrNoSchedule
	}
	o.Most = in.Most
	o.Approve = plan.Approval{Money: slices.Contains(in.Approval, "money"), MoneyOver: decimal.Zero, Others: slices.Contains(in.Approval, "others")}
	for _, name := range in.Levers {
		o.Levers = append(o.Levers, plan.LeverKind(name))
	}
	if in.Optimise == "" && in.Iterations == 0 {
		return demand, o, nil
	}
	o.Optimise, err = s.searchOf("optimise", in.Optimise, in.Iterations, in.Seed, min(s.OptimiseMost, s.RushTime))
	return demand, o, err
}

// repairOf is how the schedule takes changes in.
func repairOf(m *plan.Model, strategy, until, line string) (r plan.Repair, err error) {
	if strategy == "" {
		strategy = plan.Displace.String()
	}
	r.Strategy, r.WorkCentre = plan.Strategy(slices.Index(plan.Strategies[:], strategy)), line
	switch {
	case until != "" && r.Strategy != plan.MatchUp:
		return r, badValue("body", "until", until, "strategy match_up with it: it is the date from which the old schedule holds")
	case line != "" && r.Strategy != plan.DedicatedLine:
		return r, badValue("body", "line", line, "strategy dedicated_line with it: it is the work centre that is kept for what is new")
	case line == "" && r.Strategy == plan.DedicatedLine:
		return r, badValue("body", "line", line, "the work centre that is kept for what is new")
	}
	if _, known := m.Shop.Centre(line); !known && line != "" {
		return r, &plan.UnknownLineError{WorkCentre: line}
	}
	r.Until, err = date(m, "until", until)
	return r, err
}

// searchOf is a search as a client asks for it: bounded by the clock in any case.
func (s *Server) searchOf(field, text string, iterations int64, seed uint64, most time.Duration) (*plan.Search, error) {
	o := &plan.Search{Time: most, Iterations: iterations, Seed: seed, Cores: s.Processors}
	if text == "" {
		return o, nil
	}
	var err error
	o.Time, err = span(field, text, most)
	return o, err
}
