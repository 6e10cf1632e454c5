package main

import (
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// state is how a demand is served, in a word and a date.
func state(s *plan.DemandState, there bool) string {
	switch {
	case !there:
		return ""
	case s.Promised.IsZero():
		return string(s.Status)
	}
	return s.Promised.Day.String()
}

// diffTables are the tables of a comparison.
func diffTables(p *plan.Plan, d *plan.Diff) []tables.Table {
	zone := p.Model().Zone()
	type demand = plan.DemandDiff
	type order = plan.OrderDiff
	type operation = plan.OperationDiff
	type kpi = plan.KPIDiff
	return []tables.Table{
		tables.New("demands", zone, slices.Values(d.Demands),
			tables.Name("presence", func(x *demand) string { return string(x.Presence) }),
			tables.ID("demand", func(x *demand) string { return x.Demand }),
			tables.ID("item", func(x *demand) string { return x.Item }),
			tables.ID("site", func(x *demand) string { return x.Site }),
			tables.Name("status_before", func(x *demand) string { return string(x.Before.Status) }),
			tables.Name("status_after", func(x *demand) string { return string(x.After.Status) }),
			tables.When("promised_before", func(x *demand) bom.When { return x.Before.Promised }),
			tables.When("promised_after", func(x *demand) bom.When { return x.After.Promised }),
			tables.Int("later_s", func(x *demand) int { return int(x.Later()) })),
		tables.New("orders", zone, slices.Values(d.Orders),
			tables.Name("presence", func(x *order) string { return string(x.Presence) }),
			tables.ID("order", func(x *order) string { return x.Order }),
			tables.Quantity("qty_before", func(x *order) bom.Quantity { return x.Before.Quantity }),
			tables.Quantity("qty_after", func(x *order) bom.Quantity { return x.After.Quantity }),
			tables.Day("start_before", func(x *order) bom.Day { return x.Before.Start }),
			tables.Day("start_after", func(x *order) bom.Day { return x.After.Start }),
			tables.Day("due_before", func(x *order) bom.Day { return x.Before.Due }),
			tables.Day("due_after", func(x *order) bom.Day { return x.After.Due })),
		tables.New("operations", zone, slices.Values(d.Operations),
			tables.Name("presence", func(x *operation) string { return string(x.Presence) }),
			tables.ID("order", func(x *operation) string { return x.Order }),
			tables.Int("op", func(x *operation) int { return x.Op }),
			tables.ID("work_centre_before", func(x *operation) string { return x.Before.WorkCentre }),
			tables.ID("work_centre_after", func(x *operation) string { return x.After.WorkCentre }),
			tables.Int("machine_before", func(x *operation) int { return x.Before.Machine }),
			tables.Int("machine_after", func(x *operation) int { return x.After.Machine }),
			tables.When("start_before", func(x *operation) bom.When { return x.Before.Start }),
			tables.When("start_after", func(x *operation) bom.When { return x.After.Start })),
		tables.New("kpi", zone, slices.Values(d.KPIs),
			tables.Name("name", func(x *kpi) string { return x.Name }),
			tables.Text("before", func(x *kpi) string { return x.Before.String() }),
			tables.Text("after", func(x *kpi) string { return x.After.String() }),
			tables.Name("unit", func(x *kpi) string { return x.Unit })),
	}
}
