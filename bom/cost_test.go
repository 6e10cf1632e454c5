package bom_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
)

func costed(id, cost string) bom.Item { return bom.Item{ID: id, Cost: bom.MustNumber(cost)} }

func bought(item, price string) bom.Source {
	return bom.Source{Item: item, ID: "B", Kind: bom.Buy, UnitCost: bom.MustNumber(price)}
}

func material(t testing.TB, c *bom.Costs, n *bom.Network, item string) string {
	t.Helper()
	return c.Of(part(t, n, item)).Material.String()
}

func TestRollUp(t *testing.T) {
	n := network(t, costed("table", "90"), costed("top", "0"), costed("leg", "4"), costed("wood", "1"), costed("chips", "0.5"),
		bought("leg", "4.25"), bought("wood", "0"),
		line("table", "top", "1"), line("table", "leg", "4"), line("top", "wood", "12.5"), line("top", "chips", "-3"))
	c := n.On(today, bom.Selection{}).RollUp(bom.CostOptions{})
	equal(t, "leg: the source's price", material(t, c, n, "leg"), "4.25")
	equal(t, "wood: no price, the item's cost", material(t, c, n, "wood"), "1")
	equal(t, "top: 12.5 wood less 3 chips", material(t, c, n, "top"), "11")
	table := c.Of(part(t, n, "table"))
	equal(t, "table", table.Material.String(), "28")
	equal(t, "against the standard", table.Difference().String(), "-62")

	var tree strings.Builder
	for x := range c.Tree(part(t, n, "table")) {
		fmt.Fprintf(&tree, "%s%s %v × %v = %v\n", strings.Repeat(".", x.Level), n.ItemID(x.Part), x.Per, x.Unit, x.Extended)
	}
	equal(t, "tree", tree.String(), `table 1 × 28 = 28
.leg 4 × 4.25 = 17
.top 1 × 11 = 11
..chips -3 × 0.5 = -1.5
..wood 12.5 × 1 = 12.5
`)
}

func TestRollUpOfEveryKind(t *testing.T) {
	setup, scrapped := line("made", "raw", "10"), line("made", "raw", "9")
	setup.Per, setup.ID, scrapped.Scrap = bom.PerOrder, "2", bom.MustNumber("0.1")
	rows := []any{
		bom.Item{ID: "made", Yield: bom.MustNumber("0.5"), LotMin: bom.Units(20)}, costed("raw", "0"), bought("raw", "3"),
		costed("coated", "0"), bom.Source{Item: "coated", ID: "S", Kind: bom.Subcontract, UnitCost: bom.MustNumber("7")}, line("coated", "raw", "2"),
		bom.Item{ID: "raw", Site: "east"}, bom.Source{Item: "raw", Site: "east", ID: "T", Kind: bom.Transfer, From: "main", UnitCost: bom.MustNumber("0.5")},
		bom.Item{ID: "kit", Phantom: true, Yield: bom.MustNumber("0.5")}, line("kit", "raw", "4"), setup, scrapped,
		costed("blank", "2.5"),
	}
	n := network(t, rows...)
	s := n.On(today, bom.Selection{})
	c := s.RollUp(bom.CostOptions{})
	// 9 ÷ 0.9 ÷ 0.5 = 20 raw a unit, and 10 raw over a lot of 20.
	for item, want := range map[string]string{"made": "61.5", "coated": "13", "raw@east": "3.5", "kit": "12", "blank": "2.5"} {
		equal(t, item, material(t, c, n, item), want)
	}
	c = s.RollUp(bom.CostOptions{Lot: func(bom.PartID) bom.Quantity { return bom.Units(100) }}, part(t, n, "made"))
	equal(t, "over a lot of 100", material(t, c, n, "made"), "60.3")
	count := 0
	for range c.All() {
		count++
	}
	equal(t, "parts rolled up for made: itself and raw", count, 2)
	equal(t, "not rolled up", material(t, c, n, "coated"), "0")
}
