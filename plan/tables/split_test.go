package tables

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// split cuts a text; it stops at the first problem, as encoding/csv does.
func split(src io.Reader) (rows [][]string, failed bool) {
	var s splitter
	s.reset(src)
	for {
		problem, ok := s.next()
		if !ok || problem != nil {
			return rows, problem != nil
		}
		var row []string
		for _, c := range s.cells {
			row = append(row, string(c))
		}
		rows = append(rows, row)
	}
}

// standard cuts a text with encoding/csv.
func standard(text []byte) (rows [][]string, failed bool) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	for {
		row, err := r.Read()
		if err != nil {
			return rows, !errors.Is(err, io.EOF)
		}
		rows = append(rows, row)
	}
}

// FuzzCSV compares the splitter with encoding/csv, which differs in one thing:
// it makes \n of \r\n inside quotes.
func FuzzCSV(f *testing.F) {
	for _, text := range []string{
		"", "a", "a,b\n", "a,b\r\nc\r\n\r\nd", "\"a\"\"b\",c\n", "\"a\nb\",\"\"\n", "a,\"b", "a,b\"\n", "\"a\"b\n", "\"a\"\r", "a\r", "\r", "\"\"",
		"\ufeffa\n", ",\n", "\"a\r\nb\"\r\n", "a\n\n\"\n", "\"a\",\r\n", "\"a\"\r,b\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, gotFailed := split(bytes.NewReader(text))
		want, wantFailed := standard(text)
		for _, row := range got {
			for i := range row {
				row[i] = strings.ReplaceAll(row[i], "\r\n", "\n")
			}
		}
		if gotFailed != wantFailed || !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%q: got %q %v, want %q %v", text, got, gotFailed, want, wantFailed)
		}
		slow, slowFailed := split(iotest.OneByteReader(bytes.NewReader(text)))
		for _, row := range slow {
			for i := range row {
				row[i] = strings.ReplaceAll(row[i], "\r\n", "\n")
			}
		}
		if slowFailed != gotFailed || !slices.EqualFunc(slow, got, slices.Equal) {
			t.Errorf("%q: byte by byte %q, at once %q", text, slow, got)
		}
	})
}

// FuzzFolder must never panic, whatever a file holds, and must report every row once.
func FuzzFolder(f *testing.F) {
	for name, text := range small {
		f.Add(name, text)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		if inputIndex(strings.TrimSuffix(name, ".csv")) < 0 {
			return
		}
		m, _, err := readCSV(with(map[string]string{name: text}), Options{})
		if (m == nil) == (err == nil) {
			t.Error(m, err)
		}
	})
}

// TestRowsAcrossTheWindow puts quotes and line ends at every place around the window's end.
func TestRowsAcrossTheWindow(t *testing.T) {
	for shift := range 12 {
		first := strings.Repeat("x", firstBuffer-6-shift)
		rows, failed := split(strings.NewReader(first + "\n\"a\"\"\r\nb\",c\r\nd\r\n"))
		want := [][]string{{first}, {"a\"\r\nb", "c"}, {"d"}}
		if failed || !slices.EqualFunc(rows, want, slices.Equal) {
			t.Errorf("shift %d: %.40q", shift, rows[1:])
		}
	}
}
