package api

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/plan/tables"
)

// Read are the headers and parameters of a request that reads the plan.
type Read struct {
	AtLeast uint64 `query:"at_least" doc:"Version of the plan that is wanted at least, such as the one that a change of yours was answered with. If it has not come yet the request waits for it." example:"7"`
	IfNone  string `header:"If-None-Match" doc:"ETag of the answer that you have: if it is still good, the answer is 304 without a body" example:"\"7\""`
}

// Same reports whether the caller has the answer of this version already.
func (r *Read) same(version uint64) bool {
	if r.IfNone == "" {
		return false
	}
	want := stamp(version).ETag
	for tag := range strings.SplitSeq(r.IfNone, ",") {
		if tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/"); tag == want || tag == "*" {
			return true
		}
	}
	return false
}

// textOutput is an answer that is text already. Status 304 has none.
type textOutput struct {
	Stamp
	Status int
	Type   string `header:"Content-Type" hidden:"true"`
	Body   []byte
}

// jsonText answers with a JSON text.
func jsonText(version uint64, text []byte) *textOutput {
	return &textOutput{Stamp: stamp(version), Status: 200, Type: "application/json", Body: text}
}

// unchanged says that the caller has the answer already.
func unchanged(version uint64) *textOutput {
	return &textOutput{Stamp: stamp(version), Status: 304, Type: "application/json"}
}

// ListQuery is what is asked for of a list.
type ListQuery struct {
	Read
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Most items of one page"`
	Cursor string `query:"cursor" doc:"The next of the page before; leave it out for the first page. If the plan has changed meanwhile, the list goes on behind the last item given, on the current plan"`
	Sort   string `query:"sort" doc:"Columns to sort by, in this order; a minus sign before one sorts from the largest down. Empty cells come last" example:"-late_days,demand"`
	query  url.Values
}

// Resolve takes the query for the conditions on columns.
func (in *ListQuery) Resolve(ctx huma.Context) []error {
	u := ctx.URL()
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return []error{NewProblem("bad-request", "the query is malformed: percent-encode the values")}
	}
	in.query = query
	return nil
}

// selection reads what is asked for of a source.
func (in *ListQuery) selection(s *source) (*selection, error) {
	p := &selection{limit: in.Limit, sort: in.Sort}
	var err error
	if p.filters, err = filters(s.columns, in.query); err != nil {
		return nil, err
	}
	if p.order, err = sortColumns(s.columns, s.key, in.Sort); err != nil {
		return nil, err
	}
	p.after, err = readCursor(in.Cursor, in.Sort, len(p.order))
	return p, err
}

// list answers a page of a table of a view. name is that of the list, of which there is one.
func (s *Server) list(ctx context.Context, in *ListQuery, v *view, name string, t tables.Table, key []string) (*textOutput, error) {
	if in.same(v.version) {
		return unchanged(v.version), nil
	}
	src := v.source(name, t, key, v.plan.Model().Zone())
	p, err := in.selection(src)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	rows := src.rows
	var ended error
	src.rows = func(yield func(row) bool) {
		const look = 1 << 12
		n := 0
		for r := range rows {
			if n++; n%look == 0 && ctx.Err() != nil {
				ended = ctx.Err()
				return
			}
			if !yield(r) {
				return
			}
		}
	}
	items, next, total := p.cut(src)
	if ended != nil {
		return nil, s.fail(ctx, ended)
	}
	return jsonText(v.version, appendList(nil, v.version, items, next, total)), nil
}

// listOperation describes a list: the conditions on its columns and its rows.
func listOperation(op huma.Operation, columns []tables.Column, name string, r huma.Registry) huma.Operation {
	for _, c := range columns {
		op.Parameters = append(op.Parameters, &huma.Param{Name: c.Name, In: "query", Schema: queryType(c),
			Description: "Only rows with this value; several times: with any of them"})
		if c.Kind == tables.KindNumber || c.Kind == tables.KindDate {
			op.Parameters = append(op.Parameters,
				&huma.Param{Name: c.Name + ".from", In: "query", Schema: queryType(c), Description: "Only rows with this value or a larger one"},
				&huma.Param{Name: c.Name + ".to", In: "query", Schema: queryType(c), Description: "Only rows with this value or a smaller one"})
		}
	}
	op.Description = strings.TrimSpace(op.Description + " Every column filters, column.from and column.to bound numbers and dates, both included.")
	op.Metadata = map[string]any{"any query": true} // the columns are checked by the list itself
	op.Responses = answers(listSchema(rowSchema(r, name, columns)))
	return op
}

// notModified is the answer to a caller that has it already.
func notModified() map[string]*huma.Response {
	return map[string]*huma.Response{"304": {Description: "You have this already (If-None-Match)"}}
}

// answers is a JSON answer of a schema.
func answers(schema *huma.Schema) map[string]*huma.Response {
	r := notModified()
	r["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
	return r
}

// queryType is how a column's values are written in a query.
func queryType(c tables.Column) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, v := range c.Values {
		if v != "" {
			s.Enum = append(s.Enum, v)
		}
	}
	return s
}

// listSchema is the document of a list of items.
func listSchema(item *huma.Schema) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeObject, Required: []string{"version", "total", "items"}, AdditionalProperties: false, Properties: map[string]*huma.Schema{
		"version": {Type: huma.TypeInteger, Format: "int64", Description: "Version of the plan"},
		"total":   {Type: huma.TypeInteger, Description: "Items of all pages"},
		"next":    {Type: huma.TypeString, Description: "cursor of the next page; not there on the last one"},
		"items":   {Type: huma.TypeArray, Items: item},
	}}
	s.PrecomputeMessages()
	return s
}

// rowSchema is the schema of the rows of a table, under its name in the components.
func rowSchema(r huma.Registry, name string, columns []tables.Column) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, AdditionalProperties: true}
	for _, c := range columns {
		p := &huma.Schema{Type: huma.TypeString, Nullable: !c.Key || !c.Required}
		switch c.Kind {
		case tables.KindNumber:
			p.Type, p.Description = huma.TypeNumber, "exact decimal"
		case tables.KindBool:
			p.Type = huma.TypeBoolean
		case tables.KindDate:
			p.Description = "date 2026-11-21, or an RFC 3339 time"
		case tables.KindName:
			if len(c.Values) > 0 {
				p.Description = "one of " + strings.Join(nonEmpty(c.Values), ", ")
			}
		}
		if c.Default != "" {
			p.Description = strings.TrimPrefix(fmt.Sprintf("%s; default %s", p.Description, c.Default), "; ")
		}
		s.Properties[c.Name] = p
	}
	s.PrecomputeMessages()
	r.Map()[name] = s
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

func nonEmpty(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
