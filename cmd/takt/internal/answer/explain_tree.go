package answer

import (
	"context"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// mostTree is where trees end, in lines.
const mostTree = 100_000

// Explanation finds out why something is planned as it is. It belongs to one goroutine.
type Explanation struct {
	Plan     *plan.Plan
	Material *mrp.Plan
	// Depth is how many levels trees have; 0: all.
	Depth int

	ctx  context.Context // ends long trees
	pegs map[bom.PartID][]mrp.Pegging
}

// Explain begins an explanation of what is in a plan.
func Explain(ctx context.Context, p *plan.Plan, depth int) *Explanation {
	return &Explanation{Plan: p, Material: p.Material(), Depth: depth, ctx: ctx, pegs: map[bom.PartID][]mrp.Pegging{}}
}

// Branch is a line of a pegging tree: a peg, and how deep it lies.
type Branch struct {
	Level int
	ID    string // what is on the other side of the peg
	Kind  string
	Peg   mrp.Pegging
	Order *mrp.Order // the planned order on the other side
	Above bool       // what is behind it stands above, at its first mention
}

// Tree follows pegs, depth first, into each order once. next gives a peg's other side, and the pegs behind it.
func (x *Explanation) Tree(roots []mrp.Pegging, next func(*mrp.Pegging) (Branch, []mrp.Pegging)) []Branch {
	var out []Branch
	seen := map[string]bool{}
	var walk func(level int, pegs []mrp.Pegging)
	walk = func(level int, pegs []mrp.Pegging) {
		for _, g := range merged(pegs) {
			if len(out) >= mostTree || x.ctx.Err() != nil {
				return
			}
			b, behind := next(&g)
			b.Level, b.Peg = level, g
			b.Above = len(behind) > 0 && seen[b.ID]
			out = append(out, b)
			if !b.Above && (x.Depth == 0 || level < x.Depth) {
				seen[b.ID] = true
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

// Serves are the pegs of one supply of a part.
func (x *Explanation) Serves(part bom.PartID, kind mrp.SupplyKind, id string) []mrp.Pegging {
	var out []mrp.Pegging
	for _, g := range x.Pegs(part) {
		if g.SupplyKind == kind && g.Supply == id {
			out = append(out, g)
		}
	}
	return out
}

// Consumers is the way up: what a peg goes to, and what that serves in turn.
func (x *Explanation) Consumers(g *mrp.Pegging) (Branch, []mrp.Pegging) {
	b := Branch{ID: g.Consumer, Kind: string(g.ConsumerKind)}
	switch g.ConsumerKind {
	case mrp.PlannedConsumer:
		if o, ok := x.Material.FindOrder(g.Consumer); ok {
			b.Order = x.scheduled(&o)
			return b, x.Serves(o.Part, mrp.PlannedSupply, o.ID)
		}
	case mrp.ReceiptConsumer:
		if r, ok := x.Plan.Model().Book.Receipt(g.Consumer); ok {
			return b, x.Serves(x.Plan.Model().Book.ReceiptPart(r), mrp.ReceiptSupply, g.Consumer)
		}
	case mrp.SafetyConsumer:
		b.ID = "safety stock"
	case mrp.ExcessConsumer:
		b.ID = "nothing: left over"
	}
	return b, nil
}

// Supplies is the way down: where a peg comes from, and what that needs in turn.
func (x *Explanation) Supplies(g *mrp.Pegging) (Branch, []mrp.Pegging) {
	b := Branch{ID: g.Supply, Kind: string(g.SupplyKind)}
	if g.SupplyKind != mrp.PlannedSupply {
		return b, nil
	}
	o, ok := x.Material.FindOrder(g.Supply)
	if !ok {
		return b, nil
	}
	b.Order = x.scheduled(&o)
	return b, x.Dated(x.Material.Needs(o.Part, o.ID))
}

// treeTable is a tree as a table.
func (x *Explanation) treeTable(name string, list []Branch) tables.Table {
	hasOrder := func(b *Branch) bool { return b.Order != nil }
	return tables.New(name, nil, slices.Values(list),
		tables.Int("level", func(b *Branch) int { return b.Level }),
		tables.ID("id", func(b *Branch) string { return b.ID }),
		tables.Name("kind", func(b *Branch) string { return b.Kind }),
		tables.ID("item", func(b *Branch) string { return b.Peg.Item }),
		tables.ID("site", func(b *Branch) string { return b.Peg.Site }),
		tables.Quantity("qty", func(b *Branch) bom.Quantity { return b.Peg.Quantity }),
		tables.Day("available", func(b *Branch) bom.Day { return b.Peg.Available }),
		tables.Day("needed", func(b *Branch) bom.Day { return b.Peg.Needed }),
		tables.Name("order_kind", func(b *Branch) string { return b.Order.Kind.String() }).If(hasOrder),
		tables.Day("start", func(b *Branch) bom.Day { return b.Order.Start }).If(hasOrder),
		tables.Day("due", func(b *Branch) bom.Day { return b.Order.Due }).If(hasOrder),
	)
}

// scheduled is an order with the days on which the schedule has it, if there is one.
func (x *Explanation) scheduled(o *mrp.Order) *mrp.Order {
	f := x.Plan.Finite()
	if f == nil {
		return o
	}
	if start, end := f.LotTimes(o.Part, o.Lot); !start.IsZero() {
		o.Start, o.Due = start.Day, end.Day
	}
	return o
}

// Dated are pegs with the dates of the schedule, if there is one.
func (x *Explanation) Dated(pegs []mrp.Pegging) []mrp.Pegging {
	if !x.Plan.Scheduled() {
		return pegs
	}
	for i := range pegs {
		g := &pegs[i]
		for _, h := range x.Pegs(g.Part) {
			if h.Supply == g.Supply && h.Consumer == g.Consumer && h.Quantity == g.Quantity {
				g.Available, g.Needed = h.Available, h.Needed
				break
			}
		}
	}
	return pegs
}

// Pegs are the pegs of a part, remembered.
func (x *Explanation) Pegs(p bom.PartID) []mrp.Pegging {
	pegs, ok := x.pegs[p]
	if !ok {
		if f := x.Plan.Finite(); f != nil {
			pegs = f.PegsOf(p)
		} else {
			pegs = x.Material.PegsOf(p)
		}
		x.pegs[p] = pegs
	}
	return pegs
}

// Behind are the pegs that supply a demand.
func (x *Explanation) Behind(demand int32) []mrp.Pegging {
	book := x.Plan.Model().Book
	var out []mrp.Pegging
	for _, g := range x.Pegs(book.DemandPart(demand)) {
		if g.ConsumerKind == mrp.DemandConsumer && g.Consumer == book.DemandAt(demand).ID {
			out = append(out, g)
		}
	}
	return out
}
