package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/plan/tables"
)

// RowAddress names a row of a table: the first column of its key in the path, the others in the query.
type RowAddress struct {
	Table string `path:"table" maxLength:"40" doc:"Name of an input table" example:"demands"`
	First string `path:"key" maxLength:"300" doc:"The first required column of the table's key; the other key columns are query parameters, and stand for their defaults where they are left out, as site for main. The row of settings is settings." example:"SO-1001"`
	query url.Values
}

// Resolve takes the query for the other key columns.
func (in *RowAddress) Resolve(ctx huma.Context) []error {
	u := ctx.URL()
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return []error{NewProblem("bad-request", "the query is malformed: percent-encode the values")}
	}
	in.query = query
	return nil
}

// key is the key as cells by column.
func (in *RowAddress) key() (map[string]string, error) {
	columns := tables.Columns(in.Table)
	if columns == nil {
		return nil, noTable(in.Table)
	}
	key := map[string]string{}
	first := true
	var known []string
	for _, c := range columns {
		switch {
		case c.Key && c.Required && first:
			key[c.Name], first = in.First, false
		case c.Key:
			key[c.Name] = in.query.Get(c.Name)
			known = append(known, c.Name)
		}
	}
	if len(key) == 0 && in.First != in.Table {
		return nil, missing("row of "+in.Table, in.First, "its only row is "+in.Table)
	}
	for _, name := range sortedKeys(in.query) {
		if name != "at_least" && !slices.Contains(known, name) {
			return nil, badParameter(name, "", "it is no column of the key of "+in.Table+": its key has "+strings.Join(keyColumns(in.Table), ", "))
		}
	}
	return key, nil
}

type rowRead struct {
	Read
	RowAddress
}

type rowDelete struct {
	Write
	RowAddress
}

type rowWrite struct {
	Write
	RowAddress
	RawBody []byte `contentType:"application/json"`
}

func (s *Server) registerRow(api huma.API) {
	r := api.OpenAPI().Components.Schemas
	row := &huma.Schema{Ref: "#/components/schemas/Row"}
	schema := documentSchema(r, "TableRow", map[string]*huma.Schema{"table": {Type: huma.TypeString}, "row": row})
	operation := func(role, id, method, summary, description string) huma.Operation {
		return s.op(role, huma.Operation{OperationID: id, Method: method, Path: "/v1/tables/{table}/{key}", Tags: []string{"tables"}, Summary: summary, Description: description,
			Metadata: map[string]any{"any query": true}})
	}
	write := func(op huma.Operation, mode tables.EditMode) {
		op.SkipValidateBody = true // the table's columns are checked with all that is wrong
		op.RequestBody = &huma.RequestBody{Required: true, Description: "The row by columns. Those of the key may be left out.", Content: map[string]*huma.MediaType{}}
		huma.Register(api, op, func(ctx context.Context, in *rowWrite) (*editOutput, error) { return s.setRow(ctx, in, mode) })
		op.RequestBody.Content[mediaJSON] = &huma.MediaType{Schema: row, Example: map[string]any{"qty": 31}} // huma calls a raw body binary
	}
	get := operation(Viewer, "get-row", http.MethodGet, "One row of an input table", "")
	get.Responses["200"] = answers(schema)["200"]
	huma.Register(api, get, s.getRow)
	write(operation(Planner, "put-row", http.MethodPut, "Replace a row of an input table, or add it", "Columns that are left out get their defaults."), tables.Put)
	write(operation(Planner, "patch-row", http.MethodPatch, "Change columns of a row of an input table", "Columns that are left out stay as they are; null gives a column its default."), tables.Merge)
	huma.Register(api, operation(Planner, "delete-row", http.MethodDelete, "Take a row of an input table away", "What refers to it has to be gone already."), s.deleteRow)
}

func (s *Server) getRow(ctx context.Context, in *rowRead) (*textOutput, error) {
	v, err := s.atLeast(ctx, in.AtLeast)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	key, err := in.key()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if in.same(v.version) {
		return unchanged(v.version), nil
	}
	t, _ := tables.Find(v.plan.Model(), in.Table, key)
	t.Sparse = true
	for range t.Rows {
		d := begin(v.version)
		d.value("table", in.Table)
		d.row("row", t)
		return jsonText(v.version, d.end()), nil
	}
	return nil, s.fail(ctx, in.noRow(key))
}

// noRow is the error on a row that is not there.
func (in *RowAddress) noRow(key map[string]string) *Problem {
	return missing("row of "+in.Table, in.First, "its key is "+strings.Join(keyColumns(in.Table), ", ")+": look at /v1/tables/"+in.Table)
}

func (s *Server) deleteRow(ctx context.Context, in *rowDelete) (*editOutput, error) {
	key, err := in.key()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if len(key) == 0 {
		return nil, s.fail(ctx, badParameter("table", in.Table, "this row cannot be taken away: change it"))
	}
	return s.edit(ctx, &in.Write, tables.Put, "delete-row "+in.Table, []string{in.First, in.query.Encode()}, func(_ context.Context, e *tables.Edit) error {
		if !e.Remove(in.Table, key) {
			return in.noRow(key)
		}
		return nil
	})
}

func (s *Server) setRow(ctx context.Context, in *rowWrite, mode tables.EditMode) (*editOutput, error) {
	key, err := in.key()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	text, err := in.document(key)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	what := map[tables.EditMode]string{tables.Put: "put-row ", tables.Merge: "patch-row "}[mode] + in.Table
	return s.edit(ctx, &in.Write, mode, what, []string{in.First, in.query.Encode(), string(in.RawBody)}, func(ctx context.Context, e *tables.Edit) error {
		if mode == tables.Merge && !e.Has(in.Table, key) {
			return in.noRow(key)
		}
		return e.Reader().ReadJSON(ctx, "body", bytes.NewReader(text))
	})
}

// document is the body as a document of one table with one row, with the key of the path. It is put together as text, so that numbers stay as they are.
func (in *rowWrite) document(key map[string]string) ([]byte, error) {
	var row map[string]json.RawMessage
	if err := json.Unmarshal(in.RawBody, &row); err != nil || row == nil {
		return nil, NewProblem("bad-request", "the body is no JSON object: send the row as {\"column\": value, …}")
	}
	for _, c := range tables.Columns(in.Table) {
		if !c.Key {
			continue
		}
		standard := c.Default
		if in.Table == "bom" && c.Name == "line" { // an empty one is the first
			standard = "1"
		}
		if given, ok := row[c.Name]; ok && string(given) != "null" && !sameCell(given, key[c.Name], standard) {
			return nil, badParameter(c.Name, strings.Trim(string(given), `"`), fmt.Sprintf("the row is named by the address: write %q or leave it out", key[c.Name]))
		}
		row[c.Name], _ = json.Marshal(key[c.Name])
	}
	b := []byte{'{'}
	name, _ := json.Marshal(in.Table)
	b = append(append(b, name...), ":[{"...)
	for i, column := range sortedKeys(row) {
		if i > 0 {
			b = append(b, ',')
		}
		name, _ := json.Marshal(column)
		b = append(append(append(b, name...), ':'), row[column]...)
	}
	return append(b, "}]}"...), nil
}

// sameCell compares a JSON value with the text of a cell.
func sameCell(value json.RawMessage, cell, standard string) bool {
	var text string
	if json.Unmarshal(value, &text) != nil {
		text = string(value)
	}
	return text == cell || cell == "" && text == standard
}
