package fixed

import (
	"cmp"
	"math"
	"math/bits"
)

// Wide is an unsigned 128-bit number for sums of products. Arithmetic saturates.
type Wide struct{ Hi, Lo uint64 }

var widest = Wide{math.MaxUint64, math.MaxUint64}

// Mul is a*b, for a, b >= 0.
func Mul(a, b int64) Wide {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return Wide{hi, lo}
}

// Times is w*n.
func (w Wide) Times(n uint64) Wide {
	hi, lo := bits.Mul64(w.Lo, n)
	over, mid := bits.Mul64(w.Hi, n)
	sum, carry := bits.Add64(mid, hi, 0)
	if over+carry != 0 {
		return widest
	}
	return Wide{sum, lo}
}

// Plus is w+v.
func (w Wide) Plus(v Wide) Wide {
	lo, carry := bits.Add64(w.Lo, v.Lo, 0)
	hi, over := bits.Add64(w.Hi, v.Hi, carry)
	if over != 0 {
		return widest
	}
	return Wide{hi, lo}
}

// Minus is w-v, for w >= v.
func (w Wide) Minus(v Wide) Wide {
	lo, borrow := bits.Sub64(w.Lo, v.Lo, 0)
	hi, _ := bits.Sub64(w.Hi, v.Hi, borrow)
	return Wide{hi, lo}
}

// Cmp compares w with v.
func (w Wide) Cmp(v Wide) int { return cmp.Or(cmp.Compare(w.Hi, v.Hi), cmp.Compare(w.Lo, v.Lo)) }

// CmpQuotients compares w/a with v/b, for a, b > 0, exactly.
func CmpQuotients(w Wide, a uint64, v Wide, b uint64) int {
	x, y := times192(w, b), times192(v, a)
	return cmp.Or(cmp.Compare(x[2], y[2]), cmp.Compare(x[1], y[1]), cmp.Compare(x[0], y[0]))
}

func times192(w Wide, n uint64) [3]uint64 {
	hi, lo := bits.Mul64(w.Lo, n)
	top, mid := bits.Mul64(w.Hi, n)
	mid, carry := bits.Add64(mid, hi, 0)
	return [3]uint64{lo, mid, top + carry}
}
