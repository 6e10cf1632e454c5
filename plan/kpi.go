package plan

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// KPI is one figure of a plan.
type KPI struct {
	Name  string
	Value decimal.Decimal
	Unit  string
}

// KPIs are the figures of the plan, by name: those of the material plan, or with a finite
// schedule those that hold on real machines, and the schedule's own. They follow late supplies
// to the demands; see mrp.Plan.DemandResults for the cost.
func (p *Plan) KPIs() []KPI {
	service := p.service()
	list := service.kpis()
	list = append(list, KPI{"planned_orders", decimal.NewFromInt(int64(p.material.NumOrders())), "orders"},
		KPI{"inventory_value", p.inventoryValue(), "money"})
	if p.finite != nil {
		list = append(list, p.Finite().kpis()...)
	}
	slices.SortFunc(list, func(a, b KPI) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// service is how demands are served.
type service struct {
	served, late, short int64
	tardiness           decimal.Decimal // days
	weight              decimal.Decimal // of those late or short
}

func (s *service) add(status mrp.Status, days decimal.Decimal, row *mrp.Demand) {
	switch status {
	case mrp.OnTime:
		s.served++
		return
	case mrp.Short:
		s.short++
	case mrp.Late:
		s.late++
	}
	s.tardiness = s.tardiness.Add(days)
	s.weight = s.weight.Add(row.Weight.Or(bom.One).Decimal())
}

func (s *service) kpis() []KPI {
	n := decimal.NewFromInt
	return []KPI{
		{"late_demands", n(s.late), "demands"},
		{"late_weight", s.weight, "weight"},
		{"on_time_in_full", ratio(s.served, s.served+s.late+s.short, 1), "fraction"},
		{"short_demands", n(s.short), "demands"},
		{"tardiness", s.tardiness, "days"},
	}
}

// ratio is a ÷ b to four places; what stands for it without b.
func ratio(a, b, without int64) decimal.Decimal {
	if b == 0 {
		return decimal.NewFromInt(without)
	}
	return decimal.NewFromInt(a).DivRound(decimal.NewFromInt(b), 4)
}

// service counts the demands as the schedule serves them, without one as the material plan does.
func (p *Plan) service() service {
	var s service
	book := p.model.Book
	if p.finite != nil {
		for _, r := range p.Finite().Promises() {
			s.add(r.Status, r.LateDays().Decimal(), book.DemandAt(r.Demand))
		}
		return s
	}
	for _, r := range p.material.DemandResults() {
		s.add(r.Status, decimal.NewFromInt(int64(r.LateDays)), book.DemandAt(r.Demand))
	}
	return s
}

// inventoryValue is the stock at the planning start at the items' cost.
func (p *Plan) inventoryValue() decimal.Decimal {
	value := decimal.Zero
	for _, l := range p.model.Book.LotsByPart() {
		if cost := p.model.Catalog.Parts[l.Part].Cost; cost != 0 {
			value = value.Add(cost.Decimal().Mul(l.Quantity.Decimal()))
		}
	}
	return value
}

// kpis are the figures of the schedule itself.
func (f *Finite) kpis() []KPI {
	orders, flow, last := f.flow()
	var available, setup, run int64
	for l := range f.Load(capacity.Week).Rows() {
		if !l.Unlimited {
			available, setup, run = available+int64(l.Available), setup+int64(l.Setup), run+int64(l.Run)
		}
	}
	span := max(last-f.today, 0)
	n := decimal.NewFromInt
	list := []KPI{
		{"makespan", inDays(span), "days"},
		{"scheduled_operations", n(int64(f.NumOperations())), "operations"},
		{"setup_share", ratio(setup, setup+run, 0), "fraction"},
		{"setup_time", inHours(f.score[schedule.SetupTime]), "hours"},
		{"utilisation", ratio(setup+run, available, 0), "fraction"},
		{"late_demands_bound", n(f.bound[schedule.Late]), "demands"},
		{"weighted_tardiness", weightedDays(f.score[schedule.Tardiness]), "weighted days"},
		{"weighted_tardiness_bound", weightedDays(f.bound[schedule.Tardiness]), "weighted days"},
		{"wip", ratio(flow, span, 0), "orders"},
	}
	if orders > 0 {
		list = append(list, KPI{"flow_time", inDays(flow / orders), "days"})
	}
	if span > 0 {
		list = append(list, KPI{"throughput", n(orders*7*24*3600).DivRound(n(span), 4), "orders a week"})
	}
	if f.reference != nil {
		list = append(list, KPI{"deviation", inDays(f.score[schedule.Deviation]), "days"})
	}
	if f.gain != nil {
		list = append(list, f.gain.kpis()...)
	}
	return list
}

// flow counts the orders that are done some day, how long they took in sum, and when the last one is done.
func (f *Finite) flow() (orders, sum, last int64) {
	for j := range f.problem.Jobs {
		job := &f.problem.Jobs[j]
		if job.Due != 0 || job.Ops == 0 {
			continue // a shipment
		}
		start, end := f.jobStart(int32(j)), f.jobEnd(int32(j))
		if end >= capacity.Never {
			continue
		}
		orders++
		sum += end - start
		last = max(last, end)
	}
	return orders, sum, last
}

func inDays(seconds int64) decimal.Decimal {
	return decimal.NewFromInt(seconds).DivRound(decimal.NewFromInt(24*3600), 4)
}

func inHours(seconds int64) decimal.Decimal {
	return decimal.NewFromInt(seconds).DivRound(decimal.NewFromInt(3600), 4)
}

// weightedDays is a tardiness of seconds times thousandths of weight.
func weightedDays(score int64) decimal.Decimal { return inDays(score).Shift(-3) }
