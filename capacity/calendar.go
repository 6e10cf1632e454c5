package capacity

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
)

// Calendars compile to the days around the planning start: years before and after it.
const (
	yearsBefore = 40
	yearsAfter  = 70
)

// Shift is one stretch of working time, in minutes from the midnight of the
// day it belongs to. To may lie past 1440: the shift then crosses midnight.
type Shift struct{ From, To int }

// Calendar is working time, compiled to the days around the planning start. The
// nil Calendar works every day, around the clock. It is immutable and safe for
// any number of readers. Steps take O(log days).
type Calendar struct {
	ID    string
	first bom.Day  // of bit 0
	bits  []uint64 // one bit a day: works or not
	rank  []int32  // working days before word i
	total int32

	weekdays [7][]Shift
	rules    []dayRule // single dates and ranges, the one that wins first
}

// dayRule gives the shifts of a single date or a range.
type dayRule struct {
	from, to bom.Day
	shifts   []Shift
	row      int
}

// Works reports whether a shift starts on day d.
func (c *Calendar) Works(d bom.Day) bool {
	if c == nil {
		return true
	}
	i := int(d - c.first)
	return i >= 0 && i < len(c.bits)*64 && c.bits[i>>6]>>(i&63)&1 == 1
}

// Back steps n ≥ 0 working days back from d, which first moves to the last working
// day on or before it. ok is false when the calendar has no such day.
func (c *Calendar) Back(d bom.Day, n int) (day bom.Day, ok bool) {
	if c == nil {
		return d - bom.Day(n), true
	}
	return c.at(int(c.before(d+1)) - 1 - n)
}

// Forward steps n ≥ 0 working days on from d, which first moves to the first
// working day on or after it. ok is false when the calendar has no such day.
func (c *Calendar) Forward(d bom.Day, n int) (day bom.Day, ok bool) {
	if c == nil {
		return d + bom.Day(n), true
	}
	return c.at(int(c.before(d)) + n)
}

// before counts the working days before d.
func (c *Calendar) before(d bom.Day) int32 {
	i := int(d - c.first)
	switch {
	case i <= 0:
		return 0
	case i >= len(c.bits)*64:
		return c.total
	}
	return c.rank[i>>6] + int32(bits.OnesCount64(c.bits[i>>6]&(1<<(i&63)-1)))
}

// at is the working day number i, counted from 0.
func (c *Calendar) at(i int) (bom.Day, bool) {
	if i < 0 || i >= int(c.total) {
		return bom.NoDay, false
	}
	w, _ := slices.BinarySearch(c.rank, int32(i)+1)
	w--
	word := c.bits[w]
	for range i - int(c.rank[w]) {
		word &= word - 1
	}
	return c.first + bom.Day(w*64+bits.TrailingZeros64(word)), true
}

// Shifts are the shifts that start on day d. For the nil calendar: the whole day.
func (c *Calendar) Shifts(d bom.Day) []Shift {
	if c == nil {
		return allDay
	}
	for i := range c.rules {
		if r := &c.rules[i]; d >= r.from && d <= r.to {
			return r.shifts
		}
	}
	return c.weekdays[d.Weekday()]
}

var allDay = []Shift{{0, 24 * 60}}

// WeekdayMinutes are the working minutes of the weekdays that work, summed, and
// how many those are. Single dates and ranges do not count. The nil calendar, and
// one without working weekdays, is a day of 1440 minutes.
func (c *Calendar) WeekdayMinutes() (minutes, days int) {
	if c == nil {
		return 24 * 60, 1
	}
	for _, shifts := range c.weekdays {
		if len(shifts) == 0 {
			continue
		}
		days++
		for _, s := range shifts {
			minutes += s.To - s.From
		}
	}
	if days == 0 {
		return 24 * 60, 1
	}
	return minutes, days
}

// compileCalendars makes the calendars of their rows. start places the window.
func compileCalendars(rows []CalendarRow, start bom.Day, errs *bom.Errors) map[string]*Calendar {
	calendars := make(map[string]*Calendar)
	named := make(map[string]*[7]int)
	for i := range rows {
		r := &rows[i]
		c := calendars[r.ID]
		if c == nil {
			c = &Calendar{ID: r.ID}
			calendars[r.ID] = c
			named[r.ID] = new([7]int)
		}
		c.addRow(r, named[r.ID], &bom.Check{Errs: errs, Table: "calendars", Row: r.Row})
	}
	for _, c := range calendars {
		c.compile(start, errs)
	}
	return calendars
}

func (c *Calendar) addRow(r *CalendarRow, named *[7]int, check *bom.Check) {
	shifts, err := parseShifts(r.Shifts)
	if err != nil {
		check.Fail("shifts", r.Shifts, err.Error())
		return
	}
	for token := range strings.SplitSeq(r.Days, ",") {
		if err := c.addDays(strings.TrimSpace(token), shifts, r.Row, named); err != nil {
			check.Fail("days", r.Days, err.Error())
		}
	}
}

func (c *Calendar) addDays(token string, shifts []Shift, row int, named *[7]int) error {
	if first, last, isRange := strings.Cut(token, ".."); isRange || len(token) > 0 && token[0] >= '0' && token[0] <= '9' {
		from, err := bom.ParseDay(strings.TrimSpace(first))
		if err != nil {
			return err
		}
		to := from
		if isRange {
			if to, err = bom.ParseDay(strings.TrimSpace(last)); err != nil {
				return err
			}
		}
		if to < from {
			return fmt.Errorf("a range that ends on or after its first day")
		}
		c.rules = append(c.rules, dayRule{from, to, shifts, row})
		return nil
	}
	first, last, isRange := strings.Cut(token, "-")
	from, ok := weekdayNames[strings.ToLower(strings.TrimSpace(first))]
	to := from
	if isRange {
		var ok2 bool
		to, ok2 = weekdayNames[strings.ToLower(strings.TrimSpace(last))]
		ok = ok && ok2
	}
	if !ok {
		return fmt.Errorf("days such as Mon-Fri, Mon,Wed, 2026-12-24 or 2026-12-24..2027-01-02")
	}
	for d := from; ; d = (d + 1) % 7 {
		if named[d] != 0 {
			return fmt.Errorf("each weekday once: %v has its shifts in row %d", d, named[d])
		}
		named[d] = max(row, 1)
		c.weekdays[d] = shifts
		if d == to {
			return nil
		}
	}
}

var weekdayNames = map[string]time.Weekday{"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}

// parseShifts reads 06:00-14:00,14:00-22:00; the empty text is no shift.
func parseShifts(s string) ([]Shift, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	var shifts []Shift
	for token := range strings.SplitSeq(s, ",") {
		first, last, ok := strings.Cut(strings.TrimSpace(token), "-")
		from, ok1 := parseClock(first)
		to, ok2 := parseClock(last)
		if !ok || !ok1 || !ok2 || from == 24*60 {
			return nil, fmt.Errorf("shifts such as 06:00-14:00,14:00-22:00")
		}
		if from == to {
			return nil, fmt.Errorf("a shift with a length: write 00:00-24:00 for the whole day")
		}
		if to < from {
			to += 24 * 60
		}
		shifts = append(shifts, Shift{from, to})
	}
	slices.SortFunc(shifts, func(a, b Shift) int { return cmp.Compare(a.From, b.From) })
	for i := 1; i < len(shifts); i++ {
		if shifts[i].From < shifts[i-1].To {
			return nil, fmt.Errorf("shifts that do not overlap")
		}
	}
	return shifts, nil
}

func parseClock(s string) (minutes int, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	h, err1 := strconv.ParseUint(s[:2], 10, 8)
	m, err2 := strconv.ParseUint(s[3:], 10, 8)
	if err1 != nil || err2 != nil || m > 59 || h > 24 || h == 24 && m != 0 {
		return 0, false
	}
	return int(h)*60 + int(m), true
}

// compile puts the rules in the order in which they win, and fills the days.
func (c *Calendar) compile(start bom.Day, errs *bom.Errors) {
	slices.SortStableFunc(c.rules, func(a, b dayRule) int {
		return cmp.Or(cmp.Compare(a.single(), b.single()), // a single date beats a range
			cmp.Compare(b.from, a.from), // of two ranges the later-starting
			cmp.Compare(a.to, b.to),     // then the shorter
			cmp.Compare(a.row, b.row))
	})
	for i := 1; i < len(c.rules); i++ {
		if a, b := &c.rules[i-1], &c.rules[i]; a.from == b.from && a.to == b.to {
			check := &bom.Check{Errs: errs, Table: "calendars", Row: b.row}
			check.Fail("days", rangeText(b), fmt.Sprintf("each date or range of calendar %s once: row %d has the same", c.ID, a.row))
		}
	}
	c.fill(start)
}

func rangeText(r *dayRule) string {
	if r.from == r.to {
		return r.from.String()
	}
	return r.from.String() + ".." + r.to.String()
}

func (r *dayRule) single() int {
	if r.from == r.to {
		return 0
	}
	return 1
}

func (c *Calendar) fill(start bom.Day) {
	t := start.Time()
	c.first = bom.DayOf(t.AddDate(-yearsBefore, 0, 0))
	days := int(bom.DayOf(t.AddDate(yearsAfter, 0, 0)) - c.first)
	c.bits = make([]uint64, days/64+1)
	set := func(i int, works bool) {
		if works {
			c.bits[i>>6] |= 1 << (i & 63)
		} else {
			c.bits[i>>6] &^= 1 << (i & 63)
		}
	}
	for i := range len(c.bits) * 64 {
		set(i, len(c.weekdays[(c.first+bom.Day(i)).Weekday()]) > 0)
	}
	for r := len(c.rules) - 1; r >= 0; r-- { // the rule that wins is applied last
		rule := &c.rules[r]
		from, to := max(0, int(rule.from-c.first)), min(len(c.bits)*64-1, int(rule.to-c.first))
		for i := from; i <= to; i++ {
			set(i, len(rule.shifts) > 0)
		}
	}
	c.rank = make([]int32, len(c.bits))
	for i, w := range c.bits {
		c.rank[i] = c.total
		c.total += int32(bits.OnesCount64(w))
	}
}
