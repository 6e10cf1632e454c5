package mrp

import (
	"iter"
	"math"

	"github.com/taktplan/takt/bom"
)

// ProjectedDay is one day of a part's netting record on which something happens.
type ProjectedDay struct {
	Day          bom.Day
	Requirements bom.Quantity
	Receipts     bom.Quantity // receipts, their by-products, and stock that leaves quarantine
	Planned      bom.Quantity // planned orders and their by-products
	Projected    bom.Quantity // available balance at the end of the day
	SafetyStock  bom.Quantity
}

// Projected is the netting record of a part's common segment: the days with an
// event, beginning with the unreserved stock that is usable at start.
// O(k log k) in the part's requirements and supplies.
func (p *Plan) Projected(part bom.PartID) []ProjectedDay {
	return newWorker(p.m, p).record(part)
}

// AllProjected yields the netting records of all parts that have one, in the order of item@site.
func (p *Plan) AllProjected() iter.Seq2[bom.PartID, []ProjectedDay] {
	return func(yield func(bom.PartID, []ProjectedDay) bool) {
		w := newWorker(p.m, p)
		for _, part := range p.m.labels.parts(p.m) {
			if days := w.record(part); len(days) > 0 && !yield(part, days) {
				return
			}
		}
	}
}

// record replays the netting of a part with the decisions that the plan holds.
func (w *worker) record(part bom.PartID) []ProjectedDay { return w.recordTo(nil, part, math.MaxInt32) }

// recordTo appends the days of a part's netting record up to the last one to days.
func (w *worker) recordTo(days []ProjectedDay, part bom.PartID, last int32) []ProjectedDay {
	m, p := w.m, w.p
	w.demand, w.perish = -1, w.perish[:0]
	stock := w.gatherRecord(part)
	w.applyPulled(part)
	w.events(part)
	yields := w.yieldsByDay(part)
	available := int64(0)
	lots, at := p.lots(part), 0
	demands := p.demandsOf(part)
	for i, day := range w.day {
		if day > last {
			break
		}
		opening := int64(0)
		if day == 0 {
			opening = stock
		}
		received := w.rec[i] - opening - yields[day]
		lost := w.lose(w.perish, day)
		use(w.perish, day, w.req[i])
		planned := yields[day]
		for ; at < len(lots) && demandOf(demands, at) < 0 && m.offset(lots[at].need) <= day; at++ {
			planned += int64(lots[at].quantity)
		}
		available += opening + received + planned - lost - w.req[i]
		if received != 0 || lost != 0 || w.req[i] != 0 || planned != 0 {
			days = append(days, ProjectedDay{Day: m.day(day), Requirements: bom.Quantity(w.req[i]), Receipts: bom.Quantity(received),
				Planned: bom.Quantity(planned), Projected: bom.Quantity(available), SafetyStock: bom.Quantity(w.safetyAt(i))})
		}
	}
	return days
}

// gatherRecord gathers a part's common segment and gives the stock that is usable at start.
func (w *worker) gatherRecord(part bom.PartID) (stock int64) {
	m := w.m
	supplies := m.suppliesOf(part)
	for i := range supplies {
		if s := &supplies[i]; !s.receipt && s.day == 0 {
			stock += int64(s.quantity)
		}
	}
	if m.policies[part].flags&partSpecial == 0 {
		w.gather(part)
		w.gatherPerishables(part)
		return stock
	}
	s := w.p.requirementsOf(part)
	for i := range s.held {
		if h := &s.held[i]; !h.receipt && h.day == 0 {
			stock += h.left
		}
	}
	w.gatherCommon(part, s)
	return stock
}

// yieldsByDay sums what planned orders of other parts yield of a by-product.
func (w *worker) yieldsByDay(part bom.PartID) map[int32]int64 {
	if w.m.policies[part].flags&partByProduct == 0 {
		return nil
	}
	planned := map[int32]int64{}
	w.collect(part, func(entry) {}, func(y yielded) {
		if y.kind == supplyPlanned {
			planned[y.day] += y.q
		}
	})
	return planned
}

// applyPulled moves receipts to the days on which netting counted them.
func (w *worker) applyPulled(part bom.PartID) {
	s := w.p.side(part)
	if s == nil {
		return
	}
	for _, v := range s.pulled {
		q := int64(w.m.Book.ReceiptAt(v.receipt).Quantity)
		w.receive(part, w.m.offset(w.m.Book.ReceiptAt(v.receipt).counts()), -q)
		w.receive(part, v.to, q)
	}
}
