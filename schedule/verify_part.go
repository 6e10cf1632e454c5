package schedule

import (
	"math"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/internal/fixed"
)

const endlessWork = time.Duration(math.MaxInt64) // what overflows

// checkPart checks the machine and the times of a part that has times.
func (v *verifier) checkPart(i int32) {
	a := &v.parts[i]
	if v.p.Ops[a.Op].NumModes == 0 {
		if a.Machine != -1 || a.Mode != -1 {
			v.report(WrongMachine, a.Op, -1, 0, 0, v.pinned[a.Op] == pinExact)
		}
		if a.Start != a.End {
			v.report(WrongTime, a.Op, -1, a.End-a.Start, a.End, v.given(a.Op))
		}
		return
	}
	m := v.mode(a)
	if m == nil || !v.belongs(m, a.Machine) {
		v.report(WrongMachine, a.Op, -1, 0, 0, v.pinned[a.Op] == pinExact)
		return
	}
	if m.Centre < 0 {
		v.checkOutside(a, m)
		return
	}
	v.checkTimes(i, m)
}

// belongs reports whether a mode runs on a machine.
func (v *verifier) belongs(m *Mode, machine int32) bool {
	if m.Centre < 0 {
		return machine == -1
	}
	c := &v.p.Centres[m.Centre]
	return machine >= c.First && machine-c.First < c.Machines && int(machine) < len(v.p.Machines)
}

// checkOutside checks the lead days of a step outside.
func (v *verifier) checkOutside(a *Assignment, m *Mode) {
	given := v.given(a.Op)
	if m.LeadDays <= 0 {
		if a.End != a.Start {
			v.report(WrongTime, a.Op, -1, a.End-a.Start, a.End, given)
		}
		return
	}
	zone := v.p.Zone
	if zone == nil {
		zone = time.UTC
	}
	t := time.Unix(a.Start, 0).In(zone)
	if t.Year() < 1 || t.Year() > 9999 { // past what a Day can count
		v.report(WrongTime, a.Op, -1, 0, a.Start, given)
		return
	}
	day := bom.DayOf(t)
	if first, ok := m.Calendar.Forward(day, 0); !ok || first != day {
		v.report(WrongTime, a.Op, -1, 0, a.Start, given)
		return
	}
	last, ok := m.Calendar.Forward(day, int(m.LeadDays))
	if !ok {
		v.report(WrongTime, a.Op, -1, 0, a.End, given)
		return
	}
	year, month, d := last.Time().Date()
	end := time.Date(year, month, d, t.Hour(), t.Minute(), t.Second(), 0, zone).Unix()
	if a.End != end {
		v.report(WrongTime, a.Op, -1, a.End-end, a.End, given)
	}
}

// clock is the working time of a part on its machine, with its tool and operator.
func (v *verifier) clock(a *Assignment, m *Mode) *clock {
	hours := [3]*capacity.Hours{v.p.Machines[a.Machine].Hours}
	if m.Tool > 0 {
		hours[1] = v.p.Pools[m.Tool-1].Hours
	}
	if m.Operator > 0 {
		hours[2] = v.p.Pools[m.Operator-1].Hours
	}
	return v.clocks.of(hours)
}

// checkTimes checks setup, working time and stretches of a part on a machine.
func (v *verifier) checkTimes(i int32, m *Mode) {
	a := &v.parts[i]
	op, given := &v.p.Ops[a.Op], v.given(a.Op)
	setup := v.setup[i]
	if setup.Forbidden {
		other := int32(-1)
		if b := v.before[i]; b >= 0 {
			other = v.parts[b].Op
		}
		v.report(ForbiddenRun, a.Op, other, 0, a.Start, given && (other < 0 || v.given(other)))
	}
	need := wholeSeconds(workUntil(op, m, setup.Time, a.Quantity))
	k := v.clock(a, m)
	worked := k.between(a.Start, a.End)
	if need == 0 && a.Start == a.End {
		if a.SetupEnd != a.Start {
			v.report(WrongTime, a.Op, -1, a.SetupEnd-a.Start, a.SetupEnd, given)
		}
		return
	}
	if worked != need {
		v.report(WrongTime, a.Op, -1, worked-need, a.End, given)
	}
	if a.Start == a.End {
		return
	}
	if !k.works(a.Start) {
		v.report(OffHours, a.Op, -1, 0, a.Start, given)
	}
	if !k.works(a.End - 1) {
		v.report(OffHours, a.Op, -1, 0, a.End, given)
	}
	if idle := a.End - a.Start - worked; !op.Interruptible && idle > 0 {
		v.report(Interrupted, a.Op, -1, idle, a.Start, given)
	}
	v.checkSetupEnd(a, k, wholeSeconds(setup.Time), given)
}

// checkSetupEnd checks the end of the setup: at a break, either side of it will do.
func (v *verifier) checkSetupEnd(a *Assignment, k *clock, need int64, given bool) {
	if a.SetupEnd < a.Start || a.SetupEnd > a.End {
		v.report(WrongTime, a.Op, -1, 0, a.SetupEnd, given)
		return
	}
	if done := k.between(a.Start, a.SetupEnd); done != need {
		v.report(WrongTime, a.Op, -1, done-need, a.SetupEnd, given)
	}
}

// changeover is the setup of an operation in a mode after a family on its machine.
func (v *verifier) changeover(from, to int32, c *Centre, m *Mode) Setup {
	if c.Matrix > 0 {
		matrix := v.p.Matrices[c.Matrix-1]
		if s, ok := matrix[Changeover{from, to}]; ok {
			return s
		}
		if from == to && to != 0 {
			return Setup{}
		}
		for _, pair := range [...]Changeover{{from, AnyFamily}, {AnyFamily, to}, {AnyFamily, AnyFamily}} {
			if s, ok := matrix[pair]; ok {
				return s
			}
		}
	}
	if from == to && to != 0 {
		return Setup{}
	}
	return Setup{Time: m.Setup}
}

// workUntil is the work until q of a part is done, setup included, in whole nanoseconds.
func workUntil(op *Op, m *Mode, setup time.Duration, q bom.Quantity) time.Duration {
	units, scale := max(int64(q), 0), int64(1000) // 10⁻⁶ units over an efficiency of 10⁻⁹
	if op.Load > 0 {
		n := units / int64(op.Load)
		if units%int64(op.Load) != 0 {
			n++
		}
		units, scale = n, 1_000_000_000
	}
	efficiency := int64(m.Efficiency)
	if efficiency <= 0 {
		efficiency = 1_000_000_000
	}
	run, ok := fixed.MulMulDivCeil(max(int64(m.Run), 0), units, scale, efficiency)
	if !ok {
		return endlessWork
	}
	return saturate(saturate(max(setup, 0), max(m.Fixed, 0)), time.Duration(run))
}

// saturate is a+b for a, b ≥ 0, at most endlessWork.
func saturate(a, b time.Duration) time.Duration {
	if a > endlessWork-b {
		return endlessWork
	}
	return a + b
}

// wholeSeconds is a duration in seconds, rounded up.
func wholeSeconds(d time.Duration) int64 {
	s := int64(d / time.Second)
	if d%time.Second > 0 {
		s++
	}
	return s
}
