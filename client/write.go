package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Option is how a request changes the plan.
type Option func(*call)

// IfMatch makes the request depend on the version that was looked at: if another one is current nothing is changed, and the error is a
// *Problem stale.
func IfMatch(version uint64) Option {
	return func(r *call) { r.header.Set("If-Match", `"`+strconv.FormatUint(version, 10)+`"`) }
}

// Key names the request instead of a random key, so that a later run of the same program can send it again: up to 200 printable
// characters without spaces.
func Key(key string) Option { return func(r *call) { r.header.Set("Idempotency-Key", key) } }

// Rebase takes a decision as it comes out on the current version, if the plan has moved on and it is no worse there than it was shown.
func Rebase() Option { return func(r *call) { r.query.Set("rebase", "true") } }

// ApprovedBy says who consents to an option that needs it.
func ApprovedBy(name string) Option { return func(r *call) { r.query.Set("approved_by", name) } }

// Change is one change as docs/changes.md describes them: its kind as "change", and the fields of that kind.
type Change map[string]any

// Step is what a request changed.
type Step struct {
	Event
	// Replayed: the request was answered before, and nothing was done now.
	Replayed bool `json:"-"`
}

// Event is a step of the plan from one version to the next.
type Event struct {
	Version   uint64     `json:"version"` // that the step has led to
	Kind      string     `json:"kind"`    // applied, committed, undone, loaded; reset in a stream that cannot go on where it was. Empty: the step is too long ago to be told
	Changes   []string   `json:"changes"` // in words
	Strategy  string     `json:"strategy"`
	Shifts    []Shift    `json:"shifts"`
	Stability *Stability `json:"stability"`
}

// Apply makes changes, all of them or none, and answers when they are durable.
func (c *Client) Apply(ctx context.Context, changes []Change, o ...Option) (Step, error) {
	return c.step(ctx, []string{"changes"}, map[string]any{"changes": changes}, o)
}

// ApplyList is Apply for a list that is written already, as by tables.FormatChanges.
func (c *Client) ApplyList(ctx context.Context, list json.RawMessage, o ...Option) (Step, error) {
	return c.step(ctx, []string{"changes"}, map[string]any{"changes": list}, o)
}

// Undo takes the current version back: the plan is what it was before.
func (c *Client) Undo(ctx context.Context, version uint64, o ...Option) (Step, error) {
	return c.step(ctx, []string{"undo"}, map[string]any{"version": version}, o)
}

// step sends a request that is answered with what it changed.
func (c *Client) step(ctx context.Context, path []string, body any, o []Option) (Step, error) {
	var out Step
	var err error
	out.Replayed, err = c.write(ctx, path, body, &out, o)
	return out, err
}

// write sends a request that changes the plan, under a key.
func (c *Client) write(ctx context.Context, path []string, body, out any, o []Option) (replayed bool, err error) {
	header, err := c.do(ctx, keyed(call{method: http.MethodPost, path: path, body: body, repeat: always}, o), out)
	return header.Get("Idempotency-Replayed") == "true", err
}

// keyed is a request with a key and its options.
func keyed(r call, o []Option) call {
	r.header, r.query = http.Header{"Idempotency-Key": {rand.Text()}}, url.Values{}
	for _, option := range o {
		option(&r)
	}
	return r
}

// ask sends a question, which changes nothing: it may be sent again.
func (c *Client) ask(ctx context.Context, path []string, body, out any) error {
	_, err := c.do(ctx, call{method: http.MethodPost, path: path, body: body, repeat: always}, out)
	return err
}

// LogEntry is a request that changed the plan.
type LogEntry struct {
	Version uint64    `json:"version"`
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"`
	Request string    `json:"request"`
	Changes []string  `json:"changes"`
	Actor   string    `json:"actor"` // the id of the token, for admins; see Audit
	Note    string    `json:"note"`  // what else was said, such as who consented, for admins
}
