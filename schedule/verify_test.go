package schedule

import (
	"slices"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// at is an instant of the first days: day 0 is a Monday.
func at(day, hour, minute int64) int64 {
	return randomStart + (day-1)*oneDay + (18+hour)*oneHour + minute*60
}

func eightToFour() *capacity.Hours {
	var spans []capacity.Span
	for d := range int64(30) {
		if d%7 < 5 {
			spans = append(spans, capacity.Span{From: at(d, 8, 0), To: at(d, 16, 0)})
		}
	}
	return capacity.NewHours("day", capacity.Span{From: at(0, 0, 0), To: at(30, 0, 0)}, spans)
}

// shop is a problem with every feature once, and a schedule of it that keeps everything.
// Machines 0 and 1 are alike, 2 is an oven, 3 does any number at once.
func shop() (*Problem, []Assignment) {
	hours := eightToFour()
	p := &Problem{Start: at(0, 0, 0), Families: []string{"", "red", "green", "blue"},
		Centres: []Centre{
			{ID: "mill", Machines: 2, First: 0, Matrix: 1},
			{ID: "oven", Kind: Batch, Machines: 1, First: 2, Capacity: 10 * oneUnit},
			{ID: "bench", Kind: Infinite, Machines: 1, First: 3},
		},
		Machines: []Machine{{0, hours, 0}, {0, hours, 3}, {1, hours, 0}, {2, nil, 0}},
		Pools: []Pool{{ID: "tool", Units: 1, Absent: []Absence{{capacity.Span{From: at(4, 8, 0), To: at(4, 9, 0)}, 1}}},
			{ID: "worker", Units: 2, Hours: hours}},
		Matrices: []Matrix{{{0, 1}: {Time: 10 * time.Minute}, {1, 2}: {Time: 20 * time.Minute}, {2, 1}: {Forbidden: true}, {AnyFamily, 3}: {Time: time.Hour}}},
	}
	var parts []Assignment
	job := func() { p.Jobs = append(p.Jobs, Job{First: int32(len(p.Ops))}) }
	op := func(o Op, m *Mode, places ...Assignment) {
		o.Job, o.Modes = int32(len(p.Jobs)-1), int32(len(p.Modes))
		p.Jobs[o.Job].Ops++
		mode := int32(-1)
		if m != nil {
			mode, o.NumModes = o.Modes, 1
			p.Modes = append(p.Modes, *m)
		}
		for _, a := range places {
			a.Op, a.Mode = int32(len(p.Ops)), mode
			if a.SetupEnd == 0 {
				a.SetupEnd = a.Start
			}
			if a.Quantity == 0 {
				a.Quantity = o.Quantity
			}
			parts = append(parts, a)
		}
		p.Ops = append(p.Ops, o)
	}
	place := func(machine int32, start, end int64) Assignment {
		return Assignment{Machine: machine, Start: start, End: end}
	}
	perUnit, tool := &Mode{Run: time.Minute}, &Mode{Run: time.Minute, Tool: 1}
	job()
	op(Op{Quantity: 60 * oneUnit, Family: 1, Release: at(0, 8, 0)}, &Mode{Run: time.Minute, Tool: 1, Operator: 2, OperatorUnits: 2}, // 0
		Assignment{Machine: 0, Start: at(0, 8, 0), SetupEnd: at(0, 8, 10), End: at(0, 9, 10)})
	op(Op{Quantity: 60 * oneUnit, Load: 25 * oneUnit}, &Mode{Centre: 2, Run: 15 * time.Minute, Efficiency: 1_500_000_000}, place(3, at(0, 9, 40), at(0, 10, 10))) // 1
	op(Op{Quantity: 60 * oneUnit}, &Mode{Centre: -1, LeadDays: 2}, place(-1, at(0, 10, 10), at(2, 10, 10)))                                                       // 2
	op(Op{}, nil, place(-1, at(2, 10, 10), at(2, 10, 10)))                                                                                                        // 3
	job()
	op(Op{Quantity: 30 * oneUnit, Family: 2}, perUnit, Assignment{Machine: 0, Start: at(0, 10, 0), SetupEnd: at(0, 10, 20), End: at(0, 10, 50)}) // 4
	job()
	op(Op{Quantity: 4 * oneUnit, Family: 3}, &Mode{Centre: 1, Fixed: time.Hour}, place(2, at(0, 13, 0), at(0, 14, 0))) // 5
	op(Op{Quantity: 6 * oneUnit, Family: 3}, &Mode{Centre: 1, Fixed: time.Hour}, place(2, at(0, 13, 0), at(0, 14, 0))) // 6
	job()
	op(Op{Quantity: 60 * oneUnit, SplitMax: 2}, perUnit, Assignment{Machine: 0, Start: at(2, 8, 0), End: at(2, 8, 40), Quantity: 40 * oneUnit}, // 7
		Assignment{Machine: 1, Start: at(2, 9, 0), End: at(2, 9, 20), Quantity: 20 * oneUnit})
	job()
	op(Op{Quantity: 120 * oneUnit, Family: 3, Interruptible: true}, perUnit, place(1, at(0, 15, 0), at(1, 9, 0))) // 8
	job()
	op(Op{Quantity: 60 * oneUnit}, perUnit, place(0, at(1, 10, 0), at(1, 11, 0)))   // 9
	op(Op{Quantity: 60 * oneUnit}, perUnit, place(1, at(1, 10, 10), at(1, 11, 10))) // 10
	job()
	op(Op{Quantity: 60 * oneUnit}, perUnit, place(1, at(3, 8, 0), at(3, 9, 0))) // 11
	job()
	op(Op{Quantity: 60 * oneUnit, HoldTool: true}, tool, place(0, at(3, 10, 0), at(3, 11, 0))) // 12
	op(Op{Quantity: 60 * oneUnit}, tool, place(1, at(3, 12, 0), at(3, 13, 0)))                 // 13
	job()
	op(Op{Quantity: 60 * oneUnit}, tool, place(0, at(3, 13, 0), at(3, 14, 0))) // 14
	p.Arcs = []Arc{
		{From: 0, To: 1, Min: 30 * time.Minute, Max: 2 * time.Hour, HasMax: true}, {From: 1, To: 2}, {From: 2, To: 3},
		{From: 9, To: 10, Transfer: 10 * oneUnit}, {From: 4, To: 8, Material: true}, {From: 12, To: 13},
	}
	p.Pins = []Assignment{parts[12]} // operation 11: operation 7 has two parts
	return p, parts
}

func TestVerifyClean(t *testing.T) {
	p, parts := shop()
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := Verify(p, NewSchedule(p, parts)); len(got) != 0 {
			t.Errorf("a clean schedule: %+v", got)
		}
		slices.Reverse(parts) // the order does not matter
	}
}

// Each case breaks one thing; the violation named must come, and no other kind unless also names it.
func TestVerifyMutations(t *testing.T) {
	type parts = []Assignment
	move := func(a *Assignment, seconds int64) { a.Start += seconds; a.SetupEnd += seconds; a.End += seconds }
	for _, c := range []struct {
		name   string
		kind   ViolationKind
		op     int32
		other  int32
		damage func(p *Problem, a parts) parts
		also   []ViolationKind
	}{
		{"missing", Unplaced, 4, -1, func(p *Problem, a parts) parts { return slices.Delete(a, 4, 5) }, nil},
		{"never", Unplaced, 3, -1, func(p *Problem, a parts) parts { a[3].Start, a[3].End = capacity.Never, capacity.Never; return a }, nil},
		{"end never", Unplaced, 4, -1, func(p *Problem, a parts) parts { a[4].End = capacity.Never; return a }, nil},
		{"twice", QuantityOff, 4, -1, func(p *Problem, a parts) parts { return append(a, a[4]) }, []ViolationKind{Overlap, WrongTime}},
		{"stranger", QuantityOff, -1, -1, func(p *Problem, a parts) parts { return a }, nil},
		{"mode of another", WrongMachine, 4, -1, func(p *Problem, a parts) parts { a[4].Mode = 0; return a }, nil},
		{"mode out of range", WrongMachine, 4, -1, func(p *Problem, a parts) parts { a[4].Mode = 99; return a }, nil},
		{"machine of another centre", WrongMachine, 4, -1, func(p *Problem, a parts) parts { a[4].Machine = 3; return a }, nil},
		{"machine out of range", WrongMachine, 4, -1, func(p *Problem, a parts) parts { a[4].Machine = 99; return a }, nil},
		{"no machine", WrongMachine, 4, -1, func(p *Problem, a parts) parts { a[4].Machine = -1; return a }, nil},
		{"a machine outside", WrongMachine, 2, -1, func(p *Problem, a parts) parts { a[2].Machine = 0; return a }, nil},
		{"a milestone's machine", WrongMachine, 3, -1, func(p *Problem, a parts) parts { a[3].Machine = 0; return a }, nil},
		{"a milestone that lasts", WrongTime, 3, -1, func(p *Problem, a parts) parts { a[3].End++; return a }, nil},
		{"upside down", WrongTime, 4, -1, func(p *Problem, a parts) parts { a[4].End = a[4].Start - 1; return a }, nil},
		{"too short", WrongTime, 4, -1, func(p *Problem, a parts) parts { a[4].End--; return a }, nil},
		{"too long", WrongTime, 8, -1, func(p *Problem, a parts) parts { a[9].End++; return a }, nil},
		{"setup not over", WrongTime, 4, -1, func(p *Problem, a parts) parts { a[4].SetupEnd--; return a }, nil},
		{"lead days", WrongTime, 2, -1, func(p *Problem, a parts) parts { a[2].End -= oneDay; return a }, nil},
		{"lead time of day", WrongTime, 2, -1, func(p *Problem, a parts) parts { a[2].End--; return a }, nil},
		{"night", OffHours, 4, -1, func(p *Problem, a parts) parts { move(&a[4], -oneDay/2); p.Start = 0; return a }, []ViolationKind{WrongTime, Interrupted, ForbiddenRun}},
		{"over night", Interrupted, 8, -1, func(p *Problem, a parts) parts { p.Ops[8].Interruptible = false; return a }, nil},
		{"forbidden", ForbiddenRun, 4, 0, func(p *Problem, a parts) parts {
			p.Matrices[0][Changeover{1, 2}] = Setup{Time: 20 * time.Minute, Forbidden: true}
			return a
		}, nil},
		{"first family", WrongTime, 8, -1, func(p *Problem, a parts) parts { p.Machines[1].Family = 0; return a }, nil},
		{"overlap", Overlap, 4, 0, func(p *Problem, a parts) parts { move(&a[4], -51*60); return a }, nil},
		{"oven times", Overlap, 6, 5, func(p *Problem, a parts) parts { move(&a[6], 1); return a }, nil},
		{"oven family", BatchWrong, 6, 5, func(p *Problem, a parts) parts { p.Ops[6].Family = 1; return a }, nil},
		{"oven without family", BatchWrong, 6, 5, func(p *Problem, a parts) parts { p.Ops[6].Family, p.Ops[5].Family = 0, 0; return a }, nil},
		{"oven capacity", BatchWrong, 5, -1, func(p *Problem, a parts) parts { p.Centres[1].Capacity--; return a }, nil},
		{"oven of no capacity", Overlap, 6, 5, func(p *Problem, a parts) parts { p.Centres[1].Capacity = 0; return a }, nil},
		{"quantity", QuantityOff, 7, -1, func(p *Problem, a parts) parts { p.Ops[7].Quantity++; return a }, nil},
		{"empty part", QuantityOff, 7, -1, func(p *Problem, a parts) parts { a[7].Quantity, a[8].Quantity = 60*oneUnit, 0; return a }, []ViolationKind{WrongTime}},
		{"step of parts", QuantityOff, 7, -1, func(p *Problem, a parts) parts { p.Ops[7].Step = 15 * oneUnit; return a }, nil},
		{"parts", QuantityOff, 7, -1, func(p *Problem, a parts) parts { p.Ops[7].SplitMax = 0; return a }, nil},
		{"parts on one machine", QuantityOff, 7, -1, func(p *Problem, a parts) parts { a[8].Machine = 0; return a }, nil},
		{"release", TooEarly, 0, -1, func(p *Problem, a parts) parts { p.Ops[0].Release++; return a }, nil},
		{"start", TooEarly, 0, -1, func(p *Problem, a parts) parts { p.Start = at(0, 8, 1); return a }, nil},
		{"step", TooSoon, 3, 2, func(p *Problem, a parts) parts { move(&a[3], -1); return a }, nil},
		{"shortest wait", TooSoon, 1, 0, func(p *Problem, a parts) parts { p.Arcs[0].Min++; return a }, nil},
		{"material", TooEarly, 8, 4, func(p *Problem, a parts) parts { p.Arcs[4].Min = 5 * time.Hour; return a }, nil},
		{"longest wait", TooLate, 1, 0, func(p *Problem, a parts) parts { p.Arcs[0].Min, p.Arcs[0].Max = 0, 29*time.Minute; return a }, nil},
		{"transfer", TooSoon, 10, 9, func(p *Problem, a parts) parts { move(&a[11], -1); return a }, nil},
		{"transfer of many", TooSoon, 10, 9, func(p *Problem, a parts) parts { p.Arcs[3].Transfer = oneUnit / 10; move(&a[11], -10*60+5); return a }, nil},
		{"transfer all at once", TooSoon, 10, 9, func(p *Problem, a parts) parts { p.Arcs[3].Transfer = 0; return a }, nil},
		{"wait after a transfer", TooLate, 10, 9, func(p *Problem, a parts) parts { p.Arcs[3].HasMax = true; move(&a[11], 12*oneHour); return a }, []ViolationKind{Interrupted, OffHours, WrongTime}},
		{"tool", PoolExceeded, 0, 0, func(p *Problem, a parts) parts { p.Modes[0].ToolUnits = 2; return a }, nil},
		{"operator", PoolExceeded, 0, 1, func(p *Problem, a parts) parts { p.Pools[1].Units = 1; return a }, nil},
		{"absence", PoolExceeded, 0, 0, func(p *Problem, a parts) parts { p.Pools[0].Absent[0].From = at(0, 9, 9); return a }, []ViolationKind{PoolExceeded}},
		{"held tool", PoolExceeded, 14, 0, func(p *Problem, a parts) parts { move(&a[15], -2*oneHour+30*60); return a }, nil},
		{"held until the job ends", PoolExceeded, 14, 0, func(p *Problem, a parts) parts { move(&a[15], -1*oneHour); p.Modes[12].Tool = 0; return a }, nil},
		{"moved", Moved, 11, -1, func(p *Problem, a parts) parts { move(&a[12], 60); return a }, nil},
		{"moved to another machine", Moved, 11, -1, func(p *Problem, a parts) parts { a[12].Machine = 0; return a }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, a := shop()
			a = c.damage(p, a)
			s := NewSchedule(p, a)
			if c.name == "stranger" {
				s.Ops = append(s.Ops, Assignment{Op: 99}) // NewSchedule could not hold it
			}
			found := false
			for _, v := range Verify(p, s) {
				found = found || v.Kind == c.kind && v.Op == c.op && v.Other == c.other && !v.Given
				if v.Kind != c.kind && !slices.Contains(c.also, v.Kind) {
					t.Errorf("also %+v", v)
				}
			}
			if !found {
				t.Errorf("no %s of %d and %d: %+v", c.kind, c.op, c.other, Verify(p, s))
			}
		})
	}
}

// What concerns pinned operations alone is given; what a free one has a part in is not.
func TestVerifyGiven(t *testing.T) {
	p, parts := shop()
	p.Ops[11].Release = at(3, 8, 1)
	parts[12].End += 60
	parts[13].Start, parts[13].SetupEnd, parts[13].End = at(3, 8, 30), at(3, 8, 30), at(3, 9, 30)
	parts[13].Machine = 1
	p.Pins = []Assignment{parts[12]}
	kinds := func() (given, free []ViolationKind) {
		for _, v := range Verify(p, NewSchedule(p, parts)) {
			if v.Given {
				given = append(given, v.Kind)
			} else {
				free = append(free, v.Kind)
			}
		}
		return given, free
	}
	if given, free := kinds(); !slices.Equal(given, []ViolationKind{TooEarly, WrongTime}) || !slices.Equal(free, []ViolationKind{Overlap}) {
		t.Errorf("given %v, free %v", given, free)
	}
	p.Pins = append(p.Pins, parts[13])
	if given, free := kinds(); !slices.Equal(given, []ViolationKind{TooEarly, WrongTime, Overlap}) || len(free) != 0 {
		t.Errorf("given %v, free %v", given, free)
	}
}

// Nothing that a schedule can hold makes Verify panic.
func TestVerifyTrustsNothing(t *testing.T) {
	p, parts := shop()
	if got := Verify(p, nil); len(got) != len(p.Ops) || got[0].Kind != Unplaced {
		t.Errorf("no schedule: %v", got)
	}
	odd := []int64{-1 << 63, -capacity.Never, -1, 0, 1, 99, at(1, 0, 0), capacity.Never - 1, capacity.Never, 1<<63 - 1}
	for i := range parts {
		for _, x := range odd {
			for field := range 7 {
				bad := slices.Clone(parts)
				switch a := &bad[i]; field {
				case 0:
					a.Op = int32(x)
				case 1:
					a.Machine = int32(x)
				case 2:
					a.Mode = int32(x)
				case 3:
					a.Start = x
				case 4:
					a.SetupEnd = x
				case 5:
					a.End = x
				case 6:
					a.Quantity = bom.Quantity(x)
				}
				Verify(p, &Schedule{Problem: p, Ops: bad})
			}
		}
	}
}
