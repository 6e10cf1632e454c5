package capacity

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
)

// plant is a shop in Berlin of some centres, all in one shift, and its downtime in canonical order.
func plant(t *testing.T, centres []WorkCentre, downtime ...Downtime) (shopFloor, *Shop, *MachineHours) {
	t.Helper()
	f := plantIn(t, "Europe/Berlin")
	errs := &bom.Errors{}
	b := NewBuilder(bom.NewNames(), errs)
	b.AddCalendar(CalendarRow{ID: "day", Days: "Mon-Fri", Shifts: "06:00-14:00"})
	for _, w := range centres {
		b.AddWorkCentre(w)
	}
	for _, d := range downtime {
		b.AddDowntime(d)
	}
	b.shop.calendars = compileCalendars(b.shop.Rows, start, errs)
	b.buildCentres()
	b.buildDowntime()
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	s := &b.shop
	return f, s, s.Hours(f.zone, start, start+28)
}

func onDay(month time.Month, day int) bom.When { return bom.OnDay(bom.On(2026, month, day)) }

func (f shopFloor) when(text string) bom.When { return bom.At(time.Unix(f.at(text), 0).In(f.zone)) }

func centre(t *testing.T, s *Shop, id string) int32 {
	t.Helper()
	i, ok := s.Centre(id)
	if !ok {
		t.Fatal("no centre ", id)
	}
	return i
}

// A centre's downtime is every machine's; a machine's own is its own.
func TestMachineHours(t *testing.T) {
	f, s, m := plant(t, []WorkCentre{
		{ID: "mill", Calendar: "day", Machines: bom.Some(3)},
		{ID: "saw", Calendar: "day"},
		{ID: "oven", Kind: Batch},
		{ID: "drill", Calendar: "day", Machines: bom.Some(2)},
	},
		Downtime{WorkCentre: "mill", From: onDay(3, 3), To: onDay(3, 4)}, // both days
		Downtime{WorkCentre: "mill", Machine: 2, From: f0(t).when("2026-03-02 10:00"), To: f0(t).when("2026-03-02 12:00")},
		Downtime{WorkCentre: "mill", Machine: 3, Kind: Overtime, From: f0(t).when("2026-03-02 14:00"), To: f0(t).when("2026-03-02 16:00")},
		Downtime{WorkCentre: "mill", Machine: 3, Kind: Overtime, From: onDay(3, 4), To: onDay(3, 4)}, // the mill is closed
		Downtime{WorkCentre: "oven", Machine: 1, From: f0(t).when("2026-03-02 10:00"), To: onDay(3, 2)},
		Downtime{WorkCentre: "drill", Kind: Overtime, From: onDay(3, 7), To: onDay(3, 7)},
		Downtime{WorkCentre: "drill", Machine: 1, From: f0(t).when("2026-03-07 12:00"), To: f0(t).when("2026-03-07 18:00")},
	)
	mill, saw, oven, drill := centre(t, s, "mill"), centre(t, s, "saw"), centre(t, s, "oven"), centre(t, s, "drill")

	f.wants("over the closed days", "2026-03-02 13:00", "2026-03-05 07:00")(m.Machine(mill, 0).Add(f.at("2026-03-02 13:00"), 2*hour))
	f.wants("the second's breakdown", "2026-03-02 09:00", "2026-03-02 13:00")(m.Machine(mill, 1).Add(f.at("2026-03-02 09:00"), 2*hour))
	f.wants("the third's overtime", "2026-03-02 13:00", "2026-03-02 16:00")(m.Machine(mill, 2).AddWhole(f.at("2026-03-02 13:00"), 3*hour))
	f.wants("closed beats overtime of one machine", "2026-03-02 15:00", "2026-03-05 07:00")(m.Machine(mill, 2).Add(f.at("2026-03-02 15:00"), 2*hour))
	f.wants("the oven works always", "2026-03-02 03:00", "2026-03-03 01:00")(m.Machine(oven, 0).Add(f.at("2026-03-02 03:00"), 8*hour))
	f.wants("a Saturday of overtime", "2026-03-07 00:00", "2026-03-08 00:00")(m.Machine(drill, 1).AddWhole(f.at("2026-03-06 15:00"), 24*hour))
	f.wants("a closed afternoon beats the centre's overtime", "2026-03-07 11:00", "2026-03-07 19:00")(m.Machine(drill, 0).Add(f.at("2026-03-07 11:00"), 2*hour))
	equal(t, "no absences of machines", len(m.Absent(mill)), 0)
	equal(t, "a centre without downtime has its calendar's hours", m.Machine(saw, 0), m.Machine(saw, 5))
	equal(t, "the calendar's", m.Machine(saw, 0).Between(-Never, Never), 20*8*hour)
}

// f0 only reads times, for rows that are made before the plant.
func f0(t *testing.T) shopFloor { return plantIn(t, "Europe/Berlin") }

// Centres of one calendar share its hours, as long as they have no downtime.
func TestMachineHoursAreShared(t *testing.T) {
	_, s, m := plant(t, []WorkCentre{{ID: "A", Calendar: "day"}, {ID: "B", Calendar: "day", Machines: bom.Some(4)}, {ID: "C"}},
		Downtime{WorkCentre: "B", Machine: 4, From: onDay(3, 3), To: onDay(3, 3)})
	a, b := centre(t, s, "A"), centre(t, s, "B")
	equal(t, "another machine", m.Machine(b, 0), m.Machine(a, 0))
	equal(t, "the one that is closed", m.Machine(b, 3) == m.Machine(a, 0), false)
	equal(t, "no calendar", m.Machine(centre(t, s, "C"), 0).Always(), true)
}

// A unit of a pool that is away is no time without work, but an absence: one for each unit at any time, by time.
func TestAbsencesOfPools(t *testing.T) {
	f, s, m := plant(t, []WorkCentre{{ID: "fitters", Kind: Operator, Calendar: "day", Machines: bom.Some(3)}, {ID: "jigs", Kind: Tool, Machines: bom.Some(2)}},
		Downtime{WorkCentre: "fitters", Machine: 1, From: onDay(3, 9), To: onDay(3, 10)},
		Downtime{WorkCentre: "fitters", Machine: 1, From: f0(t).when("2026-03-10 12:00"), To: onDay(3, 11)}, // ill on the last day of leave
		Downtime{WorkCentre: "fitters", Machine: 1, From: onDay(3, 12), To: onDay(3, 12)},                   // and the day after
		Downtime{WorkCentre: "fitters", Machine: 2, From: onDay(3, 4), To: onDay(3, 4)},
		Downtime{WorkCentre: "fitters", Machine: 3, From: onDay(3, 9), To: onDay(3, 9)},
		Downtime{WorkCentre: "fitters", From: onDay(3, 6), To: onDay(3, 6)}, // all of them
		Downtime{WorkCentre: "jigs", Machine: 2, From: onDay(3, 28), To: onDay(3, 29)},
	)
	fitters := centre(t, s, "fitters")
	want := []Absence{
		{f.span("2026-03-04 00:00", "2026-03-05 00:00"), 2},
		{f.span("2026-03-09 00:00", "2026-03-13 00:00"), 1},
		{f.span("2026-03-09 00:00", "2026-03-10 00:00"), 3},
	}
	if got := m.Absent(fitters); !slices.Equal(got, want) {
		t.Errorf("absent: %v, want %v", got, want)
	}
	f.wants("only the day off of all is no working time", "2026-03-03 13:00", "2026-03-04 07:00")(m.Machine(fitters, 0).Add(f.at("2026-03-03 13:00"), 2*hour))
	f.wants("the day off", "2026-03-05 13:00", "2026-03-09 07:00")(m.Machine(fitters, 0).Add(f.at("2026-03-05 13:00"), 2*hour))
	jigs := m.Absent(centre(t, s, "jigs"))
	equal(t, "two days with a change of the clock", fmt.Sprint(jigs), fmt.Sprint([]Absence{{Span{f.at("2026-03-28 00:00"), f.at("2026-03-28 00:00") + 47*hour}, 2}}))
}

// A date in to means through that day, in any zone and where midnight is left out.
func TestDowntimeSpan(t *testing.T) {
	f := plantIn(t, "America/Havana")
	day := Downtime{From: onDay(3, 7), To: onDay(3, 7)}
	equal(t, "a day before a midnight that is left out", day.Span(f.zone), f.span("2026-03-07 00:00", "2026-03-08 01:00"))
	next := Downtime{From: onDay(3, 8), To: f.when("2026-03-08 09:30")}
	equal(t, "the day after", next.Span(f.zone), f.span("2026-03-08 01:00", "2026-03-08 09:30"))
}
