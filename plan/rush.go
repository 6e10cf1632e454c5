package plan

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// RushOptions steer Rush; the zero value is good.
type RushOptions struct {
	// Levers are those that may be pulled; none is all of them.
	Levers []LeverKind
	// Repair is how others give way in the options with LeverDisplace; its Urgent is set by Rush. With GapFit nobody
	// does. In the other options nobody moves.
	Repair Repair
	// Rounds bounds how many levers are put on top of each other; 0 is 6.
	Rounds int
	// Forks bounds how many plans are tried; 0 is 48.
	Forks int
	// Most bounds the options that are given; 0 is 6.
	Most int
	// Optimise improves the best three options that leave something to be wished for by search; they share its time and
	// tries. The options as they were stay a choice where they are in something better. nil: none.
	Optimise *Search
	// Approve says which options somebody else has to agree to; nothing by default.
	Approve Approval
}

// Approval is a policy: which options need somebody's consent before they are committed.
type Approval struct {
	Money     bool            // that cost more than MoneyOver
	MoneyOver decimal.Decimal // in money of the model
	Others    bool            // that make other demands later
}

// Rush is the answer to a rush order.
type Rush struct {
	Demand  mrp.Demand
	Options []Option // the best first; at least one
	// Tried are the attempts that are no options, in the order in which they were made, and why.
	Tried []Attempt
	// Untried are levers that nothing could be done with, and why.
	Untried []Untried

	search *search
}

// Attempt is a way to serve the rush order that is not worth showing.
type Attempt struct {
	Levers  []Lever
	Promise bom.When // not given: none, or the attempt failed
	Why     string
}

// Untried is a lever that could not be pulled.
type Untried struct {
	Kind LeverKind
	Why  string
}

// RushError is a rush order that makes no sense: nothing was tried.
type RushError struct {
	Demand string
	Field  string // item, qty, due, demand, levers …
	Value  string
	Reason string // what is wrong, and what to do
}

func (e *RushError) Error() string {
	return fmt.Sprintf("rush order %s: %s %q %s", e.Demand, e.Field, e.Value, e.Reason)
}

// Rush says by which levers a new order can be served, by when, at what cost and at whose expense. Every option
// is a whole plan, made of this one by ApplyWith of its changes; this plan stays as it is. Only levers that act on
// what holds the order up are tried. The answer depends on the plan and the arguments alone. Errors are *RushError,
// *SearchError, those of Apply for the order itself, and the context's.
func (p *Plan) Rush(ctx context.Context, demand mrp.Demand, opts RushOptions) (*Rush, error) {
	demand, err := p.rushDemand(demand)
	if err != nil {
		return nil, err
	}
	if opts.Optimise != nil {
		if err := opts.Optimise.check(); err != nil {
			return nil, err
		}
	}
	s, err := newSearch(p, demand, opts)
	if err != nil {
		return nil, err
	}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	return s.answer(ctx)
}

// rushDemand checks a rush order and fills in what may be left out.
func (p *Plan) rushDemand(d mrp.Demand) (mrp.Demand, error) {
	if d.ID == "" {
		d.ID = "RUSH"
	}
	d.Site = siteOr(d.Site)
	bad := func(field, value, format string, args ...any) (mrp.Demand, error) {
		return d, &RushError{Demand: d.ID, Field: field, Value: value, Reason: fmt.Sprintf(format, args...)}
	}
	if _, ok := p.model.Book.Demand(d.ID); ok {
		return bad("demand", d.ID, "is there already: give it another id, or change that demand")
	}
	c := p.model.Catalog
	part, ok := c.Part(d.Item, d.Site)
	if !ok {
		return bad("item", d.Item, "is not made or held at site %s%s", d.Site, meant(p.closestPart(d.Item, d.Site), ": name one of the table items"))
	}
	if d.UOM != "" {
		q, err := c.Convert(part, d.Quantity, d.UOM)
		if err != nil {
			return bad("uom", d.UOM, "does not convert the quantity %v exactly: %v", d.Quantity, err)
		}
		if d.MinDelivery, err = c.Convert(part, d.MinDelivery, d.UOM); err != nil {
			return bad("uom", d.UOM, "does not convert the smallest delivery exactly: %v", err)
		}
		d.Quantity, d.UOM = q, ""
	}
	decimals := int(c.Parts[part].Decimals)
	start := p.model.Book.Settings.Start
	switch rounded, fits := d.Quantity.Ceil(decimals); {
	case d.Quantity <= 0:
		return bad("qty", d.Quantity.String(), "must be more than 0")
	case !fits || rounded != d.Quantity:
		return bad("qty", d.Quantity.String(), "is finer than the %d decimals of %s: round it", decimals, d.Item)
	case d.Due.IsZero():
		return bad("due", "", "is missing: say when the goods are wanted")
	case d.Due.Day < start.Day || d.Due.Exact && d.Due.Unix < start.Instant(p.model.Zone()):
		return bad("due", d.Due.Text(p.model.Zone()), "lies before the planning start %s: name a later date", start.Text(p.model.Zone()))
	case d.Kind != mrp.CustomerOrder:
		return bad("kind", mrp.DemandKinds[d.Kind], "cannot be rushed: only orders can")
	case d.Status != mrp.Open:
		return bad("status", mrp.DemandStatuses[d.Status], "is not planned: a rush order is open")
	}
	if horizon := p.model.Book.Settings.HorizonDays; horizon > 0 && int(d.Due.Day-start.Day) >= horizon {
		return bad("due", d.Due.Text(p.model.Zone()), "lies beyond the %d days of horizon_days: raise horizon_days", horizon)
	}
	return d, nil
}

// closestPart is the part whose name is nearest to one that is not there.
func (p *Plan) closestPart(item, site string) string {
	c := p.model.Catalog
	var here []string
	for i := range c.Parts {
		id := bom.PartID(i)
		switch {
		case c.ItemID(id) == item:
			return fmt.Sprintf("%s at site %s", item, c.SiteID(id))
		case c.SiteID(id) == site:
			here = append(here, c.ItemID(id))
		}
	}
	if len(here) == 0 {
		return "another site, as nothing is there"
	}
	slices.Sort(here)
	return bom.Closest(item, here)
}

// leverSet are the levers that may be pulled.
func leverSet(demand string, kinds []LeverKind) (map[LeverKind]bool, error) {
	set := map[LeverKind]bool{}
	if len(kinds) == 0 {
		kinds = LeverKinds[:]
	}
	for _, k := range kinds {
		if !slices.Contains(LeverKinds[:], k) {
			names := make([]string, len(LeverKinds))
			for i, k := range LeverKinds {
				names[i] = string(k)
			}
			return nil, &RushError{Demand: demand, Field: "levers", Value: string(k),
				Reason: fmt.Sprintf("is no lever%s The levers are %s", meant(bom.Closest(string(k), names), "."), strings.Join(names, ", "))}
		}
		set[k] = true
	}
	return set, nil
}

// meant asks for what was probably meant, or says something else if nothing is near.
func meant(closest, otherwise string) string {
	if closest == "" {
		return otherwise
	}
	return fmt.Sprintf(": did you mean %s?", closest)
}
