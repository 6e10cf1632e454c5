package plan

import (
	"iter"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/mrp"
)

// Changes is the batch that leads from one model to another: applied to a plan of before it gives a plan whose
// tables are those of after, their own columns (x_…) too. Small changes say it where they are exact, such as MoveDemand, and
// whole rows otherwise. ok is false if no batch does: settings other than the frozen zone, units, setups, allocations, the published schedule
// or their own columns differ; an item, a calendar or a lot of stock is gone; stock or downtime changed in what no change sets; or
// the batch would be refused, as one that takes a receipt away of which operations are finished. So it is too when so much
// master data differs that making the plan anew is quicker. O(rows).
func Changes(before, after *Model) (changes []Change, ok bool) {
	x := &modelChanges{before: before, after: after}
	x.unreachable()
	x.masterData()
	x.calendars()
	x.downtime()
	x.demands()
	x.stock()
	x.receipts()
	if x.missing || x.work > mostMasterWork {
		return nil, false
	}
	// What is left are the rules for the batch as a whole and those of each change.
	if _, err := editAll(newDraft(&Plan{model: before}), x.changes); err != nil {
		return nil, false
	}
	return x.changes, true
}

// mostMasterWork bounds changed rows of master data times the rows of their table, as each is looked for in its table: about
// 0.2 s, in which most models are planned anew.
const mostMasterWork = 4_000_000

// modelChanges collects the batch from one model to another, in an order in which each change finds what it names.
type modelChanges struct {
	before, after *Model
	changes       []Change
	missing       bool // something differs that no change reaches
	work          int  // rows that are looked at to make the changes
}

func (x *modelChanges) add(c Change) { x.changes = append(x.changes, c) }

// unreachable compares what no change sets.
func (x *modelChanges) unreachable() {
	a, b := x.before.Settings(), x.after.Settings()
	if hours := b.FreezeHours; hours != a.FreezeHours {
		x.add(Freeze{hours})
		a.FreezeHours = hours
	}
	unchanged(x, "settings", slices.Values([]mrp.Settings{a}), slices.Values([]mrp.Settings{b}), func(r *mrp.Settings) *int { return &r.Row })
	unchanged(x, "uoms", x.before.UOMs(), x.after.UOMs(), func(r *bom.UOM) *int { return &r.Row })
	unchanged(x, "setups", x.before.Setups(), x.after.Setups(), func(r *capacity.Setup) *int { return &r.Row })
	unchanged(x, "schedule", x.before.Scheduled(), x.after.Scheduled(), func(r *capacity.ScheduledOperation) *int { return &r.Row })
	// The allocations of a receipt that is gone go with it.
	left := func(yield func(mrp.Allocation) bool) {
		for r := range x.before.Allocations() {
			if _, ok := x.after.Book.Receipt(r.Receipt); ok && !yield(r) {
				return
			}
		}
	}
	unchanged(x, "allocations", left, x.after.Allocations(), func(r *mrp.Allocation) *int { return &r.Row })
}

// unchanged demands that a table is the same in both models, row by row.
func unchanged[R comparable](x *modelChanges, name string, before, after iter.Seq[R], number func(*R) *int) {
	next, stop := iter.Pull(before)
	defer stop()
	for b := range after {
		a, ok := next()
		if !ok || !x.carriedAlike(name, *number(&a), *number(&b)) || !alike(a, b, number) {
			x.missing = true
			return
		}
	}
	if _, more := next(); more {
		x.missing = true
	}
}

// alike reports whether two rows say the same, wherever they stand.
func alike[R comparable](a, b R, number func(*R) *int) bool {
	*number(&a), *number(&b) = 0, 0
	return a == b
}

// looksFor counts the search for a part that the batch itself adds.
func (x *modelChanges) looksFor(item, site string) {
	if _, ok := x.before.Catalog.Part(item, siteOr(site)); !ok {
		x.work += len(x.after.Catalog.Parts)
	}
}

// carriedAlike reports whether rows have the same cells in columns of their own; a row of before keeps them.
func (x *modelChanges) carriedAlike(table string, was, is int) bool {
	a, b := x.before.Carried(table), x.after.Carried(table)
	return a.covers(was, b, is) && b.covers(is, a, was)
}

// covers reports whether another row has all the own cells that this one has.
func (c *Carried) covers(row int, other *Carried, at int) bool {
	if c == nil {
		return true
	}
	for i, column := range c.Columns {
		text, theirs := c.Cell(row, i), ""
		if other != nil {
			if k := slices.Index(other.Columns, column); k >= 0 {
				theirs = other.Cell(at, k)
			}
		}
		if text != "" && text != theirs {
			return false
		}
	}
	return true
}

// pair is a row of both models, or of one.
type pair[R any] struct{ was, is *R }

// pairsOf are the rows that differ between two models, by key: those of after in its order, then those that are gone. A
// row whose own columns differ is out of reach.
func pairsOf[R comparable, K comparable](x *modelChanges, name string, before, after iter.Seq[R], key func(*R) K, number func(*R) *int) []pair[R] {
	was, is := slices.Collect(before), slices.Collect(after)
	var pairs []pair[R]
	carried := x.before.Carried(name) != nil || x.after.Carried(name) != nil
	both := func(a, b *R, same bool) {
		if carried && !x.carriedAlike(name, *number(a), *number(b)) {
			x.missing = true
		}
		if !same {
			pairs = append(pairs, pair[R]{a, b})
		}
	}
	// Most rows stand where they stood: no need to look for them.
	n := 0
	for ; n < min(len(was), len(is)); n++ {
		same := alike(was[n], is[n], number)
		if !same && key(&was[n]) != key(&is[n]) {
			break
		}
		both(&was[n], &is[n], same)
	}
	was, is = was[n:], is[n:]
	index := make(map[K]int, len(was))
	for i := range was {
		index[key(&was[i])] = i
	}
	kept := make([]bool, len(was))
	for i := range is {
		k, ok := index[key(&is[i])]
		if ok {
			kept[k] = true
			both(&was[k], &is[i], alike(was[k], is[i], number))
			continue
		}
		if !x.carriedAlike(name, addedRow, *number(&is[i])) {
			x.missing = true
		}
		pairs = append(pairs, pair[R]{nil, &is[i]})
	}
	for i := range was {
		if !kept[i] {
			pairs = append(pairs, pair[R]{&was[i], nil})
		}
	}
	return pairs
}
