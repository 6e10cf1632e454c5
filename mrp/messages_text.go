package mrp

import (
	"fmt"
	"strings"

	"github.com/taktplan/takt/bom"
)

// message makes the ids and the text of a notice.
func (p *Plan) message(code codeIndex, n *notice) Message {
	msg := Message{Code: codes[code].code, Severity: codes[code].severity, Part: n.part, Quantity: bom.Quantity(n.quantity)}
	if n.part != bom.NoPart {
		msg.Item, msg.Site = p.m.ItemID(n.part), p.m.SiteID(n.part)
	}
	switch code {
	case atCalendarExhausted, atSourceMissing, atFenced, atPastStart, atReleaseNow:
		p.tellOrder(&msg, code, n)
	case atCancelReceipt, atExpedite, atRescheduleIn, atRescheduleOut, atPastDueReceipt, atFollowUp:
		p.tellReceipt(&msg, code, n)
	case atPastDueDemand, atLateDemand, atShortDemand:
		p.tellDemand(&msg, code, n)
	default:
		p.tellPart(&msg, code, n)
	}
	return msg
}

func (g *Message) say(format string, args ...any) { g.Text = fmt.Sprintf(format, args...) }

var verbs = [...]string{bom.Make: "Make", bom.Buy: "Buy", bom.Transfer: "Transfer", bom.Subcontract: "Subcontract"}

// named is a word before a name, or nothing without one: " from Steelworks".
func named(word, name string) string {
	if name == "" {
		return ""
	}
	return " " + word + " " + name
}

// tellOrder tells of a planned order.
func (p *Plan) tellOrder(msg *Message, code codeIndex, n *notice) {
	o := p.order(n.part, n.ref)
	verb := verbs[o.Kind]
	msg.Order, msg.Demand, msg.Quantity, msg.From = o.ID, o.Demand, o.Quantity, o.Need
	switch code {
	case atCalendarExhausted:
		msg.say("no working day is left in the calendar for %v of %s, needed on %v: extend the calendar", o.Quantity, o.Item, o.Need)
	case atSourceMissing:
		msg.say("no source of %s is valid on %v;%s was taken: extend its dates or add a source", o.Item, o.Need, named("source", o.Source))
	case atFenced:
		msg.To = o.Due
		msg.say("%s %v of %s is needed on %v but may not be planned inside the planning time fence: due %v", verb, o.Quantity, o.Item, o.Need, o.Due)
	case atPastStart:
		msg.To = o.Due
		if o.LateDays > 0 {
			msg.say("%s %v of %s should have started already: starting %v it is there on %v, %s late", verb, o.Quantity, o.Item, o.Start, o.Due, count(o.LateDays, "day"))
		} else {
			msg.say("%s %v of %s should have started already: starting %v it is there on %v, in time only by its safety lead time", verb, o.Quantity, o.Item, o.Start, o.Due)
		}
	case atReleaseNow:
		msg.From, msg.To = o.Start, o.Due
		msg.say("release today: %s %v of %s, due %v", strings.ToLower(verb), o.Quantity, o.Item, o.Due)
	}
}

// tellReceipt tells of an open order.
func (p *Plan) tellReceipt(msg *Message, code codeIndex, n *notice) {
	m := p.m
	row := m.Book.ReceiptAt(n.ref)
	msg.Order, msg.From, msg.To, msg.Quantity = row.ID, row.due(), n.day, row.Quantity
	switch code {
	case atRescheduleIn:
		msg.say("receipt %s of %v %s is needed on %v, not %v: reschedule it in; no new order is planned for that", row.ID, row.Quantity, msg.Item, n.day, row.due())
	case atPastDueReceipt:
		msg.To = m.start
		msg.say("receipt %s of %v %s was due on %v and counts today: book it in, or ask for a new date", row.ID, row.Quantity, msg.Item, row.due())
	case atFollowUp:
		msg.Supplier = p.supplier(n.ref)
		msg.say("purchase %s of %v %s%s is due on %v: confirm it", row.ID, row.Quantity, msg.Item, named("from", msg.Supplier), row.due())
	case atCancelReceipt:
		msg.say("nothing needs receipt %s of %v %s, due %v: cancel it", row.ID, row.Quantity, msg.Item, row.due())
	case atExpedite:
		e := n.entry()
		msg.Demand = p.demandID(&e)
		msg.say("receipt %s of %v %s comes on %v but %s needs it on %v: expedite it by %d days",
			row.ID, row.Quantity, msg.Item, m.receiptAvailable(n.ref), p.describe(&e), n.day, int(m.receiptAvailable(n.ref)-n.day))
	case atRescheduleOut:
		e := n.entry()
		msg.Demand = p.demandID(&e)
		msg.say("receipt %s of %v %s, due %v, is first needed on %v: reschedule it out by %d days",
			row.ID, row.Quantity, msg.Item, row.due(), n.day, int(n.day-m.openLot(n.ref).need))
	}
}

// supplier is whom a receipt comes from, as far as the tables say.
func (p *Plan) supplier(r int32) string {
	m := p.m
	source := m.Book.ReceiptAt(r).Source
	supply := m.Book.receipts.at(r).supply
	if l := m.openLot(r); source == "" && !l.is(noSupply) {
		supply = m.sources[l.source()].supply
	}
	if supply >= 0 && m.Supplies[supply].From != 0 {
		return m.Names.String(m.Supplies[supply].From)
	}
	return source
}

// demandID is the demand that a consumer is, if it is one.
func (p *Plan) demandID(e *entry) string {
	if e.kind == consumerDemand {
		return p.m.Book.DemandAt(e.ref).ID
	}
	return ""
}

// describe names a consumer in a sentence.
func (p *Plan) describe(e *entry) string {
	switch e.kind {
	case consumerReceipt:
		return "receipt " + p.m.Book.ReceiptAt(e.ref).ID
	case consumerDemand:
		return "demand " + p.m.Book.DemandAt(e.ref).ID
	case consumerPlanned:
		if p.m.policies[e.parent].flags&partPhantom != 0 {
			return "phantom " + p.m.Label(e.parent)
		}
		return "order " + p.orderID(e.parent, e.ref)
	}
	return "safety stock"
}

// tellDemand tells of a demand.
func (p *Plan) tellDemand(msg *Message, code codeIndex, n *notice) {
	row := p.m.Book.DemandAt(n.ref)
	due := row.Due.Day
	msg.Demand, msg.From, msg.To = row.ID, due, n.day
	r := DemandResult{Demand: n.ref, Quantity: msg.Quantity, Promised: n.day, Status: Short}
	if n.last != bom.NoDay {
		r.Deliveries = []Delivery{{Date: n.last, Quantity: msg.Quantity}}
	}
	switch code {
	case atPastDueDemand:
		msg.say("demand %s of %v %s was due on %v and counts today", row.ID, msg.Quantity, msg.Item, due)
	case atLateDemand:
		p.late().explain(&r)
		msg.say("demand %s of %v %s, due %v, is promised for %v, %s late: %s", row.ID, msg.Quantity, msg.Item, due, n.day, count(int(n.day-due), "day"), r.Cause())
	case atShortDemand:
		p.late().explain(&r)
		msg.say("demand %s of %v %s, due %v, cannot be served: %s", row.ID, msg.Quantity, msg.Item, due, r.Cause())
	}
}

// tellPart tells of a part and its stock.
func (p *Plan) tellPart(msg *Message, code codeIndex, n *notice) {
	m := p.m
	switch code {
	case atHorizonExhausted:
		msg.From = m.day(m.horizon)
		msg.say("%d requirements on or after %v lie beyond the horizon and were not planned: raise horizon_days to see them", p.beyondHorizon(), msg.From)
	case atShortage:
		msg.say("no source of %s can give all that is needed: add a source that is not limited to spare stock", m.Label(n.part))
	case atBelowSafety:
		msg.From = n.day
		msg.say("stock of %s less today's requirements is %v, below the safety stock of %v", msg.Item, bom.Quantity(n.balance), bom.Quantity(n.balance+n.quantity))
	case atLotSurplus:
		msg.say("lot rules order %v of %s more than is needed to the end of the plan", msg.Quantity, msg.Item)
	case atExcess:
		if n.ref < 0 {
			msg.say("%v of the stock of %s are more than all requirements and the safety stock", msg.Quantity, msg.Item)
		} else {
			row := m.Book.ReceiptAt(n.ref)
			msg.Order, msg.From = row.ID, row.due()
			msg.say("%v of receipt %s of %s are more than all requirements and the safety stock: reduce it", msg.Quantity, row.ID, msg.Item)
		}
	case atSubstituteUsed:
		v := &p.side(n.part).moved[n.ref]
		msg.Order, msg.From, msg.Quantity = p.consumerID(&v.from), m.day(v.day), bom.Quantity(v.quantity)
		msg.say("%v of %s replace %v of %s, which cannot be there on %v", msg.Quantity, m.ItemID(v.to), bom.Quantity(v.instead), msg.Item, msg.From)
	case atReservationUnused:
		d := m.held[n.ref].demand
		why := "its orders do not need it"
		if !m.planned(d) {
			why = "that demand is not open"
		}
		msg.Order, msg.Demand = p.heldID(n.ref), m.Book.DemandAt(d).ID
		msg.say("%v of %s reserved for %s are free: %s", msg.Quantity, msg.Item, msg.Demand, why)
	case atExpiringStock:
		p.tellExpiring(msg, m.Book.LotAt(n.ref))
	}
}

// heldID is the receipt or lot that is held for a demand; stock without a lot is item@site.
func (p *Plan) heldID(i int32) string {
	h := &p.m.held[i]
	if h.receipt {
		return p.m.Book.ReceiptAt(h.ref).ID
	}
	if id := p.m.Book.LotAt(h.ref).ID; id != 0 {
		return p.m.Names.String(id)
	}
	return p.m.Label(p.m.Book.LotAt(h.ref).Part)
}

// tellExpiring tells of stock that expires before all of it is used.
func (p *Plan) tellExpiring(msg *Message, l *Lot) {
	msg.Order, msg.From = p.m.Names.String(l.ID), l.Expires
	if !p.m.neverUsable(l) {
		msg.say("%v of the stock of %s%s are not used by %v, when it expires", msg.Quantity, msg.Item, named("in lot", msg.Order), l.Expires)
		return
	}
	what := "lot " + msg.Order
	if msg.Order == "" {
		what = "stock"
	}
	if l.Expires < p.m.start {
		msg.say("%s of %v %s expired before it could be used: it was good until %v", what, msg.Quantity, msg.Item, l.Expires)
	} else {
		msg.say("%s of %v %s will have expired before it could be used: it is good until %v, but in quarantine until %v", what, msg.Quantity, msg.Item, l.Expires, l.QuarantineUntil)
	}
}

// Cause is the root cause in one line; empty for a demand on time.
func (r *DemandResult) Cause() string {
	root, ok := r.Root()
	if !ok {
		return ""
	}
	first := r.Causes[0]
	if first != root && (first.Kind == CauseOverdue || first.Kind == CauseLatest) {
		return first.String() + "; " + root.String()
	}
	return root.String()
}
