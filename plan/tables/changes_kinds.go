package tables

import (
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// ChangeKind is a kind of change in a change list, with its columns.
type ChangeKind struct {
	Name    string
	Columns []Column
}

// ChangeKinds are the kinds of changes that ReadChanges knows.
func ChangeKinds() []ChangeKind {
	out := make([]ChangeKind, len(changeKinds))
	for i := range changeKinds {
		out[i] = changeKinds[i].ChangeKind
	}
	return out
}

type changeKind struct {
	ChangeKind
	// read makes the change of its cells by column; empty ones are not given. Problems go to wrong.
	read func(r *Reader, cells [][]byte, wrong func(column, value, expected string)) plan.Change
}

// kind is a kind of change whose cells fill a row.
func kind[T any](name string, zero T, change func(T) plan.Change, cols ...column[T]) changeKind {
	k := changeKind{ChangeKind: ChangeKind{Name: name}}
	for i := range cols {
		k.Columns = append(k.Columns, cols[i].Column)
	}
	k.read = func(r *Reader, cells [][]byte, wrong func(column, value, expected string)) plan.Change {
		row := zero
		for i := range cols {
			if len(cells[i]) == 0 {
				continue
			}
			c := cellReader{r: r}
			if problem := cols[i].parse(&c, cells[i], &row); problem != "" {
				wrong(cols[i].Name, string(cells[i]), problem)
			}
		}
		return change(row)
	}
	return k
}

// same is a kind whose rows are changes themselves.
func same[T plan.Change](name string, cols ...column[T]) changeKind {
	var zero T
	return kind(name, zero, func(c T) plan.Change { return c }, cols...)
}

// keys are the columns of a table's key.
func keys[T any](t *inputTable[T]) []column[T] {
	var out []column[T]
	for _, c := range t.cols {
		if c.Key {
			out = append(out, c)
		}
	}
	return out
}

// The kinds that change a whole row take the columns of its table.
var changeKinds = slices.Concat(demandChanges, stockChanges, receiptChanges, shopFloorChanges, masterChanges, capacityChanges)

type splitRow struct {
	demand string
	part   plan.DemandPart
}

var demandChanges = []changeKind{
	kind("add_demand", demandsTable.zero, func(r mrp.Demand) plan.Change { return plan.AddDemand{Demand: r} }, demandsTable.cols...),
	kind("change_demand", demandsTable.zero, func(r mrp.Demand) plan.Change { return plan.ChangeDemand{Demand: r} }, demandsTable.cols...),
	same("cancel_demand", id("demand", func(c *plan.CancelDemand) *string { return &c.Demand }, required)),
	same("move_demand", id("demand", func(c *plan.MoveDemand) *string { return &c.Demand }, required),
		when("due", func(c *plan.MoveDemand) *bom.When { return &c.Due }, required)),
	same("resize_demand", id("demand", func(c *plan.ResizeDemand) *string { return &c.Demand }, required),
		quantity("qty", func(c *plan.ResizeDemand) *bom.Quantity { return &c.Quantity }, required)),
	same("prioritize_demand", id("demand", func(c *plan.PrioritizeDemand) *string { return &c.Demand }, required),
		integer("priority", func(c *plan.PrioritizeDemand) *int { return &c.Priority }, required)),
	kind("split_demand", splitRow{}, func(r splitRow) plan.Change {
		return plan.SplitDemand{Demand: r.demand, Parts: []plan.DemandPart{r.part}}
	},
		id("demand", func(r *splitRow) *string { return &r.demand }, required),
		id("new", func(r *splitRow) *string { return &r.part.ID }, required),
		quantity("qty", func(r *splitRow) *bom.Quantity { return &r.part.Quantity }, required),
		when("due", func(r *splitRow) *bom.When { return &r.part.Due }, 0)),
	kind("merge_demands", plan.MergeDemands{Demands: []string{""}}, func(c plan.MergeDemands) plan.Change { return c },
		column[plan.MergeDemands]{describe("demand", KindID, required), func(c *cellReader, cell []byte, m *plan.MergeDemands) string {
			one, problem := c.id(cell)
			m.Demands = []string{one}
			return problem
		}, nil},
		id("into", func(c *plan.MergeDemands) *string { return &c.Into }, required)),
	same("copy_demand", id("demand", func(c *plan.CopyDemand) *string { return &c.Demand }, required),
		id("new", func(c *plan.CopyDemand) *string { return &c.ID }, required),
		quantity("qty", func(c *plan.CopyDemand) *bom.Quantity { return &c.Quantity }, 0),
		when("due", func(c *plan.CopyDemand) *bom.When { return &c.Due }, 0)),
}

var stockChanges = []changeKind{
	same("count_stock", id("item", func(c *plan.CountStock) *string { return &c.Item }, required),
		id("site", func(c *plan.CountStock) *string { return &c.Site }, 0),
		id("lot", func(c *plan.CountStock) *string { return &c.Lot }, 0),
		id("reserved_for", func(c *plan.CountStock) *string { return &c.ReservedFor }, 0),
		quantity("qty", func(c *plan.CountStock) *bom.Quantity { return &c.Quantity }, required)),
	same("adjust_stock", id("item", func(c *plan.AdjustStock) *string { return &c.Item }, required),
		id("site", func(c *plan.AdjustStock) *string { return &c.Site }, 0),
		id("lot", func(c *plan.AdjustStock) *string { return &c.Lot }, 0),
		id("reserved_for", func(c *plan.AdjustStock) *string { return &c.ReservedFor }, 0),
		quantity("qty", func(c *plan.AdjustStock) *bom.Quantity { return &c.Quantity }, required)),
}

var receiptChanges = []changeKind{
	kind("add_receipt", receiptsTable.zero, func(r mrp.Receipt) plan.Change { return plan.AddReceipt{Receipt: r} }, receiptsTable.cols...),
	kind("change_receipt", receiptsTable.zero, func(r mrp.Receipt) plan.Change { return plan.ChangeReceipt{Receipt: r} }, receiptsTable.cols...),
	same("cancel_receipt", id("receipt", func(c *plan.CancelReceipt) *string { return &c.Receipt }, required)),
	same("move_receipt", id("receipt", func(c *plan.MoveReceipt) *string { return &c.Receipt }, required),
		when("due", func(c *plan.MoveReceipt) *bom.When { return &c.Due }, required)),
	same("confirm_receipt", id("receipt", func(c *plan.ConfirmReceipt) *string { return &c.Receipt }, required),
		when("confirmed", func(c *plan.ConfirmReceipt) *bom.When { return &c.Confirmed }, required)),
	same("cut_receipt", id("receipt", func(c *plan.CutReceipt) *string { return &c.Receipt }, required),
		quantity("qty", func(c *plan.CutReceipt) *bom.Quantity { return &c.Quantity }, required)),
	same("receive", id("receipt", func(c *plan.Receive) *string { return &c.Receipt }, required),
		quantity("qty", func(c *plan.Receive) *bom.Quantity { return &c.Quantity }, 0),
		id("lot", func(c *plan.Receive) *string { return &c.Lot }, 0)),
	same("firm_order", id("order", func(c *plan.FirmOrder) *string { return &c.Order }, required),
		id("receipt", func(c *plan.FirmOrder) *string { return &c.Receipt }, 0)),
	same("release_order", id("order", func(c *plan.ReleaseOrder) *string { return &c.Order }, required),
		id("receipt", func(c *plan.ReleaseOrder) *string { return &c.Receipt }, 0)),
	same("unfirm_order", id("receipt", func(c *plan.UnfirmOrder) *string { return &c.Receipt }, required)),
}

var shopFloorChanges = []changeKind{
	same("start_operation", id("receipt", func(c *plan.StartOperation) *string { return &c.Receipt }, required),
		integer("op", func(c *plan.StartOperation) *int { return &c.Op }, required),
		when("start", func(c *plan.StartOperation) *bom.When { return &c.At }, 0)),
	same("finish_operation", id("receipt", func(c *plan.FinishOperation) *string { return &c.Receipt }, required),
		integer("op", func(c *plan.FinishOperation) *int { return &c.Op }, required),
		id("lot", func(c *plan.FinishOperation) *string { return &c.Lot }, 0)),
	same("report_quantity", id("receipt", func(c *plan.ReportQuantity) *string { return &c.Receipt }, required),
		integer("op", func(c *plan.ReportQuantity) *int { return &c.Op }, required),
		quantity("qty", func(c *plan.ReportQuantity) *bom.Quantity { return &c.Quantity }, required),
		id("lot", func(c *plan.ReportQuantity) *string { return &c.Lot }, 0)),
	same("scrap", id("receipt", func(c *plan.Scrap) *string { return &c.Receipt }, required),
		integer("op", func(c *plan.Scrap) *int { return &c.Op }, required),
		quantity("qty", func(c *plan.Scrap) *bom.Quantity { return &c.Quantity }, required)),
	same("pin_operation", id("order", func(c *plan.PinOperation) *string { return &c.Order }, required),
		integer("op", func(c *plan.PinOperation) *int { return &c.Op }, required)),
	same("unpin_operation", id("order", func(c *plan.UnpinOperation) *string { return &c.Order }, required),
		integer("op", func(c *plan.UnpinOperation) *int { return &c.Op }, required)),
	same("freeze", number("freeze_hours", func(c *plan.Freeze) *bom.Number { return &c.Hours }, required)),
}

var masterChanges = []changeKind{
	kind("add_item", itemsTable.zero, func(r bom.Item) plan.Change { return plan.AddItem{Item: r} }, itemsTable.cols...),
	kind("change_item", itemsTable.zero, func(r bom.Item) plan.Change { return plan.ChangeItem{Item: r} }, itemsTable.cols...),
	kind("add_source", sourcesTable.zero, func(r bom.Source) plan.Change { return plan.AddSource{Source: r} }, sourcesTable.cols...),
	kind("change_source", sourcesTable.zero, func(r bom.Source) plan.Change { return plan.ChangeSource{Source: r} }, sourcesTable.cols...),
	kind("remove_source", sourcesTable.zero, func(r bom.Source) plan.Change { return plan.RemoveSource{Source: r} }, keys(&sourcesTable)...),
	kind("add_bom_line", bomTable.zero, func(r bom.Line) plan.Change { return plan.AddLine{Line: r} }, bomTable.cols...),
	kind("change_bom_line", bomTable.zero, func(r bom.Line) plan.Change { return plan.ChangeLine{Line: r} }, bomTable.cols...),
	kind("remove_bom_line", bomTable.zero, func(r bom.Line) plan.Change { return plan.RemoveLine{Line: r} }, keys(&bomTable)...),
	kind("add_operation", routingsTable.zero, func(r capacity.Operation) plan.Change { return plan.AddOperation{Operation: r} }, routingsTable.cols...),
	kind("change_operation", routingsTable.zero, func(r capacity.Operation) plan.Change { return plan.ChangeOperation{Operation: r} }, routingsTable.cols...),
	kind("remove_operation", routingsTable.zero, func(r capacity.Operation) plan.Change { return plan.RemoveOperation{Operation: r} }, keys(&routingsTable)...),
}

var capacityChanges = []changeKind{
	kind("add_work_centre", workCentresTable.zero, func(r capacity.WorkCentre) plan.Change { return plan.AddWorkCentre{WorkCentre: r} }, workCentresTable.cols...),
	kind("change_work_centre", workCentresTable.zero, func(r capacity.WorkCentre) plan.Change { return plan.ChangeWorkCentre{WorkCentre: r} }, workCentresTable.cols...),
	same("remove_work_centre", id("work_centre", func(c *plan.RemoveWorkCentre) *string { return &c.WorkCentre }, required)),
	kind("add_downtime", downtimeTable.zero, func(r capacity.Downtime) plan.Change { return plan.AddDowntime{Downtime: r} }, downtimeTable.cols...),
	kind("remove_downtime", downtimeTable.zero, func(r capacity.Downtime) plan.Change { return plan.RemoveDowntime{Downtime: r} }, keys(&downtimeTable)...),
	kind("set_calendar", capacity.CalendarRow{}, func(r capacity.CalendarRow) plan.Change {
		return plan.SetCalendar{Calendar: r.ID, Rows: []capacity.CalendarRow{r}}
	}, calendarsTable.cols...),
}
