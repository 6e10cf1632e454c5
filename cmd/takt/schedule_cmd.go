package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/taktplan/takt/schedule/jobshop"
)

// scheduleCmd solves, checks and measures job shops in the formats of the literature.
type scheduleCmd struct {
	Solve solveCmd `cmd:"" help:"Search for a good schedule of a job shop, and say how far from the best it can be."`
	Check checkCmd `cmd:"" help:"Check a solution from first principles."`
	Bench benchCmd `cmd:"" help:"Solve many job shops and compare with the best that is known."`
}

// goalFlags say what a search makes small.
type goalFlags struct {
	Objective string   `placeholder:"NAME" help:"makespan, twt (weighted tardiness) or lmax (maximum lateness). Default: makespan; twt with --twt."`
	Factor    *float64 `name:"twt" placeholder:"F" help:"Due dates and weights by the rule of Singer & Pinedo, with F times the work of a job. Default with twt and lmax: 1.3."`
	Jobs      int      `placeholder:"N" help:"Only the first N jobs, as Singer & Pinedo cut la21 to la24 to ten."`

	Twt float64 `kong:"-"` // the factor that holds; 0: there are no due dates
}

// complete fills in what was not given, and refuses what makes no sense.
func (g *goalFlags) complete() error {
	const most = 1000
	if g.Factor != nil {
		g.Twt = *g.Factor
	}
	switch {
	case g.Objective != "" && g.goal() > jobshop.Lateness:
		return fmt.Errorf("--objective %s: the objectives are makespan, twt and lmax", g.Objective)
	case g.Factor != nil && !(g.Twt > 0 && g.Twt <= most):
		return fmt.Errorf("--twt %v: give a factor above 0 and up to %d, such as 1.3", g.Twt, most)
	case math.Abs(g.Twt*100-math.Round(g.Twt*100)) > 1e-6:
		return fmt.Errorf("--twt %v: give at most two decimals, such as 1.3", g.Twt)
	case g.Jobs < 0:
		return fmt.Errorf("--jobs %d: give a number of jobs, such as 10", g.Jobs)
	}
	if g.Objective == "" {
		g.Objective = jobshop.Objectives[jobshop.Makespan]
		if g.Twt > 0 {
			g.Objective = jobshop.Objectives[jobshop.Tardiness]
		}
	}
	if g.Twt == 0 && g.goal() != jobshop.Makespan {
		g.Twt = 1.3
	}
	return nil
}

// goal is the objective by its name; one that does not exist is above all others.
func (g *goalFlags) goal() jobshop.Objective {
	return jobshop.Objective(slices.Index(jobshop.Objectives[:], g.Objective))
}

// apply cuts an instance and gives it due dates.
func (g *goalFlags) apply(p *jobshop.Instance) *jobshop.Instance {
	if g.Jobs > 0 && g.Jobs < len(p.Jobs) {
		p = &jobshop.Instance{Jobs: p.Jobs[:g.Jobs]}
	}
	if g.Twt > 0 {
		p = p.WeightedTardiness(int64(math.Round(g.Twt * 100)))
	}
	return p
}

// shop is an instance and its name.
type shop struct {
	name string
	*jobshop.Instance
}

// readShop reads an instance; its name is that of the file. Taillard's need no file.
func readShop(file string) (shop, error) {
	text, err := os.ReadFile(file)
	if m := setName.FindStringSubmatch(file); errors.Is(err, fs.ErrNotExist) && m != nil && m[1] == "ta" && m[2] != "" && m[3] == "" {
		list, err := shops(file, "")
		if err != nil {
			return shop{}, err
		}
		return list[0], nil
	}
	if err != nil {
		return shop{}, err
	}
	p, err := jobshop.Read(file, text)
	if err != nil {
		return shop{}, fmt.Errorf("%s: %w", file, err)
	}
	return shop{shopName(file), p}, nil
}

func shopName(file string) string {
	return strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
}
