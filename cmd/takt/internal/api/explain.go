package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan/tables"
)

type explainInput struct {
	ThingID
	As    string `query:"as" enum:"any,order,receipt,demand,part" default:"any" doc:"What the id is, where several things have it"`
	Depth int    `query:"depth" minimum:"0" maximum:"1000" default:"0" doc:"Levels of the trees; 0: all"`
}

func (s *Server) registerExplain(api huma.API) {
	rows := &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}
	schema := documentSchema(api.OpenAPI().Components.Schemas, "Explanation", map[string]*huma.Schema{
		"id": {Type: huma.TypeString}, "kind": {Type: huma.TypeString, Enum: []any{"demand", "order", "receipt", "part"}},
		"tables": {Type: huma.TypeObject, AdditionalProperties: rows, Description: "The tables of the explanation by name. causes and steps say in text what each row means; trees are told depth first"},
	})
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "explain", Method: http.MethodGet, Path: "/v1/explain/{id}", Tags: []string{"plan"}, Summary: "Why something is planned as it is",
		Description: "For a demand: status, deliveries, causes and the tree of supplies. For a planned order: the reckoning of its quantity and dates, its operations, what it serves and needs. " +
			"For a receipt: what it serves, and advice. For a part (BIKE, or BIKE@north): stock and requirements, netting record, available to promise. A slash in the id is written %2F.",
		Responses: answers(schema),
	}), s.explain)
}

func (s *Server) explain(ctx context.Context, in *explainInput) (*textOutput, error) {
	v, err := s.scheduled(ctx, in.AtLeast)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if in.same(v.version) {
		return unchanged(v.version), nil
	}
	kind, list := v.explain(ctx, in)
	if kind == "" {
		return nil, s.fail(ctx, missing("demand, planned order, receipt or part", in.ID, "check the id, and as"))
	}
	if err := ctx.Err(); err != nil {
		return nil, s.fail(ctx, err)
	}
	d := begin(v.version)
	d.value("id", in.ID)
	d.value("kind", kind)
	d.name("tables")
	d.text = append(d.text, '{')
	for i, t := range list {
		tableOf := &document{}
		tableOf.rows(t.Name, t, mostBranches)
		if i == 0 {
			tableOf.text = tableOf.text[1:] // no comma before the first
		}
		d.text = append(d.text, tableOf.text...)
	}
	d.text = append(d.text, '}')
	return jsonText(v.version, d.end()), nil
}

// explain finds out what the id is, and explains it; no kind: nothing has it.
func (v *view) explain(ctx context.Context, in *explainInput) (kind string, list []tables.Table) {
	x := answer.Explain(ctx, v.plan, in.Depth)
	m := v.plan.Model()
	is := func(kind string) bool { return in.As == "any" || in.As == kind }
	if i, ok := m.Book.Demand(in.ID); ok && is("demand") {
		state, _ := v.demands(i)
		tree := x.TreeTable("supply", x.Tree(x.Behind(i), x.Supplies))
		return "demand", append(answer.StatusTables(v.plan, m.Book.DemandAt(i), state.promise, state.result), tree)
	}
	if is("order") {
		if e, ok := x.Material.Explain(in.ID); ok {
			serves := x.Tree(x.Serves(e.Order.Part, mrp.PlannedSupply, e.Order.ID), x.Consumers)
			return "order", x.OrderTables(&e, serves, x.Tree(x.Dated(e.Needs), x.Supplies))
		}
	}
	if i, ok := m.Book.Receipt(in.ID); ok && is("receipt") {
		part := m.Book.ReceiptPart(i)
		advice := x.Messages(func(g *mrp.Message) bool { return g.Part == part && g.Order == in.ID })
		return "receipt", x.ReceiptTables(in.ID, x.Tree(x.Serves(part, mrp.ReceiptSupply, in.ID), x.Consumers), advice)
	}
	if part, ok := partNamed(m.Catalog, in.ID); ok && is("part") {
		return "part", x.PartTables(part, x.Messages(func(g *mrp.Message) bool { return g.Part == part }))
	}
	return "", nil
}

// partNamed finds a part by item, if that is at one site or at the default one, or by item@site.
func partNamed(c *bom.Catalog, id string) (bom.PartID, bool) {
	if p, ok := c.Part(id, ""); ok {
		return p, true
	}
	if from, to := c.ItemParts(id); to-from == 1 {
		return from, true
	}
	for i := range id { // ids may hold an @ themselves
		if id[i] == '@' {
			if p, ok := c.Part(id[:i], id[i+1:]); ok {
				return p, true
			}
		}
	}
	return bom.NoPart, false
}
