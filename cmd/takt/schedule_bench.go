package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/taktplan/takt/internal/measure"
	"github.com/taktplan/takt/schedule/jobshop"
)

// benchCmd solves many instances and compares.
type benchCmd struct {
	Names []string `arg:"" name:"DIR|FILE|SET" help:"Instances: a file, a folder of them, or a set of the literature: ta, ta01, ta41-50, la, mk01-10."`
	goalFlags
	searchFlags
	bestFlags
	Data   string          `placeholder:"DIR" help:"Where the files of the sets are, or in jsp and fjsp inside. Not needed for ta."`
	Seed   []uint64        `default:"1" help:"Seeds; with several, such as 1,2,3, all instances are solved with each."`
	CPU    bool            `name:"cpu" help:"Count processor time ÷ cores in place of the clock: for machines that do other work as well."`
	At     []time.Duration `placeholder:"T" help:"Print the mean error after these times. Default: 1s,2s,5s,10s,30s,60s, as far as the time goes."`
	Format string          `enum:"text,json,csv" default:"text" help:"text, json or csv."`
}

// Help is the long help of the command.
func (*benchCmd) Help() string {
	return `Prints a line an instance: its bound, the best that is known, what was found, and how far above the best that is; then the mean. Every solution is checked.

Examples:

    takt schedule bench ta41-50 --time 10s --seed 1,2,3
    takt schedule bench la mk01-10 --data ../shared/data/jobshop --time 10s --cores 2
    takt schedule bench abz5-6 la16-24 --data ../shared/data/jobshop --objective twt --jobs 10
    takt schedule bench my-shops --best my-best.csv --format csv`
}

// benchRun is what came of an instance.
type benchRun struct {
	Instance   string       `json:"instance"`
	Jobs       int          `json:"jobs"`
	Machines   int          `json:"machines"`
	Seed       uint64       `json:"seed"`
	Bound      int64        `json:"bound"`
	Lower      *int64       `json:"lower"` // known; null: none
	Best       *int64       `json:"best_known"`
	Value      int64        `json:"value"`
	Error      *float64     `json:"error_percent"` // above the best known; null: none is
	StopReason string       `json:"stop_reason"`
	Iterations int64        `json:"iterations"`
	Seconds    float64      `json:"seconds"` // by what was counted: the clock, or processor time ÷ cores
	Events     []benchEvent `json:"improvements"`
}

// benchEvent is an improvement.
type benchEvent struct {
	Seconds float64 `json:"seconds"`
	Value   int64   `json:"value"`
}

// Run solves and prints.
func (c *benchCmd) Run(a *app) error {
	if err := c.complete(); err != nil {
		return err
	}
	best, err := c.known()
	if err != nil {
		return err
	}
	list, unread, err := c.read(a)
	if err != nil {
		return err
	}
	for i, p := range list {
		cut := c.apply(p.Instance)
		if len(cut.Jobs) < len(p.Jobs) {
			list[i].name = fmt.Sprintf("%s/%d", p.name, len(cut.Jobs))
		}
		list[i].Instance = cut
	}
	out := c.printer(a, list)
	runs := []benchRun{}
	for _, seed := range c.Seed {
		for i, p := range list {
			a.bar.say(fmt.Sprintf("searching: %s, seed %d, %d of %d", p.name, seed, i+1, len(list)))
			run, err := c.solve(a.ctx, p, seed, best)
			a.bar.end()
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			if a.ctx.Err() != nil { // the summary is of those that were done
				return errors.Join(out.end(runs), a.ctx.Err())
			}
			runs = append(runs, run)
			if err := out.run(&run); err != nil {
				return err
			}
		}
	}
	return errors.Join(out.end(runs), unread)
}

// read reads all instances. Files in a folder that cannot be read are told of and left out, and unread says
// so in the end.
func (c *benchCmd) read(a *app) (list []shop, unread, err error) {
	for _, name := range c.Names {
		found, err := shops(name, c.Data)
		if err != nil && len(found) == 0 {
			return nil, nil, err
		}
		if err != nil {
			fmt.Fprintf(a.stderr, "%v\n", err)
			unread = errors.New("not all files could be read; those named at the beginning are left out")
		}
		list = append(list, found...)
	}
	return list, unread, nil
}

func (c *benchCmd) complete() error {
	if err := errors.Join(c.goalFlags.complete(), c.searchFlags.complete()); err != nil {
		return err
	}
	if c.CPU && measure.CPU() == 0 {
		return errors.New("--cpu: this system does not tell the processor time; leave it out")
	}
	for _, at := range c.At {
		if at <= 0 {
			return fmt.Errorf("--at %v: give times such as 1s,10s", at)
		}
	}
	if len(c.At) == 0 {
		for _, at := range []time.Duration{1, 2, 5, 10, 30, 60, 120, 300, 600} {
			if at *= time.Second; at <= c.Time {
				c.At = append(c.At, at)
			}
		}
	}
	return nil
}

// known are the best known values.
func (c *benchCmd) known() (map[string]known, error) {
	objective := c.Objective
	if c.Twt > 0 && c.goal() != jobshop.Makespan {
		objective = fmt.Sprintf("%s %v", c.Objective, c.Twt)
	}
	if c.Best == "" {
		return bestKnown("schedule_best.csv", bestCSV, objective)
	}
	text, err := os.ReadFile(c.Best)
	if err != nil {
		return nil, err
	}
	return bestKnown(c.Best, string(text), objective)
}

// solve solves an instance and checks the solution.
func (c *benchCmd) solve(ctx context.Context, p shop, seed uint64, best map[string]known) (benchRun, error) {
	run := benchRun{Instance: p.name, Jobs: len(p.Jobs), Machines: p.Instance.Machines(), Seed: seed, Events: []benchEvent{}}
	ctx, spent, cancel := c.limit(ctx)
	defer cancel()
	o := jobshop.Options{Objective: c.goal(), Seed: seed, Iterations: c.Iterations, Cores: c.Cores, Improved: func(e jobshop.Event) {
		run.Events = append(run.Events, benchEvent{micros(spent()), e.Value})
	}}
	if c.Time > 0 {
		o.Spent = func() float64 { return spent() / c.Time.Seconds() }
	}
	r, err := p.Solve(ctx, o)
	if err != nil {
		return run, err
	}
	run.Seconds = micros(spent())
	if value, err := jobshop.Check(p.Instance, &r.Solution, c.goal()); err != nil || value != r.Value {
		panic(fmt.Sprintf("%s, seed %d: the search says %d, and Check %d, %v", p.name, seed, r.Value, value, err))
	}
	run.Bound, run.Value, run.Iterations = r.Bound, r.Value, r.Iterations
	run.StopReason = jobshop.StopReasons[r.StopReason]
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) && r.StopReason == jobshop.Interrupted {
		run.StopReason = jobshop.StopReasons[jobshop.Time]
	}
	if k, ok := best[standardName(p.name)]; ok {
		run.Lower, run.Best, run.Error = k.lower, &k.best, above(r.Value, k.best)
	}
	return run, nil
}

// limit ends a context when the time is over, and tells the seconds spent so far.
func (c *benchCmd) limit(ctx context.Context) (context.Context, func() float64, context.CancelFunc) {
	begin := time.Now()
	wall := func() float64 { return time.Since(begin).Seconds() }
	if !c.CPU {
		if c.Time == 0 {
			return ctx, wall, func() {}
		}
		ctx, cancel := context.WithTimeout(ctx, c.Time)
		return ctx, wall, cancel
	}
	used := measure.CPU()
	cpu := func() float64 { return (measure.CPU() - used).Seconds() / float64(c.Cores) }
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		const often = 2 * time.Millisecond
		for tick := time.Tick(often); ; {
			select {
			case <-ctx.Done():
				return
			case <-tick:
				if c.Time > 0 && cpu() >= c.Time.Seconds() {
					cancel(context.DeadlineExceeded)
				}
			}
		}
	}()
	return ctx, cpu, func() { cancel(nil) }
}

// above is how far a value is above the best known, in percent; nil: above a best of 0.
func above(value, best int64) *float64 {
	if best == 0 && value != 0 {
		return nil
	}
	percent := 100 * float64(value-best) / max(1, math.Abs(float64(best)))
	return &percent
}
