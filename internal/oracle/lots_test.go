package oracle

import (
	"testing"

	"github.com/taktplan/takt/bom"
)

// Published lot sizing cases; one day per period, lead time 0.
func TestPublishedLots(t *testing.T) {
	casings := []int64{18, 30, 42, 5, 20}
	trumpets := []int64{42, 42, 32, 12, 26, 112, 45, 14, 76, 38}
	factory := []int64{20, 50, 10, 50, 50, 10, 20, 40, 20, 30}
	orlicky := []int64{35, 10, 0, 40, 0, 20, 5, 10, 30}
	weeks := []int64{22, 34, 32, 12, 8, 44, 54, 16, 76, 30}
	for _, c := range []struct {
		name        string
		rule        bom.LotRule
		setup, hold string
		demand      []int64
		want        string
	}{
		// G11: Nahmias, Production and Operations Analysis, ch. 7.
		{"casings", bom.SilverMeal, "80", "2", casings, "48@1 47@3 20@5"},
		{"casings", bom.LeastUnitCost, "80", "2", casings, "48@1 42@3 25@4"},
		{"casings", bom.PartPeriod, "80", "2", casings, "48@1 67@3"},
		// G12: Nahmias, trumpet casings.
		{"trumpets", bom.SilverMeal, "132", "0.6", trumpets, "128@1 197@5 114@9"},
		{"trumpets", bom.WagnerWhitin, "132", "0.6", trumpets, "154@1 171@6 114@9"},
		// G13: Hopp & Spearman, Factory Physics, ch. 2.
		{"factory", bom.WagnerWhitin, "100", "1", factory, "80@1 130@4 90@8"},
		// G15: Orlicky (1975), ch. 8.
		{"orlicky", bom.EOQ, "100", "1", orlicky, "58@1 58@4 58@8"},
		{"orlicky", bom.WagnerWhitin, "100", "1", orlicky, "45@1 65@4 40@8"},
		// G16: University of Southampton, edshare 4121.
		{"southampton", bom.WagnerWhitin, "100", "2", []int64{40, 20, 10, 30, 20}, "70@1 50@4"},
		// G17: Snyder & Shen, Fundamentals of Supply Chain Theory, example 3.9.
		{"snyder", bom.WagnerWhitin, "500", "2", []int64{90, 120, 80, 70}, "210@1 150@3"},
		// G18: Silver-Meal, 10 weeks (studylib 25785023).
		{"weeks", bom.SilverMeal, "200", "3.25", weeks, "56@1 52@3 114@6 106@9"},
		{"weeks", bom.WagnerWhitin, "200", "3.25", weeks, "56@1 52@3 44@6 70@7 106@9"},
	} {
		r := golden()
		addItem(r, "A", 0, 0, func(i *bom.Item) {
			i.LotRule, i.OrderCost, i.HoldingCost = c.rule, bom.MustNumber(c.setup), bom.MustNumber(c.hold)
		})
		for i, q := range c.demand {
			if q > 0 {
				addDemand(r, "A", i+1, q)
			}
		}
		expect(t, c.name+" "+c.rule.String(), orders(Plan(r), "A", need), c.want)
	}
}

// Groff: extend while d·k(k+1) ≤ 2·order cost ÷ holding cost: here 2·60 ÷ 2 = 60.
func TestGroff(t *testing.T) {
	if got := groff(rationals(9, 30, 0, 5, 4), whole(60), whole(2)); got != 4 {
		t.Errorf("covers %d days, want 4: 30·2 = 60, 0, 5·12 = 60, 4·20 = 80", got)
	}
}
