package plan_test

import (
	"fmt"
	"testing"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/oracle"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// Rule 3: PA(t) = PA(t−1) + receipts + planned − requirements, exactly, beginning with
// the stock. Left out: stock that expires is lost between two days, and what is reserved for a
// demand that does not need it joins the stock by an amount the tables do not tell.
func TestBalanceIsExact(t *testing.T) {
	forAll(t, 500, without("Expiry", "HardPegs", "Quarantine", "Reserved"), func(_ *plan.Rows, p *plan.Plan) string {
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
		return ""
	})
}

// Rule 3: in netting no day falls below its safety stock, so never below zero, unless
// no source can give what is needed. In real dates, with late orders on their due day, the
// same holds from the day on which the last late order is there: after the last lead time.
func TestBalanceKeepsTheSafetyStock(t *testing.T) {
	forAll(t, 500, oracle.AllFeatures(), func(_ *plan.Rows, p *plan.Plan) string {
		short := shortParts(p)
		for part, days := range p.Material().AllProjected() {
			for _, d := range days {
				if d.Projected < max(d.SafetyStock, 0) && !short[part] {
					return fmt.Sprintf("%s on %v: projected %v, safety stock %v", p.Network().Label(part), d.Day, d.Projected, d.SafetyStock)
				}
			}
		}
		return ""
	})
}

// Rule 4: every lot keeps the minimum, the multiple and the maximum of its source,
// or of its item, and the item's decimals. Left out: shelf life and the free stock of
// a sister site cut lots below them.
func TestLotsKeepTheirModifiers(t *testing.T) {
	forAll(t, 500, without("ShelfLife"), func(_ *plan.Rows, p *plan.Plan) string {
		items, sources := map[[2]string]bom.Item{}, map[[3]string]bom.Source{}
		for i := range p.Model().Items() {
			items[[2]string{i.ID, i.Site}] = i
		}
		for s := range p.Model().Sources() {
			sources[[3]string{s.Item, s.Site, s.ID}] = s
		}
		for o := range p.Material().Orders() {
			i, s := items[[2]string{o.Item, o.Site}], sources[[3]string{o.Item, o.Site, o.Source}]
			if s.SpareOnly {
				continue
			}
			least, most, multiple := max(i.LotMin, s.Min), s.Max, s.Multiple
			if most == 0 {
				most = i.LotMax
			}
			if multiple == 0 {
				multiple = i.LotMultiple
			}
			switch {
			case o.Quantity <= 0, o.Quantity%bom.Step(i.Decimals.Or(6)) != 0, o.StartQuantity < o.Quantity:
				return fmt.Sprintf("%s of %v, started %v", o.ID, o.Quantity, o.StartQuantity)
			case o.Quantity < least, most > 0 && o.Quantity > most, multiple > 0 && o.Quantity%multiple != 0:
				return fmt.Sprintf("%s of %v: minimum %v, maximum %v, multiple %v", o.ID, o.Quantity, least, most, multiple)
			}
		}
		return ""
	})
}

// Rule 6: no order starts before today but with past_due = keep, and late_days is due − need.
func TestDatesOfOrders(t *testing.T) {
	forAll(t, 500, oracle.AllFeatures(), func(rows *plan.Rows, p *plan.Plan) string {
		today := rows.Settings.Start.Day
		for o := range p.Material().Orders() {
			switch {
			case o.Unscheduled:
			case o.Start > o.Due, o.Need < today, o.Start < today && rows.Settings.PastDue == mrp.Forward,
				o.LateDays != max(0, int(o.Due-o.Need)):
				return fmt.Sprintf("%+v", o)
			}
		}
		return ""
	})
}

// No order without a cause: every planned order is found by its id, has an explanation
// whose steps have texts, and what it serves sums to its quantity.
func TestEveryOrderIsExplained(t *testing.T) {
	forAll(t, 200, oracle.AllFeatures(), func(_ *plan.Rows, p *plan.Plan) string {
		for o := range p.Material().Orders() {
			e, ok := p.Material().Explain(o.ID)
			if !ok || e.Order != o || len(e.Steps) == 0 {
				return fmt.Sprintf("%s: explanation of %s with %d steps", o.ID, e.Order.ID, len(e.Steps))
			}
			for _, s := range e.Steps {
				if s.Rule == "" || s.Text == "" {
					return fmt.Sprintf("%s: step %+v", o.ID, s)
				}
			}
			sum := bom.Quantity(0)
			for _, g := range e.Serves {
				sum += g.Quantity
			}
			for _, g := range e.Needs {
				if g.Consumer != o.ID {
					return fmt.Sprintf("%s: needs %+v", o.ID, g)
				}
			}
			if sum != o.Quantity {
				return fmt.Sprintf("%s of %v serves %v", o.ID, o.Quantity, sum)
			}
		}
		return ""
	})
}

// No order without a need: lot-for-lot, every order serves at least one demand, order,
// receipt or the safety stock. Left out are the features that order more, or earlier, than
// is required: lot rules, modifiers, cover days (their safety stock comes and goes),
// and shelf life, which may use an order before older stock.
func TestEveryOrderIsNeeded(t *testing.T) {
	f := without("CoverDays", "Expiry", "LookAhead", "LotRules", "MinMax", "Modifiers", "ShelfLife")
	forAll(t, 500, f, func(_ *plan.Rows, p *plan.Plan) string {
		needed := map[string]bool{}
		for g := range p.Material().Pegging() {
			if g.SupplyKind == mrp.PlannedSupply && g.ConsumerKind != mrp.ExcessConsumer {
				needed[g.Supply] = true
			}
		}
		for o := range p.Material().Orders() {
			if !needed[o.ID] {
				return fmt.Sprintf("nothing needs %s of %v", o.ID, o.Quantity)
			}
		}
		return ""
	})
}

// Rule 10: consumption only takes from forecasts. Of a part, what is planned lies
// between its orders, or its forecasts where those are more, and the two together.
func TestConsumptionCreatesNoDemand(t *testing.T) {
	f := without("DemandFence", "Horizon", "Overdue", "Status")
	forAll(t, 500, f, func(_ *plan.Rows, p *plan.Plan) string {
		type sums struct{ orders, dynamic, forecasts, planned bom.Quantity }
		of := map[bom.PartID]*sums{}
		for i, d := range p.Model().Book.DemandsByID() {
			part := p.Model().Book.DemandPart(i)
			if of[part] == nil {
				of[part] = &sums{}
			}
			switch {
			case d.Kind == mrp.Forecast:
				of[part].forecasts += d.Quantity
			default:
				of[part].orders += d.Quantity
				if d.Peg == mrp.Dynamic {
					of[part].dynamic += d.Quantity
				}
			}
		}
		for _, r := range p.Material().DemandResults() {
			d := p.Model().Book.DemandAt(r.Demand)
			if r.Quantity > d.Quantity || d.Kind == mrp.CustomerOrder && r.Quantity != d.Quantity {
				return fmt.Sprintf("demand %s of %v counts as %v", d.ID, d.Quantity, r.Quantity)
			}
			of[p.Model().Book.DemandPart(r.Demand)].planned += r.Quantity
		}
		for part, s := range of {
			if s.planned < s.orders || s.planned > s.orders+s.forecasts || s.planned < s.orders+s.forecasts-s.dynamic {
				return fmt.Sprintf("%s: orders %v, forecasts %v, planned %v", p.Network().Label(part), s.orders, s.forecasts, s.planned)
			}
		}
		return ""
	})
}
