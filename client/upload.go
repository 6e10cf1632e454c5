package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
)

// Upload are tables to send, as files, as rows, or both. All of it is taken, or nothing.
type Upload struct {
	Files []File
	Rows  map[string][]Row // by table; they are sent as a file rows.json
	// Mode: merge (or empty), where rows change the columns that they have, or are new; put, where rows take the place of those with their
	// keys, or are new; replace, where the tables that come take the place of those that are there.
	Mode  string
	Check bool // only say what is wrong and what would change
}

// File is a file with tables. The ending of its name says what it is: .csv for one table, which is named as the file (demands.csv), .json,
// .xlsx for a workbook, .zip for CSV files.
type File struct {
	Name string
	Data []byte
}

// Edited says what an upload came to. In a repeated answer there is the version only.
type Edited struct {
	Version uint64   `json:"version"` // that has the tables; the one before if nothing changed
	Checked bool     `json:"checked"` // it was a check only
	Loaded  bool     `json:"loaded"`  // no small change leads from the old tables to the new ones: everything is planned anew
	Count   int      `json:"count"`   // changes
	Changes []string `json:"changes"` // in words, the first 100 of them
	Tables  []string `json:"tables"`  // that came
	// Replayed: the request was answered before, and nothing was done now.
	Replayed bool `json:"-"`
}

// Upload sends tables. If anything is wrong with them nothing is changed, and the error is a *Problem invalid-tables: its Errors are all that is wrong, each
// with File, Table, Line, Column, Value and what was expected, and More is how many there are beyond those. The options IfMatch and
// Key apply.
func (c *Client) Upload(ctx context.Context, u Upload, o ...Option) (Edited, error) {
	return c.upload(ctx, call{method: http.MethodPost, path: []string{"tables"}}, u, o)
}

// ReplaceModel sends all tables anew, for admins: tables that do not come are empty then. Mode does not apply. Errors and options are as with
// Upload.
func (c *Client) ReplaceModel(ctx context.Context, u Upload, o ...Option) (Edited, error) {
	u.Mode = ""
	return c.upload(ctx, call{method: http.MethodPut, path: []string{"model"}}, u, o)
}

func (c *Client) upload(ctx context.Context, r call, u Upload, o []Option) (Edited, error) {
	var out Edited
	var err error
	if r.body, r.media, err = u.form(); err != nil {
		return out, err
	}
	r.repeat = always
	r = keyed(r, o)
	if u.Mode != "" {
		r.query.Set("mode", u.Mode)
	}
	if u.Check {
		r.query.Set("check", "true")
	}
	header, err := c.do(ctx, r, &out)
	out.Replayed = header.Get("Idempotency-Replayed") == "true"
	return out, err
}

// form is the upload as files of a form. Its boundary is made of what is in it, so that the same upload is the same bytes in
// a later run, too: a key stands for one body.
func (u *Upload) form() (body []byte, media string, err error) {
	files := u.Files
	if len(u.Rows) > 0 {
		text, err := json.Marshal(u.Rows)
		if err != nil {
			return nil, "", fmt.Errorf("the rows cannot be written as JSON: %w", err)
		}
		files = append(files[:len(files):len(files)], File{"rows.json", text})
	}
	if len(files) == 0 {
		return nil, "", fmt.Errorf("the upload is empty: give it files such as demands.csv, or rows")
	}
	sum := sha256.New()
	for _, f := range files {
		fmt.Fprintf(sum, "%d %q %d ", len(f.Name), f.Name, len(f.Data))
		sum.Write(f.Data)
	}
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	if err := w.SetBoundary(hex.EncodeToString(sum.Sum(nil))); err != nil {
		return nil, "", err
	}
	for _, f := range files {
		part, err := w.CreateFormFile("file", f.Name)
		if err == nil {
			_, err = part.Write(f.Data)
		}
		if err != nil {
			return nil, "", err
		}
	}
	err = w.Close()
	return out.Bytes(), w.FormDataContentType(), err
}
