package plan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// moneyPlaces are the decimals to which sums of money are rounded.
const moneyPlaces = 4

// Costs are what the tables give a price for, by name, in money of the model:
//
//	late_penalty   penalty_per_day of the demands that are late, by the days they are
//	overtime       downtime rows of kind overtime: their cost, and their hours on each machine at overtime_cost_per_hour
//	purchases      planned purchases at the unit_cost of their source
//	setups         changeovers of the schedule at the cost of their row in setups; the first family of a machine costs nothing
//	subcontracts   planned subcontracting at the unit_cost of its source
//	transfers      planned transfers likewise
//	work           hours of setup and run at cost_per_hour
//
// Hours are those of the schedule, without one those of capacity requirements planning. What is in stock is in KPIs. O(n log n) in the plan.
func (p *Plan) Costs() []KPI {
	sums := map[string]decimal.Decimal{"late_penalty": p.penalties(), "overtime": p.overtime(), "setups": p.setups(), "work": p.work()}
	for o := range p.material.Orders() {
		name := map[bom.Kind]string{bom.Buy: "purchases", bom.Subcontract: "subcontracts", bom.Transfer: "transfers"}[o.Kind]
		if name == "" {
			continue
		}
		if s := p.supplyOf(&o); s >= 0 {
			if unit := p.model.Catalog.Supplies[s].UnitCost; unit != 0 {
				sums[name] = sums[name].Add(unit.Decimal().Mul(o.Quantity.Decimal()))
			}
		}
	}
	var list []KPI
	for _, name := range []string{"late_penalty", "overtime", "purchases", "setups", "subcontracts", "transfers", "work"} {
		list = append(list, KPI{name, sums[name].Round(moneyPlaces), "money"})
	}
	return list
}

// penalties are what late demands cost.
func (p *Plan) penalties() decimal.Decimal {
	perDay := map[string]bom.Number{}
	for d := range p.model.Demands() {
		if d.PenaltyPerDay > 0 {
			perDay[d.ID] = d.PenaltyPerDay
		}
	}
	sum := decimal.Zero
	if len(perDay) == 0 {
		return sum // most models: nothing to follow
	}
	const day = 24 * 3600
	for _, s := range p.served() {
		if penalty := perDay[s.row.ID]; penalty > 0 && s.state.Late > 0 {
			sum = sum.Add(penalty.Decimal().Mul(decimal.NewFromInt(s.state.Late)).DivRound(decimal.NewFromInt(day), bom.QuotientPlaces))
		}
	}
	return sum
}

// overtime is what the overtime in the model costs.
func (p *Plan) overtime() decimal.Decimal {
	sum := decimal.Zero
	for d := range p.model.Downtime() {
		sum = sum.Add(p.model.overtimeCost(&d))
	}
	return sum
}

// overtimeCost is what a row of downtime costs if it is overtime: its own cost, and its hours on the machines that it is for.
func (m *Model) overtimeCost(d *capacity.Downtime) decimal.Decimal {
	if d.Kind != capacity.Overtime {
		return decimal.Zero
	}
	sum := d.Cost.Decimal()
	for i := range m.Shop.Centres {
		w := &m.Shop.Centres[i]
		if w.ID != d.WorkCentre {
			continue
		}
		machines := int64(1)
		if d.Machine == 0 {
			machines = int64(w.Machines.Or(1))
		}
		seconds := max(0, d.To.Instant(m.Zone())-d.From.Instant(m.Zone()))
		sum = sum.Add(hourCost(w.OvertimeCostPerHour, seconds*machines))
	}
	return sum
}

// hourCost is a cost per hour of some seconds.
func hourCost(cost bom.Number, seconds int64) decimal.Decimal {
	const hour = 3600
	return cost.Decimal().Mul(decimal.NewFromInt(seconds)).DivRound(decimal.NewFromInt(hour), bom.QuotientPlaces)
}

// work is what the hours of the work centres cost.
func (p *Plan) work() decimal.Decimal {
	rates := map[string]bom.Number{}
	for i := range p.model.Shop.Centres {
		if w := &p.model.Shop.Centres[i]; w.CostPerHour > 0 {
			rates[w.ID] = w.CostPerHour
		}
	}
	sum := decimal.Zero
	if len(rates) == 0 {
		return sum
	}
	for _, l := range p.loads(true) {
		if rate := rates[l.WorkCentre]; rate > 0 {
			sum = sum.Add(hourCost(rate, int64(l.Asked().Seconds())))
		}
	}
	return sum
}

// setups are what the changeovers of the schedule cost.
func (p *Plan) setups() decimal.Decimal {
	costs := p.changeoverCosts()
	sum := decimal.Zero
	if p.finite == nil || len(costs) == 0 {
		return sum
	}
	matrix := map[string]string{}
	for i := range p.model.Shop.Centres {
		matrix[p.model.Shop.Centres[i].ID] = p.model.Shop.Centres[i].SetupMatrix
	}
	rows := slices.Collect(p.Finite().Operations())
	slices.SortFunc(rows, func(x, y capacity.ScheduledOperation) int {
		return cmp.Or(strings.Compare(x.WorkCentre, y.WorkCentre), cmp.Compare(x.Machine, y.Machine), cmp.Compare(x.Start.Unix, y.Start.Unix), strings.Compare(x.Order, y.Order), cmp.Compare(x.Op, y.Op))
	})
	for i := 1; i < len(rows); i++ {
		x, y := &rows[i-1], &rows[i]
		if x.WorkCentre == y.WorkCentre && x.Machine == y.Machine && x.Family != y.Family {
			sum = sum.Add(costs.of(matrix[y.WorkCentre], x.Family, y.Family).Decimal())
		}
	}
	return sum
}

type changeover struct{ matrix, from, to string }

// changeoverCosts are the costs of setups; nil if none has one.
type changeoverCosts map[changeover]bom.Number

func (p *Plan) changeoverCosts() changeoverCosts {
	list, priced := changeoverCosts{}, false
	for s := range p.model.Setups() {
		list[changeover{s.Matrix, s.From, s.To}] = s.Cost
		priced = priced || s.Cost > 0
	}
	if !priced {
		return nil
	}
	return list
}

// of is the cost of the row that holds for a changeover: exact, then (from, *), (*, to), (*, *).
func (c changeoverCosts) of(matrix, from, to string) bom.Number {
	for _, key := range []changeover{{matrix, from, to}, {matrix, from, "*"}, {matrix, "*", to}, {matrix, "*", "*"}} {
		if cost, ok := c[key]; ok {
			return cost
		}
	}
	return 0
}
