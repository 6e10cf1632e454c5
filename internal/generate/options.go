package generate

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/taktplan/takt/bom"
)

// Options shape a random model. Use Defaults and change what matters.
type Options struct {
	Seed  uint64
	Parts int // items at sites, exactly

	// Depth is the number of levels that are made; what is bought lies below them.
	Depth int
	// Width is the mean number of lines of a made part: from half of it to one and a half.
	Width float64
	// Sharing is the share of lines whose component is any part of its level. The
	// other lines name the parent's own components, as in a tree.
	Sharing float64
	// MadeShare is the share of items that are made.
	MadeShare float64

	Demands      int // order lines
	DemandDays   int // they are due within so many days, from FirstDay on
	FirstDay     int // days from the start to the first due date
	Forecasts    int // beside the orders, for the products, one a period of four weeks
	Sites        int // 1: main alone; more: products are also stocked at other sites, by transfer
	Start        bom.Day
	StockShare   float64 // of parts with stock
	SafetyShare  float64 // of parts with safety stock
	ReceiptShare float64 // of parts with an open order
	MaxLead      int     // working days: 1 to MaxLead for what is bought, a third of it for what is made
	WorkWeek     bool    // a calendar of five days a week; else every day works
	Routings     bool    // one operation a made item, on work centres
	LotRules     []Weight
}

// Weight is a lot rule and how often it is drawn.
type Weight struct {
	Rule   bom.LotRule
	Weight int
}

// Defaults are the options of a model with that many parts: six levels, four lines a
// made part, a demand for every tenth part within a year.
func Defaults(parts int) Options {
	return Options{
		Seed: 1, Parts: parts, Depth: 6, Width: 4, Sharing: 0.5, MadeShare: 0.5,
		Demands: max(parts/10, 1), DemandDays: 300, FirstDay: 20, Sites: 1, Start: bom.On(2026, 1, 5),
		StockShare: 0.3, SafetyShare: 0.1, ReceiptShare: 0.02, MaxLead: 20,
		LotRules: []Weight{{bom.LotForLot, 60}, {bom.FixedLot, 15}, {bom.PeriodLot, 15}, {bom.MinMax, 10}},
	}
}

// The limits of the options.
const (
	MaxParts = 20_000_000
	maxDepth = 50
	maxWidth = 200
	maxDays  = 3650
)

// check tells all that is wrong with the options.
func (o *Options) check() error {
	var errs []error
	whole := func(name string, v, low, high int) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("%s is %d: from %d to %d is possible", name, v, low, high))
		}
	}
	share := func(name string, v float64) {
		if !(v >= 0 && v <= 1) {
			errs = append(errs, fmt.Errorf("%s is %v: a share from 0 to 1 is expected", name, v))
		}
	}
	whole("parts", o.Parts, 1, MaxParts)
	whole("depth", o.Depth, 1, maxDepth)
	whole("demands", o.Demands, 0, 100*MaxParts)
	whole("forecasts", o.Forecasts, 0, 100*MaxParts)
	whole("demand days", o.DemandDays, 1, maxDays)
	whole("first day", o.FirstDay, 0, maxDays)
	whole("sites", o.Sites, 1, 100)
	whole("lead", o.MaxLead, 1, 500)
	if !(o.Width >= 1 && o.Width <= maxWidth) {
		errs = append(errs, fmt.Errorf("width is %v: from 1 to %d lines a made part are possible", o.Width, maxWidth))
	}
	share("sharing", o.Sharing)
	share("made share", o.MadeShare)
	share("stock share", o.StockShare)
	share("safety share", o.SafetyShare)
	share("receipt share", o.ReceiptShare)
	sum := 0
	for _, w := range o.LotRules {
		if w.Weight < 0 || w.Weight > 1_000_000 {
			errs = append(errs, fmt.Errorf("lot rule %v has weight %d: 0 to 1000000 is possible", w.Rule, w.Weight))
		}
		sum += w.Weight
	}
	if sum <= 0 {
		errs = append(errs, errors.New("lot rules: at least one with a weight above 0 is needed"))
	}
	if y := o.Start.Time().Year(); y < 1900 || y > 2200 {
		errs = append(errs, fmt.Errorf("start is %v: a date from 1900 to 2200 is expected", o.Start))
	}
	return errors.Join(errs...)
}

// ParseLotRules reads rules with weights, such as lot_for_lot=60,period=40; a
// rule without a weight has 1, and all stands for all of them.
func ParseLotRules(s string) ([]Weight, error) {
	var list []Weight
	for field := range strings.SplitSeq(s, ",") {
		name, weight, given := strings.Cut(strings.TrimSpace(field), "=")
		n := 1
		if given {
			var err error
			if n, err = strconv.Atoi(weight); err != nil || n < 0 {
				return nil, fmt.Errorf("lot rule %q: the weight is a whole number, such as period=40", field)
			}
		}
		if name == "all" {
			for r := range bom.LotRules {
				list = append(list, Weight{bom.LotRule(r), n})
			}
			continue
		}
		at := slices.Index(bom.LotRules[:], name)
		if at < 0 {
			hint := "known are " + strings.Join(bom.LotRules[:], ", ")
			if c := bom.Closest(name, bom.LotRules[:]); c != "" {
				hint = "did you mean " + c + "?"
			}
			return nil, fmt.Errorf("no lot rule %q: %s", name, hint)
		}
		list = append(list, Weight{bom.LotRule(at), n})
	}
	return list, nil
}
