package client

import "context"

// Review decides on incoming orders in their sequence; each that is accepted counts for those after it. Nothing is changed without
// Accept. The options IfMatch and Key apply. If orders cannot be meant nothing is reviewed, and the error is a *Problem whose Errors name each of them
// by its Location, such as body.orders[2].due.
func (c *Client) Review(ctx context.Context, q ReviewRequest, o ...Option) (ReviewAnswer, error) {
	var out ReviewAnswer
	replayed, err := c.write(ctx, []string{"review"}, q, &out, o)
	if out.Step != nil {
		out.Step.Replayed = replayed
	}
	return out, err
}
