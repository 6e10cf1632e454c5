package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// The chart by machine is cut: the busiest machines, the first weeks in which something runs,
// and no more weeks once so many bars are drawn.
const (
	mostMachines = 40
	mostSheets   = 13
	mostBars     = 5000
)

// Widths of the charts that fill the page.
const (
	chartWidth  = 1320
	machineLeft = 130
)

// machineChart is who runs what when: an overview of the whole plan, and a sheet a week.
type machineChart struct {
	Overview      overview
	Sheets        []sheet
	Shown, Hidden int // machines
	Idle          int // machines without work, which are not shown
	MoreWeeks     int
	Last          string // day of the last operation
}

// sheet is the chart of a week.
type sheet struct {
	ID, Title     string
	Short         string // for the links
	Height        int
	Ticks         []tick
	Rows          []machineRow
	Closed        string // path of the time that machines do not work
	Today, TodayT string // where the plan begins; empty: not in this week
	Bars, Late    int
	Remark        string
}

// machineRow is the line of a machine.
type machineRow struct {
	Y, TextY int
	Label    string
	Shade    bool // every other work centre
	Bars     []bar
}

func (v *view) machines() machineChart {
	all := v.lines()
	shown, idle := v.busiest(all)
	c := machineChart{Shown: len(shown), Idle: idle, Hidden: len(v.p.Machines) - idle - len(shown)}
	var first, last int64 = capacity.Never, -capacity.Never
	for _, m := range shown {
		for _, a := range all[m] {
			first, last = min(first, a.Start), max(last, a.End)
		}
	}
	if len(shown) == 0 {
		return c
	}
	c.Last = v.at(last).Format("Mon 2 Jan 2006")
	c.Overview = v.overview(shown, all, min(first, v.p.Start), last)
	bars := 0
	for d := monday(v.dayOf(first)); d.Begin(v.zone) < last; d += 7 {
		s := &scale{from: d.Begin(v.zone), to: (d + 7).Begin(v.zone), left: machineLeft, width: chartWidth - machineLeft}
		if !slices.ContainsFunc(shown, func(m int32) bool {
			return slices.ContainsFunc(all[m], func(a *schedule.Assignment) bool { return s.within(a.Start, a.End) })
		}) {
			continue
		}
		if len(c.Sheets) == mostSheets || bars > mostBars {
			c.MoreWeeks++
			continue
		}
		w := v.sheet(d, s, shown, all)
		bars += w.Bars
		c.Sheets = append(c.Sheets, w)
	}
	for _, w := range c.Sheets {
		c.Overview.link(v, w.ID, w.Title)
	}
	return c
}

// busiest are the machines with the most work, in the order of the work centres.
func (v *view) busiest(all []line) (shown []int32, idle int) {
	busy := make([]int64, len(all))
	for m, l := range all {
		for _, a := range l {
			busy[m] += v.p.Machines[m].Hours.Between(a.Start, a.End)
		}
		if len(l) == 0 {
			idle++
			continue
		}
		shown = append(shown, int32(m))
	}
	slices.SortStableFunc(shown, func(a, b int32) int { return cmp.Compare(busy[b], busy[a]) })
	shown = shown[:min(len(shown), mostMachines)]
	slices.Sort(shown)
	return shown, idle
}

// sheet draws a week. Where bars would be too many, more of the narrow ones become one.
func (v *view) sheet(d bom.Day, s *scale, shown []int32, all []line) sheet {
	_, week := d.Time().ISOWeek()
	w := sheet{ID: "week-" + d.String(), Short: d.Time().Format("2 Jan"), Title: fmt.Sprintf("Week %d · %s – %s", week, d.Time().Format("2 Jan"), (d + 6).Time().Format("2 Jan 2006")),

		Height: axisHeight + len(shown)*rowHeight + 2, Ticks: v.dayTicks(s)}
	if v.p.Start >= s.from && v.p.Start < s.to {
		w.Today, w.TodayT = num(s.x(v.p.Start)), "the plan begins "+v.clock(v.p.Start)
	}
	for least := 1.6; ; least *= 2 {
		w.Rows, w.Bars, w.Late = nil, 0, 0
		shade := false
		for i, m := range shown {
			shade = shade != (i > 0 && v.p.Machines[m].Centre != v.p.Machines[shown[i-1]].Centre)
			r := machineRow{Y: axisHeight + i*rowHeight, Label: cut(v.machineName(m), 21), Shade: shade}
			r.TextY = r.Y + rowHeight - 6
			pieces := v.pieces(all[m], s, v.kind(m), least)
			lane, lanes := lanes(pieces, v.kind(m))
			for k := range pieces {
				r.Bars = append(r.Bars, v.bar(&pieces[k], s, float64(r.Y), lane[k], lanes))
				w.Late += pieces[k].late
			}
			w.Bars += len(pieces)
			w.Rows = append(w.Rows, r)
		}
		if w.Bars <= mostBars {
			break
		}
	}
	w.Remark = count(w.Bars, "bar")
	if w.Late > 0 {
		w.Remark += ", " + count(w.Late, "operation") + " too late for the demands behind"
	}
	w.Closed = v.closed(shown, s)
	return w
}

// axisHeight is the height of the time axis over a chart.
const axisHeight = 30

// closed is the path over the time in which machines do not work. Neighbours with the same
// hours share their rectangles.
func (v *view) closed(shown []int32, s *scale) string {
	var b strings.Builder
	for i := 0; i < len(shown); {
		h := v.p.Machines[shown[i]].Hours
		n := 1
		own := gaps(h, s)
		for i+n < len(shown) && slices.Equal(gaps(v.p.Machines[shown[i+n]].Hours, s), own) {
			n++
		}
		for _, g := range own {
			x, to := s.x(g.From), s.x(g.To)
			fmt.Fprintf(&b, "M%s %dh%sv%dH%sz", num(x), axisHeight+i*rowHeight, num(to-x), n*rowHeight, num(x))
		}
		i += n
	}
	return b.String()
}

// gaps are the stretches without working time.
func gaps(h *capacity.Hours, s *scale) []capacity.Span {
	var out []capacity.Span
	if h.Always() {
		return nil
	}
	for t := s.from; t < s.to; {
		span, ok := h.Next(t)
		if !ok || span.From >= s.to {
			return append(out, capacity.Span{From: t, To: s.to})
		}
		if span.From > t {
			out = append(out, capacity.Span{From: t, To: span.From})
		}
		t = max(span.To, t+1)
	}
	return out
}
