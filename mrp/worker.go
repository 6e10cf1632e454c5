package mrp

import (
	"math"
	"math/bits"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/fixed"
)

// worker nets one part at a time. It owns all scratch memory, so that netting
// allocates nothing per requirement. One goroutine uses one worker.
type worker struct {
	m *Model
	p *Plan

	// Day-indexed sums of the part at hand, zero between parts; touched has a bit for
	// every day that was written, minWord to maxWord bound it.
	gross, supply    []int64
	touched          []uint64
	minWord, maxWord int

	// The same sums as events in day order.
	day      []int32
	req, rec []int64
	prefix   []int64 // sums of req, with cover days

	lastRequirement int
	cover           int32 // days of cover; 0: none
	safety          int64 // static
	demand          int32 // of the segment; -1: common
	special         *specialScratch
	perish          []perishable
	perishAhead     []perishable
	perishBefore    []perishable
	wwPlan          []ww
	eoq             int64
	given           []Quantity

	out   []lot
	side  *side
	arena []lot
	sink  int // of touchParents: its loads must not be optimised away

	beyond       int   // requirements on or after the horizon
	requirements int64 // dependent ones
	part         bom.PartID
	err          error
	errPart      bom.PartID
}

func newWorker(m *Model, p *Plan) *worker {
	return &worker{m: m, p: p, gross: make([]int64, span), supply: make([]int64, span),
		touched: make([]uint64, (span+63)/64), minWord: math.MaxInt, maxWord: -1}
}

func (w *worker) touch(day int32) {
	word := int(day >> 6)
	w.touched[word] |= 1 << (day & 63)
	w.minWord = min(w.minWord, word)
	w.maxWord = max(w.maxWord, word)
}

// require adds a requirement of the part at hand.
func (w *worker) require(p bom.PartID, day int32, q int64) {
	if day >= w.m.horizon || day >= span {
		w.beyond++
		return
	}
	w.gross[day] += q
	if w.gross[day] < 0 {
		w.overflow(p, day)
		return
	}
	w.touch(day)
}

// receive adds a supply of the part at hand.
func (w *worker) receive(p bom.PartID, day int32, q int64) {
	if day >= span {
		return
	}
	w.supply[day] += q
	if w.supply[day] < 0 {
		w.overflow(p, day)
		return
	}
	w.touch(day)
}

func (w *worker) overflow(p bom.PartID, day int32) {
	w.gross[day], w.supply[day] = max(w.gross[day], 0), max(w.supply[day], 0)
	w.fail(&OverflowError{Item: w.m.ItemID(p), Site: w.m.SiteID(p), Day: w.m.day(day)})
}

func (w *worker) fail(err error) {
	if w.err == nil {
		w.err, w.errPart = err, w.part
	}
}

// gather sums what is required of a part and supplied to it, without telling
// one requirement from another (the fast path). Through where-used it reads its
// parents' finished orders.
func (w *worker) gather(p bom.PartID) {
	m := w.m
	fixed := m.fixedOf(p)
	for i := range fixed {
		w.require(p, fixed[i].day, int64(fixed[i].quantity))
	}
	supplies := m.suppliesOf(p)
	for i := range supplies {
		w.receive(p, supplies[i].day, int64(supplies[i].quantity))
	}
	for _, u := range m.Uses(p) {
		if u.Times > 0 {
			if m.over == nil && m.hasOpen(u.Parent) || m.over != nil && m.editedOpen(u.Parent) {
				w.gatherPlain(p, m.openLots(u.Parent), u.Times)
			}
			w.gatherPlain(p, w.p.lots(u.Parent), u.Times)
			continue
		}
		w.gatherLine(p, u, m.openLots(u.Parent))
		w.gatherLine(p, u, w.p.lots(u.Parent))
	}
	flags := m.policies[p].flags
	if flags&partSends != 0 {
		w.eachTransfer(p, func(l *lot, _ bom.PartID, _ int) { w.require(p, m.offset(l.start), m.sent(p, l.quantity)) })
	}
	if flags&partSubstitute != 0 {
		w.eachMoved(p, func(v *moved, _ bom.PartID) { w.require(p, v.day, v.quantity) })
	}
}

// gatherPlain is the inner loop of planning: start quantity × a whole number, on the start day.
func (w *worker) gatherPlain(p bom.PartID, lots []lot, times int64) {
	if len(lots) == 0 {
		return
	}
	w.requirements += int64(len(lots))
	start, last := w.m.start, min(w.m.horizon, span)
	minDay, maxDay := int32(math.MaxInt32), int32(-1)
	for i := range lots {
		l := &lots[i]
		hi, q := bits.Mul64(uint64(l.startQuantity), uint64(times))
		day := max(int32(l.start-start), 0)
		if day >= last {
			w.beyond++
			continue
		}
		sum := w.gross[day] + int64(q)
		if hi != 0 || int64(q) < 0 || sum < 0 {
			w.overflow(p, day)
			return
		}
		w.gross[day] = sum
		w.touched[day>>6] |= 1 << (day & 63)
		minDay, maxDay = min(minDay, day), max(maxDay, day)
	}
	if maxDay >= 0 {
		w.minWord = min(w.minWord, int(minDay>>6))
		w.maxWord = max(w.maxWord, int(maxDay>>6))
	}
}

// gatherLine adds what one line requires or yields through some orders of its parent.
func (w *worker) gatherLine(p bom.PartID, u bom.Use, lots []lot) {
	line := &w.m.Components[u.Line]
	for i := range lots {
		l := &lots[i]
		day, q, use := w.m.explode(l, u.Parent, u.Line, line)
		switch {
		case !use:
		case q == overflowed:
			w.overflow(p, 0)
			return
		case line.Quantity < 0:
			w.receive(p, day, q)
		default:
			w.requirements++
			w.require(p, day, q)
		}
	}
}

// eachTransfer visits the planned orders that transfer from p.
func (w *worker) eachTransfer(p bom.PartID, visit func(l *lot, receiver bom.PartID, index int)) {
	for _, supply := range w.m.SentTo(p) {
		receiver := w.m.Supplies[supply].Part
		from, _ := w.m.Sources(receiver)
		source := w.m.sourceStart[receiver] + supply - from
		lots := w.p.lots(receiver)
		for i := range lots {
			if lots[i].source() == source {
				visit(&lots[i], receiver, i)
			}
		}
	}
}

// sent is what a transfer takes at its sender: rounded up to the sender's decimals.
func (m *Model) sent(sender bom.PartID, q Quantity) int64 {
	up, ok := fixed.CeilTo(int64(q), int64(m.policies[sender].step))
	if !ok {
		return int64(q) // the sum that it goes into overflows
	}
	return up
}

// eachMoved visits the requirements that p takes over as a substitute.
func (w *worker) eachMoved(p bom.PartID, visit func(v *moved, main bom.PartID)) {
	for _, main := range w.m.mains[p] {
		if s := w.p.side(main); s != nil {
			for i := range s.moved {
				if s.moved[i].to == p {
					visit(&s.moved[i], main)
				}
			}
		}
	}
}

// overflowed marks a quantity that left the exact range.
const overflowed = -1

// linesOf are the BOM lines that an order explodes.
func (m *Model) linesOf(l *lot, parent bom.PartID) bom.LineRange {
	if m.policies[parent].flags&partPhantom != 0 {
		return m.DefaultLines(parent)
	}
	return m.sources[l.source()].lines
}

// explode is rule 7 for one order and one line: the day and the quantity
// required of the component, or received from it if it is a by-product.
func (m *Model) explode(l *lot, parent bom.PartID, index int32, line *bom.Component) (day int32, q int64, use bool) {
	lines := m.linesOf(l, parent)
	if index < lines.From || index >= lines.To {
		return 0, 0, false
	}
	judged := max(l.start, m.start)
	if !line.Valid(judged) || line.Group != 0 && !m.isMain(index, lines, judged) {
		return 0, 0, false
	}
	amount, ok := line.Requirement(l.startQuantity, int(m.Parts[line.Part].Decimals))
	switch {
	case !ok:
		q = overflowed
	case amount < 0:
		q = int64(-amount)
	default:
		q = int64(amount)
	}
	if line.Quantity < 0 {
		return m.offset(l.need), q, true
	}
	return m.offset(m.stepped(l, parent, line)), q, true
}

// stepped is the order's start moved by the line's offset on the order's calendar.
func (m *Model) stepped(l *lot, parent bom.PartID, line *bom.Component) bom.Day {
	n := int(line.OffsetDays)
	if n == 0 {
		return l.start
	}
	calendar := m.settings
	if m.policies[parent].flags&partPhantom == 0 {
		calendar = m.calendars[m.sources[l.source()].calendar]
	}
	if n < 0 {
		if d, ok := calendar.Back(l.start, -n); ok {
			return d
		}
		return m.start
	}
	if d, ok := calendar.Forward(l.start, n); ok {
		return d
	}
	return l.start + bom.Day(n) // the calendar ends: calendar days stand in
}

// isMain reports whether a line is the first valid member of its substitute group.
func (m *Model) isMain(index int32, lines bom.LineRange, day bom.Day) bool {
	line := &m.Components[index]
	for i := lines.From; i < lines.To; i++ {
		other := &m.Components[i]
		if i != index && other.Group == line.Group && other.Valid(day) && m.LaterSubstitute(i, index) {
			return false
		}
	}
	return true
}

// events turns the day-indexed sums into events in day order, adds the days on which
// something is to be judged, and clears the scratch.
func (w *worker) events(p bom.PartID) {
	m := w.m
	part := &m.Parts[p]
	pol := &m.policies[p]
	w.safety, w.cover = int64(pol.safety), 0
	if w.demand >= 0 {
		w.safety = 0
	} else {
		if pol.flags&partCover != 0 {
			w.cover = part.CoverDays
			w.touchBefore(w.cover)
		}
		if pol.rule == bom.MinMax && pol.flags&partShelf != 0 {
			w.touchAll() // shelf life can keep the part below its reorder point on any day
		}
		if w.safety > 0 || pol.rule == bom.MinMax {
			w.touch(0)
		}
	}
	for i := range w.perish {
		if end := w.perish[i].expires + 1; end > 0 && end < span {
			w.touch(end)
		}
	}
	w.day, w.req, w.rec = w.day[:0], w.req[:0], w.rec[:0]
	w.lastRequirement = -1
	for word := w.minWord; word <= w.maxWord; word++ {
		set := w.touched[word]
		w.touched[word] = 0
		for ; set != 0; set &= set - 1 {
			d := int32(word<<6 + bits.TrailingZeros64(set))
			if w.gross[d] != 0 {
				w.lastRequirement = len(w.day)
			}
			w.day = append(w.day, d)
			w.req = append(w.req, w.gross[d])
			w.rec = append(w.rec, w.supply[d])
			w.gross[d], w.supply[d] = 0, 0
		}
	}
	w.minWord, w.maxWord = math.MaxInt, -1
	if w.cover > 0 {
		w.sumRequirements()
	}
}

// touchBefore marks the days from which a requirement is at most some days ahead.
func (w *worker) touchBefore(ahead int32) {
	w.touch(0)
	for word := w.minWord; word <= w.maxWord; word++ {
		for set := w.touched[word]; set != 0; set &= set - 1 {
			d := int32(word<<6 + bits.TrailingZeros64(set))
			if w.gross[d] != 0 {
				w.touch(max(0, d-ahead))
			}
		}
	}
}

// touchAll marks every day up to the last one.
func (w *worker) touchAll() {
	w.touch(0)
	last := int32(w.maxWord<<6 + 63 - bits.LeadingZeros64(w.touched[w.maxWord]))
	for d := range last {
		w.touch(d)
	}
}

func (w *worker) sumRequirements() {
	w.prefix = append(w.prefix[:0], 0)
	for _, q := range w.req {
		w.prefix = append(w.prefix, w.prefix[len(w.prefix)-1]+q)
	}
}

// safetyAt is the safety stock of event i's day: the static one, or with days
// of cover the requirements of the days after it if they are more.
func (w *worker) safetyAt(i int) int64 {
	if w.cover == 0 {
		return w.safety
	}
	end := i + 1
	for last := w.day[i] + w.cover; end < len(w.day) && w.day[end] <= last; end++ {
	}
	return max(w.safety, w.prefix[end]-w.prefix[i+1])
}

// perishable is a lot of stock that expires.
type perishable struct {
	usable, expires int32
	left            int64
}

// lose drops what has expired before a day and gives its quantity.
func (w *worker) lose(lots []perishable, day int32) int64 {
	lost := int64(0)
	for i := range lots {
		if lots[i].expires < day && lots[i].left > 0 {
			lost += lots[i].left
			lots[i].left = 0
		}
	}
	return lost
}

// use takes a requirement of a day from the lots, first-expired first.
func use(lots []perishable, day int32, q int64) {
	for i := range lots {
		if lots[i].usable <= day && q > 0 {
			took := min(q, lots[i].left)
			lots[i].left -= took
			q -= took
		}
	}
}
