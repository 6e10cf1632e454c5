package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// The published cases, told through the public engine. A period is a day, period 1
// is the start; receipts come at the start of a period, a release is the receipt
// less the lead time. Case numbers (G…) are those of the project's list of goldens.

// periodOne is the start of every published case, a Monday.
var periodOne = bom.On(2026, 3, 2)

func period(n int) bom.Day { return periodOne + bom.Day(n-1) }

// published is a model in the words of a textbook.
type published struct {
	plan.Rows
}

func textbook() *published {
	c := &published{}
	c.Settings.Start = bom.OnDay(periodOne)
	return c
}

// part adds an item with its lead time and what is on hand.
func (c *published) part(id string, lead int, onHand int64, change ...func(*bom.Item)) {
	item := bom.Item{ID: id, LeadDays: bom.Some(lead), Decimals: bom.Some(0)}
	for _, f := range change {
		f(&item)
	}
	c.Items = append(c.Items, item)
	if onHand > 0 {
		c.Stock = append(c.Stock, mrp.Stock{Item: id, Quantity: bom.Units(onHand)})
	}
}

// gross adds gross requirements: period, quantity, period, quantity, …
func (c *published) gross(item string, periodsAndQuantities ...int64) {
	for pair := range slices.Chunk(periodsAndQuantities, 2) {
		c.Demands = append(c.Demands, mrp.Demand{ID: fmt.Sprintf("%s-%d", item, pair[0]), Item: item,
			Quantity: bom.Units(pair[1]), Due: bom.OnDay(period(int(pair[0])))})
	}
}

// scheduled adds a scheduled receipt whose components are issued already.
func (c *published) scheduled(item string, p int, q int64) {
	c.Receipts = append(c.Receipts, mrp.Receipt{ID: fmt.Sprintf("SR-%s-%d", item, p), Item: item, Kind: bom.Make,
		Status: mrp.InProgress, Quantity: bom.Units(q), Due: bom.OnDay(period(p))})
}

// structure adds BOM lines such as "A=2B+3C".
func (c *published) structure(texts ...string) {
	for _, text := range texts {
		parent, components, _ := strings.Cut(text, "=")
		for term := range strings.SplitSeq(components, "+") {
			name := strings.TrimLeft(term, "0123456789")
			q := int64(1)
			if digits := term[:len(term)-len(name)]; digits != "" {
				fmt.Sscan(digits, &q)
			}
			c.Lines = append(c.Lines, bom.Line{Parent: parent, Component: name, Quantity: bom.Units(q)})
		}
	}
}

// partOf finds a part at the main site.
func partOf(t *testing.T, p *plan.Plan, item string) bom.PartID {
	t.Helper()
	part, ok := p.Network().Part(item, bom.DefaultSite)
	if !ok {
		t.Fatalf("no part %s", item)
	}
	return part
}

func releases(o mrp.Order) bom.Day { return o.Start }
func net(o mrp.Order) bom.Day      { return o.Need }

// orderText lists an item's planned orders as qty@period, by their release or net day.
func orderText(t *testing.T, p *plan.Plan, item string, day func(mrp.Order) bom.Day) string {
	t.Helper()
	orders := slices.Collect(p.Material().OrdersOf(partOf(t, p, item)))
	slices.SortStableFunc(orders, func(a, b mrp.Order) int { return int(day(a) - day(b)) })
	var texts []string
	for _, o := range orders {
		texts = append(texts, fmt.Sprintf("%v@%d", o.Quantity, day(o)-periodOne+1))
	}
	return strings.Join(texts, " ")
}

// onHand is the projected balance at the end of the periods 1 to n.
func onHand(t *testing.T, p *plan.Plan, item string, n int) []bom.Quantity {
	t.Helper()
	part := partOf(t, p, item)
	balance := bom.Quantity(0)
	for s := range p.Model().Stock() {
		if s.Item == item {
			balance += s.Quantity
		}
	}
	days := p.Material().Projected(part)
	var out []bom.Quantity
	for i := 1; i <= n; i++ {
		for _, d := range days {
			if d.Day == period(i) {
				balance = d.Projected
			}
		}
		out = append(out, balance)
	}
	return out
}

// listText is a list as text: "23 48 73".
func listText[T any](list []T) string { return strings.Trim(fmt.Sprint(list), "[]") }

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got  %s\n want %s", what, got, want)
	}
}

// expectReleases compares the releases of several items.
func expectReleases(t *testing.T, p *plan.Plan, want map[string]string) {
	t.Helper()
	for item, releasesOf := range want {
		expect(t, "releases of "+item, orderText(t, p, item, releases), releasesOf)
	}
}

// G1: Orlicky, Material Requirements Planning (1975), fig. 7-2 to 7-4: netting.
func TestOrlickyNetting(t *testing.T) {
	c := textbook()
	c.part("A", 0, 23)
	c.scheduled("A", 3, 30)
	c.gross("A", 2, 20, 4, 25, 6, 15, 7, 12)
	expect(t, "net requirements", orderText(t, planOf(t, &c.Rows), "A", net), "7@6 12@7")
}

// G2: Orlicky (1975), fig. 7-10: explosion over three levels, lead time 2 each.
func TestOrlickyThreeLevels(t *testing.T) {
	c := textbook()
	c.part("A", 2, 12)
	c.part("B", 2, 28)
	c.part("C", 2, 8)
	c.structure("A=B", "B=C")
	c.scheduled("A", 3, 14)
	c.gross("A", 1, 10, 3, 15, 4, 10, 5, 20, 6, 5, 8, 10, 9, 15)
	p := planOf(t, &c.Rows)
	expect(t, "net A", orderText(t, p, "A", net), "9@4 20@5 5@6 10@8 15@9")
	expect(t, "net B", orderText(t, p, "B", net), "1@3 5@4 10@6 15@7")
	expect(t, "net C", orderText(t, p, "C", net), "8@4 15@5")
	expectReleases(t, p, map[string]string{
		"A": "9@2 20@3 5@4 10@6 15@7", "B": "1@1 5@2 10@4 15@5", "C": "8@2 15@3",
	})
	// Orlicky prints the balance without the planned orders: negative from period 4 on.
	without := onHand(t, p, "A", 9)
	for o := range p.Material().OrdersOf(partOf(t, p, "A")) {
		for i := int(o.Need - periodOne); i < len(without); i++ {
			without[i] -= o.Quantity
		}
	}
	expect(t, "projected A without planned orders", listText(without), "2 2 1 -9 -29 -34 -34 -44 -59")
}

// G3: Krajewski & Ritzman, Operations Management: item C, seat subassembly.
func TestSeatSubassembly(t *testing.T) {
	for _, c := range []struct {
		name      string
		rule      bom.LotRule
		safety    int64
		receipts  string
		releases  string
		projected string
	}{
		{"FOQ 230", bom.FixedLot, 0, "230@4 230@7", "230@2 230@5", "117 117 117 227 227 77 187 187"},
		{"POQ 3", bom.PeriodLot, 0, "153@4 120@7", "153@2 120@5", "117 117 117 150 150 0 0 0"},
		{"L4L", bom.LotForLot, 0, "3@4 150@6 120@7", "3@2 150@4 120@5", "117 117 117 0 0 0 0 0"},
		{"FOQ 230 with safety stock 80", bom.FixedLot, 80, "230@4 230@6", "230@2 230@4", "117 117 117 227 227 307 187 187"},
		{"POQ 3 with safety stock 80", bom.PeriodLot, 80, "233@4 120@7", "233@2 120@5", "117 117 117 230 230 80 80 80"},
		{"L4L with safety stock 80", bom.LotForLot, 80, "83@4 150@6 120@7", "83@2 150@4 120@5", "117 117 117 80 80 80 80 80"},
	} {
		t.Run(c.name, func(t *testing.T) {
			model := textbook()
			model.part("C", 2, 37, func(i *bom.Item) {
				i.LotRule, i.LotQuantity, i.LotDays = c.rule, bom.Units(230), 3
				i.SafetyStock = bom.Some(bom.Units(c.safety))
			})
			model.scheduled("C", 1, 230)
			model.gross("C", 1, 150, 4, 120, 6, 150, 7, 120)
			p := planOf(t, &model.Rows)
			expect(t, "receipts", orderText(t, p, "C", net), c.receipts)
			expect(t, "releases", orderText(t, p, "C", releases), c.releases)
			expect(t, "projected", listText(onHand(t, p, "C", 8)), c.projected)
		})
	}
}

// G4: Heizer & Render, Operations Management: the Awesome speaker kit, gross and net.
func TestSpeakerKit(t *testing.T) {
	leads := map[string]int{"A": 1, "B": 2, "C": 1, "D": 1, "E": 2, "F": 3, "G": 2}
	for _, c := range []struct {
		name   string
		onHand map[string]int64
		want   map[string]string
	}{
		{"gross", nil, map[string]string{
			"A": "50@7", "B": "100@5", "C": "150@6", "D": "600@2 200@4", "E": "200@3 300@4", "F": "300@3", "G": "300@1",
		}},
		{"net", map[string]int64{"A": 10, "B": 15, "C": 20, "D": 10, "E": 10, "F": 5}, map[string]string{
			"A": "40@7", "B": "65@5", "C": "100@6", "D": "380@2 130@4", "E": "120@3 200@4", "F": "195@3", "G": "195@1",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			model := textbook()
			for id, lead := range leads {
				model.part(id, lead, c.onHand[id])
			}
			model.structure("A=2B+3C", "B=2D+2E", "C=2E+2F", "F=2D+G")
			model.gross("A", 8, 50)
			expectReleases(t, planOf(t, &model.Rows), c.want)
		})
	}
}

// G5: Heizer & Render, Operations Management (7e), problem 14.30: the Ultima Stepper.
func TestUltimaStepper(t *testing.T) {
	c := textbook()
	c.part("S", 2, 20)
	c.part("A", 1, 10)
	c.part("B", 2, 30)
	c.part("C", 3, 10)
	c.part("D", 1, 15)
	c.part("E", 2, 5)
	c.part("F", 2, 20)
	c.structure("S=A+3B+2C", "A=D+2F", "B=E+3F", "C=2D+3E")
	c.gross("S", 8, 50)
	expectReleases(t, planOf(t, &c.Rows), map[string]string{
		"S": "30@6", "A": "20@5", "B": "60@4", "C": "50@3", "D": "85@2 20@4", "E": "145@1 60@2", "F": "160@2 40@3",
	})
}

// G6: the Aldershot chair (scribd 521630993).
func TestAldershotChair(t *testing.T) {
	c := textbook()
	c.part("chair", 2, 260)
	c.part("seat", 2, 60)
	c.part("back", 2, 40)
	c.part("leg", 2, 80)
	c.structure("chair=seat+back+4leg")
	c.scheduled("seat", 1, 50)
	c.scheduled("back", 1, 10)
	c.gross("chair", 1, 150, 3, 70, 5, 175, 7, 90, 8, 60)
	p := planOf(t, &c.Rows)
	expect(t, "net chairs", orderText(t, p, "chair", net), "135@5 90@7 60@8")
	expectReleases(t, p, map[string]string{
		"chair": "135@3 90@5 60@6", "seat": "25@1 90@3 60@4", "back": "85@1 90@3 60@4", "leg": "460@1 360@3 240@4",
	})
}

// G7: mixed lot sizes and shared components (tutorsglobe 5218399). It fails if B, D or
// E is netted before all of its parents: the low-level code trap.
func TestMixedLotSizes(t *testing.T) {
	lots := func(q int64) func(*bom.Item) {
		return func(i *bom.Item) { i.LotRule, i.LotQuantity = bom.FixedLot, bom.Units(q) }
	}
	c := textbook()
	c.part("A", 2, 5, lots(20))
	c.part("B", 2, 10, lots(40))
	c.part("C", 1, 0)
	c.part("D", 3, 100, lots(160))
	c.part("E", 2, 100)
	c.part("F", 2, 0)
	c.structure("A=B+C", "B=3D+F", "C=3B+D+4E", "D=E")
	c.scheduled("A", 3, 10)
	c.scheduled("B", 7, 20)
	c.scheduled("E", 2, 60)
	c.scheduled("F", 5, 40)
	c.gross("A", 10, 20)
	expectReleases(t, planOf(t, &c.Rows), map[string]string{
		"A": "20@8", "B": "40@5 40@6", "C": "20@7", "D": "160@2", "E": "80@5", "F": "40@4",
	})
}

// G20: discrete available-to-promise (APICS Dictionary). The row -12, 20, 43 that
// essaykitchen prints for this case is wrong.
func TestDiscreteATP(t *testing.T) {
	c := textbook()
	c.part("A", 0, 0, func(i *bom.Item) { i.LotRule, i.LotQuantity = bom.FixedLot, bom.Units(75) })
	c.orders("A", 52, 35, 20, 12)
	c.forecasts("A", 50, 50, 50, 50)
	p := planOf(t, &c.Rows)
	expect(t, "master production schedule", orderText(t, p, "A", net), "75@1 75@2 75@3")
	expect(t, "projected", listText(onHand(t, p, "A", 4)), "23 48 73 23")
	expect(t, "ATP", atpText(t, p, "A"), "23@1 40@2 43@3")
	expect(t, "cumulative ATP", cumulativeText(t, p, "A"), "23@1 63@2 106@3")
}

// G20: Krajewski & Ritzman, Operations Management: available-to-promise.
func TestKrajewskiATP(t *testing.T) {
	c := textbook()
	c.part("A", 0, 55, func(i *bom.Item) { i.LotRule, i.LotQuantity = bom.FixedLot, bom.Units(150) })
	c.orders("A", 38, 27, 24, 8)
	c.forecasts("A", 30, 30, 30, 30, 35, 35, 35, 35)
	p := planOf(t, &c.Rows)
	expect(t, "master production schedule", orderText(t, p, "A", net), "150@2 150@7")
	expect(t, "projected", listText(onHand(t, p, "A", 8)), "17 137 107 77 42 7 122 87")
	expect(t, "ATP", atpText(t, p, "A"), "17@1 91@2 150@7")
	expect(t, "cumulative ATP", cumulativeText(t, p, "A"), "17@1 108@2 258@7")
}

// orders adds a customer order a period.
func (c *published) orders(item string, quantities ...int64) { c.series(item, "order", 0, quantities) }

// forecasts adds a forecast a period.
func (c *published) forecasts(item string, quantities ...int64) {
	c.series(item, "forecast", mrp.Forecast, quantities)
}

func (c *published) series(item, name string, kind mrp.DemandKind, quantities []int64) {
	for i, q := range quantities {
		if q > 0 {
			c.Demands = append(c.Demands, mrp.Demand{ID: fmt.Sprintf("%s-%s-%02d", item, name, i+1), Item: item, Kind: kind,
				Quantity: bom.Units(q), Due: bom.OnDay(period(i + 1))})
		}
	}
}

func atpText(t *testing.T, p *plan.Plan, item string) string {
	t.Helper()
	var texts []string
	for _, d := range p.Material().ATP(partOf(t, p, item)) {
		texts = append(texts, fmt.Sprintf("%v@%d", d.Discrete, d.Day-periodOne+1))
	}
	return strings.Join(texts, " ")
}

func cumulativeText(t *testing.T, p *plan.Plan, item string) string {
	t.Helper()
	var texts []string
	for _, d := range p.Material().ATP(partOf(t, p, item)) {
		texts = append(texts, fmt.Sprintf("%v@%d", d.Cumulative, d.Day-periodOne+1))
	}
	return strings.Join(texts, " ")
}
