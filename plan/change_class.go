package plan

import (
	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// Impact is how deep a change reaches into the plan. Each level includes those before it.
type Impact uint8

// The impacts.
const (
	// NoEffect: orders, dates and the schedule stay; texts, prices and money figures may change.
	NoEffect Impact = iota
	// SequenceOnly: the turns in the schedule, and who gets a supply first, may change; planned orders stay.
	// Weight, class, penalty, delivery policy, pins and the frozen zone are of this kind, and a demand's priority.
	SequenceOnly
	// DatesOnly: the same is asked for, at other times: due dates, lead times, working hours. Orders move, and a
	// lot rule that looks ahead may group them otherwise.
	DatesOnly
	// Structure: quantities, items or orders change.
	Structure
)

// Impacts are the names of the impacts, by impact.
var Impacts = [...]string{"none", "sequence", "dates", "structure"}

func (i Impact) String() string { return Impacts[i] }

// Classify tells what changes touch, from their rows before and after, and plans nothing. Errors are those of Apply.
// It judges what may change: a part with stock enough may not move at all.
func (p *Plan) Classify(changes ...Change) (Impact, error) {
	d := newDraft(p)
	if _, err := editAll(d, changes); err != nil {
		return NoEffect, err
	}
	return d.impact, nil
}

// affects notes how deep a change of a row reaches.
func (d *draft) affects(i Impact) { d.impact = max(d.impact, i) }

// rowImpact is the least impact whose columns hold all the difference of two rows. Each level
// blanks the columns that reach no deeper than it does.
func rowImpact[R comparable](was, is R, levels ...func(*R)) Impact {
	for i, blank := range levels {
		blank(&was)
		blank(&is)
		if was == is {
			return Impact(i)
		}
	}
	return Structure
}

func demandImpact(was, is mrp.Demand, there bool) Impact {
	if !there {
		return Structure
	}
	return rowImpact(was, is,
		func(r *mrp.Demand) { r.Row, r.Customer = 0, "" },
		func(r *mrp.Demand) {
			r.Priority, r.Weight, r.PenaltyPerDay, r.Class = 0, bom.Optional[bom.Number]{}, 0, ""
			r.Policy, r.MinDelivery, r.Order = 0, 0, ""
		},
		func(r *mrp.Demand) { r.Due, r.Latest, r.PackDays, r.ShipDays = bom.When{}, bom.When{}, 0, 0 })
}

func receiptImpact(was, is mrp.Receipt, there bool) Impact {
	if !there {
		return Structure
	}
	none := func(r *mrp.Receipt) { r.Row = 0 }
	return rowImpact(was, is, none, none, func(r *mrp.Receipt) {
		r.Due, r.Need, r.Confirmed, r.Start = bom.When{}, bom.When{}, bom.When{}, bom.When{}
	})
}

func itemImpact(was, is bom.Item) Impact {
	none := func(r *bom.Item) { r.Row, r.Description, r.Family, r.Cost, r.Price = 0, "", "", 0, 0 }
	return rowImpact(was, is, none, none, func(r *bom.Item) {
		r.LeadDays, r.Calendar, r.InspectionDays, r.DesignDays, r.SafetyDays = bom.Optional[int]{}, "", 0, 0, 0
		r.PlanningFenceDays = 0
	})
}

func sourceImpact(was, is bom.Source) Impact {
	none := func(r *bom.Source) {
		r.Row, r.UnitCost, r.ExpediteCost, r.ExpediteDays = 0, 0, 0, bom.Optional[int]{}
	}
	return rowImpact(was, is, none, none, func(r *bom.Source) { r.LeadDays, r.LeadDaysPerUnit, r.Calendar = bom.Optional[int]{}, 0, "" })
}

func lineImpact(was, is bom.Line) Impact {
	none := func(r *bom.Line) { r.Row = 0 }
	return rowImpact(was, is, none, none, func(r *bom.Line) { r.OffsetDays, r.Op = 0, 0 })
}

// operationImpact: times and work centres move dates; the yield changes quantities.
func operationImpact(was, is capacity.Operation) Impact {
	yield := func(r *capacity.Operation) bom.Number { return max(r.Yield, 0) }
	if yield(&was) != yield(&is) {
		return Structure
	}
	was.Row, is.Row, was.Name, is.Name = 0, 0, "", ""
	if was == is {
		return NoEffect
	}
	return DatesOnly
}

func centreImpact(was, is capacity.WorkCentre) Impact {
	for _, r := range []*capacity.WorkCentre{&was, &is} {
		r.Row, r.CostPerHour, r.OvertimeCostPerHour, r.OvertimeHoursPerDay, r.Bottleneck = 0, 0, 0, 0, false
	}
	if was == is {
		return NoEffect
	}
	return DatesOnly
}
