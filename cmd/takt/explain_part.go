package main

import (
	"fmt"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// part explains how a part is planned.
func (x *explanation) part(p bom.PartID) error {
	advice := x.Messages(func(g *mrp.Message) bool { return g.Part == p })
	list := x.PartTables(p, advice)
	return x.print(func() {
		fmt.Fprintf(x.a.stdout, "Part %s\n", x.describe(p))
		x.masterData(p)
		x.printMessages("MESSAGES", advice[:min(len(advice), mostLate)])
		x.section("STOCK AND REQUIREMENTS", "none", list[0])
		x.section("NETTING RECORD", "none", list[1])
		x.section("AVAILABLE TO PROMISE", "", list[2])
	}, list...)
}

// masterData prints the settings that steer a part, without those at their default.
func (x *explanation) masterData(p bom.PartID) {
	n := x.Plan.Network()
	part := &n.Parts[p]
	g := grid{indent: 2, columns: []column{{}, {fold: true}}}
	add := func(wanted bool, name, format string, args ...any) {
		if wanted {
			g.add(name, fmt.Sprintf(format, args...))
		}
	}
	from, to := n.Lines(p)
	g.add("structure", fmt.Sprintf("low-level code %d, %s, used by %s", n.Level(p), count(int(to-from), "BOM line"), count(len(n.Uses(p)), "line")))
	add(part.Phantom, "phantom", "never ordered: its components are planned for what stands behind it")
	if !part.Phantom {
		x.sources(&g, p)
		g.add("lot rule", lotRule(part))
	}
	add(part.LotMin > 0, "minimum lot", "%v", part.LotMin)
	add(part.LotMax > 0, "maximum lot", "%v", part.LotMax)
	add(part.LotMultiple > 0, "multiple", "%v", part.LotMultiple)
	add(part.SafetyStock > 0, "safety stock", "%v", part.SafetyStock)
	add(part.ServiceLevel > 0 && !part.SafetyStockGiven, "safety stock", "for a service level of %v at a standard deviation of %v a day", part.ServiceLevel, part.DemandDeviation)
	add(part.CoverDays > 0, "cover", "the requirements of the next %s", days(int(part.CoverDays)))
	add(part.SafetyDays > 0, "safety time", "%s", count(int(part.SafetyDays), "working day"))
	add(part.PlanningFenceDays > 0, "planning fence", "%s", days(int(part.PlanningFenceDays)))
	add(part.DemandFenceDays > 0, "demand fence", "%s", days(int(part.DemandFenceDays)))
	add(part.ShelfLifeDays > 0, "shelf life", "%s", days(int(part.ShelfLifeDays)))
	add(part.Yield != bom.One, "yield", "%v", part.Yield)
	add(part.InspectionDays > 0, "inspection", "%s", count(int(part.InspectionDays), "working day"))
	add(part.DesignDays > 0, "design", "%s before its first order", count(int(part.DesignDays), "working day"))
	heading(x.a.stdout, "HOW IT IS PLANNED", "")
	g.write(x.a.stdout)
}

// sources lists the ways to replenish a part.
func (x *explanation) sources(g *grid, p bom.PartID) {
	n := x.Plan.Network()
	from, to := n.Sources(p)
	lead := func(own int32) string {
		if own < 0 {
			own = n.Parts[p].LeadDays
		}
		if own < 0 {
			return ""
		}
		return ", " + count(int(own), "working day")
	}
	if from == to {
		g.add("replenished by", n.DefaultKind(p).String()+lead(-1))
	}
	for i := from; i < to; i++ {
		s := &n.Supplies[i]
		text := fmt.Sprintf("%v: source %s", s.Kind, n.Names.String(s.ID))
		if s.From != 0 {
			text += " from " + n.Names.String(s.From)
		}
		if to-from > 1 {
			text += fmt.Sprintf(", priority %d", s.Priority)
		}
		if s.Share > 0 {
			text += fmt.Sprintf(", share %v", s.Share)
		}
		text += lead(s.LeadDays)
		for _, l := range [...]struct {
			name string
			q    bom.Quantity
		}{{"minimum", s.Min}, {"maximum", s.Max}, {"multiple", s.Multiple}} {
			if l.q > 0 {
				text += fmt.Sprintf(", %s %v", l.name, l.q)
			}
		}
		if s.FromDate != bom.NoDay || s.ToDate != bom.NoDay {
			text += fmt.Sprintf(", valid %s to %s", dateOr(s.FromDate, "always"), dateOr(s.ToDate, "always"))
		}
		title := "replenished by"
		if i > from {
			title = ""
		}
		g.add(title, text)
	}
}

// lotRule is a part's lot rule with what it needs to know.
func lotRule(part *bom.Part) string {
	name := strings.ReplaceAll(part.LotRule.String(), "_", "-")
	switch part.LotRule {
	case bom.FixedLot:
		return fmt.Sprintf("%s, lots of %v", name, part.LotQuantity)
	case bom.PeriodLot:
		return fmt.Sprintf("%s, the shortages of %s together", name, days(int(part.LotDays)))
	case bom.MinMax:
		return fmt.Sprintf("%s, from below %v up to %v", name, part.ReorderPoint, part.OrderUpTo)
	case bom.LotForLot:
		return name
	}
	return fmt.Sprintf("%s, order cost %v, holding cost %v a unit and day", name, part.OrderCost, part.HoldingCost)
}
