package capacity

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/fixed"
)

// Task is work that stands in a bucket of a profile: an operation of an order, or the
// share of it that falls there.
type Task struct {
	Rows     []Step        // the operation: the first choice, on which the work is planned, and its alternates
	Time     time.Duration // on the step's centre
	Start    bom.Quantity  // start quantity of the whole order
	Quantity bom.Quantity  // good quantity that the share makes
	Slack    int32         // calendar days by which its order could begin earlier
	Open     bool          // an open order, which is not placed outside any more
}

// CoverKind is a way to cover an overload.
type CoverKind string

// The ways, as tables write them.
const (
	CoverEarlier     CoverKind = "earlier"     // free time of an earlier bucket
	CoverAlternate   CoverKind = "alternate"   // an alternate work centre of the routing, in the same bucket
	CoverOvertime    CoverKind = "overtime"    // overtime of the centre
	CoverSubcontract CoverKind = "subcontract" // a part's subcontract source
)

// Cover is one way to cover what a work centre's load in a bucket exceeds its available
// time by. Each is told as if it were the only one: two may count on the same free time.
type Cover struct {
	Kind       CoverKind
	WorkCentre string  // that is overloaded
	First      bom.Day // of its bucket
	Gap        time.Duration
	Time       time.Duration   // of the gap that it covers
	Cost       decimal.Decimal // beside the plan's: overtime, the difference of machine cost, the subcontractor's charge
	To         string          // alternate: the work centre. subcontract: the source
	Into       bom.Day         // earlier: the first day of the bucket
	Part       bom.PartID      // subcontract; else NoPart
	Quantity   bom.Quantity    // subcontract: good units
}

// Covers tells what would cover the gap of a centre in a bucket: moving work earlier (the
// nearest bucket first), alternate centres by id, overtime, subcontracting by part and source. tasks are those of
// the centre in that bucket. Work counts as divisible. Nothing is told that covers nothing.
// O(tasks · log tasks + buckets · tasks).
func (p *LoadProfile) Covers(centre int32, bucket int, tasks []Task) []Cover {
	l := p.Load(centre, bucket)
	gap := l.Gap()
	if gap == 0 {
		return nil
	}
	c := &covering{p: p, centre: centre, bucket: bucket, gap: gap, base: Cover{WorkCentre: l.WorkCentre, First: l.First, Gap: gap, Part: bom.NoPart}}
	c.earlier(tasks)
	c.alternates(tasks)
	c.overtime()
	c.subcontract(tasks)
	return c.out
}

// covering is the search for the covers of one gap.
type covering struct {
	p      *LoadProfile
	centre int32
	bucket int
	gap    time.Duration
	base   Cover
	out    []Cover
}

// tell adds a cover if it covers something.
func (c *covering) tell(kind CoverKind, t time.Duration, change func(*Cover)) {
	if t <= 0 {
		return
	}
	v := c.base
	v.Kind, v.Time = kind, t
	change(&v)
	c.out = append(c.out, v)
}

// perHour is a cost of a time, half up at bom.QuotientPlaces.
func perHour(rate bom.Number, t time.Duration) decimal.Decimal {
	return rate.Decimal().Mul(decimal.NewFromInt(int64(t))).DivRound(decimal.NewFromInt(int64(time.Hour)), bom.QuotientPlaces)
}

// earlier fills the free time of the buckets before, the nearest first, with work whose order
// could begin as many days earlier as the buckets lie apart.
func (c *covering) earlier(tasks []Task) {
	used := time.Duration(0) // orders that could move to an earlier bucket could also move to a nearer one
	for b := c.bucket - 1; b >= 0 && used < c.gap; b-- {
		l := c.p.Load(c.centre, b)
		movable := time.Duration(0)
		for i := range tasks {
			if tasks[i].Slack >= int32(c.base.First-l.First) {
				movable = plus(movable, tasks[i].Time)
			}
		}
		t := min(l.Free(), c.gap-used, movable-min(movable, used))
		c.tell(CoverEarlier, t, func(v *Cover) { v.Into = l.First })
		used += max(t, 0)
	}
}

// swap is the work that one alternate centre could take.
type swap struct {
	centre     int32
	here, then time.Duration // time on the centre, and on the alternate
}

// alternates moves work to the alternates of its steps with free time in the same bucket.
func (c *covering) alternates(tasks []Task) {
	s := c.p.shop
	var swaps []swap
	for i := range tasks {
		first := &tasks[i].Rows[0]
		if first.Centre != c.centre {
			continue // a tool or operator
		}
		setup, run := s.OperationTime(first, tasks[i].Start)
		whole := plus(setup, run)
		for j := range tasks[i].Rows {
			if alt := &tasks[i].Rows[j]; alt.Centre >= 0 && alt.Centre != c.centre {
				setup, run := s.OperationTime(alt, tasks[i].Start)
				swaps = addSwap(swaps, swap{alt.Centre, tasks[i].Time, scale(plus(setup, run), tasks[i].Time, whole)})
			}
		}
	}
	slices.SortFunc(swaps, func(a, b swap) int { return int(a.centre - b.centre) })
	for _, w := range swaps {
		l := c.p.Load(w.centre, c.bucket)
		t := min(c.gap, w.here)
		if free := l.Free(); !l.Unlimited && scale(w.then, t, w.here) > free {
			v, _ := fixed.MulDivFloor(int64(free), int64(w.here), int64(w.then))
			t = time.Duration(v)
		}
		there := scale(w.then, t, w.here)
		from, to := &s.Centres[c.centre], &s.Centres[w.centre]
		c.tell(CoverAlternate, t, func(v *Cover) {
			v.To, v.Cost = to.ID, perHour(to.CostPerHour, there).Sub(perHour(from.CostPerHour, t))
		})
	}
}

func addSwap(swaps []swap, w swap) []swap {
	for i := range swaps {
		if swaps[i].centre == w.centre {
			swaps[i].here, swaps[i].then = plus(swaps[i].here, w.here), plus(swaps[i].then, w.then)
			return swaps
		}
	}
	return append(swaps, w)
}

// scale is d·part÷whole rounded up, or MaxTime; 0 if whole is 0.
func scale(d, part, whole time.Duration) time.Duration {
	if whole == 0 {
		return 0
	}
	v, ok := fixed.MulDivCeil(int64(d), int64(part), int64(whole))
	if !ok {
		return MaxTime
	}
	return time.Duration(v)
}

// overtime is overtime_hours_per_day for each machine on each day of the bucket on which it
// works, as far as the day has hours that it does not work yet.
func (c *covering) overtime() {
	p, w := c.p, &c.p.shop.Centres[c.centre]
	daily := times(Minutes(w.OvertimeHoursPerDay), 60)
	if daily == 0 {
		return
	}
	list := p.hours.centres[c.centre]
	possible := time.Duration(0)
	span := p.buckets.Span(c.bucket)
	from := max(span.From, p.buckets.start)
	for _, h := range list {
		sum := time.Duration(0)
		for day := range p.buckets.eachDay(c.bucket) {
			day.From = max(day.From, from)
			if worked := h.Between(day.From, day.To); worked > 0 {
				sum = plus(sum, min(daily, times(time.Second, day.To-day.From-worked)))
			}
		}
		if len(list) == 1 {
			sum = times(sum, int64(w.Machines.Or(1)))
		}
		possible = plus(possible, sum)
	}
	t := min(c.gap, possible)
	c.tell(CoverOvertime, t, func(v *Cover) { v.Cost = perHour(w.OvertimeCostPerHour, t) })
}

// charge is the work that one subcontract source could take.
type charge struct {
	supply int32
	time   time.Duration
	good   bom.Quantity
}

// subcontract places parts with a subcontract source outside.
func (c *covering) subcontract(tasks []Task) {
	s := c.p.shop
	var list []charge
	for i := range tasks {
		t := &tasks[i]
		if t.Open {
			continue
		}
		from, to := s.catalog.Sources(t.Rows[0].Part)
		for supply := from; supply < to; supply++ {
			if x := &s.catalog.Supplies[supply]; x.Kind == bom.Subcontract && x.Valid(c.base.First) {
				list = addCharge(list, charge{supply, t.Time, t.Quantity})
			}
		}
	}
	slices.SortFunc(list, func(a, b charge) int { return int(a.supply - b.supply) })
	for _, x := range list {
		supply := &s.catalog.Supplies[x.supply]
		t := min(c.gap, x.time)
		good := bom.Quantity(scale(time.Duration(x.good), t, x.time))
		if up, ok := good.Ceil(int(s.catalog.Parts[supply.Part].Decimals)); ok {
			good = up
		}
		c.tell(CoverSubcontract, t, func(v *Cover) {
			v.To, v.Part, v.Quantity = s.catalog.Names.String(supply.ID), supply.Part, good
			v.Cost = supply.UnitCost.Decimal().Mul(good.Decimal())
		})
	}
}

func addCharge(list []charge, x charge) []charge {
	for i := range list {
		if list[i].supply == x.supply {
			list[i].time = plus(list[i].time, x.time)
			list[i].good = bom.Quantity(plus(time.Duration(list[i].good), time.Duration(x.good)))
			return list
		}
	}
	return append(list, x)
}
