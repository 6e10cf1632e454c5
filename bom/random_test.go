package bom_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/taktplan/takt/bom"
)

// feature is what random networks may contain.
type feature uint

const (
	fractions  feature = 1 << iota // quantities with decimals, and items with few
	losses                         // scrap and yield
	perOrder                       // per-order lines
	byProducts                     //
	dates                          // lines that end or begin
	groups                         // substitutes
	phantoms                       //
	transfers                      // a second site
	offsets                        //
	anything   = 1<<iota - 1
)

// randomRows are the tables of a random acyclic network of that many items.
func randomRows(r *rand.Rand, count int, f feature) []any {
	has := func(x feature, oneIn int) bool { return f&x != 0 && r.IntN(oneIn) == 0 }
	place := r.Perm(count) // ids say nothing about levels
	id := func(i int) string { return fmt.Sprintf("P%03d", place[i]) }
	var rows []any
	for i := range count {
		it := bom.Item{ID: id(i), Decimals: bom.Some(6), LeadDays: bom.Some(r.IntN(6)), Cost: bom.Number(r.IntN(900)) * bom.One / 100}
		if has(fractions, 2) {
			it.Decimals = bom.Some(r.IntN(4))
		}
		if has(losses, 3) {
			it.Yield = bom.One - bom.Number(r.IntN(500))*bom.One/1000
		}
		lines := 0
		if i < count-1 {
			lines = r.IntN(4)
		}
		it.Phantom = lines > 0 && has(phantoms, 5)
		if has(transfers, 4) {
			east := it
			east.Site, east.Phantom = "east", false
			rows = append(rows, east)
			rows = append(rows, bom.Source{Item: it.ID, ID: "1", Kind: bom.Transfer, From: "east", SpareOnly: r.IntN(4) == 0},
				bom.Source{Item: it.ID, ID: "2", Kind: bom.Buy, Priority: 2})
		}
		rows = append(rows, it)
		for l := range lines {
			c := bom.Line{Parent: id(i), Component: id(i + 1 + r.IntN(min(count-i-1, 12))), ID: fmt.Sprint(l), Quantity: bom.Units(int64(1 + r.IntN(4)))}
			if has(fractions, 2) {
				c.Quantity = bom.Quantity(1 + r.IntN(3_000_000))
			}
			if has(losses, 3) {
				c.Scrap = bom.Number(r.IntN(400)) * bom.One / 1000
			}
			if has(dates, 4) {
				c.FromDate = today - 2 + bom.Day(r.IntN(4))
			}
			if has(dates, 4) {
				c.ToDate = today - 1 + bom.Day(r.IntN(4))
				c.FromDate = min(c.FromDate, c.ToDate)
			}
			if !it.Phantom && has(perOrder, 5) {
				c.Per = bom.PerOrder
			}
			if has(offsets, 4) {
				c.OffsetDays = r.IntN(9) - 4
			}
			switch {
			case has(byProducts, 6):
				c.Quantity, c.Scrap = -c.Quantity, 0
			case has(groups, 3):
				// Priorities in the order of the random hierarchy cannot make a cycle.
				c.SubstituteGroup, c.SubstitutePriority = "G", 1000+hierarchy(place, c.Component)
			}
			rows = append(rows, c)
		}
	}
	return rows
}

// hierarchy is the hierarchy's index of an id.
func hierarchy(place []int, id string) int {
	for i, p := range place {
		if fmt.Sprintf("P%03d", p) == id {
			return i
		}
	}
	return -1
}
