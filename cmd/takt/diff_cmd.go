package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// mostDiff is how many lines a list of differences has.
const mostDiff = 25

// diffCmd compares the plans of two models.
type diffCmd struct {
	Before string `arg:"" help:"The first model: a folder, a .json document or an .xlsx workbook."`
	After  string `arg:"" help:"The second one."`
	Start  string `placeholder:"DATE" help:"The day that is today for both plans. Default: start in the settings of each."`
	finiteFlags
	Format string `enum:"text,json" default:"text" help:"text: what a planner wants to know. json: all differences as tables."`
}

// Help is the long help of the command.
func (*diffCmd) Help() string {
	return `Plans both models and tells what differs from the first to the second: which demands ship later or earlier, which orders come, go or change, which operations move, and the figures.

Examples:

    takt diff factory factory-with-rush --finite
    takt diff yesterday today --format json`
}

// Run plans both and compares.
func (c *diffCmd) Run(a *app) error {
	before, err := c.plan(a, c.Before)
	if err != nil {
		return err
	}
	after, err := c.plan(a, c.After)
	if err != nil {
		return err
	}
	a.stats.begin(phaseWrite)
	defer a.stats.begin("")
	var d plan.Diff
	if err := a.interruptible(func() { d = plan.Compare(before, after) }); err != nil {
		return err
	}
	if c.Format == formatJSON {
		return tables.WriteJSON(a.ctx, a.stdout, diffTables(after, &d)...)
	}
	printDiff(a.stdout, &d)
	return nil
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
	slices.SortStableFunc(list, func(x, y plan.DemandDiff) int { return cmp.Compare(y.Later(), x.Later()) })
	heading(w, "DEMANDS", count(len(list), "change"))
	g := grid{indent: 2, columns: []column{{title: "demand", most: 24}, {title: "part", most: 24, give: true}, {title: ""}, {title: "promised before"}, {title: "after"}, {title: "later by", right: true}}}
	for _, x := range list[:min(len(list), mostDiff)] {
		later := ""
		if s := x.Later(); s != 0 {
			later = waited(max(s, -s))
			if s < 0 {
				later = "-" + later
			}
		}
		g.add(x.Demand, partName(x.Item, x.Site), string(x.Presence), state(&x.Before, x.Presence != plan.Added), state(&x.After, x.Presence != plan.Removed), later)
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
	heading(w, "FIGURES", "")
	g = grid{indent: 2, columns: []column{{}, {title: "before", right: true}, {title: "after", right: true}, {}}}
	for _, k := range d.KPIs {
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
