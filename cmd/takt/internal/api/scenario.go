package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/plan"
)

// scenario is a plan beside the current one: changes upon a version, that nobody else sees.
type scenario struct {
	id, name string
	created  time.Time
	expires  time.Time
	base     uint64
	before   *plan.Plan
	repair   plan.Repair

	working sync.Mutex // held while changes are planned

	mu       sync.Mutex
	changes  []plan.Change
	after    *plan.Plan
	outcome  plan.Proposal // on a later version, as it was told; Plan is nil: none was
	effects  *answer.Effects
	finished bool // committed or deleted
}

// Scenario is a plan beside the current one.
type Scenario struct {
	ID      string          `json:"scenario"`
	Name    string          `json:"name,omitempty"`
	Base    uint64          `json:"base" doc:"The version of the plan that it was made of."`
	Stale   bool            `json:"stale" doc:"Another version is current by now."`
	Created string          `json:"created"`
	Expires string          `json:"expires" doc:"It is deleted then."`
	Changes []string        `json:"changes" nullable:"false" doc:"What is changed, in words."`
	Effects *answer.Effects `json:"effects,omitempty" doc:"What that does to the demands and the schedule of the base; left out in lists."`
	KPIs    []answer.KPI    `json:"kpis,omitzero" doc:"Its figures; left out in lists."`
}

// ScenarioRequest makes a scenario.
type ScenarioRequest struct {
	Name     string      `json:"name,omitempty" maxLength:"200" example:"a week later"`
	Changes  *ChangeList `json:"changes,omitempty" doc:"What is changed in it; more can follow."`
	Of       string      `json:"of,omitempty" doc:"The id of a scenario that it begins as; left out: the current plan."`
	Strategy string      `json:"strategy,omitempty" enum:"displace,gap_fit,match_up,right_shift,dedicated_line,total" doc:"How its schedule takes changes in; displace if it is left out. docs/changes.md describes them."`
	Until    string      `json:"until,omitempty" doc:"Of match_up: the date from which the old schedule holds."`
	Line     string      `json:"line,omitempty" doc:"Of dedicated_line: the work centre that is kept for what is new."`
}

// ScenarioPage are all scenarios.
type ScenarioPage struct {
	Version uint64     `json:"version" doc:"The version of the plan that is current."`
	Items   []Scenario `json:"items" nullable:"false"`
	Total   int        `json:"total"`
}

// ScenarioPath names a scenario.
type ScenarioPath struct {
	Scenario string `path:"scenario" doc:"The id of the scenario."`
}

type scenarioMakeInput struct{ Body ScenarioRequest }

type scenarioChangeInput struct {
	ScenarioPath
	Body struct {
		Changes ChangeList `json:"changes" doc:"What is changed in it, all or nothing."`
	}
}

type scenarioOutput struct {
	Stamp
	Location string `header:"Location" doc:"Where a new scenario is"`
	Body     Scenario
}

type scenariosOutput struct {
	Stamp
	Body ScenarioPage
}

func (s *Server) registerScenarios(api huma.API) {
	const tag = "scenarios"
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "make-scenario", Method: http.MethodPost, Path: "/v1/scenarios", Tags: []string{tag}, DefaultStatus: http.StatusCreated,
		Summary:     "Try something beside the plan",
		Description: "Makes a plan beside the current one, with changes if they are given. The plan itself stays as it is, until the scenario is committed. A scenario is deleted after a while; when there are too many, the answer has status 409.",
	}), s.makeScenario)
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "list-scenarios", Method: http.MethodGet, Path: "/v1/scenarios", Tags: []string{tag}, Summary: "List the scenarios",
	}), func(context.Context, *struct{}) (*scenariosOutput, error) {
		now := s.Keeper.Current()
		out := &scenariosOutput{stamp(now.Version), ScenarioPage{Version: now.Version, Items: []Scenario{}}}
		for _, x := range s.writes.scenarios.all() {
			out.Body.Items = append(out.Body.Items, x.document(now.Version, false))
		}
		out.Body.Total = len(out.Body.Items)
		return out, nil
	})
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "get-scenario", Method: http.MethodGet, Path: "/v1/scenarios/{scenario}", Tags: []string{tag}, Summary: "Read a scenario: what it changes, and its figures",
	}), func(ctx context.Context, in *ScenarioPath) (*scenarioOutput, error) {
		x, err := s.writes.scenarios.get(in.Scenario)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return s.scenarioAnswer(x), nil
	})
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "change-scenario", Method: http.MethodPost, Path: "/v1/scenarios/{scenario}/changes", Tags: []string{tag}, Summary: "Change a scenario",
		Description: "Makes more changes in it, all of them or none.",
	}), s.changeScenario)
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "delete-scenario", Method: http.MethodDelete, Path: "/v1/scenarios/{scenario}", Tags: []string{tag}, Summary: "Delete a scenario",
	}), func(ctx context.Context, in *ScenarioPath) (*struct{}, error) {
		if x, err := s.writes.scenarios.get(in.Scenario); err != nil {
			return nil, s.fail(ctx, err)
		} else if s.writes.scenarios.remove(in.Scenario) {
			x.finish()
		}
		return nil, nil
	})
	s.registerScenarioEnds(api)
}

// Scenarios is how many scenarios there are now.
func (s *Server) Scenarios() int { return len(s.writes.scenarios.all()) }

// document is the scenario as it stands; whole, with its effects and figures.
func (x *scenario) document(current uint64, whole bool) Scenario {
	x.mu.Lock()
	changes, after := x.changes, x.after
	x.mu.Unlock()
	out := Scenario{ID: x.id, Name: x.name, Base: x.base, Stale: x.base != current, Created: x.created.UTC().Format(time.RFC3339), Expires: x.expires.UTC().Format(time.RFC3339),
		Changes: answer.Words(changes)}
	if !whole {
		return out
	}
	out.Effects, out.KPIs = x.told(), answer.KPIsOf(after.KPIs())
	return out
}

// told are the effects of the scenario as it stands.
func (x *scenario) told() *answer.Effects {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.effects == nil {
		x.effects = effectsOf(x.after)
	}
	return x.effects
}

func (x *scenario) finish() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.finished = true
}

func (s *Server) scenarioAnswer(x *scenario) *scenarioOutput {
	version := s.Keeper.Current().Version
	return &scenarioOutput{Stamp: stamp(version), Body: x.document(version, true)}
}

func (s *Server) makeScenario(ctx context.Context, in *scenarioMakeInput) (*scenarioOutput, error) {
	x, err := s.newScenario(&in.Body)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if list := in.Body.Changes; list != nil {
		if err := s.changed(ctx, x, list); err != nil {
			return nil, s.fail(ctx, err)
		}
	}
	if _, err := s.writes.scenarios.put(false, func(id string, expires time.Time) *scenario {
		x.id, x.expires = id, expires
		return x
	}); err != nil {
		return nil, s.fail(ctx, err)
	}
	out := s.scenarioAnswer(x)
	out.Location = "/v1/scenarios/" + x.id
	return out, nil
}

// newScenario begins as the current plan, or as another scenario.
func (s *Server) newScenario(in *ScenarioRequest) (*scenario, error) {
	now := s.Keeper.Current()
	x := &scenario{name: in.Name, created: s.Clock(), base: now.Version, before: now.Plan, after: now.Plan}
	if in.Of != "" {
		of, err := s.writes.scenarios.get(in.Of)
		if err != nil {
			return nil, badValue("body", "of", in.Of, "the id of a scenario; it may have expired")
		}
		of.mu.Lock()
		x.base, x.before, x.after, x.changes, x.repair = of.base, of.before, of.after, slices.Clone(of.changes), of.repair
		of.mu.Unlock()
	} else {
		x.effects = &answer.Effects{Strategy: plan.Displace.String(), Shifts: []answer.Shift{}}
	}
	if in.Strategy == "" && in.Until == "" && in.Line == "" {
		return x, nil
	}
	var err error
	x.repair, err = repairOf(x.before.Model(), in.Strategy, in.Until, in.Line)
	return x, err
}

func (s *Server) changeScenario(ctx context.Context, in *scenarioChangeInput) (*scenarioOutput, error) {
	x, err := s.writes.scenarios.get(in.Scenario)
	if err == nil {
		err = s.changed(ctx, x, &in.Body.Changes)
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.scenarioAnswer(x), nil
}

// changed makes more changes in a scenario.
func (s *Server) changed(ctx context.Context, x *scenario, list *ChangeList) error {
	more, err := list.read(x.before.Model().Zone())
	if err != nil {
		return err
	}
	x.working.Lock()
	defer x.working.Unlock()
	planning, free, err := s.asking(ctx, s.RushTime)
	if err != nil {
		return err
	}
	defer free()
	after, changes, err := x.with(planning, more)
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.finished {
		return missing("scenario", x.id, "it was committed or deleted meanwhile")
	}
	x.after, x.changes, x.effects, x.outcome = after, changes, nil, plan.Proposal{}
	return nil
}

// with is the plan with more changes, and the batch that makes it of the base. Changes that contradict earlier ones, such as another date for a demand that was
// moved before, are made upon these, and the batch is then what both come to.
func (x *scenario) with(ctx context.Context, more []plan.Change) (*plan.Plan, []plan.Change, error) {
	changes := append(slices.Clone(x.changes), more...)
	after, err := x.before.ApplyWith(ctx, x.repair, changes...)
	if _, twice := errors.AsType[*plan.ConflictError](err); !twice || len(x.changes) == 0 {
		return after, changes, behind(err, len(x.changes))
	}
	upon, err := x.after.ApplyWith(ctx, x.repair, more...)
	if err != nil {
		return nil, nil, err
	}
	net, ok := plan.Changes(x.before.Model(), upon.Model())
	if !ok {
		return nil, nil, NewProblem("contradiction", "the changes contradict earlier ones of the scenario, and no batch makes both: make another scenario without the earlier ones")
	}
	after, err = x.before.ApplyWith(ctx, x.repair, net...)
	return after, net, err
}

// behind is the error of a batch that begins with changes of before: its index counts what was sent.
func behind(err error, before int) error {
	if bad, ok := errors.AsType[*plan.ChangeError](err); ok && bad.Index >= before {
		again := *bad
		again.Index -= before
		return &again
	}
	return err
}
