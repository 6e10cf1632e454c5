package tables

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/fixed"
)

// MaxCell is the largest cell in bytes, in every form.
const MaxCell = 1 << 20

// cellReader is what the parsers of one column need: the reader of the model,
// and the last text, because neighbouring rows often repeat it.
type cellReader struct {
	r    *Reader
	last string
}

// id reads an interned id. With blanks around it the problem is told and the
// trimmed id is taken, so that one blank does not raise an error at every use.
func (c *cellReader) id(cell []byte) (string, string) {
	if string(cell) == c.last {
		return c.last, ""
	}
	if blankEdge(cell) {
		trimmed := bytes.TrimFunc(cell, unicode.IsSpace)
		if len(trimmed) == 0 {
			return "", "only blanks: write an id, or leave the cell empty"
		}
		return c.r.names.InternBytes(trimmed), "an id has no blanks before or after it: remove them"
	}
	c.last = c.r.names.InternBytes(cell)
	return c.last, ""
}

// text reads free text; short texts that repeat share their memory.
func (c *cellReader) text(cell []byte) string {
	const longest, most = 64, 1 << 16
	if string(cell) == c.last {
		return c.last
	}
	s, ok := c.r.texts[string(cell)]
	if !ok {
		s = string(cell)
		if len(s) <= longest && len(c.r.texts) < most {
			c.r.texts[s] = s
		}
	}
	c.last = s
	return s
}

// when reads a date or a timestamp within the range around the start of the plan.
func (c *cellReader) when(cell []byte) (bom.When, string) {
	const most = 1 << 16
	if w, ok := c.r.dates[string(cell)]; ok {
		return w, ""
	}
	s := clip(cell)
	w, problem := parseDate(s, c.r.zone)
	if problem != "" {
		return bom.When{}, problem
	}
	if c.r.firstDay != c.r.lastDay && (w.Day < c.r.firstDay || w.Day > c.r.lastDay) {
		return bom.When{}, fmt.Sprintf("a date from %v to %v is expected (10 years before to 30 years after the start of the plan)", c.r.firstDay, c.r.lastDay)
	}
	if len(c.r.dates) < most {
		c.r.dates[s] = w
	}
	return w, ""
}

// parseDate is bom.ParseWhen with a problem that does not repeat the cell.
func parseDate(s string, zone *time.Location) (bom.When, string) {
	w, err := bom.ParseWhen(s, zone)
	switch {
	case err == nil && w.Day != bom.NoDay:
		return w, ""
	case blankEdge([]byte(s)):
		return w, "a date has no blanks before or after it: remove them"
	case len(s) >= 10 && s[4] == '-' && s[7] == '-' && onlyDigits(s[:4]+s[5:7]+s[8:10]):
		if len(s) == 10 {
			return w, "no date that exists: write year-month-day such as 2026-11-21"
		}
		return w, "no RFC 3339 time that exists: write a date such as 2026-11-21, or a time with its zone such as 2026-11-21T06:00:00+01:00"
	}
	return w, "not a date: write year-month-day such as 2026-11-21, or an RFC 3339 time such as 2026-11-21T06:00:00+01:00"
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// parseDecimal reads an exact decimal with at most that many places.
func parseDecimal(cell []byte, places int) (int64, string) {
	v, err := fixed.Parse(cell, places)
	if err == nil {
		return v, ""
	}
	return 0, decimalProblem(cell, places, err)
}

func decimalProblem(cell []byte, places int, err error) string {
	switch {
	case blankEdge(cell):
		return "a number has no blanks before or after it: remove them"
	case errors.Is(err, fixed.ErrTooFine):
		return fmt.Sprintf("at most %d decimal places are kept: round it or use a smaller unit", places)
	case errors.Is(err, fixed.ErrRange):
		return fmt.Sprintf("too large: at most %s", fixed.Append(nil, math.MaxInt64, places))
	case errors.Is(err, fixed.ErrExponent):
		return "a number without exponent is expected: write all digits"
	case bytes.IndexByte(cell, ',') >= 0:
		return "not a decimal number: write a point before the decimals and nothing between thousands, such as 1234.5"
	}
	return "not a decimal number: write a plain decimal such as 12.5"
}

// parseInt reads a whole number that fits 32 bits.
func parseInt(cell []byte) (int, string) {
	v, err := fixed.Parse(cell, 0)
	switch {
	case errors.Is(err, fixed.ErrTooFine):
		return 0, "a whole number is expected"
	case err != nil && !errors.Is(err, fixed.ErrRange):
		return 0, strings.Replace(decimalProblem(cell, 0, err), "a plain decimal such as 12.5", "a whole number such as 12", 1)
	case err != nil || v > math.MaxInt32 || v < math.MinInt32:
		return 0, "too large: at most 2147483647"
	}
	return int(v), ""
}

// parseBool reads true/false, yes/no, 1/0; letters in either case, as Excel writes TRUE.
func parseBool(cell []byte) (bool, string) {
	switch {
	case len(cell) > 5:
	case string(cell) == "1", equalFold(cell, "true"), equalFold(cell, "yes"):
		return true, ""
	case string(cell) == "0", equalFold(cell, "false"), equalFold(cell, "no"):
		return false, ""
	}
	return false, "true or false is expected (also yes, no, 1, 0)"
}

// equalFold compares a cell with a word of lower-case letters.
func equalFold(cell []byte, lower string) bool {
	if len(cell) != len(lower) {
		return false
	}
	for i, c := range cell {
		if c|0x20 != lower[i] || c < 'A' {
			return false
		}
	}
	return true
}

// parseName finds a cell among the names of an enumeration.
func parseName(cell []byte, names []string) (int, string) {
	for i, name := range names {
		if name != "" && string(cell) == name {
			return i, ""
		}
	}
	return 0, nameProblem(cell, names)
}

func nameProblem(cell []byte, names []string) string {
	known := make([]string, 0, len(names))
	for _, name := range names {
		if name != "" {
			known = append(known, name)
		}
	}
	problem := "one of " + strings.Join(known, ", ") + " is expected"
	if c := bom.Closest(strings.ToLower(clip(cell)), known); c != "" {
		problem += fmt.Sprintf("; did you mean %q?", c)
	}
	return problem
}

// blankEdge reports a blank at either end of a cell that is not empty.
func blankEdge(cell []byte) bool {
	if len(cell) == 0 {
		return false
	}
	first, last := cell[0], cell[len(cell)-1]
	if first > ' ' && first < utf8.RuneSelf && last > ' ' && last < utf8.RuneSelf {
		return false
	}
	a, _ := utf8.DecodeRune(cell)
	z, _ := utf8.DecodeLastRune(cell)
	return unicode.IsSpace(a) || unicode.IsSpace(z)
}
