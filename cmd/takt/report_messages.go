package main

import (
	"cmp"
	"io"
	"slices"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/mrp"
)

// told are the messages that have sections of their own.
var told = []mrp.Code{mrp.ReleaseNow, mrp.LateDemand, mrp.ShortDemand, mrp.FollowUp}

// severityRank orders severities, the most urgent first.
var severityRank = map[mrp.Severity]int{mrp.Error: 0, mrp.Warning: 1, mrp.Info: 2}

// advice prints the other messages: by code, with a count and the most important examples.
func (r *report) advice(w io.Writer) {
	groups := map[mrp.Code][]*mrp.Message{}
	var codes []mrp.Code
	total := 0
	for i := range r.messages {
		g := &r.messages[i]
		if slices.Contains(told, g.Code) {
			continue
		}
		if groups[g.Code] == nil {
			codes = append(codes, g.Code)
		}
		groups[g.Code] = append(groups[g.Code], g)
		total++
	}
	if total == 0 {
		return
	}
	slices.SortFunc(codes, func(a, b mrp.Code) int {
		x, y := groups[a], groups[b]
		return cmp.Or(cmp.Compare(severityRank[x[0].Severity], severityRank[y[0].Severity]), cmp.Compare(len(y), len(x)), cmp.Compare(a, b))
	})
	heading(w, "MESSAGES", "beside those above and the follow-ups below")
	g := grid{indent: 2, columns: []column{{}, {}, {right: true}, {fold: true}}}
	for _, code := range codes {
		list := groups[code]
		for i, m := range r.examples(list) {
			if i == 0 {
				g.add(string(m.Severity), string(code), thousands(int64(len(list))), m.Text)
			} else {
				g.add("", "", "", m.Text)
			}
		}
	}
	g.write(w)
	r.more(w, total-len(g.rows), "", "messages")
}

// examples are the most important messages of a code, the first of equals.
func (r *report) examples(list []*mrp.Message) []*mrp.Message {
	var best []*mrp.Message
	var weights []float64
	for _, m := range list {
		weight := r.weigh(m)
		at := len(best)
		for at > 0 && weights[at-1] < weight {
			at--
		}
		if at < mostExamples {
			best, weights = slices.Insert(best, at, m), slices.Insert(weights, at, weight)
			n := min(len(best), mostExamples)
			best, weights = best[:n], weights[:n]
		}
	}
	return best
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
	var list []*mrp.Message
	for i := range r.messages {
		if r.messages[i].Code == mrp.FollowUp {
			list = append(list, &r.messages[i])
		}
	}
	if len(list) == 0 {
		return
	}
	slices.SortStableFunc(list, func(a, b *mrp.Message) int {
		return cmp.Or(cmp.Compare(a.Supplier, b.Supplier), cmp.Compare(a.From, b.From), cmp.Compare(a.Order, b.Order))
	})
	heading(w, "PURCHASES TO FOLLOW UP", count(len(list), "purchase"))
	g := grid{indent: 2, columns: []column{{title: "supplier", most: 24}, {title: "receipt", most: 20}, {title: "part", most: 28, give: true}, {title: "qty", right: true},
		{title: "", most: 4}, {title: "due"}, {}}}
	model := r.plan.Model()
	supplier := "\x00"
	for _, m := range list[:min(len(list), mostFollowUp)] {
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
	r.more(w, len(list)-mostFollowUp, "", "messages")
}
