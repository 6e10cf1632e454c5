package bom_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
)

func lasting(id string, days int) bom.Item {
	return bom.Item{ID: id, Decimals: bom.Some(0), LeadDays: bom.Some(days)}
}

// critical is a critical path as text: item days/cumulative@start.
func critical(t testing.TB, times *bom.LeadTimes, n *bom.Network, item string) string {
	t.Helper()
	var out []string
	for x := range times.CriticalPath(part(t, n, item)) {
		out = append(out, fmt.Sprintf("%s %d/%d@%d", n.ItemID(x.Part), x.Days, x.Cumulative, x.Start))
	}
	return strings.Join(out, ", ")
}

func TestCriticalPath(t *testing.T) {
	early := line("a", "c", "1")
	early.OffsetDays = -3
	late := line("b", "d", "1")
	late.OffsetDays = 4
	inspected := lasting("d", 5)
	inspected.InspectionDays = 2
	rows := []any{lasting("a", 2), lasting("b", 1), lasting("c", 3), inspected, lasting("e", 9), lasting("scrap", 50),
		line("a", "b", "1"), early, late, line("c", "e", "0"), line("a", "scrap", "-1"),
		bom.Source{Item: "d", ID: "B", Kind: bom.Buy}, bom.Source{Item: "e", ID: "B", Kind: bom.Buy}}
	n := network(t, rows...)
	s := n.On(today, bom.Selection{})
	times := s.LeadTimes(nil)
	equal(t, "c is needed 3 days early", critical(t, times, n, "a"), "a 2/8@2, c 3/3@8")
	equal(t, "d 4 days late: 1 + (5 + 2 − 4)", critical(t, times, n, "b"), "b 1/4@1, d 7/7@4")
	equal(t, "inspection of a bought part", s.LeadDays(part(t, n, "d")), 7)

	routed := s.LeadTimes(func(p bom.PartID) int {
		if p == part(t, n, "b") {
			return 20
		}
		return s.LeadDays(p)
	}, part(t, n, "a"))
	equal(t, "lead times of the caller", critical(t, routed, n, "a"), "a 2/25@2, b 20/23@22, d 7/7@25")
	equal(t, "not asked for", s.LeadTimes(nil, part(t, n, "b")).Days(part(t, n, "a")), 0)
}

// TestCriticalPathCrossesSites: a transfer waits for the sender's own lead time, a phantom for nothing.
func TestCriticalPathCrossesSites(t *testing.T) {
	east := lasting("door", 3)
	east.Site = "east"
	kit := lasting("kit", 99)
	kit.Phantom = true
	n := network(t, lasting("fridge", 1), kit, lasting("door", 30), east, bom.Item{ID: "sheet", Site: "east"},
		bom.Source{Item: "door", ID: "T", Kind: bom.Transfer, From: "east", LeadDays: bom.Some(2)},
		bom.Source{Item: "sheet", Site: "east", ID: "B", Kind: bom.Buy, LeadDays: bom.Some(10)},
		line("fridge", "kit", "1"), line("kit", "door", "2"), bom.Line{Parent: "door", Component: "sheet", Site: "east", Quantity: bom.Unit})
	equal(t, "path", critical(t, n.On(today, bom.Selection{}).LeadTimes(nil), n, "fridge"),
		"fridge 1/16@1, kit 0/15@1, door 2/15@3, door 3/13@6, sheet 10/10@16")
}
