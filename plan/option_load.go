package plan

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// BottleneckLoad is the load of the work centre that a rush order waits for, from the start of the plan to the end of the order's
// due date, before and with it.
type BottleneckLoad struct {
	WorkCentre    string
	From, To      bom.Day // through this day
	Before, After MachineTime
}

// MachineTime is what a work centre has to do in some time, and what it has for it.
type MachineTime struct{ Available, Setup, Run time.Duration }

// Share is (setup + run) ÷ available, half up at four decimals; ok is false if nothing is available.
func (m *MachineTime) Share() (share decimal.Decimal, ok bool) {
	if m.Available <= 0 {
		return decimal.Zero, false
	}
	return decimal.NewFromInt(int64((m.Setup+m.Run)/time.Second)).DivRound(decimal.NewFromInt(int64(m.Available/time.Second)), 4), true
}

// centreLoad is the load of one work centre in some time, in seconds of its machines.
type centreLoad struct {
	id                    string
	available, setup, run int64
}

// centreLoads are the loads of all work centres of the schedule in a window; those of kind infinite have nothing available.
func (f *Finite) centreLoads(window capacity.Span) []centreLoad {
	loads := make([]centreLoad, len(f.problem.Centres))
	for i := range f.problem.Centres {
		c := &f.problem.Centres[i]
		loads[i].id = c.ID
		if c.Kind == schedule.Infinite {
			continue
		}
		for k := c.First; k < c.First+c.Machines; k++ {
			loads[i].available += f.problem.Machines[k].Hours.Between(window.From, window.To)
		}
	}
	f.eachLoad(window, -1, func(centre int32, setup, run int64) {
		loads[centre].setup += setup
		loads[centre].run += run
	})
	return loads
}

// eachLoad tells what operations take of the machines of one centre, or of all (-1), in a window. An oven's load counts once.
func (f *Finite) eachLoad(window capacity.Span, only int32, visit func(centre int32, setup, run int64)) {
	type ovenLoad struct {
		machine int32
		start   int64
	}
	seen := map[ovenLoad]bool{}
	for i := range f.schedule.Ops {
		a := &f.schedule.Ops[i]
		if a.Machine < 0 || a.Start >= window.To || a.End <= window.From {
			continue
		}
		m := &f.problem.Machines[a.Machine]
		if only >= 0 && m.Centre != only {
			continue
		}
		if f.problem.Centres[m.Centre].Kind == schedule.Batch {
			key := ovenLoad{a.Machine, a.Start}
			if seen[key] {
				continue
			}
			seen[key] = true
		}
		start, middle, end := max(a.Start, window.From), min(a.SetupEnd, window.To), min(a.End, window.To)
		visit(m.Centre, m.Hours.Between(start, max(start, middle)), m.Hours.Between(max(start, middle), end))
	}
}

// compareLoad is a work centre's load in two schedules of one factory; nil if it has no machines.
func (f *Finite) compareLoad(before []centreLoad, after *Finite, id string, window capacity.Span) *BottleneckLoad {
	for i := range before {
		if before[i].id != id {
			continue
		}
		b := &BottleneckLoad{WorkCentre: id, From: f.day(window.From), To: f.day(window.To - 1), Before: before[i].time()}
		for k := range after.problem.Centres {
			c := &after.problem.Centres[k]
			if c.ID != id {
				continue
			}
			load := centreLoad{}
			for m := c.First; m < c.First+c.Machines; m++ {
				load.available += after.problem.Machines[m].Hours.Between(window.From, window.To)
			}
			after.eachLoad(window, int32(k), func(_ int32, setup, run int64) { load.setup, load.run = load.setup+setup, load.run+run })
			b.After = load.time()
		}
		return b
	}
	return nil
}

func (l *centreLoad) time() MachineTime {
	return MachineTime{time.Duration(l.available) * time.Second, time.Duration(l.setup) * time.Second, time.Duration(l.run) * time.Second}
}

// setupCost is the time of all setups at their work centres' cost per hour.
func (f *Finite) setupCost() decimal.Decimal {
	seconds := make([]int64, len(f.problem.Centres))
	for i := range f.schedule.Ops {
		a := &f.schedule.Ops[i]
		if a.Machine >= 0 && a.SetupEnd > a.Start && a.Start < capacity.Never {
			m := &f.problem.Machines[a.Machine]
			seconds[m.Centre] += m.Hours.Between(a.Start, a.SetupEnd)
		}
	}
	sum := decimal.Zero
	for i, s := range seconds {
		if at, ok := f.m.Shop.Centre(f.problem.Centres[i].ID); ok && s > 0 {
			sum = sum.Add(hourly(f.m.Shop.Centres[at].CostPerHour, time.Duration(s)*time.Second))
		}
	}
	return sum
}
