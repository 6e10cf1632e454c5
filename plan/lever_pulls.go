package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// pulls are the levers that act on what holds an order up, the longest wait first; late is by how many seconds it is late.
func (s *search) pulls(t *try, causes []Cause, late int64) []pull {
	const most = 10
	causes = slices.Clone(causes)
	slices.SortStableFunc(causes, func(a, b Cause) int { return cmp.Compare(b.Wait, a.Wait) })
	var list []pull
	for i := range causes {
		c := &causes[i]
		switch c.Kind {
		case CauseMachine, CauseWork, CauseClosed, CauseOven:
			list = append(list, s.overtime(t, c, late)...)
			list = append(list, s.alternate(t, c)...)
			list = append(list, s.supply(t, c)...)
		case CausePurchase, CauseReceipt, CauseLead, CauseMaterial, CauseStock:
			list = append(list, s.supply(t, c)...)
			list = append(list, s.substitute(t, c)...)
		}
		if len(list) >= most {
			return list[:most]
		}
	}
	return list
}

// receiptID is an id for an open order that a lever makes: the rush order's, a mark and a number.
func (t *try) receiptID(mark string) string {
	for n := 1; ; n++ {
		id := fmt.Sprintf("%s-%s%d", t.demand.ID, mark, n)
		if _, taken := t.plan.model.Book.Receipt(id); !taken {
			return id
		}
	}
}

// wanted is an order that the rush order waits for.
type wanted struct {
	part     bom.PartID
	quantity bom.Quantity
	source   string
	kind     bom.Kind
	there    bom.Day // when it is there now; NoDay: never
	need     bom.Day // on which it counts in netting: what takes its place has to count then, lest a new order be planned
	receipt  int32   // the open order; -1: a planned one, or none
}

// wanted is what a cause waits for; ok is false if that is no order.
func (t *try) wanted(c *Cause) (w wanted, ok bool) {
	p := t.plan
	if r, isReceipt := p.model.Book.Receipt(c.Order); isReceipt {
		row := p.model.receiptRow(r)
		w = wanted{part: p.model.Book.ReceiptPart(r), quantity: row.Quantity, source: row.Source, kind: row.Kind, receipt: r, there: p.material.Model().Expected(r)}
		if w.need = w.there; !row.Need.IsZero() {
			w.need = max(row.Need.Day, p.model.Book.Start)
		}
		w.quantity = min(w.quantity, t.takenOf(w.part, mrp.ReceiptSupply, c.Order, w.quantity))
		return w, true
	}
	o, isOrder := p.material.FindOrder(c.Order)
	if !isOrder {
		return w, false
	}
	w = wanted{part: o.Part, quantity: o.Quantity, source: o.Source, kind: o.Kind, receipt: -1, there: o.Due, need: o.Need}
	if p.Scheduled() {
		g := p.ground()
		if end := g.lotAt(o.Part, o.Lot); end < capacity.Never {
			w.there = max(w.there, g.day(end))
		}
		g.release()
	}
	w.quantity = min(w.quantity, t.takenOf(w.part, mrp.PlannedSupply, c.Order, w.quantity))
	return w, true
}

// takenOf is what is used of a supply: of one that the rush order takes from directly what it takes, of others what
// anything but the safety stock takes.
func (t *try) takenOf(part bom.PartID, kind mrp.SupplyKind, id string, all bom.Quantity) bom.Quantity {
	own, used := bom.Quantity(0), bom.Quantity(0)
	for _, g := range t.plan.material.PegsOf(part) {
		if g.SupplyKind != kind || g.Supply != id || g.ConsumerKind == mrp.SafetyConsumer || g.ConsumerKind == mrp.ExcessConsumer {
			continue
		}
		if used += g.Quantity; g.ConsumerKind == mrp.DemandConsumer && g.Consumer == t.demand.ID {
			own += g.Quantity
		}
	}
	switch {
	case own > 0:
		return own
	case used > 0:
		return used
	}
	return all
}
