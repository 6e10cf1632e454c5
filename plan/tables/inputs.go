package tables

import (
	"iter"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// inputs are the input tables in the order in which they are read and written:
// settings first, because dates depend on its zone and start.
var inputs = []spec{&settingsTable, &itemsTable, &uomsTable, &sourcesTable, &bomTable,
	&routingsTable, &workCentresTable, &calendarsTable, &downtimeTable, &setupsTable,
	&stockTable, &demandsTable, &receiptsTable, &allocationsTable, &scheduleTable}

// outputs are the names of the tables that a plan writes; a reader passes over them.
var outputs = []string{"planned_orders", "pegging", "demand_status", "deliveries",
	"messages", "projected", "schedule", "load", "kpi"}

// Inputs are the names of the input tables, in reading order.
func Inputs() []string {
	names := make([]string, len(inputs))
	for i, t := range inputs {
		names[i] = t.table()
	}
	return names
}

// Columns are the columns of an input table, nil for a name that is none.
func Columns(table string) []Column {
	if i := inputIndex(table); i >= 0 {
		return inputs[i].columns()
	}
	return nil
}

func inputIndex(table string) int {
	for i, t := range inputs {
		if t.table() == table {
			return i
		}
	}
	return -1
}

var settingsTable = inputTable[mrp.Settings]{
	name: "settings",
	cols: []column[mrp.Settings]{
		zoneColumn, // before start, which depends on it
		startColumn,
		integer("horizon_days", func(r *mrp.Settings) *int { return &r.HorizonDays }, 0),
		oneOf("past_due", mrp.PastDues[:], func(r *mrp.Settings) *mrp.PastDue { return &r.PastDue }, 0),
		id("calendar", func(r *mrp.Settings) *string { return &r.Calendar }, 0),
		integer("consume_back_days", func(r *mrp.Settings) *int { return &r.ConsumeBackDays }, 0),
		integer("consume_ahead_days", func(r *mrp.Settings) *int { return &r.ConsumeAheadDays }, 0),
		integer("damper_days", func(r *mrp.Settings) *int { return &r.DamperDays }, 0),
		number("damper_share", func(r *mrp.Settings) *bom.Number { return &r.DamperShare }, 0),
		integer("reschedule_days", func(r *mrp.Settings) *int { return &r.RescheduleDays }, 0),
		optionalInteger("follow_up_days", func(r *mrp.Settings) *bom.Optional[int] { return &r.FollowUpDays }),
		number("freeze_hours", func(r *mrp.Settings) *bom.Number { return &r.FreezeHours }, 0),
	},
	line: func(r *mrp.Settings) *int { return &r.Row },
	add:  (*Reader).setSettings,
	rows: func(m *plan.Model) iter.Seq[mrp.Settings] {
		return func(yield func(mrp.Settings) bool) { yield(m.Settings()) }
	},
}

var itemsTable = inputTable[bom.Item]{
	name: "items",
	cols: []column[bom.Item]{
		id("item", func(r *bom.Item) *string { return &r.ID }, key|required),
		site("site", func(r *bom.Item) *string { return &r.Site }, key),
		text("description", func(r *bom.Item) *string { return &r.Description }, 0),
		id("uom", func(r *bom.Item) *string { return &r.UOM }, 0),
		optionalInteger("decimals", func(r *bom.Item) *bom.Optional[int] { return &r.Decimals }),
		id("family", func(r *bom.Item) *string { return &r.Family }, 0),
		number("cost", func(r *bom.Item) *bom.Number { return &r.Cost }, 0),
		number("price", func(r *bom.Item) *bom.Number { return &r.Price }, 0),
		boolean("phantom", func(r *bom.Item) *bool { return &r.Phantom }, 0),
		optionalInteger("lead_days", func(r *bom.Item) *bom.Optional[int] { return &r.LeadDays }),
		id("calendar", func(r *bom.Item) *string { return &r.Calendar }, 0),
		integer("inspection_days", func(r *bom.Item) *int { return &r.InspectionDays }, 0),
		integer("design_days", func(r *bom.Item) *int { return &r.DesignDays }, 0),
		oneOf("lot_rule", bom.LotRules[:], func(r *bom.Item) *bom.LotRule { return &r.LotRule }, 0),
		quantity("lot_qty", func(r *bom.Item) *bom.Quantity { return &r.LotQuantity }, 0),
		integer("lot_days", func(r *bom.Item) *int { return &r.LotDays }, 0),
		quantity("lot_min", func(r *bom.Item) *bom.Quantity { return &r.LotMin }, 0),
		quantity("lot_max", func(r *bom.Item) *bom.Quantity { return &r.LotMax }, 0),
		quantity("lot_multiple", func(r *bom.Item) *bom.Quantity { return &r.LotMultiple }, 0),
		number("order_cost", func(r *bom.Item) *bom.Number { return &r.OrderCost }, 0),
		number("holding_cost", func(r *bom.Item) *bom.Number { return &r.HoldingCost }, 0),
		quantity("reorder_point", func(r *bom.Item) *bom.Quantity { return &r.ReorderPoint }, 0),
		quantity("order_up_to", func(r *bom.Item) *bom.Quantity { return &r.OrderUpTo }, 0),
		optionalQuantity("safety_stock", func(r *bom.Item) *bom.Optional[bom.Quantity] { return &r.SafetyStock }),
		integer("safety_days", func(r *bom.Item) *int { return &r.SafetyDays }, 0),
		number("service_level", func(r *bom.Item) *bom.Number { return &r.ServiceLevel }, 0),
		quantity("demand_sd_per_day", func(r *bom.Item) *bom.Quantity { return &r.DemandDeviation }, 0),
		integer("cover_days", func(r *bom.Item) *int { return &r.CoverDays }, 0),
		integer("planning_fence_days", func(r *bom.Item) *int { return &r.PlanningFenceDays }, 0),
		integer("demand_fence_days", func(r *bom.Item) *int { return &r.DemandFenceDays }, 0),
		integer("shelf_life_days", func(r *bom.Item) *int { return &r.ShelfLifeDays }, 0),
		number("yield", func(r *bom.Item) *bom.Number { return &r.Yield }, positive),
	},
	zero: bom.Item{Site: bom.DefaultSite},
	line: func(r *bom.Item) *int { return &r.Row },
	add:  func(r *Reader, row bom.Item) { r.b.AddItem(row) },
	rows: (*plan.Model).Items,
}

var uomsTable = inputTable[bom.UOM]{
	name: "uoms",
	cols: []column[bom.UOM]{
		id("item", func(r *bom.UOM) *string { return &r.Item }, key),
		id("uom", func(r *bom.UOM) *string { return &r.ID }, key|required),
		number("factor", func(r *bom.UOM) *bom.Number { return &r.Factor }, required),
	},
	line: func(r *bom.UOM) *int { return &r.Row },
	add:  func(r *Reader, row bom.UOM) { r.b.AddUOM(row) },
	rows: (*plan.Model).UOMs,
}

var sourcesTable = inputTable[bom.Source]{
	name: "sources",
	cols: []column[bom.Source]{
		id("item", func(r *bom.Source) *string { return &r.Item }, key|required),
		site("site", func(r *bom.Source) *string { return &r.Site }, key),
		id("source", func(r *bom.Source) *string { return &r.ID }, key|required),
		oneOf("kind", bom.Kinds[:], func(r *bom.Source) *bom.Kind { return &r.Kind }, required),
		id("from", func(r *bom.Source) *string { return &r.From }, 0),
		id("bom", func(r *bom.Source) *string { return &r.BOM }, 0),
		id("routing", func(r *bom.Source) *string { return &r.Routing }, 0),
		integer("priority", func(r *bom.Source) *int { return &r.Priority }, positive),
		number("share", func(r *bom.Source) *bom.Number { return &r.Share }, 0),
		optionalInteger("lead_days", func(r *bom.Source) *bom.Optional[int] { return &r.LeadDays }),
		number("lead_days_per_unit", func(r *bom.Source) *bom.Number { return &r.LeadDaysPerUnit }, 0),
		optionalInteger("expedite_days", func(r *bom.Source) *bom.Optional[int] { return &r.ExpediteDays }),
		number("expedite_cost", func(r *bom.Source) *bom.Number { return &r.ExpediteCost }, 0),
		quantity("min", func(r *bom.Source) *bom.Quantity { return &r.Min }, 0),
		quantity("max", func(r *bom.Source) *bom.Quantity { return &r.Max }, 0),
		quantity("multiple", func(r *bom.Source) *bom.Quantity { return &r.Multiple }, 0),
		day("from_date", func(r *bom.Source) *bom.Day { return &r.FromDate }, 0),
		day("to_date", func(r *bom.Source) *bom.Day { return &r.ToDate }, 0),
		number("unit_cost", func(r *bom.Source) *bom.Number { return &r.UnitCost }, 0),
		id("calendar", func(r *bom.Source) *string { return &r.Calendar }, 0),
		quantity("capacity_per_day", func(r *bom.Source) *bom.Quantity { return &r.CapacityPerDay }, 0),
		boolean("spare_only", func(r *bom.Source) *bool { return &r.SpareOnly }, 0),
		id("uom", func(r *bom.Source) *string { return &r.UOM }, 0),
	},
	zero: bom.Source{Site: bom.DefaultSite},
	line: func(r *bom.Source) *int { return &r.Row },
	add:  func(r *Reader, row bom.Source) { r.b.AddSource(row) },
	rows: (*plan.Model).Sources,
}

var bomTable = inputTable[bom.Line]{
	name: "bom",
	cols: []column[bom.Line]{
		id("parent", func(r *bom.Line) *string { return &r.Parent }, key|required),
		id("component", func(r *bom.Line) *string { return &r.Component }, key|required),
		site("site", func(r *bom.Line) *string { return &r.Site }, key),
		id("bom", func(r *bom.Line) *string { return &r.BOM }, key),
		id("line", func(r *bom.Line) *string { return &r.ID }, key),
		quantity("qty", func(r *bom.Line) *bom.Quantity { return &r.Quantity }, required),
		oneOf("per", bom.Usages[:], func(r *bom.Line) *bom.Usage { return &r.Per }, 0),
		number("scrap", func(r *bom.Line) *bom.Number { return &r.Scrap }, 0),
		integer("op", func(r *bom.Line) *int { return &r.Op }, 0),
		integer("offset_days", func(r *bom.Line) *int { return &r.OffsetDays }, 0),
		day("from_date", func(r *bom.Line) *bom.Day { return &r.FromDate }, 0),
		day("to_date", func(r *bom.Line) *bom.Day { return &r.ToDate }, 0),
		id("substitute_group", func(r *bom.Line) *string { return &r.SubstituteGroup }, 0),
		integer("substitute_priority", func(r *bom.Line) *int { return &r.SubstitutePriority }, positive),
	},
	zero: bom.Line{Site: bom.DefaultSite},
	line: func(r *bom.Line) *int { return &r.Row },
	add:  func(r *Reader, row bom.Line) { r.b.AddLine(row) },
	rows: (*plan.Model).Lines,
}

var stockTable = inputTable[mrp.Stock]{
	name: "stock",
	cols: []column[mrp.Stock]{
		id("item", func(r *mrp.Stock) *string { return &r.Item }, key|required),
		site("site", func(r *mrp.Stock) *string { return &r.Site }, key),
		quantity("qty", func(r *mrp.Stock) *bom.Quantity { return &r.Quantity }, required),
		id("lot", func(r *mrp.Stock) *string { return &r.Lot }, key),
		day("expires", func(r *mrp.Stock) *bom.Day { return &r.Expires }, 0),
		id("reserved_for", func(r *mrp.Stock) *string { return &r.ReservedFor }, key),
		day("quarantine_until", func(r *mrp.Stock) *bom.Day { return &r.QuarantineUntil }, 0),
		id("uom", func(r *mrp.Stock) *string { return &r.UOM }, 0),
	},
	zero: mrp.Stock{Site: bom.DefaultSite},
	line: func(r *mrp.Stock) *int { return &r.Row },
	add:  func(r *Reader, row mrp.Stock) { r.b.AddStock(row) },
	rows: (*plan.Model).Stock,
}

var demandsTable = inputTable[mrp.Demand]{
	name: "demands",
	cols: []column[mrp.Demand]{
		id("demand", func(r *mrp.Demand) *string { return &r.ID }, key|required),
		id("item", func(r *mrp.Demand) *string { return &r.Item }, required),
		site("site", func(r *mrp.Demand) *string { return &r.Site }, 0),
		quantity("qty", func(r *mrp.Demand) *bom.Quantity { return &r.Quantity }, required),
		when("due", func(r *mrp.Demand) *bom.When { return &r.Due }, required),
		oneOf("kind", mrp.DemandKinds[:], func(r *mrp.Demand) *mrp.DemandKind { return &r.Kind }, 0),
		id("order", func(r *mrp.Demand) *string { return &r.Order }, 0),
		integer("priority", func(r *mrp.Demand) *int { return &r.Priority }, positive),
		optionalNumber("weight", func(r *mrp.Demand) *bom.Optional[bom.Number] { return &r.Weight }),
		number("penalty_per_day", func(r *mrp.Demand) *bom.Number { return &r.PenaltyPerDay }, 0),
		id("customer", func(r *mrp.Demand) *string { return &r.Customer }, 0),
		letter("class", []string{"A", "B", "C"}, func(r *mrp.Demand) *string { return &r.Class }),
		oneOf("policy", mrp.Policies[:], func(r *mrp.Demand) *mrp.Policy { return &r.Policy }, 0),
		quantity("min_delivery", func(r *mrp.Demand) *bom.Quantity { return &r.MinDelivery }, 0),
		when("latest", func(r *mrp.Demand) *bom.When { return &r.Latest }, 0),
		number("over_tolerance", func(r *mrp.Demand) *bom.Number { return &r.OverTolerance }, 0),
		number("under_tolerance", func(r *mrp.Demand) *bom.Number { return &r.UnderTolerance }, 0),
		integer("pack_days", func(r *mrp.Demand) *int { return &r.PackDays }, 0),
		integer("ship_days", func(r *mrp.Demand) *int { return &r.ShipDays }, 0),
		oneOf("peg", mrp.Pegs[:], func(r *mrp.Demand) *mrp.Peg { return &r.Peg }, 0),
		oneOf("status", mrp.DemandStatuses[:], func(r *mrp.Demand) *mrp.DemandStatus { return &r.Status }, 0),
		when("expires", func(r *mrp.Demand) *bom.When { return &r.Expires }, 0),
		integer("period_days", func(r *mrp.Demand) *int { return &r.PeriodDays }, 0),
		id("uom", func(r *mrp.Demand) *string { return &r.UOM }, 0),
	},
	zero: mrp.Demand{Site: bom.DefaultSite},
	line: func(r *mrp.Demand) *int { return &r.Row },
	add:  func(r *Reader, row mrp.Demand) { r.b.AddDemand(row) },
	rows: (*plan.Model).Demands,
}

var receiptsTable = inputTable[mrp.Receipt]{
	name: "receipts",
	cols: []column[mrp.Receipt]{
		id("receipt", func(r *mrp.Receipt) *string { return &r.ID }, key|required),
		oneOf("kind", bom.Kinds[:], func(r *mrp.Receipt) *bom.Kind { return &r.Kind }, required),
		id("item", func(r *mrp.Receipt) *string { return &r.Item }, required),
		site("site", func(r *mrp.Receipt) *string { return &r.Site }, 0),
		quantity("qty", func(r *mrp.Receipt) *bom.Quantity { return &r.Quantity }, required),
		when("due", func(r *mrp.Receipt) *bom.When { return &r.Due }, required),
		when("need", func(r *mrp.Receipt) *bom.When { return &r.Need }, 0),
		when("confirmed", func(r *mrp.Receipt) *bom.When { return &r.Confirmed }, 0),
		when("start", func(r *mrp.Receipt) *bom.When { return &r.Start }, 0),
		oneOf("status", mrp.ReceiptStatuses[:], func(r *mrp.Receipt) *mrp.ReceiptStatus { return &r.Status }, 0),
		id("source", func(r *mrp.Receipt) *string { return &r.Source }, 0),
		id("demand", func(r *mrp.Receipt) *string { return &r.Demand }, 0),
		optionalInteger("op_done", func(r *mrp.Receipt) *bom.Optional[int] { return &r.OpDone }),
		id("uom", func(r *mrp.Receipt) *string { return &r.UOM }, 0),
	},
	zero: mrp.Receipt{Site: bom.DefaultSite},
	line: func(r *mrp.Receipt) *int { return &r.Row },
	add:  func(r *Reader, row mrp.Receipt) { r.b.AddReceipt(row) },
	rows: (*plan.Model).Receipts,
}

var allocationsTable = inputTable[mrp.Allocation]{
	name: "allocations",
	cols: []column[mrp.Allocation]{
		id("receipt", func(r *mrp.Allocation) *string { return &r.Receipt }, key|required),
		id("component", func(r *mrp.Allocation) *string { return &r.Component }, key|required),
		site("site", func(r *mrp.Allocation) *string { return &r.Site }, key),
		quantity("qty", func(r *mrp.Allocation) *bom.Quantity { return &r.Quantity }, required),
		when("needed", func(r *mrp.Allocation) *bom.When { return &r.Needed }, 0),
	},
	zero: mrp.Allocation{Site: bom.DefaultSite},
	line: func(r *mrp.Allocation) *int { return &r.Row },
	add:  func(r *Reader, row mrp.Allocation) { r.b.AddAllocation(row) },
	rows: (*plan.Model).Allocations,
}

var scheduleTable = inputTable[capacity.ScheduledOperation]{
	name: "schedule",
	cols: []column[capacity.ScheduledOperation]{
		id("order", func(r *capacity.ScheduledOperation) *string { return &r.Order }, key|required),
		integer("op", func(r *capacity.ScheduledOperation) *int { return &r.Op }, key|required),
		id("work_centre", func(r *capacity.ScheduledOperation) *string { return &r.WorkCentre }, 0),
		integer("machine", func(r *capacity.ScheduledOperation) *int { return &r.Machine }, explicit),
		when("start", func(r *capacity.ScheduledOperation) *bom.When { return &r.Start }, 0),
		when("setup_end", func(r *capacity.ScheduledOperation) *bom.When { return &r.SetupEnd }, 0),
		when("end", func(r *capacity.ScheduledOperation) *bom.When { return &r.End }, 0),
		quantity("qty", func(r *capacity.ScheduledOperation) *bom.Quantity { return &r.Quantity }, explicit),
		id("family", func(r *capacity.ScheduledOperation) *string { return &r.Family }, 0),
		boolean("pinned", func(r *capacity.ScheduledOperation) *bool { return &r.Pinned }, explicit),
		number("late_minutes", func(r *capacity.ScheduledOperation) *bom.Number { return &r.LateMinutes }, explicit),
	},
	line: func(r *capacity.ScheduledOperation) *int { return &r.Row },
	add:  func(r *Reader, row capacity.ScheduledOperation) { r.b.AddScheduled(row) },
	rows: (*plan.Model).Scheduled,
}
