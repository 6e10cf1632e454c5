package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// planCmd plans a model.
type planCmd struct {
	modelArg
	Out    string `placeholder:"PATH" help:"Write all tables of the plan there: a folder of CSV files, or one .json or .xlsx file. They appear whole or not at all."`
	Format string `enum:"text,json,csv,xlsx" default:"text" help:"text: a report. json: all tables as one document. csv: the planned orders. xlsx: a workbook, with --out."`
	finiteFlags
	optimiseFlags
	Verify  bool   `help:"With --finite: exit with 1 if the check of the schedule from first principles finds a violation. The report lists them in any case."`
	Report  string `placeholder:"FILE.html" help:"With --finite: write the schedule as one page: Gantt charts, load, late demands and why, stock of the worst parts."`
	Strict  bool   `help:"Exit with 1 if a demand is late or short."`
	Workers int    `placeholder:"N" help:"Number of threads; default: one a processor. The plan does not depend on it."`
}

// Help is the long help of the command.
func (*planCmd) Help() string {
	return `Reads the model, nets all parts over all levels, and reports what to release today, what is late or short and why, messages and purchases to follow up.

Examples:

    takt plan factory
    takt plan factory --start 2026-11-23 --out plan
    takt plan factory --out plan.xlsx
    takt plan factory --format json > plan.json
    takt plan factory --strict || echo "something is late"
    takt plan factory --finite --verify --out plan
    takt plan factory --finite --report plan.html
    takt plan factory --finite --optimise 10s
    takt plan factory --finite --iterations 20000 --seed 7
    takt plan factory --finite --direction forward --rule atc`
}

// Run plans and reports.
func (c *planCmd) Run(a *app) error {
	if c.Format == formatXLSX && c.Out == "" {
		return errors.New("--format xlsx needs a file: add --out plan.xlsx")
	}
	if err := c.checkOut(); err != nil {
		return err
	}
	if c.Workers < 0 {
		return errors.New("--workers: a number from 1 on")
	}
	finite, err := c.options()
	if err != nil {
		return err
	}
	if finite == nil && (c.Verify || c.Report != "") {
		return errors.New("--verify and --report show a schedule: add --finite")
	}
	search, err := c.search()
	if err != nil {
		return err
	}
	if search != nil {
		if finite == nil {
			return errors.New("--optimise and --iterations improve a schedule: add --finite")
		}
		a.watch(search)
		finite.Optimise = search
	}
	if info, err := os.Stat(c.Report); c.Report != "" && err == nil && info.IsDir() {
		return fmt.Errorf("--report %s is a folder: name a file such as %s", c.Report, filepath.Join(c.Report, "plan.html"))
	}
	model, notes, err := a.load(c.modelArg)
	if err != nil {
		return err
	}
	p, err := a.plan(c.modelArg, model, c.Workers, finite)
	if err != nil {
		return err
	}
	a.stats.begin(phaseWrite)
	if large := 100_000; a.stats.counts.Orders > large {
		a.bar.say("pegging late supplies to their demands, and collecting messages")
	}
	r := &report{model: c.Dir, plan: p, notes: notes}
	err = a.interruptible(func() {
		if c.Format == formatText || c.Strict {
			r.demands = p.Material().DemandResults()
		}
		if p.Scheduled() {
			r.promises = p.Finite().Promises()
			if c.Verify || c.Format == formatText {
				r.violations = p.Finite().Verify()
			}
		}
		if c.Format == formatText || c.Out != "" || c.Format == formatJSON {
			r.messages = p.Material().AllMessages()
			for range r.messages {
				break // all are collected now
			}
		}
		if c.Format == formatText {
			r.digest()
		}
	})
	a.stats.begin("")
	a.bar.end()
	if err != nil {
		return err
	}
	if err := c.output(a, r); err != nil {
		return err
	}
	if c.Verify && len(r.violations) > 0 || c.Strict && r.anyLate() {
		return strictError{}
	}
	return nil
}

// anyLate reports whether a demand is late or short.
func (r *report) anyLate() bool {
	if r.plan.Scheduled() {
		return slices.ContainsFunc(r.promises, func(p plan.Promise) bool { return p.Status != mrp.OnTime })
	}
	return slices.ContainsFunc(r.demands, func(d mrp.DemandResult) bool { return d.Status != mrp.OnTime })
}

// checkOut finds out before the work whether the output has a place to go.
func (c *planCmd) checkOut() error {
	if c.Out == "" {
		return nil
	}
	for path := filepath.Clean(c.Out); ; path = filepath.Dir(path) {
		info, err := os.Stat(path)
		switch {
		case err != nil && path != filepath.Dir(path):
			continue // the folder above decides
		case err != nil || info.IsDir():
			return err
		case path == filepath.Clean(c.Out) && (isJSON(path) || isExcel(path)):
			return nil
		}
		return fmt.Errorf("--out %s: %s is a file: name a folder", c.Out, path)
	}
}

// output writes the tables and prints what the format asks for.
func (c *planCmd) output(a *app, r *report) error {
	if c.Out != "" {
		a.bar.say("writing " + c.Out)
		where, err := a.save(c.Out, c.Format, "plan", results(r)...)
		a.bar.end()
		if err != nil {
			return err
		}
		r.out = where
	}
	a.stats.begin(phaseWrite)
	defer a.stats.begin("")
	if c.Report != "" {
		if err := a.saveReport(c.Report, r); err != nil {
			return err
		}
	}
	switch {
	case c.Format == formatText:
		return a.interruptible(func() { r.write(a.stdout) })
	case c.Out != "":
		fmt.Fprintf(a.stdout, "wrote %s\n", r.out)
		return nil
	case c.Format == formatCSV:
		return tables.PlannedOrders(r.plan.Model().Zone(), r.plan.Material().Orders(), r.plan.Finite()).CSV(a.ctx, a.stdout)
	}
	return tables.WriteJSON(a.ctx, a.stdout, results(r)...)
}

// results are the tables of the plan, with the messages that are collected already.
func results(r *report) []tables.Table {
	list := tables.Results(r.plan)
	for i := range list {
		if list[i].Name == "messages" {
			list[i] = tables.Messages(r.plan.Model().Zone(), r.messages)
		}
	}
	return list
}

// validateCmd checks a model.
type validateCmd struct {
	modelArg
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// Help is the long help of the command.
func (*validateCmd) Help() string {
	return `Reads the model and checks all that planning would need: every file, cell and id, the BOM for cycles, versions and routings. All errors are listed at once (the first 100), each with file, line, column, value and what was expected.

Examples:

    takt validate factory
    takt validate factory.xlsx --format json`
}

// Run loads and checks the model.
func (c *validateCmd) Run(a *app) error {
	model, notes, err := a.load(c.modelArg)
	if err == nil {
		a.stats.begin(phaseCompile)
		if err = model.Check(); err != nil {
			err = &modelError{c.Dir, located(c.Dir, err)}
		}
		a.stats.begin("")
	}
	if err != nil && a.ctx.Err() != nil {
		return err
	}
	if c.Format == formatJSON {
		return c.printJSON(a, model, notes, err)
	}
	for _, n := range notes {
		fmt.Fprintf(a.stdout, "note: %v\n", n)
	}
	if err != nil {
		_ = a.stdout.Flush()
		return err
	}
	fmt.Fprintf(a.stdout, "ok: %s\n", describe(model))
	return nil
}

// describe is the size of a model in one line.
func describe(m *plan.Model) string {
	n := sizes(m)
	return fmt.Sprintf("%s, %s, %s, %s, %s, %s, %s", count(n.Parts, "part"), count(n.Lines, "BOM line"), count(n.Sources, "source"), count(n.Operations, "routing row"),
		count(n.Demands, "demand"), count(n.Stock, "stock lot"), count(n.Receipts, "open receipt"))
}

// modelSizes are the row counts of a model.
type modelSizes struct {
	Parts      int `json:"parts"`
	Lines      int `json:"lines"`
	Sources    int `json:"sources"`
	Operations int `json:"routing_rows"`
	Demands    int `json:"demands"`
	Stock      int `json:"stock_lots"`
	Receipts   int `json:"receipts"`
}

func sizes(m *plan.Model) modelSizes {
	n := modelSizes{Parts: m.Catalog.NumParts(), Lines: len(m.Catalog.Components), Sources: len(m.Catalog.Supplies),
		Demands: m.Book.NumDemands(), Stock: m.Book.NumLots(), Receipts: m.Book.NumReceipts()}
	for range m.Operations() {
		n.Operations++
	}
	return n
}
