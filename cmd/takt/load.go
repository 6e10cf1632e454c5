package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/plan/tables/xlsx"
)

// modelArg names the model to read.
type modelArg struct {
	Dir   string `arg:"" name:"model" help:"A folder of CSV tables, a .json document or an .xlsx workbook."`
	Start string `placeholder:"DATE" help:"The day that is today for the plan, such as 2026-11-21. Default: start in the settings, else the clock's day."`
}

// load reads the model and notes how long that took.
func (a *app) load(m modelArg) (*plan.Model, []tables.Note, error) {
	now := func() time.Time {
		a.clock = true
		return time.Now()
	}
	o := tables.Options{Now: now, Progress: a.bar.track("reading", "MB", 1<<20)}
	if m.Start != "" {
		start, err := bom.ParseWhen(m.Start, time.UTC)
		if err != nil {
			return nil, nil, fmt.Errorf("--start: %w", err)
		}
		o.Start = start
	}
	a.stats.begin(phaseRead)
	defer a.stats.begin("")
	var model *plan.Model
	var notes []tables.Note
	var err error
	if isExcel(m.Dir) {
		model, notes, err = xlsx.Load(a.ctx, m.Dir, o)
	} else {
		model, notes, err = tables.Load(a.ctx, m.Dir, o)
	}
	a.bar.end()
	if err != nil {
		return nil, notes, &modelError{m.Dir, err}
	}
	a.stats.counts.Parts = model.Catalog.NumParts()
	a.stats.counts.Lines = len(model.Catalog.Components)
	settleMemory()
	return model, notes, nil
}

// plan plans a model.
func (a *app) plan(m modelArg, model *plan.Model, workers int, finite *plan.FiniteOptions) (*plan.Plan, error) {
	defer a.stats.begin("")
	progress := a.bar.track("planning", "parts", 1)
	if finite != nil {
		scheduling := a.bar.track("scheduling", "operations", 1)
		finite.Progress = func(done, total int) { scheduling(int64(done), int64(total)) }
	}
	p, err := plan.New(a.ctx, model, plan.Options{
		Finite:   finite,
		Workers:  workers,
		Phase:    a.stats.begin,
		Progress: func(done, total int) { progress(int64(done), int64(total)) },
	})
	a.bar.end()
	if err != nil {
		return nil, &modelError{m.Dir, located(m.Dir, err)}
	}
	a.stats.begin("")
	tuneMemory(tellPercent)
	a.stats.counts.Orders = p.Material().NumOrders()
	a.stats.counts.Requirements = p.Material().NumRequirements()
	if f := p.Finite(); f != nil {
		a.stats.counts.Operations = len(f.Schedule().Ops)
	}
	return p, nil
}

// modelError is what is wrong with a model.
type modelError struct {
	model string
	err   error
}

// list are the single errors, and how many more there are.
func (e *modelError) list() ([]error, int) {
	if many, ok := errors.AsType[*bom.Errors](e.err); ok {
		return many.List, many.More
	}
	return []error{e.err}, 0
}

func (e *modelError) Error() string {
	list, more := e.list()
	if len(list) == 1 && more == 0 {
		if _, ok := errors.AsType[*tables.FileError](list[0]); !ok {
			return e.err.Error()
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %s; nothing was planned", count(len(list)+more, "error"), e.model)
	for _, err := range list {
		fmt.Fprintf(&b, "\n  %v", err)
	}
	if more > 0 {
		fmt.Fprintf(&b, "\n  … and %s", count(more, "more error"))
	}
	return b.String()
}

func (e *modelError) Unwrap() error { return e.err }

// located adds files to the errors that compiling finds, as readers do.
func located(path string, err error) error {
	format, file := tables.CSV, ""
	switch {
	case isExcel(path):
		format, file = tables.Excel, filepath.Base(path)
	case isJSON(path):
		format, file = tables.JSON, filepath.Base(path)
	}
	locate := func(err error) error {
		row, isRow := errors.AsType[*bom.RowError](err)
		_, isCycle := errors.AsType[*bom.CycleError](err)
		if !isRow && !isCycle {
			return err
		}
		name := file
		if isRow && format == tables.CSV {
			name = row.Table + ".csv"
		}
		return &tables.FileError{Format: format, File: name, Err: err}
	}
	many, ok := errors.AsType[*bom.Errors](err)
	if !ok {
		return locate(err)
	}
	out := &bom.Errors{More: many.More}
	for _, e := range many.List {
		out.List = append(out.List, locate(e))
	}
	return out
}

func isExcel(path string) bool { return strings.EqualFold(filepath.Ext(path), ".xlsx") }
func isJSON(path string) bool  { return strings.EqualFold(filepath.Ext(path), ".json") }
