package answer

import (
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// scheduleTables are the tables of printSchedule.
func (x *Explanation) scheduleTables(order string) []tables.Table {
	f := x.Plan.Finite()
	if f == nil {
		return nil
	}
	return []tables.Table{tables.Schedule(f.Zone(), slices.Values(f.OperationsOf(order))), causesTable(f, f.Why(order))}
}

// causesTable are the links of a chain of causes.
func causesTable(f *plan.Finite, causes []plan.Cause) tables.Table {
	type cause = plan.Cause
	return tables.New("causes", f.Zone(), slices.Values(causes),
		tables.Name("kind", func(c *cause) string { return string(c.Kind) }),
		tables.ID("order", func(c *cause) string { return c.Order }),
		tables.Int("op", func(c *cause) int { return c.Op }),
		tables.ID("item", func(c *cause) string { return c.Item }),
		tables.ID("site", func(c *cause) string { return c.Site }),
		tables.ID("work_centre", func(c *cause) string { return c.WorkCentre }),
		tables.ID("behind", func(c *cause) string { return c.Behind }),
		tables.Text("from", func(c *cause) string { return c.From }),
		tables.When("since", func(c *cause) bom.When { return c.Since }),
		tables.When("until", func(c *cause) bom.When { return c.Until }),
		tables.Int("wait_s", func(c *cause) int { return int(c.Wait) }),
		tables.Text("text", func(c *cause) string { return c.String() }))
}

// promiseTables are the tables of an explained demand in a schedule.
func promiseTables(f *plan.Finite, p plan.Promise) []tables.Table {
	status := tables.PromisesOf(f.Zone(), f, []plan.Promise{p})
	type shipment = plan.Shipment
	return []tables.Table{status, causesTable(f, p.Causes),
		tables.New("deliveries", f.Zone(), slices.Values(p.Deliveries),
			tables.When("date", func(v *shipment) bom.When { return v.At }),
			tables.Quantity("qty", func(v *shipment) bom.Quantity { return v.Quantity }))}
}

// DemandTables are the tables of an explained demand. r is nil if it is not planned.
func (x *Explanation) DemandTables(d *mrp.Demand, r *mrp.DemandResult, tree []Branch) []tables.Table {
	var promise *plan.Promise
	if f := x.Plan.Finite(); f != nil && r != nil {
		if p, ok := f.Promise(r.Demand); ok {
			promise = &p
		}
	}
	return append(StatusTables(x.Plan, d, promise, r), x.treeTable("supply", tree))
}

// StatusTables say what a plan does for a demand: demand_status, causes and deliveries, of the schedule's promise, or else of the
// material plan's result; both nil: it is not planned.
func StatusTables(p *plan.Plan, d *mrp.Demand, promise *plan.Promise, r *mrp.DemandResult) []tables.Table {
	if promise != nil {
		return promiseTables(p.Finite(), *promise)
	}
	var status []mrp.DemandResult
	var causes []mrp.Cause
	var deliveries []mrp.Delivery
	if r != nil {
		status, causes, deliveries = []mrp.DemandResult{*r}, r.Causes, r.Deliveries
	}
	type result = mrp.DemandResult
	return []tables.Table{
		tables.New("demand_status", p.Model().Zone(), slices.Values(status),
			tables.ID("demand", func(*result) string { return d.ID }),
			tables.ID("item", func(*result) string { return d.Item }),
			tables.ID("site", func(*result) string { return d.Site }),
			tables.Quantity("qty", func(r *result) bom.Quantity { return r.Quantity }),
			tables.When("due", func(*result) bom.When { return d.Due }),
			tables.Day("promised", func(r *result) bom.Day { return r.Promised }),
			tables.Int("late_days", func(r *result) int { return r.LateDays }),
			tables.Name("status", func(r *result) string { return string(r.Status) })),
		tables.New("causes", nil, slices.Values(causes),
			tables.Name("kind", func(c *mrp.Cause) string { return string(c.Kind) }),
			tables.ID("order", func(c *mrp.Cause) string { return c.Order }),
			tables.ID("item", func(c *mrp.Cause) string { return c.Item }),
			tables.ID("site", func(c *mrp.Cause) string { return c.Site }),
			tables.Text("from", func(c *mrp.Cause) string { return c.From }),
			tables.Day("date", func(c *mrp.Cause) bom.Day { return c.Date }),
			tables.Int("days", func(c *mrp.Cause) int { return c.Days }),
			tables.Int("lead_days", func(c *mrp.Cause) int { return c.Lead }),
			tables.Text("text", func(c *mrp.Cause) string { return c.String() })),
		tables.New("deliveries", nil, slices.Values(deliveries),
			tables.Day("date", func(v *mrp.Delivery) bom.Day { return v.Date }),
			tables.Quantity("qty", func(v *mrp.Delivery) bom.Quantity { return v.Quantity })),
	}
}

// RequirementsTable is a stock/requirements list as a table.
func RequirementsTable(rows []mrp.ListRow) tables.Table {
	type row = mrp.ListRow
	return tables.New("stock_requirements", nil, slices.Values(rows),
		tables.Day("date", func(r *row) bom.Day { return r.Day }),
		tables.Name("element", func(r *row) string { return string(r.Element) }),
		tables.ID("id", func(r *row) string { return r.ID }),
		tables.Quantity("qty", func(r *row) bom.Quantity { return r.Quantity }),
		tables.Quantity("available", func(r *row) bom.Quantity { return r.Available }),
		tables.Day("there_on", func(r *row) bom.Day { return r.Due }),
		tables.ID("demand", func(r *row) string { return r.Demand }))
}

// record is the netting record as a table.
func (x *Explanation) record(p bom.PartID) tables.Table {
	type row = mrp.ProjectedDay
	return tables.New("projected", nil, slices.Values(x.Material.Projected(p)),
		tables.Day("date", func(r *row) bom.Day { return r.Day }),
		tables.Quantity("requirements", func(r *row) bom.Quantity { return r.Requirements }),
		tables.Quantity("receipts", func(r *row) bom.Quantity { return r.Receipts }),
		tables.Quantity("planned", func(r *row) bom.Quantity { return r.Planned }),
		tables.Quantity("projected", func(r *row) bom.Quantity { return r.Projected }),
		tables.Quantity("safety_stock", func(r *row) bom.Quantity { return r.SafetyStock }))
}

// atp is what may be promised, as a table.
func (x *Explanation) atp(p bom.PartID) tables.Table {
	type row = mrp.ATPDay
	return tables.New("available_to_promise", nil, slices.Values(x.Material.ATP(p)),
		tables.Day("from", func(r *row) bom.Day { return r.Day }),
		tables.Quantity("supply", func(r *row) bom.Quantity { return r.Supply }),
		tables.Quantity("committed", func(r *row) bom.Quantity { return r.Committed }),
		tables.Quantity("discrete", func(r *row) bom.Quantity { return r.Discrete }),
		tables.Quantity("cumulative", func(r *row) bom.Quantity { return r.Cumulative }))
}

// steps are the steps of a reckoning as a table.
func steps(list []mrp.Step) tables.Table {
	type step = mrp.Step
	return tables.New("steps", nil, slices.Values(list),
		tables.Name("rule", func(s *step) string { return s.Rule }),
		tables.Text("result", func(s *step) string { return s.Result }),
		tables.Text("text", func(s *step) string { return s.Text }))
}

// Messages are those of the plan that meet a condition.
func (x *Explanation) Messages(keep func(*mrp.Message) bool) []mrp.Message {
	var out []mrp.Message
	for g := range x.Material.AllMessages() {
		if keep(&g) {
			out = append(out, g)
		}
	}
	return out
}

// OrderTables are the tables of an explained planned order.
func (x *Explanation) OrderTables(e *mrp.Explanation, serves, needs []Branch) []tables.Table {
	order := tables.PlannedOrders(x.Plan.Model().Zone(), slices.Values([]mrp.Order{e.Order}), x.Plan.Finite())
	return append([]tables.Table{order, steps(e.Steps), x.treeTable("serves", serves), x.treeTable("needs", needs)}, x.scheduleTables(e.Order.ID)...)
}

// ReceiptTables are the tables of an explained open order.
func (x *Explanation) ReceiptTables(id string, serves []Branch, advice []mrp.Message) []tables.Table {
	return append([]tables.Table{x.treeTable("serves", serves), tables.Messages(x.Plan.Model().Zone(), slices.Values(advice))}, x.scheduleTables(id)...)
}

// PartTables are the tables of an explained part: stock and requirements, the netting record and what may be promised first.
func (x *Explanation) PartTables(p bom.PartID, advice []mrp.Message) []tables.Table {
	zone := x.Plan.Model().Zone()
	return []tables.Table{RequirementsTable(x.Material.StockRequirements(p)), x.record(p), x.atp(p), tables.PlannedOrders(zone, x.Material.OrdersOf(p), x.Plan.Finite()),
		tables.Messages(zone, slices.Values(advice))}
}

// TreeTable is a tree as a table.
func (x *Explanation) TreeTable(name string, list []Branch) tables.Table {
	return x.treeTable(name, list)
}
