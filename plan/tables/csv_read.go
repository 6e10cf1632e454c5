package tables

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// Load reads the model at path: a folder of CSV files, or a JSON document
// (.json). Excel workbooks are read by package xlsx. The error is a *bom.Errors
// that lists everything wrong with the input, or what stopped the reading.
func Load(ctx context.Context, path string, o Options) (*plan.Model, []Note, error) {
	r := NewReader(o)
	if err := r.Load(ctx, path); err != nil {
		return nil, r.notes, err
	}
	return r.Model()
}

// Load reads the tables at path, as the function Load does.
// Excel workbooks are read by package xlsx.
func (r *Reader) Load(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: no such folder or file: name a folder of CSV files, a .json document or an .xlsx workbook", path)
	case err != nil:
		return err
	case info.IsDir():
		return r.ReadCSV(ctx, os.DirFS(path))
	case strings.EqualFold(filepath.Ext(path), ".json"):
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return r.ReadJSON(ctx, filepath.Base(path), f)
	}
	return fmt.Errorf("%s: neither a folder of CSV files nor a .json document (package plan/tables/xlsx reads .xlsx workbooks)", path)
}

// ReadCSV reads a folder of CSV files, one per table. What is wrong with them
// comes out of Model; the error is what stopped the reading as a whole.
func (r *Reader) ReadCSV(ctx context.Context, folder fs.FS) error {
	r.From(CSV, "")
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return fmt.Errorf("the folder cannot be read: %w", err)
	}
	there := map[string]bool{}
	known := make([]string, len(inputs))
	for i, t := range inputs {
		known[i] = t.table() + ".csv"
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case slices.Contains(known, name):
			there[name] = true
			if info, err := e.Info(); err == nil {
				r.total += info.Size()
			}
		case e.IsDir() || strings.HasPrefix(name, "."):
		case slices.Contains(outputs, strings.TrimSuffix(name, ".csv")):
			r.Note(name, "ignored: a table that a plan writes, not one it reads")
		default:
			r.Note(name, "ignored: no input table has this name"+meant(name, known))
		}
	}
	var s splitter
	for i, t := range inputs {
		if !there[known[i]] {
			continue
		}
		if err := r.readFile(ctx, folder, known[i], t.table(), &s); err != nil {
			return err
		}
	}
	return nil
}

// meant is the end of a note on a file whose name is nearly that of a table.
func meant(name string, known []string) string {
	lower := strings.ToLower(name)
	if c := bom.Closest(lower, known); c != "" && strings.HasSuffix(lower, ".csv") {
		return fmt.Sprintf("; did you mean %s?", c)
	}
	return ""
}

// readFile reads one table of a folder.
func (r *Reader) readFile(ctx context.Context, folder fs.FS, file, table string, s *splitter) error {
	f, err := folder.Open(file)
	if err != nil {
		r.begun[table] = true
		r.Fail(file, err)
		return nil
	}
	defer f.Close()
	s.reset(r.Track(ctx, f, 0)) // the folder's total is known already
	size := int64(0)
	if info, err := f.Stat(); err == nil {
		size = info.Size()
	}
	if err := r.readTable(table, s, size); err != nil && !errors.Is(err, io.EOF) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if r.over != nil {
			return r.over
		}
		r.begun[table] = true
		r.Fail(file, err)
	}
	return nil
}

// ReadTable reads one table from a CSV file. Name is the file in errors. What is wrong with it comes out of Model;
// the error is what stopped the reading as a whole.
func (r *Reader) ReadTable(ctx context.Context, table, name string, src io.Reader) error {
	r.From(CSV, name)
	if inputIndex(table) < 0 {
		err := fmt.Errorf("no table is named %q: %s", clip([]byte(table)), didYouMean(table, Inputs()))
		r.errs.Add(&FileError{Format: CSV, File: name, Err: err}) // the other tables are checked all the same
		return nil
	}
	if r.origins == nil {
		r.origins = map[string]origin{}
	}
	r.origins[table] = origin{CSV, name}
	var s splitter
	s.reset(r.Track(ctx, src, sizeOf(src)))
	if err := r.readTable(table, &s, sizeOf(src)); err != nil && !errors.Is(err, io.EOF) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if r.over != nil {
			return r.over
		}
		r.begun[table] = true
		r.Fail(name, err)
	}
	return nil
}

// sample is how many rows tell how many more a file of some size holds.
const sample = 1000

// readTable reads the header and the rows; it returns what ended the file. size is
// the file's size in bytes, 0 if it is not known.
func (r *Reader) readTable(table string, s *splitter, size int64) error {
	s.most = r.o.MostColumns
	header, err := r.readHeader(table, s)
	if header == nil {
		return err
	}
	x := r.Begin(table, s.line, header)
	if x == nil {
		return r.limit()
	}
	rows, bytes := int64(0), int64(0)
	for {
		problem, ok := s.next()
		if bytes += int64(len(s.raw)) + 1; ok {
			if rows++; rows == sample {
				r.b.Expect(table, int(size/(bytes/sample)))
			}
		}
		switch {
		case !ok, s.in.err != nil && s.in.err != io.EOF:
			return s.in.err
		case problem != nil && problem.wide:
			return r.wide(table)
		case problem != nil:
			r.fatal(table, s.line, x.columnName(problem.cell), clip(problem.value), problem.expected)
			if problem.fatal {
				return nil
			}
		case !utf8.Valid(s.raw):
			r.invalidText(table, s, x)
		default:
			if x.Add(s.line, s.cells); r.over != nil {
				return r.over
			}
		}
	}
}

// readHeader reads the first row as column names; nil if there is none.
func (r *Reader) readHeader(table string, s *splitter) ([]string, error) {
	problem, ok := s.next()
	switch {
	case !ok && s.in.err != nil && !errors.Is(s.in.err, io.EOF):
		return nil, s.in.err
	case !ok:
		r.begun[table] = true
		r.fatal(table, 1, "", "", "the file is empty: its first line names the columns, at least "+strings.Join(requiredColumns(table), ","))
	case problem != nil && problem.wide:
		return nil, r.wide(table)
	case problem != nil:
		r.begun[table] = true
		r.fatal(table, s.line, "", clip(problem.value), problem.expected)
	case !utf8.Valid(s.raw):
		r.begun[table] = true
		r.fatal(table, s.line, "", "", "the header is not UTF-8 text: save the file as CSV UTF-8")
	default:
		header := make([]string, len(s.cells))
		for i, c := range s.cells {
			header[i] = string(c)
		}
		return header, nil
	}
	return nil, nil
}

// wide notes that a row has more cells than there may be columns.
func (r *Reader) wide(table string) error {
	r.over = &LimitError{table, "columns", r.o.MostColumns}
	return r.over
}

func requiredColumns(table string) []string {
	var names []string
	for _, c := range Columns(table) {
		if c.Required {
			names = append(names, c.Name)
		}
	}
	if names == nil {
		names = []string{Columns(table)[0].Name}
	}
	return names
}

// invalidText reports the first cell of a row that is not UTF-8.
func (r *Reader) invalidText(table string, s *splitter, x *Rows) {
	for i, c := range s.cells {
		if !utf8.Valid(c) {
			r.fatal(table, s.line, x.columnName(i), clip([]byte(strings.ToValidUTF8(string(c), "\ufffd"))), "not UTF-8 text: save the file as CSV UTF-8")
			return
		}
	}
}
