package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

const demandsFile = "demands.csv"

// readOrders reads a file with the columns of demands.csv against the items of a model, in the
// order of its rows. All that is wrong with it is one error.
func (a *app) readOrders(model *plan.Model, path string) ([]mrp.Demand, error) {
	text, err := os.ReadFile(path)
	switch {
	case path == "":
		return nil, fmt.Errorf("the file of orders has no name: name a CSV file with the columns of %s", demandsFile)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file: name a CSV file with the columns of %s", path, demandsFile)
	case err != nil:
		return nil, fmt.Errorf("%s: the orders cannot be read: %w", path, err)
	}
	r := tables.NewReader(tables.Options{Start: model.Settings().Start})
	for _, t := range tables.Of(model) {
		switch t.Name { // what a demand is checked against
		case "settings", "items", "uoms", "calendars":
			copyTable(r, t)
		}
	}
	if err := r.ReadCSV(a.ctx, oneFile{demandsFile, text}); err != nil {
		return nil, err
	}
	read, _, err := r.Model()
	if err != nil {
		return nil, locateOrders(path, err, func(err error) error { return err })
	}
	orders := slices.Collect(read.Demands())
	slices.SortFunc(orders, func(a, b mrp.Demand) int { return cmp.Compare(a.Row, b.Row) })
	if len(orders) == 0 {
		return nil, fmt.Errorf("%s: no orders: write a row for each below the header", path)
	}
	return orders, nil
}

// copyTable gives the rows of a table to a reader.
func copyTable(r *tables.Reader, t tables.Table) {
	columns := make([]string, len(t.Columns))
	for i := range columns {
		columns[i] = t.Columns[i].Name
	}
	rows := r.Begin(t.Name, 1, columns)
	if rows == nil {
		return
	}
	line := 1
	for row := range t.Rows {
		line++
		cells := make([][]byte, len(columns))
		for i := range cells {
			cells[i] = bytes.Clone(row.Cell(i))
		}
		rows.Add(line, cells)
	}
}

// locateOrders puts the name of the orders' file to errors.
func locateOrders(path string, err error, locate func(error) error) error {
	one := func(err error) error {
		err = locate(err)
		if row, ok := errors.AsType[*bom.RowError](err); ok && row.Table == "demands" {
			return &tables.FileError{Format: tables.CSV, File: filepath.Base(path), Err: row}
		}
		if file, ok := errors.AsType[*tables.FileError](err); ok && file.File == demandsFile {
			return &tables.FileError{Format: tables.CSV, File: filepath.Base(path), Err: file.Err}
		}
		return err
	}
	many, ok := errors.AsType[*bom.Errors](err)
	if !ok {
		return one(err)
	}
	out := &bom.Errors{More: many.More}
	for _, e := range many.List {
		out.List = append(out.List, one(e))
	}
	return &modelError{path, out}
}

// orderLine is an order's error with its line.
func orderLine(order *mrp.Demand, bad *plan.OrderError) error {
	inquiry, ok := errors.AsType[*plan.InquiryError](bad)
	if !ok {
		return bad
	}
	return &bom.RowError{Table: "demands", Row: order.Row, Column: inquiry.Field, Value: inquiry.Value, Expected: inquiry.Expected}
}

// oneFile is a folder with one file.
type oneFile struct {
	name string
	text []byte
}

// Open opens the file, or the folder.
func (f oneFile) Open(name string) (fs.File, error) {
	if name != f.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &openFile{oneFile: f, Reader: bytes.NewReader(f.text)}, nil
}

// ReadDir lists the file.
func (f oneFile) ReadDir(string) ([]fs.DirEntry, error) {
	return []fs.DirEntry{fs.FileInfoToDirEntry(f)}, nil
}

// Name, Size, Mode, ModTime, IsDir and Sys describe the file.
func (f oneFile) Name() string     { return f.name }
func (f oneFile) Size() int64      { return int64(len(f.text)) }
func (oneFile) Mode() fs.FileMode  { return 0o444 }
func (oneFile) ModTime() time.Time { return time.Time{} }
func (oneFile) IsDir() bool        { return false }
func (oneFile) Sys() any           { return nil }

// openFile is the file while it is read.
type openFile struct {
	oneFile
	*bytes.Reader
}

// Size is that of the file.
func (f *openFile) Size() int64 { return f.oneFile.Size() }

// Stat describes the file, Close does nothing.
func (f *openFile) Stat() (fs.FileInfo, error) { return f.oneFile, nil }
func (f *openFile) Close() error               { return nil }
