package bom_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
)

func whereUsed(t testing.TB, s *bom.Structure, item string) string {
	t.Helper()
	n := s.Network()
	var b strings.Builder
	for u := range s.IndentedWhereUsed(part(t, n, item)) {
		fmt.Fprintf(&b, "%s%s %v", strings.Repeat(".", u.Level), n.ItemID(u.Parent), u.Per)
		if u.PerOrder {
			b.WriteString(" per order")
		}
		if u.Alternative {
			b.WriteString(" alternative")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func endProducts(t testing.TB, s *bom.Structure, item string) string {
	t.Helper()
	var out []string
	for e := range s.EndProducts(part(t, s.Network(), item)) {
		text := fmt.Sprintf("%s %v", s.Network().ItemID(e.Part), e.Per)
		if e.PerOrder {
			text += " and per order"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestWhereUsed(t *testing.T) {
	n := network(t, with(items("car", "van", "axle", "wheel", "bolt"),
		line("car", "axle", "2"), line("van", "axle", "3"), line("axle", "wheel", "2"), line("axle", "bolt", "4"), line("wheel", "bolt", "5"))...)
	s := n.On(today, bom.Selection{})
	equal(t, "indented", whereUsed(t, s, "bolt"), `.axle 4
..car 8
..van 12
.wheel 5
..axle 10
...car 20
...van 30
`)
	equal(t, "single-level", whereUsed(t, n.On(today, bom.Selection{MaxLevel: 1}), "bolt"), ".axle 4\n.wheel 5\n")
	equal(t, "end products", endProducts(t, s, "bolt"), "car 28, van 42")
	equal(t, "of an end product", endProducts(t, s, "car"), "")
}

func TestQuantityPerWithScrapAndYield(t *testing.T) {
	scrapped := line("b", "c", "9")
	scrapped.Scrap = bom.MustNumber("0.1")
	n := network(t, with(items("a", "c"), bom.Item{ID: "b", Yield: bom.MustNumber("0.75")}, line("a", "b", "1.5"), scrapped)...)
	s := n.On(today, bom.Selection{})
	equal(t, "9 ÷ 0.9 ÷ 0.75, × 1.5", whereUsed(t, s, "c"), ".b 13.333333333333333333\n..a 20\n")
	equal(t, "end product", endProducts(t, s, "c"), "a 20")
}

// TestAlternativesWhereUsed: a later substitute and another version are listed on request only.
func TestAlternativesWhereUsed(t *testing.T) {
	first, second := line("cable", "copper", "1"), line("cable", "tin", "2")
	first.SubstituteGroup, second.SubstituteGroup, second.SubstitutePriority = "wire", "wire", 2
	old := line("rope", "tin", "7")
	old.BOM = "old"
	n := network(t, with(items("cable", "rope", "copper", "tin", "hemp"), first, second, old, line("rope", "hemp", "1"))...)
	equal(t, "followed", whereUsed(t, n.On(today, bom.Selection{}), "tin"), "")
	equal(t, "all", whereUsed(t, n.On(today, bom.Selection{Alternatives: true}), "tin"), ".cable 2 alternative\n.rope 7 alternative\n")
}

func TestPerOrderAndByProductWhereUsed(t *testing.T) {
	setup := line("b", "oil", "1")
	setup.Per = bom.PerOrder
	n := network(t, with(items("a", "b", "oil", "chips"), line("a", "b", "2"), line("a", "oil", "3"), setup, line("b", "chips", "-1"))...)
	s := n.On(today, bom.Selection{})
	equal(t, "oil", whereUsed(t, s, "oil"), ".a 3\n.b 0 per order\n..a 0 per order\n")
	equal(t, "oil in a", endProducts(t, s, "oil"), "a 3 and per order")
	equal(t, "chips", whereUsed(t, s, "chips"), ".b -1\n..a -2\n")
	equal(t, "nothing takes chips", endProducts(t, s, "chips"), "")
}
