package bom_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
)

var today = bom.On(2026, time.November, 21)

// TestDiamondIsSummedOnce: a shared component is exploded after all its parents (the
// low-level code), although it is met early on the short way.
func TestDiamondIsSummedOnce(t *testing.T) {
	n := network(t, with(items("car", "axle", "wheel", "bolt", "tyre"),
		line("car", "bolt", "7"), line("car", "axle", "2"), line("axle", "wheel", "2"), line("axle", "bolt", "4"),
		line("wheel", "bolt", "5"), line("wheel", "tyre", "1"))...)
	s := n.On(today, bom.Selection{})
	equal(t, "summarised", totals(t, s, "car", "10"), "car 10, axle 20, wheel 40, bolt 350, tyre 40")
	equal(t, "indented", indented(t, s, "car", "1"), `.axle 2
..bolt 8
..wheel 4
...bolt 20
...tyre 4
.bolt 7
`)
}

// TestRoundedOncePerLine: MODEL.md rounds a requirement up to the component's decimals once
// per line after the multiplication, never per unit, and a by-product down.
func TestRoundedOncePerLine(t *testing.T) {
	n := network(t,
		bom.Item{ID: "lid", Decimals: bom.Some(0)}, bom.Item{ID: "steel", Decimals: bom.Some(1)}, bom.Item{ID: "offcut", Decimals: bom.Some(1)},
		line("lid", "steel", "0.333"), line("lid", "offcut", "-0.019"))
	s := n.On(today, bom.Selection{})
	equal(t, "1 lid", totals(t, s, "lid", "1"), "lid 1, offcut 0, steel 0.4")
	equal(t, "100 lids", totals(t, s, "lid", "100"), "lid 100, offcut 0 (-1.9), steel 33.3")
	equal(t, "101 lids", totals(t, s, "lid", "101"), "lid 101, offcut 0 (-1.9), steel 33.7")
}

// TestScrapDividesExactly: 9 ÷ (1 − 0.1) is 10 and not 10.000001.
func TestScrapDividesExactly(t *testing.T) {
	scrapped := line("board", "chip", "9")
	scrapped.Scrap = bom.MustNumber("0.1")
	n := network(t, with(items("board"), bom.Item{ID: "chip"}, scrapped)...)
	s := n.On(today, bom.Selection{})
	equal(t, "exact", totals(t, s, "board", "1"), "board 1, chip 10")
	equal(t, "large", totals(t, s, "board", "900000000000"), "board 900000000000, chip 9000000000000")

	scrapped.Scrap = bom.MustNumber("0.3")
	n = network(t, with(items("board", "chip"), scrapped)...)
	equal(t, "rounded up", totals(t, n.On(today, bom.Selection{}), "board", "1"), "board 1, chip 13") // 12.86
}

// TestPerOrderOnceAnOrder: the summarised explosion is one order a part, the indented one an
// order an occurrence.
func TestPerOrderOnceAnOrder(t *testing.T) {
	setup := line("gear", "grease", "3")
	setup.Per = bom.PerOrder
	n := network(t, with(items("box", "left", "right", "gear", "grease"),
		line("box", "left", "1"), line("box", "right", "1"), line("left", "gear", "2"), line("right", "gear", "2"), setup)...)
	s := n.On(today, bom.Selection{})
	equal(t, "summarised", totals(t, s, "box", "5"), "box 5, left 5, right 5, gear 20, grease 3")
	equal(t, "indented grease", strings.Count(indented(t, s, "box", "5"), "grease 3"), 2)
	equal(t, "nothing ordered, nothing required", totals(t, s, "box", "0"), "box 0")
}

// TestYieldRaisesTheStart: ⌈95 ÷ 0.95⌉ = 100 are started and take components; a bought part's yield is not the maker's business.
func TestYieldRaisesTheStart(t *testing.T) {
	n := network(t, with(items("rod"),
		bom.Item{ID: "wafer", Decimals: bom.Some(0), Yield: bom.MustNumber("0.95")},
		bom.Item{ID: "ingot", Decimals: bom.Some(0), Yield: bom.MustNumber("0.5")},
		bom.Source{Item: "ingot", ID: "B", Kind: bom.Buy}, line("wafer", "ingot", "1"), line("ingot", "rod", "1"))...)
	equal(t, "yield", totals(t, n.On(today, bom.Selection{}), "wafer", "95"), "wafer 95 >100, ingot 100")
	equal(t, "rounded up", totals(t, n.On(today, bom.Selection{}), "wafer", "96"), "wafer 96 >102, ingot 102")
	equal(t, "ignored", totals(t, n.On(today, bom.Selection{IgnoreYield: true}), "wafer", "95"), "wafer 95, ingot 95")
	equal(t, "through the bought one", totals(t, n.On(today, bom.Selection{Bought: true}), "wafer", "95"), "wafer 95 >100, ingot 100 >200, rod 200")
	equal(t, "the part asked for", totals(t, n.On(today, bom.Selection{}), "ingot", "5"), "ingot 5 >10, rod 10")
}

// TestPhantomPassesThrough: flagged, exploded on the summed quantity, without yield.
func TestPhantomPassesThrough(t *testing.T) {
	n := network(t, with(items("pump", "screw", "seal"),
		bom.Item{ID: "kit", Decimals: bom.Some(0), Phantom: true, Yield: bom.MustNumber("0.5")},
		line("pump", "kit", "2"), line("kit", "screw", "4"), line("kit", "seal", "1"))...)
	s := n.On(today, bom.Selection{})
	equal(t, "indented", indented(t, s, "pump", "3"), ".kit 6\n..screw 24\n..seal 6\n")
	for r, err := range s.SingleLevel(bom.Amount{Part: part(t, n, "pump"), Quantity: bom.Units(1)}) {
		if err != nil || !r.Phantom || r.Level != 1 {
			t.Errorf("single level: %+v, %v; want the phantom, flagged", r, err)
		}
	}
}

// TestValidityOnTheDay: both dates are included; the day decides, and NoDay takes all.
func TestValidityOnTheDay(t *testing.T) {
	old, young := line("lamp", "bulb", "1"), line("lamp", "led", "2")
	old.ToDate, young.FromDate = today, today+1
	n := network(t, with(items("lamp", "bulb", "led"), old, young)...)
	for day, want := range map[bom.Day]string{
		today: "lamp 1, bulb 1", today + 1: "lamp 1, led 2", bom.NoDay: "lamp 1, bulb 1, led 2",
	} {
		equal(t, day.String(), totals(t, n.On(day, bom.Selection{}), "lamp", "1"), want)
	}
	lasting := bom.Selection{Lines: func(c *bom.Component) bool { return c.ToDate == bom.NoDay }}
	equal(t, "lines without to_date", totals(t, n.On(today, lasting), "lamp", "1"), "lamp 1")
}

// TestFirstValidSubstitute: of a group only the first valid member is exploded.
func TestFirstValidSubstitute(t *testing.T) {
	member := func(component string, priority int, to bom.Day) bom.Line {
		l := line("cable", component, "1")
		l.SubstituteGroup, l.SubstitutePriority, l.ToDate = "wire", priority, to
		return l
	}
	n := network(t, with(items("cable", "gold", "copper", "tin"), member("gold", 1, today-1), member("copper", 2, 0), member("tin", 3, 0))...)
	equal(t, "today", totals(t, n.On(today, bom.Selection{}), "cable", "1"), "cable 1, copper 1")
	equal(t, "before", totals(t, n.On(today-1, bom.Selection{}), "cable", "1"), "cable 1, gold 1")
	noCopper := bom.Selection{Lines: func(c *bom.Component) bool { return c.GroupPriority != 2 }}
	equal(t, "filtered", totals(t, n.On(today, noCopper), "cable", "1"), "cable 1, tin 1")
}

// TestVersionOfTheBestSource: priority, then validity, then the empty or only version.
func TestVersionOfTheBestSource(t *testing.T) {
	a, b := line("cake", "butter", "1"), line("cake", "oil", "1")
	a.BOM, b.BOM = "A", "B"
	n := network(t, with(items("cake", "butter", "oil"), a, b,
		bom.Source{Item: "cake", ID: "1", Kind: bom.Make, BOM: "A", Priority: 2},
		bom.Source{Item: "cake", ID: "2", Kind: bom.Make, BOM: "B", Priority: 1, ToDate: today})...)
	equal(t, "best", totals(t, n.On(today, bom.Selection{}), "cake", "1"), "cake 1, oil 1")
	equal(t, "after it ended", totals(t, n.On(today+1, bom.Selection{}), "cake", "1"), "cake 1, butter 1")
}

// TestSpareTransfersDoNotStopAnExplosion: they give what is left over; the rest is made.
func TestSpareTransfersDoNotStopAnExplosion(t *testing.T) {
	n := network(t, bom.Item{ID: "door"}, bom.Item{ID: "door", Site: "sister"}, bom.Item{ID: "sheet"},
		bom.Source{Item: "door", ID: "1", Kind: bom.Transfer, From: "sister", SpareOnly: true},
		bom.Source{Item: "door", ID: "2", Kind: bom.Make, Priority: 2}, line("door", "sheet", "2"))
	equal(t, "made", totals(t, n.On(today, bom.Selection{}), "door", "1"), "door 1, sheet 2")
}

func TestIndentedShowsPathAndStopsAtLevel(t *testing.T) {
	n := network(t, with(items("a", "b", "c", "d"), line("a", "b", "1"), line("b", "c", "1"), line("c", "d", "1"))...)
	var paths []string
	for r, err := range n.On(today, bom.Selection{MaxLevel: 2}).Indented(bom.Amount{Part: part(t, n, "a"), Quantity: bom.Unit}) {
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, p := range r.Path {
			ids = append(ids, n.ItemID(p))
		}
		paths = append(paths, strings.Join(ids, "/"))
		if r.Path[len(r.Path)-1] != r.Part || r.Path[len(r.Path)-2] != r.Parent || r.Line.Part != r.Part {
			t.Errorf("path %v of %+v", ids, r)
		}
	}
	if want := []string{"a/b", "a/b/c"}; !slices.Equal(paths, want) {
		t.Errorf("paths %v, want %v", paths, want)
	}
}

func TestExplosionErrors(t *testing.T) {
	n := network(t, with(items("a", "b", "c"), line("a", "b", "1000000"), line("b", "c", "1000000"))...)
	s := n.On(today, bom.Selection{})
	a := part(t, n, "a")
	all := map[string]func(bom.Amount) error{
		"Summarised": func(want bom.Amount) error {
			for _, err := range s.Summarised(want) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		"Indented": func(want bom.Amount) error {
			for _, err := range s.Indented(want) {
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	for name, explode := range all {
		var overflow *bom.OverflowError
		if err := explode(bom.Amount{Part: a, Quantity: bom.Units(100)}); !errors.As(err, &overflow) || overflow.Item != "c" || overflow.Parent != "b" || overflow.Row != 2 {
			t.Errorf("%s: %v, want an overflow of c in row 2", name, err)
		}
		for _, q := range []bom.Quantity{-bom.Unit, bom.Unit / 2} {
			var bad *bom.QuantityError
			if err := explode(bom.Amount{Part: a, Quantity: q}); !errors.As(err, &bad) || bad.Quantity != q {
				t.Errorf("%s of %v: %v, want a QuantityError", name, q, err)
			}
		}
	}
	var overflow *bom.OverflowError
	huge := bom.Quantity(math.MaxInt64 / int64(bom.Unit) * int64(bom.Unit))
	for _, err := range s.Summarised(bom.Amount{Part: a, Quantity: huge}, bom.Amount{Part: a, Quantity: huge}) {
		if !errors.As(err, &overflow) || overflow.Parent != "" {
			t.Errorf("sum: %v, want an overflow of a itself", err)
		}
	}
}

// TestIteratorsStop: a reader may leave at any time, and range again.
func TestIteratorsStop(t *testing.T) {
	n := network(t, with(items("a", "b", "c"), line("a", "b", "1"), line("b", "c", "1"), line("a", "c", "1"))...)
	s := n.On(today, bom.Selection{})
	a, c := part(t, n, "a"), part(t, n, "c")
	want := bom.Amount{Part: a, Quantity: bom.Unit}
	costs, times := s.RollUp(bom.CostOptions{}), s.LeadTimes(nil)
	for range 2 {
		for range s.Indented(want) {
			break
		}
		for range s.Summarised(want) {
			break
		}
		for range s.IndentedWhereUsed(c) {
			break
		}
		for range s.EndProducts(c) {
			break
		}
		for range costs.Tree(a) {
			break
		}
		for range costs.All() {
			break
		}
		for range times.CriticalPath(a) {
			break
		}
	}
}
