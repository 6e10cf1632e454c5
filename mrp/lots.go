package mrp

import (
	"math"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/fixed"
)

// ahead looks from a shortage at the net requirements that follow, as
// lot-for-lot would order them: the shortage itself first.
type ahead struct {
	w         *worker
	i         int // event of the last net requirement
	available int64
	perish    []perishable
}

// lookAhead starts at event i with the projected available balance there.
func (w *worker) lookAhead(i int, available int64) (a ahead, first int64) {
	first = w.safetyAt(i) - available
	a = ahead{w: w, i: i, available: w.safetyAt(i)}
	if len(w.perish) > 0 {
		w.perishAhead = append(w.perishAhead[:0], w.perish...)
		a.perish = w.perishAhead
	}
	return a, first
}

// next is the following net requirement and its day offset.
func (a *ahead) next() (day int32, net int64, ok bool) {
	w := a.w
	for a.i++; a.i <= w.lastRequirement; a.i++ {
		a.available += w.rec[a.i] - w.lose(a.perish, w.day[a.i]) - w.req[a.i]
		use(a.perish, w.day[a.i], w.req[a.i])
		if short := w.safetyAt(a.i) - a.available; short > 0 {
			a.available += short
			return w.day[a.i], short, true
		}
	}
	return 0, 0, false
}

// largestShortfall is the largest shortfall of any day from event i through day until.
func (w *worker) largestShortfall(i int, available int64, until int32) int64 {
	perish := w.perish
	if len(perish) > 0 {
		w.perishAhead = append(w.perishAhead[:0], perish...)
		perish = w.perishAhead
	}
	worst := w.safetyAt(i) - available
	for j := i + 1; j < len(w.day) && w.day[j] <= until; j++ {
		available += w.rec[j] - w.lose(perish, w.day[j]) - w.req[j]
		use(perish, w.day[j], w.req[j])
		worst = max(worst, w.safetyAt(j)-available)
	}
	return worst
}

// lotSize is rule 4 before the modifiers: what to order at event i, where the
// projected available balance falls below the trigger.
func (w *worker) lotSize(p bom.PartID, rule bom.LotRule, i int, available int64) int64 {
	part := &w.m.Parts[p]
	shortage := w.safetyAt(i) - available
	switch rule {
	case bom.FixedLot:
		return multipleOf(shortage, int64(part.LotQuantity))
	case bom.EOQ:
		return multipleOf(shortage, w.economicLot(part))
	case bom.MinMax:
		return max(int64(part.OrderUpTo), w.safetyAt(i)) - available
	case bom.PeriodLot:
		return w.largestShortfall(i, available, w.day[i]+part.LotDays-1)
	case bom.SilverMeal:
		return w.silverMeal(part, i, available)
	case bom.LeastUnitCost:
		return w.leastUnitCost(part, i, available)
	case bom.PartPeriod:
		return w.partPeriod(part, i, available)
	case bom.Groff:
		return w.groff(part, i, available)
	case bom.WagnerWhitin:
		return w.wagnerWhitin(part, i, available)
	}
	return shortage
}

// multipleOf rounds q > 0 up to a whole multiple of lot; it saturates.
func multipleOf(q, lot int64) int64 {
	v, ok := fixed.CeilTo(q, lot)
	if !ok {
		return math.MaxInt64
	}
	return v
}

// economicLot is √(2·D·order_cost ÷ holding_cost) to the nearest whole unit, at
// least one, with D the mean requirement per day from start to the last
// requirement (Harris 1913). Floating point is allowed here: the result is rounded at once.
func (w *worker) economicLot(part *bom.Part) int64 {
	if w.eoq > 0 {
		return w.eoq
	}
	total := 0.0
	for i := 0; i <= w.lastRequirement; i++ {
		total += float64(w.req[i])
	}
	days := 1.0
	if w.lastRequirement >= 0 {
		days = float64(w.day[w.lastRequirement] + 1)
	}
	perDay := total / float64(bom.Unit) / days
	lot := math.Round(math.Sqrt(2 * perDay * float64(part.OrderCost) / float64(part.HoldingCost)))
	lot = min(max(lot, 1), float64(math.MaxInt64/int64(bom.Unit)/2))
	w.eoq = int64(lot) * int64(bom.Unit)
	return w.eoq
}

// holding is the cost of keeping a quantity for some days, in the 10⁻¹⁵ of orderCost.
func holding(part *bom.Part, q int64, days int32) fixed.Wide {
	return fixed.Mul(int64(part.HoldingCost), q).Times(uint64(days))
}

func orderCost(part *bom.Part) fixed.Wide {
	return fixed.Mul(int64(part.OrderCost), int64(bom.Unit))
}

// silverMeal extends the lot until the mean cost per day first rises (Silver &
// Meal 1973). Days without a requirement lower the mean, so only the step onto a
// requirement day can raise it.
func (w *worker) silverMeal(part *bom.Part, i int, available int64) int64 {
	a, lot := w.lookAhead(i, available)
	cost := orderCost(part)
	for {
		day, net, ok := a.next()
		if !ok {
			return lot
		}
		days := day - w.day[i]
		with := cost.Plus(holding(part, net, days))
		if fixed.CmpQuotients(with, uint64(days)+1, cost, uint64(days)) > 0 {
			return lot
		}
		cost = with
		lot += net
	}
}

// leastUnitCost extends the lot until the cost per unit first rises (Gorham 1968).
func (w *worker) leastUnitCost(part *bom.Part, i int, available int64) int64 {
	a, lot := w.lookAhead(i, available)
	cost := orderCost(part)
	for {
		day, net, ok := a.next()
		if !ok {
			return lot
		}
		with := cost.Plus(holding(part, net, day-w.day[i]))
		if fixed.CmpQuotients(with, uint64(lot+net), cost, uint64(lot)) > 0 {
			return lot
		}
		cost = with
		lot += net
	}
}

// partPeriod extends the lot until its part-periods reach order cost ÷ holding
// cost, and stops at the closer side (DeMatteis 1968); a tie gives the shorter lot.
func (w *worker) partPeriod(part *bom.Part, i int, available int64) int64 {
	a, lot := w.lookAhead(i, available)
	target := orderCost(part)
	var cost fixed.Wide
	for {
		day, net, ok := a.next()
		if !ok {
			return lot
		}
		with := cost.Plus(holding(part, net, day-w.day[i]))
		if with.Cmp(target) >= 0 {
			if with.Minus(target).Cmp(target.Minus(cost)) < 0 {
				lot += net
			}
			return lot
		}
		cost = with
		lot += net
	}
}

// groff extends the lot while d·k(k+1) ≤ 2·order cost ÷ holding cost (Groff 1979).
func (w *worker) groff(part *bom.Part, i int, available int64) int64 {
	a, lot := w.lookAhead(i, available)
	limit := orderCost(part).Times(2)
	for {
		day, net, ok := a.next()
		if !ok {
			return lot
		}
		k := day - w.day[i]
		if holding(part, net, k).Times(uint64(k)+1).Cmp(limit) > 0 {
			return lot
		}
		lot += net
	}
}

// ww is a lot of a Wagner-Whitin plan: the event that it covers first, the
// shortage expected there, and its size.
type ww struct {
	event       int
	first, size int64
}

// wagnerWhitin is the lot of the cost-optimal plan over all net requirements to
// the part's last one (Wagner & Whitin 1958), tie: the latest last order. The plan is kept
// while the shortages are those it foresaw.
func (w *worker) wagnerWhitin(part *bom.Part, i int, available int64) int64 {
	shortage := w.safetyAt(i) - available
	for len(w.wwPlan) > 0 && w.wwPlan[0].event < i {
		w.wwPlan = w.wwPlan[1:]
	}
	if len(w.wwPlan) > 0 && w.wwPlan[0].event == i && w.wwPlan[0].first == shortage {
		return w.wwPlan[0].size
	}
	w.wwPlan = w.solveWagnerWhitin(part, i, available)
	return w.wwPlan[0].size
}

// solveWagnerWhitin runs the forward recursion with the planning-horizon theorem:
// the last order of a longer problem is never earlier than that of a shorter one.
func (w *worker) solveWagnerWhitin(part *bom.Part, i int, available int64) []ww {
	a, first := w.lookAhead(i, available)
	events, days, nets := []int{i}, []int32{w.day[i]}, []int64{first}
	for {
		day, net, ok := a.next()
		if !ok {
			break
		}
		events, days, nets = append(events, a.i), append(days, day), append(nets, net)
	}
	n := len(nets)
	best := make([]fixed.Wide, n+1)  // cost of the first t requirements
	last := make([]int, n+1)         // where the last order of that plan is
	carried := make([]fixed.Wide, n) // holding cost of requirements j..t ordered at j
	from := 0
	for t := 1; t <= n; t++ {
		last[t] = -1
		for j := from; j < t; j++ {
			carried[j] = carried[j].Plus(holding(part, nets[t-1], days[t-1]-days[j]))
			if cost := best[j].Plus(orderCost(part)).Plus(carried[j]); last[t] < 0 || cost.Cmp(best[t]) <= 0 {
				best[t], last[t] = cost, j
			}
		}
		from = last[t]
	}
	var plan []ww
	for t := n; t > 0; t = last[t] {
		lot := ww{event: events[last[t]], first: nets[last[t]]}
		for j := last[t]; j < t; j++ {
			lot.size += nets[j]
		}
		plan = append(plan, lot)
	}
	for l, r := 0, len(plan)-1; l < r; l, r = l+1, r-1 {
		plan[l], plan[r] = plan[r], plan[l]
	}
	return plan
}

// modify applies the lot modifiers of a source to a good quantity: raise to the
// minimum, round up to the multiple. It saturates. Rounding up to the item's
// decimals has been done: requirements, stock, lot sizes and modifiers are all
// whole steps of the item.
func modify(q int64, s *source) int64 {
	q = max(q, int64(s.min))
	if s.multiple > 0 {
		q = multipleOf(q, int64(s.multiple))
	}
	return q
}
