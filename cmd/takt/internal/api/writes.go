package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/plan"
)

// writes is what the write side keeps between requests.
type writes struct {
	events    *events
	rushes    *shelf[*rushAnswer]
	scenarios *shelf[*scenario]
	jobs      *jobs
	// places bounds the questions that are planned at a time: each takes a processor, and memory for the schedules that it tries.
	places chan struct{}
	// uploads bounds the bodies with tables that are read at a time: each may take many times its size.
	uploads chan struct{}

	subscribers atomic.Int64
}

// registerWrites registers the operations that change the plan or ask it questions.
func (s *Server) registerWrites(api huma.API) {
	s.writes = &writes{
		events:    newEvents(),
		places:    make(chan struct{}, s.Processors),
		uploads:   make(chan struct{}, mostUploads),
		rushes:    &shelf[*rushAnswer]{clock: s.Clock, most: s.ScenarioCap, life: s.ScenarioLife, what: "rush answer"},
		scenarios: &shelf[*scenario]{clock: s.Clock, most: s.ScenarioCap, life: s.ScenarioLife, what: "scenario"},
	}
	s.writes.jobs = newJobs(s)
	s.follow()
	s.registerChanges(api)
	s.registerRush(api)
	s.registerPromise(api)
	s.registerQuotes(api)
	s.registerReview(api)
	s.registerScenarios(api)
	s.registerJobs(api)
	s.registerEvents(api)
}

// Write are the headers of a request that changes the plan.
type Write struct {
	IfMatch string `header:"If-Match" doc:"Version of the plan that the request is about, as in ETag. If another one is current nothing is changed, and the answer has status 412." example:"\"7\""`
	Key     string `header:"Idempotency-Key" maxLength:"200" pattern:"^[!-~]+$" patternDescription:"printable characters without spaces" doc:"Names this request: sent again with the same key it is answered again, and nothing is done twice." example:"order-4711"`
}

// Stamp are the headers that name the plan version of an answer.
type Stamp struct {
	ETag    string `header:"ETag" doc:"Version of the plan, for If-Match and If-None-Match"`
	Version string `header:"Takt-Version" doc:"Version of the plan"`
}

// Done are the headers of the answer to a change.
type Done struct {
	Stamp
	Replayed string `header:"Idempotency-Replayed" doc:"true if the request was answered before and nothing was done now"`
}

func stamp(version uint64) Stamp {
	text := strconv.FormatUint(version, 10)
	return Stamp{`"` + text + `"`, text}
}

func done(r keeper.Result) Done {
	d := Done{Stamp: stamp(r.Version)}
	if r.Repeated {
		d.Replayed = "true"
	}
	return d
}

// base is the version that If-Match names; 0: any.
func (w *Write) base() (uint64, error) {
	text := strings.TrimSpace(w.IfMatch)
	if text == "" || text == "*" {
		return 0, nil
	}
	text = strings.Trim(strings.TrimPrefix(text, "W/"), `"`)
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 {
		return 0, NewProblem("bad-request", `If-Match names no version of the plan: send the ETag of the answer that you have looked at, such as "7"`).
			With(func(p *Problem) { p.Field, p.Value = "If-Match", short(w.IfMatch) })
	}
	return n, nil
}

// request is who asks for a change, and how. what is the operation with the ids of its path, body what was sent: equal ones are the same request.
func (s *Server) request(ctx context.Context, w *Write, what string, body any) (keeper.Request, error) {
	base, err := w.base()
	if err != nil {
		return keeper.Request{}, err
	}
	r := keeper.Request{Actor: s.Who(ctx), ID: s.RequestID(ctx), Key: w.Key, Base: base}
	if w.Key == "" {
		return r, nil
	}
	text, err := json.Marshal(body)
	if err != nil {
		return r, err
	}
	sum := sha256.Sum256(bytes.Join([][]byte{[]byte(what), []byte(strconv.FormatUint(base, 10)), text}, []byte{0}))
	r.Hash = sum[:]
	return r, nil
}

// answered is what a request with an idempotency key was answered before. Apply and the like find that out themselves; it is asked here where the
// request would be looked at in another way now than it was then.
func (s *Server) answered(ctx context.Context, r keeper.Request) (keeper.Result, bool, error) {
	if r.Key == "" {
		return keeper.Result{}, false, nil
	}
	r.Base = 0
	result, err := s.Keeper.Apply(ctx, r) // no changes: nothing is done but to look for the key
	return result, result.Repeated, err
}

// unmoved is a *plan.StaleError if If-Match names another version than the one that is looked at.
func unmoved(r keeper.Request, current uint64) error {
	if r.Base == 0 || r.Base == current {
		return nil
	}
	return &plan.StaleError{Base: r.Base, Current: current}
}

// planning waits for a place to plan a question in, and gives it a context that ends when its time is up. done gives the place back.
func (s *Server) planning(ctx context.Context, most time.Duration) (_ context.Context, done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, most)
	done = func() {
		cancel()
		<-s.writes.places
	}
	select {
	case s.writes.places <- struct{}{}:
		return ctx, done, nil
	default:
	}
	select {
	case s.writes.places <- struct{}{}:
		return ctx, done, nil
	case <-ctx.Done():
		err = ctx.Err()
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			err = NewProblem("busy", fmt.Sprintf("%d questions are being planned, as many as can be at a time, and this one has waited for %v: ask again later", cap(s.writes.places), most))
		}
		return nil, nil, err
	}
}

// asking is planning for a question that changes nothing: changes give way to it, and it ends with the service, too, so that a search does not
// hold up its end.
func (s *Server) asking(ctx context.Context, most time.Duration) (_ context.Context, done func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.ctx, cancel)
	ctx, free, err := s.planning(ctx, most)
	if err != nil {
		stop()
		cancel()
		return nil, nil, err
	}
	answered := s.Keeper.Asking()
	return ctx, sync.OnceFunc(func() { free(); stop(); cancel(); answered() }), nil
}

// failWrite is fail for a change: a plan that has moved on is status 412 if the client said which one it meant, else 409. With an
// outcome the answer says what the change would come to now.
func (s *Server) failWrite(ctx context.Context, w *Write, err error) error {
	if is[*plan.RecordError](err) {
		s.Log.Error("a change could not be written down", "request", s.RequestID(ctx), "error", err)
	}
	stale, ok := errors.AsType[*plan.StaleError](err)
	if !ok {
		return s.fail(ctx, err)
	}
	p := problem(stale)
	if w.IfMatch == "" {
		p.Status = http.StatusConflict
	}
	if stale.Outcome.Plan != nil {
		p.Outcome = &Outcome{Version: stale.Current, Effects: *effectsOf(stale.Outcome.Plan)}
	} else if stale.Err != nil {
		why := problem(stale.Err)
		p.Kind, p.ID, p.Closest, p.Field, p.Value, p.Expected, p.Index, p.Change = why.Kind, why.ID, why.Closest, why.Field, why.Value, why.Expected, why.Index, why.Change
	}
	return s.problemOf(ctx, p)
}

// Outcome is what a decision would come to on the version that is current now.
type Outcome struct {
	Version uint64 `json:"version" doc:"The version that it was looked at upon: send it in If-Match to take this outcome."`
	answer.Effects
}

func effectsOf(p *plan.Plan) *answer.Effects { return answer.EffectsOf(p.Effects(), p.Model().Zone()) }

// stepOutput is the answer to a change: the step that it made.
type stepOutput struct {
	Done
	Body Step
}

// stepped answers a change that was made.
func (s *Server) stepped(ctx context.Context, r keeper.Result) *stepOutput {
	return &stepOutput{done(r), s.writes.events.step(ctx, r.Version)}
}

// missing says that there is nothing of this id any more, or never was.
func missing(kind, id, advice string) *Problem {
	return NewProblem("not-found", fmt.Sprintf("there is no %s %s: %s", kind, short(id), advice)).With(func(p *Problem) { p.Kind, p.ID = kind, short(id) })
}
