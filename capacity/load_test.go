package capacity

import (
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
)

const oneHour = time.Hour

// loadShop is a shop of rows that the test knows to be right.
func loadShop(t *testing.T, fill func(*Builder, *bom.Builder)) *Shop {
	t.Helper()
	names, errs := bom.NewNames(), &bom.Errors{}
	c, b := bom.NewBuilder(names, errs), NewBuilder(names, errs)
	b.AddCalendar(CalendarRow{ID: "DAY", Days: "Mon-Fri", Shifts: "06:00-14:00"})
	b.AddCalendar(CalendarRow{ID: "DAY", Days: "2026-03-04"})
	fill(b, c)
	catalog := c.Catalog()
	s := b.Shop(catalog, "", 1, bom.On(2026, 3, 2))
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	return s
}

// emptyProfile is a profile from a start to the end of the week of 2026-03-09.
func emptyProfile(s *Shop, zone *time.Location, start bom.When) *LoadProfile {
	buckets := NewBuckets(Week, zone, start, bom.On(2026, 3, 15))
	return s.NewLoadProfile(s.Hours(zone, bom.On(2026, 2, 23), bom.On(2026, 4, 6)), buckets)
}

// march is a time of March 2026 in UTC.
func march(day, hours int) int64 { return time.Date(2026, 3, day, hours, 0, 0, 0, time.UTC).Unix() }

// press is two machines that work 8 hours on Monday to Friday but 4 March: 4 days in
// the first week, 5 in the second, in which machine 2 is closed on Tuesday and both work 6 hours on Saturday.
func press(b *Builder, _ *bom.Builder) {
	b.AddWorkCentre(WorkCentre{ID: "PRESS", Machines: bom.Some(2), Calendar: "DAY"})
	b.AddDowntime(Downtime{WorkCentre: "PRESS", Machine: 2, From: bom.OnDay(bom.On(2026, 3, 10)), To: bom.OnDay(bom.On(2026, 3, 10))})
	b.AddDowntime(Downtime{WorkCentre: "PRESS", From: bom.At(time.Unix(march(14, 6), 0).UTC()), To: bom.At(time.Unix(march(14, 12), 0).UTC()), Kind: Overtime})
}

func wantLoad(t *testing.T, what string, got Load, available, setup, run time.Duration) {
	t.Helper()
	if got.Available != available || got.Setup != setup || got.Run != run {
		t.Errorf("%s: available %v, setup %v, run %v; want %v, %v, %v", what, got.Available, got.Setup, got.Run, available, setup, run)
	}
}

func TestAvailableTime(t *testing.T) {
	s := loadShop(t, press)
	p := emptyProfile(s, time.UTC, bom.OnDay(bom.On(2026, 3, 2)))
	if n := p.Buckets().Len(); n != 2 {
		t.Fatalf("%d buckets, want 2", n)
	}
	wantLoad(t, "a holiday", p.Load(0, 0), 2*4*8*oneHour, 0, 0)
	wantLoad(t, "closed and overtime", p.Load(0, 1), (2*5*8-8+2*6)*oneHour, 0, 0)
	l := p.Load(0, 1)
	if l.From != march(9, 0) || l.To != march(16, 0) || l.First != bom.On(2026, 3, 9) || l.Last != bom.On(2026, 3, 15) {
		t.Errorf("the second week is %+v", l)
	}
	// Of the week of the start, what is over does not count: 4 hours on Tuesday, 8 on Thursday and Friday.
	p = emptyProfile(s, time.UTC, bom.At(time.Unix(march(3, 10), 0).UTC()))
	wantLoad(t, "a start on Tuesday", p.Load(0, 0), 2*(4+8+8)*oneHour, 0, 0)
}

// A pool's unit that is away takes its hours along; a week with a change to summer time has 167.
func TestAvailableTimeOfPoolsAndZones(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	s := loadShop(t, func(b *Builder, _ *bom.Builder) {
		b.AddWorkCentre(WorkCentre{ID: "ALWAYS"})
		b.AddWorkCentre(WorkCentre{ID: "MEN", Kind: Operator, Machines: bom.Some(3), Calendar: "DAY"})
		b.AddDowntime(Downtime{WorkCentre: "MEN", Machine: 1, From: bom.OnDay(bom.On(2026, 3, 2)), To: bom.OnDay(bom.On(2026, 3, 3))})
	})
	buckets := NewBuckets(Week, zone, bom.OnDay(bom.On(2026, 3, 2)), bom.On(2026, 3, 29))
	p := s.NewLoadProfile(s.Hours(zone, bom.On(2026, 3, 2), bom.On(2026, 3, 30)), buckets)
	wantLoad(t, "an absence", p.Load(1, 0), (3*4*8-2*8)*oneHour, 0, 0)
	wantLoad(t, "summer time", p.Load(0, 3), 167*oneHour, 0, 0)
	days := NewBuckets(Day, zone, bom.OnDay(bom.On(2026, 3, 28)), bom.On(2026, 3, 29))
	if span := days.Span(1); days.Len() != 2 || span.To-span.From != 23*3600 {
		t.Errorf("%d days, the second of %d s", days.Len(), span.To-span.From)
	}
}

// An operation from Friday 10:00 to Monday 08:00 works 4 hours in one week and 2 in the other.
func TestSpreadOverABorder(t *testing.T) {
	p := emptyProfile(loadShop(t, press), time.UTC, bom.OnDay(bom.On(2026, 3, 2)))
	p.Spread(0, p.hours.Machine(0, 0), march(6, 10), march(6, 12), march(9, 8))
	wantLoad(t, "before", p.Load(0, 0), 64*oneHour, 2*oneHour, 2*oneHour)
	wantLoad(t, "after", p.Load(0, 1), 84*oneHour, 0, 2*oneHour)
	p.Spread(0, p.hours.Machine(0, 0), march(13, 13), march(17, 7), march(17, 10)) // 1 + 6 hours of overtime, then 8 + 1 of setup and 3 of run beyond
	wantLoad(t, "the last week", p.Load(0, 1), 84*oneHour, 7*oneHour, 2*oneHour)
	if p.Beyond() != 12*oneHour {
		t.Errorf("%v beyond, want 12h", p.Beyond())
	}
	p.Spread(0, nil, march(1, 0), march(1, 12), march(2, 3)) // 3 hours after the start
	wantLoad(t, "begun before", p.Load(0, 0), 64*oneHour, 2*oneHour, 5*oneHour)
}

// Ten hours between Friday and Monday fall to both in equal parts, setup first; without working time they stand at the end.
func TestDistribute(t *testing.T) {
	p := emptyProfile(loadShop(t, press), time.UTC, bom.OnDay(bom.On(2026, 3, 2)))
	p.Distribute(0, march(6, 0), march(10, 0), oneHour, 9*oneHour, nil)
	wantLoad(t, "first", p.Load(0, 0), 64*oneHour, oneHour, 4*oneHour)
	wantLoad(t, "second", p.Load(0, 1), 84*oneHour, 0, 5*oneHour)
	p.Distribute(0, march(7, 0), march(8, 0), oneHour, oneHour, nil) // a weekend
	p.Distribute(0, march(1, 0), march(2, 0), oneHour, 0, nil)       // over: still to be done
	p.Add(0, march(12, 8), 0, 3*oneHour)
	wantLoad(t, "first", p.Load(0, 0), 64*oneHour, 3*oneHour, 5*oneHour)
	wantLoad(t, "second", p.Load(0, 1), 84*oneHour, 0, 8*oneHour)
	// 7 ns in parts that do not divide sum to 7.
	sum, parts := time.Duration(0), 0
	p.Distribute(0, march(5, 0), march(10, 0), 3, 4, func(_ int, setup, run time.Duration) { sum, parts = sum+setup+run, parts+1 })
	if sum != 7 || parts != 2 {
		t.Errorf("%d ns in %d parts", sum, parts)
	}
}

func TestBottlenecks(t *testing.T) {
	s := loadShop(t, func(b *Builder, _ *bom.Builder) {
		for _, id := range []string{"LATER", "EARLY", "EQUAL-B", "EQUAL-A", "IDLE", "SHUT"} {
			b.AddWorkCentre(WorkCentre{ID: id, Calendar: "DAY"})
		}
		b.AddDowntime(Downtime{WorkCentre: "SHUT", From: bom.OnDay(bom.On(2026, 1, 1)), To: bom.OnDay(bom.On(2026, 12, 31))})
		b.AddWorkCentre(WorkCentre{ID: "ANY", Kind: Infinite, Calendar: "DAY"})
	})
	p := emptyProfile(s, time.UTC, bom.OnDay(bom.On(2026, 3, 2))) // 32 and 40 hours
	put := func(id string, first, second time.Duration) {
		c, _ := s.Centre(id)
		p.Add(c, march(2, 0), 0, first*oneHour)
		p.Add(c, march(9, 0), 0, second*oneHour)
	}
	put("EARLY", 38, 20)  // 6 too many in the first week, none at the end
	put("LATER", 25, 55)  // 80 of 72 at the end
	put("EQUAL-A", 10, 8) // 18 of 72
	put("EQUAL-B", 8, 10)
	put("SHUT", 0, 1)
	put("ANY", 400, 0)
	want := []struct {
		id           string
		overload     time.Duration
		first, worst int
	}{{"LATER", 8, 1, 1}, {"EARLY", 6, 0, 0}, {"SHUT", 1, 1, 1}, {"EQUAL-A", 0, -1, -1}, {"EQUAL-B", 0, -1, -1}}
	got := p.Bottlenecks()
	if len(got) != len(want) {
		t.Fatalf("%d centres, want %d: %+v", len(got), len(want), got)
	}
	for i, w := range want {
		if b := got[i]; b.WorkCentre != w.id || b.Overload != w.overload*oneHour || b.First != w.first || b.Worst != w.worst {
			t.Errorf("place %d: %+v, want %+v", i, b, w)
		}
	}
	if f, ok := got[0].Fraction(); !ok || f.String() != "1.1111" {
		t.Errorf("load %v, want 1.1111", f)
	}
	if _, ok := got[2].Fraction(); ok {
		t.Error("a closed centre has no load fraction")
	}
}

func TestOperationTime(t *testing.T) {
	s := shopOf([]WorkCentre{{ID: "A"}, {ID: "SLOW", Efficiency: bom.MustNumber("0.9")}, {ID: "ODD", Efficiency: bom.MustNumber("0.7")}}, nil)
	for _, x := range []struct {
		name       string
		step       Step
		q          bom.Quantity
		setup, run time.Duration
	}{
		{"plain", Step{SetupMin: 30 * bom.One, FixedMin: 10 * bom.One, RunMin: bom.MustNumber("1.5")}, bom.Units(100), 30 * time.Minute, 160 * time.Minute},
		{"efficiency", Step{Centre: 1, RunMin: bom.MustNumber("1.5")}, bom.Units(100), 0, 10_000 * time.Second},
		{"rounded up", Step{Centre: 2, RunMin: bom.One}, bom.Units(1), 0, 85_714_285_715},
		{"an oven", Step{RunMin: 40 * bom.One, BatchQuantity: bom.Units(60)}, bom.Units(121), 0, 2 * oneHour},
		{"a full oven", Step{RunMin: 40 * bom.One, BatchQuantity: bom.Units(60)}, bom.Units(120), 0, 80 * time.Minute},
		{"an empty oven", Step{RunMin: 40 * bom.One, BatchQuantity: bom.Units(60)}, 0, 0, 0},
		{"outside", Step{Centre: -1, SetupMin: bom.One, RunMin: bom.One}, bom.Units(1), 0, 0},
		{"too long", Step{SetupMin: 9_000_000_000 * bom.One, RunMin: 9_000_000_000 * bom.One}, bom.MaxQuantity, MaxTime, MaxTime},
	} {
		if setup, run := s.OperationTime(&x.step, x.q); setup != x.setup || run != x.run {
			t.Errorf("%s: %v and %v, want %v and %v", x.name, setup, run, x.setup, x.run)
		}
	}
}

// coverShop makes P on A (1 minute a unit) or B (1.2 minutes), or has it made for 0.50.
func coverShop(t *testing.T) *Shop {
	return loadShop(t, func(b *Builder, c *bom.Builder) {
		c.AddItem(bom.Item{ID: "P"})
		c.AddSource(bom.Source{Item: "P", ID: "OUT", Kind: bom.Subcontract, UnitCost: bom.MustNumber("0.5")})
		b.AddWorkCentre(WorkCentre{ID: "A", Calendar: "DAY", CostPerHour: 30 * bom.One, OvertimeCostPerHour: 50 * bom.One, OvertimeHoursPerDay: bom.MustNumber("1.5")})
		b.AddWorkCentre(WorkCentre{ID: "B", Calendar: "DAY", CostPerHour: 42 * bom.One})
		b.AddOperation(Operation{Item: "P", Op: 10, WorkCentre: "A", RunMin: bom.One})
		b.AddOperation(Operation{Item: "P", Op: 10, WorkCentre: "B", Preference: 2, RunMin: bom.MustNumber("1.2")})
	})
}

func TestCovers(t *testing.T) {
	s := coverShop(t)
	p := emptyProfile(s, time.UTC, bom.OnDay(bom.On(2026, 3, 2))) // 32 and 40 hours
	p.Add(0, march(2, 0), 0, 27*oneHour)
	p.Add(0, march(9, 0), 0, 50*oneHour)
	p.Add(1, march(9, 0), 0, 36*oneHour)
	part, _ := s.catalog.Part("P", bom.DefaultSite)
	rows, _ := s.Routing(part, 0)
	task := func(units int64, slack int32, open bool) Task {
		return Task{Rows: rows, Time: time.Duration(units) * time.Minute, Start: bom.Units(units), Quantity: bom.Units(units), Slack: slack, Open: open}
	}
	got := p.Covers(0, 1, []Task{task(2400, 7, false), task(600, 6, true)})
	want := []struct {
		kind CoverKind
		time time.Duration
		cost string
	}{
		{CoverEarlier, 5 * oneHour, "0"},
		{CoverAlternate, 3*oneHour + 20*time.Minute, "68"}, // 4 hours on B for 168, less 3⅓ on A for 100
		{CoverOvertime, 7*oneHour + 30*time.Minute, "375"},
		{CoverSubcontract, 10 * oneHour, "300"}, // 600 units
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		if c := got[i]; c.Kind != w.kind || c.Time != w.time || c.Cost.String() != w.cost || c.Gap != 10*oneHour || c.WorkCentre != "A" {
			t.Errorf("%+v\nwant %+v", c, w)
		}
	}
	if got[3].Quantity != bom.Units(600) || got[3].To != "OUT" || got[1].To != "B" || got[0].Into != bom.On(2026, 3, 2) {
		t.Errorf("%+v", got)
	}
	if got := p.Covers(0, 0, nil); got != nil {
		t.Errorf("no gap is covered: %+v", got)
	}
	// 6 days are too few to move into the week before, and what is ordered is not placed outside.
	if got := p.Covers(0, 1, []Task{task(600, 6, true)}); len(got) != 2 || got[0].Kind != CoverAlternate || got[1].Kind != CoverOvertime {
		t.Errorf("%+v", got)
	}
}

// The sums of a profile do not overflow.
func TestLoadSaturates(t *testing.T) {
	p := emptyProfile(loadShop(t, press), time.UTC, bom.OnDay(bom.On(2026, 3, 2)))
	for range 3 {
		p.Distribute(0, march(5, 0), march(10, 0), MaxTime, MaxTime, nil)
	}
	if b := p.Bottlenecks()[0]; b.Asked() != MaxTime || b.Overload <= 0 {
		t.Errorf("%+v", b)
	}
}
