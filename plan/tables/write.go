package tables

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"unicode/utf8"
)

const (
	flushAt    = 64 << 10 // bytes
	checkEvery = 1 << 12  // rows between two looks at the context
)

// CSV writes one table as RFC 4180 text, lines ending in \n, with a header.
func (t Table) CSV(ctx context.Context, w io.Writer) error {
	var b []byte
	for i, c := range t.Columns {
		b = appendComma(b, i)
		b = appendCSV(b, []byte(c.Name))
	}
	b = append(b, '\n')
	b, err := t.each(ctx, w, b, func(b []byte, row Row, _ int) []byte {
		for i := range t.Columns {
			b = appendComma(b, i)
			b = appendCSV(b, row.Cell(i))
		}
		if len(t.Columns) == 1 && len(row.Cell(0)) == 0 {
			b = append(b, '"', '"') // a blank line would be no row
		}
		return append(b, '\n')
	})
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

func appendComma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

// appendCSV appends a cell, in quotes where it needs them.
func appendCSV(b, cell []byte) []byte {
	if !bytes.ContainsAny(cell, ",\"\r\n") {
		return append(b, cell...)
	}
	b = append(b, '"')
	for _, c := range cell {
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
	}
	return append(b, '"')
}

// each formats the rows by add, numbered from 0, and writes them in large pieces; it returns the rest.
func (t Table) each(ctx context.Context, w io.Writer, b []byte, add func(b []byte, row Row, n int) []byte) ([]byte, error) {
	n := 0
	var failed error
	for row := range t.Rows {
		if n%checkEvery == 0 {
			if failed = ctx.Err(); failed != nil {
				break
			}
		}
		if !utf8.Valid(row.text) {
			failed = fmt.Errorf("row %d of %s has a text that is not UTF-8: %q", n+1, t.Name, clip(row.text))
			break
		}
		b = add(b, row, n)
		n++
		if len(b) >= flushAt {
			if _, failed = w.Write(b); failed != nil {
				break
			}
			b = b[:0]
		}
	}
	return b, failed
}

// WriteJSON writes the tables as one document: an object with an array per
// table, an object per row. Numbers are exact decimals, booleans true and false,
// all else strings; empty cells are null, or left out of a Sparse table.
func WriteJSON(ctx context.Context, w io.Writer, tables ...Table) error {
	b := []byte{'{'}
	first := true
	for _, t := range tables {
		if t.OmitEmpty && t.empty() {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, '\n')
		b = appendJSON(b, []byte(t.Name))
		b = append(b, ": ["...)
		var err error
		if b, err = t.json(ctx, w, b); err != nil {
			return err
		}
		b = append(b, "\n]"...)
	}
	_, err := w.Write(append(b, "\n}\n"...))
	return err
}

// json formats the rows of a table.
func (t Table) json(ctx context.Context, w io.Writer, b []byte) ([]byte, error) {
	names := t.jsonNames()
	return t.each(ctx, w, b, func(b []byte, row Row, n int) []byte {
		if n > 0 {
			b = append(b, ',')
		}
		return t.appendObject(append(b, '\n'), names, row)
	})
}

// Cells are the cells of a row as text, by column: a Row, or one that was kept elsewhere.
type Cells interface{ Cell(i int) []byte }

// Objects is a formatter of rows of the table as JSON objects, as WriteJSON writes them: it appends a row to b.
func (t Table) Objects() func(b []byte, row Cells) []byte {
	names := t.jsonNames()
	return func(b []byte, row Cells) []byte { return t.appendObject(b, names, row) }
}

// jsonNames are the names of the columns as they stand before a value.
func (t Table) jsonNames() [][]byte {
	names := make([][]byte, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = append(appendJSON(nil, []byte(c.Name)), ':')
	}
	return names
}

// appendObject appends a row as an object.
func (t Table) appendObject(b []byte, names [][]byte, row Cells) []byte {
	b = append(b, '{')
	first := true
	for i := range t.Columns {
		c, cell := &t.Columns[i], row.Cell(i)
		if t.Sparse && (len(cell) == 0 || string(cell) == c.Default) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, names[i]...)
		switch {
		case len(cell) == 0:
			b = append(b, "null"...)
		case c.Kind == KindNumber || c.Kind == KindBool:
			b = append(b, cell...)
		default:
			b = appendJSON(b, cell)
		}
	}
	return append(b, '}')
}

// appendJSON appends a text as a JSON string.
func appendJSON(b, text []byte) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c < ' ' || c == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
