package mrp

import (
	"cmp"
	"iter"
	"strings"
	"sync"

	"github.com/taktplan/takt/bom"
)

// Rows of a book have numbers. In a book made of tables they are places in the order of keys; in one made by
// edits a row keeps its number, new rows get new ones, and those of rows that were taken away are free. Order
// is always that of keys: take it from the iterators.

// NumDemands is the number of demands.
func (b *Book) NumDemands() int { return b.demands.count() }

// DemandSlots bounds the numbers of demands: all are below it.
func (b *Book) DemandSlots() int { return b.demands.slots() }

// DemandAt is a demand by number; nil if none has it.
func (b *Book) DemandAt(i int32) *Demand {
	if r := b.demands.at(i); r != nil {
		return &r.Demand
	}
	return nil
}

// DemandPart is the part that a demand asks for, bom.NoPart if none has the number.
func (b *Book) DemandPart(i int32) bom.PartID {
	if r := b.demands.at(i); r != nil {
		return r.part
	}
	return bom.NoPart
}

// DemandsByID yields the demands by id, with their numbers.
func (b *Book) DemandsByID() iter.Seq2[int32, *Demand] {
	return func(yield func(int32, *Demand) bool) {
		for i, r := range b.demands.all() {
			if !yield(i, &r.Demand) {
				return
			}
		}
	}
}

// DemandsOf are the numbers of the demands for a part, by id.
func (b *Book) DemandsOf(part bom.PartID) []int32 { return b.demands.of(part) }

// CompareDemands orders the numbers of demands by id.
func (b *Book) CompareDemands(i, j int32) int { return b.demands.compare(i, j) }

// Demand finds a demand by id.
func (b *Book) Demand(id string) (int32, bool) {
	return b.demands.find(&demandRow{Demand: Demand{ID: id}})
}

// NumReceipts is the number of receipts.
func (b *Book) NumReceipts() int { return b.receipts.count() }

// ReceiptSlots bounds the numbers of receipts: all are below it.
func (b *Book) ReceiptSlots() int { return b.receipts.slots() }

// ReceiptAt is a receipt by number; nil if none has it.
func (b *Book) ReceiptAt(i int32) *Receipt {
	if r := b.receipts.at(i); r != nil {
		return &r.Receipt
	}
	return nil
}

// ReceiptPart is the part that a receipt supplies, bom.NoPart if none has the number.
func (b *Book) ReceiptPart(i int32) bom.PartID {
	if r := b.receipts.at(i); r != nil {
		return r.part
	}
	return bom.NoPart
}

// ReceiptsByID yields the receipts by id, with their numbers.
func (b *Book) ReceiptsByID() iter.Seq2[int32, *Receipt] {
	return func(yield func(int32, *Receipt) bool) {
		for i, r := range b.receipts.all() {
			if !yield(i, &r.Receipt) {
				return
			}
		}
	}
}

// ReceiptsOf are the numbers of the receipts of a part, by id.
func (b *Book) ReceiptsOf(part bom.PartID) []int32 { return b.receipts.of(part) }

// CompareReceipts orders the numbers of receipts by id.
func (b *Book) CompareReceipts(i, j int32) int { return b.receipts.compare(i, j) }

// Receipt finds a receipt by id.
func (b *Book) Receipt(id string) (int32, bool) {
	return b.receipts.find(&receiptRow{Receipt: Receipt{ID: id}})
}

// NumLots is the number of lots of stock.
func (b *Book) NumLots() int { return b.lots.count() }

// LotSlots bounds the numbers of lots of stock: all are below it.
func (b *Book) LotSlots() int { return b.lots.slots() }

// LotAt is a lot of stock by number; nil if none has it.
func (b *Book) LotAt(i int32) *Lot { return b.lots.at(i) }

// LotsByPart yields the lots of stock by part, lot and reservation, with their numbers.
func (b *Book) LotsByPart() iter.Seq2[int32, *Lot] { return b.lots.all() }

// LotsOf are the numbers of the lots of stock of a part, by lot and reservation.
func (b *Book) LotsOf(part bom.PartID) []int32 { return b.lots.of(part) }

// AllocationAt is an allocation by number; nil if none has it.
func (b *Book) AllocationAt(i int32) *Allocation {
	if r := b.allocations.at(i); r != nil {
		return &r.Allocation
	}
	return nil
}

// AllocationsByKey yields the allocations by receipt, component and site, with their numbers.
func (b *Book) AllocationsByKey() iter.Seq2[int32, *Allocation] {
	return func(yield func(int32, *Allocation) bool) {
		for i, r := range b.allocations.all() {
			if !yield(i, &r.Allocation) {
				return
			}
		}
	}
}

func compareDemandRows(x, y *demandRow) int   { return strings.Compare(x.ID, y.ID) }
func compareReceiptRows(x, y *receiptRow) int { return strings.Compare(x.ID, y.ID) }
func compareAllocationRows(x, y *allocationRow) int {
	return x.Allocation.Compare(y.Allocation)
}

// lotOrder is the order of lots of stock: by part, lot and reservation.
func lotOrder(c *bom.Catalog) func(x, y *Lot) int {
	return func(x, y *Lot) int {
		return cmp.Or(cmp.Compare(x.Part, y.Part), cmp.Compare(c.Rank(x.ID), c.Rank(y.ID)), cmp.Compare(c.Rank(x.reservedFor), c.Rank(y.reservedFor)))
	}
}

// heldDemands are the demands that stock or receipts are held for.
type heldDemands struct {
	once sync.Once
	of   map[int32]bool
}

// holds reports whether stock or a receipt is held for a demand.
func (b *Book) holds(d int32) bool {
	h := b.held
	h.once.Do(func() {
		h.of = map[int32]bool{}
		for _, l := range b.lots.all() {
			if l.Reserved >= 0 {
				h.of[l.Reserved] = true
			}
		}
		for _, r := range b.receipts.all() {
			if r.demand >= 0 {
				h.of[r.demand] = true
			}
		}
	})
	return h.of[d]
}
