package bom

import (
	"iter"

	"github.com/shopspring/decimal"
)

// CostOptions steer a cost roll-up; the zero value is good.
type CostOptions struct {
	// Lot is the quantity over which per-order lines are spread (the costing
	// lot size), above zero. Nil, or an answer of zero or less: the item's lot_qty,
	// else its lot_min, else one unit.
	Lot func(PartID) Quantity
}

// Cost is what one good base unit of a part costs in material.
type Cost struct {
	Part PartID
	// Material is the rolled-up cost, or the price where nothing is rolled up.
	Material decimal.Decimal
	// Standard is the cost of the item's row.
	Standard decimal.Decimal
	// RolledUp tells that Material comes from components, or from the sender of a transfer.
	RolledUp bool
}

// Difference is how much the rolled-up cost exceeds the item's own.
func (c Cost) Difference() decimal.Decimal { return c.Material.Sub(c.Standard) }

// CostLine is a line of a cost tree.
type CostLine struct {
	Level  int // 0 for the part itself
	Part   PartID
	Parent PartID     // NoPart on level 0
	Line   *Component // read only; nil on level 0 and for the sender of a transfer
	// Per is how much of it one good unit of the part at the top takes; negative for a by-product.
	Per decimal.Decimal
	// Unit is the material cost of one unit, Extended that of Per units. Those of the
	// components of a part sum to the part's own, less what a subcontractor or
	// a transfer charges, and up to the rounding of quotients.
	Unit, Extended decimal.Decimal
	RolledUp       bool // its cost follows, on the next level
}

// Costs is a finished roll-up. It is immutable and safe for any number of readers.
type Costs struct {
	s         *Structure
	lot       func(PartID) Quantity
	material  []decimal.Decimal
	rolled    []bool
	requested []bool // nil: all
}

// RollUp rolls material costs up, for the parts given and all below them, or for all
// parts if none is given. In one pass against the low-level codes:
//
//	bought          unit cost of the best source; without one, the item's cost
//	made            Σ line quantity ÷ (1 − scrap) ÷ yield × component's cost, by-products credited;
//	                without lines, the item's cost; per-order lines are spread over a lot
//	subcontracted   as made, and the unit cost of the source
//	transferred     the sender's cost, and the unit cost of the source
//	phantom         as made, without yield
//
// Labour and machines are not in it. Quantities are not rounded to the item's decimals. Sums and products are exact, quotients
// are rounded half up at QuotientPlaces. O(lines) decimal operations.
func (s *Structure) RollUp(o CostOptions, parts ...PartID) *Costs {
	n := s.network
	c := &Costs{s: s, lot: o.Lot, material: make([]decimal.Decimal, len(n.Parts)), rolled: make([]bool, len(n.Parts)), requested: s.below(parts)}
	for level := n.NumLevels() - 1; level >= 0; level-- {
		for _, p := range n.AtLevel(level) {
			if c.requested == nil || c.requested[p] {
				c.material[p], c.rolled[p] = c.rollUp(p)
			}
		}
	}
	return c
}

// below marks parts and all that they are made of; nil for all parts.
func (s *Structure) below(parts []PartID) []bool {
	if len(parts) == 0 {
		return nil
	}
	n := s.network
	marks := make([]bool, len(n.Parts))
	first := n.NumLevels()
	for _, p := range parts {
		marks[p] = true
		first = min(first, n.Level(p))
	}
	for level := first; level < n.NumLevels(); level++ {
		for _, p := range n.AtLevel(level) {
			if !marks[p] {
				continue
			}
			b := s.bill(p, s.sel.Bought)
			if sender := s.sender(b); sender != NoPart {
				marks[sender] = true
			}
			for l := b.lines.From; l < b.lines.To; l++ {
				if s.follows(l, b.lines) {
					marks[n.Components[l].Part] = true
				}
			}
		}
	}
	return marks
}

// sender is where a transferred part comes from, else NoPart.
func (s *Structure) sender(b bill) PartID {
	if b.supply < 0 || b.kind != Transfer {
		return NoPart
	}
	return s.network.Supplies[b.supply].Sender
}

// rollUp is the cost of a part whose components are done.
func (c *Costs) rollUp(p PartID) (material decimal.Decimal, rolled bool) {
	n := c.s.network
	b := c.s.bill(p, c.s.sel.Bought)
	charge := decimal.Zero
	if b.supply >= 0 && b.kind != Make {
		charge = n.Supplies[b.supply].UnitCost.Decimal()
	}
	if sender := c.s.sender(b); sender != NoPart {
		return c.material[sender].Add(charge), true
	}
	if b.lines.From == b.lines.To {
		if charge.IsZero() {
			charge = n.Parts[p].Cost.Decimal()
		}
		return charge, false
	}
	for l := b.lines.From; l < b.lines.To; l++ {
		if c.s.follows(l, b.lines) {
			charge = charge.Add(c.extend(p, l, b, c.material[n.Components[l].Part]))
		}
	}
	return charge, true
}

// extend multiplies a value by what one good unit of p takes of a line's component.
func (c *Costs) extend(p PartID, l int32, b bill, value decimal.Decimal) decimal.Decimal {
	line := &c.s.network.Components[l]
	v := value.Mul(line.Quantity.short())
	if line.Scrap == 0 && line.Per == PerUnit && b.yield == One {
		return v
	}
	divisor := (One - line.Scrap).Decimal()
	if line.Per == PerOrder {
		divisor = divisor.Mul(c.lotOf(p).short())
	} else {
		divisor = divisor.Mul(b.yield.Decimal())
	}
	return v.DivRound(divisor, QuotientPlaces)
}

var one = decimal.NewFromInt(1)

// short is q as a decimal that does not grow a product needlessly.
func (q Quantity) short() decimal.Decimal {
	if q%Unit == 0 {
		return decimal.NewFromInt(int64(q / Unit))
	}
	return q.Decimal()
}

func (c *Costs) lotOf(p PartID) Quantity {
	if c.lot != nil {
		if q := c.lot(p); q > 0 {
			return q
		}
	}
	part := &c.s.network.Parts[p]
	switch {
	case part.LotQuantity > 0:
		return part.LotQuantity
	case part.LotMin > 0:
		return part.LotMin
	}
	return Unit
}

// Of is the cost of a part. For a part that was not rolled up, Material is zero.
func (c *Costs) Of(p PartID) Cost {
	return Cost{Part: p, Material: c.material[p], Standard: c.s.network.Parts[p].Cost.Decimal(), RolledUp: c.rolled[p]}
}

// All are the costs of the parts that were rolled up, in part order.
func (c *Costs) All() iter.Seq[Cost] {
	return func(yield func(Cost) bool) {
		for p := range c.material {
			if c.requested != nil && !c.requested[p] {
				continue
			}
			if !yield(c.Of(PartID(p))) {
				return
			}
		}
	}
}

// Tree shows what the cost of a part consists of, in tree order, the part itself
// first; Selection.MaxLevel ends it. The part must have been rolled up.
func (c *Costs) Tree(p PartID) iter.Seq[CostLine] {
	return func(yield func(CostLine) bool) {
		top := CostLine{Part: p, Parent: NoPart, Per: one, Unit: c.material[p], Extended: c.material[p], RolledUp: c.rolled[p]}
		if yield(top) {
			c.tree(&top, yield)
		}
	}
}

// tree yields what is below a line; false: the reader has enough. It is as deep as the structure.
func (c *Costs) tree(above *CostLine, yield func(CostLine) bool) bool {
	s, n := c.s, c.s.network
	if !above.RolledUp || s.sel.MaxLevel > 0 && above.Level == s.sel.MaxLevel {
		return true
	}
	visit := func(part PartID, line *Component, per decimal.Decimal) bool {
		x := CostLine{Level: above.Level + 1, Part: part, Parent: above.Part, Line: line, Per: per,
			Unit: c.material[part], Extended: per.Mul(c.material[part]), RolledUp: c.rolled[part]}
		return yield(x) && c.tree(&x, yield)
	}
	b := s.bill(above.Part, s.sel.Bought)
	if sender := s.sender(b); sender != NoPart {
		return visit(sender, nil, above.Per)
	}
	for l := b.lines.From; l < b.lines.To; l++ {
		if s.follows(l, b.lines) && !visit(n.Components[l].Part, &n.Components[l], c.extend(above.Part, l, b, above.Per)) {
			return false
		}
	}
	return true
}
