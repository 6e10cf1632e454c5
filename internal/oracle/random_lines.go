package oracle

import (
	"fmt"
	"slices"

	"github.com/taktplan/takt/bom"
)

// versions adds the bom versions of a part and returns their names.
func (g *generator) versions(p part) []string {
	names := []string{""}
	if g.with(g.f.Versions, 0.2) {
		names = pick(g, []string{"", "V2"}, []string{"V1"})
	}
	for _, name := range names {
		if g.info[p].phantom && name != names[0] {
			return names[:1] // a phantom has no source to name another one
		}
		g.version(p, name)
	}
	return names
}

// version adds lines, a substitute group and a by-product, with distinct line ids.
func (g *generator) version(p part, name string) {
	phantom := g.info[p].phantom
	id := 0
	add := func(component int, change func(*bom.Line)) {
		id++
		l := bom.Line{Parent: p[0], Site: p[1], BOM: name, ID: fmt.Sprint(id), Component: itemID(component)}
		if id == 1 && g.IntN(2) == 0 {
			l.ID = "" // the default, 1
		}
		change(&l)
		g.rows.Lines = append(g.rows.Lines, l)
	}
	for range g.between(1, 3) {
		add(g.component(p), func(l *bom.Line) {
			l.Quantity = g.lineQuantity()
			g.lineData(l, phantom)
		})
	}
	if members := g.members(p); g.with(g.f.Substitutes, 0.6) && len(members) > 1 {
		perOrder := g.with(g.f.PerOrder, 0.1) && !phantom
		same := g.IntN(4) == 0
		for n, component := range members {
			add(component, func(l *bom.Line) {
				l.Quantity = g.lineQuantity()
				g.lineData(l, phantom)
				l.SubstituteGroup, l.SubstitutePriority = "G", n+1
				if same {
					l.SubstitutePriority = 0
				}
				l.Per = bom.PerUnit
				if perOrder {
					l.Per = bom.PerOrder
				}
			})
		}
	}
	if g.with(g.f.ByProducts, 0.15) && !phantom {
		add(g.component(p), func(l *bom.Line) {
			l.Quantity = -g.lineQuantity()
			g.lineDates(l)
			if g.with(g.f.PerOrder, 0.3) {
				l.Per = bom.PerOrder
			}
		})
	}
}

// component is a random later item.
func (g *generator) component(p part) int {
	return g.between(g.info[p].index+1, g.items-1)
}

// members are two or three later items in ascending order, no phantoms.
func (g *generator) members(p part) []int {
	var members []int
	for range 3 {
		c := g.component(p)
		if !slices.Contains(members, c) && !g.info[part{itemID(c), p[1]}].phantom {
			members = append(members, c)
		}
	}
	slices.Sort(members)
	return members
}

func (g *generator) lineQuantity() bom.Quantity {
	fine := bom.MustQuantity(pick(g, "0.5", "1.25", "0.333", "0.1"))
	if g.with(g.f.FineLines, 0.3) {
		return fine
	}
	return bom.Units(pick[int64](g, 1, 1, 1, 2, 3))
}

func (g *generator) lineData(l *bom.Line, phantom bool) {
	if g.with(g.f.PerOrder, 0.1) && !phantom {
		l.Per = bom.PerOrder
	}
	if g.with(g.f.Scrap, 0.2) {
		l.Scrap = pick(g, bom.MustNumber("0.05"), bom.MustNumber("0.1"), bom.MustNumber("0.03"))
	}
	if g.with(g.f.Offsets, 0.2) {
		l.OffsetDays = g.between(-3, 5)
	}
	g.lineDates(l)
}

func (g *generator) lineDates(l *bom.Line) {
	if g.with(g.f.LineDates, 0.15) {
		l.FromDate, l.ToDate = g.dates()
	}
}
