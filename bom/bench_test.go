package bom_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/taktplan/takt/bom"
)

// benchCatalog is a catalog of that many items in seven levels with about 2.4 lines a
// part; ids say nothing about levels, as in life.
func benchCatalog(b *testing.B, count int) *bom.Catalog {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	const levels = 7
	place := r.Perm(count)
	id := func(i int) string { return fmt.Sprintf("I%07d", place[i]) }
	var rows []any
	size := count / levels
	for i := range count {
		rows = append(rows, bom.Item{ID: id(i), Decimals: bom.Some(0)})
		below := (i/size + 1) * size
		if below+size > count {
			rows = append(rows, bom.Source{Item: id(i), ID: "S", Kind: bom.Buy, LeadDays: bom.Some(5), UnitCost: bom.One})
			continue
		}
		for l := range 1 + r.IntN(5) {
			rows = append(rows, bom.Line{Parent: id(i), Component: id(below + r.IntN(size)), ID: fmt.Sprint(l), Quantity: bom.Units(int64(1 + r.IntN(3)))})
		}
	}
	c, err := catalog(rows...)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkCompile measures the network of 250,000 parts; the catalog is the readers' work.
func BenchmarkCompile(b *testing.B) {
	c := benchCatalog(b, 250_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bom.Compile(c, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(c.Components)), "ns/line")
}

func benchNetwork(b *testing.B, count int) (*bom.Structure, bom.PartID, bom.PartID) {
	n, err := bom.Compile(benchCatalog(b, count), nil)
	if err != nil {
		b.Fatal(err)
	}
	last := n.AtLevel(n.NumLevels() - 1)
	return n.On(today, bom.Selection{}), n.AtLevel(0)[0], last[0]
}

func BenchmarkSummarised(b *testing.B) {
	s, top, _ := benchNetwork(b, 100_000)
	b.ReportAllocs()
	lines := 0
	for b.Loop() {
		for _, err := range s.Summarised(bom.Amount{Part: top, Quantity: bom.Unit}) {
			if err != nil {
				b.Fatal(err)
			}
			lines++
		}
	}
	b.ReportMetric(float64(lines)/float64(b.N), "parts")
}

func BenchmarkIndented(b *testing.B) {
	s, top, _ := benchNetwork(b, 100_000)
	b.ReportAllocs()
	lines := 0
	for b.Loop() {
		for _, err := range s.Indented(bom.Amount{Part: top, Quantity: bom.Unit}) {
			if err != nil {
				b.Fatal(err)
			}
			lines++
		}
	}
	b.ReportMetric(float64(lines)/float64(b.N), "lines")
}

func BenchmarkEndProducts(b *testing.B) {
	s, _, raw := benchNetwork(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		for range s.EndProducts(raw) {
		}
	}
}

func BenchmarkRollUp(b *testing.B) {
	s, _, _ := benchNetwork(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		s.RollUp(bom.CostOptions{})
	}
}

func BenchmarkLeadTimes(b *testing.B) {
	s, _, _ := benchNetwork(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		s.LeadTimes(nil)
	}
}
