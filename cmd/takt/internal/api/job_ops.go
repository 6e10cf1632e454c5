package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/cmd/takt/internal/keeper"
	"github.com/taktplan/takt/plan"
)

// JobRequest starts a search.
type JobRequest struct {
	Kind       string `json:"kind" enum:"optimise" doc:"optimise: search for a better schedule of the orders that there are."`
	Time       string `json:"time,omitempty" doc:"For how long; 10s if neither this nor iterations is given." example:"10s"`
	Iterations int64  `json:"iterations,omitempty" minimum:"1" doc:"For how many tries at most. A search that ends by them gives the same schedule every time."`
	Seed       uint64 `json:"seed,omitempty" doc:"Where the random numbers begin."`
	Commit     bool   `json:"commit,omitempty" doc:"Make what it finds the plan when it has ended, if the plan has not moved on by then."`
}

// JobPage are all jobs that are kept.
type JobPage struct {
	Version uint64 `json:"version" doc:"The version of the plan that is current."`
	Items   []Job  `json:"items" nullable:"false"`
	Total   int    `json:"total"`
}

type jobStartInput struct {
	Write
	Body JobRequest
}

// JobPath names a job.
type JobPath struct {
	Job string `path:"job" doc:"The id of the job."`
}

type jobCommitInput struct {
	Write
	JobPath
}

type jobOutput struct {
	Done
	Location string `header:"Location" doc:"Where a new job is"`
	Body     Job
}

type jobsOutput struct {
	Stamp
	Body JobPage
}

func (s *Server) registerJobs(api huma.API) {
	const tag = "jobs"
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "start-job", Method: http.MethodPost, Path: "/v1/jobs", Tags: []string{tag}, Summary: "Search for a better schedule", DefaultStatus: http.StatusAccepted,
		Description: "Starts a search that improves the schedule of the current plan, beside everything else; docs/optimise.md describes it. The answer comes at once: ask for the job to see how far it is. At most two run at a time; with more the answer has status 409.",
	}), s.startJob)
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "list-jobs", Method: http.MethodGet, Path: "/v1/jobs", Tags: []string{tag}, Summary: "List the jobs",
	}), func(context.Context, *struct{}) (*jobsOutput, error) {
		version := s.Keeper.Current().Version
		out := &jobsOutput{stamp(version), JobPage{Version: version, Items: []Job{}}}
		for _, x := range s.writes.jobs.kept.all() {
			out.Body.Items = append(out.Body.Items, x.document())
		}
		out.Body.Total = len(out.Body.Items)
		return out, nil
	})
	huma.Register(api, s.op(Viewer, huma.Operation{
		OperationID: "get-job", Method: http.MethodGet, Path: "/v1/jobs/{job}", Tags: []string{tag}, Summary: "Read how far a job is",
	}), func(ctx context.Context, in *JobPath) (*jobOutput, error) {
		x, err := s.writes.jobs.kept.get(in.Job)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return s.jobAnswer(x), nil
	})
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "cancel-job", Method: http.MethodDelete, Path: "/v1/jobs/{job}", Tags: []string{tag}, Summary: "End a job",
		Description: "Ends a search that runs, and waits for that: what it found until then can be committed. One that has ended is forgotten.",
	}), s.cancelJob)
	huma.Register(api, s.op(Planner, huma.Operation{
		OperationID: "commit-job", Method: http.MethodPost, Path: "/v1/jobs/{job}/commit", Tags: []string{tag}, Summary: "Take what a job has found",
		Description: "Makes the better schedule the current one, if the plan has not moved on since the job began: else the answer has status 409 (412 with If-Match).",
	}), s.commitJob)
}

func (s *Server) jobAnswer(x *job) *jobOutput {
	return &jobOutput{Done: Done{Stamp: stamp(s.Keeper.Current().Version)}, Body: x.document()}
}

func (s *Server) startJob(ctx context.Context, in *jobStartInput) (*jobOutput, error) {
	r, err := s.request(ctx, &in.Write, "start-job", &in.Body)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if again, err := s.writes.jobs.started(r); again != nil || err != nil {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		out := s.jobAnswer(again)
		out.Location, out.Replayed = "/v1/jobs/"+again.id, "true"
		return out, nil
	}
	now := s.Keeper.Current()
	if err := unmoved(r, now.Version); err != nil {
		return nil, s.failWrite(ctx, &in.Write, err)
	}
	if !now.Plan.Scheduled() {
		return nil, s.fail(ctx, plan.ErrNoSchedule)
	}
	text := in.Body.Time
	if text == "" && in.Body.Iterations == 0 {
		text = min(s.OptimiseMost, standardSearch).String()
	}
	search, err := s.searchOf("time", text, in.Body.Iterations, in.Body.Seed, s.OptimiseMost)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	x := &job{created: s.Clock(), base: now, search: *search, commit: in.Body.Commit, who: r}
	if err := s.writes.jobs.begin(x); err != nil {
		return nil, s.fail(ctx, err)
	}
	out := s.jobAnswer(x)
	out.Location = "/v1/jobs/" + x.id
	return out, nil
}

// started is the job that a request with an idempotency key has started before; nil: none.
func (j *jobs) started(r keeper.Request) (*job, error) {
	if r.Key == "" {
		return nil, nil
	}
	for _, x := range j.kept.all() {
		switch {
		case x.who.Key != r.Key || x.who.Actor != r.Actor:
		case !bytes.Equal(x.who.Hash, r.Hash):
			return nil, &keeper.KeyError{Key: r.Key}
		default:
			return x, nil
		}
	}
	return nil, nil
}

func (s *Server) cancelJob(ctx context.Context, in *JobPath) (*jobOutput, error) {
	x, err := s.writes.jobs.kept.get(in.Job)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	select {
	case <-x.ended:
		s.writes.jobs.kept.remove(x.id)
		return s.jobAnswer(x), nil
	default:
	}
	x.cancel()
	select {
	case <-x.ended:
		return s.jobAnswer(x), nil
	case <-ctx.Done():
		return nil, s.fail(ctx, ctx.Err())
	}
}

func (s *Server) commitJob(ctx context.Context, in *jobCommitInput) (*stepOutput, error) {
	r, err := s.request(ctx, &in.Write, "commit-job "+in.Job, nil)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	switch result, ok, err := s.answered(ctx, r); {
	case err != nil:
		return nil, s.fail(ctx, err)
	case ok:
		return s.stepped(ctx, result), nil
	}
	x, err := s.writes.jobs.kept.get(in.Job)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if err := x.committable(); err != nil {
		return nil, s.fail(ctx, err)
	}
	err = unmoved(r, s.Keeper.Current().Version)
	if err == nil {
		var result keeper.Result
		if result, err = s.writes.jobs.commit(ctx, x, r); err == nil {
			return s.stepped(ctx, result), nil
		}
	}
	if _, stale := errors.AsType[*plan.StaleError](err); !stale {
		return nil, s.fail(ctx, err)
	}
	p := jobProblem(err)
	if in.IfMatch == "" {
		p.Status = http.StatusConflict
	}
	return nil, s.fail(ctx, p)
}

// committable says why there is nothing to commit; nil: there is.
func (x *job) committable() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.state == jobRunning:
		return NewProblem("conflict", "the job still runs: wait until it has ended, or cancel it to take what it has found until now")
	case x.state == jobCommitted:
		return NewProblem("conflict", "the job was committed already")
	case x.gain == nil || !x.gain.Anything():
		return NewProblem("conflict", "the job has found nothing better: start another one, with more time or another seed")
	}
	return nil
}
