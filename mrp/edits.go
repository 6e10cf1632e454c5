package mrp

import (
	"cmp"
	"slices"
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
	from, _ := slices.BinarySearchFunc(b.Allocations, receipt, func(a Allocation, id string) int { return strings.Compare(a.Receipt, id) })
	to := from
	for to < len(b.Allocations) && b.Allocations[to].Receipt == receipt {
		to++
	}
	return b.Allocations[from:to]
}

// StockRow finds a row of stock.
func (b *Book) StockRow(c *bom.Catalog, key StockKey) (Stock, bool) {
	p, ok := c.Part(key.Item, key.Site)
	if !ok {
		return Stock{}, false
	}
	i, _ := slices.BinarySearchFunc(b.Lots, p, func(l Lot, p bom.PartID) int { return cmp.Compare(l.Part, p) })
	for ; i < len(b.Lots) && b.Lots[i].Part == p; i++ {
		l := &b.Lots[i]
		if c.Names.String(l.ID) == key.Lot && c.Names.String(l.reservedFor) == key.ReservedFor {
			return b.stockRow(c, l), true
		}
	}
	return Stock{}, false
}
