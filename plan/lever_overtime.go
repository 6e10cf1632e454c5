package plan

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// overtimeHour is an hour in seconds.
const overtimeHour = int64(3600)

// overtime is overtime of the machine that a cause names, on the working days in which it acts: as much as the lateness
// asks for, and as much as there may be.
func (s *search) overtime(t *try, c *Cause, late int64) []pull {
	if !t.plan.Scheduled() || !s.allowed[LeverOvertime] || c.WorkCentre == "" || c.Since.IsZero() || c.Until.IsZero() {
		return nil
	}
	shop := t.plan.material.Model().Shop
	at, ok := shop.Centre(c.WorkCentre)
	if !ok {
		return nil
	}
	w := &shop.Centres[at]
	if w.OvertimeHoursPerDay == 0 {
		s.cannot(LeverOvertime, "%s has no overtime_hours_per_day", w.ID)
		return nil
	}
	g := t.plan.ground()
	defer g.release()
	place, ok := g.placeOf(c)
	if !ok {
		return nil
	}
	shifts := g.extraShifts(w, &place, c)
	if len(shifts) == 0 {
		s.cannot(LeverOvertime, "%s works around the clock, or has its overtime already, in the days that count", w.ID)
		return nil
	}
	need := place.hours.Between(c.Until.Instant(g.zone)-late, c.Until.Instant(g.zone))
	list := []pull{place.work(g.joint, w, shifts)}
	sum := int64(0)
	for n, x := range shifts {
		if sum += x.To - x.From; sum >= need && n+1 < len(shifts) {
			return append([]pull{place.work(g.joint, w, shifts[:n+1])}, list...)
		}
	}
	return list
}

// place is the machine of an operation, and the pools that have to work with it.
type place struct {
	machine int // as downtime names it; 0: all of the centre
	hours   *capacity.Hours
	pools   []int32 // in Problem.Pools, whose hours are bounded
	units   []int32
}

// placeOf is where the operation runs that a cause names.
func (g *ground) placeOf(c *Cause) (place, bool) {
	job, ok := g.jobOf(c.Order)
	if !ok {
		return place{}, false
	}
	row := &g.problem.Jobs[job]
	for op := row.First; op < row.First+row.Ops; op++ {
		parts := g.placed(op)
		if int(g.problem.Ops[op].Number) != c.Op || len(parts) == 0 || parts[0].Machine < 0 {
			continue
		}
		m := &g.problem.Machines[parts[0].Machine]
		centre := &g.problem.Centres[m.Centre]
		if centre.ID != c.WorkCentre || centre.Kind == schedule.Infinite {
			return place{}, false
		}
		p := place{hours: m.Hours}
		if centre.Machines > 1 {
			p.machine = int(parts[0].Machine-centre.First) + 1
		}
		mode := &g.problem.Modes[parts[0].Mode]
		p.add(g.joint, mode.Tool, mode.ToolUnits)
		p.add(g.joint, mode.Operator, mode.OperatorUnits)
		return p, true
	}
	return place{}, false
}

// add adds a pool, from 1, that does not work around the clock.
func (p *place) add(j *joint, pool, units int32) {
	if pool > 0 && !j.problem.Pools[pool-1].Hours.Always() {
		p.pools, p.units = append(p.pools, pool-1), append(p.units, max(units, 1))
	}
}

// extraShifts are overtime after the last shift of every working day on which a cause acts, within what a day may have.
func (j *joint) extraShifts(w *capacity.WorkCentre, p *place, c *Cause) []capacity.Span {
	const most = 20 // days
	daily := int64(capacity.Minutes(w.OvertimeHoursPerDay)*60) / int64(time.Second)
	var list []capacity.Span
	for day := max(j.day(c.Since.Instant(j.zone)), j.m.Start()); day <= j.day(c.Until.Instant(j.zone)-1) && len(list) < most; day++ {
		begin, end := day.Begin(j.zone), (day + 1).Begin(j.zone)
		last, works := p.hours.Before(end)
		if !works || last.From >= last.To || last.To <= begin {
			continue
		}
		left := daily - j.overtimeOn(w.ID, p.machine, capacity.Span{From: begin, To: end})
		until := min(last.To+left, j.closedFrom(w.ID, last.To))
		if next, ok := p.hours.Next(last.To); ok {
			until = min(until, next.From)
		}
		if last.To < j.today || until-last.To < overtimeHour/4 {
			continue
		}
		list = append(list, capacity.Span{From: last.To, To: until})
	}
	return list
}

// overtimeOn is the overtime that a machine has on a day already, in seconds.
func (j *joint) overtimeOn(centre string, machine int, day capacity.Span) int64 {
	sum := int64(0)
	for i := range j.m.Shop.Downtime {
		d := &j.m.Shop.Downtime[i]
		if d.WorkCentre == centre && d.Kind == capacity.Overtime && (d.Machine == 0 || machine == 0 || d.Machine == machine) {
			x := d.Span(j.zone)
			sum += max(0, min(x.To, day.To)-max(x.From, day.From))
		}
	}
	return sum
}

// closedFrom is when a work centre is closed next, at or after an instant.
func (j *joint) closedFrom(centre string, t int64) int64 {
	next := capacity.Never
	for i := range j.m.Shop.Downtime {
		d := &j.m.Shop.Downtime[i]
		if x := d.Span(j.zone); d.WorkCentre == centre && d.Kind == capacity.Closed && x.To > t {
			next = min(next, max(x.From, t))
		}
	}
	return next
}

// work is the lever of some extra shifts: rows of downtime for the machine, and for the tool and the operators who come along.
// Operators without overtime_cost_per_hour are in that of the machine.
func (p *place) work(j *joint, w *capacity.WorkCentre, shifts []capacity.Span) pull {
	l := Lever{Kind: LeverOvertime, WorkCentre: w.ID, First: bom.OnDay(j.day(shifts[0].From)), Last: bom.OnDay(j.day(shifts[len(shifts)-1].From))}
	var changes []Change
	machines := int64(1)
	if p.machine == 0 {
		machines = int64(max(w.Machines.Or(1), 1))
	}
	for _, x := range shifts {
		time := time.Duration((x.To-x.From)*machines) * time.Second
		cost := hourly(w.OvertimeCostPerHour, time)
		row := capacity.Downtime{WorkCentre: w.ID, Machine: p.machine, From: j.when(x.From), To: j.when(x.To), Kind: capacity.Overtime, Cost: numberOf(cost)}
		changes = append(changes, AddDowntime{row})
		l.Time += time
		l.Cost = l.Cost.Add(cost)
		for i, pool := range p.pools {
			change, cost, ok := j.comeAlong(pool, p.units[i], x)
			if ok {
				changes, l.Cost = append(changes, change), l.Cost.Add(cost)
			}
		}
	}
	return pull{l, changes}
}

// comeAlong is overtime of a pool with a machine; ok is false if it works then anyway.
func (j *joint) comeAlong(pool, units int32, x capacity.Span) (Change, decimal.Decimal, bool) {
	p := &j.problem.Pools[pool]
	at, ok := j.m.Shop.Centre(p.ID)
	if !ok || p.Hours.Between(x.From, x.To) == x.To-x.From {
		return nil, decimal.Zero, false
	}
	for i := range j.m.Shop.Downtime { // a row may begin there already, and be shorter
		if d := &j.m.Shop.Downtime[i]; d.WorkCentre == p.ID && d.Machine == 0 && d.From.Instant(j.zone) == x.From {
			return nil, decimal.Zero, false
		}
	}
	cost := hourly(j.m.Shop.Centres[at].OvertimeCostPerHour, time.Duration((x.To-x.From)*int64(units))*time.Second)
	return AddDowntime{capacity.Downtime{WorkCentre: p.ID, From: j.when(x.From), To: j.when(x.To), Kind: capacity.Overtime, Cost: numberOf(cost)}}, cost, true
}

// numberOf is money as a number of a table.
func numberOf(d decimal.Decimal) bom.Number {
	n, err := bom.ParseNumber(d.String())
	if err != nil {
		panic(fmt.Sprintf("cost %s: %v", d, err))
	}
	return n
}
