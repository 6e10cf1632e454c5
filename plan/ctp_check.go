package plan

import (
	"fmt"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// InquiryError is an inquiry or an order that cannot be meant. Nothing was planned.
type InquiryError struct {
	Field    string // the column of demands that it is about, or mode
	Value    string
	Expected string
}

func (e *InquiryError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s: missing: expected %s", e.Field, e.Expected)
	}
	return fmt.Sprintf("%s %s: expected %s", e.Field, e.Value, e.Expected)
}

// asking is an inquiry that was checked, with what it takes to put it into forks of the plan.
type asking struct {
	base    *Plan
	row     mrp.Demand // as asked; Latest is taken out, so that the date after it is found too
	latest  bom.When
	mode    Mode
	before  []Change // that come before the demand's own
	known   bool     // the demand is there, as an inquiry
	part    bom.PartID
	decimal int // places of quantities
}

// ask checks an inquiry.
func (p *Plan) ask(inquiry *Inquiry) (*asking, error) {
	if int(inquiry.Mode) >= len(Modes) {
		return nil, &InquiryError{Field: "mode", Value: fmt.Sprint(uint8(inquiry.Mode)), Expected: "one of " + strings.Join(Modes[:], ", ")}
	}
	q := &asking{base: p, row: inquiry.Demand, latest: inquiry.Latest, mode: inquiry.Mode}
	q.row.Site, q.row.Row, q.row.Latest = siteOr(q.row.Site), 0, bom.When{}
	if err := q.resolve(inquiry); err != nil {
		return nil, err
	}
	part := &p.model.Catalog.Parts[q.part]
	q.decimal = int(part.Decimals)
	if q.row.UOM != "" {
		exact, err := p.model.Catalog.Convert(q.part, q.row.Quantity, q.row.UOM)
		if err != nil {
			return nil, &InquiryError{Field: "uom", Value: q.row.UOM, Expected: "a unit of the item: " + err.Error()}
		}
		least, err := p.model.Catalog.Convert(q.part, q.row.MinDelivery, q.row.UOM)
		if err != nil {
			return nil, &InquiryError{Field: "uom", Value: q.row.UOM, Expected: "a unit of the item: " + err.Error()}
		}
		q.row.Quantity, q.row.MinDelivery, q.row.UOM = exact, least, ""
	}
	if err := q.checkRow(); err != nil {
		return nil, err
	}
	return q, q.name()
}

// resolve finds the part, or the standard part of a special item.
func (q *asking) resolve(inquiry *Inquiry) error {
	c := q.base.model.Catalog
	part, ok := c.Part(q.row.Item, q.row.Site)
	switch {
	case q.row.Item == "":
		return &InquiryError{Field: "item", Expected: "an item of the items table"}
	case ok && inquiry.Like != "":
		return &InquiryError{Field: "item", Value: q.row.Item, Expected: "a new item beside the standard item " + inquiry.Like + "; this one is there already: ask for it alone"}
	case ok:
		q.part = part
		return nil
	case inquiry.Like == "":
		return &InquiryError{Field: "item", Value: q.row.Item, Expected: unknownPart(c, q.row.Item, q.row.Site)}
	}
	if part, ok = c.Part(inquiry.Like, q.row.Site); !ok {
		return &InquiryError{Field: "like", Value: inquiry.Like, Expected: unknownPart(c, inquiry.Like, q.row.Site)}
	}
	const most = 10_000
	if inquiry.DesignDays < 0 || inquiry.DesignDays > most {
		return &InquiryError{Field: "design_days", Value: fmt.Sprint(inquiry.DesignDays), Expected: fmt.Sprintf("working days from 0 to %d", most)}
	}
	q.part = part
	q.before = []Change{AddVariant{Item: q.row.Item, Like: inquiry.Like, DesignDays: inquiry.DesignDays}}
	return nil
}

// unknownPart is the advice for an item that is not there, or not at that site.
func unknownPart(c *bom.Catalog, item, site string) string {
	if from, to := c.ItemParts(item); from < to {
		sites := make([]string, 0, to-from)
		for p := from; p < to; p++ {
			sites = append(sites, c.SiteID(p))
		}
		return fmt.Sprintf("an item of site %s; it is at %s", site, strings.Join(sites, ", "))
	}
	const most = 20_000 // parts whose names are compared
	if len(c.Parts) <= most {
		ids := make([]string, len(c.Parts))
		for p := range ids {
			ids[p] = c.ItemID(bom.PartID(p))
		}
		if near := bom.Closest(item, ids); near != "" {
			return "an item of the items table; did you mean " + near + "?"
		}
	}
	return "an item of the items table"
}

// checkRow checks quantity and dates.
func (q *asking) checkRow() error {
	row, book := &q.row, q.base.model.Book
	switch start := book.Start; {
	case row.Quantity < 0:
		return &InquiryError{Field: "qty", Value: row.Quantity.String(), Expected: "more than 0"}
	case row.Quantity%bom.Step(q.decimal) != 0:
		return &InquiryError{Field: "qty", Value: row.Quantity.String(), Expected: fmt.Sprintf("at most %d decimal places, as the item's decimals say", q.decimal)}
	case row.MinDelivery < 0:
		return &InquiryError{Field: "min_delivery", Value: row.MinDelivery.String(), Expected: "0 or more"}
	case !row.Due.IsZero() && row.Due.Day < start:
		return &InquiryError{Field: "due", Value: row.Due.Day.String(), Expected: fmt.Sprintf("%v, the start of the plan, or later", start)}
	case !row.Due.IsZero() && row.Due.Day > q.lastDay():
		return &InquiryError{Field: "due", Value: row.Due.Day.String(), Expected: fmt.Sprintf("%v or before: the plan looks no further (horizon_days)", q.lastDay())}
	case row.Kind == mrp.Forecast:
		return &InquiryError{Field: "kind", Value: "forecast", Expected: "order: a forecast gets no promise"}
	case row.Status == mrp.ClosedDemand:
		return &InquiryError{Field: "status", Value: mrp.DemandStatuses[row.Status], Expected: "open: what is closed gets no promise"}
	}
	return nil
}

// name gives the inquiry an id if it has none. A demand that is there may be asked for while it is an inquiry.
func (q *asking) name() error {
	book := q.base.model.Book
	if q.row.ID == "" {
		q.row.ID = "INQUIRY"
		for n := 2; ; n++ {
			if _, taken := book.Demand(q.row.ID); !taken {
				return nil
			}
			q.row.ID = fmt.Sprintf("INQUIRY-%d", n)
		}
	}
	if i, there := book.Demand(q.row.ID); there {
		if s := book.DemandAt(i).Status; s != mrp.Inquiry {
			return &InquiryError{Field: "demand", Value: q.row.ID, Expected: "a new id, or that of an inquiry: this demand is " + mrp.DemandStatuses[s]}
		}
		q.known = true
	}
	return nil
}

// lastDay is the last day that is looked at: the end of the horizon, three years without one.
func (q *asking) lastDay() bom.Day {
	book := q.base.model.Book
	if days := book.Settings.HorizonDays; days > 0 {
		return book.Start + bom.Day(days-1)
	}
	const years = 3 * 365
	return book.Start + years
}
