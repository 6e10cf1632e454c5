package main

import (
	"fmt"
	"iter"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// loadCmd shows what work asks of the work centres.
type loadCmd struct {
	modelArg
	CRP        bool   `name:"crp" xor:"method" help:"The load of planned orders and open receipts. This is the default."`
	RoughCut   bool   `xor:"method" help:"The load of the demands alone, without stock, orders and lot sizes: may the sales plan be kept at all?"`
	Bucket     string `enum:"week,day" default:"week" help:"week (from Monday) or day."`
	Days       int    `placeholder:"N" help:"So many days from the start. Default: to the end of the last work."`
	WorkCentre string `placeholder:"ID" help:"That work centre alone."`
	Format     string `enum:"text,json,csv" default:"text" help:"text: a report. json: the tables load, bottlenecks, load_by_item and cover. csv: the table load."`
}

// Help is the long help of the command.
func (*loadCmd) Help() string {
	return `Hours that work asks of every work centre, week by week, beside the hours that it has. Bottlenecks come first: the centres whose load runs furthest ahead of their time. For overloaded weeks it says what would cover them. Nothing is levelled or moved.

Examples:

    takt load factory
    takt load factory --rough-cut
    takt load factory --work-centre PRESS-1 --bucket day --days 14
    takt load factory --format csv > load.csv`
}

// Run plans and shows the load.
func (c *loadCmd) Run(a *app) error {
	if c.Days < 0 {
		return fmt.Errorf("--days: a number from 1 on")
	}
	model, _, err := a.load(c.modelArg)
	if err != nil {
		return err
	}
	centre, err := c.centre(model.Shop)
	if err != nil {
		return err
	}
	p, err := a.plan(c.modelArg, model, 0, nil)
	if err != nil {
		return err
	}
	a.stats.begin(phaseWrite)
	defer a.stats.begin("")
	r := &loadReport{cmd: c, model: model}
	err = a.interruptible(func() {
		o := plan.LoadOptions{Days: c.Days}
		if c.Bucket == "day" {
			o.Bucket = capacity.Day
		}
		if c.RoughCut {
			r.load = p.RoughCut(o)
		} else {
			r.load = p.CapacityRequirements(o)
		}
		r.digest(centre)
		if c.Format == formatText {
			r.write(a.stdout)
		}
	})
	if err != nil || c.Format == formatText {
		return err
	}
	return a.printTables(c.Format, tables.LoadProfile(model.Zone(), r.rows()), tables.Bottlenecks(r.load, r.ranking),
		tables.Asked(model, r.asked), tables.Covers(model, r.covers))
}

// centre is the work centre asked for, -1 for all.
func (c *loadCmd) centre(s *capacity.Shop) (int32, error) {
	if c.WorkCentre == "" {
		return -1, nil
	}
	if i, ok := s.Centre(c.WorkCentre); ok {
		return i, nil
	}
	names := make([]string, len(s.Centres))
	for i := range names {
		names[i] = s.Centres[i].ID
	}
	advice := ""
	if near := bom.Closest(c.WorkCentre, names); near != "" {
		advice = "; did you mean " + near + "?"
	}
	return 0, fmt.Errorf("--work-centre %s: no such work centre%s", c.WorkCentre, advice)
}

// loadReport is what load prints.
type loadReport struct {
	cmd     *loadCmd
	model   *plan.Model
	load    *plan.Workload
	only    int32 // the work centre asked for; -1: all
	ranking []capacity.Bottleneck
	asked   []plan.Asked
	covers  []capacity.Cover // of the overloaded buckets, in the order of the ranking
}

// digest collects what the report tells.
func (r *loadReport) digest(only int32) {
	r.only = only
	other := func(centre int32) bool { return only >= 0 && centre != only }
	r.ranking = slices.DeleteFunc(r.load.Profile.Bottlenecks(), func(b capacity.Bottleneck) bool { return other(b.Centre) })
	r.asked = slices.DeleteFunc(slices.Clone(r.load.Asked()), func(a plan.Asked) bool { return other(a.Centre) })
	for i := range r.ranking {
		for b := range r.load.Profile.Buckets().Len() {
			r.covers = append(r.covers, r.load.Covers(r.ranking[i].Centre, b)...)
		}
	}
}

// rows are the rows of the table load.
func (r *loadReport) rows() iter.Seq[capacity.Load] {
	if r.only >= 0 {
		return r.load.Profile.Of(r.only)
	}
	return r.load.Profile.Rows()
}
