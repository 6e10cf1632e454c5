package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// whatifCmd plans a model with changes.
type whatifCmd struct {
	modelArg
	Changes string `arg:"" help:"The changes: a .json or .csv file. Its scenarios are planned side by side."`
	finiteFlags
	Strategy string `enum:"displace,gap_fit,match_up,right_shift,dedicated_line,total" default:"displace" help:"With --finite: how the schedule takes the changes in. displace moves what is less urgent, gap_fit moves nothing, match_up returns to the old schedule by --until, right_shift keeps the sequences, dedicated_line uses --line, total schedules all anew."`
	Until    string `placeholder:"DATE" help:"With --strategy match_up: the date from which the old schedule holds. Default: 14 days from the start."`
	Line     string `placeholder:"ID" help:"With --strategy dedicated_line: the work centre that is kept for what is new."`
	Compare  bool   `help:"Show the demands that any scenario changes, the scenarios side by side."`
	Format   string `enum:"text,json" default:"text" help:"text: what a planner wants to know. json: the figures and all demands that change."`
	Out      string `placeholder:"DIR" help:"Write the changed input tables there, to plan on from: of several scenarios in a folder each."`
}

// Help is the long help of the command.
func (*whatifCmd) Help() string {
	return `Plans the model once, applies each scenario of the change list to that plan, and tells what becomes late, what moves and what it costs. The model stays as it is; --out writes the changed tables elsewhere. The changes that there are stand in docs/changes.md.

Examples:

    takt whatif factory breakdown.json --finite
    takt whatif factory options.csv --finite --compare
    takt whatif factory rush.csv --finite --strategy gap_fit
    takt whatif factory accepted.json --out factory-2`
}

// outcome is what a scenario comes to.
type outcome struct {
	name    string
	changes []plan.Change
	effects plan.Effects
	late    int   // demands that are late, or get no date
	seconds int64 // by which demands are late, summed
	cost    decimal.Decimal
	model   *plan.Model // for --out
	err     error
}

// Run plans the model, then the scenarios.
func (c *whatifCmd) Run(a *app) error {
	repair, finite, err := c.repair()
	if err != nil {
		return err
	}
	if err := c.checkOut(); err != nil {
		return err
	}
	model, _, err := a.load(c.modelArg)
	if err != nil {
		return err
	}
	if repair.Until, err = untilFlag(c.Until, model); err != nil {
		return err
	}
	if err := checkLine(c.Line, model); err != nil {
		return err
	}
	scenarios, err := readChanges(c.Changes, model)
	if err != nil {
		return err
	}
	if err := c.checkFolders(scenarios); err != nil {
		return err
	}
	base, err := a.plan(c.modelArg, model, 0, finite)
	if err != nil {
		return err
	}
	a.bar.say("planning " + count(len(scenarios), "scenario"))
	var start *standing
	var outcomes []outcome
	err = a.interruptible(func() {
		start = newStanding(base)
		outcomes = evaluate(a.ctx, start, repair, scenarios, c.Out != "")
	})
	a.bar.end()
	if err != nil {
		return err
	}
	for i := range outcomes {
		if err := outcomes[i].err; err != nil {
			return scenarioError(c.Dir, &outcomes[i], len(outcomes))
		}
	}
	where, err := c.write(a, outcomes)
	if err != nil {
		return err
	}
	if c.Format == formatJSON {
		return tables.WriteJSON(a.ctx, a.stdout, whatifTables(base, start, outcomes)...)
	}
	printWhatif(a.stdout, start, outcomes, c.Compare)
	if where != "" {
		fmt.Fprintf(a.stdout, "\nwrote %s\n", where)
	}
	return nil
}

// repair is how the schedule takes changes in, by the flags.
func (c *whatifCmd) repair() (plan.Repair, *plan.FiniteOptions, error) {
	r := plan.Repair{Strategy: plan.Strategy(slices.Index(plan.Strategies[:], c.Strategy)), WorkCentre: c.Line}
	finite, err := c.options()
	switch {
	case err != nil:
	case finite == nil && (c.Strategy != plan.Displace.String() || c.Until != "" || c.Line != ""):
		err = errors.New("--strategy, --until and --line steer a schedule: add --finite")
	case c.Until != "" && r.Strategy != plan.MatchUp:
		err = errors.New("--until is the date of --strategy match_up: add that")
	case (c.Line != "") != (r.Strategy == plan.DedicatedLine):
		err = errors.New("--strategy dedicated_line and --line go together: name the work centre that is kept for what is new")
	}
	return r, finite, err
}

// untilFlag is the date of --until, today or later.
func untilFlag(text string, m *plan.Model) (bom.When, error) {
	w, err := dateFlag("--until", text, m.Zone())
	if err == nil && !w.IsZero() && w.Day < m.Book.Start {
		err = fmt.Errorf("--until %v: expected %v, the start of the plan, or later", w.Day, m.Book.Start)
	}
	return w, err
}

// checkLine finds out whether there is a work centre for --line.
func checkLine(line string, m *plan.Model) error {
	if _, known := m.Shop.Centre(line); known || line == "" {
		return nil
	}
	return fmt.Errorf("--line %s: there is no such work centre%s", line, meant(line, func(yield func(string) bool) {
		for i := range m.Shop.Centres {
			if !yield(m.Shop.Centres[i].ID) {
				return
			}
		}
	}))
}

// readChanges reads a change list; errors name its file.
func readChanges(path string, m *plan.Model) ([]tables.Scenario, error) {
	format := tables.CSV
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".json":
		format = tables.JSON
	case ".csv":
	default:
		return nil, fmt.Errorf("%q: a change list is a .json or a .csv file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: no such file, or it cannot be read: name a .json or .csv file with changes", path)
	}
	defer f.Close()
	scenarios, err := tables.ReadChanges(f, format, m.Zone())
	if many, ok := errors.AsType[*bom.Errors](err); ok {
		for _, e := range many.List {
			if in, ok := errors.AsType[*tables.FileError](e); ok {
				in.File = filepath.Base(path)
			}
		}
		return nil, &modelError{path, err}
	}
	if len(scenarios) == 1 && scenarios[0].Name == "" {
		scenarios[0].Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	return scenarios, err
}

// evaluate applies each scenario to the plan, as many at a time as there are processors.
func evaluate(ctx context.Context, base *standing, repair plan.Repair, scenarios []tables.Scenario, keep bool) []outcome {
	out := make([]outcome, len(scenarios))
	next := make(chan int)
	var group sync.WaitGroup
	for range min(len(scenarios), runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := range next {
				out[i] = base.outcome(ctx, repair, &scenarios[i], keep)
			}
		})
	}
	for i := range scenarios {
		next <- i
	}
	close(next)
	group.Wait()
	return out
}

// scenarioError names the scenario, if there are several, and the change.
func scenarioError(dir string, o *outcome, scenarios int) error {
	err := o.err
	if _, ok := errors.AsType[*bom.Errors](err); ok {
		err = &modelError{dir + " as changed", err}
	}
	if scenarios == 1 {
		return err
	}
	return fmt.Errorf("scenario %s: %w", o.name, err)
}

// checkOut finds out before the work whether the folder can be written.
func (c *whatifCmd) checkOut() error {
	switch {
	case c.Out == "":
		return nil
	case isJSON(c.Out) || isExcel(c.Out):
		return fmt.Errorf("--out %s: name a folder", c.Out)
	case samePlace(c.Out, c.Dir):
		return fmt.Errorf("--out %s is the model itself: name another folder", c.Out)
	}
	return (&planCmd{Out: c.Out}).checkOut()
}

// checkFolders finds names of scenarios that no folder can have.
func (c *whatifCmd) checkFolders(scenarios []tables.Scenario) error {
	if c.Out == "" || len(scenarios) == 1 {
		return nil
	}
	seen := map[string]bool{}
	for _, s := range scenarios {
		name := strings.ToLower(s.Name)
		if s.Name == "" || s.Name != strings.TrimSpace(s.Name) || strings.ContainsAny(s.Name, `/\:*?"<>|`) || strings.HasPrefix(s.Name, ".") || seen[name] {
			return fmt.Errorf("scenario %q cannot name a folder of its own in %s: rename it", s.Name, c.Out)
		}
		seen[name] = true
	}
	return nil
}

// write writes the changed tables: each folder whole or not at all, and a new folder for several scenarios at once.
func (c *whatifCmd) write(a *app, outcomes []outcome) (string, error) {
	if c.Out == "" {
		return "", nil
	}
	a.stats.begin(phaseWrite)
	defer a.stats.begin("")
	if len(outcomes) == 1 {
		return c.Out, tables.WriteCSV(a.ctx, c.Out, tables.Of(outcomes[0].model)...)
	}
	into := filepath.Clean(c.Out)
	if _, err := os.Stat(into); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(into), 0o777); err != nil {
			return "", err
		}
		aside, err := os.MkdirTemp(filepath.Dir(into), ".takt-whatif-")
		if err != nil {
			return "", err
		}
		defer os.RemoveAll(aside)
		into = filepath.Join(aside, "all")
	}
	var folders []string
	for i := range outcomes {
		if err := tables.WriteCSV(a.ctx, filepath.Join(into, outcomes[i].name), tables.Of(outcomes[i].model)...); err != nil {
			return "", err
		}
		folders = append(folders, filepath.Join(c.Out, outcomes[i].name))
	}
	if into != filepath.Clean(c.Out) {
		if err := os.Rename(into, filepath.Clean(c.Out)); err != nil {
			return "", err
		}
	}
	return strings.Join(folders, ", "), nil
}
