package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

type uploadInput struct {
	Write
	Mode    string `query:"mode" enum:"merge,put,replace" default:"merge" doc:"merge: rows change the columns that they have, or are new; put: rows take the place of those with their keys, or are new; replace: the tables that come take the place of those that are there"`
	Table   string `query:"table" maxLength:"40" doc:"The table of a text/csv body" example:"demands"`
	Check   bool   `query:"check" doc:"true: only say what is wrong and what would change"`
	Type    string `header:"Content-Type" hidden:"true"`
	RawBody []byte
}

var editModes = map[string]tables.EditMode{"merge": tables.Merge, "put": tables.Put, "replace": tables.Replace}

// mediaBytes is what huma adds for a raw body, and what nobody reads.
const mediaBytes = "application/octet-stream"

// tableBody are the forms in which tables come.
func tableBody() *huma.RequestBody {
	text := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	return &huma.RequestBody{Required: true, Description: "Tables: a JSON document with an array of rows by table, one table as CSV, a ZIP of CSV files, a workbook, or any of these as files of a form.",
		Content: map[string]*huma.MediaType{
			mediaJSON: {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}, Example: map[string]any{"demands": []any{map[string]any{"demand": "SO-1001", "qty": 5}}}},
			mediaCSV:  {Schema: &huma.Schema{Type: huma.TypeString}}, mediaZip: {Schema: text}, mediaExcel: {Schema: text}, mediaForm: {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}},
		}}
}

func (s *Server) registerUpload(api huma.API) {
	op := s.op(Planner, huma.Operation{
		OperationID: "upload-tables", Method: http.MethodPost, Path: "/v1/tables", Tags: []string{"tables"}, Summary: "Send tables, or rows of tables",
		Description: "All of it is taken, or nothing. If anything is wrong the answer lists every error with file, line, column, value and what was expected.",
		RequestBody: tableBody(), SkipValidateBody: true,
	})
	huma.Register(api, op, func(ctx context.Context, in *uploadInput) (*editOutput, error) {
		u, err := newUpload(in.Type, in.Table, in.RawBody, s.MaxBody)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		free, err := s.uploading(ctx)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		defer free()
		if in.Check {
			return s.check(ctx, editModes[in.Mode], u)
		}
		what := "upload-tables " + in.Mode
		return s.edit(ctx, &in.Write, editModes[in.Mode], what, []any{u.media, u.table, u.body}, func(ctx context.Context, e *tables.Edit) error {
			return u.read(ctx, e.Reader())
		})
	})
	delete(op.RequestBody.Content, mediaBytes)
}

// mostUploads is how many bodies with tables are read at a time.
const mostUploads = 2

// uploading waits for a turn to read a body with tables. free gives it back.
func (s *Server) uploading(ctx context.Context) (free func(), err error) {
	wait, stop := context.WithTimeout(ctx, s.RushTime)
	defer stop()
	select {
	case s.writes.uploads <- struct{}{}:
		return func() { <-s.writes.uploads }, nil
	case <-wait.Done():
		if errors.Is(wait.Err(), context.DeadlineExceeded) {
			return nil, NewProblem("busy", fmt.Sprintf("%d uploads are being read, as many as can be at a time: send it again later", mostUploads))
		}
		return nil, wait.Err()
	}
}

// check says what an upload would come to.
func (s *Server) check(ctx context.Context, mode tables.EditMode, u *upload) (*editOutput, error) {
	v := s.now()
	e := tables.NewEdit(v.plan.Model(), mode)
	if err := u.read(ctx, e.Reader()); err != nil {
		return nil, s.fail(ctx, err)
	}
	after, err := e.Model(ctx)
	if err == nil {
		err = e.Located(after.Check())
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	changes, ok := plan.Changes(v.plan.Model(), after)
	out := &editOutput{Done: Done{Stamp: stamp(v.version)}, Body: told(changes, ok, e.Touched())}
	out.Body.Version, out.Body.Checked = v.version, true
	return out, nil
}

type modelInput struct {
	Write
	Check   bool   `query:"check" doc:"true: only say what is wrong"`
	Type    string `header:"Content-Type" hidden:"true"`
	RawBody []byte
}

type formatInput struct {
	Read
	Format string `query:"format" enum:"zip,json,xlsx" doc:"zip: a CSV file a table; json: one document; xlsx: a workbook. Left out: by the header Accept, else zip"`
	Accept string `header:"Accept" hidden:"true"`
}

func (s *Server) registerModel(api huma.API) {
	get := huma.Operation{
		OperationID: "get-model", Method: http.MethodGet, Path: "/v1/model", Tags: []string{"tables"}, Summary: "All input tables as one file",
		Description: "What takt plan reads, and what PUT /v1/model takes back.", Responses: files(),
	}
	huma.Register(api, s.op(Viewer, get), func(ctx context.Context, in *formatInput) (*callOutput, error) {
		v, err := s.atLeast(ctx, in.AtLeast)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if in.same(v.version) {
			return unchangedCall(v.version), nil
		}
		return s.export(v, in, "model", tables.Of(v.plan.Model())), nil
	})
	put := s.op(Admin, huma.Operation{
		OperationID: "put-model", Method: http.MethodPut, Path: "/v1/model", Tags: []string{"tables"}, Summary: "Replace all input tables",
		Description: "Plans everything anew. A ZIP of CSV files, a workbook, a JSON document, or a form with files.", RequestBody: tableBody(), SkipValidateBody: true,
	})
	huma.Register(api, put, s.putModel)
	delete(put.RequestBody.Content, mediaBytes)
}

func (s *Server) putModel(ctx context.Context, in *modelInput) (*editOutput, error) {
	u, err := newUpload(in.Type, "", in.RawBody, s.MaxBody)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	r, err := s.request(ctx, &in.Write, "put-model", []any{u.media, u.body})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	free, err := s.uploading(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	defer free()
	reader := tables.NewReader(tables.Options{Now: s.Clock, MostColumns: tables.EditColumns, MostRows: tables.EditRows})
	if err := u.read(ctx, reader); err != nil {
		return nil, s.fail(ctx, err)
	}
	m, _, err := reader.Model()
	if err == nil && in.Check {
		err = m.Check()
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if in.Check {
		v := s.now()
		return &editOutput{Done{Stamp: stamp(v.version)}, Edited{Version: v.version, Checked: true, Loaded: true, Changes: []string{}, Tables: tables.Inputs()}}, nil
	}
	result, err := s.Keeper.Load(ctx, r, m)
	if err != nil {
		return nil, s.failWrite(ctx, &in.Write, err)
	}
	return &editOutput{done(result), Edited{Version: result.Version, Loaded: true, Changes: []string{}, Tables: tables.Inputs()}}, nil
}
