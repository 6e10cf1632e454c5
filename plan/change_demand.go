package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// AddDemand is a new order or forecast. Its quantity may carry a UOM. An overdue due date is
// taken: the order may have come in late.
type AddDemand struct{ Demand mrp.Demand }

// ChangeDemand puts a demand's row in the place of the one with its id.
type ChangeDemand struct{ Demand mrp.Demand }

// CancelDemand takes a demand away.
type CancelDemand struct{ Demand string }

// MoveDemand gives a demand another due date, today or later.
type MoveDemand struct {
	Demand string
	Due    bom.When
}

// ResizeDemand gives a demand another open quantity, in the item's base unit.
type ResizeDemand struct {
	Demand   string
	Quantity bom.Quantity
}

// PrioritizeDemand gives a demand another priority, 1 the most urgent.
type PrioritizeDemand struct {
	Demand   string
	Priority int
}

// DemandPart is a part that is split from a demand.
type DemandPart struct {
	ID       string
	Quantity bom.Quantity
	Due      bom.When // not given: that of the demand
}

// SplitDemand makes demands of their own of parts of a demand. What they leave stays with it;
// when they leave nothing, it is gone.
type SplitDemand struct {
	Demand string
	Parts  []DemandPart
}

// MergeDemands adds demands to another one of the same item and site and takes them away. The
// earliest due date and the most urgent priority of all hold.
type MergeDemands struct {
	Demands []string
	Into    string
}

// CopyDemand is a new demand like another one.
type CopyDemand struct {
	Demand, ID string
	Due        bom.When     // not given: that of the demand
	Quantity   bom.Quantity // 0: that of the demand
}

func (c AddDemand) String() string    { return "add demand " + c.Demand.ID }
func (c ChangeDemand) String() string { return "change demand " + c.Demand.ID }
func (c CancelDemand) String() string { return "cancel demand " + c.Demand }
func (c MoveDemand) String() string   { return fmt.Sprintf("move demand %s to %v", c.Demand, c.Due.Day) }
func (c ResizeDemand) String() string {
	return fmt.Sprintf("resize demand %s to %v", c.Demand, c.Quantity)
}
func (c PrioritizeDemand) String() string {
	return fmt.Sprintf("give demand %s priority %d", c.Demand, c.Priority)
}
func (c SplitDemand) String() string {
	return fmt.Sprintf("split demand %s into %s", c.Demand, strings.Join(c.ids(), ", "))
}
func (c MergeDemands) String() string {
	return fmt.Sprintf("merge demand %s into %s", strings.Join(c.Demands, ", "), c.Into)
}
func (c CopyDemand) String() string { return fmt.Sprintf("copy demand %s to %s", c.Demand, c.ID) }

const demandKind = "demand"

// whole are claims of rows as a whole.
func whole(kind string, ids ...string) []claim {
	out := make([]claim, len(ids))
	for i, id := range ids {
		out[i] = claim{kind: kind, id: id}
	}
	return out
}

func (c AddDemand) claims() []claim    { return whole(demandKind, c.Demand.ID) }
func (c ChangeDemand) claims() []claim { return whole(demandKind, c.Demand.ID) }
func (c CancelDemand) claims() []claim { return whole(demandKind, c.Demand) }
func (c MoveDemand) claims() []claim   { return []claim{{demandKind, c.Demand, "due", ""}} }
func (c ResizeDemand) claims() []claim { return []claim{{demandKind, c.Demand, "qty", ""}} }
func (c PrioritizeDemand) claims() []claim {
	return []claim{{demandKind, c.Demand, "priority", ""}}
}
func (c SplitDemand) claims() []claim { return whole(demandKind, append(c.ids(), c.Demand)...) }
func (c MergeDemands) claims() []claim {
	out := whole(demandKind, c.Demands...)
	for _, column := range []string{"due", "qty", "priority"} {
		out = append(out, claim{demandKind, c.Into, column, "merge"})
	}
	return out
}
func (c CopyDemand) claims() []claim {
	out := whole(demandKind, c.ID)
	for _, column := range []string{"due", "qty", "priority"} {
		out = append(out, claim{demandKind, c.Demand, column, "copy"})
	}
	return out
}

func (c SplitDemand) ids() []string {
	ids := make([]string, len(c.Parts))
	for i, p := range c.Parts {
		ids[i] = p.ID
	}
	return ids
}

func (c AddDemand) edit(d *draft) (Change, error) {
	row := c.Demand
	if err := d.newDemand(&row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.setDemand(row) })
}

func (c ChangeDemand) edit(d *draft) (Change, error) {
	was, err := d.theDemand(c.Demand.ID)
	if err != nil {
		return nil, err
	}
	row := c.Demand
	row.Row = was.Row
	if err := d.checkDemand(&row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.setDemand(row) })
}

func (c CancelDemand) edit(d *draft) (Change, error) {
	if _, err := d.theDemand(c.Demand); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.removeDemand(c.Demand) })
}

func (c MoveDemand) edit(d *draft) (Change, error) {
	return d.alterDemand(c, c.Demand, func(row *mrp.Demand) error {
		row.Due = c.Due
		return d.checkNotPast("due", c.Due)
	})
}

func (c ResizeDemand) edit(d *draft) (Change, error) {
	return d.alterDemand(c, c.Demand, func(row *mrp.Demand) error {
		row.Quantity = c.Quantity
		return checkMoreThanZero("qty", c.Quantity, "cancel the demand instead")
	})
}

func (c PrioritizeDemand) edit(d *draft) (Change, error) {
	return d.alterDemand(c, c.Demand, func(row *mrp.Demand) error {
		row.Priority = c.Priority
		if c.Priority < 1 {
			return &ValueError{"priority", strconv.Itoa(c.Priority), "1 (the most urgent) or more is expected"}
		}
		return nil
	})
}

// alterDemand changes some columns of an open demand.
func (d *draft) alterDemand(c Change, id string, alter func(*mrp.Demand) error) (Change, error) {
	row, err := d.openDemand(id)
	if err != nil {
		return nil, err
	}
	if err := alter(&row); err != nil {
		return nil, err
	}
	if err := d.checkDemand(&row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.setDemand(row) })
}

func (c SplitDemand) edit(d *draft) (Change, error) {
	row, err := d.openDemand(c.Demand)
	if err != nil {
		return nil, err
	}
	if len(c.Parts) == 0 {
		return nil, &ValueError{"new", "", "name at least one part with its id and quantity"}
	}
	parts := make([]mrp.Demand, len(c.Parts))
	rest := row
	for i, p := range c.Parts {
		parts[i] = row
		parts[i].ID, parts[i].Quantity = p.ID, p.Quantity
		if err := checkMoreThanZero("qty", p.Quantity, "leave the part out"); err != nil {
			return nil, err
		}
		if p.Quantity > rest.Quantity {
			return nil, &ValueError{"qty", p.Quantity.String(), fmt.Sprintf("the parts are more than the %v of the demand: make them smaller", row.Quantity)}
		}
		rest.Quantity -= p.Quantity
		if !p.Due.IsZero() {
			parts[i].Due = p.Due
			if err := d.checkNotPast("due", p.Due); err != nil {
				return nil, err
			}
		}
		if slices.Contains(c.ids()[:i], p.ID) {
			return nil, &ExistsError{demandKind, p.ID}
		}
		if err := d.newDemand(&parts[i]); err != nil {
			return nil, err
		}
	}
	return d.undoable(c, func() {
		if rest.Quantity == 0 {
			d.removeDemand(c.Demand)
		} else {
			d.setDemand(rest)
		}
		for _, p := range parts {
			d.setDemand(p)
		}
	})
}

func (c MergeDemands) edit(d *draft) (Change, error) {
	into, err := d.openDemand(c.Into)
	if err != nil {
		return nil, err
	}
	if len(c.Demands) == 0 {
		return nil, &ValueError{"demand", "", "name at least one demand to merge"}
	}
	for i, id := range c.Demands {
		row, err := d.openDemand(id)
		switch {
		case err != nil:
			return nil, err
		case id == c.Into || slices.Contains(c.Demands[:i], id):
			return nil, &ValueError{"demand", id, "it is there twice: name each demand once"}
		case row.Item != into.Item || siteOr(row.Site) != siteOr(into.Site):
			return nil, &ValueError{"demand", id, fmt.Sprintf("it is of %s@%s, and %s of %s@%s: only demands of one item and site can be merged",
				row.Item, siteOr(row.Site), c.Into, into.Item, siteOr(into.Site))}
		case into.Quantity+row.Quantity < into.Quantity:
			return nil, &ValueError{"qty", row.Quantity.String(), "the sum is too large: leave it a demand of its own"}
		}
		into.Quantity += row.Quantity
		into.Priority = min(urgency(&into), urgency(&row))
		if earlier(row.Due, into.Due, d.base.Zone()) {
			into.Due = row.Due
		}
	}
	return d.undoable(c, func() {
		for _, id := range c.Demands {
			d.removeDemand(id)
		}
		d.setDemand(into)
	})
}

func (c CopyDemand) edit(d *draft) (Change, error) {
	row, err := d.theDemand(c.Demand)
	if err != nil {
		return nil, err
	}
	row.ID, row.Status = c.ID, mrp.Open
	if c.Quantity != 0 {
		row.Quantity = c.Quantity
	}
	if err := checkMoreThanZero("qty", row.Quantity, "give the copy a quantity"); err != nil {
		return nil, err
	}
	if !c.Due.IsZero() {
		row.Due = c.Due
		if err := d.checkNotPast("due", c.Due); err != nil {
			return nil, err
		}
	}
	if err := d.newDemand(&row); err != nil {
		return nil, err
	}
	return d.undoable(c, func() { d.setDemand(row) })
}
