package access

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/api"
)

// refusal is why the gate does not let a request pass.
type refusal struct {
	kind   string // one of the API's kinds of problems
	detail string
	wait   time.Duration // until it makes sense to come again; 0: as the kind says
}

// What the gate refuses.
var (
	noToken     = refusal{kind: "no-token", detail: "send the header Authorization: Bearer takt_…; an admin makes tokens with takt token create"}
	wrongToken  = refusal{kind: "no-token", detail: "there is no such token, it was revoked, or it has expired: ask an admin for another"}
	foreignHost = refusal{kind: "not-allowed",
		detail: "without tokens the service answers under localhost and loopback addresses only: use such an address, add the name with --host, or make a token"}
	foreignOrigin = refusal{kind: "not-allowed",
		detail: "a page of another site has sent this request through a browser: serve the page under the address of the service, or add its host with --host"}
	draining = refusal{kind: "unavailable", detail: "the service is shutting down; nothing was changed: send the request again in a moment"}
	noTokens = refusal{kind: "unavailable", detail: "the store does not answer, so tokens cannot be checked: send the request again in a moment"}
	broken   = refusal{kind: "internal", detail: "the service could not do this, and that is its own fault: the log has the error under the id of this request"}
)

// answer writes the problem of a refusal.
func (f refusal) answer(w http.ResponseWriter, r *http.Request) {
	Answer(w, r, api.NewProblem(f.kind, f.detail), f.wait)
}

// Answer writes a problem that names the request. wait, if it is not 0, is for how long the client should wait.
func Answer(w http.ResponseWriter, r *http.Request, p *api.Problem, wait time.Duration) {
	p.Instance = RequestID(r.Context())
	h := w.Header()
	for name, values := range p.GetHeaders() {
		h[name] = values
	}
	if wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	if r.Method == http.MethodHead {
		return
	}
	text, _ := json.Marshal(p) // it has texts and numbers only
	_, _ = w.Write(append(text, '\n'))
}
