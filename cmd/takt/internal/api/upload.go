package api

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"path"
	"strings"

	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/plan/tables/xlsx"
)

// The media types of tables.
const (
	mediaJSON  = "application/json"
	mediaCSV   = "text/csv"
	mediaZip   = "application/zip"
	mediaExcel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	mediaForm  = "multipart/form-data"
)

// mostUnpacked is how many times larger than a request's limit an archive may be unpacked.
const mostUnpacked = 8

// upload is a body with tables.
type upload struct {
	media, boundary string
	table           string // of a CSV body
	body            []byte
	limit           int64 // bytes that all its archives together may come to, unpacked
	left            int64 // of them, while it is read
}

// newUpload looks at what kind of body it is.
func newUpload(contentType, table string, body []byte, limit int64) (*upload, error) {
	if contentType == "" {
		contentType = mediaJSON
	}
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, NewProblem("bad-request", "the header Content-Type is malformed: write one such as "+mediaJSON).With(func(p *Problem) { p.Field, p.Value = "Content-Type", short(contentType) })
	}
	u := &upload{media: media, boundary: params["boundary"], table: table, body: body, limit: limit * mostUnpacked}
	switch media {
	case mediaJSON, mediaZip, mediaExcel:
	case mediaCSV:
		if table == "" {
			return nil, badParameter("table", "", "a CSV body is one table: name it, as ?table=demands")
		}
		if tables.Columns(table) == nil {
			return nil, noTable(table)
		}
	case mediaForm:
		if u.boundary == "" {
			return nil, NewProblem("bad-request", "the form has no boundary: let the client make the header Content-Type")
		}
	default:
		return nil, NewProblem("media-type", fmt.Sprintf("tables are not read as %s: send %s, %s, %s (a workbook), %s (CSV files) or %s (any of these as files)", short(media), mediaJSON, mediaCSV, mediaExcel, mediaZip, mediaForm))
	}
	return u, nil
}

// read reads the tables.
func (u *upload) read(ctx context.Context, r *tables.Reader) error {
	u.left = u.limit
	switch u.media {
	case mediaCSV:
		return r.ReadTable(ctx, u.table, u.table+".csv", bytes.NewReader(u.body))
	case mediaZip:
		return u.zip(ctx, r, "body", u.body)
	case mediaExcel:
		return u.excel(ctx, r, "body", u.body)
	case mediaForm:
		return u.form(ctx, r)
	}
	return r.ReadJSON(ctx, "body", bytes.NewReader(u.body))
}

// form reads the files of a form, by their names.
func (u *upload) form(ctx context.Context, r *tables.Reader) error {
	const most = 100
	parts := multipart.NewReader(bytes.NewReader(u.body), u.boundary)
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return NewProblem("bad-request", "the form has no files: send tables as files such as demands.csv")
			}
			return nil
		}
		if err != nil || n == most {
			return NewProblem("bad-request", fmt.Sprintf("the form cannot be read: let the client make it, with at most %d files", most))
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return NewProblem("bad-request", "the form breaks off: send it again")
		}
		if part.FileName() == "" {
			return NewProblem("bad-request", fmt.Sprintf("the part %q of the form is no file: send tables as files such as demands.csv", short(part.FormName())))
		}
		if err := u.file(ctx, r, path.Base(part.FileName()), body); err != nil {
			return err
		}
	}
}

// file reads one file of a form.
func (u *upload) file(ctx context.Context, r *tables.Reader, name string, body []byte) error {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".csv":
		return r.ReadTable(ctx, strings.TrimSuffix(name, path.Ext(name)), name, bytes.NewReader(body))
	case ".json":
		return r.ReadJSON(ctx, name, bytes.NewReader(body))
	case ".xlsx":
		return u.excel(ctx, r, name, body)
	case ".zip":
		return u.zip(ctx, r, name, body)
	}
	return NewProblem("media-type", fmt.Sprintf("the file %q is no table: files end in .csv, .json, .xlsx or .zip", short(name)))
}

// archive opens an archive whose files are not larger, unpacked, than is still allowed.
func (u *upload) archive(name string, body []byte) (*zip.Reader, error) {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, NewProblem("bad-request", name+" cannot be unpacked: send it whole, as a program has made it")
	}
	const mostFiles = 1000
	for _, f := range z.File {
		if f.UncompressedSize64 > uint64(u.left) || len(z.File) > mostFiles {
			return nil, NewProblem("too-large", fmt.Sprintf("%s is larger than %d bytes unpacked, or has more than %d files: send it in parts", name, u.limit, mostFiles))
		}
		u.left -= int64(f.UncompressedSize64)
	}
	return z, nil
}

// zip reads the CSV files of an archive, which may lie in a folder.
func (u *upload) zip(ctx context.Context, r *tables.Reader, name string, body []byte) error {
	z, err := u.archive(name, body)
	if err != nil {
		return err
	}
	var folder fs.FS
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, ".csv") && fs.ValidPath(f.Name) {
			if folder, err = fs.Sub(z, path.Dir(f.Name)); err != nil {
				folder = z
			}
			break
		}
	}
	if folder == nil {
		return NewProblem("bad-request", name+" has no CSV files: pack tables such as demands.csv")
	}
	if err := r.ReadCSV(ctx, folder); err != nil {
		return broken(ctx, name, err)
	}
	return nil
}

// excel reads the sheets of a workbook.
func (u *upload) excel(ctx context.Context, r *tables.Reader, name string, body []byte) error {
	if _, err := u.archive(name, body); err != nil {
		return err
	}
	if err := xlsx.Read(ctx, r, name, bytes.NewReader(body)); err != nil {
		return broken(ctx, name, err)
	}
	return nil
}

// broken is what stopped the reading of a file: the client's file, or the request's end.
func broken(ctx context.Context, name string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return NewProblem("bad-request", name+" cannot be read: "+err.Error())
}
