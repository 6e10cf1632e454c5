package main

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan/tables"
)

type decimalNumber = decimal.Decimal

const shownPlaces = 6 // of quotients in lists

// costCmd rolls up cost.
type costCmd struct {
	bomArgs
	Levels string `enum:"indented,single" default:"indented" help:"indented: the whole tree. single: the components."`
	Qty    string `placeholder:"N" help:"The lot over which per-order lines are spread. Default: the item's lot_qty, else lot_min, else 1."`
}

// Help is the long help of the command.
func (*costCmd) Help() string {
	return `Material cost only: what is bought at the unit cost of its best source, else at the item's cost. Labour and machines are not in it.

Example:

    takt bom cost factory BIKE`
}

// Run rolls up the cost of a part.
func (c *costCmd) Run(a *app) error {
	s := bom.Selection{}
	if c.Levels == "single" {
		s.MaxLevel = 1
	}
	structure, part, err := c.structure(a, s)
	if err != nil {
		return err
	}
	var o bom.CostOptions
	if c.Qty != "" {
		qty, err := bom.ParseQuantity(c.Qty)
		if err != nil {
			return fmt.Errorf("--qty: %w", err)
		}
		o.Lot = func(p bom.PartID) bom.Quantity {
			if p == part {
				return qty
			}
			return 0
		}
	}
	n := structure.Network()
	costs := structure.RollUp(o, part)
	c.caption(a, structure, part, "Material cost of")
	type row = bom.CostLine
	var failed error
	table := tables.New("cost", nil, atMost(costs.Tree(part), &failed),
		tables.Int("level", func(r *row) int { return r.Level }),
		tables.ID("item", func(r *row) string { return c.tree(r.Level+1, n.ItemID(r.Part)) }),
		tables.ID("site", func(r *row) string { return n.SiteID(r.Part) }),
		tables.Decimal("per", func(r *row) decimalNumber { return r.Per.Round(shownPlaces) }),
		tables.ID("uom", func(r *row) string { return n.Names.String(n.Parts[r.Part].UOM) }),
		tables.Decimal("unit_cost", func(r *row) decimalNumber { return r.Unit.Round(shownPlaces) }),
		tables.Decimal("cost", func(r *row) decimalNumber { return r.Extended.Round(shownPlaces) }),
		tables.Name("from", func(r *row) string {
			if r.RolledUp {
				return "rolled up"
			}
			return "price"
		}),
		tables.Text("description", func(r *row) string { return n.Names.String(n.Parts[r.Part].Description) }),
	)
	if err := a.printTables(c.Format, table); err != nil {
		return err
	}
	if own := costs.Of(part); c.Format == formatText && !own.Standard.IsZero() {
		fmt.Fprintf(a.stdout, "\nThe item's own cost is %v; the rolled-up one is %v, a difference of %v.\n", own.Standard, own.Material.Round(shownPlaces), own.Difference().Round(shownPlaces))
	}
	return failed
}

// leadTimeCmd shows the critical path.
type leadTimeCmd struct {
	bomArgs
}

// Help is the long help of the command.
func (*leadTimeCmd) Help() string {
	return `Working days from the first order of the longest chain until the product is there, with no stock at all. Lead times that depend on the quantity (lead_days_per_unit, routings) are not in it.

Example:

    takt bom lead-time factory BIKE`
}

// Run shows the longest chain of orders of a part.
func (c *leadTimeCmd) Run(a *app) error {
	s, part, err := c.structure(a, bom.Selection{})
	if err != nil {
		return err
	}
	n := s.Network()
	c.caption(a, s, part, "Longest chain of orders of")
	type row = bom.CriticalStep
	rows := slices.Collect(s.LeadTimes(nil, part).CriticalPath(part))
	return a.printTables(c.Format, tables.New("critical_path", nil, slices.Values(rows),
		tables.ID("item", func(r *row) string { return n.ItemID(r.Part) }),
		tables.ID("site", func(r *row) string { return n.SiteID(r.Part) }),
		tables.Int("lead_days", func(r *row) int { return r.Days }),
		tables.Int("cumulative_days", func(r *row) int { return r.Cumulative }),
		tables.Int("starts_days_before", func(r *row) int { return r.Start }),
		tables.Text("description", func(r *row) string { return n.Names.String(n.Parts[r.Part].Description) }),
	))
}
