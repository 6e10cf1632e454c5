package page

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// mostStock is how many parts have a curve.
const mostStock = 12

// stockCharts are the stock curves of the worst parts: below zero first, then below their safety
// stock, then those that come nearest to it.
type stockCharts struct {
	Charts       []stockChart
	Below, Under int // parts below zero, and others below their safety stock
	Hidden       int // of these: without a curve
}

// stockChart is the projected stock of a part.
type stockChart struct {
	ID, Description, UOM string
	Lowest, On, Safety   string
	Negative, Short      bool
	Grid                 []gridLine
	Ticks                []tick
	Curve, Area          string
	Zero, SafetyLine     string
	Tip                  string
}

// stockCase is a part with its worst day.
type stockCase struct {
	part  bom.PartID
	class int     // 0: below zero, 1: below its safety stock, 2: neither
	share float64 // of what is left: the lowest first
	worst mrp.ProjectedDay
}

func (v *view) stock() stockCharts {
	var out stockCharts
	var cases []stockCase
	for part, days := range v.plan.Material().AllProjected() {
		c, ok := judge(part, days)
		if !ok {
			continue
		}
		switch c.class {
		case 0:
			out.Below++
		case 1:
			out.Under++
		}
		cases = append(cases, c)
	}
	slices.SortStableFunc(cases, func(a, b stockCase) int { return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.share, b.share)) })
	out.Hidden = max(0, out.Below+out.Under-mostStock)
	for _, c := range cases[:min(len(cases), mostStock)] {
		out.Charts = append(out.Charts, v.stockChart(&c))
	}
	return out
}

// judge finds the worst day of a part. Parts that never fall below zero and keep no safety
// stock have none: to be empty is what planning aims at.
func judge(part bom.PartID, days []mrp.ProjectedDay) (stockCase, bool) {
	c := stockCase{part: part, class: 2}
	found := false
	var required float64
	for i := range days {
		required += float64(days[i].Requirements)
	}
	for i := range days {
		d := &days[i]
		class, share := 2, 0.0
		switch {
		case d.Projected < 0:
			class, share = 0, float64(d.Projected)/max(required, 1)
		case d.SafetyStock > 0:
			share = float64(d.Projected) / float64(d.SafetyStock)
			if d.Projected < d.SafetyStock {
				class = 1
			}
		default:
			continue
		}
		if !found || cmp.Or(cmp.Compare(class, c.class), cmp.Compare(share, c.share)) < 0 {
			c.class, c.share, c.worst, found = class, share, *d, true
		}
	}
	return c, found
}

func (v *view) stockChart(c *stockCase) stockChart {
	catalog := v.plan.Model().Catalog
	row := &catalog.Parts[c.part]
	out := stockChart{ID: partName(catalog.ItemID(c.part), catalog.SiteID(c.part)), Description: catalog.Names.String(row.Description),
		UOM: catalog.Names.String(row.UOM), Lowest: c.worst.Projected.String(), On: c.worst.Day.String(), Negative: c.class == 0, Short: c.class == 1}
	if c.worst.SafetyStock > 0 {
		out.Safety = c.worst.SafetyStock.String()
	}
	days := v.plan.Material().Projected(c.part)
	start := v.plan.Model().Settings().Start.Day
	s := &scale{from: start.Begin(v.zone), to: (days[len(days)-1].Day + 7).Begin(v.zone), left: smallLeft, width: smallWidth - smallLeft - 4}
	low, high := 0.0, 0.0
	for i := range days {
		low, high = min(low, float64(days[i].Projected)), max(high, float64(days[i].Projected), float64(days[i].SafetyStock))
	}
	one := float64(bom.Units(1))
	l := newLevel(low/one, high/one)
	y := func(q bom.Quantity) string { return num(l.y(float64(q) / one)) }
	out.Grid, out.Ticks, out.Zero = l.grid(""), v.smallTicks(s), y(0)
	out.Curve, out.SafetyLine = steps(days, s, v, start, y)
	end := num(s.x(s.to))
	out.Curve += "H" + end
	out.Area = out.Curve + "V" + out.Zero + "H" + num(s.x(s.from)) + "z"
	if out.SafetyLine != "" {
		out.SafetyLine += "H" + end
	}
	out.Tip = fmt.Sprintf("%s: at the lowest %s on %s", out.ID, out.Lowest, out.On)
	return out
}

// steps are the paths of the projected stock and of the safety stock, which change by day.
func steps(days []mrp.ProjectedDay, s *scale, v *view, start bom.Day, y func(bom.Quantity) string) (curve, safety string) {
	opening := days[0].Projected + days[0].Requirements - days[0].Receipts - days[0].Planned
	curve = "M" + num(s.x(s.from)) + " " + y(opening)
	any := false
	for i := range days {
		d := &days[i]
		x := num(s.x(max(d.Day, start).Begin(v.zone)))
		curve += "H" + x + "V" + y(d.Projected)
		any = any || d.SafetyStock > 0
		if i == 0 {
			safety = "M" + num(s.x(s.from)) + " " + y(d.SafetyStock)
		}
		safety += "H" + x + "V" + y(d.SafetyStock)
	}
	if !any {
		safety = ""
	}
	return curve, safety
}
