package access

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// requestIDs are ids that a client may give: they go into the log, so nothing else than such.
var requestIDs = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// requestID is the id that the client has given, if it can be one, or a new one.
func (g *Gate) requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); requestIDs.MatchString(id) && !strings.Contains(id, prefix) {
		return id
	}
	return fmt.Sprintf("%s-%d", g.nonce, g.count.Add(1))
}

// headers are those of every answer.
func (g *Gate) headers(h http.Header, v *visit) {
	h.Set("X-Request-Id", v.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, no-cache") // kept, but asked for again with its version
	if g.o.TLS {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// What pages may do: the service's own have their scripts and styles in them and load nothing from elsewhere; answers that are no pages may nothing.
const (
	pagePolicy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	dataPolicy = "default-src 'none'; frame-ancestors 'none'"
)

// restTime is for how long the rest of a body is waited for that nobody reads any more, lastTime for that of one that is still
// coming when the service ends.
const (
	restTime = time.Second
	lastTime = 5 * time.Second
)

// recorder notes what is answered, and gives slow clients a limited time for every piece.
type recorder struct {
	http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
	status   int
	bytes    int64
	until    time.Time   // when the client has to have taken what was written
	own      bool        // the handler sets deadlines itself
	body     *arriving   // nil: the request has none
	looked   time.Time   // when the caller's token was looked at
	lasts    func() bool // whether the caller may still be told; nil: nobody asks
	revoked  bool        // he may not: the answer has been broken off
}

// arriving is a body that knows whether all of it has come.
type arriving struct {
	io.ReadCloser
	deadline func(time.Time) error
	all      atomic.Bool

	mu      sync.Mutex // of the deadline that hurry sets
	hurried bool
}

func (b *arriving) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.all.Store(true)
		if b.hurried {
			_ = b.deadline(time.Time{}) // it was for the body, not for the work on it
		}
	}
	return n, err
}

// hurry bounds how long the rest of the body is waited for.
func (b *arriving) hurry(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.all.Load() {
		b.hurried = true
		_ = b.deadline(until) // not every connection has deadlines
	}
}

// SetReadDeadline lets a handler bound the time of a body. It is not lifted before all of the body has come: whoever closes the body waits for the rest.
func (o *recorder) SetReadDeadline(t time.Time) error {
	if t.IsZero() && o.body != nil && !o.body.all.Load() {
		return nil
	}
	return o.control.SetReadDeadline(t)
}

// Unwrap is for http.ResponseController.
func (o *recorder) Unwrap() http.ResponseWriter { return o.ResponseWriter }

// WriteHeader notes the status, and sends the policy for what the answer is.
func (o *recorder) WriteHeader(status int) {
	if o.status != 0 {
		return // an answer that has begun stays what it is
	}
	if status >= http.StatusOK {
		o.status = status
		if h := o.Header(); h.Get("Content-Security-Policy") == "" {
			policy := dataPolicy
			if strings.HasPrefix(h.Get("Content-Type"), "text/html") {
				policy = pagePolicy
			}
			h.Set("Content-Security-Policy", policy)
		}
	}
	o.ResponseWriter.WriteHeader(status)
}

// errRevoked ends the answer to a caller whose token does not hold any more.
var errRevoked = errors.New("the token of the caller was revoked, or has expired")

// Write passes a piece on.
func (o *recorder) Write(p []byte) (int, error) {
	if o.revoked = o.revoked || o.lasts != nil && !o.lasts(); o.revoked {
		return 0, errRevoked
	}
	if o.status == 0 {
		if h := o.Header(); h.Get("Content-Type") == "" {
			h.Set("Content-Type", http.DetectContentType(p))
		}
		o.WriteHeader(http.StatusOK)
	}
	o.extend()
	n, err := o.ResponseWriter.Write(p)
	o.bytes += int64(n)
	return n, err
}

// extend gives the client time for what is sent next.
func (o *recorder) extend() {
	if now := time.Now(); !o.own && o.until.Sub(now) < o.patience/2 {
		o.until = now.Add(o.patience)
		_ = o.control.SetWriteDeadline(o.until) // not every connection has deadlines
	}
}

// Flush sends what there is.
func (o *recorder) Flush() { _ = o.FlushError() }

// FlushError sends what there is.
func (o *recorder) FlushError() error {
	if o.status == 0 {
		o.WriteHeader(http.StatusOK)
	}
	o.extend()
	return o.control.Flush()
}

// SetWriteDeadline lets a handler that streams set its own deadlines.
func (o *recorder) SetWriteDeadline(t time.Time) error {
	o.own = true
	return o.control.SetWriteDeadline(t)
}

// ended logs a request. A panic is answered with a problem if nothing has been answered yet.
func (g *Gate) ended(out *recorder, r *http.Request, v *visit) {
	failed := recover()
	if failed != nil && failed != http.ErrAbortHandler {
		g.o.Log.Error("panic", "request", v.id, "panic", fmt.Sprint(failed), "stack", string(debug.Stack()))
		if out.status == 0 {
			broken.answer(out, r)
		}
	}
	if out.status == 0 && failed == nil {
		out.status = http.StatusOK // net/http does so
	}
	if out.body != nil && !out.body.all.Load() {
		_ = out.control.SetReadDeadline(time.Now().Add(restTime)) // of a body that did not come: net/http reads the rest, for as long as it takes
	}
	out.own, out.until = false, time.Time{}
	out.extend() // for the end of the answer, which net/http sends
	took := time.Since(v.begin)
	if g.o.Seen != nil {
		g.o.Seen(r.Pattern, r.Method, out.status, took)
	}
	level := slog.LevelInfo
	switch {
	case out.status >= http.StatusInternalServerError && out.status != http.StatusServiceUnavailable:
		level = slog.LevelError
	case probe(r):
		level = slog.LevelDebug
	}
	// The query is left out: a client may put anything there.
	g.o.Log.LogAttrs(r.Context(), level, "request", slog.String("request", v.id), slog.String("method", r.Method), slog.String("path", r.URL.Path),
		slog.Int("status", out.status), slog.Int64("bytes", out.bytes), slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("who", v.caller.ID), slog.String("from", address(r).String()))
	if out.revoked || failed == http.ErrAbortHandler || failed != nil && out.bytes > 0 && out.status < http.StatusInternalServerError {
		panic(http.ErrAbortHandler) // the client must not take half of an answer for all of it
	}
}

func tooLarge(most int64) string {
	return fmt.Sprintf("the body is larger than %d bytes: send it in parts, or have the limit raised with --max-body", most)
}
