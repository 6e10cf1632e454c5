package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/access"
	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// Limits of a connection that no flag changes: reading the head of a request, idling between requests, the size of a head.
const (
	headTime = 10 * time.Second
	idleTime = 2 * time.Minute
	headSize = 32 << 10
)

// Run serves until it is asked to end.
func (c *serveCmd) Run(a *app) error {
	s, err := c.settings()
	if err != nil {
		return err
	}
	log := newLog(a.stderr, c.LogLevel, c.Store)
	config, err := c.tls()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", c.Listen, err)
	}
	defer func() { _ = l.Close() }()
	loopback := isLoopback(l.Addr())
	if c.NoAuth && !loopback {
		return fmt.Errorf("--no-auth with --listen %s: anybody who reaches that address could do anything; it goes with a loopback address such as 127.0.0.1:8080 only", c.Listen)
	}
	serving := &service{app: a, settings: s, log: log, loopback: loopback, address: l.Addr().String()}
	if err := serving.openStore(a.ctx); err != nil {
		return err
	}
	defer serving.closeStore()
	if err := serving.checkTokens(a.ctx); err != nil {
		return err
	}
	return serving.run(l, config)
}

// share lets the operating system share the processors among what the service does, and gives their number. Go's own threads, one a processor, let planning run for
// 10 ms before a small read gets its turn; the system gives the turn at once to who has slept. Threads beyond those that plan are needed for that. Where the process may use a
// part of the processors only, more threads would use its time up sooner and all of them would be stopped: it is left as Go sets it.
func share() (processors int) {
	const beside = 2
	processors = runtime.GOMAXPROCS(0)
	if os.Getenv("GOMAXPROCS") == "" && processors == runtime.NumCPU() {
		runtime.GOMAXPROCS(2 * (processors + beside))
	}
	return processors
}

// checkTokens refuses to be reached by others than this machine's users without tokens.
func (s *service) checkTokens(ctx context.Context) error {
	tokens, err := s.store.Tokens(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	valid := 0
	for i := range tokens {
		if access.Valid(&tokens[i], now) {
			valid++
		}
	}
	switch {
	case s.loopback && (s.NoAuth || len(tokens) == 0):
		s.log.Warn("anybody on this machine may do anything: nobody is asked for a token", "audit", true, "address", s.address)
	case !s.loopback && valid == 0:
		return &openError{address: s.Listen, expired: len(tokens) > 0, settings: s.settings}
	}
	if !s.loopback && s.TLSCert == "" {
		s.log.Warn("tokens and plans go over the network as plain text: add --tls-cert and --tls-key, or put a proxy with TLS before this service", "audit", true)
	}
	return nil
}

// openError is a service that strangers could use.
type openError struct {
	address  string
	expired  bool
	settings settings
}

func (e *openError) Error() string {
	why, where := "there is no token", "--data DIR"
	if e.expired {
		why = "all tokens have expired"
	}
	switch {
	case e.settings.Data != "":
		where = "--data " + e.settings.Data
	case e.settings.Store != "":
		where = "--store postgres://…"
	}
	return fmt.Sprintf("--listen %s can be reached from other machines, and %s: make one first with\n  takt token create NAME --role admin %s\nor listen on 127.0.0.1", e.address, why, where)
}

// isLoopback reports whether only this machine reaches an address that is listened on.
func isLoopback(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}

// tls is how the service proves who it is; nil without TLS.
func (c *serveCmd) tls() (*tls.Config, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	cert, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert %s, --tls-key %s: %w", c.TLSCert, c.TLSKey, err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}, nil
}

// run serves on a listener, first that it is starting, then the plan, until the app's context ends.
func (s *service) run(l net.Listener, config *tls.Config) error {
	s.open()
	server := &http.Server{Handler: s.gate.Handler(&s.now), ReadHeaderTimeout: headTime, IdleTimeout: idleTime, MaxHeaderBytes: headSize,
		TLSConfig: config, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)}
	ended := make(chan error, 1)
	go func() {
		if config != nil {
			ended <- server.ServeTLS(l, "", "")
			return
		}
		ended <- server.Serve(l)
	}()
	if err := s.start(s.app.ctx); err != nil {
		_ = server.Close()
		return err
	}
	s.tell()
	select {
	case err := <-ended:
		return errors.Join(err, s.end(server))
	case <-s.app.ctx.Done():
		s.leave(ended)
		return s.end(server)
	}
}

// leave goes on for --drain-delay, with /readyz failing: whoever sends requests here finds that out and sends them elsewhere.
func (s *service) leave(ended <-chan error) {
	if s.DrainDelay <= 0 {
		return
	}
	s.leaving.Store(true)
	s.log.Info("shutting down: not ready any more", "goes_on_for", s.DrainDelay.String())
	select {
	case <-time.After(s.DrainDelay):
	case <-ended:
	}
}

// end refuses what comes, finishes what is under way, and closes all, in at most the time of --drain.
func (s *service) end(server *http.Server) error {
	s.gate.Drain()
	begin := time.Now()
	s.log.Info("shutting down", "at_most", s.Drain.String())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.app.ctx), s.Drain)
	defer cancel()
	closing := s.api.Close(ctx) // ends streams and jobs, so that their requests end
	err := server.Shutdown(ctx)
	if err != nil {
		_ = server.Close() // whoever still waits gets no answer
	}
	err = errors.Join(closing, err, s.keeper.Close(ctx))
	if err != nil {
		s.log.Error("shut down before all was finished", "error", err, "took", time.Since(begin).String())
		return fmt.Errorf("shut down before all was finished, within --drain %v: %w", s.Drain, err)
	}
	s.log.Info("shut down", "took", time.Since(begin).String())
	return nil
}

// tell says on stdout where the service is, for people and scripts.
func (s *service) tell() {
	scheme := "http"
	if s.TLSCert != "" {
		scheme = "https"
	}
	v := s.keeper.Current().Version
	s.log.Info("serving", "address", s.address, "model", s.name(), "version", v)
	fmt.Fprintf(s.app.stdout, "takt serves version %d of %s at %s://%s, described at %s://%s/docs\n", v, s.name(), scheme, s.address, scheme, s.address)
	if s.keepsNone {
		fmt.Fprintln(s.app.stdout, "changes are lost when it ends: add --data DIR to keep them")
	}
	_ = s.app.stdout.Flush()
}

// settle gives memory back that only starting needed, and lets the collector keep the heap small from now on.
func settle() {
	if tuned() {
		const standard = 200
		debug.SetGCPercent(standard)
	}
	debug.FreeOSMemory()
}

var _ access.Tokens = store.Store(nil)
