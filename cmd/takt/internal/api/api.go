package api

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/taktplan/takt/cmd/takt/internal/keeper"
)

// The roles, each with what those before it may.
const (
	Viewer  = "viewer"  // reads
	Planner = "planner" // changes the plan
	Admin   = "admin"   // loads other models, sees who changed what
)

// Options are what a Server needs.
type Options struct {
	Keeper *keeper.Keeper
	// ModelName is how texts call the model.
	ModelName string
	Log       *slog.Logger     // nil: slog.Default
	Clock     func() time.Time // nil: time.Now
	// Who gives the id of the caller's token, RequestID the id of the request; nil or "": not known.
	Who       func(context.Context) string
	RequestID func(context.Context) string
	// Roles is a middleware that lets callers pass from a role on; nil: everybody may do everything.
	Roles func(role string) func(huma.Context, func(huma.Context))
	// ScenarioCap is how many scenarios, rush answers and such are kept, ScenarioLife for how long; 0: 64, and 1 h.
	ScenarioCap  int
	ScenarioLife time.Duration
	// RushTime bounds the planning of one question (rush, promise, review), OptimiseMost the search that a client may ask for; 0: 30 s, and 10 min.
	RushTime, OptimiseMost time.Duration
	// Behind is how old the schedule may be that small reads show while that of a newer version is being written out (100 ms for a
	// model of 10,000 parts; one that takes up to 5 ms is waited for); 0: reads wait for the newest. An answer always names the version that it is of.
	Behind time.Duration
	// MaxBody bounds a request's body in bytes, BodyTime how long it may take to come; 0: 64 MB, and 1 min.
	MaxBody  int64
	BodyTime time.Duration
	// Processors bounds the questions that are planned at a time, and the goroutines of a search; 0: GOMAXPROCS.
	Processors int
}

// Server answers the API. It is safe for any number of goroutines.
type Server struct {
	Options
	api  huma.API
	mux  *http.ServeMux
	view atomic.Pointer[view]
	// last is the newest view that was current before and has its schedule written out; resting is until when no other need be, in nanoseconds since 1970.
	last    atomic.Pointer[view]
	resting atomic.Int64
	took    atomic.Int64 // nanoseconds of the last writing out
	writing atomic.Int32 // schedules that are being written out
	// ends are what Close calls.
	ends []func(context.Context) error
	// ctx ends at Close.
	ctx  context.Context
	stop context.CancelFunc

	writes *writes
}

// New is a server with all its operations.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Who == nil {
		o.Who = func(context.Context) string { return "" }
	}
	if o.RequestID == nil {
		o.RequestID = func(context.Context) string { return "" }
	}
	if o.Roles == nil {
		o.Roles = func(string) func(huma.Context, func(huma.Context)) {
			return func(ctx huma.Context, next func(huma.Context)) { next(ctx) }
		}
	}
	standard(&o.ScenarioCap, 64)
	standard(&o.ScenarioLife, time.Hour)
	standard(&o.RushTime, 30*time.Second)
	standard(&o.OptimiseMost, 10*time.Minute)
	standard(&o.MaxBody, 64<<20)
	standard(&o.BodyTime, time.Minute)
	standard(&o.Processors, runtime.GOMAXPROCS(0))
	s := &Server{Options: o, mux: http.NewServeMux()}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.api = humago.New(s.mux, s.config())
	s.registerPlan(s.api)
	s.registerTables(s.api)
	s.registerExports(s.api)
	s.registerExplain(s.api)
	s.registerDocs()
	s.registerWrites(s.api)
	s.describeTokens(s.api)
	return s
}

func standard[N int | int64 | time.Duration](v *N, n N) {
	if *v <= 0 {
		*v = n
	}
}

// Handler answers /v1/…, /openapi.json, /openapi.yaml, /docs and /problems/….
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &body{ReadCloser: http.MaxBytesReader(w, r.Body, s.MaxBody), deadline: http.NewResponseController(w).SetReadDeadline, most: s.BodyTime}
		}
		out := &answering{ResponseWriter: w}
		w = out
		defer s.recover(out, r)
		if !utf8Address(r.URL) {
			WriteProblem(w, s.problemOf(r.Context(), NewProblem("bad-request", "the address is not UTF-8: percent-encode ids and values as UTF-8")))
			return
		}
		if accept := r.Header.Get("Accept"); strings.Contains(accept, ";") {
			r.Header = maps.Clone(r.Header)
			r.Header.Set("Accept", mediaOf(accept))
		}
		if standard, pattern := s.mux.Handler(r); pattern == "" {
			s.nowhere(w, r, standard)
			return
		}
		s.mux.ServeHTTP(w, r)
	})
}

// mediaOf are the media types of an Accept header, without their parameters: huma panics at malformed ones, and only after a change is made.
func mediaOf(accept string) string {
	var list []string
	for part := range strings.SplitSeq(accept, ",") {
		media, _, _ := strings.Cut(part, ";")
		if media = strings.TrimSpace(media); media != "" {
			list = append(list, media)
		}
	}
	return strings.Join(list, ",")
}

// utf8Address reports whether the path and the query are UTF-8: else different ids could become the same one.
func utf8Address(u *url.URL) bool {
	if !strings.Contains(u.RawQuery, "%") {
		return utf8.ValidString(u.Path)
	}
	query, err := url.QueryUnescape(u.RawQuery)
	return utf8.ValidString(u.Path) && (err != nil || utf8.ValidString(query)) // a malformed query has an error of its own
}

// OpenAPI is the description of the API.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.OpenAPI() }

// Close ends jobs and streams.
func (s *Server) Close(ctx context.Context) error {
	s.stop()
	var first error
	for _, end := range s.ends {
		if err := end(ctx); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// recover answers a panic. One in the middle of an answer breaks the connection off, so that half of it is not taken for all of it.
func (s *Server) recover(w *answering, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	s.Log.Error("panic", "request", s.RequestID(r.Context()), "method", r.Method, "path", r.URL.Path, "panic", p, "stack", stack())
	if w.begun {
		panic(http.ErrAbortHandler)
	}
	WriteProblem(w, s.problemOf(r.Context(), internal()))
}

// answering knows whether an answer has begun.
type answering struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader notes it.
func (a *answering) WriteHeader(status int) {
	a.begun = a.begun || status >= http.StatusOK
	a.ResponseWriter.WriteHeader(status)
}

// Write notes it.
func (a *answering) Write(p []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (a *answering) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// body is a request's body that has to come in time. Without the deadline's end a long answer would be cut off by it.
type body struct {
	io.ReadCloser
	deadline   func(time.Time) error
	most       time.Duration
	begun, end bool
}

func (b *body) Read(p []byte) (int, error) {
	if !b.begun {
		b.begun = true
		_ = b.deadline(time.Now().Add(b.most)) // not every connection has deadlines
	}
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF && !b.end { // a body that failed keeps its deadline: nobody is to wait for the rest
		b.end = true
		_ = b.deadline(time.Time{})
	}
	return n, err
}

// op completes an operation: who may, what can go wrong, and how the caller says who it is.
func (s *Server) op(role string, op huma.Operation) huma.Operation {
	op.Middlewares = append(huma.Middlewares{s.Roles(role)}, op.Middlewares...)
	op.Security = []map[string][]string{{"token": {}}}
	op.MaxBodyBytes, op.BodyReadTimeout = -1, -1 // Handler bounds them
	op.RejectUnknownQueryParameters = op.Metadata["any query"] == nil
	if op.Extensions == nil {
		op.Extensions = map[string]any{}
	}
	op.Extensions["x-role"] = role
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	for _, status := range errorStatus {
		if op.Responses[status] == nil {
			op.Responses[status] = &huma.Response{Ref: "#/components/responses/Problem"}
		}
	}
	return op
}

// errorStatus are what any operation may answer instead of what was asked for.
var errorStatus = []string{"400", "401", "403", "404", "409", "412", "413", "415", "422", "429", "500", "503", "504"}
