package plan

import (
	"cmp"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/schedule"
)

// Promise is what a finite plan does for one demand.
type Promise struct {
	Demand     int32 // its number in the book
	Quantity   bom.Quantity
	Promised   bom.When // last delivery + pack + ship; not given when nothing can be promised
	Late       int64    // seconds after the end of the due date, or after the timestamp
	Status     mrp.Status
	Causes     []Cause // from the demand back to the root; nil when on time
	Deliveries []Shipment
}

// Shipment is a part of a demand that leaves together.
type Shipment struct {
	At       bom.When
	Quantity bom.Quantity
}

// LateDays is the lateness in days, rounded up to 10⁻⁶.
func (p *Promise) LateDays() bom.Number {
	const day = 24 * 3600
	micro := (p.Late/day)*1_000_000 + ((p.Late%day)*1_000_000+day-1)/day
	return bom.Number(micro * 1000)
}

// Root is the cause that costs the most time, of equal ones the deepest. ok is false for a
// demand on time.
func (p *Promise) Root() (c Cause, ok bool) {
	for _, link := range p.Causes {
		if !ok || link.Wait >= c.Wait {
			c, ok = link, true
		}
	}
	return c, ok
}

// Cause is the root and where it stands in the chain, in one line; empty when on time.
func (p *Promise) Cause() string {
	root, ok := p.Root()
	if !ok {
		return ""
	}
	return root.String()
}

// Promises are what the schedule does for every planned demand, by id. They are found when first asked for.
func (f *Finite) Promises() []Promise {
	f.once.Do(func() { f.promises = f.findPromises() })
	return f.promises
}

// Demand is a row of the demands table by number.
func (f *Finite) Demand(d int32) *mrp.Demand { return f.m.Book.DemandAt(d) }

func (f *Finite) findPromises() []Promise {
	arrivals := f.arrivals()
	var out []Promise
	var why *schedule.Why
	for _, r := range f.material.DemandResults() {
		p := f.promise(&r, arrivals[r.Demand])
		if p.Status != mrp.OnTime {
			if why == nil {
				why = schedule.NewWhy(f.schedule)
			}
			p.Causes = f.causes(why, &r, &p)
		}
		out = append(out, p)
	}
	return out
}

// eachPromise visits what the schedule does for every planned demand, without causes.
func (f *Finite) eachPromise(visit func(*Promise)) {
	arrivals := f.arrivals()
	for _, r := range f.material.DemandResults() {
		p := f.promise(&r, arrivals[r.Demand])
		visit(&p)
	}
}

// arrivals are, by demand, what it is pegged to and when that is there.
func (f *Finite) arrivals() map[int32][]mrp.Arrival {
	out := map[int32][]mrp.Arrival{}
	linker := f.material.Linker()
	done := make(map[bom.PartID]bool)
	for d, job := range f.demandJob {
		part := f.m.Book.DemandPart(int32(d))
		if job < 0 || done[part] {
			continue
		}
		done[part] = true
		linker.Links(part, func(k mrp.Link) {
			if k.Consumer == mrp.ToDemand && f.demandJob[k.To] >= 0 {
				out[k.To] = append(out[k.To], mrp.Arrival{At: max(f.needed(k.To), f.there(&k)), Quantity: k.Quantity})
			}
		})
	}
	return out
}

// there is when a link's supply is there.
func (f *Finite) there(k *mrp.Link) int64 {
	switch k.Supply {
	case mrp.FromStock:
		return max(f.today, k.Joins.Begin(f.zone))
	case mrp.FromReceipt:
		if job := f.receiptJob[k.Lot]; job >= 0 {
			return f.jobEnd(job)
		}
		return f.receiptReady(k.Lot)
	}
	return f.lotEnd[f.lotStart[k.Of]+k.Lot]
}

// promise makes the deliveries of a demand, and judges them.
func (f *Finite) promise(r *mrp.DemandResult, arrivals []mrp.Arrival) Promise {
	row := f.m.Book.DemandAt(r.Demand)
	job := f.demandJob[r.Demand]
	s := shipping{demand: r.Demand, row: row, quantity: r.Quantity, short: r.Status == mrp.Short, end: f.jobEnd(job), due: f.problem.Jobs[job].Due}
	if row.Policy == mrp.OrderComplete {
		s.ships = f.schedule.Start(f.problem.Jobs[job].First + f.problem.Jobs[job].Ops - 1)
	}
	return f.judge(&s, arrivals)
}

// shipping is what the schedule knows of a demand's shipment.
type shipping struct {
	demand   int32
	row      *mrp.Demand
	quantity bom.Quantity
	short    bool  // in the material plan
	end, due int64 // of its job
	ships    int64 // when the last line of its order is there; 0: it ships alone
}

// judge makes the deliveries of a demand of what arrives, and says whether they are in time.
func (j *joint) judge(s *shipping, arrivals []mrp.Arrival) Promise {
	p := Promise{Demand: s.demand, Quantity: s.quantity, Status: mrp.OnTime}
	end := s.end
	slices.SortStableFunc(arrivals, func(a, b mrp.Arrival) int { return cmp.Compare(a.At, b.At) })
	supplied := bom.Quantity(0)
	never := end >= capacity.Never
	for i := range arrivals {
		supplied += arrivals[i].Quantity
		never = never || arrivals[i].At >= capacity.Never
	}
	deliveries := shippable(s.row, s.quantity).Ship(slices.DeleteFunc(arrivals, func(a mrp.Arrival) bool { return a.At >= capacity.Never }))
	if n := len(deliveries); n > 0 && s.ships != 0 && !never {
		deliveries[n-1].At = max(deliveries[n-1].At, s.ships)
	}
	for _, v := range deliveries {
		p.Deliveries = append(p.Deliveries, Shipment{j.dated(s.row, v.At), v.Quantity})
	}
	if n := len(deliveries); n > 0 && end >= capacity.Never {
		end = j.shipped(s.row, deliveries[n-1].At) // of what comes at all
	}
	switch {
	case len(deliveries) > 0 && end > s.due && end < capacity.Never:
		p.Promised, p.Late, p.Status = j.when(end), end-s.due, mrp.Late
	case len(deliveries) > 0:
		p.Promised = s.row.Due
	}
	if supplied < s.quantity || never || s.short && p.Promised.IsZero() || !s.row.Latest.IsZero() && !p.Promised.IsZero() && useless(s.row, p.Promised) {
		p.Status = mrp.Short
	}
	return p
}

// shipped is when goods that are there at an instant are with the customer.
func (j *joint) shipped(row *mrp.Demand, at int64) int64 {
	if row.PackDays+row.ShipDays == 0 {
		return at
	}
	today := j.day(at)
	first, ok := j.m.Shop.Settings().Forward(today, 0)
	if !ok {
		return capacity.Never
	}
	last, ok := j.m.Shop.Settings().Forward(first, row.PackDays+row.ShipDays)
	if !ok {
		return capacity.Never
	}
	if first != today {
		return last.Begin(j.zone)
	}
	return last.Begin(j.zone) + at - today.Begin(j.zone) // at the same time of day
}

// shippable is a demand with the smallest delivery that is worth a shipment. Machines give
// goods hour by hour: without min_delivery a partial shipment is a quarter of the demand at least.
func shippable(row *mrp.Demand, quantity bom.Quantity) *mrp.Demand {
	if row.MinDelivery > 0 || row.Policy != mrp.Partial {
		return row
	}
	const shipments = 4
	d := *row
	d.MinDelivery = (quantity + shipments - 1) / shipments
	return &d
}

// dated is a delivery's date: the exact time, or the day where it is the day it was wanted.
func (j *joint) dated(row *mrp.Demand, at int64) bom.When {
	if w := j.when(at); w.Day.Begin(j.zone) != at {
		return w
	}
	if row.Due.Exact && at == row.Due.Unix || !row.Due.Exact && at == (row.Due.Day+1).Begin(j.zone) { // the end of the due day
		return row.Due
	}
	return bom.OnDay(j.day(at))
}

func useless(row *mrp.Demand, promised bom.When) bool {
	if row.Latest.Exact && promised.Exact {
		return promised.Unix > row.Latest.Unix
	}
	return promised.Day > row.Latest.Day
}

// length is a stretch of time as people say it.
func length(seconds int64) string {
	d := time.Duration(seconds) * time.Second
	switch {
	case d >= 48*time.Hour:
		return tenths(seconds, 24*3600) + " days"
	case d >= 2*time.Hour:
		return tenths(seconds, 3600) + " h"
	}
	return tenths(seconds, 60) + " min"
}
