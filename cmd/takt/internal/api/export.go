package api

import (
	"archive/zip"
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/cmd/takt/internal/page"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/plan/tables/xlsx"
)

// files are the answers of an export.
func files() map[string]*huma.Response {
	text := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	r := answers(&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true})
	r["200"].Content[mediaZip], r["200"].Content[mediaExcel] = &huma.MediaType{Schema: text}, &huma.MediaType{Schema: text}
	return r
}

func (s *Server) registerExports(api huma.API) {
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "export-plan", Method: http.MethodGet, Path: "/v1/exports/plan", Tags: []string{"exports"}, Summary: "All tables of the plan as one file",
		Description: "What takt plan writes: planned orders, pegging, demand status, deliveries, messages, projected stock, schedule, load and key figures.", Responses: files(),
	}), func(ctx context.Context, in *formatInput) (*callOutput, error) {
		v, err := s.scheduled(ctx, in.AtLeast)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if in.same(v.version) {
			return unchangedCall(v.version), nil
		}
		return s.export(v, in, "plan", tables.Results(v.plan)), nil
	})
	op := huma.Operation{
		OperationID: "get-report", Method: http.MethodGet, Path: "/v1/report", Tags: []string{"exports"}, Summary: "The plan as one page for a browser",
		Description: "Figures, late demands and why, machines, orders, load, queues and stock. The page needs nothing beside itself.", Responses: map[string]*huma.Response{
			"200": {Description: "OK", Content: map[string]*huma.MediaType{"text/html": {Schema: &huma.Schema{Type: huma.TypeString}}}}, "304": {Description: "You have this already (If-None-Match)"}},
	}
	huma.Register(api, s.op(Viewer, op), func(ctx context.Context, in *Read) (*callOutput, error) {
		v, err := s.scheduled(ctx, in.AtLeast)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		f := v.plan.Finite()
		if f == nil {
			return nil, s.fail(ctx, plan.ErrNoSchedule)
		}
		if in.same(v.version) {
			return unchangedCall(v.version), nil
		}
		return s.stream(v.version, "text/html; charset=utf-8", "", func(_ context.Context, w io.Writer) error {
			b := bufio.NewWriter(w)
			if err := page.Write(b, page.Input{Model: s.ModelName, Plan: v.plan, Violations: f.Verify()}); err != nil {
				return err
			}
			return b.Flush()
		}), nil
	})
}

// export answers tables as one file.
func (s *Server) export(v *view, in *formatInput, name string, list []tables.Table) *callOutput {
	format := in.Format
	if format == "" {
		format = "zip"
		for media, f := range map[string]string{mediaJSON: "json", mediaExcel: "xlsx", mediaZip: "zip"} {
			if wants(in.Accept, media) {
				format = f
			}
		}
	}
	file := fmt.Sprintf("%s-%d.%s", name, v.version, format)
	switch format {
	case "json":
		return s.stream(v.version, mediaJSON, file, func(ctx context.Context, w io.Writer) error { return tables.WriteJSON(ctx, w, list...) })
	case "xlsx":
		return s.stream(v.version, mediaExcel, file, func(ctx context.Context, w io.Writer) error { return writeExcel(ctx, w, list) })
	}
	return s.stream(v.version, mediaZip, file, func(ctx context.Context, w io.Writer) error { return writeZip(ctx, w, list) })
}

// writeExcel writes a workbook. One that cannot hold a text or so many rows is no fault of the server: the error says what to take instead.
func writeExcel(ctx context.Context, w io.Writer, list []tables.Table) error {
	out := &watched{Writer: w}
	err := xlsx.Write(ctx, out, list...)
	if err == nil || out.err != nil || ctx.Err() != nil {
		return err
	}
	return NewProblem("not-acceptable", err.Error())
}

// watched is a writer that notes its error.
type watched struct {
	io.Writer
	err error
}

func (w *watched) Write(p []byte) (n int, err error) {
	n, err = w.Writer.Write(p)
	w.err = cmp.Or(w.err, err)
	return n, err
}

// writeZip writes a CSV file for each table. There are no times in it: the same plan gives the same bytes.
func writeZip(ctx context.Context, w io.Writer, list []tables.Table) error {
	z := zip.NewWriter(w)
	for _, t := range list {
		if t.OmitEmpty && !hasRows(t) {
			continue
		}
		f, err := z.Create(t.Name + ".csv")
		if err != nil {
			return err
		}
		if err := t.CSV(ctx, f); err != nil {
			return err
		}
	}
	return z.Close()
}

func hasRows(t tables.Table) bool {
	for range t.Rows {
		return true
	}
	return false
}
