package page

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/taktplan/takt/schedule"
)

// Bars have the colours of setup families, so that changeovers can be seen; without any family
// in the plan they tell orders apart. The colours are the "light" scheme of Paul Tol, which
// people with colour-blindness can tell apart, also under dark text.

// mostColours is how many colours the style sheet has, as classes c1, c2, …; c0 is for the rest.
const mostColours = 8

// colours knows the colour of every operation.
type colours struct {
	p        *schedule.Problem
	byOrder  bool
	families []int   // by family: a colour, 0: of the rest
	named    []int32 // the families with a colour of their own, in the order of the colours
	others   int     // families without one
}

func newColours(p *schedule.Problem, s *schedule.Schedule) *colours {
	c := &colours{p: p, families: make([]int, len(p.Families))}
	busy := make([]int64, len(p.Families))
	for i := range s.Ops {
		if a := &s.Ops[i]; a.Machine >= 0 && placed(a) {
			busy[p.Ops[a.Op].Family] += a.End - a.Start
		}
	}
	for family := range busy {
		if family > 0 && busy[family] > 0 {
			c.named = append(c.named, int32(family))
		}
	}
	c.byOrder = len(c.named) == 0
	slices.SortFunc(c.named, func(a, b int32) int {
		return cmp.Or(cmp.Compare(busy[b], busy[a]), cmp.Compare(p.Families[a], p.Families[b]))
	})
	if len(c.named) > mostColours {
		c.others = len(c.named) - mostColours
		c.named = c.named[:mostColours]
	}
	for i, family := range c.named {
		c.families[family] = i + 1
	}
	return c
}

// of is the class of an operation's bar.
func (c *colours) of(op int32) string {
	o := &c.p.Ops[op]
	switch {
	case c.byOrder:
		return class(int(o.Job)%mostColours + 1)
	case o.Family == 0:
		return "cn"
	}
	return class(c.families[o.Family])
}

func class(colour int) string { return "c" + strconv.Itoa(colour) }

// legend explains the bars.
type legend struct {
	ByOrder bool
	Colours []legendColour
}

type legendColour struct{ Class, Text string }

func (c *colours) legend() legend {
	l := legend{ByOrder: c.byOrder}
	for i, family := range c.named {
		l.Colours = append(l.Colours, legendColour{class(i + 1), c.p.Families[family]})
	}
	if c.others > 0 {
		l.Colours = append(l.Colours, legendColour{class(0), "others (" + strconv.Itoa(c.others) + ")"})
	}
	if !c.byOrder {
		l.Colours = append(l.Colours, legendColour{"cn", "no setup family"})
	}
	return l
}
