package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/taktplan/takt/cmd/takt/internal/page"
	"github.com/taktplan/takt/plan/tables"
)

// saveReport writes the schedule as one HTML page, whole or not at all, and the folder for it
// if there is none.
func (a *app) saveReport(path string, r *report) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("--report %s is a folder: name a file, such as %s", path, filepath.Join(path, "plan.html"))
	}
	var b bytes.Buffer
	var failed error
	a.bar.say("drawing " + path)
	err := a.interruptible(func() {
		failed = page.Write(&b, page.Input{Model: modelName(r.model), Plan: r.plan, Violations: r.violations})
	})
	a.bar.end()
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	folder := filepath.Dir(path)
	_, err = os.Stat(folder)
	created := errors.Is(err, os.ErrNotExist)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	err = tables.ReplaceFile(path, func(w io.Writer) error {
		_, err := b.WriteTo(w)
		return err
	})
	if err != nil && created {
		_ = os.Remove(folder)
	}
	return err
}

// modelName is the name of a model without the folder that it happens to lie in.
func modelName(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	return filepath.Base(path)
}
