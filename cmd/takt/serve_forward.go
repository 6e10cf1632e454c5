package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/taktplan/takt/cmd/takt/internal/access"
	"github.com/taktplan/takt/cmd/takt/internal/api"
)

// forwarded marks a request that another instance has handed on: it is not handed on again.
const forwarded = "Takt-Forwarded"

// forwarder hands requests that need the leader to it, with the token of the client.
type forwarder struct {
	next  http.Handler
	leads func() (ok bool, leader string)
	log   *slog.Logger
	proxy httputil.ReverseProxy
}

type leaderKey struct{}

func newForwarder(next http.Handler, leads func() (bool, string), log *slog.Logger) *forwarder {
	f := &forwarder{next: next, leads: leads, log: log}
	const idle = 64
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy, t.MaxIdleConns, t.MaxIdleConnsPerHost = nil, idle, idle // tokens go to the leader, not by way of somebody else
	f.proxy = httputil.ReverseProxy{Transport: t, Rewrite: f.rewrite, ErrorHandler: f.unreachable, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn), ModifyResponse: ownHeaders}
	return f
}

func (f *forwarder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ok, leader := f.leads()
	if ok || !needsLeader(r) {
		f.next.ServeHTTP(w, r)
		return
	}
	u, err := url.Parse(leader)
	if leader == "" || err != nil || u.Host == "" || r.Header.Get(forwarded) != "" {
		access.Answer(w, r, noLeader(leader), 0)
		return
	}
	r.Pattern = "forwarded"
	f.proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), leaderKey{}, u)))
}

// needsLeader reports whether only the instance that writes can answer: changes, and what is kept in its memory between requests.
func needsLeader(r *http.Request) bool {
	for _, kept := range []string{"/v1/scenarios", "/v1/jobs", "/v1/rush"} {
		if r.URL.Path == kept || strings.HasPrefix(r.URL.Path, kept+"/") {
			return true
		}
	}
	switch {
	case r.Method == http.MethodGet, r.Method == http.MethodHead, r.Method == http.MethodOptions:
		return false
	case r.URL.Path == "/v1/promise":
		return false // a question whose answer is in the plan alone
	}
	return strings.HasPrefix(r.URL.Path, "/v1/")
}

func (f *forwarder) rewrite(p *httputil.ProxyRequest) {
	leader := p.In.Context().Value(leaderKey{}).(*url.URL)
	p.SetURL(leader)
	p.Out.Host = leader.Host
	p.SetXForwarded()
	p.Out.Header.Set(forwarded, "1")
	p.Out.Header.Set("X-Request-Id", access.RequestID(p.In.Context()))
	for _, checked := range []string{"Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest"} {
		p.Out.Header.Del(checked) // here already; they are about this address
	}
}

// ownHeaders takes out of the leader's answer what this instance has set already.
func ownHeaders(answer *http.Response) error {
	for _, name := range []string{"X-Request-Id", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy",
		"Content-Security-Policy", "Strict-Transport-Security", "Cache-Control"} {
		answer.Header.Del(name)
	}
	return nil
}

// unreachable answers when the leader does not.
func (f *forwarder) unreachable(w http.ResponseWriter, r *http.Request, err error) {
	leader := r.Context().Value(leaderKey{}).(*url.URL).String()
	if errors.Is(err, context.DeadlineExceeded) {
		access.Answer(w, r, api.NewProblem("timeout", "the instance that takes changes, "+leader+", did not answer in time: it may have made the change or not; send the request again with the same Idempotency-Key"), 0)
		return
	}
	f.log.Warn("leader not reached", "leader", leader, "error", err, "request", access.RequestID(r.Context()))
	p := noLeader(leader)
	p.Detail = "the instance that takes changes, " + leader + ", could not be reached or broke off: it may have made the change or not; send the request again with the same Idempotency-Key"
	access.Answer(w, r, p, 0)
}

func noLeader(leader string) *api.Problem {
	detail := "this instance takes no changes, and the one that does is not known yet: send the request again in a moment"
	if leader != "" {
		detail = "this instance takes no changes: send them to " + leader
	}
	p := api.NewProblem("no-leader", detail)
	p.Leader = leader
	return p
}
