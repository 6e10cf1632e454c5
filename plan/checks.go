package plan

import (
	"fmt"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// checkPublished checks the rows of schedule.csv that name what does not exist, or end before they begin.
// Orders and operations that are no more are no errors: the schedule passes them over.
func (b *Builder) checkPublished(m *Model) {
	shop, zone := m.Shop, m.Book.Zone
	if zone == nil {
		return // an error of the settings
	}
	var names []string
	for i := range m.published {
		r := &m.published[i]
		if r.Row == 0 {
			r.Row = i + 1
		}
		check := &bom.Check{Errs: &b.errs, Table: "schedule", Row: r.Row}
		check.ID("order", r.Order)
		if !r.Start.IsZero() && !r.End.IsZero() && r.End.Instant(zone) < r.Start.Instant(zone) {
			check.Fail("end", r.End.Day.String(), "a time not before start: correct one of them")
		} else if !r.SetupEnd.IsZero() && (r.SetupEnd.Instant(zone) < r.Start.Instant(zone) || r.SetupEnd.Instant(zone) > r.End.Instant(zone)) {
			check.Fail("setup_end", r.SetupEnd.Day.String(), "a time from start to end, or nothing: correct it")
		}
		bom.NotNegative(check, "machine", r.Machine)
		bom.NotNegative(check, "qty", r.Quantity)
		if r.WorkCentre == "" {
			continue
		}
		centre, ok := shop.Centre(r.WorkCentre)
		if !ok {
			if names == nil {
				for k := range shop.Centres {
					names = append(names, shop.Centres[k].ID)
				}
			}
			expected := "a work centre of the work_centres table, or no row for what is no more"
			if near := bom.Closest(r.WorkCentre, names); near != "" && len(names) < 20_000 {
				expected += "; did you mean " + near + "?"
			}
			check.Fail("work_centre", r.WorkCentre, expected)
			continue
		}
		if m := shop.Centres[centre].Machines.Or(1); r.Machine > m {
			check.Fail("machine", r.Machine, fmt.Sprintf("a machine from 1 to %d, as %s has: correct it, or raise machines", m, r.WorkCentre))
		}
	}
}

// checkUnits checks that no operation needs more tools or operators than there are.
func (b *Builder) checkUnits(shop *capacity.Shop) {
	for i := range shop.Steps {
		s := &shop.Steps[i]
		for _, need := range [...]struct {
			column       string
			units, where int32
		}{{"tool_units", s.ToolUnits, s.Tool}, {"operator_units", s.OperatorUnits, s.Operator}} {
			if need.where < 0 {
				continue
			}
			if pool := &shop.Centres[need.where]; int(need.units) > pool.Machines.Or(1) {
				(&bom.Check{Errs: &b.errs, Table: "routings", Row: int(s.Row)}).Fail(need.column, need.units,
					fmt.Sprintf("at most %d, the machines of %s: raise them, or ask for less", pool.Machines.Or(1), pool.ID))
			}
		}
	}
}
