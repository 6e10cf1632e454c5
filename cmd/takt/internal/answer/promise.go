package answer

import (
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// Promise answers an inquiry: when it can be there, or how much of it.
type Promise struct {
	Item      string     `json:"item"`
	Site      string     `json:"site"`
	Quantity  Number     `json:"qty" doc:"In the item's base unit."`
	Due       string     `json:"due,omitempty" doc:"When it is wanted; left out: as soon as it can be."`
	Mode      string     `json:"mode"`
	Promised  string     `json:"promised,omitempty" doc:"When all of it is there; left out: no date was found."`
	LateDays  Number     `json:"late_days" doc:"Days after the date that was asked for."`
	AsAsked   bool       `json:"as_asked" doc:"All of it is there by the date that was asked for."`
	Available Number     `json:"available" doc:"What of it is available to promise by the date, without capacity."`
	Largest   Number     `json:"largest_by_due" doc:"The largest quantity by the date that was asked for."`
	Step      Number     `json:"largest_step,omitempty" doc:"How finely the largest quantity was searched for; null: it was not."`
	Delivered []Part     `json:"deliveries" nullable:"false"`
	Supply    []Supply   `json:"supply" nullable:"false" doc:"Where the goods come from."`
	Causes    []Cause    `json:"causes" nullable:"false" doc:"What keeps it from the date that was asked for, back to the root."`
	Slips     []Shift    `json:"slips" nullable:"false" doc:"Orders that ship later for it."`
	Barred    []Shift    `json:"barred" nullable:"false" doc:"Orders that would ship later if it were promised for the date that was asked for."`
	Release   *Release   `json:"release,omitempty" doc:"The first thing that has to start for it."`
	Designs   []Design   `json:"designs,omitempty" doc:"Design and approval that the date includes."`
	Stability *Stability `json:"stability,omitempty"`
}

// Part is a delivery with its quantity as a number.
type Part struct {
	Date     string `json:"date"`
	Quantity Number `json:"qty"`
}

// Supply is what a promise rests on: stock, an open order, a planned order.
type Supply struct {
	Kind      string `json:"supply_kind"`
	ID        string `json:"supply"`
	Quantity  Number `json:"qty"`
	Available string `json:"available"`
}

// Release is a planned order that has to start.
type Release struct {
	Order    string `json:"order"`
	Kind     string `json:"kind"`
	Item     string `json:"item"`
	Site     string `json:"site"`
	From     string `json:"from,omitempty"`
	Quantity Number `json:"qty"`
	Start    string `json:"start"`
}

// Design is the design and approval of a special item.
type Design struct {
	Item string `json:"item"`
	Days int    `json:"working_days"`
}

// PromiseOf is an offer as a document. largest is what can be there by the date that was asked for, nil if nobody looked.
func PromiseOf(inquiry *plan.Inquiry, o *plan.Offer, largest *plan.Largest, zone *time.Location) *Promise {
	out := &Promise{Item: inquiry.Item, Site: inquiry.Site, Quantity: Quantity(o.Demand.Quantity), Due: when(inquiry.Due, zone), Mode: inquiry.Mode.String(),
		Promised: when(o.Promised, zone), LateDays: Days(o.Late), AsAsked: o.OK(), Available: Quantity(o.Available), Largest: "0",
		Delivered: PartsOf(o.Deliveries, zone), Supply: []Supply{}, Causes: []Cause{}, Slips: ShiftsOf(o.Slips, zone), Barred: ShiftsOf(o.Barred, zone)}
	if largest != nil {
		out.Largest = Quantity(largest.Quantity)
		if largest.Step > 0 {
			out.Step = Quantity(largest.Step)
		}
	} else if o.OK() {
		out.Largest = Quantity(o.Demand.Quantity)
	}
	for _, s := range o.Supply {
		out.Supply = append(out.Supply, Supply{string(s.Kind), s.ID, Quantity(s.Quantity), dayText(s.Available)})
	}
	for _, c := range o.Causes {
		out.Causes = append(out.Causes, Cause{string(c.Kind), c.String(), c.Wait})
	}
	if r := o.Release; r != nil {
		out.Release = &Release{r.Order, r.Kind.String(), r.Item, r.Site, r.From, Quantity(r.Quantity), when(r.Start, zone)}
	}
	for _, d := range o.Designs {
		out.Designs = append(out.Designs, Design{d.Item, d.Days})
	}
	if o.Plan != nil {
		s := StabilityOf(&o.Stability)
		out.Stability = &s
	}
	return out
}

// PartsOf are shipments as documents.
func PartsOf(list []plan.Shipment, zone *time.Location) []Part {
	out := make([]Part, len(list))
	for i, s := range list {
		out[i] = Part{when(s.At, zone), Quantity(s.Quantity)}
	}
	return out
}

func dayText(d bom.Day) string {
	if d == bom.NoDay {
		return ""
	}
	return d.String()
}
