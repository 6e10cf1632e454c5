package client

import "context"

// PeggingQuery says what of a pegging tree is wanted. The zero value is all of where a supply comes from.
type PeggingQuery struct {
	Direction string // down, where a supply comes from, or up, what it goes to; empty: down
	Depth     int    // levels; 0: all
	AtLeast   uint64 // as in Query
}

// ExplainQuery says what of an explanation is wanted. The zero value is all of whatever has the id.
type ExplainQuery struct {
	As      string // what the id is, if several things have it: order, receipt, demand, part; empty: any
	Depth   int    // levels of the trees; 0: all
	AtLeast uint64 // as in Query
}

// Pegging is the tree of supplies behind a demand, a planned order or a receipt, or with direction up of what an order goes to. A tree that
// is too long for an answer is Cut: ask for fewer levels.
func (c *Client) Pegging(ctx context.Context, id string, q PeggingQuery) (PeggingTree, error) {
	var out PeggingTree
	err := c.get(ctx, &out, given("direction", q.Direction, "depth", digits(q.Depth), "at_least", digits(q.AtLeast)), "plan", "pegging", id)
	return out, err
}

// Explain is why a demand, a planned order, a receipt or a part (BIKE, or BIKE@north) is planned as it is.
func (c *Client) Explain(ctx context.Context, id string, q ExplainQuery) (Explanation, error) {
	var out Explanation
	err := c.get(ctx, &out, given("as", q.As, "depth", digits(q.Depth), "at_least", digits(q.AtLeast)), "explain", id)
	return out, err
}
