package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule/jobshop"
)

// scheduleCmd solves and checks job shops in the formats of the literature.
type scheduleCmd struct {
	Solve solveCmd `cmd:"" help:"Search for a good schedule of a job shop, and say how far from the best it can be."`
	Check checkCmd `cmd:"" help:"Check a solution from first principles."`
}

// objectives are the names of what a search makes small, by jobshop.Objective.
var objectives = [...]string{jobshop.Makespan: "makespan", jobshop.Tardiness: "twt", jobshop.Lateness: "lmax"}

// shopArg names a job shop to read.
type shopArg struct {
	File      string  `arg:"" help:"A job shop: jobs and machines, then a row a job of machine (from 0) and time of each step; or Taillard's two matrices."`
	Objective string  `enum:"makespan,twt,lmax" default:"makespan" help:"makespan, twt (weighted tardiness) or lmax (maximum lateness)."`
	Twt       float64 `placeholder:"F" help:"Due dates and weights by the rule of Singer & Pinedo, with F times the work of a job, such as 1.3. Default with twt and lmax: 1.3."`
}

// read reads the instance.
func (c *shopArg) read() (*jobshop.Instance, jobshop.Objective, error) {
	objective := jobshop.Objective(slices.Index(objectives[:], c.Objective))
	text, err := os.ReadFile(c.File)
	if err != nil {
		return nil, 0, err
	}
	p, err := jobshop.Parse(text)
	if err != nil {
		var second error
		if p, second = jobshop.ParseTaillard(text); second != nil {
			return nil, 0, fmt.Errorf("%s: %w", c.File, err)
		}
	}
	if math.IsNaN(c.Twt) || c.Twt < 0 || c.Twt > 1000 {
		return nil, 0, errors.New("--twt: a factor such as 1.3")
	}
	if c.Twt == 0 && objective != jobshop.Makespan {
		c.Twt = 1.3
	}
	if c.Twt > 0 {
		p = p.WeightedTardiness(int64(math.Round(c.Twt * 100)))
	}
	return p, objective, nil
}

// solveCmd searches.
type solveCmd struct {
	shopArg
	Time       time.Duration `default:"10s" help:"How long to search, by the clock."`
	Iterations int64         `placeholder:"N" help:"So many moves in place of a time: the same moves give the same schedule."`
	Seed       uint64        `default:"1" help:"Where the random numbers begin."`
	Out        string        `placeholder:"FILE.json" help:"Write the solution there."`
	Format     string        `enum:"text,json" default:"text" help:"text or json."`
}

// Help is the long help of the command.
func (*solveCmd) Help() string {
	return `Tabu search with path relinking, on one core. The bound is what no schedule can beat; a gap of 0 % is an optimum.

Examples:

    takt schedule solve ft10.txt --time 2s
    takt schedule solve abz5.txt --objective twt --twt 1.3
    takt schedule solve la01.txt --iterations 100000 --seed 7 --out la01.json
    takt schedule check la01.txt la01.json`
}

// solution is what solve writes and check reads.
type solution struct {
	Instance   string      `json:"instance"`
	Objective  string      `json:"objective"`
	Value      int64       `json:"value"`
	Makespan   int64       `json:"makespan"`
	Bound      int64       `json:"bound"`
	Gap        *float64    `json:"gap"` // (value − bound) ÷ |bound|; null above a bound of 0
	StopReason string      `json:"stop_reason"`
	Iterations int64       `json:"iterations"`
	Seconds    float64     `json:"seconds"`
	Operations []placement `json:"operations"` // by job and step
}

// placement is when a step runs, counted from 0.
type placement struct {
	Job     int   `json:"job"`
	Step    int   `json:"step"`
	Machine int32 `json:"machine"`
	Start   int64 `json:"start"`
	End     int64 `json:"end"`
}

// Run searches and prints.
func (c *solveCmd) Run(a *app) error {
	if c.Iterations < 0 || c.Time <= 0 {
		return errors.New("--iterations and --time: more than nothing")
	}
	p, objective, err := c.read()
	if err != nil {
		return err
	}
	begin := time.Now()
	o := jobshop.Options{Objective: objective, Seed: c.Seed, Iterations: c.Iterations}
	ctx := a.ctx
	if c.Iterations == 0 {
		limited, cancel := context.WithTimeout(ctx, c.Time)
		defer cancel()
		ctx = limited
	}
	r, err := p.Solve(ctx, o)
	if err != nil {
		return err
	}
	out := c.solution(p, &r, time.Since(begin).Seconds())
	if c.Out != "" {
		if err := tables.ReplaceFile(c.Out, func(w io.Writer) error { return writeSolution(w, out) }); err != nil {
			return err
		}
	}
	if c.Format == formatJSON {
		return writeSolution(a.stdout, out)
	}
	gap := ""
	if out.Gap != nil {
		gap = fmt.Sprintf(", gap %.2f %%", *out.Gap*100)
	}
	fmt.Fprintf(a.stdout, "%s: %s %d, bound %d%s, %s after %s moves in %.1f s\n", out.Instance, out.Objective, out.Value, out.Bound, gap,
		out.StopReason, thousands(out.Iterations), out.Seconds)
	return a.ctx.Err()
}

func (c *solveCmd) solution(p *jobshop.Instance, r *jobshop.Result, seconds float64) *solution {
	out := &solution{Instance: strings.TrimSuffix(filepath.Base(c.File), filepath.Ext(c.File)), Objective: c.Objective, Value: r.Value, Makespan: r.Solution.Makespan,
		Bound: r.Bound, StopReason: jobshop.StopReasons[r.StopReason], Iterations: r.Iterations, Seconds: micros(seconds)}
	if r.Bound != 0 || r.Value == 0 {
		gap := float64(r.Value-r.Bound) / max(math.Abs(float64(r.Bound)), 1)
		out.Gap = &gap
	}
	for j, steps := range p.Jobs {
		for k, step := range steps {
			start := r.Solution.Starts[j][k]
			out.Operations = append(out.Operations, placement{j, k, step[0].Machine, start, start + step[0].Time})
		}
	}
	return out
}

func writeSolution(w io.Writer, s *solution) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(s)
}

// checkCmd checks a solution.
type checkCmd struct {
	shopArg
	Solution string `arg:"" help:"A solution that solve wrote, or one of the same form: operations with job, step and start."`
}

// Run checks and prints.
func (c *checkCmd) Run(a *app) error {
	p, objective, err := c.read()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(c.Solution)
	if err != nil {
		return err
	}
	var s solution
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("%s: %w", c.Solution, err)
	}
	found, err := s.schedule(p)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Solution, err)
	}
	value, err := jobshop.Check(p, found, objective)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Solution, err)
	}
	if s.Objective == c.Objective && s.Value != value {
		return fmt.Errorf("%s: says %s %d, but it is %d", c.Solution, c.Objective, s.Value, value)
	}
	fmt.Fprintf(a.stdout, "ok: %s %d, makespan %d\n", c.Objective, value, found.Makespan)
	return nil
}

// schedule is the solution as Check reads it: machine sequences by start.
func (s *solution) schedule(p *jobshop.Instance) (*jobshop.Solution, error) {
	out := &jobshop.Solution{Starts: make([][]int64, len(p.Jobs))}
	seen := make([][]bool, len(p.Jobs))
	for j := range p.Jobs {
		out.Starts[j], seen[j] = make([]int64, len(p.Jobs[j])), make([]bool, len(p.Jobs[j]))
	}
	for _, o := range s.Operations {
		if o.Job < 0 || o.Job >= len(p.Jobs) || o.Step < 0 || o.Step >= len(p.Jobs[o.Job]) || seen[o.Job][o.Step] {
			return nil, fmt.Errorf("job %d step %d is not in the instance, or is there twice", o.Job, o.Step)
		}
		seen[o.Job][o.Step] = true
		out.Starts[o.Job][o.Step] = o.Start
	}
	machines := int32(0)
	for j, steps := range p.Jobs {
		for k, step := range steps {
			if !seen[j][k] {
				return nil, fmt.Errorf("job %d step %d is missing", j, k)
			}
			machines = max(machines, step[0].Machine+1)
			out.Makespan = max(out.Makespan, out.Starts[j][k]+step[0].Time)
		}
	}
	out.Machines = make([][]jobshop.Place, machines)
	for j, steps := range p.Jobs {
		for k, step := range steps {
			out.Machines[step[0].Machine] = append(out.Machines[step[0].Machine], jobshop.Place{Job: int32(j), Step: int32(k)})
		}
	}
	for m := range out.Machines {
		slices.SortStableFunc(out.Machines[m], func(a, b jobshop.Place) int {
			x, y := out.Starts[a.Job][a.Step], out.Starts[b.Job][b.Step]
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		})
	}
	return out, nil
}
