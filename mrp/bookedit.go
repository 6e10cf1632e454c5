package mrp

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
)

// RebuildError is a text that the model's catalog does not know and cannot take in: make the model anew with it.
type RebuildError struct {
	Column, Value string // of stock
}

func (e *RebuildError) Error() string {
	return fmt.Sprintf("stock, column %s: %q is new to the model: build the model anew with this row", e.Column, e.Value)
}

// bookEdit is a book made of another, and what differs.
type bookEdit struct {
	book        *Book
	demands     []rowChange[demandRow]
	lots        []rowChange[Lot]
	receipts    []rowChange[receiptRow]
	allocations []rowChange[allocationRow]
}

func (d *bookEdit) empty() bool {
	return len(d.demands) == 0 && len(d.lots) == 0 && len(d.receipts) == 0 && len(d.allocations) == 0
}

// edit makes a book with edits. Errors are *bom.Errors of what is wrong with their rows, and *RebuildError.
func (b *Book) edit(c *bom.Catalog, e *Edits) (*bookEdit, error) {
	next := *b
	d := &bookEdit{book: &next}
	x := &bookEditor{c: c, d: d, book: &next}
	next.demands, d.demands = b.demands.with(x.demandRows(e.Demands))
	next.lots, d.lots = b.lots.with(x.stockRows(e.Stock))
	next.receipts, d.receipts = b.receipts.with(x.receiptRows(e.Receipts))
	next.allocations, d.allocations = b.allocations.with(x.allocationRows(e.Allocations))
	x.checkRemoved(b)
	if err := x.errs.Err(); err != nil {
		return nil, err
	}
	if x.rebuild != nil {
		return nil, x.rebuild
	}
	if d.holds() {
		next.held = &heldDemands{}
	}
	return d, nil
}

// holds reports whether something that is held for a demand changed.
func (d *bookEdit) holds() bool {
	return slices.ContainsFunc(d.lots, func(c rowChange[Lot]) bool {
		return c.before != nil && c.before.Reserved >= 0 || c.after != nil && c.after.Reserved >= 0
	}) || slices.ContainsFunc(d.receipts, func(c rowChange[receiptRow]) bool {
		return c.before != nil && c.before.demand >= 0 || c.after != nil && c.after.demand >= 0
	})
}

// bookEditor checks the rows of edits.
type bookEditor struct {
	c       *bom.Catalog
	d       *bookEdit
	book    *Book
	errs    bom.Errors
	rebuild error
}

func (x *bookEditor) check(table string, row int) *bom.Check {
	return &bom.Check{Errs: &x.errs, Table: table, Row: row}
}

func (x *bookEditor) demandRows(edits map[string]*Demand) []rowEdit[demandRow] {
	var out []rowEdit[demandRow]
	for _, id := range slices.Sorted(maps.Keys(edits)) {
		edit := rowEdit[demandRow]{key: demandRow{Demand: Demand{ID: id}}}
		if row := edits[id]; row != nil {
			after := demandRow{Demand: *row}
			after.ID = id
			setSite(&after.Site)
			check := x.check("demands", after.Row)
			checkDemand(check, &after.Demand)
			if x.book.finishDemand(x.c, check, &after); after.part == bom.NoPart {
				continue
			}
			edit.after = &after
		}
		out = append(out, edit)
	}
	return out
}

func (x *bookEditor) stockRows(edits map[StockKey]*Stock) []rowEdit[Lot] {
	var out []rowEdit[Lot]
	order := func(a, b StockKey) int {
		return cmp.Or(strings.Compare(a.Item, b.Item), strings.Compare(a.Site, b.Site), strings.Compare(a.Lot, b.Lot), strings.Compare(a.ReservedFor, b.ReservedFor))
	}
	for _, key := range slices.SortedFunc(maps.Keys(edits), order) {
		lot, ok := x.lotOf(key.Canonical(), edits[key])
		if !ok {
			continue
		}
		edit := rowEdit[Lot]{key: lot}
		if edits[key] != nil {
			edit.after = &lot
		}
		out = append(out, edit)
	}
	return out
}

// lotOf is a row of stock as a lot, or without a row its key; ok is false if there can be none.
func (x *bookEditor) lotOf(key StockKey, row *Stock) (l Lot, ok bool) {
	s := Stock{Item: key.Item, Site: key.Site, Lot: key.Lot, ReservedFor: key.ReservedFor}
	if row != nil {
		s = *row
		s.Item, s.Site, s.Lot, s.ReservedFor = key.Item, key.Site, key.Lot, key.ReservedFor
	}
	check := x.check("stock", s.Row)
	known := func(column, text string) bom.Sym {
		sym, found := x.c.Names.Lookup(text)
		if ok = ok && found; !found && row != nil {
			x.rebuild = cmp.Or(x.rebuild, error(&RebuildError{Column: column, Value: text}))
		}
		return sym
	}
	if row == nil {
		check = &bom.Check{Errs: &bom.Errors{}} // a row that is nowhere need not be taken away
	}
	checkStock(check, &s)
	l = Lot{Part: x.c.ResolveID(s.Item, s.Site, "item", check), Quantity: s.Quantity, Reserved: -1, Expires: s.Expires, QuarantineUntil: s.QuarantineUntil, Row: int32(s.Row)}
	if l.Part == bom.NoPart {
		return l, false
	}
	ok = true
	l.ID, l.reservedFor = known("lot", s.Lot), known("reserved_for", s.ReservedFor)
	if row != nil {
		x.book.finishLot(x.c, check, &l, s.UOM)
	}
	return l, ok
}

func (x *bookEditor) receiptRows(edits map[string]*Receipt) []rowEdit[receiptRow] {
	var out []rowEdit[receiptRow]
	for _, id := range slices.Sorted(maps.Keys(edits)) {
		edit := rowEdit[receiptRow]{key: receiptRow{Receipt: Receipt{ID: id}}}
		if row := edits[id]; row != nil {
			after := receiptRow{Receipt: *row}
			after.ID = id
			setSite(&after.Site)
			check := x.check("receipts", after.Row)
			checkReceipt(check, &after.Receipt)
			if x.book.finishReceipt(x.c, check, &after); after.part == bom.NoPart {
				continue
			}
			edit.after = &after
		}
		out = append(out, edit)
	}
	return out
}

func (x *bookEditor) allocationRows(edits map[AllocationKey]*Allocation) []rowEdit[allocationRow] {
	var out []rowEdit[allocationRow]
	order := func(a, b AllocationKey) int { return a.row().Compare(b.row()) }
	for _, key := range slices.SortedFunc(maps.Keys(edits), order) {
		edit := rowEdit[allocationRow]{key: allocationRow{Allocation: key.row()}}
		if row := edits[key]; row != nil {
			after := allocationRow{Allocation: *row}
			after.Receipt, after.Component, after.Site = edit.key.Receipt, edit.key.Component, edit.key.Site
			check := x.check("allocations", after.Row)
			checkAllocation(check, &after.Allocation)
			if x.book.finishAllocation(x.c, check, &after); after.part == bom.NoPart || after.receipt < 0 {
				continue
			}
			edit.after = &after
		}
		out = append(out, edit)
	}
	return out
}

// row is an allocation of the key and nothing else.
func (k AllocationKey) row() Allocation {
	setSite(&k.Site)
	return Allocation{Receipt: k.Receipt, Component: k.Component, Site: k.Site}
}

// checkRemoved finds what refers to rows that were taken away.
func (x *bookEditor) checkRemoved(old *Book) {
	removed := map[int32]string{}
	for _, c := range x.d.demands {
		if c.after == nil && (old.holds(c.number) || x.d.holds()) {
			removed[c.number] = c.before.ID
		}
	}
	if len(removed) > 0 {
		for _, l := range x.book.lots.all() {
			if id, gone := removed[l.Reserved]; gone {
				x.book.resolveDemand(id, "reserved_for", x.check("stock", int(l.Row)))
			}
		}
		for _, r := range x.book.receipts.all() {
			if id, gone := removed[r.demand]; gone {
				x.book.resolveDemand(id, "demand", x.check("receipts", r.Row))
			}
		}
	}
	for _, c := range x.d.receipts {
		if c.after != nil {
			continue
		}
		for _, a := range x.book.AllocationsOf(c.before.ID) {
			x.check("allocations", a.Row).Fail("receipt", a.Receipt, "a receipt of the receipts table")
		}
	}
}
