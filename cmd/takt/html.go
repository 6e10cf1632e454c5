package main

import "errors"

// saveReport writes the schedule as one HTML page.
func (a *app) saveReport(path string, r *report) error { return errors.New("--report: to come") }
