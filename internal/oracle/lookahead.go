package oracle

import "math/big"

// The look-ahead lot rules. d are the net requirements day by day from the first
// shortage day; the result is how many days the first lot covers.

// silverMeal stops when the mean cost per day first rises.
func silverMeal(d []*big.Rat, setup, hold *big.Rat) int {
	var before *big.Rat
	for k := 1; k <= len(d); k++ {
		mean := div(lotCost(d[:k], setup, hold), whole(k))
		if before != nil && mean.Cmp(before) > 0 {
			return k - 1
		}
		before = mean
	}
	return len(d)
}

// leastUnitCost stops when the cost per unit first rises, at requirement days.
func leastUnitCost(d []*big.Rat, setup, hold *big.Rat) int {
	var before *big.Rat
	for k := 1; k <= len(d); k++ {
		if d[k-1].Sign() == 0 {
			continue
		}
		each := div(lotCost(d[:k], setup, hold), total(d[:k]))
		if before != nil && each.Cmp(before) > 0 {
			return k - 1
		}
		before = each
	}
	return len(d)
}

// partPeriod goes to the first requirement day on which the part-periods reach
// order cost ÷ holding cost, or stops before it if that is closer (tie: the shorter).
func partPeriod(d []*big.Rat, setup, hold *big.Rat) int {
	target := div(setup, hold)
	before := 1
	for k := 1; k <= len(d); k++ {
		if d[k-1].Sign() == 0 {
			continue
		}
		over := sub(partPeriods(d[:k]), target)
		if over.Sign() >= 0 {
			under := sub(target, partPeriods(d[:before]))
			if k > 1 && over.Cmp(under) >= 0 {
				return before
			}
			return k
		}
		before = k
	}
	return len(d)
}

// groff extends while d·k(k+1) ≤ 2·order cost ÷ holding cost, k days after the first.
func groff(d []*big.Rat, setup, hold *big.Rat) int {
	limit := div(mul(whole(2), setup), hold)
	for k := 1; k < len(d); k++ {
		if mul(d[k], whole(k*(k+1))).Cmp(limit) > 0 {
			return k
		}
	}
	return len(d)
}

// wagnerWhitin is optimal; tie: the latest last order. setup is the order cost of
// each day. The result is how many days each lot covers.
func wagnerWhitin(d, setup []*big.Rat, hold *big.Rat) (lots []int) {
	cost, last := wagnerWhitinCosts(d, setup, hold)
	for end := len(cost) - 1; end > 0; end = last[end] {
		lots = append([]int{end - last[end]}, lots...)
	}
	return lots
}

// wagnerWhitinCosts is the least cost of the first k days, and the day (from 0)
// of the latest last order that attains it.
func wagnerWhitinCosts(d, setup []*big.Rat, hold *big.Rat) (cost []*big.Rat, last []int) {
	cost, last = []*big.Rat{whole(0)}, []int{0}
	for k := 1; k <= len(d); k++ {
		var least *big.Rat
		at := 0
		for i := k - 1; i >= 0; i-- { // the latest first
			if d[i].Sign() == 0 {
				continue // no order on a day without a requirement
			}
			c := add(cost[i], lotCost(d[i:k], setup[i], hold))
			if least == nil || c.Cmp(least) < 0 {
				least, at = c, i
			}
		}
		cost, last = append(cost, least), append(last, at)
	}
	return cost, last
}

// lotCost is the order cost and the holding of a lot that covers d.
func lotCost(d []*big.Rat, setup, hold *big.Rat) *big.Rat {
	return add(setup, mul(hold, partPeriods(d)))
}

// partPeriods is the quantity of each day times the days it is kept.
func partPeriods(d []*big.Rat) *big.Rat {
	sum := whole(0)
	for k, q := range d {
		sum = add(sum, mul(whole(k), q))
	}
	return sum
}

func total(d []*big.Rat) *big.Rat {
	sum := whole(0)
	for _, q := range d {
		sum = add(sum, q)
	}
	return sum
}
