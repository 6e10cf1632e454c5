package client

import (
	"context"
	"strconv"
)

// Rush asks how an urgent order can be served: by when, by which levers, at what cost and who pays for it. Nothing is changed until an option
// is committed.
func (c *Client) Rush(ctx context.Context, q RushRequest) (RushAnswer, error) {
	var out RushAnswer
	err := c.ask(ctx, []string{"rush"}, q, &out)
	return out, err
}

// RushAgain reads an answer again that is still kept.
func (c *Client) RushAgain(ctx context.Context, rush string) (RushAnswer, error) {
	var out RushAnswer
	err := c.get(ctx, &out, nil, "rush", rush)
	return out, err
}

// CommitRush takes an option, by its number from 1. If the plan has moved on the error is a *Problem stale; its Stale says what the option
// would come to now. The options IfMatch, Key, Rebase and ApprovedBy apply.
func (c *Client) CommitRush(ctx context.Context, rush string, option int, o ...Option) (Step, error) {
	return c.step(ctx, []string{"rush", rush, "options", strconv.Itoa(option), "commit"}, nil, o)
}

// Promise asks when something can be there, or how much of it, and changes nothing.
func (c *Client) Promise(ctx context.Context, q Inquiry) (PromiseAnswer, error) {
	var out PromiseAnswer
	err := c.ask(ctx, []string{"promise"}, q, &out)
	return out, err
}

// Quote finds the earliest date from the one asked for at which no order ships later, and puts it into the plan as a quote.
func (c *Client) Quote(ctx context.Context, q QuoteRequest, o ...Option) (QuoteAnswer, error) {
	var out QuoteAnswer
	replayed, err := c.write(ctx, []string{"quotes"}, q, &out, o)
	out.Step.Replayed = replayed
	return out, err
}

// ConfirmQuote makes an order of a quote.
func (c *Client) ConfirmQuote(ctx context.Context, quote string, o ...Option) (Step, error) {
	return c.step(ctx, []string{"quotes", quote, "confirm"}, nil, o)
}

// CancelQuote closes a quote or an inquiry that comes to nothing.
func (c *Client) CancelQuote(ctx context.Context, quote string, o ...Option) (Step, error) {
	return c.step(ctx, []string{"quotes", quote, "cancel"}, nil, o)
}

// ExpireQuote closes a quote whose last day is past.
func (c *Client) ExpireQuote(ctx context.Context, quote string, o ...Option) (Step, error) {
	return c.step(ctx, []string{"quotes", quote, "expire"}, nil, o)
}
