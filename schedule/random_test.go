package schedule

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// randomStart is a Monday morning; calendars are known from two months before it for a year.
var randomStart = time.Date(2026, 1, 5, 6, 0, 0, 0, time.UTC).Unix()

const (
	oneHour = int64(3600)
	oneDay  = 24 * oneHour
	oneUnit = bom.Quantity(1_000_000)
)

// randomProblem is a random problem of about size operations with all that a Problem can
// say. It passes Check. Most of it can be done well within the calendars' year: work is
// of hours, and all shifts work in the morning.
func randomProblem(rng *rand.Rand, size int) *Problem {
	g := &problemMaker{Rand: rng, p: &Problem{Start: randomStart}}
	if g.one(3) {
		g.p.Zone = time.FixedZone("test", int(oneHour)*(rng.IntN(5)-2))
	}
	g.calendar = randomCalendar()
	g.hours = []*capacity.Hours{nil}
	for i := range 3 + rng.IntN(3) {
		g.hours = append(g.hours, g.randomHours(fmt.Sprint("H", i)))
	}
	g.families()
	g.pools()
	g.centres()
	for len(g.p.Ops) < size {
		g.job()
	}
	g.material()
	g.pins()
	return g.p
}

// problemMaker makes one problem.
type problemMaker struct {
	*rand.Rand
	p        *Problem
	hours    []*capacity.Hours
	calendar *capacity.Calendar
}

// one is true once in n.
func (g *problemMaker) one(n int) bool { return g.IntN(n) == 0 }

// of is a number of seconds up to n, mostly of whole minutes, now and then with a fraction.
func (g *problemMaker) of(n int64) time.Duration {
	if g.one(5) {
		return time.Duration(g.Int64N(n * int64(time.Second)))
	}
	return time.Duration(g.Int64N(n/60+1)) * time.Minute
}

func randomCalendar() *capacity.Calendar {
	names, errs := bom.NewNames(), &bom.Errors{}
	b := capacity.NewBuilder(names, errs)
	b.AddCalendar(capacity.CalendarRow{ID: "C", Days: "Mon-Fri", Shifts: "08:00-16:00"})
	b.AddCalendar(capacity.CalendarRow{ID: "C", Days: "2026-01-14..2026-01-16"})
	return b.Shop(bom.NewBuilder(names, errs).Catalog(), "C", 0, bom.On(2026, time.January, 5)).Calendar("C")
}

// randomHours are shifts on weekdays, with days closed and minutes odd.
func (g *problemMaker) randomHours(id string) *capacity.Hours {
	midnight := randomStart - 6*oneHour
	window := capacity.Span{From: midnight - 60*oneDay, To: midnight + 305*oneDay}
	shifts := [][]capacity.Span{
		{{From: 6 * oneHour, To: 14 * oneHour}},
		{{From: 6 * oneHour, To: 22 * oneHour}},
		{{From: 7 * oneHour, To: 12 * oneHour}, {From: 12*oneHour + 1800, To: 17*oneHour + 1}},
		{{From: 5 * oneHour, To: 13 * oneHour}, {From: 22 * oneHour, To: 28 * oneHour}},
	}[g.IntN(4)]
	closed, saturdays := 8+g.IntN(40), g.one(3)
	var spans []capacity.Span
	for d := range int64(365) {
		begin := window.From + d*oneDay
		if week := (begin/oneDay + 4) % 7; week == 0 || week == 6 && !saturdays || g.IntN(closed) == 0 {
			continue
		}
		for _, s := range shifts {
			spans = append(spans, capacity.Span{From: begin + s.From, To: begin + s.To})
		}
	}
	return capacity.NewHours(id, window, spans)
}

func (g *problemMaker) families() {
	g.p.Families = []string{"", "red", "green", "blue", "black"}
	for range 1 + g.IntN(2) {
		m := Matrix{}
		for from := int32(-1); from < 5; from++ {
			for to := int32(-1); to < 5; to++ {
				if g.one(2) || (from < 0 || to < 0) && g.one(2) {
					continue
				}
				m[Changeover{from, to}] = Setup{Time: g.of(oneHour), Cost: bom.Number(g.IntN(5)) * 1e9, Forbidden: from > 0 && to > 0 && from != to && g.one(10)}
			}
		}
		g.p.Matrices = append(g.p.Matrices, m)
	}
}

// pools makes tools and operators; few are away, and never all.
func (g *problemMaker) pools() {
	for i := range 3 + g.IntN(2) {
		pool := Pool{ID: fmt.Sprint("P", i), Units: 1 + g.Int32N(4)}
		if g.one(3) {
			pool.Hours = g.hours[g.IntN(len(g.hours))]
		}
		for range g.IntN(3) * min(1, int(pool.Units-1)) {
			from := randomStart + g.Int64N(20*oneDay)
			pool.Absent = append(pool.Absent, Absence{Span: capacity.Span{From: from, To: from + g.Int64N(2*oneDay)}, Units: 1})
		}
		g.p.Pools = append(g.p.Pools, pool)
	}
}

func (g *problemMaker) centres() {
	for i := range 3 + g.IntN(3) {
		c := Centre{ID: fmt.Sprint("W", i), Machines: 1 + g.Int32N(3), First: int32(len(g.p.Machines))}
		switch g.IntN(6) {
		case 0:
			c.Kind = Batch
			c.Capacity = bom.Quantity(g.IntN(3)) * 30 * oneUnit
		case 1:
			c.Kind = Infinite
		}
		if g.one(2) {
			c.Matrix = 1 + g.Int32N(int32(len(g.p.Matrices)))
		}
		if g.one(4) {
			c.Sequence = capacity.SequenceRule(1 + g.IntN(2))
		}
		shared := g.hours[g.IntN(len(g.hours))]
		for range c.Machines {
			m := Machine{Centre: int32(i), Hours: shared}
			if g.one(4) {
				m.Hours = g.hours[g.IntN(len(g.hours))]
			}
			if g.one(3) {
				m.Family = g.Int32N(5)
			}
			g.p.Machines = append(g.p.Machines, m)
		}
		g.p.Centres = append(g.p.Centres, c)
	}
}

// job makes a job of one to six operations: a chain as a rule, with a branch now and then.
func (g *problemMaker) job() {
	p := g.p
	j := Job{ID: fmt.Sprint("J", len(p.Jobs)), First: int32(len(p.Ops)), Ops: 1 + g.Int32N(6)}
	if g.one(4) {
		j.Target = randomStart + g.Int64N(20*oneDay)
	} else {
		j.Due, j.Weight = randomStart+g.Int64N(30*oneDay)-oneDay, g.Int64N(4)*500
	}
	if g.one(4) {
		j.Rank = 1 + g.Int32N(5)
	}
	if g.one(4) {
		j.Buffer = g.of(2 * oneDay)
	}
	quantity := bom.Quantity(1+g.IntN(30)) * oneUnit
	if g.one(4) {
		quantity += bom.Quantity(g.IntN(1_000_000))
	}
	for i := range j.Ops {
		g.op(int32(len(p.Jobs)), 10*(i+1), quantity)
		if i == 0 {
			continue
		}
		to := j.First + i
		from := to - 1
		if g.one(6) {
			from = j.First + g.Int32N(i)
		}
		p.Arcs = append(p.Arcs, g.arc(from, to))
	}
	p.Jobs = append(p.Jobs, j)
}

func (g *problemMaker) arc(from, to int32) Arc {
	a := Arc{From: from, To: to}
	if g.one(3) {
		a.Min = g.of(6 * oneHour)
	}
	if g.one(7) {
		a.Max, a.HasMax = g.of(3*oneDay), true
	}
	if g.one(3) {
		a.Transfer = 1 + bom.Quantity(g.IntN(10))*oneUnit
		if g.one(8) {
			a.Transfer = oneUnit / 20 // more batches than are looked at
		}
	}
	return a
}

func (g *problemMaker) op(job, number int32, quantity bom.Quantity) {
	p := g.p
	o := Op{Job: job, Number: number, Quantity: quantity, Modes: int32(len(p.Modes)), Interruptible: !g.one(4)}
	if !g.one(4) {
		o.Family = 1 + g.Int32N(4)
	}
	if g.one(3) {
		o.Sequence = bom.Number(g.IntN(9)) * 1e9
	}
	if g.one(5) {
		o.Release, o.Cause = randomStart+g.Int64N(12*oneDay)-2*oneDay, g.Int32N(9)
	}
	switch {
	case g.one(20): // a milestone
	case g.one(12):
		m := Mode{Centre: -1, Preference: 1, LeadDays: g.Int32N(6)}
		if g.one(2) {
			m.Calendar = g.calendar
		}
		p.Modes = append(p.Modes, m)
	default:
		g.inside(&o)
	}
	o.NumModes = int32(len(p.Modes)) - o.Modes
	p.Ops = append(p.Ops, o)
}

// inside gives an operation one to three modes on different work centres.
func (g *problemMaker) inside(o *Op) {
	longest := 15 * oneHour
	if !o.Interruptible {
		longest = 2 * oneHour
	}
	run := g.of(longest)
	if units := int64(o.Quantity / oneUnit); g.one(5) {
		o.Load = bom.Quantity(1+g.IntN(20)) * oneUnit
		run /= time.Duration(int64(o.Quantity/o.Load) + 1)
	} else {
		run /= time.Duration(units + 1)
	}
	run *= time.Duration(min(1, g.IntN(30))) // now and then no work at all
	tool := int32(0)
	if g.one(4) {
		tool = 1 + g.Int32N(2) // the other pools are operators: a job that holds them would block itself
		o.HoldTool = g.one(3)
	}
	if !o.HoldTool && g.one(6) {
		o.SplitMax, o.Step = 2+g.Int32N(2), bom.Quantity(g.IntN(3))*oneUnit
	}
	for k, c := range g.Perm(len(g.p.Centres))[:1+g.IntN(3)] {
		m := Mode{Centre: int32(c), Preference: int32(k + 1), Run: run, Tool: tool}
		if g.one(2) {
			m.Setup = g.of(oneHour)
		}
		if g.one(4) {
			m.Fixed = g.of(oneHour / 2)
		}
		if g.one(3) {
			m.Efficiency = bom.Number(800_000_000 + g.IntN(500_000_000))
		}
		if tool > 0 {
			m.ToolUnits = g.Int32N(g.p.Pools[tool-1].Units + 1)
		}
		if g.one(5) {
			m.Operator = 3 + g.Int32N(int32(len(g.p.Pools)-2))
			m.OperatorUnits = g.Int32N(g.p.Pools[m.Operator-1].Units + 1)
		}
		g.p.Modes = append(g.p.Modes, m)
	}
}

// material lets jobs wait for earlier ones, which keeps arcs free of cycles.
func (g *problemMaker) material() {
	p := g.p
	for j := 1; j < len(p.Jobs); j++ {
		if !g.one(3) {
			continue
		}
		from, to := p.Jobs[g.IntN(j)], p.Jobs[j]
		a := Arc{From: from.First + from.Ops - 1, To: to.First + g.Int32N(to.Ops), Material: true, Cause: int32(j)}
		if g.one(4) {
			a.Min = g.of(oneDay)
		}
		p.Arcs = append(p.Arcs, a)
	}
}
