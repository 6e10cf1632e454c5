package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/pprof"
	"sync"
	"sync/atomic"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/access"
	"github.com/taktplan/takt/cmd/takt/internal/api"
)

// handlerNow is the handler of the moment: the one while starting, then the one that serves the plan.
type handlerNow struct{ at atomic.Pointer[http.Handler] }

func (n *handlerNow) set(h http.Handler) { n.at.Store(&h) }

func (n *handlerNow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*n.at.Load()).ServeHTTP(w, r)
}

// starting answers while the plan is read or made.
func (s *service) starting() http.Handler {
	mux := http.NewServeMux()
	s.operations(mux, &readiness{ask: func(context.Context) error { return errStarting }})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		access.Answer(w, r, api.NewProblem("unavailable", errStarting.Error()), 0)
	})
	return mux
}

// routes is everything that the service answers.
func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	s.operations(mux, &readiness{ask: s.ready, ending: s.leaving.Load})
	s.gate.Mount(mux)
	mux.Handle("/", newForwarder(s.api.Handler(), s.keeper.Leads, s.log))
	return mux
}

// operations are for those who run the service.
func (s *service) operations(mux *http.ServeMux, r *readiness) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, "ok") })
	mux.Handle("GET /readyz", r)
	mux.Handle("GET /metrics", s.gate.Only(access.Viewer, s.metrics.Handler()))
	for pattern, handle := range map[string]http.HandlerFunc{"/debug/pprof/": pprof.Index, "/debug/pprof/cmdline": noCommandLine, "/debug/pprof/profile": pprof.Profile,
		"/debug/pprof/symbol": pprof.Symbol, "/debug/pprof/trace": pprof.Trace} {
		mux.Handle("GET "+pattern, s.gate.Only(access.Admin, handle))
	}
}

// noCommandLine is in place of the command line, in which the password of a database may be.
func noCommandLine(w http.ResponseWriter, _ *http.Request) { plain(w, "takt\x00serve") }

func plain(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(text + "\n"))
}

var (
	errStarting = errors.New("the service is starting: its plan is not there yet")
	errEnding   = errors.New("the service is shutting down")
)

// ready says why the service cannot do its work now; nil: it can.
func (s *service) ready(ctx context.Context) error {
	if s.leaving.Load() || s.gate.Draining() {
		return errEnding
	}
	if err := s.store.Ready(ctx); err != nil {
		return err
	}
	return s.keeper.Ready(ctx)
}

// readiness answers /readyz. Anybody may ask, so an answer holds for a moment, and the reason goes to nobody but the log.
type readiness struct {
	ask    func(context.Context) error
	ending func() bool // no answer from before holds then; nil: never

	mu    sync.Mutex
	err   error
	asked time.Time
}

// How long an answer holds, and how long to wait for one.
const (
	readyHolds = time.Second
	readyWait  = 2 * time.Second
)

func (y *readiness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch err := y.look(r.Context()); {
	case err == nil:
		plain(w, "ready")
	case errors.Is(err, errStarting), errors.Is(err, errEnding):
		access.Answer(w, r, api.NewProblem("unavailable", err.Error()), 0)
	default:
		access.Answer(w, r, api.NewProblem("unavailable", "changes cannot be taken now; the reason is in the log"), 0)
	}
}

func (y *readiness) look(ctx context.Context) error {
	y.mu.Lock()
	defer y.mu.Unlock()
	if now := time.Now(); y.err != nil || y.ending != nil && y.ending() || now.Sub(y.asked) >= readyHolds {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyWait)
		defer cancel()
		y.err, y.asked = y.ask(ctx), now
	}
	return y.err
}
