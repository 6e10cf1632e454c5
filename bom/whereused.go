package bom

import (
	"iter"
	"math/big"

	"github.com/shopspring/decimal"
)

// QuotientPlaces is where a decimal that is a quotient (by a scrap, a yield, a lot) is rounded.
const QuotientPlaces = 18

// UsedIn is a line of a where-used list: a parent that takes a part, or yields it.
type UsedIn struct {
	// Level is the distance: 1 for parents of the part asked about.
	Level  int
	Part   PartID // the component, which is the part asked about on level 1
	Parent PartID
	// Line is the row behind it. It belongs to the catalog: read only.
	Line *Component
	// Per is how much of the part asked about one good unit of Parent takes along this
	// path: quantity ÷ (1 − scrap) ÷ yield, multiplied up, without rounding to the item's
	// decimals. It is negative if a by-product is on the path, 0 with PerOrder.
	Per decimal.Decimal
	// PerOrder marks a path through a per-order line: the quantity is not in proportion.
	PerOrder bool
	// Alternative marks a line that planning would not follow on the day: see
	// Selection.Alternatives.
	Alternative bool
	Phantom     bool // the parent is one
	// Path leads from the part asked about to Parent, both included. It is valid
	// until the iteration goes on; clone it to keep it.
	Path []PartID
}

// EndProduct is a part that nothing takes, and what one unit of it takes of another.
type EndProduct struct {
	Part PartID
	// Per is how much one good unit takes over all paths: the total requirement
	// factor (Vazsonyi), without rounding to the item's decimals.
	Per decimal.Decimal
	// PerOrder tells that some path leads through a per-order line, which Per leaves out.
	PerOrder bool
}

// WhereUsed is the single-level where-used list of a part, in the order of parents and lines.
func (s *Structure) WhereUsed(p PartID) iter.Seq[UsedIn] {
	one := *s
	one.sel.MaxLevel = 1
	return one.IndentedWhereUsed(p)
}

// IndentedWhereUsed is the multi-level where-used list of a part, in tree order: a parent is
// followed by its own parents. A parent whose best source on the day buys or
// transfers takes nothing, unless Selection.Bought or Alternatives says otherwise.
func (s *Structure) IndentedWhereUsed(p PartID) iter.Seq[UsedIn] {
	return func(yield func(UsedIn) bool) {
		n := s.network
		type frame struct {
			part     PartID
			next     int32
			per      *big.Rat
			perOrder bool
		}
		path := []PartID{p}
		stack := []frame{{p, n.useStart[p], big.NewRat(1, 1), false}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == n.useStart[top.part+1] {
				stack = stack[:len(stack)-1]
				path = path[:len(stack)]
				continue
			}
			use := &n.uses[top.next]
			top.next++
			b := s.bill(use.Parent, s.sel.Bought)
			followed := use.Line >= b.lines.From && use.Line < b.lines.To && s.follows(use.Line, b.lines)
			if !followed && !(s.sel.Alternatives && s.valid(use.Line)) {
				continue
			}
			c := &n.Components[use.Line]
			u := UsedIn{Level: len(stack), Part: top.part, Parent: use.Parent, Line: c, Alternative: !followed,
				PerOrder: top.perOrder || c.Per == PerOrder, Phantom: n.phantoms[use.Parent]}
			per := new(big.Rat)
			if !u.PerOrder {
				per.Mul(top.per, c.perUnit(b.yield))
				u.Per = rounded(per)
			}
			path = append(path, use.Parent)
			u.Path = path
			if s.sel.MaxLevel == 0 || u.Level < s.sel.MaxLevel {
				stack = append(stack, frame{use.Parent, n.useStart[use.Parent], per, u.PerOrder})
			}
			if !yield(u) {
				return
			}
			path = path[:len(stack)]
		}
	}
}

// perUnit is the quantity of the component for one good unit of the parent, of
// a line per unit.
func (c *Component) perUnit(yield Number) *big.Rat {
	r := new(big.Rat).SetFrac64(int64(c.Quantity), int64(Unit))
	if c.Scrap != 0 {
		r.Mul(r, big.NewRat(int64(One), int64(One-c.Scrap)))
	}
	if yield != One {
		r.Mul(r, big.NewRat(int64(One), int64(yield)))
	}
	return r
}

// rounded is r as a decimal: exact up to QuotientPlaces, half away from zero there.
func rounded(r *big.Rat) decimal.Decimal {
	if r.IsInt() {
		return decimal.NewFromBigInt(r.Num(), 0)
	}
	return decimal.NewFromBigRat(r, QuotientPlaces)
}

// EndProducts are the parts at the top of all paths upward from p, by low-level
// code and then part, with the quantity of p in one unit of each; by-products and
// lines of quantity zero lead nowhere. A part that nothing takes has none.
func (s *Structure) EndProducts(p PartID) iter.Seq[EndProduct] {
	return func(yield func(EndProduct) bool) {
		x := &implosion{Structure: s, takers: levelled[taker]{network: s.network, at: map[PartID]int32{}}}
		x.run(p)
		for level := range x.takers.levels() {
			for _, at := range x.takers.sorted(level) {
				t := &x.takers.values[at]
				if part := x.takers.parts[at]; part != p && !t.taken {
					if !yield(EndProduct{Part: part, Per: rounded(t.per), PerOrder: t.perOrder}) {
						return
					}
				}
			}
		}
	}
}

// taker is a part above the one asked about.
type taker struct {
	per      *big.Rat
	perOrder bool
	taken    bool // by a part above it
}

// implosion sums quantities upward.
type implosion struct {
	*Structure
	takers levelled[taker]
}

func (x *implosion) run(p PartID) {
	x.takers.of(p).per = big.NewRat(1, 1)
	for level := len(x.takers.byLevel) - 1; level >= 0; level-- {
		for _, at := range x.takers.sorted(level) {
			x.climb(at)
		}
	}
}

// climb adds a finished part to its parents, whose low-level codes are smaller.
func (x *implosion) climb(at int32) {
	n := x.network
	part, t := x.takers.parts[at], x.takers.values[at]
	for _, use := range n.Uses(part) {
		c := &n.Components[use.Line]
		if c.Quantity <= 0 || !x.valid(use.Line) {
			continue
		}
		b := x.bill(use.Parent, x.sel.Bought)
		if use.Line < b.lines.From || use.Line >= b.lines.To || !x.follows(use.Line, b.lines) {
			continue
		}
		x.takers.values[at].taken = true
		up := x.takers.of(use.Parent)
		if up.per == nil {
			up.per = new(big.Rat)
		}
		up.perOrder = up.perOrder || t.perOrder || c.Per == PerOrder
		if c.Per == PerUnit {
			up.per.Add(up.per, new(big.Rat).Mul(t.per, c.perUnit(b.yield)))
		}
	}
}
