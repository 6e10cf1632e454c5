package client

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// The pauses between tries.
const (
	firstPause = 100 * time.Millisecond
	mostPause  = 10 * time.Second
)

// backoff is the pause after a try that failed: twice as long each time, and a random half of it less, so that clients
// that failed together do not come back together.
func backoff(try int) time.Duration {
	d := mostPause
	if shift := try - 1; shift < 10 {
		d = min(firstPause<<shift, mostPause)
	}
	return d/2 + rand.N(d/2+1)
}

// pause waits. It fails at once if the context would end before.
func (c *Client) pause(ctx context.Context, d time.Duration) error {
	if end, ok := ctx.Deadline(); ok && time.Until(end) < d {
		return context.DeadlineExceeded
	}
	if c.sleep != nil {
		return c.sleep(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter is what Retry-After says, in seconds or as a date; 0 if it says nothing.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil {
		const most = 24 * 3600
		return time.Duration(min(max(n, 0), most)) * time.Second
	}
	if t, err := http.ParseTime(text); err == nil {
		return max(t.Sub(now), 0)
	}
	return 0
}
