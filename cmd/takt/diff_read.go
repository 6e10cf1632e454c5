package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
)

// isPlan reports whether a path is a folder that takt plan --out has written: the tables of a plan
// are there, and none that a model must have.
func isPlan(path string) bool {
	there := func(name string) bool {
		info, err := os.Stat(filepath.Join(path, name))
		return err == nil && !info.IsDir()
	}
	return there("demand_status.csv") && there("planned_orders.csv") && !there("items.csv")
}

// mixedError is a comparison of a plan with a model.
type mixedError struct{ plan, model string }

func (e *mixedError) Error() string {
	return fmt.Sprintf("%s is the plan of a model, %s is a model; nothing was compared: compare two models, or write the plan of %s with takt plan --out and compare two plans", e.plan, e.model, e.model)
}

// cellError is a cell of a plan's table that is not what takt plan writes.
type cellError struct {
	File          string
	Line          int
	Column, Value string
	Err           error
}

func (e *cellError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s:%d: column %s: %v; nothing was compared: write the plan again with takt plan --out", e.File, e.Line, e.Column, e.Err)
	}
	return fmt.Sprintf("%s:%d: column %s: %q: %v; nothing was compared: write the plan again with takt plan --out", e.File, e.Line, e.Column, e.Value, e.Err)
}

func (e *cellError) Unwrap() error { return e.Err }

// readPlan reads the tables of a written plan.
func readPlan(dir string) (*plan.Written, error) {
	w := &plan.Written{}
	for _, table := range []struct {
		name     string
		required bool
		begin    func()
		row      func(*plan.Written, *planRow)
	}{
		{"demand_status", true, nil, func(w *plan.Written, r *planRow) {
			days := r.number("late_days")
			w.Demands = append(w.Demands, plan.WrittenDemand{Demand: r.text("demand"), Item: r.text("item"), Site: r.text("site"),
				State: plan.DemandState{Quantity: r.quantity("qty"), Promised: r.when("promised"), Late: seconds(days), Status: mrp.Status(r.text("status"))}})
		}},
		{"planned_orders", true, nil, func(w *plan.Written, r *planRow) {
			w.Orders = append(w.Orders, mrp.Order{ID: r.text("order"), Kind: r.kind("kind"), Item: r.text("item"), Site: r.text("site"), Source: r.text("source"),
				Quantity: r.quantity("qty"), StartQuantity: r.quantity("start_qty"), Start: r.when("start").Day, Due: r.when("due").Day, Need: r.when("need").Day,
				Demand: r.text("demand"), LateDays: r.int("late_days")})
		}},
		{"schedule", false, func() { w.Operations = []capacity.ScheduledOperation{} }, func(w *plan.Written, r *planRow) {
			w.Operations = append(w.Operations, capacity.ScheduledOperation{Order: r.text("order"), Op: r.int("op"), WorkCentre: r.text("work_centre"), Machine: r.int("machine"),
				Start: r.when("start"), End: r.when("end"), Quantity: r.quantity("qty")})
		}},
		{"load", false, func() { w.Loads = []capacity.Load{} }, func(w *plan.Written, r *planRow) {
			w.Loads = append(w.Loads, capacity.Load{WorkCentre: r.text("work_centre"), First: r.when("from").Day, Last: r.when("to").Day,
				Available: r.minutes("available_min"), Setup: r.minutes("setup_min"), Run: r.minutes("run_min")})
		}},
		{"kpi", false, nil, func(w *plan.Written, r *planRow) {
			w.KPIs = append(w.KPIs, plan.KPI{Name: r.text("name"), Value: r.decimal("value"), Unit: r.text("unit")})
		}},
	} {
		err := eachPlanRow(filepath.Join(dir, table.name+".csv"), table.begin, w, table.row)
		if err != nil && (table.required || !errors.Is(err, os.ErrNotExist)) {
			return nil, err
		}
	}
	return w, nil
}

// seconds is a number of days in seconds, to the nearest.
func seconds(days bom.Number) int64 {
	const day = 24 * 3600
	return days.Decimal().Mul(decimal.NewFromInt(day)).Round(0).IntPart()
}

// planRow is a row of a written table. The first cell that cannot be read is kept as its error.
type planRow struct {
	file  string
	line  int
	names []string
	cells []string
	err   error
}

// eachPlanRow visits the rows of a CSV file.
func eachPlanRow(path string, begin func(), w *plan.Written, visit func(*plan.Written, *planRow)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if begin != nil {
		begin()
	}
	in := csv.NewReader(f)
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		return fmt.Errorf("%s: no header (%w); nothing was compared: write the plan again with takt plan --out", path, err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	r := planRow{file: path, line: 1, names: slices.Clone(header), cells: make([]string, len(header))}
	if visit(&plan.Written{}, &r); r.err != nil { // are all columns there
		return r.err
	}
	for {
		if r.cells, err = in.Read(); errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w; nothing was compared: write the plan again with takt plan --out", path, err)
		}
		r.line, _ = in.FieldPos(0)
		if visit(w, &r); r.err != nil {
			return r.err
		}
	}
}

// text is a cell; a column that is not there is an error of the first row.
func (r *planRow) text(name string) string {
	i := slices.Index(r.names, name)
	if i < 0 {
		r.fail(name, "", errors.New("no such column"))
		return ""
	}
	return strings.Clone(r.cells[i])
}

func (r *planRow) fail(name, value string, err error) {
	if r.err == nil && err != nil {
		r.err = &cellError{r.file, r.line, name, value, err}
	}
}

// parsed is a cell read by parse, the zero value if it is empty.
func parsed[T any](r *planRow, name string, parse func(string) (T, error)) T {
	var v T
	text := r.text(name)
	if text == "" {
		return v
	}
	v, err := parse(text)
	r.fail(name, text, err)
	return v
}

func (r *planRow) quantity(name string) bom.Quantity { return parsed(r, name, bom.ParseQuantity) }
func (r *planRow) number(name string) bom.Number     { return parsed(r, name, bom.ParseNumber) }
func (r *planRow) int(name string) int               { return parsed(r, name, strconv.Atoi) }
func (r *planRow) decimal(name string) decimal.Decimal {
	return parsed(r, name, decimal.NewFromString)
}

// minutes is a time in minutes.
func (r *planRow) minutes(name string) time.Duration {
	const nanos = int64(time.Minute) / int64(bom.One)
	return time.Duration(int64(r.number(name)) * nanos)
}

// when is a date, or a time in the zone that it is written in.
func (r *planRow) when(name string) bom.When {
	return parsed(r, name, func(text string) (bom.When, error) {
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return bom.At(t), nil
		}
		return bom.ParseWhen(text, time.UTC)
	})
}

func (r *planRow) kind(name string) bom.Kind {
	return parsed(r, name, func(text string) (bom.Kind, error) {
		i := slices.Index(bom.Kinds[:], text)
		if i < 0 {
			return 0, fmt.Errorf("one of %s", strings.Join(bom.Kinds[:], ", "))
		}
		return bom.Kind(i), nil
	})
}
