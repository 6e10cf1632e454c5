package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/taktplan/takt/plan/tables"
	"github.com/taktplan/takt/schedule/jobshop"
)

// searchFlags say how long and with what a search goes on.
type searchFlags struct {
	Time       time.Duration `placeholder:"10s" help:"How long to search, by the clock. Default: 10s; with --iterations no limit."`
	Iterations int64         `placeholder:"N" help:"So many moves: the same moves give the same schedule, whatever the machine and the cores. With --time, what comes first."`
	Cores      int           `placeholder:"N" help:"Searches that run at the same time. Default: all processors."`
}

const defaultTime = 10 * time.Second

// complete fills in what was not given, and refuses what makes no sense.
func (f *searchFlags) complete() error {
	switch {
	case f.Time < 0:
		return fmt.Errorf("--time %v: give a time such as 10s", f.Time)
	case f.Iterations < 0:
		return fmt.Errorf("--iterations %d: give a number of moves such as 100000", f.Iterations)
	case f.Cores < 0:
		return fmt.Errorf("--cores %d: give a number of cores such as 2", f.Cores)
	}
	if f.Time == 0 && f.Iterations == 0 {
		f.Time = defaultTime
	}
	if f.Cores == 0 {
		f.Cores = runtime.GOMAXPROCS(0)
	}
	return nil
}

// solveCmd searches.
type solveCmd struct {
	File string `arg:"" help:"A job shop: the standard text form, Taillard's two matrices, or a flexible shop (.fjs). Or ta01 to ta80, which need no file."`
	goalFlags
	searchFlags
	Seed   uint64 `default:"1" help:"Where the random numbers begin."`
	Out    string `placeholder:"FILE.json" help:"Write the solution there."`
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// Help is the long help of the command.
func (*solveCmd) Help() string {
	return `Tabu search with path relinking. The bound is what no schedule can beat; a gap of 0 % is an optimum. Interrupted, it prints the best so far.

Examples:

    takt schedule solve ft10.txt --time 2s
    takt schedule solve mk01.fjs --cores 1
    takt schedule solve abz5.txt --objective twt --twt 1.3
    takt schedule solve la01.txt --iterations 100000 --seed 7 --out la01.json
    takt schedule check la01.txt la01.json`
}

// Run searches and prints.
func (c *solveCmd) Run(a *app) error {
	if err := errors.Join(c.goalFlags.complete(), c.searchFlags.complete(), placeFor(c.Out)); err != nil {
		return err
	}
	p, err := readShop(c.File)
	if err != nil {
		return err
	}
	p.Instance = c.apply(p.Instance)
	begin := time.Now()
	ctx := a.ctx
	o := jobshop.Options{Objective: c.goal(), Seed: c.Seed, Iterations: c.Iterations, Cores: c.Cores, Improved: func(e jobshop.Event) {
		a.bar.say(fmt.Sprintf("searching: %s %d, bound %d, %s moves, %.1f s", c.Objective, e.Value, e.Bound, thousands(e.Iterations), time.Since(begin).Seconds()))
	}}
	if c.Time > 0 {
		limited, cancel := context.WithTimeout(ctx, c.Time)
		defer cancel()
		ctx = limited
		o.Spent = func() float64 { return time.Since(begin).Seconds() / c.Time.Seconds() }
	}
	a.bar.say(fmt.Sprintf("searching: %s, %d jobs", p.name, len(p.Jobs)))
	r, err := p.Solve(ctx, o)
	a.bar.end()
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	d := p.Document(c.goal(), &r)
	d.Instance, d.Twt, d.Seed, d.Cores, d.Seconds = p.name, c.Twt, c.Seed, c.Cores, micros(time.Since(begin).Seconds())
	return c.print(a, d)
}

// placeFor refuses a file that could not be written, before a search for what is to be in it.
func placeFor(file string) error {
	if file == "" {
		return nil
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return fmt.Errorf("--out %s: this is a folder; give the name of a file", file)
	}
	if info, err := os.Stat(filepath.Dir(file)); err != nil || !info.IsDir() {
		return fmt.Errorf("--out %s: there is no folder %s; make it first", file, filepath.Dir(file))
	}
	return nil
}

// print writes the solution where it is wanted. A search that the user interrupted is printed as well, and so
// is one whose file cannot be written.
func (c *solveCmd) print(a *app, d *jobshop.Document) error {
	text, err := d.JSON()
	if err != nil {
		return err
	}
	var unwritten error
	if c.Out != "" {
		write := func(w io.Writer) error { _, err := w.Write(text); return err }
		unwritten = tables.ReplaceFile(c.Out, write)
	}
	if c.Format == formatJSON {
		_, _ = a.stdout.Write(text) // Flush tells of errors
	} else {
		moves := thousands(d.Iterations) + " moves"
		if d.Iterations == 1 {
			moves = "1 move"
		}
		fmt.Fprintf(a.stdout, "%s: %s %d, bound %d%s, %s after %s in %.1f s\n", d.Instance, d.Objective, d.Value, d.Bound, gapText(d.Gap),
			stopText(d.StopReason), moves, d.Seconds)
	}
	return errors.Join(a.stdout.Flush(), unwritten, a.ctx.Err())
}

func gapText(gap *float64) string {
	if gap == nil {
		return ""
	}
	return fmt.Sprintf(", gap %.2f %%", *gap*100)
}

// stopText says why a search ended.
func stopText(reason string) string {
	switch reason {
	case jobshop.StopReasons[jobshop.Iterations]:
		return "ended"
	case jobshop.StopReasons[jobshop.Time]:
		return "out of time"
	}
	return reason
}
