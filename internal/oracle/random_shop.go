package oracle

import (
	"fmt"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// calendarRows are three calendars with holidays, and what overrides them.
func (g *generator) calendarRows() {
	if !g.f.Calendars {
		return
	}
	row := func(id, days, shifts string) {
		g.rows.Calendars = append(g.rows.Calendars, capacity.CalendarRow{ID: id, Days: days, Shifts: shifts})
	}
	row("week", "Mon-Fri", "06:00-14:00,14:00-22:00")
	row("week", "2026-03-18..2026-03-26", "")
	row("week", "2026-03-20..2026-03-22", "08:00-12:00")
	row("week", "2026-03-20..2026-03-21", "")
	row("week", "2026-03-25", "08:00-12:00")
	row("nights", "Mon,Wed,Thu", "22:00-06:00")
	row("nights", "Sat", "06:00-11:30")
	row("nights", "Sun", "")
	row("six", "Mon-Sat", "06:00-14:00")
	for _, id := range []string{"week", "nights", "six"} {
		for d := firstDay; d < firstDay+modelDays; d++ {
			if g.IntN(20) == 0 && !(id == "week" && d == bom.On(2026, 3, 25)) {
				row(id, d.String(), pick(g, "", "", "07:00-15:00"))
			}
		}
	}
}

// calendar is the id of a calendar with some probability.
func (g *generator) calendar(probability float64) string {
	id := pick(g, "week", "nights", "six")
	if g.with(g.f.Calendars, probability) {
		return id
	}
	return ""
}

func (g *generator) workCentres() {
	if !g.f.Routings {
		return
	}
	for _, site := range g.sites {
		for i := range 3 {
			g.rows.WorkCentres = append(g.rows.WorkCentres, capacity.WorkCentre{
				ID: fmt.Sprintf("%s-%d", site, i), Site: site, Calendar: g.calendar(0.5),
				Efficiency: pick(g, 0, bom.One, bom.MustNumber("0.8"), bom.MustNumber("1.25")),
			})
		}
		g.rows.WorkCentres = append(g.rows.WorkCentres, capacity.WorkCentre{
			ID: site + "-oven", Site: site, Calendar: g.calendar(0.5), Kind: capacity.Batch, BatchCapacity: bom.Units(10),
		})
	}
}

// routing adds the operations of a part.
func (g *generator) routing(p part) {
	yields := g.with(g.f.Yield, 0.3)
	for op := 10; op <= 10*g.between(1, 3); op += 10 {
		g.operation(p, op, yields)
	}
}

func (g *generator) operation(p part, number int, yields bool) {
	minutes := func(high int) bom.Number { return bom.Number(g.IntN(high*10)) * bom.One / 10 }
	op := capacity.Operation{
		Item: p[0], Site: p[1], Op: number, WorkCentre: fmt.Sprintf("%s-%d", p[1], g.IntN(3)),
		SetupMin: minutes(60), RunMin: minutes(20), FixedMin: minutes(30),
		QueueMin: minutes(600), MoveMin: minutes(120), MinWaitMin: minutes(300),
	}
	if yields {
		op.Yield = pick(g, 0, bom.MustNumber("0.95"), bom.MustNumber("0.9"))
	}
	switch g.IntN(6) {
	case 0:
		op.WorkCentre, op.BatchQuantity = p[1]+"-oven", bom.Units(int64(g.between(2, 10)))
	case 1:
		op = capacity.Operation{Item: p[0], Site: p[1], Op: number, Supplier: "SUP", LeadDays: g.between(1, 4), Yield: op.Yield}
	case 2:
		other := op
		op.Preference = pick(g, 1, 2)
		other.Preference = pick(g, 0, 1)
		other.WorkCentre = fmt.Sprintf("%s-%d", p[1], g.IntN(3))
		other.RunMin = minutes(20)
		if other.WorkCentre != op.WorkCentre {
			g.rows.Operations = append(g.rows.Operations, other)
		}
	}
	g.rows.Operations = append(g.rows.Operations, op)
}
