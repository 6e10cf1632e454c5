package plan

import (
	"iter"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// Model is the input of a plan: all tables, checked, with their ids interned and
// their rows in canonical order, so that the order in which rows came does not
// matter. It is immutable and safe for any number of readers.
type Model struct {
	Catalog *bom.Catalog
	Shop    *capacity.Shop
	Book    *mrp.Book

	published []capacity.ScheduledOperation
	carried   map[string]*Carried
}

// Builder collects rows of all tables in any order and makes the Model of them.
// It is for one goroutine.
type Builder struct {
	names     *bom.Names
	errs      bom.Errors
	settings  mrp.Settings
	bom       *bom.Builder
	shop      *capacity.Builder
	book      *mrp.Builder
	published []capacity.ScheduledOperation
	carried   map[string]*Carried
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder {
	b := &Builder{names: bom.NewNames()}
	b.bom = bom.NewBuilder(b.names, &b.errs)
	b.shop = capacity.NewBuilder(b.names, &b.errs)
	b.book = mrp.NewBuilder(b.names, &b.errs)
	return b
}

// Names is the interner of the ids; readers intern cells through it.
func (b *Builder) Names() *bom.Names { return b.names }

// Expect tells how many rows of a table are about to come, so that memory for them
// is taken once. It is a hint: any other number of rows may follow.
func (b *Builder) Expect(table string, rows int) {
	switch rows = min(max(rows, 0), 1<<22); table {
	case "items", "bom", "sources":
		b.bom.Expect(table, rows)
	case "routings":
		b.shop.Expect(rows)
	case "stock":
		b.book.Expect(rows)
	}
}

// SetSettings sets the row of settings.csv. Its Start is required.
func (b *Builder) SetSettings(s mrp.Settings) { b.settings = s }

// AddItem adds a row of items.csv.
func (b *Builder) AddItem(r bom.Item) { b.bom.AddItem(r) }

// AddUOM adds a row of uoms.csv.
func (b *Builder) AddUOM(r bom.UOM) { b.bom.AddUOM(r) }

// AddSource adds a row of sources.csv.
func (b *Builder) AddSource(r bom.Source) { b.bom.AddSource(r) }

// AddLine adds a row of bom.csv.
func (b *Builder) AddLine(r bom.Line) { b.bom.AddLine(r) }

// AddOperation adds a row of routings.csv.
func (b *Builder) AddOperation(r capacity.Operation) { b.shop.AddOperation(r) }

// AddWorkCentre adds a row of work_centres.csv.
func (b *Builder) AddWorkCentre(r capacity.WorkCentre) { b.shop.AddWorkCentre(r) }

// AddCalendar adds a row of calendars.csv.
func (b *Builder) AddCalendar(r capacity.CalendarRow) { b.shop.AddCalendar(r) }

// AddDowntime adds a row of downtime.csv.
func (b *Builder) AddDowntime(r capacity.Downtime) { b.shop.AddDowntime(r) }

// AddSetup adds a row of setups.csv.
func (b *Builder) AddSetup(r capacity.Setup) { b.shop.AddSetup(r) }

// AddStock adds a row of stock.csv.
func (b *Builder) AddStock(r mrp.Stock) { b.book.AddStock(r) }

// AddDemand adds a row of demands.csv.
func (b *Builder) AddDemand(r mrp.Demand) { b.book.AddDemand(r) }

// AddReceipt adds a row of receipts.csv.
func (b *Builder) AddReceipt(r mrp.Receipt) { b.book.AddReceipt(r) }

// AddAllocation adds a row of allocations.csv.
func (b *Builder) AddAllocation(r mrp.Allocation) { b.book.AddAllocation(r) }

// AddScheduled adds a row of schedule.csv, the last published schedule.
func (b *Builder) AddScheduled(r capacity.ScheduledOperation) { b.published = append(b.published, r) }

// Build checks all rows together and makes the model. The error is *bom.Errors:
// every *bom.RowError found, at most bom.MaxErrors. The builder must not be used again.
func (b *Builder) Build() (*Model, error) {
	b.book.SetSettings(b.settings)
	m := &Model{published: b.published, carried: b.carried}
	m.Catalog = b.bom.Catalog()
	m.Shop = b.shop.Shop(m.Catalog, b.settings.Calendar, b.settings.Row, b.settings.Start.Day)
	m.Book = b.book.Book(m.Catalog)
	b.checkUnits(m.Shop)
	b.checkPublished(m)
	if err := b.errs.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// Model checks the rows and makes the model of them; see Builder.Build.
func (r *Rows) Model() (*Model, error) {
	b := NewBuilder()
	b.SetSettings(r.Settings)
	each(r.Items, b.AddItem)
	each(r.UOMs, b.AddUOM)
	each(r.Sources, b.AddSource)
	each(r.Lines, b.AddLine)
	each(r.Operations, b.AddOperation)
	each(r.WorkCentres, b.AddWorkCentre)
	each(r.Calendars, b.AddCalendar)
	each(r.Downtime, b.AddDowntime)
	each(r.Setups, b.AddSetup)
	each(r.Stock, b.AddStock)
	each(r.Demands, b.AddDemand)
	each(r.Receipts, b.AddReceipt)
	each(r.Allocations, b.AddAllocation)
	each(r.Schedule, b.AddScheduled)
	return b.Build()
}

// Rows gives the model's rows back, in canonical order and in base units: the
// start of a what-if in code.
func (m *Model) Rows() *Rows {
	return &Rows{
		Settings: m.Settings(), Items: slices.Collect(m.Items()), UOMs: slices.Collect(m.UOMs()), Sources: slices.Collect(m.Sources()),
		Lines: slices.Collect(m.Lines()), Operations: slices.Collect(m.Operations()), WorkCentres: slices.Collect(m.WorkCentres()),
		Calendars: slices.Collect(m.Calendars()), Downtime: slices.Collect(m.Downtime()), Setups: slices.Collect(m.Setups()),
		Stock: slices.Collect(m.Stock()), Demands: slices.Collect(m.Demands()), Receipts: slices.Collect(m.Receipts()),
		Allocations: slices.Collect(m.Allocations()), Schedule: slices.Collect(m.Scheduled()),
	}
}

func each[R any](rows []R, add func(R)) {
	for _, r := range rows {
		add(r)
	}
}

// Settings is the row of settings.csv.
func (m *Model) Settings() mrp.Settings { return m.Book.Settings }

// Items yields the rows of items.csv; like all rows of a model in canonical order.
func (m *Model) Items() iter.Seq[bom.Item] { return m.Catalog.Items() }

// UOMs yields the rows of uoms.csv.
func (m *Model) UOMs() iter.Seq[bom.UOM] { return slices.Values(m.Catalog.UOMs) }

// Sources yields the rows of sources.csv, quantities in base units.
func (m *Model) Sources() iter.Seq[bom.Source] { return m.Catalog.SourceRows() }

// Lines yields the rows of bom.csv.
func (m *Model) Lines() iter.Seq[bom.Line] { return m.Catalog.BOM() }

// Operations yields the rows of routings.csv.
func (m *Model) Operations() iter.Seq[capacity.Operation] { return m.Shop.Operations() }

// WorkCentres yields the rows of work_centres.csv.
func (m *Model) WorkCentres() iter.Seq[capacity.WorkCentre] { return slices.Values(m.Shop.Centres) }

// Calendars yields the rows of calendars.csv.
func (m *Model) Calendars() iter.Seq[capacity.CalendarRow] { return slices.Values(m.Shop.Rows) }

// Downtime yields the rows of downtime.csv.
func (m *Model) Downtime() iter.Seq[capacity.Downtime] { return slices.Values(m.Shop.Downtime) }

// Setups yields the rows of setups.csv.
func (m *Model) Setups() iter.Seq[capacity.Setup] { return slices.Values(m.Shop.Setups) }

// Stock yields the rows of stock.csv, quantities in base units.
func (m *Model) Stock() iter.Seq[mrp.Stock] { return m.Book.StockRows(m.Catalog) }

// Demands yields the rows of demands.csv, quantities in base units.
func (m *Model) Demands() iter.Seq[mrp.Demand] { return values(m.Book.DemandsByID()) }

// Receipts yields the rows of receipts.csv, quantities in base units.
func (m *Model) Receipts() iter.Seq[mrp.Receipt] { return values(m.Book.ReceiptsByID()) }

// Allocations yields the rows of allocations.csv.
func (m *Model) Allocations() iter.Seq[mrp.Allocation] { return values(m.Book.AllocationsByKey()) }

// values are numbered rows without their numbers.
func values[R any](rows iter.Seq2[int32, *R]) iter.Seq[R] {
	return func(yield func(R) bool) {
		for _, row := range rows {
			if !yield(*row) {
				return
			}
		}
	}
}

// Scheduled yields the rows of the published schedule.csv.
func (m *Model) Scheduled() iter.Seq[capacity.ScheduledOperation] { return slices.Values(m.published) }
