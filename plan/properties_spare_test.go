package plan_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// Sister sites that give each other spare stock before anybody buys. The oracle does not
// know them, so they are checked by what must hold of any plan.

// sisters makes every transfer of a random model one of spare stock, and gives the sites
// the way back too. Who has no other source may buy.
func sisters(rows *plan.Rows) *plan.Rows {
	has := map[[2]string]bool{}
	for i := range rows.Sources {
		s := &rows.Sources[i]
		s.SpareOnly = s.Kind == bom.Transfer
		if !s.SpareOnly {
			has[[2]string{s.Item, s.Site}] = true
		}
	}
	phantom := map[[2]string]bool{}
	for _, i := range rows.Items {
		phantom[[2]string{i.ID, i.Site}] = i.Phantom
	}
	for _, i := range rows.Items {
		main, north := [2]string{i.ID, "main"}, [2]string{i.ID, "north"}
		if _, two := phantom[north]; i.Site != "main" || !two || phantom[main] || phantom[north] {
			continue
		}
		rows.Sources = append(rows.Sources, bom.Source{Item: i.ID, Site: "north", ID: "0-sister", Kind: bom.Transfer, From: "main", SpareOnly: true})
		for _, p := range [][2]string{main, north} {
			if !has[p] {
				rows.Sources = append(rows.Sources, bom.Source{Item: p[0], Site: p[1], ID: "9-buy", Kind: bom.Buy, Priority: 9})
			}
		}
	}
	return rows
}

func forAllSisters(t *testing.T, cases int, f oracle.Features, check func(rows *plan.Rows, p *plan.Plan) string) {
	t.Helper()
	forAll(t, cases, f, func(rows *plan.Rows, _ *plan.Plan) string {
		sisters(rows)
		p, err := planned(rows, plan.Options{})
		if err != nil {
			return err.Error()
		}
		return check(rows, p)
	})
}

// The plan with sister sites is a function of the tables too, keeps every balance exact,
// and its pegs sum.
func TestSistersObeyTheRules(t *testing.T) {
	f := without("Expiry", "HardPegs", "Quarantine", "Reserved", "ShelfLife")
	forAllSisters(t, 400, f, func(rows *plan.Rows, p *plan.Plan) string {
		stock := map[[2]string]bom.Quantity{}
		for s := range p.Model().Stock() {
			stock[[2]string{s.Item, s.Site}] += s.Quantity
		}
		for part, days := range p.Material().AllProjected() {
			balance := stock[[2]string{p.Network().ItemID(part), p.Network().SiteID(part)}]
			for _, d := range days {
				balance += d.Receipts + d.Planned - d.Requirements
				if d.Projected != balance {
					return fmt.Sprintf("%s on %v: projected %v, want %v", p.Network().Label(part), d.Day, d.Projected, balance)
				}
			}
		}
		left := suppliesOf(p)
		for g := range p.Material().Pegging() {
			left[supplyKey{g.SupplyKind, g.Supply, g.Part}] -= g.Quantity
		}
		for key, q := range left {
			if q != 0 {
				return fmt.Sprintf("%+v: %v are not pegged", key, q)
			}
		}
		want := allText(p)
		shuffle(rows, rand.New(rand.NewPCG(uint64(len(want)), 1)))
		q, err := planned(rows, plan.Options{})
		if err != nil {
			return err.Error()
		}
		return firstDifference(allText(q), want)
	})
}

// A sister gives at most its free stock: what is usable today, less its own demands,
// what is allocated of it, and its safety stock, reckoned here from the tables.
func TestSistersGiveSpareStockOnly(t *testing.T) {
	f := without("Expiry", "HardPegs", "Horizon", "PackShip", "Quarantine", "Reserved", "ServiceLevel", "Substitutes")
	given := 0
	forAllSisters(t, 400, f, func(_ *plan.Rows, p *plan.Plan) string {
		m := p.Model()
		free := map[[2]string]bom.Quantity{}
		for s := range m.Stock() {
			free[[2]string{s.Item, s.Site}] += s.Quantity
		}
		for _, r := range p.Material().DemandResults() {
			d := m.Book.DemandAt(r.Demand)
			free[[2]string{d.Item, d.Site}] -= r.Quantity
		}
		for a := range m.Allocations() {
			site := a.Site
			if site == "" {
				site = bom.DefaultSite
			}
			free[[2]string{a.Component, site}] -= a.Quantity
		}
		for i := range m.Items() {
			free[[2]string{i.ID, i.Site}] -= i.SafetyStock.Or(0)
		}
		drawn := map[[2]string]bom.Quantity{}
		from := map[[3]string]bom.Source{}
		for s := range m.Sources() {
			from[[3]string{s.Item, s.Site, s.ID}] = s
		}
		for o := range p.Material().Orders() {
			if s := from[[3]string{o.Item, o.Site, o.Source}]; s.SpareOnly {
				drawn[[2]string{o.Item, s.From}] += o.Quantity
				given++
			}
		}
		for sender, q := range drawn {
			if q > max(free[sender], 0) {
				return fmt.Sprintf("%v gives %v of %v", sender, q, free[sender])
			}
		}
		return ""
	})
	if given < 100 {
		t.Errorf("only %d transfers of spare stock: the models show nothing", given)
	}
}

// Promises follow the pegs at sister sites as well.
func TestSistersPromise(t *testing.T) {
	f := without("PackShip", "Phantoms")
	forAllSisters(t, 300, f, func(_ *plan.Rows, p *plan.Plan) string {
		last := map[string]bom.Day{}
		for g := range p.Material().Pegging() {
			if g.ConsumerKind == mrp.DemandConsumer && g.Available != bom.NoDay {
				last[g.Consumer] = max(last[g.Consumer], g.Available, g.Needed)
			}
		}
		for _, r := range p.Material().DemandResults() {
			if d := p.Model().Book.DemandAt(r.Demand); r.Promised != last[d.ID] {
				return fmt.Sprintf("demand %s promised for %v, its pegs are there on %v", d.ID, r.Promised, last[d.ID])
			}
		}
		return ""
	})
}

// Rule 3 holds at sister sites too: no day falls below its safety stock.
func TestSistersKeepTheSafetyStock(t *testing.T) {
	f := without("Expiry", "HardPegs", "Quarantine", "Reserved", "ShelfLife")
	forAllSisters(t, 400, f, func(_ *plan.Rows, p *plan.Plan) string {
		for part, days := range p.Material().AllProjected() {
			for _, d := range days {
				if d.Projected < d.SafetyStock {
					return fmt.Sprintf("%s on %v: projected %v, safety stock %v", p.Network().Label(part), d.Day, d.Projected, d.SafetyStock)
				}
			}
		}
		return ""
	})
}
