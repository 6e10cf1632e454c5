package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// finiteFlags are the flags of finite scheduling.
type finiteFlags struct {
	Finite       bool     `help:"Schedule the orders on the real work centres: shifts, setups, tools, and what they wait for."`
	Direction    string   `enum:"forward,backward,bottleneck" default:"backward" help:"With --finite: backward begins orders as late as due dates allow (just in time), forward as soon as it can be, bottleneck plans around the busiest work centre (drum, buffer, rope). Backward makes no demand later than forward does."`
	Rule         []string `placeholder:"NAME,…" help:"With --finite: dispatch rules, the first one first, in place of the default: ${rules}."`
	Objective    []string `placeholder:"NAME,…" help:"With --finite: what a good schedule is, the first first: ${measures}. Default: tardiness (weighted), late, setup, wip, makespan."`
	NoGapFilling bool     `help:"With --finite: put every operation behind those that its machine has already."`
	LeadTimes    string   `enum:"routing,scheduled" default:"routing" help:"With --finite: scheduled plans material again with the lead times that the schedule shows under its load."`
}

// options are the flags as options; nil without --finite.
func (f *finiteFlags) options() (*plan.FiniteOptions, error) {
	if !f.Finite {
		if len(f.Rule) > 0 || len(f.Objective) > 0 || f.NoGapFilling || f.Direction != "backward" || f.LeadTimes != "routing" {
			return nil, fmt.Errorf("--direction, --rule, --objective, --no-gap-filling and --lead-times steer a schedule: add --finite")
		}
		return nil, nil
	}
	o := &plan.FiniteOptions{NoGapFilling: f.NoGapFilling, ScheduledLeadTimes: f.LeadTimes == "scheduled",
		Direction: schedule.Direction(slices.Index(schedule.Directions[:], f.Direction))}
	if len(f.Rule) > 0 && f.Direction == "bottleneck" {
		return nil, fmt.Errorf("--direction bottleneck has turns of its own: leave out --rule")
	}
	for _, name := range f.Objective {
		i := slices.Index(schedule.Measures[:], name)
		if i < 0 {
			return nil, fmt.Errorf("--objective %s: one of %s", name, strings.Join(schedule.Measures[:], ", "))
		}
		o.Objective.Order = append(o.Objective.Order, schedule.Measure(i))
	}
	for _, name := range f.Rule {
		i := slices.Index(schedule.Rules[:], name)
		if i < 0 {
			return nil, fmt.Errorf("--rule %s: one of %s", name, ruleNames())
		}
		o.Rules = append(o.Rules, schedule.Rule(i))
	}
	return o, nil
}

func ruleNames() string { return strings.Join(schedule.Rules[:], ", ") }
