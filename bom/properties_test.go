package bom_test

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
)

// TestProperties states what must hold of every network. A failure prints the
// seed and the size that bring it back.
func TestProperties(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(20261121)
	parameters.MinSuccessfulTests = 300
	properties := gopter.NewProperties(parameters)
	holds := func(name string, f feature, property func(n *bom.Network, s *bom.Structure, r *rand.Rand) bool) {
		properties.Property(name, prop.ForAll(func(seed uint64, size int) bool {
			r := rand.New(rand.NewPCG(seed, 7))
			n := network(t, randomRows(r, size, f)...)
			return property(n, n.On(today, bom.Selection{Bought: r.IntN(2) == 0}), r)
		}, gen.UInt64(), gen.IntRange(1, 40)))
	}

	holds("summarised = the sum of indented, where nothing is rounded", byProducts|dates|groups|phantoms|transfers,
		func(n *bom.Network, s *bom.Structure, r *rand.Rand) bool {
			want := randomAmount(n, r)
			sum, sumBack := sumOfIndented(t, s, want)
			for _, x := range summarised(t, s, want) {
				if x.Quantity != sum[x.Part] || x.ByProduct != sumBack[x.Part] {
					return false
				}
				delete(sum, x.Part)
				delete(sumBack, x.Part)
			}
			return len(sum) == 0 && len(sumBack) == 0
		})

	holds("summing first never needs more", anything,
		func(n *bom.Network, s *bom.Structure, r *rand.Rand) bool {
			want := randomAmount(n, r)
			sum, _ := sumOfIndented(t, s, want)
			for _, x := range summarised(t, s, want) {
				if x.Quantity > sum[x.Part] {
					return false
				}
			}
			return true
		})

	holds("a part is a component of its where-used parents, and of no others", anything,
		func(n *bom.Network, s *bom.Structure, r *rand.Rand) bool {
			all := n.On(today, bom.Selection{Bought: true})
			down, up := map[*bom.Component]bool{}, map[*bom.Component]bool{}
			for p := range n.NumParts() {
				for x := range lines(t, all.SingleLevel(bom.Amount{Part: bom.PartID(p), Quantity: bom.Unit})) {
					down[x.Line] = true
				}
				for x := range all.WhereUsed(bom.PartID(p)) {
					up[x.Line] = true
					if x.Part != bom.PartID(p) || x.Line.Part != x.Part || x.Line.Parent != x.Parent {
						return false
					}
				}
				for x := range s.WhereUsed(bom.PartID(p)) { // a bought parent takes nothing in a plan
					if !up[x.Line] {
						return false
					}
				}
			}
			return equalKeys(down, up)
		})

	holds("end products × quantity per = explosion of an end product", byProducts|dates|groups|phantoms,
		func(n *bom.Network, s *bom.Structure, r *rand.Rand) bool {
			p := bom.PartID(r.IntN(n.NumParts()))
			for e := range s.EndProducts(p) {
				for _, x := range summarised(t, s, bom.Amount{Part: e.Part, Quantity: bom.Units(3)}) {
					if x.Part == p && !x.Quantity.Decimal().Equal(e.Per.Mul(decimal.NewFromInt(3))) {
						return false
					}
				}
			}
			return true
		})

	holds("indented where-used = indented explosion, upside down", byProducts|dates|groups|phantoms|fractions,
		func(n *bom.Network, s *bom.Structure, r *rand.Rand) bool {
			top, p := bom.PartID(r.IntN(n.NumParts())), bom.PartID(r.IntN(n.NumParts()))
			paths, back := map[string]bool{}, map[string]bool{}
			for x := range lines(t, s.Indented(bom.Amount{Part: top, Quantity: bom.Units(1000)})) {
				if x.Part == p && !throughByProduct(n, x.Path) {
					paths[string(pathKey(x.Path))] = true
				}
			}
			for x := range s.IndentedWhereUsed(p) {
				if x.Parent == top {
					path := slices.Clone(x.Path)
					slices.Reverse(path)
					if !throughByProduct(n, path) {
						back[string(pathKey(path))] = true
					}
				}
			}
			return equalKeys(paths, back)
		})

	holds("the cost of a part = Σ what its explosion buys × price", dates|groups|phantoms,
		func(n *bom.Network, s *bom.Structure, r *rand.Rand) bool {
			p := bom.PartID(r.IntN(n.NumParts()))
			costs := s.RollUp(bom.CostOptions{}, p)
			sum := decimal.Zero
			for _, x := range summarised(t, s, bom.Amount{Part: p, Quantity: bom.Unit}) {
				if c := costs.Of(x.Part); !c.RolledUp {
					sum = sum.Add(x.Quantity.Decimal().Mul(c.Material))
				}
			}
			return sum.Equal(costs.Of(p).Material) && costs.Of(p).Material.Equal(s.RollUp(bom.CostOptions{}).Of(p).Material)
		})

	holds("the lines of a cost tree sum to the cost", anything,
		func(n *bom.Network, s *bom.Structure, r *rand.Rand) bool {
			p := bom.PartID(r.IntN(n.NumParts()))
			costs := s.RollUp(bom.CostOptions{}, p)
			sum, count := decimal.Zero, 0
			for x := range costs.Tree(p) {
				count++
				if !x.RolledUp {
					sum = sum.Add(x.Extended)
				}
			}
			tolerance := decimal.New(int64(count), -bom.QuotientPlaces+6)
			return sum.Sub(costs.Of(p).Material).Abs().Cmp(tolerance) <= 0
		})

	holds("cumulative lead time = the longest chain of orders", dates|groups|phantoms|offsets|transfers|byProducts,
		func(n *bom.Network, _ *bom.Structure, r *rand.Rand) bool {
			s := n.On(today, bom.Selection{})
			times := s.LeadTimes(nil)
			p := bom.PartID(r.IntN(n.NumParts()))
			last := bom.CriticalStep{}
			for x := range times.CriticalPath(p) {
				last = x
			}
			return times.Days(p) == longestChain(s, p) && last.Start == times.Days(p) && times.Days(p) == s.LeadTimes(nil, p).Days(p)
		})

	holds("the order of rows does not matter", anything,
		func(n *bom.Network, s *bom.Structure, r *rand.Rand) bool {
			seed := r.Uint64()
			rows := randomRows(rand.New(rand.NewPCG(seed, 3)), 20, anything)
			a := network(t, rows...)
			r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			b := network(t, rows...)
			want := randomAmount(a, r)
			return slices.Equal(summarised(t, a.On(today, bom.Selection{}), want), summarised(t, b.On(today, bom.Selection{}), want)) &&
				slices.EqualFunc(slices.Collect(a.On(today, bom.Selection{}).RollUp(bom.CostOptions{}).All()),
					slices.Collect(b.On(today, bom.Selection{}).RollUp(bom.CostOptions{}).All()),
					func(x, y bom.Cost) bool { return x.Part == y.Part && x.Material.Equal(y.Material) })
		})

	properties.TestingRun(t)
}

func TestExactRequirement(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(20261121)
	parameters.MinSuccessfulTests = 20_000
	properties := gopter.NewProperties(parameters)
	properties.Property("a requirement is exact before it is rounded", prop.ForAll(exactRequirement,
		gen.Int64Range(0, 1<<63-1), gen.Int64(), gen.IntRange(0, 62), gen.IntRange(0, 62), gen.Int64Range(0, int64(bom.One)-1), gen.IntRange(0, 6), gen.Bool(), gen.Bool()))

	properties.TestingRun(t)
}

// exactRequirement compares Component.Requirement with rational arithmetic. The shifts make small numbers likely.
func exactRequirement(start, quantity int64, startShift, quantityShift int, scrap int64, decimals int, scrapped, order bool) bool {
	c := bom.Component{Quantity: bom.Quantity(quantity >> quantityShift)}
	start >>= startShift
	if c.Quantity == -1<<63 {
		return true // rejected by every table
	}
	if scrapped && c.Quantity > 0 {
		c.Scrap = bom.Number(scrap)
	}
	exact := new(big.Rat).SetFrac64(int64(c.Quantity), int64(bom.One-c.Scrap))
	exact.Mul(exact, new(big.Rat).SetInt64(int64(bom.One)))
	if order {
		c.Per = bom.PerOrder
	} else {
		exact.Mul(exact, new(big.Rat).SetFrac64(start, int64(bom.Unit)))
	}
	// Rounding towards plus infinity is up for a requirement, and down in amount for a by-product.
	size := new(big.Rat).SetInt64(int64(bom.Step(decimals)))
	exact.Quo(exact, size)
	steps := new(big.Int).Neg(new(big.Int).Div(new(big.Int).Neg(exact.Num()), exact.Denom()))
	want := steps.Mul(steps, size.Num())
	got, ok := c.Requirement(bom.Quantity(start), decimals)
	if !want.IsInt64() || want.Int64() == -1<<63 {
		return !ok
	}
	return ok && int64(got) == want.Int64()
}

func randomAmount(n *bom.Network, r *rand.Rand) bom.Amount {
	p := bom.PartID(r.IntN(n.NumParts()))
	return bom.Amount{Part: p, Quantity: bom.Units(int64(r.IntN(50)))}
}

func summarised(t *testing.T, s *bom.Structure, want ...bom.Amount) (out []bom.Total) {
	for x, err := range s.Summarised(want...) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, x)
	}
	return out
}

// lines ranges over an explosion that must not fail.
func lines(t *testing.T, seq func(func(bom.Requirement, error) bool)) func(func(bom.Requirement) bool) {
	return func(yield func(bom.Requirement) bool) {
		for x, err := range seq {
			if err != nil {
				t.Fatal(err)
			}
			if !yield(x) {
				return
			}
		}
	}
}

func sumOfIndented(t *testing.T, s *bom.Structure, want bom.Amount) (sum, back map[bom.PartID]bom.Quantity) {
	sum, back = map[bom.PartID]bom.Quantity{want.Part: want.Quantity}, map[bom.PartID]bom.Quantity{}
	for x := range lines(t, s.Indented(want)) {
		sum[x.Part] += max(x.Quantity, 0)
		if x.Quantity < 0 {
			back[x.Part] += x.Quantity
		}
	}
	return sum, back
}

// usedBy reports whether where-used knows the line of a requirement.
func usedBy(s *bom.Structure, x bom.Requirement) bool {
	for u := range s.WhereUsed(x.Part) {
		if u.Line == x.Line {
			return true
		}
	}
	return false
}

func equalKeys[K comparable](a, b map[K]bool) bool {
	for k := range a {
		if !b[k] {
			return false
		}
	}
	return len(a) == len(b)
}

func pathKey(path []bom.PartID) []byte {
	var key []byte
	for _, p := range path {
		key = append(key, byte(p>>8), byte(p))
	}
	return key
}

// throughByProduct reports whether a path may go on below a by-product, where an explosion ends.
func throughByProduct(n *bom.Network, path []bom.PartID) bool {
	for i := range path[1:] {
		from, to := n.Lines(path[i])
		for l := from; l < to; l++ {
			if c := &n.Components[l]; c.Part == path[i+1] && c.Quantity < 0 {
				return true
			}
		}
	}
	return false
}

// longestChain is the definition of the cumulative lead time, without memory.
func longestChain(s *bom.Structure, p bom.PartID) int {
	n := s.Network()
	below := 0
	if i := n.BestSource(p, s.Day()); i >= 0 && n.Supplies[i].Kind == bom.Transfer && !n.Parts[p].Phantom {
		below = longestChain(s, n.Supplies[i].Sender)
	} else {
		for c := range components(s, p) {
			below = max(below, longestChain(s, c.Part)-int(c.OffsetDays))
		}
	}
	return s.LeadDays(p) + below
}

// components are the lines that an order of a part takes in a plan.
func components(s *bom.Structure, p bom.PartID) func(func(*bom.Component) bool) {
	return func(yield func(*bom.Component) bool) {
		for x := range s.SingleLevel(bom.Amount{Part: p, Quantity: bom.Units(1000)}) {
			if x.Quantity > 0 && usedBy(s, x) && !yield(x.Line) {
				return
			}
		}
	}
}
