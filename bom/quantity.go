package bom

import (
	"errors"
	"fmt"
	"math"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/internal/fixed"
)

// Quantity is an exact amount of material: an int64 in 10⁻⁶ units. The range
// is about ±9.2 million million units. Arithmetic on quantities that could
// leave the range reports it; nothing wraps and nothing is rounded in silence.
type Quantity int64

// Number is an exact plain number in 10⁻⁹: a fraction (0.05), a factor, minutes,
// or money per unit. The range is about ±9.2 thousand million.
type Number int64

const (
	quantityPlaces = 6
	numberPlaces   = 9

	// Unit is the quantity 1.
	Unit Quantity = 1_000_000
	// One is the number 1.
	One Number = 1_000_000_000
	// MaxQuantity is the largest quantity.
	MaxQuantity Quantity = math.MaxInt64
)

// Units is the quantity of n whole units, for |n| up to 9.2e12; beyond that it
// saturates, which every table and every netting sum rejects.
func Units(n int64) Quantity {
	const limit = math.MaxInt64 / int64(Unit)
	switch {
	case n > limit:
		return math.MaxInt64
	case n < -limit:
		return -math.MaxInt64
	}
	return Quantity(n) * Unit
}

// ParseError says why a text is no quantity or number.
type ParseError struct {
	Text   string
	Reason error // one of fixed's reasons, already in words
	Places int   // decimal places allowed
}

func (e *ParseError) Error() string {
	if errors.Is(e.Reason, fixed.ErrTooFine) {
		return fmt.Sprintf("%q has more than %d decimal places: round it or use a smaller unit", clip(e.Text), e.Places)
	}
	return fmt.Sprintf("%q is %v: write a plain decimal such as 12.5", clip(e.Text), e.Reason)
}

func (e *ParseError) Unwrap() error { return e.Reason }

// ParseQuantity reads a decimal without exponent and with at most 6 places.
func ParseQuantity(s string) (Quantity, error) {
	v, err := fixed.Parse(s, quantityPlaces)
	if err != nil {
		return 0, &ParseError{Text: s, Reason: err, Places: quantityPlaces}
	}
	return Quantity(v), nil
}

// MustQuantity is ParseQuantity for constants in code; it panics on a text that is none.
func MustQuantity(s string) Quantity {
	q, err := ParseQuantity(s)
	if err != nil {
		panic(err)
	}
	return q
}

// ParseNumber reads a decimal without exponent and with at most 9 places.
func ParseNumber(s string) (Number, error) {
	v, err := fixed.Parse(s, numberPlaces)
	if err != nil {
		return 0, &ParseError{Text: s, Reason: err, Places: numberPlaces}
	}
	return Number(v), nil
}

// MustNumber is ParseNumber for constants in code; it panics on a text that is none.
func MustNumber(s string) Number {
	n, err := ParseNumber(s)
	if err != nil {
		panic(err)
	}
	return n
}

func (q Quantity) String() string {
	return string(fixed.Append(make([]byte, 0, 24), int64(q), quantityPlaces))
}
func (n Number) String() string {
	return string(fixed.Append(make([]byte, 0, 24), int64(n), numberPlaces))
}

// AppendText appends the shortest exact decimal of q to b.
func (q Quantity) AppendText(b []byte) ([]byte, error) {
	return fixed.Append(b, int64(q), quantityPlaces), nil
}

// AppendText appends the shortest exact decimal of n to b.
func (n Number) AppendText(b []byte) ([]byte, error) {
	return fixed.Append(b, int64(n), numberPlaces), nil
}

// Decimal is q for arithmetic at the boundary.
func (q Quantity) Decimal() decimal.Decimal { return decimal.New(int64(q), -quantityPlaces) }

// Decimal is n for arithmetic at the boundary.
func (n Number) Decimal() decimal.Decimal { return decimal.New(int64(n), -numberPlaces) }

// step is the smallest quantity with the given number of decimals (0 to 6).
func step(decimals int) Quantity { return Quantity(fixed.Pow10(quantityPlaces - decimals)) }

// Step is the smallest positive quantity of an item with that many decimals (0 to 6).
func Step(decimals int) Quantity { return step(decimals) }

// Ceil rounds q ≥ 0 up to that many decimals; ok is false on overflow.
func (q Quantity) Ceil(decimals int) (up Quantity, ok bool) {
	v, ok := fixed.CeilTo(int64(q), int64(step(decimals)))
	return Quantity(v), ok
}

// Optional is a value that a table may leave empty where empty differs from zero.
type Optional[T any] struct {
	Value T
	Set   bool
}

// Some is a value that is given.
func Some[T any](v T) Optional[T] { return Optional[T]{Value: v, Set: true} }

// Or is the value, or the default when none is given.
func (o Optional[T]) Or(otherwise T) T {
	if o.Set {
		return o.Value
	}
	return otherwise
}

// clip shortens a text that is quoted in a message.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
