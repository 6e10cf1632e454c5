package oracle

import "github.com/taktplan/takt/bom"

// netting is rule 3 for one segment of one part.
type netting struct {
	*run
	part     part
	item     bom.Item
	demand   string // of a dedicated segment; empty: the common one
	reqs     []*requirement
	supplies []*supply
	static   bom.Quantity // safety stock without cover
	eoq      bom.Quantity
}

// net plans one segment of a part day by day, and records the common projection.
func (r *run) net(p part, demand string, reqs []*requirement, supplies []*supply) {
	n := &netting{run: r, part: p, item: r.item(p), demand: demand, reqs: reqs, supplies: supplies}
	n.static = r.staticSafety(p)
	n.eoq = n.economicLot()
	var b balance
	for day, last := r.start, n.lastEvent(); day <= last; day++ {
		lost := b.lose(day)
		n.receiveOn(&b, day)
		planned := n.cover(&b, day)
		if demand == "" {
			n.record(day, planned, lost, b.available())
		}
	}
}

// lastEvent is the last day on which something happens, at least start.
func (n *netting) lastEvent() bom.Day {
	last := max(n.start, lastRequirement(n.reqs))
	for _, s := range n.supplies {
		last = max(last, s.day)
		if s.expires != bom.NoDay {
			last = max(last, s.expires+1)
		}
	}
	return last
}

// receiveOn adds the supplies of the day.
func (n *netting) receiveOn(b *balance, day bom.Day) {
	for _, s := range n.supplies {
		if s.day == day {
			b.receive(s.quantity, s.expires)
		}
	}
}

// cover meets the day's requirements: supply comes before demand, and if PA
// falls below the trigger, receipts are counted earlier, substitutes are used and
// an order is planned, in this order. It returns what was planned.
func (n *netting) cover(b *balance, day bom.Day) (planned bom.Quantity) {
	n.reschedule(b, day)
	if n.shortage(*b, day) > 0 && !n.item.Phantom {
		n.substitute(*b, day)
	}
	if short := n.lack(*b, day); short > 0 {
		if n.item.Phantom {
			n.explodePhantom(day, short)
			planned = short
		} else {
			planned = n.plan(*b, day)
		}
		b.receive(planned, bom.NoDay)
	}
	b.take(requiredOn(n.reqs, day))
	return planned
}

// closing is the balance after the day's requirements; b is before them.
func (n *netting) closing(b balance, day bom.Day) balance {
	c := b.clone()
	c.take(requiredOn(n.reqs, day))
	return c
}

// lack is how far PA falls below the trigger of the day; b is before the day's
// requirements.
func (n *netting) lack(b balance, day bom.Day) bom.Quantity {
	return max(0, n.trigger(day)-n.closing(b, day).available())
}

// shortage is how far PA falls below the safety stock of the day.
func (n *netting) shortage(b balance, day bom.Day) bom.Quantity {
	return max(0, n.safety(day)-n.closing(b, day).available())
}

// shortfalls is how far PA, without an order, falls below the safety stock on
// each day from day to last.
func (n *netting) shortfalls(b balance, day, last bom.Day) []bom.Quantity {
	c := n.closing(b, day)
	falls := []bom.Quantity{n.safety(day) - c.available()}
	for u := day + 1; u <= last; u++ {
		c.lose(u)
		n.receiveOn(&c, u)
		c.take(requiredOn(n.reqs, u))
		falls = append(falls, n.safety(u)-c.available())
	}
	return falls
}

// netRequirements is what lot-for-lot would order on each day from day to the
// part's last requirement, against each day's safety stock.
func (n *netting) netRequirements(b balance, day bom.Day) []bom.Quantity {
	c := n.closing(b, day)
	var nets []bom.Quantity
	order := func(u bom.Day) {
		net := max(0, n.safety(u)-c.available())
		c.receive(net, bom.NoDay)
		nets = append(nets, net)
	}
	order(day)
	for u := day + 1; u <= lastRequirement(n.reqs); u++ {
		c.lose(u)
		n.receiveOn(&c, u)
		c.take(requiredOn(n.reqs, u))
		order(u)
	}
	return nets
}

// plan plans the orders of a shortage: the lots of one source, chosen for the day.
func (n *netting) plan(b balance, day bom.Day) (planned bom.Quantity) {
	s := n.chooseSource(n.part, day)
	for _, q := range n.lots(b, day, s) {
		n.give(n.part, s, q)
		n.run.placed = append(n.run.placed, placed{s, n.demand, day, q})
		planned += q
	}
	return planned
}

// reschedule: a common receipt that is due within reschedule_days after the
// shortage is counted on its day instead of a new order (rule 13).
func (n *netting) reschedule(b *balance, day bom.Day) {
	for n.lack(*b, day) > 0 {
		s := n.earliestReceipt(day+1, day+bom.Day(n.settings.RescheduleDays))
		if s == nil {
			return
		}
		s.day = day
		b.receive(s.quantity, s.expires)
	}
}

// earliestReceipt is the earliest receipt in a range of days that is not
// hard-pegged, by day then id.
func (n *netting) earliestReceipt(from, to bom.Day) (best *supply) {
	for _, s := range n.supplies {
		if s.kind != receiptSupply || s.demand != "" || s.day < from || s.day > to {
			continue
		}
		if best == nil || s.day < best.day || s.day == best.day && s.id < best.id {
			best = s
		}
	}
	return best
}

// record notes the day in the projection if something happens on it.
func (n *netting) record(day bom.Day, planned, lost, available bom.Quantity) {
	d := Day{Day: day, Requirements: requiredOn(n.reqs, day), Planned: planned, Projected: available, SafetyStock: n.safety(day)}
	for _, s := range n.supplies {
		switch {
		case s.day != day:
		case s.kind == stockSupply && day == n.start: // what the projection begins with
		case s.kind == plannedByproduct:
			d.Planned += s.quantity
		default:
			d.Receipts += s.quantity
		}
	}
	if lost > 0 || d.Requirements > 0 || d.Receipts > 0 || d.Planned > 0 {
		n.result.Projected[n.part] = append(n.result.Projected[n.part], d)
	}
}
