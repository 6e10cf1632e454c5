package tables

import (
	"bytes"
	"fmt"
	"io"
)

// splitter cuts RFC 4180 text into rows of cells without copying: cells point
// into the window, or into text where quotes were doubled, until the next row.
// Lines end with \n or \r\n, blank lines are skipped, and a line break inside
// quotes is kept as it is.
type splitter struct {
	in    input
	cells [][]byte
	text  []byte // cells whose doubled quotes were undone
	raw   []byte // the row as it stands in the file
	line  int    // where the row begins, from 1
	lines int    // line ends in it
	most  int    // cells of a row; 0: no bound
}

// csvProblem is why a row could not be cut.
type csvProblem struct {
	cell     int    // position in the row, from 0
	value    []byte // the beginning of the cell
	expected string
	fatal    bool // the rest of the file cannot be read
	wide     bool // it has too many cells
}

func (s *splitter) reset(src io.Reader) {
	s.in.reset(src)
	s.line, s.lines = 0, 1
	s.in.skipBOM()
}

// next cuts the next row. It is false at the end of the file, or of what can be
// read of it: in.err tells. After a problem that is not fatal the next row is
// the next line.
func (s *splitter) next() (problem *csvProblem, ok bool) {
	for {
		s.line += s.lines
		s.lines = 1
		n, problem := s.physicalLine()
		if problem != nil {
			return problem, true
		}
		if n == 0 {
			return nil, false
		}
		line := s.in.buf[s.in.pos : s.in.pos+n]
		if bytes.IndexByte(line, '"') >= 0 {
			return s.quotedRow(), true
		}
		s.in.pos += n
		s.raw = line
		if line = trimLineEnd(line); len(line) == 0 {
			continue
		}
		return s.plainRow(line), true
	}
}

func trimLineEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}

// physicalLine is the length of the line at the window's start, its end
// included; 0 at the end of the file.
func (s *splitter) physicalLine() (int, *csvProblem) {
	scanned := 0
	for {
		w := s.in.window()
		if k := bytes.IndexByte(w[scanned:], '\n'); k >= 0 {
			return scanned + k + 1, nil
		}
		scanned = len(w)
		if last := bytes.LastIndexByte(w, ',') + 1; len(w)-last > MaxCell || len(w) > maxRow {
			return 0, s.oversize(bytes.Count(w[:last], []byte{','}), w[last:])
		}
		if !s.in.more() {
			return len(s.in.window()), nil
		}
	}
}

func (s *splitter) oversize(cell int, value []byte) *csvProblem {
	expected := tooLong()
	if len(value) <= MaxCell {
		expected = "a row holds at most 16 MiB: shorten it, or close a quote that was opened"
	}
	return &csvProblem{cell: cell, value: value, expected: expected, fatal: true}
}

// plainRow cuts a line without quotes.
func (s *splitter) plainRow(line []byte) *csvProblem {
	cells := s.cells[:0]
	from := 0
	for i, c := range line {
		if c == ',' {
			if len(cells) == s.most && s.most > 0 {
				s.cells = cells
				return s.tooMany()
			}
			cells = append(cells, line[from:i:i])
			from = i + 1
		}
	}
	if s.cells = append(cells, line[from:]); len(s.cells) > s.most && s.most > 0 {
		return s.tooMany()
	}
	if len(line) > MaxCell {
		return s.checkSizes()
	}
	return nil
}

// tooMany is a row with more cells than are allowed.
func (s *splitter) tooMany() *csvProblem {
	return &csvProblem{cell: s.most, expected: fmt.Sprintf("a row has at most %d cells", s.most), fatal: true, wide: true}
}

func (s *splitter) checkSizes() *csvProblem {
	for i, c := range s.cells {
		if len(c) > MaxCell {
			return &csvProblem{cell: i, value: c, expected: tooLong()}
		}
	}
	return nil
}

// quotedRow cuts a row with quotes; it may reach over line ends.
func (s *splitter) quotedRow() *csvProblem {
	for {
		w := s.in.window()
		n, problem, short := s.cutQuoted(w, s.in.err != nil)
		if !short {
			s.raw = w[:n]
			s.lines = max(1, bytes.Count(s.raw, []byte{'\n'}))
			s.in.pos += n
			if problem == nil && n > MaxCell {
				problem = s.checkSizes()
			}
			return problem
		}
		if len(w)-n > MaxCell || len(w) > maxRow {
			return s.oversize(len(s.cells), w[n:])
		}
		s.in.more()
	}
}

// cutQuoted cuts the row at the start of w into cells and returns its length.
// If w ends inside the row and the file does not, short is true and n is where
// the unfinished cell begins. After a problem the row ends with its line.
func (s *splitter) cutQuoted(w []byte, whole bool) (n int, problem *csvProblem, short bool) {
	s.cells, s.text = s.cells[:0], s.text[:0]
	i := 0
	for {
		start := i
		var cell []byte
		if i < len(w) && w[i] == '"' {
			end, value, state := s.cutQuotes(w, i, whole)
			switch state {
			case quoteShort:
				return start, nil, true
			case quoteOpen:
				return s.broken(w, start, len(w), "the quote is opened here and never closed: close it, and double quotes inside a cell")
			}
			i, cell = end, value
			if i+1 < len(w) && w[i] == '\r' && w[i+1] == '\n' {
				i++
			} else if i+1 == len(w) && w[i] == '\r' {
				if !whole {
					return start, nil, true
				}
				i++
			}
			if i < len(w) && w[i] != ',' && w[i] != '\n' {
				return s.broken(w, start, i, "text after the closing quote: double the quotes inside a cell, \"12\"\" pipe\"")
			}
		} else {
			for i < len(w) && w[i] != ',' && w[i] != '\n' && w[i] != '"' {
				i++
			}
			if i == len(w) && !whole {
				return start, nil, true
			}
			if i < len(w) && w[i] == '"' {
				return s.broken(w, start, i, "a quote inside a cell that is not quoted: quote the cell and double the quote, \"12\"\" pipe\"")
			}
			cell = w[start:i:i]
			if (i == len(w) || w[i] == '\n') && len(cell) > 0 && cell[len(cell)-1] == '\r' {
				cell = cell[:len(cell)-1]
			}
		}
		if s.cells = append(s.cells, cell); len(s.cells) > s.most && s.most > 0 {
			return len(w), s.tooMany(), false
		}
		if i == len(w) {
			if !whole {
				return start, nil, true
			}
			return i, nil, false
		}
		i++
		if w[i-1] == '\n' {
			return i, nil, false
		}
	}
}

// broken ends the row at the end of the line of w[at], or of the line where the row begins.
func (s *splitter) broken(w []byte, start, at int, expected string) (int, *csvProblem, bool) {
	p := &csvProblem{cell: len(s.cells), value: w[start:at], expected: expected}
	if k := bytes.IndexByte(w[start:], '\n'); k >= 0 {
		return start + k + 1, p, false
	}
	return len(w), p, false
}

type quoteState uint8

const (
	quoteClosed quoteState = iota
	quoteShort             // w ends before it is known where the quotes close
	quoteOpen              // the file ends inside them
)

// cutQuotes reads the quoted cell that opens at w[i]; end is behind its closing quote.
func (s *splitter) cutQuotes(w []byte, i int, whole bool) (end int, cell []byte, state quoteState) {
	i++
	from, mark := i, len(s.text)
	doubled := false
	for {
		k := bytes.IndexByte(w[i:], '"')
		if k < 0 {
			if whole {
				return 0, nil, quoteOpen
			}
			return 0, nil, quoteShort
		}
		i += k + 1
		switch {
		case i == len(w) && !whole:
			return 0, nil, quoteShort
		case i < len(w) && w[i] == '"':
			s.text = append(s.text, w[from:i]...)
			i++
			from, doubled = i, true
			continue
		}
		if !doubled {
			return i, w[from : i-1 : i-1], quoteClosed
		}
		s.text = append(s.text, w[from:i-1]...)
		return i, s.text[mark:len(s.text):len(s.text)], quoteClosed
	}
}
