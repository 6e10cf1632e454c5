package plan

import (
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// SupplyLine is a stock lot, an open order or a planned order that a promise rests on.
type SupplyLine struct {
	Kind      mrp.SupplyKind
	ID        string
	Quantity  bom.Quantity
	Available bom.Day // when it is there
}

// FirstRelease is a planned order that has to start.
type FirstRelease struct {
	Order      string
	Kind       bom.Kind
	Item, Site string
	From       string // supplier or sending site
	Quantity   bom.Quantity
	Start      bom.When
}

// DesignStep is the design and approval of a special item before its first order.
type DesignStep struct {
	Item string
	Days int // working days
}

// pegsOf are the pegs of a part, with the dates of the schedule if there is one.
func (p *Plan) pegsOf(part bom.PartID) []mrp.Pegging {
	if p.finite != nil {
		return p.Finite().PegsOf(part)
	}
	return p.material.PegsOf(part)
}

// supply fills in where an offer's goods come from and what has to start for it.
func (a *trial) supply(base *Plan, o *Offer) {
	m := a.plan.material
	var queue []string
	seen := map[string]bool{}
	push := func(g *mrp.Pegging) {
		if g.SupplyKind == mrp.PlannedSupply && !seen[g.Supply] {
			seen[g.Supply] = true
			queue = append(queue, g.Supply)
		}
	}
	for _, g := range a.plan.pegsOf(a.plan.model.Book.DemandPart(a.demand)) {
		if g.ConsumerKind != mrp.DemandConsumer || g.Consumer != a.row.ID {
			continue
		}
		push(&g)
		if n := len(o.Supply); n > 0 && o.Supply[n-1].ID == g.Supply && o.Supply[n-1].Kind == g.SupplyKind {
			o.Supply[n-1].Quantity += g.Quantity
			continue
		}
		o.Supply = append(o.Supply, SupplyLine{g.SupplyKind, g.Supply, g.Quantity, g.Available})
	}
	slices.SortStableFunc(o.Supply, func(x, y SupplyLine) int { return int(x.Available - y.Available) })
	const most = 2000 // orders of the tree that are looked at
	for n := 0; n < len(queue) && n < most; n++ {
		order, ok := m.FindOrder(queue[n])
		if !ok {
			continue
		}
		if info := m.Lot(order.Part, order.Lot); info.Design > 0 {
			o.Designs = append(o.Designs, DesignStep{order.Item, int(info.Design)})
		}
		a.release(base, &order, o)
		for _, g := range m.Needs(order.Part, order.ID) {
			push(&g)
		}
	}
}

// release notes an order that starts before all others that are new.
func (a *trial) release(base *Plan, order *mrp.Order, o *Offer) {
	if was, ok := base.material.FindOrder(order.ID); ok && was.StartQuantity >= order.StartQuantity {
		return // it starts anyway
	}
	start := bom.OnDay(order.Start)
	if f := a.plan.Finite(); f != nil {
		start, _ = f.LotTimes(order.Part, order.Lot)
	}
	zone := a.plan.model.Zone()
	if start.IsZero() || o.Release != nil && o.Release.Start.Instant(zone) <= start.Instant(zone) {
		return
	}
	o.Release = &FirstRelease{Order: order.ID, Kind: order.Kind, Item: order.Item, Site: order.Site, Quantity: order.StartQuantity, Start: start,
		From: supplierOf(a.plan.model.Catalog, a.plan.material.Lot(order.Part, order.Lot).Supply)}
}

func supplierOf(c *bom.Catalog, supply int32) string {
	if supply < 0 {
		return ""
	}
	return c.Names.String(c.Supplies[supply].From)
}

// available is what of the quantity asked for is available to promise on the day it is needed.
func (q *asking) available(a *trial) bom.Quantity {
	need := a.plan.material.Model().NeedDay(a.demand)
	return min(q.row.Quantity, q.free(max(need, q.base.model.Book.Start)))
}

// free is what is available to promise on a day: the cumulative record of mrp.ATP.
func (q *asking) free(day bom.Day) bom.Quantity {
	if len(q.before) > 0 {
		return 0 // a special item has no supply yet
	}
	free := bom.Quantity(0)
	for _, d := range q.base.material.ATP(q.part) {
		if d.Day > day {
			break
		}
		free = d.Cumulative
	}
	return max(0, free)
}
