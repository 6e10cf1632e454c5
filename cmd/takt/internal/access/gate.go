package access

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options are what a Gate needs.
type Options struct {
	Tokens Tokens
	Log    *slog.Logger     // nil: slog.Default
	Clock  func() time.Time // nil: time.Now
	// Loopback says that the service listens on a loopback address: without tokens nobody has to say who he is. NoAuth asks nobody
	// even if there are tokens; it counts with Loopback only.
	Loopback, NoAuth bool
	// Hosts are names of the service, beside the address that a request is sent to.
	Hosts []string
	// TLS says that clients reach it by HTTPS only.
	TLS bool
	// Rate is how many requests a second a token may send, Burst how many at once; 0: no limit.
	Rate  float64
	Burst int
	// MaxBody bounds a request's body in bytes; 0: 64 MB. Timeout bounds the work on a request that is no stream, and the time that a
	// client may take to read a piece of an answer; 0: a minute.
	MaxBody int64
	Timeout time.Duration
	// Seen, when set, is told of every request: its route ("" for none), status and time.
	Seen func(route, method string, status int, took time.Duration)
}

// How often an address may send a wrong token: so often at once, and then one in ten seconds.
const (
	wrongBurst = 10
	wrongRate  = 0.1
)

// lookAgain is how long an answer goes on before its caller's token is looked at again: streams have no end of their own.
const lookAgain = 10 * time.Second

// Gate lets requests pass.
type Gate struct {
	o        Options
	hosts    map[string]bool
	roll     roll
	wrong    *limits // by address
	turns    *limits // by token
	draining atomic.Bool
	changing atomic.Int64
	coming   sync.Map   // the bodies of requests under way, *arriving
	tokens   sync.Mutex // one token is made or revoked at a time: what is looked at first still holds then
	nonce    string     // begins the ids of requests
	count    atomic.Uint64
}

// NewGate is a gate.
func NewGate(o Options) *Gate {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	o.MaxBody = cmp.Or(o.MaxBody, 64<<20)
	o.Timeout = cmp.Or(o.Timeout, time.Minute)
	g := &Gate{o: o, hosts: map[string]bool{}, wrong: newLimits(wrongRate, wrongBurst), turns: newLimits(o.Rate, o.Burst), nonce: newNonce()}
	g.roll = roll{from: o.Tokens, clock: o.Clock, log: o.Log}
	for _, h := range o.Hosts {
		g.hosts[hostOf(h)] = true
	}
	return g
}

// Drain refuses requests that may change something, from now on. Bodies that are still coming have a few seconds left: a client that
// sends nothing more must not hold up the end.
func (g *Gate) Drain() {
	g.draining.Store(true)
	g.hurry(time.Now().Add(lastTime))
}

// hurry bounds how long bodies that are still coming are waited for.
func (g *Gate) hurry(until time.Time) {
	g.coming.Range(func(b, _ any) bool {
		b.(*arriving).hurry(until)
		return true
	})
}

// Draining reports whether Drain was called.
func (g *Gate) Draining() bool { return g.draining.Load() }

// Changing is how many requests are under way that may change something.
func (g *Gate) Changing() int { return int(g.changing.Load()) }

// Handler is what lets requests pass to the next handler: the id of the request, the log, security headers, the checks of origin and
// token, and the limits.
func (g *Gate) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{begin: time.Now(), id: g.requestID(r)}
		ctx := context.WithValue(r.Context(), visitKey{}, v)
		if bounded(r) {
			bound, cancel := context.WithTimeout(ctx, g.o.Timeout)
			defer cancel()
			ctx = bound
		}
		r = r.WithContext(ctx)
		out := &recorder{ResponseWriter: w, control: http.NewResponseController(w), patience: g.o.Timeout, looked: g.o.Clock()}
		if r.Body != nil && r.Body != http.NoBody {
			out.body = &arriving{ReadCloser: r.Body, deadline: out.control.SetReadDeadline}
			r.Body = out.body
			g.coming.Store(out.body, nil)
			defer g.coming.Delete(out.body)
		}
		out.extend() // the connection may have the deadline of an earlier request
		g.headers(out.Header(), v)
		defer g.ended(out, r, v)
		if why, ok := g.judge(r, v); !ok {
			if why.kind == "no-token" {
				challenge(out.Header(), r)
			}
			why.answer(out, r)
			return
		}
		if !writes(r) { // what was changed is told in any case
			out.lasts = func() bool { return g.stillLasts(ctx, v, out) }
		}
		if writes(r) {
			g.changing.Add(1)
			defer g.changing.Add(-1)
		}
		next.ServeHTTP(out, r)
	})
}

// judge says whether a request may pass to where roles are asked.
func (g *Gate) judge(r *http.Request, v *visit) (why refusal, ok bool) {
	if probe(r) {
		return refusal{}, true
	}
	if why, ok := g.known(r, v); !ok {
		return why, false
	}
	if wait, ok := g.turns.take(v.caller.ID, g.o.Clock()); !ok {
		return refusal{kind: "too-many", detail: "this token sends too many requests: wait as long as Retry-After says", wait: max(wait, time.Second)}, false
	}
	if g.Draining() && writes(r) {
		return draining, false
	}
	if r.ContentLength > g.o.MaxBody {
		return refusal{kind: "too-large", detail: tooLarge(g.o.MaxBody)}, false
	}
	return refusal{}, true
}

// probe reports whether a request asks how the process does, which anybody may.
func probe(r *http.Request) bool { return r.URL.Path == "/healthz" || r.URL.Path == "/readyz" }

// writes reports whether a request may change something.
func writes(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
}

// bounded reports whether the work on a request is bounded by Timeout. Reads may be long streams: those are bounded by how fast their
// clients take them.
func bounded(r *http.Request) bool { return writes(r) }
