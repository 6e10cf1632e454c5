package plan

import (
	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/mrp"
)

// KPI is one figure of a plan.
type KPI struct {
	Name  string
	Value decimal.Decimal
	Unit  string
}

// KPIs are the figures of the material plan, by name. They follow late supplies
// to the demands; see mrp.Plan.DemandResults for the cost.
func (p *Plan) KPIs() []KPI {
	var served, late, short, lateDays int64
	weight := decimal.Zero
	for _, r := range p.material.DemandResults() {
		row := &p.model.Book.Demands[r.Demand]
		switch r.Status {
		case mrp.OnTime:
			served++
		case mrp.Short:
			short++
		case mrp.Late:
			late++
		}
		if r.Status != mrp.OnTime {
			lateDays += int64(r.LateDays)
			weight = weight.Add(row.Weight.Or(1_000_000_000).Decimal())
		}
	}
	share := decimal.NewFromInt(1)
	if all := served + late + short; all > 0 {
		share = decimal.NewFromInt(served).DivRound(decimal.NewFromInt(all), 4)
	}
	n := decimal.NewFromInt
	return []KPI{
		{"late_demands", n(late), "demands"},
		{"late_weight", weight, "weight"},
		{"on_time_in_full", share, "fraction"},
		{"planned_orders", n(int64(p.material.NumOrders())), "orders"},
		{"short_demands", n(short), "demands"},
		{"tardiness", n(lateDays), "days"},
	}
}
