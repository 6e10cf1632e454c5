package jobshop

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// SyntaxError says where a text is not what it should be. Lines and columns count from 1, columns
// in characters; what is missing at the end is missed where the text ends.
type SyntaxError struct {
	Line   int
	Column int
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// position is the line and column of a byte of a text.
func position(text []byte, at int) (line, column int) {
	before := text[:at]
	begin := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[begin:])
}

// source is a text of numbers: its lines of words, without comments, empty lines and rules.
type source struct {
	text []byte
	rows []row
}

// row is a line of words.
type row struct {
	words []word
	end   int // the byte after the last word
}

// word is a word and the byte where it begins.
type word struct {
	text []byte
	at   int
}

// open splits a text in lines of words. A # and what follows it is a comment; lines of
// punctuation alone are rules between parts.
func open(text []byte) (*source, error) {
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		return nil, &SyntaxError{1, 1, "the text is in UTF-16; save it as UTF-8"}
	}
	s := &source{text: bytes.TrimPrefix(text, []byte("\ufeff"))}
	at := 0
	for line := range bytes.Lines(s.text) {
		data, _, _ := bytes.Cut(line, []byte("#"))
		if r := split(data, at); len(r.words) > 0 && !r.rule() {
			s.rows = append(s.rows, r)
		}
		at += len(line)
	}
	return s, nil
}

// split is the words of a line that begins at a byte.
func split(line []byte, at int) row {
	r := row{end: at}
	for i := 0; ; {
		skip := bytes.IndexFunc(line[i:], func(c rune) bool { return !unicode.IsSpace(c) })
		if skip < 0 {
			return r
		}
		i += skip
		length := bytes.IndexFunc(line[i:], unicode.IsSpace)
		if length < 0 {
			length = len(line) - i
		}
		r.words = append(r.words, word{line[i : i+length], at + i})
		i += length
		r.end = at + i
	}
}

// rule says that a line is only there to be seen, such as +++++.
func (r row) rule() bool {
	for _, w := range r.words {
		if len(bytes.Trim(w.text, "+-=*_~/")) > 0 {
			return false
		}
	}
	return true
}

// numeric says that a line begins with a number, and is not text such as "20x5 instance".
func (r row) numeric() bool {
	digits := bytes.TrimLeft(r.words[0].text, "+-.")
	if len(digits) == 0 || digits[0] < '0' || digits[0] > '9' {
		return false
	}
	lines, columns, sized := bytes.Cut(digits, []byte("x"))
	return !sized || len(bytes.Trim(lines, "0123456789")) > 0 || len(columns) == 0 || len(bytes.Trim(columns, "0123456789,;:")) > 0
}

// fault is an error at a byte.
func (s *source) fault(at int, format string, args ...any) error {
	line, column := position(s.text, at)
	return &SyntaxError{line, column, fmt.Sprintf(format, args...)}
}

// number reads a word as a whole number.
func (s *source) number(w word) (int64, error) {
	n, err := strconv.ParseInt(string(w.text), 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, s.fault(w.at, "%.40s is too large; numbers have at most 64 bits", w.text)
	case err != nil:
		return 0, s.fault(w.at, "%.40q is not a whole number", w.text)
	}
	return n, nil
}

// sizes are the numbers that a text begins with.
type sizes struct {
	row      row
	jobs     int
	machines int
}

// head skips lines of words and takes the first two numbers; the rows behind that line remain.
func (s *source) head() (sizes, error) {
	var z sizes
	for len(s.rows) > 0 && !s.rows[0].numeric() {
		s.rows = s.rows[1:]
	}
	if len(s.rows) == 0 {
		return z, s.fault(len(s.text), "there is no line with the numbers of jobs and machines; begin with one, such as 6 6")
	}
	z.row, s.rows = s.rows[0], s.rows[1:]
	if len(z.row.words) < 2 {
		return z, s.fault(z.row.end, "the line has 1 number; give the number of jobs and the number of machines")
	}
	var err error
	if z.jobs, err = s.size(z.row.words[0], "job", maxOps); err != nil {
		return z, err
	}
	z.machines, err = s.size(z.row.words[1], "machine", maxMachines)
	return z, err
}

func (s *source) size(w word, noun string, most int64) (int, error) {
	n, err := s.number(w)
	switch {
	case err != nil:
		return 0, err
	case n < 1:
		return 0, s.fault(w.at, "%d %ss; give at least one", n, noun)
	case n > most:
		return 0, s.fault(w.at, "%d %ss; at most %d can be read", n, noun, most)
	}
	return int(n), nil
}

// next takes the next row, which is to hold numbers; what says so where there is none.
func (s *source) next(what string, done, all int) (row, error) {
	if len(s.rows) == 0 {
		return row{}, s.fault(len(s.text), "the text ends after %d of %d %s; give all that the first line announces", done, all, what)
	}
	r := s.rows[0]
	s.rows = s.rows[1:]
	return r, nil
}

// done refuses what is left.
func (s *source) done(jobs int) error {
	if len(s.rows) == 0 {
		return nil
	}
	w := s.rows[0].words[0]
	return s.fault(w.at, "%.40q comes after the last of %s; a file holds one instance and nothing behind it", w.text, counted(jobs, "job"))
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
