package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// Summary is the plan in figures.
type Summary struct {
	Version  uint64       `json:"version" doc:"Version of the plan" example:"7"`
	Model    string       `json:"model" doc:"Name of the model" example:"appliance"`
	Start    string       `json:"start" doc:"The plan's today" example:"2026-03-02"`
	Zone     string       `json:"time_zone" doc:"Time zone of its days" example:"Europe/Berlin"`
	Schedule bool         `json:"schedule" doc:"Whether orders are scheduled on machines; false: a plan of material only"`
	Leads    bool         `json:"leads" doc:"Whether this instance takes changes"`
	Leader   string       `json:"leader,omitempty" doc:"The instance that does, if it is another one and known"`
	Counts   Counts       `json:"counts"`
	Late     int          `json:"late_demands" doc:"Demands that are late"`
	Short    int          `json:"short_demands" doc:"Demands without supply for all of their quantity"`
	Figures  []answer.KPI `json:"kpis" nullable:"false" doc:"The figures of the plan, by name"`
}

// Counts are how many there are of each.
type Counts struct {
	Parts    int `json:"parts" doc:"Items at sites"`
	Demands  int `json:"demands"`
	Receipts int `json:"receipts" doc:"Open orders"`
	Orders   int `json:"planned_orders"`
}

// head is the summary of a view, made once.
func (v *view) head(model string) Summary {
	v.summed.Do(func() { v.sum = v.summary(model) })
	return v.sum
}

// summary makes the figures of a view.
func (v *view) summary(name string) Summary {
	m := v.plan.Model()
	s := Summary{Version: v.version, Model: name, Start: m.Settings().Start.Day.String(), Zone: m.Zone().String(), Schedule: v.plan.Scheduled(),
		Counts:  Counts{Parts: len(m.Catalog.Parts), Demands: m.Book.NumDemands(), Receipts: m.Book.NumReceipts(), Orders: v.plan.Material().NumOrders()},
		Figures: answer.KPIsOf(v.figures())}
	for _, k := range v.figures() {
		switch k.Name {
		case "late_demands":
			s.Late = int(k.Value.IntPart())
		case "short_demands":
			s.Short = int(k.Value.IntPart())
		}
	}
	return s
}

type summaryOutput struct {
	Stamp
	Status int
	Body   Summary
}

type figuresOutput struct {
	Stamp
	Status int
	Body   struct {
		Version uint64       `json:"version"`
		Items   []answer.KPI `json:"items" nullable:"false"`
	}
}

func (s *Server) registerPlan(api huma.API) {
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "get-plan", Method: http.MethodGet, Path: "/v1/plan", Tags: []string{"plan"}, Summary: "The plan in figures",
		Description: "Version, counts, late demands and key figures.", Responses: notModified(),
	}), func(ctx context.Context, in *Read) (*summaryOutput, error) {
		v, err := s.scheduled(ctx, in.AtLeast)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if in.same(v.version) {
			return &summaryOutput{Stamp: stamp(v.version), Status: http.StatusNotModified}, nil
		}
		out := &summaryOutput{Stamp: stamp(v.version), Status: http.StatusOK, Body: v.head(s.ModelName)}
		out.Body.Leads, out.Body.Leader = s.Keeper.Leads()
		return out, nil
	})
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "list-kpis", Method: http.MethodGet, Path: "/v1/plan/kpis", Tags: []string{"plan"}, Summary: "The key figures of the plan", Responses: notModified(),
	}), func(ctx context.Context, in *Read) (*figuresOutput, error) {
		v, err := s.scheduled(ctx, in.AtLeast)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if in.same(v.version) {
			return &figuresOutput{Stamp: stamp(v.version), Status: http.StatusNotModified}, nil
		}
		out := &figuresOutput{Stamp: stamp(v.version), Status: http.StatusOK}
		out.Body.Version, out.Body.Items = v.version, v.head(s.ModelName).Figures
		return out, nil
	})
	s.registerLists(api)
	s.registerOrders(api)
	s.registerDemands(api)
	s.registerPegging(api)
	s.registerParts(api)
}

// planList is a list that is a table of the plan.
type planList struct {
	id, path, table string
	key             []string
	summary         string
	columns         []tables.Column
}

// planLists are the lists of the plan.
func planLists() []planList {
	return []planList{
		{"list-orders", "orders", "planned_orders", []string{"order"}, "Planned orders", tables.PlannedOrders(nil, nil, nil).Columns},
		{"list-demands", "demands", "demand_status", []string{"demand"}, "What the plan does for each demand: promised date, lateness and its cause", tables.DemandStatus(nil, nil).Columns},
		{"list-deliveries", "deliveries", "deliveries", []string{"demand", "date"}, "Deliveries to demands", tables.Deliveries(nil, nil).Columns},
		{"list-pegging", "pegging", "pegging", []string{"item", "site", "supply_kind", "supply", "consumer_kind", "consumer"}, "What every supply goes to", tables.Pegging(nil, nil).Columns},
		{"list-messages", "messages", "messages", []string{"code", "item", "site", "order", "demand"}, "Advice and warnings to planners", tables.Messages(nil, nil).Columns},
		{"list-projected", "projected", "projected", []string{"item", "site", "date"}, "Projected stock of parts by day", tables.Projected(nil, nil).Columns},
		{"list-schedule", "schedule", "schedule", []string{"order", "op", "work_centre", "machine"}, "Operations on machines", tables.Schedule(nil, nil).Columns},
		{"list-load", "load", "load", []string{"work_centre", "from"}, "Load of work centres by week", tables.LoadProfile(nil, nil).Columns},
	}
}

func (s *Server) registerLists(api huma.API) {
	for _, l := range planLists() {
		op := s.op(Viewer, listOperation(huma.Operation{OperationID: l.id, Method: http.MethodGet, Path: "/v1/plan/" + l.path, Tags: []string{"plan"}, Summary: l.summary},
			l.columns, l.table, api.OpenAPI().Components.Schemas))
		huma.Register(api, op, func(ctx context.Context, in *ListQuery) (*textOutput, error) {
			v, err := s.scheduled(ctx, in.AtLeast)
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			t, ok := v.table(l.table)
			if !ok {
				return nil, s.fail(ctx, plan.ErrNoSchedule)
			}
			return s.list(ctx, in, v, l.id, t, l.key)
		})
	}
}
