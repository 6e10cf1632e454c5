package tables

import (
	"reflect"
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
	of reflect.Type // of its changes in Go
	// read makes the change of its cells by column; empty ones are not given. Problems go to wrong. The change is one with the
	// row before it if they go together, unless apart.
	read func(r *Reader, cells [][]byte, wrong func(column, value, expected string)) (c plan.Change, apart bool)
	// format appends the rows of a change; apart is that of the first.
	format func(f *changeFormatter, c plan.Change, apart bool)
}

// grouped is a row of a change that may have several.
type grouped interface {
	// alone says that the row begins a change of its own.
	alone() *bool
}

// kind is a kind of change whose cells fill rows; change makes a change of one, and rows gives those of a change.
func kind[C plan.Change, T comparable](name string, zero T, change func(T) C, rows func(C) []T, cols ...column[T]) changeKind {
	k := changeKind{ChangeKind: ChangeKind{Name: name}, of: reflect.TypeFor[C]()}
	for i := range cols {
		k.Columns = append(k.Columns, cols[i].Column)
	}
	k.read = func(r *Reader, cells [][]byte, wrong func(column, value, expected string)) (plan.Change, bool) {
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
		g, ok := any(&row).(grouped)
		return change(row), ok && *g.alone()
	}
	k.format = func(f *changeFormatter, c plan.Change, apart bool) {
		list := rows(c.(C))
		if len(list) == 0 {
			f.fail("", "", "it has no rows, so that nothing can be read again")
		}
		for i := range list {
			if g, ok := any(&list[i]).(grouped); ok {
				*g.alone() = apart && i == 0
			}
			formatRow(f, name, zero, list[i], cols)
		}
	}
	return k
}

// same is a kind whose rows are changes themselves.
func same[T interface {
	plan.Change
	comparable
}](name string, cols ...column[T]) changeKind {
	var zero T
	return kind(name, zero, func(c T) T { return c }, func(c T) []T { return []T{c} }, cols...)
}

// whole is a kind with the columns of a table.
func whole[C plan.Change, T comparable](name string, t *inputTable[T], change func(T) C, row func(C) T) changeKind {
	return kind(name, t.zero, change, func(c C) []T {
		r := row(c)
		*t.line(&r) = 0 // the line in some file is no part of a change
		return []T{r}
	}, t.cols...)
}

// keyed is a kind with the columns of a table's key; row gives a row with nothing but its key.
func keyed[C plan.Change, T comparable](name string, t *inputTable[T], change func(T) C, row func(C) T) changeKind {
	return kind(name, t.zero, change, func(c C) []T { return []T{row(c)} }, keys(t)...)
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
var changeKinds = slices.Concat(demandChanges, quoteChanges, stockChanges, receiptChanges, shopFloorChanges, masterChanges, capacityChanges)

// splitRow is a part of a split.
type splitRow struct {
	demand string
	part   plan.DemandPart
	apart  bool
}

// mergeRow is a demand of those that are merged.
type mergeRow struct {
	demand, into string
	apart        bool
}

// calendarRow is a row of a calendar.
type calendarRow struct {
	capacity.CalendarRow
	apart bool
}

func (r *splitRow) alone() *bool    { return &r.apart }
func (r *mergeRow) alone() *bool    { return &r.apart }
func (r *calendarRow) alone() *bool { return &r.apart }

// apart is the column that begins a new change where a row would be one with that before it.
func apart[T any](at func(*T) *bool) column[T] { return boolean("apart", at, 0) }

var demandChanges = []changeKind{
	whole("add_demand", &demandsTable, func(r mrp.Demand) plan.AddDemand { return plan.AddDemand{Demand: r} }, func(c plan.AddDemand) mrp.Demand { return c.Demand }),
	whole("change_demand", &demandsTable, func(r mrp.Demand) plan.ChangeDemand { return plan.ChangeDemand{Demand: r} }, func(c plan.ChangeDemand) mrp.Demand { return c.Demand }),
	same("cancel_demand", id("demand", func(c *plan.CancelDemand) *string { return &c.Demand }, required)),
	same("move_demand", id("demand", func(c *plan.MoveDemand) *string { return &c.Demand }, required),
		when("due", func(c *plan.MoveDemand) *bom.When { return &c.Due }, required)),
	same("resize_demand", id("demand", func(c *plan.ResizeDemand) *string { return &c.Demand }, required),
		quantity("qty", func(c *plan.ResizeDemand) *bom.Quantity { return &c.Quantity }, required)),
	same("prioritize_demand", id("demand", func(c *plan.PrioritizeDemand) *string { return &c.Demand }, required),
		integer("priority", func(c *plan.PrioritizeDemand) *int { return &c.Priority }, required)),
	kind("split_demand", splitRow{}, func(r splitRow) plan.SplitDemand {
		return plan.SplitDemand{Demand: r.demand, Parts: []plan.DemandPart{r.part}}
	}, func(c plan.SplitDemand) (rows []splitRow) {
		for _, p := range c.Parts {
			rows = append(rows, splitRow{demand: c.Demand, part: p})
		}
		return rows
	},
		id("demand", func(r *splitRow) *string { return &r.demand }, required),
		id("new", func(r *splitRow) *string { return &r.part.ID }, required),
		quantity("qty", func(r *splitRow) *bom.Quantity { return &r.part.Quantity }, required),
		when("due", func(r *splitRow) *bom.When { return &r.part.Due }, 0),
		apart((*splitRow).alone)),
	kind("merge_demands", mergeRow{}, func(r mergeRow) plan.MergeDemands {
		return plan.MergeDemands{Demands: []string{r.demand}, Into: r.into}
	}, func(c plan.MergeDemands) (rows []mergeRow) {
		for _, demand := range c.Demands {
			rows = append(rows, mergeRow{demand: demand, into: c.Into})
		}
		return rows
	},
		id("demand", func(r *mergeRow) *string { return &r.demand }, required),
		id("into", func(r *mergeRow) *string { return &r.into }, required),
		apart((*mergeRow).alone)),
	same("copy_demand", id("demand", func(c *plan.CopyDemand) *string { return &c.Demand }, required),
		id("new", func(c *plan.CopyDemand) *string { return &c.ID }, required),
		quantity("qty", func(c *plan.CopyDemand) *bom.Quantity { return &c.Quantity }, 0),
		when("due", func(c *plan.CopyDemand) *bom.When { return &c.Due }, 0)),
}

var quoteChanges = []changeKind{
	whole("record_inquiry", &demandsTable, func(r mrp.Demand) plan.RecordInquiry { return plan.RecordInquiry{Demand: r} }, func(c plan.RecordInquiry) mrp.Demand { return c.Demand }),
	whole("quote_demand", &demandsTable, func(r mrp.Demand) plan.QuoteDemand { return plan.QuoteDemand{Demand: r} }, func(c plan.QuoteDemand) mrp.Demand { return c.Demand }),
	same("confirm_quote", id("demand", func(c *plan.ConfirmQuote) *string { return &c.Demand }, required)),
	same("expire_quote", id("demand", func(c *plan.ExpireQuote) *string { return &c.Demand }, required)),
	same("cancel_quote", id("demand", func(c *plan.CancelQuote) *string { return &c.Demand }, required)),
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
	whole("add_receipt", &receiptsTable, func(r mrp.Receipt) plan.AddReceipt { return plan.AddReceipt{Receipt: r} }, func(c plan.AddReceipt) mrp.Receipt { return c.Receipt }),
	whole("change_receipt", &receiptsTable, func(r mrp.Receipt) plan.ChangeReceipt { return plan.ChangeReceipt{Receipt: r} }, func(c plan.ChangeReceipt) mrp.Receipt { return c.Receipt }),
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
	same("add_variant", id("item", func(c *plan.AddVariant) *string { return &c.Item }, required),
		id("like", func(c *plan.AddVariant) *string { return &c.Like }, required),
		integer("design_days", func(c *plan.AddVariant) *int { return &c.DesignDays }, 0)),
	whole("add_item", &itemsTable, func(r bom.Item) plan.AddItem { return plan.AddItem{Item: r} }, func(c plan.AddItem) bom.Item { return c.Item }),
	whole("change_item", &itemsTable, func(r bom.Item) plan.ChangeItem { return plan.ChangeItem{Item: r} }, func(c plan.ChangeItem) bom.Item { return c.Item }),
	whole("add_source", &sourcesTable, func(r bom.Source) plan.AddSource { return plan.AddSource{Source: r} }, func(c plan.AddSource) bom.Source { return c.Source }),
	whole("change_source", &sourcesTable, func(r bom.Source) plan.ChangeSource { return plan.ChangeSource{Source: r} }, func(c plan.ChangeSource) bom.Source { return c.Source }),
	keyed("remove_source", &sourcesTable, func(r bom.Source) plan.RemoveSource { return plan.RemoveSource{Source: r} }, func(c plan.RemoveSource) bom.Source {
		r := c.Source
		return bom.Source{Item: r.Item, Site: r.Site, ID: r.ID}
	}),
	whole("add_bom_line", &bomTable, func(r bom.Line) plan.AddLine { return plan.AddLine{Line: r} }, func(c plan.AddLine) bom.Line { return c.Line }),
	whole("change_bom_line", &bomTable, func(r bom.Line) plan.ChangeLine { return plan.ChangeLine{Line: r} }, func(c plan.ChangeLine) bom.Line { return c.Line }),
	keyed("remove_bom_line", &bomTable, func(r bom.Line) plan.RemoveLine { return plan.RemoveLine{Line: r} }, func(c plan.RemoveLine) bom.Line {
		r := c.Line
		return bom.Line{Parent: r.Parent, Component: r.Component, Site: r.Site, BOM: r.BOM, ID: r.ID}
	}),
	whole("add_operation", &routingsTable, func(r capacity.Operation) plan.AddOperation { return plan.AddOperation{Operation: r} }, func(c plan.AddOperation) capacity.Operation { return c.Operation }),
	whole("change_operation", &routingsTable, func(r capacity.Operation) plan.ChangeOperation { return plan.ChangeOperation{Operation: r} }, func(c plan.ChangeOperation) capacity.Operation { return c.Operation }),
	keyed("remove_operation", &routingsTable, func(r capacity.Operation) plan.RemoveOperation { return plan.RemoveOperation{Operation: r} }, func(c plan.RemoveOperation) capacity.Operation {
		r := c.Operation
		return capacity.Operation{Item: r.Item, Site: r.Site, Routing: r.Routing, Op: r.Op, WorkCentre: r.WorkCentre}
	}),
}

var capacityChanges = []changeKind{
	whole("add_work_centre", &workCentresTable, func(r capacity.WorkCentre) plan.AddWorkCentre { return plan.AddWorkCentre{WorkCentre: r} }, func(c plan.AddWorkCentre) capacity.WorkCentre { return c.WorkCentre }),
	whole("change_work_centre", &workCentresTable, func(r capacity.WorkCentre) plan.ChangeWorkCentre { return plan.ChangeWorkCentre{WorkCentre: r} }, func(c plan.ChangeWorkCentre) capacity.WorkCentre { return c.WorkCentre }),
	same("remove_work_centre", id("work_centre", func(c *plan.RemoveWorkCentre) *string { return &c.WorkCentre }, required)),
	whole("add_downtime", &downtimeTable, func(r capacity.Downtime) plan.AddDowntime { return plan.AddDowntime{Downtime: r} }, func(c plan.AddDowntime) capacity.Downtime { return c.Downtime }),
	keyed("remove_downtime", &downtimeTable, func(r capacity.Downtime) plan.RemoveDowntime { return plan.RemoveDowntime{Downtime: r} }, func(c plan.RemoveDowntime) capacity.Downtime {
		r := c.Downtime
		return capacity.Downtime{WorkCentre: r.WorkCentre, Machine: r.Machine, From: r.From}
	}),
	kind("set_calendar", calendarRow{}, func(r calendarRow) plan.SetCalendar {
		return plan.SetCalendar{Calendar: r.ID, Rows: []capacity.CalendarRow{r.CalendarRow}}
	}, func(c plan.SetCalendar) (rows []calendarRow) {
		for _, r := range c.Rows {
			r.Row, r.ID = 0, c.Calendar // as the change takes them
			rows = append(rows, calendarRow{CalendarRow: r})
		}
		return rows
	},
		id("calendar", func(r *calendarRow) *string { return &r.ID }, required),
		text("days", func(r *calendarRow) *string { return &r.Days }, required),
		text("shifts", func(r *calendarRow) *string { return &r.Shifts }, 0),
		apart((*calendarRow).alone)),
}
