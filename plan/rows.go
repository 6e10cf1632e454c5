package plan

import (
	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// Rows are the input tables as Go values: the form for models that are built in
// code, and for tests. Order of rows is free.
type Rows struct {
	Settings    mrp.Settings
	Items       []bom.Item
	UOMs        []bom.UOM
	Sources     []bom.Source
	Lines       []bom.Line
	Operations  []capacity.Operation
	WorkCentres []capacity.WorkCentre
	Calendars   []capacity.CalendarRow
	Downtime    []capacity.Downtime
	Setups      []capacity.Setup
	Stock       []mrp.Stock
	Demands     []mrp.Demand
	Receipts    []mrp.Receipt
	Allocations []mrp.Allocation
	Schedule    []capacity.ScheduledOperation
}
