package plan

import (
	"fmt"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// AddVariant is a special item that is made, or bought, as a standard one is, at all its sites: with its BOM, routings
// and sources, and DesignDays working days of design and approval before its first order. It
// has no stock, no lot sizes and no safety stock of its own: it is made for what is asked.
type AddVariant struct {
	Item, Like string
	DesignDays int
}

func (c AddVariant) String() string { return fmt.Sprintf("add item %s like %s", c.Item, c.Like) }

func (c AddVariant) edit(d *draft) (Change, error) {
	rows := d.allTables()
	standard := len(rows.Items)
	for i := range rows.Items {
		switch rows.Items[i].ID {
		case c.Item:
			return nil, &ExistsError{itemTable.kind, c.Item}
		case c.Like:
			standard = i
		}
	}
	if standard == len(rows.Items) {
		return nil, &NotFoundError{Kind: itemTable.kind, ID: c.Like, Closest: closestID(c.Like, column(d.base.Items(), func(r *bom.Item) string { return r.ID }))}
	}
	rows = d.structure()
	for _, it := range slices.Clone(rows.Items) {
		if it.ID != c.Like {
			continue
		}
		special := bom.Item{ID: c.Item, Site: it.Site, Description: it.Description, UOM: it.UOM, Decimals: it.Decimals, Family: it.Family, Cost: it.Cost,
			Price: it.Price, LeadDays: it.LeadDays, Calendar: it.Calendar, InspectionDays: it.InspectionDays, DesignDays: c.DesignDays, Yield: it.Yield}
		rows.Items = append(rows.Items, special)
	}
	rows.UOMs = copiedRows(rows.UOMs, func(r *bom.UOM) (*string, *int) { return &r.Item, &r.Row }, c)
	rows.Sources = copiedRows(rows.Sources, func(r *bom.Source) (*string, *int) { return &r.Item, &r.Row }, c)
	rows.Lines = copiedRows(rows.Lines, func(r *bom.Line) (*string, *int) { return &r.Parent, &r.Row }, c)
	rows.Operations = copiedRows(rows.Operations, func(r *capacity.Operation) (*string, *int) { return &r.Item, &r.Row }, c)
	return removeVariant{c}, nil
}

// copiedRows are rows with those of the standard item again for the special one.
func copiedRows[R any](rows []R, key func(*R) (item *string, row *int), c AddVariant) []R {
	for _, r := range rows {
		if item, row := key(&r); *item == c.Like {
			*item, *row = c.Item, 0
			rows = append(rows, r)
		}
	}
	return rows
}

// removeVariant takes an AddVariant back.
type removeVariant struct{ added AddVariant }

func (c removeVariant) String() string { return "remove item " + c.added.Item }

func (c removeVariant) edit(d *draft) (Change, error) {
	rows, item := d.structure(), c.added.Item
	rows.Items = slices.DeleteFunc(rows.Items, func(r bom.Item) bool { return r.ID == item })
	rows.UOMs = slices.DeleteFunc(rows.UOMs, func(r bom.UOM) bool { return r.Item == item })
	rows.Sources = slices.DeleteFunc(rows.Sources, func(r bom.Source) bool { return r.Item == item })
	rows.Lines = slices.DeleteFunc(rows.Lines, func(r bom.Line) bool { return r.Parent == item })
	rows.Operations = slices.DeleteFunc(rows.Operations, func(r capacity.Operation) bool { return r.Item == item })
	return c.added, nil
}
