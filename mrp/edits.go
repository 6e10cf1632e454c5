package mrp

import (
	"cmp"
	"strings"

	"github.com/taktplan/takt/bom"
)

// Edits are rows of a Book by key, each in place of the one that is there; a nil row takes it
// away. Quantities may carry a UOM, as in the tables.
type Edits struct {
	Demands     map[string]*Demand
	Receipts    map[string]*Receipt
	Stock       map[StockKey]*Stock
	Allocations map[AllocationKey]*Allocation
}

// NewEdits are no edits.
func NewEdits() Edits {
	return Edits{map[string]*Demand{}, map[string]*Receipt{}, map[StockKey]*Stock{}, map[AllocationKey]*Allocation{}}
}

// Empty reports whether there are none.
func (e *Edits) Empty() bool {
	return len(e.Demands) == 0 && len(e.Receipts) == 0 && len(e.Stock) == 0 && len(e.Allocations) == 0
}

// StockKey is the key of a row of stock.csv.
type StockKey struct{ Item, Site, Lot, ReservedFor string }

// Canonical is the key with its site written out.
func (k StockKey) Canonical() StockKey {
	setSite(&k.Site)
	return k
}

// Key is the row's key.
func (s Stock) Key() StockKey { return StockKey{s.Item, s.Site, s.Lot, s.ReservedFor}.Canonical() }

// AllocationKey is the key of a row of allocations.csv.
type AllocationKey struct{ Receipt, Component, Site string }

// Key is the row's key.
func (a Allocation) Key() AllocationKey {
	k := AllocationKey{a.Receipt, a.Component, a.Site}
	setSite(&k.Site)
	return k
}

// Compare orders allocations by key.
func (a Allocation) Compare(b Allocation) int {
	return cmp.Or(strings.Compare(a.Receipt, b.Receipt), strings.Compare(a.Component, b.Component), strings.Compare(a.Site, b.Site))
}

// AllocationsOf are the allocations of a receipt, by component and site.
func (b *Book) AllocationsOf(receipt string) []Allocation {
	var out []Allocation
	for _, a := range b.allocations.from(&allocationRow{Allocation: Allocation{Receipt: receipt}}) {
		if a.Receipt != receipt {
			break
		}
		out = append(out, a.Allocation)
	}
	return out
}

// hasAllocations reports whether something is still to issue to a receipt.
func (b *Book) hasAllocations(receipt string) bool {
	for _, a := range b.allocations.from(&allocationRow{Allocation: Allocation{Receipt: receipt}}) {
		return a.Receipt == receipt
	}
	return false
}

// StockRow finds a row of stock.
func (b *Book) StockRow(c *bom.Catalog, key StockKey) (Stock, bool) {
	if i, ok := b.lot(c, key); ok {
		return b.stockRow(c, b.lots.at(i)), true
	}
	return Stock{}, false
}

// lot finds the number of a row of stock.
func (b *Book) lot(c *bom.Catalog, key StockKey) (int32, bool) {
	p, ok1 := c.Part(key.Item, key.Site)
	id, ok2 := c.Names.Lookup(key.Lot)
	of, ok3 := c.Names.Lookup(key.ReservedFor)
	if !ok1 || !ok2 || !ok3 {
		return -1, false
	}
	return b.lots.find(&Lot{Part: p, ID: id, reservedFor: of})
}
