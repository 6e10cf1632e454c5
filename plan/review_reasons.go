package plan

import (
	"fmt"
	"strings"

	"github.com/taktplan/takt/bom"
)

// ReasonKind says what a reason is about.
type ReasonKind string

// The kinds of reasons.
const (
	ReasonLate     ReasonKind = "late"     // it cannot be there in time: Cause says what holds it up
	ReasonDisturbs ReasonKind = "disturbs" // somebody else would ship later: Shift says who
	ReasonDesign   ReasonKind = "design"   // a special item is designed and approved first
	ReasonLatest   ReasonKind = "latest"   // it comes when it is of no use any more
	ReasonDelivery ReasonKind = "delivery" // what is there in time is less than the smallest delivery
	ReasonNever    ReasonKind = "never"    // no date was found
)

// Reason is why an order is not accepted as asked, or what its date includes.
type Reason struct {
	Kind  ReasonKind
	Text  string
	Cause *Cause // of ReasonLate; nil if there is no more to say
	Shift *Shift // of ReasonDisturbs
}

// Reasons are why the offer is not for the date asked for, the most telling first; none if it is.
func (o *Offer) Reasons() []Reason {
	if o.OK() {
		return nil
	}
	var out []Reason
	if root := rootOf(o.Causes); root != nil {
		out = append(out, Reason{Kind: ReasonLate, Text: root.String(), Cause: root})
	}
	for i := range o.Barred {
		s := &o.Barred[i]
		out = append(out, Reason{Kind: ReasonDisturbs, Text: s.text(), Shift: s})
	}
	if o.Promised.IsZero() {
		out = append(out, Reason{Kind: ReasonNever, Text: "no date was found at which all of it can be there" + o.unless()})
	}
	if len(out) == 0 {
		out = append(out, Reason{Kind: ReasonLate, Text: "it cannot be there in time"})
	}
	return out
}

func (o *Offer) unless() string {
	if o.Mode == NoDisturbance {
		return " and nobody else ships later"
	}
	return ""
}

// rootOf is the cause that costs the most time, of equal ones the deepest; nil without causes.
func rootOf(causes []Cause) *Cause {
	p := Promise{Causes: causes}
	if root, ok := p.Root(); ok {
		return &root
	}
	return nil
}

// text is who would ship later, by how much and why.
func (s *Shift) text() string {
	who := s.Demand
	if s.Customer != "" {
		who += " for " + s.Customer
	}
	text := who + " could not be served any more"
	if !s.After.IsZero() {
		text = fmt.Sprintf("%s would ship %s later, on %v", who, length(s.Slip()), s.After.Day)
	}
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	return text
}

// designed notes the design of special items that an order waits for.
func (v *Verdict) designed() {
	for _, d := range v.Offer.Designs {
		v.Reasons = append(v.Reasons, Reason{Kind: ReasonDesign, Text: d.String()})
	}
}

func (d DesignStep) String() string {
	return fmt.Sprintf("the date includes %s of design and approval of %s", designDays(d.Days), d.Item)
}

func designDays(n int) string {
	if n == 1 {
		return "1 working day"
	}
	return fmt.Sprintf("%d working days", n)
}

// String says what has to start, and when.
func (r *FirstRelease) String() string {
	part := r.Item
	if r.Site != bom.DefaultSite {
		part += "@" + r.Site
	}
	verb := map[bom.Kind]string{bom.Make: "making", bom.Buy: "ordering", bom.Transfer: "sending", bom.Subcontract: "subcontracting"}[r.Kind]
	return strings.TrimSpace(fmt.Sprintf("%s %v %s%s by %v", verb, r.Quantity, part, from(r.From), r.Start.Day))
}
