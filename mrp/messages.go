package mrp

import (
	"iter"
	"slices"
	"sync"

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

// codeIndex is a code's place in alphabetical order.
type codeIndex uint8

const (
	atBelowSafety codeIndex = iota
	atCalendarExhausted
	atCancelReceipt
	atExcess
	atExpedite
	atExpiringStock
	atFenced
	atFollowUp
	atHorizonExhausted
	atLateDemand
	atLotSurplus
	atPastDueDemand
	atPastDueReceipt
	atPastStart
	atReleaseNow
	atRescheduleIn
	atRescheduleOut
	atReservationUnused
	atShortDemand
	atShortage
	atSourceMissing
	atSubstituteUsed
	numCodes
)

// codes are all codes in alphabetical order, with their severities.
var codes = [numCodes]struct {
	code     Code
	severity Severity
}{
	atBelowSafety: {BelowSafety, Warning}, atCalendarExhausted: {CalendarExhausted, Error}, atCancelReceipt: {CancelReceipt, Warning},
	atExcess: {Excess, Info}, atExpedite: {Expedite, Error}, atExpiringStock: {ExpiringStock, Warning}, atFenced: {Fenced, Warning},
	atFollowUp: {FollowUp, Info}, atHorizonExhausted: {HorizonExhausted, Info}, atLateDemand: {LateDemand, Error}, atLotSurplus: {LotSurplus, Info},
	atPastDueDemand: {PastDueDemand, Error}, atPastDueReceipt: {PastDueReceipt, Error}, atPastStart: {PastStart, Warning}, atReleaseNow: {ReleaseNow, Info},
	atRescheduleIn: {RescheduleIn, Warning}, atRescheduleOut: {RescheduleOut, Info}, atReservationUnused: {ReservationUnused, Info},
	atShortDemand: {ShortDemand, Error}, atShortage: {Shortage, Error}, atSourceMissing: {SourceMissing, Error}, atSubstituteUsed: {SubstituteUsed, Info},
}

// Codes are all message codes, in alphabetical order.
func Codes() []Code {
	list := make([]Code, 0, numCodes)
	for i := range codes {
		list = append(list, codes[i].code)
	}
	return list
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

// AllMessages yields all messages by code, item, site, order, demand and date. They are
// collected when they are first asked for, in a few bytes each, and kept as long as the
// sequence; ids and texts are made as they are taken. Collecting follows late supplies
// and pegs the parts whose pegs can give a message: O(k log k) in their requirements.
func (p *Plan) AllMessages() iter.Seq[Message] {
	collect := sync.OnceValue(func() *[numCodes]noticeList { return p.collectNotices() })
	return func(yield func(Message) bool) {
		for code, list := range collect() {
			for _, block := range list.blocks {
				for i := range block {
					if !yield(p.message(codeIndex(code), &block[i])) {
						return
					}
				}
			}
		}
	}
}

// Messages are all messages of AllMessages in one slice.
func (p *Plan) Messages() []Message { return slices.Collect(p.AllMessages()) }
