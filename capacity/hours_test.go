package capacity

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones are part of what is tested: no skipping where the system has none

	"github.com/taktplan/takt/bom"
)

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// shopFloor reads and writes instants the way that the people of a plant do.
type shopFloor struct {
	t    testing.TB
	zone *time.Location
}

func plantIn(t testing.TB, zone string) shopFloor { return shopFloor{t, zoneOf(t, zone)} }

// at reads 2026-03-02 06:00 or, where the clock shows a time twice, 2026-10-25 02:30 +0100.
func (f shopFloor) at(text string) int64 {
	f.t.Helper()
	layout := "2006-01-02 15:04"
	switch {
	case strings.ContainsAny(text, "+") || strings.Count(text, "-") > 2:
		layout += " -0700"
	case strings.Count(text, ":") > 1:
		layout += ":05"
	}
	t, err := time.ParseInLocation(layout, text, f.zone)
	if err != nil {
		f.t.Fatal(err)
	}
	return t.Unix()
}

func (f shopFloor) span(from, to string) Span { return Span{f.at(from), f.at(to)} }

func (f shopFloor) text(at int64) string {
	return time.Unix(at, 0).In(f.zone).Format("Mon 2006-01-02 15:04:05 -0700")
}

// wants compares what a step says with the start and the end that are expected.
func (f shopFloor) wants(what, from, to string) func(start, end int64, ok bool) {
	return func(start, end int64, ok bool) {
		f.t.Helper()
		if !ok {
			f.t.Errorf("%s: the calendar ends", what)
		} else if start != f.at(from) || end != f.at(to) {
			f.t.Errorf("%s: %s to %s, want %s to %s", what, f.text(start), f.text(end), from, to)
		}
	}
}

// ends expects that there is no place.
func (f shopFloor) ends(what string) func(start, end int64, ok bool) {
	return func(start, end int64, ok bool) {
		f.t.Helper()
		if ok {
			f.t.Errorf("%s: %s to %s, want none", what, f.text(start), f.text(end))
		}
	}
}

const hour = 3600

// A two-shift week: work pauses over night and the weekend, forwards and backwards.
func TestHoursOfAWeek(t *testing.T) {
	f := plantIn(t, "Europe/Berlin")
	h := mustCalendar(t, "Mon-Fri=06:00-14:00,14:00-22:00").Hours(f.zone, start, start+28)
	f.wants("in the middle of a shift", "2026-03-02 08:00", "2026-03-02 15:00")(h.Add(f.at("2026-03-02 08:00"), 7*hour))
	f.wants("shifts that touch are one", "2026-03-02 06:00", "2026-03-02 22:00")(h.AddWhole(f.at("2026-03-02 01:00"), 16*hour))
	f.wants("to the last second of the day", "2026-03-02 21:00", "2026-03-02 22:00")(h.Add(f.at("2026-03-02 21:00"), hour))
	f.wants("one second more", "2026-03-02 21:00", "2026-03-03 06:00:01")(h.Add(f.at("2026-03-02 21:00"), hour+1))
	f.wants("over the weekend", "2026-03-06 21:00", "2026-03-09 07:00")(h.Add(f.at("2026-03-06 21:00"), 2*hour))
	f.wants("not over the weekend", "2026-03-09 06:00", "2026-03-09 08:00")(h.AddWhole(f.at("2026-03-06 21:00"), 2*hour))
	f.wants("on a Sunday", "2026-03-09 06:00", "2026-03-10 07:00")(h.Add(f.at("2026-03-08 12:00"), 17*hour))
	f.wants("backwards over the weekend", "2026-03-06 21:00", "2026-03-09 07:00")(h.Sub(f.at("2026-03-09 07:00"), 2*hour))
	f.wants("backwards not over the weekend", "2026-03-06 20:00", "2026-03-06 22:00")(h.SubWhole(f.at("2026-03-09 07:00"), 2*hour))
	f.wants("backwards from the morning", "2026-03-05 06:00", "2026-03-05 22:00")(h.Sub(f.at("2026-03-06 06:00"), 16*hour))
	equal(t, "a week", h.Between(f.at("2026-03-02 00:00"), f.at("2026-03-09 00:00")), 5*16*hour)
	equal(t, "a night", h.Between(f.at("2026-03-02 22:00"), f.at("2026-03-03 06:00")), 0)
	equal(t, "backwards there is nothing between", h.Between(f.at("2026-03-09 00:00"), f.at("2026-03-02 00:00")), 0)
	equal(t, "longest", h.Longest(f.at("2026-03-02 20:00")), 16*hour)
}

// Zero work is an instant of working time.
func TestZeroWork(t *testing.T) {
	f := plantIn(t, "Europe/Berlin")
	h := mustCalendar(t, "Mon-Fri=06:00-14:00").Hours(f.zone, start, start+7)
	for name, step := range map[string]func(at, n int64) (int64, int64, bool){"Add": h.Add, "AddWhole": h.AddWhole} {
		f.wants(name+" in a shift", "2026-03-02 08:00", "2026-03-02 08:00")(step(f.at("2026-03-02 08:00"), 0))
		f.wants(name+" in the night", "2026-03-03 06:00", "2026-03-03 06:00")(step(f.at("2026-03-02 20:00"), 0))
		f.wants(name+" at the end of a shift", "2026-03-03 06:00", "2026-03-03 06:00")(step(f.at("2026-03-02 14:00"), 0))
		f.ends(name + " after the end")(step(f.at("2026-03-06 14:00"), 0))
	}
	for name, step := range map[string]func(at, n int64) (int64, int64, bool){"Sub": h.Sub, "SubWhole": h.SubWhole} {
		f.wants(name+" in a shift", "2026-03-02 08:00", "2026-03-02 08:00")(step(f.at("2026-03-02 08:00"), 0))
		f.wants(name+" in the night", "2026-03-02 14:00", "2026-03-02 14:00")(step(f.at("2026-03-02 20:00"), 0))
		f.wants(name+" at the beginning of a shift", "2026-03-02 14:00", "2026-03-02 14:00")(step(f.at("2026-03-03 06:00"), 0))
		f.ends(name + " before the beginning")(step(f.at("2026-03-02 06:00"), 0))
	}
}

// A night shift belongs to the day on which it starts, also where the window of days cuts it.
func TestNightShift(t *testing.T) {
	f := plantIn(t, "Europe/Berlin")
	h := mustCalendar(t, "Mon-Fri=22:00-06:00").Hours(f.zone, start+1, start+5) // Tuesday up to Saturday
	f.wants("Monday's shift reaches into Tuesday", "2026-03-03 00:00", "2026-03-03 06:00")(h.AddWhole(f.at("2026-03-01 00:00"), 6*hour))
	f.wants("over midnight", "2026-03-03 23:00", "2026-03-04 02:00")(h.Add(f.at("2026-03-03 23:00"), 3*hour))
	f.wants("whole over midnight", "2026-03-03 22:00", "2026-03-04 06:00")(h.AddWhole(f.at("2026-03-03 08:00"), 8*hour))
	f.wants("Friday's shift is known up to midnight", "2026-03-06 22:00", "2026-03-07 00:00")(h.SubWhole(f.at("2026-03-09 00:00"), 2*hour))
	f.ends("past what is known")(h.Add(f.at("2026-03-06 22:00"), 2*hour+1))
	equal(t, "in all", h.Between(-Never, Never), (6+3*8+2)*hour)
}

// A single date closes the day it names, not the night shift that came from the day before.
func TestHolidays(t *testing.T) {
	f := plantIn(t, "Europe/Berlin")
	h := mustCalendar(t, "Mon-Fri=06:00-14:00", "2026-04-03=", "2026-04-06=", "2026-04-11=08:00-10:00").Hours(f.zone, start, start+90)
	f.wants("over Easter", "2026-04-02 13:00", "2026-04-07 07:00")(h.Add(f.at("2026-04-02 13:00"), 2*hour))
	f.wants("back over Easter", "2026-04-02 13:00", "2026-04-07 07:00")(h.Sub(f.at("2026-04-07 07:00"), 2*hour))
	f.wants("a Saturday of overtime", "2026-04-10 13:00", "2026-04-11 09:00")(h.Add(f.at("2026-04-10 13:00"), 2*hour))

	h = mustCalendar(t, "Mon-Fri=22:00-06:00", "2026-04-03=").Hours(f.zone, start, start+90)
	f.wants("Thursday's night ends on Good Friday", "2026-04-02 22:00", "2026-04-03 06:00")(h.AddWhole(f.at("2026-04-02 12:00"), 8*hour))
	f.wants("Friday has no night", "2026-04-03 05:00", "2026-04-06 23:00")(h.Add(f.at("2026-04-03 05:00"), 2*hour))
}

// Overtime adds working time, a closure takes it away, and the closure wins.
func TestOvertimeAndClosures(t *testing.T) {
	f := plantIn(t, "Europe/Berlin")
	h := mustCalendar(t, "Mon-Fri=06:00-14:00").Hours(f.zone, start, start+14)
	overtime := []Span{f.span("2026-03-02 14:00", "2026-03-02 18:00"), f.span("2026-03-07 08:00", "2026-03-07 12:00")}
	closed := []Span{f.span("2026-03-02 13:00", "2026-03-02 15:00"), f.span("2026-03-04 00:00", "2026-03-06 00:00")}

	more := h.With(overtime, nil)
	f.wants("overtime joins the shift", "2026-03-02 06:00", "2026-03-02 18:00")(more.AddWhole(f.at("2026-03-02 06:00"), 12*hour))
	f.wants("a Saturday", "2026-03-06 13:00", "2026-03-07 09:00")(more.Add(f.at("2026-03-06 13:00"), 2*hour))

	both := h.With(overtime, closed)
	f.wants("closed beats overtime", "2026-03-02 12:00", "2026-03-02 16:00")(both.Add(f.at("2026-03-02 12:00"), 2*hour))
	f.wants("two days off", "2026-03-03 13:00", "2026-03-06 07:00")(both.Add(f.at("2026-03-03 13:00"), 2*hour))
	equal(t, "a week", both.Between(f.at("2026-03-02 00:00"), f.at("2026-03-09 00:00")), (7+3+8+8+4)*hour)

	equal(t, "nothing changed", h.With(nil, nil), h)
	equal(t, "always works anyway", (*Hours)(nil).With(overtime, nil), nil)
	outside := h.With([]Span{f.span("2026-01-01 00:00", "2026-03-01 00:00"), f.span("2026-05-01 00:00", "2026-06-01 00:00")}, nil)
	equal(t, "outside of what is known", outside.Between(-Never, Never), h.Between(-Never, Never))
	shut := h.With(nil, []Span{{-Never, Never}})
	f.ends("closed for good")(shut.Add(start.Begin(f.zone), 0))
	f.ends("closed for good, backwards")(shut.Sub(f.at("2026-03-10 00:00"), 0))
	f.wants("reopened", "2026-03-07 08:00", "2026-03-07 09:00")(shut.With(overtime[1:], nil).Add(0, hour))
}

// A machine around the clock with a breakdown still knows no end.
func TestBreakdownOfAlways(t *testing.T) {
	f := plantIn(t, "UTC")
	var always *Hours
	equal(t, "always", always.Always(), true)
	equal(t, "no id", always.ID(), "")
	f.wants("always", "2026-03-02 06:00", "2026-03-02 07:00")(always.Add(f.at("2026-03-02 06:00"), hour))
	f.wants("always, backwards", "2026-03-02 06:00", "2026-03-02 07:00")(always.SubWhole(f.at("2026-03-02 07:00"), hour))
	h := always.With(nil, []Span{f.span("2026-03-02 06:00", "2026-03-02 08:00")})
	f.wants("over the breakdown", "2026-03-02 05:00", "2026-03-02 09:00")(h.Add(f.at("2026-03-02 05:00"), 2*hour))
	f.wants("back over the breakdown", "2026-03-02 05:00", "2026-03-02 09:00")(h.Sub(f.at("2026-03-02 09:00"), 2*hour))
	f.wants("before the breakdown", "2026-03-02 04:00", "2026-03-02 06:00")(h.SubWhole(f.at("2026-03-02 09:00"), 2*hour))
	f.wants("after the breakdown, for a hundred years", "2026-03-02 08:00", "2126-03-02 08:00")(h.AddWhole(f.at("2026-03-02 05:00"), f.at("2126-03-02 08:00")-f.at("2026-03-02 08:00")))
	if b, ok := h.Before(f.at("2026-03-02 07:00")); !ok || b != (Span{-Never, f.at("2026-03-02 06:00")}) {
		t.Errorf("before: %v %v", b, ok)
	}
	equal(t, "a bounded one", h.Always(), false)
}

// The night in which the clock changes is an hour (on Lord Howe half an hour) shorter or longer,
// and the day shift after it is not.
func TestClockChanges(t *testing.T) {
	for _, x := range []struct {
		zone, night string // the day on which the night shift starts
		seconds     int64
	}{
		{"Europe/Berlin", "2026-03-27", 8 * hour},
		{"Europe/Berlin", "2026-03-28", 7 * hour},
		{"Europe/Berlin", "2026-10-24", 9 * hour},
		{"Europe/Berlin", "2026-10-25", 8 * hour},
		{"America/Los_Angeles", "2026-03-07", 7 * hour},
		{"America/Los_Angeles", "2026-10-31", 9 * hour},
		{"Australia/Lord_Howe", "2026-10-03", 7*hour + 1800},
		{"Australia/Lord_Howe", "2026-04-04", 8*hour + 1800},
	} {
		f := plantIn(t, x.zone)
		night, err := bom.ParseDay(x.night)
		if err != nil {
			t.Fatal(err)
		}
		name := x.zone + " " + x.night
		h := mustCalendar(t, "Mon-Sun=22:00-06:00").Hours(f.zone, night-5, night+5)
		from, to := f.at(x.night+" 22:00"), f.at((night+1).String()+" 06:00")
		equal(t, name, h.Between(from, to), x.seconds)
		f.wants(name, x.night+" 22:00", (night+1).String()+" 06:00")(h.AddWhole(from-hour, x.seconds))
		f.wants(name+", backwards", x.night+" 22:00", (night+1).String()+" 06:00")(h.Sub(to, x.seconds))

		day := mustCalendar(t, "Mon-Sun=06:00-14:00").Hours(f.zone, night-5, night+5)
		f.wants(name+", the day after", (night+1).String()+" 06:00", (night+1).String()+" 14:00")(day.AddWhole(to, 8*hour))
		whole := mustCalendar(t, "Mon-Sun=00:00-24:00").Hours(f.zone, night-5, night+5)
		equal(t, name+", around the clock", int64(len(slices.Collect(whole.Spans(-Never, Never)))), 1)
		equal(t, name+", the whole day", whole.Between((night+1).Begin(f.zone), (night+2).Begin(f.zone))+(night+1).Begin(f.zone), (night + 2).Begin(f.zone))
	}
}

// A shift that begins or ends at a time that the clock leaves out begins or ends with the change; one that the clock
// shows twice is the first. package time takes an hour less in one zone and an hour more in the other.
func TestShiftsAtTheChange(t *testing.T) {
	for _, x := range []struct{ zone, spring, autumn, autumnOffset string }{
		{"Europe/Berlin", "2026-03-29", "2026-10-25", "+0200"},
		{"America/Los_Angeles", "2026-03-08", "2026-11-01", "-0700"},
	} {
		f := plantIn(t, x.zone)
		spring, _ := bom.ParseDay(x.spring)
		for _, y := range []struct{ eve, day, want string }{ // shifts, and how long the stretches are
			{"22:00-02:30", "", "[4h0m0s]"},
			{"22:00-03:00", "", "[4h0m0s]"},
			{"", "02:30-06:00", "[3h0m0s]"},
			{"", "02:15-02:45", "[]"}, // there is no such time on that day
			{"", "02:30-03:15", "[15m0s]"},
			{"", "01:00-02:30,03:30-04:00", "[1h0m0s 30m0s]"},
			{"22:00-02:30", "02:30-06:00", "[7h0m0s]"}, // what touches still touches
			{"", "00:00-24:00", "[23h0m0s]"},
		} {
			c := mustCalendar(t, (spring-1).String()+"="+y.eve, spring.String()+"="+y.day)
			var got []time.Duration
			for s := range c.Hours(f.zone, spring-2, spring+2).Spans(-Never, Never) {
				got = append(got, time.Duration(s.To-s.From)*time.Second)
			}
			equal(t, x.zone+" "+y.eve+" "+y.day, fmt.Sprint(got), y.want)
		}
		autumn, _ := bom.ParseDay(x.autumn)
		// In Berlin 02:30 is shown twice, in Los Angeles 01:30.
		twice := map[string]string{"Europe/Berlin": "02:30", "America/Los_Angeles": "01:30"}[x.zone]
		h := mustCalendar(t, (autumn-1).String()+"=22:00-"+twice, x.autumn+"="+twice+"-06:00").Hours(f.zone, autumn-1, autumn+1)
		change := f.at(x.autumn + " " + twice + " " + x.autumnOffset)
		equal(t, x.zone+" night", h.Between((autumn-1).Begin(f.zone), change)+f.at((autumn-1).String()+" 22:00"), change)
		f.wants(x.zone+" both", (autumn-1).String()+" 22:00", x.autumn+" 06:00")(h.AddWhole(0, 9*hour))
	}
}

// Where the clock changes at midnight the day begins at 01:00, and the evening before is whole.
func TestMidnightIsLeftOut(t *testing.T) {
	f := plantIn(t, "America/Havana")
	day := bom.On(2026, time.March, 8)
	late := mustCalendar(t, "Sat=20:00-24:00").Hours(f.zone, day-3, day+3)
	equal(t, "Saturday until midnight", late.Between(-Never, Never), 4*hour)
	sunday := mustCalendar(t, "Sun=00:00-24:00").Hours(f.zone, day-3, day+3)
	equal(t, "Sunday", sunday.Between(-Never, Never), 23*hour)
	f.wants("Sunday begins", "2026-03-08 01:00", "2026-03-08 02:00")(sunday.Add(0, hour))
	saturdays := mustCalendar(t, "Mon-Sun=00:00-24:00").Hours(f.zone, day-3, day)
	equal(t, "known through Saturday", saturdays.Window().To, f.at("2026-03-08 01:00"))
}

// One calendar in two zones: the same shifts, hours apart, and only the common hours for a call.
func TestTwoZones(t *testing.T) {
	c := mustCalendar(t, "Mon-Fri=08:00-17:00")
	berlin, california := plantIn(t, "Europe/Berlin"), plantIn(t, "America/Los_Angeles")
	a, b := c.Hours(berlin.zone, start, start+28), c.Hours(california.zone, start, start+28)
	berlin.wants("Berlin", "2026-03-02 08:00", "2026-03-02 17:00")(a.AddWhole(0, 9*hour))
	california.wants("California", "2026-03-02 08:00", "2026-03-02 17:00")(b.AddWhole(0, 9*hour))
	// In the week from 9 March California has changed its clock, Berlin not yet: 8 hours, not 9, lie between them.
	both := Intersect(a, b)
	equal(t, "before", both.Between(berlin.at("2026-03-02 00:00"), berlin.at("2026-03-07 00:00")), 0)
	equal(t, "in between", both.Between(berlin.at("2026-03-09 00:00"), berlin.at("2026-03-14 00:00")), 5*hour)
	berlin.wants("common", "2026-03-09 16:00", "2026-03-09 17:00")(both.Add(0, hour))
}

func TestIntersect(t *testing.T) {
	window := Span{0, 100}
	a := NewHours("A", window, []Span{{10, 30}, {40, 60}, {70, 80}})
	b := NewHours("B", Span{20, 200}, []Span{{0, 45}, {50, 55}, {58, 75}, {90, 150}})
	both := Intersect(a, b)
	equal(t, "spans", fmt.Sprint(slices.Collect(both.Spans(-Never, Never))), "[{20 30} {40 45} {50 55} {58 60} {70 75}]")
	equal(t, "window", both.Window(), Span{20, 100})
	equal(t, "id", both.ID(), "A+B")
	equal(t, "with always", Intersect(a, nil), a)
	equal(t, "always with", Intersect(nil, b), b)
	equal(t, "both always", Intersect(nil, nil), nil)
	equal(t, "with itself", Intersect(a, a), a)
	broken := (*Hours)(nil).With(nil, []Span{{15, 20}})
	equal(t, "the id of the one that has one", Intersect(broken, a).ID()+Intersect(a, broken).ID(), "AA")
	apart := Intersect(a, NewHours("C", Span{500, 600}, []Span{{500, 600}}))
	if _, _, ok := apart.Add(0, 0); ok || apart.Window().From > apart.Window().To {
		t.Errorf("windows apart have something in common: %v", apart.Window())
	}
}

// A calendar that ends says so, forwards and backwards, at its last and first second.
func TestHoursEnd(t *testing.T) {
	f := plantIn(t, "Europe/Berlin")
	h := mustCalendar(t, "2026-03-02..2026-03-04=08:00-16:00").Hours(f.zone, start-30, start+30)
	monday, thursday := f.at("2026-03-02 08:00"), f.at("2026-03-05 08:00")
	f.wants("all of it", "2026-03-02 08:00", "2026-03-04 16:00")(h.Add(monday, 24*hour))
	f.wants("all of it, backwards", "2026-03-02 08:00", "2026-03-04 16:00")(h.Sub(thursday, 24*hour))
	f.ends("a second more")(h.Add(monday, 24*hour+1))
	f.ends("a second later")(h.Add(monday+1, 24*hour))
	f.ends("a second more, backwards")(h.Sub(thursday, 24*hour+1))
	f.ends("longer than a shift")(h.AddWhole(monday, 8*hour+1))
	f.ends("longer than a shift, backwards")(h.SubWhole(thursday, 8*hour+1))
	f.ends("after the end")(h.Add(thursday, 1))
	f.ends("before the beginning")(h.SubWhole(monday, 1))
	if s, ok := h.Next(thursday); ok {
		t.Errorf("a stretch after the end: %v", s)
	}
	if s, ok := h.Before(monday); ok {
		t.Errorf("a stretch before the beginning: %v", s)
	}
	equal(t, "nothing is left", h.Longest(thursday), 0)

	err := &CalendarEndError{Calendar: h.ID(), From: monday, Need: 86401, End: h.Window().To}
	equal(t, "text", err.Error(), "calendar C has no 86401 s of working time between 2026-03-02T07:00:00Z and 2026-03-31T22:00:00Z: extend its days, open shifts or shorten the operation")
	equal(t, "without a name", strings.HasPrefix((&CalendarEndError{}).Error(), "calendar without a name has no 0 s"), true)
}

// Spans are cut to the instants asked for; of none or turned ones there are none.
func TestSpans(t *testing.T) {
	h := NewHours("H", Span{0, 100}, []Span{{60, 70}, {10, 30}, {30, 40}, {20, 25}, {90, 200}, {50, 50}, {9, 3}})
	for _, x := range []struct {
		from, to int64
		want     string
	}{{-Never, Never, "[{10 40} {60 70} {90 100}]"}, {15, 65, "[{15 40} {60 65}]"}, {40, 60, "[]"}, {20, 20, "[]"}, {35, 15, "[]"}, {39, 61, "[{39 40} {60 61}]"}} {
		equal(t, fmt.Sprint(x.from, " to ", x.to), fmt.Sprint(slices.Collect(h.Spans(x.from, x.to))), x.want)
	}
	equal(t, "always", fmt.Sprint(slices.Collect((*Hours)(nil).Spans(3, 5)), slices.Collect((*Hours)(nil).Spans(5, 5))), "[{3 5}] []")
	for range h.Spans(-Never, Never) {
		break // a reader may stop
	}
}

// counted is working time as a row of cells of some seconds that work or do not: slow and obvious.
type counted struct {
	from, cell int64
	works      []bool
}

// each visits the part of every working cell that lies between two instants.
func (c *counted) each(from, to int64, visit func(Span) bool) {
	for i, works := range c.works {
		begin := c.from + int64(i)*c.cell
		s := Span{max(from, begin), min(to, begin+c.cell)}
		if works && s.From < s.To && !visit(s) {
			return
		}
	}
}

func (c *counted) between(a, b int64) (sum int64) {
	c.each(a, b, func(s Span) bool { sum += s.To - s.From; return true })
	return sum
}

// spans are the stretches between two instants.
func (c *counted) spans(from, to int64) (list []Span) {
	c.each(from, to, func(s Span) bool {
		if n := len(list); n > 0 && list[n-1].To == s.From {
			list[n-1].To = s.To
		} else {
			list = append(list, s)
		}
		return true
	})
	return list
}

func (c *counted) add(t, n int64) (start, end int64, ok bool) {
	begun := false
	c.each(t, Never, func(s Span) bool {
		if !begun {
			start, begun = s.From, true
		}
		take := min(n, s.To-s.From)
		n -= take
		end = s.From + take
		ok = n == 0
		return !ok
	})
	return start, end, ok
}

// sub gathers the working parts before t and takes from the last on.
func (c *counted) sub(t, n int64) (start, end int64, ok bool) {
	var parts []Span
	c.each(-Never, t, func(s Span) bool { parts = append(parts, s); return true })
	for i := len(parts) - 1; i >= 0; i-- {
		if i == len(parts)-1 {
			end = parts[i].To
		}
		take := min(n, parts[i].To-parts[i].From)
		n -= take
		if n == 0 {
			return parts[i].To - take, end, true
		}
	}
	return 0, 0, false
}

func (c *counted) addWhole(t, n int64) (start, end int64, ok bool) {
	for _, s := range c.spans(t, Never) {
		if s.To-s.From >= n {
			return s.From, s.From + n, true
		}
	}
	return 0, 0, false
}

func (c *counted) subWhole(t, n int64) (start, end int64, ok bool) {
	for _, s := range slices.Backward(c.spans(-Never, t)) {
		if s.To-s.From >= n {
			return s.To - n, s.To, true
		}
	}
	return 0, 0, false
}

func (c *counted) next(t int64) (Span, bool) {
	if s := c.spans(t, Never); len(s) > 0 {
		return s[0], true
	}
	return Span{}, false
}

func (c *counted) before(t int64) (Span, bool) {
	if s := c.spans(-Never, t); len(s) > 0 {
		return s[len(s)-1], true
	}
	return Span{}, false
}

func (c *counted) set(s Span, works bool) {
	for i := range c.works {
		if begin := c.from + int64(i)*c.cell; begin >= s.From && begin < s.To {
			c.works[i] = works
		}
	}
}

// placed is the answer of a step, without the times of a refusal.
type placed struct {
	start, end int64
	ok         bool
}

func place(start, end int64, ok bool) placed {
	if !ok {
		return placed{}
	}
	return placed{start, end, ok}
}

type stretch struct {
	Span
	ok bool
}

func stretchOf(s Span, ok bool) stretch { return stretch{s, ok} }

// agree compares every question about the hours with counting, and with the laws that the answers obey.
func agree(t testing.TB, h *Hours, c *counted, at, n int64) {
	t.Helper()
	add, sub := place(h.Add(at, n)), place(h.Sub(at, n))
	equal(t, fmt.Sprintf("Add(%d, %d)", at, n), add, place(c.add(at, n)))
	equal(t, fmt.Sprintf("Sub(%d, %d)", at, n), sub, place(c.sub(at, n)))
	equal(t, fmt.Sprintf("AddWhole(%d, %d)", at, n), place(h.AddWhole(at, n)), place(c.addWhole(at, n)))
	equal(t, fmt.Sprintf("SubWhole(%d, %d)", at, n), place(h.SubWhole(at, n)), place(c.subWhole(at, n)))
	equal(t, fmt.Sprintf("Next(%d)", at), stretchOf(h.Next(at)), stretchOf(c.next(at)))
	equal(t, fmt.Sprintf("Before(%d)", at), stretchOf(h.Before(at)), stretchOf(c.before(at)))
	equal(t, fmt.Sprintf("Between(%d, %d)", at, at+n), h.Between(at, at+n), c.between(at, at+n))
	if got, want := slices.Collect(h.Spans(at, at+n)), c.spans(at, at+n); !slices.Equal(got, want) {
		t.Errorf("Spans(%d, %d): %v, want %v", at, at+n, got, want)
	}
	if add.ok {
		equal(t, "Between of what Add placed", h.Between(add.start, add.end), n)
		if n > 0 {
			equal(t, "Sub undoes Add", place(h.Sub(add.end, n)), add)
		}
		if later := place(h.Add(at+37, n)); later.ok && (later.start < add.start || later.end < add.end) {
			t.Errorf("Add(%d, %d) is %v, 37 s later %v", at, n, add, later)
		}
		if more := place(h.Add(at, n+1)); more.ok && (more.start != add.start || more.end <= add.end) {
			t.Errorf("Add(%d, %d) is %v, one second more %v", at, n, add, more)
		}
	}
	if sub.ok {
		equal(t, "Between of what Sub placed", h.Between(sub.start, sub.end), n)
		if n > 0 {
			equal(t, "Add undoes Sub", place(h.Add(sub.start, n)), sub)
		}
	}
	if t.Failed() {
		t.FailNow() // one case is enough to look at
	}
}

// checkInvariants looks at what the searches rely on.
func checkInvariants(t testing.TB, h *Hours) {
	t.Helper()
	last, sum := -Never-1, int64(0)
	for i := range h.blocks {
		b := &h.blocks[i]
		equal(t, "before", b.before, sum)
		if len(b.spans) == 0 || len(b.spans) > hoursBlockSize || len(b.spans) != len(b.done) {
			t.Fatalf("a block of %d stretches, %d sums", len(b.spans), len(b.done))
		}
		for k, s := range b.spans {
			equal(t, "done", b.before+b.done[k], sum)
			if s.From <= last || s.From >= s.To || s.From < h.window.From || s.To > h.window.To {
				t.Fatalf("stretch %v after %d in window %v", s, last, h.window)
			}
			last, sum = s.To, sum+s.To-s.From
		}
		equal(t, "total", b.before+b.total, sum)
	}
}

// Hours of random stretches agree with counting seconds, also after changes, which leave the hours that
// they were made of as they are. Stretches are many and short, so that there are several blocks.
func TestHoursAgreeWithCounting(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 60 {
		size := int64(20 + r.IntN(100)*(1+round%2*15))
		random := func() Span {
			from := r.Int64N(size+40) - 20
			return Span{from, from + r.Int64N(1+r.Int64N(8))}
		}
		var spans []Span
		for range r.Int64N(1 + size/2) {
			spans = append(spans, random())
		}
		c := &counted{from: 0, cell: 1, works: make([]bool, size)}
		for _, s := range spans {
			c.set(s, true)
		}
		h := NewHours("H", Span{0, size}, spans)
		for range 4 {
			checkInvariants(t, h)
			for range 15 {
				agree(t, h, c, r.Int64N(size+20)-10, r.Int64N(1+size>>r.IntN(8)))
			}
			var add, remove []Span
			for range r.IntN(6) {
				add = append(add, random())
			}
			for range r.IntN(6) {
				remove = append(remove, random())
			}
			if r.IntN(8) == 0 { // a long closure takes whole blocks
				remove = append(remove, Span{size / 4, size / 2})
			}
			before := slices.Collect(h.Spans(-Never, Never))
			changed := h.With(add, remove)
			if !slices.Equal(slices.Collect(h.Spans(-Never, Never)), before) {
				t.Fatal("With changed its receiver")
			}
			checkInvariants(t, h)
			for _, s := range add {
				c.set(s, true)
			}
			for _, s := range remove {
				c.set(s, false)
			}
			h = changed
		}
	}
}

// With copies the blocks that a change touches and shares the others.
func TestWithShares(t *testing.T) {
	var spans []Span
	for i := range int64(10 * hoursBlockSize) {
		spans = append(spans, Span{i * 10, i*10 + 5})
	}
	h := NewHours("H", Span{0, 100_000}, spans)
	changed := h.With(nil, []Span{{5000, 5020}})
	shared := 0
	for i := range changed.blocks {
		for k := range h.blocks {
			if &changed.blocks[i].spans[0] == &h.blocks[k].spans[0] {
				shared++
			}
		}
	}
	equal(t, "blocks shared", shared, 9)
}

// calendarCells is what a calendar works in a zone, minute by minute: a shift begins and ends at the
// first minute at which the zone's clock shows its time or a later one.
func calendarCells(c *Calendar, zone *time.Location, from, to bom.Day) *counted {
	origin := from.Time().Unix() - 3*86400 // before the first shift, in any zone
	minutes := int(to-from+6) * 1440
	shown := make([]int64, minutes) // by the clock on the wall, as if it were UTC
	for i := range shown {
		y, m, d := time.Unix(origin+int64(i)*60, 0).In(zone).Date()
		hh, mm, ss := time.Unix(origin+int64(i)*60, 0).In(zone).Clock()
		shown[i] = time.Date(y, m, d, hh, mm, ss, 0, time.UTC).Unix()
	}
	first := func(d bom.Day, minute int) int64 {
		y, m, day := d.Time().Date()
		wall := time.Date(y, m, day, 0, minute, 0, 0, time.UTC).Unix()
		return origin + 60*int64(slices.IndexFunc(shown, func(s int64) bool { return s >= wall }))
	}
	begin, end := first(from, 0), first(to, 0)
	cells := &counted{from: begin, cell: 60, works: make([]bool, (end-begin)/60)}
	for d := from - 1; d < to; d++ {
		for _, s := range c.Shifts(d) {
			cells.set(Span{first(d, s.From), first(d, s.To)}, true)
		}
	}
	return cells
}

var fuzzZones = []string{"UTC", "Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana", "America/Santiago", "Asia/Beirut", "Pacific/Apia", "Africa/Casablanca"}

// fuzzDays are the middles of the windows that are looked at: changes of the clock, and a day like any other.
var fuzzDays = []bom.Day{bom.On(2026, 3, 29), bom.On(2026, 10, 25), bom.On(2026, 3, 8), bom.On(2026, 11, 1), bom.On(2026, 4, 5), bom.On(2026, 10, 4), bom.On(2026, 9, 6), bom.On(2011, 12, 30), bom.On(2026, 2, 15), bom.On(2026, 7, 1)}

// calendarFromBytes makes a calendar of any bytes: seven weekdays and two single dates, with up to three shifts each.
func calendarFromBytes(data []byte, middle bom.Day) *Calendar {
	next := func() int {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return int(b)
	}
	shifts := func() (list []Shift) {
		at := 0
		for range next() % 4 {
			from := at + next()*5%1440 // on the grid of 5 minutes, so that changes of the clock are met
			to := from + 5 + next()*5
			if from >= 1440 || to > from+1440 {
				break
			}
			list = append(list, Shift{from, to})
			at = to
		}
		return list
	}
	c := &Calendar{ID: "F"}
	for d := range c.weekdays {
		c.weekdays[d] = shifts()
	}
	for range 2 {
		d := middle + bom.Day(next()%7-3)
		c.rules = append(c.rules, dayRule{from: d, to: d, shifts: shifts()})
	}
	return c
}

// compareCalendar compares hours of a calendar, with some downtime, with the clock on the wall.
func compareCalendar(t testing.TB, data []byte, zone *time.Location, middle bom.Day, instants []int64, downtime []Span) {
	t.Helper()
	const around = 3
	c := calendarFromBytes(data, middle)
	h := c.Hours(zone, middle-around, middle+around)
	cells := calendarCells(c, zone, middle-around, middle+around)
	equal(t, "window", h.Window(), Span{cells.from, cells.from + int64(len(cells.works))*60})
	base := cells.from
	for i := range downtime {
		downtime[i] = Span{base + downtime[i].From*60, base + downtime[i].To*60}
	}
	half := len(downtime) / 2
	h = h.With(downtime[:half], downtime[half:])
	for i, s := range downtime {
		cells.set(s, i < half)
	}
	checkInvariants(t, h)
	for i, at := range instants {
		agree(t, h, cells, base+at-3600, instants[len(instants)-1-i]%100_000)
	}
}

// Random calendars in all zones agree with the clock on the wall, minute by minute.
func TestCalendarsAgreeWithTheClock(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, name := range fuzzZones {
		zone := zoneOf(t, name)
		for _, middle := range fuzzDays {
			data := make([]byte, 70)
			for i := range data {
				data[i] = byte(r.Uint32())
			}
			var instants []int64
			for range 8 {
				instants = append(instants, r.Int64N(6*86400))
			}
			var downtime []Span
			for range r.IntN(6) {
				from := r.Int64N(6 * 1440)
				downtime = append(downtime, Span{from, from + r.Int64N(1000)})
			}
			compareCalendar(t, data, zone, middle, instants, downtime)
		}
	}
}

// FuzzHours makes a calendar, downtime and instants of any bytes, in a zone and around a day that it chooses:
// the answers are those of the clock on the wall.
func FuzzHours(f *testing.F) {
	zones := make([]*time.Location, len(fuzzZones))
	for i, name := range fuzzZones {
		zones[i] = zoneOf(f, name)
	}
	f.Add([]byte("\x01\x48\x60\x01\x48\x60\x02\x30\x40\x10\x20"), uint8(1), uint8(0), uint32(90_000), uint32(40_000), uint16(600), uint16(60))
	f.Add([]byte{3, 0, 10, 20, 30, 40, 255, 1, 20, 40}, uint8(5), uint8(2), uint32(0), uint32(500_000), uint16(0), uint16(0))
	f.Add([]byte{}, uint8(8), uint8(7), uint32(1), uint32(0), uint16(9000), uint16(1440))
	f.Fuzz(func(t *testing.T, data []byte, zone, middle uint8, at, n uint32, from, length uint16) {
		const week = 7 * 86400
		instants := []int64{int64(at % week), int64(n % week)}
		begin := int64(from % 9000)
		downtime := []Span{{begin + 100, begin + 100 + int64(length)%500}, {begin, begin + int64(length%1440)}}
		compareCalendar(t, data, zones[int(zone)%len(zones)], fuzzDays[int(middle)%len(fuzzDays)], instants, downtime)
	})
}
