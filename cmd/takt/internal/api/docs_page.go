package api

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"sync"
)

// docsPage shows /openapi.json. It needs nothing beside itself.
//
//go:embed docs.html
var docsPage []byte

// registerDocs registers what explains the API.
func (s *Server) registerDocs() {
	s.mux.HandleFunc("GET /problems/{kind}", helpProblem)
	description := func(path, media string, text func() ([]byte, error)) {
		once := sync.OnceValues(text) // when all operations are registered
		s.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			b, err := once()
			if err != nil {
				s.Log.Error("the description of the API cannot be written", "error", err)
				WriteProblem(w, s.problemOf(r.Context(), internal()))
				return
			}
			w.Header().Set("Content-Type", media)
			_, _ = w.Write(b)
		})
	}
	description("/openapi.json", "application/openapi+json", func() ([]byte, error) { return json.Marshal(s.OpenAPI()) })
	description("/openapi.yaml", "application/openapi+yaml", func() ([]byte, error) { return s.OpenAPI().YAML() })
	for _, near := range []string{"GET /{$}", "GET /docs/{$}"} {
		s.mux.Handle(near, http.RedirectHandler("/docs", http.StatusSeeOther))
	}
	s.mux.HandleFunc("GET /docs", func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		_, _ = w.Write(docsPage)
	})
}

// nowhere answers a request that no operation is for: 404, or 405 with the methods that there are.
func (s *Server) nowhere(w http.ResponseWriter, r *http.Request, standard http.Handler) {
	seen := &statusOnly{header: w.Header()}
	standard.ServeHTTP(seen, r)
	h := w.Header()
	h.Del("Content-Type")
	h.Del("X-Content-Type-Options")
	switch {
	case seen.status == http.StatusMethodNotAllowed:
		WriteProblem(w, s.problemOf(r.Context(), NewProblem("method", r.Method+" is not for this address, but "+h.Get("Allow")+": /docs lists the operations")))
	case seen.status >= http.StatusMultipleChoices && seen.status < http.StatusBadRequest:
		w.WriteHeader(seen.status) // to the address without empty or dotted parts
	default:
		WriteProblem(w, s.problemOf(r.Context(), NewProblem("not-found", "there is nothing at this address: /docs lists the operations; a slash within an id is written %2F")))
	}
}

// statusOnly takes a status and headers, and drops the body.
type statusOnly struct {
	header http.Header
	status int
}

func (w *statusOnly) Header() http.Header         { return w.header }
func (w *statusOnly) Write(p []byte) (int, error) { return len(p), nil }
func (w *statusOnly) WriteHeader(status int)      { w.status = status }
