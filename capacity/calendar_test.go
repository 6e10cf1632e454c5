package capacity

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
)

var start = bom.On(2026, time.March, 2) // a Monday

// calendarOf compiles the rows of one calendar, given as days=shifts.
func calendarOf(t testing.TB, rows ...string) (*Calendar, *bom.Errors) {
	t.Helper()
	errs := &bom.Errors{}
	var table []CalendarRow
	for i, r := range rows {
		days, shifts, _ := strings.Cut(r, "=")
		table = append(table, CalendarRow{Row: i + 2, ID: "C", Days: days, Shifts: shifts})
	}
	return compileCalendars(table, start, errs)["C"], errs
}

func mustCalendar(t testing.TB, rows ...string) *Calendar {
	t.Helper()
	c, errs := calendarOf(t, rows...)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	return c
}

// A single date beats a range, a range beats weekdays; of two ranges the
// later-starting wins, then the shorter; a day not named is closed.
func TestCalendarPrecedence(t *testing.T) {
	c := mustCalendar(t,
		"Mon-Fri=06:00-14:00",
		"2026-03-09..2026-03-20=",
		"2026-03-11..2026-03-20=08:00-12:00",
		"2026-03-11..2026-03-13=08:00-10:00",
		"2026-03-12=22:00-06:00",
	)
	for _, x := range []struct {
		day   string
		works bool
		first string
	}{
		{"2026-03-06", true, "360-840"},
		{"2026-03-07", false, ""},         // Saturday: not named
		{"2026-03-09", false, ""},         // the range closes it
		{"2026-03-11", true, "480-600"},   // the later-starting, shorter range
		{"2026-03-12", true, "1320-1800"}, // the single date; crosses midnight
		{"2026-03-16", true, "480-720"},
		{"2026-03-23", true, "360-840"},
	} {
		d, err := bom.ParseDay(x.day)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if s := c.Shifts(d); len(s) > 0 {
			got = fmt.Sprintf("%d-%d", s[0].From, s[0].To)
		}
		if c.Works(d) != x.works || got != x.first {
			t.Errorf("%s: works %v, shift %q; want %v, %q", x.day, c.Works(d), got, x.works, x.first)
		}
	}
}

// What a calendar row may not say is an error that says what it may.
func TestCalendarErrors(t *testing.T) {
	for _, x := range []struct{ rows, want string }{
		{"Mon-Fri=6-14", "shifts such as"},
		{"Mon-Fri=06:00-06:00", "a shift with a length"},
		{"Mon-Fri=06:00-14:00,13:00-20:00", "do not overlap"},
		{"Mon-Fri=06:61-14:00", "shifts such as"},
		{"Mon-Fri=24:00-06:00", "shifts such as"},
		{"Someday=06:00-14:00", "days such as"},
		{"2026-02-30=06:00-14:00", "no date that exists"},
		{"2026-03-09..2026-03-02=06:00-14:00", "ends on or after"},
		{"Mon=06:00-14:00|Mon-Wed=06:00-14:00", "each weekday once"},
		{"2026-03-09=06:00-14:00|2026-03-09=", "once"},
		{"2026-03-09..2026-03-10=06:00-14:00|2026-03-09..2026-03-10=", "once"},
		{"=06:00-14:00", "days such as"},
	} {
		_, errs := calendarOf(t, strings.Split(x.rows, "|")...)
		err := errs.Err()
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v; want an error with %q", x.rows, err, x.want)
		}
	}
}

// Days may be given as a wrapping range, a list, or both.
func TestCalendarDays(t *testing.T) {
	c := mustCalendar(t, "Sat-Mon,Wed=00:00-24:00")
	want := map[time.Weekday]bool{time.Saturday: true, time.Sunday: true, time.Monday: true, time.Wednesday: true}
	for d := start; d < start+7; d++ {
		if c.Works(d) != want[d.Weekday()] {
			t.Errorf("%v: works %v", d.Weekday(), c.Works(d))
		}
	}
	if minutes, days := c.WeekdayMinutes(); minutes != 4*1440 || days != 4 {
		t.Errorf("weekday minutes %d on %d days", minutes, days)
	}
}

// Only weekdays count for the mean working day: date rows do not, and without
// working weekdays a day is 1440 minutes.
func TestWeekdayMinutes(t *testing.T) {
	c := mustCalendar(t, "Mon-Thu=06:00-14:00,14:00-22:00", "Fri=06:00-12:00", "Sat=", "2026-03-07=06:00-07:00")
	if minutes, days := c.WeekdayMinutes(); minutes != 4*960+360 || days != 5 {
		t.Errorf("%d on %d days", minutes, days)
	}
	only := mustCalendar(t, "2026-03-07=06:00-07:00")
	if minutes, days := only.WeekdayMinutes(); minutes != 1440 || days != 1 {
		t.Errorf("%d on %d days", minutes, days)
	}
}

// A calendar that ends has no further day, and says so.
func TestCalendarEnds(t *testing.T) {
	c := mustCalendar(t, "2026-03-02..2026-03-04=08:00-16:00")
	if d, ok := c.Forward(start, 2); !ok || d != start+2 {
		t.Errorf("the third day: %v %v", d, ok)
	}
	if _, ok := c.Forward(start, 3); ok {
		t.Error("a fourth day")
	}
	if _, ok := c.Forward(start+3, 0); ok {
		t.Error("a day after the end")
	}
	if _, ok := c.Back(start-1, 0); ok {
		t.Error("a day before the beginning")
	}
	if d, ok := c.Back(start+30, 0); !ok || d != start+2 {
		t.Errorf("the last day: %v %v", d, ok)
	}
}

// Steps agree with counting days one by one, on random calendars.
func TestStepsAgreeWithCounting(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		c := randomCalendar(t, r)
		for range 50 {
			d := start + bom.Day(r.IntN(800)-400)
			n := r.IntN(40)
			check(t, c, d, n)
		}
	}
}

func randomCalendar(t testing.TB, r *rand.Rand) *Calendar {
	var rows []string
	for d := time.Sunday; d <= time.Saturday; d++ {
		if r.IntN(3) > 0 {
			rows = append(rows, d.String()[:3]+"=06:00-14:00")
		}
	}
	from := start
	for range r.IntN(5) {
		from += bom.Day(r.IntN(60) + 1)
		to := from + bom.Day(r.IntN(30)+1)
		rows = append(rows, fmt.Sprintf("%v..%v=%s", from, to, []string{"", "08:00-09:00"}[r.IntN(2)]))
	}
	return mustCalendar(t, append(rows, "2026-05-01=")...)
}

func check(t *testing.T, c *Calendar, d bom.Day, n int) {
	t.Helper()
	const far = 3000
	want, ok := walk(c, d, n, 1, far)
	if got, gotOK := c.Forward(d, n); ok && (got != want || !gotOK) {
		t.Fatalf("forward %d from %v: %v %v, counted %v", n, d, got, gotOK, want)
	}
	want, ok = walk(c, d, n, -1, far)
	if got, gotOK := c.Back(d, n); ok && (got != want || !gotOK) {
		t.Fatalf("back %d from %v: %v %v, counted %v", n, d, got, gotOK, want)
	}
}

// walk steps day by day.
func walk(c *Calendar, d bom.Day, n int, step bom.Day, far int) (bom.Day, bool) {
	for range far {
		if len(c.Shifts(d)) > 0 {
			if n == 0 {
				return d, true
			}
			n--
		}
		d += step
	}
	return 0, false
}

// FuzzCalendar feeds any text to the calendar's notation: an error or a calendar
// whose steps agree with its shifts, never a panic.
func FuzzCalendar(f *testing.F) {
	f.Add("Mon-Fri", "06:00-14:00,14:00-22:00")
	f.Add("2026-12-24..2027-01-02", "")
	f.Add("Sat-Mon,2026-03-09", "22:00-06:00")
	f.Fuzz(func(t *testing.T, days, shifts string) {
		errs := &bom.Errors{}
		c := compileCalendars([]CalendarRow{{Row: 2, ID: "C", Days: days, Shifts: shifts}}, start, errs)["C"]
		if errs.Err() != nil {
			return
		}
		for d := start - 400; d < start+400; d++ {
			if c.Works(d) != (len(c.Shifts(d)) > 0) {
				t.Fatalf("%q %q: %v works %v but has %d shifts", days, shifts, d, c.Works(d), len(c.Shifts(d)))
			}
		}
		check(t, c, start, 3)
	})
}
