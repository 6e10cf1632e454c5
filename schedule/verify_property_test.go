package schedule

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// Verify's own sums of working time agree with those of Hours, and with a walk.
func TestClockAgainstHours(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	g := &problemMaker{Rand: rng}
	for range 200 {
		a, b := g.randomHours("a"), g.randomHours("b")
		both := capacity.Intersect(a, b)
		c := clocks{horizon: capacity.Span{From: randomStart - 3*oneDay, To: randomStart + 40*oneDay}, known: map[[3]*capacity.Hours]*clock{}}
		one, two := c.of([3]*capacity.Hours{a, nil, nil}), c.of([3]*capacity.Hours{b, nil, a})
		for range 50 {
			from := c.horizon.From + rng.Int64N(30*oneDay)
			to := from + rng.Int64N(10*oneDay)
			walk := int64(0)
			for s := range a.Spans(from, to) {
				walk += s.To - s.From
			}
			if got := one.between(from, to); got != walk || got != a.Between(from, to) {
				t.Fatalf("between %d and %d: %d, walk %d, Between %d", from, to, got, walk, a.Between(from, to))
			}
			if got, want := two.between(from, to), both.Between(from, to); got != want {
				t.Fatalf("both between %d and %d: %d, not %d", from, to, got, want)
			}
			checkReach(t, one, a, from, walk)
		}
	}
}

// checkReach compares a clock's steps with Hours.Add: n seconds from t.
func checkReach(t *testing.T, k *clock, h *capacity.Hours, from, n int64) {
	t.Helper()
	if s, ok := h.Next(from); ok != true || k.works(from) != (s.From == from) {
		t.Fatalf("works(%d) = %v", from, k.works(from))
	}
	if _, end, ok := h.Add(from, n); n > 0 && (!ok || k.reach(from, n) != end) {
		t.Fatalf("reach(%d, %d) = %d, not %d", from, n, k.reach(from, n), end)
	}
	start, _, ok := h.Add(k.reach(from, n), 1)
	if got := k.resume(from, n); !ok || got != start {
		t.Fatalf("resume(%d, %d) = %d, not %d", from, n, got, start)
	}
}

// Work is the formula of the documentation in exact fractions.
func TestWorkAgainstFractions(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 20000 {
		m := Mode{Fixed: time.Duration(rng.Int64N(1e13)), Run: time.Duration(rng.Int64N(1e12)), Efficiency: bom.Number(rng.Int64N(3e9))}
		op := Op{Load: bom.Quantity(rng.Int64N(5e7) * rng.Int64N(2))}
		q, setup := bom.Quantity(rng.Int64N(1e9)), time.Duration(rng.Int64N(1e13))
		units := big.NewRat(int64(q), 1_000_000)
		if op.Load > 0 {
			units = big.NewRat((int64(q)+int64(op.Load)-1)/int64(op.Load), 1)
		}
		if m.Efficiency > 0 {
			units.Quo(units, big.NewRat(int64(m.Efficiency), 1_000_000_000))
		}
		run := units.Mul(units, big.NewRat(int64(m.Run), 1))
		n, rest := new(big.Int).QuoRem(run.Num(), run.Denom(), new(big.Int))
		if rest.Sign() > 0 {
			n.Add(n, big.NewInt(1))
		}
		if got, want := int64(workUntil(&op, &m, setup, q)), n.Int64()+int64(setup+m.Fixed); got != want {
			t.Fatalf("%+v %+v %d: %d, not %d", m, op, q, got, want)
		}
	}
}

// serialSchedule does one thing after another, so that nothing can meet: what then is
// wrong is only what comes of waiting too long, or of a changeover.
func serialSchedule(p *Problem) []Assignment {
	v := verifier{p: p}
	now, family := p.Start, make([]int32, len(p.Machines))
	for i := range p.Machines {
		if p.Centres[p.Machines[i].Centre].Kind != Infinite {
			family[i] = p.Machines[i].Family
		}
	}
	for _, a := range p.Arcs {
		now = max(now, p.Start) + wholeSeconds(a.Min) // more than enough for all later waits
	}
	var parts []Assignment
	for i := range p.Ops {
		op := &p.Ops[i]
		a := Assignment{Op: int32(i), Machine: -1, Mode: -1, Start: max(now, op.Release), Quantity: op.Quantity}
		for _, arc := range p.Arcs {
			if arc.To == a.Op {
				a.Start = max(a.Start, now+wholeSeconds(arc.Min))
			}
		}
		a.SetupEnd, a.End = a.Start, a.Start
		if op.NumModes > 0 {
			a.Mode = op.Modes
			serialPart(&v, &a, family)
		}
		if a.End < capacity.Never {
			now = max(now, a.End)
		}
		parts = append(parts, a)
	}
	return parts
}

// serialPart places a part in its mode, on the first machine, at or after its start.
func serialPart(v *verifier, a *Assignment, family []int32) {
	p, op, m := v.p, &v.p.Ops[a.Op], &v.p.Modes[a.Mode]
	if m.Centre < 0 {
		if m.LeadDays > 0 {
			zone := p.Zone
			if zone == nil {
				zone = time.UTC
			}
			now := time.Unix(a.Start, 0).In(zone)
			for !m.Calendar.Works(bom.DayOf(now)) {
				now = now.AddDate(0, 0, 1)
			}
			a.Start = now.Unix()
			for n := m.LeadDays; n > 0; n-- {
				for now = now.AddDate(0, 0, 1); !m.Calendar.Works(bom.DayOf(now)); {
					now = now.AddDate(0, 0, 1)
				}
			}
			a.SetupEnd, a.End = a.Start, now.Unix()
		}
		return
	}
	c := &p.Centres[m.Centre]
	a.Machine = c.First
	setup := v.changeover(family[a.Machine], op.Family, c, m).Time
	hours := p.Machines[a.Machine].Hours
	if m.Tool > 0 {
		hours = capacity.Intersect(hours, p.Pools[m.Tool-1].Hours)
	}
	if m.Operator > 0 {
		hours = capacity.Intersect(hours, p.Pools[m.Operator-1].Hours)
	}
	work := wholeSeconds(workUntil(op, m, setup, op.Quantity))
	if work == 0 {
		a.SetupEnd, a.End = a.Start, a.Start
		return
	}
	add := hours.Add
	if !op.Interruptible {
		add = hours.AddWhole
	}
	start, end, ok := add(a.Start, work)
	if !ok {
		a.Start, a.SetupEnd, a.End = capacity.Never, capacity.Never, capacity.Never
		return
	}
	a.Start, a.End = start, end
	_, a.SetupEnd, _ = hours.Add(start, wholeSeconds(setup))
	if c.Kind != Infinite {
		family[a.Machine] = op.Family
	}
}

// withoutPins is a random problem whose operations are all free.
func withoutPins(seed uint64, size int) *Problem {
	p := randomProblem(rand.New(rand.NewPCG(seed, 7)), size)
	p.Pins = nil
	return p
}

// Schedules that do one thing after another are clean but for what waiting breaks.
func TestVerifySerial(t *testing.T) {
	clean, kinds := 0, map[ViolationKind]int{}
	for seed := range uint64(600) {
		p := withoutPins(seed, 1+int(seed%30))
		if err := p.Check(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		absences := seed%2 == 0 // which nothing here gives way to
		for i := range p.Pools {
			if !absences {
				p.Pools[i].Absent = nil
			}
		}
		all := Verify(p, NewSchedule(p, serialSchedule(p)))
		if len(all) == 0 {
			clean++
		}
		for _, v := range all {
			kinds[v.Kind]++
			if v.Kind != TooLate && v.Kind != ForbiddenRun && v.Kind != Unplaced && (v.Kind != PoolExceeded || !absences) {
				t.Fatalf("seed %d: %+v", seed, v)
			}
		}
	}
	t.Logf("%d clean; %v", clean, kinds)
	if clean < 100 {
		t.Errorf("only %d clean schedules", clean)
	}
}

// The pins of random problems keep all that concerns them alone.
func TestRandomPins(t *testing.T) {
	pins := 0
	for seed := range uint64(600) {
		p := randomProblem(rand.New(rand.NewPCG(seed, 8)), 20)
		if err := p.Check(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		pins += len(p.Pins)
		for _, v := range Verify(p, NewSchedule(p, p.Pins)) {
			if v.Kind != Unplaced {
				t.Fatalf("seed %d: %+v", seed, v)
			}
		}
	}
	if pins < 400 {
		t.Errorf("only %d pins", pins)
	}
}

// A part that is shifted at random is caught by a slow and obvious look at releases, steps,
// machines and hours.
func TestVerifyShifts(t *testing.T) {
	caught := map[ViolationKind]int{}
	for seed := range uint64(1500) {
		rng := rand.New(rand.NewPCG(seed, 9))
		p := withoutPins(seed, 2+int(seed%20))
		parts := serialSchedule(p)
		a := &parts[rng.IntN(len(parts))]
		if a.End == capacity.Never {
			continue
		}
		by := rng.Int64N(4*oneDay) - 2*oneDay
		a.Start, a.SetupEnd, a.End = a.Start+by, a.SetupEnd+by, a.End+by
		got := Verify(p, NewSchedule(p, parts))
		for _, want := range obvious(p, parts) {
			caught[want.Kind]++
			if !slices.ContainsFunc(got, func(v Violation) bool {
				return v.Kind == want.Kind && (v.Op == want.Op || want.Kind == Overlap && (v.Op == want.Other || v.Other == want.Op))
			}) {
				t.Fatalf("seed %d: %+v is not in %+v", seed, want, got)
			}
		}
	}
	t.Log(caught)
	for _, k := range []ViolationKind{TooEarly, TooSoon, Overlap, OffHours, WrongTime} {
		if caught[k] == 0 {
			t.Errorf("no %s among the shifts", k)
		}
	}
}

// obvious finds by comparing everything with everything.
func obvious(p *Problem, parts []Assignment) []Violation {
	var out []Violation
	for i := range parts {
		a := &parts[i]
		if a.End == capacity.Never {
			continue
		}
		if a.Start < p.Start || a.Start < p.Ops[a.Op].Release {
			out = append(out, Violation{Kind: TooEarly, Op: a.Op})
		}
		if a.Machine < 0 || a.Start == a.End {
			continue
		}
		machine := &p.Machines[a.Machine]
		if m := &p.Modes[a.Mode]; m.Tool == 0 && m.Operator == 0 && a.Quantity == p.Ops[a.Op].Quantity {
			least := workUntil(&p.Ops[a.Op], m, 0, a.Quantity)
			if machine.Hours.Between(a.Start, a.End) < wholeSeconds(least) {
				out = append(out, Violation{Kind: WrongTime, Op: a.Op})
			}
		}
		if machine.Hours.Between(a.Start, a.Start+1) == 0 || machine.Hours.Between(a.End-1, a.End) == 0 {
			out = append(out, Violation{Kind: OffHours, Op: a.Op})
		}
		for k := range i {
			b := &parts[k]
			if b.End != capacity.Never && b.Start < b.End && b.Machine == a.Machine && p.Centres[machine.Centre].Kind == Exclusive && a.Start < b.End && b.Start < a.End {
				out = append(out, Violation{Kind: Overlap, Op: a.Op, Other: b.Op})
			}
		}
	}
	for _, arc := range p.Arcs {
		a, b := &parts[arc.From], &parts[arc.To]
		if arc.Transfer == 0 && a.End != capacity.Never && b.End != capacity.Never && b.Start < a.End+wholeSeconds(arc.Min) {
			out = append(out, Violation{Kind: map[bool]ViolationKind{true: TooEarly, false: TooSoon}[arc.Material], Op: arc.To})
		}
	}
	return out
}
