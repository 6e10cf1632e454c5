package oracle

import (
	"strconv"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// calendar is the rows of one calendar; nil is the default calendar, in which
// every day works around the clock.
type calendar []calendarRow

// calendarRow is a row of calendars.csv: weekdays, or a range of days (a single
// date is a range of one).
type calendarRow struct {
	weekdays    map[int]bool // 0 is Sunday; nil for dates
	first, last bom.Day
	minutes     int // sum of the shifts; 0 is closed
}

// noWork is how far a step looks for a working day; a calendar without one in
// about eleven years leaves the day where it is.
const noWork = 4000

// calendarsOf are all calendars by id.
func calendarsOf(rows []capacity.CalendarRow) map[string]calendar {
	all := map[string]calendar{}
	for _, row := range rows {
		all[row.ID] = append(all[row.ID], parseCalendarRow(row))
	}
	return all
}

func parseCalendarRow(row capacity.CalendarRow) calendarRow {
	r := calendarRow{minutes: shiftMinutes(row.Shifts)}
	days := strings.TrimSpace(row.Days)
	if days != "" && days[0] >= '0' && days[0] <= '9' {
		from, to, isRange := strings.Cut(days, "..")
		r.first = mustDay(from)
		r.last = r.first
		if isRange {
			r.last = mustDay(to)
		}
		return r
	}
	r.weekdays = map[int]bool{}
	for _, piece := range strings.Split(days, ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(piece), "-")
		w := weekday(from)
		r.weekdays[w] = true
		for isRange && w != weekday(to) {
			w = (w + 1) % 7
			r.weekdays[w] = true
		}
	}
	return r
}

func mustDay(s string) bom.Day {
	d, err := bom.ParseDay(strings.TrimSpace(s))
	if err != nil {
		panic("oracle: " + err.Error())
	}
	return d
}

func weekday(s string) int {
	for i, name := range []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} {
		if strings.EqualFold(strings.TrimSpace(s), name) {
			return i
		}
	}
	panic("oracle: no weekday: " + s)
}

// shiftMinutes is the length of `06:00-14:00,22:00-06:00`: a shift that ends at
// or before its start crosses midnight and belongs to the day it starts.
func shiftMinutes(shifts string) int {
	total := 0
	for _, shift := range strings.Split(shifts, ",") {
		shift = strings.TrimSpace(shift)
		if shift == "" {
			continue
		}
		from, to, _ := strings.Cut(shift, "-")
		length := clock(to) - clock(from)
		if length <= 0 {
			length += 24 * 60
		}
		total += length
	}
	return total
}

func clock(s string) int {
	h, m, _ := strings.Cut(strings.TrimSpace(s), ":")
	hours, err1 := strconv.Atoi(h)
	minutes, err2 := strconv.Atoi(m)
	if err1 != nil || err2 != nil {
		panic("oracle: no time of day: " + s)
	}
	return hours*60 + minutes
}

// covers reports whether the row says something about the day.
func (r calendarRow) covers(d bom.Day) bool {
	if r.weekdays != nil {
		return r.weekdays[int(d.Weekday())]
	}
	return r.first <= d && d <= r.last
}

// beats is the precedence of calendars.csv: a single date beats a range, a range
// beats weekdays; of two ranges the later-starting, then the shorter.
func (r calendarRow) beats(o calendarRow) bool {
	if r.rank() != o.rank() {
		return r.rank() > o.rank()
	}
	if r.first != o.first {
		return r.first > o.first
	}
	return r.last < o.last
}

func (r calendarRow) rank() int {
	switch {
	case r.weekdays != nil:
		return 0
	case r.first != r.last:
		return 1
	}
	return 2
}

// works: a working day has at least one shift that starts on it; a day that is
// not named is closed.
func (c calendar) works(d bom.Day) bool {
	if c == nil {
		return true
	}
	found := false
	var best calendarRow
	for _, row := range c {
		if row.covers(d) && (!found || row.beats(best)) {
			best, found = row, true
		}
	}
	return found && best.minutes > 0
}

// back steps n working days back: a day first moves to the last working day on
// or before it.
func (c calendar) back(d bom.Day, n int) bom.Day { return c.step(d, n, -1) }

// forward steps n working days forward: a day first moves to the first working
// day on or after it.
func (c calendar) forward(d bom.Day, n int) bom.Day { return c.step(d, n, +1) }

func (c calendar) step(d bom.Day, n int, direction bom.Day) bom.Day {
	d = c.snap(d, direction)
	for range n {
		d = c.snap(d+direction, direction)
	}
	return d
}

func (c calendar) snap(d, direction bom.Day) bom.Day {
	for i := range bom.Day(noWork) {
		if c.works(d + i*direction) {
			return d + i*direction
		}
	}
	return d
}

// offset steps by a signed number of working days; 0 leaves the day alone.
func (c calendar) offset(d bom.Day, n int) bom.Day {
	switch {
	case n > 0:
		return c.forward(d, n)
	case n < 0:
		return c.back(d, -n)
	}
	return d
}

// meanMinutes is the mean number of working minutes of the working weekdays,
// from weekday rows only; none: 1440. It returns sum and count.
func (c calendar) meanMinutes() (sum, count int) {
	for w := range 7 {
		for _, row := range c {
			if row.weekdays != nil && row.weekdays[w] && row.minutes > 0 {
				sum += row.minutes
				count++
			}
		}
	}
	if count == 0 {
		return 24 * 60, 1
	}
	return sum, count
}
