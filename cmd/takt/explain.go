package main

import (
	"fmt"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// explainCmd says why something is planned as it is.
type explainCmd struct {
	modelArg
	finiteFlags
	ID     string `arg:"" name:"id" help:"A planned order (BIKE@main/2026-12-01/1), a receipt, a demand, or a part (BIKE or BIKE@north)."`
	As     string `enum:"any,order,receipt,demand,part" default:"any" help:"What the id is, where several things have it."`
	Depth  int    `default:"0" placeholder:"N" help:"Levels of the trees; 0: all."`
	Format string `enum:"text,json,csv" default:"text" help:"text; json: all tables of the explanation; csv: the main one."`
}

// Help is the long help of the command.
func (*explainCmd) Help() string {
	return `For a demand: its status, deliveries, the chain of causes if it is late, and the tree of supplies behind it. For a planned order: the reckoning of its quantity and dates, what it serves, up to the demands, and what it needs. For a receipt: what it serves, and advice. For a part: how it is planned, its stock/requirements list, netting record and quantities available to promise.

Examples:

    takt explain factory SO-1001
    takt explain factory FRAME@main/2026-12-01/1
    takt explain factory FRAME --format json
    takt explain factory SO-1001 --finite`
}

// explanation is what explain prints: text, or tables.
type explanation struct {
	*answer.Explanation
	a      *app
	format string
}

// Run plans the model and explains one thing in it.
func (c *explainCmd) Run(a *app) error {
	model, _, err := a.load(c.modelArg)
	if err != nil {
		return err
	}
	finite, err := c.options()
	if err != nil {
		return err
	}
	p, err := a.plan(c.modelArg, model, 0, finite)
	if err != nil {
		return err
	}
	a.stats.begin(phaseWrite)
	defer a.stats.begin("")
	x := &explanation{answer.Explain(a.ctx, p, c.Depth), a, c.Format}
	var failed error
	if err := a.interruptible(func() { failed = c.explain(x, model) }); err != nil {
		return err
	}
	return failed
}

// explain finds out what the id is, and explains it.
func (c *explainCmd) explain(x *explanation, model *plan.Model) error {
	is := func(kind string) bool { return c.As == "any" || c.As == kind }
	if is("demand") {
		if d, ok := model.Book.Demand(c.ID); ok {
			return x.demand(d)
		}
	}
	if is("order") {
		if e, ok := x.Material.Explain(c.ID); ok {
			return x.order(&e)
		}
	}
	if is("receipt") {
		if r, ok := model.Book.Receipt(c.ID); ok {
			return x.receipt(r)
		}
	}
	if is("part") {
		if part, ok := partOf(model.Catalog, c.ID, ""); ok {
			return x.part(part)
		}
	}
	return c.unknown(model)
}

// unknown is the error on an id that nothing has.
func (c *explainCmd) unknown(m *plan.Model) error {
	what := "demand, planned order, receipt or part"
	if c.As != "any" {
		what = c.As
	}
	return fmt.Errorf("no %s %s%s", what, c.ID, meant(c.ID, func(yield func(string) bool) {
		for _, d := range m.Book.DemandsByID() {
			if !yield(d.ID) {
				return
			}
		}
		for _, r := range m.Book.ReceiptsByID() {
			if !yield(r.ID) {
				return
			}
		}
		for p := range m.Catalog.Parts {
			if !yield(m.Catalog.ItemID(bom.PartID(p))) {
				return
			}
		}
	}))
}

// print prints the tables of an explanation; text by the function given.
func (x *explanation) print(text func(), list ...tables.Table) error {
	if x.format == formatText {
		text()
		return nil
	}
	return x.a.printTables(x.format, list...)
}

// section prints a table under a heading; an empty one says so in a word.
func (x *explanation) section(title, empty string, t tables.Table) {
	if !hasRows(t) {
		if empty != "" {
			heading(x.a.stdout, title, empty)
		}
		return
	}
	heading(x.a.stdout, title, "")
	printTable(x.a.stdout, t, 2)
}

// part names a part with its description and unit.
func (x *explanation) describe(p bom.PartID) string {
	c := x.Plan.Model().Catalog
	s := partName(c.ItemID(p), c.SiteID(p))
	if d := c.Names.String(c.Parts[p].Description); d != "" {
		s += ", " + d
	}
	return s
}

// amount is a quantity with the part's unit.
func (x *explanation) amount(p bom.PartID, q bom.Quantity) string {
	c := x.Plan.Model().Catalog
	if u := c.Names.String(c.Parts[p].UOM); u != "" {
		return q.String() + " " + u
	}
	return q.String()
}

// order explains a planned order.
func (x *explanation) order(e *mrp.Explanation) error {
	o := &e.Order
	serves := x.Tree(x.Serves(o.Part, mrp.PlannedSupply, o.ID), x.Consumers)
	needs := x.Tree(x.Dated(e.Needs), x.Supplies)
	return x.print(func() {
		w := x.a.stdout
		late := ""
		if o.LateDays > 0 {
			late = fmt.Sprintf(", %s late", days(o.LateDays))
		}
		fmt.Fprintf(w, "Planned order %s: %v %s of %s\n", o.ID, o.Kind, x.amount(o.Part, o.Quantity), x.describe(o.Part))
		fmt.Fprintf(w, "start %s, due %s, needed %s%s\n", weekday(o.Start), weekday(o.Due), weekday(o.Need), late)
		heading(w, "WHY THIS QUANTITY AND THESE DATES", "")
		g := grid{indent: 2, columns: []column{{}, {fold: true}}}
		for _, s := range e.Steps {
			g.add(s.Rule, s.Text)
		}
		g.write(w)
		x.printSchedule(o.ID)
		x.printTree("SERVES", "nothing", serves, false)
		x.printTree("NEEDS", "nothing", needs, true)
	}, x.OrderTables(e, serves, needs)...)
}

// receipt explains an open order.
func (x *explanation) receipt(i int32) error {
	book := x.Plan.Model().Book
	r, part := book.ReceiptAt(i), book.ReceiptPart(i)
	serves := x.Tree(x.Serves(part, mrp.ReceiptSupply, r.ID), x.Consumers)
	advice := x.Messages(func(g *mrp.Message) bool { return g.Part == part && g.Order == r.ID })
	return x.print(func() {
		w := x.a.stdout
		confirmed := ""
		if !r.Confirmed.IsZero() {
			confirmed = ", confirmed for " + weekday(r.Confirmed.Day)
		}
		fmt.Fprintf(w, "Receipt %s: %v %s of %s, %s\ndue %s%s\n", r.ID, r.Kind, x.amount(part, r.Quantity), x.describe(part), mrp.ReceiptStatuses[r.Status], weekday(r.Due.Day), confirmed)
		x.printMessages("ADVICE", advice)
		x.printSchedule(r.ID)
		x.printTree("SERVES", "nothing", serves, false)
	}, x.ReceiptTables(r.ID, serves, advice)...)
}

func (x *explanation) printMessages(title string, list []mrp.Message) {
	if len(list) == 0 {
		return
	}
	heading(x.a.stdout, title, "")
	g := grid{indent: 2, columns: []column{{}, {fold: true}}}
	for i := range list {
		g.add(string(list[i].Code), list[i].Text)
	}
	g.write(x.a.stdout)
}
