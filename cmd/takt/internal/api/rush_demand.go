package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// Exact is an exact number as clients may send it: a JSON number, or a text of one.
type Exact string

// UnmarshalJSON keeps the digits as they are.
func (n *Exact) UnmarshalJSON(text []byte) error {
	if bytes.Equal(text, []byte("null")) {
		return nil
	}
	if text[0] != '"' {
		*n = Exact(text)
		return nil
	}
	return json.Unmarshal(text, (*string)(n))
}

// Schema says that both are taken.
func (Exact) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "An exact decimal, as a number or a text.", OneOf: []*huma.Schema{{Type: huma.TypeNumber}, {Type: huma.TypeString}}, Examples: []any{60}}
}

// Wanted is an order or an inquiry: columns of the table demands, which say what they mean.
type Wanted struct {
	Demand         string `json:"demand,omitempty" doc:"The id of the order." example:"R-1"`
	Item           string `json:"item" minLength:"1" doc:"What is wanted." example:"FRIDGE-420"`
	Site           string `json:"site,omitempty" doc:"From which site; left out: main, or the only one of the item."`
	Quantity       Exact  `json:"qty,omitempty" doc:"How much, in the item's base unit or in uom." example:"60"`
	UOM            string `json:"uom,omitempty" doc:"The unit of the quantity, from the table uoms."`
	Due            string `json:"due,omitempty" doc:"When it is wanted: a day, or a time such as 2026-03-13T12:00:00+01:00." example:"2026-04-10"`
	Order          string `json:"order,omitempty"`
	Priority       Exact  `json:"priority,omitempty" doc:"1 is the most urgent; left out: 1 for a rush order, else 10."`
	Weight         Exact  `json:"weight,omitempty" doc:"What lateness of it counts, against 1 of others."`
	PenaltyPerDay  Exact  `json:"penalty_per_day,omitempty"`
	Customer       string `json:"customer,omitempty" example:"Mediahaus"`
	Class          string `json:"class,omitempty" enum:"A,B,C"`
	Policy         string `json:"policy,omitempty" doc:"partial: deliveries as they come; complete: one delivery; order_complete: together with the other lines of its order."`
	MinDelivery    Exact  `json:"min_delivery,omitempty"`
	Latest         string `json:"latest,omitempty" doc:"After this date it is of no use any more."`
	OverTolerance  Exact  `json:"over_tolerance,omitempty"`
	UnderTolerance Exact  `json:"under_tolerance,omitempty"`
	PackDays       Exact  `json:"pack_days,omitempty"`
	ShipDays       Exact  `json:"ship_days,omitempty"`
	Peg            string `json:"peg,omitempty" doc:"dedicated: made to order, with nothing of what is made for others."`
}

// standIns are what the required columns hold while a row is read that leaves them out.
const (
	standInID  = "-"
	standInDue = "9999-01-01"
)

// row reads the order as a row of demands. What is required beyond the item is the caller's business; where names the order in errors.
func (w Wanted) row(m *plan.Model, where string) (mrp.Demand, error) {
	whole := w
	if whole.Demand == "" {
		whole.Demand = standInID
	}
	if whole.Due == "" {
		whole.Due = standInDue
	}
	if whole.Quantity == "" {
		whole.Quantity = "0"
	}
	text, err := json.Marshal(struct {
		Change string `json:"change"`
		Wanted
	}{"add_demand", whole})
	if err != nil {
		return mrp.Demand{}, err
	}
	list, err := tables.ReadChanges(bytes.NewReader(bytes.Join([][]byte{[]byte("["), text, []byte("]")}, nil)), tables.JSON, m.Zone())
	if err != nil {
		return mrp.Demand{}, relocated(err, func(int) string { return where })
	}
	d := list[0].Changes[0].(plan.AddDemand).Demand
	if w.Demand == "" {
		d.ID = ""
	}
	if w.Due == "" {
		d.Due = bom.When{}
	}
	if d.Quantity < 0 || w.Quantity != "" && d.Quantity == 0 {
		return d, badValue(where, "qty", string(w.Quantity), "more than 0")
	}
	if w.Site == "" {
		d.Site = onlySite(m.Catalog, d.Item)
	}
	return d, nil
}

// onlySite is the default site, or that of an item which is at another one alone.
func onlySite(c *bom.Catalog, item string) string {
	if _, ok := c.Part(item, bom.DefaultSite); ok {
		return bom.DefaultSite
	}
	if from, to := c.ItemParts(item); to-from == 1 {
		return c.SiteID(from)
	}
	return bom.DefaultSite
}

// badValue is a value that a request cannot have.
func badValue(where, field, value, expected string) *Problem {
	place := where + "." + field
	return NewProblem("invalid-value", fmt.Sprintf("%s: %q: expected %s", place, short(value), expected)).With(func(p *Problem) {
		p.Field, p.Value, p.Expected = field, short(value), expected
		p.Errors = []Fault{{Location: place, Column: field, Value: short(value), Expected: expected, Detail: p.Detail}}
	})
}

// date reads a date of a request, today or later; not given if it is empty.
func date(m *plan.Model, field, text string) (bom.When, error) {
	if text == "" {
		return bom.When{}, nil
	}
	w, err := bom.ParseWhen(text, m.Zone())
	switch {
	case err != nil:
		return w, badValue("body", field, text, "a day such as 2026-11-30, or a time such as 2026-11-30T06:00:00+01:00")
	case w.Day < m.Book.Start:
		return w, badValue("body", field, text, fmt.Sprintf("%v, the start of the plan, or later", m.Book.Start))
	}
	return w, nil
}

// span reads a length of time of a request, above 0 and up to a most.
func span(field, text string, most time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > most {
		return 0, badValue("body", field, text, fmt.Sprintf("a length of time such as 2s, up to %v", most))
	}
	return d, nil
}
