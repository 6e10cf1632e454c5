package main

import (
	"cmp"
	"io"
	"maps"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// told are the messages that have sections of their own.
var told = []mrp.Code{mrp.ReleaseNow, mrp.LateDemand, mrp.ShortDemand, mrp.FollowUp}

// severityRank orders severities, the most urgent first.
var severityRank = map[mrp.Severity]int{mrp.Error: 0, mrp.Warning: 1, mrp.Info: 2}

// digest is what the report tells of the messages: numbers, and the few that it prints.
type digest struct {
	total    int
	severity map[mrp.Severity]int
	groups   map[mrp.Code]*codeDigest // of codes without a section of their own
	follow   []mrp.Message            // purchases to follow up: the first ones to list
	follows  int
}

// codeDigest is a code's number of messages with its most important examples, the first of equals.
type codeDigest struct {
	severity mrp.Severity
	count    int
	examples []weighed
}

type weighed struct {
	text   string
	weight float64
}

// digest reads all messages once.
func (r *report) digest() {
	d := &r.told
	d.severity, d.groups = map[mrp.Severity]int{}, map[mrp.Code]*codeDigest{}
	heavier := func(a, b weighed) int { return cmp.Compare(b.weight, a.weight) }
	followed := func(a, b mrp.Message) int {
		return cmp.Or(cmp.Compare(a.Supplier, b.Supplier), cmp.Compare(a.From, b.From), cmp.Compare(a.Order, b.Order))
	}
	for m := range r.messages {
		d.total++
		d.severity[m.Severity]++
		if m.Code == mrp.FollowUp {
			d.follows++
			d.follow = keepFirst(d.follow, m, mostFollowUp, followed)
		}
		if slices.Contains(told, m.Code) {
			continue
		}
		g := d.groups[m.Code]
		if g == nil {
			g = &codeDigest{severity: m.Severity}
			d.groups[m.Code] = g
		}
		g.count++
		g.examples = keepFirst(g.examples, weighed{m.Text, r.weigh(&m)}, mostExamples, heavier)
	}
}

// advice prints the other messages: by code, with a count and the most important examples.
func (r *report) advice(w io.Writer) {
	groups := r.told.groups
	if len(groups) == 0 {
		return
	}
	codes := slices.SortedFunc(maps.Keys(groups), func(a, b mrp.Code) int {
		x, y := groups[a], groups[b]
		return cmp.Or(cmp.Compare(severityRank[x.severity], severityRank[y.severity]), cmp.Compare(y.count, x.count), cmp.Compare(a, b))
	})
	heading(w, "MESSAGES", "beside those above and the follow-ups below")
	g := grid{indent: 2, columns: []column{{}, {}, {right: true}, {fold: true}}}
	total := 0
	for _, code := range codes {
		group := groups[code]
		total += group.count
		for i, m := range group.examples {
			if i == 0 {
				g.add(string(group.severity), string(code), thousands(int64(group.count)), m.text)
			} else {
				g.add("", "", "", m.text)
			}
		}
	}
	g.write(w)
	r.more(w, total-len(g.rows), "", "messages")
}

// weigh says how important a message is among those of its code, for the choice
// of examples alone: by the days it is about, else by the value of its quantity.
func (r *report) weigh(m *mrp.Message) float64 {
	if m.From != bom.NoDay && m.To != bom.NoDay && m.From != m.To {
		return float64(max(m.To-m.From, m.From-m.To))
	}
	if m.Part == bom.NoPart {
		return 0
	}
	cost := r.plan.Model().Catalog.Parts[m.Part].Cost
	if cost == 0 {
		cost = bom.One
	}
	return float64(m.Quantity) * float64(cost)
}

// followUp lists the purchases to ask after, by supplier.
func (r *report) followUp(w io.Writer) {
	if r.told.follows == 0 {
		return
	}
	heading(w, "PURCHASES TO FOLLOW UP", count(r.told.follows, "purchase"))
	g := grid{indent: 2, columns: []column{{title: "supplier", most: 24}, {title: "receipt", most: 20}, {title: "part", most: 28, give: true}, {title: "qty", right: true},
		{title: "", most: 4}, {title: "due"}, {}}}
	model := r.plan.Model()
	supplier := "\x00"
	for _, m := range r.told.follow {
		name := m.Supplier
		if name == supplier {
			name = ""
		} else if supplier = name; name == "" {
			name = "(no supplier)"
		}
		remark := ""
		if m.From < model.Settings().Start.Day {
			remark = "overdue"
		}
		uom := model.Catalog.Names.String(model.Catalog.Parts[m.Part].UOM)
		g.add(name, m.Order, partName(m.Item, m.Site), m.Quantity.String(), uom, m.From.String(), remark)
	}
	g.write(w)
	r.more(w, r.told.follows-mostFollowUp, "", "messages")
}
