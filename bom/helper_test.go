package bom_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
)

// catalog builds a catalog from rows of any kind.
func catalog(rows ...any) (*bom.Catalog, error) {
	errs := &bom.Errors{}
	b := bom.NewBuilder(bom.NewNames(), errs)
	for _, row := range rows {
		switch r := row.(type) {
		case bom.Item:
			b.AddItem(r)
		case bom.Line:
			b.AddLine(r)
		case bom.Source:
			b.AddSource(r)
		case bom.UOM:
			b.AddUOM(r)
		default:
			panic(fmt.Sprintf("no row of a table: %T", row))
		}
	}
	c := b.Catalog()
	return c, errs.Err()
}

// compile builds the network of rows.
func compile(rows ...any) (*bom.Network, error) {
	c, err := catalog(rows...)
	if err != nil {
		return nil, err
	}
	return bom.Compile(c, nil)
}

func network(t testing.TB, rows ...any) *bom.Network {
	t.Helper()
	n, err := compile(rows...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func part(t testing.TB, n *bom.Network, item string) bom.PartID {
	t.Helper()
	item, site, _ := strings.Cut(item, "@")
	p, ok := n.Part(item, site)
	if !ok {
		t.Fatalf("no part %s@%s", item, site)
	}
	return p
}

// items are whole-number items by id.
func items(ids ...string) []any {
	var out []any
	for _, id := range ids {
		out = append(out, bom.Item{ID: id, Decimals: bom.Some(0)})
	}
	return out
}

// line is a line per unit.
func line(parent, component, quantity string) bom.Line {
	return bom.Line{Parent: parent, Component: component, Quantity: bom.MustQuantity(quantity)}
}

// with puts lists of rows together.
func with(rows []any, more ...any) []any { return append(rows[:len(rows):len(rows)], more...) }

// indented is an indented explosion as text, one line each.
func indented(t testing.TB, s *bom.Structure, item, quantity string) string {
	t.Helper()
	n := s.Network()
	var b strings.Builder
	for r, err := range s.Indented(bom.Amount{Part: part(t, n, item), Quantity: bom.MustQuantity(quantity)}) {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s%s %v\n", strings.Repeat(".", r.Level), n.ItemID(r.Part), r.Quantity)
	}
	return b.String()
}

// totals is a summarised explosion as text: item quantity, and (by-product) and >start where they differ.
func totals(t testing.TB, s *bom.Structure, item, quantity string) string {
	t.Helper()
	n := s.Network()
	var out []string
	for r, err := range s.Summarised(bom.Amount{Part: part(t, n, item), Quantity: bom.MustQuantity(quantity)}) {
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("%s %v", n.ItemID(r.Part), r.Quantity)
		if r.ByProduct != 0 {
			text += fmt.Sprintf(" (%v)", r.ByProduct)
		}
		if r.Start != 0 && r.Start != r.Quantity {
			text += fmt.Sprintf(" >%v", r.Start)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}
