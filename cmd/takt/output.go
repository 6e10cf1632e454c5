package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/plan/tables/xlsx"
)

// The formats of --format.
const (
	formatText = "text"
	formatJSON = "json"
	formatCSV  = "csv"
	formatXLSX = "xlsx"
)

// printTables prints tables in a format; text and CSV print the first alone.
func (a *app) printTables(format string, list ...tables.Table) error {
	switch format {
	case formatJSON:
		return tables.WriteJSON(a.ctx, a.stdout, list...)
	case formatCSV:
		return list[0].CSV(a.ctx, a.stdout)
	}
	printTable(a.stdout, list[0], 0)
	return nil
}

// save writes tables to a path and returns where they are: a folder of CSV files,
// or one file, at the path if it names one, else as name in the folder there.
func (a *app) save(path, format, name string, list ...tables.Table) (string, error) {
	a.stats.begin(phaseWrite)
	defer a.stats.begin("")
	switch {
	case format == formatXLSX && isJSON(path), format == formatJSON && isExcel(path), format == formatCSV && (isJSON(path) || isExcel(path)):
		return "", fmt.Errorf("--out %s does not go with --format %s: name another file, or leave --format out", path, format)
	case isExcel(path) || isJSON(path):
		return path, a.saveFile(path, list...)
	case format == formatJSON || format == formatXLSX:
		path = filepath.Join(path, name+"."+format)
		return path, a.saveFile(path, list...)
	}
	return path, tables.WriteCSV(a.ctx, path, list...)
}

// saveFile writes one file, and the folder for it if there is none.
func (a *app) saveFile(path string, list ...tables.Table) error {
	folder := filepath.Dir(path)
	_, err := os.Stat(folder)
	created := errors.Is(err, os.ErrNotExist)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	if isExcel(path) {
		err = xlsx.Save(a.ctx, path, list...)
	} else {
		err = tables.Save(a.ctx, path, list...)
	}
	if err != nil && created {
		_ = os.Remove(folder)
	}
	return err
}

// counted is a table whose rows are counted, and shown as progress, while they are written.
func (a *app) counted(t tables.Table, n *int) tables.Table {
	rows := t.Rows
	progress := a.bar.track("writing", "BOM lines", 1)
	t.Rows = func(yield func(tables.Row) bool) {
		*n = 0
		for row := range rows {
			*n++
			if *n%1024 == 0 {
				progress(int64(*n), 0)
			}
			if !yield(row) {
				return
			}
		}
	}
	return t
}
