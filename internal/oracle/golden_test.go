package oracle

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// The published cases of the golden examples, one day per period: period 1 is start.

const periodOne = bom.Day(740000)

func period(p int) bom.Day { return periodOne + bom.Day(p-1) }

func golden() *plan.Rows {
	return &plan.Rows{Settings: mrp.Settings{Start: bom.OnDay(periodOne)}}
}

func addItem(r *plan.Rows, id string, lead int, onHand int64, change func(*bom.Item)) {
	item := bom.Item{ID: id, LeadDays: bom.Some(lead), Decimals: bom.Some(0)}
	if change != nil {
		change(&item)
	}
	r.Items = append(r.Items, item)
	if onHand > 0 {
		r.Stock = append(r.Stock, mrp.Stock{Item: id, Quantity: bom.Units(onHand)})
	}
}

func addDemand(r *plan.Rows, item string, p int, q int64) {
	r.Demands = append(r.Demands, mrp.Demand{
		ID: fmt.Sprintf("%s-%d", item, p), Item: item, Quantity: bom.Units(q), Due: bom.OnDay(period(p)),
	})
}

func addReceipt(r *plan.Rows, item string, p int, q int64) {
	r.Receipts = append(r.Receipts, mrp.Receipt{
		ID: fmt.Sprintf("R-%s-%d", item, p), Item: item, Kind: bom.Make, Status: mrp.InProgress,
		Quantity: bom.Units(q), Due: bom.OnDay(period(p)),
	})
}

// addLines adds lines such as "A=2B+3C".
func addLines(r *plan.Rows, texts ...string) {
	for _, text := range texts {
		parent, components, _ := strings.Cut(text, "=")
		for _, c := range strings.Split(components, "+") {
			q, name := int64(1), c
			if _, err := fmt.Sscanf(c, "%d%s", &q, &name); err != nil {
				q, name = 1, c
			}
			r.Lines = append(r.Lines, bom.Line{Parent: parent, Component: name, Quantity: bom.Units(q)})
		}
	}
}

// orders are an item's planned orders as qty@period, by start or by need.
func orders(r *Result, item string, day func(Order) bom.Day) string {
	var found []Order
	for _, o := range r.Orders {
		if o.Item == item {
			found = append(found, o)
		}
	}
	slices.SortFunc(found, func(a, b Order) int { return int(day(a) - day(b)) })
	var texts []string
	for _, o := range found {
		texts = append(texts, fmt.Sprintf("%s@%d", o.Quantity, day(o)-periodOne+1))
	}
	return strings.Join(texts, " ")
}

func release(o Order) bom.Day { return o.Start }
func need(o Order) bom.Day    { return o.Need }

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %s, want %s", what, got, want)
	}
}

// G1: Orlicky, Material Requirements Planning (1975), fig. 7-2 to 7-4: netting.
func TestOrlickyNetting(t *testing.T) {
	r := golden()
	addItem(r, "A", 0, 23, nil)
	addReceipt(r, "A", 3, 30)
	for p, q := range map[int]int64{2: 20, 4: 25, 6: 15, 7: 12} {
		addDemand(r, "A", p, q)
	}
	expect(t, "net", orders(Plan(r), "A", need), "7@6 12@7")
}

// G3: Krajewski & Ritzman, Operations Management: item C seat subassembly.
func TestSeatSubassembly(t *testing.T) {
	for _, c := range []struct {
		name   string
		rule   bom.LotRule
		safety int64
		want   string
	}{
		{"FOQ 230", bom.FixedLot, 0, "230@2 230@5"},
		{"POQ 3", bom.PeriodLot, 0, "153@2 120@5"},
		{"L4L", bom.LotForLot, 0, "3@2 150@4 120@5"},
		{"FOQ 230, SS 80", bom.FixedLot, 80, "230@2 230@4"},
		{"POQ 3, SS 80", bom.PeriodLot, 80, "233@2 120@5"},
		{"L4L, SS 80", bom.LotForLot, 80, "83@2 150@4 120@5"},
	} {
		r := golden()
		addItem(r, "C", 2, 37, func(i *bom.Item) {
			i.LotRule, i.LotQuantity, i.LotDays = c.rule, bom.Units(230), 3
			i.SafetyStock = bom.Some(bom.Units(c.safety))
		})
		addReceipt(r, "C", 1, 230)
		for p, q := range map[int]int64{1: 150, 4: 120, 6: 150, 7: 120} {
			addDemand(r, "C", p, q)
		}
		result := Plan(r)
		expect(t, c.name, orders(result, "C", release), c.want)
		if c.name == "FOQ 230" {
			var hand []string
			for _, d := range result.Projected[part{"C", "main"}] {
				hand = append(hand, fmt.Sprintf("%s@%d", d.Projected, d.Day-periodOne+1))
			}
			expect(t, "projected", strings.Join(hand, " "), "117@1 227@4 77@6 187@7")
		}
	}
}

// G4: Heizer & Render, Operations Management: Awesome speaker kit.
func TestSpeakerKit(t *testing.T) {
	leads := map[string]int{"A": 1, "B": 2, "C": 1, "D": 1, "E": 2, "F": 3, "G": 2}
	for _, c := range []struct {
		onHand map[string]int64
		want   map[string]string
	}{
		{nil, map[string]string{
			"A": "50@7", "B": "100@5", "C": "150@6", "E": "200@3 300@4", "F": "300@3", "D": "600@2 200@4", "G": "300@1",
		}},
		{map[string]int64{"A": 10, "B": 15, "C": 20, "D": 10, "E": 10, "F": 5}, map[string]string{
			"A": "40@7", "B": "65@5", "C": "100@6", "E": "120@3 200@4", "F": "195@3", "D": "380@2 130@4", "G": "195@1",
		}},
	} {
		r := golden()
		for id, lead := range leads {
			addItem(r, id, lead, c.onHand[id], nil)
		}
		addLines(r, "A=2B+3C", "B=2D+2E", "C=2E+2F", "F=2D+1G")
		addDemand(r, "A", 8, 50)
		result := Plan(r)
		for id, want := range c.want {
			expect(t, id, orders(result, id, release), want)
		}
	}
}

// G7: mixed lot sizes and shared components (tutorsglobe 5218399): the low-level code trap.
func TestMixedLotSizes(t *testing.T) {
	r := golden()
	fixed := func(lot int64) func(*bom.Item) {
		return func(i *bom.Item) { i.LotRule, i.LotQuantity = bom.FixedLot, bom.Units(lot) }
	}
	addItem(r, "A", 2, 5, fixed(20))
	addItem(r, "B", 2, 10, fixed(40))
	addItem(r, "C", 1, 0, nil)
	addItem(r, "D", 3, 100, fixed(160))
	addItem(r, "E", 2, 100, nil)
	addItem(r, "F", 2, 0, nil)
	addLines(r, "A=B+C", "B=3D+F", "C=3B+D+4E", "D=E")
	addReceipt(r, "A", 3, 10)
	addReceipt(r, "B", 7, 20)
	addReceipt(r, "F", 5, 40)
	addReceipt(r, "E", 2, 60)
	addDemand(r, "A", 10, 20)
	result := Plan(r)
	for id, want := range map[string]string{
		"A": "20@8", "C": "20@7", "B": "40@5 40@6", "D": "160@2", "F": "40@4", "E": "80@5",
	} {
		expect(t, id, orders(result, id, release), want)
	}
}

func rationals(numbers ...int64) (all []*big.Rat) {
	for _, n := range numbers {
		all = append(all, big.NewRat(n, 1))
	}
	return all
}

// G9: Wagner & Whitin, Management Science 5 (1958) 89–96: order costs differ by period.
func TestWagnerWhitin(t *testing.T) {
	d := rationals(69, 29, 36, 61, 61, 26, 34, 67, 45, 67, 79, 56)
	setup := rationals(85, 102, 102, 101, 98, 114, 105, 86, 119, 110, 98, 114)
	cost, _ := wagnerWhitinCosts(d, setup, whole(1))
	for i, want := range rationals(0, 85, 114, 186, 277, 348, 400, 469, 555, 600, 710, 789, 864) {
		if cost[i].Cmp(want) != 0 {
			t.Errorf("F(%d) = %s, want %s", i, cost[i].RatString(), want.RatString())
		}
	}
	var got []string
	at := 0
	for _, days := range wagnerWhitin(d, setup, whole(1)) {
		got = append(got, fmt.Sprintf("%s@%d", total(d[at:at+days]).RatString(), at+1))
		at += days
	}
	expect(t, "orders", strings.Join(got, " "), "98@1 97@3 121@5 112@8 67@10 135@11")
}

// G10: Silver, Pyke & Peterson, Inventory Management and Production Planning and Scheduling, ch. 6.
func TestSilverPykePeterson(t *testing.T) {
	best := "84@1 130@4 283@5 140@7 124@9 160@10 279@11"
	for _, c := range []struct {
		rule bom.LotRule
		cost string
		want string // empty: only the cost is published
	}{
		{bom.WagnerWhitin, "501.2", best},
		{bom.SilverMeal, "501.2", best},
		{bom.LotForLot, "648", ""},
		{bom.LeastUnitCost, "558.8", ""},
		{bom.PartPeriod, "600", ""},
	} {
		r := golden()
		addItem(r, "A", 0, 0, func(i *bom.Item) {
			i.LotRule, i.OrderCost, i.HoldingCost = c.rule, bom.MustNumber("54"), bom.MustNumber("0.4")
		})
		for i, q := range []int64{10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41} {
			addDemand(r, "A", i+1, q)
		}
		result := Plan(r)
		if got := orders(result, "A", need); c.want != "" {
			expect(t, c.rule.String(), got, c.want)
		}
		cost := mul(whole(54), whole(len(result.Orders)))
		for _, d := range result.Projected[part{"A", "main"}] {
			cost = add(cost, mul(big.NewRat(2, 5), units(d.Projected)))
		}
		want, _ := new(big.Rat).SetString(c.cost)
		if cost.Cmp(want) != 0 {
			t.Errorf("%s: cost %s, want %s", c.rule, cost.FloatString(2), c.cost)
		}
	}
}
