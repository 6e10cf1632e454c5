package capacity

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
)

// MachineHours are the working hours of every work centre and its machines: the
// calendar of the centre, plus overtime, less closures (where both are given,
// closed wins). Centres with one calendar and no downtime share one Hours.
type MachineHours struct {
	centres [][]*Hours // by centre: one for all machines, or one a machine
	absent  [][]Absence
}

// Absence is a time in which one unit of a pool of tools or operators is away.
type Absence struct {
	Span
	Machine int // from 1
}

// Hours compiles the working hours of all machines, for days from from up to to.
// Time is linear in the calendars' days and in the downtime.
func (s *Shop) Hours(zone *time.Location, from, to bom.Day) *MachineHours {
	compiled := map[*Calendar]*Hours{}
	hours := func(c *Calendar) *Hours {
		h, ok := compiled[c]
		if !ok {
			h = c.Hours(zone, from, to)
			compiled[c] = h
		}
		return h
	}
	m := &MachineHours{centres: make([][]*Hours, len(s.Centres)), absent: make([][]Absence, len(s.Centres))}
	for i := range s.Centres {
		m.centres[i] = []*Hours{hours(s.CentreCalendar(int32(i)))}
	}
	for rows := s.Downtime; len(rows) > 0; {
		n := 1
		for n < len(rows) && rows[n].WorkCentre == rows[0].WorkCentre {
			n++
		}
		if centre, ok := s.centre[rows[0].WorkCentre]; ok {
			m.apply(centre, &s.Centres[centre], rows[:n], zone)
		}
		rows = rows[n:]
	}
	return m
}

// CentreHours are the working hours of the machines of one work centre, for days from from up to to; see Hours. alike
// says that the one given holds for all machines.
func (s *Shop) CentreHours(centre int32, zone *time.Location, from, to bom.Day) (machines []*Hours, alike bool) {
	m := &MachineHours{centres: make([][]*Hours, len(s.Centres)), absent: make([][]Absence, len(s.Centres))}
	m.centres[centre] = []*Hours{s.CentreCalendar(centre).Hours(zone, from, to)}
	if rows := s.DowntimeOf(centre); len(rows) > 0 {
		m.apply(centre, &s.Centres[centre], rows, zone)
	}
	return m.centres[centre], len(m.centres[centre]) == 1
}

// DowntimeOf is the downtime of a work centre.
func (s *Shop) DowntimeOf(centre int32) []Downtime {
	id := s.Centres[centre].ID
	from, _ := slices.BinarySearchFunc(s.Downtime, id, func(d Downtime, id string) int { return strings.Compare(d.WorkCentre, id) })
	to := from
	for to < len(s.Downtime) && s.Downtime[to].WorkCentre == id {
		to++
	}
	return s.Downtime[from:to]
}

// apply takes the downtime of one centre into its machines' hours.
func (m *MachineHours) apply(centre int32, w *WorkCentre, rows []Downtime, zone *time.Location) {
	var all [2][]Span             // by DowntimeKind
	single := map[int][2][]Span{} // by machine
	pool := w.Kind == Operator || w.Kind == Tool
	for i := range rows {
		d := &rows[i]
		span := d.Span(zone)
		switch {
		case d.Machine == 0:
			all[d.Kind] = append(all[d.Kind], span)
		case pool && d.Kind == Closed:
			m.absent[centre] = addAbsence(m.absent[centre], Absence{span, d.Machine})
		default:
			own := single[d.Machine]
			own[d.Kind] = append(own[d.Kind], span)
			single[d.Machine] = own
		}
	}
	slices.SortStableFunc(m.absent[centre], func(a, b Absence) int { return cmp.Compare(a.From, b.From) })
	base := m.centres[centre][0]
	common := base.With(all[Overtime], all[Closed])
	m.centres[centre][0] = common
	if len(single) == 0 {
		return
	}
	machines := make([]*Hours, w.Machines.Or(1))
	for i := range machines {
		machines[i] = common
		if own, ok := single[i+1]; ok {
			machines[i] = base.With(append(own[Overtime], all[Overtime]...), append(own[Closed], all[Closed]...))
		}
	}
	m.centres[centre] = machines
}

// addAbsence adds an absence to those of earlier units, and of the same unit that begin earlier: a unit
// that is away for two reasons at once is one unit.
func addAbsence(list []Absence, a Absence) []Absence {
	if a.From >= a.To {
		return list
	}
	if n := len(list); n > 0 && list[n-1].Machine == a.Machine && a.From <= list[n-1].To {
		list[n-1].To = max(list[n-1].To, a.To)
		return list
	}
	return append(list, a)
}

// Span is the downtime in seconds: a date in to means through that day.
func (d *Downtime) Span(zone *time.Location) Span {
	s := Span{d.From.Unix, d.To.Unix}
	if !d.From.Exact {
		s.From = d.From.Day.Begin(zone)
	}
	if !d.To.Exact {
		s.To = (d.To.Day + 1).Begin(zone)
	}
	return s
}

// Machine are the working hours of a machine of a centre, counted from 0.
func (m *MachineHours) Machine(centre int32, machine int) *Hours {
	list := m.centres[centre]
	if len(list) == 1 {
		return list[0]
	}
	return list[machine]
}

// Absent are the times in which single units of a pool are away, by their beginning, then by unit.
func (m *MachineHours) Absent(centre int32) []Absence { return m.absent[centre] }
