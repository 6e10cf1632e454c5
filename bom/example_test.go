package bom_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
)

// speaker is a small product: a box of two speakers and
// three bags of screws, the bag a phantom.
func speaker() *bom.Network {
	errs := &bom.Errors{}
	b := bom.NewBuilder(bom.NewNames(), errs)
	for _, it := range []struct {
		id   string
		lead int
		cost string
	}{{"kit", 1, "40"}, {"speaker", 2, "12"}, {"cabinet", 1, "8"}, {"bag", 1, "0.35"}, {"magnet", 3, "2.5"}, {"screw", 1, "0.05"}} {
		b.AddItem(bom.Item{ID: it.id, Decimals: bom.Some(0), LeadDays: bom.Some(it.lead), Cost: bom.MustNumber(it.cost), Phantom: it.id == "bag"})
	}
	for _, l := range []bom.Line{
		{Parent: "kit", Component: "speaker", Quantity: bom.Units(2)},
		{Parent: "kit", Component: "bag", Quantity: bom.Units(3)},
		{Parent: "speaker", Component: "cabinet", Quantity: bom.Units(1)},
		{Parent: "speaker", Component: "magnet", Quantity: bom.Units(1), Scrap: bom.MustNumber("0.2")},
		{Parent: "bag", Component: "screw", Quantity: bom.Units(6)},
		{Parent: "cabinet", Component: "screw", Quantity: bom.Units(8)},
	} {
		b.AddLine(l)
	}
	catalog := b.Catalog()
	if err := errs.Err(); err != nil {
		panic(err)
	}
	network, err := bom.Compile(catalog, nil)
	if err != nil {
		panic(err)
	}
	return network
}

func Example() {
	network := speaker()
	kit, _ := network.Part("kit", "")
	structure := network.On(bom.On(2026, time.November, 21), bom.Selection{})
	for total, err := range structure.Summarised(bom.Amount{Part: kit, Quantity: bom.Units(50)}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d %-8s %5v\n", total.LowLevelCode, network.ItemID(total.Part), total.Quantity)
	}
	// Output:
	// 0 kit         50
	// 1 bag        150
	// 1 speaker    100
	// 2 cabinet    100
	// 2 magnet     125
	// 3 screw     1700
}

func ExampleStructure_Indented() {
	network := speaker()
	kit, _ := network.Part("kit", "")
	structure := network.On(bom.On(2026, time.November, 21), bom.Selection{})
	for r, err := range structure.Indented(bom.Amount{Part: kit, Quantity: bom.Units(10)}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		note := ""
		if r.Phantom {
			note = " (phantom)"
		}
		fmt.Printf("%s%s%s: %v each, %v in all\n", strings.Repeat(". ", r.Level), network.ItemID(r.Part), note, r.Line.Quantity, r.Quantity)
	}
	// Output:
	// . bag (phantom): 3 each, 30 in all
	// . . screw: 6 each, 180 in all
	// . speaker: 2 each, 20 in all
	// . . cabinet: 1 each, 20 in all
	// . . . screw: 8 each, 160 in all
	// . . magnet: 1 each, 25 in all
}

func ExampleStructure_EndProducts() {
	network := speaker()
	structure := network.On(bom.On(2026, time.November, 21), bom.Selection{})
	screw, _ := network.Part("screw", "")
	for u := range structure.WhereUsed(screw) {
		fmt.Printf("%s takes %v\n", network.ItemID(u.Parent), u.Per)
	}
	for e := range structure.EndProducts(screw) {
		fmt.Printf("one %s takes %v in all\n", network.ItemID(e.Part), e.Per)
	}
	// Output:
	// bag takes 6
	// cabinet takes 8
	// one kit takes 34 in all
}

func ExampleStructure_RollUp() {
	network := speaker()
	kit, _ := network.Part("kit", "")
	structure := network.On(bom.On(2026, time.November, 21), bom.Selection{MaxLevel: 1})
	costs := structure.RollUp(bom.CostOptions{})
	for x := range costs.Tree(kit) {
		fmt.Printf("%s%s: %v × %v = %v\n", strings.Repeat(". ", x.Level), network.ItemID(x.Part), x.Per, x.Unit, x.Extended)
	}
	fmt.Println("against the standard cost:", costs.Of(kit).Difference())
	// Output:
	// kit: 1 × 7.95 = 7.95
	// . bag: 3 × 0.3 = 0.9
	// . speaker: 2 × 3.525 = 7.05
	// against the standard cost: -32.05
}

func ExampleLeadTimes_CriticalPath() {
	network := speaker()
	kit, _ := network.Part("kit", "")
	times := network.On(bom.On(2026, time.November, 21), bom.Selection{}).LeadTimes(nil)
	for x := range times.CriticalPath(kit) {
		fmt.Printf("%s takes %d days, starts %d days before the kit is due\n", network.ItemID(x.Part), x.Days, x.Start)
	}
	// Output:
	// kit takes 1 days, starts 1 days before the kit is due
	// speaker takes 2 days, starts 3 days before the kit is due
	// magnet takes 3 days, starts 6 days before the kit is due
}

func ExampleCycleError() {
	errs := &bom.Errors{}
	b := bom.NewBuilder(bom.NewNames(), errs)
	b.AddItem(bom.Item{ID: "hen"})
	b.AddItem(bom.Item{ID: "egg"})
	b.AddLine(bom.Line{Parent: "hen", Component: "egg", Quantity: bom.Unit})
	b.AddLine(bom.Line{Parent: "egg", Component: "hen", Quantity: bom.Unit})
	_, err := bom.Compile(b.Catalog(), nil)
	fmt.Println(err)
	// Output:
	// cycle: egg@main -component (bom row 2)-> hen@main -component (bom row 1)-> egg@main: remove or date out one of these rows; material that returns to its own start is planned as a receipt, not as a line
}
