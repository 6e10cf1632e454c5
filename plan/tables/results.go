package tables

import (
	"iter"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// Results are the output tables of a plan, rows sorted by their keys. The rows
// are made as a writer takes them, so that a plan of any size can be written;
// pegging and messages are computed then.
func Results(p *plan.Plan) []Table {
	zone := p.Model().Zone()
	m, f := p.Material(), p.Finite()
	list := []Table{
		PlannedOrders(zone, m.Orders(), f),
		Pegging(zone, m.Pegging()),
		DemandStatus(zone, m),
		Deliveries(zone, m),
		Messages(zone, m.AllMessages()),
		Projected(zone, m),
		KPIs(p),
	}
	if f != nil {
		list[1], list[2], list[3] = Pegging(zone, f.Pegging()), Promises(zone, f), Shipments(zone, f)
		list = append(list, Schedule(zone, f.Operations()), LoadProfile(zone, f.Load(capacity.Week).Rows()))
	}
	return list
}

// PlannedOrders is the table planned_orders. Its finite_start and finite_end are those of the
// schedule; without one (nil) they are empty.
func PlannedOrders(zone *time.Location, rows iter.Seq[mrp.Order], f *plan.Finite) Table {
	times := func(o *mrp.Order) (start, end bom.When) {
		if f == nil {
			return bom.When{}, bom.When{}
		}
		return f.LotTimes(o.Part, o.Lot)
	}
	return New("planned_orders", zone, rows,
		ID("order", func(o *mrp.Order) string { return o.ID }),
		Name("kind", func(o *mrp.Order) string { return o.Kind.String() }),
		ID("item", func(o *mrp.Order) string { return o.Item }),
		ID("site", func(o *mrp.Order) string { return o.Site }),
		ID("source", func(o *mrp.Order) string { return o.Source }),
		Quantity("qty", func(o *mrp.Order) bom.Quantity { return o.Quantity }),
		Quantity("start_qty", func(o *mrp.Order) bom.Quantity { return o.StartQuantity }),
		Day("start", func(o *mrp.Order) bom.Day { return o.Start }),
		Day("due", func(o *mrp.Order) bom.Day { return o.Due }),
		Day("need", func(o *mrp.Order) bom.Day { return o.Need }),
		ID("demand", func(o *mrp.Order) string { return o.Demand }),
		Int("late_days", func(o *mrp.Order) int { return o.LateDays }),
		When("finite_start", func(o *mrp.Order) bom.When { start, _ := times(o); return start }),
		When("finite_end", func(o *mrp.Order) bom.When { _, end := times(o); return end }),
	)
}

// Pegging is the table pegging.
func Pegging(zone *time.Location, rows iter.Seq[mrp.Pegging]) Table {
	return New("pegging", zone, rows,
		ID("supply", func(g *mrp.Pegging) string { return g.Supply }),
		Name("supply_kind", func(g *mrp.Pegging) string { return string(g.SupplyKind) }),
		ID("consumer", func(g *mrp.Pegging) string { return g.Consumer }),
		Name("consumer_kind", func(g *mrp.Pegging) string { return string(g.ConsumerKind) }),
		ID("item", func(g *mrp.Pegging) string { return g.Item }),
		ID("site", func(g *mrp.Pegging) string { return g.Site }),
		Quantity("qty", func(g *mrp.Pegging) bom.Quantity { return g.Quantity }),
		Day("available", func(g *mrp.Pegging) bom.Day { return g.Available }),
		Day("needed", func(g *mrp.Pegging) bom.Day { return g.Needed }),
	)
}

// DemandStatus is the table demand_status.
func DemandStatus(zone *time.Location, m *mrp.Plan) Table {
	type result = mrp.DemandResult
	demand := func(r *result) *mrp.Demand { return m.Model().Book.DemandAt(r.Demand) }
	return New("demand_status", zone, demandResults(m),
		ID("demand", func(r *result) string { return demand(r).ID }),
		ID("item", func(r *result) string { return demand(r).Item }),
		ID("site", func(r *result) string { return demand(r).Site }),
		Quantity("qty", func(r *result) bom.Quantity { return r.Quantity }),
		When("due", func(r *result) bom.When { return demand(r).Due }),
		Day("promised", func(r *result) bom.Day { return r.Promised }),
		Int("late_days", func(r *result) int { return r.LateDays }),
		Name("status", func(r *result) string { return string(r.Status) }),
		Text("cause", func(r *result) string { return r.Cause() }),
	)
}

func demandResults(m *mrp.Plan) iter.Seq[mrp.DemandResult] {
	return func(yield func(mrp.DemandResult) bool) { slices.Values(m.DemandResults())(yield) }
}

// Deliveries is the table deliveries.
func Deliveries(zone *time.Location, m *mrp.Plan) Table {
	type delivery struct {
		demand string
		mrp.Delivery
	}
	rows := func(yield func(delivery) bool) {
		for r := range demandResults(m) {
			for _, d := range r.Deliveries {
				if !yield(delivery{m.Model().Book.DemandAt(r.Demand).ID, d}) {
					return
				}
			}
		}
	}
	return New("deliveries", zone, rows,
		ID("demand", func(d *delivery) string { return d.demand }),
		Day("date", func(d *delivery) bom.Day { return d.Date }),
		Quantity("qty", func(d *delivery) bom.Quantity { return d.Quantity }),
	)
}

// Promises is the table demand_status of a finite plan: promised is exact, late_days decimal.
func Promises(zone *time.Location, f *plan.Finite) Table {
	return PromisesOf(zone, f, f.Promises())
}

// PromisesOf is Promises for some of the demands.
func PromisesOf(zone *time.Location, f *plan.Finite, list []plan.Promise) Table {
	type promise = plan.Promise
	demand := func(r *promise) *mrp.Demand { return f.Demand(r.Demand) }
	return New("demand_status", zone, slices.Values(list),
		ID("demand", func(r *promise) string { return demand(r).ID }),
		ID("item", func(r *promise) string { return demand(r).Item }),
		ID("site", func(r *promise) string { return demand(r).Site }),
		Quantity("qty", func(r *promise) bom.Quantity { return r.Quantity }),
		When("due", func(r *promise) bom.When { return demand(r).Due }),
		When("promised", func(r *promise) bom.When { return r.Promised }),
		Number("late_days", func(r *promise) bom.Number { return r.LateDays() }),
		Name("status", func(r *promise) string { return string(r.Status) }),
		Text("cause", func(r *promise) string { return r.Cause() }),
	)
}

// Shipments is the table deliveries of a finite plan.
func Shipments(zone *time.Location, f *plan.Finite) Table {
	type delivery struct {
		demand string
		plan.Shipment
	}
	rows := func(yield func(delivery) bool) {
		for _, r := range f.Promises() {
			for _, d := range r.Deliveries {
				if !yield(delivery{f.Demand(r.Demand).ID, d}) {
					return
				}
			}
		}
	}
	return New("deliveries", zone, rows,
		ID("demand", func(d *delivery) string { return d.demand }),
		When("date", func(d *delivery) bom.When { return d.At }),
		Quantity("qty", func(d *delivery) bom.Quantity { return d.Quantity }),
	)
}

// Messages is the table messages.
func Messages(zone *time.Location, rows iter.Seq[mrp.Message]) Table {
	return New("messages", zone, rows,
		Name("code", func(g *mrp.Message) string { return string(g.Code) }),
		Name("severity", func(g *mrp.Message) string { return string(g.Severity) }),
		ID("item", func(g *mrp.Message) string { return g.Item }),
		ID("site", func(g *mrp.Message) string { return g.Site }),
		ID("order", func(g *mrp.Message) string { return g.Order }),
		ID("demand", func(g *mrp.Message) string { return g.Demand }),
		Day("from_date", func(g *mrp.Message) bom.Day { return g.From }),
		Day("to_date", func(g *mrp.Message) bom.Day { return g.To }),
		Quantity("qty", func(g *mrp.Message) bom.Quantity { return g.Quantity }),
		Text("text", func(g *mrp.Message) string { return g.Text }),
	)
}

// Projected is the table projected.
func Projected(zone *time.Location, m *mrp.Plan) Table {
	type day struct {
		part bom.PartID
		mrp.ProjectedDay
	}
	rows := func(yield func(day) bool) {
		for part, days := range m.AllProjected() {
			for _, d := range days {
				if !yield(day{part, d}) {
					return
				}
			}
		}
	}
	return New("projected", zone, rows,
		ID("item", func(d *day) string { return m.Model().ItemID(d.part) }),
		ID("site", func(d *day) string { return m.Model().SiteID(d.part) }),
		Day("date", func(d *day) bom.Day { return d.Day }),
		Quantity("requirements", func(d *day) bom.Quantity { return d.Requirements }),
		Quantity("receipts", func(d *day) bom.Quantity { return d.Receipts }),
		Quantity("planned", func(d *day) bom.Quantity { return d.Planned }),
		Quantity("projected", func(d *day) bom.Quantity { return d.Projected }),
		Quantity("safety_stock", func(d *day) bom.Quantity { return d.SafetyStock }),
	)
}

// KPIs is the table kpi.
func KPIs(p *plan.Plan) Table {
	rows := func(yield func(plan.KPI) bool) { slices.Values(p.KPIs())(yield) }
	return New("kpi", p.Model().Zone(), rows,
		ID("name", func(k *plan.KPI) string { return k.Name }),
		Text("value", func(k *plan.KPI) string { return k.Value.String() }),
		Name("unit", func(k *plan.KPI) string { return k.Unit }),
	)
}
