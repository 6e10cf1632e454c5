package main

import (
	"fmt"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/internal/generate"
)

// generateCmd writes a random model.
type generateCmd struct {
	Dir       string  `arg:"" name:"target" help:"Where to write it: a folder of CSV files, or a .json or .xlsx file."`
	Parts     int     `default:"1000" placeholder:"N" help:"Items at sites."`
	Depth     int     `default:"6" placeholder:"N" help:"Levels that are made; what is bought lies below."`
	Width     float64 `default:"4" placeholder:"N" help:"Lines of a made part, on average."`
	Sharing   float64 `default:"0.5" placeholder:"SHARE" help:"Share of lines that name any part of a level; the others name the parent's own."`
	MadeShare float64 `default:"0.5" placeholder:"SHARE" help:"Share of items that are made."`

	Demands    int `placeholder:"N" default:"-1" help:"Order lines. Default: a tenth of the parts."`
	DemandDays int `default:"300" placeholder:"N" help:"They are due within so many days."`
	FirstDay   int `default:"20" placeholder:"N" help:"The first is due so many days after the start."`
	Forecasts  int `placeholder:"N" help:"Forecasts for products, of four weeks each."`

	Sites        int     `default:"1" placeholder:"N" help:"Sites; products are transferred to all but the first."`
	LotRules     string  `default:"lot_for_lot=60,fixed=15,period=15,min_max=10" placeholder:"RULE=WEIGHT,…" help:"Lot rules and how often they occur; all=1 for all ten."`
	StockShare   float64 `default:"0.3" placeholder:"SHARE" help:"Share of parts with stock."`
	SafetyShare  float64 `default:"0.1" placeholder:"SHARE" help:"Share of parts with safety stock."`
	ReceiptShare float64 `default:"0.02" placeholder:"SHARE" help:"Share of items with an open order."`
	MaxLead      int     `default:"20" placeholder:"DAYS" help:"Longest lead time, in working days."`
	WorkWeek     bool    `help:"Monday to Friday; else every day works."`
	Routings     bool    `help:"One operation a made item, on work centres."`

	Start  string `default:"2026-01-05" placeholder:"DATE" help:"Start of the plan."`
	Seed   uint64 `default:"1" placeholder:"N" help:"The same seed and flags give the same model, byte for byte."`
	Format string `enum:"text,json" default:"text" help:"How to tell what was written: text or json."`
}

// Help is the long help of the command.
func (*generateCmd) Help() string {
	return `Writes a random model of any size in little memory. Every number is a hash of the seed and of what it is for.

Examples:

    takt generate demo
    takt generate demo --parts 20000 --sites 3 --work-week --routings --lot-rules all=1
    takt generate demo.xlsx --parts 300 --seed 7

The large benchmark: 1,000,000 parts, 4.4 million lines, 132 million dependent requirements, 52 million planned orders:

    takt generate big --parts 1000000 --width 8.8 --demands 300000 --demand-days 60 --first-day 60 --lot-rules lot_for_lot`
}

// Run writes the model.
func (c *generateCmd) Run(a *app) error {
	start, err := bom.ParseDay(c.Start)
	if err != nil {
		return fmt.Errorf("--start: %w", err)
	}
	rules, err := generate.ParseLotRules(c.LotRules)
	if err != nil {
		return fmt.Errorf("--lot-rules: %w", err)
	}
	if c.Demands < 0 {
		c.Demands = max(c.Parts/10, 1)
	}
	m, err := generate.New(generate.Options{
		Seed: c.Seed, Parts: c.Parts, Depth: c.Depth, Width: c.Width, Sharing: c.Sharing, MadeShare: c.MadeShare,
		Demands: c.Demands, DemandDays: c.DemandDays, FirstDay: c.FirstDay, Forecasts: c.Forecasts, Sites: c.Sites, Start: start,
		StockShare: c.StockShare, SafetyShare: c.SafetyShare, ReceiptShare: c.ReceiptShare, MaxLead: c.MaxLead,
		WorkWeek: c.WorkWeek, Routings: c.Routings, LotRules: rules,
	})
	if err != nil {
		return err
	}
	lines := 0
	list := m.Tables()
	for i, t := range list {
		if t.Name == "bom" {
			list[i] = a.counted(t, &lines)
		}
	}
	where, err := a.save(c.Dir, "", "model", list...)
	a.bar.end()
	if err != nil {
		return err
	}
	a.stats.counts.Parts, a.stats.counts.Lines = m.Parts(), lines
	if c.Format == formatJSON {
		return a.printJSON(map[string]any{"written": where, "parts": m.Parts(), "lines": lines, "demands": c.Demands + c.Forecasts})
	}
	fmt.Fprintf(a.stdout, "wrote %s: %s, %s, %s\n", where, count(m.Parts(), "part"), count(lines, "BOM line"), count(c.Demands+c.Forecasts, "demand"))
	return nil
}
