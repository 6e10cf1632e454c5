package oracle

import (
	"math/big"
	"slices"

	"github.com/taktplan/takt/bom"
)

// lots are the lots that a shortage of the day becomes: the lot rule, then the
// modifiers. b is before the day's requirements.
func (n *netting) lots(b balance, day bom.Day, s bom.Source) []bom.Quantity {
	return n.modify(n.lotSize(b, day), s, n.shelfLifeCap(b, day))
}

// lotSize is rule 4.
func (n *netting) lotSize(b balance, day bom.Day) bom.Quantity {
	short := n.shortage(b, day)
	switch n.rule() {
	case bom.FixedLot:
		return upToMultiple(short, n.item.LotQuantity)
	case bom.EOQ:
		return upToMultiple(short, n.eoq)
	case bom.PeriodLot:
		return slices.Max(n.shortfalls(b, day, day+bom.Day(n.item.LotDays)-1))
	case bom.MinMax:
		return max(n.item.OrderUpTo, n.trigger(day)) - n.closing(b, day).available()
	case bom.SilverMeal:
		return n.firstDays(b, day, silverMeal)
	case bom.LeastUnitCost:
		return n.firstDays(b, day, leastUnitCost)
	case bom.PartPeriod:
		return n.firstDays(b, day, partPeriod)
	case bom.Groff:
		return n.firstDays(b, day, groff)
	case bom.WagnerWhitin:
		return n.firstDays(b, day, func(d []*big.Rat, setup, hold *big.Rat) int {
			return wagnerWhitin(d, slices.Repeat([]*big.Rat{setup}, len(d)), hold)[0]
		})
	}
	return short
}

// firstDays is the sum of the net requirements of as many days as the rule covers.
func (n *netting) firstDays(b balance, day bom.Day, rule func(d []*big.Rat, setup, hold *big.Rat) int) (sum bom.Quantity) {
	nets := n.netRequirements(b, day)
	var d []*big.Rat
	for _, q := range nets {
		d = append(d, units(q))
	}
	for _, q := range nets[:rule(d, number(n.item.OrderCost), number(n.item.HoldingCost))] {
		sum += q
	}
	return sum
}

// economicLot is √(2·D·order_cost ÷ holding_cost) to the nearest whole unit, at
// least 1; D is the mean requirement per day from start to the last requirement.
func (n *netting) economicLot() bom.Quantity {
	last := lastRequirement(n.reqs)
	if n.rule() != bom.EOQ || last == bom.NoDay || n.item.HoldingCost <= 0 {
		return bom.Unit
	}
	var sum bom.Quantity
	for _, q := range n.reqs {
		sum += q.quantity
	}
	mean := div(units(sum), whole(int(last-n.start)+1))
	square := div(mul(whole(2), mul(mean, number(n.item.OrderCost))), number(n.item.HoldingCost))
	return bom.Units(max(1, nearestRoot(square)))
}

// nearestRoot is the whole number nearest to √x.
func nearestRoot(x *big.Rat) int64 {
	root := new(big.Int).Sqrt(big.NewInt(floor(x))).Int64()
	half := add(whole(int(root)), big.NewRat(1, 2))
	if x.Cmp(mul(half, half)) >= 0 {
		root++
	}
	return root
}
