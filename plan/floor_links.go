package plan

import (
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// floorLink is what an operation waits for: another one, or an instant.
type floorLink struct {
	from  int32 // operation; -1: an instant
	to    int32
	lag   time.Duration
	ready int64 // the instant, the lag included
}

// links tells what the pegs of a part's supplies let operations wait for.
func (fl *floor) links(linker *mrp.Linker, part bom.PartID, visit func(floorLink)) {
	bought := boughtLot{lot: -1}
	linker.Links(part, func(k mrp.Link) {
		to := fl.taker(&k)
		if to < 0 {
			return
		}
		l := floorLink{from: -1, to: to, lag: fl.offset(&k)}
		job := int32(-1)
		switch k.Supply {
		case mrp.FromStock:
			if k.Joins <= fl.m.Start() {
				return
			}
			l.ready = max(fl.today, k.Joins.Begin(fl.zone))
		case mrp.FromReceipt:
			if job = fl.jobOfReceipt(k.Lot); job < 0 {
				l.ready = fl.receiptReady(k.Lot)
			}
		case mrp.FromOrder:
			if job = fl.jobs[k.Of][k.Lot]; job < 0 {
				if bought.lot != k.Lot || bought.part != k.Of { // pegs of a lot follow each other
					o := fl.material.Lot(k.Of, int(k.Lot))
					bought = boughtLot{k.Of, k.Lot, fl.bought(&o)}
				}
				l.ready = bought.ready
			}
		}
		if job >= 0 && fl.problem.Jobs[job].Ops > 0 {
			l.from = fl.problem.Jobs[job].First + fl.problem.Jobs[job].Ops - 1
		} else if l.ready < capacity.Never {
			l.ready += int64(l.lag / time.Second)
		}
		visit(l)
	})
}

// bought is earliestBuy with days remembered: few of them differ, and finding where one begins in the zone takes a while.
func (fl *floor) bought(o *mrp.OrderInfo) int64 {
	day, ok := fl.earliestDay(o)
	if !ok {
		return capacity.Never
	}
	at, known := fl.begins[day]
	if !known {
		at = max(fl.today, day.Begin(fl.zone))
		fl.begins[day] = at
	}
	return at
}

// boughtLot is a purchase and when it can be there.
type boughtLot struct {
	part  bom.PartID
	lot   int32
	ready int64
}

// taker is the operation that takes a link's supply; -1: none.
func (fl *floor) taker(k *mrp.Link) int32 {
	job := int32(-1)
	switch k.Consumer {
	case mrp.ToDemand:
		job = fl.jobOfDemand(k.To)
	case mrp.ToReceipt:
		job = fl.jobOfReceipt(k.To)
	case mrp.ToOrder:
		job = fl.jobs[k.By][k.To]
	}
	if job < 0 || fl.problem.Jobs[job].Ops == 0 {
		return -1
	}
	if k.Line >= 0 {
		return fl.stepAt(job, fl.m.Components[k.Line].Op)
	}
	return fl.stepAt(job, 0)
}

// partLinks are the links of a part in the order of its pegs, of which there are about so many.
func (fl *floor) partLinks(linker *mrp.Linker, part bom.PartID, about int) []floorLink {
	out := make([]floorLink, 0, about)
	fl.links(linker, part, func(l floorLink) { out = append(out, l) })
	return out
}

// linksNow are the links of a part at the version at which the floor stands: those of the family's root, which
// are kept, while nothing changed them; else those that the last step found, if it is the last that changed them.
func (fl *floor) linksNow(part bom.PartID) []floorLink {
	if fl.relinked[part] > 0 {
		if list, known := fl.recent[part]; known {
			return list
		}
		return fl.partLinks(fl.linker(), part, 16)
	}
	kept := &fl.at.family.links[part]
	list := kept.Load()
	if list == nil {
		found := fl.partLinks(fl.linker(), part, 16)
		list = &found
		kept.Store(list)
	}
	return *list
}

// linker gives the pegs of the material plan of the floor.
func (fl *floor) linker() *mrp.Linker {
	if fl.pegs == nil {
		fl.pegs = fl.material.Linker()
	}
	return fl.pegs
}

// differing are what is left of two lists without what they begin and end with in common.
func differing(a, b []floorLink) (restA, restB []floorLink) {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a, b
}

func compareLinks(a, b floorLink) int {
	switch {
	case a.to != b.to:
		return int(a.to - b.to)
	case a.from != b.from:
		return int(a.from - b.from)
	case a.lag != b.lag:
		return int(sign(int64(a.lag) - int64(b.lag)))
	}
	return int(sign(a.ready - b.ready))
}

func sign(n int64) int64 {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
