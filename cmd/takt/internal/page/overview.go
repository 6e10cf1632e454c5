package page

import (
	"fmt"
	"strings"

	"github.com/taktplan/takt/schedule"
)

// overview shows how full every machine is over the whole plan: a row a machine, a cell a day or a week.
type overview struct {
	Cell   string // day or week
	Height int
	Ticks  []tick
	Rows   []overviewRow
	Shades [shades]string // paths of the cells, from little to much
	Today  string
	Links  []weekLink
	scale  *scale
}

type overviewRow struct {
	TextY int
	Label string
}

// weekLink leads from a week in the overview to its sheet.
type weekLink struct {
	ID, Title, X, W string
	H               int
}

const (
	shades         = 4
	overviewRowPx  = 13
	mostDayColumns = 200
	overviewAxis   = 18
)

func (v *view) overview(shown []int32, all []line, from, to int64) overview {
	first, last := monday(v.dayOf(from)), v.dayOf(to-1)
	last = monday(last) + 6
	step := 1
	o := overview{Cell: "day"}
	if int(last-first) > mostDayColumns {
		step, o.Cell = 7, "week"
	}
	o.scale = &scale{from: first.Begin(v.zone), to: (last + 1).Begin(v.zone), left: machineLeft, width: chartWidth - machineLeft}
	var borders []int64
	for d := first; d <= last; d++ {
		if int(d-first)%step == 0 {
			borders = append(borders, d.Begin(v.zone))
		}
	}
	borders = append(borders, o.scale.to)
	o.Height = overviewAxis + len(shown)*overviewRowPx + 2
	o.Ticks = v.longTicks(o.scale)
	o.Today = num(o.scale.x(v.p.Start))
	var paths [shades]strings.Builder
	for i, m := range shown {
		y := overviewAxis + i*overviewRowPx
		o.Rows = append(o.Rows, overviewRow{y + overviewRowPx - 3, cut(v.machineName(m), 21)})
		busy := v.busy(m, all[m], borders)
		for k, b := range busy {
			if b == 0 {
				continue
			}
			open := max(v.p.Machines[m].Hours.Between(borders[k], borders[k+1]), b)
			shade := min(int(b*shades/open), shades-1)
			x, to := o.scale.x(borders[k]), o.scale.x(borders[k+1])
			fmt.Fprintf(&paths[shade], "M%s %dh%sv%dH%sz", num(x), y+1, num(to-x), overviewRowPx-2, num(x))
		}
	}
	for i := range paths {
		o.Shades[i] = paths[i].String()
	}
	return o
}

// busy is the working time that a line takes, by stretch between borders. Oven loads count once,
// and what runs side by side on a machine without limits as often as it runs.
func (v *view) busy(m int32, l line, borders []int64) []int64 {
	out := make([]int64, len(borders)-1)
	h, k := v.p.Machines[m].Hours, 0
	var before *schedule.Assignment
	for _, a := range l {
		if v.kind(m) == schedule.Batch && before != nil && before.Start == a.Start {
			continue
		}
		before = a
		for k < len(out)-1 && borders[k+1] <= a.Start {
			k++
		}
		for i := k; i < len(out) && borders[i] < a.End; i++ {
			out[i] += h.Between(max(a.Start, borders[i]), min(a.End, borders[i+1]))
		}
	}
	return out
}

// link makes a week of the overview lead to its sheet.
func (o *overview) link(v *view, id, title string) {
	d := strings.TrimPrefix(id, "week-")
	for first := v.dayOf(o.scale.from); first.Begin(v.zone) < o.scale.to; first += 7 {
		if first.String() == d {
			x, to := o.scale.x(first.Begin(v.zone)), o.scale.x((first + 7).Begin(v.zone))
			o.Links = append(o.Links, weekLink{id, title, num(x), num(to - x), o.Height - overviewAxis})
		}
	}
}
