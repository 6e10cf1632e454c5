package client

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// Row is a row of a list, by column: texts, numbers as json.Number, true and false, nil.
type Row map[string]any

// Text is a cell as text; empty if it has none.
func (r Row) Text(column string) string {
	switch v := r[column].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// Query says what of a list is wanted. The zero value is all of it.
type Query struct {
	// Where keeps rows with these values by column; column.from and column.to bound numbers and dates, both included.
	Where map[string]string
	Sort  string // columns, such as -late_days,demand
	Limit int    // rows of one request; 0: what the service takes. The list goes on over all pages
	// AtLeast is the version that is wanted at least, such as that of one's own change: the service waits for it.
	AtLeast uint64
}

func (q *Query) values() url.Values {
	v := url.Values{}
	for column, value := range q.Where {
		v.Set(column, value)
	}
	if q.Sort != "" {
		v.Set("sort", q.Sort)
	}
	if q.Limit > 0 {
		v.Set("limit", strconv.Itoa(q.Limit))
	}
	if q.AtLeast > 0 {
		v.Set("at_least", strconv.FormatUint(q.AtLeast, 10))
	}
	return v
}

// given is a query of what is given, by name and value in turn; an empty value is left to the service.
func given(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return v
}

// digits is a number as a value of a query; empty for 0.
func digits[N int | uint64](n N) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// get reads a document.
func (c *Client) get(ctx context.Context, out any, query url.Values, path ...string) error {
	_, err := c.do(ctx, call{method: http.MethodGet, path: path, query: query, repeat: always}, out)
	return err
}

// Plan is what the plan is in short.
func (c *Client) Plan(ctx context.Context) (Plan, error) {
	var out Plan
	err := c.get(ctx, &out, nil, "plan")
	return out, err
}

// Orders yields the orders of the plan: planned ones and receipts. After an error it ends.
func (c *Client) Orders(ctx context.Context, q Query) iter.Seq2[Row, error] {
	return Each[Row](ctx, c, q, "plan", "orders")
}

// Demands yields the demands with what is promised to them.
func (c *Client) Demands(ctx context.Context, q Query) iter.Seq2[Row, error] {
	return Each[Row](ctx, c, q, "plan", "demands")
}

// Table yields the rows of an input table, such as demands or stock.
func (c *Client) Table(ctx context.Context, table string, q Query) iter.Seq2[Row, error] {
	return Each[Row](ctx, c, q, "tables", table)
}

// Order is one order of the plan with its operations.
func (c *Client) Order(ctx context.Context, id string) (Order, error) {
	var out Order
	err := c.get(ctx, &out, nil, "plan", "orders", id)
	return out, err
}

// Demand is one demand with what is promised to it.
func (c *Client) Demand(ctx context.Context, id string) (Demand, error) {
	var out Demand
	err := c.get(ctx, &out, nil, "plan", "demands", id)
	return out, err
}

// Log yields the requests that changed the plan, the newest first.
func (c *Client) Log(ctx context.Context) iter.Seq2[LogEntry, error] {
	return Each[LogEntry](ctx, c, Query{}, "changes")
}

// Audit is Log with who asked, for admins.
func (c *Client) Audit(ctx context.Context) iter.Seq2[LogEntry, error] {
	return Each[LogEntry](ctx, c, Query{}, "audit")
}

// Each yields the items of a list at a path behind /v1, page by page, as values of one's own type. After an error it ends. Pages that are asked for later are of the version
// that is current then, and go on behind the last item.
func Each[T any](ctx context.Context, c *Client, q Query, path ...string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		values := q.values()
		for {
			var page struct {
				Items []T    `json:"items"`
				Next  string `json:"next"`
			}
			if err := c.get(ctx, &page, values, path...); err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			values.Set("cursor", page.Next)
		}
	}
}
