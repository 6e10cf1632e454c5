package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// Caller is who sends a request.
type Caller struct {
	ID   string // of the token; empty: nobody had to say
	Role Role
}

// visit is what the gate knows of a request.
type visit struct {
	id     string
	begin  time.Time
	caller Caller
	hash   []byte // of the caller's secret; nil: nobody had to say
}

type visitKey struct{}

// From is who sends the request of a context.
func From(ctx context.Context) Caller {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v.caller
	}
	return Caller{}
}

// Who is the id of the caller's token; empty: nobody had to say.
func Who(ctx context.Context) string { return From(ctx).ID }

// RequestID is the id of the request of a context; empty outside of requests.
func RequestID(ctx context.Context) string {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v.id
	}
	return ""
}

// known finds out who sends a request.
func (g *Gate) known(r *http.Request, v *visit) (refusal, bool) {
	from := address(r)
	if foreignPage(r, g.hosts) {
		g.o.Log.Warn("refused", "audit", true, "why", "foreign origin", "request", v.id, "origin", r.Header.Get("Origin"), "from", from.String())
		return foreignOrigin, false
	}
	var tokens []store.Token
	if !g.o.Loopback || !g.o.NoAuth {
		var err error
		if tokens, err = g.roll.read(r.Context()); err != nil {
			return noTokens, false
		}
	}
	if g.open() {
		if !from.IsLoopback() || !g.ownHost(r.Host) {
			g.o.Log.Warn("refused", "audit", true, "why", "foreign host", "request", v.id, "host", r.Host, "from", from.String())
			return foreignHost, false
		}
		v.caller = Caller{Role: Admin}
		return refusal{}, true
	}
	secret, sent := credentials(r)
	if !sent {
		return noToken, false
	}
	if wellFormed(secret) {
		if t := find(tokens, secret); t != nil && Valid(t, g.o.Clock()) {
			if role, err := ParseRole(t.Role); err == nil {
				v.caller, v.hash = Caller{ID: t.ID, Role: role}, t.Hash
				return refusal{}, true
			}
		}
	}
	if wait, ok := g.wrong.take(origin(from), g.o.Clock()); !ok { // no line in the log for each of thousands
		return refusal{kind: "too-many", detail: "too many wrong tokens came from this address: wait as long as Retry-After says", wait: max(wait, time.Second)}, false
	}
	g.o.Log.Warn("refused", "audit", true, "why", "wrong token", "request", v.id, "from", from.String())
	return wrongToken, false
}

// stillLasts is lasts, looked at now and then.
func (g *Gate) stillLasts(ctx context.Context, v *visit, out *recorder) bool {
	now := g.o.Clock()
	if young(out.looked, now, lookAgain) {
		return true
	}
	out.looked = now
	return g.lasts(ctx, v)
}

// lasts reports whether a caller who was let in would still be. While the store does not answer nobody new is let in, but who is there may stay.
func (g *Gate) lasts(ctx context.Context, v *visit) bool {
	if g.o.Loopback && g.o.NoAuth {
		return true
	}
	tokens, err := g.roll.read(ctx)
	if err != nil {
		return true
	}
	if v.hash == nil {
		return g.open()
	}
	now := g.o.Clock()
	return slices.ContainsFunc(tokens, func(t store.Token) bool {
		return t.ID == v.caller.ID && subtle.ConstantTimeCompare(t.Hash, v.hash) == 1 && Valid(&t, now)
	})
}

// open reports whether nobody has to say who he is.
func (g *Gate) open() bool { return g.o.Loopback && (g.o.NoAuth || !g.roll.seen.Load()) }

// credentials are the secret that a request carries. A browser's user may give it as a password, any name with it, for reading.
func credentials(r *http.Request) (secret string, sent bool) {
	lines := r.Header.Values("Authorization")
	if len(lines) != 1 {
		return "", len(lines) > 0
	}
	scheme, rest, _ := strings.Cut(lines[0], " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(rest), true
	}
	if _, password, ok := r.BasicAuth(); ok && !writes(r) {
		return password, true
	}
	return "", true
}

// challenge says how to send a token.
func challenge(h http.Header, r *http.Request) {
	h.Add("WWW-Authenticate", `Bearer realm="takt"`)
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		h.Add("WWW-Authenticate", `Basic realm="takt: any name, a token as the password", charset="UTF-8"`)
	}
}

// Require is a middleware of the API: it lets callers pass from a role on.
func (g *Gate) Require(role string) func(huma.Context, func(huma.Context)) {
	least, err := ParseRole(role)
	if err != nil {
		least = Admin // a mistake in a declaration opens nothing
	}
	return func(ctx huma.Context, next func(huma.Context)) {
		if r, w := humago.Unwrap(ctx); g.allow(w, r, least) {
			next(ctx)
		}
	}
}

// Only is a handler for callers from a role on.
func (g *Gate) Only(least Role, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.allow(w, r, least) {
			h.ServeHTTP(w, r)
		}
	})
}

func (g *Gate) allow(w http.ResponseWriter, r *http.Request, least Role) bool {
	c := From(r.Context())
	switch {
	case c.Role >= least:
		return true
	case c.Role == Nobody:
		challenge(w.Header(), r)
		noToken.answer(w, r)
		return false
	}
	g.o.Log.Warn("refused", "audit", true, "why", "role", "request", RequestID(r.Context()), "who", c.ID, "role", c.Role.String(), "needs", least.String(), "path", r.URL.Path)
	refusal{kind: "not-allowed", detail: "the token " + c.ID + " has the role " + c.Role.String() + ": this needs the role " + least.String()}.answer(w, r)
	return false
}

// foreignPage reports whether a browser has sent a request for a page of another site. Requests of programs have neither header.
func foreignPage(r *http.Request, own map[string]bool) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		return err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) && !own[hostOf(u.Host)]
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return false
	}
	return writes(r) || r.Header.Get("Sec-Fetch-Mode") != "navigate" // a link may lead here
}

// ownHost reports whether a Host header names this machine: a page whose name was made to point here sends its own name.
func (g *Gate) ownHost(host string) bool {
	name := hostOf(host)
	if name == "localhost" || g.hosts[name] {
		return true
	}
	a, err := netip.ParseAddr(name)
	return err == nil && a.Unmap().IsLoopback()
}

// hostOf is the name or address of a host with or without a port, in small letters.
func hostOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// address is that of the client, or of the proxy before it: a header that says otherwise could be anybody's.
func address(r *http.Request) netip.Addr {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.IPv6Unspecified()
	}
	return a.Addr().Unmap().WithZone("")
}

// newNonce begins the ids of the requests of a process.
func newNonce() string { return strings.ToLower(rand.Text()[:8]) }
