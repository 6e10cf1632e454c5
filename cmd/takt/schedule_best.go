package main

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// bestCSV are the values of the literature. The file names their sources.
//
//go:embed schedule_best.csv
var bestCSV string

// known is what the literature says of an instance.
type known struct {
	lower *int64 // no schedule is better; nil: not said
	best  int64  // the best that is known
}

// bestFlags say with what to compare.
type bestFlags struct {
	Best string `placeholder:"FILE.csv" help:"Best known values, with columns instance and best (or ub), and perhaps lower (or lb) and objective. Default: those built in, for ft, la, abz, orb, ta, mk and kacem."`
}

// bestKnown reads the values of an objective, called makespan, lmax 1.3 or the like, by instance.
func bestKnown(name, text, objective string) (map[string]known, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.Comment = '#'
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: there is no line with the names of the columns; begin with instance,lower,best", name)
	}
	column := func(names ...string) int {
		return slices.IndexFunc(head, func(title string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(title))) })
	}
	instance, goal, lower, best := column("instance"), column("objective"), column("lower", "lb"), column("best", "ub")
	if instance < 0 || best < 0 {
		return nil, fmt.Errorf("%s: the columns are %s; there must be instance and best", name, strings.Join(head, ", "))
	}
	out := map[string]known{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if goal >= 0 && row[goal] != objective {
			continue
		}
		var k known
		if k.best, err = cell(r, row, best); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if lower >= 0 && strings.TrimSpace(row[lower]) != "" {
			n, err := cell(r, row, lower)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			k.lower = &n
		}
		out[strings.TrimSpace(row[instance])] = k
	}
}

// cell reads a number.
func cell(r *csv.Reader, row []string, column int) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(row[column]), 10, 64)
	if err != nil {
		line, at := r.FieldPos(column)
		return 0, fmt.Errorf("line %d, column %d: %q is not a whole number", line, at, row[column])
	}
	return n, nil
}
