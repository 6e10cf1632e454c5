package main

import (
	"fmt"
	"path/filepath"

	"github.com/taktplan/takt/plan/tables"
)

// convertCmd turns a model into another form.
type convertCmd struct {
	Source string `arg:"" help:"The model: a folder of CSV tables, a .json document or an .xlsx workbook."`
	Target string `arg:"" help:"Where to write it; the ending decides: .json, .xlsx, else a folder of CSV files."`
	Start  string `placeholder:"DATE" help:"Put this start into the settings."`
	Format string `enum:"text,json" default:"text" help:"How to tell what was written: text or json."`
}

// Help is the long help of the command.
func (*convertCmd) Help() string {
	return `Reads and checks a model and writes it in another form. The result means the same; rows are in canonical order, quantities in base units, and columns that hold only defaults are left out. Other files in the target folder stay as they are.

Examples:

    takt convert factory factory.xlsx
    takt convert factory.xlsx factory.json
    takt convert factory.json factory-2`
}

// Run converts.
func (c *convertCmd) Run(a *app) error {
	if filepath.Clean(c.Source) == filepath.Clean(c.Target) {
		return fmt.Errorf("%s is both source and target: name another target", c.Target)
	}
	model, notes, err := a.load(modelArg{Dir: c.Source, Start: c.Start})
	if err != nil {
		return err
	}
	where, err := a.save(c.Target, "", "model", tables.Of(model)...)
	if err != nil {
		return err
	}
	if c.Format == formatJSON {
		return a.printJSON(struct {
			Written string     `json:"written"`
			Counts  modelSizes `json:"counts"`
		}{where, sizes(model)})
	}
	if a.clock {
		notes = append(notes, tables.Note{File: "settings", Text: fmt.Sprintf("had no start; today, %v, was written", model.Settings().Start.Day)})
	}
	for _, n := range notes {
		fmt.Fprintf(a.stdout, "note: %v\n", n)
	}
	fmt.Fprintf(a.stdout, "wrote %s: %s\n", where, describe(model))
	return nil
}
