package page

import (
	"strconv"

	"github.com/taktplan/takt/bom"
)

// scale maps time to the width of a chart.
type scale struct {
	from, to    int64 // seconds
	left, width float64
}

// x is where an instant is drawn; what is outside stands at the edge.
func (s *scale) x(t int64) float64 {
	t = min(max(t, s.from), s.to)
	return s.left + float64(t-s.from)/float64(s.to-s.from)*s.width
}

// within reports whether any of a stretch of time can be seen.
func (s *scale) within(from, to int64) bool { return to > s.from && from < s.to }

// num is a coordinate in the fewest characters.
func num(f float64) string {
	const places = 10
	n := int64(f*places + 0.5)
	if n%places == 0 {
		return strconv.FormatInt(n/places, 10)
	}
	return strconv.FormatFloat(float64(n)/places, 'f', 1, 64)
}

// tick is a mark on a time axis.
type tick struct {
	X, TX string // of the line, and of the text
	Text  string
	Major bool
}

// mark is a tick whose text stands right of its line.
func mark(s *scale, t int64, text string, major bool) tick {
	const gap = 3
	x := s.x(t)
	if x > s.left+s.width-charWidth*float64(len(text)) {
		text = "" // there is no room for it
	}
	return tick{num(x), num(x + gap), text, major}
}

// dayTicks are the days of a week, with quarters of a day between them.
func (v *view) dayTicks(s *scale) []tick {
	var out []tick
	for d := v.dayOf(s.from); d.Begin(v.zone) < s.to; d++ {
		const quarter, quarters = 6, 4
		for q := range quarters {
			t := d.Clock(q*quarter*minute, v.zone)
			if q == 0 {
				out = append(out, mark(s, t, d.Time().Format("Mon 2 Jan"), true))
			} else if t < s.to {
				out = append(out, mark(s, t, strconv.Itoa(q*quarter), false))
			}
		}
	}
	return out
}

// The longest charts that show every day, and every week.
const (
	mostDays  = 16
	mostWeeks = 20
)

// longTicks are days, weeks or months, as many as there is room for.
func (v *view) longTicks(s *scale) []tick {
	var out []tick
	first, last := v.dayOf(s.from), v.dayOf(s.to-1)
	days := int(last-first) + 1
	for d := first; d <= last; d++ {
		t, begin := d.Time(), d.Begin(v.zone)
		switch {
		case days <= mostDays:
			out = append(out, mark(s, begin, t.Format("Mon 2"), true))
		case days <= mostWeeks*7 && t.Weekday() == 1:
			out = append(out, mark(s, begin, t.Format("2 Jan"), true))
		case days > mostWeeks*7 && t.Day() == 1:
			out = append(out, mark(s, begin, t.Format("Jan 2006"), true))
		case days > mostWeeks*7 && days <= 3*mostWeeks*7 && t.Weekday() == 1:
			out = append(out, mark(s, begin, "", false))
		}
	}
	return out
}

// monday is the first day of the week of a day.
func monday(d bom.Day) bom.Day { return d - bom.Day((int(d.Weekday())+6)%7) }
