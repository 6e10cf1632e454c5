package plan

import (
	"iter"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// Pegging yields the material plan's pegs with the dates of the schedule: when each supply is
// there, and when the operation that takes it begins.
func (f *Finite) Pegging() iter.Seq[mrp.Pegging] { return f.material.PeggingWith(f.pegDates) }

// PegsOf is Pegging for the supplies of one part.
func (f *Finite) PegsOf(part bom.PartID) []mrp.Pegging {
	return f.material.PegsOfWith(part, f.pegDates)
}

func (f *Finite) pegDates(k mrp.Link) (available, needed bom.Day) {
	if at := f.there(&k); at < capacity.Never {
		available = f.day(at)
	}
	needed = k.Needed
	if k.Consumer == mrp.ToOrder || k.Consumer == mrp.ToReceipt {
		if op := f.consumer(&k); op >= 0 && f.schedule.Start(op) < capacity.Never {
			needed = f.day(f.schedule.Start(op))
		}
	}
	return available, needed
}
