package generate

import (
	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan/tables"
)

// Tables are the input tables of the model. Their rows are made as a writer takes them.
func (m *Model) Tables() []tables.Table {
	list := []tables.Table{m.settingsTable(), m.itemsTable(), m.sourcesTable(), m.linesTable()}
	if m.o.Routings {
		list = append(list, m.operationsTable(), m.centresTable())
	}
	if m.o.WorkWeek {
		type row = capacity.CalendarRow
		list = append(list, tables.New("calendars", nil, m.Calendars(),
			tables.ID("calendar", func(r *row) string { return r.ID }),
			tables.Text("days", func(r *row) string { return r.Days }),
			tables.Text("shifts", func(r *row) string { return r.Shifts })))
	}
	list = append(list, m.stockTable(), m.demandsTable(), m.receiptsTable())
	for i := range list {
		list[i].Sparse = true
		list[i].OmitEmpty = list[i].Name != "items" && list[i].Name != "demands"
	}
	return list
}

// columns are fields with a site among them if there are several.
func columns[T any](m *Model, site func(*T) string, fields ...tables.Field[T]) []tables.Field[T] {
	if m.o.Sites == 1 {
		return fields
	}
	return append(fields, tables.ID("site", site))
}

// quantity is a column that is empty for zero.
func quantity[T any](name string, get func(*T) bom.Quantity) tables.Field[T] {
	return tables.Quantity(name, get).If(func(r *T) bool { return get(r) != 0 })
}

// number is a column that is empty for zero.
func number[T any](name string, get func(*T) bom.Number) tables.Field[T] {
	return tables.Number(name, get).If(func(r *T) bool { return get(r) != 0 })
}

func (m *Model) settingsTable() tables.Table {
	type row = mrp.Settings
	return tables.New("settings", nil, func(yield func(row) bool) { yield(m.Settings()) },
		tables.When("start", func(r *row) bom.When { return r.Start }),
		tables.ID("time_zone", func(r *row) string { return r.TimeZone }),
		tables.ID("calendar", func(r *row) string { return r.Calendar }))
}

func (m *Model) itemsTable() tables.Table {
	type row = bom.Item
	return tables.New("items", nil, m.Items(), columns(m, func(r *row) string { return r.Site },
		tables.ID("item", func(r *row) string { return r.ID }),
		tables.Int("decimals", func(r *row) int { return r.Decimals.Value }),
		number("cost", func(r *row) bom.Number { return r.Cost }),
		tables.Int("lead_days", func(r *row) int { return r.LeadDays.Value }).If(func(r *row) bool { return r.LeadDays.Set }),
		tables.Name("lot_rule", func(r *row) string { return r.LotRule.String() }).If(func(r *row) bool { return r.LotRule != bom.LotForLot }),
		quantity("lot_qty", func(r *row) bom.Quantity { return r.LotQuantity }),
		tables.Int("lot_days", func(r *row) int { return r.LotDays }).If(func(r *row) bool { return r.LotDays != 0 }),
		number("order_cost", func(r *row) bom.Number { return r.OrderCost }),
		number("holding_cost", func(r *row) bom.Number { return r.HoldingCost }),
		quantity("reorder_point", func(r *row) bom.Quantity { return r.ReorderPoint }),
		quantity("order_up_to", func(r *row) bom.Quantity { return r.OrderUpTo }),
		quantity("safety_stock", func(r *row) bom.Quantity { return r.SafetyStock.Value }))...)
}

func (m *Model) sourcesTable() tables.Table {
	type row = bom.Source
	return tables.New("sources", nil, m.Sources(), columns(m, func(r *row) string { return r.Site },
		tables.ID("item", func(r *row) string { return r.Item }),
		tables.ID("source", func(r *row) string { return r.ID }),
		tables.Name("kind", func(r *row) string { return r.Kind.String() }),
		tables.ID("from", func(r *row) string { return r.From }),
		tables.Int("lead_days", func(r *row) int { return r.LeadDays.Value }).If(func(r *row) bool { return r.LeadDays.Set }))...)
}

func (m *Model) linesTable() tables.Table {
	type row = bom.Line
	return tables.New("bom", nil, m.Lines(),
		tables.ID("parent", func(r *row) string { return r.Parent }),
		tables.ID("component", func(r *row) string { return r.Component }),
		tables.Quantity("qty", func(r *row) bom.Quantity { return r.Quantity }))
}

func (m *Model) operationsTable() tables.Table {
	type row = capacity.Operation
	return tables.New("routings", nil, m.Operations(),
		tables.ID("item", func(r *row) string { return r.Item }),
		tables.Int("op", func(r *row) int { return r.Op }),
		tables.ID("work_centre", func(r *row) string { return r.WorkCentre }),
		tables.Number("setup_min", func(r *row) bom.Number { return r.SetupMin }),
		tables.Number("run_min", func(r *row) bom.Number { return r.RunMin }))
}

func (m *Model) centresTable() tables.Table {
	type row = capacity.WorkCentre
	return tables.New("work_centres", nil, m.WorkCentres(),
		tables.ID("work_centre", func(r *row) string { return r.ID }),
		tables.Int("machines", func(r *row) int { return r.Machines.Value }))
}

func (m *Model) stockTable() tables.Table {
	type row = mrp.Stock
	return tables.New("stock", nil, m.Stock(), columns(m, func(r *row) string { return r.Site },
		tables.ID("item", func(r *row) string { return r.Item }),
		tables.Quantity("qty", func(r *row) bom.Quantity { return r.Quantity }))...)
}

func (m *Model) demandsTable() tables.Table {
	type row = mrp.Demand
	fields := []tables.Field[row]{
		tables.ID("demand", func(r *row) string { return r.ID }),
		tables.ID("item", func(r *row) string { return r.Item }),
		tables.Quantity("qty", func(r *row) bom.Quantity { return r.Quantity }),
		tables.When("due", func(r *row) bom.When { return r.Due }),
		tables.Int("priority", func(r *row) int { return r.Priority }).If(func(r *row) bool { return r.Priority != 0 }),
	}
	if m.o.Forecasts > 0 {
		fields = append(fields,
			tables.Name("kind", func(r *row) string { return mrp.DemandKinds[r.Kind] }),
			tables.Int("period_days", func(r *row) int { return r.PeriodDays }).If(func(r *row) bool { return r.PeriodDays != 0 }))
	}
	return tables.New("demands", nil, m.Demands(), columns(m, func(r *row) string { return r.Site }, fields...)...)
}

func (m *Model) receiptsTable() tables.Table {
	type row = mrp.Receipt
	return tables.New("receipts", nil, m.Receipts(),
		tables.ID("receipt", func(r *row) string { return r.ID }),
		tables.Name("kind", func(r *row) string { return r.Kind.String() }),
		tables.ID("item", func(r *row) string { return r.Item }),
		tables.Quantity("qty", func(r *row) bom.Quantity { return r.Quantity }),
		tables.When("due", func(r *row) bom.When { return r.Due }))
}
