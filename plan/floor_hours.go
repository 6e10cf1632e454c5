package plan

import (
	"slices"

	"github.com/taktplan/takt/capacity"
	"github.com/taktplan/takt/schedule"
)

// changeHours takes over the downtime and overtime of the work centres on which it changed. It reports false where the
// board cannot: pools, ovens and centres without limit.
func (c *floorChange) changeHours() bool {
	was, now := c.old.Model().Shop, c.m.Shop
	if was == now {
		return true
	}
	for _, centre := range differingCentres(was, now) {
		at := c.centreOf[centre]
		if at < 0 || c.problem.Centres[at].Kind != schedule.Exclusive {
			return false
		}
		machines, alike := now.CentreHours(centre, c.zone, c.hoursFrom(), c.until)
		row := &c.problem.Centres[at]
		for k := range row.Machines {
			hours := machines[0]
			if !alike {
				hours = machines[k]
			}
			c.board.SetHours(row.First+k, hours)
		}
	}
	return true
}

// differingCentres are the work centres whose downtime differs.
func differingCentres(a, b *capacity.Shop) []int32 {
	var out []int32
	same := func(x, y capacity.Downtime) bool {
		x.Row, y.Row = 0, 0
		return x == y
	}
	named := map[int32]bool{}
	for _, rows := range [...][]capacity.Downtime{a.Downtime, b.Downtime} {
		for i := range rows {
			if centre, ok := a.Centre(rows[i].WorkCentre); ok {
				named[centre] = true
			}
		}
	}
	for centre := range named {
		if !slices.EqualFunc(a.DowntimeOf(centre), b.DowntimeOf(centre), same) {
			out = append(out, centre)
		}
	}
	slices.Sort(out)
	return out
}
