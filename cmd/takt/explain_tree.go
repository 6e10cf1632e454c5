package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan/tables"
)

// Trees end after so many lines, in text and in tables.
const (
	mostTreeText = 80
	mostTree     = 100_000
)

// branch is a line of a pegging tree: a peg, and how deep it lies.
type branch struct {
	level int
	id    string // what is on the other side of the peg
	kind  string
	peg   mrp.Pegging
	order *mrp.Order // the planned order on the other side
	above bool       // what is behind it stands above, at its first mention
}

// tree follows pegs, depth first, into each order once. next gives a peg's other side, and the pegs behind it.
func (x *explanation) tree(roots []mrp.Pegging, next func(*mrp.Pegging) (branch, []mrp.Pegging)) []branch {
	var out []branch
	seen := map[string]bool{}
	var walk func(level int, pegs []mrp.Pegging)
	walk = func(level int, pegs []mrp.Pegging) {
		for _, g := range merged(pegs) {
			if len(out) >= mostTree || x.a.ctx.Err() != nil {
				return
			}
			b, behind := next(&g)
			b.level, b.peg = level, g
			b.above = len(behind) > 0 && seen[b.id]
			out = append(out, b)
			if !b.above && (x.depth == 0 || level < x.depth) {
				seen[b.id] = true
				walk(level+1, behind)
			}
		}
	}
	walk(1, roots)
	return out
}

// merged sums pegs between the same supply and consumer.
func merged(pegs []mrp.Pegging) []mrp.Pegging {
	type key struct {
		part             bom.PartID
		supply, consumer string
		from             mrp.SupplyKind
		to               mrp.ConsumerKind
	}
	at := map[key]int{}
	var out []mrp.Pegging
	for _, g := range pegs {
		k := key{g.Part, g.Supply, g.Consumer, g.SupplyKind, g.ConsumerKind}
		if i, ok := at[k]; ok {
			m := &out[i]
			m.Quantity += g.Quantity
			m.Available, m.Needed = max(m.Available, g.Available), min(m.Needed, g.Needed)
			continue
		}
		at[k] = len(out)
		out = append(out, g)
	}
	return out
}

// serves are the pegs of one supply of a part.
func (x *explanation) serves(part bom.PartID, kind mrp.SupplyKind, id string) []mrp.Pegging {
	var out []mrp.Pegging
	for _, g := range x.pegsOf(part) {
		if g.SupplyKind == kind && g.Supply == id {
			out = append(out, g)
		}
	}
	return out
}

// consumers is the way up: what a peg goes to, and what that serves in turn.
func (x *explanation) consumers(g *mrp.Pegging) (branch, []mrp.Pegging) {
	b := branch{id: g.Consumer, kind: string(g.ConsumerKind)}
	switch g.ConsumerKind {
	case mrp.PlannedConsumer:
		if o, ok := x.m.FindOrder(g.Consumer); ok {
			b.order = x.scheduled(&o)
			return b, x.serves(o.Part, mrp.PlannedSupply, o.ID)
		}
	case mrp.ReceiptConsumer:
		if r, ok := x.plan.Model().Book.Receipt(g.Consumer); ok {
			return b, x.serves(x.plan.Model().Book.ReceiptPart(r), mrp.ReceiptSupply, g.Consumer)
		}
	case mrp.SafetyConsumer:
		b.id = "safety stock"
	case mrp.ExcessConsumer:
		b.id = "nothing: left over"
	}
	return b, nil
}

// supplies is the way down: where a peg comes from, and what that needs in turn.
func (x *explanation) supplies(g *mrp.Pegging) (branch, []mrp.Pegging) {
	b := branch{id: g.Supply, kind: string(g.SupplyKind)}
	if g.SupplyKind != mrp.PlannedSupply {
		return b, nil
	}
	o, ok := x.m.FindOrder(g.Supply)
	if !ok {
		return b, nil
	}
	b.order = x.scheduled(&o)
	return b, x.dated(x.m.Needs(o.Part, o.ID))
}

// treeTable is a tree as a table.
func (x *explanation) treeTable(name string, list []branch) tables.Table {
	hasOrder := func(b *branch) bool { return b.order != nil }
	return tables.New(name, nil, slices.Values(list),
		tables.Int("level", func(b *branch) int { return b.level }),
		tables.ID("id", func(b *branch) string { return b.id }),
		tables.Name("kind", func(b *branch) string { return b.kind }),
		tables.ID("item", func(b *branch) string { return b.peg.Item }),
		tables.ID("site", func(b *branch) string { return b.peg.Site }),
		tables.Quantity("qty", func(b *branch) bom.Quantity { return b.peg.Quantity }),
		tables.Day("available", func(b *branch) bom.Day { return b.peg.Available }),
		tables.Day("needed", func(b *branch) bom.Day { return b.peg.Needed }),
		tables.Name("order_kind", func(b *branch) string { return b.order.Kind.String() }).If(hasOrder),
		tables.Day("start", func(b *branch) bom.Day { return b.order.Start }).If(hasOrder),
		tables.Day("due", func(b *branch) bom.Day { return b.order.Due }).If(hasOrder),
	)
}

// printTree prints a tree as text, without the levels beyond the page.
func (x *explanation) printTree(title, empty string, list []branch, down bool) {
	w := x.a.stdout
	if len(list) == 0 {
		heading(w, title, empty)
		return
	}
	heading(w, title, "")
	g := grid{indent: 2, columns: []column{{}, {}, {title: "qty", right: true}, {title: "start"}, {title: "there on"}, {title: "needed"}, {title: "late", right: true}, {}}}
	for i := range list[:min(len(list), mostTreeText)] {
		b := &list[i]
		kind, start := b.kind, ""
		if b.order != nil {
			kind, start = b.order.Kind.String(), b.order.Start.String()
		}
		if b.kind == string(mrp.SafetyConsumer) || b.kind == string(mrp.ExcessConsumer) {
			kind = ""
		}
		late := ""
		if b.peg.Needed != bom.NoDay && b.peg.Available > b.peg.Needed {
			late = lateDays(int(b.peg.Available - b.peg.Needed))
		}
		id, remark := b.id, ""
		if b.kind == string(mrp.StockSupply) && id != b.peg.Item+"@"+b.peg.Site || b.kind == string(mrp.ReceiptSupply) && down {
			id += " (" + b.peg.Item + ")"
		}
		if b.above {
			remark = "see above"
		}
		g.add(strings.Repeat("  ", b.level-1)+id, kind, x.amount(b.peg.Part, b.peg.Quantity), start, dateOr(b.peg.Available, "never"), b.peg.Needed.String(), late, remark)
	}
	g.write(w)
	if n := len(list) - mostTreeText; n > 0 {
		fmt.Fprintf(w, "  … and %s more (see --format json, or fewer levels with --depth)\n", thousands(int64(n)))
	}
}
