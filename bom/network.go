package bom

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
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
	grouped  bool        // some line has a substitute group
	yields   bool        // some line is a by-product
	routed   []bool

	senderStart []int32 // nil: nothing is transferred
	senders     []int32 // by sending part: Supplies that transfer from it
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
	lines := n.scan(errs)
	extra := append(n.transferArcs(), lines.substitutes...)
	n.rankLevels(lines, extra, errs)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	n.buildUses(lines)
	return n, nil
}

// lineScan is what one pass over parts and lines leaves for the passes after it.
// Lines are wide; those passes read an eighth of their memory.
type lineScan struct {
	component   []PartID // by line
	times       []uint32 // by line: Use.Times, or manyTimes
	uses        []int32  // by part: how many lines name it as their component
	substitutes []arc
}

// manyTimes stands for a Use.Times that is at least as large.
const manyTimes = math.MaxUint32

// scan finds the versions behind every source, and gathers a lineScan.
func (n *Network) scan(errs *Errors) *lineScan {
	x := &lineScan{
		component: make([]PartID, len(n.Components)),
		times:     make([]uint32, len(n.Components)),
		uses:      make([]int32, len(n.Parts)),
	}
	n.bySupply = make([]LineRange, len(n.Supplies))
	n.byPart = make([]LineRange, len(n.Parts))
	for p := range n.Parts {
		from, to := n.lineStart[p], n.lineStart[p+1]
		n.resolveVersions(PartID(p), from, to, errs)
		if from == to {
			continue
		}
		uniform, grouped := n.uniform(PartID(p)), false
		for l := from; l < to; l++ {
			c := &n.Components[l]
			x.component[l] = c.Part
			x.uses[c.Part]++
			grouped = grouped || c.Group != 0
			n.yields = n.yields || c.Quantity < 0
			if uniform && c.plain() && n.decimals[p] <= n.decimals[c.Part] {
				x.times[l] = uint32(min(c.Quantity/Unit, manyTimes))
			}
		}
		if grouped {
			n.grouped = true
			x.substitutes = n.substituteArcs(x.substitutes, from, to)
		}
	}
	return x
}

// resolveVersions finds the lines behind every source of a part, or behind the part if it has none.
func (n *Network) resolveVersions(p PartID, from, to int32, errs *Errors) {
	firstSource, lastSource := n.supplyStart[p], n.supplyStart[p+1]
	if firstSource == lastSource {
		n.byPart[p] = n.implicitVersion(p, from, to, errs)
		return
	}
	for s := firstSource; s < lastSource; s++ {
		n.bySupply[s] = n.sourceVersion(s, from, to, errs)
	}
	if n.phantoms[p] {
		n.byPart[p] = n.phantomVersion(firstSource, lastSource)
		if n.byPart[p] == (LineRange{}) {
			n.byPart[p] = n.implicitVersion(p, from, to, errs)
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
	if from == to {
		if n.phantoms[p] {
			check := &Check{errs, "items", int(n.Parts[p].Row)}
			check.Fail("phantom", n.ItemID(p), "BOM lines under a phantom: add them, or make it no phantom")
		}
		return LineRange{}
	}
	r, ok := n.version(0, from, to)
	if !ok {
		check := &Check{errs, "items", int(n.Parts[p].Row)}
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

// transferArcs are the arcs of transfers; it also lists them by sender.
func (n *Network) transferArcs() []arc {
	var arcs []arc
	var sent []int32
	for i := range n.Supplies {
		s := &n.Supplies[i]
		if s.Kind != Transfer || s.Sender == NoPart {
			continue
		}
		sent = append(sent, int32(i))
		if !s.SpareOnly {
			arcs = append(arcs, arc{s.Part, s.Sender, "sources", s.Row, "transfer"})
		}
	}
	if len(sent) > 0 {
		n.senders, n.senderStart = groupBy(sent, len(n.Parts), func(s *int32) PartID { return n.Supplies[*s].Sender }, func(a, b *int32) int { return cmp.Compare(*a, *b) })
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
// predecessor's (Orlicky 1975; Kahn's topological order, in waves). What no wave
// reaches is cyclic. The waves are visited in part order, which is that of the lines.
func (n *Network) rankLevels(lines *lineScan, extra []arc, errs *Errors) {
	count := len(n.Parts)
	open := slices.Clone(lines.uses) // arcs from parts that are not ranked yet
	for _, a := range extra {
		open[a.to]++
	}
	var extraStart []int32
	if len(extra) > 0 {
		extra, extraStart = groupBy(extra, count, func(a *arc) PartID { return a.from }, func(a, b *arc) int { return 0 })
	}
	queue := make([]PartID, count+1) // one more, so that a part may be written before it counts
	tail := 0
	for p := range count {
		if open[p] == 0 {
			queue[tail] = PartID(p)
			tail++
		}
	}
	reach := func(next PartID) {
		open[next]--
		queue[tail] = next
		if open[next] == 0 { // a conditional increment: no branch to mispredict
			tail++
		}
	}
	n.level = make([]int32, count)
	n.levels = []int32{0}
	marks := make([]uint64, (count+63)/64)
	for head, level := 0, int32(0); head < tail; level++ {
		wave := queue[head:tail]
		head = tail
		sortParts(wave, marks)
		n.levels = append(n.levels, int32(head))
		for _, p := range wave {
			n.level[p] = level
			for _, next := range lines.component[n.lineStart[p]:n.lineStart[p+1]] {
				reach(next)
			}
			if extraStart != nil {
				for i := extraStart[p]; i < extraStart[p+1]; i++ {
					reach(extra[i].to)
				}
			}
		}
	}
	if tail < count {
		errs.Add(n.findCycle(open, extra, extraStart))
		return
	}
	n.order = queue[:count:count]
}

// sortParts sorts distinct parts: many through a bit set (marks, which is and
// stays clear), few by comparing.
func sortParts(parts []PartID, marks []uint64) {
	if len(parts) < len(marks) {
		slices.Sort(parts)
		return
	}
	for _, p := range parts {
		marks[p>>6] |= 1 << (p & 63)
	}
	i := 0
	for w := range marks {
		for m := marks[w]; m != 0; m &= m - 1 {
			parts[i] = PartID(w<<6 | bits.TrailingZeros64(m))
			i++
		}
		marks[w] = 0
	}
}

// findCycle searches depth first among the parts that Kahn left over. Each of them
// has a left-over predecessor, so there is a cycle among them, and a walk along the arcs
// meets it: a part that is still on the path.
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
		if extraStart != nil {
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
func (n *Network) buildUses(lines *lineScan) {
	count := len(n.Parts)
	n.useStart = make([]int32, count+1)
	next := lines.uses // from here on: where the part's next use goes
	sum := int32(0)
	for p, uses := range next {
		n.useStart[p], next[p] = sum, sum
		sum += uses
	}
	n.useStart[count] = sum
	n.uses = make([]Use, len(n.Components))
	for p := range count {
		for l := n.lineStart[p]; l < n.lineStart[p+1]; l++ {
			times := int64(lines.times[l])
			if times == manyTimes {
				times = int64(n.Components[l].Quantity / Unit)
			}
			at := &next[lines.component[l]]
			n.uses[*at] = Use{Parent: PartID(p), Line: l, Times: times}
			*at++
		}
	}
}

// uniform reports whether every order of p explodes all its lines: one
// version, and no source that buys or transfers instead.
func (n *Network) uniform(p PartID) bool {
	from, to := n.lineStart[p], n.lineStart[p+1]
	all := LineRange{from, to}
	if n.supplyStart[p] == n.supplyStart[p+1] || n.phantoms[p] {
		return n.byPart[p] == all
	}
	for s := n.supplyStart[p]; s < n.supplyStart[p+1]; s++ {
		if n.bySupply[s] != all {
			return false
		}
	}
	return true
}

// plain reports whether start quantity × a whole number is the requirement, if
// the component has no fewer decimals than the parent.
func (c *Component) plain() bool {
	return c.Quantity > 0 && c.Quantity%Unit == 0 && c.Per == PerUnit && c.Scrap == 0 && c.OffsetDays == 0 &&
		c.FromDate == NoDay && c.ToDate == NoDay && c.Group == 0
}

// HasSubstitutes reports whether any line belongs to a substitute group.
func (n *Network) HasSubstitutes() bool { return n.grouped }

// HasByProducts reports whether any line yields a by-product.
func (n *Network) HasByProducts() bool { return n.yields }

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
	if n.senderStart == nil {
		return nil
	}
	return n.senders[n.senderStart[p]:n.senderStart[p+1]]
}

// LaterSubstitute reports whether line b comes after line a in their group.
func (n *Network) LaterSubstitute(a, b int32) bool {
	return n.laterSubstitute(&n.Components[a], &n.Components[b])
}
