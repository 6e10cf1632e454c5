package main

import (
	"errors"
	"fmt"

	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// reviewCmd decides on incoming orders.
type reviewCmd struct {
	modelArg
	Orders string `arg:"" name:"orders" help:"The incoming orders: a CSV file with the columns of demands.csv."`
	capableFlags
	Hold   string `placeholder:"DATE" help:"Keep every counter-offer of a date as a quote through that day, so that the orders after it cannot take it."`
	Levers bool   `default:"true" negatable:"" help:"For orders that are not accepted: what would serve them at a price, as takt rush finds it."`
	Out    string `placeholder:"PATH" help:"Write the model's tables with the accepted orders (and the quotes of --hold) there: a folder of CSV files, or one .json or .xlsx file."`
	Format string `enum:"text,json,csv" default:"text" help:"text: an answer for every order, to hand on. json: all tables. csv: the table verdicts."`
}

// Help is the long help of the command.
func (*reviewCmd) Help() string {
	return `Decides on incoming orders in the sequence of the file: each that is accepted counts for those after it. An order is accepted if all of it can be there by its date and no order that is there already ships later for it. Otherwise there is a counter-offer (the earliest date, the quantity that can be there in time, a split, what would serve it at a price), or a refusal, with the reasons. If a row cannot be meant, all such rows are listed and nothing is reviewed.

Examples:

    takt review factory orders.csv
    takt review factory orders.csv --out factory-2
    takt review factory orders.csv --hold 2026-12-18 --format csv > verdicts.csv`
}

// Run plans the model and reviews the orders.
func (c *reviewCmd) Run(a *app) error {
	finite, err := c.options()
	if err != nil {
		return err
	}
	if c.Out != "" && samePlace(c.Out, c.Dir) {
		return fmt.Errorf("--out %s is the model itself: name another folder", c.Out)
	}
	model, _, err := a.load(c.modelArg)
	if err != nil {
		return err
	}
	hold, err := dateFlag("--hold", c.Hold, model.Zone())
	if err != nil {
		return err
	}
	if !hold.IsZero() && hold.Day < model.Book.Start {
		return fmt.Errorf("--hold %v: expected %v, the start of the plan, or later", hold.Day, model.Book.Start)
	}
	orders, err := a.readOrders(model, c.Orders)
	if err != nil {
		return err
	}
	p, err := a.plan(c.modelArg, model, 0, finite)
	if err != nil {
		return err
	}
	a.stats.begin("review")
	defer a.stats.begin("")
	opts := plan.ReviewOptions{HoldUntil: hold}
	if c.Levers {
		opts.Levers = plan.RushLevers(plan.RushOptions{})
	}
	list, err := p.Review(a.ctx, orders, opts)
	if err != nil {
		return c.located(orders, err)
	}
	r := reviewReport{a: a, plan: p, list: list, hold: hold}
	if c.Out != "" {
		if r.out, err = a.save(c.Out, "", "model", tables.Of(r.after().Model())...); err != nil {
			return err
		}
	}
	if c.Format != formatText {
		return a.printTables(c.Format, r.tables()...)
	}
	r.write()
	return nil
}

// located puts the line of the file to the errors of orders.
func (c *reviewCmd) located(orders []mrp.Demand, err error) error {
	return locateOrders(c.Orders, err, func(err error) error {
		bad, ok := errors.AsType[*plan.OrderError](err)
		if !ok {
			return err
		}
		return orderLine(&orders[bad.Index], bad)
	})
}
