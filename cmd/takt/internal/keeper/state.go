package keeper

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule"
)

// A state is a zip archive: the input tables as CSV files, the schedule, and how the plan is made.
const (
	scheduleFile = "schedule.bin"
	optionsFile  = "plan.json"
	tablesFolder = "tables"
)

// planOptions are the options of a plan that decide what it looks like.
type planOptions struct {
	Finite       bool               `json:"finite"`
	Direction    schedule.Direction `json:"direction,omitempty"`
	Rules        []schedule.Rule    `json:"rules,omitempty"`
	NoGapFilling bool               `json:"no_gap_filling,omitempty"`
	Passes       int                `json:"passes,omitempty"`
	Objective    schedule.Objective `json:"objective,omitzero"`
	LeadTimes    bool               `json:"scheduled_lead_times,omitempty"`
}

// head is what a state says of itself.
type head struct {
	planOptions
	Takt  string `json:"takt,omitempty"`  // version of the one that wrote it
	Ended bool   `json:"ended,omitempty"` // it was written at an orderly end: the plan that was current was not the rooted one
}

func optionsOf(p *plan.Plan) planOptions { return finiteOptions(p.Options().Finite) }

func finiteOptions(f *plan.FiniteOptions) planOptions {
	if f == nil {
		return planOptions{}
	}
	return planOptions{true, f.Direction, f.Rules, f.NoGapFilling, f.Passes, f.Objective, f.ScheduledLeadTimes}
}

func (o *planOptions) finite() *plan.FiniteOptions {
	if !o.Finite {
		return nil
	}
	return &plan.FiniteOptions{Direction: o.Direction, Rules: o.Rules, NoGapFilling: o.NoGapFilling, Passes: o.Passes, Objective: o.Objective, ScheduledLeadTimes: o.LeadTimes}
}

// pack is the whole state of a plan: its tables, its schedule and how it is made.
func (k *Keeper) pack(ctx context.Context, p *plan.Plan, ended bool) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	options, err := json.Marshal(head{optionsOf(p), k.options.Version, ended})
	if err != nil {
		return nil, err
	}
	write := func(name string, data func(io.Writer) error) error {
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		return data(w)
	}
	bytesOf := func(data []byte) func(io.Writer) error {
		return func(w io.Writer) error { _, err := w.Write(data); return err }
	}
	if err := write(optionsFile, bytesOf(options)); err != nil {
		return nil, err
	}
	for _, t := range tables.Of(p.Model()) {
		if err := write(tablesFolder+"/"+t.Name+".csv", func(w io.Writer) error { return t.CSV(ctx, w) }); err != nil {
			return nil, err
		}
	}
	if saved := p.SavedSchedule(); saved != nil {
		if err := write(scheduleFile, bytesOf(saved)); err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return b.Bytes(), err
}

// unpack is the plan of a state, made with the options that it was made with. A schedule that does not fit, as this takt plans otherwise than
// the one that kept it, is made anew.
func (k *Keeper) unpack(ctx context.Context, data []byte) (_ *plan.Plan, ended bool, err error) {
	var options head
	files, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, false, err
	}
	text, err := fs.ReadFile(files, optionsFile)
	if err == nil {
		err = json.Unmarshal(text, &options)
	}
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", optionsFile, err)
	}
	m, err := readTables(ctx, files)
	if err != nil {
		return nil, false, err
	}
	saved, err := fs.ReadFile(files, scheduleFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, err
	}
	o := plan.Options{Workers: k.options.Plan.Workers, Finite: options.finite()}
	p, err := plan.Restore(ctx, m, o, saved)
	if unfit, ok := errors.AsType[*plan.SavedError](err); ok {
		k.options.Log.Warn("the kept schedule does not fit, and is made anew", "reason", unfit.Error())
		if p, err = plan.New(ctx, m, o); err == nil {
			p, err = p.Rooted(ctx)
		}
	}
	return p, options.Ended, err
}

func readTables(ctx context.Context, files fs.FS) (*plan.Model, error) {
	folder, err := fs.Sub(files, tablesFolder)
	if err != nil {
		return nil, err
	}
	r := tables.NewReader(tables.Options{})
	if err := r.ReadCSV(ctx, folder); err != nil {
		return nil, err
	}
	m, _, err := r.Model()
	return m, err
}
