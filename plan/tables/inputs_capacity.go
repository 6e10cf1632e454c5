package tables

import (
	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/plan"
)

// The input tables that describe when and where work can run.

// A subcontracted step has no work centre, so that work_centre may be empty;
// capacity.Builder asks for one of the two.
var routingsTable = inputTable[capacity.Operation]{
	name: "routings",
	cols: []column[capacity.Operation]{
		id("item", func(r *capacity.Operation) *string { return &r.Item }, key|required),
		site("site", func(r *capacity.Operation) *string { return &r.Site }, key),
		id("routing", func(r *capacity.Operation) *string { return &r.Routing }, key),
		integer("op", func(r *capacity.Operation) *int { return &r.Op }, key|required),
		text("name", func(r *capacity.Operation) *string { return &r.Name }, 0),
		id("work_centre", func(r *capacity.Operation) *string { return &r.WorkCentre }, key),
		integer("preference", func(r *capacity.Operation) *int { return &r.Preference }, positive),
		number("setup_min", func(r *capacity.Operation) *bom.Number { return &r.SetupMin }, 0),
		number("run_min", func(r *capacity.Operation) *bom.Number { return &r.RunMin }, 0),
		number("fixed_min", func(r *capacity.Operation) *bom.Number { return &r.FixedMin }, 0),
		quantity("batch_qty", func(r *capacity.Operation) *bom.Quantity { return &r.BatchQuantity }, 0),
		number("queue_min", func(r *capacity.Operation) *bom.Number { return &r.QueueMin }, 0),
		number("move_min", func(r *capacity.Operation) *bom.Number { return &r.MoveMin }, 0),
		number("min_wait_min", func(r *capacity.Operation) *bom.Number { return &r.MinWaitMin }, 0),
		optionalNumber("max_wait_min", func(r *capacity.Operation) *bom.Optional[bom.Number] { return &r.MaxWaitMin }),
		quantity("overlap_qty", func(r *capacity.Operation) *bom.Quantity { return &r.OverlapQuantity }, 0),
		integer("split_max", func(r *capacity.Operation) *int { return &r.SplitMax }, 0),
		id("setup_family", func(r *capacity.Operation) *string { return &r.SetupFamily }, 0),
		number("sequence", func(r *capacity.Operation) *bom.Number { return &r.Sequence }, 0),
		id("tool", func(r *capacity.Operation) *string { return &r.Tool }, 0),
		integer("tool_units", func(r *capacity.Operation) *int { return &r.ToolUnits }, 0),
		id("operator", func(r *capacity.Operation) *string { return &r.Operator }, 0),
		integer("operator_units", func(r *capacity.Operation) *int { return &r.OperatorUnits }, 0),
		boolean("hold_tool", func(r *capacity.Operation) *bool { return &r.HoldTool }, 0),
		optionalBoolean("interruptible", func(r *capacity.Operation) *bom.Optional[bool] { return &r.Interruptible }),
		id("supplier", func(r *capacity.Operation) *string { return &r.Supplier }, 0),
		integer("lead_days", func(r *capacity.Operation) *int { return &r.LeadDays }, 0),
		number("yield", func(r *capacity.Operation) *bom.Number { return &r.Yield }, positive),
	},
	zero: capacity.Operation{Site: bom.DefaultSite},
	line: func(r *capacity.Operation) *int { return &r.Row },
	add:  func(r *Reader, row capacity.Operation) { r.b.AddOperation(row) },
	rows: (*plan.Model).Operations,
}

var workCentresTable = inputTable[capacity.WorkCentre]{
	name: "work_centres",
	cols: []column[capacity.WorkCentre]{
		id("work_centre", func(r *capacity.WorkCentre) *string { return &r.ID }, key|required),
		site("site", func(r *capacity.WorkCentre) *string { return &r.Site }, 0),
		optionalInteger("machines", func(r *capacity.WorkCentre) *bom.Optional[int] { return &r.Machines }),
		id("calendar", func(r *capacity.WorkCentre) *string { return &r.Calendar }, 0),
		number("efficiency", func(r *capacity.WorkCentre) *bom.Number { return &r.Efficiency }, positive),
		oneOf("kind", capacity.CentreKinds[:], func(r *capacity.WorkCentre) *capacity.CentreKind { return &r.Kind }, 0),
		id("setup_matrix", func(r *capacity.WorkCentre) *string { return &r.SetupMatrix }, 0),
		number("cost_per_hour", func(r *capacity.WorkCentre) *bom.Number { return &r.CostPerHour }, 0),
		number("overtime_cost_per_hour", func(r *capacity.WorkCentre) *bom.Number { return &r.OvertimeCostPerHour }, 0),
		number("overtime_hours_per_day", func(r *capacity.WorkCentre) *bom.Number { return &r.OvertimeHoursPerDay }, 0),
		quantity("batch_capacity", func(r *capacity.WorkCentre) *bom.Quantity { return &r.BatchCapacity }, 0),
		boolean("bottleneck", func(r *capacity.WorkCentre) *bool { return &r.Bottleneck }, 0),
		id("dedicated_class", func(r *capacity.WorkCentre) *string { return &r.DedicatedClass }, 0),
		oneOf("sequence_rule", capacity.SequenceRules[:], func(r *capacity.WorkCentre) *capacity.SequenceRule { return &r.SequenceRule }, 0),
	},
	zero: capacity.WorkCentre{Site: bom.DefaultSite},
	line: func(r *capacity.WorkCentre) *int { return &r.Row },
	add:  func(r *Reader, row capacity.WorkCentre) { r.b.AddWorkCentre(row) },
	rows: (*plan.Model).WorkCentres,
}

var calendarsTable = inputTable[capacity.CalendarRow]{
	name: "calendars",
	cols: []column[capacity.CalendarRow]{
		id("calendar", func(r *capacity.CalendarRow) *string { return &r.ID }, key|required),
		text("days", func(r *capacity.CalendarRow) *string { return &r.Days }, key|required),
		text("shifts", func(r *capacity.CalendarRow) *string { return &r.Shifts }, 0),
	},
	line: func(r *capacity.CalendarRow) *int { return &r.Row },
	add:  func(r *Reader, row capacity.CalendarRow) { r.b.AddCalendar(row) },
	rows: (*plan.Model).Calendars,
}

var downtimeTable = inputTable[capacity.Downtime]{
	name: "downtime",
	cols: []column[capacity.Downtime]{
		id("work_centre", func(r *capacity.Downtime) *string { return &r.WorkCentre }, key|required),
		integer("machine", func(r *capacity.Downtime) *int { return &r.Machine }, key|positive),
		when("from", func(r *capacity.Downtime) *bom.When { return &r.From }, key|required),
		when("to", func(r *capacity.Downtime) *bom.When { return &r.To }, required),
		oneOf("kind", capacity.DowntimeKinds[:], func(r *capacity.Downtime) *capacity.DowntimeKind { return &r.Kind }, 0),
		number("cost", func(r *capacity.Downtime) *bom.Number { return &r.Cost }, 0),
	},
	line: func(r *capacity.Downtime) *int { return &r.Row },
	add:  func(r *Reader, row capacity.Downtime) { r.b.AddDowntime(row) },
	rows: (*plan.Model).Downtime,
}

var setupsTable = inputTable[capacity.Setup]{
	name: "setups",
	cols: []column[capacity.Setup]{
		id("matrix", func(r *capacity.Setup) *string { return &r.Matrix }, key|required),
		id("from", func(r *capacity.Setup) *string { return &r.From }, key|required),
		id("to", func(r *capacity.Setup) *string { return &r.To }, key|required),
		number("minutes", func(r *capacity.Setup) *bom.Number { return &r.Minutes }, required),
		number("cost", func(r *capacity.Setup) *bom.Number { return &r.Cost }, 0),
		boolean("forbidden", func(r *capacity.Setup) *bool { return &r.Forbidden }, 0),
	},
	line: func(r *capacity.Setup) *int { return &r.Row },
	add:  func(r *Reader, row capacity.Setup) { r.b.AddSetup(row) },
	rows: (*plan.Model).Setups,
}
