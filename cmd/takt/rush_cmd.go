package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// rushCmd answers a rush order with options.
type rushCmd struct {
	modelArg
	Item       string   `required:"" placeholder:"ID" help:"What is wanted: an item, or item@site."`
	Qty        string   `required:"" placeholder:"N" help:"How much, in the item's base unit."`
	Due        string   `required:"" placeholder:"DATE" help:"When: a day, or a time such as 2026-03-13T12:00:00+01:00."`
	Site       string   `placeholder:"ID" help:"Where; default: main, or the only site of the item."`
	ID         string   `name:"id" default:"RUSH" help:"The order's id."`
	Priority   int      `default:"1" help:"1 is the most urgent."`
	Customer   string   `help:"Who wants it."`
	Class      string   `enum:",A,B,C" default:"" placeholder:"A" help:"A, B or C."`
	Weight     string   `placeholder:"N" help:"What lateness of it counts, against 1 of others. Default: 1."`
	Policy     string   `enum:"partial,complete" default:"partial" help:"partial: deliveries as they come. complete: one delivery."`
	Levers     []string `placeholder:"NAME,…" help:"Try these levers only: ${rush_levers}. Default: all."`
	Strategy   string   `enum:"${rush_strategies}" default:"displace" help:"How others give way: ${rush_strategies}. With gap_fit nobody does."`
	Until      string   `placeholder:"DATE" help:"With --strategy match_up: the date from which the old schedule holds. Default: 14 days from the start."`
	Line       string   `placeholder:"ID" help:"With --strategy dedicated_line: the work centre that is kept for it."`
	Approval   []string `enum:"money,others" placeholder:"WHAT,…" help:"Options that cost money, or make others later, need somebody's consent."`
	ApprovedBy string   `placeholder:"NAME" help:"Who consents; with --commit of an option that needs it."`
	Commit     int      `placeholder:"N" help:"Write the tables with option N in them; with --out."`
	Out        string   `placeholder:"DIR" help:"Where --commit writes: a folder, a .json document or an .xlsx workbook."`
	capableFlags
	optimiseFlags
	Format string `enum:"text,json" default:"text" help:"text: options to decide from. json: the same as one document."`
}

// Help is the long help of the command.
func (*rushCmd) Help() string {
	return `Says how an urgent order can be served: by when, by which levers, at what cost, and who pays for it. Work centres are scheduled unless --material is given. Every option is a whole plan; nothing is written without --commit.

Examples:

    takt rush factory --item FRIDGE-300 --qty 20 --due 2026-03-13 --customer Mediahaus
    takt rush factory --item FRIDGE-300 --qty 20 --due 2026-03-13 --levers overtime,expedite
    takt rush factory --item FRIDGE-300 --qty 20 --due 2026-03-13 --optimise 2s
    takt rush factory --item FRIDGE-300 --qty 20 --due 2026-03-13 --commit 1 --out factory-2`
}

// Run plans the model, tries the levers and prints the options, or writes one.
func (c *rushCmd) Run(a *app) error {
	finite, err := c.options()
	if err == nil {
		err = c.check()
	}
	if err != nil {
		return err
	}
	search, err := c.search()
	if err != nil {
		return err
	}
	model, _, err := a.load(c.modelArg)
	if err != nil {
		return err
	}
	demand, err := c.demand(model)
	if err != nil {
		return err
	}
	opts, err := c.rushOptions(model)
	if err != nil {
		return err
	}
	if opts.Optimise = search; search != nil {
		a.watch(search)
	}
	base, err := a.plan(c.modelArg, model, 0, finite)
	if err != nil {
		return err
	}
	a.stats.begin("rush")
	defer a.stats.begin("")
	r, err := base.Rush(a.ctx, demand, opts)
	if bad, ok := errors.AsType[*plan.ChangeError](err); ok { // the order itself cannot be
		return fmt.Errorf("rush order %s: %w", demand.ID, bad.Err)
	}
	if err != nil {
		return err
	}
	if c.Commit > 0 {
		return c.commit(a, r)
	}
	if err := r.Measure(a.ctx); err != nil {
		return err
	}
	if c.Format == formatJSON {
		return a.printJSON(answer.RushOf(base, r))
	}
	c.print(a.stdout, base, r)
	return nil
}

// check looks at the flags alone.
func (c *rushCmd) check() error {
	switch {
	case c.Item == "":
		return errors.New("--item is empty: name what is wanted")
	case c.Priority < 1:
		return fmt.Errorf("--priority %d: a number from 1, the most urgent", c.Priority)
	case c.Material && (c.Strategy != plan.Displace.String() || c.Until != "" || c.Line != ""):
		return errors.New("--strategy, --until and --line steer a schedule: leave out --material")
	case c.Until != "" && c.Strategy != plan.MatchUp.String():
		return errors.New("--until is the date of --strategy match_up: add that")
	case (c.Line != "") != (c.Strategy == plan.DedicatedLine.String()):
		return errors.New("--strategy dedicated_line and --line go together: name the work centre that is kept for the order")
	case c.Material && (c.Optimise != nil || c.Iterations != nil):
		return errors.New("--optimise and --iterations improve a schedule: leave out --material")
	case c.Commit < 0:
		return fmt.Errorf("--commit %d: the number of an option, from 1", c.Commit)
	case c.Commit > 0 && c.Out == "":
		return fmt.Errorf("--commit %d: say where to write it with --out DIR", c.Commit)
	case c.Commit == 0 && c.Out != "":
		return fmt.Errorf("--out %s: say which option to write with --commit N", c.Out)
	case c.Commit > 0 && samePlace(c.Out, c.Dir):
		return fmt.Errorf("--out %s is the model itself: name another place, and compare them first", c.Out)
	}
	return nil
}

// demand is the order as a row of demands.
func (c *rushCmd) demand(model *plan.Model) (mrp.Demand, error) {
	part, err := findPart(model.Catalog, c.Item, c.Site)
	if err != nil {
		return mrp.Demand{}, fmt.Errorf("--item: %w", err)
	}
	quantity, err := bom.ParseQuantity(c.Qty)
	if err != nil {
		return mrp.Demand{}, fmt.Errorf("--qty: %w", err)
	}
	due, err := bom.ParseWhen(c.Due, model.Zone())
	if err != nil {
		return mrp.Demand{}, fmt.Errorf("--due: %w", err)
	}
	policy := mrp.Policy(slices.Index(mrp.Policies[:], c.Policy))
	var weight bom.Optional[bom.Number]
	if c.Weight != "" {
		n, err := bom.ParseNumber(c.Weight)
		if err != nil {
			return mrp.Demand{}, fmt.Errorf("--weight: %w", err)
		}
		if n < 0 {
			return mrp.Demand{}, fmt.Errorf("--weight %v: 0 or more", n)
		}
		weight = bom.Some(n)
	}
	return mrp.Demand{Weight: weight, ID: c.ID, Item: model.Catalog.ItemID(part), Site: model.Catalog.SiteID(part), Quantity: quantity, Due: due, Priority: c.Priority, Customer: c.Customer, Class: c.Class, Policy: policy}, nil
}

func (c *rushCmd) rushOptions(model *plan.Model) (plan.RushOptions, error) {
	until, err := untilFlag(c.Until, model)
	if err == nil {
		err = checkLine(c.Line, model)
	}
	if err != nil {
		return plan.RushOptions{}, err
	}
	o := plan.RushOptions{Repair: plan.Repair{Strategy: plan.Strategy(slices.Index(plan.Strategies[:], c.Strategy)), WorkCentre: c.Line, Until: until},
		Approve: plan.Approval{Money: slices.Contains(c.Approval, "money"), MoneyOver: decimal.Zero, Others: slices.Contains(c.Approval, "others")}}
	for _, name := range c.Levers {
		o.Levers = append(o.Levers, plan.LeverKind(name))
	}
	return o, nil
}

// commit writes the tables of an option.
func (c *rushCmd) commit(a *app, r *plan.Rush) error {
	if c.Commit > len(r.Options) {
		return fmt.Errorf("--commit %d: the last option is %d; run it without --commit to see them", c.Commit, len(r.Options))
	}
	o := &r.Options[c.Commit-1]
	if len(o.Approval) > 0 && c.ApprovedBy == "" {
		return fmt.Errorf("--commit %d needs consent, as %s: name who gives it with --approved-by NAME", c.Commit, strings.Join(o.Approval, " and "))
	}
	m, published, err := o.Publish(a.ctx)
	if err != nil {
		return err
	}
	where, err := a.save(c.Out, "", "model", tables.Of(m)...)
	if err != nil {
		return err
	}
	if c.Format == formatJSON {
		return a.printJSON(map[string]any{"written": where, "option": c.Commit, "promise": o.Promise.Text(m.Zone()), "on_time": o.OnTime, "approved_by": c.ApprovedBy})
	}
	fmt.Fprintf(a.stdout, "wrote %s: option %d, %s\n", where, c.Commit, rushHeadline(o, m.Zone()))
	if pinned := rushPins(m); pinned > 0 {
		fmt.Fprintf(a.stdout, "%s of the schedule are pinned, so that planning again keeps it\n", count(pinned, "operation"))
	}
	if c.ApprovedBy != "" && len(o.Approval) > 0 {
		fmt.Fprintf(a.stdout, "approved by %s\n", c.ApprovedBy)
	}
	finite := " --finite"
	if !published.Scheduled() {
		finite = ""
	}
	fmt.Fprintf(a.stdout, "takt plan %s%s makes this plan again\n", where, finite)
	return nil
}

func rushPins(m *plan.Model) int {
	n := 0
	for row := range m.Scheduled() {
		if row.Pinned {
			n++
		}
	}
	return n
}

// rushLevers are the names of the levers, for help.
func rushLevers() string {
	names := make([]string, len(plan.LeverKinds))
	for i, k := range plan.LeverKinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}

// rushStrategies are the ways in which others may give way, for the flag.
func rushStrategies() string { return strings.Join(plan.Strategies[:], ",") }
