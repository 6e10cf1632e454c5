package api

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan/tables"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// ThingID names one thing of the plan.
type ThingID struct {
	Read
	ID string `path:"id" maxLength:"300" doc:"Its id, percent-encoded where it holds a slash" example:"FRIDGE-420@main%2F2026-04-10%2F1"`
}

const orderHelp = "The id of a planned order, such as FRIDGE-420@main/2026-04-10/1, or of a receipt. A slash in it is written %2F."

func (s *Server) registerOrders(api huma.API) {
	r := api.OpenAPI().Components.Schemas
	operations := listOf(rowSchema(r, "schedule", tables.Schedule(nil, nil).Columns), "Its operations on machines; none without a schedule")
	order := documentSchema(r, "Order", map[string]*huma.Schema{
		"kind":       {Type: huma.TypeString, Enum: []any{"planned", "receipt"}, Description: "A planned order, or a receipt: one that is open"},
		"order":      maybe(rowSchema(r, "planned_orders", tables.PlannedOrders(nil, nil, nil).Columns)),
		"receipt":    maybe(rowSchema(r, "receipts", tables.Columns("receipts"))),
		"operations": operations,
	})
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "get-order", Method: http.MethodGet, Path: "/v1/plan/orders/{id}", Tags: []string{"plan"}, Summary: "One order with its operations",
		Description: orderHelp, Responses: answers(order),
	}), func(ctx context.Context, in *ThingID) (*textOutput, error) {
		return s.orderDocument(ctx, in, func(d *document, v *view, o *mrp.Order, receipt *mrp.Receipt) {
			zone := v.plan.Model().Zone()
			planned, open, kind := none[mrp.Order], none[mrp.Receipt], "planned"
			if o != nil {
				planned = one(*o)
			} else {
				open, kind = one(*receipt), "receipt"
			}
			d.value("kind", kind)
			d.row("order", tables.PlannedOrders(zone, planned, v.plan.Finite()))
			d.row("receipt", tables.Receipts(zone, open))
		}, "operations")
	})
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "list-order-operations", Method: http.MethodGet, Path: "/v1/plan/orders/{id}/operations", Tags: []string{"plan"}, Summary: "When the operations of an order run",
		Description: orderHelp, Responses: answers(documentSchema(r, "OrderOperations", map[string]*huma.Schema{"items": operations})),
	}), func(ctx context.Context, in *ThingID) (*textOutput, error) {
		return s.orderDocument(ctx, in, func(*document, *view, *mrp.Order, *mrp.Receipt) {}, "items")
	})
}

// orderDocument answers what is asked for of an order: what write adds, and its operations.
func (s *Server) orderDocument(ctx context.Context, in *ThingID, write func(*document, *view, *mrp.Order, *mrp.Receipt), operations string) (*textOutput, error) {
	v, err := s.scheduled(ctx, in.AtLeast)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if in.same(v.version) {
		return unchanged(v.version), nil
	}
	d := begin(v.version)
	book := v.plan.Model().Book
	if o, ok := v.plan.Material().FindOrder(in.ID); ok {
		write(d, v, &o, nil)
	} else if r, ok := book.Receipt(in.ID); ok {
		write(d, v, nil, book.ReceiptAt(r))
	} else {
		return nil, s.fail(ctx, v.noOrder(in.ID))
	}
	var rows []capacity.ScheduledOperation
	if f := v.plan.Finite(); f != nil {
		rows = f.OperationsOf(in.ID)
	}
	d.rows(operations, tables.Schedule(v.plan.Model().Zone(), slices.Values(rows)), len(rows))
	return jsonText(v.version, d.end()), nil
}

// noOrder is the error on an order that is not there. Planned orders come and go with the plan.
func (v *view) noOrder(id string) *Problem {
	return missing("order", id, "planned orders come and go with the plan: look at /v1/plan/orders")
}

// one and none are rows of a table.
func one[T any](row T) func(func(T) bool) { return func(yield func(T) bool) { yield(row) } }
func none[T any](func(T) bool)            {}

// registerDemands registers what the plan does for one demand.
func (s *Server) registerDemands(api huma.API) {
	r := api.OpenAPI().Components.Schemas
	schema := documentSchema(r, "Demand", map[string]*huma.Schema{
		"demand":     rowSchema(r, "demands", tables.Columns("demands")),
		"status":     maybe(rowSchema(r, "demand_status", tables.DemandStatus(nil, nil).Columns)),
		"deliveries": listOf(&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}, "What leaves when: date, qty"),
		"causes":     listOf(&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}, "From the demand back to what holds it up; none if it is on time"),
	})
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "get-demand", Method: http.MethodGet, Path: "/v1/plan/demands/{id}", Tags: []string{"plan"}, Summary: "One demand: promised date, deliveries, and why it is late",
		Description: "status is null if the demand is not planned: closed, beyond the horizon, or a forecast that orders have consumed.", Responses: answers(schema),
	}), func(ctx context.Context, in *ThingID) (*textOutput, error) {
		v, err := s.scheduled(ctx, in.AtLeast)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if in.same(v.version) {
			return unchanged(v.version), nil
		}
		book := v.plan.Model().Book
		i, ok := book.Demand(in.ID)
		if !ok {
			return nil, s.fail(ctx, v.noDemand(in.ID))
		}
		d := begin(v.version)
		d.row("demand", tables.Demands(v.plan.Model().Zone(), one(*book.DemandAt(i))))
		state, _ := v.demands(i)
		for _, t := range answer.StatusTables(v.plan, book.DemandAt(i), state.promise, state.result) {
			switch t.Name {
			case "demand_status":
				d.row("status", t)
			default:
				d.rows(t.Name, t, mostCauses)
			}
		}
		return jsonText(v.version, d.end()), nil
	})
}

// mostCauses bounds the causes and deliveries that one answer lists.
const mostCauses = 1000

// noDemand is the error on a demand that is not there.
func (v *view) noDemand(id string) *Problem {
	closest := bom.Closest(short(id), firstIDs(func(yield func(string) bool) {
		for _, d := range v.plan.Model().Book.DemandsByID() {
			if !yield(d.ID) {
				return
			}
		}
	}))
	advice := "look at /v1/plan/demands"
	if closest != "" {
		advice = fmt.Sprintf("did you mean %s?", closest)
	}
	return missing("demand", id, advice).With(func(p *Problem) { p.Closest = closest })
}

// firstIDs are the ids that an error compares with: so many that it stays quick.
func firstIDs(ids func(func(string) bool)) []string {
	const most = 20_000
	var list []string
	for id := range ids {
		if len(list) == most {
			break
		}
		list = append(list, id)
	}
	return list
}
