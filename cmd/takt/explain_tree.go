package main

import (
	"fmt"
	"strings"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/mrp"
)

// Trees end after so many lines, in text and in tables.
const (
	mostTreeText = 80
	mostTree     = 100_000
)

// printTree prints a tree as text, without the levels beyond the page.
func (x *explanation) printTree(title, empty string, list []answer.Branch, down bool) {
	w := x.a.stdout
	if len(list) == 0 {
		heading(w, title, empty)
		return
	}
	heading(w, title, "")
	g := grid{indent: 2, columns: []column{{}, {}, {title: "qty", right: true}, {title: "start"}, {title: "there on"}, {title: "needed"}, {title: "late", right: true}, {}}}
	for i := range list[:min(len(list), mostTreeText)] {
		b := &list[i]
		kind, start := b.Kind, ""
		if b.Order != nil {
			kind, start = b.Order.Kind.String(), b.Order.Start.String()
		}
		if b.Kind == string(mrp.SafetyConsumer) || b.Kind == string(mrp.ExcessConsumer) {
			kind = ""
		}
		late := ""
		if b.Peg.Needed != bom.NoDay && b.Peg.Available > b.Peg.Needed {
			late = lateDays(int(b.Peg.Available - b.Peg.Needed))
		}
		id, remark := b.ID, ""
		if b.Kind == string(mrp.StockSupply) && id != b.Peg.Item+"@"+b.Peg.Site || b.Kind == string(mrp.ReceiptSupply) && down {
			id += " (" + b.Peg.Item + ")"
		}
		if b.Above {
			remark = "see above"
		}
		g.add(strings.Repeat("  ", b.Level-1)+id, kind, x.amount(b.Peg.Part, b.Peg.Quantity), start, dateOr(b.Peg.Available, "never"), b.Peg.Needed.String(), late, remark)
	}
	g.write(w)
	if n := len(list) - mostTreeText; n > 0 {
		fmt.Fprintf(w, "  … and %s more (see --format json, or fewer levels with --depth)\n", thousands(int64(n)))
	}
}
