package xlsx

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan/tables"
)

// The limits of Excel.
const (
	maxRows  = 1_048_576 // with the header
	maxChars = 32_767    // in a cell, in UTF-16
)

// Save writes the tables as the workbook at path, whole or not at all.
func Save(ctx context.Context, path string, list ...tables.Table) error {
	return tables.ReplaceFile(path, func(w io.Writer) error { return Write(ctx, w, list...) })
}

// Write writes the tables as a workbook, a sheet each. Rows are streamed to
// temporary files until the workbook is packed.
func Write(ctx context.Context, w io.Writer, list ...tables.Table) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	sheets := 0
	for _, t := range list {
		if t.OmitEmpty && empty(t) {
			continue
		}
		if sheets++; sheets == 1 { // a new workbook has one sheet
			err = book.SetSheetName(book.GetSheetName(0), t.Name)
		} else {
			_, err = book.NewSheet(t.Name)
		}
		if err != nil {
			return err
		}
		if err := write(ctx, book, t); err != nil {
			return err
		}
	}
	if sheets == 0 {
		return errors.New("a workbook needs at least one table")
	}
	return pack(w, book)
}

// pack writes a workbook with its parts by name: excelize writes sheets in another order each time.
func pack(w io.Writer, book *excelize.File) (err error) {
	loose, err := os.CreateTemp("", "takt-*.xlsx")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, loose.Close(), os.Remove(loose.Name())) }()
	if err := book.Write(loose); err != nil {
		return err
	}
	size, err := loose.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	parts, err := zip.NewReader(loose, size)
	if err != nil {
		return err
	}
	slices.SortStableFunc(parts.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	packed := zip.NewWriter(w)
	for _, part := range parts.File {
		if err := packed.Copy(part); err != nil {
			return err
		}
	}
	return packed.Close()
}

func empty(t tables.Table) bool {
	for range t.Rows {
		return false
	}
	return true
}

// write streams one table into its sheet.
func write(ctx context.Context, book *excelize.File, t tables.Table) error {
	dates := "yyyy-mm-dd"
	dateStyle, err := book.NewStyle(&excelize.Style{CustomNumFmt: &dates})
	if err != nil {
		return err
	}
	headStyle, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	s, err := book.NewStreamWriter(t.Name)
	if err != nil {
		return err
	}
	const width = 14
	if err := s.SetColWidth(1, len(t.Columns), width); err != nil {
		return err
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	values := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		values[i] = excelize.Cell{StyleID: headStyle, Value: c.Name}
	}
	if err := s.SetRow("A1", values); err != nil {
		return err
	}
	line := 1
	for row := range t.Rows {
		if line++; line > maxRows {
			return fmt.Errorf("%s has more than %d rows, which a sheet cannot hold: write CSV or JSON", t.Name, maxRows-1)
		}
		if line%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for i, c := range t.Columns {
			if values[i], err = value(row.Cell(i), c.Kind, dateStyle); err != nil {
				return fmt.Errorf("%s row %d, column %s: %w", t.Name, line-1, c.Name, err)
			}
		}
		if err := s.SetRow("A"+strconv.Itoa(line), values); err != nil {
			return err
		}
	}
	return s.Flush()
}

// value is a cell as Excel keeps it, if that is exact, else its text.
func value(cell []byte, kind tables.Kind, dateStyle int) (any, error) {
	text := string(cell)
	switch {
	case text == "":
		return nil, nil
	case kind == tables.KindNumber && !doubtful(text):
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			return v, nil
		}
	case kind == tables.KindBool:
		return text == "true", nil
	case kind == tables.KindDate:
		first := bom.On(1900, 3, 1) // before that Excel counts a day that never was
		if day, err := bom.ParseDay(text); err == nil && day >= first {
			return excelize.Cell{StyleID: dateStyle, Value: int(day - bom.On(1899, 12, 30))}, nil
		}
	}
	if err := holdable(text); err != nil {
		return nil, err
	}
	return text, nil
}

// holdable checks that a sheet can hold a text.
func holdable(text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%q is not UTF-8 text", text)
	}
	chars := 0
	for _, r := range text {
		chars += utf16.RuneLen(r)
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return fmt.Errorf("%q has the character %U, which a workbook cannot hold: remove it, or write CSV or JSON", text, r)
		}
	}
	if chars > maxChars {
		return fmt.Errorf("a text of %d characters, but a cell of a workbook holds %d: write CSV or JSON", chars, maxChars)
	}
	return nil
}
