package oracle

import (
	"math/big"
	"sort"

	"github.com/taktplan/takt/bom"
)

// explosion is an order, a receipt or a phantom's rest that requires components.
type explosion struct {
	parent       part
	version      string // of the bom; empty: the empty one, or the only one
	quantity     bom.Quantity
	day          bom.Day // on which the components fall before their offset
	valid        bom.Day // on which the lines' dates are judged
	calendar     calendar
	tree         string
	order        parentOrder
	byproductDay bom.Day
}

// explode notes the dependent requirements and by-products (rule 7).
func (r *run) explode(e explosion) {
	for _, group := range r.validGroups(e.parent, e.version, e.valid) {
		line := group[0]
		component := part{line.Component, e.parent[1]}
		if line.Quantity < 0 {
			r.byproduct(component, line, e)
			continue
		}
		r.require(component, requirement{
			day:      r.today(e.calendar.offset(e.day, line.OffsetDays)),
			quantity: up(lineQuantity(line, e.quantity), r.decimals(component)),
			tree:     e.tree,
			line:     line,
			later:    group[1:],
			order:    e.order,
		})
	}
}

// lineQuantity is what a line requires for a start quantity: qty ÷ (1 − scrap),
// times the start quantity unless it is per order.
func lineQuantity(l bom.Line, start bom.Quantity) *big.Rat {
	if l.Per == bom.PerOrder {
		return lineRatio(l)
	}
	return mul(units(start), lineRatio(l))
}

// lineRatio is qty ÷ (1 − scrap).
func lineRatio(l bom.Line) *big.Rat {
	return div(units(l.Quantity), sub(whole(1), number(l.Scrap)))
}

// byproduct is received on the parent's netting need day, rounded down to the
// component's decimals, as common supply.
func (r *run) byproduct(component part, line bom.Line, e explosion) {
	x := units(-line.Quantity)
	if line.Per == bom.PerUnit {
		x = mul(x, units(e.quantity))
	}
	kind := plannedByproduct
	if e.order.receipt != "" {
		kind = receiptByproduct
	}
	r.byproducts[component] = append(r.byproducts[component], &supply{
		kind: kind, day: e.byproductDay, quantity: down(x, r.decimals(component)),
	})
}

// validGroups are the lines of the version that are valid on the day, each
// followed by its later valid substitutes; a line without a group is its own.
func (m *model) validGroups(parent part, version string, day bom.Day) [][]bom.Line {
	var groups [][]bom.Line
	for _, l := range m.version(parent, version) {
		if !inRange(day, l.FromDate, l.ToDate) {
			continue
		}
		if g := groupOf(groups, l); g != nil {
			*g = append(*g, l)
		} else {
			groups = append(groups, []bom.Line{l})
		}
	}
	return groups
}

// groupOf is the group that a line belongs to, or nil.
func groupOf(groups [][]bom.Line, l bom.Line) *[]bom.Line {
	for i := range groups {
		if sameGroup(groups[i][0], l) {
			return &groups[i]
		}
	}
	return nil
}

// version is the lines of a part's bom version, group members in their order.
func (m *model) version(parent part, wanted string) []bom.Line {
	var versions []string
	for _, l := range m.lines[parent] {
		versions = append(versions, l.BOM)
	}
	version, ok := pickVersion(wanted, versions)
	var lines []bom.Line
	for _, l := range m.lines[parent] {
		if ok && l.BOM == version {
			lines = append(lines, l)
		}
	}
	sort.Slice(lines, func(i, j int) bool { return memberBefore(lines[i], lines[j]) })
	return lines
}

// sameGroup: lines of one bom version with the same substitute group.
func sameGroup(a, b bom.Line) bool {
	return a.SubstituteGroup != "" && a.SubstituteGroup == b.SubstituteGroup && a.BOM == b.BOM
}

// memberBefore is the order within a group: priority, line id, component.
func memberBefore(a, b bom.Line) bool {
	if a.SubstitutePriority != b.SubstitutePriority {
		return a.SubstitutePriority < b.SubstitutePriority
	}
	if a.ID != b.ID {
		return a.ID < b.ID
	}
	return a.Component < b.Component
}
