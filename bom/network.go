package bom

import (
	"fmt"
	"strings"
)

// Use is one entry of the where-used list of a part: a line that consumes it
// (or, with a negative quantity, yields it).
type Use struct {
	Parent PartID
	Line   int32 // in Catalog.Components
	// Times > 0 marks a plain line: per unit, always valid, without scrap,
	// offset, substitutes or versions, and with a product that needs no
	// rounding. The requirement is then exactly start quantity × Times.
	// Times 0 sends the reader to the line.
	Times int64
}

// LineRange is a run of Catalog.Components: the lines of one BOM version.
type LineRange struct{ From, To int32 }

// Network is a Catalog with its structure compiled: where-used, low-level
// codes, the order in which parts are planned, and the BOM version behind every
// way of making a part. It is immutable and safe for any number of readers.
type Network struct {
	*Catalog

	useStart []int32
	uses     []Use

	level    []int32 // low-level code of a part
	order    []PartID
	levels   []int32     // order[levels[l]:levels[l+1]] are the parts of level l
	bySupply []LineRange // lines of Supplies[i]
	byPart   []LineRange // lines when a part has no source row, or is a phantom
	routed   []bool
	senders  [][]int32 // by sending part: Supplies that transfer from it
}

// Compile builds the network. routed tells which parts have a routing; nil: none
// has. Errors are *RowError (a version that does not exist, a made item without BOM
// and routing) and *CycleError. Time and memory are linear in parts and lines.
func Compile(c *Catalog, routed []bool) (*Network, error) {
	if routed == nil {
		routed = make([]bool, len(c.Parts))
	}
	n := &Network{Catalog: c, routed: routed}
	errs := &Errors{}
	n.resolveVersions(errs)
	extra := n.extraArcs()
	n.rankLevels(extra, errs)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	n.buildUses()
	return n, nil
}

// resolveVersions finds the lines behind every source, and behind parts without one.
func (n *Network) resolveVersions(errs *Errors) {
	n.bySupply = make([]LineRange, len(n.Supplies))
	n.byPart = make([]LineRange, len(n.Parts))
	for p := range n.Parts {
		from, to := n.lineStart[p], n.lineStart[p+1]
		firstSource, lastSource := n.supplyStart[p], n.supplyStart[p+1]
		if firstSource == lastSource {
			n.byPart[p] = n.implicitVersion(PartID(p), from, to, errs)
			continue
		}
		for s := firstSource; s < lastSource; s++ {
			n.bySupply[s] = n.sourceVersion(s, from, to, errs)
		}
		if n.Parts[p].Phantom {
			n.byPart[p] = n.phantomVersion(firstSource, lastSource)
			if n.byPart[p] == (LineRange{}) {
				n.byPart[p] = n.implicitVersion(PartID(p), from, to, errs)
			}
		}
	}
}

// phantomVersion is the version that the first make source of a phantom names.
func (n *Network) phantomVersion(from, to int32) LineRange {
	best := LineRange{}
	priority := int32(0)
	for s := from; s < to; s++ {
		if sup := &n.Supplies[s]; sup.Kind.Explodes() && (best == LineRange{} || sup.Priority < priority) {
			best, priority = n.bySupply[s], sup.Priority
		}
	}
	return best
}

// implicitVersion is the empty version or the only one.
func (n *Network) implicitVersion(p PartID, from, to int32, errs *Errors) LineRange {
	part := &n.Parts[p]
	check := &Check{errs, "items", int(part.Row)}
	if part.Phantom && from == to {
		check.Fail("phantom", n.ItemID(p), "BOM lines under a phantom: add them, or make it no phantom")
		return LineRange{}
	}
	r, ok := n.version(0, from, to)
	if !ok {
		check.Fail("item", n.ItemID(p), fmt.Sprintf("one BOM version, or sources that name one of %s", n.versionNames(from, to)))
	}
	return r
}

func (n *Network) sourceVersion(s, from, to int32, errs *Errors) LineRange {
	sup := &n.Supplies[s]
	check := &Check{errs, "sources", int(sup.Row)}
	if !sup.Kind.Explodes() {
		if sup.Version != 0 {
			check.Fail("bom", n.Names.String(sup.Version), fmt.Sprintf("no BOM version on a %v source", sup.Kind))
		}
		return LineRange{}
	}
	if from == to && sup.Version == 0 {
		if sup.Kind == Make && !n.routed[sup.Part] {
			check.Fail("kind", sup.Kind, fmt.Sprintf("BOM lines or a routing for the made part %s: add them, or buy it", n.Label(sup.Part)))
		}
		return LineRange{}
	}
	r, ok := n.version(sup.Version, from, to)
	if !ok {
		check.Fail("bom", n.Names.String(sup.Version), fmt.Sprintf("a BOM version of %s: %s", n.Label(sup.Part), n.versionNames(from, to)))
	}
	return r
}

// version is the run of lines of a version; the empty one falls back to the only one.
func (n *Network) version(v Sym, from, to int32) (LineRange, bool) {
	if from == to {
		return LineRange{}, v == 0
	}
	if v == 0 && n.Components[from].Version == n.Components[to-1].Version {
		return LineRange{from, to}, true // lines are sorted by version: there is one
	}
	r := LineRange{-1, -1}
	for l := from; l < to; l++ {
		if n.Components[l].Version == v {
			if r.From < 0 {
				r.From = l
			}
			r.To = l + 1
		}
	}
	if r.From < 0 {
		return LineRange{}, false
	}
	return r, true
}

func (n *Network) versionNames(from, to int32) string {
	var names []string
	for l := from; l < to; l++ {
		if l == from || n.Components[l].Version != n.Components[l-1].Version {
			names = append(names, fmt.Sprintf("%q", n.Names.String(n.Components[l].Version)))
		}
	}
	if names == nil {
		return "it has no BOM lines"
	}
	return strings.Join(names, ", ")
}

// arc is a planning precedence beside the BOM lines: to is planned after from.
type arc struct {
	from, to PartID
	table    string
	row      int32
	name     string
}

// extraArcs are the arcs of transfers and substitutes.
func (n *Network) extraArcs() []arc {
	var arcs []arc
	n.senders = make([][]int32, 0)
	for i := range n.Supplies {
		s := &n.Supplies[i]
		if s.Kind != Transfer || s.Sender == NoPart {
			continue
		}
		if len(n.senders) == 0 {
			n.senders = make([][]int32, len(n.Parts))
		}
		n.senders[s.Sender] = append(n.senders[s.Sender], int32(i))
		if !s.SpareOnly {
			arcs = append(arcs, arc{s.Part, s.Sender, "sources", s.Row, "transfer"})
		}
	}
	for p := range n.Parts {
		arcs = n.substituteArcs(arcs, n.lineStart[p], n.lineStart[p+1])
	}
	return arcs
}

// substituteArcs chains the members of every substitute group of one parent.
func (n *Network) substituteArcs(arcs []arc, from, to int32) []arc {
	for i := from; i < to; i++ {
		main := &n.Components[i]
		if main.Group == 0 {
			continue
		}
		for j := from; j < to; j++ {
			sub := &n.Components[j]
			if sub.Group == main.Group && sub.Version == main.Version && sub.Part != main.Part && n.laterSubstitute(main, sub) {
				arcs = append(arcs, arc{main.Part, sub.Part, "bom", sub.Row, "substitute"})
			}
		}
	}
	return arcs
}

// laterSubstitute reports whether b comes after a in their group: by
// priority, then line id, then component.
func (n *Network) laterSubstitute(a, b *Component) bool {
	if a.GroupPriority != b.GroupPriority {
		return b.GroupPriority > a.GroupPriority
	}
	if a.ID != b.ID {
		return n.rank[b.ID] > n.rank[a.ID]
	}
	return b.Part > a.Part
}

// rankLevels gives every part its low-level code: one more than its highest
// predecessor's (Kahn's topological order; Orlicky 1975). What remains is cyclic.
func (n *Network) rankLevels(extra []arc, errs *Errors) {
	count := len(n.Parts)
	n.level = make([]int32, count)
	open := make([]int32, count)
	for i := range n.Components {
		open[n.Components[i].Part]++
	}
	for _, a := range extra {
		open[a.to]++
	}
	extraStart := make([]int32, 0)
	if len(extra) > 0 {
		extra, extraStart = groupBy(extra, count, func(a *arc) PartID { return a.from }, func(a, b *arc) int { return 0 })
	}
	queue := make([]PartID, 0, count)
	for p := range count {
		if open[p] == 0 {
			queue = append(queue, PartID(p))
		}
	}
	reach := func(next PartID, level int32) {
		n.level[next] = max(n.level[next], level)
		if open[next]--; open[next] == 0 {
			queue = append(queue, next)
		}
	}
	highest := int32(0)
	for head := 0; head < len(queue); head++ {
		p := queue[head]
		highest = max(highest, n.level[p])
		for l := n.lineStart[p]; l < n.lineStart[p+1]; l++ {
			reach(n.Components[l].Part, n.level[p]+1)
		}
		if len(extra) > 0 {
			for _, a := range extra[extraStart[p]:extraStart[p+1]] {
				reach(a.to, n.level[p]+1)
			}
		}
	}
	if len(queue) < count {
		errs.Add(n.findCycle(open, extra, extraStart))
		return
	}
	n.orderByLevel(highest)
}

func (n *Network) orderByLevel(highest int32) {
	if len(n.Parts) == 0 {
		n.levels = []int32{0}
		return
	}
	n.levels = make([]int32, highest+2)
	for _, l := range n.level {
		n.levels[l+1]++
	}
	for l := range highest + 1 {
		n.levels[l+1] += n.levels[l]
	}
	next := append([]int32(nil), n.levels...)
	n.order = make([]PartID, len(n.Parts))
	for p := range n.Parts {
		l := n.level[p]
		n.order[next[l]] = PartID(p)
		next[l]++
	}
}

// findCycle walks arcs backwards is not possible without where-used, so it
// walks forward among the parts that Kahn left over, each of which has a
// left-over predecessor; every one on a cycle has a left-over successor.
func (n *Network) findCycle(open []int32, extra []arc, extraStart []int32) error {
	arcsOf := func(p PartID) []arc {
		var out []arc
		for l := n.lineStart[p]; l < n.lineStart[p+1]; l++ {
			c := &n.Components[l]
			name := "component"
			if c.Quantity < 0 {
				name = "by-product"
			}
			out = append(out, arc{p, c.Part, "bom", c.Row, name})
		}
		if len(extra) > 0 {
			out = append(out, extra[extraStart[p]:extraStart[p+1]]...)
		}
		return out
	}
	const white, grey, black = 0, 1, 2
	colour := make([]uint8, len(n.Parts))
	type frame struct {
		arcs []arc
		next int
	}
	for root := range n.Parts {
		if open[root] == 0 || colour[root] != white {
			continue
		}
		colour[root] = grey
		stack := []frame{{arcs: arcsOf(PartID(root))}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == len(top.arcs) {
				if len(stack) > 1 {
					below := &stack[len(stack)-2]
					colour[below.arcs[below.next-1].to] = black
				}
				stack = stack[:len(stack)-1]
				continue
			}
			a := top.arcs[top.next]
			top.next++
			switch {
			case open[a.to] == 0 || colour[a.to] == black:
			case colour[a.to] == grey:
				path := make([]arc, 0, len(stack))
				for _, f := range stack {
					path = append(path, f.arcs[f.next-1])
				}
				return n.cycleError(path, a.to)
			default:
				colour[a.to] = grey
				stack = append(stack, frame{arcs: arcsOf(a.to)})
			}
		}
	}
	return &CycleError{} // not reached: what Kahn leaves over contains a cycle
}

// cycleError cuts the path to the arcs from the first visit of back on.
func (n *Network) cycleError(path []arc, back PartID) error {
	from := 0
	for i, a := range path {
		if a.from == back {
			from = i
			break
		}
	}
	e := &CycleError{}
	for _, a := range path[from:] {
		e.Path = append(e.Path, PathStep{Item: n.ItemID(a.from), Site: n.SiteID(a.from), Table: a.table, Row: int(a.row), Arc: a.name})
	}
	return e
}

// buildUses inverts the lines: where-used in line order.
func (n *Network) buildUses() {
	count := len(n.Parts)
	n.useStart = make([]int32, count+1)
	for i := range n.Components {
		n.useStart[n.Components[i].Part+1]++
	}
	for p := range count {
		n.useStart[p+1] += n.useStart[p]
	}
	next := append([]int32(nil), n.useStart[:count]...)
	n.uses = make([]Use, len(n.Components))
	for p := range count {
		uniform := n.uniform(PartID(p))
		for l := n.lineStart[p]; l < n.lineStart[p+1]; l++ {
			c := &n.Components[l]
			u := Use{Parent: PartID(p), Line: l}
			if uniform && c.plain(n.Parts[p].Decimals, n.Parts[c.Part].Decimals) {
				u.Times = int64(c.Quantity / Unit)
			}
			n.uses[next[c.Part]] = u
			next[c.Part]++
		}
	}
}

// uniform reports whether every order of p explodes all its lines: one
// version, and no source that buys or transfers instead.
func (n *Network) uniform(p PartID) bool {
	from, to := n.lineStart[p], n.lineStart[p+1]
	all := LineRange{from, to}
	if n.supplyStart[p] == n.supplyStart[p+1] || n.Parts[p].Phantom {
		return n.byPart[p] == all
	}
	for s := n.supplyStart[p]; s < n.supplyStart[p+1]; s++ {
		if n.bySupply[s] != all {
			return false
		}
	}
	return true
}

// plain reports whether start quantity × a whole number is the requirement.
func (c *Component) plain(parentDecimals, componentDecimals int8) bool {
	return c.Quantity > 0 && c.Quantity%Unit == 0 && c.Per == PerUnit && c.Scrap == 0 && c.OffsetDays == 0 &&
		c.FromDate == NoDay && c.ToDate == NoDay && c.Group == 0 && parentDecimals <= componentDecimals
}

// Uses is the where-used list of a part, in the order of parents and lines.
func (n *Network) Uses(p PartID) []Use { return n.uses[n.useStart[p]:n.useStart[p+1]] }

// Level is the low-level code of a part: 0 for parts that nothing requires.
func (n *Network) Level(p PartID) int { return int(n.level[p]) }

// NumLevels is the number of low-level codes.
func (n *Network) NumLevels() int { return len(n.levels) - 1 }

// AtLevel are the parts of one low-level code, in part order.
func (n *Network) AtLevel(l int) []PartID { return n.order[n.levels[l]:n.levels[l+1]] }

// SupplyLines are the BOM lines of an order from Supplies[s].
func (n *Network) SupplyLines(s int32) LineRange { return n.bySupply[s] }

// DefaultLines are the BOM lines of a part without source rows, or of a phantom.
func (n *Network) DefaultLines(p PartID) LineRange { return n.byPart[p] }

// Routed reports whether a part has a routing.
func (n *Network) Routed(p PartID) bool { return n.routed[p] }

// DefaultKind is how a part without source rows is replenished.
func (n *Network) DefaultKind(p PartID) Kind {
	if n.routed[p] || n.lineStart[p] != n.lineStart[p+1] {
		return Make
	}
	return Buy
}

// SentTo are the Supplies that transfer from part p, in supply order.
func (n *Network) SentTo(p PartID) []int32 {
	if len(n.senders) == 0 {
		return nil
	}
	return n.senders[p]
}

// LaterSubstitute reports whether line b comes after line a in their group.
func (n *Network) LaterSubstitute(a, b int32) bool {
	return n.laterSubstitute(&n.Components[a], &n.Components[b])
}
