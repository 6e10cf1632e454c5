package api

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/answer"
	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/schedule"
)

// The states of a job.
const (
	jobRunning   = "running"
	jobDone      = "done"
	jobCancelled = "cancelled" // what was found until then can be committed all the same
	jobFailed    = "failed"
	jobCommitted = "committed"
)

// mostJobs is how many searches run at a time: each takes every processor that it gets.
const mostJobs = 2

// standardSearch is how long a search takes of which nobody says how long.
const standardSearch = 10 * time.Second

// jobs are the searches that run, and those that have ended.
type jobs struct {
	server *Server
	kept   *shelf[*job]

	mu      sync.Mutex
	running map[*job]struct{}
	closed  bool
	group   sync.WaitGroup
}

// job is a search for a better schedule.
type job struct {
	id      string
	created time.Time
	expires time.Time
	base    plan.Snapshot
	search  plan.Search
	commit  bool
	who     keeper.Request // for the commit at its end
	cancel  context.CancelFunc
	ended   chan struct{}

	mu           sync.Mutex
	state        string
	improvements int
	iterations   int64
	score        *schedule.Score
	better       *plan.Plan // nil until it has ended
	gain         *plan.Gain
	version      uint64 // that was committed
	failure      *Problem
}

// Job is a search as it stands.
type Job struct {
	ID           string   `json:"job"`
	Kind         string   `json:"kind" enum:"optimise"`
	State        string   `json:"state" enum:"running,done,cancelled,failed,committed" doc:"done, cancelled: what was found can be committed. committed: it is the plan."`
	Base         uint64   `json:"base" doc:"The version of the plan that is improved."`
	Created      string   `json:"created"`
	Expires      string   `json:"expires" doc:"It is forgotten then."`
	Time         string   `json:"time" doc:"How long it may take."`
	Improvements int      `json:"improvements" doc:"Better schedules found so far."`
	Iterations   int64    `json:"iterations" doc:"Tries so far, as of the last better schedule."`
	Score        []Figure `json:"score,omitzero" doc:"The best schedule so far, by what is looked at first."`
	Gain         *Gain    `json:"gain,omitempty" doc:"What it gained, once it has ended."`
	Version      uint64   `json:"version,omitempty" doc:"The version that it became."`
	Problem      *Problem `json:"problem,omitempty" doc:"Why it failed, or could not be committed."`
}

// Figure is a measure of a schedule.
type Figure struct {
	Name  string        `json:"name"`
	Value answer.Number `json:"value"`
}

// Gain is what a search made better.
type Gain struct {
	Text       string  `json:"text"`
	Anything   bool    `json:"anything" doc:"It found a better schedule."`
	Before     Figures `json:"before"`
	After      Figures `json:"after"`
	Moved      int     `json:"moved" doc:"Operations that begin at another time or on another machine."`
	Iterations int64   `json:"iterations"`
	StopReason string  `json:"stop_reason"`
}

// Figures are what a search looks at.
type Figures struct {
	Late              int           `json:"late" doc:"Late demands."`
	Short             int           `json:"short" doc:"Demands without a date."`
	Tardiness         answer.Number `json:"tardiness" doc:"Days."`
	WeightedTardiness answer.Number `json:"weighted_tardiness" doc:"Days × weight."`
	SetupTime         answer.Number `json:"setup_time" doc:"Hours."`
	WIP               answer.Number `json:"wip" doc:"Orders begun and not ended, on average."`
	Makespan          answer.Number `json:"makespan" doc:"Days."`
}

func newJobs(s *Server) *jobs {
	j := &jobs{server: s, kept: &shelf[*job]{clock: s.Clock, most: max(s.ScenarioCap, mostJobs+1), life: s.ScenarioLife, what: "job", held: (*job).runs}, running: map[*job]struct{}{}}
	s.ends = append(s.ends, j.close)
	return j
}

// begin starts a search, if not too many run.
func (j *jobs) begin(x *job) error {
	ctx, cancel := context.WithCancel(j.server.ctx)
	x.cancel, x.state, x.ended = cancel, jobRunning, make(chan struct{})
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		cancel()
		return plan.ErrClosed
	}
	if len(j.running) >= mostJobs {
		cancel()
		return NewProblem("conflict", fmt.Sprintf("%d jobs run already, as many as may at a time: wait until one has ended, or cancel one", len(j.running))).
			With(func(p *Problem) { p.Kind, p.Expected = "job", fmt.Sprintf("at most %d", mostJobs) })
	}
	if _, err := j.kept.put(true, func(id string, expires time.Time) *job {
		x.id, x.expires = id, expires
		return x
	}); err != nil {
		cancel()
		return err
	}
	j.running[x] = struct{}{}
	j.group.Go(func() {
		defer cancel()
		j.run(ctx, x)
		j.mu.Lock()
		delete(j.running, x)
		j.mu.Unlock()
		close(x.ended)
	})
	return nil
}

// run searches, and commits what it found if that was asked for.
func (j *jobs) run(ctx context.Context, x *job) {
	o := x.search
	o.Improved = x.improved
	better, gain, err := x.base.Plan.Optimise(ctx, o)
	if err != nil && (better == nil || !errors.Is(err, context.Canceled)) {
		x.fail(j.server, err)
		return
	}
	x.mu.Lock()
	x.better, x.gain, x.state = better, &gain, jobDone
	if err != nil {
		x.state = jobCancelled
	}
	commit := x.commit && err == nil && gain.Anything()
	x.mu.Unlock()
	if !commit {
		x.forget(j.server.Keeper.Current().Version)
		return
	}
	who := x.who
	who.Key, who.Hash = "", nil // the key stands for the start of the job
	if _, err := j.commit(ctx, x, who); err != nil {
		x.mu.Lock()
		x.failure = jobProblem(err)
		x.mu.Unlock()
	}
}

// commit makes what was found the plan.
func (j *jobs) commit(ctx context.Context, x *job, r keeper.Request) (keeper.Result, error) {
	x.mu.Lock()
	better := x.better
	x.mu.Unlock()
	if better == nil { // it was let go: its base is not current any more
		return keeper.Result{}, &plan.StaleError{Base: x.base.Version, Current: j.server.Keeper.Current().Version}
	}
	result, err := j.server.Keeper.Commit(ctx, r, plan.Proposal{Base: x.base.Version, Plan: better})
	if err != nil {
		return result, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.state, x.version, x.failure = jobCommitted, result.Version, nil
	return result, nil
}

// forget lets go of what an ended job has found, if it was for another version than the current one.
func (x *job) forget(current uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.state != jobRunning && x.base.Version != current {
		x.better, x.base.Plan, x.base.Material = nil, nil, nil
	}
}

// jobProblem is why what was found could not be committed. It cannot be made again on another version: its search is over.
func jobProblem(err error) *Problem {
	stale, ok := errors.AsType[*plan.StaleError](err)
	if !ok {
		return problem(err)
	}
	p := NewProblem("stale", fmt.Sprintf("searched on version %d, but version %d is current; nothing was changed: start another search", stale.Base, stale.Current))
	p.Base, p.Current = stale.Base, stale.Current
	return p
}

func (x *job) runs() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.state == jobRunning
}

func (x *job) improved(i schedule.Improvement) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.improvements++
	x.iterations, x.score = i.Iterations, &i.Score
}

func (x *job) fail(s *Server, err error) {
	p := problem(err)
	if p.Type == "/problems/internal" {
		s.Log.Error("job failed", "job", x.id, "error", err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.state, x.failure = jobFailed, p
}

// close ends what runs.
func (j *jobs) close(ctx context.Context) error {
	j.mu.Lock()
	j.closed = true
	for x := range j.running {
		x.cancel()
	}
	j.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		j.group.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// document is the job as it stands.
func (x *job) document() Job {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := Job{ID: x.id, Kind: "optimise", State: x.state, Base: x.base.Version, Created: x.created.UTC().Format(time.RFC3339), Expires: x.expires.UTC().Format(time.RFC3339), Time: x.search.Time.String(),
		Improvements: x.improvements, Iterations: x.iterations, Version: x.version, Problem: x.failure}
	if x.score != nil {
		out.Score = scoreOf(*x.score)
	}
	if x.gain != nil {
		g := x.gain
		out.Iterations = g.Iterations
		out.Gain = &Gain{g.String(), g.Anything(), figuresOf(&g.Before), figuresOf(&g.After), g.Moved, g.Iterations, g.StopReason.String()}
	}
	return out
}

func figuresOf(f *plan.Figures) Figures {
	return Figures{f.Late, f.Short, answer.Money(f.Tardiness), answer.Money(f.WeightedTardiness), answer.Money(f.SetupTime), answer.Money(f.WIP), answer.Money(f.Makespan)}
}

func scoreOf(s schedule.Score) []Figure {
	out := make([]Figure, len(s))
	for i, v := range s {
		out[i] = Figure{schedule.Measures[i], answer.Number(strconv.FormatInt(v, 10))}
	}
	return out
}
