package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/mrp"
)

// mostBranches bounds a tree in an answer.
const mostBranches = 10_000

type peggingInput struct {
	ThingID
	Direction string `query:"direction" enum:"down,up" default:"down" doc:"down: where its supply comes from; up: what it goes to"`
	Depth     int    `query:"depth" minimum:"0" maximum:"1000" default:"0" doc:"Levels of the tree; 0: all"`
}

func (s *Server) registerPegging(api huma.API) {
	r := api.OpenAPI().Components.Schemas
	branch := rowSchema(r, "branch", (&answer.Explanation{}).TreeTable("tree", nil).Columns)
	schema := documentSchema(r, "PeggingTree", map[string]*huma.Schema{
		"id": {Type: huma.TypeString}, "direction": {Type: huma.TypeString, Enum: []any{"down", "up"}},
		"items": listOf(branch, "The tree, depth first: what stands behind an order is told at its first mention only"),
		"cut":   {Type: huma.TypeBoolean, Description: "Whether the tree has more than is told: ask for fewer levels"},
	})
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "get-pegging-tree", Method: http.MethodGet, Path: "/v1/plan/pegging/{id}", Tags: []string{"plan"}, Summary: "The tree of supplies behind a demand or order, or of what an order goes to",
		Description: "The id of a demand, a planned order or a receipt. A slash in it is written %2F.", Responses: answers(schema),
	}), func(ctx context.Context, in *peggingInput) (*textOutput, error) {
		v, err := s.scheduled(ctx, in.AtLeast)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if in.same(v.version) {
			return unchanged(v.version), nil
		}
		x := answer.Explain(ctx, v.plan, in.Depth)
		roots, ok := v.roots(x, in)
		if !ok {
			return nil, s.fail(ctx, missing("demand, planned order or receipt", in.ID, "look at /v1/plan/orders and /v1/plan/demands"))
		}
		next := x.Supplies
		if in.Direction == "up" {
			next = x.Consumers
		}
		tree := x.Tree(roots, next)
		if err := ctx.Err(); err != nil {
			return nil, s.fail(ctx, err)
		}
		d := begin(v.version)
		d.value("id", in.ID)
		d.value("direction", in.Direction)
		d.rows("items", x.TreeTable("tree", tree), mostBranches)
		d.value("cut", len(tree) > mostBranches)
		return jsonText(v.version, d.end()), nil
	})
}

// roots are the first pegs of a tree.
func (v *view) roots(x *answer.Explanation, in *peggingInput) ([]mrp.Pegging, bool) {
	book, up := v.plan.Model().Book, in.Direction == "up"
	if i, ok := book.Demand(in.ID); ok && !up {
		return x.Behind(i), true
	}
	if o, ok := v.plan.Material().FindOrder(in.ID); ok {
		if up {
			return x.Serves(o.Part, mrp.PlannedSupply, o.ID), true
		}
		return x.Dated(v.plan.Material().Needs(o.Part, o.ID)), true
	}
	if r, ok := book.Receipt(in.ID); ok {
		if up {
			return x.Serves(book.ReceiptPart(r), mrp.ReceiptSupply, in.ID), true
		}
		return v.neededBy(x, in.ID), true
	}
	_, ok := book.Demand(in.ID)
	return nil, ok // nothing is above a demand
}

// neededBy are the pegs to a receipt's allocations.
func (v *view) neededBy(x *answer.Explanation, receipt string) []mrp.Pegging {
	m := v.plan.Model()
	var out []mrp.Pegging
	var done []bom.PartID
	for _, a := range m.Book.AllocationsOf(receipt) {
		part, ok := m.Catalog.Part(a.Component, a.Site)
		if !ok || slices.Contains(done, part) {
			continue
		}
		done = append(done, part)
		for _, g := range x.Pegs(part) {
			if g.ConsumerKind == mrp.ReceiptConsumer && g.Consumer == receipt {
				out = append(out, g)
			}
		}
	}
	return out
}

type partInput struct {
	Read
	Item string `path:"item" maxLength:"300" doc:"Item, percent-encoded where it holds a slash" example:"FRIDGE-420"`
	Site string `query:"site" maxLength:"300" doc:"Its site; left out: the only one, or main"`
}

func (s *Server) registerParts(api huma.API) {
	r := api.OpenAPI().Components.Schemas
	schema := documentSchema(r, "Requirements", map[string]*huma.Schema{
		"item": {Type: huma.TypeString}, "site": {Type: huma.TypeString},
		"items": listOf(rowSchema(r, "stock_requirements", answer.RequirementsTable(nil).Columns), "All that comes in and goes out, day by day, with the available quantity after each row"),
	})
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "list-part-requirements", Method: http.MethodGet, Path: "/v1/plan/parts/{item}/requirements", Tags: []string{"plan"}, Summary: "The stock/requirements list of a part",
		Responses: answers(schema),
	}), func(ctx context.Context, in *partInput) (*textOutput, error) {
		v, err := s.atLeast(ctx, in.AtLeast)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if in.same(v.version) {
			return unchanged(v.version), nil
		}
		part, err := v.part(in.Item, in.Site)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		c := v.plan.Model().Catalog
		d := begin(v.version)
		d.value("item", c.ItemID(part))
		d.value("site", c.SiteID(part))
		d.rows("items", answer.RequirementsTable(v.plan.Material().StockRequirements(part)), -1)
		return jsonText(v.version, d.end()), nil
	})
}

// part finds a part by its item, and its site if the item is at several.
func (v *view) part(item, site string) (bom.PartID, error) {
	c := v.plan.Model().Catalog
	if p, ok := c.Part(item, site); ok {
		return p, nil
	}
	from, to := c.ItemParts(item)
	if site == "" && to-from == 1 {
		return from, nil
	}
	if from < to {
		var sites []string
		for p := from; p < to; p++ {
			sites = append(sites, c.SiteID(p))
		}
		return bom.NoPart, missing("part", item+"@"+site, "the item is at "+strings.Join(sites, ", ")+": name one in site")
	}
	closest := bom.Closest(short(item), firstIDs(func(yield func(string) bool) {
		for p := range c.Parts {
			if !yield(c.ItemID(bom.PartID(p))) {
				return
			}
		}
	}))
	advice := "look at /v1/tables/items"
	if closest != "" {
		advice = "did you mean " + closest + "?"
	}
	return bom.NoPart, missing("item", item, advice).With(func(p *Problem) { p.Closest = closest })
}
