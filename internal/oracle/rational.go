package oracle

import (
	"math/big"

	"github.com/taktplan/takt/bom"
)

// units is a quantity as a number of units.
func units(q bom.Quantity) *big.Rat { return big.NewRat(int64(q), 1_000_000) }

// number is a plain number as a rational.
func number(n bom.Number) *big.Rat { return big.NewRat(int64(n), 1_000_000_000) }

func whole(n int) *big.Rat { return big.NewRat(int64(n), 1) }

func add(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }
func sub(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
func mul(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }
func div(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }

// floor is the largest whole number that is not above x.
func floor(x *big.Rat) int64 {
	return new(big.Int).Div(x.Num(), x.Denom()).Int64() // Div rounds down: the denominator is positive
}

// ceil is the smallest whole number that is not below x.
func ceil(x *big.Rat) int64 { return -floor(new(big.Rat).Neg(x)) }

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// up rounds x units up to that many decimals.
func up(x *big.Rat, decimals int) bom.Quantity {
	scaled := mul(x, big.NewRat(pow10(decimals), 1))
	return bom.Quantity(ceil(scaled) * pow10(6-decimals))
}

// down rounds x units down to that many decimals.
func down(x *big.Rat, decimals int) bom.Quantity {
	scaled := mul(x, big.NewRat(pow10(decimals), 1))
	return bom.Quantity(floor(scaled) * pow10(6-decimals))
}

// upToMultiple rounds q up to whole multiples of m; m = 0 leaves it alone.
func upToMultiple(q, m bom.Quantity) bom.Quantity {
	if m <= 0 {
		return q
	}
	return bom.Quantity(ceil(big.NewRat(int64(q), int64(m)))) * m
}
