package page

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/taktplan/takt/bom"
)

// This file says numbers and times in words.

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// at is an instant in the zone of the plan.
func (v *view) at(t int64) time.Time { return time.Unix(t, 0).In(v.zone) }

// clock is an instant: Mon 2 Mar 06:00.
func (v *view) clock(t int64) string { return v.at(t).Format("Mon 2 Jan 15:04") }

// between is a stretch of time, with its day once if it is one.
func (v *view) between(from, to int64) string {
	a, b := v.at(from), v.at(to)
	if a.YearDay() == b.YearDay() && a.Year() == b.Year() {
		return v.clock(from) + " – " + b.Format("15:04")
	}
	return v.clock(from) + " – " + v.clock(to)
}

// dayOf is the day of an instant.
func (v *view) dayOf(t int64) bom.Day { return bom.DayOf(v.at(t)) }

// date is a day as people write it, in the form that sorts.
func date(d bom.Day, none string) string {
	if d == bom.NoDay {
		return none
	}
	return d.String()
}

// length is a stretch of time.
func length(seconds int64) string {
	switch {
	case seconds >= 2*day:
		return tenths(float64(seconds)/day) + " days"
	case seconds >= 2*hour:
		return tenths(float64(seconds)/hour) + " h"
	}
	return tenths(float64(seconds)/minute) + " min"
}

// hours is a stretch of time in hours.
func hours(d time.Duration) string { return tenths(d.Hours()) + " h" }

// tenths is a number with one decimal where that tells something.
func tenths(f float64) string {
	const many = 100
	if f >= many {
		return thousands(int64(f + 0.5))
	}
	return strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
}

// thousands is a number with commas.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	const group = 3
	for at := len(s) - group; at > 0 && s[at-1] != '-'; at -= group {
		s = s[:at] + "," + s[at:]
	}
	return s
}

// count is a number of things.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return thousands(int64(n)) + " " + noun
}

// percent is a share.
func percent(f float64) string { return strconv.Itoa(int(f*100+0.5)) + " %" }

// cut is a text of at most n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return string(r[:max(n-1, 0)]) + "…"
}
