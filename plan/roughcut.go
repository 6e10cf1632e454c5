package plan

import (
	"maps"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// RoughCut is rough-cut capacity planning (RCCP; Vollmann, Berry, Whybark & Jacobs,
// Manufacturing Planning and Control): the load of the planned demands, forecasts as orders
// left them, gross of stock and open orders, at their due dates (today, if overdue). Each
// product is exploded through its BOM and routings with lead-time offset (the resource profile behind its
// bill of resources): a component is made by the start of what takes it.
//
// The needs of a part for one product in one bucket count as one order without lot rules, by the
// first day on which they are needed; so setups count once a product, part and bucket. Orders are placed as CapacityRequirements
// does it, but work whose time is over before the planning start is left out, and summed in Past.
//
// O(parts and lines below each product · buckets in which it is needed).
func (p *Plan) RoughCut(o LoadOptions) *Workload {
	demands := p.material.DemandResults()
	book, last := p.model.Book, p.model.Book.Start
	products := map[bom.PartID][]mrp.DemandResult{}
	for _, d := range demands {
		part := book.DemandPart(d.Demand)
		products[part] = append(products[part], d)
		last = max(last, book.DemandAt(d.Demand).Due.Day-1)
	}
	x := newLoading(p.model, o, last)
	x.drop = true
	for _, product := range slices.Sorted(maps.Keys(products)) {
		r := &roughCut{plan: p, loading: x, product: product, needs: map[bom.PartID]map[int]*grossNeed{}}
		for _, d := range products[product] {
			r.require(product, d.Quantity, max(book.DemandAt(d.Demand).Due.Day, book.Start))
		}
		r.explode()
	}
	return x.workload()
}

// roughCut explodes one product.
type roughCut struct {
	plan    *Plan
	loading *loading
	product bom.PartID
	needs   map[bom.PartID]map[int]*grossNeed // by bucket
	levels  [][]bom.PartID                    // parts needed, by low-level code
}

// grossNeed is what is needed of a part in a bucket.
type grossNeed struct {
	quantity bom.Quantity
	day      bom.Day // the first one
}

// require adds a need of a part.
func (r *roughCut) require(part bom.PartID, q bom.Quantity, day bom.Day) {
	buckets := r.needs[part]
	if buckets == nil {
		buckets = map[int]*grossNeed{}
		r.needs[part] = buckets
		level := r.plan.network.Level(part)
		for level >= len(r.levels) {
			r.levels = append(r.levels, nil)
		}
		r.levels[level] = append(r.levels[level], part)
	}
	b := -1 // before the planning start
	if day >= r.plan.model.Book.Start {
		b = r.loading.profile.Buckets().At(day.Begin(r.plan.model.Zone()))
	}
	n := buckets[b]
	if n == nil {
		n = &grossNeed{day: day}
		buckets[b] = n
	}
	n.day = min(n.day, day)
	if n.quantity += q; n.quantity < 0 {
		n.quantity = bom.MaxQuantity
	}
}

// explode places the orders of all parts, level by level: what takes a part comes before it.
func (r *roughCut) explode() {
	for level := 0; level < len(r.levels); level++ {
		slices.Sort(r.levels[level])
		for _, part := range r.levels[level] {
			for _, b := range slices.Sorted(maps.Keys(r.needs[part])) {
				r.order(part, r.needs[part][b])
			}
		}
	}
}

// order is the gross order for a need.
func (r *roughCut) order(part bom.PartID, n *grossNeed) {
	o := r.plan.material.Model().Gross(part, n.quantity, n.day, r.require)
	if o.Kind != bom.Make || o.Phantom || !r.plan.network.Routed(part) {
		return
	}
	r.loading.place(&jobOrder{part: part, product: r.product, supply: o.Supply, start: o.Start, due: o.Due, quantity: o.Quantity, begun: o.StartQuantity})
}
