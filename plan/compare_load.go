package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/capacity"
)

// LoadDiff is a week of a work centre that has other load or other hours.
type LoadDiff struct {
	WorkCentre    string
	First, Last   bom.Day
	Before, After LoadState
}

// LoadState is the machine time of a work centre in a week: what there is, and what work asks for.
type LoadState struct{ Available, Setup, Run time.Duration }

// Asked is setup and run time together.
func (s *LoadState) Asked() time.Duration { return addTime(s.Setup, s.Run) }

// More is by how much the time asked for grows; negative if it shrinks.
func (d *LoadDiff) More() time.Duration { return d.After.Asked() - d.Before.Asked() }

// compareLoads compares the loads of two plans, both of the schedule or both without one.
func compareLoads(a, b *Plan) []LoadDiff {
	finite := a.finite != nil && b.finite != nil
	return diffLoads(a.loads(finite), b.loads(finite))
}

// loads is the load by work centre and week.
func (p *Plan) loads(finite bool) []capacity.Load {
	switch {
	case len(p.model.Shop.Centres) == 0:
		return nil
	case finite && p.finite != nil:
		return slices.Collect(p.Finite().Load(capacity.Week).Rows())
	}
	return slices.Collect(p.CapacityRequirements(LoadOptions{}).Profile.Rows())
}

// compareWeeks orders loads by work centre and week.
func compareWeeks(x, y *capacity.Load) int {
	return cmp.Or(strings.Compare(x.WorkCentre, y.WorkCentre), cmp.Compare(x.First, y.First))
}

// diffLoads compares loads by work centre and week. Where one list ends earlier there is no work in it, and the hours are those of the other.
func diffLoads(a, b []capacity.Load) []LoadDiff {
	var out []LoadDiff
	joinSorted(a, b, compareWeeks, func(x, y *capacity.Load) {
		row := cmp.Or(y, x)
		d := LoadDiff{WorkCentre: row.WorkCentre, First: row.First, Last: row.Last,
			Before: LoadState{Available: row.Available}, After: LoadState{Available: row.Available}}
		if x != nil {
			d.Before = LoadState{x.Available, x.Setup, x.Run}
		}
		if y != nil {
			d.After = LoadState{y.Available, y.Setup, y.Run}
		} else {
			d.After.Available = x.Available
		}
		if d.Before != d.After {
			out = append(out, d)
		}
	})
	return out
}
