package client

import (
	"context"
	"net/http"
	"time"
)

// StartJob starts a search for a better schedule beside everything else, and answers at once.
func (c *Client) StartJob(ctx context.Context, q JobRequest, o ...Option) (Job, error) {
	var out Job
	_, err := c.do(ctx, keyed(call{method: http.MethodPost, path: []string{"jobs"}, body: q, repeat: always}, o), &out)
	return out, err
}

// Jobs are all jobs that are kept.
func (c *Client) Jobs(ctx context.Context) ([]Job, error) {
	var page struct {
		Items []Job `json:"items"`
	}
	err := c.get(ctx, &page, nil, "jobs")
	return page.Items, err
}

// Job is how far a job is.
func (c *Client) Job(ctx context.Context, job string) (Job, error) {
	var out Job
	err := c.get(ctx, &out, nil, "jobs", job)
	return out, err
}

// AwaitJob asks for a job until it does not run any more, with a pause between.
func (c *Client) AwaitJob(ctx context.Context, job string, pause time.Duration) (Job, error) {
	for {
		j, err := c.Job(ctx, job)
		if err != nil || j.State != "running" {
			return j, err
		}
		if err := c.pause(ctx, pause); err != nil {
			return j, err
		}
	}
}

// CancelJob ends a search that runs: what it found until then can be committed. One that has ended is forgotten.
func (c *Client) CancelJob(ctx context.Context, job string) (Job, error) {
	var out Job
	_, err := c.do(ctx, call{method: http.MethodDelete, path: []string{"jobs", job}, repeat: refusedOnly}, &out)
	return out, err
}

// CommitJob makes the schedule that a job has found the current one.
func (c *Client) CommitJob(ctx context.Context, job string, o ...Option) (Step, error) {
	return c.step(ctx, []string{"jobs", job, "commit"}, nil, o)
}
