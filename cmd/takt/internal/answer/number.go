package answer

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan"
)

// Number is an exact decimal that is written as a JSON number: a quantity, money, days. Empty is null.
type Number string

// MarshalJSON writes the digits as they are.
func (n Number) MarshalJSON() ([]byte, error) {
	if n == "" {
		return []byte("null"), nil
	}
	return []byte(n), nil
}

// UnmarshalJSON takes a number as it is written, or null.
func (n *Number) UnmarshalJSON(text []byte) error {
	if *n = Number(text); string(text) == "null" {
		*n = ""
	}
	return nil
}

// Schema describes it as a number.
func (Number) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Description: "An exact decimal."}
}

// Quantity is a quantity as a number.
func Quantity(q bom.Quantity) Number { return Number(q.String()) }

// Money is an amount as a number.
func Money(d decimal.Decimal) Number { return Number(d.String()) }

// Days is a number of seconds in days, rounded up to 10⁻⁶.
func Days(seconds int64) Number {
	p := plan.Promise{Late: seconds}
	return Number(p.LateDays().String())
}
