package mrp

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
)

// Code names what a message is about. Codes are stable; docs/messages.md maps
// them to the exception codes of other systems.
type Code string

// The codes. Each says when it is given.
const (
	// PastStart: a planned order's lead time reaches back before today.
	PastStart Code = "past_start"
	// ReleaseNow: a planned order starts today.
	ReleaseNow Code = "release_now"
	// Fenced: a planned order was moved behind the planning time fence.
	Fenced Code = "fenced"
	// RescheduleIn: a receipt is needed before it is due, and netting counts it
	// there instead of a new order (reschedule_days).
	RescheduleIn Code = "reschedule_in"
	// RescheduleOut: a receipt is due more than damper_days before its first peg.
	RescheduleOut Code = "reschedule_out"
	// CancelReceipt: nothing pegs a receipt.
	CancelReceipt Code = "cancel"
	// Expedite: a receipt is expected after its first peg needs it.
	Expedite Code = "expedite"
	// PastDueDemand: a demand was due before today.
	PastDueDemand Code = "past_due_demand"
	// PastDueReceipt: a receipt was due before today.
	PastDueReceipt Code = "past_due_receipt"
	// BelowSafety: stock and receipts of today leave less than the safety stock.
	BelowSafety Code = "below_safety_stock"
	// Excess: stock or a receipt is left over beyond all requirements and the safety stock.
	Excess Code = "excess"
	// Shortage: no source can give what is needed.
	Shortage Code = "shortage"
	// SubstituteUsed: a substitute takes over a requirement of the main component.
	SubstituteUsed Code = "substitute_used"
	// SourceMissing: no source is valid on the need day; the best of all was taken.
	SourceMissing Code = "source_missing"
	// HorizonExhausted: requirements on or after the horizon were ignored.
	HorizonExhausted Code = "horizon"
	// CalendarExhausted: a calendar has no working day for an order.
	CalendarExhausted Code = "calendar_exhausted"
	// LotSurplus: a lot rule or modifier orders more than is ever needed.
	LotSurplus Code = "lot_surplus"
	// ExpiringStock: a lot expires before all of it is used.
	ExpiringStock Code = "expiring_stock"
	// ReservationUnused: what is reserved for a demand is not needed by it and is free.
	ReservationUnused Code = "reservation_unused"
	// FollowUp: a purchase is due within follow_up_days.
	FollowUp Code = "follow_up"
	// LateDemand: a demand is promised after its due date.
	LateDemand Code = "late_demand"
	// ShortDemand: a demand is not served, or not while it is of use.
	ShortDemand Code = "short_demand"
)

// Severity ranks messages.
type Severity string

// The severities, the most urgent first.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

var severities = map[Code]Severity{
	PastStart: Warning, ReleaseNow: Info, Fenced: Warning, RescheduleIn: Warning, RescheduleOut: Info, CancelReceipt: Warning,
	Expedite: Error, PastDueDemand: Error, PastDueReceipt: Error, BelowSafety: Warning, Excess: Info, Shortage: Error,
	SubstituteUsed: Info, SourceMissing: Error, HorizonExhausted: Info, CalendarExhausted: Error, LotSurplus: Info,
	ExpiringStock: Warning, ReservationUnused: Info, FollowUp: Info, LateDemand: Error, ShortDemand: Error,
}

// Codes are all message codes, in alphabetical order.
func Codes() []Code {
	codes := make([]Code, 0, len(severities))
	for c := range severities {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	return codes
}

// Message is advice or a warning. The plan itself changes nothing that is open.
type Message struct {
	Code       Code
	Severity   Severity
	Part       bom.PartID
	Item, Site string
	Order      string // planned order, receipt or lot
	Demand     string
	From, To   bom.Day // the date as it is, and as it should be
	Quantity   bom.Quantity
	Supplier   string // of follow-ups
	Text       string
}

// Messages gives all messages by code, item, site, order, demand and date. It
// follows late supplies and pegs every part with receipts, stock that is left over or
// lots that are: O(k log k) in the requirements of those parts.
func (p *Plan) Messages() []Message {
	c := &collector{p: p, m: p.m, w: newWorker(p.m, p)}
	c.horizon()
	for part := range p.m.Parts {
		c.part(bom.PartID(part))
	}
	for _, r := range p.DemandResults() {
		c.demand(&r)
	}
	slices.SortStableFunc(c.out, func(a, b Message) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Site, b.Site),
			cmp.Compare(a.Order, b.Order), cmp.Compare(a.Demand, b.Demand), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return c.out
}

// collector gathers messages.
type collector struct {
	p   *Plan
	m   *Model
	w   *worker
	out []Message
}

func (c *collector) add(code Code, part bom.PartID, msg Message, format string, args ...any) {
	msg.Code, msg.Severity, msg.Part = code, severities[code], part
	if part != bom.NoPart {
		msg.Item, msg.Site = c.m.ItemID(part), c.m.SiteID(part)
	}
	msg.Text = fmt.Sprintf(format, args...)
	c.out = append(c.out, msg)
}

func (c *collector) horizon() {
	if n := c.m.beyondHorizon + c.p.beyond; n > 0 {
		c.add(HorizonExhausted, bom.NoPart, Message{From: c.m.day(c.m.horizon)},
			"%d requirements on or after %v lie beyond the horizon and were not planned: raise horizon_days to see them", n, c.m.day(c.m.horizon))
	}
}

// part gives the messages of one part.
func (c *collector) part(part bom.PartID) {
	c.lots(part)
	c.substitutes(part)
	c.belowSafety(part)
	if c.mustPeg(part) {
		s := c.p.requirementsOf(part)
		pegs := c.m.pegsOf(c.p, part, s, c.p.lots(part), c.p.side(part))
		c.receipts(part, pegs)
		c.leftover(part, pegs)
		c.reservations(part, s)
	}
}

// lots gives the messages about single planned orders.
func (c *collector) lots(part bom.PartID) {
	m := c.m
	if m.policies[part].flags&partPhantom != 0 {
		return
	}
	for i := range c.p.lots(part) {
		l := &c.p.lots(part)[i]
		if l.tag&^maxSources == 0 && l.start > m.start {
			continue
		}
		o := c.p.order(part, int32(i))
		msg := Message{Order: o.ID, Demand: o.Demand, Quantity: o.Quantity}
		if l.is(noCalendar) {
			msg.From = o.Need
			c.add(CalendarExhausted, part, msg, "no working day is left in the calendar for %v of %s, needed on %v: extend the calendar", o.Quantity, o.Item, o.Need)
			continue
		}
		if l.is(noSource) {
			msg.From = o.Need
			c.add(SourceMissing, part, msg, "no source of %s is valid on %v; %s was taken: extend its dates or add a source", o.Item, o.Need, orNone(o.Source))
		}
		c.timing(part, l, &o, msg)
	}
}

func orNone(s string) string {
	if s == "" {
		return "the default"
	}
	return s
}

func (c *collector) timing(part bom.PartID, l *lot, o *Order, msg Message) {
	verb := verbs[o.Kind]
	msg.From, msg.To = o.Need, o.Due
	if l.is(fenced) {
		c.add(Fenced, part, msg, "%s %v of %s is needed on %v but may not be planned inside the planning time fence: due %v", verb, o.Quantity, o.Item, o.Need, o.Due)
	}
	if l.is(startPast) {
		if o.LateDays > 0 {
			c.add(PastStart, part, msg, "%s %v of %s should have started already: starting %v it is there on %v, %d days late", verb, o.Quantity, o.Item, o.Start, o.Due, o.LateDays)
		} else {
			c.add(PastStart, part, msg, "%s %v of %s should have started already: starting %v it is there on %v, in time only by its safety lead time", verb, o.Quantity, o.Item, o.Start, o.Due)
		}
	}
	if l.start <= c.m.start {
		msg.From, msg.To = o.Start, o.Due
		c.add(ReleaseNow, part, msg, "release today: %s %v of %s, due %v", strings.ToLower(verb), o.Quantity, o.Item, o.Due)
	}
}

var verbs = map[bom.Kind]string{bom.Make: "Make", bom.Buy: "Buy", bom.Transfer: "Transfer", bom.Subcontract: "Subcontract"}

func (c *collector) substitutes(part bom.PartID) {
	s := c.p.side(part)
	if s == nil {
		return
	}
	for i := range s.moved {
		v := &s.moved[i]
		c.add(SubstituteUsed, part, Message{Order: c.p.consumerID(&v.from), From: c.m.day(v.day), Quantity: bom.Quantity(v.quantity)},
			"%v of %s replace %v of %s, which cannot be there on %v", bom.Quantity(v.quantity), c.m.ItemID(v.to), bom.Quantity(v.instead), c.m.ItemID(part), c.m.day(v.day))
	}
	if s.short {
		c.add(Shortage, part, Message{}, "no source of %s can give all that is needed: add a source that is not limited to spare stock", c.m.Label(part))
	}
	for _, v := range s.pulled {
		r := &c.m.Book.Receipts[v.receipt]
		c.add(RescheduleIn, part, Message{Order: r.ID, From: r.due(), To: c.m.day(v.to), Quantity: r.Quantity},
			"receipt %s of %v %s is needed on %v, not %v: reschedule it in; no new order is planned for that", r.ID, r.Quantity, c.m.ItemID(part), c.m.day(v.to), r.due())
	}
}

// belowSafety compares what is there today with the safety stock.
func (c *collector) belowSafety(part bom.PartID) {
	m := c.m
	if m.policies[part].safety == 0 && m.policies[part].flags&partCover == 0 {
		return
	}
	for _, d := range c.w.record(part) {
		if d.Day > m.start {
			break
		}
		if before := d.Projected - d.Planned; before < d.SafetyStock {
			c.add(BelowSafety, part, Message{From: d.Day, Quantity: d.SafetyStock - before},
				"stock of %s less today's requirements is %v, below the safety stock of %v", m.ItemID(part), before, d.SafetyStock)
		}
	}
}

// mustPeg reports whether a part's pegs can give a message.
func (c *collector) mustPeg(part bom.PartID) bool {
	m := c.m
	return m.supplyStart[part] != m.supplyStart[part+1] || m.heldStart[part] != m.heldStart[part+1] || c.modified(part)
}

// modified reports whether lots of the part can exceed what they are needed for.
func (c *collector) modified(part bom.PartID) bool {
	if len(c.p.lots(part)) == 0 || c.m.policies[part].flags&partPhantom != 0 {
		return false
	}
	if c.m.policies[part].rule != bom.LotForLot {
		return true
	}
	for s := c.m.sourceStart[part]; s < c.m.sourceStart[part+1]; s++ {
		if src := &c.m.sources[s]; src.min > 0 || src.multiple > 0 {
			return true
		}
	}
	return false
}

// firstPeg is what a supply's pegs say: the first day on which something needs
// it, and how much is excess.
type firstPeg struct {
	need   int32
	entry  entry
	used   int64
	excess int64
	safety int64
}

func firstPegs(pegs []peg, kind supplyKind) map[int32]*firstPeg {
	first := map[int32]*firstPeg{}
	for i := range pegs {
		g := &pegs[i]
		if g.supplyKind != kind || g.supplyKind != supplyStock && g.lotOf != bom.NoPart && kind == supplyReceipt {
			continue
		}
		f := first[g.supply]
		if f == nil {
			f = &firstPeg{need: math.MaxInt32}
			first[g.supply] = f
		}
		switch g.entry.kind {
		case consumerExcess:
			f.excess += g.q
		case consumerSafety:
			f.safety += g.q
		default:
			f.used += g.q
			if g.entry.day < f.need {
				f.need, f.entry = g.entry.day, g.entry
			}
		}
	}
	return first
}

// receipts advises on the open orders of a part.
func (c *collector) receipts(part bom.PartID, pegs []peg) {
	m := c.m
	first := firstPegs(pegs, supplyReceipt)
	m.eachReceipt(part, func(r int32) {
		if f := first[r]; f != nil {
			c.advise(part, r, f)
		}
		row := &m.Book.Receipts[r]
		if row.due() < m.start {
			c.add(PastDueReceipt, part, Message{Order: row.ID, From: row.due(), To: m.start, Quantity: row.Quantity},
				"receipt %s of %v %s was due on %v and counts today: book it in, or ask for a new date", row.ID, row.Quantity, m.ItemID(part), row.due())
		}
		if row.Kind == bom.Buy && row.due() < m.start+bom.Day(m.Book.Settings.FollowUpDays.Or(5)) {
			c.add(FollowUp, part, Message{Order: row.ID, From: row.due(), Quantity: row.Quantity, Supplier: c.supplier(r)},
				"purchase %s of %v %s from %s is due on %v: confirm it", row.ID, row.Quantity, m.ItemID(part), orNone(c.supplier(r)), row.due())
		}
	})
}

// supplier is whom a receipt comes from, as far as the tables say.
func (c *collector) supplier(r int32) string {
	if l := &c.m.receiptLots[r]; !l.is(noSupply) && c.m.sources[l.source()].supply >= 0 {
		if from := c.m.Supplies[c.m.sources[l.source()].supply].From; from != 0 {
			return c.m.Names.String(from)
		}
	}
	return c.m.Book.Receipts[r].Source
}

// advise is rule 13 for one receipt. Dampers keep it quiet.
func (c *collector) advise(part bom.PartID, r int32, f *firstPeg) {
	m := c.m
	row := &m.Book.Receipts[r]
	settings := &m.Book.Settings
	msg := Message{Order: row.ID, From: row.due(), Quantity: row.Quantity}
	switch {
	case f.used == 0 && f.safety == 0:
		c.add(CancelReceipt, part, msg, "nothing needs receipt %s of %v %s, due %v: cancel it", row.ID, row.Quantity, m.ItemID(part), row.due())
		return
	case f.excess > 0 && exceedsShare(f.excess, row.Quantity, settings.DamperShare):
		over := msg
		over.Quantity = bom.Quantity(f.excess)
		c.add(Excess, part, over, "%v of receipt %s of %s are more than all requirements and the safety stock: reduce it", over.Quantity, row.ID, m.ItemID(part))
	}
	if f.used == 0 {
		return
	}
	need := m.day(f.need)
	msg.To = need
	msg.Demand = c.demandOf(&f.entry)
	early := int(need - m.receiptLots[r].need)
	late := int(m.receiptAvailable(r) - need)
	switch {
	case late > 0 && late > settings.DamperDays && !c.pulled(part, r):
		c.add(Expedite, part, msg, "receipt %s of %v %s comes on %v but %s needs it on %v: expedite it by %d days",
			row.ID, row.Quantity, m.ItemID(part), m.receiptAvailable(r), c.p.describe(&f.entry), need, late)
	case early > settings.DamperDays && f.safety == 0:
		c.add(RescheduleOut, part, msg, "receipt %s of %v %s, due %v, is first needed on %v: reschedule it out by %d days",
			row.ID, row.Quantity, m.ItemID(part), row.due(), need, early)
	}
}

func (c *collector) pulled(part bom.PartID, r int32) bool {
	s := c.p.side(part)
	return s != nil && slices.ContainsFunc(s.pulled, func(v pulled) bool { return v.receipt == r })
}

// exceedsShare reports whether part is more than the share of whole.
func exceedsShare(part int64, whole bom.Quantity, share bom.Number) bool {
	return bom.Quantity(part).Decimal().GreaterThan(whole.Decimal().Mul(share.Decimal()))
}

func (c *collector) demandOf(e *entry) string {
	if e.kind == consumerDemand {
		return c.m.Book.Demands[e.ref].ID
	}
	return ""
}

// describe names a consumer in a sentence.
func (p *Plan) describe(e *entry) string {
	switch e.kind {
	case consumerReceipt:
		return "receipt " + p.m.Book.Receipts[e.ref].ID
	case consumerDemand:
		return "demand " + p.m.Book.Demands[e.ref].ID
	case consumerPlanned:
		if p.m.policies[e.parent].flags&partPhantom != 0 {
			return "phantom " + p.m.Label(e.parent)
		}
		return "order " + p.orderID(e.parent, e.ref)
	}
	return "safety stock"
}

// leftover gives the messages about stock and lots that are not all used.
func (c *collector) leftover(part bom.PartID, pegs []peg) {
	m := c.m
	excess := int64(0)
	lots := firstPegs(pegs, supplyStock)
	for _, lot := range slices.Sorted(maps.Keys(lots)) {
		f, l := lots[lot], &m.Book.Lots[lot]
		if f.excess > 0 && l.Expires != bom.NoDay {
			c.add(ExpiringStock, part, Message{Order: m.Names.String(l.ID), From: l.Expires, Quantity: bom.Quantity(f.excess)},
				"%v of lot %s of %s are not used by %v, when it expires", bom.Quantity(f.excess), orNone(m.Names.String(l.ID)), m.ItemID(part), l.Expires)
		} else {
			excess += f.excess
		}
	}
	if excess > 0 {
		c.add(Excess, part, Message{Quantity: bom.Quantity(excess)}, "%v of the stock of %s are more than all requirements and the safety stock", bom.Quantity(excess), m.ItemID(part))
	}
	surplus := int64(0)
	for i := range pegs {
		if g := &pegs[i]; g.supplyKind == supplyPlanned && g.lotOf == part && g.entry.kind == consumerExcess && m.policies[part].flags&partPhantom == 0 {
			surplus += g.q
		}
	}
	if surplus > 0 {
		c.add(LotSurplus, part, Message{Quantity: bom.Quantity(surplus)}, "lot rules order %v of %s more than is needed to the end of the plan", bom.Quantity(surplus), m.ItemID(part))
	}
}

// reservations tells what is held for demands that do not need it.
func (c *collector) reservations(part bom.PartID, s *specialScratch) {
	m := c.m
	for i := range s.held {
		h := &s.held[i]
		if h.left == 0 {
			continue
		}
		order := m.Label(part)
		if h.receipt {
			order = m.Book.Receipts[h.ref].ID
		} else if id := m.Book.Lots[h.ref].ID; id != 0 {
			order = m.Names.String(id)
		}
		d := &m.Book.Demands[h.demand]
		why := "its orders do not need it"
		if !m.planned(h.demand) {
			why = "that demand is not open"
		}
		c.add(ReservationUnused, part, Message{Order: order, Demand: d.ID, Quantity: bom.Quantity(h.left)},
			"%v of %s reserved for %s are free: %s", bom.Quantity(h.left), m.ItemID(part), d.ID, why)
	}
}

// demand gives the messages of one demand.
func (c *collector) demand(r *DemandResult) {
	m := c.m
	row := &m.Book.Demands[r.Demand]
	part := m.Book.demandPart[r.Demand]
	msg := Message{Demand: row.ID, From: row.Due.Day, To: r.Promised, Quantity: r.Quantity}
	if row.Due.Day < m.start {
		c.add(PastDueDemand, part, msg, "demand %s of %v %s was due on %v and counts today", row.ID, r.Quantity, m.ItemID(part), row.Due.Day)
	}
	switch r.Status {
	case Late:
		c.add(LateDemand, part, msg, "demand %s of %v %s, due %v, is promised for %v, %d days late: %s", row.ID, r.Quantity, m.ItemID(part), row.Due.Day, r.Promised, r.LateDays, r.Cause())
	case Short:
		c.add(ShortDemand, part, msg, "demand %s of %v %s, due %v, cannot be served: %s", row.ID, r.Quantity, m.ItemID(part), row.Due.Day, r.Cause())
	}
}

// Cause is the root cause in one line; empty for a demand on time.
func (r *DemandResult) Cause() string {
	if len(r.Causes) == 0 {
		return ""
	}
	first, last := r.Causes[0], r.Causes[len(r.Causes)-1]
	if len(r.Causes) > 1 && (first.Kind == CauseOverdue || first.Kind == CauseLatest) {
		return first.String() + "; " + last.String()
	}
	return last.String()
}
