package bom

import (
	"iter"
	"slices"
)

// LeadTimes holds the cumulative lead times of parts: the working days from the
// first order of the longest chain of orders until the part is there, with no stock at all. It
// is immutable and safe for any number of readers.
type LeadTimes struct {
	network *Network
	own     []int
	days    []int
	next    []PartID // on the longest path
	offset  []int    // of the line to next
}

// CriticalStep is a part on the longest path of a product.
type CriticalStep struct {
	Part PartID
	// Days is the part's own lead time in working days.
	Days int
	// Cumulative is its cumulative lead time in working days: its own, and what is below it.
	Cumulative int
	// Start is how many working days before the product is due its order starts.
	Start int
}

// LeadDays is the default lead time of a part in working days: lead_days of its
// best source, else of the item, else 0, plus inspection_days if it is bought or
// subcontracted; 0 for a phantom. What depends on the quantity (lead_days_per_unit, routings)
// is not in it.
func (s *Structure) LeadDays(p PartID) int { return s.leadDays(p, s.bill(p, s.sel.Bought)) }

func (s *Structure) leadDays(p PartID, b bill) int {
	n := s.network
	if n.phantoms[p] {
		return 0
	}
	part := &n.Parts[p]
	days := part.LeadDays
	if b.supply >= 0 && n.Supplies[b.supply].LeadDays >= 0 {
		days = n.Supplies[b.supply].LeadDays
	}
	days = max(days, 0)
	if b.kind == Buy || b.kind == Subcontract {
		days += part.InspectionDays
	}
	return int(days)
}

// LeadTimes computes cumulative lead times, for the parts given and all below them, or for
// all parts if none is given: a part's own lead time plus the largest among
// its components (and the sender, if it is transferred) of the component's cumulative lead time less
// the line's offset_days, which need it later, or earlier if negative. By-products and lines of quantity zero do not count.
// lead gives a part's own lead time in working days, all included; nil: LeadDays.
// Negative days count as 0. Days of different calendars are added as if they were of one.
// Longest path in reverse order of low-level codes, O(lines).
func (s *Structure) LeadTimes(lead func(PartID) int, parts ...PartID) *LeadTimes {
	n := s.network
	t := &LeadTimes{network: n, own: make([]int, len(n.Parts)), days: make([]int, len(n.Parts)),
		next: slices.Repeat([]PartID{NoPart}, len(n.Parts)), offset: make([]int, len(n.Parts))}
	requested := s.below(parts)
	for level := n.NumLevels() - 1; level >= 0; level-- {
		for _, p := range n.AtLevel(level) {
			if requested == nil || requested[p] {
				t.longest(s, p, lead)
			}
		}
	}
	return t
}

// longest is the longest path of a part whose components are done.
func (t *LeadTimes) longest(s *Structure, p PartID, lead func(PartID) int) {
	b := s.bill(p, s.sel.Bought)
	if lead != nil {
		t.own[p] = max(lead(p), 0)
	} else {
		t.own[p] = s.leadDays(p, b)
	}
	below := 0
	if sender := s.sender(b); sender != NoPart && t.days[sender] > 0 {
		below, t.next[p] = t.days[sender], sender
	}
	for l := b.lines.From; l < b.lines.To; l++ {
		c := &t.network.Components[l]
		if d := t.days[c.Part] - int(c.OffsetDays); c.Quantity > 0 && d > below && s.follows(l, b.lines) {
			below, t.next[p], t.offset[p] = d, c.Part, int(c.OffsetDays)
		}
	}
	t.days[p] = t.own[p] + below
}

// Days is the cumulative lead time of a part in working days; 0 if it was not computed.
func (t *LeadTimes) Days(p PartID) int { return t.days[p] }

// CriticalPath is the longest path of a product, itself first; of paths of
// one length the first in line order. The last step's Start is the product's cumulative
// lead time. Components that add no days end it.
func (t *LeadTimes) CriticalPath(p PartID) iter.Seq[CriticalStep] {
	return func(yield func(CriticalStep) bool) {
		due := 0 // working days before the product is due
		for ; p != NoPart; p = t.next[p] {
			start := due + t.own[p]
			if !yield(CriticalStep{Part: p, Days: t.own[p], Cumulative: t.days[p], Start: start}) {
				return
			}
			due = start - t.offset[p]
		}
	}
}
