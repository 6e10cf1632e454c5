package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/plan"
)

// mostDiff is how many lines a list of differences has.
const mostDiff = 25

// diffCmd compares the plans of two models, or two plans that were written.
type diffCmd struct {
	Before string `arg:"" help:"The first model (a folder, a .json document or an .xlsx workbook), or a folder that takt plan --out has written."`
	After  string `arg:"" help:"The second one, of the same kind."`
	Start  string `placeholder:"DATE" help:"The day that is today for both plans. Default: start in the settings of each."`
	finiteFlags
	Format string `enum:"text,json,csv" default:"text" help:"text: what a planner wants to know. json: all differences as tables. csv: the demands that differ."`
	Out    string `placeholder:"PATH" help:"Write all differences there as tables: a folder of CSV files, or one .json or .xlsx file. They appear whole or not at all."`
}

// Help is the long help of the command.
func (*diffCmd) Help() string {
	return `Plans both models and tells what differs from the first to the second: which demands ship later or earlier, which orders come, go or change, which operations move, the load of work centres, costs and figures.

Two folders that takt plan --out has written are compared as they are; nothing is planned. Costs are in no table, so they are compared for models only.

Examples:

    takt diff factory factory-with-rush --finite
    takt diff yesterday today --format json
    takt diff factory factory-with-rush --finite --out changes
    takt plan factory --finite --out monday && takt diff friday monday`
}

// Run compares and tells.
func (c *diffCmd) Run(a *app) error {
	if c.Format != formatText && c.Out != "" && c.Format == formatCSV && (isJSON(c.Out) || isExcel(c.Out)) {
		return fmt.Errorf("--out %s does not go with --format csv: name a folder, or leave --format out", c.Out)
	}
	if c.Out != "" && (samePlace(c.Out, c.Before) || samePlace(c.Out, c.After)) {
		return fmt.Errorf("--out %s is one of those that are compared: name another place", c.Out)
	}
	d, zone, err := c.compare(a)
	if err != nil {
		return err
	}
	list := answer.DiffTables(zone, d)
	if c.Out != "" {
		where, err := a.save(c.Out, c.Format, "diff", list...)
		if err != nil {
			return err
		}
		if c.Format != formatText {
			fmt.Fprintf(a.stdout, "wrote %s\n", where)
			return nil
		}
	}
	a.stats.begin(phaseWrite)
	defer a.stats.begin("")
	if c.Format != formatText {
		return a.printTables(c.Format, list...)
	}
	printDiff(a.stdout, d)
	if c.Out != "" {
		fmt.Fprintf(a.stdout, "\nwrote %s\n", c.Out)
	}
	return nil
}

// compare is the difference of two models or of two written plans, and the zone of its times.
func (c *diffCmd) compare(a *app) (*plan.Diff, *time.Location, error) {
	switch written := isPlan(c.Before); {
	case written != isPlan(c.After) && written:
		return nil, nil, &mixedError{c.Before, c.After}
	case written != isPlan(c.After):
		return nil, nil, &mixedError{c.After, c.Before}
	case written:
		return c.compareWritten()
	}
	before, err := c.plan(a, c.Before)
	if err != nil {
		return nil, nil, err
	}
	after, err := c.plan(a, c.After)
	if err != nil {
		return nil, nil, err
	}
	a.stats.begin(phaseWrite)
	defer a.stats.begin("")
	var d plan.Diff
	err = a.interruptible(func() { d = plan.Compare(before, after) })
	return &d, after.Model().Zone(), err
}

// compareWritten compares the tables of two plans.
func (c *diffCmd) compareWritten() (*plan.Diff, *time.Location, error) {
	if c.Finite || c.Start != "" {
		return nil, nil, fmt.Errorf("%s and %s are plans that were written: leave out --finite and --start, which steer planning", c.Before, c.After)
	}
	if _, err := c.options(); err != nil {
		return nil, nil, err
	}
	before, err := readPlan(c.Before)
	if err != nil {
		return nil, nil, err
	}
	after, err := readPlan(c.After)
	if err != nil {
		return nil, nil, err
	}
	d := plan.CompareWritten(before, after)
	return &d, time.UTC, nil
}

func (c *diffCmd) plan(a *app, dir string) (*plan.Plan, error) {
	arg := modelArg{Dir: dir, Start: c.Start}
	model, _, err := a.load(arg)
	if err != nil {
		return nil, err
	}
	finite, err := c.options()
	if err != nil {
		return nil, err
	}
	return a.plan(arg, model, 0, finite)
}

// printDiff prints the demands that change most, then orders, operations and figures.
func printDiff(w io.Writer, d *plan.Diff) {
	if d.Empty() {
		fmt.Fprintln(w, "The plans are the same.")
		return
	}
	list := slices.Clone(d.Demands)
	slices.SortStableFunc(list, func(x, y plan.DemandDiff) int {
		return cmp.Or(cmp.Compare(counted(y.Lost()), counted(x.Lost())), cmp.Compare(counted(x.Gained()), counted(y.Gained())), cmp.Compare(y.Later(), x.Later()))
	})
	heading(w, "DEMANDS", count(len(list), "change"))
	g := grid{indent: 2, columns: []column{{title: "demand", most: 24}, {title: "part", most: 24, give: true}, {title: ""}, {title: "promised before"}, {title: "after"}, {title: "later by", right: true}}}
	for _, x := range list[:min(len(list), mostDiff)] {
		g.add(x.Demand, partName(x.Item, x.Site), string(x.Presence), state(&x.Before, x.Presence != plan.Added), state(&x.After, x.Presence != plan.Removed), laterBy(&x))
	}
	g.write(w)
	rest(w, len(list)-mostDiff)
	heading(w, "ORDERS", count(len(d.Orders), "change"))
	g = grid{indent: 2, columns: []column{{title: "order"}, {title: ""}, {title: "qty before", right: true}, {title: "after", right: true}, {title: "due before"}, {title: "after"}}}
	for _, x := range d.Orders[:min(len(d.Orders), mostDiff)] {
		g.add(x.Order, string(x.Presence), quantityOr(x.Before.Quantity), quantityOr(x.After.Quantity), x.Before.Due.String(), x.After.Due.String())
	}
	g.write(w)
	rest(w, len(d.Orders)-mostDiff)
	if len(d.Operations) > 0 {
		moved, other := 0, 0
		for i := range d.Operations {
			x := &d.Operations[i]
			if x.Presence == plan.Changed {
				moved++
				if x.Before.WorkCentre != x.After.WorkCentre || x.Before.Machine != x.After.Machine {
					other++
				}
			}
		}
		heading(w, "OPERATIONS", fmt.Sprintf("%s: %s moved, %s of them to another machine", count(len(d.Operations), "change"), thousands(int64(moved)), thousands(int64(other))))
	}
	printLoads(w, d.Loads)
	printFigures(w, "COSTS", d.Costs)
	printFigures(w, "FIGURES", d.KPIs)
}

// laterBy is by how much a demand ships later or earlier, in words where it has no date.
func laterBy(x *plan.DemandDiff) string {
	switch s := x.Later(); {
	case x.Lost():
		return "no date now"
	case x.Gained():
		return "has a date now"
	case s < 0:
		return "-" + waited(-s)
	case s > 0:
		return waited(s)
	}
	return ""
}

// printLoads prints the weeks of work centres whose load changes most.
func printLoads(w io.Writer, loads []plan.LoadDiff) {
	if len(loads) == 0 {
		return
	}
	list := slices.Clone(loads)
	slices.SortStableFunc(list, func(x, y plan.LoadDiff) int { return cmp.Compare(y.More().Abs(), x.More().Abs()) })
	heading(w, "LOAD", count(len(list), "week")+" of work centres")
	g := grid{indent: 2, columns: []column{{title: "work centre", most: 24}, {title: "week of"}, {title: "hours before", right: true}, {title: "after", right: true}, {title: "there are", right: true}, {title: "before", right: true}}}
	for _, x := range list[:min(len(list), mostDiff)] {
		before := ""
		if x.Before.Available != x.After.Available {
			before = hours(x.Before.Available)
		}
		g.add(x.WorkCentre, x.First.String(), hours(x.Before.Asked()), hours(x.After.Asked()), hours(x.After.Available), before)
	}
	g.write(w)
	rest(w, len(list)-mostDiff)
}

// printFigures prints figures side by side.
func printFigures(w io.Writer, title string, list []plan.KPIDiff) {
	if len(list) == 0 {
		return
	}
	heading(w, title, "")
	g := grid{indent: 2, columns: []column{{}, {title: "before", right: true}, {title: "after", right: true}, {}}}
	for _, k := range list {
		g.add(k.Name, k.Before.String(), k.After.String(), k.Unit)
	}
	g.write(w)
}

func rest(w io.Writer, n int) {
	if n > 0 {
		fmt.Fprintf(w, "  … and %s more (all with --format json)\n", thousands(int64(n)))
	}
}

func quantityOr(q bom.Quantity) string {
	if q == 0 {
		return ""
	}
	return q.String()
}
