package answer

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// DiffTables are the tables of a comparison.
func DiffTables(zone *time.Location, d *plan.Diff) []tables.Table {
	type demand = plan.DemandDiff
	type order = plan.OrderDiff
	type operation = plan.OperationDiff
	type load = plan.LoadDiff
	hours := func(d time.Duration) decimal.Decimal {
		return decimal.NewFromInt(int64(d)).DivRound(decimal.NewFromInt(int64(time.Hour)), 4)
	}
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
		tables.New("load", zone, slices.Values(d.Loads),
			tables.ID("work_centre", func(x *load) string { return x.WorkCentre }),
			tables.Day("from", func(x *load) bom.Day { return x.First }),
			tables.Day("to", func(x *load) bom.Day { return x.Last }),
			tables.Decimal("available_h_before", func(x *load) decimal.Decimal { return hours(x.Before.Available) }),
			tables.Decimal("available_h_after", func(x *load) decimal.Decimal { return hours(x.After.Available) }),
			tables.Decimal("setup_h_before", func(x *load) decimal.Decimal { return hours(x.Before.Setup) }),
			tables.Decimal("setup_h_after", func(x *load) decimal.Decimal { return hours(x.After.Setup) }),
			tables.Decimal("run_h_before", func(x *load) decimal.Decimal { return hours(x.Before.Run) }),
			tables.Decimal("run_h_after", func(x *load) decimal.Decimal { return hours(x.After.Run) })),
		figureTable("cost", zone, d.Costs),
		figureTable("kpi", zone, d.KPIs),
	}
}

// figureTable is a table of figures.
func figureTable(name string, zone *time.Location, list []plan.KPIDiff) tables.Table {
	type figure = plan.KPIDiff
	return tables.New(name, zone, slices.Values(list),
		tables.Name("name", func(x *figure) string { return x.Name }),
		tables.Text("before", func(x *figure) string { return x.Before.String() }),
		tables.Text("after", func(x *figure) string { return x.After.String() }),
		tables.Name("unit", func(x *figure) string { return x.Unit }))
}
