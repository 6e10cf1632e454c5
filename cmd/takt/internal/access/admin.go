package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/api"
	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// Describe is a token as it is shown.
func Describe(t *store.Token) api.Token {
	d := api.Token{Name: t.ID, Role: t.Role, Note: t.Note, Created: t.Created}
	if !t.Expires.IsZero() {
		d.Expires = &t.Expires
	}
	return d
}

// Mount serves the tokens to admins: GET and POST /v1/tokens, DELETE /v1/tokens/{name}.
func (g *Gate) Mount(mux *http.ServeMux) {
	for pattern, handle := range map[string]http.HandlerFunc{
		"GET /v1/tokens":           g.listTokens,
		"POST /v1/tokens":          g.createToken,
		"DELETE /v1/tokens/{name}": g.removeToken,
	} {
		mux.Handle(pattern, g.Only(Admin, handle))
	}
	for pattern, methods := range map[string]string{"/v1/tokens": "GET, POST", "/v1/tokens/{name}": "DELETE"} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", methods)
			p := api.NewProblem("bad-request", fmt.Sprintf("%s takes %s", r.URL.Path, methods))
			p.Status = http.StatusMethodNotAllowed
			Answer(w, r, p, 0)
		})
	}
}

func (g *Gate) listTokens(w http.ResponseWriter, r *http.Request) {
	list, err := g.o.Tokens.Tokens(r.Context())
	if err != nil {
		g.failed(w, r, err)
		return
	}
	items := make([]api.Token, len(list))
	for i := range list {
		items[i] = Describe(&list[i])
	}
	answerJSON(w, http.StatusOK, api.TokenPage{Items: items})
}

func (g *Gate) createToken(w http.ResponseWriter, r *http.Request) {
	grant, p := readGrant(w, r)
	if p != nil {
		Answer(w, r, p, 0)
		return
	}
	g.tokens.Lock()
	defer g.tokens.Unlock()
	if From(r.Context()).ID == "" && !g.open() { // the first token was made meanwhile
		noToken.answer(w, r)
		return
	}
	if From(r.Context()).ID == "" && grant.Role != Admin.String() {
		list, err := g.o.Tokens.Tokens(r.Context())
		if err == nil && len(list) == 0 {
			Answer(w, r, api.NewProblem("invalid-value", "the first token has to be that of an admin: with any other nobody could make more"), 0)
			return
		}
	}
	secret, t, err := Create(r.Context(), g.o.Tokens, grant, g.o.Clock())
	if err != nil {
		g.failed(w, r, err)
		return
	}
	g.roll.seen.Store(true)
	g.roll.forget()
	g.o.Log.Info("token created", "audit", true, "token", t.ID, "role", t.Role, "who", Who(r.Context()), "request", RequestID(r.Context()))
	d := Describe(&t)
	d.Secret = secret
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", "/v1/tokens/"+t.ID)
	answerJSON(w, http.StatusCreated, d)
}

func (g *Gate) removeToken(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	g.tokens.Lock()
	defer g.tokens.Unlock()
	list, err := g.o.Tokens.Tokens(r.Context())
	if err != nil {
		g.failed(w, r, err)
		return
	}
	now := g.o.Clock()
	admins := slices.DeleteFunc(slices.Clone(list), func(t store.Token) bool { return t.Role != Admin.String() || !Valid(&t, now) })
	if len(admins) == 1 && admins[0].ID == name {
		Answer(w, r, api.NewProblem("conflict", fmt.Sprintf("%s is the last token of an admin: make another one first, or stop the service and use takt token revoke", name)), 0)
		return
	}
	if err := g.o.Tokens.RemoveToken(r.Context(), name); err != nil {
		g.failed(w, r, err)
		return
	}
	g.roll.forget()
	g.o.Log.Info("token revoked", "audit", true, "token", name, "who", Who(r.Context()), "request", RequestID(r.Context()))
	w.WriteHeader(http.StatusNoContent)
}

// readGrant reads the body of a request for a token.
func readGrant(w http.ResponseWriter, r *http.Request) (Grant, *api.Problem) {
	const most = 1 << 14
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(10 * time.Second))
	defer func() { _ = control.SetReadDeadline(time.Time{}) }()
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	decoder.DisallowUnknownFields()
	var d api.TokenRequest
	if err := decoder.Decode(&d); err != nil {
		if is[*http.MaxBytesError](err) {
			return Grant{}, api.NewProblem("too-large", fmt.Sprintf("a token is described in at most %d bytes: shorten the note", most))
		}
		return Grant{}, api.NewProblem("bad-request", Redact(fmt.Sprintf(`%v: send {"name": …, "role": "viewer", "planner" or "admin", "note": …, "expires": "720h"}`, err)))
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Grant{}, api.NewProblem("bad-request", "there is something after the token: send one JSON object")
	}
	g := Grant{Name: d.Name, Role: d.Role, Note: d.Note}
	if d.Expires != "" {
		life, err := time.ParseDuration(d.Expires)
		if err != nil || life <= 0 {
			return Grant{}, api.NewProblem("invalid-value", fmt.Sprintf("expires %q: a time of a minute or more, such as 720h, or none", Redact(d.Expires)))
		}
		g.Expires = life
	}
	return g, nil
}

// failed answers an error of the tokens.
func (g *Gate) failed(w http.ResponseWriter, r *http.Request, err error) {
	kind := ""
	switch {
	case is[*store.NoTokenError](err):
		kind = "not-found"
	case is[*store.TakenError](err):
		kind = "exists"
	case is[*NameError](err), is[*NoteError](err), is[*RoleError](err), is[*ExpiryError](err):
		kind = "invalid-value"
	default:
		g.o.Log.Error("tokens cannot be read or written", "error", err, "request", RequestID(r.Context()))
		noTokens.answer(w, r)
		return
	}
	Answer(w, r, api.NewProblem(kind, Redact(err.Error())), 0)
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func answerJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
