package oracle

import (
	"math/big"

	"github.com/taktplan/takt/bom"
)

// sourcesOf are the sources of a part. Without any row: make if the part has bom
// lines or a routing, else buy; such a source has no id.
func (m *model) sourcesOf(p part) []bom.Source {
	if rows := m.sources[p]; len(rows) > 0 {
		return rows
	}
	kind := bom.Buy
	if len(m.lines[p]) > 0 || len(m.operations[p]) > 0 {
		kind = bom.Make
	}
	return []bom.Source{{Item: p[0], Site: p[1], Kind: kind, Priority: 1}}
}

// bestSource is rule 5's choice for a day: of those valid on it the best; none
// valid: the best of all. given is the quantity planned so far, by source.
func (m *model) bestSource(p part, sources []bom.Source, day bom.Day, given map[string]bom.Quantity) bom.Source {
	var valid []bom.Source
	for _, s := range sources {
		if inRange(day, s.FromDate, s.ToDate) {
			valid = append(valid, s)
		}
	}
	if len(valid) == 0 {
		valid = sources
	}
	return m.leastGiven(p, firstPriority(valid), given)
}

// firstPriority are the sources with the lowest priority number.
func firstPriority(sources []bom.Source) (first []bom.Source) {
	lowest := sources[0].Priority
	for _, s := range sources {
		lowest = min(lowest, s.Priority)
	}
	for _, s := range sources {
		if s.Priority == lowest {
			first = append(first, s)
		}
	}
	return first
}

// leastGiven is, among sources with shares, the one with the least
// (given + open) ÷ share, then by source id; without shares the first by id.
func (m *model) leastGiven(p part, sources []bom.Source, given map[string]bom.Quantity) bom.Source {
	best := sources[0]
	var least *big.Rat
	for _, s := range sources {
		if s.Share <= 0 {
			continue
		}
		x := div(units(given[s.ID]+m.open(p, s.ID)), number(s.Share))
		if least == nil || x.Cmp(least) < 0 {
			best, least = s, x
		}
	}
	return best
}

// open is the total quantity of the part's receipts that name the source.
func (m *model) open(p part, source string) (total bom.Quantity) {
	for _, r := range m.receipts {
		if m.part(r.Item, r.Site) == p && r.Source == source {
			total += r.Quantity
		}
	}
	return total
}

// chooseSource is rule 5's choice for an order needed on a day.
func (r *run) chooseSource(p part, need bom.Day) bom.Source {
	return r.bestSource(p, r.sourcesOf(p), need, r.given[p])
}
