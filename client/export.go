package client

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
)

// Download is a file that the service writes while it is read. It has to be closed, and ends with the context. A file that breaks off ends in another error than io.EOF: half of
// one is never taken for a whole one.
type Download struct {
	io.ReadCloser
	Version uint64 // of the plan
	Name    string // that the service gives it, such as plan-7.zip; empty for the report
	Media   string // such as application/zip
}

// ExportQuery says in what form tables are wanted. The zero value is a ZIP of CSV files.
type ExportQuery struct {
	Format  string // zip, json, xlsx; empty: zip
	AtLeast uint64 // as in Query
}

// ExportPlan is what the plan has come to, all tables as one file: planned orders, pegging, demand status, deliveries, messages, schedule,
// load and so on.
func (c *Client) ExportPlan(ctx context.Context, q ExportQuery) (*Download, error) {
	return c.download(ctx, q.Format, q.AtLeast, "exports", "plan")
}

// ExportModel is what the plan is made of, all input tables as one file, as ReplaceModel takes it back.
func (c *Client) ExportModel(ctx context.Context, q ExportQuery) (*Download, error) {
	return c.download(ctx, q.Format, q.AtLeast, "model")
}

// TableCSV is one input table as CSV. atLeast is as in Query; 0: whatever is there.
func (c *Client) TableCSV(ctx context.Context, table string, atLeast uint64) (*Download, error) {
	return c.download(ctx, "csv", atLeast, "tables", table)
}

// Report is the plan as one page for a browser, which needs nothing beside itself. Without a schedule there is none: the error is a *Problem conflict. atLeast is as
// in Query; 0: whatever is there.
func (c *Client) Report(ctx context.Context, atLeast uint64) (*Download, error) {
	return c.download(ctx, "", atLeast, "report")
}

// download begins to read a file. Until it has begun the request is sent again as any other.
func (c *Client) download(ctx context.Context, format string, atLeast uint64, path ...string) (*Download, error) {
	r := call{method: http.MethodGet, path: path, query: given("format", format, "at_least", digits(atLeast)), repeat: always}
	var out *Download
	_, err := c.send(ctx, r, func(answer *http.Response) (broken bool, err error) {
		out, err = downloadOf(&r, answer)
		return false, err
	})
	return out, err
}

// downloadOf is an answer as a file. One without a version is not the service's.
func downloadOf(r *call, answer *http.Response) (*Download, error) {
	version, err := strconv.ParseUint(answer.Header.Get("Takt-Version"), 10, 64)
	if err != nil {
		_ = answer.Body.Close()
		return nil, fmt.Errorf("%v answered a file without a version of the plan; is this a Takt service?", r)
	}
	d := &Download{ReadCloser: answer.Body, Version: version}
	d.Media, _, _ = mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if _, about, err := mime.ParseMediaType(answer.Header.Get("Content-Disposition")); err == nil {
		d.Name = about["filename"]
	}
	return d, nil
}
