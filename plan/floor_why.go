package plan

import (
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// why follows what a job waited for back to its cause, on the board: what each operation took, the machines that it
// waited for, and at the root a supply that could not be there before.
func (fl *floor) why(job int32) []Cause {
	row := &fl.problem.Jobs[job]
	if row.Ops == 0 {
		return nil
	}
	const longest = 500
	var out []Cause
	op := row.First + row.Ops - 1
	for range longest {
		out = fl.whyOf(out, op)
		before, ready := fl.board.Binding(op)
		if before < 0 {
			if release := fl.problem.Ops[op].Release; release > fl.today && release == ready {
				out = append(out, fl.released(op, release))
			}
			break
		}
		op = before
	}
	return out
}

// whyOf adds what an operation took, and the machine that it waited for.
func (fl *floor) whyOf(out []Cause, op int32) []Cause {
	start, end := fl.board.Start(op), fl.board.End(op)
	if start >= capacity.Never {
		return out
	}
	if work := fl.workOf(op, start, end); work.Wait > 0 {
		out = append(out, work)
	}
	_, ready := fl.board.Binding(op)
	ahead, queue, since := fl.board.Ahead(op, ready)
	if ahead < 0 || fl.board.Placed(op)[0].Delayed { // what is later on purpose waits for nothing
		return out
	}
	link := fl.described(op)
	link.Kind, link.Behind, link.Queue = CauseMachine, fl.orderOf(ahead), queue
	link.Since, link.Until, link.Wait = fl.when(since), fl.when(start), max(0, start-since)
	return append(out, link)
}

// workOf is the operation's own time as a link; none for a shipment.
func (fl *floor) workOf(op int32, start, end int64) Cause {
	if end <= start {
		return Cause{}
	}
	link := fl.described(op)
	link.Kind, link.Since, link.Until, link.Wait = CauseWork, fl.when(start), fl.when(end), end-start
	if fl.board.Placed(op)[0].Machine < 0 {
		link.Kind = CauseLead
	}
	return link
}

// described is a link with the names of an operation.
func (fl *floor) described(op int32) Cause {
	o := &fl.problem.Ops[op]
	c := Cause{Op: int(max(o.Number, 0)), Order: fl.orderOf(op)}
	w := fl.owner[o.Job]
	c.Item, c.Site = fl.m.ItemID(w.part), fl.m.SiteID(w.part)
	if a := fl.board.Placed(op); len(a) > 0 && a[0].Machine >= 0 {
		c.WorkCentre = fl.problem.Centres[fl.problem.Machines[a[0].Machine].Centre].ID
	}
	return c
}

// orderOf is the id of the order, receipt or demand that an operation belongs to.
func (fl *floor) orderOf(op int32) string {
	job := fl.problem.Ops[op].Job
	switch w := fl.owner[job]; w.class {
	case ownsReceipt:
		return fl.m.Book.ReceiptAt(w.number).ID
	case ownsLot:
		if i := slices.Index(fl.jobs[w.part], job); i >= 0 {
			return fl.material.LotID(w.part, i)
		}
	}
	return fl.problem.Jobs[job].ID
}

// released is the supply that an operation waits for which no job makes.
func (fl *floor) released(op int32, release int64) Cause {
	link := Cause{Kind: CausePurchase, Since: fl.when(fl.today), Until: fl.when(release), Wait: release - fl.today}
	for _, w := range fl.waits[op] {
		if w.ready != release || w.part == bom.NoPart {
			continue
		}
		link.Item, link.Site = fl.m.ItemID(w.part), fl.m.SiteID(w.part)
		fl.supplyOf(op, w, &link)
		break
	}
	if link.Item == "" {
		link.Kind, link.Order = CauseReceipt, fl.orderOf(op)
		link.Item, link.Site = fl.described(op).Item, fl.described(op).Site
	}
	return link
}

// supplyOf finds which supply of a part an operation waits for.
func (fl *floor) supplyOf(op int32, w wait, link *Cause) {
	fl.material.Linker().Links(w.part, func(k mrp.Link) {
		if link.Order != "" || fl.taker(&k) != op {
			return
		}
		lag := int64(fl.offset(&k) / time.Second)
		switch k.Supply {
		case mrp.FromStock:
			if max(fl.today, k.Joins.Begin(fl.zone))+lag == w.ready {
				link.Kind = CauseStock
			}
		case mrp.FromReceipt:
			if fl.jobOfReceipt(k.Lot) < 0 && fl.receiptReady(k.Lot)+lag == w.ready {
				link.Kind, link.Order = CauseReceipt, fl.m.Book.ReceiptAt(k.Lot).ID
			}
		case mrp.FromOrder:
			if fl.jobs[k.Of][k.Lot] >= 0 {
				return
			}
			if o := fl.material.Lot(k.Of, int(k.Lot)); fl.earliestBuy(&o)+lag == w.ready {
				link.Order = fl.material.LotID(k.Of, int(k.Lot))
				if o.Supply >= 0 {
					link.From = fl.m.Names.String(fl.m.Supplies[o.Supply].From)
				}
			}
		}
	})
}
