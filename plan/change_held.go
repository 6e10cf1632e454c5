package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/taktplan/takt/mrp"
)

// HeldError is a demand that cannot go, as stock or open orders are held for it.
type HeldError struct {
	Demand   string
	Stock    []mrp.StockKey // reserved for it, by item, site and lot
	Receipts []string       // pegged to it, by id
}

func (e *HeldError) Error() string {
	const most = 5
	var held []string
	for _, s := range e.Stock {
		text := "stock of " + s.Item
		if s.Lot != "" {
			text += " lot " + s.Lot
		}
		held = append(held, text)
	}
	for _, r := range e.Receipts {
		held = append(held, "receipt "+r)
	}
	if n := len(held); n > most {
		held = append(held[:most], fmt.Sprintf("%d more", n-most))
	}
	return fmt.Sprintf("held for %s: %s: free or cancel that in the same batch, or change the demand to status closed", e.Demand, strings.Join(held, ", "))
}

// checkHeld finds a demand that a batch takes away although something is held for it: once the batch is made, as a
// later change of it may free that. O(stock + receipts) if the batch takes a demand away, else O(changes).
func (d *draft) checkHeld(changes []Change) error {
	gone := map[string]int{} // demand to change
	for i, c := range changes {
		says, ok := c.(claimant)
		if !ok {
			continue
		}
		for _, x := range says.claims() {
			if row, edited := d.edits.Demands[x.id]; x.kind == demandKind && x.what == "" && edited && row == nil {
				gone[x.id] = i
			}
		}
	}
	if len(gone) == 0 {
		return nil
	}
	held := d.heldFor(gone)
	for _, id := range slices.Sorted(maps.Keys(gone)) {
		if err := held[id]; err != nil {
			i := gone[id]
			return &ChangeError{changes[i], i, err.Error(), err}
		}
	}
	return nil
}

// heldFor is what is held for demands, for those that something is held for.
func (d *draft) heldFor(demands map[string]int) map[string]*HeldError {
	book := d.base.Book
	numbers := map[int32]string{}
	for id := range demands {
		if n, ok := book.Demand(id); ok {
			numbers[n] = id
		}
	}
	held := map[string]*HeldError{}
	of := func(id string) *HeldError {
		if held[id] == nil {
			held[id] = &HeldError{Demand: id}
		}
		return held[id]
	}
	for _, l := range book.LotsByPart() {
		if id, ok := numbers[l.Reserved]; ok && l.Reserved >= 0 {
			c := d.base.Catalog
			key := mrp.StockKey{Item: c.ItemID(l.Part), Site: c.SiteID(l.Part), Lot: c.Names.String(l.ID), ReservedFor: id}.Canonical()
			if _, edited := d.edits.Stock[key]; !edited {
				of(id).Stock = append(of(id).Stock, key)
			}
		}
	}
	for key, row := range d.edits.Stock {
		if _, ok := demands[key.ReservedFor]; ok && row != nil {
			of(key.ReservedFor).Stock = append(of(key.ReservedFor).Stock, key)
		}
	}
	for _, r := range book.ReceiptsByID() {
		if _, edited := d.edits.Receipts[r.ID]; edited || r.Demand == "" {
			continue
		}
		if _, ok := demands[r.Demand]; ok {
			of(r.Demand).Receipts = append(of(r.Demand).Receipts, r.ID)
		}
	}
	for id, row := range d.edits.Receipts {
		if row == nil {
			continue
		}
		if _, ok := demands[row.Demand]; ok {
			of(row.Demand).Receipts = append(of(row.Demand).Receipts, id)
		}
	}
	for _, h := range held {
		slices.SortFunc(h.Stock, compareStockKeys)
		slices.Sort(h.Receipts)
	}
	return held
}

func compareStockKeys(a, b mrp.StockKey) int {
	return slices.Compare([]string{a.Item, a.Site, a.Lot, a.ReservedFor}, []string{b.Item, b.Site, b.Lot, b.ReservedFor})
}
