package bom_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/taktplan/takt/bom"
)

func TestCyclesPrintTheWholePath(t *testing.T) {
	substitute := func(parent, component, group string, priority int) bom.Line {
		l := line(parent, component, "1")
		l.SubstituteGroup, l.SubstitutePriority = group, priority
		return l
	}
	transfer := func(item, site, from string) bom.Source {
		return bom.Source{Item: item, Site: site, ID: "T", Kind: bom.Transfer, From: from}
	}
	tests := map[string]struct {
		rows []any
		path string
	}{
		"itself": {with(items("a"), line("a", "a", "1")), "a@main -component (bom row 1)-> a@main"},
		"components": {with(items("a", "b", "c", "top"), line("top", "a", "1"), line("a", "b", "1"), line("b", "c", "1"), line("c", "a", "1")),
			"a@main -component (bom row 2)-> b@main -component (bom row 3)-> c@main -component (bom row 4)-> a@main"},
		"phantom": {with(items("a"), bom.Item{ID: "p", Phantom: true}, line("a", "p", "1"), line("p", "a", "1")),
			"a@main -component (bom row 1)-> p@main -component (bom row 2)-> a@main"},
		"by-product": {with(items("a", "b"), line("a", "b", "1"), line("b", "a", "-1")),
			"a@main -component (bom row 1)-> b@main -by-product (bom row 2)-> a@main"},
		"transfers": {[]any{bom.Item{ID: "a"}, bom.Item{ID: "a", Site: "east"}, transfer("a", "", "east"), transfer("a", "east", "main")},
			"a@east -transfer (sources row 2)-> a@main -transfer (sources row 1)-> a@east"},
		"transfer and component": {[]any{bom.Item{ID: "a"}, bom.Item{ID: "a", Site: "east"}, bom.Item{ID: "b", Site: "east"}, bom.Item{ID: "b"},
			transfer("a", "", "east"), bom.Line{Parent: "a", Component: "b", Site: "east", Quantity: bom.Unit}, transfer("b", "east", "main"), line("b", "a", "1")},
			"a@east -component (bom row 1)-> b@east -transfer (sources row 2)-> b@main -component (bom row 2)-> a@main -transfer (sources row 1)-> a@east"},
		"substitutes": {with(items("p", "q", "x", "y"), substitute("p", "x", "g", 1), substitute("p", "y", "g", 2), substitute("q", "y", "h", 1), substitute("q", "x", "h", 2)),
			"x@main -substitute (bom row 2)-> y@main -substitute (bom row 4)-> x@main"},
		"a substitute made of the main component's parent": {with(items("p", "x", "y"), substitute("p", "x", "g", 1), substitute("p", "y", "g", 2), line("y", "p", "1")),
			"p@main -substitute-> "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := compile(test.rows...)
			var cycle *bom.CycleError
			if !errors.As(err, &cycle) {
				t.Fatalf("error %v, want a CycleError", err)
			}
			if strings.HasSuffix(test.path, "-substitute-> ") { // which of two cycles is told does not matter
				if len(cycle.Path) < 2 {
					t.Errorf("%v", err)
				}
				return
			}
			if !strings.HasPrefix(err.Error(), "cycle: "+test.path+": remove or date out") {
				t.Errorf("\n got %v\nwant cycle: %s: …", err, test.path)
			}
		})
	}
}

func TestDiamondsAreNoCycles(t *testing.T) {
	kit := bom.Item{ID: "kit", Phantom: true}
	a, b := line("top", "a", "1"), line("top", "b", "1")
	a.SubstituteGroup, b.SubstituteGroup, b.SubstitutePriority = "g", "g", 2
	n := network(t, with(items("top", "a", "b", "c"), kit, a, b, line("a", "kit", "1"), line("b", "kit", "1"), line("kit", "c", "1"), line("top", "c", "1"),
		bom.Item{ID: "c", Site: "east"}, bom.Item{ID: "d", Site: "east"},
		bom.Line{Parent: "c", Component: "d", Site: "east", Quantity: bom.Unit},
		bom.Source{Item: "c", ID: "T", Kind: bom.Transfer, From: "east"},
		bom.Source{Item: "c", Site: "east", ID: "spare", Kind: bom.Transfer, From: "main", SpareOnly: true, Priority: 2},
		bom.Source{Item: "c", Site: "east", ID: "made", Kind: bom.Make})...)
	for item, level := range map[string]int{"top": 0, "a": 1, "b": 2, "kit": 3, "c": 4, "c@east": 5, "d@east": 6} {
		equal(t, "low-level code of "+item, n.Level(part(t, n, item)), level)
	}
	equal(t, "transfers from east", len(n.SentTo(part(t, n, "c@east"))), 1)
	equal(t, "transfers to east", len(n.SentTo(part(t, n, "c"))), 1)
	equal(t, "transfers of d", len(n.SentTo(part(t, n, "d@east"))), 0)
}

func TestCompileErrors(t *testing.T) {
	a, b := line("x", "y", "1"), line("x", "y", "1")
	a.BOM, b.BOM = "1", "2"
	made := bom.Source{Item: "y", ID: "M", Kind: bom.Make}
	wrong := bom.Source{Item: "x", ID: "M", Kind: bom.Make, BOM: "3"}
	buys := bom.Source{Item: "x", ID: "B", Kind: bom.Buy, BOM: "1"}
	for name, test := range map[string]struct {
		rows []any
		want string
	}{
		"two versions, no source":     {with(items("x", "y"), a, b), `items row 1, column item: "x": one BOM version, or sources that name one of "1", "2"`},
		"a version that is not there": {with(items("x", "y"), a, b, wrong), `sources row 1, column bom: "3": a BOM version of x@main: "1", "2"`},
		"made of nothing":             {with(items("x", "y"), made), `sources row 1, column kind: "make": BOM lines or a routing for the made part y@main: add them, or buy it`},
		"bought by a version":         {with(items("x", "y"), a, buys), `sources row 1, column bom: "1": no BOM version on a buy source`},
		"empty phantom":               {[]any{bom.Item{ID: "p", Phantom: true}}, `items row 1, column phantom: "p": BOM lines under a phantom: add them, or make it no phantom`},
	} {
		_, err := compile(test.rows...)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s:\n got %v\nwant %s", name, err, test.want)
		}
	}
}

func TestEmptyNetwork(t *testing.T) {
	n := network(t)
	equal(t, "levels", n.NumLevels(), 0)
	for c := range n.On(today, bom.Selection{}).RollUp(bom.CostOptions{}).All() {
		t.Errorf("cost %v of no part", c)
	}
}

// TestCompileAgainstTheObvious compares low-level codes, level lists and where-used
// with their definitions on random networks.
func TestCompileAgainstTheObvious(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		n, err := compile(randomRows(r, 1+r.IntN(90), anything)...)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		longest := make([]int, n.NumParts())
		for range n.NumParts() { // relaxation until nothing changes
			for i := range n.Components {
				c := &n.Components[i]
				longest[c.Part] = max(longest[c.Part], longest[c.Parent]+1)
			}
			for i := range n.Supplies {
				if s := &n.Supplies[i]; s.Kind == bom.Transfer && !s.SpareOnly {
					longest[s.Sender] = max(longest[s.Sender], longest[s.Part]+1)
				}
			}
			for i := range n.Components {
				for j := range n.Components {
					a, b := &n.Components[i], &n.Components[j]
					if a.Group != 0 && a.Group == b.Group && a.Parent == b.Parent && a.Version == b.Version && a.Part != b.Part && n.LaterSubstitute(int32(i), int32(j)) {
						longest[b.Part] = max(longest[b.Part], longest[a.Part]+1)
					}
				}
			}
		}
		listed := 0
		for level := range n.NumLevels() {
			last := bom.NoPart
			for _, p := range n.AtLevel(level) {
				if n.Level(p) != level || longest[p] != level || p <= last {
					t.Fatalf("seed %d: %s is listed at level %d after %d, has %d, and its longest path %d", seed, n.Label(p), level, last, n.Level(p), longest[p])
				}
				last = p
				listed++
			}
		}
		equal(t, fmt.Sprintf("seed %d: parts in levels", seed), listed, n.NumParts())
		uses := 0
		for p := range n.NumParts() {
			last := int32(-1)
			for _, u := range n.Uses(bom.PartID(p)) {
				c := &n.Components[u.Line]
				if c.Part != bom.PartID(p) || c.Parent != u.Parent || u.Line <= last {
					t.Fatalf("seed %d: use %+v of %d", seed, u, p)
				}
				last = u.Line
				uses++
				if q, ok := c.Requirement(3*bom.Unit, int(n.Parts[p].Decimals)); u.Times > 0 && (!ok || q != 3*bom.Unit*bom.Quantity(u.Times)) {
					t.Fatalf("seed %d: %+v gives %v for 3", seed, u, q)
				}
			}
		}
		equal(t, fmt.Sprintf("seed %d: uses", seed), uses, len(n.Components))
	}
}

// TestManyTimes: a quantity per unit beyond 32 bits is a plain line all the same.
func TestManyTimes(t *testing.T) {
	n := network(t, with(items("a", "b", "c"), line("a", "b", "4294967295"), line("a", "c", "5000000000"))...)
	equal(t, "b", n.Uses(part(t, n, "b"))[0].Times, 4294967295)
	equal(t, "c", n.Uses(part(t, n, "c"))[0].Times, 5000000000)
}
