package answer

import (
	"time"

	"github.com/taktplan/takt/plan"
)

// Verdict is what order review says of one order.
type Verdict struct {
	Demand    string   `json:"demand"`
	Customer  string   `json:"customer,omitempty"`
	Item      string   `json:"item"`
	Site      string   `json:"site"`
	Quantity  Number   `json:"qty"`
	Due       string   `json:"due"`
	Decision  string   `json:"decision" enum:"accept,counter_offer,refuse"`
	Promised  string   `json:"promised,omitempty" doc:"The date of an accepted order, or of the counter-offer."`
	LateDays  Number   `json:"late_days"`
	InTime    Number   `json:"qty_in_time" doc:"What can be there by the date that was asked for."`
	Held      bool     `json:"held" doc:"The counter-offer is kept as a quote."`
	Split     []Part   `json:"split,omitempty" doc:"Shipments for the whole quantity of which the first is in time."`
	Levers    []Offer  `json:"levers,omitempty" doc:"What would serve it at a price."`
	Reasons   []Reason `json:"reasons" nullable:"false"`
	FirstStep *Release `json:"release,omitempty" doc:"The first thing that has to start for it."`
}

// Offer is a way to serve an order that costs money or makes others wait.
type Offer struct {
	Levers   []string `json:"levers" nullable:"false"`
	Promised string   `json:"promised"`
	LateDays Number   `json:"late_days"`
	Cost     Number   `json:"cost"`
	Slips    []Shift  `json:"slips" nullable:"false"`
}

// Reason is why an order is not accepted as asked, or what its date includes.
type Reason struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// VerdictsOf are verdicts as documents.
func VerdictsOf(list []plan.Verdict, zone *time.Location) []Verdict {
	out := make([]Verdict, len(list))
	for i := range list {
		out[i] = verdictOf(&list[i], zone)
	}
	return out
}

func verdictOf(v *plan.Verdict, zone *time.Location) Verdict {
	o := &v.Order
	out := Verdict{Demand: o.ID, Customer: o.Customer, Item: o.Item, Site: o.Site, Quantity: Quantity(o.Quantity), Due: when(o.Due, zone), Decision: v.Decision.String(),
		Promised: when(v.Date, zone), LateDays: Days(v.Offer.Late), InTime: Quantity(v.Quantity), Held: v.Held, Reasons: []Reason{}}
	if v.Decision == plan.Accept {
		out.Promised = when(v.Offer.Promised, zone)
	}
	if len(v.Split) > 0 {
		out.Split = PartsOf(v.Split, zone)
	}
	for i := range v.Levers {
		l := &v.Levers[i]
		out.Levers = append(out.Levers, Offer{l.Levers, when(l.Promised, zone), Days(l.Late), Money(l.Cost), ShiftsOf(l.Slips, zone)})
	}
	for i := range v.Reasons {
		out.Reasons = append(out.Reasons, Reason{string(v.Reasons[i].Kind), v.Reasons[i].Text})
	}
	if r := v.Offer.Release; r != nil {
		out.FirstStep = &Release{r.Order, r.Kind.String(), r.Item, r.Site, r.From, Quantity(r.Quantity), when(r.Start, zone)}
	}
	return out
}
