package fixed_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/taktplan/takt/internal/fixed"
)

// numbers are non-negative numbers of all sizes: edges, and random ones of random length.
func numbers(r *rand.Rand, n int) []int64 {
	out := []int64{0, 1, 2, 9, 10, 999_999, 1_000_000, 1_000_001, 1e9, 1e18, math.MaxInt32, math.MaxUint32, math.MaxInt64 - 1, math.MaxInt64}
	for len(out) < n {
		out = append(out, int64(r.Uint64()>>1>>r.IntN(63)))
	}
	return out
}

func product(factors ...int64) *big.Int {
	p := big.NewInt(1)
	for _, f := range factors {
		p.Mul(p, big.NewInt(f))
	}
	return p
}

// quotient is n÷d rounded down or up; ok is false when it does not fit.
func quotient(n *big.Int, d int64, up bool) (int64, bool) {
	q, r := new(big.Int).QuoRem(n, big.NewInt(d), new(big.Int))
	if up && r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64(), q.IsInt64()
}

func TestQuotientsAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	all := numbers(r, 60)
	check := func(name string, got int64, gotOK bool, want int64, wantOK bool, args ...int64) {
		if gotOK != wantOK || wantOK && got != want {
			t.Errorf("%s%v = %d, %v; want %d, %v", name, args, got, gotOK, want, wantOK)
		}
	}
	for _, a := range all {
		for _, b := range all {
			got, ok := fixed.Add(a, -b)
			check("Add", got, ok, a-b, true, a, -b)
			sum := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
			got, ok = fixed.Add(a, b)
			check("Add", got, ok, sum.Int64(), sum.IsInt64(), a, b)
			if w := fixed.Mul(a, b); wide(w).Cmp(product(a, b)) != 0 {
				t.Errorf("Mul(%d, %d) = %v", a, b, w)
			}
			if b > 0 {
				got, ok := fixed.CeilTo(a, b)
				want := new(big.Int).Mul(big.NewInt((a-1)/b+1), big.NewInt(b))
				if a == 0 {
					want.SetInt64(0)
				}
				check("CeilTo", got, ok, want.Int64(), want.IsInt64(), a, b)
			}
			for range 4 {
				c, d := all[r.IntN(len(all))], max(all[r.IntN(len(all))], 1)
				got, ok := fixed.MulDivCeil(a, b, d)
				want, fits := quotient(product(a, b), d, true)
				check("MulDivCeil", got, ok, want, fits, a, b, d)
				got, ok = fixed.MulDivFloor(a, b, d)
				want, fits = quotient(product(a, b), d, false)
				check("MulDivFloor", got, ok, want, fits, a, b, d)
				got, ok = fixed.MulMulDivCeil(a, b, c, d)
				want, fits = quotient(product(a, b, c), d, true)
				check("MulMulDivCeil", got, ok, want, fits, a, b, c, d)
			}
		}
	}
}

// TestCeilOfTheLargestQuotient: a quotient of 2⁶⁴−1 and a rest must not come round to 0.
func TestCeilOfTheLargestQuotient(t *testing.T) {
	const million = 1_000_000
	limit := new(big.Int).Lsh(big.NewInt(million), 64) // the product must be in [limit-million+1, limit)
	for a := int64(2*million + 1); a < 3*million; a++ {
		b := new(big.Int).Quo(new(big.Int).Sub(limit, big.NewInt(1)), big.NewInt(a))
		if rest := new(big.Int).Sub(limit, new(big.Int).Mul(b, big.NewInt(a))); !b.IsInt64() || rest.Cmp(big.NewInt(million)) >= 0 {
			continue
		}
		v, ok := fixed.MulDivCeil(a, b.Int64(), million)
		w, ok2 := fixed.MulMulDivCeil(a, b.Int64(), 1, million)
		if ok || ok2 {
			t.Fatalf("%d × %v ÷ %d = %d, %v and %d, %v: an overflow that came round", a, b, million, v, ok, w, ok2)
		}
		return
	}
	t.Fatal("no such product found")
}

func wide(w fixed.Wide) *big.Int {
	n := new(big.Int).Lsh(new(big.Int).SetUint64(w.Hi), 64)
	return n.Add(n, new(big.Int).SetUint64(w.Lo))
}

func TestWideAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	widest := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 128), big.NewInt(1))
	saturated := func(n *big.Int) *big.Int {
		if n.Cmp(widest) > 0 {
			return widest
		}
		return n
	}
	all := numbers(r, 40)
	for range 20_000 {
		pick := func() int64 { return all[r.IntN(len(all))] }
		v, w := fixed.Mul(pick(), pick()), fixed.Mul(pick(), pick()).Times(1+uint64(pick())>>r.IntN(63))
		n := uint64(pick())
		if got, want := w.Times(n), saturated(new(big.Int).Mul(wide(w), new(big.Int).SetUint64(n))); wide(got).Cmp(want) != 0 {
			t.Fatalf("%v × %d = %v", w, n, got)
		}
		if got, want := w.Plus(v), saturated(new(big.Int).Add(wide(w), wide(v))); wide(got).Cmp(want) != 0 {
			t.Fatalf("%v + %v = %v", w, v, got)
		}
		if w.Cmp(v) != wide(w).Cmp(wide(v)) {
			t.Fatalf("Cmp(%v, %v) = %d", w, v, w.Cmp(v))
		}
		if w.Cmp(v) >= 0 {
			if got, want := w.Minus(v), new(big.Int).Sub(wide(w), wide(v)); wide(got).Cmp(want) != 0 {
				t.Fatalf("%v − %v = %v", w, v, got)
			}
		}
		a, b := uint64(pick())+1, uint64(pick())+1
		left, right := new(big.Int).Mul(wide(w), new(big.Int).SetUint64(b)), new(big.Int).Mul(wide(v), new(big.Int).SetUint64(a))
		if fixed.CmpQuotients(w, a, v, b) != left.Cmp(right) {
			t.Fatalf("CmpQuotients(%v, %d, %v, %d)", w, a, v, b)
		}
	}
}

func TestParseAndAppend(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		v := int64(r.Uint64()>>1>>r.IntN(63)) * int64(1-2*r.IntN(2))
		places := r.IntN(10)
		text := fixed.Append(nil, v, places)
		if got, err := fixed.Parse(text, places); err != nil || got != v {
			t.Fatalf("%d of 10^-%d is written %q and read as %d, %v", v, places, text, got, err)
		}
	}
	for text, want := range map[string]error{
		"": fixed.ErrSyntax, "-": fixed.ErrSyntax, ".": fixed.ErrSyntax, "1.5": nil, "+1": nil, "1.55": fixed.ErrTooFine, "1.50": nil, "1e1": fixed.ErrExponent,
		"e1": fixed.ErrSyntax, "1.5.5": fixed.ErrSyntax, "922337203685477580.7": nil, "922337203685477580.8": fixed.ErrRange, "99999999999999999999": fixed.ErrRange, "1.55x": fixed.ErrSyntax,
	} {
		if _, err := fixed.Parse(text, 1); err != want {
			t.Errorf("Parse(%q): %v, want %v", text, err, want)
		}
	}
	if allocs := testing.AllocsPerRun(100, func() { fixed.Parse("12345.678", 6) }); allocs != 0 {
		t.Errorf("Parse allocates %v times", allocs)
	}
}
