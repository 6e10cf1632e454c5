package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/taktplan/takt/schedule"
)

// cli are the commands and the flags of all of them.
type cli struct {
	Plan     planCmd     `cmd:"" group:"plan" help:"Plan a model: what to make, buy and move, and when."`
	Explain  explainCmd  `cmd:"" group:"plan" help:"Say why an order, a demand or a part is planned as it is."`
	Load     loadCmd     `cmd:"" group:"plan" help:"Show the load of work centres, the bottlenecks, and what would cover an overload."`
	WhatIf   whatifCmd   `cmd:"" name:"whatif" group:"plan" help:"Plan with changes, several scenarios side by side: who becomes late, what moves, what it costs."`
	Rush     rushCmd     `cmd:"" group:"plan" help:"Say how an urgent order can be served: by when, by which levers, and who pays."`
	Diff     diffCmd     `cmd:"" group:"plan" help:"Compare the plans of two models: who ships later, what changes."`
	Promise  promiseCmd  `cmd:"" group:"plan" help:"Say when a customer can have something, or how much by a date."`
	Review   reviewCmd   `cmd:"" group:"plan" help:"Review incoming orders: accept, make a counter-offer, or refuse, with reasons."`
	BOM      bomCmd      `cmd:"" name:"bom" group:"plan" help:"Explode a product, list where a part is used, roll up its cost."`
	Schedule scheduleCmd `cmd:"" group:"plan" help:"Solve and check job shops in the formats of the literature."`
	Serve    serveCmd    `cmd:"" group:"service" help:"Serve a plan over HTTP: changes, rush orders, promises, events."`
	Token    tokenCmd    `cmd:"" group:"service" help:"Make, list and revoke the tokens of a service."`
	Validate validateCmd `cmd:"" group:"model" help:"Check a model and list every error in it; plan nothing."`
	Convert  convertCmd  `cmd:"" group:"model" help:"Turn a model into another form: CSV folder, .json, .xlsx."`
	Generate generateCmd `cmd:"" group:"model" help:"Write a random model of any size from a seed."`
	Version  versionCmd  `cmd:"" group:"model" help:"Print the version."`

	Stats      bool `help:"Print one JSON object on stderr: seconds a phase, peak memory, counts."`
	NoProgress bool `help:"Show no progress bar. There is none anyway where stderr is no terminal."`
}

const description = `Takt makes material plans that can be built.

A model is a folder of CSV tables (items, bom, sources, stock, demands, …), one .json document or one .xlsx workbook.

Examples:
  takt plan factory                          what to release today, what is late, and why
  takt plan factory --out plan               the same, and all tables as CSV in the folder plan
  takt plan factory --format json            the whole plan as one JSON document
  takt validate factory                      every error in the tables, with file and line
  takt explain factory SO-1001               why this demand is late
  takt load factory                          which work centres have more work than time
  takt bom explode factory BIKE --qty 20     what twenty bikes are made of
  takt generate demo --parts 1000            a model to play with
  takt convert factory factory.xlsx          CSV to Excel, and back
  takt serve factory --data store            the plan as a service, with an API

Exit codes: 0 done, 1 late or short demands (with --strict), 2 bad input, 3 a bug in takt.`

// options are the settings of the command line parser.
func options(a *app, exit func(int)) []kong.Option {
	const width = 100
	return []kong.Option{
		kong.Name("takt"),
		kong.Description(description),
		kong.Writers(a.stdout, a.stderr),
		kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, NoAppDescFormat: true, WrapUpperBound: width}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "plan", Title: "Planning:"},
			{Key: "service", Title: "The service:"},
			{Key: "model", Title: "Models:"},
			{Key: "store", Title: "What is kept:"},
			{Key: "network", Title: "Network and access:"},
			{Key: "limits", Title: "Limits:"},
			{Key: "schedule", Title: "The schedule:"},
		}),
		kong.Vars{"rush_levers": rushLevers(), "rush_strategies": rushStrategies(), "rules": ruleNames(), "measures": strings.Join(schedule.Measures[:], ", ")},
		kong.Bind(a),
	}
}

// versionCmd prints the version.
type versionCmd struct {
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// built is what the build recorded: the module version, the revision and the version of Go.
func built() (version, revision, golang string) {
	version = "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok {
		golang = info.GoVersion
		if info.Main.Version != "" {
			version = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	return version, revision, golang
}

// ownVersion names this takt in what the service keeps.
func ownVersion() string {
	version, revision, _ := built()
	const letters = 12
	if revision == "" || strings.Contains(version, revision[:min(letters, len(revision))]) {
		return version
	}
	return version + " " + revision[:min(letters, len(revision))]
}

// Run prints the module version that the build recorded.
func (c *versionCmd) Run(a *app) error {
	version, revision, golang := built()
	if c.Format == "json" {
		return a.printJSON(map[string]string{"version": version, "revision": revision, "go": golang})
	}
	fmt.Fprintf(a.stdout, "takt %s", version)
	if golang != "" {
		fmt.Fprintf(a.stdout, " (%s)", golang)
	}
	fmt.Fprintln(a.stdout)
	return nil
}
