package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// promiseCmd says when a customer can have something.
type promiseCmd struct {
	modelArg
	Item       string `required:"" placeholder:"ID" help:"What is asked for: an item, or item@site."`
	Qty        string `placeholder:"N" help:"How much, in the item's unit. Left out, with --due: the largest quantity by that date."`
	Due        string `placeholder:"DATE" help:"When it is wanted. Left out: the earliest date."`
	Site       string `placeholder:"ID" help:"From which site; default: main, or the only one."`
	UOM        string `name:"uom" placeholder:"UNIT" help:"The unit of --qty, from the table uoms."`
	Mode       string `enum:"no_disturbance,asap,jit" default:"no_disturbance" help:"no_disturbance: the earliest date at which no order ships later. asap: the earliest date there is; it says who waits. jit: for the date wanted, as late as that allows; it says when to start."`
	Priority   int    `placeholder:"N" help:"Priority of the order, 1 the most urgent; default 10."`
	Customer   string `placeholder:"NAME" help:"For whom."`
	Peg        string `enum:"dynamic,dedicated" default:"dynamic" help:"dedicated: made to order, with nothing from what is made for others."`
	Like       string `placeholder:"ITEM" help:"For a special item that the model does not have: the standard item that it is made like."`
	DesignDays int    `placeholder:"N" help:"With --like: working days of design and approval before its first order."`
	capableFlags
	Format string `enum:"text,json" default:"text" help:"text: an answer to hand on. json: all tables of the answer."`
}

// Help is the long help of the command.
func (*promiseCmd) Help() string {
	return `Plans the inquiry beside all orders, on the real work centres and with what can be bought by then, and says when it can be there, where it comes from, what has to start for it and what keeps it from being earlier. Nothing is changed.

Examples:

    takt promise factory --item BIKE --qty 20 --due 2026-12-04
    takt promise factory --item BIKE --qty 20
    takt promise factory --item BIKE --due 2026-12-04
    takt promise factory --item BIKE --qty 20 --due 2026-12-04 --mode jit
    takt promise factory --item BIKE-RED --like BIKE --design-days 5 --qty 2`
}

// capableFlags are the finite flags of commands that plan on real work centres unless told otherwise.
type capableFlags struct {
	finiteFlags
	Material bool `help:"By stock and lead times alone, without capacity: available to promise."`
}

func (f *capableFlags) options() (*plan.FiniteOptions, error) {
	if f.Finite && f.Material {
		return nil, errors.New("--finite and --material contradict each other: leave one out")
	}
	f.Finite = !f.Material
	return f.finiteFlags.options()
}

// Run plans the model and asks.
func (c *promiseCmd) Run(a *app) error {
	finite, err := c.options()
	if err != nil {
		return err
	}
	model, _, err := a.load(c.modelArg)
	if err != nil {
		return err
	}
	inquiry, err := c.inquiry(model)
	if err != nil {
		return err
	}
	p, err := a.plan(c.modelArg, model, 0, finite)
	if err != nil {
		return err
	}
	a.stats.begin("promise")
	defer a.stats.begin("")
	r := promiseReport{a: a, plan: p, inquiry: inquiry}
	if err := r.ask(); err != nil {
		return flagged(err)
	}
	if c.Format == formatJSON {
		return a.printTables(c.Format, r.tables()...)
	}
	r.write()
	return nil
}

// inquiry is what the flags ask for.
func (c *promiseCmd) inquiry(model *plan.Model) (plan.Inquiry, error) {
	q := plan.Inquiry{Mode: plan.Mode(slices.Index(plan.Modes[:], c.Mode)), Like: c.Like, DesignDays: c.DesignDays}
	q.Item, q.Site, q.UOM, q.Priority, q.Customer = c.Item, c.Site, c.UOM, c.Priority, c.Customer
	if c.Item == "" {
		return q, errors.New("--item is empty: name what is asked for")
	}
	q.Peg = mrp.Peg(slices.Index(mrp.Pegs[:], c.Peg))
	if c.Like == "" {
		part, err := findPart(model.Catalog, c.Item, c.Site)
		if err != nil {
			return q, fmt.Errorf("--item: %w", err)
		}
		q.Item, q.Site = model.Catalog.ItemID(part), model.Catalog.SiteID(part)
	} else if c.Site == "" {
		part, err := findPart(model.Catalog, c.Like, "")
		if err != nil {
			return q, fmt.Errorf("--like: %w", err)
		}
		q.Like, q.Site = model.Catalog.ItemID(part), model.Catalog.SiteID(part)
	}
	if c.Priority < 0 {
		return q, errors.New("--priority: a number from 1 on")
	}
	if c.DesignDays != 0 && c.Like == "" {
		return q, errors.New("--design-days is for a special item: name the standard one with --like")
	}
	var err error
	if c.Qty != "" {
		if q.Quantity, err = bom.ParseQuantity(c.Qty); err != nil {
			return q, fmt.Errorf("--qty %s: %w", c.Qty, err)
		}
		if q.Quantity <= 0 {
			return q, fmt.Errorf("--qty %s: expected more than 0", c.Qty)
		}
	}
	if q.Due, err = dateFlag("--due", c.Due, model.Zone()); err != nil {
		return q, err
	}
	if c.Qty == "" && c.Due == "" {
		return q, errors.New("--qty and --due are both missing: give a quantity for the earliest date, a date for the largest quantity, or both")
	}
	return q, nil
}

// dateFlag is the date of a flag; not given if that is empty.
func dateFlag(flag, text string, zone *time.Location) (bom.When, error) {
	if text == "" {
		return bom.When{}, nil
	}
	w, err := bom.ParseWhen(text, zone)
	if err != nil {
		return w, fmt.Errorf("%s: %w", flag, err)
	}
	return w, nil
}

// flagged names the flag that an inquiry's error is about.
func flagged(err error) error {
	bad, ok := errors.AsType[*plan.InquiryError](err)
	if !ok {
		return err
	}
	flag := *bad
	flag.Field = "--" + flag.Field
	if flag.Field == "--design_days" {
		flag.Field = "--design-days"
	}
	return &flag
}
