package main

import (
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// lateNumber is a number of seconds in days, rounded up to 10⁻⁶.
func lateNumber(seconds int64) bom.Number {
	p := plan.Promise{Late: seconds}
	return p.LateDays()
}

// tables are the tables of an answer.
func (r *promiseReport) tables() []tables.Table {
	zone, o := r.plan.Model().Zone(), &r.offer
	type offer = plan.Offer
	var most, step bom.Quantity
	if r.largest != nil {
		most, step = r.largest.Quantity, r.largest.Step
	} else if o.OK() {
		most = o.Demand.Quantity
	}
	list := []tables.Table{
		tables.New("offer", zone, slices.Values([]offer{*o}),
			tables.ID("item", func(*offer) string { return r.inquiry.Item }),
			tables.ID("site", func(*offer) string { return r.inquiry.Site }),
			tables.Quantity("qty", func(x *offer) bom.Quantity { return x.Demand.Quantity }),
			tables.When("due", func(*offer) bom.When { return r.inquiry.Due }),
			tables.Name("mode", func(*offer) string { return r.inquiry.Mode.String() }),
			tables.When("promised", func(x *offer) bom.When { return x.Promised }),
			tables.Number("late_days", func(x *offer) bom.Number { return lateNumber(x.Late) }),
			tables.Bool("as_asked", func(x *offer) bool { return x.OK() }),
			tables.Quantity("available", func(x *offer) bom.Quantity { return x.Available }),
			tables.Quantity("largest_by_due", func(*offer) bom.Quantity { return most }),
			tables.Quantity("largest_step", func(*offer) bom.Quantity { return step }).If(func(*offer) bool { return step > 0 }),
			tables.Text("next", func(*offer) string { return r.next() }),
		),
		deliveriesTable(zone, o.Deliveries), supplyTable(zone, o.Supply), whyTable(zone, o.Causes),
		slipsTable("slips", zone, o.Slips), slipsTable("barred", zone, o.Barred),
	}
	if o.Release != nil {
		type release = plan.FirstRelease
		list = append(list, tables.New("release", zone, slices.Values([]release{*o.Release}),
			tables.ID("order", func(x *release) string { return x.Order }),
			tables.Name("kind", func(x *release) string { return x.Kind.String() }),
			tables.ID("item", func(x *release) string { return x.Item }),
			tables.ID("site", func(x *release) string { return x.Site }),
			tables.Text("from", func(x *release) string { return x.From }),
			tables.Quantity("qty", func(x *release) bom.Quantity { return x.Quantity }),
			tables.When("start", func(x *release) bom.When { return x.Start })))
	}
	type design = plan.DesignStep
	if len(o.Designs) > 0 {
		list = append(list, tables.New("designs", zone, slices.Values(o.Designs),
			tables.ID("item", func(x *design) string { return x.Item }),
			tables.Int("working_days", func(x *design) int { return x.Days })))
	}
	return list
}

func deliveriesTable(zone *time.Location, list []plan.Shipment) tables.Table {
	type row = plan.Shipment
	return tables.New("deliveries", zone, slices.Values(list),
		tables.When("date", func(x *row) bom.When { return x.At }),
		tables.Quantity("qty", func(x *row) bom.Quantity { return x.Quantity }))
}

func supplyTable(zone *time.Location, list []plan.SupplyLine) tables.Table {
	type row = plan.SupplyLine
	return tables.New("supply", zone, slices.Values(list),
		tables.Name("supply_kind", func(x *row) string { return string(x.Kind) }),
		tables.ID("supply", func(x *row) string { return x.ID }),
		tables.Quantity("qty", func(x *row) bom.Quantity { return x.Quantity }),
		tables.Day("available", func(x *row) bom.Day { return x.Available }))
}

func whyTable(zone *time.Location, list []plan.Cause) tables.Table {
	type row = plan.Cause
	return tables.New("causes", zone, slices.Values(list),
		tables.Name("kind", func(x *row) string { return string(x.Kind) }),
		tables.ID("order", func(x *row) string { return x.Order }),
		tables.ID("item", func(x *row) string { return x.Item }),
		tables.ID("work_centre", func(x *row) string { return x.WorkCentre }),
		tables.Number("wait_days", func(x *row) bom.Number { return lateNumber(x.Wait) }),
		tables.Text("text", func(x *row) string { return x.String() }))
}

func slipsTable(name string, zone *time.Location, list []plan.Shift) tables.Table {
	type row = plan.Shift
	return tables.New(name, zone, slices.Values(list),
		tables.ID("demand", func(x *row) string { return x.Demand }),
		tables.ID("item", func(x *row) string { return x.Item }),
		tables.Text("customer", func(x *row) string { return x.Customer }),
		tables.Int("priority", func(x *row) int { return x.Priority }),
		tables.When("promised_before", func(x *row) bom.When { return x.Before }),
		tables.When("promised_after", func(x *row) bom.When { return x.After }),
		tables.Number("later_days", func(x *row) bom.Number { return lateNumber(x.Slip()) }),
		tables.Text("reason", func(x *row) string { return x.Reason }))
}
