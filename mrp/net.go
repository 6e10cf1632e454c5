package mrp

import (
	"math"

	"github.com/taktplan/takt/bom"
)

// net is rule 3: the sweep over a part's events. Lots go to w.out.
func (w *worker) net(p bom.PartID) {
	m := w.m
	pol := &m.policies[p]
	part := &m.Parts[p]
	rule := pol.rule
	if w.demand >= 0 {
		rule = bom.LotForLot
	}
	w.wwPlan, w.eoq = nil, 0
	available, unmet := int64(0), int64(0)
	common := w.demand < 0
	direct := pol.only >= 0 && rule == bom.LotForLot && pol.flags&(partPhantom|partShelf|partMain) == 0 && m.Book.Settings.RescheduleDays == 0
	for i := 0; i < len(w.day); i++ {
		available += w.rec[i] - w.req[i]
		if len(w.perish) > 0 {
			available -= w.lose(w.perish, w.day[i])
			w.perishBefore = append(w.perishBefore[:0], w.perish...)
			use(w.perish, w.day[i], w.req[i])
		}
		safety := w.safety
		if w.cover != 0 {
			safety = w.safetyAt(i)
		}
		trigger := safety
		if rule == bom.MinMax {
			trigger = max(trigger, int64(part.ReorderPoint))
		}
		if available+unmet >= trigger {
			continue
		}
		if direct { // the usual case, without the choices below
			available += w.place(p, pol.only, w.day[i], safety-available-unmet, math.MaxInt64, 0)
			continue
		}
		if common && m.Book.Settings.RescheduleDays > 0 {
			available += w.pullIn(p, i, available+unmet, trigger)
		}
		if common && pol.flags&partMain != 0 && available+unmet < safety {
			moved := w.substitute(p, rule, i, available+unmet)
			available += moved
			if moved > 0 && len(w.perish) > 0 { // what is moved uses no stock
				copy(w.perish, w.perishBefore)
				use(w.perish, w.day[i], w.req[i]-moved)
			}
		}
		if available+unmet < trigger {
			planned, short := w.order(p, rule, i, available+unmet)
			available += planned
			unmet += short
		}
	}
}

// order plans the lots for the shortage at event i. It gives what was planned and
// what no source could give.
func (w *worker) order(p bom.PartID, rule bom.LotRule, i int, available int64) (planned, short int64) {
	m := w.m
	pol := &m.policies[p]
	day := w.day[i]
	if pol.flags&partPhantom != 0 {
		q := w.safetyAt(i) - available
		w.out = append(w.out, lot{need: m.day(day), due: m.day(day), start: m.day(day), tag: lotTag(m.sourceStart[p]),
			quantity: Quantity(q), startQuantity: Quantity(q)})
		return q, 0
	}
	q, limit := w.lotSize(p, rule, i, available), w.shelfLimit(p, i, available)
	if only := pol.only; only >= 0 {
		return w.place(p, only, day, q, limit, 0), 0
	}
	return w.placeAmongSources(p, day, q, limit)
}

// shelfLimit is the most that shelf life lets be used of a lot for event i's day.
func (w *worker) shelfLimit(p bom.PartID, i int, available int64) int64 {
	if w.m.policies[p].flags&partShelf == 0 {
		return math.MaxInt64
	}
	return max(0, w.largestShortfall(i, available, w.day[i]+w.m.Parts[p].ShelfLifeDays))
}

// placeAmongSources gives a quantity to the source of rule 5; transfers of spare
// stock give what the sender has, the rest goes to the next source.
func (w *worker) placeAmongSources(p bom.PartID, day int32, q, limit int64) (planned, short int64) {
	m := w.m
	need := m.day(day)
	var spent map[int32]bool
	admitted := func(s int32) bool { return !spent[s] }
	for q > 0 && limit > 0 {
		var flags lotTag
		s := m.choose(p, need, w.given, admitted)
		if s < 0 {
			if s = m.anySource(p, w.given, admitted); s < 0 {
				w.ensureSide().short = true
				return planned, q
			}
			flags = noSource
		}
		if !m.sources[s].spareOnly {
			return planned + w.place(p, s, day, q, limit, flags), 0
		}
		given := w.drawSpare(p, s, day, min(q, limit), flags)
		planned += given
		q -= given
		limit -= given
		if spent == nil {
			spent = map[int32]bool{}
		}
		spent[s] = true
	}
	return planned, 0
}

// place applies the lot modifiers of a source and plans the lots: full lots of the
// maximum, and a rest that is raised and rounded again.
func (w *worker) place(p bom.PartID, s int32, day int32, q, limit int64, flags lotTag) int64 {
	m := w.m
	src := &m.sources[s]
	q = min(modify(q, src), limit)
	total := int64(0)
	if most := int64(src.max); most > 0 && q > most {
		if q/most > maxLots {
			w.fail(&LotCountError{Item: m.ItemID(p), Site: m.SiteID(p), Day: m.day(day), Quantity: Quantity(q), Max: src.max})
			return q
		}
		for ; q > most; q -= most {
			w.add(p, s, day, most, flags)
			total += most
		}
		q = min(modify(q, src), limit-total)
	}
	w.add(p, s, day, q, flags)
	return total + q
}

// add plans one lot of a good quantity.
func (w *worker) add(p bom.PartID, s int32, day int32, good int64, flags lotTag) {
	if good <= 0 {
		return
	}
	m := w.m
	pol := &m.policies[p]
	if pol.flags&partPlainDates != 0 && good < math.MaxInt64 {
		w.addPlain(s, day, good)
		return
	}
	l := lot{need: m.day(day), quantity: Quantity(good), startQuantity: Quantity(good), tag: lotTag(s) | flags}
	if good == math.MaxInt64 || !m.date(&l, p, false) {
		w.overflow(p, day)
		return
	}
	if m.leadDays(&m.sources[s], l.startQuantity) >= maxLead {
		w.failLead(p, day, good)
		return
	}
	if pol.flags&partGiven != 0 {
		i := s - m.sourceStart[p]
		w.given[i] += l.quantity
		if w.given[i] < 0 {
			w.overflow(p, day)
		}
	}
	w.out = append(w.out, l)
}

func (w *worker) failLead(p bom.PartID, day int32, good int64) {
	m := w.m
	w.fail(&LeadTimeError{Item: m.ItemID(p), Site: m.SiteID(p), Day: m.day(day), Quantity: Quantity(good)})
}

// addPlain is add in the usual case: every day works, and nothing but the lead time
// moves the order. It does what date does.
func (w *worker) addPlain(s int32, day int32, good int64) {
	m := w.m
	src := &m.sources[s]
	lead := src.lead
	if lead < 0 {
		lead = int32(m.leadTimes[src.leadTime].Days(Quantity(good)))
	}
	if lead >= maxLead {
		w.failLead(src.part, day, good)
		return
	}
	need := m.day(day)
	l := lot{quantity: Quantity(good), startQuantity: Quantity(good), need: need, due: need, start: need - bom.Day(lead), tag: lotTag(s)}
	if day < lead {
		l.tag |= startPast
		if m.Book.Settings.PastDue == Forward {
			l.start, l.due = m.start, m.start+bom.Day(lead)
		}
	}
	w.out = append(w.out, l)
}

// date gives a lot its start quantity, due and start (rules 5, 6 and 9). ok is
// false when the start quantity overflows.
func (m *Model) date(l *lot, p bom.PartID, design bool) (ok bool) {
	s := &m.sources[l.source()]
	if s.extra >= 0 && s.kind.Explodes() {
		if l.startQuantity, ok = m.extras[s.extra].gross(l.quantity, m.policies[p].step); !ok {
			return false
		}
	}
	calendar := m.calendars[s.calendar]
	lead := m.leadDays(s, l.startQuantity)
	if calendar == nil && !design && m.policies[p].flags&(partSafetyDays|partFence) == 0 {
		l.due, l.start = l.need, l.need-bom.Day(lead) // the usual case: every day works
		if l.start < m.start {
			l.tag |= startPast
			if m.Book.Settings.PastDue == Forward {
				l.start, l.due = m.start, m.start+bom.Day(lead)
			}
		}
		return true
	}
	if design {
		lead += int(m.Parts[p].DesignDays)
		l.tag |= designed
	}
	flags := m.policies[p].flags
	safetyDays := 0
	if flags&partSafetyDays != 0 {
		safetyDays = int(m.Parts[p].SafetyDays)
	}
	due, hasDue := calendar.Back(l.need, safetyDays)
	start, hasStart := due, hasDue
	if hasDue {
		start, hasStart = calendar.Back(due, lead)
	}
	if flags&partFence != 0 {
		if fence := m.start + bom.Day(m.Parts[p].PlanningFenceDays); hasDue && due < fence {
			l.tag |= fenced
			if due, hasDue = calendar.Forward(fence, 0); hasDue {
				start, hasStart = calendar.Back(due, lead)
			}
		}
	}
	if !hasStart || start < m.start {
		l.tag |= startPast
		if m.Book.Settings.PastDue == Forward || !hasStart {
			if start, hasStart = calendar.Forward(m.start, 0); hasStart {
				due, hasDue = calendar.Forward(start, lead)
			}
		}
	}
	if !hasStart || !hasDue {
		l.tag |= noCalendar
		due, start = l.need, l.need
	}
	l.due, l.start = due, start
	return true
}

// rawStart is the start of rule 5 alone, without design days, fences and past-due
// handling; ok is false when the calendar has no such day.
func (m *Model) rawStart(p bom.PartID, s int32, need bom.Day, good int64) (bom.Day, bool) {
	src := &m.sources[s]
	start := Quantity(good)
	if src.extra >= 0 && src.kind.Explodes() {
		var ok bool
		if start, ok = m.extras[src.extra].gross(start, m.policies[p].step); !ok {
			return bom.NoDay, false
		}
	}
	calendar := m.calendars[src.calendar]
	due, ok := calendar.Back(need, int(m.Parts[p].SafetyDays))
	if !ok {
		return bom.NoDay, false
	}
	return calendar.Back(due, m.leadDays(src, start))
}

// netPart nets one part into w.out. For a special part it gives its requirements
// as netting left them.
func (w *worker) netPart(p bom.PartID) (scratch *specialScratch) {
	m := w.m
	pol := &m.policies[p]
	w.side = nil
	w.demand = -1
	w.perish = w.perish[:0]
	if pol.flags&partGiven != 0 {
		w.startGiven(p)
	}
	if pol.flags&partSpecial != 0 {
		scratch = w.netSpecial(p)
	} else {
		w.gather(p)
		if m.perishable(p) {
			w.gatherPerishables(p)
		}
		if w.maxWord < 0 && pol.safety == 0 && pol.rule != bom.MinMax {
			return nil
		}
		w.events(p)
		w.net(p)
	}
	if pol.flags&partDesign != 0 && len(w.out) > 0 && !m.hasReceipt(p) {
		w.design(p)
	}
	return scratch
}

// design adds the design days to the part's first order: the one needed first.
func (w *worker) design(p bom.PartID) {
	first := &w.out[0]
	for i := range w.out {
		if w.out[i].need < first.need {
			first = &w.out[i]
		}
	}
	l := lot{need: first.need, quantity: first.quantity, startQuantity: first.quantity, tag: first.tag & (maxSources | noSource)}
	w.m.date(&l, p, true) // its quantity fitted before
	*first = l
}

// startGiven sets the quantities that sources have given to what is open.
func (w *worker) startGiven(p bom.PartID) {
	w.given = append(w.given[:0], w.m.openQuantity[w.m.sourceStart[p]:w.m.sourceStart[p+1]]...)
}

// hasReceipt reports whether a part has an open order: its design is done then.
func (m *Model) hasReceipt(p bom.PartID) bool {
	found := false
	m.eachReceipt(p, func(int32) { found = true })
	return found
}

// eachReceipt visits the receipts of a part.
func (m *Model) eachReceipt(p bom.PartID, visit func(r int32)) {
	for _, list := range [...][]fixedSupply{m.suppliesOf(p), m.heldOf(p)} {
		for i := range list {
			if list[i].receipt {
				visit(list[i].ref)
			}
		}
	}
}

// gatherPerishables lists the unreserved lots that expire, first-expired first.
func (w *worker) gatherPerishables(p bom.PartID) {
	m := w.m
	supplies := m.suppliesOf(p)
	for i := range supplies {
		if s := &supplies[i]; s.expires != math.MaxInt32 {
			w.addPerishable(s.day, s.expires, int64(s.quantity))
		}
	}
}

func (w *worker) addPerishable(usable, expires int32, q int64) {
	at := len(w.perish)
	for at > 0 && w.perish[at-1].expires > expires {
		at--
	}
	w.perish = append(w.perish, perishable{})
	copy(w.perish[at+1:], w.perish[at:])
	w.perish[at] = perishable{usable, expires, q}
}

// pullIn is rule 13's rescheduling in netting: receipts due within
// reschedule_days after a shortage count on its day. It gives the quantity.
func (w *worker) pullIn(p bom.PartID, i int, available, trigger int64) int64 {
	m := w.m
	window := w.day[i] + int32(m.Book.Settings.RescheduleDays)
	total := int64(0)
	for available+total < trigger {
		r, day := w.nextReceipt(p, w.day[i], window)
		if r < 0 {
			break
		}
		q := int64(m.Book.ReceiptAt(r).Quantity)
		for j := i + 1; j < len(w.day); j++ {
			if w.day[j] == day {
				w.rec[j] -= q
				break
			}
		}
		total += q
		s := w.ensureSide()
		s.pulled = append(s.pulled, pulled{receipt: r, to: w.day[i]})
		if s.isPulled == nil {
			s.isPulled = map[int32]bool{}
		}
		s.isPulled[r] = true
	}
	return total
}

// nextReceipt is the earliest common receipt after a day, within a window, that
// was not pulled in yet.
func (w *worker) nextReceipt(p bom.PartID, after, until int32) (r, day int32) {
	m := w.m
	best, at := int32(-1), int32(math.MaxInt32)
	supplies := m.suppliesOf(p)
	for i := range supplies {
		s := &supplies[i]
		if !s.receipt || s.day <= after || s.day > until || w.isPulled(s.ref) {
			continue
		}
		if s.day < at || s.day == at && m.Book.CompareReceipts(s.ref, best) < 0 {
			best, at = s.ref, s.day
		}
	}
	return best, at
}

func (w *worker) isPulled(r int32) bool {
	if w.side == nil {
		return false
	}
	return w.side.isPulled[r]
}

func (w *worker) ensureSide() *side {
	if w.side == nil {
		w.side = &side{}
	}
	return w.side
}
