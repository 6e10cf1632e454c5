package page

import (
	"cmp"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// Lists are cut after so many lines.
const (
	mostLate   = 400
	mostOpen   = 25
	mostChains = 100 // late demands with the whole chain
	mostLinks  = 40  // of a chain
	mostBroken = 50
)

// lateList is what is late or short and why.
type lateList struct {
	Total, More, Chained int
	Unchained            bool // some rows have no chain
	Rows                 []lateRow
	First, Rest          int // rows that are open at first, and those behind a click
}

// lateRow is a demand that is not on time.
type lateRow struct {
	ID, Part, Description, Quantity string
	Due, Promised, Late, Why        string
	Short                           bool
	Chain                           []lateLink
	MoreLinks                       int
}

// lateLink is one sentence of a chain.
type lateLink struct {
	Text, Kind, Wait, Span string
	Root                   bool
}

// notOnTime are the demands that are late or short, the shorts first, then the latest.
func (v *view) notOnTime() []*plan.Promise {
	var list []*plan.Promise
	for i := range v.promises {
		if v.promises[i].Status != mrp.OnTime {
			list = append(list, &v.promises[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *plan.Promise) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Late, a.Late))
	})
	return list
}

func rank(p *plan.Promise) int {
	if p.Status == mrp.Short {
		return 0
	}
	return 1
}

func (v *view) late() lateList {
	list := v.notOnTime()
	out := lateList{Total: len(list), More: max(0, len(list)-mostLate), Chained: mostChains, Unchained: len(list) > mostChains}
	for i, p := range list[:min(len(list), mostLate)] {
		row := v.lateRow(p)
		if i < mostChains {
			row.Chain, row.MoreLinks = v.chain(p)
		}
		out.Rows = append(out.Rows, row)
	}
	out.First, out.Rest = mostOpen, max(0, len(out.Rows)-mostOpen)
	return out
}

func (v *view) lateRow(p *plan.Promise) lateRow {
	d := v.f.Demand(p.Demand)
	row := lateRow{ID: d.ID, Part: partName(d.Item, d.Site), Quantity: p.Quantity.String(), Due: v.when(d.Due), Promised: v.when(p.Promised),
		Why: p.Cause(), Short: p.Status == mrp.Short}
	catalog := v.plan.Model().Catalog
	if part, ok := catalog.Part(d.Item, d.Site); ok {
		row.Description = catalog.Names.String(catalog.Parts[part].Description)
		if uom := catalog.Names.String(catalog.Parts[part].UOM); uom != "" {
			row.Quantity += " " + uom
		}
	}
	if p.Promised.IsZero() {
		row.Promised = "never"
	}
	row.Late = "short"
	if p.Late > 0 {
		row.Late = length(p.Late)
		if row.Short {
			row.Late += ", short"
		}
	}
	return row
}

// when is a date, with the time if it is exact.
func (v *view) when(w bom.When) string {
	if w.Exact && w.Day.Begin(v.zone) != w.Unix {
		return v.at(w.Unix).Format("2006-01-02 15:04")
	}
	return date(w.Day, "")
}

// chain are the causes of a demand, from the demand back, with the one that costs the most marked.
func (v *view) chain(p *plan.Promise) (links []lateLink, more int) {
	root := -1
	for i := range p.Causes {
		if root < 0 || p.Causes[i].Wait >= p.Causes[root].Wait {
			root = i
		}
	}
	for i := range p.Causes {
		if i >= mostLinks && i != root {
			more++
			continue
		}
		c := &p.Causes[i]
		l := lateLink{Text: c.String(), Kind: kindNames[c.Kind], Root: i == root}
		if l.Kind == "" {
			l.Kind = string(c.Kind)
		}
		if c.Wait > 0 {
			l.Wait = length(c.Wait)
		}
		if !c.Since.IsZero() && !c.Until.IsZero() {
			l.Span = v.between(c.Since.Instant(v.zone), c.Until.Instant(v.zone))
		}
		links = append(links, l)
	}
	return links, more
}

// kindNames are the kinds of causes in a word or two.
var kindNames = map[plan.CauseKind]string{
	plan.CauseMachine: "machine", plan.CauseOven: "oven load", plan.CausePool: "tool or operator", plan.CauseClosed: "closed",
	plan.CauseFrozen: "frozen", plan.CausePurchase: "purchase", plan.CauseReceipt: "open order", plan.CauseStock: "quarantine",
	plan.CauseLead: "lead time", plan.CauseWork: "work", plan.CauseOverdue: "overdue", plan.CauseMaterial: "material",
	plan.CauseNever: "no calendar",
}

// brokenList is what the schedule could not keep.
type brokenList struct {
	Checked     bool // found by a check of the schedule
	Total, More int
	Rows        []string
}

func newBroken(f *plan.Finite, violations []schedule.Violation) brokenList {
	list := f.Schedule().Broken
	if len(violations) > 0 {
		list = violations
	}
	out := brokenList{Checked: len(violations) > 0, Total: len(list), More: max(0, len(list)-mostBroken)}
	for _, v := range list[:min(len(list), mostBroken)] {
		out.Rows = append(out.Rows, f.Describe(v))
	}
	return out
}
