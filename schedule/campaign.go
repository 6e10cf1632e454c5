package schedule

import (
	"cmp"
	"slices"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// campaignSpan is how far ahead a campaign reaches: what its family has to do within that time of
// its first operation joins it.
const campaignSpan = int64(7 * 24 * time.Hour / time.Second)

// campaigns gives the operations of work centres with a sequence rule their turn by campaign:
// the most urgent operation opens one for its family, and those of the family that are due soon
// join it in the order of their sequence numbers. What comes before an operation takes its turn with it.
func (c *compiled) campaigns(key []int64) []int64 {
	byCentre := c.sequenced()
	if len(byCentre) == 0 {
		return key
	}
	key = slices.Clone(key)
	for centre := range int32(len(c.p.Centres)) {
		if ops := byCentre[centre]; len(ops) > 0 {
			c.campaignsOf(&c.p.Centres[centre], ops, key)
		}
	}
	for i := len(c.order) - 1; i >= 0; i-- {
		op := c.order[i]
		for _, e := range c.out.others(op) {
			key[op] = min(key[op], key[e.op])
		}
	}
	return key
}

// sequenced are the operations with a family, by the work centre with a sequence rule that they prefer.
func (c *compiled) sequenced() map[int32][]int32 {
	var out map[int32][]int32
	for i := range c.p.Ops {
		op := &c.p.Ops[i]
		if op.Family == 0 || !c.onMachine(op) {
			continue
		}
		centre := c.p.Modes[op.Modes].Centre
		if c.p.Centres[centre].Sequence == capacity.NoSequence {
			continue
		}
		if out == nil {
			out = map[int32][]int32{}
		}
		out[centre] = append(out[centre], int32(i))
	}
	return out
}

// campaignsOf changes the keys of one centre's operations.
func (c *compiled) campaignsOf(centre *Centre, ops []int32, key []int64) {
	slices.SortFunc(ops, func(x, y int32) int { return cmp.Or(cmp.Compare(key[x], key[y]), cmp.Compare(x, y)) })
	number := func(op int32) bom.Number {
		if centre.Sequence == capacity.Descending {
			return -c.p.Ops[op].Sequence
		}
		return c.p.Ops[op].Sequence
	}
	joined := make(map[int32]bool, len(ops))
	for i, first := range ops {
		if joined[first] {
			continue
		}
		opens := key[first]
		var campaign []int32
		for _, op := range ops[i:] {
			if key[op] > opens+campaignSpan {
				break
			}
			if !joined[op] && c.p.Ops[op].Family == c.p.Ops[first].Family {
				joined[op] = true
				campaign = append(campaign, op)
			}
		}
		slices.SortStableFunc(campaign, func(x, y int32) int { return cmp.Compare(number(x), number(y)) })
		for n, op := range campaign {
			key[op] = opens + int64(n)
		}
	}
}
