package mrp

import (
	"iter"

	"github.com/taktplan/takt/bom"
)

// ProjectedDay is one day of a part's netting record on which something happens.
type ProjectedDay struct {
	Day          bom.Day
	Requirements bom.Quantity
	Receipts     bom.Quantity // receipts, by-products of receipts, and stock that leaves quarantine
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
func (w *worker) record(part bom.PartID) []ProjectedDay {
	m, p := w.m, w.p
	w.demand, w.perish = -1, w.perish[:0]
	opening := w.openRecord(part)
	w.events(part)
	planned := w.plannedByDay(part)
	w.applyPulled(part)
	var days []ProjectedDay
	available := opening
	lots, at := p.lots(part), 0
	demands := p.demandsOf(part)
	for i := range w.day {
		received := w.rec[i]
		if w.day[i] == 0 {
			received -= opening
		}
		lost := w.lose(w.perish, w.day[i])
		use(w.perish, w.day[i], w.req[i])
		own := int64(0)
		for ; at < len(lots) && demandOf(demands, at) < 0 && m.offset(lots[at].need) <= w.day[i]; at++ {
			own += int64(lots[at].quantity)
		}
		available += received - lost - w.req[i] + own
		yields := planned[w.day[i]]
		if received != 0 || lost != 0 || w.req[i] != 0 || own != 0 {
			days = append(days, ProjectedDay{Day: m.day(w.day[i]), Requirements: bom.Quantity(w.req[i]), Receipts: bom.Quantity(received - yields),
				Planned: bom.Quantity(own + yields), Projected: bom.Quantity(available), SafetyStock: bom.Quantity(w.safetyAt(i))})
		}
	}
	return days
}

// openRecord gathers a part's common segment and gives the opening balance.
func (w *worker) openRecord(part bom.PartID) int64 {
	m := w.m
	opening := int64(0)
	for i := m.supplyStart[part]; i < m.supplyStart[part+1]; i++ {
		if s := &m.supplies[i]; !s.receipt && s.day == 0 {
			opening += int64(s.quantity)
		}
	}
	if m.policies[part].flags&partSpecial == 0 {
		w.gather(part)
		w.gatherPerishables(part)
		return opening
	}
	s := w.p.requirementsOf(part)
	for i := range s.held {
		if h := &s.held[i]; !h.receipt && h.day == 0 {
			opening += h.left
		}
	}
	w.gatherCommon(part, s)
	return opening
}

// plannedByDay sums what planned orders of other parts yield of a by-product.
func (w *worker) plannedByDay(part bom.PartID) map[int32]int64 {
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
		q := int64(w.m.Book.Receipts[v.receipt].Quantity)
		due := w.m.offset(w.m.Book.receiptDay(v.receipt))
		for i := range w.day {
			switch w.day[i] {
			case due:
				w.rec[i] -= q
			case v.to:
				w.rec[i] += q
			}
		}
	}
}
