package bom

import (
	"fmt"
	"time"
)

// Day is a calendar day of the model's time zone: 1 is 1 January of the year 1.
// The zero Day is no day. Days subtract and compare as integers.
type Day int32

const (
	unixDay = 719163 // the Day of 1970-01-01
	// NoDay is the day that is not given.
	NoDay Day = 0
)

// DayOf is the day on which t falls, in t's own location.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return On(y, m, d)
}

// On is the day of a civil date (proleptic Gregorian). It does not check the date: 30 February is 2 March, as with time.Date.
func On(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/86400 + unixDay)
}

// ParseDay reads 2026-11-21; a date that does not exist is an error.
func ParseDay(s string) (Day, error) {
	if d, ok := parseDay(s); ok {
		return d, nil
	}
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		return 0, fmt.Errorf("%q is no date that exists: write year-month-day such as 2026-11-21", s)
	}
	return 0, fmt.Errorf("%q is not a date: write year-month-day such as 2026-11-21", clip(s))
}

func parseDay(s string) (Day, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	y, ok1 := digits(s[0:4])
	m, ok2 := digits(s[5:7])
	d, ok3 := digits(s[8:10])
	if !ok1 || !ok2 || !ok3 || y < 1 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return civil(y, m, d), true
}

func digits(s string) (int, bool) {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func daysIn(y, m int) int {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// civil is On without the detour over time.Time (Howard Hinnant, "chrono-compatible low-level date algorithms").
func civil(y, m, d int) Day {
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return Day(era*146097 + doe - 305)
}

// Time is midnight at the start of the day in UTC.
func (d Day) Time() time.Time { return time.Unix((int64(d)-unixDay)*86400, 0).UTC() }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return time.Weekday(d % 7) }

// String is the day as 2026-11-21, or nothing for NoDay.
func (d Day) String() string { return string(d.append(make([]byte, 0, 10))) }

// AppendText appends the day as 2026-11-21, or nothing for NoDay.
func (d Day) AppendText(b []byte) ([]byte, error) { return d.append(b), nil }

func (d Day) append(b []byte) []byte {
	if d == NoDay {
		return b
	}
	return d.Time().AppendFormat(b, "2006-01-02")
}

// When is a date of a table: a day, and the exact instant when the table gave one.
// Material planning uses the day, scheduling the instant.
type When struct {
	Day   Day
	Exact bool
	Unix  int64 // seconds since 1970, if Exact
}

// OnDay is a date without a time of day.
func OnDay(d Day) When { return When{Day: d} }

// At is an exact instant; its day is that of t's own location.
func At(t time.Time) When { return When{Day: DayOf(t), Exact: true, Unix: t.Unix()} }

// IsZero reports whether no date is given.
func (w When) IsZero() bool { return w.Day == NoDay }

// ParseWhen reads 2026-11-21 (a day of the zone) or an RFC 3339 timestamp.
func ParseWhen(s string, zone *time.Location) (When, error) {
	if d, ok := parseDay(s); ok {
		return When{Day: d}, nil
	}
	if len(s) <= 10 {
		_, err := ParseDay(s)
		return When{}, err
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return When{}, fmt.Errorf("%q is neither a date (2026-11-21) nor an RFC 3339 time (2026-11-21T06:00:00+01:00)", clip(s))
	}
	w := At(t.In(zone))
	if w.Day <= NoDay {
		return When{}, fmt.Errorf("%q is before the year 1", s)
	}
	return w, nil
}

// Text is the date as a table writes it: a date, or an RFC 3339 time of the zone.
func (w When) Text(zone *time.Location) string {
	if w.Exact {
		return time.Unix(w.Unix, 0).In(zone).Format(time.RFC3339)
	}
	return w.Day.String()
}

// Instant is the exact instant, or the beginning of the day in a zone, in seconds since 1970.
func (w When) Instant(zone *time.Location) int64 {
	if w.Exact {
		return w.Unix
	}
	return w.Day.Begin(zone)
}

// Begin is the first instant of the day in a zone, in seconds since 1970.
func (d Day) Begin(zone *time.Location) int64 { return d.Clock(0, zone) }

// Clock is when a zone's clock first shows a time, in minutes from the midnight of the day, or
// a change of the clock passes over it, in seconds since 1970. time.Date does not say which of
// two times it takes, and takes an hour earlier or later, by zone, for a time that a change leaves out.
func (d Day) Clock(minutes int, zone *time.Location) int64 {
	y, m, day := d.Time().Date()
	t := time.Date(y, m, day, 0, minutes, 0, 0, zone)
	_, offset := t.Zone()
	want := d.Time().Unix() + int64(minutes)*60 // as the clock shows it
	since, until := t.ZoneBounds()
	switch shown := t.Unix() + int64(offset); {
	case shown > want:
		return since.Unix()
	case shown < want:
		return until.Unix()
	case !since.IsZero():
		_, before := since.Add(-time.Second).Zone()
		if first := want - int64(before); first < since.Unix() {
			return first
		}
	}
	return t.Unix()
}
