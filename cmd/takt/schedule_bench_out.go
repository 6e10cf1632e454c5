package main

import (
	"encoding/csv"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// benchPrinter prints runs as they come, so that a long benchmark can be followed, and what they come to.
type benchPrinter struct {
	*benchCmd
	app   *app
	width int // of the names
	count int // of instances
	csv   *csv.Writer
}

// printer begins to print.
func (c *benchCmd) printer(a *app, list []shop) *benchPrinter {
	p := &benchPrinter{benchCmd: c, app: a, width: len("instance"), count: len(list)}
	for _, s := range list {
		p.width = max(p.width, utf8.RuneCountInString(s.name))
	}
	switch c.Format {
	case formatText:
		fmt.Fprintln(a.stdout, c.conditions())
		fmt.Fprintf(a.stdout, "%-*s  %7s  %4s  %8s  %10s  %8s  %7s  %14s  %8s  %s\n", p.width, "instance", "size", "seed", "bound", "best known", "found", "error %", "iterations", "seconds", "stop")
	case formatCSV:
		p.csv = csv.NewWriter(a.stdout)
		_ = p.csv.Write([]string{"instance", "jobs", "machines", "seed", "bound", "best_known", "found", "error_percent", "iterations", "seconds", "stop_reason"})
	}
	return p
}

// conditions say under what a benchmark was run.
func (c *benchCmd) conditions() string {
	parts := []string{runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, count(runtime.NumCPU(), "processor"), count(c.Cores, "core") + " used",
		time.Now().Format(time.DateOnly), c.Objective}
	if c.Twt > 0 {
		parts[len(parts)-1] += fmt.Sprintf(" at %v", c.Twt)
	}
	if c.Time > 0 {
		by := "by the clock"
		if c.CPU {
			by = "of processor time ÷ cores"
		}
		parts = append(parts, fmt.Sprintf("%v each %s", c.Time, by))
	}
	if c.Iterations > 0 {
		parts = append(parts, thousands(c.Iterations)+" moves each at most")
	}
	return strings.Join(parts, ", ")
}

// run prints a run.
func (p *benchPrinter) run(r *benchRun) error {
	best, off := "", ""
	if r.Best != nil {
		best = strconv.FormatInt(*r.Best, 10)
	}
	if r.Error != nil {
		off = fmt.Sprintf("%.2f", *r.Error)
	}
	switch p.Format {
	case formatText:
		fmt.Fprintf(p.app.stdout, "%-*s  %7s  %4d  %8d  %10s  %8d  %7s  %14s  %8.2f  %s\n", p.width, r.Instance, fmt.Sprintf("%d×%d", r.Jobs, r.Machines), r.Seed,
			r.Bound, best, r.Value, off, thousands(r.Iterations), r.Seconds, r.StopReason)
	case formatCSV:
		_ = p.csv.Write([]string{r.Instance, strconv.Itoa(r.Jobs), strconv.Itoa(r.Machines), strconv.FormatUint(r.Seed, 10), strconv.FormatInt(r.Bound, 10), best,
			strconv.FormatInt(r.Value, 10), off, strconv.FormatInt(r.Iterations, 10), strconv.FormatFloat(r.Seconds, 'f', -1, 64), r.StopReason})
		p.csv.Flush()
	}
	return p.app.stdout.Flush()
}

// benchMean is the mean of runs with a known best value.
type benchMean struct {
	Seed      uint64   `json:"seed,omitempty"`    // 0: of all seeds
	Seconds   float64  `json:"seconds,omitempty"` // after so many; 0: at the end
	Error     *float64 `json:"error_percent"`     // null: of none is the best known
	Instances int      `json:"instances"`
}

// benchReport is a benchmark as one document.
type benchReport struct {
	Go         string      `json:"go"`
	System     string      `json:"system"`
	Processors int         `json:"processors"`
	Cores      int         `json:"cores"`
	Date       string      `json:"date"`
	Objective  string      `json:"objective"`
	Twt        float64     `json:"twt,omitempty"`
	Time       float64     `json:"time_limit"` // seconds; 0: none
	Moves      int64       `json:"iteration_limit"`
	CPU        bool        `json:"cpu"` // times are processor time ÷ cores
	Runs       []benchRun  `json:"runs"`
	Means      []benchMean `json:"means"` // by seed
	Mean       benchMean   `json:"mean"`
	OverTime   []benchMean `json:"over_time"`
	Rate       float64     `json:"iterations_per_second"`
}

// end prints what the runs come to.
func (p *benchPrinter) end(runs []benchRun) error {
	r := p.report(runs)
	switch p.Format {
	case formatJSON:
		if err := p.app.printJSON(r); err != nil {
			return err
		}
	case formatText:
		p.summary(r)
	}
	return p.app.stdout.Flush()
}

// report collects means.
func (p *benchPrinter) report(runs []benchRun) *benchReport {
	r := &benchReport{Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Processors: runtime.NumCPU(), Cores: p.Cores, Date: time.Now().Format(time.DateOnly),
		Objective: p.Objective, Twt: p.Twt, Time: p.Time.Seconds(), Moves: p.Iterations, CPU: p.CPU, Runs: runs, Mean: mean(runs, nil), Means: []benchMean{}, OverTime: []benchMean{}}
	for i := 0; i < len(runs); i += p.count {
		of := mean(runs[i:min(i+p.count, len(runs))], nil)
		of.Seed = runs[i].Seed
		r.Means = append(r.Means, of)
	}
	for _, at := range p.At {
		of := mean(runs, func(r *benchRun) *float64 { return r.after(at.Seconds()) })
		of.Seconds = at.Seconds()
		r.OverTime = append(r.OverTime, of)
	}
	moves, seconds := int64(0), 0.0
	for _, run := range runs {
		moves, seconds = moves+run.Iterations, seconds+run.Seconds
	}
	if seconds > 0 {
		r.Rate = float64(moves) / seconds
	}
	return r
}

// mean is the mean of the errors at the end, or of others.
func mean(runs []benchRun, of func(*benchRun) *float64) benchMean {
	var m benchMean
	sum := 0.0
	for i := range runs {
		off := runs[i].Error
		if of != nil {
			off = of(&runs[i])
		}
		if off != nil {
			sum += *off
			m.Instances++
		}
	}
	if m.Instances > 0 {
		sum /= float64(m.Instances)
		m.Error = &sum
	}
	return m
}

// after is the error after a time; before the first solution it is that of the first.
func (r *benchRun) after(seconds float64) *float64 {
	if r.Best == nil {
		return nil
	}
	value := r.Value
	if r.Seconds > seconds && len(r.Events) > 0 {
		value = r.Events[0].Value
		for _, e := range r.Events {
			if e.Seconds <= seconds {
				value = e.Value
			}
		}
	}
	return above(value, *r.Best)
}

// summary prints the means as text.
func (p *benchPrinter) summary(r *benchReport) {
	w := p.app.stdout
	fmt.Fprintln(w)
	if r.Mean.Error == nil {
		fmt.Fprintf(w, "mean error: of none of %s the best is known\n", count(len(r.Runs), "run"))
	} else {
		fmt.Fprintf(w, "mean error %.3f %% over %s", *r.Mean.Error, count(r.Mean.Instances, "run"))
		if unknown := len(r.Runs) - r.Mean.Instances; unknown > 0 {
			fmt.Fprintf(w, "; of %d the best is not known", unknown)
		}
		fmt.Fprintln(w)
	}
	for _, m := range r.Means {
		if len(p.Seed) > 1 && m.Error != nil {
			fmt.Fprintf(w, "  seed %d: %.3f %%\n", m.Seed, *m.Error)
		}
	}
	for _, m := range r.OverTime {
		if m.Error != nil {
			fmt.Fprintf(w, "  after %v: %.3f %%\n", time.Duration(m.Seconds*float64(time.Second)), *m.Error)
		}
	}
	fmt.Fprintf(w, "%s iterations a second\n", thousands(int64(r.Rate)))
}
