// Package page draws a finite plan as one HTML page: figures, late demands and why, Gantt charts by
// machine and by order, load, queues and stock. It plans nothing: every fact comes from package plan.
//
// The page needs nothing beside itself: style, script and charts are in it, and a content security
// policy forbids everything else. It is useful without the script. The same plan gives the same bytes.
// Every list has an end, so that the page of a large plan stays small; what is cut is said where it is cut.
//
// The charts are drawn here rather than with gonum.org/v1/plot: measured at version 0.17.0, that took
// 14 KB for a chart of 26 bars where 3 KB do, brought eight modules and 9 MB of fonts and renderers
// into the command, and gave neither classes for the style sheet nor tooltips.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// Input is what a page shows.
type Input struct {
	Model string     // its name, for the title
	Plan  *plan.Plan // with a finite schedule
	// Violations are what a check of the schedule found; without any, what the schedule says
	// itself that it could not keep is shown.
	Violations []schedule.Violation
}

//go:embed page.html style.css page.js
var files embed.FS

var pageTemplate = template.Must(template.New("page.html").ParseFS(files, "page.html"))

// content is what the template shows.
type content struct {
	Style    template.CSS
	Script   template.JS
	Policy   string
	Head     head
	Late     lateList
	Broken   brokenList
	Legend   legend
	Machines machineChart
	Orders   orderChart
	Load     loadCharts
	Queues   queueList
	Stock    stockCharts
}

// Write writes the page of a plan.
func Write(w io.Writer, in Input) error {
	f := in.Plan.Finite()
	v := newView(in.Plan)
	style, script := text("style.css"), text("page.js")
	sum := sha256.Sum256([]byte(script))
	c := &content{Style: template.CSS(style), Script: template.JS(script),
		Policy: "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
		Head:   newHead(in.Model, in.Plan), Late: v.late(), Broken: newBroken(f, in.Violations), Legend: v.colours.legend(),
		Machines: v.machines(), Orders: v.orders(), Load: v.load(), Queues: v.queues(), Stock: v.stock()}
	return pageTemplate.Execute(w, c)
}

func text(name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return strings.TrimSpace(string(b))
}
