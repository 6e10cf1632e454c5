package plan

import (
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// draft is a model with changes that are not planned yet. Rows of demands, stock, receipts and allocations
// are edits, one by one, which net change understands; the other tables are copied when something of them changes.
type draft struct {
	plan  *Plan // whose planned orders and schedule the changes may be about
	base  *Model
	edits mrp.Edits
	whole bool  // rows holds the large tables
	rows  *Rows // the other tables once one was touched; Demands, Stock, Receipts, Allocations are not used
	// touched are the tables of rows that changed.
	touched touchedTables
	impact  Impact   // of the changes so far
	undo    *restore // what takes the change back that is being made; nil: nobody asks
}

// touchedTables says which tables of a draft changed beside the book.
type touchedTables struct {
	schedule  bool // schedule.csv: pins
	hours     bool // downtime.csv: the schedule's working hours, not the material plan
	structure bool // anything else
}

func newDraft(p *Plan) *draft { return &draft{plan: p, base: p.model, edits: mrp.NewEdits()} }

// demand is a demand's row as changed so far.
func (d *draft) demand(id string) (mrp.Demand, bool) {
	if row, ok := d.edits.Demands[id]; ok {
		if row == nil {
			return mrp.Demand{}, false
		}
		return *row, true
	}
	i, ok := d.base.Book.Demand(id)
	if !ok {
		return mrp.Demand{}, false
	}
	return *d.base.Book.DemandAt(i), true
}

// setDemand adds a demand or replaces the one of its id.
func (d *draft) setDemand(row mrp.Demand) {
	was, ok := d.demand(row.ID)
	d.noteDemand(row.ID, was, ok)
	d.affects(demandImpact(was, row, ok))
	d.edits.Demands[row.ID] = &row
}

func (d *draft) removeDemand(id string) {
	was, ok := d.demand(id)
	d.noteDemand(id, was, ok)
	d.affects(Structure)
	d.edits.Demands[id] = nil
}

// noteDemand notes how a demand was.
func (d *draft) noteDemand(id string, was mrp.Demand, ok bool) {
	if ok {
		d.before(func(d *draft) { d.setDemand(was) })
	} else {
		d.before(func(d *draft) { d.removeDemand(id) })
	}
}

// receipt is an open order's row as changed so far.
func (d *draft) receipt(id string) (mrp.Receipt, bool) {
	if row, ok := d.edits.Receipts[id]; ok {
		if row == nil {
			return mrp.Receipt{}, false
		}
		return *row, true
	}
	i, ok := d.base.Book.Receipt(id)
	if !ok {
		return mrp.Receipt{}, false
	}
	return *d.base.Book.ReceiptAt(i), true
}

// setReceipt adds an open order or replaces the one of its id.
func (d *draft) setReceipt(row mrp.Receipt) {
	was, ok := d.receipt(row.ID)
	d.noteReceipt(row.ID, was, ok)
	d.affects(receiptImpact(was, row, ok))
	d.edits.Receipts[row.ID] = &row
}

// removeReceipt takes an open order away, with its allocations.
func (d *draft) removeReceipt(id string) {
	for _, a := range d.allocations(id) {
		d.removeAllocation(a.Key())
	}
	was, ok := d.receipt(id)
	d.noteReceipt(id, was, ok)
	d.affects(Structure)
	d.edits.Receipts[id] = nil
}

// noteReceipt notes how a receipt was.
func (d *draft) noteReceipt(id string, was mrp.Receipt, ok bool) {
	if ok {
		d.before(func(d *draft) { d.setReceipt(was) })
	} else {
		d.before(func(d *draft) { d.removeReceipt(id) })
	}
}

// allocations are what is still to issue to a receipt, by component and site.
func (d *draft) allocations(receipt string) []mrp.Allocation {
	var out []mrp.Allocation
	rows := d.base.Book.AllocationsOf(receipt)
	for i := range rows {
		if _, changed := d.edits.Allocations[rows[i].Key()]; !changed {
			out = append(out, rows[i])
		}
	}
	for key, row := range d.edits.Allocations {
		if key.Receipt == receipt && row != nil {
			out = append(out, *row)
		}
	}
	slices.SortFunc(out, mrp.Allocation.Compare)
	return out
}

func (d *draft) setAllocation(row mrp.Allocation) {
	d.before(func(d *draft) { d.removeAllocation(row.Key()) })
	d.affects(Structure)
	d.edits.Allocations[row.Key()] = &row
}

// removeAllocation takes an allocation away that is there.
func (d *draft) removeAllocation(key mrp.AllocationKey) {
	for _, was := range d.allocations(key.Receipt) {
		if was.Key() == key {
			d.before(func(d *draft) { d.setAllocation(was) })
		}
	}
	d.affects(Structure)
	d.edits.Allocations[key] = nil
}

// stock is a row of stock as changed so far.
func (d *draft) stock(key mrp.StockKey) (mrp.Stock, bool) {
	key = key.Canonical()
	if row, ok := d.edits.Stock[key]; ok {
		if row == nil {
			return mrp.Stock{}, false
		}
		return *row, true
	}
	return d.base.Book.StockRow(d.base.Catalog, key)
}

func (d *draft) setStock(row mrp.Stock) {
	d.noteStock(row.Key())
	d.edits.Stock[row.Key()] = &row
}

func (d *draft) removeStock(key mrp.StockKey) {
	d.noteStock(key.Canonical())
	d.edits.Stock[key.Canonical()] = nil
}

// noteStock notes how a row of stock was.
func (d *draft) noteStock(key mrp.StockKey) {
	if was, ok := d.stock(key); ok {
		d.before(func(d *draft) { d.setStock(was) })
	} else {
		d.before(func(d *draft) { d.removeStock(key) })
	}
	d.affects(Structure)
}

// tables are the small ones of the other tables, to be changed in place; the caller sets what it touched.
func (d *draft) tables() *Rows {
	if d.rows == nil {
		m := d.base
		d.rows = &Rows{
			Settings: m.Settings(), WorkCentres: slices.Collect(m.WorkCentres()), Calendars: slices.Collect(m.Calendars()),
			Downtime: slices.Collect(m.Downtime()), Setups: slices.Collect(m.Setups()), Schedule: slices.Collect(m.Scheduled()),
		}
	}
	return d.rows
}

// allTables are tables with the large ones: items, units, sources, BOM and routings.
func (d *draft) allTables() *Rows {
	rows := d.tables()
	if !d.whole {
		d.whole = true
		m := d.base
		rows.Items, rows.UOMs, rows.Sources = slices.Collect(m.Items()), slices.Collect(m.UOMs()), slices.Collect(m.Sources())
		rows.Lines, rows.Operations = slices.Collect(m.Lines()), slices.Collect(m.Operations())
	}
	return rows
}

// structure is allTables for a change of items, sources, BOMs, routings, work centres, calendars or settings.
func (d *draft) structure() *Rows {
	d.touched.structure = true
	return d.allTables()
}

// published is the table of the published schedule, to be changed in place.
func (d *draft) published() *[]capacity.ScheduledOperation {
	d.touched.schedule = true
	return &d.tables().Schedule
}

// model makes the whole model of the draft's rows: the slow way, which always goes.
func (d *draft) model() (*Model, error) {
	rows := *d.allTables()
	rows.Demands = edited(slices.Collect(d.base.Demands()), d.edits.Demands, func(r *mrp.Demand) string { return r.ID }, func(r *mrp.Demand) *int { return &r.Row })
	rows.Receipts = edited(slices.Collect(d.base.Receipts()), d.edits.Receipts, func(r *mrp.Receipt) string { return r.ID }, func(r *mrp.Receipt) *int { return &r.Row })
	rows.Stock = edited(slices.Collect(d.base.Stock()), d.edits.Stock, func(r *mrp.Stock) mrp.StockKey { return r.Key() }, func(r *mrp.Stock) *int { return &r.Row })
	rows.Allocations = edited(slices.Collect(d.base.Allocations()), d.edits.Allocations, func(r *mrp.Allocation) mrp.AllocationKey { return r.Key() }, func(r *mrp.Allocation) *int { return &r.Row })
	m, err := rows.Model()
	if err != nil {
		return nil, err
	}
	m.carried = d.base.carried
	return m, nil
}

// edited are rows with edits in place of those of their keys; new ones come last in any order, as
// models sort their rows. New ones have a number behind all others, so that no row's own columns (x_…) are theirs.
func edited[R any, K comparable](rows []R, edits map[K]*R, key func(*R) K, number func(*R) *int) []R {
	if len(edits) == 0 {
		return rows
	}
	out := make([]R, 0, len(rows)+len(edits))
	seen := make(map[K]bool, len(edits))
	last := len(rows)
	for i := range rows {
		k := key(&rows[i])
		last = max(last, *number(&rows[i]))
		row, changed := edits[k]
		if seen[k] = true; !changed {
			out = append(out, rows[i])
		} else if row != nil {
			out = append(out, *row)
		}
	}
	for k, row := range edits {
		if !seen[k] && row != nil {
			added := *row
			if *number(&added) == 0 {
				*number(&added) = last + 1
			}
			out = append(out, added)
		}
	}
	return out
}

// siteOr is a site, or the default one.
func siteOr(site string) string {
	if site == "" {
		return bom.DefaultSite
	}
	return site
}
