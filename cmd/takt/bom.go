package main

import (
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan/tables"
)

// bomCmd looks at the product structure.
type bomCmd struct {
	Explode   explodeCmd   `cmd:"" help:"What a product is made of."`
	WhereUsed whereUsedCmd `cmd:"" name:"where-used" help:"Which products take a part."`
	Cost      costCmd      `cmd:"" help:"What a product costs in material, rolled up."`
	LeadTime  leadTimeCmd  `cmd:"" name:"lead-time" help:"The longest chain of orders behind a product."`
}

// bomArgs are common to the bom commands.
type bomArgs struct {
	modelArg
	Item   string `arg:"" help:"An item, or item@site."`
	Site   string `placeholder:"SITE" help:"The site, if the item is at several."`
	Date   string `placeholder:"DATE" help:"Lines and sources valid on that day. Default: the start of the plan."`
	Format string `enum:"text,json,csv" default:"text" help:"text, json or csv."`
}

// structure loads the model, and finds the part and the structure on the day.
func (c *bomArgs) structure(a *app, s bom.Selection) (*bom.Structure, bom.PartID, error) {
	model, _, err := a.load(c.modelArg)
	if err != nil {
		return nil, 0, err
	}
	a.stats.begin(phaseCompile)
	network, err := model.Network()
	a.stats.begin("")
	if err != nil {
		return nil, 0, &modelError{c.Dir, located(c.Dir, err)}
	}
	part, err := findPart(network.Catalog, c.Item, c.Site)
	if err != nil {
		return nil, 0, err
	}
	day := model.Settings().Start.Day
	if c.Date != "" {
		if day, err = bom.ParseDay(c.Date); err != nil {
			return nil, 0, fmt.Errorf("--date: %w", err)
		}
	}
	return network.On(day, s), part, nil
}

// caption says what the text is about.
func (c *bomArgs) caption(a *app, s *bom.Structure, part bom.PartID, what string) {
	if c.Format == formatText {
		n := s.Network()
		text := n.Names.String(n.Parts[part].Description)
		if text != "" {
			text = ", " + text
		}
		fmt.Fprintf(a.stdout, "%s %s%s, on %s\n\n", what, partName(n.ItemID(part), n.SiteID(part)), text, s.Day())
	}
}

// tree indents an id by its level in text.
func (c *bomArgs) tree(level int, id string) string {
	if c.Format != formatText {
		return id
	}
	return strings.Repeat("  ", max(level-1, 0)) + id
}

// explodeCmd lists components.
type explodeCmd struct {
	bomArgs
	Qty    string `default:"1" placeholder:"N" help:"How many."`
	Levels string `enum:"indented,single,summarised" default:"indented" help:"indented: the tree. single: one level. summarised: one total a part."`
	Bought bool   `help:"Also follow what is bought or transferred but has a BOM."`
}

// Help is the long help of the command.
func (*explodeCmd) Help() string {
	return `Examples:

    takt bom explode factory BIKE
    takt bom explode factory BIKE --qty 20 --levels summarised
    takt bom explode factory BIKE@north --date 2027-01-01 --format csv`
}

// Run explodes.
func (c *explodeCmd) Run(a *app) error {
	s, part, err := c.structure(a, bom.Selection{Bought: c.Bought})
	if err != nil {
		return err
	}
	qty, err := bom.ParseQuantity(c.Qty)
	if err != nil {
		return fmt.Errorf("--qty: %w", err)
	}
	want := bom.Amount{Part: part, Quantity: qty}
	c.caption(a, s, part, fmt.Sprintf("%v of", qty))
	var failed error
	var table tables.Table
	switch c.Levels {
	case "summarised":
		table = c.totals(s.Network(), untilError(s.Summarised(want), &failed))
	case "single":
		table = c.lines(s.Network(), untilError(s.SingleLevel(want), &failed))
	default:
		table = c.lines(s.Network(), atMost(untilError(s.Indented(want), &failed), &failed))
	}
	if err := a.printTables(c.Format, table); err != nil {
		return err
	}
	return failed
}

// atMost is a sequence up to the most rows that a tree may have; a shared structure
// can have more paths than a machine can list. It says so in failed.
func atMost[T any](rows iter.Seq[T], failed *error) iter.Seq[T] {
	return func(yield func(T) bool) {
		n := 0
		for row := range rows {
			if n++; n > mostTree {
				*failed = fmt.Errorf("stopped after %d rows: shared parts make the tree larger than that; ask for --levels single or summarised", mostTree)
				return
			}
			if !yield(row) {
				return
			}
		}
	}
}

// untilError is a sequence up to its first error, which it keeps.
func untilError[T any](rows iter.Seq2[T, error], failed *error) iter.Seq[T] {
	return func(yield func(T) bool) {
		for row, err := range rows {
			if err != nil {
				*failed = err
				return
			}
			if !yield(row) {
				return
			}
		}
	}
}

// lines is an explosion as a table.
func (c *explodeCmd) lines(n *bom.Network, rows iter.Seq[bom.Requirement]) tables.Table {
	type row = bom.Requirement
	return tables.New("explosion", nil, rows,
		tables.Int("level", func(r *row) int { return r.Level }),
		tables.ID("item", func(r *row) string { return c.tree(r.Level, n.ItemID(r.Part)) }),
		tables.ID("site", func(r *row) string { return n.SiteID(r.Part) }),
		tables.Quantity("qty", func(r *row) bom.Quantity { return r.Quantity }),
		tables.ID("uom", func(r *row) string { return n.Names.String(n.Parts[r.Part].UOM) }),
		tables.Quantity("per", func(r *row) bom.Quantity { return r.Line.Quantity }),
		tables.Name("per_what", func(r *row) string { return bom.Usages[r.Line.Per] }).If(func(r *row) bool { return c.Format != formatText || r.Line.Per == bom.PerOrder }),
		tables.Number("scrap", func(r *row) bom.Number { return r.Line.Scrap }).If(func(r *row) bool { return r.Line.Scrap != 0 }),
		tables.Quantity("start_qty", func(r *row) bom.Quantity { return r.Start }).If(func(r *row) bool { return r.Start != 0 && r.Start != r.Quantity }),
		tables.Name("kind", func(r *row) string { return lineKind(r.Phantom, r.Quantity) }),
		tables.ID("parent", func(r *row) string { return n.ItemID(r.Parent) }).If(func(*row) bool { return c.Format != formatText }),
		tables.Text("description", func(r *row) string { return n.Names.String(n.Parts[r.Part].Description) }),
	)
}

// lineKind marks what is no plain component.
func lineKind(phantom bool, q bom.Quantity) string {
	switch {
	case phantom:
		return "phantom"
	case q < 0:
		return "by-product"
	}
	return ""
}

// totals is a summarised explosion as a table.
func (c *explodeCmd) totals(n *bom.Network, rows iter.Seq[bom.Total]) tables.Table {
	type row = bom.Total
	return tables.New("explosion", nil, rows,
		tables.Int("low_level_code", func(r *row) int { return r.LowLevelCode }),
		tables.ID("item", func(r *row) string { return n.ItemID(r.Part) }),
		tables.ID("site", func(r *row) string { return n.SiteID(r.Part) }),
		tables.Quantity("qty", func(r *row) bom.Quantity { return r.Quantity }),
		tables.ID("uom", func(r *row) string { return n.Names.String(n.Parts[r.Part].UOM) }),
		tables.Quantity("start_qty", func(r *row) bom.Quantity { return r.Start }).If(func(r *row) bool { return r.Start != 0 && r.Start != r.Quantity }),
		tables.Quantity("by_product", func(r *row) bom.Quantity { return -r.ByProduct }).If(func(r *row) bool { return r.ByProduct != 0 }),
		tables.Name("kind", func(r *row) string { return lineKind(r.Phantom, 0) }),
		tables.Text("description", func(r *row) string { return n.Names.String(n.Parts[r.Part].Description) }),
	)
}

// whereUsedCmd lists parents.
type whereUsedCmd struct {
	bomArgs
	Levels       string `enum:"indented,single,summarised" default:"indented" help:"indented: the tree up to the end products. single: parents. summarised: end products."`
	Alternatives bool   `help:"Also lines that planning does not follow that day: other versions, later substitutes."`
}

// Help is the long help of the command.
func (*whereUsedCmd) Help() string {
	return `Examples:

    takt bom where-used factory SCREW-M6
    takt bom where-used factory SCREW-M6 --levels summarised`
}

// Run lists where a part is used.
func (c *whereUsedCmd) Run(a *app) error {
	s, part, err := c.structure(a, bom.Selection{Alternatives: c.Alternatives})
	if err != nil {
		return err
	}
	n := s.Network()
	c.caption(a, s, part, "Where used:")
	description := func(p bom.PartID) string { return n.Names.String(n.Parts[p].Description) }
	if c.Levels == "summarised" {
		type row = bom.EndProduct
		return c.list(a, tables.New("end_products", nil, s.EndProducts(part),
			tables.ID("item", func(r *row) string { return n.ItemID(r.Part) }),
			tables.ID("site", func(r *row) string { return n.SiteID(r.Part) }),
			tables.Decimal("per_unit", func(r *row) decimalNumber { return r.Per.Round(shownPlaces) }),
			tables.Bool("per_order", func(r *row) bool { return r.PerOrder }).If(func(r *row) bool { return r.PerOrder }),
			tables.Text("description", func(r *row) string { return description(r.Part) })))
	}
	type row = bom.UsedIn
	var failed error
	rows := atMost(s.IndentedWhereUsed(part), &failed)
	if c.Levels == "single" {
		rows = s.WhereUsed(part)
	}
	err = c.list(a, tables.New("where_used", nil, rows,
		tables.Int("level", func(r *row) int { return r.Level }),
		tables.ID("parent", func(r *row) string { return c.tree(r.Level, n.ItemID(r.Parent)) }),
		tables.ID("site", func(r *row) string { return n.SiteID(r.Parent) }),
		tables.ID("bom", func(r *row) string { return n.Names.String(r.Line.Version) }),
		tables.Quantity("line_qty", func(r *row) bom.Quantity { return r.Line.Quantity }),
		tables.Decimal("per_unit", func(r *row) decimalNumber { return r.Per.Round(shownPlaces) }).If(func(r *row) bool { return !r.PerOrder }),
		tables.Name("kind", func(r *row) string { return usedKind(r) }),
		tables.Text("description", func(r *row) string { return description(r.Parent) })))
	return errors.Join(err, failed)
}

// list prints a where-used list; an empty one says so.
func (c *whereUsedCmd) list(a *app, t tables.Table) error {
	if c.Format == formatText && !hasRows(t) {
		fmt.Fprintln(a.stdout, "nothing takes it")
		return nil
	}
	return a.printTables(c.Format, t)
}

func hasRows(t tables.Table) bool {
	for range t.Rows {
		return true
	}
	return false
}

func usedKind(r *bom.UsedIn) string {
	switch {
	case r.Alternative:
		return "alternative"
	case r.Phantom:
		return "phantom"
	case r.PerOrder:
		return "per order"
	}
	return ""
}
