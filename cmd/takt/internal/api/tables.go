package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan/tables"
)

// TableInfo describes an input table.
type TableInfo struct {
	Table   string       `json:"table" example:"demands"`
	Rows    int          `json:"rows"`
	Columns []ColumnInfo `json:"columns" nullable:"false"`
}

// ColumnInfo describes a column.
type ColumnInfo struct {
	Name     string   `json:"name" example:"qty"`
	Kind     string   `json:"kind" enum:"id,text,number,bool,date,name"`
	Key      bool     `json:"key,omitempty" doc:"Part of the key"`
	Required bool     `json:"required,omitempty" doc:"Filled in every row"`
	Values   []string `json:"values,omitempty" doc:"What a name can be"`
	Default  string   `json:"default,omitempty" doc:"What an empty cell stands for"`
}

var kindNames = map[tables.Kind]string{tables.KindID: "id", tables.KindText: "text", tables.KindNumber: "number", tables.KindBool: "bool", tables.KindDate: "date", tables.KindName: "name"}

func columnInfos(columns []tables.Column) []ColumnInfo {
	out := make([]ColumnInfo, len(columns))
	for i, c := range columns {
		out[i] = ColumnInfo{c.Name, kindNames[c.Kind], c.Key, c.Required, nonEmpty(c.Values), c.Default}
	}
	return out
}

type tablesOutput struct {
	Stamp
	Status int
	Body   struct {
		Version uint64      `json:"version"`
		Items   []TableInfo `json:"items" nullable:"false" doc:"The tables, in the order in which they are read"`
	}
}

// tableRead is what is asked for of a table.
type tableRead struct {
	ListQuery
	Table  string `path:"table" maxLength:"40" doc:"Name of an input table" example:"demands"`
	Format string `query:"format" enum:"json,csv" doc:"csv: the whole table as a file; the header Accept: text/csv says the same"`
	Accept string `header:"Accept" hidden:"true"`
}

func (s *Server) registerTables(api huma.API) {
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "list-tables", Method: http.MethodGet, Path: "/v1/tables", Tags: []string{"tables"}, Summary: "The input tables with their columns and the number of their rows",
		Responses: notModified(),
	}), func(ctx context.Context, in *Read) (*tablesOutput, error) {
		v, err := s.atLeast(ctx, in.AtLeast)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		out := &tablesOutput{Stamp: stamp(v.version), Status: http.StatusOK}
		if in.same(v.version) {
			out.Status = http.StatusNotModified
			return out, nil
		}
		out.Body.Version = v.version
		for i, name := range tables.Inputs() {
			out.Body.Items = append(out.Body.Items, TableInfo{name, v.rowCounts()[i], columnInfos(tables.Columns(name))})
		}
		return out, nil
	})
	s.registerTable(api)
	s.registerRow(api)
	s.registerUpload(api)
	s.registerModel(api)
}

// rowCounts are the numbers of rows of the input tables, in reading order, counted once.
func (v *view) rowCounts() []int {
	v.counted.Do(func() {
		for _, name := range tables.Inputs() {
			t, _ := tables.Whole(v.plan.Model(), name)
			n := 0
			for range t.Rows {
				n++
			}
			v.counts = append(v.counts, n)
		}
	})
	return v.counts
}

func (s *Server) registerTable(api huma.API) {
	r := api.OpenAPI().Components.Schemas
	row := rowSchema(r, "Row", nil)
	r.Map()["Row"].Description = "A row by columns: those of the table, as GET /v1/tables lists them, without the cells that hold nothing but the default"
	op := huma.Operation{
		OperationID: "get-table", Method: http.MethodGet, Path: "/v1/tables/{table}", Tags: []string{"tables"}, Summary: "The rows of an input table",
		Description: "By page as JSON, or whole as CSV. Every column filters: column=value; column.from and column.to bound numbers and dates, both included.",
		Responses:   answers(listSchema(row)), Metadata: map[string]any{"any query": true},
	}
	op.Responses["200"].Content["text/csv"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	huma.Register(api, s.op(Viewer, op), func(ctx context.Context, in *tableRead) (*callOutput, error) {
		v, err := s.atLeast(ctx, in.AtLeast)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		t, ok := tables.Whole(v.plan.Model(), in.Table)
		if !ok {
			return nil, s.fail(ctx, noTable(in.Table))
		}
		if in.same(v.version) {
			return unchangedCall(v.version), nil
		}
		if in.Format == "csv" || in.Format == "" && wants(in.Accept, "text/csv") {
			return s.stream(v.version, "text/csv; charset=utf-8", in.Table+".csv", t.CSV), nil
		}
		t.Sparse = true
		in.query.Del("format")
		text, err := s.list(ctx, &in.ListQuery, v, "get-table "+in.Table, t, keyColumns(in.Table))
		if err != nil {
			return nil, err
		}
		return text.call(), nil
	})
}

// keyColumns are the names of the columns of a table's key.
func keyColumns(table string) []string {
	var names []string
	for _, c := range tables.Columns(table) {
		if c.Key {
			names = append(names, c.Name)
		}
	}
	return names
}

// wants reports whether a client names a media type first. Nothing in this API has more than two forms.
func wants(accept, media string) bool {
	first, _, _ := strings.Cut(accept, ",")
	first, _, _ = strings.Cut(first, ";")
	return strings.EqualFold(strings.TrimSpace(first), media)
}

// noTable is the error on a table that there is none of.
func noTable(name string) *Problem {
	closest := bom.Closest(short(name), tables.Inputs())
	advice := "there are " + strings.Join(tables.Inputs(), ", ")
	if closest != "" {
		advice = "did you mean " + closest + "?"
	}
	return missing("table", name, advice).With(func(p *Problem) { p.Closest = closest })
}
