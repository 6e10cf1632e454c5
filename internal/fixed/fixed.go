// Package fixed is the integer kernel below quantities and numbers: decimal
// text to scaled int64 and back, and products and quotients with 128-bit
// intermediates. Every function reports overflow; none of them wraps.
package fixed

import (
	"errors"
	"math"
	"math/big"
	"math/bits"
	"strconv"
)

// Errors of Parse. They carry no value: the caller knows the cell.
var (
	ErrSyntax   = errors.New("not a decimal number")
	ErrRange    = errors.New("too large")
	ErrTooFine  = errors.New("too many decimal places")
	ErrExponent = errors.New("a number without exponent is expected")
)

var pow10 = [19]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// Pow10 is 10 to the n, for 0 <= n <= 18.
func Pow10(n int) int64 { return pow10[n] }

// Parse reads a decimal number without exponent as an integer of 10^-places.
// Trailing zeros beyond places are accepted, other digits there are
// ErrTooFine. It takes string or []byte so that a reader need not copy.
func Parse[T string | []byte](s T, places int) (int64, error) {
	i, negative := 0, false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		negative = s[0] == '-'
		i = 1
	}
	if i == len(s) {
		return 0, ErrSyntax
	}
	var value uint64
	digits, fraction, point := 0, 0, false
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			digits++
			if point {
				if fraction == places {
					if c != '0' {
						return 0, tooFineOrSyntax(s[i:])
					}
					continue
				}
				fraction++
			}
			hi, lo := bits.Mul64(value, 10)
			value = lo + uint64(c-'0')
			if hi != 0 || value < lo || value > math.MaxInt64 {
				return 0, rangeOrSyntax(s[i:])
			}
		case c == '.' && !point:
			point = true
		case c == 'e' || c == 'E':
			if digits > 0 {
				return 0, ErrExponent
			}
			return 0, ErrSyntax
		default:
			return 0, ErrSyntax
		}
	}
	if digits == 0 {
		return 0, ErrSyntax
	}
	hi, lo := bits.Mul64(value, uint64(pow10[places-fraction]))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, ErrRange
	}
	if negative {
		return -int64(lo), nil
	}
	return int64(lo), nil
}

// tooFineOrSyntax decides what to say of a number that is too long, given its rest.
func tooFineOrSyntax[T string | []byte](rest T) error { return restError(rest, ErrTooFine) }
func rangeOrSyntax[T string | []byte](rest T) error   { return restError(rest, ErrRange) }

func restError[T string | []byte](rest T, otherwise error) error {
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		if (c < '0' || c > '9') && c != '.' {
			return ErrSyntax
		}
	}
	return otherwise
}

// Append writes v, an integer of 10^-places, as the shortest exact decimal.
func Append(b []byte, v int64, places int) []byte {
	u := uint64(v)
	if v < 0 {
		b = append(b, '-')
		u = -u
	}
	p := uint64(pow10[places])
	b = strconv.AppendUint(b, u/p, 10)
	rest := u % p
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	for rest != 0 {
		p /= 10
		b = append(b, byte('0'+rest/p))
		rest %= p
	}
	return b
}

// MulDivCeil is a*b/c rounded up, for a, b >= 0 and c > 0; ok is false when
// the result does not fit.
func MulDivCeil(a, b, c int64) (v int64, ok bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(c) {
		return 0, false
	}
	q, r := bits.Div64(hi, lo, uint64(c))
	return ceil(q, r)
}

// ceil rounds a quotient up, given its remainder.
func ceil(q, r uint64) (v int64, ok bool) {
	if q > math.MaxInt64 || q == math.MaxInt64 && r != 0 {
		return 0, false
	}
	if r != 0 {
		q++
	}
	return int64(q), true
}

// MulDivFloor is a*b/c rounded down, for a, b >= 0 and c > 0.
func MulDivFloor(a, b, c int64) (v int64, ok bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(c) {
		return 0, false
	}
	q, _ := bits.Div64(hi, lo, uint64(c))
	if q > math.MaxInt64 {
		return 0, false
	}
	return int64(q), true
}

// CeilTo rounds v >= 0 up to a multiple of step > 0.
func CeilTo(v, step int64) (int64, bool) {
	r := v % step
	if r == 0 {
		return v, true
	}
	up := v + (step - r)
	return up, up > v
}

// Add is a+b; ok is false on overflow.
func Add(a, b int64) (int64, bool) {
	s := a + b
	return s, (s > a) == (b > 0)
}

// MulMulDivCeil is a*b*c/d rounded up, for a, b, c >= 0 and d > 0, with exact
// intermediates of any size.
func MulMulDivCeil(a, b, c, d int64) (v int64, ok bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	chi, clo := bits.Mul64(lo, uint64(c))
	top, mid := bits.Mul64(hi, uint64(c))
	mid, carry := bits.Add64(mid, chi, 0)
	if top+carry == 0 {
		if mid >= uint64(d) {
			return 0, false
		}
		return ceil(bits.Div64(mid, clo, uint64(d)))
	}
	n := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	n.Mul(n, big.NewInt(c))
	q, r := n.QuoRem(n, big.NewInt(d), new(big.Int))
	if r.Sign() != 0 {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64(), q.IsInt64()
}
