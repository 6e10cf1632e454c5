// Package xlsx reads and writes the tables of package tables as an Excel
// workbook, one sheet per table. It is a package of its own so that programs that
// need no Excel compile none.
//
// Numbers, dates and yes/no are cells of their own kind, so that a planner can
// sort and sum them; what such a cell cannot hold exactly (a number of more than
// 15 digits, a time of a zone) is written as text, and both are read. A number
// typed in Excel counts as Excel shows it, with 15 digits.
//
// A sheet has 1,048,576 rows and a cell 32,767 characters; a table beyond that is
// an error, never cut. The workbook is held in memory in packed form, its sheets
// are streamed.
//
// Functions of this package share nothing and may run concurrently.
package xlsx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

const checkEvery = 1 << 12 // rows between two looks at the context

// Load reads the workbook at path into a model, as tables.Load reads a folder.
func Load(ctx context.Context, path string, o tables.Options) (*plan.Model, []tables.Note, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	r := tables.NewReader(o)
	if err := Read(ctx, r, filepath.Base(path), f); err != nil {
		return nil, nil, err
	}
	return r.Model()
}

// Read reads the sheets of a workbook. What is wrong with them comes out of
// r.Model; the error is what stopped the reading as a whole. Name is the file in
// errors. Sheets of other names are passed over with a note.
func Read(ctx context.Context, r *tables.Reader, name string, src io.Reader) (err error) {
	r.From(tables.Excel, name)
	defer func() { // excelize panics on some damaged files
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: the workbook is damaged (%v): open it in Excel and save it again", name, p)
		}
	}()
	var size int64
	if f, ok := src.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			size = info.Size()
		}
	}
	const unpacked, inMemory = 8 << 30, 64 << 20 // a sheet larger than that is unpacked to a temporary file
	book, err := excelize.OpenReader(r.Track(ctx, src, size), excelize.Options{RawCellValue: true, UnzipSizeLimit: unpacked, UnzipXMLSizeLimit: inMemory})
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%s cannot be read as an .xlsx workbook: %w", name, err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	b := reader{r: r, book: book, name: name}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		b.date1904 = *props.Date1904
	}
	there := map[string]bool{}
	for _, sheet := range book.GetSheetList() {
		there[sheet] = true
		if tables.Columns(sheet) == nil {
			r.Note(name, fmt.Sprintf("sheet %s is ignored: no input table has this name", sheet))
		}
	}
	for _, table := range tables.Inputs() {
		if !there[table] {
			continue
		}
		if err := b.sheet(ctx, table); err != nil {
			return err
		}
	}
	return nil
}

// reader reads the sheets of one workbook.
type reader struct {
	r        *tables.Reader
	book     *excelize.File
	name     string
	date1904 bool
}

// sheet reads one table.
func (b *reader) sheet(ctx context.Context, table string) (err error) {
	rows, err := b.book.Rows(table)
	if err != nil {
		b.r.Fail(b.name, fmt.Errorf("sheet %s: %w", table, err))
		return nil
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var x *tables.Rows
	var text []byte
	var cells [][]byte
	for line := 1; rows.Next(); line++ {
		if line > excelize.TotalRows {
			b.r.Fail(b.name, fmt.Errorf("sheet %s has a row number beyond %d: it is no workbook that a spreadsheet wrote", table, excelize.TotalRows))
			return nil
		}
		if line%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		values, err := rows.Columns()
		if err != nil {
			b.r.Fail(b.name, fmt.Errorf("sheet %s, row %d: %w", table, line, err))
			return nil
		}
		for len(values) > 0 && values[len(values)-1] == "" {
			values = values[:len(values)-1]
		}
		if len(values) == 0 {
			continue
		}
		if x == nil {
			if x = b.r.Begin(table, line, values); x == nil {
				return nil // Model says why
			}
			continue
		}
		text, cells = text[:0], cells[:0]
		for i := range max(len(values), len(x.Columns())) {
			from := len(text)
			if i < len(values) {
				value := values[i]
				if i < len(x.Columns()) && x.Columns()[i] != nil {
					value = b.convert(value, x.Columns()[i].Kind, table, i, line)
				}
				text = append(text, value...)
			}
			cells = append(cells, text[from:len(text):len(text)])
		}
		if x.Add(line, cells); x.Err() != nil {
			return x.Err()
		}
	}
	if x == nil {
		b.r.Begin(table, 1, nil) // reports the required columns that are missing
	}
	return rows.Error()
}

// convert makes the text of a table of a raw value: Excel keeps dates as day
// numbers, and numbers with the noise of binary fractions.
func (b *reader) convert(value string, kind tables.Kind, table string, column, line int) string {
	switch {
	case value == "":
		return value
	case kind == tables.KindDate:
		return b.date(value)
	case kind == tables.KindNumber && doubtful(value) || kind == tables.KindID && exponent(value):
		cell, err := excelize.CoordinatesToCellName(column+1, line)
		if err != nil {
			return value
		}
		// Rare, and it loads the sheet: so only where the text alone does not tell.
		t, err := b.book.GetCellType(table, cell)
		if err != nil || t != excelize.CellTypeUnset && t != excelize.CellTypeNumber && t != excelize.CellTypeFormula {
			return value
		}
		return shown(value)
	}
	return value
}

// doubtful reports a number that is not what Excel shows, if a number it is.
func doubtful(value string) bool {
	const shownDigits = 15
	return significant(value) > shownDigits || exponent(value)
}

// exponent reports a number such as 1.5E-3.
func exponent(value string) bool {
	if !strings.ContainsAny(value, "eE") {
		return false
	}
	_, err := strconv.ParseFloat(value, 64)
	return err == nil
}

// significant counts the digits of a number without leading zeros.
func significant(value string) int {
	n := 0
	for _, c := range value {
		if c >= '1' && c <= '9' || c == '0' && n > 0 {
			n++
		}
	}
	return n
}

// shown is a number as Excel shows it: 15 significant digits, no exponent.
func shown(value string) string {
	const digits = 15
	v, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return value
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil {
		return value
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// date makes a date or a time of the model's zone of a day number; text stays as it is.
func (b *reader) date(value string) string {
	const isoWithoutZone = "2006-01-02T15:04:05"
	if t, err := time.ParseInLocation(isoWithoutZone, strings.TrimSuffix(value, ".000"), b.r.Zone()); err == nil {
		return dateText(t)
	}
	serial, err := strconv.ParseFloat(value, 64)
	if err != nil || strings.ContainsAny(value, "-+") || serial < 1 || serial > 2_958_465 { // 9999-12-31
		return value
	}
	t, err := excelize.ExcelDateToTime(serial, b.date1904)
	if err != nil {
		return value
	}
	t = t.Round(time.Second)
	return dateText(time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, b.r.Zone()))
}

func dateText(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return bom.DayOf(t).String()
	}
	return t.Format(time.RFC3339)
}
