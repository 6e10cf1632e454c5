package mrp

import (
	"cmp"
	"iter"
	"slices"
	"strconv"

	"github.com/taktplan/takt/bom"
)

// Order is a planned order.
type Order struct {
	ID            string // item@site/need-date/n
	Part          bom.PartID
	Lot           int // number among the orders of the part; see Plan.Lot
	Kind          bom.Kind
	Item, Site    string
	Source        string       // id in sources; empty for a part without a source row
	Quantity      bom.Quantity // good
	StartQuantity bom.Quantity // with what the yield loses
	Start, Due    bom.Day
	Need          bom.Day // the day it counts in netting
	Demand        string  // made to order for it
	LateDays      int     // calendar days from Need to Due, at least 0
	Past          bool    // its lead time reaches back before today
	Fenced        bool    // moved behind the planning time fence
	Unscheduled   bool    // its calendar has no day for it: Start and Due are the need day
	NoSource      bool    // no source is valid on the need day: the best of all was taken
}

// Orders yields all planned orders by id.
func (p *Plan) Orders() iter.Seq[Order] {
	return func(yield func(Order) bool) {
		for _, part := range p.m.labels.parts(p.m) {
			for _, i := range p.lotsByID(part) {
				if !yield(p.order(part, i)) {
					return
				}
			}
		}
	}
}

// OrdersOf yields the planned orders of a part by need day.
func (p *Plan) OrdersOf(part bom.PartID) iter.Seq[Order] {
	return func(yield func(Order) bool) {
		for i := range p.lots(part) {
			if p.m.policies[part].flags&partPhantom == 0 && !yield(p.order(part, int32(i))) {
				return
			}
		}
	}
}

// NumOrders is the number of planned orders.
func (p *Plan) NumOrders() int {
	n := 0
	for part := range p.m.Parts {
		if p.m.policies[part].flags&partPhantom == 0 {
			n += len(p.lots(bom.PartID(part)))
		}
	}
	return n
}

// NumOrdersByKind counts the planned orders by kind (bom.Make, bom.Buy, …).
func (p *Plan) NumOrdersByKind() [len(bom.Kinds)]int {
	var n [len(bom.Kinds)]int
	for part := range p.m.Parts {
		if p.m.policies[part].flags&partPhantom != 0 {
			continue
		}
		lots := p.lots(bom.PartID(part))
		for i := range lots {
			n[p.m.sources[lots[i].source()].kind]++
		}
	}
	return n
}

// lotsByID are the indexes of a part's lots in the string order of their ids; a phantom has no orders.
func (p *Plan) lotsByID(part bom.PartID) []int32 {
	lots := p.lots(part)
	if len(lots) == 0 || p.m.policies[part].flags&partPhantom != 0 {
		return nil
	}
	order := make([]int32, len(lots))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		if lots[a].need != lots[b].need {
			return cmp.Compare(lots[a].need, lots[b].need)
		}
		return p.compareOrders(part, a, part, b)
	})
	return order
}

func (p *Plan) order(part bom.PartID, i int32) Order {
	m := p.m
	l := &p.lots(part)[i]
	o := Order{
		ID: p.orderID(part, i), Part: part, Lot: int(i), Kind: m.sources[l.source()].kind, Item: m.ItemID(part), Site: m.SiteID(part),
		Source: m.sourceID(l.source()), Quantity: l.quantity, StartQuantity: l.startQuantity, Start: l.start, Due: l.due, Need: l.need,
		LateDays: max(0, int(l.due-l.need)), Past: l.is(startPast), Fenced: l.is(fenced), Unscheduled: l.is(noCalendar), NoSource: l.is(noSource),
	}
	if d := demandOf(p.demandsOf(part), int(i)); d >= 0 {
		o.Demand = m.Book.DemandAt(d).ID
	}
	return o
}

// orderID is item@site/need-date/n.
func (p *Plan) orderID(part bom.PartID, i int32) string {
	l := &p.lots(part)[i]
	return p.m.Label(part) + "/" + l.need.String() + "/" + strconv.Itoa(p.number(part, i))
}

// SupplyKind says what a supply is.
type SupplyKind string

// The supply kinds, as tables write them.
const (
	StockSupply   SupplyKind = "stock"
	ReceiptSupply SupplyKind = "receipt"
	PlannedSupply SupplyKind = "planned"
)

// ConsumerKind says what takes a supply.
type ConsumerKind string

// The consumer kinds, as tables write them.
const (
	DemandConsumer  ConsumerKind = "demand"
	ReceiptConsumer ConsumerKind = "receipt"
	PlannedConsumer ConsumerKind = "planned"
	SafetyConsumer  ConsumerKind = "safety"
	ExcessConsumer  ConsumerKind = "excess"
)

var supplyKinds = [...]SupplyKind{StockSupply, ReceiptSupply, PlannedSupply}
var consumerKinds = [...]ConsumerKind{ReceiptConsumer, DemandConsumer, PlannedConsumer, SafetyConsumer, ExcessConsumer}

// Pegging ties a quantity of a supply to what takes it. The pegs of a supply sum to it exactly.
type Pegging struct {
	Supply       string // lot, receipt or planned order; stock without a lot is item@site
	SupplyKind   SupplyKind
	Consumer     string // empty for safety and excess
	ConsumerKind ConsumerKind
	Part         bom.PartID
	Item, Site   string // of what is supplied
	Quantity     bom.Quantity
	Available    bom.Day // when the supply is really there
	Needed       bom.Day // NoDay for safety and excess
}

// Pegging yields all pegs, part by part in the order of item@site, and within a
// part by supply and consumer. A phantom's requirements are passed through to
// what stands behind them.
func (p *Plan) Pegging() iter.Seq[Pegging] { return p.PeggingWith(nil) }

// PeggingWith is Pegging with other dates: those of a schedule of the plan's orders. dates, if it is not
// nil, gives when a supply is there and when its consumer takes it.
func (p *Plan) PeggingWith(dates func(Link) (available, needed bom.Day)) iter.Seq[Pegging] {
	return func(yield func(Pegging) bool) {
		x := newPhantoms(p)
		for _, part := range p.m.labels.parts(p.m) {
			for _, g := range p.pegsOf(part, x, dates) {
				if !yield(g) {
					return
				}
			}
		}
	}
}

// PegsOf are the pegs of a part's supplies by supply and consumer. O(k log k) in
// its requirements and supplies.
func (p *Plan) PegsOf(part bom.PartID) []Pegging { return p.pegsOf(part, newPhantoms(p), nil) }

// PegsOfWith is PegsOf with other dates; see PeggingWith.
func (p *Plan) PegsOfWith(part bom.PartID, dates func(Link) (available, needed bom.Day)) []Pegging {
	return p.pegsOf(part, newPhantoms(p), dates)
}

func (p *Plan) pegsOf(part bom.PartID, x *phantoms, dates func(Link) (available, needed bom.Day)) []Pegging {
	var out []Pegging
	for _, g := range p.pegs(part) {
		if g.supplyKind == supplyPlanned && p.m.policies[g.lotOf].flags&partPhantom != 0 {
			continue // a phantom has no orders: its components peg to what stands behind it
		}
		phantom := x.isPhantom(&g.entry)
		x.through(part, g, func(g peg) {
			out = append(out, p.peg(part, g))
			if dates == nil {
				return
			}
			k := p.link(part, &g)
			if phantom {
				k.Line = -1 // the phantom's line is no line of the order
			}
			last := &out[len(out)-1]
			last.Available, last.Needed = dates(k)
		})
	}
	slices.SortStableFunc(out, func(a, b Pegging) int {
		return cmp.Or(cmp.Compare(a.SupplyKind, b.SupplyKind), cmp.Compare(a.Supply, b.Supply),
			cmp.Compare(a.ConsumerKind, b.ConsumerKind), cmp.Compare(a.Consumer, b.Consumer), cmp.Compare(a.Needed, b.Needed))
	})
	return out
}

func (p *Plan) peg(part bom.PartID, g peg) Pegging {
	out := Pegging{Supply: p.supplyID(part, &g), SupplyKind: supplyKinds[g.supplyKind], Consumer: p.consumerID(&g.entry), ConsumerKind: consumerKinds[g.entry.kind],
		Part: part, Item: p.m.ItemID(part), Site: p.m.SiteID(part), Quantity: bom.Quantity(g.q), Available: p.available(&g)}
	if g.entry.kind < consumerSafety {
		out.Needed = p.m.day(g.entry.day)
	}
	return out
}

func (p *Plan) supplyID(part bom.PartID, g *peg) string {
	switch g.supplyKind {
	case supplyStock:
		if id := p.m.Book.LotAt(g.supply).ID; id != 0 {
			return p.m.Names.String(id)
		}
		return p.m.Label(part)
	case supplyReceipt:
		return p.m.Book.ReceiptAt(g.supply).ID
	}
	return p.orderID(g.lotOf, g.supply)
}

func (p *Plan) consumerID(e *entry) string {
	switch e.kind {
	case consumerReceipt:
		return p.m.Book.ReceiptAt(e.ref).ID
	case consumerDemand:
		return p.m.Book.DemandAt(e.ref).ID
	case consumerPlanned:
		if p.m.policies[e.parent].flags&partPhantom != 0 {
			return p.m.Label(e.parent) // a phantom has no orders
		}
		return p.orderID(e.parent, e.ref)
	}
	return ""
}
