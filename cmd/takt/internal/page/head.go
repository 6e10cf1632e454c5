package page

import (
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/plan"
)

// head is the top of the page.
type head struct {
	Model, Start, Zone string
	Size               string
	Tiles              []tile
}

// tile is a figure of the plan.
type tile struct {
	Label, Value, Unit, Note string
	Bad, Good                bool
}

func newHead(model string, p *plan.Plan) head {
	m, f := p.Model(), p.Finite()
	s := m.Settings()
	h := head{Model: model, Start: s.Start.Day.Weekday().String()[:3] + " " + s.Start.Day.String(), Zone: s.TimeZone}
	if h.Zone == "" {
		h.Zone = "UTC"
	}
	k := map[string]decimal.Decimal{}
	for _, row := range p.KPIs() {
		k[row.Name] = row.Value
	}
	h.Size = count(int(k["scheduled_operations"].IntPart()), "operation") + " on " + count(len(f.Problem().Machines), "machine") +
		", " + count(len(f.Promises()), "demand")
	h.Tiles = tiles(k)
	if gain := f.Gain(); gain != nil {
		h.Tiles = append(h.Tiles, tile{Label: "Search", Value: thousands(gain.Iterations), Unit: "tries", Note: gain.What()})
	}
	return h
}

// tiles are the figures in the order in which people ask for them.
func tiles(k map[string]decimal.Decimal) []tile {
	late, short := k["late_demands"], k["short_demands"]
	lateNote := "weight " + figure(k["late_weight"])
	if short.IsPositive() {
		lateNote += ", " + figure(short) + " of them short"
	}
	all := late.Add(short)
	if all.IsPositive() {
		lateNote += "; no plan has fewer than " + figure(k["late_demands_bound"])
	}
	list := []tile{
		{Label: "On time in full", Value: share(k["on_time_in_full"]), Good: all.IsZero(), Bad: !all.IsZero()},
		{Label: "Late", Value: figure(all), Unit: plural(all, "demand"), Note: lateNote, Bad: !all.IsZero(), Good: all.IsZero()},
		{Label: "Tardiness", Value: figure(k["tardiness"]), Unit: "days", Note: "of all demands together"},
		{Label: "Makespan", Value: figure(k["makespan"]), Unit: "days"},
		{Label: "Utilisation", Value: share(k["utilisation"]), Note: "of the working hours"},
		{Label: "Setup share", Value: share(k["setup_share"]), Note: figure(k["setup_time"]) + " h of setups"},
		{Label: "Throughput", Value: figure(k["throughput"]), Unit: "orders a week"},
		{Label: "Work in progress", Value: figure(k["wip"]), Unit: "orders", Note: "on average"},
		{Label: "Flow time", Value: figure(k["flow_time"]), Unit: "days", Note: "from start to end of an order"},
		{Label: "Inventory value", Value: figure(k["inventory_value"]), Note: "stock at the start, at cost"},
	}
	if d, ok := k["deviation"]; ok {
		list = append(list, tile{Label: "Deviation", Value: figure(d), Unit: "days", Note: "from the published schedule"})
	}
	return list
}

func plural(n decimal.Decimal, noun string) string {
	if n.Equal(decimal.NewFromInt(1)) {
		return noun
	}
	return noun + "s"
}

// figure is a number as it fits a tile.
func figure(d decimal.Decimal) string {
	const few, many = 10, 100
	places := int32(0)
	switch abs := d.Abs(); {
	case abs.LessThan(decimal.NewFromInt(few)):
		places = 2
	case abs.LessThan(decimal.NewFromInt(many)):
		places = 1
	}
	d = d.Round(places)
	if d.IsInteger() {
		return thousands(d.IntPart())
	}
	return d.String()
}

// share is a fraction as a percentage.
func share(d decimal.Decimal) string {
	const most = 1000
	n := d.Shift(3).IntPart() // tenths of a percent, cut: what is not quite all is not 100 %
	if n%10 == 0 || n >= most {
		return strconv.FormatInt(n/10, 10) + " %"
	}
	return strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10) + " %"
}
