package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/taktplan/takt/schedule/jobshop"
)

// checkCmd checks a solution.
type checkCmd struct {
	File     string `arg:"" help:"A job shop, as for solve."`
	Solution string `arg:"" help:"A solution that solve wrote, or one of the same form: operations with job, step, machine and start."`
	goalFlags
}

// Help is the long help of the command.
func (*checkCmd) Help() string {
	return `Without --objective and --twt these are what the solution says. An error names the line and column of the operation that is wrong.`
}

// Run checks and prints.
func (c *checkCmd) Run(a *app) error {
	p, err := readShop(c.File)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(c.Solution)
	if err != nil {
		return err
	}
	d, err := jobshop.ParseDocument(text)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Solution, err)
	}
	if err := c.adopt(d); err != nil {
		return err
	}
	p.Instance = c.apply(p.Instance)
	value, err := d.Check(p.Instance, c.goal())
	if err != nil {
		return fmt.Errorf("%s: %w", c.Solution, err)
	}
	makespan, err := d.Check(p.Instance, jobshop.Makespan)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Solution, err)
	}
	if d.Instance != "" && d.Instance != p.name {
		fmt.Fprintf(a.stderr, "note: the solution says it is one of %s, and %s is read\n", d.Instance, p.name)
	}
	fmt.Fprintf(a.stdout, "ok: %s %d, makespan %d\n", c.Objective, value, makespan)
	return nil
}

// adopt takes from the solution what the command line does not say.
func (c *checkCmd) adopt(d *jobshop.Document) error {
	if d.Objective != "" && !slices.Contains(jobshop.Objectives[:], d.Objective) {
		return fmt.Errorf("%s: objective %q; the objectives are makespan, twt and lmax", c.Solution, d.Objective)
	}
	if c.Objective == "" && c.Twt == 0 {
		c.Objective = d.Objective
	}
	if c.Twt == 0 {
		c.Twt = d.Twt
	}
	return c.complete()
}
